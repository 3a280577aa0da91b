import pytest
from hypothesis import given
from hypothesis import strategies as st

from amoanalysis.data.cleaning.values import Interval, interval, number, unit_and_note

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("570", Interval(value=570)),
        ("67.5", Interval(value=67.5)),
        ("-34", Interval(value=-34)),
        ("\u221234", Interval(value=-34)),
        ("1 234,5", Interval(value=1234.5)),
        ("1\u202f234", Interval(value=1234)),
        ("1,234,567", Interval(value=1234567)),
        ("<530000", Interval(high=530000, note="below")),
        ("> 330", Interval(low=330, note="above")),
        (">=25", Interval(low=25, note="at least")),
        ("<=62.2", Interval(high=62.2, note="at most")),
        ("yli 1 000", Interval(low=1000, note="above")),
        ("500-700", Interval(low=500, high=700)),
        ("4000\u20134400", Interval(low=4000, high=4400)),
        ("93.5-97", Interval(low=93.5, high=97)),
        ("-5--3", Interval(low=-5, high=-3)),
        ("2 to 3", Interval(low=2, high=3)),
        ("about 200-300", Interval(low=200, high=300, note="about")),
        ("almost 50", Interval(value=50, note="almost")),
        ("Noin 400", Interval(value=400, note="about")),
        ("c. 25000", Interval(value=25000, note="about")),
    ],
)
def test_figures_in_words(text: str, meant: Interval) -> None:
    assert interval(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "withdrawn after 5 years",
        "13000 + 8000",
        "2025 / 2028",
        "10 permanent, about 40 in winter",
        "2013-17",
        "700-500",
        "1,234",
        "12 34",
        "1.2.3",
        "nan",
        "roughly 50",
        "> 300-400",
    ],
)
def test_what_is_not_understood_is_not_guessed(text: str) -> None:
    assert interval(text) is None


def test_a_comma_before_three_digits_is_a_decimal_mark_only_after_a_zero() -> None:
    assert number("0,123") == 0.123
    assert number("1,234") is None


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("persons", ("persons", "")),
        ("persons (about)", ("persons", "about")),
        ("Mt, about 20 years", ("Mt", "about 20 years")),
        ("M EUR (over); Levi West lift 8 M EUR", ("M EUR", "over; Levi West lift 8 M EUR")),
        ("% (women 71, men 60)", ("%", "women 71, men 60")),
        ("", ("", "")),
    ],
)
def test_a_unit_is_parted_from_what_is_added(text: str, meant: tuple[str, str]) -> None:
    assert unit_and_note(text) == meant


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_bounds_never_cross_and_nothing_is_invented(one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert interval(f"{low}-{high}") == Interval(low=low, high=high)
    assert interval(f"<{high}") == Interval(high=high, note="below")
    assert interval(f"{high:,}".replace(",", " ")) == Interval(value=high)


@given(st.text(max_size=20))
def test_any_text_is_understood_or_left_alone(text: str) -> None:
    found = interval(text)
    if found is not None and found.low is not None and found.high is not None:
        assert found.value is None
        assert found.low <= found.high
