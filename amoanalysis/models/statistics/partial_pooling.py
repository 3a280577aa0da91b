"""Partial pooling (empirical Bayes): shrinks uncertain estimates of many places to their common mean."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import nnls

from amoanalysis.errors import DataError, ShapeError
from amoanalysis.models.statistics.draws import Array

# Grid of the between-unit standard deviation: from zero to twice the range of the estimates, denser near zero.
STEPS = (np.arange(400) + 0.5) / 400
MIN_ESTIMATES = 3
# Added to counts before taking logs, so that a cell of zero has a log change.
LOG_OFFSET = 0.5
# Cells with fewer jobs are left out of the variance of relative changes.
MIN_JOBS = 1.0
# Changes beyond this many standard deviations are outliers.
OUTLIER_SD = 3.0
MAX_ITERATIONS = 30


@dataclass(frozen=True)
class Pooled:
    """Estimates after pooling; each `kind` (an industry) has its own mean.

    Attributes:
        mean: (kind,), common mean.
        mean_error: (kind,), its standard error.
        between: (kind,), expected standard deviation of the units' true values around the mean.
        share_of_mean: (unit, kind), weight of the common mean in an estimate; the rest is the unit's own estimate.
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
    """Shrinks estimates to their common mean in proportion to their uncertainty.

    Given the standard deviation s of the units' true values around their mean,

        estimate = B mean + (1 - B) own,  B = error^2 / (error^2 + s^2),

    averaged over a grid of s, each weighted by its likelihood (uniform prior).

    Args:
        estimates: (unit, kind), any unit of measure; missing ones get the mean.
        errors: (unit, kind), standard errors, positive.
        shared_spread: whether all kinds have the same s, which is then estimated from all of them.

    Returns:
        The pooled estimates; standard errors include the uncertainty of the mean and of s.

    Raises:
        DataError: if an error is not positive, or a kind has fewer than three estimates.
        ShapeError: if the shapes disagree.

    Source: Gelman et al. (2013), Bayesian Data Analysis, section 5.4; Gelman (2006) for the uniform prior.
    """
    known = _check(estimates, errors)
    own, variance = np.where(known, estimates, 0.0), np.where(known, errors, 1.0) ** 2
    spread = _spread_grid(own, known, shared_spread)
    total = variance + spread[:, None] ** 2
    weight = known / total
    precision = weight.sum(axis=1)
    mean = (weight * own).sum(axis=1) / precision
    posterior = _spread_posterior(own - mean[:, None], weight, total, known, shared_spread)
    of_mean = np.where(known, variance / total, 1.0)
    given = of_mean * mean[:, None] + (1 - of_mean) * own
    within = np.where(known, (1 - of_mean) * variance, spread[:, None] ** 2) + of_mean**2 / precision[:, None]
    estimate, error = _average(given, within, posterior[:, None])
    common, common_error = _average(mean, 1 / precision, posterior)
    return Pooled(
        mean=common,
        mean_error=common_error,
        between=(posterior * spread).sum(axis=0),
        share_of_mean=(posterior[:, None] * of_mean).sum(axis=0),
        estimate=estimate,
        standard_error=error,
    )


def shrink_towards(pooled: Pooled, mean: Array, mean_error: Array) -> Pooled:
    """Replaces the means of pooled estimates by more precise ones; each estimate moves by its share of the mean.

    Args:
        pooled: pooled estimates.
        mean: (kind,), the more precise means.
        mean_error: (kind,), their standard errors.

    Returns:
        The estimates with the new means.
    """
    share = pooled.share_of_mean
    variance = pooled.standard_error**2 + share**2 * (mean_error**2 - pooled.mean_error**2)
    estimate = pooled.estimate + share * (mean - pooled.mean)
    return Pooled(mean, mean_error, pooled.between, share, estimate, np.sqrt(np.maximum(variance, 0.0)))


def _spread_grid(own: Array, known: npt.NDArray[np.bool_], shared: bool) -> Array:
    """Grid of the between-unit standard deviation: (spread, kind)."""
    top = np.where(known, own, -np.inf).max(axis=0) - np.where(known, own, np.inf).min(axis=0)
    top = np.full_like(top, top.max()) if shared else top
    return np.asarray(2.0 * STEPS[:, None] ** 2 * top, dtype=np.float64)


def _spread_posterior(
    distance: Array, weight: Array, total: Array, known: npt.NDArray[np.bool_], shared: bool
) -> Array:
    """Posterior probability of each spread with the mean integrated out: (spread, kind), sums to 1 over spreads.

    The factor `STEPS` is the distance between grid points, which makes the prior uniform.
    """
    logs = -0.5 * (np.where(known, np.log(total), 0.0) + weight * distance**2).sum(axis=1)
    logs -= 0.5 * np.log(weight.sum(axis=1))
    if shared:
        logs = np.broadcast_to(logs.sum(axis=1, keepdims=True), logs.shape)
    posterior = np.exp(logs - logs.max(axis=0)) * STEPS[:, None]
    return np.asarray(posterior / posterior.sum(axis=0), dtype=np.float64)


def _average(value: Array, variance: Array, posterior: Array) -> tuple[Array, Array]:
    """Mean and standard error over the spreads, the first axis."""
    mean = (posterior * value).sum(axis=0)
    return mean, np.sqrt((posterior * (variance + (value - mean) ** 2)).sum(axis=0))


def _check(estimates: Array, errors: Array) -> npt.NDArray[np.bool_]:
    if estimates.ndim != 2 or estimates.shape != errors.shape:
        raise ShapeError(f"Pooling: estimates are {estimates.shape}, errors {errors.shape}: both must be (unit, kind).")
    known = np.asarray(np.isfinite(estimates))
    if not (errors[known] > 0).all():
        raise DataError("Pooling: a standard error is zero, negative or missing: give every estimate a positive one.")
    if (known.sum(axis=0) < MIN_ESTIMATES).any():
        raise DataError(f"Pooling: a kind has fewer than {MIN_ESTIMATES} estimates: too few to pool.")
    return known


@dataclass(frozen=True)
class VarianceBySize:
    """Variance of a log change of jobs: variance = common + sampling / jobs.

    Attributes:
        common: part independent of size, squared log points.
        sampling: part that falls with size like that of a count, squared log points times jobs.
    """

    common: float
    sampling: float

    def variance(self, jobs: Array) -> Array:
        """Variance of one log change at a size: the shape of `jobs`, squared log points."""
        return np.asarray(self.common + self.sampling / np.maximum(jobs, MIN_JOBS), dtype=np.float64)


def fit_variance_by_size(changes: Array, jobs: Array) -> VarianceBySize:
    """Estimates the variance of changes by size: least squares of change^2 on 1 and 1 / jobs, neither part negative.

    Cells are weighted by the inverse square of the fitted variance. A change beyond three standard deviations, such as
    an employer that is reclassified to another industry or postal area, counts as three. Both are iterated.

    Args:
        changes: log changes around the expected mean; missing ones are left out.
        jobs: same shape, jobs at the start.

    Returns:
        The two parts of the variance.
    """
    known = np.isfinite(changes) & (jobs >= MIN_JOBS)
    size, squared = jobs[known], changes[known] ** 2
    if not squared.any():
        return VarianceBySize(0.0, 0.0)
    parts = np.array([0.0, float(np.mean(squared * size))])
    for _ in range(MAX_ITERATIONS):
        variance = parts[0] + parts[1] / size
        bounded = np.minimum(squared, OUTLIER_SD**2 * variance)
        parts, _ = nnls(np.stack([1 / variance, 1 / (size * variance)], axis=1), bounded / variance)
    return VarianceBySize(float(parts[0]), float(parts[1]))


def log_changes(jobs: Array) -> Array:
    """Log change from one year to the next along the second axis: (place, year - 1, ...)."""
    return np.diff(np.log(jobs + LOG_OFFSET), axis=1)
