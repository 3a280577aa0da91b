"""Training places for unfilled openings: lead times, yields, and the cost of training too few or too many."""

import numpy as np

from amoanalysis.errors import UserError
from amoanalysis.models.statistics.draws import Array


def first_year_of_supply(start: int, duration: int) -> int:
    """First year in which the graduates of an intake are available: start in autumn, `duration` years of training."""
    return start + duration


def new_openings(gap: Array) -> Array:
    """Yearly increase of a cumulative gap; a gap that closes and reopens is counted once.

    Args:
        gap: (year, ...), cumulative gap at the end of each year.

    Returns:
        (year, ...), not negative; the sum over years is the largest gap so far.
    """
    largest = np.maximum.accumulate(gap, axis=0)
    return np.diff(largest, axis=0, prepend=np.zeros_like(largest[:1]))


def workers_per_place(completion: Array, employed: Array, in_field: Array, stays: Array) -> Array:
    """Workers in the field and region per started training place: completion x employed x in the field x stays."""
    return np.asarray(completion * employed * in_field * stays)


def places_needed(
    uncovered: Array, years: range, yielded: Array, duration: int, first: int
) -> tuple[range, Array, Array]:
    """Training places by start year, and the openings that no such place can fill in time.

    places[s] = uncovered[s + duration] / yield, for s from the first intake on

    Args:
        uncovered: (year, draw), openings that appear in each year.
        years: the years of the first axis.
        yielded: (draw,), workers per started place.
        duration: years of training.
        first: first intake that can be planned.

    Returns:
        Start years, places (start, draw), and openings before the first graduates (draw,), persons.

    Raises:
        UserError: if the first intake is before the forecast.
    """
    if first < years.start - 1:
        raise UserError(f"The first intake of {first} is before the forecast of {years.start}: choose a later one.")
    supplied = first_year_of_supply(first, duration)
    late = uncovered[: max(0, supplied - years.start)].sum(axis=0)
    served = uncovered[max(0, supplied - years.start) :]
    starts = range(first, first + len(served))
    return starts, np.asarray(served / yielded), np.asarray(late)


def plan_costs(planned: float, needed: Array, yielded: Array, cost: Array, loss: Array) -> tuple[Array, Array]:
    """Cost of a plan that is too small or too large.

    too small: (needed - planned) yield loss, a year of unfilled jobs; too large: (planned - needed) cost

    Args:
        planned: planned places.
        needed: (draw,), places needed.
        yielded: (draw,), workers per place.
        cost: (draw,), per place.
        loss: (draw,), per job unfilled for a year.

    Returns:
        Cost of under-training and of over-training, (draw,), in the unit of cost and loss.
    """
    under = np.maximum(needed - planned, 0.0) * yielded * loss
    over = np.maximum(planned - needed, 0.0) * cost
    return np.asarray(under), np.asarray(over)


def remaining_interest(persons: Array, delay: Array, half_life: Array) -> Array:
    """Persons still interested in a job that starts later than announced.

    left = persons 0.5 ^ (delay / half-life)

    Args:
        persons: (occupation,), interested persons when they registered.
        delay: (draw,), years since then.
        half_life: (draw,), years.

    Returns:
        (draw, occupation), persons.
    """
    return np.asarray(persons * 0.5 ** (np.maximum(delay, 0.0) / half_life)[:, None])


def match_rate(interested: Array, needed: Array) -> Array:
    """Share of the openings that interested persons of the same occupation could fill.

    Args:
        interested: (draw, occupation), persons.
        needed: (draw, occupation), openings.

    Returns:
        (draw,); 0 where there are no openings.
    """
    filled, total = np.minimum(interested, needed).sum(axis=1), needed.sum(axis=1)
    return np.divide(filled, total, out=np.zeros_like(total), where=total > 0)
