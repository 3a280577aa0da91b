"""Reading a CSV file of ours, with one sentence about the first thing that is wrong with it."""

import csv
import io
from pathlib import Path

import pandas as pd

from amoanalysis.errors import DataError, nearest
from amoanalysis.tables.schema import TableSchema


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
    shown = named(path)
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
    _prove_width(content, len(_headings(content)), named(path))
    return pd.read_csv(io.StringIO(content), dtype="str", keep_default_na=False)


def named(path: Path) -> str:
    """The file as messages call it: folder and name."""
    return f"{path.parent.name}/{path.name}"


def bytes_of(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        DataError: if it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"{named(path)} cannot be read ({error.strerror}): restore the file.") from error


def _content(path: Path, raw: bytes | None = None) -> str:
    raw = bytes_of(path) if raw is None else raw
    if not raw.strip():
        raise DataError(f"{named(path)} is empty: restore the file.")
    try:
        content = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        raise DataError(f"{named(path)} row {row} is not UTF-8 text: save the file as UTF-8.") from error
    if not content.endswith("\n"):
        row = content.count("\n") + 1
        raise DataError(f"{named(path)} breaks off in row {row}, which has no line end: restore the file.")
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
        near = nearest(lacking[0], strange) if strange else None
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
    columns = [column for column in schema.columns if not column.textual]
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
