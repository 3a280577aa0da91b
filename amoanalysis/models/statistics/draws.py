"""Random draws that do not depend on how a run is split: keyed by seed, stream name and draw number."""

import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from amoanalysis.config.assumptions import Assumption

Array = npt.NDArray[np.float64]

# Random numbers are generated in chunks of fixed position, so that any block of draws gets the same numbers.
CHUNK = 128
# Standard normal score of the 90 % quantile: low and high of an assumption are its 10 % and 90 % quantiles.
SCORE_90 = 1.2815515655446004


@dataclass(frozen=True)
class Draws:
    """A block of draws: numbers `first` to `first + count - 1` of the run with this seed."""

    seed: int
    first: int
    count: int

    def normal(self, stream: str, shape: tuple[int, ...] = ()) -> Array:
        """Standard normal numbers of a named stream.

        Args:
            stream: name of the stream ("migration:2030"); the same name gives the same numbers.
            shape: axes after the draws.

        Returns:
            (draw, *shape), the same for a draw in any block.
        """
        key = zlib.crc32(stream.encode())
        first_chunk, last_chunk = self.first // CHUNK, (self.first + self.count - 1) // CHUNK
        chunks = [self._chunk(key, number, shape) for number in range(first_chunk, last_chunk + 1)]
        start = self.first - first_chunk * CHUNK
        return (chunks[0] if len(chunks) == 1 else np.concatenate(chunks))[start : start + self.count]

    def sample(self, assumption: Assumption) -> Array:
        """Draws of an assumption: a two-piece normal with its median and 80 % interval.

        Scenarios that share an assumption share its draws; the bounds `least` and `most` truncate the tails.

        Returns:
            (draw,), in the unit of the assumption.
        """
        return value_at_score(assumption, self.score(assumption))

    def score(self, assumption: Assumption) -> Array:
        """Standard normal scores of the draws of an assumption: (draw,)."""
        return self.normal(f"assumption:{assumption.path}")

    def _chunk(self, key: int, number: int, shape: tuple[int, ...]) -> Array:
        entropy = np.random.SeedSequence([self.seed, key, number])
        return np.random.Generator(np.random.SFC64(entropy)).standard_normal((CHUNK, *shape))


def value_at_score(assumption: Assumption, score: Array) -> Array:
    """Value of an assumption at a standard normal score.

    Args:
        assumption: median and 80 % interval.
        score: any shape.

    Returns:
        The shape of the scores, in the unit of the assumption.
    """
    below, above = assumption.value - assumption.low, assumption.high - assumption.value
    value = assumption.value + np.where(score < 0, below, above) * score / SCORE_90
    return np.asarray(np.clip(value, assumption.least, assumption.most), dtype=np.float64)


def draw_ar1_shocks(draws: Draws, stream: str, years: range, places: int, persistence: Array, sd: Array) -> Array:
    """AR(1) shocks that start from zero in the jump-off year.

    x[t] = persistence x[t-1] + sd sqrt(1 - persistence^2) e[t]; the standard deviation of x tends to sd.

    Args:
        draws: block of draws.
        stream: name of the stream; each year has its own, so that a longer horizon leaves earlier years unchanged.
        years: years to draw.
        places: number of places with independent shocks.
        persistence: (draw,), from 0 to below 1.
        sd: (draw,), stationary standard deviation, in the unit of the result.

    Returns:
        (year, draw, place).
    """
    result = np.empty((len(years), draws.count, places))
    state = np.zeros((draws.count, places))
    innovation_sd = (sd * np.sqrt(1 - persistence**2))[:, None]
    for t, year in enumerate(years):
        state = persistence[:, None] * state + innovation_sd * draws.normal(f"{stream}:{year}", (places,))
        result[t] = state
    return result


def event_count(expected: Array, score: Array) -> Array:
    """Number of events (births, deaths, moves) with the variance of a Poisson variable.

    count = max(0, expected + score sqrt(expected)): a continuous normal approximation, so that cohorts stay fractional.

    Args:
        expected: (draw, place), events a year, not negative.
        score: standard normal, same shape.

    Returns:
        (draw, place), events a year.
    """
    return np.maximum(0.0, expected + score * np.sqrt(expected))
