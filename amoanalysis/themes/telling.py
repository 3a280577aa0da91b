"""Sentences with figures in them: the figures are filled in from the facts, never typed."""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import TYPE_CHECKING

from amoanalysis.errors import UserError
from amoanalysis.text import number, text
from amoanalysis.themes.words import percent

if TYPE_CHECKING:
    from amoanalysis.themes.view import PlaceView

BAND = "_band"
RATES = ("unemployment_rate", "error_", "return_rate")
# Few return for a visit: less than a tenth is said with two digits, less than ten with one.
RETURNERS, SMALL, WHOLE = "returners", 0.095, 9.5


@dataclass(frozen=True)
class Told:
    """A finished text; a notebook shows it as markdown.

    Attributes:
        text: the markdown.
    """

    text: str

    def __str__(self) -> str:
        """The text itself."""
        return self.text

    def _repr_markdown_(self) -> str:
        return self.text


def told(view: PlaceView, template: str) -> Told:
    """Fills facts into a text.

    Args:
        view: the place.
        template: markdown; `{name}` is a fact, `{name_band}` a fact with its 80 % interval, `{{` a brace.

    Returns:
        The text.

    Raises:
        UserError: if a name is not a fact, a fact has no interval, or a brace is not closed.
    """
    try:
        pieces = list(string.Formatter().parse(template))
    except ValueError as error:
        raise UserError(f"The text cannot be filled in ({error}): write a brace that is meant as one twice.") from error
    return Told("".join(before + (_filled(view, name) if name is not None else "") for before, name, _, _ in pieces))


def written(view: PlaceView, name: str, value: float | str) -> str:
    """A fact as the language writes it: years bare, shares with a percent sign, the rest as whole numbers.

    Args:
        view: for the language.
        name: of the fact; its ending says what it is.
        value: the fact.
    """
    if isinstance(value, str):
        return value
    if name.endswith("year"):
        return str(round(value))
    if RETURNERS in name:
        return number(value, view.lang, 0 if abs(value) >= WHOLE else 1 if abs(value) >= SMALL else 2)
    if name.startswith(RATES) or name.endswith(("_share", "_change_percent")):
        signed = name.endswith("_change_percent")
        return percent(value, view.lang, 0 if name.endswith("_share") else 1, sign=signed)
    return number(value, view.lang, sign=name.endswith("_change"))


def _filled(view: PlaceView, name: str) -> str:
    facts = view.facts
    if not name.endswith(BAND):
        return written(view, name, facts[name])
    plain = name.removesuffix(BAND)
    facts[plain]
    band = facts.band(plain)
    if band is None:
        raise UserError(f"The fact '{plain}' has no interval: only facts of a forecast year have one.")
    ends = {key: written(view, plain, getattr(band, key)) for key in ("value", "low", "high")}
    return text("fact.band", view.lang, **ends)
