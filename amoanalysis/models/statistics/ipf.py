"""Iterative proportional fitting: scales a table to given margins while keeping its structure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from amoanalysis.errors import DataError, ShapeError
from amoanalysis.models.statistics.draws import Array

# Margins are consistent when they differ by at most this share of the grand total.
CONSISTENCY = 1e-9
MAX_ITERATIONS = 10_000


@dataclass(frozen=True)
class Margin:
    """Totals of a table over some of its axes.

    Attributes:
        axes: axes of the table that the totals have, ascending: (0,) one-way, (0, 1) two-way.
        totals: one axis for each of `axes`, in the unit of the table.
    """

    axes: tuple[int, ...]
    totals: Array

    def sums(self, table: Array) -> Array:
        """Sums of a table over the other axes."""
        return np.asarray(table.sum(axis=_other_axes(table.ndim, self.axes)), dtype=np.float64)


def fit_to_margins(
    seed: Array, margins: Sequence[Margin], tolerance: float = 1e-12, max_iterations: int = MAX_ITERATIONS
) -> Array:
    """Scales a table to margins by iterative proportional fitting (RAS in two dimensions).

    table <- table * totals / sums, margin by margin, until every margin is met. Cells of zero stay zero, and odds
    ratios of the seed that the margins do not determine are kept: of all tables with these margins the result has the
    smallest relative entropy to the seed.

    Args:
        seed: structure to keep, any number of axes, not negative.
        margins: totals to meet.
        tolerance: largest difference of a sum from its total at convergence, as a share of the grand total.
        max_iterations: limit of iterations.

    Returns:
        The shape of the seed, in the unit of the margins.

    Raises:
        DataError: if seed or margins are negative or not finite, margins are inconsistent, a total is positive where
            the seed has only zeros, or the iteration does not converge.
        ShapeError: if a margin does not have the shape of its axes.

    Source: Deming & Stephan (1940); Miller & Blair (2009), section 7.4.
    """
    _check(seed, margins)
    table = np.array(seed, dtype=np.float64)
    size = max(float(margins[0].totals.sum()), np.finfo(float).tiny)
    for _ in range(max_iterations):
        for margin in margins:
            table *= _factors(table, margin)
        if max(float(np.abs(margin.sums(table) - margin.totals).max()) for margin in margins) <= tolerance * size:
            return table
    worst = max(float(np.abs(margin.sums(table) - margin.totals).max()) for margin in margins)
    raise DataError(
        f"Fitting: after {max_iterations} iterations a margin still differs by {worst:.3g}: no table with the seed's "
        "zeros meets these margins; look for zero cells that should be positive."
    )


def odds_ratios(table: Array) -> Array:
    """Odds ratios of a two-way table relative to its first row and column: (row - 1, column - 1), no unit."""
    return table[1:, 1:] * table[0, 0] / (table[1:, :1] * table[:1, 1:])


def _factors(table: Array, margin: Margin) -> Array:
    sums = margin.sums(table)
    factor = np.divide(margin.totals, sums, out=np.zeros_like(sums), where=sums > 0)
    return np.expand_dims(factor, _other_axes(table.ndim, margin.axes))


def _other_axes(count: int, axes: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(axis for axis in range(count) if axis not in axes)


def _check(seed: Array, margins: Sequence[Margin]) -> None:
    if not margins:
        raise ShapeError("Fitting needs at least one margin.")
    for margin in margins:
        _check_shape(seed, margin)
    arrays = [("the seed", seed), *((f"the margin over axes {m.axes}", m.totals) for m in margins)]
    for name, values in arrays:
        if not np.isfinite(values).all() or (values < 0).any():
            raise DataError(f"Fitting: {name} holds a negative or missing number: every cell must be zero or more.")
    for one, other in combinations(margins, 2):
        _check_consistency(one, other)
    for margin in margins:
        empty = (margin.sums(seed) == 0) & (margin.totals > 0)
        if empty.any():
            where = tuple(int(index) for index in np.argwhere(empty)[0])
            raise DataError(
                f"Fitting: the margin over axes {margin.axes} has {margin.totals[where]:.6g} at {where}, where the "
                "seed has only zeros: give the seed a positive cell there."
            )


def _check_shape(seed: Array, margin: Margin) -> None:
    valid = margin.axes == tuple(sorted(set(margin.axes))) and set(margin.axes) <= set(range(seed.ndim))
    if not valid or margin.totals.shape != tuple(seed.shape[axis] for axis in margin.axes):
        raise ShapeError(
            f"Fitting: a margin over axes {margin.axes} has the shape {margin.totals.shape}, the seed {seed.shape}: "
            "they must agree, axes ascending."
        )


def _check_consistency(one: Margin, other: Margin) -> None:
    """Raises unless two margins have the same sums over their common axes, and the same grand total."""
    shared = tuple(axis for axis in one.axes if axis in other.axes)
    left, right = (
        np.atleast_1d(part.totals.sum(axis=tuple(i for i, axis in enumerate(part.axes) if axis not in shared)))
        for part in (one, other)
    )
    gap = np.abs(left - right)
    if gap.max() > CONSISTENCY * max(float(one.totals.sum()), float(other.totals.sum())):
        where = np.unravel_index(int(gap.argmax()), gap.shape)
        raise DataError(
            f"Fitting: the margins over axes {one.axes} and {other.axes} are inconsistent: {left[where]:.6g} "
            f"and {right[where]:.6g}; scale them to the same totals first."
        )
