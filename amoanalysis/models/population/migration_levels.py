"""Net migration of a reference area: moves within the country, which cancel out in the long run, and from abroad."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from amoanalysis.config.assumptions import PopulationAssumptions
from amoanalysis.models.population.migration_schedules import FUNDAMENTAL, fit_gross_from_net, rogers_castro
from amoanalysis.models.statistics.draws import Array, Draws, persistent
from amoanalysis.models.statistics.local_level import LevelSettings, LevelState, fit_settings

# Series shorter than this tell nothing of how they wander: then the usual settings of a Finnish region hold.
_FEWEST = 8
_USUAL_INTERNAL = LevelSettings(lasting=0.0, spread=0.005, persistence=0.9, excess=1.0)
_USUAL_FOREIGN = LevelSettings(lasting=0.003, spread=0.002, persistence=0.9, excess=1.0)
# Rows of the state: moves within the country, lasting level from abroad, passing level from abroad.
_INTERNAL = np.array([1.0, 0.0, 0.0])
_TOTAL = np.array([1.0, 1.0, 1.0])
_ABROAD = np.array([0.0, 1.0, 1.0])
# Variance of a published rate about the level: a few hundred single moves among a hundred thousand people.
_CHANCE = 1e-8
# Spread of foreign migration in years when only the total is published: with the war and the work permits of the 2020s
# it has moved far more than when its settings could be measured, so most of an unsplit change is taken as from abroad.
_UNSPLIT = 0.008


@dataclass(frozen=True)
class AreaMigration:
    """Net migration of an area per resident: what is known, and where it stands in the last known year.

    Attributes:
        known: year -> net migration of all kinds.
        foreign: year -> the part from abroad, as far as it can be told.
        year: the last known year.
        mean: (3,), expectation of the state: internal, lasting foreign, passing foreign.
        root: (3, 3), lower Cholesky root of its covariance.
        internal_settings: how internal net migration wanders about zero.
        foreign_settings: how foreign net migration wanders about its lasting level.
    """

    known: dict[int, float]
    foreign: dict[int, float]
    year: int
    mean: Array
    root: Array
    internal_settings: LevelSettings
    foreign_settings: LevelSettings


def area_migration(total: pd.Series, internal: pd.Series, jump_off: int) -> AreaMigration:
    """Splits an area's net migration, and says where it stands.

    total[t] = internal[t] + foreign[t]; internal[t] fades to zero, for what one area of a country gains by moves within
    it another one loses; foreign[t] = lasting + passing[t]. Each wanders by settings of its own, likeliest in the years
    in which it is known; in years when only the total is published the Kalman filter shares it out.

    Args:
        total: net migration per resident by year.
        internal: likewise, between municipalities of the country; years in which it is not known are absent.
        jump_off: the last year, where nothing at all is known.

    Returns:
        The area's migration.

    Source: Durbin & Koopman (2012), chapters 4 and 6; Statistics Finland muutl (11a2).
    """
    inside = internal.reindex(total.index)
    within = _settings(inside, _USUAL_INTERNAL, lasting=False)
    abroad = _settings(total - inside, _USUAL_FOREIGN, lasting=True)
    fade = np.array([within.persistence, 1.0, abroad.persistence])
    stationary = np.array([within.spread, abroad.lasting, abroad.spread]) ** 2
    fresh = np.diag(stationary * (1 - fade**2))
    mean, covariance = np.zeros(3), np.diag(stationary)
    known = {int(str(year)): float(value) for year, value in total.items()}
    split = {int(str(year)): float(value) for year, value in inside.dropna().items()}
    foreign: dict[int, float] = {}
    for year, value in known.items():
        if split and year > max(split):
            fresh[2, 2] = max(abroad.spread, _UNSPLIT) ** 2 * (1 - abroad.persistence**2)
        mean, covariance = mean * fade, covariance * np.outer(fade, fade) + fresh
        for row, seen in ((_INTERNAL, split.get(year, np.nan)), (_TOTAL, value)):
            if np.isfinite(seen):
                gain = covariance @ row / (row @ covariance @ row + _CHANCE)
                mean = mean + gain * (seen - row @ mean)
                covariance = covariance - np.outer(gain, row @ covariance)
        foreign[year] = float(_ABROAD @ mean)
    root = np.asarray(np.linalg.cholesky((covariance + covariance.T) / 2 + 1e-14 * np.eye(3)), dtype=np.float64)
    return AreaMigration(known, foreign, max(known, default=jump_off), mean, root, within, abroad)


def area_paths(
    areas: Sequence[AreaMigration], assumptions: PopulationAssumptions, draws: Draws, years: range
) -> tuple[Array, Array]:
    """Net migration of each area, and the part of it from abroad: two arrays (year, draw, area), per resident.

    Known years are taken as they are. After them internal migration fades to zero and foreign migration to its lasting
    level, with persistent shocks, from a start that is itself uncertain; the assumed departure of the long run from
    that grows in as they fade.
    """
    wider = draws.sample(assumptions.migration_spread)
    departure = draws.sample(assumptions.net_migration)
    score = draws.normal("migration:area", (len(areas), 3)) * wider[:, None, None]
    total = np.empty((len(years), draws.count, len(areas)))
    foreign = np.empty_like(total)
    for number, area in enumerate(areas):
        ahead = range(area.year + 1, max(years.stop, area.year + 2))
        state = area.mean + score[:, number] @ area.root.T
        shocks = [
            persistent(
                draws, f"migration:{name}:{number}", ahead, 1, np.full(draws.count, s.persistence), s.spread * wider
            )[:, :, 0]
            for name, s in (("internal", area.internal_settings), ("foreign", area.foreign_settings))
        ]
        for index, year in enumerate(years):
            if year in area.known:
                total[index, :, number], foreign[index, :, number] = area.known[year], area.foreign[year]
                continue
            gone = year - area.year
            within, abroad = area.internal_settings.persistence**gone, area.foreign_settings.persistence**gone
            foreign[index, :, number] = state[:, 1] + abroad * state[:, 2] + shocks[1][gone - 1]
            inside = within * state[:, 0] + shocks[0][gone - 1] + (1 - within) * departure
            total[index, :, number] = foreign[index, :, number] + inside
    return total, foreign


def _settings(series: pd.Series, usual: LevelSettings, *, lasting: bool) -> LevelSettings:
    """Settings of a single series, or the usual ones where it is too short."""
    known = series.dropna()
    if len(known) < _FEWEST:
        return usual
    values = series.loc[known.index[0] : known.index[-1]].to_numpy(dtype=np.float64)[None]
    if not lasting:
        return fit_settings(values, np.full(values.shape, _CHANCE))
    # One series cannot say how far its mean may stray: the usual width holds.
    found = fit_settings(values - np.nanmean(values), np.full(values.shape, _CHANCE))
    return LevelSettings(usual.lasting, found.spread, found.persistence, found.excess)


# Above this age moves are few and the counts of a single year mostly noise.
OLDEST_MOVER = 85


@dataclass(frozen=True)
class MigrationProfile:
    """Ages of those who move.

    Attributes:
        leaving: (place, sex, age), yearly share of the residents of an age who leave, at the pooled gross level.
        arriving: (place, sex, age), share of each sex and age among those who arrive; sums to 1 in each place.
    """

    leaving: Array
    arriving: Array


@dataclass(frozen=True)
class MigrationLevels:
    """How much is moved, per resident and year.

    Attributes:
        gross: (place,), mean of in- and out-migration between municipalities.
        local: difference of a place's net migration from that of its area at the jump-off, with its uncertainty.
        settings: how such differences wander, the same for all places.
        areas: net migration of each reference area.
        area_of: (place,), which of the areas a place belongs to.
        exchange: (place, place), share of those who leave a place who move to another one of the forecast; None where
            no partners are known.
    """

    gross: Array
    local: LevelState
    settings: LevelSettings
    areas: tuple[AreaMigration, ...]
    area_of: npt.NDArray[np.intp]
    exchange: Array | None


@dataclass(frozen=True)
class NetRates:
    """Net in-migration per resident.

    Attributes:
        internal: (year, draw, place), from and to other municipalities.
        foreign: (year, draw, place), from and to abroad.
    """

    internal: Array
    foreign: Array


def migration_profile(net: Array | None, residents: Array, gross: float) -> tuple[Array, Array]:
    """Age profiles of those who leave and arrive, from net migration by age.

    For each sex two model schedules are fitted whose difference is the net migration and whose sum is the known gross
    migration. Where no net migration by age is known, both are the fundamental schedule.

    Args:
        net: (sex, age), persons a year; None where not known.
        residents: (sex, age), persons who could have left.
        gross: mean of in- and out-migration per resident.

    Returns:
        leaving: (sex, age), share of residents who leave; arriving: (sex, age), shares that add to 1.

    Source: Rogers & Castro (1981); Statistics Finland 11re (structures), muutl (gross migration, net by age).
    """
    ages = np.arange(residents.shape[1], dtype=np.float64)
    leaving, arriving = np.empty_like(residents), np.empty_like(residents)
    for sex in range(residents.shape[0]):
        moving = gross * residents[sex].sum()
        if net is None:
            usual = rogers_castro(ages, FUNDAMENTAL)
            arrivals = departures = usual / usual.sum() * moving
        else:
            known = net[sex, :OLDEST_MOVER]
            fitted = fit_gross_from_net(ages[:OLDEST_MOVER], known, moving + known.sum() / 2, moving - known.sum() / 2)
            arrivals, departures = (rogers_castro(ages, schedule) for schedule in fitted)
        leaving[sex] = _rates(departures, residents[sex])
        arriving[sex] = _rates(arrivals, residents[sex]) * residents[sex]
    return leaving, arriving / arriving.sum()


def net_rates(
    levels: MigrationLevels, assumptions: PopulationAssumptions, draws: Draws, jump_off: int, years: range
) -> NetRates:
    """Net in-migration per resident: that of the area, and the difference of the place, which fades to zero.

    d[p, t] = persistence d[p, t-1] + spread sqrt(1 - persistence^2) e[p, t], from a start that is itself uncertain.
    The difference belongs to moves between municipalities: foreign migration is not published by place, so each place
    has that of its area per resident.

    Args:
        levels: estimated levels.
        assumptions: how far the estimates may be off.
        draws: block of draws.
        jump_off: year before the first.
        years: forecast years.

    Returns:
        The rates.
    """
    total, foreign = area_paths(levels.areas, assumptions, draws, years)
    wider = draws.sample(assumptions.migration_spread)
    settings, count = levels.settings, len(levels.gross)
    fades = np.full(draws.count, settings.persistence)
    shock = persistent(draws, "migration:local", years, count, fades, settings.spread * wider)
    unsure = np.abs(levels.local.root[:, 1, 1]) * draws.normal("migration:start", (count,)) * wider[:, None]
    start = levels.local.mean.sum(axis=1) + unsure
    fading = settings.persistence ** np.array([year - jump_off for year in years], dtype=np.float64)
    local = fading[:, None, None] * start[None] + shock
    abroad = np.take(foreign, levels.area_of, axis=2)
    return NetRates(np.take(total, levels.area_of, axis=2) - abroad + local, abroad)


def _rates(movers: Array, residents: Array) -> Array:
    """Movers per resident of an age; the oldest move as often as those of the ten years before them.

    A schedule ends in a constant number of movers, which among the few of a great age would be more than there are.
    """
    rates = movers / np.maximum(residents, 1.0)
    before = slice(OLDEST_MOVER - 10, OLDEST_MOVER)
    rates[OLDEST_MOVER:] = movers[before].sum() / np.maximum(residents[before].sum(), 1.0)
    return rates
