"""Months and years as producers write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amoanalysis.data.cleaning.values import map_months, map_years, parse_month, parse_year
from amoanalysis.errors import DataError

pytestmark = pytest.mark.unit

FINNISH = ["tammi", "helmi", "maalis", "huhti", "touko", "kesä", "heinä", "elo", "syys", "loka", "marras", "joulu"]
year = st.integers(1900, 2100)


@given(year=year, month=st.integers(1, 12))
def test_months_round_trip_through_every_form(year, month):
    ours = f"{year}-{month:02d}"
    name = f"{FINNISH[month - 1]}kuu"
    forms = (
        f"{year}M{month:02d}",
        f"{year}m{month}",
        ours,
        f"{year}/{month:02d}",
        f"{month}/{year}",
        f"{year}{month:02d}",
        f"{year}M{month:02d}*",
        f"{year} {name}",
        f"{name} {year}",
        f"{name.upper()} {year}",
    )
    assert {parse_month(form) for form in forms} == {ours}


@pytest.mark.parametrize("text", ["January 2006", "2006 januari", "2006M01"])
def test_months_are_known_in_three_languages(text):
    assert parse_month(text) == "2006-01"


@pytest.mark.parametrize(
    "text", ["2006M13", "2006M00", "2006", "2006Q1", "kuukausi 2006", "13/2006", "tammikuu", "2006 2007", ""]
)
def test_what_is_no_month_is_refused(text):
    with pytest.raises(ValueError):
        parse_month(text)


@given(year=year)
def test_years_round_trip(year):
    assert parse_year(str(year)) == parse_year(f"{year}*") == year


def test_columns_name_file_row_and_value_of_what_they_cannot_read(cells):
    with pytest.raises(DataError, match=r"x\.csv, row 5, column 'Kuukausi': '2006M14' is not a valid month"):
        map_months(cells("2006M01", "2006M14", name="Kuukausi"), "x.csv")
    with pytest.raises(DataError, match=r"x\.csv, row 4, column 'Vuosi': 'Kolari' is not a valid year"):
        map_years(cells("Kolari", name="Vuosi"), "x.csv")
