import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import BLOCK

from amoanalysis.errors import DataError
from amoanalysis.models.labour_force.unemployment import Season, by_month, drawn_profile, season_of, with_summer_work

pytestmark = pytest.mark.law

SIX = ["047", "261", "273", "498", "854", "976"]


@pytest.fixture(scope="module")
def season(data):
    return season_of(data.table("labour_market_monthly"), "unemployed_jobseekers", SIX)


def register(place: str, profile: np.ndarray, years: range = range(2006, 2016)) -> pd.DataFrame:
    months = [f"{year}-{month:02d}" for year in years for month in range(1, 13)]
    levels = np.repeat(np.linspace(80, 160, len(years)), 12)
    return pd.DataFrame(
        {"place": place, "month": months, "unemployed_jobseekers": levels * np.tile(profile, len(years))}
    )


def test_usual_months_average_to_the_year_and_show_the_tourist_seasons(season):
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


def test_a_profile_is_found_again_though_months_are_suppressed():
    profile = 1 + 0.4 * np.cos(np.arange(12) * np.pi / 6)
    known = register("047", profile)
    gaps = known.assign(unemployed_jobseekers=known["unemployed_jobseekers"].where(np.arange(len(known)) % 7 != 3))
    found = season_of(gaps, "unemployed_jobseekers", ["047"])
    np.testing.assert_allclose(found.profile[0], profile, rtol=1e-3)
    assert found.spread[0] < 1e-3


def test_a_place_with_hardly_a_month_has_the_profile_of_all():
    profile = 1 + 0.3 * np.sin(np.arange(12) * np.pi / 6)
    table = pd.concat([register("261", profile), register("047", profile[::-1], range(2014, 2016))])
    found = season_of(table, "unemployed_jobseekers", ["047", "261"])
    np.testing.assert_allclose(found.profile[0], found.profile[1])


def test_no_place_with_months_is_said():
    with pytest.raises(DataError, match="known months"):
        season_of(register("261", np.ones(12)), "unemployed_jobseekers", ["047"])


@given(december=st.floats(0, 500), seed=st.integers(0, 50))
def test_in_every_draw_the_last_month_is_the_year_s_end_and_the_months_average_to_the_year(december, seed):
    made = Season(np.full((3, 12), 1.0) + 0.05 * np.arange(12) - 0.275, np.array([0.05, 0.1, 0.2]))
    profile = drawn_profile(made, BLOCK, f"season:{seed}")
    np.testing.assert_allclose(profile.mean(axis=2), 1.0)
    months = by_month(np.full((BLOCK.count, 3), december), profile)
    np.testing.assert_allclose(months[..., -1], december, atol=1e-9)
    np.testing.assert_allclose(months.mean(axis=2), december / profile[..., -1], atol=1e-9)


def test_summer_work_is_there_in_summer_only():
    months = with_summer_work(np.full((1, 1), 100.0), np.full((1, 1), 20.0), np.full((1, 1), 0.15))[0, 0]
    assert months[5] == months[6] == pytest.approx(103)
    assert 100 < months[7] < 103
    np.testing.assert_allclose(np.delete(months, [5, 6, 7]), 100)
