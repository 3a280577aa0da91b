"""People: from the newest age structure to a population by sex and age of each year, with municipal noise."""

from dataclasses import dataclass, replace

import numpy as np

from amoanalysis.assumptions import PopulationAssumptions
from amoanalysis.models.cohort import CohortStep, migrate, survive
from amoanalysis.models.draws import Array, Draws, event_count, persistent
from amoanalysis.models.migration import MigrationLevels, MigrationProfile, net_rates
from amoanalysis.models.mortality import survival_ratios

FERTILE = slice(15, 50)
# A year's deaths cannot pass this share of those who reach an age, whatever the noise says.
MOST_DEATHS = 0.95


@dataclass(frozen=True)
class PopulationBase:
    """What the population model starts from.

    Attributes:
        population: (place, sex, age), persons at the end of the jump-off year.
        year: the jump-off year.
        death_rates: (sex, age), smoothed yearly death rates of the reference area about `death_rates_year`.
        death_rates_year: middle of the years they are smoothed over.
        improvement: (sex, age), yearly log decline of death rates in the country.
        fertility_pattern: (age,), share of each age in total fertility, sums to 1.
        fertility_factor: (place,), fertility of a place relative to the reference area.
        total_fertility: year -> rate of the reference area, known years.
        profile: ages of migrants.
        levels: how much is moved.
    """

    population: Array
    year: int
    death_rates: Array
    death_rates_year: float
    improvement: Array
    fertility_pattern: Array
    fertility_factor: Array
    total_fertility: dict[int, float]
    profile: MigrationProfile
    levels: MigrationLevels


@dataclass(frozen=True)
class PopulationPaths:
    """Everything drawn for the population, years first.

    Attributes:
        total_fertility: (year, draw), children per woman in the reference area.
        decline: (year, draw), improvement of death rates in years' worth of the country's yearly drift.
        death_shock: (year, draw), log deviation of all death rates.
        net_migration: (year, draw, place), persons per resident and year.
        sex_ratio: (draw, 1), boys per girl.
        births, deaths, arrivals, departures: (year, draw, place), standard normal scores of the municipal noise.
    """

    total_fertility: Array
    decline: Array
    death_shock: Array
    net_migration: Array
    sex_ratio: Array
    births: Array
    deaths: Array
    arrivals: Array
    departures: Array


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
    distance = np.array([year - base.death_rates_year for year in years], dtype=np.float64)
    none = np.zeros(draws.count)
    death_shock = persistent(draws, "deaths:common", years, 1, none, draws.sample(assumptions.mortality_shock))
    noise = np.stack([draws.normal(f"noise:{year}", (4, places)) for year in years])
    return PopulationPaths(
        total_fertility=_fertility_path(base, assumptions, draws, years),
        decline=distance[:, None] * improving[None],
        death_shock=death_shock[:, :, 0],
        net_migration=net_rates(base.levels, assumptions, draws, base.year, years),
        sex_ratio=draws.sample(assumptions.sex_ratio_at_birth)[:, None],
        births=noise[:, :, 0],
        deaths=noise[:, :, 1],
        arrivals=noise[:, :, 2],
        departures=noise[:, :, 3],
    )


def step(
    population: Array,
    base: PopulationBase,
    paths: PopulationPaths,
    index: int,
    more_leaving: Array,
    reuse: CohortStep | None = None,
) -> CohortStep:
    """One year of the population: deaths, births, and migration with the noise of a small place.

    in = events(P (gross + net / 2)), out = events(P (gross - net / 2)) + more_leaving, spread over ages by profile.

    Args:
        population: (draw, place, sex, age), persons at the start of the year.
        base: rates and profiles.
        paths: drawn paths.
        index: which year.
        more_leaving: (draw, place), persons who leave because there was no work for them.
        reuse: an earlier step whose memory may be written over.

    Returns:
        The step; births and deaths include the noise.
    """
    survival = survival_ratios(_death_rates(base, paths, index))[:, None]
    fertility = _fertility(base, paths.total_fertility[index])
    survived = survive(population, survival, fertility, paths.sex_ratio, fertile=FERTILE, reuse=reuse)
    noisy = _with_noise(survived, paths.births[index], paths.deaths[index], survival)
    people = noisy.population.sum(axis=(2, 3))
    net = paths.net_migration[index]
    gross = base.levels.gross[None]
    arriving = event_count(np.maximum(people * (gross + net / 2), 0.0), paths.arrivals[index])
    leaving = event_count(np.maximum(people * (gross - net / 2), 0.0), paths.departures[index]) + more_leaving
    out_by_age = leavers_by_age(noisy.population, base.profile, leaving)
    in_by_age = arrivals_by_age(base.profile, arriving)
    return migrate(noisy, in_by_age, out_by_age)


def leavers_by_age(population: Array, profile: MigrationProfile, leaving: Array) -> Array:
    """Spreads those who leave over sex and age by the schedule of leaving: (draw, place, sex, age)."""
    weights = population * profile.leaving[None, None]
    scale = leaving / np.maximum(weights.sum(axis=(2, 3)), 1e-9)
    weights *= scale[:, :, None, None]
    return weights


def arrivals_by_age(profile: MigrationProfile, arriving: Array) -> Array:
    """Spreads those who arrive over sex and age by the profile: (draw, place, sex, age)."""
    return arriving[:, :, None, None] * profile.arriving[None, None]


def with_arrivals(year: CohortStep, base: PopulationBase, persons: Array) -> CohortStep:
    """Adds people who come to work, with their families, at the end of a year.

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
    """Known rates, then the last known one reverting to the long-run level, with persistent shocks: (year, draw)."""
    persistence = draws.sample(assumptions.fertility_persistence)
    long_run = draws.sample(assumptions.total_fertility_rate)
    last = max(base.total_fertility)
    ahead = range(max(last, years.start - 1) + 1, years.stop)
    shock = persistent(draws, "fertility", ahead, 1, persistence, draws.sample(assumptions.fertility_shock))
    path = np.empty((len(years), draws.count))
    for index, year in enumerate(years):
        if year in base.total_fertility:
            path[index] = base.total_fertility[year]
        else:
            fading = persistence ** (year - last)
            path[index] = long_run + (base.total_fertility[last] - long_run) * fading + shock[year - ahead.start, :, 0]
    return np.maximum(path, 0.5)


def _death_rates(base: PopulationBase, paths: PopulationPaths, index: int) -> Array:
    """(draw, sex, age): smoothed rates, improved by the drift of the country, with the shock of the year."""
    decline = paths.decline[index][:, None, None] * base.improvement[None]
    return base.death_rates[None] * np.exp(paths.death_shock[index][:, None, None] - decline)


def _fertility(base: PopulationBase, total_fertility: Array) -> Array:
    """(draw, place, age), births per woman and year."""
    by_place = total_fertility[:, None, None] * base.fertility_factor[None, :, None]
    return by_place * base.fertility_pattern[None, None, :]


def _with_noise(year: CohortStep, births: Array, deaths: Array, survival: Array) -> CohortStep:
    """Scales births and deaths so that their number wanders as events do; survivors follow."""
    expected_births = year.births.sum(axis=2)
    born = event_count(expected_births, births) / np.maximum(expected_births, 1e-9)
    more_births = (born - 1)[:, :, None] * year.births
    year.population[..., 0] += more_births * survival[..., 0]
    year.deaths[..., 0] += more_births * (1 - survival[..., 0])
    expected_deaths = year.deaths.sum(axis=(2, 3))
    died = event_count(expected_deaths, deaths) / np.maximum(expected_deaths, 1e-9)
    # Survivors and deaths together are those who reached the age, so what one gains the other loses.
    change = np.minimum((died - 1)[:, :, None, None] * year.deaths, MOST_DEATHS * year.population)
    year.population[...] -= change
    year.deaths[...] += change
    return replace(year, births=year.births + more_births)
