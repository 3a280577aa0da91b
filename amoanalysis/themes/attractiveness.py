"""Exhibits of theme 3: who comes, who leaves, and where those who left live now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from amoanalysis.charts.exhibit import Exhibit
from amoanalysis.models.draws import Array
from amoanalysis.text import number, text
from amoanalysis.themes.atlas import atlas_frame, bins, neighbours, sites
from amoanalysis.themes.leaving import toured
from amoanalysis.themes.making import Draft, made
from amoanalysis.themes.registry import NotKnown, exhibit
from amoanalysis.themes.series import HIGH, LOW, last_known, summed
from amoanalysis.themes.words import inside, out_of, percent

if TYPE_CHECKING:
    from amoanalysis.themes.view import PlaceView

NATURAL_COLOUR, MIGRATION_COLOUR = "#8a3a8f", "#15936f"
TOWN_COLOUR, TOUR_COLOUR = "#2f6690", "#d98032"
# Towns shown besides those of the tour of 2008, and periods of the components.
MOST_TOWNS = 8
PERIODS_AHEAD = (2030, 2040)
PERIOD = 5
FLOWS = ("births", "deaths", "in_migration", "out_migration")
SMALL = 0.5
# Width of a class of the map of change, per cent.
CHANGE_STEP = 10


@exhibit("population_change_components", theme="attractiveness", form="bars")
def population_change_components(view: PlaceView) -> Exhibit:
    """Births less deaths and migration a year, by period."""
    lang = view.lang
    known, (ahead, period) = _components_known(view), _components_ahead(view)
    rows = [*known, *ahead]
    latest = {row["series"]: row["value"] for row in ahead[-2:]}
    natural = float(latest[text("series.natural", lang)])
    migration = float(latest[text("series.migration", lang)])
    run, code = view.forecast, view.place.code
    flows = {measure: round(_middle(run.values(measure, code).mean(axis=0))) for measure in FLOWS}
    draft = Draft(
        data=pd.DataFrame(rows),
        parts={
            "natural": number(natural, lang, sign=True),
            "migration": number(migration, lang, sign=True),
            "sum": number(natural + migration, lang, sign=True),
            "period": period,
            **flows,
            "first_year": run.years[0],
            "end_year": run.years[-1],
        },
        variant=_components_variant(natural, migration),
        unit="persons_a_year",
        tables=("population", *(("key_figures",) if known else ())),
        runs=(run,),
        assumed=("population", "balance"),
        notes=("components", *(("inner_migration",) if len(view.members) > 1 else ())),
        options={
            "decimals": 0,
            "sign": True,
            "colours": {
                text("series.natural", lang): NATURAL_COLOUR,
                text("series.migration", lang): MIGRATION_COLOUR,
            },
        },
    )
    return made(view, "population_change_components", "bars", draft)


@exhibit("municipality_map", theme="attractiveness", form="map")
def municipality_map(view: PlaceView) -> Exhibit:
    """Change of population in each municipality of the region, last known year to last forecast year."""
    run, lang = view.forecast, view.lang
    codes = view.data.places.region.members
    known = {code: last_known(run, "population", code) for code in codes}
    change = {c: 100 * (float(np.median(run.values("population", c)[-1])) / known[c][1] - 1) for c in codes}
    frame = atlas_frame(view, pd.Series(change))
    high, low = max(change, key=lambda c: change[c]), min(change, key=lambda c: change[c])
    growing = sum(value > SMALL for value in change.values())
    draft = Draft(
        data=frame,
        parts={
            "high": inside(view.data.places[high], lang),
            "low": inside(view.data.places[low], lang),
            "high_change": percent(change[high], lang, sign=True),
            "low_change": percent(change[low], lang, sign=True),
            "growing": growing,
            "count": len(codes),
            "of_count": out_of(len(codes), lang),
            "now_year": max(year for year, _ in known.values()),
            "end_year": run.years[-1],
        },
        variant=_map_variant(growing, len(codes)),
        unit="%",
        tables=("population",),
        runs=(run,),
        assumed=("population",),
        options={
            "neighbours": neighbours(view),
            "sites": sites(view, ("resort",)),
            "palette": "diverging",
            "sign": True,
            "decimals": 0,
            "bins": bins(change.values(), CHANGE_STEP),
        },
    )
    return made(view, "municipality_map", "map", draft)


@exhibit("leavers_by_town", theme="attractiveness", form="bars")
def leavers_by_town(view: PlaceView) -> Exhibit:
    """Moves from the place to other municipalities, the largest, and the towns of the recruitment tour of 2008."""
    lang = view.lang
    flows = view.data.table("migration_flows")
    leaving = flows[flows["place"].isin(view.members) & (flows["direction"] == "out")]
    own = leaving[~leaving["partner"].isin(view.members)]
    if set(own["place"]) != set(view.members):
        raise NotKnown("flows")
    names = view.data.table("municipalities").set_index("place")["name_sv" if lang == "sv" else "name"]
    moves = own.groupby("partner")["migrants"].sum().sort_values(ascending=False)
    tour = toured(view)
    largest = [code for code in moves.index if code not in tour][:MOST_TOWNS]
    shown = sorted([*largest, *tour], key=lambda code: -float(moves.get(code, 0)))
    label = {code: str(names.get(code, code)) + (" *" if code in tour else "") for code in shown}
    rows = [{"category": label[code], "value": float(moves.get(code, 0))} for code in shown]
    total, to_tour = float(moves.sum()), float(moves.reindex(list(tour)).fillna(0).sum())
    colours = {label[code]: TOUR_COLOUR if code in tour else TOWN_COLOUR for code in shown}
    draft = Draft(
        data=pd.DataFrame(rows),
        parts={
            "town": str(names.get(shown[0], shown[0])),
            "share": percent(100 * float(moves.iloc[0]) / total, lang),
            "tour_share": percent(100 * to_tour / total, lang),
            "first_year": own["year"].min(),
            "last_year": own["year"].max(),
        },
        variant="tour" if tour else "",
        unit="moves",
        tables=("migration_flows",),
        notes=("moves", *(("tour",) if tour else ())),
        options={"colours": colours, "decimals": 0},
    )
    return made(view, "leavers_by_town", "bars", draft)


def _components_known(view: PlaceView) -> list[dict[str, str | float]]:
    """Natural increase as published, and migration as what it does not explain, means of periods."""
    if not view.data.has("key_figures"):
        return []
    table = view.data.table("key_figures")
    natural = summed(view, table[table["indicator"] == "natural_increase"], "value")
    population = summed(view, view.data.table("population"), "population")
    change = population.diff().reindex(natural.index).dropna()
    if change.empty:
        return []
    last = int(change.index.max())
    rows = []
    for first in range(last - 2 * PERIOD + 1, last + 1, PERIOD):
        years = [y for y in range(first, first + PERIOD) if y in change.index]
        if years:
            mean = float(natural.reindex(years).mean())
            rows += _pair(view, f"{years[0]}–{years[-1]}", mean, float(change.reindex(years).mean()) - mean)
    return rows


def _components_ahead(view: PlaceView) -> tuple[list[dict[str, str | float]], str]:
    """Medians of the forecast's periods, and the last period in years."""
    run, code = view.forecast, view.place.code
    natural = run.values("births", code) - run.values("deaths", code)
    migration = run.values("in_migration", code) - run.values("out_migration", code)
    last_year = run.years[-1]
    ends = [*(year for year in PERIODS_AHEAD if run.years[0] <= year < last_year), last_year]
    starts = [run.years[0], *(year + 1 for year in ends[:-1])]
    rows = []
    for first, last in zip(starts, ends, strict=True):
        span = slice(run.years.index(first), run.years.index(last) + 1)
        draws = [series[span].mean(axis=0) for series in (natural, migration)]
        pair = _pair(view, text("word.forecast_years", view.lang, years=_span(first, last)), *map(_middle, draws))
        for row, d in zip(pair, draws, strict=True):
            row |= {"low": float(np.quantile(d, LOW)), "high": float(np.quantile(d, HIGH))}
        rows += pair
    return rows, _span(starts[-1], ends[-1])


def _middle(draws: Array) -> float:
    return float(np.median(draws))


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"


def _pair(view: PlaceView, period: str, natural: float, migration: float) -> list[dict[str, str | float]]:
    values = {"natural": natural, "migration": migration}
    return [
        {"category": period, "series": text(f"series.{name}", view.lang), "value": value, "low": np.nan, "high": np.nan}
        for name, value in values.items()
    ]


def _components_variant(natural: float, migration: float) -> str:
    if abs(natural) < SMALL and abs(migration) < SMALL:
        return "still"
    first = "births" if natural >= SMALL else "deaths" if natural <= -SMALL else "even"
    second = "gain" if migration >= SMALL else "loss" if migration <= -SMALL else "even"
    opposed = {first, second} in ({"deaths", "gain"}, {"births", "loss"})
    return f"{first}_{second}" + (("_up" if natural + migration >= 0 else "_down") if opposed else "")


def _map_variant(growing: int, count: int) -> str:
    return "none" if growing == 0 else "all" if growing == count else "one" if growing == 1 else "split"
