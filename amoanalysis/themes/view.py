"""A place seen through data and forecasts."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from amoanalysis.charts.exhibit import Exhibit
from amoanalysis.errors import UserError
from amoanalysis.files import data_folder
from amoanalysis.forecast import Forecast
from amoanalysis.places import Place
from amoanalysis.tables import Data
from amoanalysis.tables.load import MissingTable
from amoanalysis.text import check_language
from amoanalysis.themes.facts import Facts
from amoanalysis.themes.futures import Futures
from amoanalysis.themes.making import not_shown
from amoanalysis.themes.registry import NotKnown, declared, exhibit_ids
from amoanalysis.themes.telling import Told, told

# The year that most plans are made for: shown where an exhibit shows one year ahead.
PLANNED_YEAR = 2035


@dataclass(frozen=True)
class PlaceView:
    """A municipality, a sub-region or the region, in a language and under one or more scenarios.

    Attributes:
        place: what is looked at.
        lang: fi, en or sv.
        scenarios: the first is shown where an exhibit shows one; the others are compared with the baseline.
        futures: the forecasts; shared by the views made from this one.
    """

    place: Place
    lang: str
    scenarios: tuple[str, ...]
    futures: Futures

    def show(self, exhibit: str) -> Exhibit:
        """Makes an exhibit.

        Args:
            exhibit: its id.

        Returns:
            The exhibit; where the place lacks the figures it says what is missing and why.

        Raises:
            UserError: if there is no such exhibit.
        """
        found = declared(exhibit)
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
        return told(self, template)

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

    @property
    def data(self) -> Data:
        """The tables."""
        return self.futures.data

    @property
    def members(self) -> tuple[str, ...]:
        """Codes of the municipalities that the place consists of."""
        return self.place.members or (self.place.code,)

    @property
    def forecast(self) -> Forecast:
        """The forecast of the first scenario."""
        return self.futures.of(self.scenarios[0], self.scenarios)

    @property
    def baseline(self) -> Forecast:
        """The forecast that scenarios are held against."""
        return self.futures.of(self.futures.reference(self.scenarios), self.scenarios)

    @property
    def others(self) -> list[Forecast]:
        """The forecasts that are compared with the baseline: those asked for, else of all scenarios of the folder."""
        names = self.futures.others(self.scenarios)
        return [self.futures.of(name, names) for name in names]

    @property
    def year(self) -> int:
        """The year ahead that exhibits of a single year show."""
        return min(PLANNED_YEAR, self.futures.until)


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


def covered(data: Data, word: str) -> Place:
    """The place that a word means, if it is forecast.

    Raises:
        UserError: if there is no such place, or it lies outside the region.
    """
    place = data.places.find(word)
    if not set(place.members or (place.code,)) <= set(data.places.region.members):
        inside = [p.named("fi") for p in (*data.places.municipalities(), *data.places.areas())]
        raise UserError(f"{place.named('fi')} is not forecast: there are {', '.join(inside)}.")
    return place


def _setting(given: int | None, variable: str, usual: int) -> int:
    if given is not None:
        return given
    said = os.environ.get(variable, "").strip()
    if said and not said.isdigit():
        raise UserError(f"{variable} is '{said}': set it to a whole number.")
    return int(said) if said else usual
