"""How good a forecast was: errors of its middle, and whether its band kept what it promised."""

from dataclasses import dataclass

import numpy as np

from amoanalysis.errors import ShapeError
from amoanalysis.models.statistics.draws import Array


@dataclass(frozen=True)
class Errors:
    """Errors of point forecasts.

    Attributes:
        root_mean_square: in the unit of the values.
        mean_absolute: in the unit of the values.
        mean_absolute_percent: of what came, per cent.
        bias_percent: mean of forecast less what came, of what came, per cent; above zero the forecast was too high.
        scaled: mean absolute error over that of no change within the history; not a number without a scale.
    """

    root_mean_square: float
    mean_absolute: float
    mean_absolute_percent: float
    bias_percent: float
    scaled: float


def errors(actual: Array, forecast: Array, scale: float = float("nan")) -> Errors:
    """The errors of point forecasts.

    Args:
        actual: what came, any shape, none zero.
        forecast: same shape.
        scale: see `scale_of`.

    Returns:
        The errors over all values.

    Raises:
        ShapeError: if the shapes differ.

    Source: Hyndman & Athanasopoulos, Forecasting: principles and practice, 2nd edition, section 3.4.
    """
    _same(actual, forecast)
    missed = forecast - actual
    relative = 100 * missed / actual
    absolute = float(np.abs(missed).mean())
    return Errors(
        root_mean_square=float(np.sqrt((missed**2).mean())),
        mean_absolute=absolute,
        mean_absolute_percent=float(np.abs(relative).mean()),
        bias_percent=float(relative.mean()),
        scaled=absolute / scale,
    )


def scale_of(history: Array, season: int = 1) -> float:
    """Mean absolute error of no change (from the same season before) within a history: the unit of scaled errors."""
    return float(np.abs(history[season:] - history[:-season]).mean())


def skill(score: float, reference: float) -> float:
    """Share by which a score that is better when small undercuts that of a reference: 1 - score / reference.

    Not a number where the reference never erred.
    """
    return 1 - score / reference if reference else float("nan")


def coverage(actual: Array, low: Array, high: Array) -> float:
    """Share of what came that lies in its band, ends included.

    Raises:
        ShapeError: if the shapes differ.
    """
    _same(actual, low)
    _same(actual, high)
    return float(((low <= actual) & (actual <= high)).mean())


def interval_score(actual: Array, low: Array, high: Array, level: float = 0.8) -> Array:
    """Width of a band, plus 2 / (1 - level) times the distance of what lies outside: small is good.

    Args:
        actual: what came, any shape.
        low: lower ends, same shape.
        high: upper ends, same shape.
        level: share that the band is to hold.

    Returns:
        Same shape, in the unit of the values.

    Raises:
        ShapeError: if the shapes differ.

    Source: Gneiting & Raftery (2007), section 6.2; scoringrules.
    """
    import scoringrules

    _same(actual, low)
    _same(actual, high)
    return np.asarray(scoringrules.interval_score(actual, low, high, 1 - level), dtype=np.float64)


def continuous_ranked_probability_score(actual: Array, draws: Array) -> Array:
    """Distance of the whole distribution from what came (CRPS); for a single draw the absolute error.

    Args:
        actual: what came, any shape.
        draws: (draw, *shape).

    Returns:
        Shape of `actual`, in the unit of the values; small is good.

    Source: Gneiting & Raftery (2007), section 4.2; scoringrules, estimator "qd" over sorted draws.
    """
    import scoringrules

    _same(actual, draws[0])
    return np.asarray(scoringrules.crps_ensemble(actual, draws, m_axis=0, estimator="qd"), dtype=np.float64)


def probability_integral(actual: Array, draws: Array) -> Array:
    """Share of the draws that lie below what came, ties by half (PIT); even over 0 to 1 where the bands hold.

    Args:
        actual: what came, any shape.
        draws: (draw, *shape).

    Returns:
        Shape of `actual`, 0 to 1.

    Source: Gneiting, Balabdaoui & Raftery (2007), section 3.1.
    """
    _same(actual, draws[0])
    below = (draws < actual[None]).mean(axis=0)
    return np.asarray(below + 0.5 * (draws == actual[None]).mean(axis=0), dtype=np.float64)


def _same(one: Array, other: Array) -> None:
    if one.shape != other.shape:
        raise ShapeError(f"What came has the shape {one.shape} and the forecast {other.shape}: they must agree.")


# Terms of the curve that is laid through the draws of an input: a slope on each side of its median, and a bend.
TERMS = 3


def first_order(scores: Array, outcomes: Array) -> Array:
    """Share of the variance of outcomes that would go if an input were known: var(E[outcome | input]) / var(outcome).

    E[outcome | input] is fitted by least squares on min(z, 0), max(z, 0) and z^2 of the input's standard normal score
    z: exact for outcomes that are linear in an input drawn from a normal in two pieces. The share is adjusted for the
    three terms, so that an input without effect has nought on the average and may come out just below it. Indices of
    inputs that act by themselves sum to one at most; what is left is what they do together, and chance.

    Args:
        scores: (input, draw), standard normal, independent of each other.
        outcomes: (draw, outcome).

    Returns:
        (input, outcome); nought where an outcome does not vary.

    Raises:
        ShapeError: if the draws disagree or are too few.

    Source: Saltelli et al. (2008), Global Sensitivity Analysis, section 1.2.7; adjusted as Ezekiel's R squared.
    """
    count = scores.shape[1]
    if len(outcomes) != count or count <= TERMS + 1:
        raise ShapeError(f"First-order indices of {count} draws of inputs and {len(outcomes)} of outcomes: take more.")
    terms = np.stack([np.minimum(scores, 0.0), np.maximum(scores, 0.0), scores**2], axis=1)
    terms -= terms.mean(axis=2, keepdims=True)
    varied = outcomes - outcomes.mean(axis=0)
    total = (varied**2).sum(axis=0)
    met = terms @ varied
    explained = (met * np.linalg.solve(terms @ terms.transpose(0, 2, 1), met)).sum(axis=1)
    share = np.divide(explained, total, out=np.zeros_like(explained), where=total > 0)
    adjusted = 1.0 - (1.0 - share) * (count - 1) / (count - 1 - TERMS)
    return np.where(total > 0, adjusted, 0.0)
