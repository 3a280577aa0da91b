"""Reconciliation of hierarchical forecasts: bottom-up, least squares, and minimum trace."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from amoanalysis.errors import DataError, ShapeError, UserError
from amoanalysis.models.statistics.draws import Array

Method = Literal["bottom_up", "ols", "wls_structural", "wls_variance", "mint"]
METHODS: tuple[Method, ...] = ("bottom_up", "ols", "wls_structural", "wls_variance", "mint")


def summing_matrix(bottom: Sequence[str], aggregates: Sequence[Sequence[str]]) -> Array:
    """Summing matrix of a hierarchy: the bottom series that each series is the sum of.

    Args:
        bottom: names of the bottom series (municipalities).
        aggregates: for each aggregate the names of its bottom series.

    Returns:
        (series, bottom), 0 or 1: the aggregates in their order, then the bottom series.

    Raises:
        ShapeError: if an aggregate names an unknown bottom series.
    """
    known = {name: index for index, name in enumerate(bottom)}
    matrix = np.zeros((len(aggregates), len(bottom)))
    for row, parts in enumerate(aggregates):
        unknown = sorted(set(parts) - set(known))
        if unknown:
            raise ShapeError(f"An aggregate contains {', '.join(unknown)}, which is no bottom series: add it there.")
        matrix[row, [known[name] for name in parts]] = 1.0
    return np.concatenate([matrix, np.eye(len(bottom))])


def reconcile(base: Array, summing: Array, method: Method, residuals: Array | None = None) -> Array:
    """Reconciles forecasts so that aggregates are the sums of their parts.

    reconciled = S G base, with G = (S' W^-1 S)^-1 S' W^-1 (generalised least squares); bottom-up sums the bottom
    series. Coherent forecasts are unchanged by every method.

    Args:
        base: (..., series), forecasts in the order of the rows of `summing`; draws and years first.
        summing: (series, bottom), see `summing_matrix`.
        method: W is the identity (ols), the number of bottom series under each (wls_structural), the mean squared
            residual (wls_variance), or the covariance of the residuals (mint).
        residuals: (series, time), errors of past one-step forecasts; wls_variance and mint need them.

    Returns:
        (..., series), same unit. Small parts may turn negative where base forecasts disagree widely.

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
    """Weights of all base forecasts in each bottom series: G, (bottom, series); see `reconcile`."""
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
        return np.diag(_variance(_checked_residuals(residuals, summing, method)))
    if method == "mint":
        return _covariance(_checked_residuals(residuals, summing, method))
    raise UserError(f"There is no reconciliation '{method}': there are {', '.join(METHODS)}.")


def _checked_residuals(residuals: Array | None, summing: Array, method: Method) -> Array:
    if residuals is None:
        raise DataError(
            f"Reconciliation by {method} needs residuals of past forecasts: give them, or use another method."
        )
    if residuals.ndim != 2 or residuals.shape[0] != summing.shape[0]:
        raise ShapeError(f"Residuals are {residuals.shape}, the summing matrix {summing.shape}: the series differ.")
    return residuals


def _variance(residuals: Array) -> Array:
    variance = np.mean(residuals**2, axis=1)
    if (variance <= 0).any():
        series = int(np.flatnonzero(variance <= 0)[0])
        raise DataError(f"Reconciliation: series {series} has only zero residuals: leave it out.")
    return np.asarray(variance, dtype=np.float64)


def _covariance(residuals: Array) -> Array:
    covariance = np.atleast_2d(np.cov(residuals))
    if np.linalg.matrix_rank(covariance) < covariance.shape[0]:
        raise DataError(
            f"Reconciliation by mint: {residuals.shape[1]} residuals of {residuals.shape[0]} series have a singular "
            "covariance (too few, or aggregates forecast as sums of their parts): use wls_variance or give more."
        )
    return covariance
