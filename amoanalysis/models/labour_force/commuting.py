"""Commuting between places: a gravity model scaled to the known numbers of in- and out-commuters."""

from dataclasses import dataclass

import numpy as np

from amoanalysis.models.statistics.draws import Array
from amoanalysis.models.statistics.ipf import Margin, fit_to_margins

# Ratio of road distance to great-circle distance, from three pairs of municipalities on the map.
ROAD_PER_AIR = 1.3
# Shortest distance used: most residents of a municipality live some way from any one site in it.
MIN_KM = 10.0
# Distance exponent, the same as for project workers.
EXPONENT = 2.0
# Largest difference from the known numbers of commuters, as a share of their total.
TOLERANCE = 1e-9


def great_circle_kilometres(places: Array, site: Array) -> Array:
    """Great-circle distances of places from a site.

    Args:
        places: (place, 2), longitude and latitude, degrees.
        site: (2,), longitude and latitude, degrees.

    Returns:
        (place,), kilometres.
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
        jobs: (place,), jobs of the same year.
        outside_share: (place,), out-commuters who leave the region per employed resident.
        between: (origin, destination), share of a destination's in-commuters who live in an origin.
        kilometres: (origin, destination), by road; NaN where coordinates are missing.
    """

    in_commuters: Array
    jobs: Array
    outside_share: Array
    between: Array
    kilometres: Array


def road_kilometres(places: Array) -> Array:
    """Distances by road between places: great circle times `ROAD_PER_AIR`.

    Args:
        places: (place, 2), longitude and latitude, degrees.

    Returns:
        (place, place), kilometres; zero on the diagonal.
    """
    return ROAD_PER_AIR * np.stack([great_circle_kilometres(places, place) for place in places])


def commuting_table(
    kilometres: Array, residents: Array, jobs: Array, out_commuters: Array, in_commuters: Array
) -> Array:
    """Commuters from every place to every other place: gravity model scaled to the known totals (IPF).

    seed = residents jobs / kilometres^2, zero on the diagonal.

    Args:
        kilometres: (node, node), by road.
        residents: (node,), employed residents.
        jobs: (node,), jobs.
        out_commuters: (node,), persons.
        in_commuters: (node,), persons; scaled to the sum of the out-commuters.

    Returns:
        (origin, destination), persons.

    Source: gravity model of commuting, Sen & Smith (1995); Deming & Stephan (1940).
    """
    seed = residents[:, None] * jobs[None] / np.maximum(kilometres, MIN_KM) ** EXPONENT
    seed[np.diag_indices_from(seed)] = 0.0
    margins = [
        Margin((0,), out_commuters),
        Margin((1,), in_commuters * out_commuters.sum() / in_commuters.sum()),
    ]
    return fit_to_margins(seed, margins, TOLERANCE)


def commuting_base(
    table: Array, in_commuters: Array, out_commuters: Array, jobs: Array, employed: Array, kilometres: Array
) -> CommutingBase:
    """Commuting shares of the jump-off year from a commuting table.

    Args:
        table: (origin, destination), from `commuting_table`, places of the region first.
        in_commuters: (place,), persons.
        out_commuters: (place,), persons.
        jobs: (place,), jobs in the jump-off year.
        employed: (place,), employed residents.
        kilometres: (place, place), by road.

    Returns:
        The base.
    """
    places = len(in_commuters)
    internal = table[:places, :places]
    between = np.divide(internal, in_commuters[None], out=np.zeros_like(internal), where=in_commuters[None] > 0)
    outside = np.maximum(out_commuters - internal.sum(axis=1), 0.0) / np.maximum(employed, 1e-9)
    return CommutingBase(in_commuters, jobs, outside, between, kilometres)


def pooled_unfilled_jobs(unfilled: Array, available: Array, kilometres: Array, share: Array, reach: Array) -> Array:
    """Jobs that would stay unfilled if the places were one labour market.

    The unemployed above the floor of one place take unfilled jobs of another with the probability of a match at home
    times exp(-kilometres / reach). Each person counts once, divided over the places in proportion to unfilled jobs.

    Args:
        unfilled: (draw, place), unfilled jobs of each place alone.
        available: (draw, place), unemployed above the floor after matching within each place.
        kilometres: (origin, destination); a place without coordinates is not linked.
        share: (draw, 1), probability of a match at home.
        reach: (draw, 1), kilometres over which the probability falls to 1 / e.

    Returns:
        (draw, place), jobs; at most `unfilled`.
    """
    far = np.where(np.isnan(kilometres) | np.eye(len(kilometres), dtype=bool), np.inf, kilometres)
    probability = share[..., None] * np.exp(-far[None] / reach[..., None])
    total = np.maximum(unfilled.sum(axis=1), 1e-9)[:, None, None]
    offered = available[:, :, None] * probability * unfilled[:, None, :] / total
    return np.asarray(unfilled - np.minimum(offered.sum(axis=1), unfilled), dtype=np.float64)
