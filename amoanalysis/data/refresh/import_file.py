"""A file of one's own taken into a table: how each column is understood, and the rows that come of it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from rapidfuzz import fuzz, process

from amoanalysis.data.cleaning.checks import Reference, check_no_gaps, check_unique, finish_table
from amoanalysis.data.cleaning.labels import EDUCATIONS, SEXES, TOTAL, map_labels, normalise_label
from amoanalysis.data.cleaning.locations import map_places
from amoanalysis.data.cleaning.values import map_age_groups, map_ages, map_months, map_years, parse_number
from amoanalysis.data.load import Data
from amoanalysis.data.schemas import SCHEMAS
from amoanalysis.data.schemas.table_schema import Column, TableSchema
from amoanalysis.data.sources.excel import read_sheet
from amoanalysis.data.sources.jsonstat import read_jsonstat
from amoanalysis.data.sources.px import read_px
from amoanalysis.data.sources.statfin import DIMENSIONS
from amoanalysis.data.sources.text_table import RawFrame, read_delimited
from amoanalysis.errors import DataError, UserError, unknown_name_error

# Headings that mean a column of ours, beside its own name.
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
NEAR = 85
EXAMPLES = 3


@dataclass(frozen=True)
class ReadOptions:
    """How a file is read.

    Attributes:
        sheet: sheet of a workbook; the first where None.
        heading_rows: rows that its heading takes.
    """

    sheet: str | None = None
    heading_rows: int = 1


@dataclass(frozen=True)
class ImportedTable:
    """A file of one's own as rows of a table.

    Attributes:
        table: name of the table.
        file: name of the file.
        understood: heading of the file by our column; empty where the file has none and the column stays empty.
        left_out: headings that no column takes.
        examples: cells of each column as written and as understood.
        rows: the rows.
    """

    table: str
    file: str
    understood: Mapping[str, str]
    left_out: tuple[str, ...]
    examples: Mapping[str, tuple[tuple[str, str], ...]]
    rows: pd.DataFrame

    def preview(self) -> str:
        """How each column is understood, in lines."""
        lines = [f"{self.file} as {self.table}: {len(self.rows)} rows"]
        for column, heading in self.understood.items():
            if not heading:
                lines.append(f"  {column}: not in the file, stays empty")
                continue
            shown = ", ".join(f"'{cell}' -> {value}" for cell, value in self.examples[column])
            lines.append(f"  {column} <- '{heading}': {shown}")
        lines += [f"  left out: {', '.join(self.left_out)}"] if self.left_out else []
        return "\n".join(lines)

    def merged_with(self, data: Data) -> pd.DataFrame:
        """The table with these rows: those with the same key are replaced, all others stay."""
        if not data.has(self.table):
            return self.rows
        old, key = data.table(self.table), list(SCHEMAS[self.table].key)
        taken = pd.MultiIndex.from_frame(old[key]).isin(pd.MultiIndex.from_frame(self.rows[key]))
        return finish_table(pd.concat([old[~taken], self.rows], ignore_index=True), self.table)


def read_user_file(data: Data, path: Path, table: str, how: ReadOptions | None = None) -> ImportedTable:
    """Reads a file as rows of a table.

    Args:
        data: the folder whose places and tables are meant.
        path: CSV, XLSX, PX or JSON-stat.
        table: name of the table.
        how: sheet and heading.

    Returns:
        The rows, and how they were understood.

    Raises:
        UserError: if the table or the file is not there.
        DataError: if a column is missing or a cell cannot be understood.
    """
    if table not in SCHEMAS:
        raise unknown_name_error("table", table, SCHEMAS)
    if not path.is_file():
        raise UserError(f"There is no file '{path}': name a CSV, XLSX, PX or JSON file.")
    raw = read_file(path, how or ReadOptions())
    schema = SCHEMAS[table]
    understood = _understood(raw, schema)
    reference = Reference.of(data)
    columns = {
        column.name: _read(raw, understood[column.name], column, reference)
        for column in schema.columns
        if understood[column.name]
    }
    frame = pd.DataFrame(columns)
    for column in schema.columns:
        if column.name not in frame:
            frame[column.name] = "" if column.is_text else float("nan")
    check_unique(frame, schema.key, raw.file)
    examples = {name: _examples(raw.frame[understood[name]], frame[name]) for name in columns}
    taken = set(understood.values())
    left_out = tuple(str(heading) for heading in raw.frame.columns if heading not in taken)
    return ImportedTable(table, raw.file, understood, left_out, examples, finish_table(frame, table))


def read_file(path: Path, how: ReadOptions) -> RawFrame:
    """A file of any form that producers and spreadsheets give, every cell as text.

    Raises:
        DataError: if the file is not whole, or of no such form.
    """
    kind = path.suffix.casefold()
    if kind in (".xlsx", ".xlsm"):
        return read_sheet(path, how.sheet, how.heading_rows)
    if kind in (".px", ".json"):
        content = path.read_bytes()
        cube = read_px(content, path.name) if kind == ".px" else read_jsonstat(content, path.name)
        return RawFrame(cube.frame({d.code: d.label for d in cube.dimensions}), path.name)
    if kind not in (".csv", ".txt", ".tsv"):
        raise UserError(f"'{path.name}' is of no known form: save it as .csv, .xlsx, .px or .json.")
    return read_delimited(path)


def _understood(raw: RawFrame, schema: TableSchema) -> dict[str, str]:
    """The heading that means each column: its name, a known word for it, else one that is nearly so."""
    headings = {_bare(heading): str(heading) for heading in raw.frame.columns}
    found: dict[str, str] = {}
    free = dict(headings)
    for near in (False, True):
        for column in schema.columns:
            if not found.get(column.name):
                word = _heading(column, free, near=near)
                found[column.name] = free.pop(word) if word else ""
    measures = [column for column in schema.columns if not column.is_text and column.name not in schema.key]
    if len(measures) == 1 and not found[measures[0].name] and "value" in free:
        found[measures[0].name] = free.pop("value")
    for column in schema.columns:
        if not found[column.name] and not column.gaps:
            there = ", ".join(f"'{heading}'" for heading in raw.frame.columns)
            words = ", ".join((column.name, *ALIASES.get(column.name, ())[:4]))
            raise DataError(
                f"{raw.file} has no column for {column.name}: name one of its columns {words}; it has {there}."
            )
    return found


def _heading(column: Column, free: Mapping[str, str], *, near: bool) -> str | None:
    words = [_bare(word) for word in (column.name, *ALIASES.get(column.name, ()))]
    if not near:
        return next((word for word in words if word in free), None)
    best = [process.extractOne(word, list(free), scorer=fuzz.ratio, score_cutoff=NEAR) for word in words]
    scored = [(match[1], match[0]) for match in best if match]
    return max(scored)[1] if scored else None


def _bare(heading: object) -> str:
    return re.sub(r"[\s_.-]+", " ", normalise_label(heading)).strip()


def _read(raw: RawFrame, heading: str, column: Column, reference: Reference) -> pd.Series:
    """The cells of a column in our words."""
    series = raw.frame[heading]
    reader = _READERS.get(column.name)
    if column.kind == "place":
        return map_places(series, raw.file, reference.places)
    if column.kind == "month":
        return map_months(series, raw.file)
    if reader:
        return reader(series, raw.file)
    if column.is_text:
        return series.str.strip()
    numbers = parse_number(series, raw.file)
    return numbers.figures if column.gaps else check_no_gaps(numbers.figures, numbers.status, raw.file)


def _sexes(series: pd.Series, file: str) -> pd.Series:
    return map_labels(series, {**SEXES, "f": "f", "m": "m"}, "sex", file)


def _ages(series: pd.Series, file: str) -> pd.Series:
    return map_ages(series, file)["low"]


def _educations(series: pd.Series, file: str) -> pd.Series:
    known = {**EDUCATIONS, **{code: code for code in EDUCATIONS.values()}, TOTAL: TOTAL}
    return map_labels(series, known, "level of education", file)


def _groups(series: pd.Series, file: str) -> pd.Series:
    return map_age_groups(series, file)


_READERS: Mapping[str, Callable[[pd.Series, str], pd.Series]] = {
    "year": map_years,
    "vintage": map_years,
    "sex": _sexes,
    "age": _ages,
    "age_group": _groups,
    "education": _educations,
}


def _examples(cells: pd.Series, values: pd.Series) -> tuple[tuple[str, str], ...]:
    pairs = dict(zip(cells.astype(str), values.astype(str), strict=True))
    return tuple((cell, "empty" if value == "nan" else value) for cell, value in list(pairs.items())[:EXAMPLES])
