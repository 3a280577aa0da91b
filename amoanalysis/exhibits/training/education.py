"""Exhibits of theme 2: vacancies against jobseekers, over the years and by occupation - a check on the gap."""

from __future__ import annotations

import numpy as np
import pandas as pd

from amoanalysis.config.text import number, text
from amoanalysis.exhibits.builder import Draft, colour_of, made, trend
from amoanalysis.exhibits.context import (
    HIGH,
    LOW,
    OBSERVED,
    Context,
    NotKnown,
    draws_in_year,
    exhibit,
    forecast_line,
    known_line,
    required,
    summed,
)
from amoanalysis.exhibits.drawing.exhibit import Exhibit
from amoanalysis.exhibits.phrases import percent
from amoanalysis.exhibits.training.tables import YOUTH, most, occupation_names, outlook_of
from amoanalysis.models.labour_force.education import UNKNOWN
from amoanalysis.models.statistics.draws import Array

FEWEST_MONTHS = 6
SIGNALS = 10
COLOURS = {"open_vacancies": "#e08a2e", "jobseekers": "#1f5f99"}


@exhibit("beveridge_curve", theme="training", form="curve")
def beveridge_curve(view: Context) -> Exhibit:
    """Unemployment and vacancies year by year: the further up and right, the worse workers and jobs meet."""
    lang, yearly = view.lang, _yearly(view)
    if len(yearly) < 3:
        raise NotKnown("months")
    name = view.place.name_in(lang)
    data = pd.DataFrame(
        {
            "year": yearly.index.astype(int),
            "series": name,
            "x": 100 * yearly["unemployed_jobseekers"].to_numpy() / yearly["labour_force"].to_numpy(),
            "value": 100 * yearly["open_vacancies"].to_numpy() / yearly["labour_force"].to_numpy(),
        }
    )
    per_hundred = 100 * yearly["open_vacancies"] / yearly["unemployed_jobseekers"]
    years = yearly.index.astype(int)
    lowest, last = years.tolist()[int(per_hundred.to_numpy()[:-1].argmin())], years.tolist()[-1]
    draft = Draft(
        data=data,
        parts={
            "now": round(float(per_hundred[last])),
            "then": round(float(per_hundred[lowest])),
            "now_year": last,
            "then_year": lowest,
            "first_year": int(yearly.index[0]),
        },
        variant="more" if per_hundred[last] > per_hundred[lowest] * 1.1 else "same",
        unit="%",
        tables=("labour_market_monthly",),
        notes=("register", "beveridge"),
        options={
            "across": text("beveridge.across", lang),
            "up": text("beveridge.up", lang),
            "colours": {name: colour_of(view)},
            "decimals": 1,
        },
    )
    return made(view, "beveridge_curve", "curve", draft)


@exhibit("vacancy_signals", theme="training", form="bars")
def vacancy_signals(view: Context) -> Exhibit:
    """Open vacancies and jobseekers of the reference area in the occupations whose gap is widest."""
    lang, names, found = view.lang, occupation_names(view), outlook_of(view)
    seekers = view.futures.occupations.seekers
    order = most(found.at("gap", view.year), SIGNALS)
    if not order:
        raise NotKnown("no_gap")
    values = {"open_vacancies": seekers.vacancies, "jobseekers": seekers.persons}
    words = {key: text(f"signal.{key}", lang) for key in values}
    rows = [
        {"category": names[found.codes[i]], "series": words[key], "value": float(column[i])}
        for i in order
        for key, column in values.items()
    ]
    reference = view.data.places[str(view.data.places[view.members[0]].reference)]
    draft = Draft(
        data=pd.DataFrame(rows),
        parts={
            "tight": sum(bool(seekers.vacancies[i] > seekers.persons[i]) for i in order),
            "shown": len(order),
            "area": reference.name_in(lang),
            "first_year": seekers.years[0],
            "last_year": seekers.years[-1],
            "at_year": view.year,
            "agreement": number(_agreement(view), lang, 2),
            "days": _days_open(view),
        },
        unit="persons_or_vacancies",
        tables=("jobseekers_by_occupation", "vacancy_flows_monthly"),
        notes=("signals",),
        options={"decimals": 0, "colours": {words[key]: colour for key, colour in COLOURS.items()}},
    )
    return made(view, "vacancy_signals", "bars", draft)


def _yearly(view: Context) -> pd.DataFrame:
    """Yearly means over the months that are known, summed over municipalities; only whole years of all of them."""
    table = view.data.table("labour_market_monthly")
    own = table[table["place"].isin(view.members)].assign(year=lambda t: t["month"].str[:4].astype(int))
    columns = ["labour_force", "unemployed_jobseekers", "open_vacancies"]
    groups = own.groupby(["place", "year"])[columns]
    means = groups.mean().where(groups.count() >= FEWEST_MONTHS).dropna()
    whole = means.groupby("year").size() == len(view.members)
    return means.groupby("year").sum()[whole].astype(float)


def _agreement(view: Context) -> float:
    """Rank correlation of the gap per job with vacancies per job in the reference area, over occupations with jobs."""
    base, found = view.futures.occupations, outlook_of(view)
    jobs = found.jobs[0].mean(axis=0)
    some = (jobs >= 1) & (base.area_jobs >= 1)
    gap = found.at("gap", view.year).mean(axis=0)[some] / jobs[some]
    vacant = base.seekers.vacancies[some] / base.area_jobs[some]
    # Of ranks, as Spearman has it; scipy's own would have every command wait for the whole of scipy.stats.
    return float(pd.Series(gap).rank().corr(pd.Series(vacant).rank()))


def _days_open(view: Context) -> float:
    """Days that a filled vacancy was open, mean of the last twelve months told of the place."""
    table = view.data.table("vacancy_flows_monthly")
    own = table[table["place"].isin(view.members)].dropna(subset=["mean_days_open", "filled_vacancies"])
    newest = own[own["month"].isin(sorted(own["month"].unique())[-12:])]
    if newest.empty:
        raise NotKnown("months")
    return round(float(np.average(newest["mean_days_open"], weights=newest["filled_vacancies"])))


# Those who choose a school after the comprehensive one.
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
def training_age_fan(view: Context) -> Exhibit:
    """Persons of 15-19, known and ahead."""
    run, code, name = view.forecast, view.place.code, view.place.name_in(view.lang)
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
def education_of_workers(view: Context) -> Exhibit:
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
def education_ahead(view: Context) -> Exhibit:
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


def levels_known(view: Context) -> pd.DataFrame:
    """Shares of the levels in known years, per cent: index year, columns level.

    Raises:
        NotKnown: if they are not known of every municipality over the years shown, or not ahead.
    """
    run, code = view.forecast, view.place.code
    known = {level: run.history("employed_by_education", code, level).set_index("year")["value"] for level in LEVELS}
    wide = pd.DataFrame(known).dropna()
    if wide.empty or wide.index[-1] - EARLIER not in wide.index or draws_in_year(run, MEASURE, code, view.year, UNKNOWN).any():
        raise NotKnown("education")
    return 100 * wide.div(wide.sum(axis=1), axis=0)


def share_ahead(view: Context, level: str, year: int) -> Array:
    """Share of a level in employed residents of a forecast year, per cent: (draw,)."""
    run, code = view.forecast, view.place.code
    return np.asarray(100 * draws_in_year(run, MEASURE, code, year, level) / draws_in_year(run, "employed_residents", code, year))
