"""Migration: how many move in and out of each place, from where, at which ages, and how the level wanders."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from amoanalysis.assumptions import PopulationAssumptions
from amoanalysis.models.area_migration import AreaMigration, area_paths
from amoanalysis.models.draws import Array, Draws, persistent
from amoanalysis.models.migration_schedule import FUNDAMENTAL, fit_gross_from_net, rogers_castro
from amoanalysis.models.wandering_levels import LevelSettings, LevelState

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
