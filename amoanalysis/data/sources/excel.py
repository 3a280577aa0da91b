"""Reader for sheets of Excel workbooks: fills merged headings, separates titles and footnotes."""

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

# Limits of decompressed bytes and cells of a sheet: about ten times those of the largest known workbooks.
LARGEST_UNPACKED = 200 * 2**20
LARGEST_SHEET = 5_000_000
HEAD_BYTES = 1024


def read_sheet(
    source: Path | bytes, sheet: str | None = None, heading_rows: int = 1, name: str | None = None
) -> RawFrame:
    """Reads one sheet of a workbook.

    Args:
        source: the .xlsx file, or its bytes.
        sheet: name of the sheet; the first one if None.
        heading_rows: number of heading rows; the labels of a column are joined by a space.
        name: name for messages if the source is bytes.

    Returns:
        The table, every cell as text; whole numbers without decimals.

    Raises:
        DataError: if the file is not a workbook, the sheet does not exist, or it has no table.
    """
    content, file = load(source, name)
    rows = [(number, cells) for number, cells in enumerate(_read_rows(_open_sheet(content, sheet, file)), 1)]
    width = max((number + 1 for _, cells in rows for number, cell in enumerate(cells) if cell), default=0)
    return split_table([(number, cells[:width]) for number, cells in rows], width, file, heading_rows)


def _check_archive(content: bytes, file: str) -> None:
    """Refuses a workbook that decompresses to an excessive size, or that declares XML entities.

    Raises:
        DataError: if it does.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        unpacked = sum(part.file_size for part in parts.infolist())
        if unpacked > LARGEST_UNPACKED:
            raise DataError(
                f"{file} decompresses to {unpacked // 2**20} MB, too large for a table: it is not a workbook."
            )
        for part in parts.namelist():
            with parts.open(part) as opened:
                if b"<!DOCTYPE" in opened.read(HEAD_BYTES):
                    raise DataError(f"{file} declares XML entities: save it again as .xlsx.")


def _open_sheet(content: bytes, sheet: str | None, file: str) -> Worksheet:
    import openpyxl

    try:
        _check_archive(content, file)
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    except (zipfile.BadZipFile, zlib.error, ElementTree.ParseError, KeyError, ValueError, OSError, EOFError) as error:
        raise DataError(f"{file} is not a valid .xlsx workbook ({error}): download it again.") from error
    if sheet is not None and sheet not in book.sheetnames:
        raise DataError(f"{file} has no sheet '{sheet}': it has {', '.join(book.sheetnames)}.")
    found: Worksheet = book[sheet or book.sheetnames[0]]
    if found.max_row * found.max_column > LARGEST_SHEET:
        raise DataError(
            f"{file} has a sheet of {found.max_row} rows and {found.max_column} columns: "
            "delete cells far outside the table."
        )
    return found


def _read_rows(sheet: Worksheet) -> Iterator[list[str]]:
    """Yields rows of text; each cell of a merged range has the value of the range."""
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
