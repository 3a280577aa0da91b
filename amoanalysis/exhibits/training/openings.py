"""Exhibits of theme 2: openings by occupation, the gap, ages, and what mine and tourism both want."""

from __future__ import annotations

import numpy as np
import pandas as pd

from amoanalysis.config.text import number, text
from amoanalysis.exhibits.builder import Draft, made
from amoanalysis.exhibits.context import Context, NotKnown, exhibit
from amoanalysis.exhibits.drawing.exhibit import Exhibit
from amoanalysis.exhibits.phrases import headline, inside, listed, percent
from amoanalysis.exhibits.training.tables import (
    AGES,
    BOOMS,
    ages_of,
    both_want,
    most,
    occupation_names,
    openings_table,
    outlook_of,
)
from amoanalysis.pipeline.training_plan import band
from amoanalysis.plot.style import SERIES

SHOWN, HEAT_ROWS, BOTH_ROWS = 10, 12, 8
PARTS = {"growth": "#e08a2e", "replacement": "#1f5f99"}
BOOM_COLOURS = dict(zip(BOOMS, ("#5b4a3f", SERIES[0]), strict=True))
TABLES = ("employed_by_industry_and_occupation", "employed_by_industry_and_age", "jobs_by_industry")
SUPPLY = ("jobseekers_by_occupation", "training")


@exhibit("openings_by_occupation", theme="training", form="bars")
def openings_by_occupation(view: Context) -> Exhibit:
    """Openings to the year ahead by occupation: those that growth makes, and those that replace who leaves."""
    lang, names, found = view.lang, occupation_names(view), outlook_of(view)
    table = openings_table(view, view.year)
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
    draft = Draft(
        data=pd.DataFrame(rows),
        parts={
            "openings": headline(float(whole["openings"])),
            "share": percent(100 * float(whole["replacement"] / whole["openings"]), lang),
            "since_year": found.start,
            "at_year": view.year,
            "shown": len(rows) // 2,
            "all": _banded(whole, "openings", lang),
            "growing": _banded(whole, "growth", lang),
            "replacing": _banded(whole, "replacement", lang),
        },
        variant="replacement" if whole["replacement"] > whole["growth"] else "growth",
        unit="jobs",
        tables=TABLES,
        runs=(view.forecast,),
        assumed=("occupations", "jobs"),
        notes=("openings_total", "occupation_mix"),
        options={"decimals": 0, "colours": {words[part]: colour for part, colour in PARTS.items()}},
    )
    return made(view, "openings_by_occupation", "bars", draft)


@exhibit("occupation_gap", theme="training", form="heat")
def occupation_gap(view: Context) -> Exhibit:
    """Openings that nobody in the place is there for, occupation by year."""
    lang, names, found = view.lang, occupation_names(view), outlook_of(view)
    at = found.at("gap", view.year)
    order = most(at, HEAT_ROWS)
    if not order:
        raise NotKnown("no_gap")
    years = [year for year in found.years if (year - view.year) % 3 == 0]
    rows = [
        {"row": names[found.codes[i]], "column": str(year), "value": float(found.at("gap", year)[:, i].mean())}
        for i in order
        for year in years
    ]
    base, first = view.futures.occupations, band(at[:, order[0]])
    empty = [names[code] for code in base.seekers.without_jobseekers]
    draft = Draft(
        data=pd.DataFrame(rows),
        parts={
            "occupation": names[found.codes[order[0]]],
            "gap": headline(first["value"]),
            "low": headline(first["low"]),
            "high": headline(first["high"]),
            "all": headline(float(at.sum(axis=1).mean())),
            "since_year": found.start,
            "at_year": view.year,
            "coverage": percent(100 * base.seekers.coverage, lang),
            "unmatched": round(float(found.unmatched.mean())),
            "empty": listed([name.lower() for name in empty], lang),
        },
        unit="persons",
        tables=(*TABLES[:1], *SUPPLY),
        runs=(view.forecast,),
        assumed=("occupations", "training"),
        notes=("occupation_gap", "occupation_gap_coverage"),
        options={"decimals": 0},
    )
    return made(view, "occupation_gap", "heat", draft)


@exhibit("skills_competition", theme="training", form="bars")
def skills_competition(view: Context) -> Exhibit:
    """Occupations that a mine and growing tourism both ask for, in the year ahead."""
    lang, names = view.lang, occupation_names(view)
    codes, more = both_want(view, view.year)
    least = np.min([values.mean(axis=0) for values in more.values()], axis=0)
    order = [int(i) for i in np.argsort(-least, kind="stable")[:BOTH_ROWS] if least[i] > 0]
    if not order:
        raise NotKnown("no_booms")
    words = {name: text(f"boom.{name}", lang) for name in BOOMS}
    rows = [
        {"category": names[codes[i]], "series": words[name], **band(more[name][:, i])} for i in order for name in BOOMS
    ]
    draft = Draft(
        data=pd.DataFrame(rows),
        parts={
            "first": names[codes[order[0]]].lower(),
            "second": names[codes[order[min(1, len(order) - 1)]]].lower(),
            "mine": headline(float(more[BOOMS[0]].sum(axis=1).mean())),
            "tourism": headline(float(more[BOOMS[1]].sum(axis=1).mean())),
            "at_year": view.year,
        },
        unit="jobs",
        tables=TABLES[:1],
        runs=(view.baseline, *(view.futures.of(name) for name in BOOMS)),
        assumed=("events", "tourism", "occupations"),
        notes=("competition", "occupation_mix"),
        options={"decimals": 0, "colours": {words[name]: BOOM_COLOURS[name] for name in BOOMS}},
    )
    return made(view, "skills_competition", "bars", draft)


@exhibit("occupation_ages", theme="training", form="heat")
def occupation_ages(view: Context) -> Exhibit:
    """Ages of the workers of the largest occupations, the oldest first."""
    lang, names, ages = view.lang, occupation_names(view), ages_of(view)
    largest = [outlook_of(view).codes[i] for i in most(outlook_of(view).jobs[0], HEAT_ROWS)]
    shown = ages.loc[largest].sort_values(AGES[-1], ascending=False, kind="stable")
    rows = [
        {"row": names[str(code)], "column": str(group).replace("-", "–"), "value": float(share)}
        for code, row in shown.iterrows()
        for group, share in row.items()
    ]
    oldest, youngest = shown.iloc[0], shown.iloc[-1]
    draft = Draft(
        data=pd.DataFrame(rows),
        parts={
            "oldest": names[str(oldest.name)],
            "old": percent(float(oldest[AGES[-1]]), lang),
            "youngest": names[str(youngest.name)].lower(),
            "young": percent(float(youngest[AGES[-1]]), lang),
            "where": inside(view.place, lang),
        },
        unit="%",
        tables=("employed_by_industry_and_age", "jobs_by_workplace", TABLES[0]),
        notes=("occupation_ages",),
        options={"decimals": 0},
    )
    return made(view, "occupation_ages", "heat", draft)


def _banded(row: pd.Series, part: str, lang: str) -> str:
    """A figure with its interval, in words."""
    ends = {name: number(headline(float(row[f"{part}{end}"])), lang) for name, end in _ENDS.items()}
    return text("change.band", lang, **ends)


_ENDS = {"value": "", "low": "_low", "high": "_high"}
