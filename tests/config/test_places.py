import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amoanalysis.config.files import data_folder
from amoanalysis.config.places import Place, Places
from amoanalysis.errors import DataError, UserError

pytestmark = pytest.mark.unit

PLACES = Places.load(data_folder())
SIX = ["047", "261", "273", "498", "854", "976"]
Edit = Callable[[str, str], str]


@pytest.fixture
def broken(tmp_path: Path) -> Edit:
    """The sentence that a change to `places.toml` gets."""

    def change(old: str, new: str) -> str:
        shutil.copy(data_folder() / "places.toml", tmp_path)
        path = tmp_path / "places.toml"
        content = path.read_text(encoding="utf-8")
        assert old in content
        path.write_text(content.replace(old, new, 1), encoding="utf-8")
        return refused(tmp_path)

    return change


def refused(folder: Path) -> str:
    with pytest.raises(DataError) as caught:
        Places.load(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def place(code: str, kind: str = "municipality", **more: object) -> Place:
    block = {"name": {"fi": f"Nimi {code}"}, "slug": f"nimi-{code}", "colour": "#123456", **more}
    return Place.model_validate({"code": code, "kind": kind, **block})


# Finding


@pytest.mark.parametrize(
    ("word", "code"),
    [
        (273, "273"),
        ("273", "273"),
        ("KU273", "273"),
        ("ku273", "273"),
        ("kolari", "273"),
        ("Kolari ", "273"),
        ("KOLARI", "273"),
        (47, "047"),
        ("47", "047"),
        ("047", "047"),
        ("KU047", "047"),
        ("Enontekiö", "047"),
        ("ENONTEKIÖ", "047"),
        ("enontekio", "047"),
        ("Enontekis", "047"),
        ("Eanodat", "047"),
        ("Muoná", "498"),
        ("Gihttel", "261"),
        ("Övertorneå", "976"),
        ("Torneå", "851"),
        ("Fell Lapland", "SK196"),
        ("fell  lapland", "SK196"),
        ("Tornionlaakso", "SK193"),
        ("Lapland", "MK19"),
        ("sss", "SSS"),
    ],
)
def test_a_place_is_found_by_code_name_in_any_language_or_slug(word: str | int, code: str) -> None:
    assert PLACES.find(word).code == code


@given(
    st.sampled_from(sorted(PLACES.all)),
    st.sampled_from(["code", "slug", "fi", "sv", "en", "se"]),
    st.sampled_from([str, str.upper, str.title, str.casefold]),
    st.sampled_from(["", " ", "\t", "\u00a0"]),
)
def test_every_name_of_every_place_leads_to_it(code: str, kind: str, case: Callable[[str], str], blank: str) -> None:
    known = PLACES[code]
    word = getattr(known, kind) if kind in ("code", "slug") else known.name_in(kind)
    assert PLACES.find(f"{blank}{case(word)}{blank}") is known


@given(st.text(max_size=20) | st.integers())
def test_any_word_is_found_or_refused_in_one_sentence(word: str | int) -> None:
    try:
        assert PLACES.find(word) in PLACES.all.values()
    except UserError as error:
        assert str(error).startswith(f"There is no place '{word}'")


@pytest.mark.parametrize(
    ("word", "near"),
    [("Kolarri", "Kolari"), ("kitila", "Kittilä"), ("Övertornea", "Övertorneå"), ("Eanodatt", "Eanodat")],
)
def test_an_unknown_place_gets_the_nearest_name_and_the_list(word: str, near: str) -> None:
    with pytest.raises(UserError, match=f"There is no place '{word}': did you mean '{near}'") as caught:
        PLACES.find(word)
    assert "Enontekiö" in str(caught.value)


# The declared file


def test_the_region_is_the_six_municipalities_of_the_programme() -> None:
    assert [known.code for known in PLACES.municipalities()] == SIX
    assert PLACES.region.code == "region"
    assert all(known.kind == "municipality" for known in PLACES.municipalities())


def test_the_areas_are_sums_of_municipalities_and_the_sub_regions_make_up_the_region() -> None:
    areas = {area.code: area for area in PLACES.areas()}
    assert list(areas) == ["region", "SK196", "SK193"]
    assert sorted(areas["SK196"].members + areas["SK193"].members) == SIX


def test_a_sub_region_that_reaches_beyond_the_region_is_no_area_of_it() -> None:
    beyond = [place("001"), place("002"), place("r", "region", members=["001"])]
    areas = [place("s", "subregion", members=["001"]), place("t", "subregion", members=["001", "002"])]
    assert [area.code for area in Places([*beyond, *areas]).areas()] == ["r", "s"]


def test_every_place_has_a_name_in_every_language_of_ours() -> None:
    assert all({"fi", "en", "sv"} <= set(known.name) for known in PLACES.all.values())
    assert PLACES["854"].name_in("se") == "Pello"
    assert PLACES["273"].name_in("xx") == "Kolari"


def test_municipality_codes_have_three_digits_and_a_reference_for_their_vital_rates() -> None:
    codes = [known for known in PLACES.all.values() if known.kind == "municipality"]
    assert all(len(known.code) == 3 and known.code.isdigit() for known in codes)
    assert all(known.reference in PLACES for known in codes)


def test_no_two_places_have_one_slug_or_one_colour() -> None:
    for mark in ("slug", "colour"):
        marks = [getattr(known, mark) for known in PLACES.all.values()]
        assert len(set(marks)) == len(marks), mark


def test_codes_are_known_as_they_are_written() -> None:
    assert "273" in PLACES and PLACES["273"].name_in("fi") == "Kolari"
    assert "Kolari" not in PLACES


def test_a_place_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        PLACES["273"].colour = "#000000"


# Damage


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('colour = "#c60568"', 'color = "#c60568"', "places.toml, place.273: the key 'color' is unknown: did you"),
        ('slug = "kolari"', "", "places.toml, place.273: 'slug' is missing: add it."),
        ('slug = "kolari"', 'slug = ""', "places.toml, place.273: 'slug' is '': it takes a text that is not empty."),
        ('"#c60568"', '"red"', "places.toml, place.273: its colour is 'red': write it as '#rrggbb' in lower case."),
        ('{ fi = "Kolari", ', "{ ", "places.toml, place.273: it has no Finnish name: add fi to its name."),
        ('"047", "261", "273", "498", "854"', '"047", "261", "237"',
         "places.toml: region refers to the place '237', which has no block: add one, or remove the code."),
        ('reference = "MK19"', 'reference = "MK20"',
         "places.toml: 047 refers to the place 'MK20', which has no block: add one, or remove the code."),
        ('slug = "kolari"', 'slug = "muonio"', "places.toml: 'muonio' means both 273 and 498: rename one."),
        ("[place.047]", "[place.region.047]", "places.toml, place.region: the key '047' is unknown: known are"),
        ("[place.047]", "[plac.047]", "places.toml: the key 'plac' is unknown: every block is a [place.CODE]."),
        ("[place.047]", "[place.047", "places.toml cannot be used (Expected ']'"),
    ],
)  # fmt: skip
def test_a_broken_file_gets_one_sentence_that_says_where(broken: Edit, old: str, new: str, sentence: str) -> None:
    assert broken(old, new).startswith(sentence)


def test_a_kind_that_does_not_exist_is_answered_with_those_that_do(broken: Edit) -> None:
    said = broken('kind = "subregion"', 'kind = "sub-region"')
    assert said.startswith("places.toml, place.SK196: 'kind' is 'sub-region': it takes 'municipality', 'subregion'")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "places.toml declares no place: add a block [place.CODE] for each."),
        (b"place = 5", "places.toml declares no place: add a block [place.CODE] for each."),
        (b"[place]\n273 = 'Kolari'", "places.toml: place.273 is 'Kolari': write a block [place.273]."),
        ("[place]\na = 'ä'".encode("latin-1"), "places.toml cannot be used ('utf-8' codec"),
        (None, "places.toml cannot be used ([Errno 2]"),
    ],
)
def test_an_empty_foreign_or_absent_file_gets_one_sentence(
    tmp_path: Path, content: bytes | None, sentence: str
) -> None:
    if content is not None:
        (tmp_path / "places.toml").write_bytes(content)
    assert refused(tmp_path).startswith(sentence)


@pytest.mark.parametrize("regions", [0, 2])
def test_there_is_exactly_one_region(regions: int) -> None:
    places = Places([place("001"), *(place(f"r{i}", "region", members=["001"]) for i in range(regions))])
    with pytest.raises(DataError, match=f"declares {regions} places of kind region: it takes exactly one"):
        _ = places.region
