"""A year of the population in arrays, a flow at a time: what the compiled passes are held against."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from amoanalysis.models.population.cohort_component import CohortStep, migrate, survive
from amoanalysis.models.population.migration_levels import MigrationLevels
from amoanalysis.models.population.mortality import survival_ratios
from amoanalysis.models.population.projection import (
    FERTILE,
    MOST_DEATHS,
    PopulationBase,
    PopulationPaths,
    PopulationStep,
    arrivals_by_age,
    death_rates_of,
    leavers_by_age,
)
from amoanalysis.models.statistics.draws import Array, event_count


def step(
    population: Array,
    base: PopulationBase,
    paths: PopulationPaths,
    index: int,
    more_leaving: Array,
) -> PopulationStep:
    """One year of the population: see `population_kernel.compiled_step`, which takes and gives the same."""
    survival = _of_place(survival_ratios(death_rates_of(base, paths, index)), base.area_of)
    fertility = fertility_of(base, paths.total_fertility[index])
    survived = survive(population, survival, fertility, paths.sex_ratio, fertile=FERTILE)
    noisy = _with_noise(survived, paths.births[index], paths.deaths[index], survival)
    arriving, leaving, foreign = _movers(noisy.population.sum(axis=(2, 3)), base.levels, paths, index)
    out_by_age = leavers_by_age(noisy.population, base.profile, leaving + more_leaving + np.maximum(-foreign, 0.0))
    np.minimum(out_by_age, noisy.population, out=out_by_age)
    in_by_age = _arrivals(base, out_by_age, arriving, np.maximum(foreign, 0.0))
    moved = migrate(noisy, in_by_age, out_by_age)
    return PopulationStep(**vars(moved), net_foreign_migration=foreign)


def _movers(people: Array, levels: MigrationLevels, paths: PopulationPaths, index: int) -> tuple[Array, Array, Array]:
    """Movers in and out within the country and net from abroad, (draw, place), with the noise of counts.

    People move as families, so counts vary more than single events would.
    """
    inside, abroad = paths.net.internal[index], paths.net.foreign[index]
    turnover = np.maximum(levels.gross, np.abs(inside) / 2)
    wide = np.sqrt(levels.settings.excess)
    arriving = event_count(people * (turnover + inside / 2), wide * paths.arrivals[index])
    leaving = event_count(people * (turnover - inside / 2), wide * paths.departures[index])
    foreign = np.sign(abroad) * event_count(people * np.abs(abroad), wide * paths.foreigners[index])
    return arriving, leaving, foreign


def _arrivals(base: PopulationBase, out_by_age: Array, arriving: Array, foreign: Array) -> Array:
    """Those who arrive, (draw, place, sex, age): first from the places of the forecast, the rest from elsewhere."""
    exchange = base.levels.exchange
    if exchange is None:
        return arrivals_by_age(base.profile, arriving + foreign)
    draws, places = arriving.shape
    near = np.matmul(exchange.T, out_by_age.reshape(draws, places, -1)).reshape(out_by_age.shape)
    others = np.maximum(arriving - near.sum(axis=(2, 3)), 0.0) + foreign
    near += arrivals_by_age(base.profile, others)
    return near


def fertility_of(base: PopulationBase, totalfertility_of: Array) -> Array:
    """(draw, place, age), births per woman and year."""
    by_place = _of_place(totalfertility_of, base.area_of) * base.fertility_factor
    return by_place[:, :, None] * _of_place(base.fertility_pattern[None], base.area_of)


def _of_place(values: Array, area_of: npt.NDArray[np.intp]) -> Array:
    """(draw, area, ...) as (draw, place, ...); a single area is left to broadcast."""
    return values if values.shape[1] == 1 else np.take(values, area_of, axis=1)


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
    most = MOST_DEATHS * (year.population + year.deaths) - year.deaths
    change = np.minimum((died - 1)[:, :, None, None] * year.deaths, most)
    year.population[...] -= change
    year.deaths[...] += change
    return replace(year, births=year.births + more_births)
