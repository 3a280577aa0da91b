"""Importing a user's file into a table: matching its columns, parsing its cells and merging its rows."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import pandas as pd

from amoanalysis.data.cleaning.checks import Reference, check_no_gaps, check_unique, finish_table
from amoanalysis.data.cleaning.labels import EDUCATIONS, SEXES, TOTAL, map_labels, normalise_label
from amoanalysis.data.cleaning.locations import map_places
from amoanalysis.data.cleaning.pxweb_layout import DIMENSIONS
from amoanalysis.data.cleaning.values import map_age_groups, map_ages, map_months, map_years, parse_number
from amoanalysis.data.load import Data
from amoanalysis.data.schemas import SCHEMAS
from amoanalysis.data.schemas.table_schema import Column, TableSchema
from amoanalysis.data.sources.excel import read_sheet
from amoanalysis.data.sources.jsonstat import read_jsonstat
from amoanalysis.data.sources.px import read_px
from amoanalysis.data.sources.text_table import RawFrame, read_delimited
from amoanalysis.errors import DataError, UserError, unknown_name_error

# Headings that are accepted for a column, besides its name.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "place": ("kunta", "alue", "maakunta", "kuntanumero", *DIMENSIONS["area"]),
    "year": DIMENSIONS["year"],
    "month": DIMENSIONS["month"],
    "sex": DIMENSIONS["sex"],
    "age": DIMENSIONS["age"],
    "age_group": DIMENSIONS["age"],
    "education": DIMENSIONS["education"],
    "commuting": DIMENSIONS["commuting"],
    "industry": DIMENSIONS["industry"],
    "population": ("väestö", "väkiluku", "asukkaita", "folkmängd", "inhabitants"),
    "persons": ("henkilöä", "lukumäärä", "antal"),
    "jobs": ("työpaikat", "työpaikkoja", "arbetsplatser"),
    "nights": ("yöpymiset", "overnight stays", "övernattningar"),
    "beds": ("vuoteet", "vuodepaikat", "bäddplatser"),
}
MIN_SIMILARITY = 0.85
"""Least similarity (0 to 1) of a misspelt heading to a name or alias."""
SHOWN_CELLS = 3


@dataclass(frozen=True)
class ReadOptions:
    """How to read a file.

    Attributes:
        sheet: sheet of a workbook; the first one if None.
        heading_rows: number of heading rows.
    """

    sheet: str | None = None
    heading_rows: int = 1


@dataclass(frozen=True)
class ImportedTable:
    """A user's file as rows of a table.

    Attributes:
        table: name of the table.
        file: name of the file.
        headings: heading in the file by column; empty if the file does not have the column.
        unused: headings that match no column.
        examples: some cells of each column with their parsed values.
        rows: the rows.
    """

    table: str
    file: str
    headings: Mapping[str, str]
    unused: tuple[str, ...]
    examples: Mapping[str, tuple[tuple[str, str], ...]]
    rows: pd.DataFrame

    def preview(self) -> str:
        """Describes how each column was read, one line per column."""
        lines = [f"{self.file} as {self.table}: {len(self.rows)} rows"]
        for column, heading in self.headings.items():
            if not heading:
                lines.append(f"  {column}: not in the file, stays empty")
                continue
            examples = ", ".join(f"'{cell}' -> {value}" for cell, value in self.examples[column])
            lines.append(f"  {column} <- '{heading}': {examples}")
        lines += [f"  left out: {', '.join(self.unused)}"] if self.unused else []
        return "\n".join(lines)

    def merged_with(self, data: Data) -> pd.DataFrame:
        """Merges the rows into the existing table; rows with the same key are replaced."""
        if not data.has(self.table):
            return self.rows
        old, key = data.table(self.table), list(SCHEMAS[self.table].key)
        replaced = pd.MultiIndex.from_frame(old[key]).isin(pd.MultiIndex.from_frame(self.rows[key]))
        return finish_table(pd.concat([old[~replaced], self.rows], ignore_index=True), self.table)


def read_user_file(data: Data, path: Path, table: str, options: ReadOptions | None = None) -> ImportedTable:
    """Reads a file as rows of a table.

    Args:
        data: the data folder.
        path: CSV, XLSX, PX or JSON-stat file.
        table: name of the table.
        options: how to read the file.

    Returns:
        The rows, and how the columns were read.

    Raises:
        UserError: if the table or the file does not exist.
        DataError: if a column is missing or a cell cannot be parsed.
    """
    if table not in SCHEMAS:
        raise unknown_name_error("table", table, SCHEMAS)
    if not path.is_file():
        raise UserError(f"There is no file '{path}': name a CSV, XLSX, PX or JSON file.")
    raw = read_file(path, options or ReadOptions())
    schema = SCHEMAS[table]
    headings = _match_headings(raw, schema)
    reference = Reference.from_data(data)
    frame = pd.DataFrame(
        {
            column.name: _parse_column(raw, headings[column.name], column, reference)
            for column in schema.columns
            if headings[column.name]
        }
    )
    for column in schema.columns:
        if column.name not in frame:
            frame[column.name] = "" if column.is_text else float("nan")
    check_unique(frame, schema.key, raw.file)
    examples = {name: _examples(raw.frame[heading], frame[name]) for name, heading in headings.items() if heading}
    unused = tuple(str(heading) for heading in raw.frame.columns if heading not in headings.values())
    return ImportedTable(table, raw.file, headings, unused, examples, finish_table(frame, table))


def read_file(path: Path, options: ReadOptions) -> RawFrame:
    """Reads a CSV, XLSX, PX or JSON-stat file with every cell as text.

    Raises:
        UserError: if the format is not supported.
        DataError: if the file is incomplete or invalid.
    """
    suffix = path.suffix.casefold()
    if suffix in (".xlsx", ".xlsm"):
        return read_sheet(path, options.sheet, options.heading_rows)
    if suffix in (".px", ".json"):
        content = path.read_bytes()
        cube = read_px(content, path.name) if suffix == ".px" else read_jsonstat(content, path.name)
        return RawFrame(cube.frame({d.code: d.label for d in cube.dimensions}), path.name)
    if suffix not in (".csv", ".txt", ".tsv"):
        raise UserError(f"'{path.name}' has an unsupported format: save it as .csv, .xlsx, .px or .json.")
    return read_delimited(path)


def _match_headings(raw: RawFrame, schema: TableSchema) -> dict[str, str]:
    """Finds the heading of each column: its name or an alias, otherwise the most similar heading.

    Raises:
        DataError: if a column that may not be empty has no heading.
    """
    free = {_normalise_heading(heading): str(heading) for heading in raw.frame.columns}
    found = dict.fromkeys(schema.names, "")
    for find in (_find_exact, _find_similar):
        for column in schema.columns:
            if not found[column.name] and (match := find(column, free)):
                found[column.name] = free.pop(match)
    figures = [column.name for column in schema.columns if not column.is_text and column.name not in schema.key]
    if len(figures) == 1 and not found[figures[0]] and "value" in free:
        found[figures[0]] = free.pop("value")
    for column in schema.columns:
        if not found[column.name] and not column.gaps:
            present = ", ".join(f"'{heading}'" for heading in raw.frame.columns)
            accepted = ", ".join((column.name, *ALIASES.get(column.name, ())[:4]))
            raise DataError(
                f"{raw.file} has no column for {column.name}: name one of its columns {accepted}; it has {present}."
            )
    return found


def _find_exact(column: Column, headings: Mapping[str, str]) -> str | None:
    return next((name for name in _accepted_headings(column) if name in headings), None)


def _find_similar(column: Column, headings: Mapping[str, str]) -> str | None:
    scored = [
        (SequenceMatcher(None, name, heading).ratio(), heading)
        for name in _accepted_headings(column)
        for heading in headings
    ]
    similarity, heading = max(scored, default=(0.0, None))
    return heading if similarity >= MIN_SIMILARITY else None


def _accepted_headings(column: Column) -> list[str]:
    return [_normalise_heading(name) for name in (column.name, *ALIASES.get(column.name, ()))]


def _normalise_heading(heading: object) -> str:
    return re.sub(r"[\s_.-]+", " ", normalise_label(heading)).strip()


def _parse_column(raw: RawFrame, heading: str, column: Column, reference: Reference) -> pd.Series:
    """Parses the cells of a column to codes and numbers."""
    cells = raw.frame[heading]
    if column.kind == "place":
        return map_places(cells, raw.file, reference.places)
    if column.kind == "month":
        return map_months(cells, raw.file)
    if column.name in _PARSERS:
        return _PARSERS[column.name](cells, raw.file)
    if column.is_text:
        return cells.str.strip()
    numbers = parse_number(cells, raw.file)
    return numbers.figures if column.gaps else check_no_gaps(numbers.figures, numbers.status, raw.file)


def _parse_sexes(series: pd.Series, file: str) -> pd.Series:
    return map_labels(series, {**SEXES, "f": "f", "m": "m"}, "sex", file)


def _parse_ages(series: pd.Series, file: str) -> pd.Series:
    return map_ages(series, file)["low"]


def _parse_educations(series: pd.Series, file: str) -> pd.Series:
    known = {**EDUCATIONS, **{code: code for code in EDUCATIONS.values()}, TOTAL: TOTAL}
    return map_labels(series, known, "level of education", file)


_PARSERS: Mapping[str, Callable[[pd.Series, str], pd.Series]] = {
    "year": map_years,
    "vintage": map_years,
    "sex": _parse_sexes,
    "age": _parse_ages,
    "age_group": map_age_groups,
    "education": _parse_educations,
}


def _examples(cells: pd.Series, values: pd.Series) -> tuple[tuple[str, str], ...]:
    pairs = dict(zip(cells.astype(str), values.astype(str), strict=True))
    return tuple((cell, "empty" if value == "nan" else value) for cell, value in list(pairs.items())[:SHOWN_CELLS])
