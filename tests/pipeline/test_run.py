from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amoanalysis.config.scenarios import Scenario, load_scenario
from amoanalysis.errors import UserError
from amoanalysis.models.statistics.draws import Draws
from amoanalysis.pipeline.run import forecast, simulate
from amoanalysis.results.comparison import difference_table

pytestmark = pytest.mark.law

ADDITIVE = (
    "population", "births", "deaths", "labour_force", "employed_residents", "unemployed", "jobs", "labour_demand",
    "in_commuters", "out_commuters", "non_resident_workers", "unfilled_jobs", "tourism_nights", "project_jobs",
    "joined_labour_force", "unfilled_jobs_pooled",
)  # fmt: skip


@pytest.fixture(scope="module")
def scenarios(data):
    return {name: load_scenario(name, data.folder) for name in ("baseline", "hannukainen", "tourism_growth")}


@pytest.fixture(scope="module")
def results(data, inputs, scenarios):
    return {name: forecast(inputs, s, data.places, until=2040, draws=120, seed=1) for name, s in scenarios.items()}


def close(left, right, tolerance=1e-6):
    np.testing.assert_allclose(left, right, rtol=0, atol=tolerance)


@pytest.mark.parametrize("name", ["baseline", "hannukainen", "tourism_growth"])
def test_the_identities_hold_in_every_place_year_and_draw(results, inputs, name):
    get = {measure: array[..., 0] for measure, array in results[name].arrays.items()}
    before = np.concatenate(
        [
            np.broadcast_to(inputs.population.population.sum(axis=(1, 2)), get["population"][:1].shape),
            get["population"][:-1],
        ]
    )
    close(get["population"], before + get["births"] - get["deaths"] + get["in_migration"] - get["out_migration"])
    close(get["labour_force"], get["employed_residents"] + get["unemployed"])
    residents = get["jobs"] - get["in_commuters"] - get["non_resident_workers"] + get["out_commuters"]
    close(get["employed_residents"], residents)
    close(get["jobs"], get["labour_demand"] - get["unfilled_jobs"])
    close(results[name].arrays["jobs_by_industry"].sum(axis=3), get["jobs"])
    for grouped in ("population_by_age", "population_by_sex_age"):
        close(results[name].arrays[grouped].sum(axis=3), get["population"])


@pytest.mark.parametrize("measure", ADDITIVE)
def test_the_region_is_the_sum_of_its_municipalities_in_every_draw(results, measure):
    result = results["hannukainen"]
    close(result.values(measure, "region"), sum(result.values(measure, code) for code in result.codes))
    subregions = result.values(measure, "SK196") + result.values(measure, "SK193")
    close(result.values(measure, "region"), subregions)


def test_the_region_s_band_is_narrower_than_the_sum_of_bands(results):
    def width(place: str) -> np.ndarray:
        bands = results["baseline"].interval("population", place, history=False)
        return (bands["high"] - bands["low"]).to_numpy()

    assert (width("region") < sum(width(code) for code in results["baseline"].codes)).all()


@pytest.mark.parametrize("measure", ["population", "labour_force", "labour_demand"])
def test_bands_widen_with_the_horizon(results, measure):
    for place in results["baseline"].area_codes():
        bands = results["baseline"].interval(measure, place, history=False)
        width = (bands["high"] - bands["low"]).to_numpy()
        assert width[0] < width[4] < width[9] < width[-1], place


@pytest.mark.parametrize("pairs", [60, 200, 797, 100_000])
def test_the_digits_do_not_depend_on_how_draws_are_split_into_blocks(data, inputs, scenarios, pairs):
    one, other = (
        forecast(inputs, scenarios["hannukainen"], data.places, until=2033, draws=150, seed=9, pairs_per_block=size)
        for size in (1_600, pairs)
    )
    for measure in one.arrays:
        close(one.arrays[measure], other.arrays[measure], 1e-9)


def test_a_longer_run_begins_with_the_digits_of_a_shorter_one(data, inputs, scenarios, results):
    short = forecast(inputs, scenarios["baseline"], data.places, until=2030, draws=40, seed=1)
    np.testing.assert_array_equal(short.arrays["jobs"], results["baseline"].arrays["jobs"][:8, :40])


def test_a_scenario_without_overrides_equals_the_baseline_to_the_last_bit(data, inputs, results, tmp_path):
    words = 'based_on = "baseline"\n[title]\nfi = "a"\nen = "a"\n[narrative]\nfi = "a"\nen = "a"\n'
    (tmp_path / "same.toml").write_text(words)
    same = load_scenario(str(tmp_path / "same.toml"), data.folder)
    result = forecast(inputs, same, data.places, until=2040, draws=120, seed=1)
    for measure, array in result.arrays.items():
        np.testing.assert_array_equal(array, results["baseline"].arrays[measure])


def test_a_mine_of_probability_zero_equals_the_baseline_to_the_last_bit(data, inputs, scenarios, results):
    scenario = scenarios["hannukainen"]
    event = scenario.assumptions.events["hannukainen"]
    never = event.probability.model_copy(update={"value": 0.0, "low": 0.0, "high": 0.0})
    events = {"hannukainen": event.model_copy(update={"probability": never})}
    closed = replace(scenario, assumptions=scenario.assumptions.model_copy(update={"events": events}))
    result = forecast(inputs, closed, data.places, until=2040, draws=120, seed=1)
    for measure, array in result.arrays.items():
        np.testing.assert_array_equal(array, results["baseline"].arrays[measure])


def test_what_a_mine_changes_is_known_better_than_either_future(results):
    table = difference_table(results["hannukainen"], results["baseline"], ["labour_demand"], ["273"])
    wide = table.pivot(index="year", columns="quantile", values="value").loc[2038]
    baseline = results["baseline"].interval("labour_demand", "273", history=False).set_index("year").loc[2038]
    assert wide["0.1"] > 0
    assert wide["0.9"] - wide["0.1"] < baseline["high"] - baseline["low"]


def test_the_mine_reaches_the_neighbours_less_than_kolari(results):
    table = difference_table(
        results["hannukainen"], results["baseline"], ["labour_demand"], list(results["baseline"].codes)
    )
    mean = table.query("quantile == 'mean' and year == 2036").set_index("place")["value"]
    assert mean["273"] > 5 * mean.drop("273").max()
    assert (mean > 0).all()


def test_paired_runs_must_be_paired(data, inputs, scenarios, results):
    other = forecast(inputs, scenarios["baseline"], data.places, until=2040, draws=120, seed=2)
    with pytest.raises(UserError, match="seed"):
        difference_table(results["hannukainen"], other, ["jobs"], ["273"])


@pytest.mark.parametrize(("until", "draws"), [(2022, 10), (2101, 10), (2030, 0)])
def test_years_and_draws_out_of_range_are_refused(data, inputs, scenarios, until, draws):
    with pytest.raises(UserError, match="out of range"):
        forecast(inputs, scenarios["baseline"], data.places, until=until, draws=draws)


SIGNED = ("joined_labour_force", "movers", "settled_workers")
SHAKEN = (
    "balance.in_commuters", "balance.in_commuters_at_first", "balance.out_commuters", "balance.unemployed",
    "balance.participation", "balance.outside_workers", "labour_force.hidden_reserve", "balance.partners_per_mover",
)  # fmt: skip


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(st.floats(0.0, 1.0), min_size=8, max_size=8), growth=st.floats(-0.05, 0.08))
def test_the_identities_hold_for_random_assumptions(data, inputs, scenarios, values, growth):
    scenario = shaken(scenarios["hannukainen"], dict(zip(SHAKEN, values, strict=True)) | {"tourism.growth": growth})
    people = inputs.population.population.sum(axis=(1, 2))
    for year in simulate(inputs, scenario.assumptions, Draws(3, 0, 8), range(2023, 2036)):
        get = {measure: value[..., 0] for measure, value in year.items()}
        close(get["population"], people + get["births"] - get["deaths"] + get["in_migration"] - get["out_migration"])
        close(get["labour_force"], get["employed_residents"] + get["unemployed"])
        residents = get["jobs"] - get["in_commuters"] - get["non_resident_workers"] + get["out_commuters"]
        close(get["employed_residents"], residents)
        close(year["jobs_by_industry"].sum(axis=2), get["jobs"])
        close(get["in_commuters_from_region"].sum(axis=1), get["out_commuters_to_region"].sum(axis=1))
        assert min(value.min() for name, value in year.items() if name not in SIGNED) >= -1e-9
        people = get["population"]


def shaken(scenario: Scenario, values: dict[str, float]) -> Scenario:
    """The scenario with some assumptions made certain at other values."""
    tree = scenario.assumptions
    for path, value in values.items():
        section, name = path.split(".")
        certain = scenario.assumption(path).model_copy(update={"value": value, "low": value, "high": value})
        tree = tree.model_copy(update={section: getattr(tree, section).model_copy(update={name: certain})})
    return replace(scenario, assumptions=tree)
