import numpy as np
import pytest

from amoanalysis.config.scenarios import load_scenario, scenario_names
from amoanalysis.hindcasts.kittila_2005_2017 import hindcast_kittila
from amoanalysis.models.statistics.draws import Draws
from amoanalysis.pipeline.commuting_flows import estimate_commuting_flows
from amoanalysis.pipeline.drawn_parameters import draw_paths
from amoanalysis.pipeline.job_shock import job_shock
from amoanalysis.pipeline.run import balanced_years, forecast, simulate
from amoanalysis.pipeline.year_balance import draw_reference_paths
from amoanalysis.results.comparison import FILLED_BY, corridor_value, filled_by, who_fills

pytestmark = pytest.mark.law

YEARS = range(2023, 2037)
SIGNED = ("joined_labour_force", "movers", "settled_workers")


@pytest.fixture(scope="module")
def baseline(data):
    return load_scenario("baseline", data.folder)


@pytest.fixture(scope="module")
def runs(data, inputs, baseline):
    booms = load_scenario("both_booms", data.folder)
    return {s.name: forecast(inputs, s, data.places, until=2040, draws=60) for s in (baseline, booms)}


@pytest.fixture(scope="module")
def usual(inputs):
    return draw_reference_paths(inputs, YEARS)


def close(left, right):
    np.testing.assert_allclose(left, right, rtol=0, atol=1e-6)


def test_the_account_closes_in_every_scenario_that_is_shipped(data, inputs, usual):
    for name in scenario_names(data.folder):
        people = inputs.population.population.sum(axis=(1, 2))
        for year in simulate(inputs, load_scenario(name, data.folder).assumptions, Draws(5, 0, 12), YEARS, usual):
            get = {measure: value[..., 0] for measure, value in year.items()}
            moved = get["in_migration"] - get["out_migration"]
            close(get["population"], people + get["births"] - get["deaths"] + moved)
            close(get["labour_force"], get["employed_residents"] + get["unemployed"])
            residents = get["jobs"] - get["in_commuters"] - get["non_resident_workers"] + get["out_commuters"]
            close(get["employed_residents"], residents)
            close(get["jobs"], get["labour_demand"] - get["unfilled_jobs"])
            close(year["jobs_by_industry"].sum(axis=2), get["jobs"])
            close(get["in_commuters_from_region"].sum(axis=1), get["out_commuters_to_region"].sum(axis=1))
            assert (get["unfilled_jobs_pooled"] <= get["unfilled_jobs"] + 1e-9).all(), name
            assert get["unemployed"].min() >= 0, name
            people = get["population"]


@pytest.mark.parametrize("name", ["baseline", "both_booms", "kittila_closes_2034"])
def test_movers_and_services_agree_in_fewer_than_twenty_rounds(data, inputs, usual, name):
    assumptions = load_scenario(name, data.folder).assumptions
    paths = draw_paths(inputs, assumptions, Draws(5, 0, 40), YEARS)
    assert max(year.rounds for year in balanced_years(inputs, paths, usual)) < 20


def test_movers_of_a_usual_year_are_not_counted_twice(runs):
    run = runs["baseline"]
    settled = np.median(run.values("settled_workers", "region")[-1])
    assert abs(settled) < 0.02 * np.median(run.values("labour_force", "region")[-1])
    assert np.median(runs["both_booms"].values("settled_workers", "region")[-1]) > settled + 200


def test_no_shock_changes_nothing(data, inputs, baseline, runs):
    same = forecast(
        inputs,
        baseline.set("jobs.extra.Kolari", 0.0, low=0.0, high=0.0, unit="jobs", why="none"),
        data.places,
        until=2030,
        draws=60,
    )
    for measure, array in same.arrays.items():
        np.testing.assert_array_equal(array, runs["baseline"].arrays[measure][:8], err_msg=measure)


def test_who_fills_a_hundred_jobs_in_kolari_sums_to_a_hundred(data, inputs, baseline):
    table = job_shock(inputs, baseline, data.places, "273", draws=60).pivot(index="step", columns="horizon")
    mean = table["mean"]
    np.testing.assert_allclose(mean.drop("jobs").sum(), 100, atol=1e-9)
    for end in ("low", "high"):
        np.testing.assert_allclose(table[end].loc["jobs"], 100, atol=1e-9)
    assert (np.diff(mean.loc["new_residents"]) > 0).all()
    assert mean.loc["unemployed", 1] > mean.loc["unemployed", 10]
    assert mean.loc["in_commuters"].between(30, 45).all()
    assert (mean.loc["unfilled_jobs"].between(0, 20)).all()


def test_the_steps_of_a_scenario_sum_to_its_need_in_every_draw_and_area(runs):
    one, other = runs["both_booms"], runs["baseline"]
    for place in ("273", "SK196", "region"):
        need = one.values("labour_demand", place) - other.values("labour_demand", place)
        close(sum(filled_by(one, other, place)[name] for name in FILLED_BY), need)
    table = who_fills(one, other, "261", 2035).set_index("step")["mean"]
    assert table.drop("labour_demand").sum() == pytest.approx(table["labour_demand"])


def test_one_labour_market_is_worth_something_and_never_costs(runs):
    for run in runs.values():
        value = corridor_value(run)
        assert (value["high"] <= 1e-9).all()
        assert value["mean"].iloc[-1] < -1


def test_flows_on_the_map_are_the_commuters_of_the_forecast(runs, inputs):
    run = runs["baseline"]
    flows = estimate_commuting_flows(run, inputs, 2030)
    index = run.years.index(2030)
    told = flows[flows["kind"] != "border"]
    for column, measure in (("destination", "in_commuters"), ("origin", "out_commuters")):
        sums = told.groupby(column)["persons"].sum().reindex(list(run.codes))
        np.testing.assert_allclose(sums, run.arrays[measure][index, :, :, 0].mean(axis=0), rtol=1e-6)
    pajala = flows[flows["kind"] == "border"].set_index("origin")
    assert set(pajala["destination"]) == {"SE2521"}
    assert set(pajala.index) == {"498", "273", "854"}
    assert 20 < pajala.loc["273", "persons"] < 100
    assert flows[flows["destination"] == "SE2521"][["lon", "lat"]].notna().all(axis=None)


def test_kittila_played_again_goes_the_way_it_went(data, inputs):
    table = hindcast_kittila(data, inputs, draws=200)
    last = table[table["year"] == 2017].set_index("measure")
    assert last.loc["jobs", "value"] == pytest.approx(last.loc["jobs", "actual"], rel=0.06)
    assert last.loc["in_commuters", "value"] == pytest.approx(last.loc["in_commuters", "actual"], rel=0.2)
    assert last.loc["employed_residents", "value"] > 2431 + 200
    assert last.loc["population", "value"] > 5840
    assert last.loc["unemployed", "value"] < 390
