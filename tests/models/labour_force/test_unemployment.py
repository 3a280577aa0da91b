from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import BLOCK, assumed

from amoanalysis.config.scenarios import load_scenario
from amoanalysis.errors import DataError
from amoanalysis.models.labour_force.unemployment import (
    SeasonalProfile,
    UnemploymentBase,
    add_summer_work,
    cyclical_responses,
    draw_profile,
    draw_reference_unemployment,
    fit_seasonal_profile,
    monthly_shares,
    spread_over_months,
    unemployment_floor,
    yearly_means,
)

pytestmark = pytest.mark.law

SIX = ["047", "261", "273", "498", "854", "976"]
YEARS = range(2023, 2031)


@pytest.fixture(scope="module")
def season(data):
    return fit_seasonal_profile(data.table("labour_market_monthly"), "unemployed_jobseekers", SIX)


def register(place: str, profile: np.ndarray, years: range = range(2006, 2016)) -> pd.DataFrame:
    months = [f"{year}-{month:02d}" for year in years for month in range(1, 13)]
    levels = np.repeat(np.linspace(80, 160, len(years)), 12)
    return pd.DataFrame(
        {"place": place, "month": months, "unemployed_jobseekers": levels * np.tile(profile, len(years))}
    )


def test_profiles_have_a_mean_of_one_and_show_the_tourist_seasons(season):
    np.testing.assert_allclose(season.profile.mean(axis=1), 1.0)
    muonio = season.profile[SIX.index("498")]
    assert muonio[4] > 1.3
    assert muonio[11] < 0.8
    assert (season.spread > 0.02).all() and (season.spread < 0.2).all()


def test_the_published_extremes_of_muonio_follow_from_the_profile(data, season):
    """14.3 % unemployed in a May and 5.2 % in a November."""
    rows = data.table("labour_market_monthly").query("place == '498'").set_index("month")
    share = rows["unemployed_jobseekers"] / rows["labour_force"]
    may, november = share[share.index.str.endswith("-05")], share[share.index.str.endswith("-11")]
    ratio = season.profile[SIX.index("498"), 4] / season.profile[SIX.index("498"), 10]
    assert ratio == pytest.approx((may / may.mean()).mean() * may.mean() / november.mean(), rel=0.15)


def test_a_profile_is_recovered_although_months_are_suppressed():
    profile = 1 + 0.4 * np.cos(np.arange(12) * np.pi / 6)
    known = register("047", profile)
    gaps = known.assign(unemployed_jobseekers=known["unemployed_jobseekers"].where(np.arange(len(known)) % 7 != 3))
    found = fit_seasonal_profile(gaps, "unemployed_jobseekers", ["047"])
    np.testing.assert_allclose(found.profile[0], profile, rtol=1e-3)
    assert found.spread[0] < 1e-3


def test_a_place_with_few_months_has_the_profile_of_all():
    profile = 1 + 0.3 * np.sin(np.arange(12) * np.pi / 6)
    table = pd.concat([register("261", profile), register("047", profile[::-1], range(2014, 2016))])
    found = fit_seasonal_profile(table, "unemployed_jobseekers", ["047", "261"])
    np.testing.assert_allclose(found.profile[0], found.profile[1])


def test_a_register_with_too_few_months_is_refused():
    with pytest.raises(DataError, match="known months"):
        fit_seasonal_profile(register("261", np.ones(12)), "unemployed_jobseekers", ["047"])


@given(december=st.floats(0, 500), seed=st.integers(0, 50))
def test_in_every_draw_december_is_met_and_the_months_average_to_the_year(december, seed):
    season = SeasonalProfile(np.full((3, 12), 1.0) + 0.05 * np.arange(12) - 0.275, np.array([0.05, 0.1, 0.2]))
    profile = draw_profile(season, BLOCK, f"season:{seed}")
    np.testing.assert_allclose(profile.mean(axis=2), 1.0)
    months = spread_over_months(np.full((BLOCK.count, 3), december), profile)
    np.testing.assert_allclose(months[..., -1], december, atol=1e-9)
    np.testing.assert_allclose(months.mean(axis=2), december / profile[..., -1], atol=1e-9)


def test_summer_work_is_added_in_summer_only():
    months = add_summer_work(np.full((1, 1), 100.0), np.full((1, 1), 20.0), np.full((1, 1), 0.15))[0, 0]
    assert months[5] == months[6] == pytest.approx(103)
    assert 100 < months[7] < 103
    np.testing.assert_allclose(np.delete(months, [5, 6, 7]), 100)


@pytest.fixture(scope="module")
def yearly(data):
    return yearly_means(monthly_shares(data.table("labour_market_monthly")))


def assumptions(**given):
    values = {"unemployment_return": 0.5, "unemployment_persistence": 0.5, "unemployment_shock": 0.0,
              "unemployment_local_shock": 0.0, "unemployment_floor": 0.8}  # fmt: skip
    return SimpleNamespace(**{name: assumed(value, path=name) for name, value in {**values, **given}.items()})


def base(start=0.2, start_lead=0.0, response=1.0, lowest=0.05):
    one = np.ones(1)
    return UnemploymentBase(start * one, start_lead, 0.1 * one, response * one, lowest * one, None)


def test_without_shocks_the_deviation_from_the_long_run_halves_every_year(remaining=0.5):
    path = draw_reference_unemployment(base(), assumptions(), BLOCK, YEARS)[:, 0, 0]
    np.testing.assert_allclose(path - 0.1, 0.1 * remaining ** np.arange(1, 9))


def test_mean_reversion_starts_from_the_latest_month():
    path = draw_reference_unemployment(base(start_lead=10 / 12), assumptions(), BLOCK, YEARS)[:, 0, 0]
    assert path[0] == pytest.approx(0.1 + 0.1 * 0.5 ** (2 / 12))


@given(response=st.floats(0.5, 1.6), shock=st.floats(0.05, 0.5))
def test_unemployment_never_falls_below_the_floor(response, shock):
    place, given_ = base(response=response, lowest=0.09), assumptions(unemployment_shock=shock)
    path = draw_reference_unemployment(place, given_, BLOCK, YEARS)
    assert (path >= unemployment_floor(place, given_, BLOCK)[None] - 1e-12).all()
    assert unemployment_floor(place, given_, BLOCK)[0, 0] == pytest.approx(0.072)


def test_a_higher_response_increases_the_variation():
    spread = [
        draw_reference_unemployment(base(response=r, lowest=0.0), assumptions(unemployment_shock=0.16), BLOCK, YEARS)[
            -1
        ].std()
        for r in (0.8, 1.2)
    ]
    assert spread[0] < spread[1]


def test_responses_are_shrunk_to_one_and_average_to_about_one(yearly):
    found = cyclical_responses(yearly)
    assert len(found) == 21
    assert found.mean() == pytest.approx(1, abs=0.1)
    assert found.between(0.5, 1.6).all()
    assert found["273"] > found["976"]


def test_the_lowest_years_are_as_in_the_register(yearly):
    assert 100 * yearly["758"].min() == pytest.approx(6.6, abs=0.05)
    assert 100 * yearly["273"].min() == pytest.approx(10.6, abs=0.05)


def test_the_ratio_of_later_to_earlier_minima_is_as_assumed(data, yearly):
    assumed_floor = load_scenario("baseline", data.folder).assumptions.labour_force.unemployment_floor
    ratio = yearly.loc[2014:].min() / yearly.loc[:2013].min()
    assert ratio.median() == pytest.approx(assumed_floor.value, abs=0.01)
    assert ratio.quantile(0.1) == pytest.approx(assumed_floor.low, abs=0.03)
