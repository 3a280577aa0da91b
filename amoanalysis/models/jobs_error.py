"""How far small numbers of jobs wander: the variance of yearly changes by size."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

from amoanalysis.models.draws import Array

# Log changes are taken of counts plus this, so that a cell of zero has one; the usual correction for counts.
HALF = 0.5
# Jobs below this say nothing of a relative change.
SMALLEST = 1.0
# Standard deviations beyond which a change tells of something else than chance.
OUTLYING = 3.0
ROUNDS = 30


@dataclass(frozen=True)
class Wander:
    """Variance of a log change: part that every size has, part that falls with size as that of a count does.

    variance = common + chance / jobs

    Attributes:
        common: squared log points.
        chance: squared log points times jobs.
    """

    common: float
    chance: float

    def variance(self, jobs: Array) -> Array:
        """Variance of one log change at a size: the shape of `jobs`, squared log points."""
        return np.asarray(self.common + self.chance / np.maximum(jobs, SMALLEST), dtype=np.float64)


def wander(changes: Array, jobs: Array) -> Wander:
    """Estimates how changes spread by size: least squares of change^2 on 1 and 1 / jobs, neither part negative.

    Cells are weighted by the inverse square of the fitted variance, and a change beyond three standard deviations - an
    employer that moves into another industry, or out of a postal area - counts as three; both are iterated.

    Args:
        changes: log changes about the mean that was expected; missing ones are left out.
        jobs: same shape, jobs at the start.

    Returns:
        The two parts of the variance.
    """
    known = np.isfinite(changes) & (jobs >= SMALLEST)
    size, squared = jobs[known], changes[known] ** 2
    if not squared.any():
        return Wander(0.0, 0.0)
    parts = np.array([0.0, float(np.mean(squared * size))])
    for _ in range(ROUNDS):
        variance = parts[0] + parts[1] / size
        bounded = np.minimum(squared, OUTLYING**2 * variance)
        parts, _ = nnls(np.stack([1 / variance, 1 / (size * variance)], axis=1), bounded / variance)
    return Wander(float(parts[0]), float(parts[1]))


def log_changes(jobs: Array) -> Array:
    """Log change from one year to the next along the second axis: (place, year - 1, ...)."""
    return np.diff(np.log(jobs + HALF), axis=1)
