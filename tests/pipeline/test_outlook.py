import numpy as np
import pytest

from amoanalysis.config.scenarios import load_scenario
from amoanalysis.errors import UserError
from amoanalysis.pipeline.inputs.occupations import occupation_base
from amoanalysis.pipeline.occupation_outlook import (
    LONG_ROUTE,
    SHORT_ROUTE,
    TOO_LATE,
    compute_outlook,
    plan_training,
    tabulate_plans,
)
from amoanalysis.pipeline.run import forecast

pytestmark = pytest.mark.law
DRAWS = 130  # more than a block, and not a multiple of it


@pytest.fixture(scope="module")
def base(data, inputs):
    return occupation_base(data, inputs)


@pytest.fixture(scope="module")
def runs(data, inputs):
    names = ("baseline", "both_booms")
    return {n: forecast(inputs, load_scenario(n, data.folder), data.places, until=2040, draws=DRAWS) for n in names}


@pytest.fixture(scope="module")
def found(runs, base):
    return {name: compute_outlook(run, base, "region") for name, run in runs.items()}


@pytest.mark.parametrize("name", ["baseline", "both_booms"])
def test_occupations_sum_to_jobs_in_every_draw_and_year(runs, found, name):
    since = runs[name].years.index(found[name].years[0])
    np.testing.assert_allclose(found[name].jobs.sum(axis=2), runs[name].values("jobs", "region")[since:], atol=1e-6)


@pytest.mark.parametrize("name", ["baseline", "both_booms"])
def test_openings_are_growth_and_replacement_in_every_draw_year_and_occupation(found, name):
    here = found[name]
    np.testing.assert_allclose(here.openings - here.redundant, here.growth + here.replacement, atol=1e-6)
    growth, replaced = here.split_openings(2035)
    np.testing.assert_allclose(growth + replaced, here.values_in_year("openings", 2035), atol=1e-9)
    assert min(growth.min(), replaced.min()) >= 0


def test_growth_is_that_of_the_labour_demand(runs, found):
    need = runs["baseline"].values("labour_demand", "region")
    start = runs["baseline"].years.index(found["baseline"].start)
    change = need[start + 1 :] - need[start]
    np.testing.assert_allclose(found["baseline"].growth.sum(axis=2), change, atol=1e-6)


def test_the_sum_over_occupations_is_the_sum_over_industries(found):
    for here in found.values():
        np.testing.assert_allclose(here.replacement[-1].sum(axis=1), here.exits_by_section.sum(axis=1), atol=1e-6)


@pytest.mark.parametrize("name", ["jobs", "openings", "gap", "graduates", "outside"])
def test_the_region_is_the_sum_of_its_municipalities_in_every_draw(runs, base, found, name):
    parts = sum(getattr(compute_outlook(runs["baseline"], base, code), name) for code in runs["baseline"].codes)
    np.testing.assert_allclose(getattr(found["baseline"], name), parts, atol=1e-6)


def test_the_outlook_does_not_depend_on_its_blocks(runs, base, found, monkeypatch):
    monkeypatch.setattr("amoanalysis.pipeline.occupation_outlook.DRAWS_PER_BLOCK", 37)
    again = compute_outlook(runs["baseline"], base, "region")
    for name in ("jobs", "openings", "gap", "seekers", "exits_by_section"):
        np.testing.assert_allclose(getattr(again, name), getattr(found["baseline"], name), atol=1e-9)


def test_nobody_covers_more_than_there_is_and_the_gap_is_no_wider_than_the_openings(found):
    for here in found.values():
        assert (here.gap <= here.openings + 1e-9).all()
        assert (here.helped >= 0).all()
        assert (here.outside <= here.openings).all()
    assert found["both_booms"].gap[-1].mean() > found["baseline"].gap[-1].mean()


def test_jobseekers_are_those_beyond_the_floor_and_all_are_accounted_for(runs, found):
    start = runs["baseline"].years.index(found["baseline"].start)
    unemployed = runs["baseline"].values("unemployed", "region")[start].mean()
    there = (found["baseline"].seekers.sum(axis=1) + found["baseline"].unmatched).mean()
    assert 0.1 * unemployed < there < 0.9 * unemployed


def test_a_year_outside_of_the_outlook_is_refused(runs, base, found):
    with pytest.raises(UserError, match="There is no outlook for 2025: it covers 2026 to 2040"):
        found["baseline"].values_in_year("gap", 2025)
    with pytest.raises(UserError, match="take a later end"):
        compute_outlook(runs["baseline"], base, "273", start=2040)


@pytest.fixture(scope="module")
def plans(runs, base, found):
    assumed = runs["both_booms"].scenario.assumptions
    return plan_training(found["both_booms"], base, assumed, runs["both_booms"].seed)


def test_places_of_both_routes_and_what_is_late_make_up_the_uncovered_gap(runs, base, found, plans):
    """Of each field: places times their yield, and those for whom it is too late, sum to the widest gap."""
    from amoanalysis.models.statistics.draws import Draws

    assumed = runs["both_booms"].scenario.assumptions
    left = 1 - Draws(runs["both_booms"].seed, 0, DRAWS).sample(assumed.training.filled_by_movers)
    widest = (base.by_field(found["both_booms"].gap) * left[:, None]).max(axis=0)
    for plan, total in zip(plans, widest.T, strict=True):
        long = (plan.places * plan.yielded).sum(axis=0)
        assert (long + plan.late <= total + 1e-6).all()
        if not len(plan.short_starts):
            np.testing.assert_allclose(long + plan.late, total, atol=1e-6)


def test_no_long_course_begins_before_the_first_intake_nor_serves_a_year_before_it_is_finished(plans):
    for plan in plans:
        assert plan.starts.start == 2027
        assert plan.starts.stop - 1 + plan.duration == 2040
        assert all(2027 <= start < 2027 + plan.duration - 1 for start in plan.short_starts)


def test_the_table_names_route_and_year_and_late_has_none(plans):
    table = tabulate_plans(plans)
    assert set(table["route"]) == {LONG_ROUTE, SHORT_ROUTE, TOO_LATE}
    assert table.loc[table["route"] == TOO_LATE, "start"].isna().all()
    assert (table["low"] <= table["value"]).all()
    assert (table["value"] <= table["high"]).all()
