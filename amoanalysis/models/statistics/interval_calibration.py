"""Bands that keep their promise: how much a band has to be widened so that it holds as often as it says."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from amoanalysis.errors import DataError
from amoanalysis.models.statistics.draws import Array

# A factor is asked of no fewer cases than this.
FEWEST = 20
# A factor outside these says that the model is wrong, not that its band is narrow.
LEAST, MOST = 0.4, 4.0


@dataclass(frozen=True)
class Widening:
    """Factors on the distance of a band's ends from its median, on a log scale.

    Attributes:
        horizons: years ahead, ascending.
        factors: one each; 1 leaves the band as it is.
    """

    horizons: tuple[int, ...]
    factors: tuple[float, ...]

    def at(self, horizon: Array) -> Array:
        """The factor at some horizons: on the line between those known, beyond them that of the last."""
        return np.interp(horizon, self.horizons, self.factors)


def distances(actual: Array, median: Array, low: Array, high: Array) -> Array:
    """How far what came lies from the median, in units of the end of the band on its side, on a log scale.

    distance = log(actual / median) / log(end / median); above 1 it lies outside the band.

    Args:
        actual: what came, positive, any shape.
        median: same shape, as the rest.
        low: lower end.
        high: upper end.

    Returns:
        Same shape, not negative.
    """
    missed = np.log(np.maximum(actual, 0.5) / np.maximum(median, 0.5))
    end = np.where(missed < 0, np.maximum(low, 0.5), np.maximum(high, 0.5))
    width = np.abs(np.log(end / np.maximum(median, 0.5)))
    return np.asarray(np.abs(missed) / np.maximum(width, 1e-9), dtype=np.float64)


def widening(distance: Array, horizon: npt.NDArray[np.int64], level: float = 0.8) -> Widening:
    """The factors under which bands hold as often as they say, smoothed over the horizon.

    The factor of a horizon is the quantile `level` of the distances. The logs of the factors are smoothed by a parabola
    over the log of the horizon, weighted by the number of cases, so that neighbouring horizons tell one story.

    Args:
        distance: (case,), see `distances`.
        horizon: (case,), years ahead.
        level: share that the band is to hold.

    Returns:
        A factor for each horizon of at least 20 cases.

    Raises:
        DataError: if no horizon has enough cases.
    """
    found = [(h, distance[horizon == h]) for h in sorted(set(horizon.tolist()))]
    enough = [(int(h), float(np.quantile(part, level)), len(part)) for h, part in found if len(part) >= FEWEST]
    if not enough:
        raise DataError(f"A band cannot be calibrated on fewer than {FEWEST} cases a horizon: take more origins.")
    horizons, quantiles, counts = (np.array(column, dtype=np.float64) for column in zip(*enough, strict=True))
    logs = np.log(np.clip(quantiles, LEAST, MOST))
    degree = min(2, len(horizons) - 1)
    line = np.polynomial.Polynomial.fit(np.log(horizons), logs, degree, w=np.sqrt(counts))
    factors = np.clip(np.exp(line(np.log(horizons))), LEAST, MOST)
    return Widening(tuple(int(h) for h in horizons), tuple(float(factor) for factor in factors))


def widened(value: Array, median: Array, factor: Array) -> Array:
    """A quantile moved away from its median: median (value / median) ^ factor.

    Positive values stay positive, the median stays where it is, and quantiles keep their order.

    Args:
        value: a quantile, not negative, any shape.
        median: broadcasts to it; where it is not positive, nothing is moved.
        factor: likewise.

    Returns:
        Shape of `value`.
    """
    ratio = np.divide(value, median, out=np.ones(np.broadcast(value, median).shape), where=(median > 0) & (value > 0))
    return np.asarray(np.where((median > 0) & (value > 0), median * ratio**factor, value), dtype=np.float64)


def folds(groups: Sequence[object], count: int) -> npt.NDArray[np.int64]:
    """The fold of each case: cases of one group share a fold, and folds take turns over the sorted groups."""
    order = {group: number % count for number, group in enumerate(sorted(set(groups), key=str))}
    return np.array([order[group] for group in groups], dtype=np.int64)
