"""Random draws that do not depend on how a run is split: keyed by seed, stream and number of the draw."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from amoanalysis.config.assumptions import Assumption

Array = npt.NDArray[np.float64]

# Draws are made in chunks of fixed borders, so a block may begin and end anywhere and still get the same digits.
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
            stream: what they are for ("migration:2030"); the same name gives the same numbers.
            shape: axes after the draws.

        Returns:
            (draw, *shape), the same for a draw whatever the block it is made in.
        """
        key = zlib.crc32(stream.encode())
        first_chunk, last_chunk = self.first // CHUNK, (self.first + self.count - 1) // CHUNK
        chunks = [self._chunk(key, number, shape) for number in range(first_chunk, last_chunk + 1)]
        start = self.first - first_chunk * CHUNK
        return (chunks[0] if len(chunks) == 1 else np.concatenate(chunks))[start : start + self.count]

    def sample(self, assumption: Assumption) -> Array:
        """Draws of an assumption: a normal in two pieces with its median and its 80 % interval.

        Scenarios that share an assumption share its draws; a bound `least` or `most` cuts the tails.

        Returns:
            (draw,), in the unit of the assumption.
        """
        return quantile_of(assumption, self.score(assumption))

    def score(self, assumption: Assumption) -> Array:
        """The standard normal scores that an assumption is drawn with: (draw,)."""
        return self.normal(f"assumption:{assumption.path}")

    def _chunk(self, key: int, number: int, shape: tuple[int, ...]) -> Array:
        # Words of 32 bits, as numpy makes of whole numbers itself, but in a quarter of the time.
        words = [self.seed >> bits & 0xFFFF_FFFF for bits in range(0, max(self.seed.bit_length(), 1), 32)]
        entropy = np.random.SeedSequence(np.array([*words, key, number], dtype=np.uint32))
        return np.random.Generator(np.random.SFC64(entropy)).standard_normal((CHUNK, *shape))


def quantile_of(assumption: Assumption, score: Array) -> Array:
    """The value of an assumption at a standard normal score.

    Args:
        assumption: median and 80 % interval.
        score: any shape.

    Returns:
        The shape of the scores, in the unit of the assumption.
    """
    below, above = assumption.value - assumption.low, assumption.high - assumption.value
    value = assumption.value + np.where(score < 0, below, above) * score / SCORE_90
    return np.asarray(np.clip(value, assumption.least, assumption.most), dtype=np.float64)


def persistent(draws: Draws, stream: str, years: range, places: int, persistence: Array, shock: Array) -> Array:
    """Shocks that fade: x[t] = persistence x[t-1] + shock sqrt(1 - persistence^2) e[t], from zero in the jump-off year.

    `shock` is the standard deviation that the process tends to; it is reached the slower the higher the persistence.

    Args:
        draws: block of draws.
        stream: name of the stream; each year has its own, so a longer horizon leaves earlier years as they were.
        years: years to be drawn.
        places: how many places have shocks of their own.
        persistence: (draw,), 0 to below 1.
        shock: (draw,), in the unit of the result.

    Returns:
        (year, draw, place).
    """
    result = np.empty((len(years), draws.count, places))
    state = np.zeros((draws.count, places))
    spread = (shock * np.sqrt(1 - persistence**2))[:, None]
    for index, year in enumerate(years):
        state = persistence[:, None] * state + spread * draws.normal(f"{stream}:{year}", (places,))
        result[index] = state
    return result


def event_count(expected: Array, score: Array) -> Array:
    """Number of events (births, deaths, moves) around an expectation, with the spread of a Poisson variable.

    count = max(0, expected + score sqrt(expected)): a normal stand-in, continuous, so that cohorts stay fractional.

    Args:
        expected: (draw, place), events a year, not negative.
        score: standard normal, same shape.

    Returns:
        (draw, place), events a year.
    """
    return np.maximum(0.0, expected + score * np.sqrt(expected))


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
