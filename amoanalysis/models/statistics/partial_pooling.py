"""Partial pooling: uncertain estimates of many places drawn towards what the places have in common."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import nnls

from amoanalysis.errors import DataError, ShapeError
from amoanalysis.models.statistics.draws import Array

# Spreads that are weighed against each other, from zero to twice the range of the estimates, closer together near zero.
STEPS = (np.arange(400) + 0.5) / 400
FEWEST = 3


@dataclass(frozen=True)
class Pooled:
    """Estimates after pooling; `kind` is what has a mean of its own (an industry).

    Attributes:
        mean: (kind,), common mean.
        mean_error: (kind,), its standard error.
        between: (kind,), standard deviation of the units' true values about the mean, in expectation.
        share_of_mean: (unit, kind), how much of an estimate is the common mean; the rest is the unit's own.
        estimate: (unit, kind), pooled estimates.
        standard_error: (unit, kind), their standard errors.
    """

    mean: Array
    mean_error: Array
    between: Array
    share_of_mean: Array
    estimate: Array
    standard_error: Array


def pool(estimates: Array, errors: Array, shared_spread: bool = False) -> Pooled:
    """Estimates drawn towards their common mean, the more so the less sure they are.

    Given the spread s of the units' true values about their mean,

    estimate = B mean + (1 - B) own,  B = error^2 / (error^2 + s^2)

    and the result is the mean of that over all spreads, each weighted by how likely the estimates are under it. So
    units that differ no more than chance would have them are drawn almost together, yet never held to be the same.

    Args:
        estimates: (unit, kind), any unit of measure; missing ones take the mean.
        errors: (unit, kind), standard errors, positive.
        shared_spread: all kinds have the same spread, which many short series then tell together.

    Returns:
        The pooled estimates; errors count the estimate's own, the mean's and that of not knowing the spread.

    Raises:
        DataError: if an error is not positive, or a kind has fewer than three estimates.
        ShapeError: if the shapes disagree.

    Source: Gelman et al. (2013), Bayesian Data Analysis, section 5.4; Gelman (2006) for the even weights.
    """
    known = _check(estimates, errors)
    own, variance = np.where(known, estimates, 0.0), np.where(known, errors, 1.0) ** 2
    spread = _spreads(own, known, shared_spread)
    total = variance + spread[:, None] ** 2
    weight = known / total
    whole = weight.sum(axis=1)
    mean = (weight * own).sum(axis=1) / whole
    likely = _likelihood(own - mean[:, None], weight, total, known, shared_spread)
    of_mean = np.where(known, variance / total, 1.0)
    given = of_mean * mean[:, None] + (1 - of_mean) * own
    within = np.where(known, (1 - of_mean) * variance, spread[:, None] ** 2) + of_mean**2 / whole[:, None]
    estimate, error = _averaged(given, within, likely[:, None])
    common, common_error = _averaged(mean, 1 / whole, likely)
    return Pooled(
        common, common_error, (likely * spread).sum(axis=0), (likely[:, None] * of_mean).sum(axis=0), estimate, error
    )


def drawn_towards(pooled: Pooled, mean: Array, mean_error: Array) -> Pooled:
    """Moves pooled estimates to means that more is known of, each by its share of the mean.

    Args:
        pooled: estimates about means of their own.
        mean: (kind,), the better means.
        mean_error: (kind,), their standard errors.

    Returns:
        The estimates about the better means.
    """
    share = pooled.share_of_mean
    variance = pooled.standard_error**2 + share**2 * (mean_error**2 - pooled.mean_error**2)
    estimate = pooled.estimate + share * (mean - pooled.mean)
    return Pooled(mean, mean_error, pooled.between, share, estimate, np.sqrt(np.maximum(variance, 0.0)))


def _spreads(own: Array, known: npt.NDArray[np.bool_], shared: bool) -> Array:
    """Spreads to be weighed: (spread, kind)."""
    top = np.where(known, own, -np.inf).max(axis=0) - np.where(known, own, np.inf).min(axis=0)
    top = np.full_like(top, top.max()) if shared else top
    return np.asarray(2.0 * STEPS[:, None] ** 2 * top, dtype=np.float64)


def _likelihood(distance: Array, weight: Array, total: Array, known: npt.NDArray[np.bool_], shared: bool) -> Array:
    """How likely each spread makes the estimates, whatever their mean: (spread, kind), summing to 1 over spreads.

    Each counts for as much of the range as it stands for, so that before the estimates all spreads are as likely.
    """
    logs = -0.5 * (np.where(known, np.log(total), 0.0) + weight * distance**2).sum(axis=1)
    logs -= 0.5 * np.log(weight.sum(axis=1))
    if shared:
        logs = np.broadcast_to(logs.sum(axis=1, keepdims=True), logs.shape)
    likely = np.exp(logs - logs.max(axis=0)) * STEPS[:, None]
    return np.asarray(likely / likely.sum(axis=0), dtype=np.float64)


def _averaged(value: Array, variance: Array, likely: Array) -> tuple[Array, Array]:
    """Mean and standard error over the spreads, the first axis."""
    mean = (likely * value).sum(axis=0)
    return mean, np.sqrt((likely * (variance + (value - mean) ** 2)).sum(axis=0))


def _check(estimates: Array, errors: Array) -> npt.NDArray[np.bool_]:
    if estimates.ndim != 2 or estimates.shape != errors.shape:
        raise ShapeError(f"Pooling: estimates are {estimates.shape}, errors {errors.shape}: both (unit, kind).")
    known = np.asarray(np.isfinite(estimates))
    if not (errors[known] > 0).all():
        raise DataError("Pooling: a standard error is zero, negative or missing: every estimate needs a positive one.")
    if (known.sum(axis=0) < FEWEST).any():
        raise DataError(f"Pooling: a kind has fewer than {FEWEST} estimates: there is too little to pool.")
    return known


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
