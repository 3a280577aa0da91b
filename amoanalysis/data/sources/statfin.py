"""Reader for CSV files of Statistics Finland's PxWeb database StatFin."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from amoanalysis.data.sources.text_table import RawFrame, read_delimited
from amoanalysis.errors import DataError

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
