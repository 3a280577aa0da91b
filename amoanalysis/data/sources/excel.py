"""Sheets of Excel workbooks: merged heading cells are filled, titles and footnotes set apart."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from openpyxl.worksheet.worksheet import Worksheet

from amoanalysis.data.sources.text_table import RawFrame, load, split_table
from amoanalysis.errors import DataError

# Bytes that a workbook may unpack to, and cells that a sheet may span: the largest of the producers' have a tenth.
LARGEST_UNPACKED = 200 * 2**20
LARGEST_SHEET = 5_000_000
HEAD_BYTES = 1024


def read_sheet(
    source: Path | bytes, sheet: str | None = None, heading_rows: int = 1, name: str | None = None
) -> RawFrame:
    """Reads one sheet of a workbook.

    Args:
        source: the .xlsx file, or its bytes.
        sheet: name of the sheet; the first one where not given.
        heading_rows: rows that the heading takes; the labels of a column are joined by a blank.
        name: name for messages, where the source is bytes.

    Returns:
        The table, every cell as text; whole numbers without decimals.

    Raises:
        DataError: if the file is no workbook, the sheet is absent, or it holds no table.
    """
    content, file = load(source, name)
    rows = [(number, cells) for number, cells in enumerate(_cells(_sheet(content, sheet, file)), 1)]
    width = max((number + 1 for _, cells in rows for number, cell in enumerate(cells) if cell), default=0)
    return split_table([(number, cells[:width]) for number, cells in rows], width, file, heading_rows)


def _prove_size(content: bytes, file: str) -> None:
    """Refuses a workbook that unpacks into more than any table holds, or that declares entities.

    Raises:
        DataError: saying so.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        unpacked = sum(part.file_size for part in parts.infolist())
        if unpacked > LARGEST_UNPACKED:
            raise DataError(
                f"{file} unpacks to {unpacked // 2**20} MB, more than a table holds: it is no such workbook."
            )
        for part in parts.namelist():
            with parts.open(part) as opened:
                if b"<!DOCTYPE" in opened.read(HEAD_BYTES):
                    raise DataError(f"{file} declares entities, as no spreadsheet does: save it anew as .xlsx.")


def _sheet(content: bytes, sheet: str | None, file: str) -> Worksheet:
    import openpyxl

    try:
        _prove_size(content, file)
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    except (zipfile.BadZipFile, zlib.error, ElementTree.ParseError, KeyError, ValueError, OSError, EOFError) as error:
        raise DataError(f"{file} is no whole .xlsx workbook ({error}): download it again.") from error
    if sheet is not None and sheet not in book.sheetnames:
        raise DataError(f"{file} has no sheet '{sheet}': it has {', '.join(book.sheetnames)}.")
    found: Worksheet = book[sheet or book.sheetnames[0]]
    if found.max_row * found.max_column > LARGEST_SHEET:
        raise DataError(
            f"{file} has a sheet of {found.max_row} rows and {found.max_column} columns: delete what stands far out."
        )
    return found


def _cells(sheet: Worksheet) -> Iterator[list[str]]:
    """Rows of text, with the value of a merged range in each of its cells."""
    filled = {
        (row, column): sheet.cell(area.min_row, area.min_col).value
        for area in sheet.merged_cells.ranges
        for row in range(area.min_row, area.max_row + 1)
        for column in range(area.min_col, area.max_col + 1)
    }
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        yield [_text(filled.get((number, column), value)) for column, value in enumerate(row, 1)]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()
