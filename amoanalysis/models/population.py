"""People: from the newest age structure to a population by sex and age of each year, with municipal noise."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from amoanalysis.assumptions import PopulationAssumptions
from amoanalysis.models.cohort import CohortStep
from amoanalysis.models.draws import Array, Draws, persistent
from amoanalysis.models.migration import MigrationLevels, MigrationProfile, NetRates, net_rates

FERTILE = slice(15, 50)
# A year's deaths cannot pass this share of those who reach an age, whatever the noise says.
MOST_DEATHS = 0.95
# The long-run level of fertility is the mean of this many of the last known years; no rate falls below the least.
LONG_RUN_YEARS = 7
LEAST_FERTILITY = 0.5


@dataclass(frozen=True)
class PopulationBase:
    """What the population model starts from.

    Attributes:
        population: (place, sex, age), persons at the end of the jump-off year.
        year: the jump-off year.
        area_of: (place,), which of the reference areas a place borrows its rates from.
        death_rates: (area, sex, age), smoothed yearly death rates about `death_rates_year`.
        death_rates_year: (area,), middle of the years they are smoothed over.
        improvement: (sex, age), yearly log decline of death rates in the country.
        fertility_pattern: (area, age), share of each age in total fertility, sums to 1.
        fertility_factor: (place,), fertility of a place relative to its area.
        total_fertility: of each area, year -> rate, known years.
        profile: ages of migrants.
        levels: how much is moved.
    """

    population: Array
    year: int
    area_of: npt.NDArray[np.intp]
    death_rates: Array
    death_rates_year: Array
    improvement: Array
    fertility_pattern: Array
    fertility_factor: Array
    total_fertility: tuple[dict[int, float], ...]
    profile: MigrationProfile
    levels: MigrationLevels


@dataclass(frozen=True)
class PopulationPaths:
    """Everything drawn for the population, years first.

    Attributes:
        total_fertility: (year, draw, area), children per woman in the reference areas.
        decline: (year, draw, area), improvement of death rates in years' worth of the country's yearly drift.
        death_shock: (year, draw), log deviation of all death rates.
        net: net migration within the country and from abroad, per resident and year.
        sex_ratio: (draw, 1), boys per girl.
        births, deaths, arrivals, departures, foreigners: (year, draw, place), standard normal scores of the municipal
            noise.
    """

    total_fertility: Array
    decline: Array
    death_shock: Array
    net: NetRates
    sex_ratio: Array
    births: Array
    deaths: Array
    arrivals: Array
    departures: Array
    foreigners: Array


@dataclass(frozen=True, eq=False)
class PopulationStep(CohortStep):
    """A year of the population, with the part of its migrants that came from abroad.

    Attributes:
        net_foreign_migration: (draw, place), persons; contained in in- and out-migration.
    """

    net_foreign_migration: Array


def population_paths(
    base: PopulationBase, assumptions: PopulationAssumptions, draws: Draws, years: range
) -> PopulationPaths:
    """Draws the course of fertility, mortality and migration, and the noise of each place.

    Args:
        base: where the model starts from.
        assumptions: long-run levels, shocks, persistence.
        draws: block of draws.
        years: forecast years.

    Returns:
        The paths.
    """
    places = base.population.shape[0]
    improving = draws.sample(assumptions.mortality_improvement)
    distance = np.array(list(years), dtype=np.float64)[:, None] - base.death_rates_year
    none = np.zeros(draws.count)
    death_shock = persistent(draws, "deaths:common", years, 1, none, draws.sample(assumptions.mortality_shock))
    noise = np.stack([draws.normal(f"noise:{year}", (5, places)) for year in years])
    return PopulationPaths(
        total_fertility=_fertility_path(base, assumptions, draws, years),
        decline=distance[:, None, :] * improving[None, :, None],
        death_shock=death_shock[:, :, 0],
        net=net_rates(base.levels, assumptions, draws, base.year, years),
        sex_ratio=draws.sample(assumptions.sex_ratio_at_birth)[:, None],
        births=noise[:, :, 0],
        deaths=noise[:, :, 1],
        arrivals=noise[:, :, 2],
        departures=noise[:, :, 3],
        foreigners=noise[:, :, 4],
    )


def leavers_by_age(population: Array, profile: MigrationProfile, leaving: Array) -> Array:
    """Spreads those who leave over sex and age by the schedule of leaving: (draw, place, sex, age)."""
    weights = population * profile.leaving
    scale = leaving / np.maximum(weights.sum(axis=(2, 3)), 1e-9)
    weights *= scale[:, :, None, None]
    return weights


def arrivals_by_age(profile: MigrationProfile, arriving: Array) -> Array:
    """Spreads those who arrive over sex and age by the profile: (draw, place, sex, age)."""
    return arriving[:, :, None, None] * profile.arriving


def with_arrivals(year: PopulationStep, base: PopulationBase, persons: Array) -> PopulationStep:
    """Adds people of the ages of migrants at the end of a year.

    Args:
        year: the year before them.
        base: profiles.
        persons: (draw, place), how many come.

    Returns:
        The year with them in its in-migration and its population.
    """
    by_age = arrivals_by_age(base.profile, persons)
    return replace(year, population=year.population + by_age, in_migration=year.in_migration + by_age)


def _fertility_path(base: PopulationBase, assumptions: PopulationAssumptions, draws: Draws, years: range) -> Array:
    """Known rates, then reverting to the long-run level, with persistent shocks common to all: (year, draw, area).

    The long-run level of an area is the mean of its last known years, and the assumed departure from it.
    """
    persistence = draws.sample(assumptions.fertility_persistence)
    departure = draws.sample(assumptions.fertility_departure)
    spread = draws.sample(assumptions.fertility_shock)
    path = np.empty((len(years), draws.count, len(base.total_fertility)))
    for area, known in enumerate(base.total_fertility):
        last = max(known)
        long_run = departure + float(np.mean([known[year] for year in sorted(known)[-LONG_RUN_YEARS:]]))
        ahead = range(max(last, years.start - 1) + 1, max(years.stop, last + 2))
        shock = persistent(draws, "fertility", ahead, 1, persistence, spread)
        for index, year in enumerate(years):
            if year in known:
                path[index, :, area] = known[year]
            else:
                fading = persistence ** (year - last)
                level = long_run + (known[last] - long_run) * fading
                path[index, :, area] = level + shock[year - ahead.start, :, 0]
    return np.maximum(path, LEAST_FERTILITY)


def death_rates_of(base: PopulationBase, paths: PopulationPaths, index: int) -> Array:
    """(draw, area, sex, age): smoothed rates, improved by the drift of the country, with the shock of the year."""
    decline = paths.decline[index][:, :, None, None] * base.improvement
    return base.death_rates * np.exp(paths.death_shock[index][:, None, None, None] - decline)
