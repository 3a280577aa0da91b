"""Numbers as Finnish producers write them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amoanalysis.data.cleaning.values import SPACES, parse_count, parse_number
from amoanalysis.errors import DataError

pytestmark = pytest.mark.unit

space = st.sampled_from(["", *SPACES])
sign = st.sampled_from(["-", "\u2212", "\u2013"])


def grouped(digits: str, blank: str) -> str:
    return f"{int(digits):,}".replace(",", blank)


@given(number=st.integers(-(10**12), 10**12), blank=space, minus=sign)
def test_whole_numbers_round_trip_through_any_blank_and_any_minus(number, blank, minus):
    import pandas as pd

    written = (minus if number < 0 else "") + grouped(str(abs(number)), blank)
    assert parse_number(pd.Series([written]), "x").figures.iloc[0] == number


@given(
    whole=st.integers(0, 10**9),
    decimals=st.text("0123456789", min_size=1, max_size=4),
    blank=space,
    mark=st.sampled_from(",."),
)
def test_decimals_round_trip_through_comma_and_point(whole, decimals, blank, mark):
    import pandas as pd

    written = grouped(str(whole), blank) + mark + decimals
    assert parse_number(pd.Series([written]), "x").figures.iloc[0] == float(f"{whole}.{decimals}")


@pytest.mark.parametrize(
    ("cell", "figure", "status"),
    [
        ("-", 0, "nil"),
        ("\u2013", 0, "nil"),
        ("0", 0, "given"),
        (".", math.nan, "impossible"),
        ("..", math.nan, "not_available"),
        ("...", math.nan, "confidential"),
        ("", math.nan, "blank"),
        ("\u00a0", math.nan, "blank"),
        ("1-4", math.nan, "suppressed"),
        ("1\u20134", math.nan, "suppressed"),
        ("1 - 4", math.nan, "suppressed"),
        ("<5", math.nan, "suppressed"),
        ("alle 5", math.nan, "suppressed"),
        ("-4", -4, "given"),
        ("1 811", 1811, "given"),
        ("14,3", 14.3, "given"),
    ],
)
def test_each_marker_says_why_there_is_no_number_and_only_nil_is_zero(cells, cell, figure, status):
    numbers = parse_number(cells(cell), "x.csv")
    assert numbers.figures.iloc[0] == pytest.approx(figure, nan_ok=True)
    assert numbers.status.iloc[0] == status


@pytest.mark.parametrize(
    "cell", ["1 23", "12 34", "1.234.567", "1,234.5", "2018 2019", "n/a", "15-64", "0-17", "5 4", "1e", "--"]
)
def test_what_is_no_number_is_an_error_with_file_row_column_and_value(cells, cell):
    with pytest.raises(DataError) as error:
        parse_number(cells("1", cell, name="2018"), "vaesto.csv")
    assert str(error.value).startswith(f"vaesto.csv, row 5, column '2018': '{cell}' is not a valid number")


def test_a_producers_own_marker_is_added_not_guessed(cells):
    assert parse_number(cells("-1"), "x").figures.iloc[0] == -1
    assert parse_number(cells("-1"), "x", {"-1": "suppressed"}).status.iloc[0] == "suppressed"


@pytest.mark.parametrize("cell", ["1,5", "-3"])
def test_a_count_is_whole_and_not_below_zero(cells, cell):
    with pytest.raises(DataError, match=f"row 4, column 'N': '{cell}' is not a valid count"):
        parse_count(cells(cell, name="N"), "x.csv")


def test_missing_counts_pass_and_keep_their_flag(cells):
    numbers = parse_count(cells("3", "1-4", "-"), "x.csv")
    assert list(numbers.figures.isna()) == [False, True, False]
    assert list(numbers.status) == ["given", "suppressed", "nil"]
