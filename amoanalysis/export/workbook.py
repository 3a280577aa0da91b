"""Office files whose bytes depend on their content alone, not on when they were written."""

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from amoanalysis.config.files import write_atomically
from amoanalysis.config.text import text
from amoanalysis.errors import AmoError
from amoanalysis.exhibits.drawing.exhibit import Exhibit
from amoanalysis.exhibits.drawing.form_specs import ALLOWED, FORMS, decimals_of

MOMENT = (1980, 1, 1, 0, 0, 0)
STAMP = b"1980-01-01T00:00:00Z"
_STAMPS = re.compile(rb"(<dcterms:(?:created|modified)\b[^>]*>)[^<]*(</dcterms:)")


def rewrite_with_fixed_times(archive: bytes) -> bytes:
    """Writes a zip archive anew with fixed times, in its workbooks within too.

    Args:
        archive: bytes of an XLSX or PPTX file.

    Returns:
        The same parts in the same order, with fixed times.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, MOMENT)
            # Pictures are packed already.
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            new.writestr(entry, _part(name, old.read(name)))
    return target.getvalue()


def _part(name: str, content: bytes) -> bytes:
    if name.endswith(".xlsx"):
        return rewrite_with_fixed_times(content)
    if name == "docProps/core.xml":
        return _STAMPS.sub(rb"\g<1>" + STAMP + rb"\g<2>", content)
    return content


COUNTS = ("year",)
# Forms whose numbers are years, all of them.
OF_YEARS = ("timeline",)
SPAN, LETTERS = 8, 110
FONT = "Calibri"
_HEAD = PatternFill("solid", fgColor="E4E8EB")
_LEFT = Alignment(horizontal="left")
_WRAP = Alignment(wrap_text=True, vertical="top")


def save_workbook(exhibits: Exhibit | Sequence[Exhibit], path: Path) -> Path:
    """Writes the data of one exhibit or several.

    Args:
        exhibits: the exhibits; a sheet each, with a sheet of contents before them where there are several.
        path: the XLSX file.

    Returns:
        The file.

    Raises:
        AmoError: if there is no exhibit, or the file cannot be written.
    """
    several = [exhibits] if isinstance(exhibits, Exhibit) else list(exhibits)
    if not several:
        raise AmoError(f"There is no exhibit to write to '{path.name}': ask for at least one.")
    book = Workbook()
    book.properties.creator = "amoanalysis"
    book.properties.title = several[0].title if len(several) == 1 else None
    book.properties.created = datetime(*MOMENT)
    first = book.worksheets[0]
    names = _sheet_names(several)
    for exhibit, name in zip(several, names, strict=True):
        _fill(book.create_sheet(name), exhibit)
    if len(several) > 1:
        _contents(first, several, names)
    else:
        book.remove(first)
    for sheet in book.worksheets:
        sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    target = io.BytesIO()
    book.save(target)
    with write_atomically(path) as file:
        file.write_bytes(rewrite_with_fixed_times(target.getvalue()))
    return path


def _sheet_names(exhibits: Sequence[Exhibit]) -> list[str]:
    ids = [exhibit.id for exhibit in exhibits]
    names: list[str] = []
    for exhibit in exhibits:
        wished = exhibit.id if ids.count(exhibit.id) == 1 else f"{exhibit.place} {exhibit.id} {exhibit.lang}"
        short = re.sub(r"[\[\]:*?/\\]", "-", wished)[:31]
        turn = 2
        while short.casefold() in {name.casefold() for name in names}:
            short = f"{short[:28]}~{turn}"
            turn += 1
        names.append(short)
    return names


def _contents(sheet: Worksheet, exhibits: Sequence[Exhibit], names: Sequence[str]) -> None:
    sheet.title = text("chart.contents", exhibits[0].lang)
    sheet.column_dimensions["A"].width = 34
    sheet.column_dimensions["B"].width = 100
    for row, (exhibit, name) in enumerate(zip(exhibits, names, strict=True), start=1):
        link = _put(sheet, row, 1, name)
        link.hyperlink = Hyperlink(ref=f"A{row}", location=f"'{name}'!A1")
        link.font = Font(name=FONT, color="1F5F99", underline="single")
        _put(sheet, row, 2, exhibit.title).alignment = _WRAP


def _fill(sheet: Worksheet, exhibit: Exhibit) -> None:
    for column in range(1, SPAN + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 17
    _put(sheet, 1, 1, exhibit.title).font = Font(name=FONT, bold=True, size=14)
    _put(sheet, 2, 1, exhibit.subtitle)
    row = 4
    for key, words in _about(exhibit):
        label = _put(sheet, row, 1, text(f"chart.{key}", exhibit.lang))
        label.font, label.alignment = Font(name=FONT, bold=True), _WRAP
        _put(sheet, row, 2, words).alignment = _WRAP
        sheet.merge_cells(start_row=row, start_column=2, end_row=row, end_column=SPAN)
        sheet.row_dimensions[row].height = 15 * (1 + len(words) // LETTERS)
        row += 1
    if exhibit.missing is None:
        _table(sheet, exhibit, row + 1)


def _about(exhibit: Exhibit) -> list[tuple[str, str]]:
    sources = [("source_label", source) for source in exhibit.sources]
    lines = [
        ("unit", exhibit.unit),
        *sources,
        ("note_label", exhibit.note),
        ("missing_label", exhibit.missing or ""),
        ("alt_label", exhibit.alt),
        ("place_label", exhibit.place),
        ("id_label", exhibit.id),
        ("language_label", text("chart.language", exhibit.lang)),
    ]
    return [(key, words) for key, words in lines if words]


def _table(sheet: Worksheet, exhibit: Exhibit, top: int) -> None:
    data = _worded(exhibit)
    formats = {name: _format(name, exhibit) for name in data.columns}
    for column, name in enumerate(data.columns, start=1):
        head = _put(sheet, top, column, _heading(str(name), exhibit))
        head.font, head.fill = Font(name=FONT, bold=True), _HEAD
        for row, value in enumerate(data[name], start=top + 1):
            cell = _put(sheet, row, column, value)
            cell.number_format = formats[name]
            if name in COUNTS:
                cell.alignment = _LEFT
        longest = max([len(str(head.value)), *data[name].map(_length)])
        sheet.column_dimensions[get_column_letter(column)].width = min(60, max(17, longest + 2))
    sheet.auto_filter.ref = f"A{top}:{get_column_letter(data.shape[1])}{top + len(data)}"


def _worded(exhibit: Exhibit) -> pd.DataFrame:
    shown = [*FORMS[exhibit.form].columns, *FORMS[exhibit.form].extra] or list(exhibit.data.columns)
    data = pd.DataFrame(exhibit.data)[[name for name in shown if name in exhibit.data.columns and name != "geometry"]]
    # In other forms a column of that name holds words that have been said in the language already.
    for column in [name for name in data.columns if (exhibit.form, name) in ALLOWED]:
        data = data.assign(**{column: [text(f"chart.word.{word}", exhibit.lang) for word in data[column]]})
    return data


def _heading(name: str, exhibit: Exhibit) -> str:
    if name in exhibit.options.get("headings", {}):
        return str(exhibit.options["headings"][name])
    words = text(f"chart.column.{name}", exhibit.lang)
    return f"{words}, {exhibit.unit}" if name in ("value", "start", "end") and exhibit.unit else words


def _format(name: str, exhibit: Exhibit) -> str:
    if name in COUNTS or exhibit.form in OF_YEARS:
        return "0"
    digits = decimals_of(exhibit.data, exhibit.options)
    return "#,##0" + ("." + "0" * digits if digits else "")


def _put(sheet: Worksheet, row: int, column: int, value: Any) -> Cell | MergedCell:
    plain = value.item() if hasattr(value, "item") else value
    cell = sheet.cell(row, column)
    if not isinstance(plain, str) and pd.isna(plain):
        return cell
    cell.value = plain
    if isinstance(plain, str):
        cell.data_type = "s"
    return cell


def _length(value: Any) -> int:
    return len(value) if isinstance(value, str) else 12
