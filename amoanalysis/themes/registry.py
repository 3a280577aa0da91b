"""The exhibits there are: each declares itself with its id and theme."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from amoanalysis.errors import AmoError, unknown
from amoanalysis.text import text

if TYPE_CHECKING:
    from amoanalysis.charts.exhibit import Exhibit
    from amoanalysis.themes.view import PlaceView

    Build = Callable[[PlaceView], Exhibit]

THEMES = ("labour", "training", "attractiveness", "foresight")


@dataclass(frozen=True)
class Declared:
    """An exhibit that can be asked for.

    Attributes:
        id: its name, the same for every place.
        theme: the theme it belongs to.
        form: how it is drawn.
        build: makes it for a view.
    """

    id: str
    theme: str
    form: str
    build: Build


class NotKnown(Exception):
    """What an exhibit needs is not known for its place; the exhibit then says so instead of a chart."""

    def __init__(self, key: str, **parts: str | float) -> None:
        super().__init__(key)
        self.key = key
        self.parts = parts

    def said(self, lang: str) -> str:
        """What is missing and why, in a language."""
        return text(f"missing.{self.key}", lang, **self.parts)


_DECLARED: dict[str, Declared] = {}


def exhibit(name: str, *, theme: str, form: str) -> Callable[[Build], Build]:
    """Declares a function as the maker of an exhibit.

    Args:
        name: id of the exhibit.
        theme: one of THEMES.
        form: one of the forms of chart.

    Returns:
        The decorator; it leaves the function as it is.

    Raises:
        AmoError: if the id is taken or the theme unknown.
    """
    if name in _DECLARED:
        raise AmoError(f"The exhibit '{name}' is declared twice: give one of them another id.")
    if theme not in THEMES:
        raise unknown("theme", theme, THEMES)

    def declare(build: Build) -> Build:
        _DECLARED[name] = Declared(name, theme, form, build)
        return build

    return declare


def declared(name: str) -> Declared:
    """The exhibit of that id.

    Raises:
        UserError: if there is none; the nearest is proposed.
    """
    if name not in _DECLARED:
        raise unknown("exhibit", name, _DECLARED)
    return _DECLARED[name]


def exhibit_ids(theme: str | None = None) -> list[str]:
    """Ids of all exhibits, or of those of a theme, in the order of the themes.

    Raises:
        UserError: if there is no such theme.
    """
    if theme is not None and theme not in THEMES:
        raise unknown("theme", theme, THEMES)
    rows = [found for found in _DECLARED.values() if theme in (None, found.theme)]
    return [found.id for found in sorted(rows, key=lambda found: THEMES.index(found.theme))]
