"""Levels that wander: a lasting part, a passing part that fades, and chance, estimated over many series at once."""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.optimize import minimize

from amoanalysis.errors import DataError, ShapeError

Array = NDArray[np.float64]

# Bounds of the search: logs of the spreads as shares of the spread of the data, the persistence, and the log of the
# factor on the variance of chance. A persistence of 0.98 halves in 34 years, all that a few decades can tell.
_BOUNDS = ((-5.0, 1.0), (-5.0, 1.0), (0.0, 0.98), (-1.0, 3.0))
_START = (-1.5, -0.7, 0.85, 0.5)
_STEP = 1e-5
# Log of a spread that is none.
_NONE = -12.0
_FEWEST = 3
_TINY = float(np.finfo(float).tiny)


@dataclass(frozen=True)
class LevelSettings:
    """How series wander about zero, the same for all of them.

    Attributes:
        lasting: standard deviation of the part of a series that never fades.
        spread: standard deviation that the passing part tends to.
        persistence: share of the passing part that is left a year later.
        excess: how many times the variance of single events chance has: people move as families.
    """

    lasting: float
    spread: float
    persistence: float
    excess: float


@dataclass(frozen=True)
class LevelState:
    """What is known of each series at its end.

    Attributes:
        mean: (series, 2), expectation of the lasting part and of the passing part in the last year.
        root: (series, 2, 2), lower Cholesky root of their covariance.
    """

    mean: Array
    root: Array


def fit_settings(values: Array, chance: Array, *, lasting: bool = False) -> LevelSettings:
    """The settings under which many series are likeliest together.

    y[t] = m + a[t] + e[t], a[t] = persistence a[t-1] + spread sqrt(1 - persistence^2) u[t], m ~ N(0, lasting^2),
    e[t] ~ N(0, excess chance[t]).

    Args:
        values: (series, year), without gaps in the years; not a number where not known.
        chance: likewise, variance of y that events one by one would give.
        lasting: whether a series may have a mean of its own that never fades, hard to tell from a high persistence.

    Returns:
        The settings.

    Raises:
        ShapeError: if values and chance disagree.
        DataError: if there are fewer than three known values.

    Source: Durbin & Koopman (2012), chapters 4 and 7; the likelihood is summed over series.
    """
    if values.shape != chance.shape:
        raise ShapeError(f"There are {values.shape} values and {chance.shape} variances: they must agree.")
    known = np.isfinite(values)
    if known.sum() < _FEWEST:
        raise DataError("A level that wanders cannot be told from fewer than three known years: give a longer series.")
    scale = float(np.sqrt(np.mean(values[known] ** 2))) or 1.0
    shifts = np.vstack([np.zeros(len(_START)), _STEP * np.eye(len(_START))])

    def surprise(parameters: Array) -> tuple[float, Array]:
        # The value and its slopes come from one run of the filter over all shifted parameters.
        found = _filter(values / scale, chance / scale**2, (parameters + shifts).T[:, :, None])[2]
        return float(found[0]), (found[1:] - found[0]) / _STEP

    bounds = _BOUNDS if lasting else ((_NONE, _NONE), *_BOUNDS[1:])
    start = np.clip(_START, *np.transpose(bounds))
    best = minimize(surprise, start, jac=True, bounds=bounds, method="L-BFGS-B").x
    mean, spread, excess = np.exp(best[[0, 1, 3]])
    return LevelSettings(float(mean) * scale if lasting else 0.0, float(spread) * scale, float(best[2]), float(excess))


def state_at_end(values: Array, chance: Array, settings: LevelSettings) -> LevelState:
    """The lasting and the passing part of each series in the last year, by the Kalman filter.

    Args:
        values: (series, year); not a number where not known. A series without any value is expected at zero.
        chance: (series, year), variance that single events would give.
        settings: of `fit_settings`.

    Returns:
        The state.

    Source: Durbin & Koopman (2012), chapter 4.
    """
    logs = np.log(np.maximum([settings.lasting, settings.spread, settings.excess], 1e-12))
    parameters = np.array([logs[0], logs[1], settings.persistence, logs[2]])
    state, (first, both, second), _ = _filter(values, chance, parameters[:, None, None])
    corner = np.sqrt(np.maximum(first[0], 0.0))
    below = np.divide(both[0], corner, out=np.zeros_like(corner), where=corner > 0)
    last = np.sqrt(np.maximum(second[0] - below**2, 0.0))
    rows = [np.stack([corner, np.zeros_like(corner)], axis=1), np.stack([below, last], axis=1)]
    return LevelState(mean=np.stack([state[0][0], state[1][0]], axis=1), root=np.stack(rows, axis=1))


def _filter(values: Array, chance: Array, parameters: Array) -> tuple[tuple[Array, Array], tuple[Array, ...], Array]:
    """States (set, series), covariances, and minus twice the log likelihood of each set of parameters.

    Args:
        values: (series, year).
        chance: (series, year).
        parameters: (4, set, 1): log lasting, log spread, persistence, log excess.
    """
    lasting, spread, fade, excess = (row[:, 0] for row in parameters)
    settings = np.stack([np.exp(2 * lasting), np.exp(2 * spread), fade, np.exp(excess)], axis=1)
    constant, passing, first, both, second, surprise = np.zeros((6, len(settings), len(values)))
    _run(values, chance, settings, constant, passing, first, both, second, surprise)
    return (constant, passing), (first, both, second), surprise.sum(axis=1)


@njit(cache=True, nogil=True, error_model="numpy")
def _run(
    values: Array,
    chance: Array,
    settings: Array,
    constant: Array,
    passing: Array,
    first: Array,
    both: Array,
    second: Array,
    surprise: Array,
) -> None:
    """The Kalman filter over the years of each series, compiled; the last six arguments are written, (set, series).

    Args:
        values: (series, year).
        chance: (series, year).
        settings: (set, 4): variances of the lasting and of the passing part, persistence, excess.
        constant: the lasting part.
        passing: the passing part.
        first: variance of the lasting part.
        both: covariance.
        second: variance of the passing part.
        surprise: minus twice the log likelihood.
    """
    for k in range(len(settings)):
        lasting, spread, fade, excess = settings[k]
        fresh = spread * (1.0 - fade * fade)
        for i in range(len(values)):
            mean, gone, v1, cov, v2 = 0.0, 0.0, lasting, 0.0, spread
            for year in range(values.shape[1]):
                if year > 0:
                    gone, cov, v2 = fade * gone, fade * cov, fade * fade * v2 + fresh
                if not np.isfinite(values[i, year]):
                    continue
                variance = v1 + 2.0 * cov + v2 + excess * chance[i, year]
                weight = 1.0 / max(variance, _TINY)
                error = values[i, year] - mean - gone
                to_first, to_second = v1 + cov, cov + v2
                surprise[k, i] += weight * (error * error) + np.log(variance)
                mean, gone = mean + weight * to_first * error, gone + weight * to_second * error
                v1 -= weight * (to_first * to_first)
                cov -= weight * to_first * to_second
                v2 -= weight * (to_second * to_second)
            constant[k, i], passing[k, i] = mean, gone
            first[k, i], both[k, i], second[k, i] = v1, cov, v2
