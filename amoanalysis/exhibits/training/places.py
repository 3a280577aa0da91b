"""Exhibits of training places: places needed, year of start, and known supply."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from amoanalysis.config.text import text
from amoanalysis.exhibits.builder import ExhibitDraft, exhibit
from amoanalysis.exhibits.context import Context, MissingFigures
from amoanalysis.exhibits.map_layers import join_values_to_shapes, load_neighbour_shapes
from amoanalysis.exhibits.phrases import capitalise, elative, round_for_title
from amoanalysis.exhibits.training.openings import SUPPLY, TABLES
from amoanalysis.exhibits.training.tables import (
    PLANNED_INTAKES,
    cohort_size,
    estimate_intake,
    field_names,
    load_plans,
    mean_yearly_places,
    tabulate_starts,
)
from amoanalysis.pipeline.occupation_outlook import LONG_ROUTE, SHORT_ROUTE, TOO_LATE, mean_and_interval

FIELDS_SHOWN, HEAT_FIELDS, HEAT_STARTS = 10, 12, 7
COLOURS = {"now": "#9aa5b1", "more": "#1f5f99"}
# Upper ends of the map's classes, in programmes.
CLASSES = [2.0, 5.0, 10.0]
COLUMNS = ("place", "provider", "programme", "level", "year", "places", "source")


@exhibit("training_places", theme="training", form="bars")
def training_places(context: Context) -> ExhibitDraft:
    """Training places a year in addition to today's intake, by field."""
    lang, names, plans = context.lang, field_names(context), load_plans(context)
    more = {plan.field: mean_yearly_places(plan) for plan in plans}
    today = dict(zip(more, estimate_intake(context).T, strict=True))
    order = sorted(more, key=lambda field: -more[field].mean())[:FIELDS_SHOWN]
    if more[order[0]].mean() < 0.5:
        raise MissingFigures("no_gap")
    words = {key: text(f"places.{key}", lang) for key in COLOURS}
    rows = [
        {"category": names[field], "series": words[key], **mean_and_interval(values[field])}
        for field in order
        for key, values in (("now", today), ("more", more))
    ]
    first = plans[0].starts.start
    whole = mean_and_interval(np.sum(list(more.values()), axis=0))
    return ExhibitDraft(
        data=pd.DataFrame(rows),
        parts={
            "places": round_for_title(whole["value"]),
            "low": round_for_title(whole["low"]),
            "high": round_for_title(whole["high"]),
            "field": names[order[0]].lower(),
            "first_year": first,
            "last_year": first + PLANNED_INTAKES - 1,
            "yielded": round(
                100 * float(np.mean([plan.yielded.mean() for plan in plans if plan.level == "vocational"]))
            ),
            "cohort": round_for_title(cohort_size(context)),
            **_count_known_places(context),
        },
        unit="places_a_year",
        tables=(*TABLES[:1], *SUPPLY, *(("training_supply",) if context.data.has("training_supply") else ())),
        runs=(context.forecast,),
        assumed=("training", "occupations"),
        notes=("training_yield", "places_unknown"),
        options={"decimals": 0, "colours": {words[key]: colour for key, colour in COLOURS.items()}},
    )


@exhibit("training_starts", theme="training", form="heat")
def training_starts(context: Context) -> ExhibitDraft:
    """Training places by field and year of start; demand that no training can meet in time comes first."""
    lang, names, table = context.lang, field_names(context), tabulate_starts(context)
    totals = table.groupby("field")["value"].sum().sort_values(ascending=False, kind="stable")
    order = [field for field in totals.index[:HEAT_FIELDS] if totals[field] >= 1]
    if not order:
        raise MissingFigures("no_gap")
    first = int(table.loc[table["route"] == LONG_ROUTE, "start"].min())
    rows = [cell for field in order for cell in _heat_cells(table[table["field"] == field], names[field], first, lang)]
    sums = table.groupby("route")["value"].sum()
    return ExhibitDraft(
        data=pd.DataFrame(rows),
        parts={
            "late": round_for_title(float(sums[TOO_LATE])),
            "short": round_for_title(float(sums.get(SHORT_ROUTE, 0.0))),
            "first_year": first,
            "ready_year": first + 3,
            "before_year": first + 2,
        },
        unit="places_or_late",
        tables=(*TABLES[:1], *SUPPLY),
        runs=(context.forecast,),
        assumed=("training", "occupations"),
        notes=("training_starts",),
        options={"decimals": 0},
    )


@exhibit("training_supply_map", theme="training", form="map")
def training_supply_map(context: Context) -> ExhibitDraft:
    """Publicly known training programmes by municipality; the others are unknown, not zero."""
    table = context.data.table("training_supply")
    named = table.dropna(subset="programme")
    counts = named.groupby("place")["programme"].nunique().astype(float).rename("value")
    frame = join_values_to_shapes(context, counts)
    known = frame.dropna(subset="value").sort_values("value", ascending=False, kind="stable")
    if known.empty:
        raise MissingFigures("no_programmes")
    return ExhibitDraft(
        data=frame,
        parts={
            "best": str(known["label"].iloc[0]),
            "count": float(known["value"].iloc[0]),
            "unknown": len(frame) - len(known),
            "others": named.loc[~named["place"].isin(frame["place"]), "programme"].nunique(),
        },
        unit="programmes",
        tables=("training_supply",),
        notes=("supply_unknown", "supply_elsewhere"),
        options={"neighbours": load_neighbour_shapes(context), "decimals": 0, "bins": CLASSES},
    )


@exhibit("training_supply_table", theme="training", form="table")
def training_supply_table(context: Context) -> ExhibitDraft:
    """Publicly known training, that of the place first: provider, programme, places, source."""
    lang, table = context.lang, context.data.table("training_supply")
    inside_first = (~table["place"].isin(context.members)).to_numpy()
    rest = (~table["place"].isin(context.data.places.region.members)).to_numpy()
    own = table.iloc[np.lexsort((np.arange(len(table)), rest, inside_first))]
    unknown = text("chart.not_known", lang)
    shown = pd.DataFrame(
        {
            "place": [context.data.places[code].name_in(lang) for code in own["place"]],
            "provider": own["provider"].to_numpy(),
            "programme": own["programme"].fillna(unknown).to_numpy(),
            "level": [capitalise(text(f"kind.{level}", lang)) for level in own["level"]],
            "year": [unknown if pd.isna(year) else str(int(year)) for year in own["year"]],
            "places": [unknown if pd.isna(count) else str(int(count)) for count in own["places"]],
            "source": own["source_title"].to_numpy(),
        }
    )
    return ExhibitDraft(
        data=shown,
        parts=_count_known_places(context),
        variant="none" if not _count_known_places(context)["known_here"] else "some",
        unit="rows",
        tables=("training_supply",),
        notes=("supply_template",),
        options={"headings": {name: text(f"supply.{name}", lang) for name in COLUMNS}},
    )


def _heat_cells(own: pd.DataFrame, name: str, first: int, lang: str) -> list[dict[str, object]]:
    """Cells of a field: too late, short courses, long courses by year of start."""
    value = own.assign(start=own["start"].fillna(0).astype(int)).set_index(["route", "start"])["value"]
    cells: list[dict[str, object]] = [
        {"row": name, "column": text("starts.late", lang), "value": float(value.get((TOO_LATE, 0), 0.0))}
    ]
    for route, years in ((SHORT_ROUTE, range(first, first + 2)), (LONG_ROUTE, range(first, first + HEAT_STARTS))):
        for year in years:
            column = text(f"starts.{route}", lang, year=str(year))
            cells.append({"row": name, "column": column, "value": float(value.get((route, year), np.nan))})
    return cells


def _count_known_places(context: Context) -> dict[str, Any]:
    """Rows of the supply table with known places, in all and in the region, and the numbers of rows as text."""
    if not context.data.has("training_supply"):
        counts = {"known": 0, "rows": 0, "known_here": 0, "rows_here": 0}
    else:
        table = context.data.table("training_supply")
        here = table[table["place"].isin(context.data.places.region.members)]
        counts = {
            "known": int(table["places"].notna().sum()),
            "rows": len(table),
            "known_here": int(here["places"].notna().sum()),
            "rows_here": len(here),
        }
    return {**counts, **{f"{name}_of": elative(counts[name], context.lang) for name in ("rows", "rows_here")}}
