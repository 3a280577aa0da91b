"""Makes forecasts of parts and wholes add up: bottom-up, least squares, and minimum trace."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from amoanalysis.errors import DataError, ShapeError, UserError
from amoanalysis.models.statistics.draws import Array

Method = Literal["bottom_up", "ols", "wls_structural", "wls_variance", "mint"]
METHODS: tuple[Method, ...] = ("bottom_up", "ols", "wls_structural", "wls_variance", "mint")


def summing_matrix(bottom: Sequence[str], wholes: Sequence[Sequence[str]]) -> Array:
    """Which bottom series each series of the hierarchy is the sum of.

    Args:
        bottom: the parts that nothing is below (municipalities).
        wholes: for each whole the parts it is made of; they come first, in this order.

    Returns:
        (series, bottom), 0 or 1: the wholes, then the bottom series themselves.

    Raises:
        ShapeError: if a whole names a part that is not at the bottom.
    """
    known = {name: index for index, name in enumerate(bottom)}
    above = np.zeros((len(wholes), len(bottom)))
    for row, parts in enumerate(wholes):
        strangers = sorted(set(parts) - set(known))
        if strangers:
            raise ShapeError(f"A whole is made of {', '.join(strangers)}, which no bottom series has: add it there.")
        above[row, [known[name] for name in parts]] = 1.0
    return np.concatenate([above, np.eye(len(bottom))])


def reconcile(base: Array, summing: Array, method: Method, residuals: Array | None = None) -> Array:
    """Forecasts that add up, as near to the given ones as their errors allow.

    reconciled = S G base, with G = (S' W^-1 S)^-1 S' W^-1; bottom-up takes the bottom series as they are.

    Forecasts that add up already stay as they are under every method. One matrix serves all draws and years.

    Args:
        base: (..., series), forecasts in the order of the rows of `summing`; draws and years in front.
        summing: (series, bottom), see `summing_matrix`; the last rows are the bottom series.
        method: W is the identity (ols), the number of bottom series under each (wls_structural), the mean squared
            residual (wls_variance), or the covariance of the residuals (mint).
        residuals: (series, time), errors of past one-step forecasts; wls_variance and mint need them.

    Returns:
        (..., series), same unit; every whole is the sum of its parts. Small parts may turn negative where base
        forecasts disagree widely.

    Raises:
        DataError: if residuals are missing, or too few for a covariance.
        ShapeError: if the series disagree.
        UserError: if the method is unknown.

    Source: Wickramasuriya, Athanasopoulos & Hyndman (2019), section 2.
    """
    if summing.ndim != 2 or base.shape[-1] != summing.shape[0]:
        raise ShapeError(f"Forecasts have {base.shape[-1]} series, the summing matrix is {summing.shape}: they differ.")
    return np.asarray(base @ (summing @ bottom_weights(summing, method, residuals)).T, dtype=np.float64)


def bottom_weights(summing: Array, method: Method, residuals: Array | None = None) -> Array:
    """How each bottom series is made of all base forecasts: G, (bottom, series); see `reconcile`."""
    series, bottom = summing.shape
    if method == "bottom_up":
        return np.concatenate([np.zeros((bottom, series - bottom)), np.eye(bottom)], axis=1)
    weighted = np.linalg.solve(error_covariance(summing, method, residuals), summing)
    return np.asarray(np.linalg.solve(summing.T @ weighted, weighted.T), dtype=np.float64)


def error_covariance(summing: Array, method: Method, residuals: Array | None = None) -> Array:
    """W of a least-squares method: (series, series); see `reconcile`."""
    if method == "ols":
        return np.eye(summing.shape[0])
    if method == "wls_structural":
        return np.diag(summing.sum(axis=1))
    if method == "wls_variance":
        return np.diag(_variance(_given(residuals, summing, method)))
    if method == "mint":
        return _covariance(_given(residuals, summing, method))
    raise UserError(f"There is no reconciliation '{method}': there are {', '.join(METHODS)}.")


def _given(residuals: Array | None, summing: Array, method: Method) -> Array:
    if residuals is None:
        raise DataError(f"Reconciliation by {method} needs residuals of past forecasts: give them, or take another.")
    if residuals.ndim != 2 or residuals.shape[0] != summing.shape[0]:
        raise ShapeError(f"Residuals are {residuals.shape}, the summing matrix {summing.shape}: the series differ.")
    return residuals


def _variance(residuals: Array) -> Array:
    variance = np.mean(residuals**2, axis=1)
    if (variance <= 0).any():
        series = int(np.flatnonzero(variance <= 0)[0])
        raise DataError(f"Reconciliation: series {series} has residuals of nothing but zero: leave it out.")
    return np.asarray(variance, dtype=np.float64)


def _covariance(residuals: Array) -> Array:
    covariance = np.atleast_2d(np.cov(residuals))
    if np.linalg.matrix_rank(covariance) < covariance.shape[0]:
        raise DataError(
            f"Reconciliation by mint: {residuals.shape[1]} residuals of {residuals.shape[0]} series have no covariance "
            "that can be inverted (too few, or wholes forecast as sums of their parts): take wls_variance or give more."
        )
    return covariance
