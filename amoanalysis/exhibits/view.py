"""A place seen through data and forecasts."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from amoanalysis.config.files import data_folder
from amoanalysis.config.text import check_language
from amoanalysis.data.load import Data, MissingTable
from amoanalysis.errors import UserError
from amoanalysis.exhibits.builder import not_shown
from amoanalysis.exhibits.catalogue import exhibit_ids, exhibit_named
from amoanalysis.exhibits.context import Context, NotKnown, Told, covered
from amoanalysis.exhibits.drawing.exhibit import Exhibit
from amoanalysis.exhibits.facts import Facts, told
from amoanalysis.pipeline.scenario_runs import Futures


@dataclass(frozen=True)
class PlaceView(Context):
    """A place in a language under one or more scenarios: its exhibits and its facts."""

    def show(self, exhibit: str) -> Exhibit:
        """Makes an exhibit.

        Args:
            exhibit: its id.

        Returns:
            The exhibit; where the place lacks the figures it says what is missing and why.

        Raises:
            UserError: if there is no such exhibit.
        """
        found = exhibit_named(exhibit)
        try:
            return found.build(self)
        except NotKnown as gap:
            return not_shown(self, found, gap)
        except MissingTable as error:
            return not_shown(self, found, NotKnown("table", said=str(error)))

    def exhibits(self, theme: str | None = None) -> list[str]:
        """Ids of the exhibits there are.

        Args:
            theme: labour, training, attractiveness or foresight; all by default.

        Raises:
            UserError: if there is no such theme.
        """
        return exhibit_ids(theme)

    @cached_property
    def facts(self) -> Facts:
        """Headline figures by name, each computed when it is asked for; shares and rates in per cent."""
        return Facts(self)

    def tell(self, template: str) -> Told:
        """Fills the facts into a text, each written as the language writes it.

        `{population_2040}` gives "7 735", `{population_2040_band}` "7 735 (6 994–8 649)": median and 80 % interval.

        Args:
            template: markdown with names of facts in braces.

        Returns:
            The text; a notebook shows it as markdown.

        Raises:
            UserError: if a name is not a fact; the nearest is proposed.
        """
        return told(self.facts, template)

    def at(self, place: str | None = None, lang: str | None = None) -> "PlaceView":
        """The same data and forecasts seen from another place or in another language.

        Raises:
            UserError: if the place is unknown or not covered, or the language unknown.
        """
        other = self.place if place is None else covered(self.data, place)
        return replace(self, place=other, lang=check_language(lang or self.lang))

    def under(self, *scenarios: str) -> "PlaceView":
        """The same place under other scenarios; forecasts that were run are kept.

        Args:
            scenarios: names or files; the first is the one shown, the others are compared with the baseline.

        Raises:
            UserError: if none is named, or a scenario is unknown.
        """
        if not scenarios:
            raise UserError("No scenario is named: give at least one, such as 'baseline'.")
        for name in scenarios:
            self.futures.scenario(name)
        return replace(self, scenarios=tuple(scenarios))


def open_place(
    place: str = "Kolari",
    *,
    scenarios: Sequence[str] = ("baseline",),
    lang: str = "fi",
    data: Data | Path | str | None = None,
    draws: int | None = None,
    until: int | None = None,
    seed: int | None = None,
) -> PlaceView:
    """Opens a place; tables and forecasts are read when an exhibit or a fact needs them.

    Args:
        place: a municipality, sub-region or region by name, code or slug.
        scenarios: names or files; the first is the one shown, the others are compared with the baseline.
        lang: fi, en or sv.
        data: tables or their folder; the snapshot (or AMO_DATA) by default.
        draws: how many futures; AMO_DRAWS or 1,000 by default.
        until: last year; AMO_UNTIL or 2040 by default.
        seed: of the runs; AMO_SEED or 2008 by default.

    Returns:
        The view.

    Raises:
        UserError: if place, scenario, language or a number is off.
    """
    tables = data if isinstance(data, Data) else Data(data_folder(data))
    names = (scenarios,) if isinstance(scenarios, str) else tuple(scenarios)
    if not names:
        raise UserError("No scenario is named: give at least one, such as 'baseline'.")
    futures = Futures(
        tables,
        _setting(until, "AMO_UNTIL", 2040),
        _setting(draws, "AMO_DRAWS", 1000),
        _setting(seed, "AMO_SEED", 2008),
    )
    for name in names:
        futures.scenario(name)
    return PlaceView(covered(tables, place), check_language(lang), names, futures)


def _setting(given: int | None, variable: str, usual: int) -> int:
    if given is not None:
        return given
    said = os.environ.get(variable, "").strip()
    if said and not said.isdigit():
        raise UserError(f"{variable} is '{said}': set it to a whole number.")
    return int(said) if said else usual
