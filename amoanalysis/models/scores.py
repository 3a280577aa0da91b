"""How good a forecast was: errors of its middle, and whether its band kept what it promised."""

from dataclasses import dataclass

import numpy as np

from amoanalysis.errors import ShapeError
from amoanalysis.models.draws import Array


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
