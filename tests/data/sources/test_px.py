import numpy as np
import pytest
import writers
from cubes import cubes, small
from hypothesis import given, settings

from amoanalysis.data.sources.jsonstat import Cube
from amoanalysis.data.sources.px import read_px
from amoanalysis.errors import DataError

pytestmark = pytest.mark.unit

MULTILINGUAL = """CHARSET="ANSI";
CODEPAGE="iso-8859-15";
LANGUAGE="fi";
LANGUAGES="fi","sv";
NOTE="Huom; puolipiste = sallittu";
"ja jatkoa ilman avainsanaa";
STUB="Alue";
HEADING="Vuosi";
STUB[sv]="Område";
HEADING[sv]="År";
VALUES("Alue")="Kittilä; kirkonkylä","A \"
"pitkä nimi";
VALUES[sv]("Område")="Kittilä","Lång";
CODES("Alue")="KU261","X";
VALUES("Vuosi")="2021","2022";
VALUES[sv]("År")="2021","2022";
VARIABLECODE("Alue")="alue_23_20260101";
TIMEVAL("Vuosi")=TLIST(A1),"2021","2022";
ELIMINATION("Alue")=YES;
DATA=
1 ".."
"..." 4.50;
""".replace('\\"', '"')


@settings(max_examples=40)
@given(cubes())
def test_what_is_written_is_read_back(cube: Cube) -> None:
    for keys in (False, True):
        read = read_px(writers.px(cube, keys=keys), "made")
        assert [d.labels for d in read.dimensions] == [d.labels for d in cube.dimensions]
        assert [d.codes for d in read.dimensions] == [d.codes for d in cube.dimensions]
        assert np.array_equal(read.cells, cube.cells)


@pytest.mark.parametrize("codepage", ["utf-8", "iso-8859-1", "iso-8859-15", "windows-1252", "cp850"])
def test_every_code_page_is_read(codepage: str) -> None:
    assert read_px(writers.px(small(), codepage=codepage), "made").dimensions[0].labels[1] == "Kittilä"


def test_languages_quotes_codes_and_notes_that_go_on() -> None:
    content = MULTILINGUAL.encode("iso-8859-15")
    finnish, swedish = read_px(content, "made", "fi"), read_px(content, "made", "sv")
    area = finnish.dimensions[0]
    assert area.labels == ("Kittilä; kirkonkylä", "A pitkä nimi")
    assert (area.code, area.codes, area.optional) == ("alue_23_20260101", ("KU261", "X"), True)
    assert swedish.dimensions[0].label == "Område"
    assert swedish.dimensions[0].labels == ("Kittilä", "Lång")
    assert swedish.dimensions[1].time
    assert list(finnish.cells.ravel()) == ["1", "..", "...", "4.50"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("DATA=", "DATUM=", "ends within DATUM|has no figures"),
        ("4.50;", "4.50", "without a semicolon: it is incomplete"),
        ("4.50;", ";", "has 3 figures where its variables need 4"),
        ('"..." 4.50', '"..." 4.50 7', "it has too many"),
        ('VALUES[sv]("Område")="Kittilä","Lång";', 'VALUES[sv]("Område")="Kittilä";', "1 values and 2 codes"),
        ('CODES("Alue")="KU261","X";', 'CODES("Alue")="KU261";', "2 values and 1 codes"),
        ('CODES("Alue")="KU261","X";', 'CODES("Alue")="X","X";', "'X' of 'Område' twice"),
        ('CODEPAGE="iso-8859-15";', 'CODEPAGE="klingon";', "an unknown code page 'klingon'"),
        ('CODEPAGE="iso-8859-15";', 'CODEPAGE="utf-8";', "is not in the code page utf-8"),
        ('STUB[sv]="Område";', 'STUB[sv]="Område","Mer";', "a different number of variables in 'sv'"),
        ('NOTE="Huom', 'NOTE="Hu"om', "ends within|no figures|breaks off"),
        ("4.50", "9" * 20, "which is too large"),
    ],
)
def test_each_fault_is_one_sentence(old: str, new: str, said: str) -> None:
    assert MULTILINGUAL.count(old) == 1
    with pytest.raises(DataError, match=said):
        read_px(MULTILINGUAL.replace(old, new).encode("iso-8859-15"), "made", "sv")


def test_a_row_whose_key_no_variable_has_is_told() -> None:
    content = writers.px(small(), keys=True).replace(b'"KU261" "2021"', b'"KU999" "2021"')
    with pytest.raises(DataError, match="unknown key 'KU999'"):
        read_px(content, "made")
