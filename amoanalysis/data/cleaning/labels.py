"""Producers' labels for sex, education, commuting and totals, and the error of a label that nobody knows."""

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
    """A label in lower case with single ordinary blanks, for looking it up."""
    return " ".join(str(label).casefold().split())


def is_total(label: object) -> bool:
    """Whether a label means all groups together, in Finnish, Swedish or English."""
    return normalise_label(label) in TOTALS


def map_labels(series: pd.Series, known: Mapping[str, str], kind: str, file: str, *, total: bool = True) -> pd.Series:
    """Our codes for a producer's labels.

    Args:
        series: labels; the index is the row of the file.
        known: code by label, labels as `normalise_label` writes them.
        kind: what a label should be, in the singular, for the message.
        file: name of the file, for the message.
        total: whether a label of all groups becomes `total`; else it is unknown too.

    Raises:
        DataError: naming file, row, column and the first label that is not known, and the nearest that is.
    """

    def code(label: str) -> str:
        if total and is_total(label):
            return TOTAL
        return known[normalise_label(label)]

    return map_unique(series, code, kind, file, known=known)


def map_unique(
    series: pd.Series, read: Callable[[str], T], kind: str, file: str, *, known: Iterable[str] = (), form: str = ""
) -> pd.Series:
    """Reads each different label once.

    Args:
        series: labels; the index is the row of the file.
        read: gives the meaning of a label; raises ValueError or KeyError where it has none.
        kind: what a label should be, in the singular.
        file: name of the file.
        known: labels there are, the nearest of which is proposed.
        form: how a label looks that can be read, where they cannot be listed.

    Raises:
        DataError: naming file, row, column and value of the first label without meaning.
    """
    meanings: dict[str, T] = {}
    for row, label in series.drop_duplicates().items():
        try:
            meanings[label] = read(label)
        except (KeyError, ValueError) as error:
            where = f"{file}, row {row}, column '{series.name}'"
            near = find_nearest(str(label), known) if label else None
            hint = f"did you mean '{near}'? " if near else f"it takes {form}. " if form else ""
            raise DataError(
                f"{where}: '{label}' is no {kind}: {hint}Correct the cell, or give the label a code in the cleaner."
            ) from error
    return series.map(meanings)


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
