import numpy as np
import pytest

from amoanalysis.config.scenarios import load_scenario
from amoanalysis.models.statistics.draws import Draws
from amoanalysis.pipeline.run import forecast
from amoanalysis.pipeline.sensitivity import can_be_asked, moving, spread_shares

pytestmark = pytest.mark.law
MEASURES = ("population", "labour_force", "labour_demand", "unemployed", "unfilled_jobs")


@pytest.fixture(scope="module")
def shares(data, inputs):
    scenario = load_scenario("baseline", data.folder)
    run = forecast(inputs, scenario, data.places, until=2030, draws=256)
    return spread_shares(run, moving(inputs, scenario), MEASURES, "region", 2030)


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
    assert not any(can_be_asked(path) for path in ahead)
    assert set(ahead) <= set(shares.index)
    assert can_be_asked("tourism.nights.273")
    assert can_be_asked("projects.contractors_per_own_employee")


def test_the_scores_are_those_that_the_forecast_drew(data):
    growth = load_scenario("baseline", data.folder).assumptions.tourism.growth
    draws = Draws(5, 0, 200)
    order = np.argsort(draws.score(growth))
    assert (np.diff(draws.sample(growth)[order]) >= 0).all()
