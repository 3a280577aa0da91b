"""Files of Statistics Finland: variables by their own names, periods in headings."""

import pytest

from amoanalysis.data.cleaning.pxweb_layout import melt, read_pxweb
from amoanalysis.errors import DataError

pytestmark = pytest.mark.unit


def test_variables_are_known_in_finnish_swedish_and_english():
    for heading in ("Alue;Vuosi;Tiedot", "Område;År;Uppgifter", "Area;Year;Information"):
        raw = read_pxweb(f"{heading};N\nKolari;2018;x;1\n".encode(), "x.csv")
        assert list(raw.frame.columns)[:3] == ["area", "year", "contents"]


def test_messages_keep_the_heading_of_the_file():
    assert read_pxweb(b"Alue;2018\nKolari;1\n", "x.csv").column("area").name == "Alue"


def test_the_period_of_a_heading_is_parted_from_its_words():
    raw = read_pxweb("Alue;2018 Miehet;Naiset 2019*;2006M01 Työvoima\nKolari;1;2;3\n".encode(), "x.csv")
    long = melt(raw).frame
    assert list(long["period"]) == ["2018", "2019*", "2006M01"]
    assert list(long["heading"]) == ["Miehet", "Naiset", "Työvoima"]
    assert list(long["value"]) == ["1", "2", "3"]


def test_a_variable_named_twice_is_an_error():
    with pytest.raises(DataError, match="has one variable twice"):
        read_pxweb(b"Alue;Kunta;2018\nLappi;Kolari;1\n", "x.csv")
