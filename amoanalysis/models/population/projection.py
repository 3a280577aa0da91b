"""People: from the newest age structure to a population by sex and age of each year, with municipal noise."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from numba import njit

from amoanalysis.config.assumptions import PopulationAssumptions
from amoanalysis.models.population.cohort_component import CohortStep
from amoanalysis.models.population.migration_levels import MigrationLevels, MigrationProfile, NetRates, net_rates
from amoanalysis.models.population.mortality import survival_ratios
from amoanalysis.models.statistics.draws import Array, Draws, persistent

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


TINY = 1e-9


def compiled_step(
    population: Array, base: PopulationBase, paths: PopulationPaths, index: int, more_leaving: Array
) -> PopulationStep:
    """One year of the population: deaths, births, and migration with the noise of a small place.

    out = events(P (gross - internal / 2)) + more_leaving, in = events(P (gross + internal / 2)), spread over ages by
    profile; those who leave for another place of the forecast arrive there, the rest of `in` comes from elsewhere in
    the country; from abroad come events(P foreign) more, or as many leave.

    Args:
        population: (draw, place, sex, age), persons at the start of the year.
        base: rates and profiles.
        paths: drawn paths.
        index: which year.
        more_leaving: (draw, place), persons who leave because there was no work for them.

    Returns:
        The step; births and deaths include the noise.
    """
    levels, shape = base.levels, population.shape
    inside, abroad = paths.net.internal[index], paths.net.foreign[index]
    wide = np.sqrt(levels.settings.excess)
    noise = [paths.births[index], paths.deaths[index]]
    noise += [wide * scores[index] for scores in (paths.arrivals, paths.departures, paths.foreigners)]
    exchange = np.zeros((0, 0)) if levels.exchange is None else levels.exchange
    moved, deaths, arrivals, departures = (np.empty(shape) for _ in range(4))
    births, foreign = np.empty(shape[:-1]), np.empty(shape[:2])
    one_year(
        np.ascontiguousarray(population),
        np.ascontiguousarray(survival_ratios(death_rates_of(base, paths, index))),
        np.ascontiguousarray(paths.total_fertility[index][:, :, None] * base.fertility_pattern),
        np.ascontiguousarray(paths.sex_ratio[:, 0]),
        base.area_of,
        base.fertility_factor,
        (FERTILE.start, FERTILE.stop),
        MOST_DEATHS,
        np.stack(noise),
        np.maximum(levels.gross, np.abs(inside) / 2),
        np.stack([inside, abroad]),
        np.ascontiguousarray(np.broadcast_to(more_leaving, shape[:2])),
        np.ascontiguousarray(base.profile.leaving),
        np.ascontiguousarray(base.profile.arriving),
        np.array(exchange),
        moved,
        births,
        deaths,
        arrivals,
        departures,
        foreign,
    )
    return PopulationStep(moved, births, deaths, arrivals, departures, foreign)


@njit(cache=True, nogil=True, error_model="numpy")
def one_year(
    people: Array,
    survival: Array,
    fertility: Array,
    boys_per_girl: Array,
    area_of: npt.NDArray[np.intp],
    fertility_factor: Array,
    fertile: tuple[int, int],
    most_deaths: float,
    noise: Array,
    turnover: Array,
    net: Array,
    more_leaving: Array,
    leaving_profile: Array,
    arriving_profile: Array,
    exchange: Array,
    population: Array,
    births: Array,
    deaths: Array,
    arrivals: Array,
    departures: Array,
    foreign: Array,
) -> None:
    """One year of every draw and place; the last six arguments are written.

    Args:
        people: (draw, place, sex, age), persons at the start; women first, the last age open.
        survival: (draw, area, sex, age), share alive at the end, by the age reached.
        fertility: (draw, area, age), births per woman before the factor of the place.
        boys_per_girl: (draw,).
        area_of: (place,), area whose rates a place borrows.
        fertility_factor: (place,).
        fertile: first age that bears children, and the first that no longer does.
        most_deaths: share of those who reach an age that noise may let die.
        noise: (5, draw, place), scores of births, deaths, arrivals, departures and foreign moves.
        turnover: (draw, place), moves per resident each way.
        net: (2, draw, place), net migration per resident within the country, and from abroad.
        more_leaving: (draw, place), persons.
        leaving_profile: (place, sex, age).
        arriving_profile: (place, sex, age).
        exchange: (place, place), share of those who leave for another place of the forecast; empty where not known.
        population: (draw, place, sex, age), persons at the end.
        births: (draw, place, sex).
        deaths: (draw, place, sex, age).
        arrivals: (draw, place, sex, age).
        departures: (draw, place, sex, age).
        foreign: (draw, place), net from abroad, persons.
    """
    draws, places = people.shape[:2]
    for d in range(draws):
        for p in range(places):
            alive = survival[d, area_of[p]]
            _survive(people[d, p], alive, population[d, p], deaths[d, p])
            born = _born(people[d, p, 0], population[d, p, 0], fertility[d, area_of[p]], fertile)
            born = events(born * fertility_factor[p], noise[0, d, p])
            births[d, p, 0] = born / (1.0 + boys_per_girl[d])
            births[d, p, 1] = born - births[d, p, 0]
            died = _dying(births[d, p], alive, population[d, p], deaths[d, p])
            more = events(died, noise[1, d, p]) / max(died, TINY) - 1.0
            total, weight = _with_noise(population[d, p], deaths[d, p], more, most_deaths, leaving_profile[p])
            inside, abroad = net[0, d, p], net[1, d, p]
            leaving = events(total * (turnover[d, p] - inside / 2.0), noise[3, d, p])
            foreign[d, p] = np.sign(abroad) * events(total * abs(abroad), noise[4, d, p])
            scale = (leaving + more_leaving[d, p] + max(-foreign[d, p], 0.0)) / max(weight, TINY)
            arriving = events(total * (turnover[d, p] + inside / 2.0), noise[2, d, p])
            _leave(population[d, p], leaving_profile[p], scale, departures[d, p])
            # Kept until it is known how many come from the other places.
            arrivals[d, p, 0, 0] = arriving
        for p in range(places):
            _arrive(
                p,
                exchange,
                arriving_profile[p],
                max(foreign[d, p], 0.0),
                departures[d],
                arrivals[d, p],
                population[d, p],
            )


@njit(cache=True, nogil=True, error_model="numpy")
def _arrive(
    place: int,
    exchange: Array,
    profile: Array,
    from_abroad: float,
    departures: Array,
    arrivals: Array,
    population: Array,
) -> None:
    """Lets those arrive who come from the other places and from elsewhere, and those leave who go."""
    sexes, ages = population.shape
    linked = exchange.shape[0] > 0
    arriving = arrivals[0, 0]
    others = arriving + from_abroad
    if linked:
        others = max(arriving - _arrive_from_near(place, exchange, departures, arrivals), 0.0) + from_abroad
    for s in range(sexes):
        for a in range(ages):
            coming = others * profile[s, a] + (arrivals[s, a] if linked else 0.0)
            arrivals[s, a] = coming
            population[s, a] += coming - departures[place, s, a]


@njit(cache=True, nogil=True, error_model="numpy")
def _survive(people: Array, alive: Array, population: Array, deaths: Array) -> None:
    """Those of each age who live to the end of the year, one age on; the last two ages gather in the last."""
    sexes, ages = people.shape
    for s in range(sexes):
        for a in range(1, ages):
            population[s, a] = people[s, a - 1] * alive[s, a]
            deaths[s, a] = people[s, a - 1] - population[s, a]
        oldest = people[s, ages - 1] * alive[s, ages - 1]
        population[s, ages - 1] += oldest
        deaths[s, ages - 1] += people[s, ages - 1] - oldest


@njit(cache=True, nogil=True, error_model="numpy")
def _born(before: Array, after: Array, rates: Array, fertile: tuple[int, int]) -> float:
    """Births by the mean of the women of both ends of the year."""
    born = 0.0
    for a in range(fertile[0], fertile[1]):
        born += rates[a] * (before[a] + after[a])
    return 0.5 * born


@njit(cache=True, nogil=True, error_model="numpy")
def _dying(births: Array, alive: Array, population: Array, deaths: Array) -> float:
    """Puts those born at age 0, less those of them who die, and gives the number of all who die."""
    sexes, ages = population.shape
    died = 0.0
    for s in range(sexes):
        population[s, 0] = births[s] * alive[s, 0]
        deaths[s, 0] = births[s] - population[s, 0]
        for a in range(ages):
            died += deaths[s, a]
    return died


@njit(cache=True, nogil=True, error_model="numpy")
def _leave(population: Array, profile: Array, scale: float, departures: Array) -> None:
    """Who leaves by age, never more than are there."""
    sexes, ages = population.shape
    for s in range(sexes):
        for a in range(ages):
            there = population[s, a]
            departures[s, a] = min(there * profile[s, a] * scale, there)


@njit(cache=True, nogil=True, error_model="numpy")
def _with_noise(
    population: Array, deaths: Array, more: float, most: float, leaving_profile: Array
) -> tuple[float, float]:
    """Lets a share more die, or fewer; gives the residents, and their sum by the profile of leaving."""
    sexes, ages = population.shape
    total, weight = 0.0, 0.0
    for s in range(sexes):
        for a in range(ages):
            reached = population[s, a] + deaths[s, a]
            change = min(more * deaths[s, a], most * reached - deaths[s, a])
            deaths[s, a] += change
            population[s, a] -= change
            total += population[s, a]
            weight += population[s, a] * leaving_profile[s, a]
    return total, weight


@njit(cache=True, nogil=True, error_model="numpy")
def events(expected: float, score: float) -> float:
    """See `draws.event_count`."""
    expected = max(expected, 0.0)
    return max(0.0, expected + score * np.sqrt(expected))


@njit(cache=True, nogil=True, error_model="numpy")
def _arrive_from_near(place: int, exchange: Array, departures: Array, arrivals: Array) -> float:
    """Writes who comes to a place from the others of the forecast, and gives their number."""
    places, sexes, ages = departures.shape
    total = 0.0
    for s in range(sexes):
        for a in range(ages):
            arrivals[s, a] = 0.0
    for other in range(places):
        share = exchange[other, place]
        if share > 0.0:
            for s in range(sexes):
                for a in range(ages):
                    arrivals[s, a] += share * departures[other, s, a]
    for s in range(sexes):
        for a in range(ages):
            total += arrivals[s, a]
    return total
