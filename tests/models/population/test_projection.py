from dataclasses import replace

import numpy as np
import pytest

from amoanalysis.config.scenarios import load_scenario
from amoanalysis.models.balance.induced_migration import add_households
from amoanalysis.models.population import projection as model
from amoanalysis.models.population.cohort_component import accounting_error
from amoanalysis.models.population.projection import compiled_step
from amoanalysis.models.statistics.draws import Draws

pytestmark = pytest.mark.law

YEARS = range(2023, 2033)
DRAWS = Draws(1, 0, 60)


@pytest.fixture(scope="module")
def assumed(data):
    return load_scenario("baseline", data.folder).assumptions.population


@pytest.fixture(scope="module")
def paths(inputs, assumed):
    return model.population_paths(inputs.population, assumed, DRAWS, YEARS)


def start(inputs) -> np.ndarray:
    base = inputs.population.population
    return np.broadcast_to(base, (DRAWS.count, *base.shape))


def test_people_are_accounted_for_by_sex_and_age_in_every_year(inputs, paths):
    people, none = start(inputs), np.zeros((DRAWS.count, 6))
    for index in range(len(YEARS)):
        year = compiled_step(people, inputs.population, paths, index, none)
        assert accounting_error(people, year) < 1e-6
        assert year.population.min() >= 0
        people = year.population


@pytest.mark.parametrize("movers", [40.0, -8.0])
def test_movers_with_their_families_are_accounted_for_too(inputs, paths, movers):
    year = compiled_step(start(inputs), inputs.population, paths, 0, np.zeros((DRAWS.count, 6)))
    family = np.broadcast_to(1.5 * inputs.population.profile.arriving.mean(axis=0), (DRAWS.count, 2, 101))
    more = add_households(year, family, np.full((DRAWS.count, 6), movers))
    assert accounting_error(start(inputs), more) < 1e-6
    net = more.in_migration - more.out_migration - year.in_migration + year.out_migration
    np.testing.assert_allclose(net.sum(axis=(2, 3)), 1.5 * movers)


def test_those_who_leave_for_want_of_work_are_gone(inputs, paths):
    none = compiled_step(start(inputs), inputs.population, paths, 0, np.zeros((DRAWS.count, 6)))
    some = compiled_step(start(inputs), inputs.population, paths, 0, np.full((DRAWS.count, 6), 25.0))
    gone = none.population.sum(axis=(2, 3)) - some.population.sum(axis=(2, 3))
    np.testing.assert_allclose(gone, 25.0, atol=1e-6)


def test_known_fertility_is_not_drawn_and_unknown_fertility_is(inputs, paths):
    known = max(inputs.population.total_fertility[0])
    spread = paths.total_fertility[..., 0].std(axis=1)
    for year, width in zip(YEARS, spread, strict=True):
        assert (width < 1e-12) == (year <= known)


def test_the_jump_off_meets_the_known_totals(data, inputs):
    known = data.table("population").query("year == @inputs.population.year").set_index("place")["population"]
    np.testing.assert_allclose(inputs.population.population.sum(axis=(1, 2)), known[list(inputs.codes)])


def test_improving_mortality_leaves_more_of_the_old(inputs, paths):
    none = np.zeros((DRAWS.count, 6))
    year = compiled_step(start(inputs), inputs.population, paths, 5, none)
    frozen = replace(paths, decline=np.zeros_like(paths.decline))
    older = compiled_step(start(inputs), inputs.population, frozen, 5, none)
    assert year.deaths.sum() < older.deaths.sum()
