"""Back-tests of labour force, unemployed jobseekers and jobs, given the population forecast from the same origin."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.backtesting.cases import PastData, build_cases, pivot_series, reference_areas
from amoanalysis.backtesting.population import PastPopulation
from amoanalysis.config.assumptions import Assumptions
from amoanalysis.data.load import Data
from amoanalysis.errors import DataError
from amoanalysis.models.components import LabourDemandModel
from amoanalysis.models.jobs import labour_demand as jobs
from amoanalysis.models.jobs.labour_demand import draw_demand_paths
from amoanalysis.models.labour_force import participation as labour_force
from amoanalysis.models.labour_force.unemployment import (
    draw_reference_unemployment,
    fit_seasonal_profile,
    unemployment_base,
)
from amoanalysis.models.statistics.draws import Array, Draws, draw_ar1_shocks
from amoanalysis.models.statistics.partial_pooling import pool
from amoanalysis.pipeline.inputs.prepare import UNEMPLOYMENT_YEARS, unemployment_rates

LABOUR_FORCE, UNEMPLOYED, JOBS = "labour_force", "unemployed", "jobs"
# Employment by age is published for these groups: first and last age.
EMPLOYED_AGES = {"0-17": (15, 17), "18-24": (18, 24), "25-34": (25, 34), "35-44": (35, 44), "45-54": (45, 54)}
EMPLOYED_AGES |= {"55-64": (55, 64), "65-74": (65, 74)}
# Years over which the trend of jobs is averaged, as in the forecast.
TREND_YEARS = 5


@dataclass(frozen=True)
class LabourSeries:
    """Actuals: index year, columns places; persons or jobs on 31 December."""

    labour_force: pd.DataFrame
    unemployed: pd.DataFrame
    jobs: pd.DataFrame


def read_labour_series(data: Data, places: list[str]) -> LabourSeries:
    """Labour force and jobs of the employment statistics, and the register's unemployed jobseekers of December."""
    register = data.table("labour_market_monthly")
    account = labour_force.labour_account(
        data.table("employed_residents"), data.table("jobs_by_workplace"), register, places
    )
    observed = account.frame[account.frame["status"] == "observed"]
    december = register[register["month"].str.endswith("-12") & register["place"].isin(places)]
    december = december.assign(year=december["month"].str[:4].astype(int))
    workplace = data.table("jobs_by_workplace")
    total = (workplace[["commuting", "education", "age_group"]] == "total").all(axis=1)
    return LabourSeries(
        pivot_series(observed, LABOUR_FORCE, places),
        pivot_series(december, "unemployed_jobseekers", places),
        pivot_series(workplace[total & workplace["place"].isin(places)], "persons", places),
    )


def build_jobs_cases(
    series: LabourSeries,
    people: pd.DataFrame,
    past: PastPopulation,
    assumptions: Assumptions,
    draws: Draws,
    labour_demand: LabourDemandModel = draw_demand_paths,
) -> pd.DataFrame:
    """The cases of jobs of one origin; see `forecast_jobs_from`."""
    jobs_draws = forecast_jobs_from(series, people, past, assumptions, draws, labour_demand)
    return build_cases(JOBS, series.jobs, past.origin, jobs_draws, past.size)


def forecast_jobs_from(
    series: LabourSeries,
    people: pd.DataFrame,
    past: PastPopulation,
    assumptions: Assumptions,
    draws: Draws,
    labour_demand: LabourDemandModel = draw_demand_paths,
) -> Array:
    """Jobs from one origin: the total, carried on its pooled trend and the people it serves; (year, draw, place).

    jobs[t] = jobs[origin] exp(carried (trend + error) damped years + shock) (people[t] / people[origin]) ^ elasticity

    Industries of places are known from 2012 alone, so what is put to the test is the sum of them.

    Args:
        series: observed series; values after the origin are not used.
        people: residents by year and place.
        past: the population from the same origin.
        assumptions: what is assumed today.
        draws: those of the population.
    """
    origin = past.origin
    start = series.jobs.loc[origin].to_numpy(dtype=np.float64)
    trend, error = _pool_trends(series.jobs, people, origin)
    base = jobs.JobsBase(start[:, None], trend, error, np.zeros(0))
    paths = labour_demand(base, assumptions.jobs, draws, origin, past.years)
    served = past.total / past.size
    elastic = served ** paths.population_elasticity[None, :, None]
    return np.asarray(start * np.exp(paths.trend[..., 0]) * elastic)


def build_labour_cases(
    data: Data, series: LabourSeries, past: PastPopulation, assumptions: Assumptions, draws: Draws
) -> pd.DataFrame:
    """The cases of labour force and unemployed jobseekers of one origin.

    As in the forecast: people by age times participation times the factor that meets the last known labour force, with
    persistent shocks; of them the usual share is unemployed. Participation by age is the employment by age of the
    reference area in the last known year, for the survey's own is held for one late year alone.
    """
    known, places = PastData(data, past.origin), list(past.places)
    register = known.table("labour_market_monthly")
    account = labour_force.labour_account(
        known.table("employed_residents"), known.table("jobs_by_workplace"), register, places
    )
    last = min(account.year, past.origin)
    pattern = _employment_by_age(known, places, last)
    factor = account.values(last, LABOUR_FORCE, places) / np.einsum("psa,a->p", past.structures[last], pattern)
    force = _forecast_labour_force(past, pattern, factor, assumptions, draws)
    cases = [build_cases(LABOUR_FORCE, series.labour_force, past.origin, force, past.size)]
    rates = unemployment_rates(account)
    usual = rates.iloc[:, -UNEMPLOYMENT_YEARS:].mean(axis=1).reindex(places).to_numpy(dtype=np.float64)
    try:
        season = fit_seasonal_profile(register, "unemployed_jobseekers", places)
    except DataError:
        return cases[0]
    base = unemployment_base(register, places, usual, season, past.origin)
    share = draw_reference_unemployment(base, assumptions.labour_force, draws, past.years)
    cases.append(build_cases(UNEMPLOYED, series.unemployed, past.origin, share * force, past.size))
    return pd.concat(cases, ignore_index=True)


def _forecast_labour_force(
    past: PastPopulation, pattern: Array, factor: Array, assumptions: Assumptions, draws: Draws
) -> Array:
    """(year, draw, place), persons."""
    labour = assumptions.labour_force
    rise = draws.sample(labour.retirement_age_rise)
    persistence, spread = draws.sample(labour.participation_persistence), draws.sample(labour.participation_shock)
    shock = draw_ar1_shocks(draws, "participation", past.years, len(past.places), persistence, spread)
    result = np.empty_like(past.total)
    for index, year in enumerate(past.years):
        rates = labour_force.shift_retirement(pattern[None], rise * (year - past.origin))
        people = past.by_age[index][:, :, None, :]
        result[index] = labour_force.labour_force(people, rates, factor * np.exp(shock[index]))
    return result


def _employment_by_age(known: Data, places: list[str], year: int) -> Array:
    """(age,), employed residents of the area per resident of an age, 15-74, in the newest known year up to `year`."""
    year = min(year, int(known.table("employed_residents")["year"].max()))
    area = reference_areas(known)[places[0]]
    structure = known.table("population_by_age_sex")
    structure = structure[(structure["place"] == area) & (structure["year"] == year)]
    people = structure.groupby("age")["population"].sum().reindex(range(101)).to_numpy(dtype=np.float64)
    rows = known.table("employed_residents")
    rows = rows[(rows["year"] == year) & (rows["education"] == "total") & (rows["commuting"] == "total")]
    employed = rows[rows["place"].isin(places)].groupby("age_group")["persons"].sum()
    result = np.zeros(101)
    for group, (low, high) in EMPLOYED_AGES.items():
        result[low : high + 1] = float(employed.get(group, 0.0)) / people[low : high + 1].sum()
    return result


def _pool_trends(series: pd.DataFrame, people: pd.DataFrame, origin: int) -> tuple[Array, Array]:
    """Yearly log growth of jobs beyond that of residents, pooled over the places, and its error: both (place, 1)."""
    years = range(origin - TREND_YEARS, origin + 1)
    jobs_then, people_then = (
        table.reindex(index=years, columns=series.columns).to_numpy(dtype=np.float64) for table in (series, people)
    )
    yearly = np.diff(np.log(jobs_then / people_then), axis=0)
    own = yearly.mean(axis=0)[:, None]
    spread = np.sqrt((yearly - yearly.mean(axis=1, keepdims=True)).var(axis=0, ddof=1) / len(yearly))
    pooled = pool(own, np.maximum(spread, 1e-4)[:, None])
    return pooled.estimate, pooled.standard_error
