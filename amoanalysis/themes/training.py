"""Exhibits of theme 2: who is of an age to be trained, and what those at work have learnt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from amoanalysis.charts.exhibit import Exhibit
from amoanalysis.models.draws import Array
from amoanalysis.models.education import UNKNOWN
from amoanalysis.text import number, text
from amoanalysis.themes.making import Draft, colour_of, made, trend
from amoanalysis.themes.registry import NotKnown, exhibit
from amoanalysis.themes.series import HIGH, LOW, OBSERVED, at, forecast_line, known_line, required, summed
from amoanalysis.themes.words import percent

if TYPE_CHECKING:
    from amoanalysis.themes.view import PlaceView

# Those who choose a school after the comprehensive one.
YOUTH = ("f 15-19", "m 15-19")
YOUTH_AGES = (15, 19)
LEVELS = ("higher_tertiary", "lower_tertiary", "upper_secondary", "basic")
LEVEL_COLOURS = dict(zip(LEVELS, ("#123f68", "#4d93c8", "#9ec3e2", "#c9ced3"), strict=True))
SINCE = 1990
MEASURE = "employed_by_education"
# Years before the last known one that a change is shown over; percentage points that are none to speak of.
EARLIER = 10
SAME_SHARE = 1.0
EDUCATION_COLOURS = ("#c9ced3", "#7f8a94", "#4d93c8")


@exhibit("training_age_fan", theme="training", form="fan")
def training_age_fan(view: PlaceView) -> Exhibit:
    """Persons of 15-19, known and ahead."""
    run, code, name = view.forecast, view.place.code, view.place.named(view.lang)
    table = view.data.table("population_by_age_sex")
    own = table[table["age"].between(*YOUTH_AGES)]
    young = own.groupby(["place", "year"], as_index=False).agg(population=("population", "sum"))
    known = required(summed(view, young, "population"), "ages")
    values = np.sum([run.values("population_by_sex_age", code, group) for group in YOUTH], axis=0)
    newest = (int(known.index[-1]), float(known.iloc[-1]))
    title, parts = trend(view, "training_age_fan", newest, run, values)
    draft = Draft(
        data=pd.concat([known_line(known, name), forecast_line(run, values, name, "population_by_sex_age")]),
        parts={**parts, "since_year": known.index[0]},
        title=title,
        tables=("population_by_age_sex",),
        runs=(run,),
        assumed=("population",),
        notes=("youth",),
        options={"colours": {name: colour_of(view)}, "zero": False, "decimals": 0},
    )
    return made(view, "training_age_fan", "fan", draft)


@exhibit("education_of_workers", theme="training", form="stacked")
def education_of_workers(view: PlaceView) -> Exhibit:
    """Employed residents by level of education."""
    table = view.data.table("employed_residents")
    own = table[(table["commuting"] == "total") & (table["age_group"] == "total") & (table["year"] >= SINCE)]
    levels = {level: summed(view, own[own["education"] == level], "persons") for level in LEVELS}
    wide = pd.DataFrame(levels).dropna()
    if wide.empty:
        raise NotKnown("education")
    share = 100 * wide.div(wide.sum(axis=1), axis=0)
    names = {level: text(f"education.{level}", view.lang) for level in LEVELS}
    long = wide.rename(columns=names).rename_axis("year").reset_index().melt("year", var_name="series")
    first, last = int(wide.index[0]), int(wide.index[-1])
    high = share["lower_tertiary"] + share["higher_tertiary"]
    lang = view.lang
    draft = Draft(
        data=long.assign(kind=OBSERVED),
        parts={
            "basic_first": percent(float(share["basic"].iloc[0]), lang),
            "basic_last": percent(float(share["basic"].iloc[-1]), lang),
            "high_first": percent(float(high.iloc[0]), lang),
            "high_last": percent(float(high.iloc[-1]), lang),
            "first_year": first,
            "last_year": last,
        },
        variant="up" if high.iloc[-1] > high.iloc[0] else "down",
        tables=("employed_residents",),
        options={"colours": {names[level]: LEVEL_COLOURS[level] for level in LEVELS}, "decimals": 0},
    )
    return made(view, "education_of_workers", "stacked", draft)


@exhibit("education_ahead", theme="training", form="bars")
def education_ahead(view: PlaceView) -> Exhibit:
    """Levels of education among employed residents, per cent: ten years before the last known year, then, and ahead."""
    run, lang = view.forecast, view.lang
    known = levels_known(view)
    last = int(known.index[-1])
    draws = {level: share_ahead(view, level, view.year) for level in LEVELS}
    names = [str(last - EARLIER), str(last), text("word.forecast_year", lang, year=str(view.year))]
    rows: list[dict[str, str | float]] = []
    for level in LEVELS:
        category = text(f"education.{level}", lang)
        rows += [
            {
                "category": category,
                "series": str(year),
                "value": float(known[level][year]),
                "low": np.nan,
                "high": np.nan,
            }
            for year in (last - EARLIER, last)
        ]
        low, middle, high = (float(q) for q in np.quantile(draws[level], [LOW, 0.5, HIGH]))
        rows.append({"category": category, "series": names[2], "value": middle, "low": low, "high": high})
    tertiary = draws["lower_tertiary"] + draws["higher_tertiary"]
    now = float(known["lower_tertiary"].iloc[-1] + known["higher_tertiary"].iloc[-1])
    low, middle, high = (float(q) for q in np.quantile(tertiary, [LOW, 0.5, HIGH]))
    draft = Draft(
        data=pd.DataFrame(rows),
        parts={
            "now": percent(now, lang),
            "then": percent(middle, lang),
            "low": number(low, lang),
            "high": percent(high, lang),
            "basic_now": percent(float(known["basic"].iloc[-1]), lang),
            "basic_then": percent(float(np.median(draws["basic"])), lang),
            "first_year": last - EARLIER,
            "last_year": last,
            "at_year": view.year,
        },
        variant="up" if middle - now > SAME_SHARE else "down" if now - middle > SAME_SHARE else "same",
        unit="%",
        tables=("employed_residents",),
        runs=(run,),
        assumed=("labour_force",),
        notes=("cohorts",),
        options={"decimals": 0, "colours": dict(zip(names, EDUCATION_COLOURS, strict=True))},
    )
    return made(view, "education_ahead", "bars", draft)


def levels_known(view: PlaceView) -> pd.DataFrame:
    """Shares of the levels in known years, per cent: index year, columns level.

    Raises:
        NotKnown: if they are not known of every municipality over the years shown, or not ahead.
    """
    run, code = view.forecast, view.place.code
    known = {level: run.history("employed_by_education", code, level).set_index("year")["value"] for level in LEVELS}
    wide = pd.DataFrame(known).dropna()
    if wide.empty or wide.index[-1] - EARLIER not in wide.index or at(run, MEASURE, code, view.year, UNKNOWN).any():
        raise NotKnown("education")
    return 100 * wide.div(wide.sum(axis=1), axis=0)


def share_ahead(view: PlaceView, level: str, year: int) -> Array:
    """Share of a level in employed residents of a forecast year, per cent: (draw,)."""
    run, code = view.forecast, view.place.code
    return np.asarray(100 * at(run, MEASURE, code, year, level) / at(run, "employed_residents", code, year))
