import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from matrix_model import female_matrix, project

from amoanalysis.errors import ShapeError
from amoanalysis.models.population.cohort_component import (
    FEMALE,
    MALE,
    accounting_error,
    aged,
    cohort_step,
    migrate,
    summed_ages,
    survive,
)

pytestmark = pytest.mark.law


def shares(shape):
    return arrays(np.float64, shape, elements=st.floats(0.0, 1.0))


def persons(shape, most=5000.0):
    return arrays(np.float64, shape, elements=st.floats(0.0, most))


@st.composite
def years(draw):
    draws, places, ages = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.integers(3, 12))
    shape = (draws, places, 2, ages)
    fertility = draw(shares((draws, 1, ages))) * 0.5
    fertility[..., 0] = 0.0
    return {
        "population": draw(persons(shape)),
        "survival": draw(shares((draws, 1, 2, ages))),
        "fertility": fertility,
        "sex_ratio_at_birth": draw(st.floats(0.5, 2.0)),
        "in_migration": draw(persons(shape, 800.0)),
        "out_migration": draw(persons(shape, 8000.0)),
        "width": draw(st.sampled_from([1.0, 5.0])),
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


@given(years(), st.sampled_from([None, 0.0005]))
@settings(max_examples=60)
def test_nobody_is_negative_and_none_leaves_who_is_not_there(year, floor):
    survived = survive(**{key: value for key, value in year.items() if "migration" not in key})
    present = survived.population.copy()
    step = migrate(survived, year["in_migration"], year["out_migration"], floor=floor)
    for flow in (step.population, step.births, step.deaths, step.in_migration, step.out_migration):
        assert flow.min() >= 0.0
    assert np.all(step.out_migration <= present + step.in_migration + 1e-9)
    assert accounting_error(year["population"], step) <= 1e-6
    if floor is None:
        assert np.all(step.out_migration <= present)
        np.testing.assert_array_equal(step.in_migration, year["in_migration"])


@given(years())
@settings(max_examples=30)
def test_a_draw_does_not_know_the_other_draws(year):
    together = cohort_step(**year)
    for draw in range(len(year["population"])):
        alone = {key: value[draw : draw + 1] if isinstance(value, np.ndarray) else value for key, value in year.items()}
        np.testing.assert_allclose(cohort_step(**alone).population[0], together.population[draw], rtol=1e-12)


def test_a_full_age_that_loses_more_than_it_has_ends_at_the_floor():
    population, survival, fertility = steady()
    nobody = np.zeros_like(population)
    step = cohort_step(
        population, survival, fertility, 1.05, in_migration=nobody, out_migration=nobody + 1e6, floor=0.0005
    )
    np.testing.assert_allclose(step.population, 0.0005, atol=1e-9)
    assert accounting_error(population, step) <= 1e-6


def test_an_empty_age_that_somebody_is_to_leave_is_filled_to_the_floor_and_counted():
    population, survival, fertility = steady()
    population[0, 0, FEMALE, 4] = 0.0
    out = np.zeros_like(population)
    out[0, 0, FEMALE, 5] = 3.0
    step = cohort_step(population, survival, fertility, 1.05, in_migration=out * 0, out_migration=out, floor=0.0005)
    assert step.population[0, 0, FEMALE, 5] == pytest.approx(0.0005)
    assert step.in_migration[0, 0, FEMALE, 5] == pytest.approx(0.0005)
    assert step.out_migration.sum() == 0.0
    assert accounting_error(population, step) <= 1e-9


def test_the_floor_leaves_a_population_alone_that_stays_above_it():
    population, survival, fertility = steady()
    moves = {"in_migration": population * 0.02, "out_migration": population * 0.01}
    plain = cohort_step(population, survival, fertility, 1.05, **moves)
    floored = cohort_step(population, survival, fertility, 1.05, **moves, floor=0.0005)
    np.testing.assert_array_equal(plain.population, floored.population)


def test_boys_per_girl_are_the_sex_ratio_and_births_count_both_ends():
    population, survival, fertility = steady()
    nobody = np.zeros(population.shape)
    step = cohort_step(population, survival, fertility, 1.05, in_migration=nobody, out_migration=nobody)
    np.testing.assert_allclose(step.births[..., MALE] / step.births[..., FEMALE], 1.05)
    women = (population + step.population)[:, :, FEMALE] / 2
    np.testing.assert_allclose(step.births.sum(axis=-1), women[..., 1:] @ fertility[1:])


@pytest.mark.parametrize("width", [1.0, 5.0])
def test_a_stationary_population_stays_as_it_is(width):
    _, survival, fertility = steady()
    population = np.cumprod(survival, axis=-1)
    population[:, -1] = population[:, -2] * survival[:, -1] / (1 - survival[:, -1])
    # As many births as make the newborns of each sex one.
    fertility = fertility * 2 / (width * population[FEMALE] @ fertility)
    nobody = np.zeros_like(population)
    step = cohort_step(population, survival, fertility, 1.0, in_migration=nobody, out_migration=nobody, width=width)
    np.testing.assert_allclose(step.population, population, rtol=1e-12)


def test_the_last_ratio_holds_for_the_last_two_ages_together():
    population, survival, fertility = steady()
    step = survive(population, survival, fertility, 1.05)
    oldest = population[..., -2] + population[..., -1]
    np.testing.assert_allclose(step.population[..., -1], oldest * survival[:, -1])


def test_women_without_migration_follow_the_matrix_of_leslie():
    population, survival, fertility = steady()
    nobody = np.zeros_like(population)
    path = project(female_matrix(survival[FEMALE], fertility, 1 / 2.05), population[:, :, FEMALE], 20)
    for year in range(20):
        np.testing.assert_allclose(population[:, :, FEMALE], path[year], rtol=1e-10)
        population = cohort_step(
            population, survival, fertility, 1.05, in_migration=nobody, out_migration=nobody
        ).population


def test_what_is_given_is_left_as_it_was():
    population, survival, fertility = steady()
    out = np.full_like(population, 1e6)
    copies = population.copy(), out.copy()
    cohort_step(population, survival, fertility, 1.05, in_migration=out * 0, out_migration=out)
    np.testing.assert_array_equal(population, copies[0])
    np.testing.assert_array_equal(out, copies[1])


def test_naming_the_fertile_ages_changes_nothing():
    population, survival, fertility = steady()
    whole = survive(population, survival, fertility, 1.05)
    narrow = survive(population, survival, fertility, 1.05, fertile=slice(3, 7))
    np.testing.assert_allclose(whole.births, narrow.births, rtol=1e-14)


def test_ageing_keeps_everybody():
    population = steady()[0]
    moved = aged(population)
    np.testing.assert_allclose(moved.sum(axis=-1), population.sum(axis=-1))
    assert not moved[..., 0].any()


def test_arrays_that_do_not_fit_are_refused():
    population, survival, fertility = steady()
    with pytest.raises(ShapeError, match="sex"):
        survive(population[:, :, :1], survival, fertility, 1.05)
    with pytest.raises(ShapeError, match="survival"):
        survive(population, survival[:, 1:], fertility, 1.05)
    with pytest.raises(ShapeError, match="each of the 12 ages"):
        survive(population, survival, fertility[:1], 1.05)
    with pytest.raises(ShapeError, match="first age"):
        survive(population, survival, fertility + 0.1, 1.05)
    with pytest.raises(ShapeError, match="in-migration"):
        migrate(survive(population, survival, fertility, 1.05), population[..., :5], population)


def test_groups_of_ages_hold_the_persons_of_their_ages():
    ages = np.arange(20.0).reshape(2, 10) ** 2
    np.testing.assert_array_equal(summed_ages(ages, 5), np.stack([ages[:, :5].sum(axis=1), ages[:, 5:].sum(axis=1)], 1))
    np.testing.assert_array_equal(summed_ages(ages, 1), ages)
    np.testing.assert_array_equal(summed_ages(ages, 9)[:, 1], ages[:, 9])
