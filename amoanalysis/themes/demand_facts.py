"""Facts of the labour demand: scenarios against the baseline, published figures beside ours, what moves the answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from amoanalysis.themes.demand_published import Beside, beside
from amoanalysis.themes.demand_tables import changes_of, multipliers_of, named_assumption
from amoanalysis.themes.series import at

if TYPE_CHECKING:
    from amoanalysis.themes.view import PlaceView

Maker = Callable[[], float | str]
MOVED = "labour_need"
# What sections are called in names of facts.
KINDS = {"mining": "B", "construction": "F", "hotels": "I"}


def demand_facts(view: PlaceView) -> dict[str, Maker]:
    """The facts by name, nothing computed yet.

    `change_<scenario>_<year>` is the change of the labour need against the baseline in the year ahead and in the last
    year, with `_low` and `_high`; `<figure>_published`, `_ours`, `_low`, `_high` hold a published figure against ours;
    `around_<kind>_lapland` and `_here` are the other jobs around a hundred jobs, Type II; `moved_most` names what moves
    the labour need of the year ahead most, `moved_low` and `moved_high` say by how many jobs.
    """
    return {**_of_scenarios(view), **_of_published(view), **_of_multipliers(view), **_of_swings(view)}


def _of_scenarios(view: PlaceView) -> dict[str, Maker]:
    def of(name: str, year: int, column: str) -> Maker:
        return lambda: float(changes_of(view, view.futures.of(name, names), year)[column])

    names = view.futures.others(view.scenarios)
    years = dict.fromkeys((view.year, view.futures.until))
    ends = {"": "mean", "_low": "low", "_high": "high"}
    return {
        f"change_{name}_{year}{end}": of(name, year, column)
        for name in names
        for year in years
        for end, column in ends.items()
    }


def _of_published(view: PlaceView) -> dict[str, Maker]:
    def of(row: Beside, field: str) -> Maker:
        return lambda: float(getattr(row, field))

    fields = ("published", "ours", "low", "high")
    return {f"{row.name}_{field}": of(row, field) for row in beside(view) for field in fields}


def _of_multipliers(view: PlaceView) -> dict[str, Maker]:
    @cache
    def found() -> dict[tuple[str, str, str], float]:
        rows = multipliers_of(view)
        middle = rows[rows["delta"] == rows["delta"].median()]
        keys = zip(middle["area"], middle["method"], middle["section"], strict=True)
        return dict(zip(keys, middle["type_2"].astype(float), strict=True))

    def of(area: str, method: str, section: str) -> Maker:
        return lambda: 100 * (found()[area, method, section] - 1)

    if not view.data.has("input_output_2014"):
        return {}
    # In a municipality some of the industries have too few jobs, or none, for a quotient.
    whole = view.place.code == view.data.places.region.code
    return {
        **{f"around_{name}_lapland": of("reference", "unadjusted", code) for name, code in KINDS.items()},
        **({f"around_{name}_here": of("place", "flq", code) for name, code in KINDS.items()} if whole else {}),
    }


def _of_swings(view: PlaceView) -> dict[str, Maker]:
    @cache
    def first() -> pd.Series:
        return view.futures.swings(view.scenarios[0], MOVED, view.year).table(list(view.members)).iloc[0]

    def words() -> str:
        assumptions = view.futures.scenario(view.scenarios[0]).assumptions
        return named_assumption(view, assumptions, str(first()["path"]))

    return {
        "moved_most": words,
        "moved_low": lambda: float(min(first()["at_low"], first()["at_high"])),
        "moved_high": lambda: float(max(first()["at_low"], first()["at_high"])),
        "moved_from": lambda: float(at(view.forecast, MOVED, view.place.code, view.year).mean()),
    }
