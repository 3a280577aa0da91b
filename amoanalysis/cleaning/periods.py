"""Months, quarters and years as producers write them."""

import re
from functools import cache

import pandas as pd
from babel.dates import get_month_names

from amoanalysis.cleaning.labels import map_unique

MONTH = re.compile(
    r"(?P<year>\d{4})\s?[mMkK\-/.](?P<month>\d{1,2})|(?P<first>\d{1,2})[/.](?P<last>\d{4})|(?P<run>\d{4})(?P<on>\d{2})"
)
QUARTER = re.compile(r"(?P<year>\d{4})[\s\-/]?[qQ](?P<quarter>[1-4])|(?P<first>[1-4])\s?/\s?(?P<last>\d{4})")
YEAR = re.compile(r"(\d{4})\s?\*{0,2}")
LANGUAGES = ("fi", "sv", "en")


def parse_month(text: str) -> str:
    """A month as our tables write it, 2006-01.

    Args:
        text: 2006M01, 2006-01, 2006/1, 1/2006, 200601, `2006 tammikuu` or `January 2006`.

    Raises:
        ValueError: if the text is no month.
    """
    label = text.strip().rstrip("*").strip()
    if found := MONTH.fullmatch(label):
        year = found["year"] or found["last"] or found["run"]
        number = int(found["month"] or found["first"] or found["on"])
    else:
        words = label.casefold().split()
        years = [word for word in words if YEAR.fullmatch(word)]
        named = [_months()[word.rstrip(".")] for word in words if word.rstrip(".") in _months()]
        if len(words) != 2 or len(years) != 1 or len(named) != 1:
            raise ValueError(text)
        year, number = years[0], named[0]
    if not 1 <= number <= 12:
        raise ValueError(text)
    return f"{year}-{number:02d}"


def parse_quarter(text: str) -> str:
    """A quarter as 2006-Q1, from 2006Q1, 2006-Q1 or 1/2006.

    Raises:
        ValueError: if the text is no quarter.
    """
    found = QUARTER.fullmatch(text.strip().rstrip("*").strip())
    if not found:
        raise ValueError(text)
    return f"{found['year'] or found['last']}-Q{found['quarter'] or found['first']}"


def parse_year(text: str) -> int:
    """A year, from 2006 or, where preliminary, 2006*.

    Raises:
        ValueError: if the text is no year between 1700 and 2200.
    """
    found = YEAR.fullmatch(text.strip())
    if not found or not 1700 <= int(found[1]) <= 2200:
        raise ValueError(text)
    return int(found[1])


def map_months(series: pd.Series, file: str) -> pd.Series:
    """Months of a column as text (2006-01).

    Raises:
        DataError: naming file, row, column and the first cell that is no month.
    """
    return map_unique(series, parse_month, "month", file, form="2006M01 or 2006-01").astype("str")


def map_years(series: pd.Series, file: str) -> pd.Series:
    """Years of a column, int64.

    Raises:
        DataError: naming file, row, column and the first cell that is no year.
    """
    return map_unique(series, parse_year, "year", file, form="2006").astype("int64")


@cache
def _months() -> dict[str, int]:
    names = {
        name.casefold(): number
        for language in LANGUAGES
        for number, name in get_month_names("wide", context="stand-alone", locale=language).items()
    }
    return names
