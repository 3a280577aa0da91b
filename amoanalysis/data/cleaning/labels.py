"""Codes for producers' labels of sex, education, commuting, industry, occupation and totals."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

import pandas as pd

from amoanalysis.errors import DataError, find_nearest

T = TypeVar("T")

TOTAL = "total"
TOTALS = frozenset(
    (
        *("sss", "yhteensä", "total", "totalt", "kaikki", "samtliga", "all"),
        *("kaikki ikäluokat", "kaikki ikäryhmät", "ikäluokat yhteensä", "ikäryhmät yhteensä", "iät yhteensä"),
        *("sukupuolet yhteensä", "both sexes", "bägge könen", "total, all ages", "age groups, total"),
        *("koulutusasteet yhteensä", "koulutusaste yhteensä", "level of education, total", "pendelöinti yhteensä"),
        *("toimialat yhteensä", "toimiala yhteensä", "industries total", "ammattiryhmät yhteensä", "occupations total"),
        *("ammatit yhteensä", "kaikki toimialat", "kaikki ammattiryhmät"),
    )
)
SEXES = {
    **dict.fromkeys(("1", "miehet", "mies", "males", "male", "men", "män"), "m"),
    **dict.fromkeys(("2", "naiset", "nainen", "females", "female", "women", "kvinnor"), "f"),
}
EDUCATIONS = {
    **dict.fromkeys(
        (
            "perusaste",
            "perusaste tai tuntematon",
            "ei perusasteen jälkeistä tutkintoa",
            "ei perusasteen jälkeistä tutkintoa tai tuntematon",
            "basic level",
            "basic level or unknown",
        ),
        "basic",
    ),
    **dict.fromkeys(("toinen aste", "keskiaste", "upper secondary level"), "upper_secondary"),
    **dict.fromkeys(("alempi korkea-aste", "alempi korkeakouluaste", "lower tertiary level"), "lower_tertiary"),
    **dict.fromkeys(("ylempi korkea-aste", "ylempi korkeakouluaste", "higher tertiary level"), "higher_tertiary"),
}
AT_HOME = dict.fromkeys(
    (
        "asuinkunnassaan työssäkäyvät",
        "asuinkunnassa työssäkäyvät",
        "työssäkäynti asuinkunnassa",
        "working in municipality of residence",
    ),
    "lives_and_works_in_place",
)
COMMUTERS = ("pendelöivät", "pendelöijät", "muussa kunnassa työssäkäyvät", "commuters")


def normalise_label(label: object) -> str:
    """Normalises a label for lookup: lower case, single ordinary spaces."""
    return " ".join(str(label).casefold().split())


def is_total(label: object) -> bool:
    """Whether a label is that of a total, in Finnish, Swedish or English."""
    return normalise_label(label) in TOTALS


def map_labels(series: pd.Series, known: Mapping[str, str], kind: str, file: str, *, total: bool = True) -> pd.Series:
    """Maps a producer's labels to codes.

    Args:
        series: labels; the index is the row of the file.
        known: code by normalised label.
        kind: kind of label in the singular, for the message.
        file: name of the file, for the message.
        total: whether the label of a total becomes `total`; otherwise it is unknown.

    Raises:
        DataError: if a label is unknown; the message suggests the most similar one.
    """

    def code(label: str) -> str:
        if total and is_total(label):
            return TOTAL
        return known[normalise_label(label)]

    return map_unique(series, code, kind, file, known=known)


def map_unique(
    series: pd.Series, parse: Callable[[str], T], kind: str, file: str, *, known: Iterable[str] = (), form: str = ""
) -> pd.Series:
    """Maps labels with a function that is called once per different label.

    Args:
        series: labels; the index is the row of the file.
        parse: returns the value of a label; raises ValueError or KeyError if it is unknown.
        kind: kind of label in the singular.
        file: name of the file.
        known: known labels, for suggestions.
        form: example of a valid label, if they cannot be listed.

    Raises:
        DataError: if a label is unknown; names file, row, column and label.
    """
    values: dict[str, T] = {}
    for row, label in series.drop_duplicates().items():
        try:
            values[label] = parse(label)
        except (KeyError, ValueError) as error:
            where = f"{file}, row {row}, column '{series.name}'"
            near = find_nearest(str(label), known) if label else None
            hint = f"did you mean '{near}'? " if near else f"it takes {form}. " if form else ""
            raise DataError(
                f"{where}: '{label}' is not a valid {kind}: {hint}"
                "Correct the cell, or give the label a code in the cleaner."
            ) from error
    return series.map(values)


SECTION = re.compile(r"([A-UX])(\s.*)?")
OCCUPATION = re.compile(r"(\d{4}|X\d{3})(\s.*)?", re.IGNORECASE)
UNKNOWN = ("toimiala tuntematon", "tuntematon", "industry unknown", "unknown", "näringsgren okänd", "okänd")


def map_industries(series: pd.Series, file: str) -> pd.Series:
    """Maps labels to sections of TOL 2008 (`B Kaivostoiminta ja louhinta` to B), X (unknown) and TOTAL.

    Raises:
        DataError: if a label is not a section.
    """
    return map_unique(series, _section, "section of TOL 2008", file, form="'B Kaivostoiminta ja louhinta'").astype(
        "str"
    )


def map_occupations(series: pd.Series, file: str) -> pd.Series:
    """Maps labels (`5131 Tarjoilijat`) to ISCO-08 codes of four digits, X and three digits (unspecified), and TOTAL.

    Raises:
        DataError: if a label is not an occupation of four digits.
    """
    return map_unique(series, _occupation, "occupation of four digits", file, form="'5131 Tarjoilijat'").astype("str")


def _section(label: str) -> str:
    if is_total(label):
        return "TOTAL"
    if normalise_label(label) in UNKNOWN:
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
