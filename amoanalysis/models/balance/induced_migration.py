"""Induced migration: households that move because labour demand departs from the baseline."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from amoanalysis.errors import DataError
from amoanalysis.models.population.cohort_component import PopulationStep
from amoanalysis.models.statistics.draws import Array

# Ages of movers and partners, and of the children who move with them.
CHILDREN, ADULTS = slice(0, 18), slice(18, 63)
# Limits of the fixed-point iteration; a year needs about six iterations.
MAX_ITERATIONS = 20
TOLERANCE = 1e-7


@dataclass(frozen=True)
class MoverHouseholds:
    """Household of one mover.

    Attributes:
        by_age: (draw, sex, age), persons per mover, the mover included.
        driver_weights: (draw, driver), weight of one household in general services, schools and care.
    """

    by_age: Array
    driver_weights: Array


def mover_households(arriving: Array, partners: Array, children: Array, weights: Array) -> MoverHouseholds:
    """Average households of movers by age: adults and children have the age pattern of all migrants.

    Args:
        arriving: (sex, age), ages of migrants, sums to 1.
        partners: (draw,), partners per mover.
        children: (draw,), children per mover.
        weights: (driver, age), weight of each age in general services, schools and care.

    Returns:
        The households.
    """
    adult, child = np.zeros_like(arriving), np.zeros_like(arriving)
    adult[:, ADULTS] = arriving[:, ADULTS] / arriving[:, ADULTS].sum()
    child[:, CHILDREN] = arriving[:, CHILDREN] / arriving[:, CHILDREN].sum()
    by_age = (1 + partners)[:, None, None] * adult + children[:, None, None] * child
    return MoverHouseholds(by_age, by_age.sum(axis=1) @ weights.T)


def solve_movers(
    resident_demand: Callable[[Array], Array], before: Array, share: Array, workers: Array
) -> tuple[Array, int]:
    """Induced migration of a year: the fixed point of movers and the demand that they create themselves.

    movers x workers per mover = share x (resident_demand(movers) - before)

    Args:
        resident_demand: (draw, place) movers of the year -> (draw, place) demand for residents beyond the baseline.
        before: (draw, place), workers who moved in earlier years.
        share: (draw, 1), share of the remaining demand that moves in within a year.
        workers: (draw, place), members of the labour force per mover's household.

    Returns:
        Movers, (draw, place), negative for net out-migration; and the number of iterations.

    Raises:
        DataError: if the iteration does not converge to `TOLERANCE` persons within `MAX_ITERATIONS`.
    """
    movers, change = np.zeros_like(before), np.full_like(before, np.inf)
    scale = share / np.maximum(workers, 1e-9)
    for number in range(1, MAX_ITERATIONS + 1):
        # Places that have converged are frozen, so that their digits do not depend on the rest of the block.
        following = np.where(change < TOLERANCE, movers, scale * (resident_demand(movers) - before))
        change = np.where(change < TOLERANCE, change, np.abs(following - movers))
        movers = following
        if (change < TOLERANCE).all():
            return movers, number
    raise DataError(
        f"Induced migration does not converge in {MAX_ITERATIONS} iterations: last change {change.max():g} persons."
    )


def add_households(year: PopulationStep, by_age: Array, movers: Array) -> PopulationStep:
    """Adds the households of movers at the end of a year; negative movers leave.

    Args:
        year: the year without movers.
        by_age: (draw, sex, age), persons per mover, the mover included.
        movers: (draw, place), net movers.

    Returns:
        The year with movers in its population and migration; no cell falls below zero.
    """
    change = movers[:, :, None, None] * by_age[:, None]
    arriving = np.maximum(change, 0.0)
    leaving = np.minimum(np.maximum(-change, 0.0), year.population)
    return replace(
        year,
        population=year.population + arriving - leaving,
        in_migration=year.in_migration + arriving,
        out_migration=year.out_migration + leaving,
    )
