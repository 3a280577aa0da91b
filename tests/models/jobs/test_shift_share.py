import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from panels import SIX, lapland, national_growth, panel_of

from amoanalysis.errors import DataError, ShapeError
from amoanalysis.models.jobs import shift_share as model
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


DOCS = Path(__file__).parents[3] / "docs"
JOBS = arrays(float, (3, 4), elements=st.floats(1, 5000))


@pytest.fixture(scope="module")
def panel(data):
    return panel_of(data)


@given(JOBS, JOBS, JOBS)
def test_the_parts_sum_to_the_change(start, end, around):
    parts = model.shift_share(start, end, around[0], around[1])
    np.testing.assert_allclose(parts.national + parts.mix + parts.local, end - start, atol=1e-9)


@given(JOBS, JOBS)
def test_over_the_whole_reference_economy_mix_and_local_parts_vanish(start, end):
    parts = model.shift_share(start, end, start.sum(axis=0), end.sum(axis=0))
    assert parts.mix.sum() == pytest.approx(0, abs=1e-6)
    np.testing.assert_allclose(parts.local.sum(axis=0), 0, atol=1e-6)


@given(arrays(float, (4, 3, 4), elements=st.floats(1, 5000)))
def test_the_dynamic_parts_sum_to_the_change_too(jobs):
    parts = model.dynamic_shift_share(jobs, jobs.sum(axis=1))
    np.testing.assert_allclose(parts.national + parts.mix + parts.local, jobs[-1] - jobs[0], atol=1e-6)


def test_two_years_are_the_same_either_way():
    jobs = np.array([[[10.0, 20.0]], [[15.0, 18.0]]])
    around = np.array([[100.0, 300.0], [120.0, 290.0]])
    dynamic, classical = model.dynamic_shift_share(jobs, around), model.shift_share(*jobs, *around)
    np.testing.assert_array_equal(dynamic.local, classical.local)


def test_a_worked_example():
    parts = model.shift_share(
        np.array([[100.0, 50.0]]), np.array([[130.0, 40.0]]), np.array([1000.0, 1000.0]), np.array([1200.0, 900.0])
    )
    np.testing.assert_allclose(parts.national, [[5.0, 2.5]])
    np.testing.assert_allclose(parts.mix, [[15.0, -7.5]])
    np.testing.assert_allclose(parts.local, [[10.0, -5.0]])


def test_a_place_that_grows_as_its_industries_do_has_no_local_part():
    start, growth = np.array([[10.0, 30.0], [5.0, 2.0]]), np.array([1.1, 0.7])
    parts = model.shift_share(start, start * growth, np.array([100.0, 100.0]), np.array([110.0, 70.0]))
    np.testing.assert_allclose(parts.local, 0, atol=1e-12)


def test_what_a_reference_lacks_is_told():
    with pytest.raises(DataError, match="no jobs in an industry"):
        model.shift_share(np.ones((1, 2)), np.ones((1, 2)), np.array([1.0, 0.0]), np.array([1.0, 1.0]))
    with pytest.raises(ShapeError):
        model.shift_share(np.ones((1, 2)), np.ones((1, 2)), np.ones(3), np.ones(3))


@pytest.mark.parametrize("dynamic", [False, True])
def test_the_six_are_decomposed_exactly_and_lapland_has_no_local_part(panel, data, dynamic):
    places = lapland(data)
    parts = model.decompose_change(panel, places, 2012, 2017, model.reference_of_places(panel, places), dynamic)
    np.testing.assert_allclose(parts[["national", "mix", "local"]].sum(axis=1), parts["change"], atol=1e-9)
    np.testing.assert_allclose(parts.groupby("industry")["local"].sum(), 0, atol=1e-8)
    summed = model.sum_by_place(parts)
    assert list(summed.index) == places
    assert summed.loc["261", "change"] == pytest.approx(3437 - 3161)
    assert summed.loc["261", "local"] > 0 > summed.loc["854", "local"]


def test_finlands_jobs_by_industry_sum_to_the_employment_statistics(data):
    finland = model.reference_of_survey(data.table("employed_by_industry_and_age"), data.table("jobs_by_workplace"))
    assert list(finland.columns) == [2012, 2013, 2017]
    assert finland[2017].sum() == pytest.approx(2_327_730)
    assert "A+B" in finland.index
    sections = [section for name in finland.index for section in model.split_industry(name)]
    assert sorted(sections) == sorted([*"ABCDEFGHIJKLMNOPQRS", "TUX"])


def test_without_industries_there_is_no_mix(panel, data):
    whole = model.reference_of_totals(data.table("jobs_by_workplace"))
    parts = model.sum_by_place(model.decompose_change(panel, SIX, 1987, 1995, whole))
    np.testing.assert_allclose(parts["mix"], 0, atol=1e-9)
    growth = 1_932_752 / 2_319_527 - 1
    assert parts.loc["273", "national"] == pytest.approx(1838 * growth)


def test_the_error_of_the_local_part_comes_from_the_panel(panel, data):
    parts = model.decompose_change(panel, ["273"], 2012, 2017, model.reference_of_places(panel, lapland(data)))
    by_industry = parts.set_index("industry")["standard_error"]
    assert by_industry["N"] > by_industry["A"] > 0


def test_years_and_industries_that_are_not_there_are_told(panel, data):
    around = model.reference_of_places(panel, lapland(data))
    with pytest.raises(DataError, match="lacks 273 in 1950"):
        model.decompose_change(panel, ["273"], 1950, 2017, around)
    with pytest.raises(DataError, match="the reference economy lacks 2014: take a year from 2012, 2013, 2017"):
        finland = model.reference_of_survey(data.table("employed_by_industry_and_age"), data.table("jobs_by_workplace"))
        model.decompose_change(panel, ["273"], 2012, 2014, finland)
    with pytest.raises(DataError, match="do not cover every section exactly once"):
        model.decompose_change(panel, ["273"], 2012, 2017, around.drop(index="C"))
    with pytest.raises(DataError, match="do not cover every section exactly once"):
        model.decompose_change(panel, ["273"], 2012, 2017, pd.concat([around, around.loc[["C"]]]))


def test_the_tables_of_the_method_pages_are_those_of_the_code(data):
    tables = runpy.run_path(str(DOCS / "jobs_tables.py"))
    found = tables["read_jobs_data"](data)
    for name in tables["PAGES"]:
        page = (DOCS / name).read_text(encoding="utf-8")
        assert len(tables["BLOCK"].findall(page)) >= 5
        again = tables["rewrite_tables"](page, found)
        assert again == page, f"run python docs/jobs_tables.py: {name} is not up to date"
