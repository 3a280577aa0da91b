"""A place with its exhibits and facts: the entry point of notebooks."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from amoanalysis.config.files import data_folder
from amoanalysis.config.text import check_language
from amoanalysis.data.load import Data, MissingTable
from amoanalysis.errors import UserError
from amoanalysis.exhibits.builder import build_missing_exhibit
from amoanalysis.exhibits.catalogue import get_exhibit, list_exhibit_ids
from amoanalysis.exhibits.context import Context, MissingFigures, Narrative, find_covered_place
from amoanalysis.exhibits.drawing.exhibit import Exhibit
from amoanalysis.exhibits.facts import Facts, fill_template
from amoanalysis.pipeline.scenario_runs import ScenarioRuns


@dataclass(frozen=True)
class PlaceView(Context):
    """A place in a language under one or more scenarios: its exhibits and its facts."""

    def show(self, exhibit: str) -> Exhibit:
        """Builds an exhibit.

        Args:
            exhibit: id of the exhibit.

        Returns:
            The exhibit; if figures of the place are missing, it states which and why.

        Raises:
            UserError: if the id is unknown.
        """
        spec = get_exhibit(exhibit)
        try:
            return spec.build(self)
        except MissingFigures as missing:
            return build_missing_exhibit(self, spec, missing)
        except MissingTable as error:
            return build_missing_exhibit(self, spec, MissingFigures("table", said=str(error)))

    def exhibits(self, theme: str | None = None) -> list[str]:
        """Ids of the exhibits.

        Args:
            theme: labour, training, attractiveness or foresight; all by default.

        Raises:
            UserError: if the theme is unknown.
        """
        return list_exhibit_ids(theme)

    @cached_property
    def facts(self) -> Facts:
        """Headline figures by name, computed on first use; shares and rates in per cent."""
        return Facts(self)

    def tell(self, template: str) -> Narrative:
        """Fills facts into a text, formatted for the language.

        `{population_2040}` gives "7 735", `{population_2040_band}` "7 735 (6 994–8 649)": median and 80 % interval.

        Args:
            template: markdown with names of facts in braces.

        Returns:
            The text; a notebook shows it as markdown.

        Raises:
            UserError: if a name is not a fact; the message suggests the nearest.
        """
        return fill_template(self.facts, template)


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
        scenarios: names or files; the first is shown, the others are compared with the baseline.
        lang: fi, en or sv.
        data: tables or their folder; the snapshot (or AMO_DATA) by default.
        draws: number of draws; AMO_DRAWS or 1,000 by default.
        until: last year; AMO_UNTIL or 2040 by default.
        seed: random seed; AMO_SEED or 2008 by default.

    Returns:
        The view.

    Raises:
        UserError: if the place, a scenario, the language or a number is invalid.
    """
    tables = data if isinstance(data, Data) else Data(data_folder(data))
    names = (scenarios,) if isinstance(scenarios, str) else tuple(scenarios)
    if not names:
        raise UserError("No scenario is named: give at least one, such as 'baseline'.")
    runs = ScenarioRuns(
        tables,
        _read_setting(until, "AMO_UNTIL", 2040),
        _read_setting(draws, "AMO_DRAWS", 1000),
        _read_setting(seed, "AMO_SEED", 2008),
    )
    for name in names:
        runs.scenario(name)
    return PlaceView(find_covered_place(tables, place), check_language(lang), names, runs)


def _read_setting(given: int | None, variable: str, default: int) -> int:
    if given is not None:
        return given
    value = os.environ.get(variable, "").strip()
    if value and not value.isdigit():
        raise UserError(f"{variable} is '{value}': set it to a whole number.")
    return int(value) if value else default
