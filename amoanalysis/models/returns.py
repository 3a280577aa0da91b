"""Return rates: how many of the leavers of a municipality come back in a year, by partner and period."""

import numpy as np

from amoanalysis.models.draws import Array


def return_rates(wanted: Array, returned: Array) -> Array:
    """Yearly returns per leaver of 25-50, over all years given.

    Args:
        wanted: (year, draw, where), leavers of 25-50.
        returned: (year, draw, where), those of them who came back.

    Returns:
        (draw, where), 1 a year; zero where there are no leavers.
    """
    exposure = wanted.sum(axis=0)
    return np.divide(returned.sum(axis=0), exposure, out=np.zeros_like(exposure), where=exposure > 1e-9)


def relative_rates(wanted: Array, returned: Array) -> Array:
    """Return rates of municipalities against the mean of all, shrunk to it where few leavers live.

    A gamma-Poisson model: rate = (returned + k m) / (exposure + k), m the mean rate, 1 / k the variance of rates over m
    beyond chance, by the method of moments.

    Args:
        wanted: (year, draw, where), leavers of 25-50.
        returned: (year, draw, where), returners.

    Returns:
        (draw, where), 1 = returns as often as the mean.

    Source: Marshall (1991), Applied Statistics 40(2).
    """
    exposure, back = wanted.sum(axis=0), returned.sum(axis=0)
    total = np.maximum(exposure.sum(axis=1, keepdims=True), 1e-9)
    mean = np.maximum(back.sum(axis=1, keepdims=True) / total, 1e-12)
    rate = np.divide(back, exposure, out=np.broadcast_to(mean, back.shape).copy(), where=exposure > 1e-9)
    spread = (exposure * (rate - mean) ** 2).sum(axis=1, keepdims=True) / total
    between = np.maximum(spread - mean * exposure.shape[1] / total, 1e-3 * mean**2)
    strength = mean / between
    return np.asarray((back + strength * mean) / (exposure + strength) / mean)
