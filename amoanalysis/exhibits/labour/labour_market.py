"""Exhibits of the labour market: labour force, labour demand, jobs, commuting and unfilled jobs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from amoanalysis.config.text import number, text
from amoanalysis.exhibits.builder import ExhibitDraft, bar_colour, describe_trend, exhibit
from amoanalysis.exhibits.context import (
    HIGH,
    LOW,
    Context,
    MissingFigures,
    build_forecast_line,
    build_history_line,
    build_line,
    build_observed_line,
    draws_in_year,
    get_last_observed,
    sum_over_members,
)
from amoanalysis.exhibits.map_layers import load_neighbour_shapes, load_region_shapes
from amoanalysis.exhibits.phrases import format_percent, round_for_title
from amoanalysis.models.jobs.labour_demand import SECTIONS
from amoanalysis.pipeline.commuting_flows import estimate_commuting_flows
from amoanalysis.results.forecast import Forecast

SINCE = 1990
# Sections shown by name; the others are summed.
MOST_SECTIONS = 7
OTHERS = "other"
# Smaller changes, in jobs, count as none.
LEAST_CHANGE = 3.0
NEED_COLOUR, FORCE_COLOUR = "#d55e00", "#1f5f99"
IN_COLOUR, OUT_COLOUR = "#15936f", "#8a3a8f"
COMMUTING_STEP = 10
BALANCE = (
    "employed_residents",
    "out_commuters",
    "in_commuters",
    "non_resident_workers",
    "unfilled_jobs",
    "labour_demand",
)


@exhibit("labour_force_fan", theme="labour", form="fan")
def labour_force_fan(context: Context) -> ExhibitDraft:
    """Labour force and labour demand."""
    run, code, lang = context.forecast, context.place.code, context.lang
    force, need = text("series.labour_force", lang), text("series.labour_demand", lang)
    rows = [
        build_line(run, "labour_force", code, force),
        build_history_line(run, "jobs", code, need),
        build_forecast_line(run, run.values("labour_demand", code), need, "labour_demand"),
    ]
    spare = draws_in_year(run, "labour_force", code, context.year) - draws_in_year(
        run, "labour_demand", code, context.year
    )
    middle = float(np.median(spare))
    margin = 0.02 * float(np.median(draws_in_year(run, "labour_demand", code, context.year)))
    return ExhibitDraft(
        data=pd.concat(rows),
        parts={
            "gap": round_for_title(abs(middle)),
            "at_year": context.year,
            "share": format_percent(100 * float((spare < 0).mean()), lang),
            "end_year": run.years[-1],
            "since_year": run.history("labour_force", code)["year"].min(),
        },
        variant="even" if abs(middle) < margin else "more" if middle > 0 else "fewer",
        tables=("labour_market_monthly", "employed_residents", "jobs_by_workplace"),
        runs=(run,),
        assumed=("labour_force", "jobs"),
        notes=("need_is_jobs", "nowcast"),
        options={"colours": {force: FORCE_COLOUR, need: NEED_COLOUR}, "zero": False},
    )


@exhibit("labour_balance", theme="labour", form="waterfall")
def labour_balance(context: Context) -> ExhibitDraft:
    """Employed residents, commuters, non-resident workers and unfilled jobs, which add up to labour demand."""
    run, code, lang = context.forecast, context.place.code, context.lang
    mean = {name: float(draws_in_year(run, name, code, context.year).mean()) for name in BALANCE}
    own = mean["employed_residents"] - mean["out_commuters"]
    rows = [
        {
            "step": text(f"balance.{name}", lang),
            "kind": "total" if name in (BALANCE[0], BALANCE[-1]) else "delta",
            "value": -value if name == "out_commuters" else value,
        }
        for name, value in mean.items()
    ]
    return ExhibitDraft(
        data=pd.DataFrame(rows),
        parts={
            "own": format_percent(100 * own / mean["labour_demand"], lang),
            "need": round_for_title(mean["labour_demand"]),
            "commuters": round_for_title(mean["in_commuters"]),
            "unfilled": number(mean["unfilled_jobs"], lang),
            "at_year": context.year,
        },
        variant="filled" if mean["unfilled_jobs"] < 0.01 * mean["labour_demand"] else "unfilled",
        unit="persons_or_jobs",
        tables=("jobs_by_workplace", "employed_residents", "labour_market_monthly"),
        runs=(run,),
        assumed=("balance",),
        notes=("means", *(("inner_commuting",) if len(context.members) > 1 else ())),
        options={"decimals": 0, "zero": False},
    )


@exhibit("jobs_fan", theme="labour", form="fan")
def jobs_fan(context: Context) -> ExhibitDraft:
    """Jobs by place of work: observed, nowcast from the register, forecast."""
    run, code, name = context.forecast, context.place.code, context.place.name_in(context.lang)
    table = context.data.table("jobs_by_workplace")
    whole = table[(table[["commuting", "education", "age_group"]] == "total").all(axis=1)]
    known = sum_over_members(context, whole, "persons")
    recent = build_history_line(run, "jobs", code, name)
    if recent.empty:
        raise MissingFigures("history")
    older = known[(known.index >= SINCE) & (known.index < recent["year"].min())]
    title, parts = describe_trend(
        context, "jobs_fan", get_last_observed(run, "jobs", code), run, run.values("jobs", code)
    )
    return ExhibitDraft(
        data=pd.concat(
            [build_observed_line(older, name), recent, build_forecast_line(run, run.values("jobs", code), name, "jobs")]
        ),
        parts={**parts, "since_year": min([*older.index, *recent["year"]])},
        title=title,
        unit="jobs",
        tables=("jobs_by_workplace", "labour_market_monthly"),
        runs=(run,),
        assumed=("jobs", "tourism"),
        notes=("nowcast",),
        options={"colours": {name: context.place.colour}, "zero": False},
    )


@exhibit("jobs_by_industry", theme="labour", form="bars")
def jobs_by_industry(context: Context) -> ExhibitDraft:
    """Jobs by section in the last complete year and in the year ahead."""
    run, lang = context.forecast, context.lang
    known_year, known = _load_industry_jobs(context)
    draws = {
        section: draws_in_year(run, "jobs_by_industry", context.place.code, context.year, section)
        for section in SECTIONS
    }
    size = {s: max(known.get(s, 0.0), float(np.median(draws[s]))) for s in SECTIONS if s != "TUX"}
    shown = sorted(size, key=lambda s: -size[s])[:MOST_SECTIONS]
    rest = [section for section in SECTIONS if section not in shown]
    draws[OTHERS] = np.sum([draws[section] for section in rest], axis=0)
    known[OTHERS] = sum(known.get(section, 0.0) for section in rest)
    rows = [row for s in (*shown, OTHERS) for row in _industry_rows(context, s, known, known_year, draws[s])]
    change = {s: float(np.median(draws[s])) - known.get(s, 0.0) for s in shown}
    up, down = max(change, key=lambda s: change[s]), min(change, key=lambda s: change[s])
    return ExhibitDraft(
        data=pd.DataFrame(rows),
        parts={
            "up": text(f"industry.{up}", lang),
            "down": text(f"industry.{down}", lang),
            "up_by": number(change[up], lang, sign=True),
            "down_by": number(change[down], lang, sign=True),
            "known_year": known_year,
            "at_year": context.year,
        },
        variant=_industry_variant(change[up], change[down]),
        unit="jobs",
        tables=("jobs_by_industry",),
        runs=(run,),
        assumed=("jobs", "tourism"),
        notes=("industry_base",),
        options={"decimals": 0, "colours": {str(known_year): "#aab4be", str(context.year): bar_colour(context)}},
    )


@exhibit("commuting_bars", theme="labour", form="bars")
def commuting_bars(context: Context) -> ExhibitDraft:
    """In-commuters and out-commuters, observed and forecast."""
    run, code, lang = context.forecast, context.place.code, context.lang
    rows = []
    known: dict[str, pd.Series] = {}
    for measure, table in (("in_commuters", "jobs_by_workplace"), ("out_commuters", "employed_residents")):
        frame = context.data.table(table)
        whole = (frame[["education", "age_group"]] == "total").all(axis=1)
        known[measure] = sum_over_members(
            context, frame[whole & (frame["commuting"] == measure.removesuffix("s"))], "persons"
        )
    last = int(min(series.index.max() for series in known.values()) if all(map(len, known.values())) else 0)
    if not last:
        raise MissingFigures("history")
    years = [y for y in range(int(known["in_commuters"].index.min()), last) if y % COMMUTING_STEP == 0]
    for year in (*years, last):
        rows += [_commuter_row(lang, name, str(year), float(known[name][year])) for name in known]
    for year in dict.fromkeys((min(2025, context.year), context.year)):
        rows += [_forecast_commuter_row(run, lang, name, code, year) for name in known]
    now = {name: float(series[last]) for name, series in known.items()}
    return ExhibitDraft(
        data=pd.DataFrame(rows),
        parts={
            "coming": now["in_commuters"],
            "leaving": now["out_commuters"],
            "coming_ahead": round_for_title(float(np.median(draws_in_year(run, "in_commuters", code, context.year)))),
            "leaving_ahead": round_for_title(float(np.median(draws_in_year(run, "out_commuters", code, context.year)))),
            "last_year": last,
            "at_year": context.year,
        },
        variant="in" if now["in_commuters"] > now["out_commuters"] else "out",
        tables=("jobs_by_workplace", "employed_residents"),
        runs=(run,),
        assumed=("balance",),
        notes=(("inner_commuting",) if len(context.members) > 1 else ()),
        options={
            "decimals": 0,
            "colours": {text("series.in_commuters", lang): IN_COLOUR, text("series.out_commuters", lang): OUT_COLOUR},
        },
    )


def _load_industry_jobs(context: Context) -> tuple[int, dict[str, float]]:
    """Latest year with complete jobs by section in all municipalities of the place, and its jobs."""
    table = context.data.table("jobs_by_industry")
    own = table[table["place"].isin(context.members) & (table["completeness"] == "complete")]
    if set(own["place"]) != set(context.members):
        raise MissingFigures("industries")
    year = int(own["year"].max())
    rows = own[(own["year"] == year) & (own["industry"] != "TOTAL")]
    section = rows["industry"].where(~rows["industry"].isin(["T", "U", "X"]), "TUX")
    sums = rows.groupby(section)["jobs"].sum()
    return year, {str(name): float(value) for name, value in sums.items()}


def _industry_variant(up: float, down: float) -> str:
    grows, shrinks = up >= LEAST_CHANGE, down <= -LEAST_CHANGE
    return "both" if grows and shrinks else "up" if grows else "down" if shrinks else "still"


def _industry_rows(
    context: Context, section: str, known: dict[str, float], known_year: int, draws: np.ndarray
) -> list[dict[str, str | float]]:
    name = text(f"industry.{section}", context.lang)
    name = name[:1].upper() + name[1:]
    low, middle, high = (float(np.quantile(draws, q)) for q in (LOW, 0.5, HIGH))
    return [
        {"category": name, "series": str(known_year), "value": known.get(section, 0.0), "low": np.nan, "high": np.nan},
        {"category": name, "series": str(context.year), "value": middle, "low": low, "high": high},
    ]


def _commuter_row(lang: str, measure: str, category: str, value: float) -> dict[str, str | float]:
    name = text(f"series.{measure}", lang)
    return {"category": category, "series": name, "value": value, "low": np.nan, "high": np.nan}


def _forecast_commuter_row(run: Forecast, lang: str, measure: str, code: str, year: int) -> dict[str, str | float]:
    low, middle, high = (float(np.quantile(draws_in_year(run, measure, code, year), q)) for q in (LOW, 0.5, HIGH))
    row = _commuter_row(lang, measure, text("word.forecast_year", lang, year=str(year)), middle)
    return {**row, "low": low, "high": high}


APART, TOGETHER = "unfilled_jobs", "unfilled_jobs_pooled"
STEP = 5
# Fewer unfilled jobs count as none.
LEAST = 1.0


@exhibit("gap_heat", theme="labour", form="heat")
def gap_heat(context: Context) -> ExhibitDraft:
    """Unfilled jobs by municipality and year, with separate municipalities and with one labour market."""
    run, lang, region = context.forecast, context.lang, context.data.places.region
    years = sorted({run.years[0], context.year, *(year for year in run.years if year % STEP == 0)})
    rows = [
        {
            "row": context.data.places[code].name_in(lang),
            "column": text(f"gap.{way}", lang, year=str(year)),
            "value": float(draws_in_year(run, measure, code, year).mean()),
        }
        for code in (*region.members, region.code)
        for way, measure in (("apart", APART), ("together", TOGETHER))
        for year in years
    ]
    apart, together = mean_unfilled_jobs(context, context.year)
    return ExhibitDraft(
        data=pd.DataFrame(rows),
        parts={
            "apart": round_for_title(apart),
            "together": round_for_title(together),
            "less": round_for_title(apart - together),
            "at_year": context.year,
        },
        variant="none" if apart < LEAST else "same" if apart - together < LEAST else "less",
        unit="jobs",
        tables=("jobs_by_workplace", "labour_market_monthly"),
        runs=(run,),
        assumed=("balance",),
        notes=("means", "pooled"),
        options={"decimals": 0},
    )


def mean_unfilled_jobs(context: Context, year: int) -> tuple[float, float]:
    """Mean unfilled jobs of the region in a year, with separate municipalities and with one labour market."""
    run, code = context.forecast, context.data.places.region.code
    return float(draws_in_year(run, APART, code, year).mean()), float(draws_in_year(run, TOGETHER, code, year).mean())


# Number of flows shown and smallest flow; flows across the border are always shown.
MOST_FLOWS, LEAST_COMMUTERS = 18, 5.0
KINDS = ("among", "in", "out", "border")
COLOURS = dict(zip(KINDS, ("#1f5f99", "#15936f", "#8a3a8f", "#d55e00"), strict=True))
OTHER, BORDER = "other", "border"


@exhibit("commuting_map", theme="labour", form="flows")
def commuting_map(context: Context) -> ExhibitDraft:
    """Commuting between the municipalities of the region, with neighbouring towns and across the border."""
    lang, year = context.lang, context.forecast.years[0]
    flows = estimate_commuting_flows(context.forecast, context.runs.inputs, year)
    region = len(context.members) == len(context.data.places.region.members)
    own = flows[flows["origin"].isin(context.members) | flows["destination"].isin(context.members)]
    placed = own[(own["origin"] != OTHER) & (own["destination"] != OTHER)].dropna(subset=["lon", "origin_lon"])
    if placed.empty:
        raise MissingFigures("commuters")
    ranked = placed[placed["persons"] >= LEAST_COMMUTERS].nlargest(MOST_FLOWS, "persons")
    across = placed[(placed["kind"] == BORDER) & (placed["persons"] >= 1)]
    shown = pd.concat([ranked, across[~across.index.isin(ranked.index)]])
    largest = shown.nlargest(1, "persons").iloc[0]
    border = placed.loc[placed["kind"] == BORDER, "persons"].sum()
    data = pd.DataFrame(
        {
            "origin": [_place_name(context, code) for code in shown["origin"]],
            "destination": [_place_name(context, code) for code in shown["destination"]],
            "kind": [text(f"flow.kind.{kind}", lang) for kind in shown["kind"]],
            "value": shown["persons"].astype(float),
            **{name: shown[name].astype(float) for name in ("origin_lon", "origin_lat", "lon", "lat")},
        }
    )
    return ExhibitDraft(
        data=data.sort_values("value", ascending=False),
        parts={
            "origin": _place_name(context, str(largest["origin"])),
            "destination": _place_name(context, str(largest["destination"])),
            "persons": round_for_title(float(largest["persons"])),
            "border": round_for_title(float(border)),
            "among": round_for_title(float(own.loc[own["kind"] == "among", "persons"].sum())),
            "all": round_for_title(float(own["persons"].sum())),
            "elsewhere": round_for_title(float(own["persons"].sum() - shown["persons"].sum())),
            "first_year": year,
        },
        variant="region" if region else "place",
        tables=("jobs_by_workplace", "employed_residents", "municipalities"),
        runs=(context.forecast,),
        assumed=("balance",),
        notes=("commuting_gravity", *(("border",) if border > 0 else ())),
        options={
            "decimals": 0,
            "areas": load_region_shapes(context),
            "neighbours": load_neighbour_shapes(context),
            "colours": {text(f"flow.kind.{kind}", lang): colour for kind, colour in COLOURS.items()},
        },
    )


def _place_name(context: Context, code: str) -> str:
    """Name of a place, also of a neighbour in Sweden."""
    if code in context.data.places:
        return context.data.places[code].name_in(context.lang)
    shapes = load_neighbour_shapes(context).set_index("place")["label"]
    return str(shapes.get(code, code))
