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
from amoanalysis.models.population_kernel import TINY, events

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
    # Lanes past the last draw hold numbers of the draws before, or none; nobody reads what comes of them.
    rates, survival = np.zeros((sexes, ages, LANES)), np.zeros((areas, years, sexes, ages, LANES))
    # Those born in the year stand before the first age.
    people, alive = np.zeros((sexes, 1 + ages, LANES)), np.zeros((sexes, ages, LANES))
    groups, lane = np.zeros((1 + (ages - 1) // WIDTH, LANES)), np.zeros((5, LANES))
    more, total, weight, scale, arriving = lane[0], lane[1], lane[2], lane[3], lane[4]
    used = np.zeros(areas, dtype=np.bool_)
    for p in range(places):
        used[area_of[p]] = True
    for first in range(0, draws, LANES):
        lanes = slice(first, min(first + LANES, draws))
        for r in range(areas):
            for y in range(years if used[r] else 0):
                _rates(mortality[0][r], mortality[1][r], y == 0, lanes, rates)
                _survival(rates, mortality[2][y, lanes], mortality[3][y, r, :, lanes], survival[r, y])
        for p in range(places):
            area, leaves = area_of[p], profiles[0][p]
            for s in range(sexes):
                for a in range(ages):
                    people[s, a + 1] = start[p, s, a]
            for y in range(years):
                share = survival[area, y]
                children, chance = fertility[0][y, area, lanes], noise[:, y, p, lanes]
                _bear(
                    children, boys_per_girl[lanes], fertility[1][area], fertility[2][p], fertile, share, chance, people
                )
                _expect_deaths(people, share, chance, more)
                _survive(people, share, more, most_deaths, leaves, alive, total, weight)
                _expect_moves(moves[:, y, p, lanes], chance, total, weight, scale, arriving)
                _move(alive, scale, arriving, leaves, profiles[1][p], people, groups)
                for g in range(groups.shape[0]):
                    for d in range(children.size):
                        kept[p, y, at[0] + g, at[1] + first + d] = groups[g, d]


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
def _bear(
    children: Array,
    boys_per_girl: Array,
    pattern: Array,
    factor: float,
    fertile: tuple[int, int],
    survival: Array,
    chance: Array,
    people: Array,
) -> None:
    """Writes who is born: births by the mean of the women of both ends of the year, with noise."""
    lanes = children.size
    people[:, 0, :lanes] = 0.0
    for a in range(fertile[0], fertile[1]):
        for d in range(lanes):
            people[0, 0, d] += pattern[a] * (people[0, a + 1, d] + people[0, a, d] * survival[0, a, d])
    for d in range(lanes):
        born = events(0.5 * factor * children[d] * people[0, 0, d], chance[0, d])
        people[0, 0, d] = born / (1.0 + boys_per_girl[d])
        people[1, 0, d] = born - people[0, 0, d]


@njit(cache=True, nogil=True, error_model="numpy")
def _expect_deaths(people: Array, survival: Array, chance: Array, more: Array) -> None:
    """Writes how many more die than expected, as a share: noise.

    Puts those of the open age to those about to reach it: both survive alike.
    """
    ages = survival.shape[1]
    more[:] = 0.0
    for d in range(LANES):
        people[0, ages - 1, d] += people[0, ages, d]
        people[1, ages - 1, d] += people[1, ages, d]
    for a in range(ages):
        for d in range(LANES):
            women, men = people[0, a, d], people[1, a, d]
            more[d] += women - women * survival[0, a, d] + men - men * survival[1, a, d]
    for d in range(chance.shape[1]):
        more[d] = events(more[d], chance[1, d]) / max(more[d], TINY) - 1.0


@njit(cache=True, nogil=True, error_model="numpy")
def _survive(
    people: Array,
    survival: Array,
    more: Array,
    most: float,
    leaving: Array,
    alive: Array,
    total: Array,
    weight: Array,
) -> None:
    """Writes who is alive by the age reached, with noise, their number and that weighted by who leaves."""
    total[:], weight[:] = 0.0, 0.0
    for a in range(survival.shape[1]):
        for d in range(LANES):
            # Both sexes at once: sums go half as often over memory.
            women = people[0, a, d] * survival[0, a, d]
            men = people[1, a, d] * survival[1, a, d]
            women -= min(more[d] * (people[0, a, d] - women), most * women)
            men -= min(more[d] * (people[1, a, d] - men), most * men)
            alive[0, a, d], alive[1, a, d] = women, men
            total[d] += women + men
            weight[d] += women * leaving[0, a] + men * leaving[1, a]


@njit(cache=True, nogil=True, error_model="numpy")
def _expect_moves(moves: Array, chance: Array, total: Array, weight: Array, scale: Array, arriving: Array) -> None:
    """Writes what the profile of leaving is multiplied by, and how many arrive."""
    for d in range(chance.shape[1]):
        turnover, half, abroad = moves[0, d], moves[1, d] / 2.0, moves[2, d]
        leaving = events(total[d] * (turnover - half), chance[3, d])
        foreign = np.sign(abroad) * events(total[d] * abs(abroad), chance[4, d])
        arriving[d] = events(total[d] * (turnover + half), chance[2, d]) + max(foreign, 0.0)
        scale[d] = (leaving + max(-foreign, 0.0)) / max(weight[d], TINY)


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
    groups[:] = 0.0
    for a in range(alive.shape[1]):
        group = a // WIDTH
        for d in range(LANES):
            women, men = alive[0, a, d], alive[1, a, d]
            women += arriving[d] * arriving_profile[0, a] - women * min(scale[d] * leaving_profile[0, a], 1.0)
            men += arriving[d] * arriving_profile[1, a] - men * min(scale[d] * leaving_profile[1, a], 1.0)
            people[0, a + 1, d], people[1, a + 1, d] = women, men
            groups[group, d] += women + men
