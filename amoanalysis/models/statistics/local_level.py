"""Local-level model of many short series: random effect + AR(1) + sampling noise, fitted jointly by a Kalman filter."""

from dataclasses import dataclass

import numpy as np
from numba import njit
from scipy.optimize import minimize

from amoanalysis.errors import DataError, ShapeError
from amoanalysis.models.statistics.draws import Array

# Search bounds and start: logs of the permanent and the transitory standard deviation relative to the root mean square
# of the data, the persistence, and the log overdispersion. A persistence of 0.98 has a half-life of 34 years, the
# longest that a few decades can identify.
_BOUNDS = ((-5.0, 1.0), (-5.0, 1.0), (0.0, 0.98), (-1.0, 3.0))
_START = (-1.5, -0.7, 0.85, 0.5)
# Step of the numerical gradient.
_STEP = 1e-5
# Log of a standard deviation that is practically zero.
_LOG_ZERO = -12.0
_MIN_VALUES = 3
_TINY = float(np.finfo(float).tiny)


@dataclass(frozen=True)
class LocalLevelSettings:
    """Parameters of the model, common to all series.

    Attributes:
        permanent_sd: standard deviation of the constant level of a series (random effect).
        transitory_sd: stationary standard deviation of the AR(1) component.
        persistence: autoregressive coefficient of the AR(1) component.
        overdispersion: ratio of the sampling variance to that of independent events; people move as families.
    """

    permanent_sd: float
    transitory_sd: float
    persistence: float
    overdispersion: float


@dataclass(frozen=True)
class LocalLevelState:
    """Filtered state of each series in the last year.

    Attributes:
        mean: (series, 2), expectation of the permanent and the transitory component.
        root: (series, 2, 2), lower Cholesky factor of their covariance.
    """

    mean: Array
    root: Array


def fit_settings(values: Array, sampling_variance: Array, *, permanent: bool = False) -> LocalLevelSettings:
    """Estimates the parameters by maximum likelihood over all series.

    y[t] = m + a[t] + e[t], a[t] = persistence a[t-1] + transitory_sd sqrt(1 - persistence^2) u[t],
    m ~ N(0, permanent_sd^2), e[t] ~ N(0, overdispersion sampling_variance[t]).

    Args:
        values: (series, year), consecutive years; NaN where unknown.
        sampling_variance: same shape, variance of y if events were independent.
        permanent: whether a series may have a permanent component, hard to distinguish from a high persistence.

    Returns:
        The parameters.

    Raises:
        ShapeError: if values and variances differ in shape.
        DataError: if there are fewer than three known values.

    Source: Durbin & Koopman (2012), chapters 4 and 7; the likelihood is summed over series.
    """
    if values.shape != sampling_variance.shape:
        raise ShapeError(f"There are {values.shape} values and {sampling_variance.shape} variances: they must agree.")
    known = np.isfinite(values)
    if known.sum() < _MIN_VALUES:
        raise DataError("A local-level model needs at least three known years: give a longer series.")
    scale = float(np.sqrt(np.mean(values[known] ** 2))) or 1.0
    shifts = np.vstack([np.zeros(len(_START)), _STEP * np.eye(len(_START))])

    def neg2_log_likelihood(parameters: Array) -> tuple[float, Array]:
        # One run of the filter over all shifted parameters gives the value and its gradient.
        result = _filter(values / scale, sampling_variance / scale**2, parameters + shifts)[2]
        return float(result[0]), (result[1:] - result[0]) / _STEP

    bounds = _BOUNDS if permanent else ((_LOG_ZERO, _LOG_ZERO), *_BOUNDS[1:])
    start = np.clip(_START, *np.transpose(bounds))
    best = minimize(neg2_log_likelihood, start, jac=True, bounds=bounds, method="L-BFGS-B").x
    permanent_sd, transitory_sd, overdispersion = np.exp(best[[0, 1, 3]])
    return LocalLevelSettings(
        permanent_sd=float(permanent_sd) * scale if permanent else 0.0,
        transitory_sd=float(transitory_sd) * scale,
        persistence=float(best[2]),
        overdispersion=float(overdispersion),
    )


def filter_last_state(values: Array, sampling_variance: Array, settings: LocalLevelSettings) -> LocalLevelState:
    """Permanent and transitory component of each series in the last year, by the Kalman filter.

    Args:
        values: (series, year); NaN where unknown. A series without any known value has expectation zero.
        sampling_variance: (series, year), variance of y if events were independent.
        settings: see `fit_settings`.

    Returns:
        The state.

    Source: Durbin & Koopman (2012), chapter 4.
    """
    logs = np.log(np.maximum([settings.permanent_sd, settings.transitory_sd, settings.overdispersion], 1e-12))
    parameters = np.array([[logs[0], logs[1], settings.persistence, logs[2]]])
    means, (variance, covariance, transitory_variance), _ = _filter(values, sampling_variance, parameters)
    first = np.sqrt(np.maximum(variance[0], 0.0))
    below = np.divide(covariance[0], first, out=np.zeros_like(first), where=first > 0)
    second = np.sqrt(np.maximum(transitory_variance[0] - below**2, 0.0))
    rows = [np.stack([first, np.zeros_like(first)], axis=1), np.stack([below, second], axis=1)]
    return LocalLevelState(mean=np.stack([means[0][0], means[1][0]], axis=1), root=np.stack(rows, axis=1))


def _filter(values: Array, sampling_variance: Array, parameters: Array) -> tuple[Array, Array, Array]:
    """Kalman filter of all series under several sets of parameters.

    Args:
        values: (series, year).
        sampling_variance: (series, year).
        parameters: (set, 4): log permanent_sd, log transitory_sd, persistence, log overdispersion.

    Returns:
        Means of the components, (2, set, series); variance of the permanent component, covariance and variance of the
        transitory one, (3, set, series); minus twice the log likelihood without its constant, (set,).
    """
    permanent, transitory, persistence, overdispersion = parameters.T
    settings = np.stack([np.exp(2 * permanent), np.exp(2 * transitory), persistence, np.exp(overdispersion)], axis=1)
    means, covariances = np.zeros((2, len(settings), len(values))), np.zeros((3, len(settings), len(values)))
    neg2_log_likelihood = np.zeros((len(settings), len(values)))
    _run_filter(values, sampling_variance, settings, means, covariances, neg2_log_likelihood)
    return means, covariances, neg2_log_likelihood.sum(axis=1)


@njit(cache=True, nogil=True, error_model="numpy")
def _run_filter(
    values: Array,
    sampling_variance: Array,
    settings: Array,
    means: Array,
    covariances: Array,
    neg2_log_likelihood: Array,
) -> None:
    """The filter over the years of each series, compiled; the last three arguments are written (see `_filter`).

    Args:
        values: (series, year).
        sampling_variance: (series, year).
        settings: (set, 4): variances of the permanent and the transitory component, persistence, overdispersion.
        means: (2, set, series).
        covariances: (3, set, series).
        neg2_log_likelihood: (set, series).
    """
    for k in range(len(settings)):
        permanent, transitory, persistence, overdispersion = settings[k]
        innovation = transitory * (1.0 - persistence * persistence)
        for i in range(len(values)):
            m, a, v1, cov, v2 = 0.0, 0.0, permanent, 0.0, transitory
            for year in range(values.shape[1]):
                if year > 0:
                    a, cov, v2 = persistence * a, persistence * cov, persistence * persistence * v2 + innovation
                if not np.isfinite(values[i, year]):
                    continue
                variance = v1 + 2.0 * cov + v2 + overdispersion * sampling_variance[i, year]
                weight = 1.0 / max(variance, _TINY)
                error = values[i, year] - m - a
                gain1, gain2 = v1 + cov, cov + v2
                neg2_log_likelihood[k, i] += weight * (error * error) + np.log(variance)
                m, a = m + weight * gain1 * error, a + weight * gain2 * error
                v1 -= weight * (gain1 * gain1)
                cov -= weight * gain1 * gain2
                v2 -= weight * (gain2 * gain2)
            means[0, k, i], means[1, k, i] = m, a
            covariances[0, k, i], covariances[1, k, i], covariances[2, k, i] = v1, cov, v2
