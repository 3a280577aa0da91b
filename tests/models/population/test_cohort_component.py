from dataclasses import replace

import numpy as np
import pytest
from cohort_accounts import accounting_error, cohort_step
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from matrix_model import female_matrix, project

from amoanalysis.config.scenarios import load_scenario
from amoanalysis.errors import ShapeError
from amoanalysis.models.balance.induced_migration import add_households
from amoanalysis.models.population.cohort_component import (
    FEMALE,
    MALE,
    advance_ages,
    migrate,
    project_year,
    survive,
)
from amoanalysis.models.population.projection import draw_population_paths
from amoanalysis.models.statistics.draws import Draws

pytestmark = pytest.mark.law

YEARS = range(2023, 2033)
DRAWS = Draws(1, 0, 60)
FERTILE = slice(1, None)


def shares(shape):
    return arrays(np.float64, shape, elements=st.floats(0.0, 1.0))


def persons(shape, most=5000.0):
    return arrays(np.float64, shape, elements=st.floats(0.0, most))


@st.composite
def years(draw):
    draws, places, ages = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.integers(3, 12))
    shape = (draws, places, 2, ages)
    return {
        "population": draw(persons(shape)),
        "survival": draw(shares((draws, 1, 2, ages))),
        "fertility": draw(shares((draws, 1, ages))) * 0.5,
        "sex_ratio_at_birth": draw(st.floats(0.5, 2.0)),
        "in_migration": draw(persons(shape, 800.0)),
        "out_migration": draw(persons(shape, 8000.0)),
    }


def steady(ages=12, seed=1):
    rng = np.random.default_rng(seed)
    survival = np.sort(rng.uniform(0.5, 1.0, (2, ages)))[:, ::-1].copy()
    fertility = np.zeros(ages)
    fertility[3:7] = rng.uniform(0.1, 0.6, 4)
    return rng.uniform(10, 900, (2, 3, 2, ages)), survival, fertility


@given(years())
@settings(max_examples=60)
def test_every_person_is_accounted_for_along_cohorts(year):
    step = cohort_step(**year)
    assert accounting_error(year["population"], step) <= 1e-6
    total = step.births.sum() - step.deaths.sum() + step.in_migration.sum() - step.out_migration.sum()
    assert step.population.sum() == pytest.approx(year["population"].sum() + total, abs=1e-6)


@given(years())
@settings(max_examples=60)
def test_no_flow_is_negative_and_out_migrants_are_residents(year):
    rates = {key: value for key, value in year.items() if "migration" not in key}
    survived = survive(**rates, fertile=FERTILE)
    present = survived.population.copy()
    step = migrate(survived, year["in_migration"], year["out_migration"])
    for flow in (step.population, step.births, step.deaths, step.in_migration, step.out_migration):
        assert flow.min() >= 0.0
    assert np.all(step.out_migration <= present)
    np.testing.assert_array_equal(step.in_migration, year["in_migration"])
    assert accounting_error(year["population"], step) <= 1e-6


@given(years())
@settings(max_examples=30)
def test_draws_are_independent_of_each_other(year):
    together = cohort_step(**year)
    for draw in range(len(year["population"])):
        alone = {key: value[draw : draw + 1] if isinstance(value, np.ndarray) else value for key, value in year.items()}
        np.testing.assert_allclose(cohort_step(**alone).population[0], together.population[draw], rtol=1e-12)


def test_births_have_the_sex_ratio_and_the_mean_of_women_at_both_ends():
    population, survival, fertility = steady()
    step = cohort_step(population, survival, fertility, 1.05)
    np.testing.assert_allclose(step.births[..., MALE] / step.births[..., FEMALE], 1.05)
    women = (population + step.population)[:, :, FEMALE] / 2
    np.testing.assert_allclose(step.births.sum(axis=-1), women[..., 1:] @ fertility[1:])


def test_a_stationary_population_does_not_change():
    _, survival, fertility = steady()
    population = np.cumprod(survival, axis=-1)
    population[:, -1] = population[:, -2] * survival[:, -1] / (1 - survival[:, -1])
    # Births are scaled to one newborn of each sex.
    fertility = fertility * 2 / (population[FEMALE] @ fertility)
    step = cohort_step(population, survival, fertility, 1.0)
    np.testing.assert_allclose(step.population, population, rtol=1e-12)


def test_the_last_ratio_applies_to_the_last_two_ages_together():
    population, survival, fertility = steady()
    step = survive(population, survival, fertility, 1.05, fertile=FERTILE)
    oldest = population[..., -2] + population[..., -1]
    np.testing.assert_allclose(step.population[..., -1], oldest * survival[:, -1])


def test_women_without_migration_follow_the_leslie_matrix():
    population, survival, fertility = steady()
    path = project(female_matrix(survival[FEMALE], fertility, 1 / 2.05), population[:, :, FEMALE], 20)
    for year in range(20):
        np.testing.assert_allclose(population[:, :, FEMALE], path[year], rtol=1e-10)
        population = cohort_step(population, survival, fertility, 1.05).population


def test_the_arguments_are_not_modified():
    population, survival, fertility = steady()
    out = np.full_like(population, 1e6)
    copies = population.copy(), out.copy()
    cohort_step(population, survival, fertility, 1.05, out_migration=out)
    np.testing.assert_array_equal(population, copies[0])
    np.testing.assert_array_equal(out, copies[1])


def test_a_narrower_range_of_fertile_ages_changes_nothing():
    population, survival, fertility = steady()
    whole = survive(population, survival, fertility, 1.05, fertile=FERTILE)
    narrow = survive(population, survival, fertility, 1.05, fertile=slice(3, 7))
    np.testing.assert_allclose(whole.births, narrow.births, rtol=1e-14)


def test_ageing_keeps_the_total():
    population = steady()[0]
    moved = advance_ages(population)
    np.testing.assert_allclose(moved.sum(axis=-1), population.sum(axis=-1))
    assert not moved[..., 0].any()


def test_arrays_that_do_not_fit_are_refused():
    population, survival, fertility = steady()
    with pytest.raises(ShapeError, match="sex"):
        survive(population[:, :, :1], survival, fertility, 1.05, fertile=FERTILE)
    with pytest.raises(ShapeError, match="survival"):
        survive(population, survival[:, 1:], fertility, 1.05, fertile=FERTILE)
    with pytest.raises(ShapeError, match="each of the 12 ages"):
        survive(population, survival, fertility[:1], 1.05, fertile=FERTILE)
    with pytest.raises(ShapeError, match="age 0"):
        survive(population, survival, fertility, 1.05, fertile=slice(None))
    with pytest.raises(ShapeError, match="in-migration"):
        migrate(survive(population, survival, fertility, 1.05, fertile=FERTILE), population[..., :5], population)


@pytest.fixture(scope="module")
def paths(data, inputs):
    assumptions = load_scenario("baseline", data.folder).assumptions.population
    return draw_population_paths(inputs.population, assumptions, DRAWS, YEARS)


def start(inputs) -> np.ndarray:
    base = inputs.population.population
    return np.broadcast_to(base, (DRAWS.count, *base.shape))


def test_the_population_model_accounts_for_persons_by_sex_and_age_in_every_year(inputs, paths):
    people, none = start(inputs), np.zeros((DRAWS.count, 6))
    for t in range(len(YEARS)):
        year = project_year(people, inputs.population, paths, t, none)
        assert accounting_error(people, year) < 1e-6
        assert year.population.min() >= 0
        people = year.population


def test_without_scores_a_year_has_the_expected_numbers_of_events(inputs, paths):
    names = ("z_births", "z_deaths", "z_in_migration", "z_out_migration", "z_foreign")
    expected_paths = replace(paths, **{name: np.zeros_like(getattr(paths, name)) for name in names})
    none = np.zeros((DRAWS.count, 6))
    expected = project_year(start(inputs), inputs.population, expected_paths, 0, none)
    drawn = project_year(start(inputs), inputs.population, paths, 0, none)
    births, deaths = expected.births.sum(axis=2), expected.deaths.sum(axis=(2, 3))
    np.testing.assert_allclose(drawn.births.sum(axis=2), births + paths.z_births[0] * np.sqrt(births))
    # Births differ, and with them the expected deaths of infants: by far less than a person.
    np.testing.assert_allclose(drawn.deaths.sum(axis=(2, 3)), deaths + paths.z_deaths[0] * np.sqrt(deaths), atol=0.1)


def test_movers_between_the_places_arrive_with_their_ages_and_others_with_the_age_profile(inputs, paths):
    base = inputs.population
    year = project_year(start(inputs), base, paths, 0, np.zeros((DRAWS.count, 6)))
    near = np.einsum("op,dosa->dpsa", base.levels.exchange, year.out_migration)
    others = year.in_migration - near
    assert near.sum() > 0
    assert others.min() > -1e-9
    np.testing.assert_allclose(others, others.sum(axis=(2, 3), keepdims=True) * base.profile.arriving, atol=1e-9)


@pytest.mark.parametrize("movers", [40.0, -8.0])
def test_movers_with_their_families_are_accounted_for(inputs, paths, movers):
    year = project_year(start(inputs), inputs.population, paths, 0, np.zeros((DRAWS.count, 6)))
    family = np.broadcast_to(1.5 * inputs.population.profile.arriving.mean(axis=0), (DRAWS.count, 2, 101))
    more = add_households(year, family, np.full((DRAWS.count, 6), movers))
    assert accounting_error(start(inputs), more) < 1e-6
    net = more.in_migration - more.out_migration - year.in_migration + year.out_migration
    np.testing.assert_allclose(net.sum(axis=(2, 3)), 1.5 * movers)


def test_extra_out_migration_reduces_the_population(inputs, paths):
    none = project_year(start(inputs), inputs.population, paths, 0, np.zeros((DRAWS.count, 6)))
    some = project_year(start(inputs), inputs.population, paths, 0, np.full((DRAWS.count, 6), 25.0))
    difference = none.population.sum(axis=(2, 3)) - some.population.sum(axis=(2, 3))
    np.testing.assert_allclose(difference, 25.0, atol=1e-6)


def test_mortality_improvement_reduces_deaths(inputs, paths):
    none = np.zeros((DRAWS.count, 6))
    year = project_year(start(inputs), inputs.population, paths, 5, none)
    frozen = replace(paths, decline=np.zeros_like(paths.decline))
    assert year.deaths.sum() < project_year(start(inputs), inputs.population, frozen, 5, none).deaths.sum()
