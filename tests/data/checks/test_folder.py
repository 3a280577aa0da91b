from datetime import date

import pytest

from amoanalysis.data.checks.folder import format_age, last_day_of_period, months_since_period

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("period", "end"),
    [
        ("1972-2022", date(2022, 12, 31)),
        ("2014", date(2014, 12, 31)),
        ("2006-01/2023-10", date(2023, 10, 31)),
        ("2019-04/2020", date(2020, 12, 31)),
        ("2006-01/2023-12", date(2023, 12, 31)),
        ("TOL 2008", None),
    ],
)
def test_the_end_of_a_period(period: str, end: date | None) -> None:
    assert last_day_of_period(period) == end


def test_an_age_in_words() -> None:
    assert format_age(months_since_period("1972-2022", date(2026, 11, 24))) == "3 y 11 m"
    assert format_age(months_since_period("2026", date(2026, 11, 24))) == "new"
    assert format_age(None) == ""
