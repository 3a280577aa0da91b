import re

import pytest

from amoanalysis.config.text import number
from amoanalysis.errors import UserError
from amoanalysis.exhibits.facts import format_fact
from amoanalysis.exhibits.view import PlaceView

pytestmark = pytest.mark.unit


def test_facts_are_written_as_the_language_does(kolari: PlaceView) -> None:
    now = kolari.facts["population_now"]
    assert isinstance(now, float)
    told = kolari.tell("{place_of} väkiluku on **{population_now}** ({population_now_year}).")
    assert told._repr_markdown_() == str(told) == f"Kolarin väkiluku on **{number(now, 'fi')}** (2022)."
    english = kolari.at(lang="en").tell("{population_now} people live {place_in}.")
    assert str(english) == f"{number(now, 'en')} people live in Kolari."


def test_a_band_follows_its_median(kolari: PlaceView) -> None:
    shown = str(kolari.tell("{population_2040_band}")).replace("\u00a0", "")
    match = re.fullmatch(r"(\d+) \((\d+)–(\d+)\)", shown)
    assert match is not None
    middle, low, high = (int(part) for part in match.groups())
    assert low < middle < high
    assert middle == round(float(kolari.facts["population_2040"]))


def test_rates_and_shares_carry_a_percent_sign(kolari: PlaceView) -> None:
    said = str(kolari.tell("{unemployment_rate_2030} {local_share} {population_change_percent}"))
    assert said.count("%") == 3
    assert re.search(r"[+\u2212]\d", said)


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{populaton_2040}", "did you mean 'population_2040'"),
        ("{populaton_2040_band}", "did you mean 'population_2040'"),
        ("{population_now_band}", "has no interval"),
        ("{population_2040", "brace"),
    ],
)
def test_words_that_are_no_facts_are_refused(kolari: PlaceView, template: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        kolari.tell(template)


def test_double_braces_are_braces(kolari: PlaceView) -> None:
    assert str(kolari.tell("{{x}} {until_year}")) == "{x} 2040"


@pytest.mark.parametrize(("value", "said"), [(0.05, "0,05"), (0.13, "0,1"), (1.84, "1,8"), (12.4, "12")])
def test_few_returners_are_not_rounded_away(kolari: PlaceView, value: float, said: str) -> None:
    assert format_fact(kolari, "town_returners", value) == said
