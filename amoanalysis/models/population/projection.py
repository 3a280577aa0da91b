"""Inputs of the population projection, and the paths of fertility, mortality and migration drawn for it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from amoanalysis.config.assumptions import PopulationAssumptions
from amoanalysis.models.population.migration_levels import (
    MigrationLevels,
    MigrationProfile,
    NetRates,
    draw_net_migration,
)
from amoanalysis.models.statistics.draws import Array, Draws, draw_ar1_shocks

# The long-run level of fertility is the mean of this many latest known years; drawn rates have a lower bound.
LONG_RUN_YEARS = 7
MIN_TOTAL_FERTILITY = 0.5


@dataclass(frozen=True)
class PopulationBase:
    """What the population projection starts from.

    Attributes:
        population: (place, sex, age), persons at the end of the jump-off year.
        year: the jump-off year.
        area_of: (place,), index of the reference area whose rates a place has.
        death_rates: (area, sex, age), smoothed yearly death rates, centred on `death_rates_year`.
        death_rates_year: (area,), middle of the years the death rates are pooled over.
        improvement: (sex, age), yearly decline of log death rates in the country.
        fertility_pattern: (area, age), share of each age in total fertility, sums to 1.
        fertility_factor: (place,), fertility of a place relative to its area.
        total_fertility: of each area, year -> rate, known years.
        profile: age profiles of migration.
        levels: levels of migration.
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
    """Drawn rates and scores of the population projection; the year is the first axis.

    Attributes:
        total_fertility: (year, draw, area), children per woman.
        decline: (year, draw, area), mortality improvement since `death_rates_year`, in years of the country's drift.
        death_shock: (year, draw), log deviation of all death rates.
        net: net migration per resident, within the country and from abroad.
        sex_ratio: (draw, 1), boys per girl.
        z_births, z_deaths, z_in_migration, z_out_migration, z_foreign: (year, draw, place), standard normal scores of
            the numbers of events in each place.
    """

    total_fertility: Array
    decline: Array
    death_shock: Array
    net: NetRates
    sex_ratio: Array
    z_births: Array
    z_deaths: Array
    z_in_migration: Array
    z_out_migration: Array
    z_foreign: Array


def draw_population_paths(
    base: PopulationBase,
    assumptions: PopulationAssumptions,
    draws: Draws,
    years: range,
    *,
    migration: Callable[[MigrationLevels, PopulationAssumptions, Draws, int, range], NetRates] | None = None,
    fertility: Callable[[PopulationBase, PopulationAssumptions, Draws, range], Array] | None = None,
) -> PopulationPaths:
    """Draws fertility, mortality and migration, and the scores of each place.

    Args:
        base: where the projection starts from.
        assumptions: long-run levels, shocks, persistence.
        draws: block of draws.
        years: forecast years.
        migration: migration model in place of `draw_net_migration`, see `models.components.MigrationModel`.
        fertility: fertility model in place of `draw_total_fertility`, see `models.components.FertilityModel`.

    Returns:
        The paths.
    """
    places = base.population.shape[0]
    improvement = draws.sample(assumptions.mortality_improvement)
    elapsed = np.array(list(years), dtype=np.float64)[:, None] - base.death_rates_year
    uncorrelated = np.zeros(draws.count)
    death_shock = draw_ar1_shocks(
        draws, "deaths:common", years, 1, uncorrelated, draws.sample(assumptions.mortality_shock)
    )
    scores = np.stack([draws.normal(f"noise:{year}", (5, places)) for year in years])
    return PopulationPaths(
        total_fertility=(fertility or draw_total_fertility)(base, assumptions, draws, years),
        decline=elapsed[:, None, :] * improvement[None, :, None],
        death_shock=death_shock[:, :, 0],
        net=(migration or draw_net_migration)(base.levels, assumptions, draws, base.year, years),
        sex_ratio=draws.sample(assumptions.sex_ratio_at_birth)[:, None],
        z_births=scores[:, :, 0],
        z_deaths=scores[:, :, 1],
        z_in_migration=scores[:, :, 2],
        z_out_migration=scores[:, :, 3],
        z_foreign=scores[:, :, 4],
    )


def project_death_rates(base: PopulationBase, paths: PopulationPaths, t: int) -> Array:
    """Death rates of one year, (draw, area, sex, age): base rates * exp(shock - decline * improvement)."""
    decline = paths.decline[t][:, :, None, None] * base.improvement
    return base.death_rates * np.exp(paths.death_shock[t][:, None, None, None] - decline)


def draw_total_fertility(base: PopulationBase, assumptions: PopulationAssumptions, draws: Draws, years: range) -> Array:
    """Total fertility, (year, draw, area): known rates, then mean reversion with AR(1) shocks common to all areas.

    The long-run level of an area is the mean of its latest known years plus the assumed departure.
    """
    persistence = draws.sample(assumptions.fertility_persistence)
    departure = draws.sample(assumptions.fertility_departure)
    spread = draws.sample(assumptions.fertility_shock)
    path = np.empty((len(years), draws.count, len(base.total_fertility)))
    for area, known in enumerate(base.total_fertility):
        last = max(known)
        long_run = departure + float(np.mean([known[year] for year in sorted(known)[-LONG_RUN_YEARS:]]))
        unknown = range(max(last, years.start - 1) + 1, max(years.stop, last + 2))
        shock = draw_ar1_shocks(draws, "fertility", unknown, 1, persistence, spread)
        for t, year in enumerate(years):
            if year in known:
                path[t, :, area] = known[year]
            else:
                level = long_run + (known[last] - long_run) * persistence ** (year - last)
                path[t, :, area] = level + shock[year - unknown.start, :, 0]
    return np.maximum(path, MIN_TOTAL_FERTILITY)
