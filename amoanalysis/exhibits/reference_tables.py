"""Tables that a reader looks things up in: the figures behind the stories, each with its finding, units and source."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from amoanalysis.config.text import number, text
from amoanalysis.exhibits.attractiveness import leavers as leaving
from amoanalysis.exhibits.attractiveness import return_migration as returning
from amoanalysis.exhibits.builder import Draft, made
from amoanalysis.exhibits.context import Context
from amoanalysis.exhibits.drawing.exhibit import Exhibit
from amoanalysis.exhibits.foresight import demand as demand_tables
from amoanalysis.exhibits.foresight import published as demand_published
from amoanalysis.exhibits.phrases import capital, listed, out_of, percent
from amoanalysis.exhibits.training import tables as training_tables
from amoanalysis.pipeline.occupation_outlook import START

MOST_TOWNS = 3
COSTLY = 10
ALL = "ALL"
OPENED = ("openings", "growth", "replacement")
FILLED = ("graduates", "seekers", "outside", "gap")
STAFF = ("own", "contractors")


def towns(view: Context) -> Exhibit:
    """The best towns to visit and those of the tour of 2008: leavers, and returners expected of a visit."""
    lang, found = view.lang, leaving.towns_table(view)
    shown = found.assign(toured_2008=[_yes(was, lang) for was in found["toured_2008"]])
    return _read(
        view,
        "read_towns",
        shown[["town", "rank", "toured_2008", "leavers", "leavers_band", "returners", "returners_band"]],
        {"best": listed(list(found["town"].head(MOST_TOWNS)), lang), "count": len(found)},
        tables=returning.TABLES,
        notes=("campaign_assumed",),
        spanners={"leavers": ("leavers", "leavers_band"), "returners": ("returners", "returners_band")},
        digits={"returners": 2},
    )


def openings(view: Context, year: int) -> Exhibit:
    """Where jobs open by a year, and who is there for them, by occupation; all of them in the last row."""
    names = {**training_tables.occupation_names(view), ALL: text("column.all", view.lang)}
    found = training_tables.openings_table(view, year)
    shown = pd.DataFrame({"occupation": found["code"].map(names), **{name: found[name] for name in (*OPENED, *FILLED)}})
    ends = found[["openings_low", "openings_high"]].itertuples(index=False)
    shown.insert(2, "openings_band", [_band(low, high, view.lang) for low, high in ends])
    parts = {"year": str(year), "count": float(found["openings"].iloc[-1]), "most": shown["occupation"].iloc[0]}
    return _read(
        view,
        "read_openings",
        shown,
        {**parts, "start_year": START},
        tables=("employed_by_industry_and_occupation", "employed_by_industry_and_age"),
        assumed=("training",),
        spanners={"open": ("openings", "openings_band", "growth", "replacement"), "there": FILLED},
    )


def costs(view: Context) -> Exhibit:
    """What a plan for the mean need costs where it is too small or too large, in the fields where that is most."""
    names, found = training_tables.field_names(view), training_tables.costs_table(view)
    most = found.loc[found["over"].sort_values(ascending=False, kind="stable").index].head(COSTLY)
    shown = pd.DataFrame({"field": [capital(names[field]) for field in most["field"]], "planned": most["planned"]})
    for name in ("under", "over"):
        ends = most[[f"{name}_low", f"{name}_high"]].itertuples(index=False)
        shown[name], shown[f"{name}_band"] = most[name], [_band(low, high, view.lang) for low, high in ends]
    more = int((found["over"] > found["under"]).sum())
    return _read(
        view,
        "read_costs",
        shown,
        {"more": more, "count": out_of(len(found), view.lang), "most": shown["field"].iloc[0]},
        unit="thousand_euros",
        assumed=("training",),
        spanners={"under": ("under", "under_band"), "over": ("over", "over_band")},
    )


def interest(view: Context, persons: Mapping[str, float], year: int) -> Exhibit:
    """What a register of people interested in a mine's jobs is worth when the mine comes later."""
    lang, found = view.lang, training_tables.interest_table(view, persons, year)
    shown = found[["delay", "left", "match"]].assign(
        left_band=[_band(low, high, lang) for low, high in found[["left_low", "left_high"]].itertuples(index=False)],
        match_band=[_band(low, high, lang) for low, high in found[["match_low", "match_high"]].itertuples(index=False)],
    )
    last = found.iloc[-1]
    return _read(
        view,
        "read_interest",
        shown[["delay", "left", "left_band", "match", "match_band"]],
        {"count": sum(persons.values()), "left": last["left"], "delay": last["delay"], "year": str(year)},
        assumed=("training",),
        spanners={"left": ("left", "left_band"), "match": ("match", "match_band")},
    )


def scenarios(view: Context, *years: int) -> Exhibit:
    """The change of the labour need in every scenario, against the baseline."""
    found = demand_tables.scenarios_side_by_side(view, *years)
    changes = [demand_tables.changes_of(view, run, years[-1])["mean"] for run in view.others]
    most = max(zip(changes, found["scenario"], strict=True), key=lambda change: abs(change[0]))
    return _read(
        view,
        "read_scenarios",
        found,
        {"most": most[1], "change": number(most[0], view.lang, sign=True), "last": str(years[-1])},
        unit="jobs",
        runs=view.others,
        notes=("mean_outside",),
        spanners={"change": tuple(map(str, years))},
    )


def hannukainen_areas(view: Context) -> Exhibit:
    """Person-years a year that Hannukainen brings in the first ten years: in the region, and in all Lapland."""
    found = demand_published.hannukainen_by_area(view)
    share = 100 * found["total"].iloc[0] / found["total"].iloc[-1]
    parts = ("direct", "indirect", "induced", "total")
    shown = _with_band(found, view.lang, "total_band")[["area", *parts, "total_band"]]
    return _read(
        view,
        "read_hannukainen_areas",
        shown,
        {"share": percent(share, view.lang), "total": found["total"].iloc[-1]},
        unit="person_years",
        tables=("input_output_2014",),
        assumed=("projects",),
    )


def hannukainen_studies(view: Context) -> Exhibit:
    """Person-years of Hannukainen: what the studies found, and ours."""
    found = demand_published.hannukainen_beside_studies(view)
    return _published(view, "read_hannukainen_studies", found, ("study_scope", "beside.hannukainen"))


def tourism(view: Context) -> Exhibit:
    """Person-years of tourism: what was published, and ours."""
    return _published(view, "read_tourism", demand_published.tourism_beside_published(view), ("beside.tourism",))


def mine(view: Context) -> Exhibit:
    """Jobs of section B in Kittilä beside the people that its mine has told of."""
    found = demand_published.mine_beside_known(view)
    shown = _with_band(found, view.lang, "section_b_band")
    last = found.iloc[-1]
    return _read(
        view,
        "read_mine",
        shown[["year", "own_employees", "contractors", "section_b", "section_b_band", "section_b_of_all"]],
        {"share": percent(last["section_b_of_all"], view.lang), "last_year": int(last["year"])},
        tables=demand_published.MINE_TABLES,
        notes=("told_bounds", "beside.mine"),
        spanners={
            "told": ("own_employees", "contractors"),
            "ours": ("section_b", "section_b_band", "section_b_of_all"),
        },
    )


def mine_staff(view: Context) -> Exhibit:
    """Who works at the mine in Kittilä, as the company and the press have told: own staff and contractors."""
    found = demand_published.staff_told(view)
    shown = pd.DataFrame(
        {
            "year": [str(year) for year in found.index],
            **{name: [_told(found.loc[year, kind], view.lang) for year in found.index] for name, kind in _KINDS},
            "source_title": found["source"].to_list(),
        }
    )
    last = found.dropna().iloc[-1]
    parts = {name: last[kind][0] for name, kind in _KINDS}
    return _read(view, "read_mine_staff", shown, {**parts, "last_year": str(last.name)}, tables=("mines",))


_KINDS = tuple(zip(STAFF, demand_published.STAFF, strict=True))


def _published(view: Context, name: str, found: pd.DataFrame, notes: tuple[str, ...]) -> Exhibit:
    shares = found["ours_of_published"]
    low, high = number(float(shares.min()), view.lang), percent(float(shares.max()), view.lang)
    shown = _with_band(found, view.lang, "ours_band")
    return _read(
        view,
        name,
        shown[["area", "year", "published", "ours", "ours_band", "ours_of_published"]],
        {"least": low, "most": high},
        unit="person_years",
        tables=("published_results", "tourism") if name == "read_tourism" else ("published_results",),
        notes=notes,
    )


def _read(
    view: Context,
    name: str,
    shown: pd.DataFrame,
    parts: Mapping[str, Any],
    spanners: Mapping[str, Sequence[str]] | None = None,
    digits: Mapping[str, int] | None = None,
    runs: Sequence[Any] | None = None,
    **about: Any,
) -> Exhibit:
    """The exhibit of a table: its columns headed in the language, its finding in its title."""
    columns = [str(column) for column in shown]
    headings = {name: name if name.isdigit() else text(f"column.{_plain(name)}", view.lang) for name in columns}
    above = {text(f"spanner.{key}", view.lang): tuple(columns) for key, columns in (spanners or {}).items()}
    options = {"headings": headings, "spanners": above, "digits": dict(digits or {})}
    used = tuple(runs) if runs is not None else (view.forecast,)
    return made(view, name, "table", Draft(data=shown, parts=parts, runs=used, options=options, **about))


def _plain(column: str) -> str:
    """All intervals are headed alike."""
    return "band" if column.endswith("_band") else column


def _with_band(found: pd.DataFrame, lang: str, name: str) -> pd.DataFrame:
    ends = found[["low", "high"]].itertuples(index=False)
    return found.drop(columns=["low", "high"]).assign(**{name: [_band(low, high, lang) for low, high in ends]})


def _band(low: float, high: float, lang: str, decimals: int = 0) -> str:
    return f"{number(low, lang, decimals)}\N{EN DASH}{number(high, lang, decimals)}"


def _yes(was: bool, lang: str) -> str:
    return text("column.yes", lang) if was else ""


def _told(figure: tuple[float, float, float, float] | float, lang: str) -> str:
    """What was told: a number, a lower bound, or a range; nothing where nobody told."""
    if not isinstance(figure, tuple):
        return text("chart.no_value", lang)
    _, value, low, high = figure
    if not math.isnan(value):
        return number(value, lang)
    return text("column.at_least", lang, low=low) if math.isnan(high) else _band(low, high, lang)
