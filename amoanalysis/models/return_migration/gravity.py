"""A gravity model of in-migration: who sends how many people where, given size, distance, jobs and unemployment."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.models.statistics.draws import Array

# What the expectation of a flow is made of; all but the flags and the rate are logarithms.
TERMS = ("size_from", "distance", "size_to", "jobs_to", "unemployment_to", "same_region")
TIE = "tie"


@dataclass(frozen=True)
class GravityModel:
    """A fitted model.

    Attributes:
        coefficients: term -> coefficient; of a logarithm it is an elasticity.
        errors: term -> standard error, robust to overdispersion.
        terms: the terms it was fitted on.
    """

    coefficients: dict[str, float]
    errors: dict[str, float]
    terms: tuple[str, ...]


@dataclass(frozen=True)
class GravityScore:
    """How well flows of years held back are told.

    Attributes:
        explained: share of the Poisson deviance explained, 1 - deviance / deviance of the mean.
        error: mean absolute error, persons a pair and year.
    """

    explained: float
    error: float


def fit_gravity(pairs: pd.DataFrame, terms: tuple[str, ...] = TERMS) -> GravityModel:
    """Fits the expectation of moves by Poisson regression, flows of zero included.

    log E[moves] = constant + sum of coefficient x term. A Poisson likelihood is consistent for counts whatever their
    variance, and takes the zeros that a regression of logarithms would have to drop.

    Args:
        pairs: one row a pair and year: moves and the terms.
        terms: columns to fit on.

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
    """Expected moves of each row: (row,), persons a year."""
    weights = np.array([model.coefficients[term] for term in model.terms])
    return np.exp(model.coefficients["const"] + pairs[list(model.terms)].to_numpy(dtype=np.float64) @ weights)


def mean_flow(known: pd.DataFrame, asked: pd.DataFrame) -> Array:
    """What one would say without a model: each pair's mean flow of the known years; (row,), persons a year.

    A pair without a move in the known years gets half a move over all of them, so that a first one is no impossibility.

    Args:
        known: place, partner, moves; one row a pair and year.
        asked: place, partner of the rows that are asked for.
    """
    sums = known.groupby(["place", "partner"])["moves"].agg(["sum", "count"])
    mean = (sums["sum"].clip(lower=0.5) / sums["count"]).rename("mean").reset_index()
    return asked[["place", "partner"]].merge(mean, on=["place", "partner"], how="left")["mean"].to_numpy(dtype=float)


def score_gravity(moves: Array, expected: Array) -> GravityScore:
    """Holds expectations against what came.

    Args:
        moves: (row,), persons a year.
        expected: (row,), positive.

    Returns:
        Share of the deviance explained, and mean absolute error.
    """
    mean = np.full_like(expected, moves.mean())
    return GravityScore(
        1 - poisson_deviance(moves, expected) / poisson_deviance(moves, mean), float(np.abs(moves - expected).mean())
    )


def poisson_deviance(moves: Array, expected: Array) -> float:
    """Poisson deviance: 2 sum (y log(y / mu) - (y - mu)), nought where y is nought."""
    ratio = np.where(moves > 0, moves / expected, 1.0)
    return float(2 * (moves * np.log(ratio) - (moves - expected)).sum())
