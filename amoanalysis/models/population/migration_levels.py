"""Net migration of reference areas and places per resident, and the age profiles of migrants.

Migration within the country cancels out in the long run, migration from abroad does not: the two are modelled apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from amoanalysis.config.assumptions import PopulationAssumptions
from amoanalysis.models.population.migration_schedules import FUNDAMENTAL, fit_gross_from_net, rogers_castro
from amoanalysis.models.statistics.draws import Array, Draws, draw_ar1_shocks
from amoanalysis.models.statistics.local_level import LocalLevelSettings, LocalLevelState, fit_settings

# Series shorter than this do not identify the parameters: then those of a typical Finnish region are used.
_MIN_YEARS = 8
_DEFAULT_INTERNAL = LocalLevelSettings(permanent_sd=0.0, transitory_sd=0.005, persistence=0.9, overdispersion=1.0)
_DEFAULT_FOREIGN = LocalLevelSettings(permanent_sd=0.003, transitory_sd=0.002, persistence=0.9, overdispersion=1.0)
# Observation rows of the state: internal, permanent foreign, transitory foreign migration.
_INTERNAL = np.array([1.0, 0.0, 0.0])
_TOTAL = np.array([1.0, 1.0, 1.0])
_FOREIGN = np.array([0.0, 1.0, 1.0])
# Sampling variance of a published rate: a few hundred moves per hundred thousand residents.
_SAMPLING_VARIANCE = 1e-8
# Transitory standard deviation of foreign migration in years with a published total only: since the war and the work
# permits of the 2020s it varies far more than in the years its parameters are estimated from, so most of a change in
# the total is attributed to migration from abroad.
_FOREIGN_SD_WITHOUT_SPLIT = 0.008
# Above this age moves are few and yearly counts mostly noise.
OLDEST_MOVER = 85


@dataclass(frozen=True)
class AreaMigration:
    """Net migration of an area per resident: known years, and the filtered state in the last known year.

    Attributes:
        known: year -> total net migration.
        foreign: year -> estimated net migration from abroad.
        year: the last known year.
        mean: (3,), expectation of the state: internal, permanent foreign, transitory foreign.
        root: (3, 3), lower Cholesky factor of its covariance.
        internal_settings: parameters of internal net migration, which has mean zero.
        foreign_settings: parameters of foreign net migration.
    """

    known: dict[int, float]
    foreign: dict[int, float]
    year: int
    mean: Array
    root: Array
    internal_settings: LocalLevelSettings
    foreign_settings: LocalLevelSettings


@dataclass(frozen=True)
class MigrationProfile:
    """Ages of migrants.

    Attributes:
        leaving: (place, sex, age), yearly out-migration rate at the pooled gross level.
        arriving: (place, sex, age), share of each sex and age among in-migrants; sums to 1 in each place.
    """

    leaving: Array
    arriving: Array


@dataclass(frozen=True)
class MigrationLevels:
    """Levels of migration per resident and year.

    Attributes:
        gross: (place,), mean of in- and out-migration between municipalities.
        local: difference of a place's net migration from that of its area at the jump-off, with its uncertainty.
        settings: parameters of these differences, the same for all places.
        areas: net migration of each reference area.
        area_of: (place,), index of the area of a place.
        exchange: (place, place), share of out-migrants who move to another place of the forecast; None if unknown.
    """

    gross: Array
    local: LocalLevelState
    settings: LocalLevelSettings
    areas: tuple[AreaMigration, ...]
    area_of: npt.NDArray[np.intp]
    exchange: Array | None


@dataclass(frozen=True)
class NetRates:
    """Net in-migration per resident.

    Attributes:
        internal: (year, draw, place), within the country.
        foreign: (year, draw, place), from abroad.
    """

    internal: Array
    foreign: Array


def area_migration(total: pd.Series, internal: pd.Series, jump_off: int) -> AreaMigration:
    """Splits an area's net migration into internal and foreign, and filters its state.

    total[t] = internal[t] + foreign[t]. internal[t] is AR(1) with mean zero, because internal net migration sums to
    zero over the country; foreign[t] = permanent + AR(1). The parameters of each are estimated from the years in which
    it is known; in years with a published total only the Kalman filter splits it.

    Args:
        total: net migration per resident by year.
        internal: likewise, between municipalities of the country; unknown years are absent.
        jump_off: the last year if nothing is known.

    Returns:
        The area's migration.

    Source: Durbin & Koopman (2012), chapters 4 and 6; Statistics Finland muutl (11a2).
    """
    inside = internal.reindex(total.index)
    within = _fit_or_default(inside, _DEFAULT_INTERNAL, permanent=False)
    abroad = _fit_or_default(total - inside, _DEFAULT_FOREIGN, permanent=True)
    transition = np.array([within.persistence, 1.0, abroad.persistence])
    stationary = np.array([within.transitory_sd, abroad.permanent_sd, abroad.transitory_sd]) ** 2
    innovation = np.diag(stationary * (1 - transition**2))
    mean, covariance = np.zeros(3), np.diag(stationary)
    known = {int(str(year)): float(value) for year, value in total.items()}
    split = {int(str(year)): float(value) for year, value in inside.dropna().items()}
    foreign: dict[int, float] = {}
    for year, value in known.items():
        if split and year > max(split):
            foreign_sd = max(abroad.transitory_sd, _FOREIGN_SD_WITHOUT_SPLIT)
            innovation[2, 2] = foreign_sd**2 * (1 - abroad.persistence**2)
        mean, covariance = mean * transition, covariance * np.outer(transition, transition) + innovation
        for row, observed in ((_INTERNAL, split.get(year, np.nan)), (_TOTAL, value)):
            if np.isfinite(observed):
                gain = covariance @ row / (row @ covariance @ row + _SAMPLING_VARIANCE)
                mean = mean + gain * (observed - row @ mean)
                covariance = covariance - np.outer(gain, row @ covariance)
        foreign[year] = float(_FOREIGN @ mean)
    root = np.asarray(np.linalg.cholesky((covariance + covariance.T) / 2 + 1e-14 * np.eye(3)), dtype=np.float64)
    return AreaMigration(known, foreign, max(known, default=jump_off), mean, root, within, abroad)


def draw_area_migration(
    areas: Sequence[AreaMigration], assumptions: PopulationAssumptions, draws: Draws, years: range
) -> tuple[Array, Array]:
    """Net migration of each area, and its foreign part: two arrays (year, draw, area), per resident.

    Known years are not drawn. After them internal migration reverts to the assumed long-run departure from zero and
    foreign migration to its permanent level, both with AR(1) shocks and from an uncertain start.
    """
    spread = draws.sample(assumptions.migration_spread)
    departure = draws.sample(assumptions.net_migration)
    scores = draws.normal("migration:area", (len(areas), 3)) * spread[:, None, None]
    total = np.empty((len(years), draws.count, len(areas)))
    foreign = np.empty_like(total)
    for number, area in enumerate(areas):
        unknown = range(area.year + 1, max(years.stop, area.year + 2))
        state = area.mean + scores[:, number] @ area.root.T
        internal_shocks, foreign_shocks = (
            draw_ar1_shocks(
                draws,
                f"migration:{name}:{number}",
                unknown,
                1,
                np.full(draws.count, settings.persistence),
                settings.transitory_sd * spread,
            )[:, :, 0]
            for name, settings in (("internal", area.internal_settings), ("foreign", area.foreign_settings))
        )
        for t, year in enumerate(years):
            if year in area.known:
                total[t, :, number], foreign[t, :, number] = area.known[year], area.foreign[year]
                continue
            elapsed = year - area.year
            within, abroad = area.internal_settings.persistence**elapsed, area.foreign_settings.persistence**elapsed
            foreign[t, :, number] = state[:, 1] + abroad * state[:, 2] + foreign_shocks[elapsed - 1]
            internal = within * state[:, 0] + internal_shocks[elapsed - 1] + (1 - within) * departure
            total[t, :, number] = foreign[t, :, number] + internal
    return total, foreign


def draw_net_migration(
    levels: MigrationLevels, assumptions: PopulationAssumptions, draws: Draws, jump_off: int, years: range
) -> NetRates:
    """Draws net in-migration per resident: that of the area plus the difference of the place, which fades to zero.

    d[p, t] = persistence d[p, t-1] + transitory_sd sqrt(1 - persistence^2) e[p, t], from an uncertain start. The
    difference belongs to internal migration: foreign migration is not published by place, so each place has the rate
    of its area.

    Args:
        levels: estimated levels.
        assumptions: uncertainty of the estimates.
        draws: block of draws.
        jump_off: year before the first forecast year.
        years: forecast years.

    Returns:
        The rates.
    """
    total, foreign = draw_area_migration(levels.areas, assumptions, draws, years)
    spread = draws.sample(assumptions.migration_spread)
    settings, places = levels.settings, len(levels.gross)
    persistence = np.full(draws.count, settings.persistence)
    shock = draw_ar1_shocks(draws, "migration:local", years, places, persistence, settings.transitory_sd * spread)
    start_error = np.abs(levels.local.root[:, 1, 1]) * draws.normal("migration:start", (places,)) * spread[:, None]
    start = levels.local.mean.sum(axis=1) + start_error
    remaining = settings.persistence ** np.array([year - jump_off for year in years], dtype=np.float64)
    local = remaining[:, None, None] * start[None] + shock
    abroad = np.take(foreign, levels.area_of, axis=2)
    return NetRates(np.take(total, levels.area_of, axis=2) - abroad + local, abroad)


def migration_profile(net: Array | None, residents: Array, gross: float) -> tuple[Array, Array]:
    """Age profiles of out- and in-migration, from net migration by age.

    For each sex two model schedules are fitted whose difference is the net migration and whose mean is the known gross
    migration. Without net migration by age both are the fundamental schedule.

    Args:
        net: (sex, age), persons a year; None if unknown.
        residents: (sex, age), persons at risk of moving.
        gross: mean of in- and out-migration per resident.

    Returns:
        Out-migration rates, (sex, age), and the shares of in-migrants, (sex, age), that sum to 1.

    Source: Rogers & Castro (1981); Statistics Finland 11re (structures), muutl (gross migration, net by age).
    """
    ages = np.arange(residents.shape[1], dtype=np.float64)
    leaving, arriving = np.empty_like(residents), np.empty_like(residents)
    for sex in range(residents.shape[0]):
        moves = gross * residents[sex].sum()
        if net is None:
            schedule = rogers_castro(ages, FUNDAMENTAL)
            arrivals = departures = schedule / schedule.sum() * moves
        else:
            known = net[sex, :OLDEST_MOVER]
            fitted = fit_gross_from_net(ages[:OLDEST_MOVER], known, moves + known.sum() / 2, moves - known.sum() / 2)
            arrivals, departures = (rogers_castro(ages, schedule) for schedule in fitted)
        leaving[sex] = _rates(departures, residents[sex])
        arriving[sex] = _rates(arrivals, residents[sex]) * residents[sex]
    return leaving, arriving / arriving.sum()


def _fit_or_default(series: pd.Series, default: LocalLevelSettings, *, permanent: bool) -> LocalLevelSettings:
    """Parameters of a single series, or the default ones if it is too short."""
    known = series.dropna()
    if len(known) < _MIN_YEARS:
        return default
    values = series.loc[known.index[0] : known.index[-1]].to_numpy(dtype=np.float64)[None]
    sampling_variance = np.full(values.shape, _SAMPLING_VARIANCE)
    if not permanent:
        return fit_settings(values, sampling_variance)
    # A single series does not identify the variance of its mean: the default is used.
    fitted = fit_settings(values - np.nanmean(values), sampling_variance)
    return LocalLevelSettings(default.permanent_sd, fitted.transitory_sd, fitted.persistence, fitted.overdispersion)


def _rates(movers: Array, residents: Array) -> Array:
    """Moves per resident by age; above `OLDEST_MOVER` the rate of the ten years of age before it.

    A model schedule tends to a constant number of movers, which would exceed the few residents of a high age.
    """
    rates = movers / np.maximum(residents, 1.0)
    before = slice(OLDEST_MOVER - 10, OLDEST_MOVER)
    rates[OLDEST_MOVER:] = movers[before].sum() / np.maximum(residents[before].sum(), 1.0)
    return rates
