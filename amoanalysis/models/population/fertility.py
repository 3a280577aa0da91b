"""Fertility: births by age of the mother, and how a place differs from its region."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import gammaln

from amoanalysis.errors import DataError, ShapeError

Array = NDArray[np.float64]

# Log of the prior's shape is sought between these: a place's fertility may be off by half, or by a tenth of a per cent.
_SHAPES = (np.log(4.0), np.log(1e6))


@dataclass(frozen=True)
class PlaceFactors:
    """Fertility of places relative to their region, 1 being the same.

    Attributes:
        factor: (place,), shrunk towards 1 where women are few.
        standard_error: (place,), posterior standard deviation of the factor.
        unshrunk: (place,), children there are by children expected.
        prior_shape: of the gamma distribution of true factors; their standard deviation is prior_shape ** -0.5.
    """

    factor: Array
    standard_error: Array
    unshrunk: Array
    prior_shape: float


def age_pattern(shares: Array, *, first_age: int = 15, last_age: int = 49) -> Array:
    """Shares of total fertility by age, cut to the ages that official statistics count and made to add to 1.

    Splined patterns wave at their ends: what lies outside the ages is an artefact and goes.

    Args:
        shares: (..., age), of total fertility from age 0 on, in any unit, none negative.
        first_age: youngest age of mothers.
        last_age: oldest age of mothers.

    Returns:
        (..., age), shares that add to 1.

    Raises:
        DataError: if a share is negative or nothing is left.

    Source: Statistics Finland, total fertility rate: ages 15 to 49.
    """
    kept = np.zeros_like(shares)
    kept[..., first_age : last_age + 1] = shares[..., first_age : last_age + 1]
    total = kept.sum(axis=-1, keepdims=True)
    if not (np.all(kept >= 0) and np.all(total > 0)):
        raise DataError(f"The fertility pattern is negative or empty at ages {first_age} to {last_age}: check it.")
    return kept / total


def fertility_rates(total_fertility: float | Array, pattern: Array, *, width: float = 1.0) -> Array:
    """Births per woman and year at each age: f[a] = total fertility * pattern[a] / width.

    Args:
        total_fertility: children per woman, a number or (...,), draws and places.
        pattern: (age,) or (..., age), shares that add to 1.
        width: years in an age group.

    Returns:
        (..., age), births per woman and year; width * sum over ages is the total fertility.

    Raises:
        DataError: if the pattern does not add to 1.

    Source: Preston, Heuveline & Guillot (2001), chapter 5.
    """
    if not np.allclose(pattern.sum(axis=-1), 1.0, rtol=0, atol=1e-9):
        raise DataError("The fertility pattern does not add to 1: pass it through age_pattern first.")
    return np.asarray(total_fertility, dtype=np.float64)[..., None] * pattern / width


def expected_children(women: Array, fertility: Array, child_survival: Array) -> Array:
    """Children below an age whom the women of a place would have, had they the fertility of the region.

    expected = sum_j sum_a women[a] * s[j] * (f[a - j - 1] + f[a - j]) / 2: children of completed age j were born j to
    j + 1 years ago, when their mothers were j and a half years younger on average.

    Args:
        women: (place, age), persons, single ages.
        fertility: (age,), births per woman and year in the region, over the last years.
        child_survival: (child age,), share of births alive at each completed age of children, 0 first.

    Returns:
        (place,), children.

    Raises:
        ShapeError: if women and fertility have not the same ages.

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

    Children are Poisson with mean factor * expected, and factors gamma with mean 1 and shape k: then children are
    negative binomial, and the factor, once they are seen, has mean (k + children) / (k + expected). Expected children
    grow with the number of women, and they are the weight: a place keeps expected / (k + expected) of its deviation.
    k is estimated by maximum likelihood over the places of the region. Expectations are first scaled to the children
    of the region, so that a level common to all - child deaths, families moving - is no deviation of a place.

    Args:
        children: (place,), children below an age.
        expected: (place,), children expected at the region's fertility, above zero.
        members: (place,), which of the places make the region and set k; all of them without it.

    Returns:
        The factors. Families who move with children raise the factor of the place they move to; it is the fertility of
        those who live there in the end.

    Raises:
        ShapeError: if the arrays disagree.
        DataError: if a place expects no children or the region has none.

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
    """Shape of the gamma prior that makes the counts likeliest."""

    def surprise(log_shape: float) -> float:
        shape = np.exp(log_shape)
        likelihood = (
            gammaln(shape + children)
            - gammaln(shape)
            + shape * np.log(shape / (shape + expected))
            + children * np.log(expected / (shape + expected))
        )
        return -float(likelihood.sum())

    return float(np.exp(minimize_scalar(surprise, bounds=_SHAPES, method="bounded").x))
