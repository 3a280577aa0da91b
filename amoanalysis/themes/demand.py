"""Exhibits of the labour demand: why jobs changed, where scenarios add them, what multiplies and what moves them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from amoanalysis.charts.exhibit import Exhibit
from amoanalysis.charts.style import DOWN, SERIES, UP
from amoanalysis.forecast.inputs import TABLE_YEAR
from amoanalysis.models.draws import Array
from amoanalysis.models.jobs import SECTIONS
from amoanalysis.text import number, text
from amoanalysis.themes.demand_tables import (
    COMPARED_SECTIONS,
    SHIFT_YEARS,
    multiplier_rows,
    named_assumption,
    shift_share_of,
    tiny_cells,
)
from amoanalysis.themes.making import Draft, made
from amoanalysis.themes.registry import NotKnown, exhibit
from amoanalysis.themes.series import HIGH, LOW, at
from amoanalysis.themes.words import capital, headline, listed

if TYPE_CHECKING:
    from amoanalysis.forecast import Forecast
    from amoanalysis.themes.view import PlaceView

# What is shown by name; the rest would only be small print.
MOST_SECTIONS, MOST_SCENARIOS, MOST_SWINGS = 5, 3, 8
LEAST_JOBS = 1.0
PARTS = ("national", "mix", "local")
# As the industry in the reference area: the national part and the mix together, which for one industry are one thing.
SHIFT_COLOURS = {"national": "#9aa5b1", "mix": "#e08a2e", "alike": "#e08a2e", "local": "#1f5f99"}
MOVED = "labour_need"
UNKNOWN = SECTIONS[-1]


@exhibit("shift_share", theme="labour", form="bars")
def shift_share(view: PlaceView) -> Exhibit:
    """Why jobs changed: Lapland's course, the place's industries, and the place itself."""
    first, last = SHIFT_YEARS
    found, lang = shift_share_of(view), view.lang
    whole = found[["change", *PARTS]].sum()
    if len(view.members) > 1:
        groups = (
            found.groupby("place", sort=False)[[*PARTS]].sum().rename(lambda code: view.data.places[code].named(lang))
        )
    else:
        groups = _largest(found.set_index("industry")[[*PARTS, "change"]], lang)
    shown = [part for part in SHIFT_COLOURS if part in groups]
    long = groups[shown].rename_axis("category").reset_index().melt("category", var_name="part")
    long = long.sort_values("category", key=lambda names: names.map(list(groups.index).index), kind="stable")
    own = {part: number(float(whole[part]), lang, sign=True) for part in PARTS}
    largest = max(("mix", "local"), key=lambda part: abs(float(whole[part])))
    draft = Draft(
        data=long.assign(series=[text(f"shift.{part}", lang) for part in long["part"]]).drop(columns="part"),
        parts={
            **own,
            "change": number(float(whole["change"]), lang, sign=True),
            "first_year": first,
            "last_year": last,
        },
        variant=largest,
        unit="jobs",
        tables=("jobs_by_industry", "jobs_by_workplace"),
        notes=("shift_share",),
        options={
            "decimals": 0,
            "sign": True,
            "colours": {text(f"shift.{part}", lang): SHIFT_COLOURS[part] for part in shown},
        },
    )
    return made(view, "shift_share", "bars", draft)


@exhibit("jobs_by_industry_scenarios", theme="foresight", form="bars")
def jobs_by_industry_scenarios(view: PlaceView) -> Exhibit:
    """Jobs by section in the last year, scenario less baseline, of the scenarios that change the place most."""
    lang, year, runs = view.lang, view.futures.until, _strongest(view)
    change = {run.scenario.titled(lang): _by_section(view, run, year) for run in runs}
    means = pd.DataFrame({name: values.mean(axis=1) for name, values in change.items()}, index=list(SECTIONS))
    shown = means.drop(index=UNKNOWN).abs().max(axis=1).sort_values(ascending=False).index[:MOST_SECTIONS]
    first = next(iter(change))
    top = SECTIONS[int(means[first].abs().to_numpy().argmax())]
    most = float(means[first].loc[top])
    rows = [
        {
            "category": capital(text(f"industry.{section}", lang)),
            "series": name,
            **_interval(values[SECTIONS.index(section)]),
        }
        for section in means.loc[shown].sum(axis=1).sort_values(ascending=False).index
        for name, values in change.items()
    ]
    draft = Draft(
        data=pd.DataFrame(rows),
        parts={
            "alternative": first,
            "industry": text(f"industry.{top}", lang),
            "change": number(most, lang, sign=True),
            "all": number(float(means[first].sum()), lang, sign=True),
            "at_year": year,
            "scenarios": listed([f"”{name}”" if lang != "en" else f"“{name}”" for name in change], lang),
        },
        variant="" if abs(most) >= LEAST_JOBS else "small",
        unit="jobs",
        tables=("jobs_by_industry",),
        runs=(view.baseline, *runs),
        assumed=("events", "tourism", "multipliers"),
        notes=("means_paired",),
        options={"decimals": 0, "sign": True, "colours": dict(zip(change, SERIES, strict=False))},
    )
    return made(view, "jobs_by_industry_scenarios", "bars", draft)


@exhibit("multipliers_compared", theme="labour", form="bars")
def multipliers_compared(view: PlaceView) -> Exhibit:
    """Jobs around a hundred jobs of a kind: in Lapland as the table has it, in the place by two quotients."""
    rows, lang = multiplier_rows(view), view.lang
    data = rows[["category", "series", "value", "low", "high"]].dropna(subset="value")
    small = tiny_cells(view)
    section = next((code for code in COMPARED_SECTIONS if code not in small), COMPARED_SECTIONS[0])
    both = rows[(rows["section"] == section) & (rows["type"] == 2)].set_index("method")["value"]
    draft = Draft(
        data=data,
        parts={
            "industry": text(f"industry.{section}", lang),
            "around_lapland": number(float(both["unadjusted"]), lang),
            "around_here": number(float(both["flq"]), lang),
            "small": listed([text(f"industry.{code}", lang) for code in small], lang),
            "table_year": TABLE_YEAR,
        },
        unit="per_hundred_jobs",
        tables=("input_output_2014", "jobs_by_industry"),
        notes=("multipliers", *(("small_cells",) if small else ())),
        options={
            "decimals": 0,
            "colours": dict(zip(dict.fromkeys(data["series"]), ("#9aa5b1", *SERIES), strict=False)),
        },
    )
    return made(view, "multipliers_compared", "bars", draft)


@exhibit("tornado", theme="foresight", form="bars")
def tornado(view: PlaceView) -> Exhibit:
    """The assumptions that move the labour need of the year ahead most, one at a time from low to high."""
    lang, name = view.lang, view.scenarios[0]
    scenario = view.futures.scenario(name)
    table = view.futures.swings(name, MOVED, view.year).table(list(view.members)).head(MOST_SWINGS)
    ends = {"at_low": text("tornado.low", lang), "at_high": text("tornado.high", lang)}
    labels = [named_assumption(view, scenario.assumptions, path) for path in table["path"]]
    if table.empty or len(set(labels)) < len(labels):
        raise NotKnown("no_swings")
    rows = [
        {"category": capital(label), "series": words, "value": float(row[end])}
        for label, (_, row) in zip(labels, table.iterrows(), strict=True)
        for end, words in ends.items()
    ]
    first = table.iloc[0]
    draft = Draft(
        data=pd.DataFrame(rows),
        parts={
            "assumption": labels[0].split(" (")[0],
            "low": number(min(first["at_low"], first["at_high"]), lang, sign=True),
            "high": number(max(first["at_low"], first["at_high"]), lang, sign=True),
            "base": headline(float(at(view.forecast, MOVED, view.place.code, view.year).mean())),
            "at_year": view.year,
        },
        unit="jobs",
        runs=(view.forecast,),
        assumed=("jobs", "tourism", "population"),
        notes=("tornado",),
        options={"decimals": 0, "sign": True, "colours": {ends["at_low"]: DOWN, ends["at_high"]: UP}},
    )
    return made(view, "tornado", "bars", draft)


def _largest(sections: pd.DataFrame, lang: str) -> pd.DataFrame:
    """The sections that changed most by name, the others together; the largest gain first."""
    alike = sections.assign(alike=sections["national"] + sections["mix"])[["alike", "local", "change"]]
    order = alike["change"].abs().sort_values(ascending=False).index
    shown = [section for section in order if section != UNKNOWN][: MOST_SECTIONS + 1]
    named = alike.loc[shown].sort_values("change", ascending=False)
    named = named.rename(lambda section: capital(text(f"industry.{section}", lang)))
    others = alike.drop(index=shown).sum().to_frame(capital(text("industry.other", lang))).T
    return pd.concat([named, others])


def _strongest(view: PlaceView) -> list[Forecast]:
    """The compared scenario that changes the jobs of the place most, and those that differ most from it and each other.

    Raises:
        NotKnown: if there is none to compare.
    """
    others, year = view.others, view.futures.until
    if not others:
        raise NotKnown("no_scenario")
    means = {run.scenario.name: _by_section(view, run, year).mean(axis=1) for run in others}
    kept = [np.zeros(len(SECTIONS))]
    chosen: list[Forecast] = []
    while len(chosen) < min(MOST_SCENARIOS, len(others)):
        left = [run for run in others if run not in chosen]
        far = [min(float(np.abs(means[run.scenario.name] - other).sum()) for other in kept) for run in left]
        chosen.append(left[int(np.argmax(far))])
        kept.append(means[chosen[-1].scenario.name])
    return chosen


def _by_section(view: PlaceView, run: Forecast, year: int) -> Array:
    """Jobs of a scenario less those of the baseline: (section, draw)."""
    base, code = view.baseline, view.place.code
    return np.stack(
        [at(run, "jobs_by_industry", code, year, s) - at(base, "jobs_by_industry", code, year, s) for s in SECTIONS]
    )


def _interval(draws: Array) -> dict[str, float]:
    """Mean and 80 % interval, where that holds the mean."""
    mean, (low, high) = float(draws.mean()), (float(q) for q in np.quantile(draws, [LOW, HIGH]))
    holds = low <= mean <= high
    return {"value": mean, "low": low if holds else np.nan, "high": high if holds else np.nan}
