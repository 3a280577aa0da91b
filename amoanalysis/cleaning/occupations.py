"""Industries and occupations as producers write them, code before name."""

import re

import pandas as pd

from amoanalysis.cleaning.labels import is_total, map_unique, plain

SECTION = re.compile(r"([A-UX])(\s.*)?")
OCCUPATION = re.compile(r"(\d{4}|X\d{3})(\s.*)?", re.IGNORECASE)
UNKNOWN = ("toimiala tuntematon", "tuntematon", "industry unknown", "unknown", "näringsgren okänd", "okänd")


def map_industries(series: pd.Series, file: str) -> pd.Series:
    """Sections of TOL 2008: `B Kaivostoiminta ja louhinta` is B; X is unknown and TOTAL is all.

    Raises:
        DataError: naming file, row, column and the first label that is no section.
    """
    return map_unique(series, _section, "section of TOL 2008", file, form="'B Kaivostoiminta ja louhinta'").astype(
        "str"
    )


def map_occupations(series: pd.Series, file: str) -> pd.Series:
    """ISCO-08 codes of four digits, `5131 Tarjoilijat`; those that begin with X are unspecified, TOTAL is all.

    Raises:
        DataError: naming file, row, column and the first label that is no occupation of four digits.
    """
    return map_unique(series, _occupation, "occupation of four digits", file, form="'5131 Tarjoilijat'").astype("str")


def _section(label: str) -> str:
    if is_total(label):
        return "TOTAL"
    if plain(label) in UNKNOWN:
        return "X"
    found = SECTION.fullmatch(label.strip())
    if not found:
        raise ValueError(label)
    return found[1]


def _occupation(label: str) -> str:
    if is_total(label):
        return "TOTAL"
    found = OCCUPATION.fullmatch(label.strip())
    if not found:
        raise ValueError(label)
    return found[1].upper()
