"""Labour demand by place and industry: trends, population-driven services and trade."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import nnls

from amoanalysis.config.assumptions import JobsAssumptions
from amoanalysis.models.statistics.draws import Array, Draws, draw_ar1_shocks

# TOL 2008 sections; T, U and X (households, extraterritorial bodies, unknown) are one.
SECTIONS = (*"ABCDEFGHIJKLMNOPQRS", "TUX")
# Education depends on the population of these ages (first, last), care on an age-weighted population, other services on
# all ages.
SCHOOL_AGES = (6, 18)
EDUCATION, CARE = "P", "Q"
DRIVER_OF_SECTION = np.array([{EDUCATION: 1, CARE: 2}.get(section, 0) for section in SECTIONS])
TRADE = "G"
CONSTRUCTION = "F"
EXPORT_BASE = ("A", "B", "C")
TOURISM = ("I", "N", "R")
# Care jobs per person are estimated for these ages: below 65, 65-74, 75 and over.
CARE_AGES = (0, 65, 75, 101)
# A central hospital also serves neighbouring municipalities, so places above this population are excluded.
CARE_LARGEST_PLACE = 12_000

# Demand driver of a section: one of the three service populations, the total population (construction), or none.
GROUPS = ("services", "schools", "care", "building", "none")
GROUP_OF_SECTION = np.array(
    [
        GROUPS.index("building")
        if section == CONSTRUCTION
        else GROUPS.index("none")
        if section in (*EXPORT_BASE, *TOURISM)
        else int(driver)
        for section, driver in zip(SECTIONS, DRIVER_OF_SECTION, strict=True)
    ]
)
# Sections sorted by group and the start of each group, for sums in a fixed order whatever the number of draws.
_BY_GROUP = np.argsort(GROUP_OF_SECTION, kind="stable")
_FIRST_OF_GROUP = np.searchsorted(GROUP_OF_SECTION[_BY_GROUP], np.arange(len(GROUPS)))
# Position of the driver of each group except the last, which has none.
DRIVER_OF_GROUP = np.array([0, 1, 2, 0])


@dataclass(frozen=True)
class JobsBase:
    """Starting point of labour demand.

    Attributes:
        jobs: (place, section), jobs in the jump-off year.
        trend: (place, section), yearly log growth of demand beyond that of the population served.
        trend_error: (place, section), standard error of the trend.
        care_weights: (age,), care jobs per person, ages 0-100.
    """

    jobs: Array
    trend: Array
    trend_error: Array
    care_weights: Array


def industry_shares(table: pd.DataFrame, places: list[str]) -> Array:
    """Share of each section in the jobs of a place, newest complete year.

    Args:
        table: jobs_by_industry.
        places: municipality codes.

    Returns:
        (place, section), each row sums to 1.

    Source: Statistics Finland, Paavo 2020 (tyokay), year 2017.
    """
    counts = _complete_counts(table).reindex(places).fillna(0.0).to_numpy(dtype=np.float64)
    return counts / counts.sum(axis=1, keepdims=True)


def area_jobs(table: pd.DataFrame, members: list[str]) -> Array:
    """Jobs of an area by section, newest complete year: (section,); the sum of all places if `members` is empty."""
    counts = _complete_counts(table)
    inside = counts.reindex([code for code in members if code in counts.index]) if members else counts
    return inside.fillna(0.0).to_numpy(dtype=np.float64).sum(axis=0)


def _complete_counts(table: pd.DataFrame) -> pd.DataFrame:
    """Jobs of the newest complete year: index place, columns sections."""
    complete = table[table["completeness"] == "complete"]
    rows = complete[(complete["year"] == complete["year"].max()) & (complete["industry"] != "TOTAL")]
    section = rows["industry"].where(~rows["industry"].isin(["T", "U", "X"]), "TUX")
    wide = rows.assign(section=section).pivot_table(index="place", columns="section", values="jobs", aggfunc="sum")
    return wide.reindex(columns=list(SECTIONS))


def national_trend(employed: pd.DataFrame, population: pd.Series) -> Array:
    """Yearly log growth of Finland's employment by section beyond that of its population.

    Sections that the survey publishes together share a trend. Mining is published with agriculture, and its jobs are
    modelled as projects, so its trend is zero.

    Args:
        employed: table employed_by_industry_and_age; the rows of all ages 15-64 are used.
        population: Finland's population by year.

    Returns:
        (section,), log points a year.

    Source: Statistics Finland, Labour Force Survey (tyti), years 2012-2017.
    """
    rows = employed[employed["age_group"] == "15-64"]
    wide = rows.pivot(index="industry", columns="year", values="employed")
    first, last = int(rows["year"].min()), int(rows["year"].max())
    growth = np.log(wide[last] / wide[first]) - np.log(population[last] / population[first])
    growth = growth / (last - first)
    trend = np.zeros(len(SECTIONS))
    for label, value in growth.dropna().items():
        for section in _sections_in_label(str(label)):
            trend[SECTIONS.index(section)] = value
    trend[SECTIONS.index("B")] = 0.0
    return trend


def care_weights(jobs: pd.DataFrame, population: pd.DataFrame) -> Array:
    """Care jobs per person by age, estimated from the small municipalities of the reference area.

    Non-negative least squares of care jobs on the population below 65, 65-74 and 75 and over; each place is weighted by
    the inverse square root of its population.

    Args:
        jobs: table jobs_by_industry.
        population: table population_by_age_sex.

    Returns:
        (age,), jobs per person, ages 0-100; only the ratios between ages are used.

    Source: Statistics Finland, Paavo 2020 (jobs 2017) and 11re (population 2018).
    """
    complete = jobs[(jobs["industry"] == CARE) & (jobs["completeness"] == "complete")]
    care = complete[complete["year"] == complete["year"].max()].set_index("place")["jobs"].astype(float)
    people = population[population["place"].isin(care.index)]
    people = people[people["year"] == people["year"].min()]
    group = pd.cut(people["age"], CARE_AGES, right=False, labels=False)
    wide = people.assign(group=group).pivot_table(index="place", columns="group", values="population", aggfunc="sum")
    small = wide[wide.sum(axis=1) <= CARE_LARGEST_PLACE]
    scale = 1 / np.sqrt(small.sum(axis=1))
    weights, _ = nnls(small.mul(scale, axis=0).to_numpy(dtype=float), (care[small.index] * scale).to_numpy(dtype=float))
    return np.asarray(np.repeat(weights, np.diff(CARE_AGES)), dtype=np.float64)


def population_served(population: Array, base_population: Array, weights: Array) -> Array:
    """Population served by general services, schools and care, relative to the jump-off year.

    Args:
        population: (draw, place, sex, age), persons.
        base_population: (place, sex, age), persons in the jump-off year.
        weights: (driver, age), weight of each age in a driver (see `driver_age_weights`).

    Returns:
        (draw, place, driver), 1 in the jump-off year.
    """
    draws, places, sexes, _ = population.shape
    now = population.reshape(draws, places, -1) @ np.tile(weights, sexes).T
    then = base_population.sum(axis=1) @ weights.T
    return np.asarray(now / np.maximum(then, 1e-9)[None], dtype=np.float64)


def driver_age_weights(care: Array) -> Array:
    """Weight of each age in the population served by general services, schools and care.

    Args:
        care: (age,), care jobs per person.

    Returns:
        (driver, age), drivers in the order of `DRIVER_OF_SECTION`.
    """
    all_ages, school = np.ones_like(care), np.zeros_like(care)
    school[SCHOOL_AGES[0] : SCHOOL_AGES[1] + 1] = 1.0
    return np.stack([all_ages, school, care])


def _sections_in_label(label: str) -> list[str]:
    """Sections covered by a label of the survey ("K+L", "S+T+U"); none for the total."""
    letters = ["TUX" if letter in "TU" else letter for letter in label.split("+")]
    return [letter for letter in dict.fromkeys(letters) if letter in SECTIONS]


@dataclass(frozen=True)
class DemandPaths:
    """Drawn parameters of labour demand for all years.

    Attributes:
        trend: (year, draw, place, section), log growth since the jump-off year that no driver explains.
        population_elasticity: (draw,).
        construction_elasticity: (draw,).
        visitor_share_of_trade: (draw,).
    """

    trend: Array
    population_elasticity: Array
    construction_elasticity: Array
    visitor_share_of_trade: Array


def draw_demand_paths(
    base: JobsBase, assumptions: JobsAssumptions, draws: Draws, jump_off: int, years: range
) -> DemandPaths:
    """Draws trends and shocks of labour demand.

    trend[t] = carried (trend + error) damped years + shock of the place[t]

    Args:
        base: jobs, trends and their errors.
        assumptions: share of the trend that continues, its damping, persistence of shocks.
        draws: block of draws.
        jump_off: year of `base`.
        years: forecast years.

    Returns:
        The paths; zero growth in the jump-off year.
    """
    carried = draws.sample(assumptions.trend_carried)[:, None, None]
    growth = carried * (base.trend + base.trend_error * draws.normal("jobs:trend", base.jobs.shape))
    steps = np.array([year - jump_off for year in years], dtype=np.float64)
    damping = draws.sample(assumptions.trend_damping)[:, None]
    damped = (1 - damping ** steps[None]) / np.maximum(1 - damping, 1e-9)
    persistence, spread = draws.sample(assumptions.persistence), draws.sample(assumptions.shock)
    shock = draw_ar1_shocks(draws, "jobs:place", years, base.jobs.shape[0], persistence, spread)
    return DemandPaths(
        trend=damped.T[:, :, None, None] * growth[None] + shock[..., None],
        population_elasticity=draws.sample(assumptions.population_elasticity),
        construction_elasticity=draws.sample(assumptions.construction_elasticity),
        visitor_share_of_trade=draws.sample(assumptions.visitor_share_of_trade),
    )


@dataclass(frozen=True)
class YearDemand:
    """The part of a year's labour demand that does not depend on the population of that year.

    Attributes:
        trend_jobs: (draw, place, section), jobs in the jump-off year times the trend.
        elasticity: (draw, 1, group), of demand on the population served; the group without a driver is left out.
        visitor_trade: (draw, place), visitors' share of trade times the growth of overnight stays.
        resident_trade_share: (draw, 1), residents' share of trade.
    """

    trend_jobs: Array
    elasticity: Array
    visitor_trade: Array
    resident_trade_share: Array


def year_demand(base: JobsBase, paths: DemandPaths, index: int, nights_growth: Array) -> YearDemand:
    """Computes the part of a year's labour demand that does not depend on its population.

    Args:
        base: jobs in the jump-off year.
        paths: drawn trends.
        index: position of the forecast year.
        nights_growth: (draw, place), overnight stays relative to the jump-off year; 1 for places without stays.

    Returns:
        The parts; see `demand_by_section` and `total_demand_function`.
    """
    services, building = paths.population_elasticity, paths.construction_elasticity
    elasticity = np.stack([services, services, services, building], axis=1)
    visitors = paths.visitor_share_of_trade[:, None]
    return YearDemand(
        base.jobs[None] * np.exp(paths.trend[index]), elasticity[:, None], visitors * nights_growth, 1 - visitors
    )


def demand_by_section(year: YearDemand, served: Array) -> Array:
    """Labour demand by section, without projects and without the growth of the tourism sections.

    demand = jobs in the jump-off year x exp(trend) x (population served relative to the jump-off year) ^ elasticity

    Args:
        year: trends and visitors.
        served: (draw, place, driver), population served relative to the jump-off year (see `population_served`).

    Returns:
        (draw, place, section), jobs.
    """
    driven = _driver_growth(year, served)
    growth = np.concatenate([driven, np.ones_like(driven[..., :1])], axis=2)[..., GROUP_OF_SECTION]
    trade = SECTIONS.index(TRADE)
    growth[..., trade] = year.resident_trade_share * growth[..., trade] + year.visitor_trade
    return np.asarray(year.trend_jobs * growth, dtype=np.float64)


def total_demand_function(year: YearDemand) -> Callable[[Array], Array]:
    """Total labour demand as a function of the population served, for the iteration over induced migration.

    Args:
        year: trends and visitors.

    Returns:
        (draw, place, driver), as in `demand_by_section` -> (draw, place), jobs.
    """
    trade = SECTIONS.index(TRADE)
    jobs = year.trend_jobs.copy()
    from_visitors = jobs[..., trade] * year.visitor_trade
    jobs[..., trade] *= year.resident_trade_share
    by_group = np.add.reduceat(jobs[..., _BY_GROUP], _FIRST_OF_GROUP, axis=2)
    driven, fixed = by_group[..., :-1], by_group[..., -1] + from_visitors

    def total(served: Array) -> Array:
        return np.asarray(np.vecdot(driven, _driver_growth(year, served)) + fixed, dtype=np.float64)

    return total


def _driver_growth(year: YearDemand, served: Array) -> Array:
    """(draw, place, group except the last), growth of demand caused by its driver."""
    logs = np.log(np.maximum(served, 1e-9))
    return np.asarray(np.exp(year.elasticity * logs[..., DRIVER_OF_GROUP]), dtype=np.float64)
