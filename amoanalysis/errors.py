"""Errors of the library: one sentence each, saying what was wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import fuzz, process

# What belongs where a declared file holds something else, by pydantic's word for the fault.
_BELONGS = {
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
_SHOWN = 40
"""Characters of a wrong value that an error repeats."""


class AmoError(Exception):
    """The run failed: exit code 1."""

    exit_code = 1


class UserError(AmoError):
    """The user's words are off - a name, a number, an option: exit code 2."""

    exit_code = 2


class DataError(AmoError):
    """A table, an answer of a producer or an origin is not what it should be: exit code 1."""


class ShapeError(AmoError):
    """Arrays that should agree in shape do not."""


def unknown_name_error(kind: str, word: str, known: Iterable[str], also: Iterable[str] = ()) -> UserError:
    """Says that a word is not one of those known, names the nearest, and lists them all.

    Args:
        kind: what the word should have been, in the singular ("scenario").
        word: what the user wrote.
        known: the words there are.
        also: further words that may be meant, too many to be listed.

    Returns:
        The error, to be raised by the caller.
    """
    words = sorted(known)
    near = find_nearest(word, [*words, *also])
    hint = f"did you mean '{near}'? " if near else ""
    return UserError(f"There is no {kind} '{word}': {hint}there are {_listed(words)}.")


def find_nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that looks most like the one given, or None where none does."""
    found = process.extractOne(word.casefold(), list(known), scorer=fuzz.ratio, processor=str.casefold, score_cutoff=60)
    return found[0] if found else None


def describe_first_fault(error: ValidationError, keys_at: Callable[[Sequence[str]], Iterable[str]]) -> str:
    """The first thing wrong in a declared file: which key, what stands there, what belongs there.

    Args:
        error: what pydantic found; an unknown key goes first, for a typo explains what is missing.
        keys_at: the keys that may stand at a place of the file, for the nearest of them.

    Returns:
        The sentence, from the key on.
    """
    fault = min(error.errors(), key=lambda fault: fault["type"] != "extra_forbidden")
    where = [str(part) for part in fault["loc"]]
    path = ".".join(where)
    if fault["type"] == "extra_forbidden":
        known = list(keys_at(where[:-1]))
        near = find_nearest(where[-1], known)
        hint = f"did you mean '{near}'?" if near else f"known are {_listed(known)}."
        return f"the key '{path}' is unknown: {hint}"
    if fault["type"] == "missing":
        return f"'{path}' is missing: add it."
    if fault["type"] == "value_error":
        said = f"{fault['msg'].removeprefix('Value error, ')}."
        return f"'{path}': {said}" if path else said
    return f"'{path}' is {format_value(fault['input'])}: it takes {_belongs(fault)}."


def format_value(value: Any) -> str:
    """A wrong value of a declared file as a sentence can repeat it."""
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    if isinstance(value, bool):
        return str(value).lower()
    written = repr(value) if isinstance(value, str | int | float) else str(value)
    return written if len(written) <= _SHOWN else f"{written[:_SHOWN]}..."


def _belongs(fault: ErrorDetails) -> str:
    if fault["type"] == "literal_error":
        return str(fault["ctx"]["expected"])
    return _BELONGS.get(fault["type"], f"something else ({fault['msg']})")


def _listed(words: Iterable[str]) -> str:
    return ", ".join(sorted(words)) or "none"
