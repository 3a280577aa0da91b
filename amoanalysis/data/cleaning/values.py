"""Parsing of cells: numbers with the markers of Finnish producers, years, months and ages."""

import re
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd
from babel.dates import get_month_names

from amoanalysis.data.cleaning.labels import TOTAL, is_total, map_unique
from amoanalysis.errors import DataError

SPACES = " \u00a0\u2007\u2009\u202f"
NUMBER = re.compile(rf"[-+\u2212\u2013]?(\d{{1,3}}([{SPACES}]\d{{3}})+|\d+)([.,]\d+)?([eE][-+]?\d+)?")
SUPPRESSED = re.compile(r"1\s?[-\u2013\u2212]\s?[2-9]|<\s?\d+|alle \d+|under \d+", re.IGNORECASE)
GIVEN, NIL, BLANK = "given", "nil", "blank"
MARKERS = {
    "": BLANK,
    "-": NIL,
    "\u2013": NIL,
    "\u2212": NIL,
    ".": "impossible",
    "..": "not_available",
    "\u2025": "not_available",
    "...": "confidential",
    "\u2026": "confidential",
}


class ParsedNumbers(NamedTuple):
    """Numbers of a column and the reasons for missing ones.

    Attributes:
        figures: float64; NaN if the cell has no number. Nil (`-`) is 0.
        status: given, nil, blank, impossible (`.`), not_available (`..`), confidential (`...`) or suppressed (`1-4`).
    """

    figures: pd.Series
    status: pd.Series


def parse_number(series: pd.Series, file: str, markers: dict[str, str] | None = None) -> ParsedNumbers:
    """Parses numbers with decimal commas or points, spaces of any width between thousands, and markers.

    The markers are those of Statistics Finland: `-` nil, `.` logically impossible, `..` not available or too
    uncertain, `...` confidential. `1-4` and `<5` are suppressed small counts: missing, not zero.

    Args:
        series: cells; the index is the row of the file.
        file: name of the file, for messages.
        markers: status by further marker of this producer.

    Returns:
        Figures and status, both with the index of the series.

    Raises:
        DataError: if a cell is neither a number nor a marker.
    """
    known = MARKERS | (markers or {})
    cells = series.astype("str").fillna("").str.strip(SPACES + "\t")
    read = map_unique(
        cells, lambda cell: _parse_cell(cell, known), "number", file, form="12 345,6 or a marker (- . .. ...)"
    )
    figures = read.map(lambda pair: pair[0]).astype("float64")
    return ParsedNumbers(figures, read.map(lambda pair: pair[1]).astype("str"))


def parse_count(series: pd.Series, file: str, markers: dict[str, str] | None = None) -> ParsedNumbers:
    """Parses counts: whole numbers that are not negative.

    Args:
        series: cells; the index is the row of the file.
        file: name of the file, for messages.
        markers: further markers of this producer.

    Returns:
        Figures and status, as `parse_number` returns them.

    Raises:
        DataError: if a cell is not a count.
    """
    numbers = parse_number(series, file, markers)
    wrong = numbers.figures.notna() & ((numbers.figures % 1 != 0) | (numbers.figures < 0))
    if wrong.any():
        position = int(np.flatnonzero(wrong)[0])
        raise DataError(
            f"{file}, row {series.index[position]}, column '{series.name}': '{series.iloc[position]}' is not "
            "a valid count: it takes a whole number that is not negative; check that the column is the right one."
        )
    return numbers


def _parse_cell(cell: str, markers: dict[str, str]) -> tuple[float, str]:
    if cell in markers:
        status = markers[cell]
        return (0.0 if status == NIL else np.nan), status
    if NUMBER.fullmatch(cell):
        bare = re.sub(rf"[{SPACES}]", "", cell).replace(",", ".")
        return float(re.sub(r"^[\u2212\u2013]", "-", bare)), GIVEN
    if SUPPRESSED.fullmatch(cell):
        return np.nan, "suppressed"
    raise ValueError(cell)


MONTH = re.compile(
    r"(?P<year>\d{4})\s?[mMkK\-/.](?P<month>\d{1,2})|(?P<first>\d{1,2})[/.](?P<last>\d{4})|(?P<run>\d{4})(?P<on>\d{2})"
)
YEAR = re.compile(r"(\d{4})\s?\*{0,2}")
LANGUAGES = ("fi", "sv", "en")


def parse_month(text: str) -> str:
    """Parses a month; returns it as 2006-01.

    Args:
        text: 2006M01, 2006-01, 2006/1, 1/2006, 200601, `2006 tammikuu` or `January 2006`.

    Raises:
        ValueError: if the text is not a month.
    """
    label = text.strip().rstrip("*").strip()
    if found := MONTH.fullmatch(label):
        year = found["year"] or found["last"] or found["run"]
        number = int(found["month"] or found["first"] or found["on"])
    else:
        words = label.casefold().split()
        years = [word for word in words if YEAR.fullmatch(word)]
        numbers = [_months()[word.rstrip(".")] for word in words if word.rstrip(".") in _months()]
        if len(words) != 2 or len(years) != 1 or len(numbers) != 1:
            raise ValueError(text)
        year, number = years[0], numbers[0]
    if not 1 <= number <= 12:
        raise ValueError(text)
    return f"{year}-{number:02d}"


def parse_year(text: str) -> int:
    """Parses a year; preliminary years have an asterisk (2006*).

    Raises:
        ValueError: if the text is not a year between 1700 and 2200.
    """
    found = YEAR.fullmatch(text.strip())
    if not found or not 1700 <= int(found[1]) <= 2200:
        raise ValueError(text)
    return int(found[1])


def map_months(series: pd.Series, file: str) -> pd.Series:
    """Parses the months of a column; returns text (2006-01).

    Raises:
        DataError: if a cell is not a month.
    """
    return map_unique(series, parse_month, "month", file, form="2006M01 or 2006-01").astype("str")


def map_years(series: pd.Series, file: str) -> pd.Series:
    """Parses the years of a column; returns int64.

    Raises:
        DataError: if a cell is not a year.
    """
    return map_unique(series, parse_year, "year", file, form="2006").astype("int64")


@cache
def _months() -> dict[str, int]:
    """Number of the month by name in each language."""
    return {
        name.casefold(): number
        for language in LANGUAGES
        for number, name in get_month_names("wide", context="stand-alone", locale=language).items()
    }


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
        high: oldest age; None for an open group.
    """

    low: int
    high: int | None

    @property
    def label(self) -> str:
        """Label as in the tables: 7, 15-64, 75+."""
        if self.high is None:
            return f"{self.low}+"
        return str(self.low) if self.low == self.high else f"{self.low}-{self.high}"


def parse_age(text: str) -> Age:
    """Parses a label of ages: `7`, `000`, `15 - 64`, `100 -`, `85+`, `- 17`, `alle 3`, `0-2 vuotiaat (HE)`.

    Args:
        text: the label; not that of a total.

    Returns:
        Youngest and oldest age.

    Raises:
        ValueError: if the label is not an age, or its youngest age is above its oldest.
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
    """Parses the ages of a column to youngest and oldest age.

    Args:
        series: labels without totals; the index is the row of the file.
        file: name of the file, for messages.

    Returns:
        low (int64) and high (float64, NaN for an open group), with the index of the series.

    Raises:
        DataError: if a label is not an age.
    """
    ages = map_unique(series, parse_age, "age", file, form="7, 15 - 64, 100 - or - 17")
    low = ages.map(lambda age: age.low).astype("int64")
    return pd.DataFrame({"low": low, "high": ages.map(lambda age: age.high).astype("float64")})


def map_age_groups(series: pd.Series, file: str) -> pd.Series:
    """Parses the age groups of a column; returns labels of the tables (0-17, 75+) and `total`.

    Raises:
        DataError: if a label is not an age group.
    """
    groups = map_unique(
        series, lambda label: TOTAL if is_total(label) else parse_age(label).label, "age", file,
        form="15 - 64, 75 - or - 17",
    )  # fmt: skip
    return groups.astype("str")
