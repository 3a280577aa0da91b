from collections.abc import Callable
from pathlib import Path

import pytest

from amoanalysis.data.schemas.economy import EXAMPLES

pytestmark = pytest.mark.unit
GOOD = "273,Lappia,Kolari,mining,Kaivosalan ammattitutkinto,vocational,2027,16"
DAMAGES = {
    "an unknown municipality": (
        "273,Lappia,Kolari",
        "237,Lappia,Kolari",
        "amo: form.csv row 2, column place: '237' is not a place of places.toml: correct the cell.",
    ),
    "negative places": (
        "2027,16,",
        "2027,-16,",
        "amo: form.csv row 2, column places: '-16' is below 0: correct the cell.",
    ),
    "a missing column": (
        "places,graduates",
        "graduates",
        "amo: {folder}/form.csv row 1 lacks the column 'places': add it.",
    ),
    "a decimal comma": (
        "2027,16,",
        '2027,"16,5",',
        "amo: {folder}/form.csv row 2, column places: '16,5' is not a whole number: write a decimal point.",
    ),
    "a duplicate row": (
        GOOD,
        f"{GOOD},,told_by_provider,Lappia,,read\n{GOOD}",
        "amo: form.csv row 3 repeats the key place 273, provider Lappia, campus Kolari, programme Kaivosalan "
        "ammattitutkinto, year 2027: keep one row.",
    ),
}


@pytest.fixture
def form(amo: Callable, tmp_path: Path) -> Path:
    path = tmp_path / "form.csv"
    assert amo("data", "template", "training_supply", "--out", path).code == 0
    return path


@pytest.mark.parametrize("name", list(EXAMPLES))
def test_a_template_is_written_explained_and_valid(amo, tmp_path: Path, name: str) -> None:
    path = tmp_path / "form.csv"
    result = amo("data", "template", name, "--out", path)
    assert result.code == 0
    assert all(f"  {heading}: " in result.out for heading in path.read_text(encoding="utf-8").split("\n")[0].split(","))
    result = amo("data", "validate", path, "--as", name)
    assert (result.code, result.err) == (0, "")
    assert "In order: form.csv holds 2 rows" in result.out


def test_unknown_values_are_counted_as_unknown_not_as_zero(amo, form: Path) -> None:
    assert "places: unknown in 1 of 2 rows" in amo("data", "validate", form, "--as", "training_supply").out


@pytest.mark.parametrize("damage", list(DAMAGES))
def test_an_invalid_form_gets_one_sentence(amo, form: Path, damage: str) -> None:
    old, new, sentence = DAMAGES[damage]
    content = form.read_text(encoding="utf-8")
    assert old in content
    form.write_text(content.replace(old, new, 1), encoding="utf-8")
    result = amo("data", "validate", form, "--as", "training_supply")
    assert result.code == 1
    assert result.sentence == sentence.format(folder=form.parent.name)
    assert result.out == ""


def test_rows_may_be_in_any_order(amo, form: Path) -> None:
    head, first, second, _ = form.read_text(encoding="utf-8").split("\n")
    form.write_text(f"{head}\n{second}\n{first}\n", encoding="utf-8")
    assert amo("data", "validate", form, "--as", "training_supply").code == 0


def test_counts_below_the_disclosure_limit_are_refused(amo, tmp_path: Path) -> None:
    path = tmp_path / "form.csv"
    amo("data", "template", "mining_interest", "--out", path)
    path.write_text(path.read_text(encoding="utf-8").replace(",25,", ",3,"), encoding="utf-8")
    result = amo("data", "validate", path, "--as", "mining_interest")
    assert result.code == 1
    assert "column persons: '3' is below 5" in result.sentence


def test_invalid_arguments_of_template_and_validate_exit_with_2(amo, form: Path, tmp_path: Path) -> None:
    assert amo("data", "template", "training_suply").code == 2
    assert "did you mean 'training_supply'" in amo("data", "template", "training_suply").sentence
    assert amo("data", "validate", form, "--as", "population").code == 2
    assert amo("data", "validate", tmp_path / "none.csv", "--as", "training_supply").code == 2
    result = amo("data", "template", "training_supply", "--out", form)
    assert result.code == 2
    assert "exists already" in result.sentence
