"""Sheets of Vipunen."""

from pathlib import Path

import openpyxl
import pytest

from amoanalysis.data.sources.excel import read_matrix
from amoanalysis.errors import DataError

pytestmark = pytest.mark.unit

SAMPLE = Path(__file__).parents[2] / "samples" / "vipunen_4_14b.xlsx"


def test_groups_are_named_by_the_codes_of_the_heading():
    raw = read_matrix(SAMPLE)
    assert list(raw.frame["occupation"].drop_duplicates()) == ["02.10", "05.2", "05.5", "06.1", "yhteensä"]
    assert raw.footnotes[-1].startswith("Lähde")
    assert "1-4" in set(raw.frame["value"])


def test_a_wrong_number_of_heading_rows_is_noticed():
    with pytest.raises(DataError, match="twice: keep one, or count the rows of the heading again"):
        read_matrix(SAMPLE, heading_rows=1)


def test_a_sheet_without_occupation_groups_is_noticed(tmp_path):
    book = openpyxl.Workbook()
    for row in (["Toimiala", "Miehet", "Naiset"], ["55101 Hotellit", 1, 2]):
        book.active.append(row)
    book.save(tmp_path / "muu.xlsx")
    with pytest.raises(DataError, match=r"names no occupation group .* set heading_rows"):
        read_matrix(tmp_path / "muu.xlsx", heading_rows=1)
