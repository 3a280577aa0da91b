"""An index of attraction: visible parts, a yardstick, weights that are assumptions, and ranks with intervals."""

import numpy as np

from amoanalysis.models.draws import Array

# A part cannot count for more than so many standard deviations: one odd figure shall not make an index.
MOST_DEVIATIONS = 2.5


def standardised(values: Array, better_high: Array, weights: Array) -> Array:
    """Parts in standard deviations from the yardstick, the mean of all places weighted by their people; good is high.

    z[p, k] = +-(value[p, k] - mean[k]) / deviation[k], cut at 2.5 either way.

    Args:
        values: (place, part), in their own units.
        better_high: (part,), whether a high value is good.
        weights: (place,), people.

    Returns:
        (place, part); a part that is the same everywhere is nought.
    """
    share = weights / weights.sum()
    mean = share @ values
    spread = values.std(axis=0)
    z = np.divide(values - mean, spread, out=np.zeros_like(values), where=spread > 1e-12)
    return np.clip(np.where(better_high, z, -z), -MOST_DEVIATIONS, MOST_DEVIATIONS)


def index(parts: Array, weights: Array) -> Array:
    """Weighted mean of the parts.

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


def random_weights(central: Array, score: Array) -> Array:
    """Weights as different as opinions are: exponential with the central weights as means, scaled to sum to 1.

    With equal central weights every mix of the parts is equally likely (a flat Dirichlet distribution).

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
    """The rank at the central weights and its interval over random ones, which always holds it.

    Args:
        parts: (place, part).
        central: (part,).
        score: (draw, part), standard normal.
        low: lower quantile.
        high: upper quantile.

    Returns:
        Central rank, lowest and highest rank of the interval, each (place,).
    """
    middle = ranks(index(parts, central))
    drawn = ranks(index(parts, random_weights(central, score)))
    ends = np.quantile(drawn, [low, high], axis=0, method="nearest")
    return middle, np.minimum(ends[0], middle), np.maximum(ends[1], middle)
