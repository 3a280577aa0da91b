"""Loading the data folder: reading and validating tables, concordances and geometry; formatting tables as CSV."""

from __future__ import annotations

import csv
import io
from functools import lru_cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from amoanalysis.config.origins import Origin, load_origins
from amoanalysis.config.places import Places
from amoanalysis.data.schemas import SCHEMAS
from amoanalysis.data.schemas.table_schema import TableSchema, validate
from amoanalysis.data.snapshots import recover
from amoanalysis.errors import DataError, find_nearest, unknown_name_error


def read_table(path: Path, schema: TableSchema, raw: bytes | None = None) -> pd.DataFrame:
    """Reads a table with the types of its schema.

    Args:
        path: the file: UTF-8, commas, decimal points, one heading row.
        schema: schema of the table.
        raw: bytes of the file, if they have already been read.

    Returns:
        The rows in the order of the file; an empty cell is missing.

    Raises:
        DataError: if the file does not have the format of the table; names row and column.
    """
    shown = short_path(path)
    content = _decode(path, raw)
    _check_headings(content, schema, shown)
    _check_widths(content, len(schema.columns), shown)
    try:
        frame = pd.read_csv(
            io.StringIO(content),
            dtype={column.name: column.dtype for column in schema.columns},
            keep_default_na=False,
            na_values=[""],
        )
    except (ValueError, OverflowError) as error:
        _check_each_width(content, len(schema.columns), shown)
        raise _find_bad_cell(content, schema, shown) from error
    if frame.empty:
        raise DataError(f"{shown} has no rows: fill it, or remove the file.")
    return frame


def read_text_table(path: Path) -> pd.DataFrame:
    """Reads a CSV file with every cell as text; an empty cell is an empty string.

    Raises:
        DataError: if the file is not a table.
    """
    content = _decode(path)
    _check_widths(content, len(next(csv.reader(io.StringIO(content)))), short_path(path))
    return pd.read_csv(io.StringIO(content), dtype="str", keep_default_na=False)


def short_path(path: Path) -> str:
    """Returns folder and name of a file, for messages."""
    return f"{path.parent.name}/{path.name}"


def read_bytes(path: Path) -> bytes:
    """Reads the bytes of a file.

    Raises:
        DataError: if it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"{short_path(path)} cannot be read ({error.strerror}): restore the file.") from error


def _decode(path: Path, raw: bytes | None = None) -> str:
    raw = read_bytes(path) if raw is None else raw
    if not raw.strip():
        raise DataError(f"{short_path(path)} is empty: restore the file.")
    try:
        content = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        raise DataError(f"{short_path(path)} row {row} is not UTF-8 text: save the file as UTF-8.") from error
    if not content.endswith("\n"):
        row = content.count("\n") + 1
        raise DataError(f"{short_path(path)} ends in row {row}, which has no line end: restore the file.")
    return content


def _check_headings(content: str, schema: TableSchema, shown: str) -> None:
    found, expected = next(csv.reader(io.StringIO(content))), schema.names
    if found == expected:
        return
    if len(found) == 1 and len(expected) > 1:
        raise DataError(f"{shown} row 1 is not separated by commas: it should read {','.join(expected)}.")
    missing = [name for name in expected if name not in found]
    unknown = [name for name in found if name not in expected]
    if missing:
        near = find_nearest(missing[0], unknown)
        hint = f"rename '{near}'" if near else "add it"
        raise DataError(f"{shown} row 1 lacks the column '{missing[0]}': {hint}.")
    if unknown:
        raise DataError(f"{shown} row 1 has a column '{unknown[0]}' that is not in the schema: remove it.")
    raise DataError(f"{shown} row 1 has its columns in another order: it should read {','.join(expected)}.")


def _check_widths(content: str, width: int, shown: str) -> None:
    plain = '"' not in content and "\n\n" not in content
    if not (plain and content.count(",") == content.count("\n") * (width - 1)):
        _check_each_width(content, width, shown)


def _check_each_width(content: str, width: int, shown: str) -> None:
    for row, cells in enumerate(csv.reader(io.StringIO(content)), start=1):
        if len(cells) != width:
            why = "it is cut off" if len(cells) < width else "a decimal comma, or an extra comma"
            raise DataError(
                f"{shown} row {row} has {len(cells)} cells where {width} are expected ({why}): correct the row."
            )


def _find_bad_cell(content: str, schema: TableSchema, shown: str) -> DataError:
    columns = [column for column in schema.columns if not column.is_text]
    for row, cells in enumerate(csv.DictReader(io.StringIO(content)), start=2):
        for column in columns:
            cell = cells[column.name]
            if not _is_number(cell, whole=column.dtype == "int64", gaps=column.gaps):
                expected = "whole number" if column.kind == "integer" else "number"
                what = f"'{cell}' is not a {expected}" if cell else "is empty"
                hint = ": write a decimal point" if "," in cell else ": correct the cell"
                return DataError(f"{shown} row {row}, column {column.name}: {what}{hint}.")
    return DataError(f"{shown} cannot be read as a table: restore the file.")


def _is_number(cell: str, whole: bool, gaps: bool) -> bool:
    if not cell:
        return gaps
    try:
        int(cell) if whole else float(cell)
    except ValueError:
        return False
    return True


FINNISH_CRS = "EPSG:3067"
"""ETRS-TM35FIN, the coordinate reference system of Finnish maps."""


# Tables kept in memory: those of two folders.
_MAX_CACHED = 2 * len(SCHEMAS)


class MissingTable(DataError):
    """The file of a table is missing from the data folder."""


class Data:
    """A data folder: its tables, places and origins.

    Attributes:
        folder: path of the folder.
        places: the declared places.
        known_until: last year with data, for back-tests; None if no data are left out.
    """

    known_until: int | None = None

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        recover(self.folder)
        self.places = Places.load(self.folder)
        self._origins: dict[str, Origin] | None = None
        self._tables: dict[str, pd.DataFrame] = {}
        self._concordances: dict[str, pd.DataFrame] = {}

    @property
    def origins(self) -> dict[str, Origin]:
        """Origins by table.

        Raises:
            DataError: if `sources.toml` is missing or invalid.
        """
        if self._origins is None:
            self._origins = load_origins(self.folder)
        return self._origins

    def table(self, name: str) -> pd.DataFrame:
        """Returns a table, validated against its schema.

        Args:
            name: name of the file in `tables/`, without `.csv`.

        Returns:
            A copy, so that changes do not affect other users of the table.

        Raises:
            UserError: if there is no such table.
            MissingTable: if the file is missing from this folder.
            DataError: if the file violates its schema.
        """
        if name not in SCHEMAS:
            raise unknown_name_error("table", name, SCHEMAS)
        if name not in self._tables:
            if not self.path(name).is_file():
                raise MissingTable(f"The table {name} is missing from '{self.folder}': add tables/{name}.csv.")
            self._tables[name] = _read_validated(self.path(name), read_bytes(self.path(name)), self.places)
        return self._tables[name].copy(deep=False)

    def has(self, name: str) -> bool:
        """Whether the folder has the table."""
        return self.path(name).is_file()

    def path(self, name: str) -> Path:
        """Returns the path of a table."""
        return self.folder / "tables" / f"{name}.csv"

    def concordance(self, name: str) -> pd.DataFrame:
        """Returns a concordance between classifications, `concordances/NAME.csv`, with every cell as text.

        Raises:
            UserError: if there is no such file.
            DataError: if the file cannot be read.
        """
        if name not in self._concordances:
            path = self.folder / "concordances" / f"{name}.csv"
            if not path.is_file():
                raise unknown_name_error("concordance", name, [f.stem for f in path.parent.glob("*.csv")])
            self._concordances[name] = read_text_table(path)
        return self._concordances[name].copy(deep=False)

    def geometry(self, name: str) -> gpd.GeoDataFrame:
        """Returns the geometry of `geo/NAME.geojson` in Finnish map coordinates (EPSG:3067).

        Raises:
            UserError: if there is no such file.
            DataError: if the file cannot be read.
        """
        import geopandas as gpd

        path = self.folder / "geo" / f"{name}.geojson"
        if not path.is_file():
            raise unknown_name_error("geometry", name, [f.stem for f in path.parent.glob("*.geojson")])
        try:
            return gpd.read_file(path).to_crs(FINNISH_CRS)
        except (ValueError, RuntimeError) as error:
            raise DataError(f"geo/{path.name} cannot be read as GeoJSON ({error}): restore the file.") from error


@lru_cache(maxsize=_MAX_CACHED)
def _read_validated(path: Path, raw: bytes, places: Places) -> pd.DataFrame:
    """Reads and validates a table; cached by its bytes, because one process opens folders repeatedly."""
    schema = SCHEMAS[path.stem]
    return validate(read_table(path, schema, raw), schema, places)


def table_to_csv(frame: pd.DataFrame, schema: TableSchema) -> bytes:
    """Formats a table as CSV: UTF-8, commas, decimal points, shortest exact numbers.

    Args:
        frame: the rows, sorted by key.
        schema: schema of the table.
    """
    columns = {}
    for column in schema.columns:
        values = frame[column.name].reset_index(drop=True)
        columns[column.name] = values if column.is_text else pd.Series([format_cell(v) for v in values], dtype="str")
    return pd.DataFrame(columns).to_csv(index=False, lineterminator="\n").encode()


def format_cell(value: Any) -> str:
    """Formats a number without needless decimals; empty if it is missing."""
    if pd.isna(value):
        return ""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def table_period(frame: pd.DataFrame) -> str | None:
    """Returns the first and last month or year of a table (2006-01/2023-10, 1972-2022); None if it has neither."""
    if "month" in frame:
        return f"{frame['month'].min()}/{frame['month'].max()}"
    if "year" in frame:
        first, last = int(frame["year"].min()), int(frame["year"].max())
        return str(first) if first == last else f"{first}-{last}"
    return None
