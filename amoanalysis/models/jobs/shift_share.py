"""Shift-share analysis of jobs: decomposition of past changes, and local trends for the forecast."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.errors import DataError, ShapeError
from amoanalysis.models.jobs.labour_demand import (
    CARE,
    CONSTRUCTION,
    DRIVER_OF_SECTION,
    EDUCATION,
    EXPORT_BASE,
    SECTIONS,
    TOURISM,
    driver_age_weights,
    population_served,
)
from amoanalysis.models.jobs.panel import section_errors, section_jobs
from amoanalysis.models.statistics.draws import Array
from amoanalysis.models.statistics.partial_pooling import (
    LOG_OFFSET,
    VarianceBySize,
    fit_variance_by_size,
    pool,
    shrink_towards,
)

ALL_INDUSTRIES = "+".join(SECTIONS)
# Broad sectors that are known before 2012; T is merged with X and therefore not in the services.
BROAD_SECTORS = ("A", "B+C+D+E+F", "+".join("GHIJKLMNOPQRS"), "TUX")
PARTS = ("national", "mix", "local")


@dataclass(frozen=True)
class Components:
    """The three components of a change in jobs, (place, industry) each, jobs; they sum to the change.

    Attributes:
        national: growth effect: all jobs grow as the reference economy.
        mix: industry-mix effect: the industries of the place grow faster or slower than the reference economy.
        local: competitive effect: the place grows faster or slower than the same industries elsewhere.
    """

    national: Array
    mix: Array
    local: Array


def shift_share(start: Array, end: Array, reference_start: Array, reference_end: Array) -> Components:
    """Classical decomposition of a change in jobs.

    end - start = start G + start (G_i - G) + start (g_i - G_i), with g and G the growth of place and reference

    Args:
        start: (place, industry), jobs in the first year.
        end: same shape, jobs in the last year.
        reference_start: (industry,), jobs of the reference economy in the first year.
        reference_end: (industry,), in the last year.

    Returns:
        The components; local is the residual, so it is defined where the place starts without jobs too.

    Raises:
        DataError: if the reference has no jobs in an industry that a place has.
        ShapeError: if the industries disagree.

    Source: Dunn (1960); Loveridge & Selting (1998).
    """
    if start.shape != end.shape or not start.shape[-1:] == reference_start.shape == reference_end.shape:
        raise ShapeError(f"Shift-share: jobs are {start.shape} and {end.shape}, the reference {reference_start.shape}.")
    whole = reference_end.sum() / reference_start.sum() - 1
    if ((reference_start <= 0) & (start > 0).any(axis=0)).any():
        raise DataError(
            "Shift-share: the reference economy has no jobs in an industry that a place has: merge it with another."
        )
    average = np.full(reference_start.shape, whole + 1)
    growth = np.divide(reference_end, reference_start, out=average, where=reference_start > 0)
    national, mix = start * whole, start * (growth - 1 - whole)
    return Components(national, mix, end - start - national - mix)


def dynamic_shift_share(jobs: Array, reference: Array) -> Components:
    """Dynamic shift-share: the sum of the yearly decompositions, so that the industry mix is updated every year.

    Args:
        jobs: (year, place, industry), jobs, consecutive years.
        reference: (year, industry), jobs of the reference economy.

    Returns:
        The components of the change from the first year to the last.

    Source: Barff & Knight (1988).
    """
    yearly = [shift_share(jobs[i], jobs[i + 1], reference[i], reference[i + 1]) for i in range(len(jobs) - 1)]
    return Components(*(np.sum([getattr(part, name) for part in yearly], axis=0) for name in PARTS))


def decompose_change(
    panel: pd.DataFrame, places: list[str], first: int, last: int, reference: pd.DataFrame, dynamic: bool = False
) -> pd.DataFrame:
    """Decomposes the change in jobs of places by the industries of a reference economy.

    Args:
        panel: see `jobs_panel`.
        places: municipality codes.
        first: first year.
        last: last year.
        reference: jobs of the reference economy, index industries ("A", or "A+B" where sections are merged), columns
            years; see `reference_of_places` and `reference_of_survey`.
        dynamic: whether to decompose year by year; the reference must then have every year.

    Returns:
        place, industry, start, end, change, national, mix, local, standard_error (jobs): the error of `local` caused by
        the errors of the panel's cells; the reference is assumed known.

    Raises:
        DataError: if panel or reference lack a year.
    """
    years = list(range(first, last + 1)) if dynamic else [first, last]
    industries = list(reference.index)
    jobs, error = _jobs_and_errors(panel, places, years, industries)
    missing = [year for year in years if year not in reference.columns]
    if missing:
        available = ", ".join(str(year) for year in reference.columns)
        raise DataError(f"Shift-share: the reference economy lacks {missing[0]}: take a year from {available}.")
    surrounding = reference[years].to_numpy(dtype=np.float64).T
    parts = dynamic_shift_share(jobs, surrounding) if dynamic else shift_share(jobs[0], jobs[1], *surrounding)
    growth = surrounding[-1] / np.maximum(surrounding[0], 1e-300)
    index = pd.MultiIndex.from_product([places, industries], names=["place", "industry"])
    columns = {"start": jobs[0], "end": jobs[-1], "change": jobs[-1] - jobs[0]}
    columns |= {name: getattr(parts, name) for name in PARTS}
    columns["standard_error"] = np.sqrt((error[0] * growth) ** 2 + error[-1] ** 2)
    return pd.DataFrame({name: values.ravel() for name, values in columns.items()}, index=index).reset_index()


def sum_by_place(decomposed: pd.DataFrame) -> pd.DataFrame:
    """Sums a decomposition over industries: index place, columns start, end, change, national, mix, local.

    Errors are left out: the total of a place is known, so the errors of its industries cancel.
    """
    return decomposed.groupby("place", sort=False)[["start", "end", "change", *PARTS]].sum()


def reference_of_places(
    panel: pd.DataFrame, places: Sequence[str], industries: Sequence[str] = SECTIONS
) -> pd.DataFrame:
    """Jobs of an area that consists of places of the panel: index industries, columns years.

    Args:
        panel: see `jobs_panel`.
        places: all municipalities of the area.
        industries: sections, or several joined by "+".
    """
    inside = panel[panel["place"].isin(list(places))]
    wide = inside.pivot_table(index="section", columns="year", values="jobs", aggfunc="sum")
    return pd.DataFrame({name: wide.loc[split_industry(name)].sum() for name in industries}).T


def reference_of_survey(employed: pd.DataFrame, by_workplace: pd.DataFrame) -> pd.DataFrame:
    """Finland's jobs by industry: the employment statistics split by the shares of the labour force survey.

    The survey merges sections (A with B, D with E, K with L, S with T and U) and covers few years; persons of unknown
    industry are excluded from its shares.

    Args:
        employed: table employed_by_industry_and_age; the rows of all ages 15-64 are used.
        by_workplace: table jobs_by_workplace, with Finland.

    Returns:
        Index industries, columns years.

    Source: Statistics Finland, Labour Force Survey (tyti), tyokay 115p.
    """
    rows = employed[(employed["age_group"] == "15-64") & (employed["industry"] != "TOTAL")]
    wide = rows.pivot(index="industry", columns="year", values="employed").astype(float)
    totals = reference_of_totals(by_workplace).loc[ALL_INDUSTRIES]
    shares = (wide / wide.sum())[[year for year in wide.columns if year in totals.index]]
    return shares * totals[shares.columns]


def reference_of_totals(by_workplace: pd.DataFrame, place: str = "SSS") -> pd.DataFrame:
    """Total jobs of an economy as one row, for years without industries; the mix component is then zero."""
    whole = by_workplace[(by_workplace[["commuting", "education", "age_group"]] == "total").all(axis=1)]
    jobs = whole[whole["place"] == place].set_index("year")["persons"].astype(float)
    return jobs.to_frame(ALL_INDUSTRIES).T


def split_industry(industry: str) -> list[str]:
    """Sections of a merged industry: "K+L", "S+T+U" (T, U and X are merged in the panel)."""
    letters = ("TUX" if letter in ("T", "U", "X") else letter for letter in industry.split("+"))
    return list(dict.fromkeys(letters))


def _jobs_and_errors(
    panel: pd.DataFrame, places: list[str], years: list[int], industries: list[str]
) -> tuple[Array, Array]:
    """Jobs and their standard errors: (year, place, industry) each."""
    cells = panel.set_index(["year", "place", "section"])[["jobs", "uncertainty"]]
    keys = pd.MultiIndex.from_product([years, places, SECTIONS])
    rows = cells.reindex(keys)
    if rows["jobs"].isna().any():
        year, place, _ = keys[rows["jobs"].isna().to_numpy()][0]
        raise DataError(f"Shift-share: the jobs panel lacks {place} in {year}: take a year that it has.")
    shape = (len(years), len(places), len(SECTIONS))
    jobs = rows["jobs"].to_numpy(dtype=np.float64).reshape(shape)
    error = rows["uncertainty"].to_numpy(dtype=np.float64).reshape(shape) * np.maximum(jobs, 1.0)
    member = np.array(
        [[section in split_industry(name) for name in industries] for section in SECTIONS], dtype=np.float64
    )
    if (member.sum(axis=1) != 1).any():
        raise DataError(
            "Shift-share: the industries of the reference do not cover every section exactly once: correct them."
        )
    return jobs @ member, np.sqrt(error**2 @ member)


OLDEST_AGE = 100
MIN_PERIOD = 3
# Sections whose jobs change with events and overnight stays in the forecast; a trend would count these changes twice.
SECTIONS_WITHOUT_TREND = ("B", *TOURISM)


@dataclass(frozen=True)
class LocalTrends:
    """Yearly log growth of jobs that drivers do not explain, with its components.

    Attributes:
        places: municipality codes.
        trend: (place, section), national + area + local; zero for sections with drivers of their own.
        standard_error: (place, section), of the trend.
        national: (section,), Finland's trend, as given.
        area: (section,), deviation of all places together from it.
        local: (place, section), deviation of the place, shrunk towards zero.
        between: (section,), standard deviation of true local growth around national + area.
    """

    places: tuple[str, ...]
    trend: Array
    standard_error: Array
    national: Array
    area: Array
    local: Array
    between: Array


def estimate_local_trends(
    panel: pd.DataFrame,
    places: list[str],
    drivers: Array,
    national: Array,
    first: int,
    last: int,
    own_drivers: tuple[str, ...] = SECTIONS_WITHOUT_TREND,
) -> LocalTrends:
    """The local growth component of each place and section, partially pooled.

    own[p, i]   = log(jobs[last] / jobs[first]) / years - drivers[p, i] - national[i]
    area[i]     = mean of own over the places, itself pooled over the sections
    trend[p, i] = national[i] + B area[i] + (1 - B) own[p, i],  B = error[p, i]^2 / (error[p, i]^2 + between^2)

    `error` is the standard error of the growth over the period: a random walk with the variance of yearly changes
    observed at that size, plus the errors of the panel in the first and last year. `between`, the standard deviation of
    true local growth, is common to all sections, because five years of 21 places do not identify one for each.

    Args:
        panel: see `jobs_panel`.
        places: municipality codes to pool: all of the area (Lapland's 21), not only the forecast ones.
        drivers: (place, section), yearly log growth explained by drivers over the period; see `driver_growth`.
        national: (section,), Finland's yearly log growth beyond its population; see `labour_demand.national_trend`.
        first: first year of the period; industries are known from 2012.
        last: last year.
        own_drivers: sections whose trend is zero because other parts of the forecast drive their jobs.

    Returns:
        The trends of all places given.

    Raises:
        DataError: if the panel lacks a year, or the period is shorter than three years.
    """
    if last - first < MIN_PERIOD:
        raise DataError(f"Local trends from {first} to {last}: take a period of at least {MIN_PERIOD} years.")
    years = last - first
    jobs = np.stack([section_jobs(panel, year, places) for year in range(first, last + 1)], axis=1)
    own = np.log((jobs[:, -1] + LOG_OFFSET) / (jobs[:, 0] + LOG_OFFSET)) / years - drivers - national
    raw = pool(own, _trend_errors(panel, places, jobs, first, last), shared_spread=True)
    area = pool(raw.mean[:, None], raw.mean_error[:, None])
    pooled = shrink_towards(raw, area.estimate[:, 0], area.standard_error[:, 0])
    has_trend = np.array([section not in own_drivers for section in SECTIONS])
    return LocalTrends(
        tuple(places),
        np.where(has_trend, national + pooled.estimate, 0.0),
        pooled.standard_error,
        national,
        pooled.mean,
        pooled.estimate - pooled.mean,
        pooled.between,
    )


def driver_growth(
    population: pd.DataFrame,
    by_age_group: pd.DataFrame,
    care: Array,
    places: list[str],
    years: tuple[int, int],
    elasticities: tuple[float, float],
) -> Array:
    """Yearly log growth of jobs explained by the population served, with the equations of the forecast.

    Residents come from yearly totals; pupils and care needs from the age groups, for the years that these cover.

    Args:
        population: table population.
        by_age_group: table population_by_age_group.
        care: (age,), care jobs per person, ages 0-100; see `labour_demand.care_weights`.
        places: municipality codes.
        years: first and last year.
        elasticities: of services, and of construction, on the population served.

    Returns:
        (place, section), log points a year; zero for the export base and tourism.

    Raises:
        DataError: if a place lacks a year.
    """
    ages, span = _population_by_age(by_age_group, places, years)
    totals = _population_totals(population, places, years)
    # The first year is the base; the second is passed as one draw of one sex.
    served = population_served(ages[None, :, 1:], ages[:, :1], driver_age_weights(care))[0][:, DRIVER_OF_SECTION]
    growth = np.log(np.maximum(served, 1e-9)) / span
    residents = np.log(totals[:, 1] / totals[:, 0]) / (years[1] - years[0])
    by_age = np.isin(SECTIONS, (EDUCATION, CARE))
    elasticity = np.full(len(SECTIONS), elasticities[0])
    elasticity[SECTIONS.index(CONSTRUCTION)] = elasticities[1]
    elasticity[[SECTIONS.index(section) for section in (*EXPORT_BASE, *TOURISM)]] = 0.0
    return np.where(by_age, growth, residents[:, None]) * elasticity


def _trend_errors(panel: pd.DataFrame, places: list[str], jobs: Array, first: int, last: int) -> Array:
    """Standard errors of yearly growth over the period: (place, section).

    variance = (years * permanent + transitory) / years^2. The permanent variance of a yearly change is the difference
    between the variances of two-year and one-year changes; the rest is transitory and affects only the ends of the
    period, as the errors of the panel do, so the larger of the two is used.
    """
    years, size = last - first, np.maximum(jobs.mean(axis=1), 1.0)
    one, two = (_step_variance(jobs, span) for span in (1, 2))
    permanent = max(two.sampling - one.sampling, 0.0)
    transitory = max(one.sampling - permanent, 0.0) / size
    ends = section_errors(panel, first, places) ** 2 + section_errors(panel, last, places) ** 2
    return np.sqrt(years * (one.common + permanent / size) + np.maximum(transitory, ends)) / years


def _step_variance(jobs: Array, span: int) -> VarianceBySize:
    """Variance of changes over a span of years around the mean of the places."""
    logs = np.log(jobs + LOG_OFFSET)
    changes = logs[:, span:] - logs[:, :-span]
    return fit_variance_by_size(changes - changes.mean(axis=0, keepdims=True), jobs[:, :-span])


def _population_totals(population: pd.DataFrame, places: list[str], years: tuple[int, int]) -> Array:
    wide = population.pivot(index="place", columns="year", values="population").reindex(
        index=places, columns=list(years)
    )
    if wide.isna().to_numpy().any():
        place = wide.index[wide.isna().any(axis=1)][0]
        raise DataError(f"population lacks {place} in {years[0]} or {years[1]}: add the rows, or take other years.")
    return wide.to_numpy(dtype=np.float64)


def _population_by_age(table: pd.DataFrame, places: list[str], years: tuple[int, int]) -> tuple[Array, int]:
    """Population by single age in the first and last known year of the period: (place, 2, age), and the years between.

    The population of a group is spread evenly over its ages, which is accurate enough for schools and care.
    """
    rows = table[table["year"].between(*years) & table["place"].isin(places)]
    ends = [int(rows["year"].min()), int(rows["year"].max())] if len(rows) else []
    if not ends or ends[0] == ends[1]:
        raise DataError(f"population_by_age_group has fewer than two years from {years[0]} to {years[1]}: add rows.")
    result = np.zeros((len(places), 2, OLDEST_AGE + 1))
    for group, part in rows.groupby("age_group"):
        low, high = _age_bounds(str(group))
        wide = part.pivot(index="place", columns="year", values="population").reindex(index=places, columns=ends)
        people = wide.fillna(0.0).to_numpy(dtype=np.float64)
        result[:, :, low : high + 1] = people[:, :, None] / (high + 1 - low)
    return result, ends[1] - ends[0]


def _age_bounds(group: str) -> tuple[int, int]:
    """First and last age of a group such as "7-12" or "85+"."""
    low, _, high = group.removesuffix("+").partition("-")
    return int(low), int(high) if high else OLDEST_AGE
