"""One step of a two-sex cohort-component projection, for any number of draws and places at once."""

import math
from dataclasses import dataclass, replace

import numpy as np
from numba import njit
from numpy.typing import NDArray

from amoanalysis.errors import ShapeError

Array = NDArray[np.float64]

FEMALE, MALE = 0, 1


@dataclass(frozen=True, eq=False)
class CohortStep:
    """Where a step ends, and the flows that led there; persons.

    Ages are those reached at the end of the step: deaths at age a are of those who would have been a at the end, so
    deaths at age 0 are of those born in the step. With x[a] the population of the step's start moved on by one age,

        population = x + births (at age 0) - deaths + in_migration - out_migration.

    Attributes:
        population: (draw, place, sex, age), at the end of the step.
        births: (draw, place, sex), live births of the step.
        deaths: (draw, place, sex, age).
        in_migration: (draw, place, sex, age), as asked.
        out_migration: (draw, place, sex, age), as asked but never more than are there to leave.
    """

    population: Array
    births: Array
    deaths: Array
    in_migration: Array
    out_migration: Array


def cohort_step(
    population: Array,
    survival: Array,
    fertility: Array,
    sex_ratio_at_birth: float | Array,
    *,
    in_migration: Array,
    out_migration: Array,
    width: float = 1.0,
    fertile: slice | None = None,
    floor: float | None = None,
) -> CohortStep:
    """Moves a population on by one step: deaths and births first, migrants at the end of the step.

    survivors[a] = population[a - 1] * survival[a], the open age gathering its own and those of the age before it;
    births = width * sum_a fertility[a] * (women[a] + surviving women[a]) / 2, before any migration;
    population' = survivors + in_migration - out_migration, with survivors[0] = births * survival[0].

    Args:
        population: (draw, place, sex, age), persons; women first, the last age open. The leading axes may be others.
        survival: broadcasts to population; share alive at the end of the step, by the age reached (see `survive`).
        fertility: (..., age), births per woman and year, broadcasts over draws and places.
        sex_ratio_at_birth: boys per girl, a number or (draw, place).
        in_migration: broadcasts to population; persons by age at the end of the step, none negative.
        out_migration: likewise.
        width: years in a step, and in an age group.
        fertile: ages that may bear children; a narrow slice saves time. Without it all but the first age.
        floor: without it nobody leaves who is not there. With it the rule is that of net counts: an age that would
            end below zero ends at the floor instead, and the difference is taken from those who leave.

    Returns:
        The population at the end and the flows.

    Raises:
        ShapeError: if the arrays do not fit the population, or the first age is to bear children.

    Source: Preston, Heuveline & Guillot (2001), chapter 6; UN World Population Prospects 2022, methodology.
    """
    survived = survive(population, survival, fertility, sex_ratio_at_birth, width=width, fertile=fertile)
    return migrate(survived, in_migration, out_migration, floor=floor)


def survive(
    population: Array,
    survival: Array,
    fertility: Array,
    sex_ratio_at_birth: float | Array,
    *,
    width: float = 1.0,
    fertile: slice | None = None,
) -> CohortStep:
    """Ages a population by one step, with its deaths and births and without migration.

    Apart from `migrate`, so that a model can first see who is there to leave, and send each leaver somewhere.

    Args:
        population: (draw, place, sex, age), persons; women first, the last age open.
        survival: broadcasts to population. [0] applies to births, [a] to those of age a - 1, and the last one to the
            last two ages together.
        fertility: (..., age), births per woman and year.
        sex_ratio_at_birth: boys per girl, a number or (draw, place).
        width: years in a step.
        fertile: ages that may bear children.

    Returns:
        The step without migrants (both flows are zero).

    Raises:
        ShapeError: if the arrays do not fit the population, or the first age is to bear children.

    Source: Preston, Heuveline & Guillot (2001), chapter 6.
    """
    fertile = fertile or slice(1, None)
    _check(population, survival, fertility, fertile)
    survivors_by_start, survivors = _two_views(population.shape)
    deaths_by_start, deaths = _two_views(population.shape)

    onward = np.concatenate([survival[..., 1:], survival[..., -1:]], axis=-1)
    np.multiply(population, onward, out=survivors_by_start)
    np.subtract(population, survivors_by_start, out=deaths_by_start)
    survivors[..., -1] += survivors_by_start[..., -1]
    deaths[..., -1] += deaths_by_start[..., -1]

    # One pass over the women of each end costs less than adding the two arrays first.
    rates = fertility[..., fertile]
    born = np.vecdot(population[..., FEMALE, fertile], rates) + np.vecdot(survivors[..., FEMALE, fertile], rates)
    born *= 0.5 * width
    births = np.empty(population.shape[:-1])
    np.divide(born, 1.0 + np.asarray(sex_ratio_at_birth), out=births[..., FEMALE])
    np.subtract(born, births[..., FEMALE], out=births[..., MALE])
    np.multiply(births, survival[..., 0], out=survivors[..., 0])
    np.subtract(births, survivors[..., 0], out=deaths[..., 0])

    nobody = np.broadcast_to(0.0, population.shape)
    return CohortStep(survivors, births, deaths, nobody, nobody)


def migrate(
    survived: CohortStep,
    in_migration: Array,
    out_migration: Array,
    *,
    floor: float | None = None,
) -> CohortStep:
    """Adds the migrants of a step at its end, in place: the population of `survived` is written over.

    out_migration' = min(out_migration, survivors); population' = survivors + in_migration - out_migration'.

    Args:
        survived: the step before migration.
        in_migration: broadcasts to the population; persons by age at the end of the step, none negative.
        out_migration: likewise.
        floor: as in `cohort_step`.

    Returns:
        The whole step.

    Raises:
        ShapeError: if the migrants do not fit the population.

    Source: UN World Population Prospects 2022, methodology (migration at the end of the period).
    """
    population = survived.population
    for name, flow in (("in-migration", in_migration), ("out-migration", out_migration)):
        _fits(name, flow.shape, population.shape)
    if floor is not None:
        in_migration, out_migration = _floored(population, in_migration, out_migration, floor)
    else:
        out_migration = np.minimum(out_migration, population)
    population -= out_migration
    population += in_migration
    return replace(
        survived,
        in_migration=np.broadcast_to(in_migration, population.shape),
        out_migration=out_migration,
    )


def summed_ages(values: Array, width: int) -> Array:
    """Sums over groups of so many ages: (..., age) -> (..., group); the last group holds the ages that are left."""
    ages = values.shape[-1]
    sums = np.empty((*values.shape[:-1], math.ceil(ages / width)))
    _sum_groups(np.ascontiguousarray(values).reshape(-1, ages), width, sums.reshape(-1, sums.shape[-1]))
    return sums


@njit(cache=True, nogil=True, error_model="numpy")
def _sum_groups(values: Array, width: int, sums: Array) -> None:
    """Compiled: numpy is slow in sums over few ages at a time."""
    rows, ages = values.shape
    for row in range(rows):
        for group in range(sums.shape[1]):
            total = 0.0
            for age in range(group * width, min((group + 1) * width, ages)):
                total += values[row, age]
            sums[row, group] = total


def aged(population: Array) -> Array:
    """The population moved on by one age, nobody dying: nobody at age 0, the last two ages together in the last.

    Args:
        population: (..., age), persons.

    Returns:
        (..., age), persons.
    """
    moved = np.empty_like(population)
    moved[..., 0] = 0.0
    moved[..., 1:] = population[..., :-1]
    moved[..., -1] += population[..., -1]
    return moved


def accounting_error(before: Array, step: CohortStep) -> float:
    """The largest deviation of a step from population' = population + births - deaths + in - out along cohorts.

    Args:
        before: (draw, place, sex, age), persons, at the start of the step.
        step: the step that followed.

    Returns:
        Persons, the largest absolute deviation of any draw, place, sex and age.
    """
    expected = aged(before) - step.deaths + step.in_migration - step.out_migration
    expected[..., 0] += step.births
    return float(np.max(np.abs(step.population - expected), initial=0.0))


def _two_views(shape: tuple[int, ...]) -> tuple[Array, Array]:
    """The same memory by age at the start and by age at the end of a step.

    A cell of age a at the start is the cell of age a + 1 at the end: moving people on by an age then costs no pass over
    the array. The open age at the start falls on age 0 of the row that follows, so it is read before births are set.
    """
    memory = np.empty(math.prod(shape) + 1)
    return memory[1:].reshape(shape), memory[:-1].reshape(shape)


def _floored(survivors: Array, arriving: Array, leaving: Array, floor: float) -> tuple[Array, Array]:
    arriving = np.broadcast_to(arriving, survivors.shape)
    leaving = np.broadcast_to(leaving, survivors.shape)
    emptied = survivors + arriving - leaving < 0.0
    if not emptied.any():
        return arriving, np.array(leaving)
    spare = survivors[emptied] + arriving[emptied] - floor
    arriving, leaving = np.array(arriving), np.array(leaving)
    leaving[emptied] = np.maximum(spare, 0.0)
    arriving[emptied] += np.maximum(-spare, 0.0)
    return arriving, leaving


def _check(population: Array, survival: Array, fertility: Array, fertile: slice) -> None:
    if population.shape[-2:-1] != (len((FEMALE, MALE)),):
        raise ShapeError(f"The population has the shape {population.shape}: its last axes must be sex (2) and age.")
    ages = population.shape[-1]
    _fits("survival", survival.shape, population.shape)
    _fits("fertility", fertility.shape, (*population.shape[:-2], ages))
    if survival.shape[-1] != ages or fertility.shape[-1] != ages:
        raise ShapeError(f"Survival and fertility must be given for each of the {ages} ages.")
    if fertile.indices(ages)[0] == 0 or (fertile.start == 1 and np.any(fertility[..., 0])):
        raise ShapeError("The first age bears children: give it a fertility of zero.")


def _fits(name: str, shape: tuple[int, ...], whole: tuple[int, ...]) -> None:
    try:
        fits = np.broadcast_shapes(shape, whole) == whole
    except ValueError:
        fits = False
    if not fits:
        raise ShapeError(f"The {name} has the shape {shape}, which does not fit {whole}: align its axes.")
