"""Errors of the library: one sentence each, saying what was wrong, where, and what to do."""

from collections.abc import Iterable

from rapidfuzz import fuzz, process


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


def unknown(kind: str, word: str, known: Iterable[str]) -> UserError:
    """Says that a word is not one of those known, names the nearest, and lists them all.

    Args:
        kind: what the word should have been, in the singular ("scenario").
        word: what the user wrote.
        known: the words there are.

    Returns:
        The error, to be raised by the caller.
    """
    words = sorted(known)
    listing = ", ".join(words) if words else "none"
    near = nearest(word, words)
    hint = f"did you mean '{near}'? " if near else ""
    return UserError(f"There is no {kind} '{word}': {hint}there are {listing}.")


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that looks most like the one given, or None where none does."""
    found = process.extractOne(word.casefold(), list(known), scorer=fuzz.ratio, processor=str.casefold, score_cutoff=60)
    return found[0] if found else None
