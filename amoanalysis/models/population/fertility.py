"""Fertility by age of the mother, and the fertility of places relative to their region."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import gammaln

from amoanalysis.errors import DataError, ShapeError
from amoanalysis.models.statistics.draws import Array

# Ages of mothers that official statistics count.
FERTILE_AGES = slice(15, 50)
# Bounds of the log of the prior shape: standard deviations of factors between 0.5 and 0.001.
_LOG_SHAPE_BOUNDS = (np.log(4.0), np.log(1e6))


@dataclass(frozen=True)
class PlaceFactors:
    """Fertility of places relative to their region; 1 is the region's fertility.

    Attributes:
        factor: (place,), shrunk to 1 where women are few.
        standard_error: (place,), posterior standard deviation of the factor.
        unshrunk: (place,), observed over expected children.
        prior_shape: shape of the gamma distribution of true factors; their standard deviation is prior_shape ** -0.5.
    """

    factor: Array
    standard_error: Array
    unshrunk: Array
    prior_shape: float


def age_pattern(shares: Array) -> Array:
    """Age pattern of fertility: shares of total fertility at the fertile ages, normalised to sum to 1.

    Shares outside the fertile ages are artefacts of smoothing splines and are dropped.

    Args:
        shares: (..., age), of total fertility from age 0 on, in any unit, not negative.

    Returns:
        (..., age), shares that sum to 1.

    Raises:
        DataError: if a share is negative, or all are zero.

    Source: Statistics Finland, total fertility rate: ages 15 to 49.
    """
    pattern = np.zeros_like(shares)
    pattern[..., FERTILE_AGES] = shares[..., FERTILE_AGES]
    total = pattern.sum(axis=-1, keepdims=True)
    if not (np.all(pattern >= 0) and np.all(total > 0)):
        raise DataError(
            f"The fertility pattern is negative or empty at ages {FERTILE_AGES.start} to {FERTILE_AGES.stop - 1}: "
            "check it."
        )
    return pattern / total


def fertility_rates(total_fertility: float | Array, pattern: Array) -> Array:
    """Births per woman and year at each age: f[a] = total fertility * pattern[a].

    Args:
        total_fertility: children per woman, a number or (...,).
        pattern: (age,) or (..., age), shares that sum to 1.

    Returns:
        (..., age), births per woman and year.

    Raises:
        DataError: if the pattern does not sum to 1.

    Source: Preston, Heuveline & Guillot (2001), chapter 5.
    """
    if not np.allclose(pattern.sum(axis=-1), 1.0, rtol=0, atol=1e-9):
        raise DataError("The fertility pattern does not sum to 1: pass it through age_pattern first.")
    return np.asarray(total_fertility, dtype=np.float64)[..., None] * pattern


def expected_children(women: Array, fertility: Array, child_survival: Array) -> Array:
    """Expected number of young children in each place under the fertility of the region.

    expected = sum_j sum_a women[a] * s[j] * (f[a - j - 1] + f[a - j]) / 2: children of completed age j were born j to
    j + 1 years ago, when their mothers were on average j + 0.5 years younger.

    Args:
        women: (place, age), persons, single ages.
        fertility: (age,), births per woman and year in the region, over the last years.
        child_survival: (child age,), share of births alive at each completed age of children, 0 first.

    Returns:
        (place,), children.

    Raises:
        ShapeError: if women and fertility have different ages.

    Source: United Nations (1983), Manual X, chapter VIII (reverse survival); the ratio is the child-woman ratio
        standardised for the age of women.
    """
    if women.shape[-1] != len(fertility):
        raise ShapeError(f"Women have {women.shape[-1]} ages and fertility {len(fertility)}: they must agree.")
    children = np.zeros(women.shape[:-1])
    for age, alive in enumerate(child_survival):
        past = np.zeros(len(fertility) + 1)
        past[age + 1 :] = fertility[: len(fertility) - age]
        children += alive * (women @ (past[:-1] + past[1:])) / 2
    return children


def place_factors(children: Array, expected: Array, *, members: Array | None = None) -> PlaceFactors:
    """Fertility of each place relative to the region, shrunk to 1 where women are few (empirical Bayes).

    Children are Poisson with mean factor * expected, and factors are gamma with mean 1 and shape k. The counts are then
    negative binomial, and the posterior mean of a factor is (k + children) / (k + expected): a place keeps the share
    expected / (k + expected) of its deviation. k is estimated by maximum likelihood over the places of the region.
    Expected children are first scaled to the observed total of the region, so that a common level (child mortality,
    migration of families) does not count as a deviation.

    Args:
        children: (place,), observed children below an age.
        expected: (place,), children expected at the region's fertility, positive.
        members: (place,), true for the places that make up the region and determine k; all of them by default.

    Returns:
        The factors. Families that move with children raise the factor of their destination.

    Raises:
        ShapeError: if the arrays differ in shape.
        DataError: if a place has no expected children or the region has no children.

    Source: Clayton & Kaldor (1987), Biometrics 43 (gamma-Poisson); Bogue & Palmore (1964), Demography 1 (ratio).
    """
    if children.shape != expected.shape:
        raise ShapeError(f"There are {children.shape} children and {expected.shape} expectations: they must agree.")
    region = np.ones(children.shape, dtype=bool) if members is None else members.astype(bool)
    if np.any(expected <= 0) or children[region].sum() <= 0:
        raise DataError("A place has no women who could have children, or the region no children: check the ages.")
    scaled = expected * (children[region].sum() / expected[region].sum())
    shape = _prior_shape(children[region], scaled[region])
    return PlaceFactors(
        factor=(shape + children) / (shape + scaled),
        standard_error=np.sqrt(shape + children) / (shape + scaled),
        unshrunk=children / scaled,
        prior_shape=shape,
    )


def _prior_shape(children: Array, expected: Array) -> float:
    """Maximum-likelihood shape of the gamma prior."""

    def negative_log_likelihood(log_shape: float) -> float:
        shape = np.exp(log_shape)
        likelihood = (
            gammaln(shape + children)
            - gammaln(shape)
            + shape * np.log(shape / (shape + expected))
            + children * np.log(expected / (shape + expected))
        )
        return -float(likelihood.sum())

    return float(np.exp(minimize_scalar(negative_log_likelihood, bounds=_LOG_SHAPE_BOUNDS, method="bounded").x))
