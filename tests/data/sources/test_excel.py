"""Sheets with merged cells, titles and footnotes."""

import openpyxl
import pytest

from amoanalysis.data.sources.excel import read_sheet
from amoanalysis.errors import DataError

pytestmark = pytest.mark.unit


@pytest.fixture
def book(tmp_path):
    """Writes rows to a sheet and merges ranges of it."""

    def write(rows, merged=()):
        workbook = openpyxl.Workbook()
        for row in rows:
            workbook.active.append(row)
        for area in merged:
            workbook.active.merge_cells(area)
        path = tmp_path / "taulukko.xlsx"
        workbook.save(path)
        return path

    return write


def test_the_label_of_a_merged_heading_stands_over_each_of_its_columns(book):
    rows = [["Työlliset 2014", None, None], ["Toimiala", "Ammatti", None], [None, "05.2 A", "05.5 B"], ["55", 1, 2.5]]
    raw = read_sheet(book(rows, ["A1:C1", "B2:C2", "A2:A3"]), heading_rows=2)
    assert list(raw.frame.columns) == ["Toimiala", "Ammatti 05.2 A", "Ammatti 05.5 B"]
    assert raw.titles == ("Työlliset 2014",)
    assert raw.frame.loc[4].to_list() == ["55", "1", "2.5"]


def test_footnotes_merged_over_the_table_are_no_data(book):
    rows = [["Ala", "N"], ["A", 1], ["B", 2], ["1) Suojattu."], [None], ["Lähde: Tilastokeskus"]]
    raw = read_sheet(book(rows, ["A4:B4"]))
    assert list(raw.frame["Ala"]) == ["A", "B"]
    assert raw.footnotes == ("1) Suojattu.", "Lähde: Tilastokeskus")


def test_codes_kept_as_numbers_come_without_decimals(book):
    assert list(read_sheet(book([["Kunta", "N"], [47.0, 1], [273, 2]])).frame["Kunta"]) == ["47", "273"]


def test_an_empty_sheet_a_missing_sheet_and_half_a_workbook_are_told_apart(book):
    path = book([["Ala", "N"], ["A", 1]])
    with pytest.raises(DataError, match="has no sheet 'Taulu': it has Sheet"):
        read_sheet(path, "Taulu")
    with pytest.raises(DataError, match=r"is not a valid \.xlsx workbook"):
        read_sheet(path.read_bytes()[:900], name="puoli.xlsx")
    with pytest.raises(DataError, match="has no table"):
        read_sheet(book([[None]]))
