from datetime import date

import pytest

from amoanalysis.data.checks.folder import age_in_words, last_day, months_old

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
    assert last_day(period) == end


def test_an_age_in_words() -> None:
    assert age_in_words(months_old("1972-2022", date(2026, 11, 24))) == "3 y 11 m"
    assert age_in_words(months_old("2026", date(2026, 11, 24))) == "new"
    assert age_in_words(None) == ""
