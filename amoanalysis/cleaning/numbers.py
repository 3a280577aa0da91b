"""Numbers as Finnish producers write them, and what their markers mean."""

import re
from typing import NamedTuple

import numpy as np
import pandas as pd

from amoanalysis.cleaning.labels import map_unique
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


class Numbers(NamedTuple):
    """Numbers of a column and why some are missing.

    Attributes:
        figures: float64; NaN where the cell holds no number. Nil (`-`) is 0.
        status: given, nil, blank, impossible (`.`), not_available (`..`), confidential (`...`) or suppressed (`1-4`).
    """

    figures: pd.Series
    status: pd.Series


def parse_number(series: pd.Series, file: str, markers: dict[str, str] | None = None) -> Numbers:
    """Reads numbers with decimal commas or points, blanks of any width between thousands, and markers.

    The markers are those of Statistics Finland: `-` nil, `.` logically impossible, `..` not available or too
    uncertain, `...` confidential. `1-4` and `<5` are counts suppressed for being small: missing, never zero.

    Args:
        series: cells; the index is the row of the file.
        file: name of the file, for messages.
        markers: further markers of this producer and the status they mean.

    Returns:
        Figures and status, both with the index of the series.

    Raises:
        DataError: naming file, row, column and the first cell that is neither number nor marker.
    """
    known = MARKERS | (markers or {})
    cells = series.astype("str").fillna("").str.strip(SPACES + "\t")
    read = map_unique(cells, lambda cell: _read(cell, known), "number", file, form="12 345,6 or a marker (- . .. ...)")
    figures = read.map(lambda pair: pair[0]).astype("float64")
    return Numbers(figures, read.map(lambda pair: pair[1]).astype("str"))


def parse_count(series: pd.Series, file: str, markers: dict[str, str] | None = None) -> Numbers:
    """Reads numbers that count something: whole and not negative.

    Args:
        series: cells; the index is the row of the file.
        file: name of the file, for messages.
        markers: further markers of this producer.

    Returns:
        Figures and status, as `parse_number` gives them.

    Raises:
        DataError: naming file, row, column and the first cell that is no number, not whole, or below zero.
    """
    numbers = parse_number(series, file, markers)
    wrong = numbers.figures.notna() & ((numbers.figures % 1 != 0) | (numbers.figures < 0))
    if wrong.any():
        place = int(np.flatnonzero(wrong)[0])
        raise DataError(
            f"{file}, row {series.index[place]}, column '{series.name}': '{series.iloc[place]}' is no count: "
            "a count is whole and not below zero; see whether the column is the right one."
        )
    return numbers


def _read(cell: str, markers: dict[str, str]) -> tuple[float, str]:
    if cell in markers:
        status = markers[cell]
        return (0.0 if status == NIL else np.nan), status
    if NUMBER.fullmatch(cell):
        bare = re.sub(rf"[{SPACES}]", "", cell).replace(",", ".")
        return float(re.sub(r"^[\u2212\u2013]", "-", bare)), GIVEN
    if SUPPRESSED.fullmatch(cell):
        return np.nan, "suppressed"
    raise ValueError(cell)
