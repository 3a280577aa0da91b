from dataclasses import replace

import numpy as np
import pytest

from amoanalysis.config.scenarios import load_scenario
from amoanalysis.errors import UserError
from amoanalysis.pipeline.run import forecast
from amoanalysis.results.comparison import demand_by_cause, demand_changes, difference_table
from amoanalysis.results.explain import DEMAND, DEMAND_PARTS, OTHER

pytestmark = pytest.mark.law


@pytest.fixture(scope="module")
def runs(data, inputs):
    names = ("baseline", "hannukainen", "both_booms", "kittila_closes_2034")
    scenarios = {name: load_scenario(name, data.folder) for name in names}
    return {name: forecast(inputs, s, data.places, until=2040, draws=40) for name, s in scenarios.items()}


@pytest.mark.parametrize("name", ["hannukainen", "both_booms", "kittila_closes_2034"])
@pytest.mark.parametrize("place", ["273", "261", "854", "SK196", "region"])
def test_the_parts_sum_to_the_change_of_the_labour_demand_in_every_draw(runs, name, place):
    parts = demand_changes(runs[name], runs["baseline"], place)
    change = runs[name].values("labour_demand", place) - runs["baseline"].values("labour_demand", place)
    np.testing.assert_allclose(sum(parts[part] for part in (*DEMAND_PARTS, OTHER)), change, rtol=0, atol=1e-9)
    np.testing.assert_array_equal(parts[DEMAND], change)


def test_so_do_the_means_of_the_table(runs):
    table = demand_by_cause(runs["hannukainen"], runs["baseline"], ["273", "region"])
    means = table[table["quantile"] == "mean"].pivot(index=["place", "year"], columns="measure", values="value")
    np.testing.assert_allclose(means[[*DEMAND_PARTS, OTHER]].sum(axis=1), means[DEMAND], atol=1e-9)


def test_a_part_is_what_compare_says_of_it(runs):
    ours = demand_by_cause(runs["hannukainen"], runs["baseline"], ["273"]).query("measure == 'induced_jobs'")
    theirs = difference_table(runs["hannukainen"], runs["baseline"], ["induced_jobs"], ["273"])
    assert list(ours.columns) == list(theirs.columns)
    np.testing.assert_allclose(ours["value"], theirs["value"], atol=1e-12)


def test_what_follows_the_people_comes_after_what_the_mine_brings(runs):
    means = {
        name: values.mean(axis=1)
        for name, values in demand_changes(runs["hannukainen"], runs["baseline"], "273").items()
    }
    assert abs(means[OTHER][:3]).max() < 1
    assert means[OTHER][-1] > 0
    assert (means["tourism_jobs"] == 0).all()


def test_a_project_that_never_happens_changes_nothing_to_the_last_bit(data, inputs, runs):
    scenario = load_scenario("hannukainen", data.folder)
    event = scenario.assumptions.events["hannukainen"]
    never = event.probability.model_copy(update={"value": 0.0, "low": 0.0, "high": 0.0})
    events = {"hannukainen": event.model_copy(update={"probability": never})}
    idle = replace(scenario, assumptions=scenario.assumptions.model_copy(update={"events": events}))
    run = forecast(inputs, idle, data.places, until=2040, draws=40)
    for name, array in run.arrays.items():
        np.testing.assert_array_equal(array, runs["baseline"].arrays[name], err_msg=name)
    assert (demand_by_cause(run, runs["baseline"], run.area_codes())["value"] == 0).all()


def test_runs_that_are_not_paired_are_refused(data, inputs, runs):
    other = forecast(inputs, load_scenario("hannukainen", data.folder), data.places, until=2040, draws=30)
    with pytest.raises(UserError, match="differ in draws"):
        demand_by_cause(other, runs["baseline"], ["273"])
