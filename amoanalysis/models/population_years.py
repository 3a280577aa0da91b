"""All years of places that are linked neither to each other nor to jobs, compiled: for hundreds of them at a time.

The equations are those of `population.step` without exchange. Draws go through in lanes, side by side: each operation
is one instruction for several draws, in an order that is the same on every machine, and what is worked on stays in a
processor's cache from the first year to the last. Only sums over five-year groups leave the pass.
"""

import numpy as np
import numpy.typing as npt
from numba import njit

from amoanalysis.models.draws import Array
from amoanalysis.models.mortality import infants_lived
from amoanalysis.models.population import FERTILE, MOST_DEATHS, PopulationBase, PopulationPaths
from amoanalysis.models.population_kernel import TINY

WIDTH = 5
LANES = 64


def five_year_groups(base: PopulationBase, paths: PopulationPaths, kept: Array, at: tuple[int, int] = (0, 0)) -> None:
    """Residents of both sexes by five-year group, year by year.

    Args:
        base: rates and profiles; the exchange between its places is left out.
        paths: drawn paths.
        kept: (place, year, group, draw), contiguous; written: persons at the end of each year, the last group the open
            age. Rows and draws other than those of this call are left as they are.
        at: where in `kept` the first group and the first draw go.
    """
    inside, abroad = _lanes_last(paths.net.internal), _lanes_last(paths.net.foreign)
    wide = np.sqrt(base.levels.settings.excess)
    scores = (paths.births, paths.deaths, wide * paths.arrivals, wide * paths.departures, wide * paths.foreigners)
    _run(
        np.ascontiguousarray(base.population),
        (*_mortality(base, paths), np.exp(paths.death_shock), _infants(base, paths)),
        (_lanes_last(paths.total_fertility), np.ascontiguousarray(base.fertility_pattern), base.fertility_factor),
        (FERTILE.start, FERTILE.stop),
        np.ascontiguousarray(paths.sex_ratio[:, 0]),
        MOST_DEATHS,
        base.area_of,
        np.stack([_lanes_last(score) for score in scores]),
        np.stack([np.maximum(base.levels.gross[:, None], np.abs(inside) / 2), inside, abroad]),
        (np.ascontiguousarray(base.profile.leaving), np.ascontiguousarray(base.profile.arriving)),
        kept,
        at,
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
    noise: Array,
    moves: Array,
    profiles: tuple[Array, Array],
    kept: Array,
    at: tuple[int, int],
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
        noise: (5, year, place, draw), scores of births, deaths, arrivals, departures and foreign moves.
        moves: (3, year, place, draw), turnover, net migration within the country, and from abroad, per resident.
        profiles: (place, sex, age), of those who leave and arrive.
        kept: (place, year, group, draw).
        at: first group and first draw in it.
    """
    places, sexes, ages = start.shape
    years, areas, _, draws = mortality[3].shape
    people, alive = np.empty((places, sexes, ages, LANES)), np.empty((sexes, ages, LANES))
    rates, survival = np.empty((areas, sexes, ages, LANES)), np.empty((areas, sexes, ages, LANES))
    groups = np.empty((1 + (ages - 1) // WIDTH, LANES))
    used = np.zeros(areas, dtype=np.bool_)
    for p in range(places):
        used[area_of[p]] = True
    for first in range(0, draws, LANES):
        lanes = slice(first, min(first + LANES, draws))
        ratio = 1.0 + boys_per_girl[lanes]
        for p in range(places):
            for s in range(sexes):
                for a in range(ages):
                    people[p, s, a] = start[p, s, a]
        for y in range(years):
            for r in range(areas):
                if used[r]:
                    _rates(mortality[0][r], mortality[1][r], y == 0, lanes, rates[r])
                    _survival(rates[r], mortality[2][y, lanes], mortality[3][y, r, :, lanes], survival[r])
            for p in range(places):
                here, share, leaving_profile = people[p], survival[area_of[p]], profiles[0][p]
                children = 0.5 * fertility[2][p] * fertility[0][y, area_of[p], lanes]
                born = children * _born(here, share, fertility[1][area_of[p]], fertile, children.size)
                born = _events(born, noise[0, y, p, lanes])
                girls = born / ratio
                died = _dying(here, share, girls, born - girls)
                more = _events(died, noise[1, y, p, lanes]) / np.maximum(died, TINY) - 1.0
                total, weight = _survive(here, share, (girls, born - girls), more, most_deaths, leaving_profile, alive)
                half, abroad = moves[1, y, p, lanes] / 2.0, moves[2, y, p, lanes]
                arriving = _events(total * (moves[0, y, p, lanes] + half), noise[2, y, p, lanes])
                leaving = _events(total * (moves[0, y, p, lanes] - half), noise[3, y, p, lanes])
                foreign = np.sign(abroad) * _events(total * np.abs(abroad), noise[4, y, p, lanes])
                scale = (leaving + np.maximum(-foreign, 0.0)) / np.maximum(weight, TINY)
                arriving = arriving + np.maximum(foreign, 0.0)
                _move(alive, scale, arriving, leaving_profile, profiles[1][p], here, groups)
                for g in range(groups.shape[0]):
                    kept[p, y, at[0] + g, at[1] + first : at[1] + lanes.stop] = groups[g, : ratio.size]


@njit(cache=True, nogil=True, error_model="numpy")
def _events(expected: Array, score: Array) -> Array:
    """See `draws.event_count`."""
    expected = np.maximum(expected, 0.0)
    return np.maximum(0.0, expected + score * np.sqrt(expected))


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
def _survival(rates: Array, shock: Array, infants: Array, survival: Array) -> None:
    """Share alive at the end of a year by the age reached, (sex, age, lane): see `mortality.survival_ratios`."""
    sexes, ages, _ = rates.shape
    born, before, lost = np.empty(shock.size), np.empty(shock.size), np.empty(shock.size)
    for s in range(sexes):
        born[:], before[:], lost[:] = 1.0, 1.0, 1.0 - infants[s]
        for a in range(ages - 1):
            for d in range(shock.size):
                rate = rates[s, a, d] * shock[d]
                dying = min(rate / (1.0 + lost[d] * rate), 1.0)
                lived = born[d] * (1.0 - lost[d] * dying)
                survival[s, a, d] = lived / before[d]
                before[d] = lived
                born[d] *= 1.0 - dying
            lost[:] = 0.5
        for d in range(shock.size):
            beyond = born[d] / (rates[s, ages - 1, d] * shock[d])
            survival[s, ages - 1, d] = beyond / (before[d] + beyond)


@njit(cache=True, nogil=True, error_model="numpy")
def _born(people: Array, survival: Array, pattern: Array, fertile: tuple[int, int], lanes: int) -> Array:
    """Women of both ends of the year by the pattern of births: (lane,)."""
    born = np.zeros(lanes)
    for a in range(fertile[0], fertile[1]):
        for d in range(lanes):
            born[d] += pattern[a] * (people[0, a, d] + people[0, a - 1, d] * survival[0, a, d])
    return born


@njit(cache=True, nogil=True, error_model="numpy")
def _dying(people: Array, survival: Array, girls: Array, boys: Array) -> Array:
    """Expected deaths: (lane,). Puts those of the open age to those about to reach it, for both survive alike."""
    sexes, ages, _ = people.shape
    died = np.empty(girls.size)
    for d in range(girls.size):
        died[d] = girls[d] * (1.0 - survival[0, 0, d]) + boys[d] * (1.0 - survival[1, 0, d])
    for s in range(sexes):
        for d in range(girls.size):
            people[s, ages - 2, d] += people[s, ages - 1, d]
        for a in range(1, ages):
            for d in range(girls.size):
                died[d] += people[s, a - 1, d] * (1.0 - survival[s, a, d])
    return died


@njit(cache=True, nogil=True, error_model="numpy")
def _survive(
    people: Array,
    survival: Array,
    newborn: tuple[Array, Array],
    more: Array,
    most: float,
    leaving: Array,
    alive: Array,
) -> tuple[Array, Array]:
    """Writes who is alive by the age reached, with noise; gives their number and that weighted by who leaves."""
    sexes, ages, _ = people.shape
    total, weight = np.zeros(more.size), np.zeros(more.size)
    for s in range(sexes):
        for a in range(ages):
            before = people[s, a - 1] if a else newborn[s]
            for d in range(more.size):
                left = before[d] * survival[s, a, d]
                left -= min(more[d] * (before[d] - left), most * left)
                alive[s, a, d] = left
                total[d] += left
                weight[d] += left * leaving[s, a]
    return total, weight


@njit(cache=True, nogil=True, error_model="numpy")
def _move(
    alive: Array,
    scale: Array,
    arriving: Array,
    leaving_profile: Array,
    arriving_profile: Array,
    people: Array,
    groups: Array,
) -> None:
    """Lets people leave, never more than are there, and others arrive; adds them up in five-year groups."""
    sexes, ages, _ = people.shape
    groups[:] = 0.0
    for s in range(sexes):
        for a in range(ages):
            leaves, arrives, group = leaving_profile[s, a], arriving_profile[s, a], groups[a // WIDTH]
            for d in range(scale.size):
                there = alive[s, a, d]
                now = there - there * min(scale[d] * leaves, 1.0) + arriving[d] * arrives
                people[s, a, d] = now
                group[d] += now
