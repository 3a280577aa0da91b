"""Tables for looking up figures, each with its finding, units and sources."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from amoanalysis.config.text import number, text
from amoanalysis.exhibits.attractiveness import return_migration
from amoanalysis.exhibits.attractiveness.out_migrants import tabulate_towns
from amoanalysis.exhibits.builder import ExhibitDraft, build_exhibit
from amoanalysis.exhibits.context import Context
from amoanalysis.exhibits.drawing.exhibit import Exhibit
from amoanalysis.exhibits.foresight.demand import summarise_change, tabulate_scenarios
from amoanalysis.exhibits.foresight.published import published_studies
from amoanalysis.exhibits.phrases import capitalise, elative, format_percent, format_range, join_words
from amoanalysis.exhibits.training import tables as training_tables
from amoanalysis.hindcasts.published_studies import MINE_TABLES, PROJECT, STAFF
from amoanalysis.pipeline.occupation_outlook import START_YEAR

TOWNS_IN_TITLE = 3
FIELDS_SHOWN = 10
ALL = "ALL"
OPENINGS = ("openings", "growth", "replacement")
SUPPLY = ("graduates", "seekers", "outside", "gap")
# Column of the table -> indicator of the published workers.
STAFF_COLUMNS = dict(zip(("own", "contractors"), STAFF, strict=True))


def towns(context: Context) -> Exhibit:
    """The best towns to visit and those of the tour of 2008: out-migrants, and return migrants expected of a visit."""
    lang, table = context.lang, tabulate_towns(context)
    flags = [text("column.yes", lang) if was else "" for was in table["toured_2008"]]
    columns = ["town", "rank", "toured_2008", "leavers", "leavers_band", "returners", "returners_band"]
    return _build_table(
        context,
        "read_towns",
        table.assign(toured_2008=flags)[columns],
        {"best": join_words(list(table["town"].head(TOWNS_IN_TITLE)), lang), "count": len(table)},
        tables=return_migration.TABLES,
        notes=("campaign_assumed",),
        spanners={"leavers": ("leavers", "leavers_band"), "returners": ("returners", "returners_band")},
        digits={"returners": 2},
    )


def openings(context: Context, year: int) -> Exhibit:
    """Openings up to a year and the supply for them, by occupation; the total is the last row."""
    names = {**training_tables.occupation_names(context), ALL: text("column.all", context.lang)}
    table = training_tables.tabulate_openings(context, year)
    shown = table[[*OPENINGS, *SUPPLY]].copy()
    shown.insert(0, "occupation", table["code"].map(names))
    shown.insert(2, "openings_band", _format_ranges(table, "openings_low", "openings_high", context.lang))
    parts = {"year": str(year), "count": float(table["openings"].iloc[-1]), "most": shown["occupation"].iloc[0]}
    return _build_table(
        context,
        "read_openings",
        shown,
        {**parts, "start_year": START_YEAR},
        tables=("employed_by_industry_and_occupation", "employed_by_industry_and_age"),
        assumed=("training",),
        spanners={"open": ("openings", "openings_band", "growth", "replacement"), "there": SUPPLY},
    )


def costs(context: Context) -> Exhibit:
    """Cost of a plan for the mean demand if it is too small or too large, in the fields with the highest cost."""
    names, table = training_tables.field_names(context), training_tables.tabulate_costs(context)
    top = table.loc[table["over"].sort_values(ascending=False, kind="stable").index].head(FIELDS_SHOWN)
    shown = pd.DataFrame({"field": [capitalise(names[field]) for field in top["field"]], "planned": top["planned"]})
    for name in ("under", "over"):
        shown[name] = top[name]
        shown[f"{name}_band"] = _format_ranges(top, f"{name}_low", f"{name}_high", context.lang)
    over = int((table["over"] > table["under"]).sum())
    return _build_table(
        context,
        "read_costs",
        shown,
        {"more": over, "count": elative(len(table), context.lang), "most": shown["field"].iloc[0]},
        unit="thousand_euros",
        assumed=("training",),
        spanners={"under": ("under", "under_band"), "over": ("over", "over_band")},
    )


def interest(context: Context, persons: Mapping[str, float], year: int) -> Exhibit:
    """Value of a register of people interested in the jobs of a mine, by delay of the mine."""
    table = training_tables.tabulate_interest(context, persons, year)
    shown = table[["delay", "left", "match"]].copy()
    shown.insert(2, "left_band", _format_ranges(table, "left_low", "left_high", context.lang))
    shown.insert(4, "match_band", _format_ranges(table, "match_low", "match_high", context.lang))
    last = table.iloc[-1]
    return _build_table(
        context,
        "read_interest",
        shown,
        {"count": sum(persons.values()), "left": last["left"], "delay": last["delay"], "year": str(year)},
        assumed=("training",),
        spanners={"left": ("left", "left_band"), "match": ("match", "match_band")},
    )


def scenarios(context: Context, *years: int) -> Exhibit:
    """Change of labour demand in every scenario, compared with the baseline."""
    table = tabulate_scenarios(context, *years)
    changes = [summarise_change(context, run, years[-1])["mean"] for run in context.others]
    change, name = max(zip(changes, table["scenario"], strict=True), key=lambda pair: abs(pair[0]))
    return _build_table(
        context,
        "read_scenarios",
        table,
        {"most": name, "change": number(change, context.lang, sign=True), "last": str(years[-1])},
        unit="jobs",
        runs=context.others,
        notes=("mean_outside",),
        spanners={"change": tuple(map(str, years))},
    )


def project_areas(context: Context) -> Exhibit:
    """Person-years a year of the mine project in its first ten years, in the region and in the reference area."""
    table = published_studies(context).tabulate_project_areas(context.lang)
    share = 100 * table["total"].iloc[0] / table["total"].iloc[-1]
    shown = table.assign(total_band=_format_ranges(table, "low", "high", context.lang)).drop(columns=["low", "high"])
    return _build_table(
        context,
        f"read_{PROJECT}_areas",
        shown[["area", "direct", "indirect", "induced", "total", "total_band"]],
        {"share": format_percent(share, context.lang), "total": table["total"].iloc[-1]},
        unit="person_years",
        tables=("input_output_2014",),
        assumed=("projects",),
    )


def project_studies(context: Context) -> Exhibit:
    """Person-years of the mine project: published studies and this model."""
    studies = published_studies(context)
    table = studies.tabulate(studies.compare_project(), context.lang)
    notes = ("study_scope", f"beside.{PROJECT}")
    return _build_comparison(context, f"read_{PROJECT}_studies", table, ("published_results",), notes)


def tourism(context: Context) -> Exhibit:
    """Person-years of tourism: published figures and this model."""
    studies = published_studies(context)
    table = studies.tabulate(studies.compare_tourism(), context.lang)
    return _build_comparison(context, "read_tourism", table, ("published_results", "tourism"), ("beside.tourism",))


def mine(context: Context) -> Exhibit:
    """Published workers of the operating mine and jobs in mining in its municipality."""
    table = published_studies(context).tabulate_mine()
    shown = table.assign(section_b_band=_format_ranges(table, "low", "high", context.lang))
    last = table.iloc[-1]
    return _build_table(
        context,
        "read_mine",
        shown[["year", "own_employees", "contractors", "section_b", "section_b_band", "section_b_of_all"]],
        {"share": format_percent(last["section_b_of_all"], context.lang), "last_year": int(last["year"])},
        tables=MINE_TABLES,
        notes=("told_bounds", "beside.mine"),
        spanners={
            "told": ("own_employees", "contractors"),
            "ours": ("section_b", "section_b_band", "section_b_of_all"),
        },
    )


def mine_staff(context: Context) -> Exhibit:
    """Workers of the operating mine as published by the company and the press: own employees and contractors."""
    table = published_studies(context).tabulate_mine_workers()
    shown = pd.DataFrame(
        {
            "year": [str(year) for year in table.index],
            **{
                column: [_format_figure(figure, context.lang) for figure in table[indicator]]
                for column, indicator in STAFF_COLUMNS.items()
            },
            "source_title": table["source"].to_list(),
        }
    )
    last = table.dropna().iloc[-1]
    parts = {column: last[indicator][0] for column, indicator in STAFF_COLUMNS.items()}
    return _build_table(context, "read_mine_staff", shown, {**parts, "last_year": str(last.name)}, tables=("mines",))


def _build_comparison(
    context: Context, name: str, table: pd.DataFrame, tables: tuple[str, ...], notes: tuple[str, ...]
) -> Exhibit:
    shares = table["ours_of_published"]
    shown = table.assign(ours_band=_format_ranges(table, "low", "high", context.lang))
    return _build_table(
        context,
        name,
        shown[["area", "year", "published", "ours", "ours_band", "ours_of_published"]],
        {
            "least": number(float(shares.min()), context.lang),
            "most": format_percent(float(shares.max()), context.lang),
        },
        unit="person_years",
        tables=tables,
        notes=notes,
    )


def _build_table(
    context: Context,
    name: str,
    shown: pd.DataFrame,
    parts: Mapping[str, Any],
    spanners: Mapping[str, Sequence[str]] | None = None,
    digits: Mapping[str, int] | None = None,
    runs: Sequence[Any] | None = None,
    **draft: Any,
) -> Exhibit:
    """Builds the exhibit of a table, with headings in the language of the context."""
    lang, headings = context.lang, {}
    for column in map(str, shown):
        key = "band" if column.endswith("_band") else column
        headings[column] = column if column.isdigit() else text(f"column.{key}", lang)
    above = {text(f"spanner.{key}", lang): tuple(columns) for key, columns in (spanners or {}).items()}
    options = {"headings": headings, "spanners": above, "digits": dict(digits or {})}
    used = tuple(runs) if runs is not None else (context.forecast,)
    return build_exhibit(
        context, name, "table", ExhibitDraft(data=shown, parts=parts, runs=used, options=options, **draft)
    )


def _format_ranges(table: pd.DataFrame, low: str, high: str, lang: str) -> list[str]:
    return [format_range(float(start), float(end), lang) for start, end in zip(table[low], table[high], strict=True)]


def _format_figure(figure: tuple[float, float, float, float] | float, lang: str) -> str:
    """A published figure: a number, a lower bound, a range, or a mark if there is none."""
    if not isinstance(figure, tuple):
        return text("chart.no_value", lang)
    _, value, low, high = figure
    if not math.isnan(value):
        return number(value, lang)
    return text("column.at_least", lang, low=low) if math.isnan(high) else format_range(low, high, lang)
