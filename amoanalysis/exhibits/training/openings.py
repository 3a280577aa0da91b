"""Exhibits of occupations: openings, gaps, ages, and competition between mining and tourism."""

from __future__ import annotations

import numpy as np
import pandas as pd

from amoanalysis.config.text import number, text
from amoanalysis.exhibits.builder import ExhibitDraft, exhibit
from amoanalysis.exhibits.context import Context, MissingFigures
from amoanalysis.exhibits.phrases import format_percent, join_words, locative, round_for_title
from amoanalysis.exhibits.training.tables import (
    AGES,
    compare_booms,
    compute_age_shares,
    largest_groups,
    load_outlook,
    occupation_names,
    tabulate_openings,
)
from amoanalysis.pipeline.occupation_outlook import mean_and_interval
from amoanalysis.plot.style import SERIES

SHOWN, HEAT_ROWS, BOTH_ROWS = 10, 12, 8
PARTS = {"growth": "#e08a2e", "replacement": "#1f5f99"}
BOOM_COLOURS = ("#5b4a3f", SERIES[0])
TABLES = ("employed_by_industry_and_occupation", "employed_by_industry_and_age", "jobs_by_industry")
SUPPLY = ("jobseekers_by_occupation", "training")


@exhibit("openings_by_occupation", theme="training", form="bars")
def openings_by_occupation(context: Context) -> ExhibitDraft:
    """Openings by occupation: growth and replacement demand."""
    lang, names, found = context.lang, occupation_names(context), load_outlook(context)
    table = tabulate_openings(context, context.year)
    whole = table.iloc[-1]
    words = {part: text(f"opening.{part}", lang) for part in PARTS}
    rows = [
        {
            "category": names[str(row["code"])],
            "series": words[part],
            "value": row[part],
            "low": row[f"{part}_low"],
            "high": row[f"{part}_high"],
        }
        for _, row in table.head(SHOWN).iterrows()
        for part in PARTS
    ]
    return ExhibitDraft(
        data=pd.DataFrame(rows),
        parts={
            "openings": round_for_title(float(whole["openings"])),
            "share": format_percent(100 * float(whole["replacement"] / whole["openings"]), lang),
            "since_year": found.start,
            "at_year": context.year,
            "shown": len(rows) // 2,
            "all": _format_interval(whole, "openings", lang),
            "growing": _format_interval(whole, "growth", lang),
            "replacing": _format_interval(whole, "replacement", lang),
        },
        variant="replacement" if whole["replacement"] > whole["growth"] else "growth",
        unit="jobs",
        tables=TABLES,
        runs=(context.forecast,),
        assumed=("occupations", "jobs"),
        notes=("openings_total", "occupation_mix"),
        options={"decimals": 0, "colours": {words[part]: colour for part, colour in PARTS.items()}},
    )


@exhibit("occupation_gap", theme="training", form="heat")
def occupation_gap(context: Context) -> ExhibitDraft:
    """Gap between openings and supply by occupation and year."""
    lang, names, found = context.lang, occupation_names(context), load_outlook(context)
    at = found.values_in_year("gap", context.year)
    order = largest_groups(at, HEAT_ROWS)
    if not order:
        raise MissingFigures("no_gap")
    years = [year for year in found.years if (year - context.year) % 3 == 0]
    rows = [
        {
            "row": names[found.codes[i]],
            "column": str(year),
            "value": float(found.values_in_year("gap", year)[:, i].mean()),
        }
        for i in order
        for year in years
    ]
    base, first = context.runs.occupations, mean_and_interval(at[:, order[0]])
    empty = [names[code] for code in base.seekers.without_jobseekers]
    return ExhibitDraft(
        data=pd.DataFrame(rows),
        parts={
            "occupation": names[found.codes[order[0]]],
            "gap": round_for_title(first["value"]),
            "low": round_for_title(first["low"]),
            "high": round_for_title(first["high"]),
            "all": round_for_title(float(at.sum(axis=1).mean())),
            "since_year": found.start,
            "at_year": context.year,
            "coverage": format_percent(100 * base.seekers.coverage, lang),
            "unmatched": round(float(found.unmatched.mean())),
            "empty": join_words([name.lower() for name in empty], lang),
        },
        unit="persons",
        tables=(*TABLES[:1], *SUPPLY),
        runs=(context.forecast,),
        assumed=("occupations", "training"),
        notes=("occupation_gap", "occupation_gap_coverage"),
        options={"decimals": 0},
    )


@exhibit("skills_competition", theme="training", form="bars")
def skills_competition(context: Context) -> ExhibitDraft:
    """Occupations in demand both in a mine and in growing tourism."""
    lang, names = context.lang, occupation_names(context)
    codes, more = compare_booms(context, context.year)
    least = np.min([values.mean(axis=0) for values in more.values()], axis=0)
    order = [int(i) for i in np.argsort(-least, kind="stable")[:BOTH_ROWS] if least[i] > 0]
    if not order:
        raise MissingFigures("no_booms")
    words = {name: text(f"boom.{name}", lang) for name in more}
    mine, tourism = more.values()
    rows = [
        {"category": names[codes[i]], "series": words[name], **mean_and_interval(more[name][:, i])}
        for i in order
        for name in more
    ]
    return ExhibitDraft(
        data=pd.DataFrame(rows),
        parts={
            "first": names[codes[order[0]]].lower(),
            "second": names[codes[order[min(1, len(order) - 1)]]].lower(),
            "mine": round_for_title(float(mine.sum(axis=1).mean())),
            "tourism": round_for_title(float(tourism.sum(axis=1).mean())),
            "at_year": context.year,
        },
        unit="jobs",
        tables=TABLES[:1],
        runs=(context.baseline, *(context.runs.forecast(name) for name in more)),
        assumed=("events", "tourism", "occupations"),
        notes=("competition", "occupation_mix"),
        options={"decimals": 0, "colours": dict(zip(words.values(), BOOM_COLOURS, strict=True))},
    )


@exhibit("occupation_ages", theme="training", form="heat")
def occupation_ages(context: Context) -> ExhibitDraft:
    """Age structure of the largest occupations, the oldest first."""
    lang, names, ages = context.lang, occupation_names(context), compute_age_shares(context)
    largest = [load_outlook(context).codes[i] for i in largest_groups(load_outlook(context).jobs[0], HEAT_ROWS)]
    shown = ages.loc[largest].sort_values(AGES[-1], ascending=False, kind="stable")
    rows = [
        {"row": names[str(code)], "column": str(group).replace("-", "–"), "value": float(share)}
        for code, row in shown.iterrows()
        for group, share in row.items()
    ]
    oldest, youngest = shown.iloc[0], shown.iloc[-1]
    return ExhibitDraft(
        data=pd.DataFrame(rows),
        parts={
            "oldest": names[str(oldest.name)],
            "old": format_percent(float(oldest[AGES[-1]]), lang),
            "youngest": names[str(youngest.name)].lower(),
            "young": format_percent(float(youngest[AGES[-1]]), lang),
            "where": locative(context.place, lang),
        },
        unit="%",
        tables=("employed_by_industry_and_age", "jobs_by_workplace", TABLES[0]),
        notes=("occupation_ages",),
        options={"decimals": 0},
    )


def _format_interval(row: pd.Series, part: str, lang: str) -> str:
    """A figure with its interval as text."""
    ends = {name: number(round_for_title(float(row[f"{part}{end}"])), lang) for name, end in _ENDS.items()}
    return text("change.band", lang, **ends)


_ENDS = {"value": "", "low": "_low", "high": "_high"}
