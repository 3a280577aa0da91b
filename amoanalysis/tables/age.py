"""How old a table is, and whether something newer ought to be there."""

import re
from datetime import date, timedelta

from amoanalysis.catalogue import Origin

MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
YEARS = re.compile(r"\d{4}(?:-(\d{4}))?")
# Months after the end of its period in which a newer release of a table is to be expected.
EXPECTED = {"month": 4, "year": 24}


def last_day(period: str) -> date | None:
    """The end of a period as origins write it: 1972-2022, 2006-01/2023-10, 2014; None where it names no time."""
    last = period.rpartition("/")[2].strip()
    if month := MONTH.fullmatch(last):
        year, number = int(month[1]), int(month[2])
        return date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1)
    if years := YEARS.fullmatch(last):
        return date(int(years[1] or last), 12, 31)
    return None


def months_old(period: str, today: date) -> int | None:
    """Whole months since the end of a period; none before it."""
    end = last_day(period)
    if end is None:
        return None
    return max(0, (today.year - end.year) * 12 + today.month - end.month)


def is_stale(origin: Origin, today: date) -> bool:
    """Whether a newer release than the table is to be expected; never of what is closed."""
    age = months_old(origin.period, today)
    step = "month" if MONTH.fullmatch(origin.period.rpartition("/")[2]) else "year"
    return age is not None and not origin.closed and age > EXPECTED[step]


def age_in_words(months: int | None) -> str:
    """An age for a narrow column: 3 y 10 m."""
    if months is None:
        return ""
    years, rest = divmod(months, 12)
    return " ".join(f"{number} {unit}" for number, unit in ((years, "y"), (rest, "m")) if number) or "new"
