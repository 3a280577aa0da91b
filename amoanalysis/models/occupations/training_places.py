"""From uncovered openings to training places in time: lead times, yields, what is too late, and what errors cost."""

import numpy as np

from amoanalysis.errors import UserError
from amoanalysis.models.statistics.draws import Array


def first_year_of_supply(start: int, duration: int) -> int:
    """First year in which those who begin in a year are there: begun in autumn, finished `duration` years on."""
    return start + duration


def in_time(start: int, duration: int, needed: int) -> bool:
    """Whether a course begun in a year can serve an opening of another."""
    return first_year_of_supply(start, duration) <= needed


def new_openings(gap: Array) -> Array:
    """What each year adds to a standing gap; a gap that closes again is not filled twice.

    Args:
        gap: (year, ...), standing gap at the end of each year.

    Returns:
        (year, ...), not negative; its sum over years is the widest that the gap has been.
    """
    widest = np.maximum.accumulate(gap, axis=0)
    return np.diff(widest, axis=0, prepend=np.zeros_like(widest[:1]))


def workers_per_place(completion: Array, employed: Array, in_field: Array, stays: Array) -> Array:
    """Workers in the field and the region for each place begun: a product of shares."""
    return np.asarray(completion * employed * in_field * stays)


def places_needed(
    uncovered: Array, years: range, yielded: Array, duration: int, first: int
) -> tuple[range, Array, Array]:
    """Training places by the year in which they begin, and the openings that no such place can serve.

    places[s] = uncovered[s + duration] / yield, for s from the first intake on

    Args:
        uncovered: (year, draw), openings that appear in each year.
        years: the years of the first axis.
        yielded: (draw,), workers for a place begun.
        duration: years of training.
        first: first intake that can be planned.

    Returns:
        Start years, places (start, draw), and what comes too late (draw,): persons.

    Raises:
        UserError: if the first intake lies before the forecast.
    """
    if first < years.start - 1:
        raise UserError(f"The first intake of {first} lies before the forecast of {years.start}: take a later one.")
    reached = first_year_of_supply(first, duration)
    late = uncovered[: max(0, reached - years.start)].sum(axis=0)
    served = uncovered[max(0, reached - years.start) :]
    starts = range(first, first + len(served))
    return starts, np.asarray(served / yielded), np.asarray(late)


def plan_costs(planned: float, needed: Array, yielded: Array, cost: Array, loss: Array) -> tuple[Array, Array]:
    """What a plan costs where it turns out too small or too large.

    too small: (needed - planned) yield loss, a year of empty jobs; too large: (planned - needed) cost

    Args:
        planned: places that are bought.
        needed: (draw,), places that turn out to be needed.
        yielded: (draw,), workers for a place.
        cost: (draw,), of a place.
        loss: (draw,), of a job that stands empty for a year.

    Returns:
        Cost of under-training and of over-training, (draw,), in the unit of cost and loss.
    """
    under = np.maximum(needed - planned, 0.0) * yielded * loss
    over = np.maximum(planned - needed, 0.0) * cost
    return np.asarray(under), np.asarray(over)


def remaining_interest(persons: Array, delay: Array, half_life: Array) -> Array:
    """Those who are still interested in a job that comes later than it was to.

    left = persons 0.5 ^ (delay / half-life)

    Args:
        persons: (occupation,), counted when the register was made.
        delay: (draw,), years since.
        half_life: (draw,), years.

    Returns:
        (draw, occupation), persons.
    """
    return np.asarray(persons * 0.5 ** (np.maximum(delay, 0.0) / half_life)[:, None])


def match_rate(interested: Array, needed: Array) -> Array:
    """Share of the openings that interested persons of the same occupation could take.

    Args:
        interested: (draw, occupation), persons.
        needed: (draw, occupation), openings.

    Returns:
        (draw,); 0 where there is nothing to fill.
    """
    filled, total = np.minimum(interested, needed).sum(axis=1), needed.sum(axis=1)
    return np.divide(filled, total, out=np.zeros_like(total), where=total > 0)
