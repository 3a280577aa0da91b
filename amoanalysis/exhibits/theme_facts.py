"""Facts of the four themes and of the back-test, by name; every fact is a function that computes it on first use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial

import numpy as np
import pandas as pd

from amoanalysis.config.text import text
from amoanalysis.exhibits.attractiveness import attraction, return_migration
from amoanalysis.exhibits.attractiveness.gravity_residuals import load_gravity_fit
from amoanalysis.exhibits.attractiveness.migration import SHORT, sum_moves
from amoanalysis.exhibits.attractiveness.out_migrants import (
    FLOWS,
    TOUR_TOWNS,
    find_tour_towns,
    load_out_migrants,
    rank_towns,
    summarise_draws,
)
from amoanalysis.exhibits.context import Context, MissingFigures, draws_in_year, municipality_names
from amoanalysis.exhibits.evidence.backtest_charts import FAR, HINDCAST, MEASURES, MIDDLE, OTHERS, TABLE, load_scores
from amoanalysis.exhibits.foresight.demand import compute_multipliers, describe_assumption, summarise_change
from amoanalysis.exhibits.foresight.published import published_studies
from amoanalysis.exhibits.labour.labour_market import mean_unfilled_jobs
from amoanalysis.exhibits.labour.months import unemployed_by_month
from amoanalysis.exhibits.phrases import join_words
from amoanalysis.exhibits.training.education import forecast_share, load_education_shares
from amoanalysis.exhibits.training.tables import (
    cohort_size,
    field_names,
    load_outlook,
    load_plans,
    mean_yearly_places,
    occupation_names,
    tabulate_openings,
    tabulate_starts,
)
from amoanalysis.models.return_migration.out_migrant_stock import compare_with_published
from amoanalysis.models.statistics.draws import Array
from amoanalysis.pipeline.occupation_outlook import SHORT_ROUTE as SHORT_PLACES
from amoanalysis.pipeline.occupation_outlook import START_YEAR, TOO_LATE

FactFunction = Callable[[], float | str]
TERTIARY = ("lower_tertiary", "higher_tertiary")
# Ending of a fact's name -> key of the summary of draws.
ENDS = {"": "value", "_low": "low", "_high": "high"}


def interval_facts(
    name: str, summarise: Callable[[], Mapping[str, float]], scale: float = 1.0
) -> dict[str, FactFunction]:
    """Facts `name`, `name_low` and `name_high` from a function that summarises draws; it is called once."""
    summary = cache(summarise)

    def end_of_interval(key: str) -> float:
        return scale * summary()[key]

    return {f"{name}{end}": partial(end_of_interval, key) for end, key in ENDS.items()}


def supply_facts(context: Context) -> dict[str, FactFunction]:
    """Facts of labour supply.

    `peak_unemployed` and `trough_unemployed` are the highest and lowest monthly medians of `ahead_year`, in
    `peak_month` and `trough_month`; `tertiary_..._share` and `basic_..._share` are shares of employed residents in
    `education_year` and in the year ahead; `gap_apart` and `gap_together` are mean unfilled jobs of the region in the
    year ahead with separate municipalities and with one labour market.
    """
    run, code, year, lang = context.forecast, context.place.code, context.year, context.lang

    @cache
    def months() -> Array:
        return np.median(unemployed_by_month(run, code, year), axis=1)

    return {
        "ahead_year": lambda: year,
        "peak_unemployed": lambda: float(months().max()),
        "trough_unemployed": lambda: float(months().min()),
        "peak_month": lambda: text(f"month.in.{int(months().argmax()) + 1}", lang),
        "trough_month": lambda: text(f"month.in.{int(months().argmin()) + 1}", lang),
        **_education_facts(context),
        "gap_apart": lambda: mean_unfilled_jobs(context, year)[0],
        "gap_together": lambda: mean_unfilled_jobs(context, year)[1],
    }


def _education_facts(context: Context) -> dict[str, FactFunction]:
    try:
        observed = load_education_shares(context)
    except MissingFigures:
        return {}

    def median_share(*levels: str) -> float:
        return float(np.median(sum(forecast_share(context, level, context.year) for level in levels)))

    return {
        "education_year": lambda: int(observed.index[-1]),
        "tertiary_now_share": lambda: float(observed[list(TERTIARY)].iloc[-1].sum()),
        "tertiary_ahead_share": lambda: median_share(*TERTIARY),
        "basic_now_share": lambda: float(observed["basic"].iloc[-1]),
        "basic_ahead_share": lambda: median_share("basic"),
    }


TRAINING_TABLES = (
    "employed_by_industry_and_occupation",
    "jobseekers_by_occupation",
    "employed_by_industry_and_age",
    "training",
)
# Name of a fact -> column of the table of openings.
OPENINGS = {
    "openings_ahead": "openings",
    "openings_growth": "growth",
    "openings_replacement": "replacement",
    "gap_ahead": "gap",
    "openings_graduates": "graduates",
    "openings_seekers": "seekers",
    "openings_outside": "outside",
}


def training_facts(context: Context) -> dict[str, FactFunction]:
    """Facts of occupations and training; none if the data folder lacks the tables.

    From `outlook_start_year` to `outlook_year`: `openings_ahead`, `openings_growth`, `openings_replacement`,
    `gap_ahead` with `_low` and `_high`; `widest_gap` is the occupation with the largest gap, of `widest_gap_persons`;
    `places_a_year` are training places needed in addition to today's, most of them in `widest_field`;
    `year_of_birth` is the mean size of the cohorts aged 15-19; `late_persons` is the demand that no training can meet
    in time, `short_places` the places on short courses.
    """
    if not all(context.data.has(name) for name in TRAINING_TABLES) or context.runs.until <= START_YEAR:
        return {}
    openings = cache(lambda: tabulate_openings(context, context.year))
    places = cache(lambda: {plan.field: float(mean_yearly_places(plan).mean()) for plan in load_plans(context)})

    @cache
    def places_by_route() -> pd.Series:
        return tabulate_starts(context).groupby("route")["value"].sum()

    @cache
    def widest() -> pd.Series:
        by_occupation = openings().iloc[:-1]
        return by_occupation.iloc[int(by_occupation["gap"].to_numpy().argmax())]

    def total(column: str) -> float:
        return float(openings().iloc[-1][column])

    return {
        **{f"{name}{end}": partial(total, f"{part}{end}") for name, part in OPENINGS.items() for end in ENDS},
        "outlook_start_year": lambda: load_outlook(context).start,
        "outlook_year": lambda: context.year,
        "widest_gap": lambda: _lower_first(occupation_names(context)[str(widest()["code"])]),
        "widest_gap_persons": lambda: float(widest()["gap"]),
        "replacement_share": lambda: 100 * total("replacement") / total("openings"),
        "places_a_year": lambda: float(np.sum(list(places().values()))),
        "year_of_birth": partial(cohort_size, context),
        "widest_field": lambda: _lower_first(field_names(context)[max(places(), key=lambda field: places()[field])]),
        "late_persons": lambda: float(places_by_route().get(TOO_LATE, 0.0)),
        "short_places": lambda: float(places_by_route().get(SHORT_PLACES, 0.0)),
        "seekers_coverage": lambda: 100 * context.runs.occupations.seekers.coverage,
        "seekers_unmatched": lambda: float(load_outlook(context).unmatched.mean()),
    }


def _lower_first(name: str) -> str:
    """A name within a sentence; abbreviations in brackets keep their capitals."""
    return name[:1].lower() + name[1:]


CAMPAIGN = {"population": "population", "labour_force": "labour_force", "unfilled": return_migration.GAP}
CAMPAIGN_YEARS = (2030, 2035)


def attractiveness_facts(context: Context) -> dict[str, FactFunction]:
    """Facts of attractiveness; those for which the data folder lacks the tables are absent.

    `leavers` are out-migrants aged 25-50 elsewhere in Finland, `return_rate` their yearly return rate (per cent);
    `tour_2008_...` and `tour_best_...` give `returners`, `cost` (euros per return migrant) and `towns`; `gravity_...`
    is the explained deviance in per cent in the years held back; `campaign_population_2035` is the effect of a return
    campaign. Estimates have `_low` and `_high`.
    """
    facts = {**_housing_facts(context), **_index_facts(context), **_owner_facts(context)}
    if not context.data.has(FLOWS) or not set(context.members) <= set(context.data.table(FLOWS)["place"].unique()):
        return facts
    groups = (_move_facts, _out_migrant_facts, _tour_facts, _gravity_facts, _campaign_facts)
    for group in groups:
        facts |= group(context)
    return facts


def _move_facts(context: Context) -> dict[str, FactFunction]:
    net = cache(lambda: sum_moves(context, ["year"]).set_index("year")["net"].to_numpy(dtype=float))
    tables = (context.data.table(FLOWS), context.data.table("internal_migration"))
    differences = cache(lambda: compare_with_published(*tables)["difference"])
    return {
        "net_moves_first": lambda: float(net()[:SHORT].mean()),
        "net_moves_last": lambda: float(net()[-SHORT:].mean()),
        "flows_checked": lambda: len(differences()),
        "flows_off": lambda: int((differences() != 0).sum()),
    }


def _out_migrant_facts(context: Context) -> dict[str, FactFunction]:
    towns = cache(lambda: rank_towns(context))

    def summarise_stock() -> dict[str, float]:
        return summarise_draws(load_out_migrants(context).wanted.sum(axis=1))

    def summarise_return_rate() -> dict[str, float]:
        out_migrants = load_out_migrants(context)
        return summarise_draws(out_migrants.rate_of_all(out_migrants.years[-SHORT], out_migrants.years[-1]))

    def name_first_towns() -> str:
        return join_words([municipality_names(context)[town.code] for town in towns()[:3]], context.lang)

    facts: dict[str, FactFunction] = {
        **interval_facts("leavers", summarise_stock),
        **interval_facts("return_rate", summarise_return_rate, 100),
        "towns_ranked": lambda: len(towns()),
        "towns_first": name_first_towns,
        "town_leavers": lambda: towns()[0].stock["value"],
        "town_returners": lambda: towns()[0].returners["value"],
    }
    toured = find_tour_towns(context)
    if toured:
        facts["tour_last_rank"] = lambda: max(town.rank for town in towns() if town.code in toured)
    return facts


def _tour_facts(context: Context) -> dict[str, FactFunction]:
    if not find_tour_towns(context):
        return {}
    tours = cache(lambda: return_migration.compare_tours(context))
    costs = cache(lambda: return_migration.costs_per_returner(context))

    def summarise_returners(which: int) -> dict[str, float]:
        return summarise_draws(tours()[which].returners[:, -1])

    def name_towns(which: int) -> str:
        codes = [load_out_migrants(context).where[town] for town in tours()[which].towns]
        return join_words([municipality_names(context)[code] for code in codes], context.lang)

    def summarise_cost(name: str) -> dict[str, float]:
        return costs()[name]

    facts: dict[str, FactFunction] = {"tour_length": lambda: TOUR_TOWNS}
    for which, name in enumerate(("tour_2008", "tour_best")):
        facts |= interval_facts(f"{name}_returners", partial(summarise_returners, which))
        facts |= interval_facts(f"{name}_cost", partial(summarise_cost, name))
        facts[f"{name}_towns"] = partial(name_towns, which)
    return facts | interval_facts("campaign_cost", partial(summarise_cost, "campaign_year"))


def _gravity_facts(context: Context) -> dict[str, FactFunction]:
    if not set(context.data.places.region.members) <= set(context.data.table(FLOWS)["place"].unique()):
        return {}

    def explained_deviance(name: str) -> float:
        return 100 * load_gravity_fit(context).scores[name].explained

    def mean_error(name: str) -> float:
        return load_gravity_fit(context).scores[name].error

    names = ("model", "tie", "constant")
    return {
        **{f"gravity_{name}": partial(explained_deviance, name) for name in names},
        **{f"gravity_{name}_error": partial(mean_error, name) for name in names},
    }


def _campaign_facts(context: Context) -> dict[str, FactFunction]:
    if not context.runs.has(return_migration.SCENARIO):
        return {}

    def summarise_effect(measure: str, year: int) -> dict[str, float]:
        run = return_migration.run_campaign(context)
        return summarise_draws(return_migration.scenario_effect(context, run, measure)[run.years.index(year)])

    facts: dict[str, FactFunction] = {}
    for name, measure in CAMPAIGN.items():
        for year in (year for year in CAMPAIGN_YEARS if year <= context.runs.until):
            facts |= interval_facts(f"campaign_{name}_{year}", partial(summarise_effect, measure, year))
    return facts


def _index_facts(context: Context) -> dict[str, FactFunction]:
    if attraction.find_yardstick(context) is None:
        return {}

    def best(field: str) -> float:
        index = attraction.load_attraction(context)
        first = min((index.codes.index(code) for code in context.members), key=lambda i: index.ranks[i])
        return float(getattr(index, field)[first])

    fields = {"attraction_rank": "ranks", "attraction_low": "low", "attraction_high": "high"}
    return {name: partial(best, field) for name, field in fields.items()}


def _housing_facts(context: Context) -> dict[str, FactFunction]:
    if not context.data.has("municipal_profile"):
        return {}
    members = list(context.members)

    def sum_homes(column: str) -> float:
        return float(attraction.load_homes(context).loc[members, column].sum())

    def sum_unregistered() -> dict[str, float]:
        sums = attraction.estimate_unregistered(context).loc[members].sum()
        return {str(name): float(value) for name, value in sums.items()}

    return {
        "dwellings": partial(sum_homes, "dwellings"),
        "holiday_homes": partial(sum_homes, "free_time_residences"),
        **interval_facts("unregistered", sum_unregistered),
    }


def _owner_facts(context: Context) -> dict[str, FactFunction]:
    if not context.data.has(attraction.JOBS) or not context.data.has(attraction.AGES):
        return {}
    owners = cache(lambda: attraction.estimate_owners(context)[1])

    def summarise_owners(part: str) -> dict[str, float]:
        return summarise_draws(np.asarray(getattr(owners(), part)).sum(axis=1))

    facts: dict[str, FactFunction] = {}
    for name, part in {"retiring": "retiring", "without": "without_successor", "jobs": "jobs"}.items():
        facts |= interval_facts(f"owners_{name}", partial(summarise_owners, part))
    return facts


MOVED = "labour_demand"
# Industries in names of facts -> section.
INDUSTRIES = {"mining": "B", "construction": "F", "hotels": "I"}


def demand_facts(context: Context) -> dict[str, FactFunction]:
    """Facts of labour demand.

    `change_<scenario>_<year>` is the change of labour demand compared with the baseline in the year ahead and in the
    last year, with `_low` and `_high`; `<figure>_published`, `_ours`, `_low`, `_high` compare a published figure with
    this model; `around_<industry>_lapland` and `_here` are further jobs per hundred jobs (Type II); `moved_most` is the
    assumption with the largest effect on labour demand in the year ahead, `moved_low` and `moved_high` its effect.
    """
    names = context.runs.compared_names(context.scenarios)

    def change(name: str, year: int, column: str) -> float:
        return float(summarise_change(context, context.runs.forecast(name, names), year)[column])

    facts: dict[str, FactFunction] = {}
    for name in names:
        for year in dict.fromkeys((context.year, context.runs.until)):
            for end, column in {**ENDS, "": "mean"}.items():
                facts[f"change_{name}_{year}{end}"] = partial(change, name, year, column)
    for row in published_studies(context).comparisons():
        for field in ("published", "ours", "low", "high"):
            facts[f"{row.name}_{field}"] = partial(getattr, row, field)
    return facts | _multiplier_facts(context) | _sensitivity_facts(context)


def _multiplier_facts(context: Context) -> dict[str, FactFunction]:
    if not context.data.has("input_output_2014"):
        return {}

    @cache
    def multipliers() -> pd.Series:
        rows = compute_multipliers(context)
        middle = rows[rows["delta"] == rows["delta"].median()]
        return middle.set_index(["area", "method", "section"])["type_2"].astype(float)

    def further_jobs(area: str, method: str, section: str) -> float:
        return 100 * (float(multipliers()[area, method, section]) - 1)

    facts: dict[str, FactFunction] = {}
    for name, section in INDUSTRIES.items():
        facts[f"around_{name}_lapland"] = partial(further_jobs, "reference", "unadjusted", section)
        # In a single municipality some of the industries have too few jobs for a quotient.
        if context.place.code == context.data.places.region.code:
            facts[f"around_{name}_here"] = partial(further_jobs, "place", "flq", section)
    return facts


def _sensitivity_facts(context: Context) -> dict[str, FactFunction]:
    scenario, year = context.scenarios[0], context.year
    first = cache(lambda: context.runs.sensitivity(scenario, MOVED, year).table(list(context.members)).iloc[0])
    assumptions = context.runs.scenario(scenario).assumptions
    return {
        "moved_most": lambda: describe_assumption(context, assumptions, str(first()["path"])),
        "moved_low": lambda: float(min(first()["at_low"], first()["at_high"])),
        "moved_high": lambda: float(max(first()["at_low"], first()["at_high"])),
        "moved_from": lambda: float(draws_in_year(context.forecast, MOVED, context.place.code, year).mean()),
    }


def backtest_facts(context: Context) -> dict[str, FactFunction]:
    """Facts of the back-test and of the hindcast from 2007.

    `error_<measure>_<years>` is the mean absolute error by years ahead, per cent, `error_others_<years>` the smallest
    one of the naive population forecasts; `held_<measure>` and `held_<measure>_own` are the coverage of the 80 %
    interval five years ahead, calibrated and uncalibrated, per cent; `said_2008_<measure>`, `_low`, `_high`, `_with`
    (the mines) and `came_<measure>` are forecast and actual value of the last year with an actual value.
    """
    facts = _hindcast_facts(context)
    if not context.data.has(TABLE):
        return facts

    def score(measure: str, horizon: int, indicator: str, scale: float = 1.0) -> float:
        return scale * float(load_scores(context)[(measure, horizon, indicator)])

    def smallest_naive_error(horizon: int) -> float:
        return min(score("population", horizon, f"{name}_error") for name in OTHERS)

    for measure in MEASURES:
        for horizon in (1, MIDDLE, FAR):
            facts[f"error_{measure}_{horizon}"] = partial(score, measure, horizon, "error")
        facts[f"held_{measure}"] = partial(score, measure, MIDDLE, "held_out_coverage", 100)
        facts[f"held_{measure}_own"] = partial(score, measure, MIDDLE, "coverage", 100)
    return facts | {f"error_others_{horizon}": partial(smallest_naive_error, horizon) for horizon in (MIDDLE, FAR)}


def _hindcast_facts(context: Context) -> dict[str, FactFunction]:
    if not context.data.has(HINDCAST):
        return {}
    rows = context.data.table(HINDCAST)
    rows = rows[rows["place"] == context.place.code].dropna(subset="actual")
    values: dict[str, float] = {}
    for measure, own in rows.groupby("measure"):
        year = own["year"].max()
        last = own[own["year"] == year].set_index("variant")[["median", "low", "high", "actual"]].astype(float)
        without_mines, name = last.loc["without"], f"said_2008_{measure}"
        values |= {name: without_mines["median"], f"{name}_with": last.loc["with", "median"]}
        values |= {f"{name}_{end}": without_mines[end] for end in ("low", "high")}
        values |= {f"came_{measure}": without_mines["actual"], f"came_{measure}_year": float(year)}
    return {name: partial(float, value) for name, value in values.items()}
