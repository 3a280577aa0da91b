"""Data vintages: a data folder restricted to what was known at the end of a year."""

import re

import pandas as pd

from amoanalysis.data.load import Data, MissingTable
from amoanalysis.errors import DataError, UserError

_DATE = re.compile(r"(\d{4})(?:-(\d{2})-(\d{2}))?")
_YEARS = re.compile(r"(?:19|20)\d{2}")


class VintageData(Data):
    """A data folder as it was known at the end of a year.

    Data of a year count as known at its end, as for the official projection of 2019, which starts from the end of 2018.
    Rows of later years and months are removed, and projections made later. A table without years stays if its declared
    period ends in time; columns named after a later year are set to missing.

    Attributes:
        known_until: the last year that is known.
    """

    def __init__(self, whole: Data, known_until: int) -> None:
        super().__init__(whole.folder)
        self._whole = whole
        self.known_until: int = known_until
        self._restricted: dict[str, pd.DataFrame] = {}

    def has(self, name: str) -> bool:
        """Whether any row of the table was known."""
        return self._whole.has(name) and not self._restrict(name).empty

    def table(self, name: str) -> pd.DataFrame:
        """The rows of a table that were known; see `Data.table`.

        Raises:
            MissingTable: if the folder has no such table, or none of its rows was known yet.
        """
        known = self._restrict(name)
        if known.empty:
            raise MissingTable(f"The table {name} has no data of the years up to {self.known_until}.")
        return known.copy(deep=False)

    def _restrict(self, name: str) -> pd.DataFrame:
        if name not in self._restricted:
            self._restricted[name] = self._rows(name, self._whole.table(name)).reset_index(drop=True)
        return self._restricted[name]

    def _rows(self, name: str, whole: pd.DataFrame) -> pd.DataFrame:
        for column in ("vintage", "year", "month", "period"):
            if column in whole:
                return whole[[_last_year(value) <= self.known_until for value in whole[column]]]
        period = self.origins[name].period if name in self.origins else ""
        if _last_year(period) <= self.known_until:
            return whole
        dated = [str(column) for column in whole if _YEARS.search(str(column))]
        later = [column for column in dated if _last_year(column) > self.known_until]
        return whole.assign(**dict.fromkeys(later)) if later else whole.iloc[:0]


def parse_vintage(word: str) -> int:
    """The last year known at a date: the year of the date if it is 31 December, else the year before.

    Args:
        word: a year (2018) or a date (2018-12-31).

    Raises:
        UserError: if it is neither.
    """
    match = _DATE.fullmatch(word.strip())
    try:
        if match is None:
            raise ValueError
        if match[2] is None:
            return int(match[1])
        date = pd.Timestamp(word.strip())
    except ValueError as error:
        raise UserError(
            f"--vintage '{word}' is not a date: give a year or its end, as in 2018 or 2018-12-31."
        ) from error
    return date.year if (date.month, date.day) == (12, 31) else date.year - 1


def restrict_to_vintage(data: Data, word: str) -> Data:
    """Restricts a data folder to what was known at a date.

    Raises:
        UserError: if the date is not valid, or the folder has no age structure of that time.
    """
    year = parse_vintage(word)
    try:
        people = data.table("population_by_age_sex")
    except DataError:
        return VintageData(data, year)
    codes = [place.code for place in data.places.municipalities()]
    first = int(people[people["place"].isin(codes)]["year"].min())
    if year < first:
        raise UserError(f"--vintage '{word}' is too early: the age structure of the places is known from {first} on.")
    return VintageData(data, year)


def _last_year(value: object) -> float:
    """The last year in a year, month or period; infinity (never known) if there is none."""
    years = _YEARS.findall(str(value))
    return float(max(years)) if years else float("inf")
