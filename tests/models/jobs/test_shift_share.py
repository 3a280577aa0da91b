import numpy as np
import pandas as pd
import pytest
from panels import lapland, national_growth, panel_of

from amoanalysis.errors import DataError
from amoanalysis.models.jobs.labour_demand import SECTIONS, care_weights
from amoanalysis.models.jobs.shift_share import (
    SECTIONS_WITHOUT_TREND,
    LocalTrends,
    driver_growth,
    estimate_local_trends,
)

pytestmark = pytest.mark.law

YEARS = range(2012, 2018)
CODES = [f"{number:03d}" for number in range(1, 16)]


def made_panel(growth: np.ndarray, jobs: float = 400.0, shock: float = 0.01) -> pd.DataFrame:
    """A panel whose sections grow as told in each place, with shocks that last."""
    steps = np.random.default_rng(9).normal(0, shock, (len(YEARS) - 1, *growth.shape))
    logs = np.concatenate([np.zeros((1, *growth.shape)), np.cumsum(growth + steps, axis=0)])
    index = pd.MultiIndex.from_product([YEARS, CODES, SECTIONS], names=["year", "place", "section"])
    return pd.DataFrame({"jobs": (jobs * np.exp(logs)).ravel(), "uncertainty": 0.0}, index=index).reset_index()


def trends_of(growth: np.ndarray, drivers: float = 0.0, **made: float) -> LocalTrends:
    panel, none = made_panel(growth, **made), np.zeros(len(SECTIONS))
    return estimate_local_trends(panel, CODES, np.full(growth.shape, drivers), none, 2012, 2017)


@pytest.fixture(scope="module")
def drivers(data):
    care = care_weights(data.table("jobs_by_industry"), data.table("population_by_age_sex"))
    tables = data.table("population"), data.table("population_by_age_group")
    return driver_growth(*tables, care, lapland(data), (2012, 2017), (0.8, 1.0))


@pytest.fixture(scope="module")
def trends(data, drivers):
    return estimate_local_trends(panel_of(data), lapland(data), drivers, national_growth(data), 2012, 2017)


def test_growth_that_is_there_is_found_and_what_drivers_explain_is_left_out():
    growth = np.zeros((len(CODES), len(SECTIONS)))
    growth[:7] = 0.04
    found = trends_of(growth, drivers=0.01)
    services = SECTIONS.index("G")
    assert found.trend[0, services] == pytest.approx(0.03, abs=0.015)
    assert found.trend[-1, services] == pytest.approx(-0.01, abs=0.015)
    assert found.between[0] == pytest.approx(0.02, abs=0.005)


def test_local_parts_are_drawn_in_where_jobs_are_unsteady():
    growth = np.zeros((len(CODES), len(SECTIONS)))
    growth[::2] = 0.03
    steady, unsteady = trends_of(growth, shock=0.01), trends_of(growth, shock=0.08)
    assert np.abs(unsteady.local).mean() < 0.6 * np.abs(steady.local).mean()


def test_sections_with_drivers_of_their_own_carry_no_trend(trends):
    own = [SECTIONS.index(section) for section in SECTIONS_WITHOUT_TREND]
    assert (trends.trend[:, own] == 0).all()
    assert (trends.standard_error > 0).all()


def test_the_trend_is_the_sum_of_its_parts(trends):
    moved = [section not in SECTIONS_WITHOUT_TREND for section in SECTIONS]
    summed = trends.national + trends.area + trends.local
    np.testing.assert_allclose(trends.trend[:, moved], summed[:, moved])


def test_trends_of_the_snapshot_are_of_a_believable_size(trends):
    assert np.abs(trends.trend).max() < 0.06
    assert 0.005 < trends.between[0] < 0.03
    assert (trends.trend[:, SECTIONS.index("A")] < 0).all()


def test_muonios_car_testing_and_pellos_construction_part_from_the_others(trends):
    local = pd.DataFrame(trends.local, trends.places, SECTIONS)
    assert local.loc["498", "M"] > 0.5 * local["M"].std() > 0
    assert local.loc["854", "F"] < 0


def test_drivers_follow_residents_and_pupils(drivers, data):
    frame = pd.DataFrame(drivers, lapland(data), SECTIONS)
    people = data.table("population").pivot(index="place", columns="year", values="population")
    yearly = np.log(people.loc["854", 2017] / people.loc["854", 2012]) / 5
    assert frame.loc["854", "G"] == pytest.approx(0.8 * yearly)
    assert frame.loc["854", "F"] == pytest.approx(yearly)
    assert (frame[["A", "B", "C", "I", "N", "R"]] == 0).all(axis=None)
    assert frame.loc["854", "P"] < frame.loc["854", "G"] < frame.loc["854", "Q"]


def test_periods_and_tables_too_short_are_told(data):
    panel = made_panel(np.zeros((len(CODES), len(SECTIONS))))
    with pytest.raises(DataError, match="at least 3 years"):
        estimate_local_trends(panel, CODES, np.zeros((15, 20)), np.zeros(20), 2012, 2014)
    tables = data.table("population"), data.table("population_by_age_group")
    with pytest.raises(DataError, match="fewer than two years"):
        driver_growth(*tables, np.ones(101), ["273"], (2003, 2010), (0.8, 1.0))
    with pytest.raises(DataError, match="population lacks 273 in 1950"):
        driver_growth(*tables, np.ones(101), ["273"], (1950, 2017), (0.8, 1.0))
