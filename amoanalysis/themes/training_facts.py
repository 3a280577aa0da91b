"""Facts of theme 2: openings, the gap, training places, what is known of jobseekers and of training."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from amoanalysis.forecast.occupations import START
from amoanalysis.forecast.training_plan import NO_ROUTE, SHORT
from amoanalysis.themes.training_tables import (
    field_names,
    occupation_names,
    openings_table,
    outlook_of,
    places_a_year,
    plans_of,
    starts_table,
    year_of_birth,
)

if TYPE_CHECKING:
    from amoanalysis.themes.view import PlaceView

Maker = Callable[[], float | str]
NEEDED = ("employed_by_industry_and_occupation", "jobseekers_by_occupation", "employed_by_industry_and_age", "training")
PARTS = {
    "openings": "openings_ahead",
    "growth": "openings_growth",
    "replacement": "openings_replacement",
    "gap": "gap_ahead",
}
OTHERS = {"graduates": "openings_graduates", "seekers": "openings_seekers", "outside": "openings_outside"}


def training_facts(view: PlaceView) -> dict[str, Maker]:
    """The facts by name, nothing computed yet; none where the folder lacks the tables.

    Of the years from `outlook_start_year` to the year ahead: `openings_ahead`, `openings_growth`,
    `openings_replacement`, `gap_ahead` with `_low` and `_high`; `widest_gap` names the occupation short of most and
    `widest_gap_persons` says by how many; `places_a_year` is the need for places beyond today's, `widest_field` the
    field that needs most and `year_of_birth` the young people of 15-19 by year; `late_persons` is what all training
    comes too late for, `short_places` the short places.
    """
    if not all(view.data.has(name) for name in NEEDED) or view.futures.until <= START:
        return {}
    table, starts = cache(lambda: openings_table(view, view.year)), cache(lambda: starts_table(view))

    def of(part: str, end: str) -> Maker:
        return lambda: float(table().iloc[-1][f"{part}{end}"])

    named = {**PARTS, **OTHERS}
    return {
        **{f"{name}{end}": of(part, end) for part, name in named.items() for end in ("", "_low", "_high")},
        "outlook_start_year": lambda: outlook_of(view).start,
        "outlook_year": lambda: view.year,
        "widest_gap": lambda: _lower(occupation_names(view)[str(_widest(table())["code"])]),
        "widest_gap_persons": lambda: float(_widest(table())["gap"]),
        "replacement_share": lambda: 100 * float(table().iloc[-1]["replacement"] / table().iloc[-1]["openings"]),
        "places_a_year": lambda: float(np.sum([places_a_year(plan).mean() for plan in plans_of(view)])),
        "year_of_birth": lambda: year_of_birth(view),
        "widest_field": lambda: _lower(field_names(view)[_field(view)]),
        "late_persons": lambda: _sum(starts(), NO_ROUTE),
        "short_places": lambda: _sum(starts(), SHORT),
        "seekers_coverage": lambda: 100 * view.futures.occupations.seekers.coverage,
        "seekers_unmatched": lambda: float(outlook_of(view).unmatched.mean()),
    }


def _widest(table: pd.DataFrame) -> pd.Series:
    parts = table.iloc[:-1]
    return parts.iloc[int(parts["gap"].to_numpy().argmax())]


def _lower(name: str) -> str:
    """A name within a sentence; an abbreviation in brackets keeps its capitals."""
    return name[:1].lower() + name[1:]


def _field(view: PlaceView) -> str:
    return max(plans_of(view), key=lambda plan: float(places_a_year(plan).mean())).field


def _sum(starts: pd.DataFrame, route: str) -> float:
    return float(starts.loc[starts["route"] == route, "value"].sum())
