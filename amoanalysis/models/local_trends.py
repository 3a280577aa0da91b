"""Trends of industries in each place beyond what their drivers explain, pooled over the places."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.errors import DataError
from amoanalysis.models.draws import Array
from amoanalysis.models.jobs import (
    CONSTRUCTION,
    DRIVER_OF_SECTION,
    EXPORT_BASE,
    SECTIONS,
    TOURISM,
    people_served,
    service_weights,
)
from amoanalysis.models.jobs_error import HALF, Wander, wander
from amoanalysis.models.jobs_panel import section_errors, section_jobs
from amoanalysis.models.pooling import drawn_towards, pool

OLDEST = 100
SHORTEST = 3
# Sections whose jobs the forecast moves by events and by overnight stays: a past trend would count them twice.
OWN_DRIVERS = ("B", *TOURISM)


@dataclass(frozen=True)
class LocalTrends:
    """Yearly log growth of jobs beyond drivers, with what it is made of.

    Attributes:
        places: municipality codes.
        trend: (place, section), national + area + local; zero where a section has drivers of its own.
        standard_error: (place, section), of the trend.
        national: (section,), Finland's trend that was given.
        area: (section,), what all places together add to it.
        local: (place, section), what the place adds, drawn towards zero.
        between: (section,), standard deviation of true local growth about national + area.
    """

    places: tuple[str, ...]
    trend: Array
    standard_error: Array
    national: Array
    area: Array
    local: Array
    between: Array


def local_trends(
    panel: pd.DataFrame,
    places: list[str],
    drivers: Array,
    national: Array,
    first: int,
    last: int,
    own_drivers: tuple[str, ...] = OWN_DRIVERS,
) -> LocalTrends:
    """The local growth component of each place and section, partially pooled.

    own[p, i]   = log(jobs[last] / jobs[first]) / years - drivers[p, i] - national[i]
    area[i]     = mean of own over the places, itself pooled over the sections
    trend[p, i] = national[i] + B area[i] + (1 - B) own[p, i],  B = error[p, i]^2 / (error[p, i]^2 + between^2)

    `error` is what a walk by chance, with the yearly steps seen at that size, makes of the growth over the period, and
    what the panel does not know of its ends. `between`, the spread of true local growth, is the same for all sections:
    five years of 21 places cannot tell one for each.

    Args:
        panel: see `jobs_panel`.
        places: municipality codes to be pooled; all of the area (Lapland's 21), not only those that are forecast.
        drivers: (place, section), yearly log growth that drivers explain over the period; see `driver_growth`.
        national: (section,), Finland's yearly log growth beyond its people; see `jobs.national_trend`.
        first: first year of the period; 2012 is the first that has industries.
        last: last year.
        own_drivers: sections whose trend is zero because the forecast moves them otherwise.

    Returns:
        The trends of all places given.

    Raises:
        DataError: if the panel lacks a year, or the period is shorter than three years.
    """
    if last - first < SHORTEST:
        raise DataError(f"Local trends from {first} to {last}: take a period of at least {SHORTEST} years.")
    years = last - first
    jobs = np.stack([section_jobs(panel, year, places) for year in range(first, last + 1)], axis=1)
    own = np.log((jobs[:, -1] + HALF) / (jobs[:, 0] + HALF)) / years - drivers - national
    raw = pool(own, _errors(panel, places, jobs, first, last), shared_spread=True)
    area = pool(raw.mean[:, None], raw.mean_error[:, None])
    pooled = drawn_towards(raw, area.estimate[:, 0], area.standard_error[:, 0])
    moved = np.array([section not in own_drivers for section in SECTIONS])
    return LocalTrends(
        tuple(places),
        np.where(moved, national + pooled.estimate, 0.0),
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
    """Yearly log growth of jobs that the people served explain, as the forecast would have it.

    Residents come from yearly totals; pupils and the people who need care from the age groups, in the years that
    those are held for.

    Args:
        population: table population.
        by_age_group: table population_by_age_group.
        care: (age,), care jobs per person, ages 0-100; see `jobs.care_weights`.
        places: municipality codes.
        years: first and last year.
        elasticities: of services, and of construction, on the people they serve.

    Returns:
        (place, section), log points a year; zero for the export base and tourism.

    Raises:
        DataError: if a place lacks a year.
    """
    ages, span = _by_age(by_age_group, places, years)
    everybody = _totals(population, places, years)
    # The first year is the base; the second stands for a population of one sex in one draw.
    served = people_served(ages[None, :, 1:], ages[:, :1], service_weights(care))[0][:, DRIVER_OF_SECTION]
    growth = np.log(np.maximum(served, 1e-9)) / span
    residents = np.log(everybody[:, 1] / everybody[:, 0]) / (years[1] - years[0])
    by_age = np.array([section in ("P", "Q") for section in SECTIONS])
    elasticity = np.full(len(SECTIONS), elasticities[0])
    elasticity[SECTIONS.index(CONSTRUCTION)] = elasticities[1]
    elasticity[[SECTIONS.index(section) for section in (*EXPORT_BASE, *TOURISM)]] = 0.0
    return np.where(by_age, growth, residents[:, None]) * elasticity


def _errors(panel: pd.DataFrame, places: list[str], jobs: Array, first: int, last: int) -> Array:
    """Standard errors of yearly growth over the period: (place, section).

    variance = (years * lasting + passing) / years^2. What lasts of a yearly step is how much more two steps spread than
    one; the rest passes and stands at the ends alone, as the panel's own uncertainty does: the larger of them counts.
    """
    years, size = last - first, np.maximum(jobs.mean(axis=1), 1.0)
    one, two = (_steps(jobs, span) for span in (1, 2))
    lasting = max(two.chance - one.chance, 0.0)
    passing = max(one.chance - lasting, 0.0) / size
    ends = section_errors(panel, first, places) ** 2 + section_errors(panel, last, places) ** 2
    return np.sqrt(years * (one.common + lasting / size) + np.maximum(passing, ends)) / years


def _steps(jobs: Array, span: int) -> Wander:
    """How places spread about all of them over a span of years."""
    logs = np.log(jobs + HALF)
    changes = logs[:, span:] - logs[:, :-span]
    return wander(changes - changes.mean(axis=0, keepdims=True), jobs[:, :-span])


def _totals(population: pd.DataFrame, places: list[str], years: tuple[int, int]) -> Array:
    wide = population.pivot(index="place", columns="year", values="population").reindex(
        index=places, columns=list(years)
    )
    if wide.isna().to_numpy().any():
        place = wide.index[wide.isna().any(axis=1)][0]
        raise DataError(f"population lacks {place} in {years[0]} or {years[1]}: add the rows, or take other years.")
    return wide.to_numpy(dtype=np.float64)


def _by_age(table: pd.DataFrame, places: list[str], years: tuple[int, int]) -> tuple[Array, int]:
    """People by single age in the first and last year held within the period: (place, 2, age), and the years between.

    A group's people are spread evenly over its ages, which is enough for schools and care.
    """
    held = table[table["year"].between(*years) & table["place"].isin(places)]
    ends = [int(held["year"].min()), int(held["year"].max())] if len(held) else []
    if not ends or ends[0] == ends[1]:
        raise DataError(f"population_by_age_group has fewer than two years from {years[0]} to {years[1]}: add rows.")
    result = np.zeros((len(places), 2, OLDEST + 1))
    for group, rows in held.groupby("age_group"):
        low, high = _bounds(str(group))
        wide = rows.pivot(index="place", columns="year", values="population").reindex(index=places, columns=ends)
        people = wide.fillna(0.0).to_numpy(dtype=np.float64)
        result[:, :, low : high + 1] = people[:, :, None] / (high + 1 - low)
    return result, ends[1] - ends[0]


def _bounds(group: str) -> tuple[int, int]:
    """First and last age of a group: "7-12", "85+"."""
    low, _, high = group.removesuffix("+").partition("-")
    return int(low), int(high) if high else OLDEST
