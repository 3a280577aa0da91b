"""Exhibits of education and vacancies: Beveridge curve, vacancy signals, young people, education of workers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from amoanalysis.config.text import number, text
from amoanalysis.exhibits.builder import ExhibitDraft, describe_trend, exhibit
from amoanalysis.exhibits.context import (
    HIGH,
    LOW,
    OBSERVED,
    Context,
    MissingFigures,
    build_forecast_line,
    build_observed_line,
    draws_in_year,
    require_values,
    sum_over_members,
)
from amoanalysis.exhibits.phrases import format_percent
from amoanalysis.exhibits.training.tables import YOUTH, largest_groups, load_outlook, occupation_names
from amoanalysis.models.labour_force.education import UNKNOWN
from amoanalysis.models.statistics.draws import Array

FEWEST_MONTHS = 6
SIGNALS = 10
COLOURS = {"open_vacancies": "#e08a2e", "jobseekers": "#1f5f99"}


@exhibit("beveridge_curve", theme="training", form="curve")
def beveridge_curve(context: Context) -> ExhibitDraft:
    """Beveridge curve: unemployment rate and vacancy rate by year."""
    lang, yearly = context.lang, _yearly_means(context)
    if len(yearly) < 3:
        raise MissingFigures("months")
    name = context.place.name_in(lang)
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
    return ExhibitDraft(
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
            "colours": {name: context.place.colour},
            "decimals": 1,
        },
    )


@exhibit("vacancy_signals", theme="training", form="bars")
def vacancy_signals(context: Context) -> ExhibitDraft:
    """Open vacancies and jobseekers of the reference area in the occupations with the largest gaps."""
    lang, names, found = context.lang, occupation_names(context), load_outlook(context)
    seekers = context.runs.occupations.seekers
    order = largest_groups(found.values_in_year("gap", context.year), SIGNALS)
    if not order:
        raise MissingFigures("no_gap")
    values = {"open_vacancies": seekers.vacancies, "jobseekers": seekers.persons}
    words = {key: text(f"signal.{key}", lang) for key in values}
    rows = [
        {"category": names[found.codes[i]], "series": words[key], "value": float(column[i])}
        for i in order
        for key, column in values.items()
    ]
    reference = context.data.places[str(context.data.places[context.members[0]].reference)]
    return ExhibitDraft(
        data=pd.DataFrame(rows),
        parts={
            "tight": sum(bool(seekers.vacancies[i] > seekers.persons[i]) for i in order),
            "shown": len(order),
            "area": reference.name_in(lang),
            "first_year": seekers.years[0],
            "last_year": seekers.years[-1],
            "at_year": context.year,
            "agreement": number(_rank_correlation(context), lang, 2),
            "days": _mean_days_open(context),
        },
        unit="persons_or_vacancies",
        tables=("jobseekers_by_occupation", "vacancy_flows_monthly"),
        notes=("signals",),
        options={"decimals": 0, "colours": {words[key]: colour for key, colour in COLOURS.items()}},
    )


def _yearly_means(context: Context) -> pd.DataFrame:
    """Yearly means over the known months, summed over municipalities, for years with data of all of them."""
    table = context.data.table("labour_market_monthly")
    own = table[table["place"].isin(context.members)].assign(year=lambda t: t["month"].str[:4].astype(int))
    columns = ["labour_force", "unemployed_jobseekers", "open_vacancies"]
    groups = own.groupby(["place", "year"])[columns]
    means = groups.mean().where(groups.count() >= FEWEST_MONTHS).dropna()
    whole = means.groupby("year").size() == len(context.members)
    return means.groupby("year").sum()[whole].astype(float)


def _rank_correlation(context: Context) -> float:
    """Rank correlation of the gap per job with vacancies per job in the reference area, over occupations with jobs."""
    base, found = context.runs.occupations, load_outlook(context)
    jobs = found.jobs[0].mean(axis=0)
    some = (jobs >= 1) & (base.area_jobs >= 1)
    gap = found.values_in_year("gap", context.year).mean(axis=0)[some] / jobs[some]
    vacant = base.seekers.vacancies[some] / base.area_jobs[some]
    # Spearman's rank correlation without importing scipy.stats, which is slow.
    return float(pd.Series(gap).rank().corr(pd.Series(vacant).rank()))


def _mean_days_open(context: Context) -> float:
    """Mean days that filled vacancies were open, over the last twelve months of the place."""
    table = context.data.table("vacancy_flows_monthly")
    own = table[table["place"].isin(context.members)].dropna(subset=["mean_days_open", "filled_vacancies"])
    newest = own[own["month"].isin(sorted(own["month"].unique())[-12:])]
    if newest.empty:
        raise MissingFigures("months")
    return round(float(np.average(newest["mean_days_open"], weights=newest["filled_vacancies"])))


# Ages of the choice of upper secondary education.
YOUTH_AGES = (15, 19)
LEVELS = ("higher_tertiary", "lower_tertiary", "upper_secondary", "basic")
LEVEL_COLOURS = dict(zip(LEVELS, ("#123f68", "#4d93c8", "#9ec3e2", "#c9ced3"), strict=True))
SINCE = 1990
MEASURE = "employed_by_education"
# Years before the last observed one for comparison; smaller changes, percentage points, count as none.
EARLIER = 10
SAME_SHARE = 1.0
EDUCATION_COLOURS = ("#c9ced3", "#7f8a94", "#4d93c8")


@exhibit("training_age_fan", theme="training", form="fan")
def training_age_fan(context: Context) -> ExhibitDraft:
    """Persons aged 15-19, observed and forecast."""
    run, code, name = context.forecast, context.place.code, context.place.name_in(context.lang)
    table = context.data.table("population_by_age_sex")
    own = table[table["age"].between(*YOUTH_AGES)]
    young = own.groupby(["place", "year"], as_index=False).agg(population=("population", "sum"))
    known = require_values(sum_over_members(context, young, "population"), "ages")
    values = np.sum([run.values("population_by_sex_age", code, group) for group in YOUTH], axis=0)
    newest = (int(known.index[-1]), float(known.iloc[-1]))
    title, parts = describe_trend(context, "training_age_fan", newest, run, values)
    return ExhibitDraft(
        data=pd.concat(
            [build_observed_line(known, name), build_forecast_line(run, values, name, "population_by_sex_age")]
        ),
        parts={**parts, "since_year": known.index[0]},
        title=title,
        tables=("population_by_age_sex",),
        runs=(run,),
        assumed=("population",),
        notes=("youth",),
        options={"colours": {name: context.place.colour}, "zero": False, "decimals": 0},
    )


@exhibit("education_of_workers", theme="training", form="stacked")
def education_of_workers(context: Context) -> ExhibitDraft:
    """Employed residents by level of education."""
    table = context.data.table("employed_residents")
    own = table[(table["commuting"] == "total") & (table["age_group"] == "total") & (table["year"] >= SINCE)]
    levels = {level: sum_over_members(context, own[own["education"] == level], "persons") for level in LEVELS}
    wide = pd.DataFrame(levels).dropna()
    if wide.empty:
        raise MissingFigures("education")
    share = 100 * wide.div(wide.sum(axis=1), axis=0)
    names = {level: text(f"education.{level}", context.lang) for level in LEVELS}
    long = wide.rename(columns=names).rename_axis("year").reset_index().melt("year", var_name="series")
    first, last = int(wide.index[0]), int(wide.index[-1])
    high = share["lower_tertiary"] + share["higher_tertiary"]
    lang = context.lang
    return ExhibitDraft(
        data=long.assign(kind=OBSERVED),
        parts={
            "basic_first": format_percent(float(share["basic"].iloc[0]), lang),
            "basic_last": format_percent(float(share["basic"].iloc[-1]), lang),
            "high_first": format_percent(float(high.iloc[0]), lang),
            "high_last": format_percent(float(high.iloc[-1]), lang),
            "first_year": first,
            "last_year": last,
        },
        variant="up" if high.iloc[-1] > high.iloc[0] else "down",
        tables=("employed_residents",),
        options={"colours": {names[level]: LEVEL_COLOURS[level] for level in LEVELS}, "decimals": 0},
    )


@exhibit("education_ahead", theme="training", form="bars")
def education_ahead(context: Context) -> ExhibitDraft:
    """Employed residents by level of education, per cent: ten years ago, last observed year and forecast."""
    run, lang = context.forecast, context.lang
    known = load_education_shares(context)
    last = int(known.index[-1])
    draws = {level: forecast_share(context, level, context.year) for level in LEVELS}
    names = [str(last - EARLIER), str(last), text("word.forecast_year", lang, year=str(context.year))]
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
    return ExhibitDraft(
        data=pd.DataFrame(rows),
        parts={
            "now": format_percent(now, lang),
            "then": format_percent(middle, lang),
            "low": number(low, lang),
            "high": format_percent(high, lang),
            "basic_now": format_percent(float(known["basic"].iloc[-1]), lang),
            "basic_then": format_percent(float(np.median(draws["basic"])), lang),
            "first_year": last - EARLIER,
            "last_year": last,
            "at_year": context.year,
        },
        variant="up" if middle - now > SAME_SHARE else "down" if now - middle > SAME_SHARE else "same",
        unit="%",
        tables=("employed_residents",),
        runs=(run,),
        assumed=("labour_force",),
        notes=("cohorts",),
        options={"decimals": 0, "colours": dict(zip(names, EDUCATION_COLOURS, strict=True))},
    )


def load_education_shares(context: Context) -> pd.DataFrame:
    """Shares of the levels of education in past years, per cent: index year, columns level.

    Raises:
        MissingFigures: if shares are missing for a municipality, or for the forecast.
    """
    run, code = context.forecast, context.place.code
    known = {level: run.history("employed_by_education", code, level).set_index("year")["value"] for level in LEVELS}
    wide = pd.DataFrame(known).dropna()
    if (
        wide.empty
        or wide.index[-1] - EARLIER not in wide.index
        or draws_in_year(run, MEASURE, code, context.year, UNKNOWN).any()
    ):
        raise MissingFigures("education")
    return 100 * wide.div(wide.sum(axis=1), axis=0)


def forecast_share(context: Context, level: str, year: int) -> Array:
    """Share of a level of education in the employed residents of a forecast year, per cent: (draw,)."""
    run, code = context.forecast, context.place.code
    return np.asarray(
        100 * draws_in_year(run, MEASURE, code, year, level) / draws_in_year(run, "employed_residents", code, year)
    )
