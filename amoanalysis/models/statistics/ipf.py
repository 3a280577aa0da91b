"""Iterative proportional fitting: a table that keeps the structure of a seed and meets given margins."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from amoanalysis.errors import DataError, ShapeError
from amoanalysis.models.statistics.draws import Array

# Margins agree when they differ by no more than this share of the grand total.
AGREEMENT = 1e-9
MOST_ROUNDS = 10_000


@dataclass(frozen=True)
class Margin:
    """Totals that a table must meet, over some of its axes.

    Attributes:
        axes: axes of the table that the totals run over, ascending: (0,) one way, (0, 1) two ways.
        totals: one axis for each of `axes`, in the unit of the table.
    """

    axes: tuple[int, ...]
    totals: Array

    def sums(self, table: Array) -> Array:
        """What the table sums to along these axes."""
        return np.asarray(table.sum(axis=_others(table.ndim, self.axes)), dtype=np.float64)


def fit(seed: Array, margins: Sequence[Margin], tolerance: float = 1e-12, most_rounds: int = MOST_ROUNDS) -> Array:
    """Fits a table to margins by scaling it along each of them in turn (IPF; RAS in two dimensions).

    table <- table * totals / sums, margin by margin, until every margin is met. Cells of zero stay zero, and the odds
    ratios of the seed that no margin speaks of are kept: of all tables with these margins it is the one nearest to
    the seed in relative entropy.

    Args:
        seed: structure to be kept, any number of axes, not negative.
        margins: totals to be met.
        tolerance: the rounds end when no sum is further from its total than this share of the grand total.
        most_rounds: rounds allowed.

    Returns:
        The shape of the seed, in the unit of the margins.

    Raises:
        DataError: if seed or margins are negative or not finite, margins contradict one another, a total stands
            where the seed has nothing but zeros, or the rounds do not converge.
        ShapeError: if a margin does not have the shape of its axes.

    Source: Deming & Stephan (1940); Miller & Blair (2009), section 7.4.
    """
    _check(seed, margins)
    table = np.array(seed, dtype=np.float64)
    size = max(float(margins[0].totals.sum()), np.finfo(float).tiny)
    for _ in range(most_rounds):
        for margin in margins:
            table *= _factors(table, margin)
        if max(float(np.abs(margin.sums(table) - margin.totals).max()) for margin in margins) <= tolerance * size:
            return table
    worst = max(float(np.abs(margin.sums(table) - margin.totals).max()) for margin in margins)
    raise DataError(
        f"Fitting: after {most_rounds} rounds a margin is still off by {worst:.3g}: no table with the seed's zeros "
        "meets these margins; look for zero cells that should hold something."
    )


def odds_ratios(table: Array) -> Array:
    """Odds ratios of a two-way table against its first row and column: (row - 1, column - 1), no unit."""
    return table[1:, 1:] * table[0, 0] / (table[1:, :1] * table[:1, 1:])


def _factors(table: Array, margin: Margin) -> Array:
    sums = margin.sums(table)
    factor = np.divide(margin.totals, sums, out=np.zeros_like(sums), where=sums > 0)
    return np.expand_dims(factor, _others(table.ndim, margin.axes))


def _others(axes: int, kept: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(axis for axis in range(axes) if axis not in kept)


def _check(seed: Array, margins: Sequence[Margin]) -> None:
    if not margins:
        raise ShapeError("Fitting needs at least one margin: give the totals to be met.")
    for margin in margins:
        _check_shape(seed, margin)
    for name, values in _named(seed, margins):
        if not np.isfinite(values).all() or (values < 0).any():
            raise DataError(f"Fitting: {name} holds a negative or missing number: every cell must be zero or more.")
    for one, other in combinations(margins, 2):
        _check_agreement(one, other)
    for margin in margins:
        empty = (margin.sums(seed) == 0) & (margin.totals > 0)
        if empty.any():
            where = tuple(int(place) for place in np.argwhere(empty)[0])
            raise DataError(
                f"Fitting: the margin over axes {margin.axes} wants {margin.totals[where]:.6g} at {where}, where the "
                "seed has nothing but zeros: give the seed a cell there."
            )


def _check_shape(seed: Array, margin: Margin) -> None:
    known = margin.axes == tuple(sorted(set(margin.axes))) and set(margin.axes) <= set(range(seed.ndim))
    if not known or margin.totals.shape != tuple(seed.shape[axis] for axis in margin.axes):
        raise ShapeError(
            f"Fitting: a margin over axes {margin.axes} has the shape {margin.totals.shape}, the seed {seed.shape}: "
            "they must agree, axes ascending."
        )


def _named(seed: Array, margins: Sequence[Margin]) -> Iterator[tuple[str, Array]]:
    yield "the seed", seed
    for margin in margins:
        yield f"the margin over axes {margin.axes}", margin.totals


def _check_agreement(one: Margin, other: Margin) -> None:
    """Two margins must have the same sums over the axes that they share, and the same grand total."""
    shared = tuple(axis for axis in one.axes if axis in other.axes)
    left, right = (
        np.atleast_1d(part.totals.sum(axis=tuple(i for i, axis in enumerate(part.axes) if axis not in shared)))
        for part in (one, other)
    )
    gap = np.abs(left - right)
    if gap.max() > AGREEMENT * max(float(one.totals.sum()), float(other.totals.sum())):
        where = np.unravel_index(int(gap.argmax()), gap.shape)
        raise DataError(
            f"Fitting: the margins over axes {one.axes} and {other.axes} contradict each other: {left[where]:.6g} "
            f"against {right[where]:.6g}; make them add up to the same first."
        )
