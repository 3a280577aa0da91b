"""Calibration of prediction intervals: factors by horizon with which intervals have their nominal coverage."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from amoanalysis.errors import DataError
from amoanalysis.models.statistics.draws import Array

# Fewest cases of a horizon from which a factor is estimated.
MIN_CASES = 20
# Bounds of a factor; beyond them the model is wrong, not the width of its interval.
MIN_FACTOR, MAX_FACTOR = 0.4, 4.0


@dataclass(frozen=True)
class IntervalCalibration:
    """Factors on the distance of interval limits from the median, on a log scale.

    Attributes:
        horizons: years ahead, ascending.
        factors: one for each horizon; 1 leaves the interval unchanged.
    """

    horizons: tuple[int, ...]
    factors: tuple[float, ...]

    def interpolate(self, horizon: Array) -> Array:
        """Factors at some horizons, linear between the known ones and constant beyond them."""
        return np.interp(horizon, self.horizons, self.factors)


def normalised_residuals(actual: Array, median: Array, low: Array, high: Array) -> Array:
    """Absolute log error of the median, relative to the distance of the interval limit on the same side.

    residual = |log(actual / median)| / |log(limit / median)|; above 1 the actual value is outside the interval.

    Args:
        actual: actual values, positive, any shape.
        median: same shape.
        low: lower limits, same shape.
        high: upper limits, same shape.

    Returns:
        Same shape, not negative.
    """
    error = np.log(np.maximum(actual, 0.5) / np.maximum(median, 0.5))
    limit = np.where(error < 0, np.maximum(low, 0.5), np.maximum(high, 0.5))
    width = np.abs(np.log(limit / np.maximum(median, 0.5)))
    return np.asarray(np.abs(error) / np.maximum(width, 1e-9), dtype=np.float64)


def fit_calibration(residuals: Array, horizon: npt.NDArray[np.int64], level: float = 0.8) -> IntervalCalibration:
    """Estimates the factors with which intervals have their nominal coverage, smoothed over the horizon.

    The factor of a horizon is the quantile `level` of the normalised residuals (conformal scaling). The log factors are
    smoothed by a parabola in the log of the horizon, weighted by the number of cases.

    Args:
        residuals: (case,), see `normalised_residuals`.
        horizon: (case,), years ahead.
        level: nominal coverage.

    Returns:
        A factor for each horizon with at least 20 cases.

    Raises:
        DataError: if no horizon has enough cases.
    """
    cases = [(h, residuals[horizon == h]) for h in sorted(set(horizon.tolist()))]
    enough = [(int(h), float(np.quantile(part, level)), len(part)) for h, part in cases if len(part) >= MIN_CASES]
    if not enough:
        raise DataError(
            f"An interval cannot be calibrated on fewer than {MIN_CASES} cases a horizon: use more origins."
        )
    horizons, quantiles, counts = (np.array(column, dtype=np.float64) for column in zip(*enough, strict=True))
    logs = np.log(np.clip(quantiles, MIN_FACTOR, MAX_FACTOR))
    degree = min(2, len(horizons) - 1)
    curve = np.polynomial.Polynomial.fit(np.log(horizons), logs, degree, w=np.sqrt(counts))
    factors = np.clip(np.exp(curve(np.log(horizons))), MIN_FACTOR, MAX_FACTOR)
    return IntervalCalibration(tuple(int(h) for h in horizons), tuple(float(factor) for factor in factors))


def calibrate_quantile(value: Array, median: Array, factor: Array) -> Array:
    """Scales the log distance of a quantile from its median: median (value / median) ^ factor.

    Positive values stay positive, the median is unchanged, and quantiles keep their order.

    Args:
        value: a quantile, not negative, any shape.
        median: broadcasts to it; where it is not positive, the value is unchanged.
        factor: likewise.

    Returns:
        Shape of `value`.
    """
    ratio = np.divide(value, median, out=np.ones(np.broadcast(value, median).shape), where=(median > 0) & (value > 0))
    return np.asarray(np.where((median > 0) & (value > 0), median * ratio**factor, value), dtype=np.float64)


def assign_folds(groups: Sequence[object], count: int) -> npt.NDArray[np.int64]:
    """Cross-validation fold of each case: the cases of a group share a fold; sorted groups alternate between folds."""
    fold = {group: number % count for number, group in enumerate(sorted(set(groups), key=str))}
    return np.array([fold[group] for group in groups], dtype=np.int64)
