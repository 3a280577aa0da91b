"""Quantiles of many futures at once."""

from collections.abc import Sequence

import numpy as np

from amoanalysis.models.draws import Array


def quantiles(values: Array, levels: Sequence[float]) -> Array:
    """Quantiles over draws, on the line between the two draws next to each: what `numpy.quantile` gives.

    One sort serves all levels. numpy sorts rows that lie in one stretch of memory several draws at a time, so that this
    takes a fifth of the time of picking out the ranks of each level.

    Args:
        values: (..., draw).
        levels: 0 to 1.

    Returns:
        (level, ...).

    Source: Hyndman & Fan (1996), The American Statistician 50, definition 7.
    """
    ordered = np.sort(values, axis=-1)
    last = ordered.shape[-1] - 1
    found = np.empty((len(levels), *ordered.shape[:-1]))
    for number, level in enumerate(levels):
        below, part = divmod(last * level, 1)
        low, high = ordered[..., int(below)], ordered[..., min(int(below) + 1, last)]
        # From the nearer end, so that the quantile never passes the draw it comes to.
        found[number] = low + (high - low) * part if part < 0.5 else high - (high - low) * (1 - part)
    return found
