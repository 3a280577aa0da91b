"""People who move because jobs grew beyond the usual, and the families that come with them."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numba import njit

from amoanalysis.errors import DataError
from amoanalysis.models.population.projection import PopulationStep
from amoanalysis.models.statistics.draws import Array

# Ages of those who move for a job, and of the children who come with them.
CHILDREN, ADULTS = slice(0, 18), slice(18, 63)
# Rounds allowed for people, services and movers to agree; a year needs about six.
MAX_ITERATIONS = 20
# They agree when no place's movers change by more persons than this.
TOLERANCE = 1e-7


@dataclass(frozen=True)
class MoverHouseholds:
    """What comes with one mover.

    Attributes:
        by_age: (draw, sex, age), persons per mover, herself included.
        driver_weights: (draw, driver), what one household counts for services, schools and care.
    """

    by_age: Array
    driver_weights: Array


def mover_households(arriving: Array, partners: Array, children: Array, weights: Array) -> MoverHouseholds:
    """The mover, her partner and her children by age: the ages of migrants, adults and children apart.

    Args:
        arriving: (sex, age), ages of migrants, sums to 1.
        partners: (draw,), partners per mover.
        children: (draw,), children per mover.
        weights: (driver, age), how much an age counts for services, schools and care.

    Returns:
        The households.
    """
    adult, child = np.zeros_like(arriving), np.zeros_like(arriving)
    adult[:, ADULTS] = arriving[:, ADULTS] / arriving[:, ADULTS].sum()
    child[:, CHILDREN] = arriving[:, CHILDREN] / arriving[:, CHILDREN].sum()
    by_age = (1 + partners)[:, None, None] * adult + children[:, None, None] * child
    return MoverHouseholds(by_age, by_age.sum(axis=1) @ weights.T)


def solve_movers(wanted: Callable[[Array], Array], before: Array, share: Array, workers: Array) -> tuple[Array, int]:
    """Movers of a year, when people, the services they need and the movers whom these need agree.

    movers workers = share (wanted(movers) - before)

    Args:
        wanted: (draw, place) movers of the year -> (draw, place) residents at work beyond the usual.
        before: (draw, place), those brought in earlier years.
        share: (draw, 1), share of what is missing that comes in a year.
        workers: (draw, place), members of the labour force per mover's household.

    Returns:
        Movers, (draw, place), negative where more leave than come; and the rounds it took.

    Raises:
        DataError: if they do not agree within `MAX_ITERATIONS`.
    """
    movers, moved = np.zeros_like(before), np.full_like(before, np.inf)
    scale = share / np.maximum(workers, 1e-9)
    for number in range(1, MAX_ITERATIONS + 1):
        # A place that agrees keeps its movers, so that its digits do not depend on what else is in the block.
        following = np.where(moved < TOLERANCE, movers, scale * (wanted(movers) - before))
        moved = np.where(moved < TOLERANCE, moved, np.abs(following - movers))
        movers = following
        if (moved < TOLERANCE).all():
            return movers, number
    raise DataError(
        f"Movers and the services they need do not agree after {MAX_ITERATIONS} rounds: {moved.max():g} persons."
    )


def add_households(year: PopulationStep, by_age: Array, movers: Array) -> PopulationStep:
    """Adds movers with their families at the end of a year, or lets them leave where there are fewer than none.

    Args:
        year: the year before them.
        by_age: (draw, sex, age), persons per mover, herself included.
        movers: (draw, place), how many come; negative where they leave.

    Returns:
        The year with them in its migration and its population; nobody leaves who is not there.
    """
    before = [np.ascontiguousarray(flow) for flow in (year.population, year.in_migration, year.out_migration)]
    people, coming, leaving = (np.empty_like(flow) for flow in before)
    _join(movers, by_age, before[0], before[1], before[2], people, coming, leaving)
    return replace(year, population=people, in_migration=coming, out_migration=leaving)


@njit(cache=True, nogil=True, error_model="numpy")
def _join(
    movers: Array,
    by_age: Array,
    people_before: Array,
    coming_before: Array,
    leaving_before: Array,
    people: Array,
    coming: Array,
    leaving: Array,
) -> None:
    """One pass over the cells, compiled; the last three arguments are written. Flows are (draw, place, sex, age)."""
    draws, places, sexes, ages = people.shape
    for d in range(draws):
        for p in range(places):
            for s in range(sexes):
                for a in range(ages):
                    there, change = people_before[d, p, s, a], movers[d, p] * by_age[d, s, a]
                    more, fewer = max(change, 0.0), min(max(-change, 0.0), there)
                    people[d, p, s, a] = there + more - fewer
                    coming[d, p, s, a] = coming_before[d, p, s, a] + more
                    leaving[d, p, s, a] = leaving_before[d, p, s, a] + fewer
