"""Errors of the library: each is one sentence that says what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

# The expected value in a declared file, by pydantic's type of error.
_EXPECTED = {
    "bool_type": "true or false",
    "dict_type": "a table of its own",
    "finite_number": "a number that is finite",
    "float_type": "a number, with a decimal point and without quotes",
    "int_type": "a whole number without quotes",
    "model_type": "a table of its own",
    "string_type": "a text in quotes",
    "string_too_short": "a text that is not empty",
    "tuple_type": "a list in square brackets",
}
_MAX_SHOWN = 40
"""Characters of a wrong value that an error message repeats."""
_MIN_SIMILARITY = 0.6
"""Least similarity (0 to 1) of a suggested word."""


class AmoError(Exception):
    """The run failed: exit code 1."""

    exit_code = 1


class UserError(AmoError):
    """Invalid user input, such as a name, a number or an option: exit code 2."""

    exit_code = 2


class DataError(AmoError):
    """Invalid data: a table, a response of a producer or an origin; exit code 1."""


class ShapeError(AmoError):
    """The shapes of two arrays do not match."""


def unknown_name_error(kind: str, word: str, known: Iterable[str], also: Iterable[str] = ()) -> UserError:
    """Makes the error for an unknown name: it suggests the most similar name and lists all known names.

    Args:
        kind: kind of thing that the name denotes, in the singular ("scenario").
        word: the unknown name.
        known: all known names; the message lists them.
        also: further names that can be suggested but are not listed.

    Returns:
        The error, to be raised by the caller.
    """
    words = sorted(known)
    near = find_nearest(word, [*words, *also])
    hint = f"did you mean '{near}'? " if near else ""
    return UserError(f"There is no {kind} '{word}': {hint}there are {_join(words)}.")


def find_nearest(word: str, known: Iterable[str]) -> str | None:
    """Returns the known word that is most similar to a word, ignoring case; None if no word is similar enough."""
    by_folded = {candidate.casefold(): candidate for candidate in known}
    matches = get_close_matches(word.casefold(), by_folded, n=1, cutoff=_MIN_SIMILARITY)
    return by_folded[matches[0]] if matches else None


def describe_first_fault(error: ValidationError, keys_at: Callable[[Sequence[str]], Iterable[str]]) -> str:
    """Describes the first fault in a declared file: the key, its value and the expected value.

    Args:
        error: the validation error; an unknown key is reported first, because a misspelt key also counts as missing.
        keys_at: returns the keys that are allowed under a path of the file.

    Returns:
        The message, starting with the key.
    """
    fault = min(error.errors(), key=lambda fault: fault["type"] != "extra_forbidden")
    where = [str(part) for part in fault["loc"]]
    path = ".".join(where)
    if fault["type"] == "extra_forbidden":
        known = list(keys_at(where[:-1]))
        near = find_nearest(where[-1], known)
        hint = f"did you mean '{near}'?" if near else f"known are {_join(known)}."
        return f"the key '{path}' is unknown: {hint}"
    if fault["type"] == "missing":
        return f"'{path}' is missing: add it."
    if fault["type"] == "value_error":
        message = f"{fault['msg'].removeprefix('Value error, ')}."
        return f"'{path}': {message}" if path else message
    return f"'{path}' is {format_value(fault['input'])}: it takes {_describe_expected(fault)}."


def format_value(value: Any) -> str:
    """Formats a wrong value of a declared file for an error message."""
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    if isinstance(value, bool):
        return str(value).lower()
    formatted = repr(value) if isinstance(value, str | int | float) else str(value)
    return formatted if len(formatted) <= _MAX_SHOWN else f"{formatted[:_MAX_SHOWN]}..."


def _describe_expected(fault: ErrorDetails) -> str:
    if fault["type"] == "literal_error":
        return str(fault["ctx"]["expected"])
    return _EXPECTED.get(fault["type"], f"something else ({fault['msg']})")


def _join(words: Iterable[str]) -> str:
    return ", ".join(sorted(words)) or "none"
