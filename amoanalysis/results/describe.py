"""Descriptions of measures and assumptions: definition, unit, source and use, in three languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

import pandas as pd

from amoanalysis.config.assumptions import Assumption, list_assumptions
from amoanalysis.config.files import data_folder
from amoanalysis.config.scenarios import BASELINE, load_scenario
from amoanalysis.config.text import check_language, text
from amoanalysis.errors import unknown_name_error
from amoanalysis.results.measures import MEASURES, TOTAL


@dataclass(frozen=True)
class Description:
    """What a measure or an assumption is.

    Attributes:
        name: the word that the API takes.
        title: its name in the language.
        definition: what it counts, where and when; for an assumption its reason.
        unit: unit of its values.
        groups: groups that it is divided into.
        source: statistics and model that it comes from.
        enters: where it enters, and what depends on it.
        values: median and 80 % interval of an assumption.
    """

    name: str
    title: str
    definition: str
    unit: str
    groups: tuple[str, ...] = ()
    source: str = ""
    enters: str = ""
    values: tuple[float, float, float] | None = None

    def _rows(self) -> list[tuple[str, str]]:
        rows = [("definition", self.definition), ("unit", self.unit), ("source", self.source), ("enters", self.enters)]
        if self.values is not None:
            value, low, high = self.values
            rows.insert(1, ("median (80 % interval)", f"{value:g} ({low:g} to {high:g})"))
        if self.groups:
            rows.append(("groups", ", ".join(self.groups)))
        return [(key, value) for key, value in rows if value]

    def __str__(self) -> str:
        """Plain text, a line an entry."""
        return "\n".join([f"{self.name}: {self.title}", *(f"  {key}: {value}" for key, value in self._rows())])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        cells = "".join(f"<tr><th>{escape(key)}</th><td>{escape(value)}</td></tr>" for key, value in self._rows())
        return f"<p><strong>{escape(self.name)}</strong>: {escape(self.title)}</p><table>{cells}</table>"


def describe(name: str | None = None, lang: str = "en") -> Description | pd.DataFrame:
    """Describes a measure of the forecast or an assumption; without a name, lists all measures.

    Args:
        name: a measure ("labour_demand") or the dotted path of an assumption ("tourism.growth").
        lang: fi, en or sv; assumptions are declared in English.

    Returns:
        The description; without a name a DataFrame: measure, name, unit, definition, groups.

    Raises:
        UserError: if there is neither a measure nor an assumption of that name; the nearest is proposed.
    """
    check_language(lang)
    if name is None:
        found = [_describe_measure(measure, lang) for measure in MEASURES]
        rows = [(d.name, d.title, d.unit, d.definition, len(d.groups) or 1) for d in found]
        return pd.DataFrame(rows, columns=["measure", "name", "unit", "definition", "groups"])
    if name in MEASURES:
        return _describe_measure(name, lang)
    assumptions = {
        assumption.path: assumption
        for assumption in list_assumptions(load_scenario(BASELINE, data_folder()).assumptions)
    }
    if name in assumptions:
        return _describe_assumption(assumptions[name])
    raise unknown_name_error("measure", name, MEASURES, assumptions)


def _describe_measure(name: str, lang: str) -> Description:
    known = MEASURES[name]
    unit = text("measure.unit." + re.sub(r"[ /-]", "_", known.unit), lang)
    groups = () if known.dimension == TOTAL else known.groups
    title, definition, source, enters = (
        text(f"measure.{name}.{part}", lang) for part in ("name", "definition", "source", "enters")
    )
    return Description(name, title, definition, unit, groups, source, enters)


def _describe_assumption(found: Assumption) -> Description:
    section, _, field = found.path.partition(".")
    title = f"assumption of {section.replace('_', ' ')}: {field.replace('_', ' ')}"
    return Description(
        found.path, title, found.why, found.unit, source=found.source, values=(found.value, found.low, found.high)
    )
