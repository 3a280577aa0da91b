"""Forecast evaluation: point errors, coverage and proper scores, and first-order sensitivity indices."""

from dataclasses import dataclass

import numpy as np

from amoanalysis.errors import ShapeError
from amoanalysis.models.statistics.draws import Array

# Terms of the curve fitted to the draws of an input: a slope on each side of its median, and a curvature.
TERMS = 3


@dataclass(frozen=True)
class PointErrors:
    """Errors of point forecasts.

    Attributes:
        root_mean_square: in the unit of the values.
        mean_absolute: in the unit of the values.
        mean_absolute_percent: per cent of the actual values.
        bias_percent: mean of forecast less actual, per cent of the actual values.
        scaled: mean absolute error over that of no change within the history; NaN without a scale.
    """

    root_mean_square: float
    mean_absolute: float
    mean_absolute_percent: float
    bias_percent: float
    scaled: float


def point_errors(actual: Array, forecast: Array, scale: float = float("nan")) -> PointErrors:
    """Errors of point forecasts over all values.

    Args:
        actual: actual values, any shape, none zero.
        forecast: same shape.
        scale: see `naive_absolute_error`.

    Returns:
        The errors.

    Raises:
        ShapeError: if the shapes differ.

    Source: Hyndman & Athanasopoulos, Forecasting: principles and practice, 2nd edition, section 3.4.
    """
    _check_shapes(actual, forecast)
    error = forecast - actual
    relative = 100 * error / actual
    absolute = float(np.abs(error).mean())
    return PointErrors(
        root_mean_square=float(np.sqrt((error**2).mean())),
        mean_absolute=absolute,
        mean_absolute_percent=float(np.abs(relative).mean()),
        bias_percent=float(relative.mean()),
        scaled=absolute / scale,
    )


def naive_absolute_error(history: Array, season: int = 1) -> float:
    """Mean absolute error of no change (from the previous same season) within a history: the scale of scaled errors."""
    return float(np.abs(history[season:] - history[:-season]).mean())


def skill(score: float, reference: float) -> float:
    """Skill score of a negatively oriented score: 1 - score / reference; NaN if the reference is zero."""
    return 1 - score / reference if reference else float("nan")


def coverage(actual: Array, low: Array, high: Array) -> float:
    """Share of actual values within their interval, limits included.

    Raises:
        ShapeError: if the shapes differ.
    """
    _check_shapes(actual, low)
    _check_shapes(actual, high)
    return float(((low <= actual) & (actual <= high)).mean())


def interval_score(actual: Array, low: Array, high: Array, level: float = 0.8) -> Array:
    """Interval score: width plus 2 / (1 - level) times the distance of an actual value outside; small is good.

    Args:
        actual: actual values, any shape.
        low: lower limits, same shape.
        high: upper limits, same shape.
        level: nominal coverage.

    Returns:
        Same shape, in the unit of the values.

    Raises:
        ShapeError: if the shapes differ.

    Source: Gneiting & Raftery (2007), section 6.2; scoringrules.
    """
    import scoringrules

    _check_shapes(actual, low)
    _check_shapes(actual, high)
    return np.asarray(scoringrules.interval_score(actual, low, high, 1 - level), dtype=np.float64)


def continuous_ranked_probability_score(actual: Array, draws: Array) -> Array:
    """Continuous ranked probability score (CRPS) of a sample; for a single draw the absolute error.

    Args:
        actual: actual values, any shape.
        draws: (draw, *shape).

    Returns:
        Shape of `actual`, in the unit of the values; small is good.

    Source: Gneiting & Raftery (2007), section 4.2; scoringrules, estimator "qd" over sorted draws.
    """
    import scoringrules

    _check_shapes(actual, draws[0])
    return np.asarray(scoringrules.crps_ensemble(actual, draws, m_axis=0, estimator="qd"), dtype=np.float64)


def probability_integral_transform(actual: Array, draws: Array) -> Array:
    """Share of the draws below the actual value, ties by half (PIT); uniform for calibrated forecasts.

    Args:
        actual: actual values, any shape.
        draws: (draw, *shape).

    Returns:
        Shape of `actual`, 0 to 1.

    Source: Gneiting, Balabdaoui & Raftery (2007), section 3.1.
    """
    _check_shapes(actual, draws[0])
    below = (draws < actual[None]).mean(axis=0)
    return np.asarray(below + 0.5 * (draws == actual[None]).mean(axis=0), dtype=np.float64)


def first_order_indices(scores: Array, outcomes: Array) -> Array:
    """First-order (Sobol) sensitivity indices: var(E[outcome | input]) / var(outcome).

    E[outcome | input] is fitted by least squares on min(z, 0), max(z, 0) and z^2 of the input's standard normal score
    z, which is exact for outcomes that are linear in an input with a two-piece normal distribution. The index is
    adjusted for the degrees of freedom of the three terms: an irrelevant input has expectation zero and may be slightly
    negative. Indices of independent inputs sum to at most one; the remainder is interaction and noise.

    Args:
        scores: (input, draw), standard normal, independent.
        outcomes: (draw, outcome).

    Returns:
        (input, outcome); zero where an outcome does not vary.

    Raises:
        ShapeError: if the numbers of draws differ or are too small.

    Source: Saltelli et al. (2008), Global Sensitivity Analysis, section 1.2.7; adjusted as Ezekiel's R squared.
    """
    count = scores.shape[1]
    if len(outcomes) != count or count <= TERMS + 1:
        raise ShapeError(
            f"First-order indices of {count} draws of inputs and {len(outcomes)} of outcomes: use more draws."
        )
    terms = np.stack([np.minimum(scores, 0.0), np.maximum(scores, 0.0), scores**2], axis=1)
    terms -= terms.mean(axis=2, keepdims=True)
    deviations = outcomes - outcomes.mean(axis=0)
    total = (deviations**2).sum(axis=0)
    products = terms @ deviations
    explained = (products * np.linalg.solve(terms @ terms.transpose(0, 2, 1), products)).sum(axis=1)
    share = np.divide(explained, total, out=np.zeros_like(explained), where=total > 0)
    adjusted = 1.0 - (1.0 - share) * (count - 1) / (count - 1 - TERMS)
    return np.where(total > 0, adjusted, 0.0)


def _check_shapes(actual: Array, forecast: Array) -> None:
    if actual.shape != forecast.shape:
        raise ShapeError(
            f"Actual values have the shape {actual.shape}, the forecast {forecast.shape}: they must agree."
        )
