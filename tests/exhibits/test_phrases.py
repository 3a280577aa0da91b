import numpy as np
import pytest

from amoanalysis.config.places import Place
from amoanalysis.data.load import Data
from amoanalysis.exhibits.phrases import (
    classify_direction,
    elative,
    find_turning_point,
    format_percent,
    genitive,
    genitive_head,
    illative,
    join_words,
    locative,
    round_for_title,
)

pytestmark = pytest.mark.unit
NOWHERE = Place(code="999", kind="municipality", name={"fi": "Jossain"}, slug="jossain", colour="#000000")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0:aan"),
        (1, "1:een"),
        (4, "4:ään"),
        (7, "7:ään"),
        (8, "8:aan"),
        (9, "9:ään"),
        (10, "10:een"),
        (12, "12:een"),
        (14, "14:ään"),
        (60, "60:een"),
        (700, "700:aan"),
        (4000, "4 000:een"),
        (4300, "4 300:aan"),
        (404_000, "404 000:een"),
        (500_000, "500 000:een"),
        (1_000_000, "1 000 000:aan"),
        (1_470_000, "1 470 000:een"),
    ],
)
def test_a_number_that_something_grows_to_ends_as_it_is_read(value: int, shown: str) -> None:
    assert illative(value, "fi").replace("\u00a0", " ") == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0:sta"), (1, "1:stä"), (3, "3:sta"), (30, "30:stä"), (99, "99:stä"), (300, "300:sta"), (4000, "4 000:sta")],
)
def test_a_number_that_something_grows_from_ends_as_it_is_read(value: int, shown: str) -> None:
    assert elative(value, "fi").replace("\u00a0", " ") == shown


def test_other_languages_write_the_number_alone() -> None:
    assert (illative(4300, "en"), elative(4300, "sv")) == ("4,300", "4\u00a0300")


def test_a_percentage_takes_its_case_in_finnish_only() -> None:
    assert format_percent(27, "fi", case="sta") == "27\u00a0%:sta"
    assert format_percent(-2.5, "en", 1, case="sta") == "\u22122.5%"


@pytest.mark.parametrize(
    ("value", "rounded"),
    [(3.4, 3), (57, 55), (58, 60), (164, 160), (3999, 4000), (4340, 4300), (-4350, -4300), (403_893, 404_000)],
)
def test_a_title_says_two_or_three_digits(value: float, rounded: float) -> None:
    assert round_for_title(value) == rounded


@pytest.mark.parametrize(
    ("draws", "way"),
    [
        (np.full(20, 1200.0), "up"),
        (np.full(20, 800.0), "down"),
        (np.full(20, 1005.0), "flat"),
        (np.r_[np.full(15, 1300.0), np.full(5, 900.0)], "up_likely"),
        (np.r_[np.full(15, 700.0), np.full(5, 1100.0)], "down_likely"),
        (np.r_[np.full(11, 1300.0), np.full(9, 900.0)], "open"),
    ],
)
def test_a_direction_is_as_certain_as_the_draws_are(draws: np.ndarray, way: str) -> None:
    assert classify_direction(1000.0, draws) == way


def test_equal_rounded_figures_do_not_grow() -> None:
    assert classify_direction(1640.0, np.full(20, 1649.0 * 1.02)) == "up"
    assert classify_direction(1651.0, np.full(20, 1690.0)) == "flat"


def test_a_turn_is_found_where_it_stands_out() -> None:
    assert find_turning_point(100.0, np.array([110.0, 120.0, 105.0])) == 1
    assert find_turning_point(100.0, np.array([90.0, 80.0, 99.0])) == 1
    assert find_turning_point(100.0, np.array([103.0, 106.0, 105.0])) is None
    assert find_turning_point(100.0, np.array([110.0, 120.0, 130.0])) is None


@pytest.mark.parametrize(
    ("place", "whose", "where"),
    [
        ("Kolari", "Kolarin", "Kolarissa"),
        ("Kittilä", "Kittilän", "Kittilässä"),
        ("Enontekiö", "Enontekiön", "Enontekiöllä"),
        ("Muonio", "Muonion", "Muoniossa"),
        ("Pello", "Pellon", "Pellossa"),
        ("Ylitornio", "Ylitornion", "Ylitorniolla"),
        ("Torniolaakso", "Torniolaakson", "Torniolaaksossa"),
        ("region", "Tunturi-Lapin ja Tornionlaakson", "Tunturi-Lapissa ja Tornionlaaksossa"),
    ],
)
def test_finnish_places_are_inflected(tables: Data, place: str, whose: str, where: str) -> None:
    found = tables.places.find(place)
    assert (genitive_head(found, "fi"), genitive(found, "fi"), locative(found, "fi")) == (whose, whose, where)


def test_an_unknown_place_gets_words_that_need_no_case() -> None:
    assert genitive_head(NOWHERE, "fi") == "Jossain:"
    assert genitive(NOWHERE, "fi") == "paikan Jossain"
    assert locative(NOWHERE, "fi") == "paikassa Jossain"
    assert genitive_head(NOWHERE, "en") == "Jossain’s"


def test_words_are_listed_as_the_language_does() -> None:
    assert join_words(["a", "b", "c"], "fi") == "a, b ja c"
    assert join_words(["a"], "en") == "a"
    assert join_words([], "en") == ""
