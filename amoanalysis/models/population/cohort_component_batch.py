"""Accelerator of the cohort-component year for hundreds of unlinked places: all years of all draws, compiled.

The equations are those of `cohort_component.project_year` without exchange between places; a test compares the two.
Draws are processed in blocks of `LANES`, side by side in memory, so that each operation is one vector instruction for
several draws and the working arrays of a place stay in the processor's cache over all years. Only sums over groups of
ages are returned.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from amoanalysis.models.population.cohort_component import MAX_DEATH_RISK, TINY
from amoanalysis.models.population.fertility import FERTILE_AGES
from amoanalysis.models.population.mortality import infant_years_lived
from amoanalysis.models.population.projection import PopulationBase, PopulationPaths
from amoanalysis.models.statistics.draws import Array

GROUP_WIDTH = 5
LANES = 64
FIRST_FERTILE, END_FERTILE = FERTILE_AGES.start, FERTILE_AGES.stop
# Offsets of columns: women and men in a row of people, then the sums of a place and year in `sums`, then its scores and
# rates in `drawn`. They are compile-time constants, from which the compiler knows that the columns do not overlap.
WOMEN, MEN = 0, LANES
DYING, BORN, TOTAL, WEIGHT, SCALE, ARRIVING = (number * LANES for number in range(6))
BIRTHS, DEATHS, ARRIVALS, DEPARTURES, FOREIGN, NET_INTERNAL, NET_FOREIGN = (number * LANES for number in range(7))


class Mortality(NamedTuple):
    """Death rates of the areas.

    Attributes:
        first: (area, sex, age, draw), rates of the first year without its shock.
        factor: (area, sex, age, draw), ratio of the rates of a year to those of the year before.
        shock: (year, draw), factor on all rates.
        infants: (year, area, sex, draw), years lived by infants who die.
    """

    first: Array
    factor: Array
    shock: Array
    infants: Array


class Fertility(NamedTuple):
    """Fertility of areas and places.

    Attributes:
        total: (year, area, draw), children per woman.
        pattern: (area, age), shares that sum to 1.
        factor: (place,), fertility relative to the area.
        boys_per_girl: (draw,).
    """

    total: Array
    pattern: Array
    factor: Array
    boys_per_girl: Array


class Migration(NamedTuple):
    """Migration of places.

    Attributes:
        gross: (place,), moves per resident each way.
        internal: (year, draw, place), net migration within the country per resident.
        foreign: (year, draw, place), net migration from abroad per resident.
        leaving: (place, sex, age), profile of out-migration.
        arriving: (place, sex, age), profile of in-migration.
    """

    gross: Array
    internal: Array
    foreign: Array
    leaving: Array
    arriving: Array


class Scores(NamedTuple):
    """Scores of the numbers of events, (year, draw, place), and what those of migration are multiplied by."""

    births: Array
    deaths: Array
    in_migration: Array
    out_migration: Array
    foreign: Array
    migration_spread: float


def project_age_groups(
    base: PopulationBase, paths: PopulationPaths, spans: Sequence[tuple[int, int]], result: Array, first: int = 0
) -> None:
    """Projects all years of unlinked places, and writes residents of both sexes by age span and five-year group.

    Args:
        base: rates and profiles; the exchange between its places is left out.
        paths: drawn paths.
        spans: first age and end (exclusive) of each span, multiples of five or beyond the open age.
        result: (place, year, spans and groups, draw), contiguous; written: persons at the end of each year, the last
            group being the open age. Draws other than those of `paths` are left unchanged.
        first: position of the first draw of `paths` in `result`.
    """
    net, levels = paths.net, base.levels
    _project(
        np.ascontiguousarray(base.population),
        base.area_of,
        _mortality(base, paths),
        Fertility(
            np.swapaxes(paths.total_fertility, 1, 2),
            np.ascontiguousarray(base.fertility_pattern),
            base.fertility_factor,
            np.ascontiguousarray(paths.sex_ratio[:, 0]),
        ),
        Migration(
            levels.gross,
            net.internal,
            net.foreign,
            np.ascontiguousarray(base.profile.leaving),
            np.ascontiguousarray(base.profile.arriving),
        ),
        Scores(
            paths.z_births,
            paths.z_deaths,
            paths.z_in_migration,
            paths.z_out_migration,
            paths.z_foreign,
            float(np.sqrt(levels.settings.overdispersion)),
        ),
        np.array([(low // GROUP_WIDTH, -(-high // GROUP_WIDTH)) for low, high in spans], dtype=np.int64).reshape(-1, 2),
        result,
        first,
    )


def _mortality(base: PopulationBase, paths: PopulationPaths) -> Mortality:
    """Death rates as those of the first year and a factor from year to year, which is constant in each draw.

    This saves the exponentials of later years.
    """
    decline = paths.decline.transpose(0, 2, 1)[:2, :, None, None]
    factors = np.exp(-decline * base.improvement[..., None])
    improved = np.swapaxes(paths.decline, 1, 2)[:, :, None] * base.improvement[:, 0, None]
    infants = base.death_rates[:, :, 0, None] * np.exp(paths.death_shock[:, None, None] - improved)
    return Mortality(
        base.death_rates[..., None] * factors[0],
        factors[-1] / factors[0],
        np.exp(paths.death_shock),
        np.stack([infant_years_lived(infants[:, :, sex], sex) for sex in range(infants.shape[2])], axis=2),
    )


@njit(cache=True, nogil=True, error_model="numpy")
def _project(
    start: Array,
    area_of: npt.NDArray[np.intp],
    mortality: Mortality,
    fertility: Fertility,
    migration: Migration,
    scores: Scores,
    spans: npt.NDArray[np.int64],
    result: Array,
    begin: int,
) -> None:
    """All years of every place and draw; `result` is written.

    Args:
        start: (place, sex, age), persons at the start; women first, the last age open.
        area_of: (place,), area whose rates a place has.
        mortality: of the areas.
        fertility: of the areas and places.
        migration: of the places.
        scores: of the places.
        spans: (span, 2), first five-year group and end (exclusive).
        result: (place, year, spans and groups, draw).
        begin: position of the first draw in `result`.
    """
    places, sexes, ages = start.shape
    years, areas, _, draws = mortality.infants.shape
    # Lanes beyond the last draw hold numbers of earlier draws or zeros; their results are not used.
    rates, risks = np.zeros((sexes, ages, LANES)), np.zeros((areas, years, ages, sexes * LANES))
    # The births of the year are stored before the first age.
    people, survivors = np.zeros((1 + ages, sexes * LANES)), np.zeros((ages, sexes * LANES))
    groups, sums, drawn = np.zeros((1 + (ages - 1) // GROUP_WIDTH, LANES)), np.zeros(6 * LANES), np.zeros(7 * LANES)
    used = np.zeros(areas, dtype=np.bool_)
    for p in range(places):
        used[area_of[p]] = True
    for first in range(0, draws, LANES):
        count = min(LANES, draws - first)
        lanes = slice(first, first + count)
        for r in range(areas):
            for y in range(years if used[r] else 0):
                _update_rates(mortality.first[r], mortality.factor[r], y == 0, lanes, rates)
                _death_risks(rates, mortality.shock[y, lanes], mortality.infants[y, r, :, lanes], risks[r, y])
        for p in range(places):
            area, leaving, arriving = area_of[p], migration.leaving[p], migration.arriving[p]
            for a in range(ages):
                survivors[a, WOMEN:MEN], survivors[a, MEN:] = start[p, 0, a], start[p, 1, a]
            # Before the first year there is no migration: this pass only computes the expected deaths of that year.
            sums[:] = 0.0
            _migrate(survivors, leaving, arriving, risks[area, 0], people, groups, sums)
            for y in range(years):
                risk, next_risk = risks[area, y], risks[area, min(y + 1, years - 1)]
                _gather_draws(scores, migration, y, p, lanes, drawn)
                _sum_fertility(people, risk, fertility.pattern[area], sums)
                _add_births(
                    fertility.total[y, area, lanes],
                    fertility.factor[p],
                    fertility.boys_per_girl[lanes],
                    drawn,
                    people,
                    sums,
                )
                _scale_deaths(people, risk, drawn, sums)
                _survive(people, risk, leaving, survivors, sums)
                _expect_migrants(migration.gross[p], drawn, sums)
                _migrate(survivors, leaving, arriving, next_risk, people, groups, sums)
                _write_groups(groups, spans, result[p, y, :, begin + first : begin + first + count])


@njit(cache=True, nogil=True, error_model="numpy")
def _event_count(expected: float, score: float) -> float:
    """See `draws.event_count`."""
    expected = max(expected, 0.0)
    return max(0.0, expected + score * np.sqrt(expected))


@njit(cache=True, nogil=True, error_model="numpy")
def _update_rates(first: Array, factor: Array, is_first: bool, lanes: slice, rates: Array) -> None:
    """Death rates of the first year, or of the year after that of `rates`: (sex, age, lane)."""
    sexes, ages, _ = rates.shape
    for s in range(sexes):
        for a in range(ages):
            if is_first:
                rates[s, a, : lanes.stop - lanes.start] = first[s, a, lanes]
            else:
                rates[s, a, : lanes.stop - lanes.start] *= factor[s, a, lanes]


@njit(cache=True, nogil=True, error_model="numpy")
def _death_risks(rates: Array, shock: Array, infants: Array, risks: Array) -> None:
    """Risk of dying within a year by the age reached, (age, sex and lane): 1 - `mortality.survival_ratios`."""
    sexes, ages, _ = rates.shape
    alive, before, lost = np.empty(shock.size), np.empty(shock.size), np.empty(shock.size)
    for s in range(sexes):
        alive[:], before[:], lost[:] = 1.0, 1.0, 1.0 - infants[s]
        for a in range(ages - 1):
            for d in range(shock.size):
                rate = rates[s, a, d] * shock[d]
                dying = min(rate / (1.0 + lost[d] * rate), 1.0)
                lived = alive[d] * (1.0 - lost[d] * dying)
                risks[a, s * LANES + d] = 1.0 - lived / before[d]
                before[d] = lived
                alive[d] *= 1.0 - dying
            lost[:] = 0.5
        for d in range(shock.size):
            beyond = alive[d] / (rates[s, ages - 1, d] * shock[d])
            risks[ages - 1, s * LANES + d] = 1.0 - beyond / (before[d] + beyond)


@njit(cache=True, nogil=True, error_model="numpy")
def _gather_draws(scores: Scores, migration: Migration, year: int, place: int, lanes: slice, drawn: Array) -> None:
    """Copies the scores and net migration of a year and place side by side."""
    spread = scores.migration_spread
    for d in range(lanes.stop - lanes.start):
        draw = lanes.start + d
        drawn[BIRTHS + d] = scores.births[year, draw, place]
        drawn[DEATHS + d] = scores.deaths[year, draw, place]
        drawn[ARRIVALS + d] = spread * scores.in_migration[year, draw, place]
        drawn[DEPARTURES + d] = spread * scores.out_migration[year, draw, place]
        drawn[FOREIGN + d] = spread * scores.foreign[year, draw, place]
        drawn[NET_INTERNAL + d] = migration.internal[year, draw, place]
        drawn[NET_FOREIGN + d] = migration.foreign[year, draw, place]


@njit(cache=True, nogil=True, error_model="numpy")
def _sum_fertility(people: Array, risk: Array, pattern: Array, sums: Array) -> None:
    """Sums the women at both ends of the year, weighted by the age pattern of fertility."""
    sums[BORN:TOTAL] = 0.0
    for a in range(FIRST_FERTILE, END_FERTILE):
        share = pattern[a]
        for d in range(LANES):
            women = people[a + 1, WOMEN + d] + people[a, WOMEN + d] * (1.0 - risk[a, WOMEN + d])
            sums[BORN + d] += share * women


@njit(cache=True, nogil=True, error_model="numpy")
def _add_births(
    total_fertility: Array, factor: float, boys_per_girl: Array, drawn: Array, people: Array, sums: Array
) -> None:
    """Writes the births by sex, with noise."""
    for d in range(total_fertility.size):
        born = _event_count(0.5 * factor * total_fertility[d] * sums[BORN + d], drawn[BIRTHS + d])
        people[0, WOMEN + d] = born / (1.0 + boys_per_girl[d])
        people[0, MEN + d] = born - people[0, WOMEN + d]


@njit(cache=True, nogil=True, error_model="numpy")
def _scale_deaths(people: Array, risk: Array, drawn: Array, sums: Array) -> None:
    """Replaces the expected deaths of the year by the noise factor on the risk of dying."""
    for d in range(LANES):
        infants = people[0, WOMEN + d] * risk[0, WOMEN + d] + people[0, MEN + d] * risk[0, MEN + d]
        expected = sums[DYING + d] + infants
        sums[DYING + d] = _event_count(expected, drawn[DEATHS + d]) / max(expected, TINY)


@njit(cache=True, nogil=True, error_model="numpy")
def _survive(people: Array, risk: Array, leaving: Array, survivors: Array, sums: Array) -> None:
    """Writes the survivors by the age reached, their total, and their sum weighted by the out-migration profile."""
    sums[TOTAL:SCALE] = 0.0
    for a in range(risk.shape[0]):
        women_leaving, men_leaving = leaving[0, a], leaving[1, a]
        for d in range(LANES):
            women = people[a, WOMEN + d] * (1.0 - min(risk[a, WOMEN + d] * sums[DYING + d], MAX_DEATH_RISK))
            men = people[a, MEN + d] * (1.0 - min(risk[a, MEN + d] * sums[DYING + d], MAX_DEATH_RISK))
            survivors[a, WOMEN + d], survivors[a, MEN + d] = women, men
            sums[TOTAL + d] += women + men
            sums[WEIGHT + d] += women * women_leaving + men * men_leaving


@njit(cache=True, nogil=True, error_model="numpy")
def _expect_migrants(gross: float, drawn: Array, sums: Array) -> None:
    """Writes the factor on the out-migration profile, and the number of in-migrants."""
    for d in range(LANES):
        total, half, net_foreign = sums[TOTAL + d], drawn[NET_INTERNAL + d] / 2.0, drawn[NET_FOREIGN + d]
        turnover = max(gross, abs(half))
        leaving = _event_count(total * (turnover - half), drawn[DEPARTURES + d])
        foreign = np.sign(net_foreign) * _event_count(total * abs(net_foreign), drawn[FOREIGN + d])
        sums[ARRIVING + d] = _event_count(total * (turnover + half), drawn[ARRIVALS + d]) + max(foreign, 0.0)
        sums[SCALE + d] = (leaving + max(-foreign, 0.0)) / max(sums[WEIGHT + d], TINY)


@njit(cache=True, nogil=True, error_model="numpy")
def _migrate(
    survivors: Array, leaving: Array, arriving: Array, next_risk: Array, people: Array, groups: Array, sums: Array
) -> None:
    """Writes the residents after migration, stored by the age they had at the start of the next year, and their groups.

    The expected deaths of the next year are summed in the same pass, which saves one over the memory.
    """
    last = survivors.shape[0] - 1
    groups[:] = 0.0
    sums[DYING:BORN] = 0.0
    for a in range(last + 1):
        # The last two ages have the same risk of dying.
        group, reached = a // GROUP_WIDTH, min(a + 1, last)
        women_leaving, men_leaving = leaving[0, a], leaving[1, a]
        women_arriving, men_arriving = arriving[0, a], arriving[1, a]
        for d in range(LANES):
            scale, persons = sums[SCALE + d], sums[ARRIVING + d]
            women = survivors[a, WOMEN + d] * max(1.0 - scale * women_leaving, 0.0) + persons * women_arriving
            men = survivors[a, MEN + d] * max(1.0 - scale * men_leaving, 0.0) + persons * men_arriving
            people[a + 1, WOMEN + d], people[a + 1, MEN + d] = women, men
            groups[group, d] += women + men
            sums[DYING + d] += women * next_risk[reached, WOMEN + d] + men * next_risk[reached, MEN + d]
    people[last] += people[last + 1]


@njit(cache=True, nogil=True, error_model="numpy")
def _write_groups(groups: Array, spans: npt.NDArray[np.int64], result: Array) -> None:
    """Writes the sums over spans of groups, then the groups: (spans and groups, lane)."""
    span_count, lanes = spans.shape[0], result.shape[1]
    total = np.empty(LANES)
    for k in range(span_count):
        total[:] = 0.0
        for g in range(spans[k, 0], spans[k, 1]):
            for d in range(LANES):
                total[d] += groups[g, d]
        for d in range(lanes):
            result[k, d] = total[d]
    for g in range(groups.shape[0]):
        for d in range(lanes):
            result[span_count + g, d] = groups[g, d]
