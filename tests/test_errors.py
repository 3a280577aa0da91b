from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, ValidationError

from amoanalysis import errors
from amoanalysis.errors import (
    AmoError,
    DataError,
    ShapeError,
    UserError,
    describe_first_fault,
    find_nearest,
    format_value,
    unknown_name_error,
)

pytestmark = pytest.mark.unit

WORDS = ("Kolari", "Kittilä", "Muonio")


class Block(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    colour: str
    members: tuple[str, ...] = ()
    size: float = 0.0


def fault(**block: object) -> str:
    with pytest.raises(ValidationError) as caught:
        Block.model_validate(block)
    return describe_first_fault(caught.value, lambda _: Block.model_fields)


@pytest.mark.parametrize(("kind", "code"), [(AmoError, 1), (DataError, 1), (ShapeError, 1), (UserError, 2)], ids=str)
def test_exit_codes_tell_a_failed_run_from_words_that_are_off(kind: type[AmoError], code: int) -> None:
    assert kind("x").exit_code == code
    assert issubclass(kind, AmoError)


def test_an_unknown_word_gets_the_nearest_and_all_there_are() -> None:
    error = unknown_name_error("place", "Kolarri", WORDS)
    assert isinstance(error, UserError)
    assert str(error) == "There is no place 'Kolarri': did you mean 'Kolari'? there are Kittilä, Kolari, Muonio."


def test_a_word_like_none_of_them_gets_no_guess() -> None:
    assert (
        str(unknown_name_error("place", "xyz", WORDS)) == "There is no place 'xyz': there are Kittilä, Kolari, Muonio."
    )
    assert str(unknown_name_error("scenario", "a", [])) == "There is no scenario 'a': there are none."


def test_words_that_are_not_listed_may_be_guessed() -> None:
    sentence = str(unknown_name_error("place", "Övertorneo", ["Ylitornio"], also=["Övertorneå"]))
    assert sentence == "There is no place 'Övertorneo': did you mean 'Övertorneå'? there are Ylitornio."


@given(st.sampled_from(WORDS), st.integers(0, 5), st.sampled_from("xqz"))
def test_one_letter_too_many_still_finds_the_word(word: str, position: int, letter: str) -> None:
    typo = word[:position] + letter + word[position:]
    assert find_nearest(typo.upper(), WORDS) == word


@given(st.text(max_size=30))
def test_any_word_whatever_gets_a_guess_from_the_list_or_none(word: str) -> None:
    assert find_nearest(word, WORDS) in (*WORDS, None)
    assert find_nearest(word, []) is None


@pytest.mark.parametrize(
    ("block", "sentence"),
    [
        ({"colur": "red"}, "the key 'colur' is unknown: did you mean 'colour'?"),
        ({"colour": "red", "xyz": 1}, "the key 'xyz' is unknown: known are colour, members, size."),
        ({}, "'colour' is missing: add it."),
        ({"colour": 3}, "'colour' is 3: it takes a text in quotes."),
        (
            {"colour": "red", "size": "0,5"},
            "'size' is '0,5': it takes a number, with a decimal point and without quotes.",
        ),
        ({"colour": "red", "members": "047"}, "'members' is '047': it takes a list in square brackets."),
    ],
)
def test_a_fault_of_a_declared_file_is_one_sentence(block: dict[str, object], sentence: str) -> None:
    assert fault(**block) == sentence


@pytest.mark.parametrize(
    ("value", "words"),
    [(True, "true"), ({"a": 1}, "a table"), ([1], "a list"), ("0,03", "'0,03'"), (0.03, "0.03"), (Path("a"), "a")],
)
def test_a_wrong_value_is_repeated_as_the_file_has_it(value: object, words: str) -> None:
    assert format_value(value) == words


def test_a_long_value_is_cut() -> None:
    assert len(format_value("x" * 1000)) < 50


def test_every_error_of_ours_says_what_it_is_for() -> None:
    ours = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, AmoError)]
    assert len(ours) == 4
    assert all(kind.__doc__ for kind in ours)
