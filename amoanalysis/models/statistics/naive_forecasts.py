"""Benchmark forecasts: mean, no change, drift, exponential smoothing, Hamilton-Perry."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from amoanalysis.errors import ShapeError
from amoanalysis.models.statistics.draws import Array

# Bounds of cohort change ratios, which are erratic in small groups.
MIN_RATIO, MAX_RATIO = 0.2, 3.0
# Grid of damped trends: smoothing weights of level and trend, and damping of the trend.
_LEVEL_WEIGHTS = (0.05, 0.2, 0.4, 0.6, 0.8, 0.95)
_TREND_WEIGHTS = (0.02, 0.1, 0.2, 0.4, 0.7)
_DAMPINGS = (0.8, 0.9, 0.98)
# The initial trend is the mean of this many changes.
_INITIAL_CHANGES = 4


@dataclass(frozen=True)
class SimpleForecast:
    """A point forecast and its standard error.

    Attributes:
        point: (horizon,), in the unit of the history.
        standard_error: (horizon,), includes the uncertainty of the parameters.
        degrees_of_freedom: of the t distribution of the error; infinite for a normal distribution.
    """

    point: Array
    standard_error: Array
    degrees_of_freedom: float = float("inf")

    def interval(self, level: float = 0.8) -> tuple[Array, Array]:
        """Lower and upper limit of the central prediction interval."""
        upper = 0.5 + level / 2
        normal = np.isinf(self.degrees_of_freedom)
        score = ndtri(upper) if normal else stdtrit(self.degrees_of_freedom, upper)
        return self.point - score * self.standard_error, self.point + score * self.standard_error


def mean_forecast(history: Array, horizon: int) -> SimpleForecast:
    """The mean of the history.

    Args:
        history: (time,), oldest first.
        horizon: number of steps.

    Returns:
        The forecast.

    Source: Hyndman & Athanasopoulos, Forecasting: principles and practice, sections 3.1 and 3.5.
    """
    count = len(history)
    error = history.std(ddof=1) * np.sqrt(1 + 1 / count)
    return SimpleForecast(np.full(horizon, history.mean()), np.full(horizon, error), count - 1)


def no_change_forecast(history: Array, horizon: int, season: int = 1) -> SimpleForecast:
    """The last value, or that of the same season (see `mean_forecast`); the error is NaN without any change."""
    steps = np.arange(horizon)
    changes = history[season:] - history[:-season]
    residual = np.sqrt(np.mean(changes**2)) if len(changes) else np.nan
    return SimpleForecast(history[-season:][steps % season], residual * np.sqrt(steps // season + 1))


def drift_forecast(history: Array, horizon: int) -> SimpleForecast:
    """The last value plus the mean change for each step (see `mean_forecast`); NaN error with a single change."""
    changes = np.diff(history)
    steps = np.arange(1, horizon + 1)
    variance = changes.var(ddof=1) if len(changes) > 1 else np.nan
    error = np.sqrt(variance * (steps + steps**2 / len(changes)))
    return SimpleForecast(history[-1] + steps * changes.mean(), error)


def exponential_smoothing(
    history: Array, horizon: int, *, error: str = "add", trend: str | None = "add", season: int = 1
) -> SimpleForecast:
    """Exponential smoothing in state-space form.

    Args:
        history: (time,), oldest first.
        horizon: number of steps.
        error: "add" or "mul".
        trend: "add" or None; damped unless there is a season.
        season: steps in a season; above 1 the model has a multiplicative season.

    Returns:
        The forecast; the standard error is NaN with a season or multiplicative errors.

    Source: Hyndman, Koehler, Ord & Snyder (2008); statsmodels ETSModel.
    """
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    seasonal = "mul" if season > 1 else None
    damped = trend is not None and season == 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # statsmodels warns of a flat likelihood; the forecast is then near no change
        fitted = ETSModel(
            pd.Series(history),
            error=error,
            trend=trend,
            damped_trend=damped,
            seasonal=seasonal,
            seasonal_periods=season if season > 1 else None,
        ).fit(disp=False)
        point = np.asarray(fitted.forecast(horizon), dtype=np.float64)
        standard_error = np.full(horizon, np.nan)
        if seasonal is None and error == "add":
            prediction = fitted.get_prediction(len(history), len(history) + horizon - 1)
            standard_error = np.sqrt(np.asarray(prediction.forecast_variance))
    return SimpleForecast(point, standard_error)


def damped_trends(histories: Array, horizon: int) -> Array:
    """Damped-trend exponential smoothing of many yearly series, fitted by least squares over a grid.

    level[t] = a y[t] + (1 - a) (level + phi trend)[t-1]; trend[t] = b (level[t] - level[t-1]) + (1 - b) phi trend[t-1]

    Level and trend start from the first value and the mean of the first changes. Each series has the weights of the
    grid with the smallest squared one-step errors.

    Args:
        histories: (series, time), oldest first; NaN before a series begins.
        horizon: number of steps.

    Returns:
        (series, horizon), in the unit of the histories.

    Source: Gardner & McKenzie (1985); Hyndman, Koehler, Ord & Snyder (2008), method (A, Ad, N).
    """
    weights = np.array([(a, b, phi) for a in _LEVEL_WEIGHTS for b in _TREND_WEIGHTS for phi in _DAMPINGS])
    alpha, beta, phi = (column[None, :] for column in weights.T)
    begins = np.isfinite(histories).argmax(axis=1)
    level = histories[np.arange(len(histories)), begins][:, None] * np.ones_like(alpha)
    changes = np.diff(histories, axis=1)
    early = np.stack([changes[row, first : first + _INITIAL_CHANGES].mean() for row, first in enumerate(begins)])
    trend = early[:, None] * np.ones_like(alpha)
    squares = np.zeros_like(level)
    for time in range(1, histories.shape[1]):
        seen = (time > begins)[:, None]
        value = np.where(seen, np.nan_to_num(histories[:, time : time + 1]), 0.0)
        expected = level + phi * trend
        squares += np.where(seen, (value - expected) ** 2, 0.0)
        after = alpha * value + (1 - alpha) * expected
        trend = np.where(seen, beta * (after - level) + (1 - beta) * phi * trend, trend)
        level = np.where(seen, after, level)
    best = squares.argmin(axis=1)
    rows = np.arange(len(histories))
    steps = np.cumsum(phi[0, best][:, None] ** np.arange(1, horizon + 1)[None], axis=1)
    return np.asarray(level[rows, best][:, None] + steps * trend[rows, best][:, None])


def hamilton_perry(before: Array, now: Array, steps: int) -> Array:
    """Hamilton-Perry projection: constant cohort change ratios, and a constant ratio of children to women aged 15-49.

    ratio[a] = now[a] / before[a - width]; the age groups and the step have the same width.

    Args:
        before: (place, sex, age group), persons one step earlier; women first, the last group open.
        now: (place, sex, age group), persons.
        steps: number of steps.

    Returns:
        (step, place, sex, age group), persons.

    Raises:
        ShapeError: if the structures differ in shape.

    Source: Hamilton & Perry (1962); Smith, Tayman & Swanson (2013), chapter 7.
    """
    if before.shape != now.shape:
        raise ShapeError(f"The structures have the shapes {before.shape} and {now.shape}: they must agree.")
    groups = now.shape[-1]
    fertile = slice(round(15 / 100 * (groups - 1)), round(50 / 100 * (groups - 1)))
    ratios = _bounded_ratio(now[..., 1:-1], before[..., :-2])
    last = _bounded_ratio(now[..., -1], before[..., -2:].sum(axis=-1))
    children = now[..., 0] / np.maximum(now[:, :1, fertile].sum(axis=-1), 1e-9)
    result = np.empty((steps, *now.shape))
    current = now
    for step in range(steps):
        result[step, ..., 1:-1] = current[..., :-2] * ratios
        result[step, ..., -1] = current[..., -2:].sum(axis=-1) * last
        result[step, ..., 0] = children * result[step, :, :1, fertile].sum(axis=-1)
        current = result[step]
    return result


def rolling_origin_errors(
    history: Array, method: Callable[[Array, int], SimpleForecast], horizon: int, shortest: int
) -> Array:
    """Errors (actual less forecast) of a method from every origin of a history, using only values before the origin.

    Args:
        history: (time,), oldest first.
        method: forecasts from a history and a horizon.
        horizon: number of steps.
        shortest: length of the shortest history.

    Returns:
        (origin, horizon); NaN beyond the end of the history.
    """
    origins = range(shortest, len(history))
    result = np.full((len(origins), horizon), np.nan)
    for row, origin in enumerate(origins):
        ahead = history[origin : origin + horizon]
        result[row, : len(ahead)] = ahead - method(history[:origin], horizon).point[: len(ahead)]
    return result


def seasonal_index(history: Array, season: int) -> Array:
    """Classical multiplicative seasonal index: mean ratio to the centred moving average, normalised to a mean of 1.

    Args:
        history: (time,), starting with the first season.
        season: steps in a season, an even number.

    Returns:
        (season,), ratios whose mean is 1.

    Source: Hyndman & Athanasopoulos, Forecasting: principles and practice, 2nd edition, section 6.3.
    """
    half = season // 2
    weights = np.r_[0.5, np.ones(season - 1), 0.5] / season
    ratios = history[half:-half] / np.convolve(history, weights, "valid")
    position = np.arange(half, len(history) - half) % season
    index = np.bincount(position, ratios, season) / np.bincount(position, minlength=season)
    return np.asarray(index / index.mean())


def _bounded_ratio(now: Array, before: Array) -> Array:
    ratios = np.divide(now, before, out=np.ones_like(now), where=before > 0)
    return np.clip(ratios, MIN_RATIO, MAX_RATIO)
