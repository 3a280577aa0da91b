"""Levels that wander: a lasting part, a passing part that fades, and chance, estimated over many series at once."""

from dataclasses import dataclass

import numpy as np
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
    lasting, spread, fade, excess = np.exp(2 * parameters[0]), np.exp(2 * parameters[1]), parameters[2], parameters[3]
    fresh, excess = spread * (1 - fade**2), np.exp(excess)
    zero = np.zeros((parameters.shape[1], len(values)))
    constant, passing, both = zero.copy(), zero.copy(), zero.copy()
    first, second = zero + lasting, zero + spread
    surprise = zero.copy()
    for year in range(values.shape[1]):
        if year:
            passing, both, second = fade * passing, fade * both, fade**2 * second + fresh
        seen = np.isfinite(values[:, year])
        variance = first + 2 * both + second + excess * np.where(seen, chance[:, year], 0.0)
        weight = seen / np.maximum(variance, np.finfo(float).tiny)
        error = np.where(seen, values[:, year], 0.0) - constant - passing
        to_first, to_second = first + both, both + second
        surprise += weight * error**2 + np.where(seen, np.log(variance), 0.0)
        constant, passing = constant + weight * to_first * error, passing + weight * to_second * error
        first, both, second = (
            first - weight * to_first**2,
            both - weight * to_first * to_second,
            second - weight * to_second**2,
        )
    return (constant, passing), (first, both, second), surprise.sum(axis=1)
