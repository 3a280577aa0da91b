import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook
from samples import exhibit, few

from amoanalysis.config.text import text
from amoanalysis.errors import AmoError
from amoanalysis.exhibits.drawing.form_specs import FORMS
from amoanalysis.export.workbook import save_workbook

pytestmark = pytest.mark.unit


def rows(path, sheet=None):
    book = load_workbook(path)
    return [list(row) for row in (book[sheet] if sheet else book.active).iter_rows(values_only=True)]


def test_the_figures_come_with_title_unit_sources_note_and_language(tmp_path):
    shown = exhibit("fan")
    written = rows(save_workbook(shown, tmp_path / "a.xlsx"))
    assert written[0][0] == shown.title
    assert written[1][0] == shown.subtitle
    about = [(row[0], row[1]) for row in written[3:14]]
    assert ("Yksikkö", "henkeä") in about
    assert [source for key, source in about if key == "Lähteet"] == list(shown.sources)
    assert ("Huomautus", shown.note) in about
    assert ("Kieli", "suomi") in about


def test_the_table_holds_every_value_as_a_number(tmp_path):
    shown = exhibit("fan")
    written = rows(save_workbook(shown, tmp_path / "a.xlsx"))
    head = next(i for i, row in enumerate(written) if row[0] == "vuosi")
    assert written[head][:4] == ["vuosi", "sarja", "laji", "arvo, henkeä"]
    values = [row[3] for row in written[head + 1 :]]
    assert values == pytest.approx(shown.data["value"].tolist())
    assert written[head + 1][2] == "havaittu"


def test_headings_are_in_the_language_of_the_exhibit(tmp_path):
    written = rows(save_workbook(exhibit("pyramid", "en"), tmp_path / "a.xlsx"))
    assert ["age", "sex", "series", "value, henkeä"] in [row[:4] for row in written]
    assert "women" in {row[1] for row in written}


def test_a_missing_value_is_an_empty_cell(tmp_path):
    data = few("bars").data.assign(value=lambda d: d["value"].where(d.index != 0), low=np.nan, high=np.nan)
    written = rows(save_workbook(few("bars", data=data), tmp_path / "a.xlsx"))
    head = next(i for i, row in enumerate(written) if row[0] == "luokka")
    assert written[head + 1][1] is None


def test_a_text_that_looks_like_a_formula_stays_a_text(tmp_path):
    data = pd.DataFrame({"category": ["=1+1", "b"], "value": [1.0, 2.0]})
    path = save_workbook(exhibit("bars", data=data), tmp_path / "a.xlsx")
    cells = [cell for row in load_workbook(path).active.iter_rows() for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in cells] == ["s"]


def test_several_exhibits_have_a_sheet_each_and_contents(tmp_path):
    shown = [exhibit("fan"), exhibit("map"), exhibit("heat")]
    book = load_workbook(save_workbook(shown, tmp_path / "a.xlsx"))
    assert book.sheetnames == ["Sisällys", "test_fan", "test_map", "test_heat"]
    assert book["Sisällys"]["A2"].hyperlink.location == "'test_map'!A1"
    assert book["Sisällys"]["B2"].value == shown[1].title


def test_the_same_chart_of_two_places_and_long_names_do_not_clash(tmp_path):
    long = {"id": "labour_force_by_age_and_industry_and_place"}
    shown = [
        exhibit("fan", place="kolari", **long),
        exhibit("fan", place="pello", **long),
        exhibit("fan", place="pello", **long),
    ]
    names = load_workbook(save_workbook(shown, tmp_path / "a.xlsx")).sheetnames
    assert len(set(names)) == 4
    assert all(len(name) <= 31 for name in names)


def test_a_missing_chart_has_its_reason_and_no_table(tmp_path):
    shown = exhibit("fan", data=pd.DataFrame(), missing="Aineistoa ei ole julkaistu.", sources=())
    written = rows(save_workbook(shown, tmp_path / "a.xlsx"))
    assert ("Puuttuu", "Aineistoa ei ole julkaistu.") in [(row[0], row[1]) for row in written]
    assert not any(row[0] == "vuosi" for row in written)


def test_the_geometry_of_a_map_is_left_out(tmp_path):
    written = rows(save_workbook(exhibit("map"), tmp_path / "a.xlsx"))
    assert ["kunta", "nimi", "arvo, henkeä"] in [row[:3] for row in written]
    assert not any(str(cell).startswith("POLYGON") for row in written for cell in row)


def test_no_exhibit_is_an_error(tmp_path):
    with pytest.raises(AmoError, match="at least one"):
        save_workbook([], tmp_path / "a.xlsx")


def test_two_writes_are_the_same_bytes(tmp_path):
    one, other = (save_workbook([exhibit("fan"), exhibit("heat")], tmp_path / name) for name in ("a.xlsx", "b.xlsx"))
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.unit
@pytest.mark.parametrize("form", list(FORMS))
def test_every_column_that_a_form_takes_has_a_heading(form: str) -> None:
    for name in (*FORMS[form].columns, *FORMS[form].extra):
        assert name == "geometry" or text(f"chart.column.{name}", "fi")
