"""Reading a CSV file of ours, with one sentence about the first thing that is wrong with it."""

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
    """Reads a table in the types of its schema.

    Args:
        path: the file: UTF-8, commas, decimal points, one row of headings.
        schema: what the file should hold.
        raw: its bytes, where they have been read already.

    Returns:
        The rows in the order of the file; an empty cell is missing.

    Raises:
        DataError: if the file is no such table; names row and column.
    """
    shown = short_path(path)
    content = _content(path, raw)
    _prove_headings(content, schema, shown)
    _prove_width(content, len(schema.columns), shown)
    try:
        frame = pd.read_csv(
            io.StringIO(content),
            dtype={column.name: column.dtype for column in schema.columns},
            keep_default_na=False,
            na_values=[""],
        )
    except (ValueError, OverflowError) as error:
        _prove_each_width(content, len(schema.columns), shown)
        raise _bad_cell(content, schema, shown) from error
    if frame.empty:
        raise DataError(f"{shown} holds no rows: fill it, or take the file out.")
    return frame


def read_text_table(path: Path) -> pd.DataFrame:
    """Reads a file with every cell as text; an empty cell is an empty text.

    Raises:
        DataError: if the file is no table.
    """
    content = _content(path)
    _prove_width(content, len(_headings(content)), short_path(path))
    return pd.read_csv(io.StringIO(content), dtype="str", keep_default_na=False)


def short_path(path: Path) -> str:
    """The file as messages call it: folder and name."""
    return f"{path.parent.name}/{path.name}"


def read_bytes(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        DataError: if it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"{short_path(path)} cannot be read ({error.strerror}): restore the file.") from error


def _content(path: Path, raw: bytes | None = None) -> str:
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
        raise DataError(f"{short_path(path)} breaks off in row {row}, which has no line end: restore the file.")
    return content


def _headings(content: str) -> list[str]:
    return next(csv.reader(io.StringIO(content)))


def _prove_headings(content: str, schema: TableSchema, shown: str) -> None:
    found, wanted = _headings(content), schema.names
    if found == wanted:
        return
    if len(found) == 1 and len(wanted) > 1:
        raise DataError(f"{shown} row 1 is not separated by commas: it should read {','.join(wanted)}.")
    lacking = [name for name in wanted if name not in found]
    strange = [name for name in found if name not in wanted]
    if lacking:
        near = find_nearest(lacking[0], strange) if strange else None
        hint = f"rename '{near}'" if near else "add it"
        raise DataError(f"{shown} row 1 lacks the column '{lacking[0]}': {hint}.")
    if strange:
        raise DataError(f"{shown} row 1 has a column '{strange[0]}' that the schema does not know: take it out.")
    raise DataError(f"{shown} row 1 has its columns in another order: it should read {','.join(wanted)}.")


def _prove_width(content: str, width: int, shown: str) -> None:
    plain = '"' not in content and "\n\n" not in content
    if not (plain and content.count(",") == content.count("\n") * (width - 1)):
        _prove_each_width(content, width, shown)


def _prove_each_width(content: str, width: int, shown: str) -> None:
    for row, cells in enumerate(csv.reader(io.StringIO(content)), start=1):
        if len(cells) != width:
            why = "it is cut off" if len(cells) < width else "a decimal comma, or a comma too many"
            raise DataError(f"{shown} row {row} has {len(cells)} cells where {width} belong ({why}): mend the row.")


def _bad_cell(content: str, schema: TableSchema, shown: str) -> DataError:
    columns = [column for column in schema.columns if not column.is_text]
    for row, cells in enumerate(csv.DictReader(io.StringIO(content)), start=2):
        for column in columns:
            cell = cells[column.name]
            if not _is_number(cell, whole=column.dtype == "int64", gaps=column.gaps):
                wanted = "whole number" if column.kind == "integer" else "number"
                what = f"'{cell}' is no {wanted}" if cell else "is empty"
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


PLOTTED_IN = "EPSG:3067"


# Of every table, and of as many more: those of a second folder.
_KEPT = 2 * len(SCHEMAS)


class MissingTable(DataError):
    """A table that the library knows is absent from the data folder."""


class Data:
    """One data folder: its tables, places and origins.

    Attributes:
        folder: where the tables lie.
        places: the places declared.
        known_until: the last year that is known; None where nothing is left out.
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
        """Where the tables come from, by name of table.

        Raises:
            DataError: if `sources.toml` is absent or broken.
        """
        if self._origins is None:
            self._origins = load_origins(self.folder)
        return self._origins

    def table(self, name: str) -> pd.DataFrame:
        """A table, proved against its schema.

        Args:
            name: name of the file in `tables/`, without `.csv`.

        Returns:
            A frame of one's own: changing it changes nothing here.

        Raises:
            UserError: if there is no such table.
            MissingTable: if the file is absent from this folder.
            DataError: if the file breaks its schema.
        """
        if name not in SCHEMAS:
            raise unknown_name_error("table", name, SCHEMAS)
        if name not in self._tables:
            if not self.path(name).is_file():
                raise MissingTable(f"The table {name} is missing from '{self.folder}': add tables/{name}.csv.")
            self._tables[name] = _proved(self.path(name), read_bytes(self.path(name)), self.places)
        return self._tables[name].copy(deep=False)

    def has(self, name: str) -> bool:
        """Whether the folder holds the table."""
        return self.path(name).is_file()

    def path(self, name: str) -> Path:
        """The file of a table."""
        return self.folder / "tables" / f"{name}.csv"

    def concordance(self, name: str) -> pd.DataFrame:
        """A key between classifications, `concordances/<name>.csv`, every cell as text.

        Raises:
            UserError: if there is no such file.
            DataError: if it cannot be read.
        """
        if name not in self._concordances:
            path = self.folder / "concordances" / f"{name}.csv"
            if not path.is_file():
                raise unknown_name_error("concordance", name, [f.stem for f in path.parent.glob("*.csv")])
            self._concordances[name] = read_text_table(path)
        return self._concordances[name].copy(deep=False)

    def geometry(self, name: str) -> gpd.GeoDataFrame:
        """The shapes of `geo/<name>.geojson`, in the coordinates of Finnish maps (EPSG:3067).

        Raises:
            UserError: if there is no such file.
            DataError: if it cannot be read.
        """
        import geopandas as gpd

        path = self.folder / "geo" / f"{name}.geojson"
        if not path.is_file():
            raise unknown_name_error("geometry", name, [f.stem for f in path.parent.glob("*.geojson")])
        try:
            return gpd.read_file(path).to_crs(PLOTTED_IN)
        except (ValueError, RuntimeError) as error:
            raise DataError(f"geo/{path.name} cannot be read as GeoJSON ({error}): restore the file.") from error


@lru_cache(maxsize=_KEPT)
def _proved(path: Path, raw: bytes, places: Places) -> pd.DataFrame:
    """A table proved against its schema; kept by its bytes, as folders are opened again and again in one process."""
    schema = SCHEMAS[path.stem]
    return validate(read_table(path, schema, raw), schema, places)


def table_to_csv(frame: pd.DataFrame, schema: TableSchema) -> bytes:
    """A table as its file holds it: UTF-8, commas, decimal points, as few digits as tell the number.

    Args:
        frame: the rows, in the order of the key.
        schema: its columns.
    """
    columns = {}
    for column in schema.columns:
        values = frame[column.name].reset_index(drop=True)
        columns[column.name] = values if column.is_text else pd.Series([format_cell(v) for v in values], dtype="str")
    return pd.DataFrame(columns).to_csv(index=False, lineterminator="\n").encode()


def format_cell(value: Any) -> str:
    """A number without a needless decimal; empty where there is none."""
    if pd.isna(value):
        return ""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def table_period(frame: pd.DataFrame) -> str | None:
    """First and last month or year of a table, as origins write it; None where it has neither."""
    if "month" in frame:
        return f"{frame['month'].min()}/{frame['month'].max()}"
    if "year" in frame:
        first, last = int(frame["year"].min()), int(frame["year"].max())
        return str(first) if first == last else f"{first}-{last}"
    return None
