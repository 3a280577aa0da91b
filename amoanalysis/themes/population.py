"""Exhibits of people: how many, how old, and what changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from amoanalysis.charts.exhibit import Exhibit
from amoanalysis.models.draws import Array
from amoanalysis.text import text
from amoanalysis.themes.earlier_ages import earlier_ages
from amoanalysis.themes.making import Draft, colour_of, made, trend
from amoanalysis.themes.registry import NotKnown, exhibit
from amoanalysis.themes.series import FORECAST, at, forecast_line, known_line, last_known, line, required, summed
from amoanalysis.themes.words import capital, course, headline, listed, percent, verb

if TYPE_CHECKING:
    from amoanalysis.themes.view import PlaceView

SINCE = 1990
# More places than this would not be told apart in a chart of small panels.
MOST_PANELS = 9
OLD, WORKING = "65-", "15-64"
AGED_FROM = 90
OFFICIAL_COLOUR = "#56616c"


@exhibit("population_fan", theme="labour", form="fan")
def population_fan(view: PlaceView) -> Exhibit:
    """Population since 1990 and its forecast, beside the official projection; the region in a panel a municipality."""
    if view.place.kind == "region" and 1 < len(view.members) <= MOST_PANELS:
        return _population_grid(view)
    run, code, name = view.forecast, view.place.code, view.place.named(view.lang)
    rows, official = line(run, "population", code, name, SINCE), _official(view)
    known = last_known(run, "population", code)
    title, parts = trend(view, "population_fan", known, run, run.values("population", code))
    colours = {name: colour_of(view), **dict.fromkeys(official["series"], OFFICIAL_COLOUR)}
    draft = Draft(
        data=pd.concat([rows, official], ignore_index=True) if len(official) else rows,
        parts={**parts, "since_year": rows["year"].min()},
        title=title,
        tables=("population", *(("official_projection",) if len(official) else ())),
        runs=(run,),
        assumed=("population",),
        options={"colours": colours, "zero": False, "decimals": 0},
    )
    return made(view, "population_fan", "fan", draft)


@exhibit("dependency_ratio", theme="labour", form="fan")
def dependency_ratio(view: PlaceView) -> Exhibit:
    """Children and old people per hundred of working age."""
    run, code, name = view.forecast, view.place.code, view.place.named(view.lang)
    table = view.data.table("population")
    total, working = (summed(view, table, column) for column in ("population", "population_15_64"))
    known = required((100 * (total / working - 1)).dropna())
    values = 100 * (run.values("population", code) / run.values("population_by_age", code, WORKING) - 1)
    newest = (int(known.index[-1]), float(known.iloc[-1]))
    title, parts = trend(view, "dependency_ratio", newest, run, values, round)
    since = known[known.index >= SINCE]
    draft = Draft(
        data=pd.concat([known_line(since, name), forecast_line(run, values, name)]),
        parts={**parts, "next_year": run.years[0], "since_year": since.index[0]},
        title=title,
        unit="per_hundred",
        tables=("population",),
        runs=(run,),
        assumed=("population",),
        notes=("ratio_break",),
        options={"colours": {name: colour_of(view)}, "zero": False, "decimals": 0},
    )
    return made(view, "dependency_ratio", "fan", draft)


@exhibit("population_pyramid", theme="training", form="pyramid")
def population_pyramid(view: PlaceView) -> Exhibit:
    """Ages of women and men in an earlier year, the last one observed and the last forecast year."""
    run, code = view.forecast, view.place.code
    known = _ages(view)
    now_year, end_year = int(known["year"].iloc[0]), run.years[-1]
    draws = at(run, "population_by_age", code, end_year, OLD) / at(run, "population", code, end_year)
    old_now = 100 * known.loc[known["age"] >= 65, "population"].sum() / known["population"].sum()
    old_end = 100 * float(np.median(draws))
    young = _schoolchildren(view, known, end_year)
    way = course(old_now, 100 * draws)
    same = way == "flat" or abs(round(old_now) - round(old_end)) <= 1
    variant = "flat" if same else "open" if way == "open" else "move"
    earlier = earlier_ages(view)
    then = [_groups_known(earlier[1], str(earlier[0]))] if earlier else []
    draft = Draft(
        data=pd.concat([_groups_known(known, str(now_year)), *then, _groups_ahead(view, str(end_year))]),
        parts={
            "verb": verb(way, view.lang) if variant == "move" else "",
            "from_now": percent(round(old_now), view.lang, case="sta"),
            "to_end": percent(round(old_end), view.lang, case="iin"),
            "now": percent(round(old_now), view.lang),
            "end": percent(round(old_end), view.lang),
            "young_now": young[0],
            "young_end": headline(young[1]),
            "then_year": earlier[0] if earlier else now_year,
            "now_year": now_year,
            "end_year": end_year,
        },
        variant=variant,
        tables=("population_by_age_sex", *(("population_by_age_group",) if earlier else ())),
        runs=(run,),
        assumed=("population",),
        notes=("pyramid", *(("pyramid_then",) if earlier else ())),
        options={"filled": str(now_year)},
    )
    return made(view, "population_pyramid", "pyramid", draft)


def _population_grid(view: PlaceView) -> Exhibit:
    run, places = view.forecast, [view.data.places[code] for code in view.members]
    names = [place.named(view.lang) for place in places]
    rows = [
        line(run, "population", place.code, text("series.population", view.lang), SINCE).assign(panel=name)
        for place, name in zip(places, names, strict=True)
    ]
    ways: dict[str, list[str]] = {"up": [], "flat": [], "open": [], "down": []}
    for place, name in zip(places, names, strict=True):
        _, now = last_known(run, "population", place.code)
        ways[course(now, run.values("population", place.code)[-1]).removesuffix("_likely")].append(name)
    draft = Draft(
        data=pd.concat(rows),
        parts={
            "groups": capital(", ".join(_clause(view, way, found) for way, found in ways.items() if found)),
            "since_year": SINCE,
            "end_year": run.years[-1],
        },
        variant="grid",
        tables=("population",),
        runs=(run,),
        assumed=("population",),
        options={
            "decimals": 0,
            "zero": False,
            "colours": {name: place.colour for name, place in zip(names, places, strict=True)},
        },
    )
    return made(view, "population_fan", "fan_grid", draft)


def _clause(view: PlaceView, way: str, names: list[str]) -> str:
    return text(f"group.{way}.{'one' if len(names) == 1 else 'many'}", view.lang, names=listed(names, view.lang))


def _official(view: PlaceView) -> pd.DataFrame:
    """The newest official projection of the place as a line without interval; no rows where there is none."""
    columns = ["year", "series", "kind", "value", "low", "high"]
    if not view.data.has("official_projection"):
        return pd.DataFrame(columns=columns)
    table = view.data.table("official_projection")
    own = table[table["place"].isin(view.members)]
    if set(own["place"]) != set(view.members):
        return pd.DataFrame(columns=columns)
    newest = own[(own["vintage"] == own["vintage"].max()) & (own["year"] <= view.forecast.years[-1])]
    sums = newest.groupby("year")["population"].sum().astype(float)
    name = text("series.official", view.lang, vintage=str(int(newest["vintage"].iloc[0])))
    frame = known_line(sums, name).assign(kind=FORECAST)
    return frame[columns]


def _ages(view: PlaceView) -> pd.DataFrame:
    table = view.data.table("population_by_age_sex")
    own = table[table["place"].isin(view.members)]
    if own.empty:
        raise NotKnown("ages")
    return own[own["year"] == own["year"].max()]


def _groups_known(known: pd.DataFrame, name: str) -> pd.DataFrame:
    rows = known.assign(low=(known["age"] // 5 * 5).clip(upper=AGED_FROM))
    sums = rows.groupby(["low", "sex"], as_index=False).agg(value=("population", "sum")).sort_values("low")
    return sums.assign(age=sums["low"].map(_group), series=name, value=sums["value"].astype(float)).drop(columns="low")


def _groups_ahead(view: PlaceView, name: str) -> pd.DataFrame:
    run = view.forecast
    values: dict[tuple[int, str], Array] = {}
    for group in run.measures["population_by_sex_age"].groups:
        sex, ages = group.split()
        age = min(int(ages.split("-")[0]), AGED_FROM)
        draws = at(run, "population_by_sex_age", view.place.code, run.years[-1], group)
        values[age, sex] = values.get((age, sex), 0.0) + draws
    rows = [{"age": _group(age), "sex": sex, "value": float(np.median(v))} for (age, sex), v in values.items()]
    return pd.DataFrame(rows).assign(series=name)


def _group(low: int) -> str:
    return f"{low}–" if low >= AGED_FROM else f"{low}–{low + 4}"


def _schoolchildren(view: PlaceView, known: pd.DataFrame, year: int) -> tuple[float, float]:
    """Persons of 5-19 in the last year observed and (median) in a forecast year."""
    now = float(known.loc[known["age"].between(5, 19), "population"].sum())
    groups = [f"{sex} {low:02d}-{low + 4:02d}" for sex in "fm" for low in (5, 10, 15)]
    draws = np.sum([at(view.forecast, "population_by_sex_age", view.place.code, year, g) for g in groups], axis=0)
    return now, float(np.median(draws))
