"""Ages as producers write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amoanalysis.data.cleaning.values import Age, map_age_groups, map_ages, parse_age
from amoanalysis.errors import DataError

pytestmark = pytest.mark.unit

age = st.integers(0, 120)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("0", (0, 0)),
        ("007", (7, 7)),
        ("100 -", (100, None)),
        ("100-", (100, None)),
        ("100 \u2013", (100, None)),
        ("75+", (75, None)),
        ("85 vuotta täyttäneet (HE)", (85, None)),
        ("85 years or over (HE)", (85, None)),
        ("- 17", (0, 17)),
        ("-17", (0, 17)),
        ("alle 3", (0, 2)),
        ("15 - 64", (15, 64)),
        ("15\u201364", (15, 64)),
        ("0-2 vuotiaat (HE)", (0, 2)),
        ("15-64-vuotiaat", (15, 64)),
        ("7 v.", (7, 7)),
        ("18 v", (18, 18)),
    ],
)
def test_labels_of_the_producers_are_read(text, meant):
    assert parse_age(text) == Age(*meant)


@given(low=age, high=age, dash=st.sampled_from(["-", " - ", "\u2013", " \u2013 "]))
def test_ages_round_trip_through_every_form(low, high, dash):
    low, high = sorted((low, high))
    assert parse_age(str(low)) == Age(low, low)
    assert parse_age(f"{low:03d}") == Age(low, low)
    assert parse_age(f"{low}{dash}{high}") == Age(low, high)
    assert parse_age(f"{low}{dash}".rstrip(" ")) == Age(low, None)
    assert parse_age(f"{dash}{high}".lstrip(" ")) == Age(0, high)


@given(low=age, high=age)
def test_our_own_labels_read_back(low, high):
    for group in (Age(min(low, high), max(low, high)), Age(low, None)):
        assert parse_age(group.label) == group


@pytest.mark.parametrize("text", ["", "64 - 15", "vanhukset", "1.5", "15 - 64 - 74", "Yhteensä"])
def test_what_is_no_age_is_refused(text):
    with pytest.raises(ValueError):
        parse_age(text)


def test_a_column_of_ages_keeps_the_open_end(cells):
    ages = map_ages(cells("99", "100 -"), "x.csv")
    assert list(ages["low"]) == [99, 100]
    assert list(ages["high"].isna()) == [False, True]


@pytest.mark.parametrize("total", ["Yhteensä", "YHTEENSÄ", "SSS", "Total", "Kaikki ikäluokat", "Ikäluokat yhteensä"])
def test_totals_are_one_word(cells, total):
    assert list(map_age_groups(cells(total, "- 17", "75 -"), "x.csv")) == ["total", "0-17", "75+"]


def test_an_unknown_age_names_file_row_column_and_value(cells):
    with pytest.raises(DataError, match=r"x\.csv, row 5, column 'Ikä': 'lapset' is not a valid age: it takes 15 - 64"):
        map_age_groups(cells("- 17", "lapset", name="Ikä"), "x.csv")
