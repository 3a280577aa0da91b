"""Ages as producers write them: single years, ranges, and groups open at either end."""

import re
from typing import NamedTuple

import pandas as pd

from amoanalysis.cleaning.labels import TOTAL, is_total, map_unique

DASH = r"\s*[-\u2013\u2212]\s*"
WORDS = re.compile(r"\((he|pt|ko|hr)\)|[-\u2013]?\s?vuotia(at|ita)|\bvuotta\b|\bv\.?(?=\s|$)|\byears?( old)?\b|\bår\b")
LEAST = re.compile(rf"(\d+)({DASH}|\s*\+|\s*(täyttäneet|tai yli|tai vanhemmat|or over|and over|or more|och över))")
MOST = re.compile(rf"({DASH}|alle\s+|under\s+)(\d+)")
RANGE = re.compile(rf"(\d+){DASH}(\d+)")
SINGLE = re.compile(r"\d+")


class Age(NamedTuple):
    """An age or a group of ages.

    Attributes:
        low: youngest age, in full years.
        high: oldest age; None where the group is open.
    """

    low: int
    high: int | None

    @property
    def label(self) -> str:
        """How our tables write it: 7, 15-64, 75+."""
        if self.high is None:
            return f"{self.low}+"
        return str(self.low) if self.low == self.high else f"{self.low}-{self.high}"


def parse_age(text: str) -> Age:
    """The ages that a label means: `7`, `000`, `15 - 64`, `100 -`, `85+`, `- 17`, `alle 3`, `0-2 vuotiaat (HE)`.

    Args:
        text: the label; no total.

    Returns:
        Youngest and oldest age.

    Raises:
        ValueError: if the label is no age, or its youngest is above its oldest.
    """
    label = " ".join(WORDS.sub(" ", text.casefold()).split())
    if SINGLE.fullmatch(label):
        return Age(int(label), int(label))
    if found := RANGE.fullmatch(label):
        low, high = int(found[1]), int(found[2])
        if low > high:
            raise ValueError(text)
        return Age(low, high)
    if found := LEAST.fullmatch(label):
        return Age(int(found[1]), None)
    if found := MOST.fullmatch(label):
        return Age(0, int(found[2]) - (found[1].strip().isalpha()))
    raise ValueError(text)


def map_ages(series: pd.Series, file: str) -> pd.DataFrame:
    """Youngest and oldest age of each label.

    Args:
        series: labels without totals; the index is the row of the file.
        file: name of the file, for messages.

    Returns:
        low (int64) and high (float64, NaN where open), with the index of the series.

    Raises:
        DataError: naming file, row, column and the first label that is no age.
    """
    ages = map_unique(series, parse_age, "age", file, form="7, 15 - 64, 100 - or - 17")
    low = ages.map(lambda age: age.low).astype("int64")
    return pd.DataFrame({"low": low, "high": ages.map(lambda age: age.high).astype("float64")})


def map_age_groups(series: pd.Series, file: str) -> pd.Series:
    """Our labels of age groups (0-17, 75+), and `total` for all ages.

    Raises:
        DataError: naming file, row, column and the first label that is no age.
    """
    read = map_unique(series, _group, "age", file, form="15 - 64, 75 - or - 17")
    return read.astype("str")


def _group(text: str) -> str:
    return TOTAL if is_total(text) else parse_age(text).label
