"""Migration: how many move in and out of each place, at which ages, and how the level wanders."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.assumptions import PopulationAssumptions
from amoanalysis.models.draws import Array, Draws, persistent
from amoanalysis.models.migration_schedule import fit_gross_from_net, rogers_castro

# Places up to this size are pooled for the age profile: towns with a university or a college gain the young whom the
# small municipalities lose.
SMALL_PLACE = 15_000
# Above this age moves are few and the counts of a single year mostly noise.
OLDEST_MOVER = 85


@dataclass(frozen=True)
class MigrationProfile:
    """Ages of those who move.

    Attributes:
        leaving: (sex, age), yearly share of the residents of an age who leave, at the pooled gross level.
        arriving: (sex, age), share of each sex and age among those who arrive; sums to 1.
    """

    leaving: Array
    arriving: Array


@dataclass(frozen=True)
class MigrationLevels:
    """How much is moved, per resident and year.

    Attributes:
        gross: (place,), mean of in- and out-migration.
        deviation: (place,), lasting difference of net migration from that of the reference area.
        local_start: (place,), what remains of the difference of the last years beyond the lasting one.
        common: year -> net migration of the reference area, known years.
    """

    gross: Array
    deviation: Array
    local_start: Array
    common: dict[int, float]


def migration_profile(survived: Array, second: Array, sizes: Array, gross: float) -> MigrationProfile:
    """Age profiles of those who arrive and leave, from two age structures a year apart.

    net[a] = people of age a at the end - survivors who reached a, pooled over small municipalities. For each sex two
    model schedules are fitted whose difference is that net migration and whose sum is the known gross migration.

    Args:
        survived: (place, sex, age), survivors of the first structure a year later, births included.
        second: (place, sex, age), persons a year later.
        sizes: (place,), persons.
        gross: mean of in- and out-migration per resident and year of the small municipalities.

    Returns:
        The profiles.

    Source: Rogers & Castro (1981); Statistics Finland 11re (structures), muutl (gross migration).
    """
    small = sizes <= SMALL_PLACE
    pooled = small if small.any() else np.ones_like(small)
    residents = survived[pooled].sum(axis=0)
    net = second[pooled].sum(axis=0) - residents
    # Births of the year are known only as a rate: what age 0 shows is their error, so it takes the value of age 1.
    net[:, 0] = net[:, 1]
    ages = np.arange(residents.shape[1], dtype=np.float64)
    leaving, arriving = np.empty_like(residents), np.empty_like(residents)
    for sex in range(residents.shape[0]):
        moving, balance = gross * residents[sex].sum(), net[sex, :OLDEST_MOVER].sum()
        arrivals, departures = fit_gross_from_net(
            ages[:OLDEST_MOVER], net[sex, :OLDEST_MOVER], moving + balance / 2, moving - balance / 2
        )
        leaving[sex] = _rates(rogers_castro(ages, departures), residents[sex])
        arriving[sex] = _rates(rogers_castro(ages, arrivals), residents[sex]) * residents[sex]
    return MigrationProfile(leaving=leaving, arriving=arriving / arriving.sum())


def _rates(movers: Array, residents: Array) -> Array:
    """Movers per resident of an age; the oldest move as often as those of the ten years before them.

    A schedule ends in a constant number of movers, which among the few of a great age would be more than there are.
    """
    rates = movers / np.maximum(residents, 1.0)
    before = slice(OLDEST_MOVER - 10, OLDEST_MOVER)
    rates[OLDEST_MOVER:] = movers[before].sum() / np.maximum(residents[before].sum(), 1.0)
    return rates


def migration_levels(
    total_net: pd.DataFrame, gross: pd.Series, common: pd.Series, places: list[str], recent: int = 5
) -> MigrationLevels:
    """Lasting and passing differences of a place's net migration from its reference area, shrunk by how sure they are.

    Differences d[p, t] = net[p, t] - common[t]; lasting = weight x mean_t d, weight = between / (between + within / n)
    over all municipalities of the area (empirical Bayes); passing = the same weight for the mean of the recent years.

    Args:
        total_net: net migration per resident, index place, columns years; more places than asked for sharpen the
            shrinking.
        gross: mean gross migration per resident, by place.
        common: net migration per resident of the reference area, by year.
        places: municipality codes, the order of the result.
        recent: how many of the last years speak of the present.

    Returns:
        The levels.

    Source: Statistics Finland, muutl and vaerak; net migration of Lapland by age (11a2).
    """
    difference = total_net.sub(common.reindex(total_net.columns), axis=1)
    count = difference.notna().sum(axis=1).clip(lower=1)
    mean = difference.mean(axis=1)
    within = float(np.nanmean(difference.var(axis=1)))
    lasting = mean * _weight(mean, within, count)
    last = difference.iloc[:, -recent:]
    passing = last.mean(axis=1) - lasting
    passing = passing * _weight(passing, within, last.notna().sum(axis=1).clip(lower=1))
    return MigrationLevels(
        gross=gross.reindex(places).fillna(gross.mean()).to_numpy(dtype=np.float64),
        deviation=lasting.reindex(places).fillna(0.0).to_numpy(dtype=np.float64),
        local_start=passing.reindex(places).fillna(0.0).to_numpy(dtype=np.float64),
        common={int(str(year)): float(value) for year, value in common.dropna().items()},
    )


def net_rates(
    levels: MigrationLevels, assumptions: PopulationAssumptions, draws: Draws, jump_off: int, years: range
) -> Array:
    """Net in-migration per resident: reference area + lasting difference, which is fixed, + passing difference.

    The area's rate is known for some years after the jump-off year; from the last known one it reverts to the assumed
    long-run mean, the passing difference to zero, both with persistent shocks.

    Args:
        levels: estimated levels.
        assumptions: long-run mean, shocks, persistence.
        draws: block of draws.
        jump_off: year before the first.
        years: forecast years.

    Returns:
        (year, draw, place), persons per resident and year.
    """
    persistence = draws.sample(assumptions.net_migration_persistence)
    known = max((year for year in levels.common if year < years.stop), default=jump_off)
    known = max(known, jump_off)
    long_run = draws.sample(assumptions.net_migration)
    start = levels.common.get(known, assumptions.net_migration.value)
    ahead = range(known + 1, years.stop)
    shock = persistent(draws, "migration:common", ahead, 1, persistence, draws.sample(assumptions.net_migration_shock))
    common = np.empty((len(years), draws.count))
    for index, year in enumerate(years):
        if year in levels.common:
            common[index] = levels.common[year]
        else:
            common[index] = (
                long_run + (start - long_run) * persistence ** (year - known) + shock[year - known - 1, :, 0]
            )
    local = _local_rates(levels, assumptions, draws, jump_off, years)
    return common[:, :, None] + levels.deviation[None, None] + local


def _local_rates(
    levels: MigrationLevels, assumptions: PopulationAssumptions, draws: Draws, jump_off: int, years: range
) -> Array:
    persistence = draws.sample(assumptions.local_migration_persistence)
    spread = draws.sample(assumptions.local_migration_shock)
    shock = persistent(draws, "migration:local", years, len(levels.deviation), persistence, spread)
    steps = np.array([year - jump_off for year in years], dtype=np.float64)
    fading = persistence[None, :] ** steps[:, None]
    return fading[:, :, None] * levels.local_start[None, None] + shock


def _weight(means: pd.Series, within: float, count: pd.Series) -> pd.Series:
    """Share of a mean that is kept: between-place variance against that of the mean."""
    noise = within / count
    between = max(float(means.var()) - float(noise.mean()), 0.0)
    return between / (between + noise) if between > 0 else noise * 0.0
