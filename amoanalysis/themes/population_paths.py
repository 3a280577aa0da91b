"""Exhibits of people: our forecast beside the official ones, and the way from today's population to tomorrow's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from amoanalysis.charts.exhibit import Exhibit
from amoanalysis.text import number, text
from amoanalysis.themes.making import Draft, colour_of, made
from amoanalysis.themes.registry import NotKnown, exhibit
from amoanalysis.themes.series import FORECAST, forecast_line, known_line, last_known, required, summed
from amoanalysis.themes.words import percent

if TYPE_CHECKING:
    from amoanalysis.themes.view import PlaceView

SINCE = 2010
# Grey tones of the vintages, the oldest lightest.
VINTAGE_COLOURS = ("#8b96a1", "#3d4750")
# Differences of so many percentage points are none to speak of.
SAME = 1.0
FLOWS = ("births", "deaths", "in_migration", "out_migration")


@exhibit("official_projections", theme="labour", form="fan")
def official_projections(view: PlaceView) -> Exhibit:
    """Population as a change since the last known year: our forecast beside the official projections."""
    run, code, lang = view.forecast, view.place.code, view.lang
    now_year, now = last_known(run, "population", code)
    table = view.data.table("population")
    known = required(summed(view, table, "population"))
    name = view.place.named(lang)
    own = [
        known_line(100 * (known[known.index >= SINCE] / now - 1), name),
        forecast_line(run, 100 * (run.values("population", code) / now - 1), name),
    ]
    official = _vintages(view, now_year)
    if not official:
        raise NotKnown("projections")
    end = run.years[-1]
    lines = [known_line(line[line.index <= end], label).assign(kind=FORECAST) for label, line in official.items()]
    ours = 100 * (float(np.median(run.values("population", code)[-1])) / now - 1)
    ends = [float(line[min(end, int(line.index[-1]))]) for line in official.values()]
    parts = {
        "change": percent(ours, lang, sign=True),
        "official": percent(ends[0], lang, sign=True),
        "newest": percent(ends[-1], lang, sign=True),
        "now_year": now_year,
        "end_year": end,
        "since_year": SINCE,
    }
    colours = {name: colour_of(view), **dict(zip(official, VINTAGE_COLOURS, strict=False))}
    draft = Draft(
        data=pd.concat([*own, *lines], ignore_index=True),
        parts=parts,
        variant=("both" if len(official) > 1 else "one") + ("_place" if _covers(view) else "_area"),
        unit="%",
        tables=("population", "official_projection"),
        runs=(run,),
        assumed=("population",),
        notes=("vintages",),
        options={"colours": colours, "zero": False, "decimals": 0, "sign": True},
    )
    return made(view, "official_projections", "fan", draft)


@exhibit("population_path", theme="attractiveness", form="waterfall")
def population_path(view: PlaceView) -> Exhibit:
    """From the last known population to that of the last forecast year: births, deaths, moves; means, which add up."""
    run, code, lang = view.forecast, view.place.code, view.lang
    now_year, now = last_known(run, "population", code)
    sums = {name: float(run.values(name, code).sum(axis=0).mean()) for name in FLOWS}
    end = float(run.values("population", code)[-1].mean())
    foreign = float(run.values("net_foreign_migration", code).sum(axis=0).mean()) if _has_foreign(view) else None
    steps = _steps(sums, foreign)
    first, last = (text("flow.population", lang, year=str(year)) for year in (now_year, run.years[-1]))
    rows = [
        {"step": first, "kind": "total", "value": now},
        *({"step": text(f"flow.{key}", lang), "kind": "delta", "value": value} for key, value in steps.items()),
        {"step": last, "kind": "total", "value": end},
    ]
    natural = sums["births"] - sums["deaths"]
    moved = end - now - natural
    draft = Draft(
        data=pd.DataFrame(rows),
        parts={
            "natural": number(natural, lang, sign=True),
            "moved": number(moved, lang, sign=True),
            "births": round(sums["births"]),
            "deaths": round(sums["deaths"]),
            "now_year": now_year,
            "end_year": run.years[-1],
            "first_year": run.years[0],
        },
        variant=_path_variant(natural, moved, now),
        tables=("population",),
        runs=(run,),
        assumed=("population", "balance"),
        notes=("means", *(("inner_migration",) if len(view.members) > 1 else ())),
        options={"decimals": 0},
    )
    return made(view, "population_path", "waterfall", draft)


def _has_foreign(view: PlaceView) -> bool:
    return "net_foreign_migration" in view.forecast.measures


def _steps(sums: dict[str, float], foreign: float | None) -> dict[str, float]:
    """Births, deaths, moves in and out, and net migration across the border where it is told apart."""
    steps = {"births": sums["births"], "deaths": -sums["deaths"]}
    if foreign is None:
        return {**steps, "in_migration": sums["in_migration"], "out_migration": -sums["out_migration"]}
    inner = sums["in_migration"] - sums["out_migration"] - foreign
    return {**steps, "internal": inner, "foreign": foreign}


def _path_variant(natural: float, moved: float, now: float) -> str:
    margin = SAME * now / 100
    change = natural + moved
    if abs(change) < margin:
        return "same"
    if change > 0:
        return "up_by_moves" if moved > natural else "up"
    return "down_by_deaths" if natural < moved else "down_by_moves"


def _covers(view: PlaceView) -> bool:
    """Whether an official projection is of the place itself, not of the area around it alone."""
    table = view.data.table("official_projection")
    return set(view.members) <= set(table["place"].unique())


def _vintages(view: PlaceView, base: int) -> dict[str, pd.Series]:
    """The official projections, oldest first: change in per cent since the known population of a year, by year.

    That of a vintage which has no municipalities is the one of the area that the place borrows its rates from.
    """
    table = view.data.table("official_projection")
    reference = view.data.places[view.members[0]].reference
    found: dict[str, pd.Series] = {}
    for vintage in sorted(table["vintage"].unique()):
        rows = table[table["vintage"] == vintage]
        covers = set(view.members) <= set(rows["place"])
        members = view.members if covers else (reference,)
        own = rows[rows["place"].isin(members)]
        known = _population(view, view.members if covers else view.data.places[str(reference)].members, base)
        if own.empty or known is None:
            continue
        area = "" if covers else f" ({view.data.places[str(reference)].named(view.lang)})"
        sums = own.groupby("year")["population"].sum().astype(float)
        found[text("series.official", view.lang, vintage=str(int(vintage))) + area] = 100 * (sums / known - 1)
    return found


def _population(view: PlaceView, members: tuple[str, ...], year: int) -> float | None:
    table = view.data.table("population")
    rows = table[table["place"].isin(members) & (table["year"] == year)]
    return float(rows["population"].sum()) if members and set(rows["place"]) == set(members) else None
