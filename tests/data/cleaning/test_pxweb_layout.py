"""Periods, variables and contents, wherever a PxWeb file has put them."""

import pytest

from amoanalysis.data.cleaning.pxweb_layout import pivot_counts, read_pxweb, to_long_form
from amoanalysis.errors import DataError

pytestmark = pytest.mark.unit

CONTENTS = {"työvoima": "labour_force", "avoimet työpaikat": "open_vacancies"}


def wide(text):
    raw = to_long_form(read_pxweb(text.encode(), "x.csv"), CONTENTS, period="month")
    return pivot_counts(raw, ["area", "month"])


def test_contents_in_a_column_or_in_headings_give_the_same():
    across = wide("Alue;Kuukausi;Työvoima (lkm.);Avoimet työpaikat\nKolari;2006M01;1811;39\n")
    down = wide("Alue;Kuukausi;Tiedot;Arvo\nKolari;2006M01;Työvoima;1811\nKolari;2006M01;Avoimet työpaikat;39\n")
    months = wide("Alue;Tiedot;2006M01\nKolari;Työvoima;1811\nKolari;Avoimet työpaikat;39\n")
    both = wide("Alue;2006M01 Työvoima;2006M01 Avoimet työpaikat\nKolari;1811;39\n")
    for other in (down, months, both):
        assert other.equals(across)
    assert across[["labour_force", "open_vacancies"]].iloc[0].to_list() == [1811, 39]


def test_contents_that_are_not_asked_for_are_left_out():
    frame = wide(
        "Alue;Kuukausi;Työvoima;Työttömien osuus työvoimasta (%);Avoimet työpaikat\nKolari;2006M01;1811;21,8;39\n"
    )
    assert set(frame.columns) == {"area", "month", "labour_force", "open_vacancies"}


def test_contents_asked_for_but_missing_are_named_with_the_nearest():
    with pytest.raises(DataError, match=r"x\.csv has no 'avoimet työpaikat' \(open_vacancies\): did you mean"):
        wide("Alue;Kuukausi;Työvoima;Avoimia työpaikkoja\nKolari;2006M01;1811;39\n")


def test_a_count_that_is_suppressed_keeps_its_row():
    frame = wide("Alue;Kuukausi;Työvoima;Avoimet työpaikat\nKolari;2006M01;..;1-4\n")
    assert len(frame) == 1
    assert frame[["labour_force", "open_vacancies"]].isna().all(axis=None)


def test_a_month_missing_for_one_place_alone_is_noticed():
    with pytest.raises(DataError, match="lacks 2 rows"):
        wide("Alue;Kuukausi;Työvoima;Avoimet työpaikat\nKolari;2006M01;1;2\nKolari;2006M02;1;2\nMuonio;2006M01;1;2\n")
