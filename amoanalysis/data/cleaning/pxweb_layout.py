"""CSV files of PxWeb: names of variables, and reshaping of periods, variables and measures in rows or headings."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from amoanalysis.data.cleaning.checks import check_complete, check_unique
from amoanalysis.data.cleaning.labels import normalise_label
from amoanalysis.data.cleaning.values import parse_count
from amoanalysis.data.sources.text_table import RawFrame, read_delimited
from amoanalysis.errors import DataError, find_nearest

DIMENSIONS: Mapping[str, tuple[str, ...]] = {
    "area": ("Alue", "Kunta", "Alue 2019", "Alue 2021", "Area", "Region", "Municipality", "Område", "Kommun"),
    "to": ("Tulokunta", "Tuloalue", "Kunta, johon muutettiin", "Municipality of arrival", "Inflyttningskommun"),
    "from": ("Lähtökunta", "Lähtöalue", "Kunta, josta muutettiin", "Municipality of departure", "Utflyttningskommun"),
    "year": ("Vuosi", "Year", "År"),
    "month": ("Kuukausi", "Month", "Månad"),
    "sex": ("Sukupuoli", "Sex", "Kön"),
    "age": ("Ikä", "Ikäryhmä", "Ikäluokka", "Age", "Age group", "Ålder"),
    "education": ("Koulutusaste", "Koulutus", "Level of education", "Utbildningsnivå"),
    "commuting": ("Pendelöinti", "Työssäkäynti", "Commuting", "Pendling"),
    "industry": ("Toimiala", "Toimiala TOL 2008", "Industry", "Näringsgren"),
    "occupation": ("Ammatti", "Ammattiryhmä", "Occupation", "Occupational group", "Yrke"),
    "contents": ("Tiedot", "Information", "Contents", "Uppgifter"),
}
PERIOD = re.compile(r"(?:^|\s)(\d{4}(?:M\d{2}|Q[1-4])?\*{0,2})(?=\s|$)")
IGNORED_WORDS = re.compile(r"\(?\blkm\b\.?\)?|\blaskentapäivänä\b|\bkuukauden lopussa\b")
EMPTY_HEADINGS = ("value", "values", "arvo", "lukumäärä", "värde")


def read_pxweb(source: Path | bytes | RawFrame, name: str | None = None) -> RawFrame:
    """Reads a CSV of PxWeb: with or without title, comma, semicolon or tab, Latin-1 or UTF-8.

    Args:
        source: the file, or its bytes; a parsed response with the names of DIMENSIONS is returned unchanged.
        name: name for messages if the source is bytes.

    Returns:
        The table with stub variables named as in DIMENSIONS; headings of figures are unchanged.

    Raises:
        DataError: if the file is incomplete.
    """
    if isinstance(source, RawFrame):
        return source
    raw = read_delimited(source, name)
    names = {label.casefold(): name for name, labels in DIMENSIONS.items() for label in labels}
    renamed = {label: names[label.casefold()] for label in raw.frame.columns if label.casefold() in names}
    if len(set(renamed.values())) < len(renamed):
        raise DataError(f"{raw.file} has one variable twice ({', '.join(renamed)}): keep one of the columns.")
    headings = {variable: label for label, variable in renamed.items()}
    return replace(raw.with_frame(raw.frame.rename(columns=renamed)), headings=headings)


def melt(raw: RawFrame) -> RawFrame:
    """Reshapes a table to one figure per row; splits the headings of figures into period and words.

    Args:
        raw: a table of `read_pxweb`.

    Returns:
        The variables of the stub; heading (words of the column, `2018 Miehet` -> `Miehet`); period (`2018`, empty if
        the heading has none); value. The index is the row of the file.
    """
    stub = [column for column in raw.frame.columns if column in DIMENSIONS]
    if list(raw.frame.columns.difference(stub)) == ["value"]:
        return raw.with_frame(raw.frame.assign(heading="value", period=""))
    long = raw.frame.melt(id_vars=stub, var_name="heading", value_name="value", ignore_index=False)
    headings = long["heading"].drop_duplicates()
    periods = {heading: PERIOD.search(heading) for heading in headings}
    words = {heading: " ".join(PERIOD.sub(" ", heading, count=1).split()) for heading in headings}
    long["period"] = long["heading"].map({heading: found[1] if found else "" for heading, found in periods.items()})
    long["heading"] = long["heading"].map(words)
    return raw.with_frame(long)


def to_long_form(
    raw: RawFrame, contents: Mapping[str, str], variable: str | None = None, period: str = "year"
) -> RawFrame:
    """Reshapes a table to one figure per row; measures that are not requested are left out.

    Args:
        raw: a table of `read_pxweb`.
        contents: measure by the producer's normalised label; if there is only one measure, headings need not name it.
        variable: the variable that is in the headings if it is not in the stub; None if all are in the stub.
        period: year or month.

    Returns:
        The variables and the period as text; measure; value as text.

    Raises:
        DataError: if a requested measure is not in the file.
    """
    long = melt(raw).frame
    split = {heading: _split_heading(_simplify(heading), contents) for heading in long["heading"].drop_duplicates()}
    rest = long["heading"].map({heading: words for heading, (_, words) in split.items()})
    measure = long["heading"].map({heading: name for heading, (name, _) in split.items()})
    if "contents" in long:
        measure = long["contents"].map(lambda label: _find_measure(label, contents))
    if variable and variable not in long:
        long = long.assign(**{variable: rest})
    else:
        measure = measure.where(rest == "", "")
    if period not in long:
        long = long.assign(**{period: long["period"]})
    _require_contents(set(measure), contents, [*split, *long.get("contents", [])], raw.file)
    kept = long.assign(measure=measure).drop(columns=["heading", "period", "contents"], errors="ignore")
    return raw.with_frame(kept[kept["measure"] != ""])


def pivot_counts(raw: RawFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Reshapes a long table of counts to one column per measure.

    Args:
        raw: keys, measure and value of `to_long_form`.
        keys: the key columns.

    Returns:
        keys and a column per measure, float64; NaN if a count is missing or suppressed.

    Raises:
        DataError: if two rows have the same key, or a cell is not a count.
    """
    figures = parse_count(raw.frame["value"], raw.file).figures
    frame = check_unique(raw.frame.assign(value=figures), [*keys, "measure"], raw.file)
    check_complete(frame, [*keys, "measure"], raw.file)
    # not pivot_table: it would drop a row whose counts are all suppressed
    wide = frame.pivot(index=list(keys), columns="measure", values="value").reset_index()
    return wide.rename_axis(columns=None)


def _simplify(label: str) -> str:
    return " ".join(IGNORED_WORDS.sub(" ", normalise_label(label)).split())


def _find_measure(label: str, contents: Mapping[str, str]) -> str:
    """Returns the measure of a label, which can be the measure itself; empty if it is not requested."""
    return label if label in contents.values() else contents.get(_simplify(label), "")


def _split_heading(heading: str, contents: Mapping[str, str]) -> tuple[str, str]:
    """Splits a heading into a measure and the remaining words."""
    heading = "" if heading in EMPTY_HEADINGS else heading
    for label in sorted(contents, key=len, reverse=True):
        if label in heading:
            return contents[label], heading.replace(label, "").strip(" ,:-")
    measures = set(contents.values())
    return (measures.pop() if len(measures) == 1 else ""), heading


def _require_contents(found: set[str], contents: Mapping[str, str], labels: Sequence[str], file: str) -> None:
    for label, measure in contents.items():
        if measure not in found:
            near = find_nearest(label, labels)
            hint = f"did you mean '{near}'? " if near else ""
            raise DataError(f"{file} has no '{label}' ({measure}): {hint}Select it in the download.")
