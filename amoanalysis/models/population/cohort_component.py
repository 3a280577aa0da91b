"""The cohort-component year: births, deaths and migration of every draw and place, with the noise of small counts."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from amoanalysis.errors import ShapeError
from amoanalysis.models.population.fertility import FERTILE_AGES
from amoanalysis.models.population.migration_levels import MigrationLevels, MigrationProfile
from amoanalysis.models.population.mortality import survival_ratios
from amoanalysis.models.population.projection import PopulationBase, PopulationPaths, project_death_rates
from amoanalysis.models.statistics.draws import Array, event_count

FEMALE, MALE = 0, 1
# Upper bound of the risk of dying within a year after noise.
MAX_DEATH_RISK = 0.95
# Guards divisions by an expected count of zero.
TINY = 1e-9


@dataclass(frozen=True, eq=False)
class CohortStep:
    """The population at the end of a year and the flows of the year; persons.

    Ages are those reached at the end of the year: deaths at age 0 are of those born in the year. With x[a] the
    population at the start moved on by one age (`advance_ages`),

        population = x + births (at age 0) - deaths + in_migration - out_migration.

    Attributes:
        population: (draw, place, sex, age), at the end of the year.
        births: (draw, place, sex), live births.
        deaths: (draw, place, sex, age).
        in_migration: (draw, place, sex, age).
        out_migration: (draw, place, sex, age).
    """

    population: Array
    births: Array
    deaths: Array
    in_migration: Array
    out_migration: Array


@dataclass(frozen=True, eq=False)
class PopulationStep(CohortStep):
    """A year of the population model, with the net migration from abroad.

    Attributes:
        net_foreign_migration: (draw, place), persons; contained in in- and out-migration.
    """

    net_foreign_migration: Array


def project_year(
    population: Array, base: PopulationBase, paths: PopulationPaths, t: int, extra_out_migration: Array
) -> PopulationStep:
    """Projects the population by one year.

    Deaths and births come first (`survive`), migration at the end of the year. With P the survivors of a place,
    g gross migration, m and f net migration within the country and from abroad per resident, and
    count(E, z) = max(0, E + z sqrt(E)) a random number of events with expectation E,

        out     = count(P (g - m / 2)) + count(P |f|) if f < 0 + extra_out_migration,  by age as profile.leaving
        near    = exchange' out,  movers from the other places of the forecast
        foreign = count(P |f|) if f > 0
        in      = near + (max(count(P (g + m / 2)) - sum(near), 0) + foreign),  the latter by age as profile.arriving.

    Args:
        population: (draw, place, sex, age), persons at the start of the year.
        base: rates and age profiles.
        paths: drawn rates and scores.
        t: index of the year in the paths.
        extra_out_migration: (draw, place), persons who leave in addition, without noise.

    Returns:
        The year; all flows include the noise.

    Source: Preston, Heuveline & Guillot (2001), chapter 6; UN World Population Prospects 2022, methodology.
    """
    survived = survive(
        population,
        _by_place(survival_ratios(project_death_rates(base, paths, t)), base.area_of),
        place_fertility(base, paths.total_fertility[t]),
        paths.sex_ratio,
        z_births=paths.z_births[t],
        z_deaths=paths.z_deaths[t],
    )
    residents = survived.population.sum(axis=(2, 3))
    arriving, leaving, foreign = _migrant_counts(residents, base.levels, paths, t)
    leaving = leaving + np.maximum(-foreign, 0.0) + extra_out_migration
    out_by_age = spread_out_migration(survived.population, base.profile, leaving)
    in_by_age = _in_migration(base, out_by_age, arriving, np.maximum(foreign, 0.0))
    return PopulationStep(**vars(migrate(survived, in_by_age, out_by_age)), net_foreign_migration=foreign)


def survive(
    population: Array,
    survival: Array,
    fertility: Array,
    sex_ratio_at_birth: float | Array,
    *,
    fertile: slice = FERTILE_AGES,
    z_births: Array | None = None,
    z_deaths: Array | None = None,
) -> CohortStep:
    """Moves a population on by one year with its births and deaths, without migration.

    With x[a] the population moved on by one age,

        births       = sum_a fertility[a] (women[a] + surviving women[a]) / 2,  x[0] = births by sex
        survivors[a] = x[a] survival[a].

    With scores, births are count(births, z_births), and the risk of dying 1 - survival is multiplied by
    count(D, z_deaths) / D with D = sum_a x[a] (1 - survival[a]) (see `event_count`), up to `MAX_DEATH_RISK`.

    Args:
        population: (draw, place, sex, age), persons; women first, the last age open.
        survival: broadcasts to population, share alive at the end of the year by the age reached. [0] applies to
            births, [a] to those of age a - 1, and the last one to the last two ages together.
        fertility: broadcasts to (draw, place, age), births per woman and year.
        sex_ratio_at_birth: boys per girl, a number or (draw, place).
        fertile: ages at which women have children; without age 0.
        z_births: (draw, place), standard normal scores of the number of births; the expected number without them.
        z_deaths: (draw, place), likewise of deaths.

    Returns:
        The year without migrants (both flows are zero).

    Raises:
        ShapeError: if the arrays do not fit the population, or age 0 is among the fertile ages.

    Source: Preston, Heuveline & Guillot (2001), chapter 6.
    """
    _check(population, survival, fertility, fertile)
    reached = advance_ages(population)
    rates, women = fertility[..., fertile], reached[..., FEMALE, fertile] * survival[..., FEMALE, fertile]
    born = 0.5 * (np.vecdot(population[..., FEMALE, fertile], rates) + np.vecdot(women, rates))
    if z_births is not None:
        born = event_count(born, z_births)
    girls = born / (1.0 + np.asarray(sex_ratio_at_birth))
    births = np.stack([girls, born - girls], axis=-1)
    reached[..., 0] = births
    if z_deaths is not None:
        survival = _vary_survival(reached, survival, z_deaths)
    survivors = reached * survival
    none = np.broadcast_to(0.0, population.shape)
    return CohortStep(survivors, births, reached - survivors, none, none)


def migrate(survived: CohortStep, in_migration: Array, out_migration: Array) -> CohortStep:
    """Adds the migrants of a year at its end.

    out' = min(out_migration, survivors); population = survivors - out' + in_migration.

    Args:
        survived: the year before migration.
        in_migration: broadcasts to the population; persons by age at the end of the year, not negative.
        out_migration: likewise.

    Returns:
        The whole year.

    Raises:
        ShapeError: if the migrants do not fit the population.
    """
    survivors = survived.population
    for name, flow in (("in-migration", in_migration), ("out-migration", out_migration)):
        _check_broadcast(name, flow.shape, survivors.shape)
    out_migration = np.minimum(out_migration, survivors)
    population = survivors - out_migration
    population += in_migration
    in_migration = np.broadcast_to(in_migration, survivors.shape)
    return replace(survived, population=population, in_migration=in_migration, out_migration=out_migration)


def advance_ages(population: Array) -> Array:
    """Moves a population on by one age without deaths: age 0 is empty, the last two ages join in the last.

    Args:
        population: (..., age), persons.

    Returns:
        (..., age), persons.
    """
    moved = np.empty_like(population)
    moved[..., 0] = 0.0
    moved[..., 1:] = population[..., :-1]
    moved[..., -1] += population[..., -1]
    return moved


def place_fertility(base: PopulationBase, total_fertility: Array) -> Array:
    """Births per woman and year by place and age: (draw, area) total fertility -> (draw, place, age)."""
    by_place = _by_place(total_fertility, base.area_of) * base.fertility_factor
    return by_place[:, :, None] * base.fertility_pattern[base.area_of]


def spread_out_migration(population: Array, profile: MigrationProfile, persons: Array) -> Array:
    """Spreads out-migrants over sex and age as `profile.leaving`, at most the residents of each age.

    Args:
        population: (draw, place, sex, age), residents.
        profile: rates by age.
        persons: (draw, place), out-migrants.

    Returns:
        (draw, place, sex, age), persons.
    """
    by_age = population * profile.leaving
    by_age *= (persons / np.maximum(by_age.sum(axis=(2, 3)), TINY))[:, :, None, None]
    return np.minimum(by_age, population, out=by_age)


def spread_in_migration(profile: MigrationProfile, persons: Array) -> Array:
    """Spreads (draw, place) in-migrants over sex and age as `profile.arriving`: (draw, place, sex, age)."""
    return persons[:, :, None, None] * profile.arriving


def add_in_migrants(year: PopulationStep, base: PopulationBase, persons: Array) -> PopulationStep:
    """Adds in-migrants with the age profile of in-migration at the end of a year.

    Args:
        year: the year before.
        base: age profiles.
        persons: (draw, place), in-migrants.

    Returns:
        The year with a larger population and in-migration.
    """
    by_age = spread_in_migration(base.profile, persons)
    return replace(year, population=year.population + by_age, in_migration=year.in_migration + by_age)


def _vary_survival(reached: Array, survival: Array, z_deaths: Array) -> Array:
    """Survival with noise in the number of deaths: (draw, place, sex, age)."""
    risk = 1.0 - survival
    expected = np.vecdot(reached, risk).sum(axis=-1)
    factor = event_count(expected, z_deaths) / np.maximum(expected, TINY)
    risk = risk * factor[..., None, None]
    np.minimum(risk, MAX_DEATH_RISK, out=risk)
    return np.subtract(1.0, risk, out=risk)


def _migrant_counts(
    residents: Array, levels: MigrationLevels, paths: PopulationPaths, t: int
) -> tuple[Array, Array, Array]:
    """In- and out-migrants within the country and net migration from abroad, (draw, place), with noise.

    People move as families, so the variance of counts is that of independent events times the overdispersion.
    """
    internal, foreign = paths.net.internal[t], paths.net.foreign[t]
    gross = np.maximum(levels.gross, np.abs(internal) / 2)
    spread = np.sqrt(levels.settings.overdispersion)
    arriving = event_count(residents * (gross + internal / 2), spread * paths.z_in_migration[t])
    leaving = event_count(residents * (gross - internal / 2), spread * paths.z_out_migration[t])
    from_abroad = np.sign(foreign) * event_count(residents * np.abs(foreign), spread * paths.z_foreign[t])
    return arriving, leaving, from_abroad


def _in_migration(base: PopulationBase, out_by_age: Array, arriving: Array, from_abroad: Array) -> Array:
    """In-migrants, (draw, place, sex, age): movers from the places of the forecast keep their ages, others get the
    age profile.
    """
    exchange = base.levels.exchange
    if exchange is None:
        return spread_in_migration(base.profile, arriving + from_abroad)
    draws, places = arriving.shape
    near = np.matmul(exchange.T, out_by_age.reshape(draws, places, -1)).reshape(out_by_age.shape)
    others = np.maximum(arriving - near.sum(axis=(2, 3)), 0.0) + from_abroad
    near += spread_in_migration(base.profile, others)
    return near


def _by_place(values: Array, area_of: npt.NDArray[np.intp]) -> Array:
    """(draw, area, ...) as (draw, place, ...); a single area broadcasts."""
    return values if values.shape[1] == 1 else np.take(values, area_of, axis=1)


def _check(population: Array, survival: Array, fertility: Array, fertile: slice) -> None:
    if population.shape[-2:-1] != (len((FEMALE, MALE)),):
        raise ShapeError(f"The population has the shape {population.shape}: its last axes must be sex (2) and age.")
    ages = population.shape[-1]
    _check_broadcast("survival", survival.shape, population.shape)
    _check_broadcast("fertility", fertility.shape, (*population.shape[:-2], ages))
    if survival.shape[-1] != ages or fertility.shape[-1] != ages:
        raise ShapeError(f"Survival and fertility must be given for each of the {ages} ages.")
    if fertile.indices(ages)[0] == 0:
        raise ShapeError("The fertile ages must not include age 0.")


def _check_broadcast(name: str, shape: tuple[int, ...], target: tuple[int, ...]) -> None:
    try:
        fits = np.broadcast_shapes(shape, target) == target
    except ValueError:
        fits = False
    if not fits:
        raise ShapeError(f"The {name} has the shape {shape}, which does not broadcast to {target}.")
