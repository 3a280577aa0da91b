from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import BLOCK, assumed

from amoanalysis.models.labour_force.unemployment import (
    UnemploymentBase,
    monthly_shares,
    responses,
    unemployment_floor,
    usual_unemployment,
    yearly_means,
)

pytestmark = pytest.mark.law
YEARS = range(2023, 2031)


@pytest.fixture(scope="module")
def yearly(data):
    return yearly_means(monthly_shares(data.table("labour_market_monthly")))


def assumptions(**given):
    values = {"unemployment_return": 0.5, "unemployment_persistence": 0.5, "unemployment_shock": 0.0,
              "unemployment_local_shock": 0.0, "unemployment_floor": 0.8}  # fmt: skip
    return SimpleNamespace(**{name: assumed(value, path=name) for name, value in {**values, **given}.items()})


def base(start=0.2, ahead=0.0, response=1.0, lowest=0.05):
    one = np.ones(1)
    return UnemploymentBase(start * one, ahead, 0.1 * one, response * one, lowest * one, None)


def test_without_shocks_it_returns_to_the_usual_by_half_a_year(kept=0.5):
    path = usual_unemployment(base(), assumptions(), BLOCK, YEARS)[:, 0, 0]
    np.testing.assert_allclose(path - 0.1, 0.1 * kept ** np.arange(1, 9))


def test_what_is_known_after_the_jump_off_counts_from_its_own_month():
    path = usual_unemployment(base(ahead=10 / 12), assumptions(), BLOCK, YEARS)[:, 0, 0]
    assert path[0] == pytest.approx(0.1 + 0.1 * 0.5 ** (2 / 12))


@given(response=st.floats(0.5, 1.6), shock=st.floats(0.05, 0.5))
def test_it_never_falls_below_the_floor_of_the_place(response, shock):
    place, given_ = base(response=response, lowest=0.09), assumptions(unemployment_shock=shock)
    path = usual_unemployment(place, given_, BLOCK, YEARS)
    assert (path >= unemployment_floor(place, given_, BLOCK)[None] - 1e-12).all()
    assert unemployment_floor(place, given_, BLOCK)[0, 0] == pytest.approx(0.072)


def test_a_place_that_responds_more_swings_more():
    spread = [
        usual_unemployment(base(response=r, lowest=0.0), assumptions(unemployment_shock=0.16), BLOCK, YEARS)[-1].std()
        for r in (0.8, 1.2)
    ]
    assert spread[0] < spread[1]


def test_responses_are_drawn_towards_one_and_average_to_about_one(yearly):
    found = responses(yearly)
    assert len(found) == 21
    assert found.mean() == pytest.approx(1, abs=0.1)
    assert found.between(0.5, 1.6).all()
    assert found["273"] > found["976"]


def test_the_lowest_years_are_those_of_the_register(yearly):
    assert 100 * yearly["758"].min() == pytest.approx(6.6, abs=0.05)
    assert 100 * yearly["273"].min() == pytest.approx(10.6, abs=0.05)


def test_what_later_years_undercut_a_low_by_is_as_assumed(data, yearly):
    from amoanalysis.config.scenarios import load_scenario

    assumed_floor = load_scenario("baseline", data.folder).assumptions.labour_force.unemployment_floor
    ratio = yearly.loc[2014:].min() / yearly.loc[:2013].min()
    assert ratio.median() == pytest.approx(assumed_floor.value, abs=0.01)
    assert ratio.quantile(0.1) == pytest.approx(assumed_floor.low, abs=0.03)
