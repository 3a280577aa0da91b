"""Delimited files of any producer, whole and broken."""

import pytest

from amoanalysis.data.sources.text_table import read_delimited
from amoanalysis.errors import DataError

pytestmark = pytest.mark.unit

PXWEB = "\r\n".join(
    (
        '"11re -- Väestö iän mukaan, 2018"',
        "",
        "",
        '"Alue";"Ikä";"2018"',
        '"KU273 Kolari";"0";"1\u00a0234,5"',
        '"KU047 Enontekiö";"100 -";..',
        "",
    )
)
NOTES = '\r\n"Väestö 31.12., ei ennuste"\r\nLähde: Tilastokeskus; väestörakenne\r\n'


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
def test_the_encoding_of_a_file_is_found(encoding):
    raw = read_delimited((PXWEB + NOTES).encode(encoding), "vaesto.csv")
    assert list(raw.frame["Alue"]) == ["KU273 Kolari", "KU047 Enontekiö"]
    assert list(raw.frame["2018"]) == ["1\u00a0234,5", ".."]


@pytest.mark.parametrize("delimiter", [";", "\t", ","])
def test_the_delimiter_of_a_file_is_found(delimiter):
    rows = [["Alue", "Vuosi", "Väestö"], ["Kolari", "2018", '"3 834,0"'], ["Kittilä", "2018", '"6 446,0"']]
    raw = read_delimited("\n".join(delimiter.join(row) for row in rows).encode(), "x.csv")
    assert raw.frame.shape == (2, 3)
    assert raw.frame["Väestö"].iloc[0] == "3 834,0"


def test_decimal_commas_do_not_pass_for_delimiters():
    raw = read_delimited(b"Alue;Osuus\nKolari;21,8\nMuonio;14,3\nPello;12,0\n", "x.csv")
    assert list(raw.frame["Osuus"]) == ["21,8", "14,3", "12,0"]


def test_titles_above_and_footnotes_below_are_set_apart():
    raw = read_delimited((PXWEB + NOTES).encode(), "x.csv")
    assert raw.titles == ("11re -- Väestö iän mukaan, 2018",)
    assert raw.footnotes == ("Väestö 31.12., ei ennuste", "Lähde: Tilastokeskus, väestörakenne")
    assert len(raw.frame) == 2


def test_rows_are_numbered_as_in_the_file():
    assert list(read_delimited(PXWEB.encode(), "x.csv").frame.index) == [5, 6]


def test_blank_lines_between_rows_are_no_data():
    raw = read_delimited(b"a;b\r\n\r\n1;2\r\n\r\n3;4\r\n", "x.csv")
    assert list(raw.frame["a"]) == ["1", "3"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\r\n \r\n", "is empty"),
        (b"<!DOCTYPE html><html><body>503 Service Unavailable</body></html>", "is a web page"),
        (b"\xef\xbb\xbf<html>", "is a web page"),
        (b"a;b;c\n", "has no table"),
        (b"a;b;c\n1;2;3\n4;5", "row 3 has 2 cells where the heading has 3: the file is incomplete"),
        (b"a;b;c\n1;2\n4;5;6\n", "row 2 has 2 cells where the heading has 3: correct the row"),
        (b'"a";"b"\n"1";"2"\n"3";"4', "ends within a quoted cell"),
        ("Alue;Väestö\nEnontekiö;1\nInari;2\nEnonteki".encode() + b"\xc3", "ends within a letter"),
        (b"a;b\n1;2\n\x00\x00;4\n", "has zero bytes"),
        (b"Alue;Alue;N\nKolari;x;1\n", "has the column 'Alue' twice"),
        (b"a;b\n1;2\nLahde: Tilastokeskus;\nSource: x;\n3;4\n", "row 4 is a note"),
        (b"just some words\nand more words\n", "has no table"),
    ],
)
def test_a_broken_download_is_one_sentence_with_the_file_and_what_to_do(content, said):
    with pytest.raises(DataError) as error:
        read_delimited(content, "lataus.csv")
    message = str(error.value)
    assert said in message
    assert message.startswith("lataus.csv")
    assert message.endswith(".")
    assert "\n" not in message


def test_a_file_cut_anywhere_in_its_last_row_but_the_end_is_noticed():
    """A cut inside the last cell alone looks whole here; the totals and the grid of the cleaners notice that one."""
    whole = b"Alue;Vuosi;Arvo\nKolari;2018;3834\nMuonio;2018;2299\n"
    for end in range(whole.index(b"Muonio") + 1, whole.rindex(b";") + 1):
        with pytest.raises(DataError, match="incomplete"):
            read_delimited(whole[:end], "x.csv")


def test_a_file_that_is_absent_is_named(tmp_path):
    with pytest.raises(DataError, match=r"nowhere\.csv cannot be read"):
        read_delimited(tmp_path / "nowhere.csv")


def test_a_missing_column_is_named_with_the_nearest_one():
    raw = read_delimited(b"Alue;Vuosi\nKolari;2018\n", "x.csv")
    with pytest.raises(DataError, match=r"x\.csv has no column 'Vuos': did you mean 'Vuosi'\? It has Alue, Vuosi\."):
        raw.require(["Alue", "Vuos"])
