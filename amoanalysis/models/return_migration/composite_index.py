"""Composite index of attractiveness with rank intervals, and the succession of firms whose owners retire."""

from dataclasses import dataclass

import numpy as np

from amoanalysis.config.assumptions import FirmsAssumptions
from amoanalysis.models.statistics.draws import Array, Draws

# Components are limited to this many standard deviations, so that one outlier does not determine the index.
MAX_DEVIATIONS = 2.5


def standardise_parts(values: Array, better_high: Array, weights: Array) -> Array:
    """Components in standard deviations from the population-weighted mean of all places; high values are good.

    z[p, k] = +-(value[p, k] - mean[k]) / deviation[k], limited to +-2.5.

    Args:
        values: (place, part), in their own units.
        better_high: (part,), whether a high value is good.
        weights: (place,), population.

    Returns:
        (place, part); zero for a component that is equal everywhere.
    """
    share = weights / weights.sum()
    mean = share @ values
    spread = values.std(axis=0)
    z = np.divide(values - mean, spread, out=np.zeros_like(values), where=spread > 1e-12)
    return np.clip(np.where(better_high, z, -z), -MAX_DEVIATIONS, MAX_DEVIATIONS)


def weighted_index(parts: Array, weights: Array) -> Array:
    """Weighted mean of the components.

    Args:
        parts: (place, part).
        weights: (..., part), not negative.

    Returns:
        (..., place).
    """
    shares = weights / weights.sum(axis=-1, keepdims=True)
    return np.asarray(shares @ parts.T)


def ranks(scores: Array) -> Array:
    """Rank of each place, 1 = highest: (..., place)."""
    return np.asarray((-scores).argsort(axis=-1).argsort(axis=-1) + 1, dtype=np.float64)


def draw_weights(central: Array, score: Array) -> Array:
    """Draws random weights: exponential with the central weights as means, scaled to sum to 1.

    With equal central weights this is the flat Dirichlet distribution.

    Args:
        central: (part,).
        score: (draw, part), standard normal.

    Returns:
        (draw, part).
    """
    from scipy.special import log_ndtr

    drawn = -log_ndtr(-score) * central
    return np.asarray(drawn / drawn.sum(axis=1, keepdims=True))


def rank_intervals(parts: Array, central: Array, score: Array, low: float, high: float) -> tuple[Array, Array, Array]:
    """Rank at the central weights and its interval over random weights, which always contains it.

    Args:
        parts: (place, part).
        central: (part,).
        score: (draw, part), standard normal.
        low: lower quantile.
        high: upper quantile.

    Returns:
        Central rank, lowest and highest rank of the interval, each (place,).
    """
    middle = ranks(weighted_index(parts, central))
    drawn = ranks(weighted_index(parts, draw_weights(central, score)))
    ends = np.quantile(drawn, [low, high], axis=0, method="nearest")
    return middle, np.minimum(ends[0], middle), np.maximum(ends[1], middle)


FARMING, OTHER = "A", "other"


@dataclass(frozen=True)
class FirmOwners:
    """Owners of firms by industry.

    Attributes:
        owners: (draw, industry), all owners.
        retiring: (draw, industry), owners who reach retirement age within ten years.
        without_successor: (draw, industry), retiring owners without a successor.
        jobs: (draw, industry), jobs in the firms of owners without a successor, their own included.
    """

    owners: Array
    retiring: Array
    without_successor: Array
    jobs: Array


def retiring_owners(
    jobs: Array, share_55_64: Array, industries: list[str], assumptions: FirmsAssumptions, draws: Draws
) -> FirmOwners:
    """Owners who retire within ten years.

    owners = jobs x owners per job; retiring = owners x share of 55-64 among the industry's employed x ratio of owners
    to employed in that share; without_successor = retiring x share without a successor.

    Args:
        jobs: (industry,), jobs of a place.
        share_55_64: (industry,), share of 55-64 among the employed, Finland.
        industries: TOL 2008 sections.
        assumptions: the shares.
        draws: block of draws.

    Returns:
        The owners.
    """
    farming = draws.sample(assumptions.owners_per_job[FARMING])[:, None]
    other = draws.sample(assumptions.owners_per_job[OTHER])[:, None]
    owners = jobs[None] * np.where(np.array(industries)[None] == FARMING, farming, other)
    older = draws.sample(assumptions.older_than_staff)[:, None]
    retiring = owners * np.minimum(share_55_64[None] * older, 1.0)
    without = retiring * draws.sample(assumptions.without_successor)[:, None]
    return FirmOwners(owners, retiring, without, without * draws.sample(assumptions.jobs_per_owner)[:, None])
