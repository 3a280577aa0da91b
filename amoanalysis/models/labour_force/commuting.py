"""Commuting between places: a gravity table that meets the known numbers of in- and out-commuters."""

from dataclasses import dataclass

import numpy as np

from amoanalysis.models.statistics.draws import Array
from amoanalysis.models.statistics.ipf import Margin, fit

# Roads of the north are longer than the great circle by about this: Kolari-Kittilä and Muonio-Kittilä by the map.
ROAD_PER_AIR = 1.3
# A site's own municipality is never nearer than this: most of its people live some way off.
NEAREST_KM = 10.0
# How fast distance deters, as for the workers of projects.
EXPONENT = 2.0
# Numbers of commuters are met to this share of them all.
TOLERANCE = 1e-9


def distances(places: Array, site: Array) -> Array:
    """Great-circle distances from a site, kilometres.

    Args:
        places: (place, 2), longitude and latitude, degrees.
        site: (2,), longitude and latitude, degrees.

    Returns:
        (place,).
    """
    lon, lat = np.radians(places).T
    lon0, lat0 = np.radians(site)
    half = np.sin((lat - lat0) / 2) ** 2 + np.cos(lat) * np.cos(lat0) * np.sin((lon - lon0) / 2) ** 2
    return np.asarray(2 * 6371.0 * np.arcsin(np.sqrt(half)), dtype=np.float64)


@dataclass(frozen=True)
class CommutingBase:
    """Commuting in the jump-off year.

    Attributes:
        in_commuters: (place,), persons.
        jobs: (place,), jobs that they are held against.
        outside_share: (place,), out-commuters to outside the region per employed resident.
        between: (origin, destination), share of a destination's in-commuters who live in an origin of the region.
        kilometres: (origin, destination), by road; not a number where coordinates are missing.
    """

    in_commuters: Array
    jobs: Array
    outside_share: Array
    between: Array
    kilometres: Array


def road_kilometres(places: Array) -> Array:
    """Distances by road between places, kilometres: great circle times `ROAD_PER_AIR`.

    Args:
        places: (place, 2), longitude and latitude, degrees.

    Returns:
        (place, place), nought on the diagonal.
    """
    return ROAD_PER_AIR * np.stack([distances(places, place) for place in places])


def commuting_table(kilometres: Array, residents: Array, jobs: Array, out: Array, coming: Array) -> Array:
    """Commuters from every place to every other: gravity, scaled to the numbers of commuters of each (IPF).

    seed = residents jobs / kilometres^2, nobody to one's own place

    Args:
        kilometres: (node, node), by road.
        residents: (node,), employed residents.
        jobs: (node,), jobs.
        out: (node,), out-commuters.
        coming: (node,), in-commuters; scaled to the sum of the out-commuters.

    Returns:
        (node, node), persons, by origin and destination.

    Source: gravity model of commuting, Sen & Smith (1995); Deming & Stephan (1940).
    """
    seed = residents[:, None] * jobs[None] / np.maximum(kilometres, NEAREST_KM) ** EXPONENT
    seed[np.diag_indices_from(seed)] = 0.0
    margins = [Margin((0,), out), Margin((1,), coming * out.sum() / coming.sum())]
    return fit(seed, margins, TOLERANCE)


def commuting_base(
    table: Array, in_commuters: Array, out_commuters: Array, jobs: Array, employed: Array, kilometres: Array
) -> CommutingBase:
    """What the balance needs of a commuting table.

    Args:
        table: (node, node), from `commuting_table`, places of the region first.
        in_commuters: (place,), persons.
        out_commuters: (place,), persons.
        jobs: (place,), jobs in the jump-off year.
        employed: (place,), employed residents.
        kilometres: (place, place), by road.

    Returns:
        The base; what leaves one place of the region arrives in another.
    """
    inside = len(in_commuters)
    among = table[:inside, :inside]
    between = np.divide(among, in_commuters[None], out=np.zeros_like(among), where=in_commuters[None] > 0)
    outside = np.maximum(out_commuters - among.sum(axis=1), 0.0) / np.maximum(employed, 1e-9)
    return CommutingBase(in_commuters, jobs, outside, between, kilometres)


def pooled_gap(unfilled: Array, spare: Array, kilometres: Array, share: Array, reach: Array) -> Array:
    """Jobs that stay unfilled if the places were one labour market.

    The unemployed above the floor of one place take the unfilled jobs of another with the chance that they have at
    home, times exp(-kilometres / reach); an origin offers each person once, in proportion to the jobs that are open.

    Args:
        unfilled: (draw, place), jobs that each place alone leaves unfilled.
        spare: (draw, place), unemployed above the floor after the places' own matching.
        kilometres: (origin, destination); a place without coordinates stays by itself.
        share: (draw, 1), chance at home.
        reach: (draw, 1), kilometres at which the chance has fallen to 1 / e.

    Returns:
        (draw, place), jobs; never more than each place alone leaves.
    """
    far = np.where(np.isnan(kilometres) | np.eye(len(kilometres), dtype=bool), np.inf, kilometres)
    chance = share[..., None] * np.exp(-far[None] / reach[..., None])
    total = np.maximum(unfilled.sum(axis=1), 1e-9)[:, None, None]
    offered = spare[:, :, None] * chance * unfilled[:, None, :] / total
    return np.asarray(unfilled - np.minimum(offered.sum(axis=1), unfilled), dtype=np.float64)
