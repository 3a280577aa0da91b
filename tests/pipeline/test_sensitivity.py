from dataclasses import replace

import numpy as np
import pytest

from amoanalysis.config.scenarios import load_scenario
from amoanalysis.errors import UserError
from amoanalysis.models.statistics.draws import Draws
from amoanalysis.pipeline.run import forecast
from amoanalysis.pipeline.sensitivity import (
    HeldDraws,
    compute_effects,
    is_survey_question,
    list_varied_assumptions,
    variance_shares,
)

pytestmark = pytest.mark.law
YEAR, DRAWS = 2030, 20
OUTCOMES = ("population", "labour_force", "labour_demand", "unemployed", "unfilled_jobs")


@pytest.fixture(scope="module")
def hannukainen(data):
    return load_scenario("hannukainen", data.folder)


@pytest.fixture(scope="module")
def found(inputs, hannukainen):
    return compute_effects(inputs, hannukainen, ["labour_demand"], YEAR, DRAWS)["labour_demand"]


def test_each_copy_has_the_same_random_numbers_and_holds_its_one_assumption(hannukainen):
    growth = hannukainen.assumptions.tourism.growth
    held = HeldDraws(1, 0, 30, (("", 0.0), (growth.path, growth.low), ("other", 1.0)))
    once = Draws(1, 0, 10)
    np.testing.assert_array_equal(held.normal("x", (2,)).reshape(3, 10, 2), np.stack([once.normal("x", (2,))] * 3))
    values = held.sample(growth).reshape(3, 10)
    np.testing.assert_array_equal(values[[0, 2]], np.stack([once.sample(growth)] * 2))
    assert (values[1] == growth.low).all()


def test_with_nothing_held_it_is_the_forecast(data, inputs, hannukainen, found):
    run = forecast(inputs, hannukainen, data.places, until=YEAR, draws=DRAWS)
    for place in ("273", "region"):
        members = list(data.places[place].members or (place,))
        assert found.means(members)[0] == pytest.approx(run.values("labour_demand", place)[-1].mean(), abs=1e-9)


def test_holding_an_assumption_is_running_a_scenario_that_declares_it_so(data, inputs, hannukainen, found):
    assumptions = hannukainen.assumptions
    low = assumptions.tourism.growth.low
    certain = assumptions.tourism.growth.model_copy(update={"value": low, "high": low})
    tourism = assumptions.tourism.model_copy(update={"growth": certain})
    declared = replace(hannukainen, assumptions=assumptions.model_copy(update={"tourism": tourism}))
    run = forecast(inputs, declared, data.places, until=YEAR, draws=DRAWS)
    row = found.table(["261"]).set_index("path").loc["tourism.growth"]
    expected = run.values("labour_demand", "261")[-1].mean() - found.means(["261"])[0]
    assert row["at_low"] == pytest.approx(expected, abs=1e-9)


def test_the_widest_comes_first_and_each_has_an_interval_and_is_drawn(found):
    table = found.table(["273"])
    width = (table["at_high"] - table["at_low"]).abs()
    assert width.is_monotonic_decreasing
    assert (table["low"] < table["high"]).all()
    assert "tourism.unregistered_nights_per_registered" not in set(table["path"])
    assert {"events.hannukainen.start", "projects.contractors_per_own_employee"} <= set(table["path"])


def test_signs_are_those_that_anybody_expects(found):
    table = found.table(["273"]).set_index("path")
    for path in ("tourism.growth", "events.hannukainen.construction_jobs", "projects.built_share_of_plan"):
        assert table.loc[path, "at_low"] < 0 < table.loc[path, "at_high"], path
    assert table.loc["events.hannukainen.start", "at_low"] > table.loc["events.hannukainen.start", "at_high"]


def test_without_projects_what_projects_share_is_left_out(data, inputs):
    effects = compute_effects(inputs, load_scenario("baseline", data.folder), ["labour_demand"], 2024, 2)
    table = effects["labour_demand"].table(list(inputs.codes))
    assert not [path for path in table["path"] if path.startswith(("projects.", "multipliers.", "events."))]


def test_a_ratio_divides_sums_by_sums_in_every_draw(data, inputs, hannukainen):
    rate = compute_effects(inputs, hannukainen, ["unemployment_rate"], 2024, 5)["unemployment_rate"]
    run = forecast(inputs, hannukainen, data.places, until=2024, draws=5)
    expected = run.values("unemployment_rate", "region")[-1].mean()
    assert rate.means(list(inputs.codes))[0] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("measure", "year", "message"),
    [
        ("labour_deman", 2024, "did you mean 'labour_demand'"),
        ("jobs_by_industry", 2024, "divided by groups"),
        ("jobs", 2020, "take 2023 or a later year"),
    ],
)
def test_an_unknown_measure_or_year_is_refused_with_a_message(inputs, hannukainen, measure, year, message):
    with pytest.raises(UserError, match=message):
        compute_effects(inputs, hannukainen, [measure], year, draws=1)


def test_an_unknown_municipality_is_refused(found):
    with pytest.raises(UserError, match="999"):
        found.means(["999"])


# First-order indices


@pytest.fixture(scope="module")
def shares(data, inputs):
    scenario = load_scenario("baseline", data.folder)
    run = forecast(inputs, scenario, data.places, until=2030, draws=256)
    return variance_shares(run, list_varied_assumptions(inputs, scenario), OUTCOMES, "region", 2030)


def test_no_outcome_is_explained_more_than_whole(shares):
    sums = shares.sum()
    assert (sums < 1.1).all()
    assert (shares > -0.05).all(axis=None)


def test_growth_of_tourism_explains_the_labour_demand_most_and_who_fills_jobs_the_unfilled_ones(shares):
    assert shares["labour_demand"].idxmax() == "tourism.growth"
    assert shares.loc["balance.participation", "unfilled_jobs"] > 0.05
    assert abs(shares.loc["balance.participation", "population"]) < 0.05


def test_what_lies_ahead_cannot_be_asked(shares):
    ahead = ("tourism.growth", "population.net_migration", "jobs.trend_carried", "labour_force.unemployment_shock")
    assert not any(is_survey_question(path) for path in ahead)
    assert set(ahead) <= set(shares.index)
    assert is_survey_question("tourism.nights.273")
    assert is_survey_question("projects.contractors_per_own_employee")


def test_the_scores_are_those_that_the_forecast_drew(data):
    growth = load_scenario("baseline", data.folder).assumptions.tourism.growth
    draws = Draws(5, 0, 200)
    order = np.argsort(draws.score(growth))
    assert (np.diff(draws.sample(growth)[order]) >= 0).all()
