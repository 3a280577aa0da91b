"""Gravity model of in-migration by origin: population, distance, jobs and unemployment."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.models.statistics.draws import Array

# Explanatory variables; all are logarithms except the indicator same_region.
TERMS = ("size_from", "distance", "size_to", "jobs_to", "unemployment_to", "same_region")
TIE = "tie"


@dataclass(frozen=True)
class GravityModel:
    """A fitted gravity model.

    Attributes:
        coefficients: term -> coefficient; an elasticity for logarithmic terms.
        errors: term -> standard error, robust to overdispersion.
        terms: explanatory variables.
    """

    coefficients: dict[str, float]
    errors: dict[str, float]
    terms: tuple[str, ...]


@dataclass(frozen=True)
class GravityScore:
    """Accuracy of predicted flows in years outside the estimation sample.

    Attributes:
        explained: share of the Poisson deviance explained, 1 - deviance / deviance of the mean.
        error: mean absolute error, persons per pair and year.
    """

    explained: float
    error: float


def fit_gravity(pairs: pd.DataFrame, terms: tuple[str, ...] = TERMS) -> GravityModel:
    """Fits expected moves by Poisson pseudo-maximum likelihood, zero flows included.

    log E[moves] = constant + sum of coefficient x term. The estimator is consistent whatever the variance of the
    counts, and uses the zeros that a log-linear regression drops.

    Args:
        pairs: moves and the terms, one row per pair and year.
        terms: explanatory columns.

    Returns:
        The model.

    Source: Santos Silva & Tenreyro (2006), The log of gravity.
    """
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    design = pairs[list(terms)].astype(float).assign(const=1.0)
    fitted = GLM(pairs["moves"].astype(float), design, family=Poisson()).fit(cov_type="HC1")
    return GravityModel(
        {str(name): float(value) for name, value in fitted.params.items()},
        {str(name): float(value) for name, value in fitted.bse.items()},
        terms,
    )


def expected_moves(model: GravityModel, pairs: pd.DataFrame) -> Array:
    """Expected moves of each row: (row,), persons per year."""
    weights = np.array([model.coefficients[term] for term in model.terms])
    return np.exp(model.coefficients["const"] + pairs[list(model.terms)].to_numpy(dtype=np.float64) @ weights)


def mean_flow(known: pd.DataFrame, rows: pd.DataFrame) -> Array:
    """Naive forecast for comparison: the mean flow of each pair in the known years; (row,), persons per year.

    A pair without moves in the known years gets half a move in total, so that a later move has a positive probability.

    Args:
        known: place, partner, moves; one row per pair and year.
        rows: place, partner of the rows to forecast.
    """
    sums = known.groupby(["place", "partner"])["moves"].agg(["sum", "count"])
    mean = (sums["sum"].clip(lower=0.5) / sums["count"]).rename("mean").reset_index()
    return rows[["place", "partner"]].merge(mean, on=["place", "partner"], how="left")["mean"].to_numpy(dtype=float)


def score_gravity(moves: Array, expected: Array) -> GravityScore:
    """Compares expected moves with actuals.

    Args:
        moves: (row,), actual moves, persons per year.
        expected: (row,), positive.

    Returns:
        The share of the deviance explained and the mean absolute error.
    """
    mean = np.full_like(expected, moves.mean())
    return GravityScore(
        1 - poisson_deviance(moves, expected) / poisson_deviance(moves, mean), float(np.abs(moves - expected).mean())
    )


def poisson_deviance(moves: Array, expected: Array) -> float:
    """Poisson deviance: 2 sum (y log(y / mu) - (y - mu)), with y log(y / mu) = 0 for y = 0."""
    ratio = np.where(moves > 0, moves / expected, 1.0)
    return float(2 * (moves * np.log(ratio) - (moves - expected)).sum())
