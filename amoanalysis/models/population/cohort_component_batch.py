"""All years of places that are linked neither to each other nor to jobs, compiled: for hundreds of them at a time.

The equations are those of `compiled_step` without exchange. Draws go through in lanes, side by side: each operation
is one instruction for several draws, in an order that is the same on every machine, and what is worked on stays in a
processor's cache from the first year to the last. Only sums over groups of ages leave the pass.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from numba import njit

from amoanalysis.models.population.mortality import infants_lived
from amoanalysis.models.population.projection import FERTILE, MOST_DEATHS, TINY, PopulationBase, PopulationPaths, events
from amoanalysis.models.statistics.draws import Array

WIDTH = 5
LANES = 64
# Columns of a row of people: the women of all lanes, then the men. They are known when the code is compiled: so the
# compiler sees that neither is written where the other is read. The same goes for what belongs to a place and year.
WOMEN, MEN = 0, LANES
DYING, BORN, TOTAL, WEIGHT, SCALE, ARRIVING = (number * LANES for number in range(6))
BIRTHS, DEATHS, ARRIVALS, DEPARTURES, FOREIGNERS, INSIDE, ABROAD = (number * LANES for number in range(7))


def five_year_groups(
    base: PopulationBase, paths: PopulationPaths, spans: Sequence[tuple[int, int]], kept: Array, first: int = 0
) -> None:
    """Residents of both sexes by spans of ages and by five-year group, year by year.

    Args:
        base: rates and profiles; the exchange between its places is left out.
        paths: drawn paths.
        spans: first age and the one after the last, borders of five-year groups or past the open age.
        kept: (place, year, spans and groups, draw), contiguous; written: persons at the end of each year, the last
            group the open age. Draws other than those of this call are left as they are.
        first: where in `kept` the first draw goes.
    """
    _run(
        np.ascontiguousarray(base.population),
        (*_mortality(base, paths), np.exp(paths.death_shock), _infants(base, paths)),
        (_lanes_last(paths.total_fertility), np.ascontiguousarray(base.fertility_pattern), base.fertility_factor),
        (FERTILE.start, FERTILE.stop),
        np.ascontiguousarray(paths.sex_ratio[:, 0]),
        MOST_DEATHS,
        base.area_of,
        (paths.births, paths.deaths, paths.arrivals, paths.departures, paths.foreigners),
        float(np.sqrt(base.levels.settings.excess)),
        (paths.net.internal, paths.net.foreign),
        base.levels.gross,
        (np.ascontiguousarray(base.profile.leaving), np.ascontiguousarray(base.profile.arriving)),
        np.array([(low // WIDTH, -(-high // WIDTH)) for low, high in spans], dtype=np.int64).reshape(-1, 2),
        kept,
        first,
    )


def _lanes_last(values: Array) -> Array:
    """(year, draw, place) as (year, place, draw)."""
    return np.swapaxes(values, 1, 2)


def _mortality(base: PopulationBase, paths: PopulationPaths) -> tuple[Array, Array]:
    """Death rates of the first year without its shock, and their factor from year to year: (area, sex, age, draw).

    The decline of a draw is the same every year, so the rates of later years need no further exponentials.
    """
    decline = paths.decline.transpose(0, 2, 1)[:2, :, None, None]
    factors = np.exp(-decline * base.improvement[..., None])
    return base.death_rates[..., None] * factors[0], factors[-1] / factors[0]


def _infants(base: PopulationBase, paths: PopulationPaths) -> Array:
    """Years lived by those who die before their first birthday: (year, area, sex, draw)."""
    gone = _lanes_last(paths.decline)[:, :, None] * base.improvement[:, 0, None]
    rates = base.death_rates[:, :, 0, None] * np.exp(paths.death_shock[:, None, None] - gone)
    return np.stack([infants_lived(rates[:, :, sex], sex) for sex in range(rates.shape[2])], axis=2)


@njit(cache=True, nogil=True, error_model="numpy")
def _run(
    start: Array,
    mortality: tuple[Array, Array, Array, Array],
    fertility: tuple[Array, Array, Array],
    fertile: tuple[int, int],
    boys_per_girl: Array,
    most_deaths: float,
    area_of: npt.NDArray[np.intp],
    noise: tuple[Array, Array, Array, Array, Array],
    wide: float,
    net: tuple[Array, Array],
    gross: Array,
    profiles: tuple[Array, Array],
    spans: npt.NDArray[np.int64],
    kept: Array,
    begin: int,
) -> None:
    """All years of every place and draw; `kept` is written.

    Args:
        start: (place, sex, age), persons at the start; women first, the last age open.
        mortality: (area, sex, age, draw), death rates of the first year, and their factor from year to year;
            (year, draw), deviation of all of them; (year, area, sex, draw), years lived by those who die in infancy.
        fertility: (year, area, draw), children per woman; (area, age), shares of ages; (place,), factor of the place.
        fertile: first age that bears children, and the first that no longer does.
        boys_per_girl: (draw,).
        most_deaths: share of those who reach an age that noise may let die.
        area_of: (place,), area whose rates a place borrows.
        noise: (year, draw, place) each, scores of births, deaths, arrivals, departures and foreign moves.
        wide: what the scores of moves are multiplied by: people move as families.
        net: (year, draw, place) each, net migration within the country, and from abroad, per resident.
        gross: (place,), moves per resident each way.
        profiles: (place, sex, age), of those who leave and arrive.
        spans: (span, 2), first five-year group and the one after the last.
        kept: (place, year, spans and groups, draw).
        begin: first draw in it.
    """
    places, sexes, ages = start.shape
    years, areas, _, draws = mortality[3].shape
    # Lanes past the last draw hold numbers of the draws before, or none; nobody reads what comes of them.
    rates, risks = np.zeros((sexes, ages, LANES)), np.zeros((areas, years, ages, sexes * LANES))
    # Those born in the year stand before the first age.
    people, alive = np.zeros((1 + ages, sexes * LANES)), np.zeros((ages, sexes * LANES))
    groups, lane, chance = np.zeros((1 + (ages - 1) // WIDTH, LANES)), np.zeros(6 * LANES), np.zeros(7 * LANES)
    used = np.zeros(areas, dtype=np.bool_)
    for p in range(places):
        used[area_of[p]] = True
    for first in range(0, draws, LANES):
        count = min(LANES, draws - first)
        lanes = slice(first, first + count)
        for r in range(areas):
            for y in range(years if used[r] else 0):
                _rates(mortality[0][r], mortality[1][r], y == 0, lanes, rates)
                _risks(rates, mortality[2][y, lanes], mortality[3][y, r, :, lanes], risks[r, y])
        for p in range(places):
            area, leaving, coming = area_of[p], profiles[0][p], profiles[1][p]
            for a in range(ages):
                alive[a, WOMEN:MEN], alive[a, MEN:] = start[p, 0, a], start[p, 1, a]
            # Nobody moves before the first year: that pass only counts who is expected to die in it.
            lane[:] = 0.0
            _move(alive, leaving, coming, risks[area, 0], people, groups, lane)
            for y in range(years):
                risk, following = risks[area, y], risks[area, min(y + 1, years - 1)]
                _of_place(noise, wide, net, (y, p, first), count, chance)
                _bear(people, risk, fertility[1][area], fertile, lane)
                _born(fertility[0][y, area, lanes], fertility[2][p], boys_per_girl[lanes], chance, people, lane)
                _expect_deaths(people, risk, chance, lane)
                _survive(people, risk, most_deaths, leaving, alive, lane)
                _expect_moves(gross[p], chance, lane)
                _move(alive, leaving, coming, following, people, groups, lane)
                _keep(groups, spans, kept[p, y, :, begin + first : begin + first + count])


@njit(cache=True, nogil=True, error_model="numpy")
def _rates(first: Array, factor: Array, begins: bool, lanes: slice, rates: Array) -> None:
    """Death rates of the first year, or of the one after that of `rates`: (sex, age, lane)."""
    sexes, ages, _ = rates.shape
    for s in range(sexes):
        for a in range(ages):
            if begins:
                rates[s, a, : lanes.stop - lanes.start] = first[s, a, lanes]
            else:
                rates[s, a, : lanes.stop - lanes.start] *= factor[s, a, lanes]


@njit(cache=True, nogil=True, error_model="numpy")
def _risks(rates: Array, shock: Array, infants: Array, risks: Array) -> None:
    """Share dead at the end of a year by the age reached, (age, sex and lane): see `mortality.survival_ratios`."""
    sexes, ages, _ = rates.shape
    born, before, lost = np.empty(shock.size), np.empty(shock.size), np.empty(shock.size)
    for s in range(sexes):
        born[:], before[:], lost[:] = 1.0, 1.0, 1.0 - infants[s]
        for a in range(ages - 1):
            for d in range(shock.size):
                rate = rates[s, a, d] * shock[d]
                dying = min(rate / (1.0 + lost[d] * rate), 1.0)
                lived = born[d] * (1.0 - lost[d] * dying)
                risks[a, s * LANES + d] = 1.0 - lived / before[d]
                before[d] = lived
                born[d] *= 1.0 - dying
            lost[:] = 0.5
        for d in range(shock.size):
            beyond = born[d] / (rates[s, ages - 1, d] * shock[d])
            risks[ages - 1, s * LANES + d] = 1.0 - beyond / (before[d] + beyond)


@njit(cache=True, nogil=True, error_model="numpy")
def _of_place(
    noise: tuple[Array, Array, Array, Array, Array],
    wide: float,
    net: tuple[Array, Array],
    at: tuple[int, int, int],
    count: int,
    chance: Array,
) -> None:
    """Writes what is drawn for a year and place side by side, of so many draws from the first one on."""
    year, place, first = at
    births, deaths, arrivals, departures, foreigners = noise
    inside, abroad = net
    for d in range(count):
        draw = first + d
        chance[BIRTHS + d] = births[year, draw, place]
        chance[DEATHS + d] = deaths[year, draw, place]
        chance[ARRIVALS + d] = wide * arrivals[year, draw, place]
        chance[DEPARTURES + d] = wide * departures[year, draw, place]
        chance[FOREIGNERS + d] = wide * foreigners[year, draw, place]
        chance[INSIDE + d] = inside[year, draw, place]
        chance[ABROAD + d] = abroad[year, draw, place]


@njit(cache=True, nogil=True, error_model="numpy")
def _bear(people: Array, risk: Array, pattern: Array, fertile: tuple[int, int], lane: Array) -> None:
    """Adds up the women of both ends of the year by the pattern of the ages at which children are born."""
    lane[BORN:TOTAL] = 0.0
    for a in range(fertile[0], fertile[1]):
        share = pattern[a]
        for d in range(LANES):
            women = people[a + 1, WOMEN + d] + people[a, WOMEN + d] * (1.0 - risk[a, WOMEN + d])
            lane[BORN + d] += share * women


@njit(cache=True, nogil=True, error_model="numpy")
def _born(
    total_fertility: Array, factor: float, boys_per_girl: Array, chance: Array, people: Array, lane: Array
) -> None:
    """Writes who is born, with noise."""
    for d in range(total_fertility.size):
        born = events(0.5 * factor * total_fertility[d] * lane[BORN + d], chance[BIRTHS + d])
        people[0, WOMEN + d] = born / (1.0 + boys_per_girl[d])
        people[0, MEN + d] = born - people[0, WOMEN + d]


@njit(cache=True, nogil=True, error_model="numpy")
def _expect_deaths(people: Array, risk: Array, chance: Array, lane: Array) -> None:
    """Turns the expected deaths into what the risk of dying is multiplied by: noise."""
    for d in range(LANES):
        born = people[0, WOMEN + d] * risk[0, WOMEN + d] + people[0, MEN + d] * risk[0, MEN + d]
        expected = lane[DYING + d] + born
        lane[DYING + d] = events(expected, chance[DEATHS + d]) / max(expected, TINY)


@njit(cache=True, nogil=True, error_model="numpy")
def _survive(people: Array, risk: Array, most: float, leaving: Array, alive: Array, lane: Array) -> None:
    """Writes who is alive by the age reached, with noise, their number and that weighted by who leaves."""
    lane[TOTAL:SCALE] = 0.0
    for a in range(risk.shape[0]):
        women_go, men_go = leaving[0, a], leaving[1, a]
        for d in range(LANES):
            # Both sexes at once: sums go half as often over memory.
            women = people[a, WOMEN + d] * (1.0 - min(risk[a, WOMEN + d] * lane[DYING + d], most))
            men = people[a, MEN + d] * (1.0 - min(risk[a, MEN + d] * lane[DYING + d], most))
            alive[a, WOMEN + d], alive[a, MEN + d] = women, men
            lane[TOTAL + d] += women + men
            lane[WEIGHT + d] += women * women_go + men * men_go


@njit(cache=True, nogil=True, error_model="numpy")
def _expect_moves(gross: float, chance: Array, lane: Array) -> None:
    """Writes what the profile of leaving is multiplied by, and how many arrive."""
    for d in range(LANES):
        total, half, abroad = lane[TOTAL + d], chance[INSIDE + d] / 2.0, chance[ABROAD + d]
        turnover = max(gross, abs(half))
        leaving = events(total * (turnover - half), chance[DEPARTURES + d])
        foreign = np.sign(abroad) * events(total * abs(abroad), chance[FOREIGNERS + d])
        lane[ARRIVING + d] = events(total * (turnover + half), chance[ARRIVALS + d]) + max(foreign, 0.0)
        lane[SCALE + d] = (leaving + max(-foreign, 0.0)) / max(lane[WEIGHT + d], TINY)


@njit(cache=True, nogil=True, error_model="numpy")
def _move(
    alive: Array, leaving: Array, coming: Array, following: Array, people: Array, groups: Array, lane: Array
) -> None:
    """Lets people leave, never more than are there, and others arrive; adds them up in five-year groups.

    Counts too how many of them are expected to die in the following year: they are at hand.
    """
    last = alive.shape[0] - 1
    groups[:] = 0.0
    lane[DYING:BORN] = 0.0
    for a in range(last + 1):
        # Those of the open age join those about to reach it: both die alike.
        group, to = a // WIDTH, min(a + 1, last)
        women_go, men_go, women_come, men_come = leaving[0, a], leaving[1, a], coming[0, a], coming[1, a]
        for d in range(LANES):
            scale, arriving = lane[SCALE + d], lane[ARRIVING + d]
            women = alive[a, WOMEN + d] * max(1.0 - scale * women_go, 0.0) + arriving * women_come
            men = alive[a, MEN + d] * max(1.0 - scale * men_go, 0.0) + arriving * men_come
            people[a + 1, WOMEN + d], people[a + 1, MEN + d] = women, men
            groups[group, d] += women + men
            lane[DYING + d] += women * following[to, WOMEN + d] + men * following[to, MEN + d]
    people[last] += people[last + 1]


@njit(cache=True, nogil=True, error_model="numpy")
def _keep(groups: Array, spans: npt.NDArray[np.int64], kept: Array) -> None:
    """Writes sums over spans of groups, and the groups."""
    more, lanes = spans.shape[0], kept.shape[1]
    added = np.empty(LANES)
    for k in range(more):
        added[:] = 0.0
        for g in range(spans[k, 0], spans[k, 1]):
            for d in range(LANES):
                added[d] += groups[g, d]
        for d in range(lanes):
            kept[k, d] = added[d]
    for g in range(groups.shape[0]):
        for d in range(lanes):
            kept[more + g, d] = groups[g, d]
