"""Exhibits as Excel workbooks: a sheet per exhibit with its data, sources and note."""

import io
import re
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
from amoanalysis.exhibits.drawing.form_specs import ALLOWED, FORMS, choose_decimals
from amoanalysis.export.reproducible_zip import FIXED_TIME, rewrite_with_fixed_times

YEAR_COLUMNS = ("year",)
# Forms in which all numbers are years.
YEAR_FORMS = ("timeline",)
# Columns that the notes above the data span, and characters per line in them.
SPAN, LINE_LENGTH = 8, 110
FONT = "Calibri"
_HEADING_FILL = PatternFill("solid", fgColor="E4E8EB")
_LEFT = Alignment(horizontal="left")
_WRAP = Alignment(wrap_text=True, vertical="top")


def save_workbook(exhibits: Exhibit | Sequence[Exhibit], path: Path) -> Path:
    """Writes the data of one exhibit or shown.

    Args:
        exhibits: the exhibits, a sheet each; shown have a sheet of contents before them.
        path: the XLSX file.

    Returns:
        The file.

    Raises:
        AmoError: if there is no exhibit, or the file cannot be written.
    """
    shown = [exhibits] if isinstance(exhibits, Exhibit) else list(exhibits)
    if not shown:
        raise AmoError(f"There is no exhibit to write to '{path.name}': give at least one.")
    book = Workbook()
    book.properties.creator = "amoanalysis"
    book.properties.title = shown[0].title if len(shown) == 1 else None
    book.properties.created = datetime(*FIXED_TIME)
    first = book.worksheets[0]
    names = _sheet_names(shown)
    for exhibit, name in zip(shown, names, strict=True):
        _fill_sheet(book.create_sheet(name), exhibit)
    if len(shown) > 1:
        _fill_contents(first, shown, names)
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
        full = exhibit.id if ids.count(exhibit.id) == 1 else f"{exhibit.place} {exhibit.id} {exhibit.lang}"
        short = re.sub(r"[\[\]:*?/\\]", "-", full)[:31]
        number = 2
        while short.casefold() in {name.casefold() for name in names}:
            short = f"{short[:28]}~{number}"
            number += 1
        names.append(short)
    return names


def _fill_contents(sheet: Worksheet, exhibits: Sequence[Exhibit], names: Sequence[str]) -> None:
    sheet.title = text("chart.contents", exhibits[0].lang)
    sheet.column_dimensions["A"].width = 34
    sheet.column_dimensions["B"].width = 100
    for row, (exhibit, name) in enumerate(zip(exhibits, names, strict=True), start=1):
        link = _write_cell(sheet, row, 1, name)
        link.hyperlink = Hyperlink(ref=f"A{row}", location=f"'{name}'!A1")
        link.font = Font(name=FONT, color="1F5F99", underline="single")
        _write_cell(sheet, row, 2, exhibit.title).alignment = _WRAP


def _fill_sheet(sheet: Worksheet, exhibit: Exhibit) -> None:
    for column in range(1, SPAN + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 17
    _write_cell(sheet, 1, 1, exhibit.title).font = Font(name=FONT, bold=True, size=14)
    _write_cell(sheet, 2, 1, exhibit.subtitle)
    row = 4
    for key, words in _describe(exhibit):
        label = _write_cell(sheet, row, 1, text(f"chart.{key}", exhibit.lang))
        label.font, label.alignment = Font(name=FONT, bold=True), _WRAP
        _write_cell(sheet, row, 2, words).alignment = _WRAP
        sheet.merge_cells(start_row=row, start_column=2, end_row=row, end_column=SPAN)
        sheet.row_dimensions[row].height = 15 * (1 + len(words) // LINE_LENGTH)
        row += 1
    if exhibit.missing is None:
        _write_data(sheet, exhibit, row + 1)


def _describe(exhibit: Exhibit) -> list[tuple[str, str]]:
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


def _write_data(sheet: Worksheet, exhibit: Exhibit, top: int) -> None:
    data = _select_data(exhibit)
    formats = {name: _number_format(name, exhibit) for name in data.columns}
    for column, name in enumerate(data.columns, start=1):
        head = _write_cell(sheet, top, column, _format_heading(str(name), exhibit))
        head.font, head.fill = Font(name=FONT, bold=True), _HEADING_FILL
        for row, value in enumerate(data[name], start=top + 1):
            cell = _write_cell(sheet, row, column, value)
            cell.number_format = formats[name]
            if name in YEAR_COLUMNS:
                cell.alignment = _LEFT
        longest = max([len(str(head.value)), *data[name].map(_text_width)])
        sheet.column_dimensions[get_column_letter(column)].width = min(60, max(17, longest + 2))
    sheet.auto_filter.ref = f"A{top}:{get_column_letter(data.shape[1])}{top + len(data)}"


def _select_data(exhibit: Exhibit) -> pd.DataFrame:
    columns = [*FORMS[exhibit.form].columns, *FORMS[exhibit.form].extra] or list(exhibit.data.columns)
    data = pd.DataFrame(exhibit.data)[[name for name in columns if name in exhibit.data.columns and name != "geometry"]]
    # Codes such as a kind or a sex become words; in other forms these columns hold texts already.
    for column in [name for name in data.columns if (exhibit.form, name) in ALLOWED]:
        data = data.assign(**{column: [text(f"chart.word.{word}", exhibit.lang) for word in data[column]]})
    return data


def _format_heading(name: str, exhibit: Exhibit) -> str:
    if name in exhibit.options.get("headings", {}):
        return str(exhibit.options["headings"][name])
    words = text(f"chart.column.{name}", exhibit.lang)
    return f"{words}, {exhibit.unit}" if name in ("value", "start", "end") and exhibit.unit else words


def _number_format(name: str, exhibit: Exhibit) -> str:
    if name in YEAR_COLUMNS or exhibit.form in YEAR_FORMS:
        return "0"
    digits = choose_decimals(exhibit.data, exhibit.options)
    return "#,##0" + ("." + "0" * digits if digits else "")


def _write_cell(sheet: Worksheet, row: int, column: int, value: Any) -> Cell | MergedCell:
    plain = value.item() if hasattr(value, "item") else value
    cell = sheet.cell(row, column)
    if not isinstance(plain, str) and pd.isna(plain):
        return cell
    cell.value = plain
    if isinstance(plain, str):
        cell.data_type = "s"
    return cell


def _text_width(value: Any) -> int:
    return len(value) if isinstance(value, str) else 12
