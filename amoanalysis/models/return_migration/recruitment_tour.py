"""Return-migration campaign and recruitment tour: expected return migrants, routes and costs."""

from dataclasses import dataclass

import numpy as np

from amoanalysis.config.assumptions import ReturnCampaignAssumptions
from amoanalysis.models.statistics.draws import Array, Draws


@dataclass(frozen=True)
class Tour:
    """Towns of a tour in the order of choice.

    Attributes:
        towns: indices of the towns.
        kilometres: length of the round trip through all of them, by road.
        returners: (draw, n), expected return migrants of a tour of the first n + 1 towns.
        cost: (draw, n), euros.
    """

    towns: tuple[int, ...]
    kilometres: tuple[float, ...]
    returners: Array
    cost: Array


@dataclass(frozen=True)
class TourMap:
    """Potential return migrants and distances for the choice of a tour.

    Attributes:
        potential: (draw, where), return migrants expected if all out-migrants of a municipality were reached.
        distances: (where, where), straight-line kilometres between municipalities.
        start_distances: (where,), kilometres from the start of the tour.
    """

    potential: Array
    distances: Array
    start_distances: Array


def potential_returners(
    out_migrants: Array, relative: Array, assumptions: ReturnCampaignAssumptions, draws: Draws
) -> Array:
    """Return migrants of a visit if all lived in the town: out-migrants x reached x response x relative rate.

    Args:
        out_migrants: (draw, where), out-migrants of 25-50.
        relative: (draw, where), return rate relative to the mean.
        assumptions: reach, response and spouse's job.
        draws: the same block.

    Returns:
        (draw, where), persons.
    """
    won = draws.sample(assumptions.reach) * draws.sample(assumptions.response) * share_able_to_move(assumptions, draws)
    return np.asarray(out_migrants * relative * won[:, None])


def share_able_to_move(assumptions: ReturnCampaignAssumptions, draws: Draws) -> Array:
    """Share of willing persons able to move: singles, and couples in which the spouse finds work too; (draw,)."""
    coupled, spouse_work = draws.sample(assumptions.coupled), draws.sample(assumptions.spouse_work)
    return np.asarray(1 - coupled * (1 - spouse_work))


def returners_per_visit(
    tour_map: TourMap, towns: list[int], assumptions: ReturnCampaignAssumptions, draws: Draws
) -> Array:
    """Return migrants expected of a single visit to each town, with its surroundings: (draw, town)."""
    near = _catchment_share(tour_map.distances[towns][None], draws.sample(assumptions.catchment_km)[:, None, None])
    return np.asarray(np.einsum("dw,dtw->dt", tour_map.potential, near))


def evaluate_tour(tour_map: TourMap, towns: list[int], assumptions: ReturnCampaignAssumptions, draws: Draws) -> Tour:
    """Return migrants and cost of a tour of its first one, two, ... towns.

    An out-migrant is reached in the nearest visited town: reach[w] = max over towns of exp(-kilometres / catchment).

    Args:
        tour_map: potential return migrants and distances.
        towns: indices, in order of choice.
        assumptions: catchment, costs.
        draws: the same block as the potential.
    """
    radius = draws.sample(assumptions.catchment_km)[:, None]
    best = np.zeros_like(tour_map.potential)
    returners = np.empty((draws.count, len(towns)))
    lengths = [assumptions.road_detour.value * length for length in round_trip_lengths(tour_map, towns)]
    for n, town in enumerate(towns):
        np.maximum(best, _catchment_share(tour_map.distances[town][None], radius), out=best)
        returners[:, n] = (tour_map.potential * best).sum(axis=1)
    visit, fixed = draws.sample(assumptions.visit_cost)[:, None], draws.sample(assumptions.tour_cost)[:, None]
    travel = draws.sample(assumptions.travel_cost_per_km)[:, None] * np.array(lengths)[None]
    cost = fixed + visit * np.arange(1, len(towns) + 1)[None] + travel
    return Tour(tuple(towns), tuple(lengths), returners, np.asarray(cost))


def choose_towns(
    tour_map: TourMap, allowed: list[int], count: int, assumptions: ReturnCampaignAssumptions
) -> list[int]:
    """Chooses towns one by one: the next town adds most return migrants, less its travel cost.

    added[t] = sum_w mean potential[w] max(0, near[t, w] - best[w]) - cost per km x added km / value of a return
    migrant, at the medians of the assumptions. The objective is submodular without travel costs, so the greedy tour
    reaches at least 63 % of the optimum.

    Args:
        tour_map: potential return migrants and distances.
        allowed: indices of towns that may be visited.
        count: number of towns.
        assumptions: catchment, cost per kilometre, value of a return migrant.

    Returns:
        Indices in order of choice.

    Source: Nemhauser, Wolsey & Fisher (1978), Mathematical Programming 14.
    """
    mean = tour_map.potential.mean(axis=0)
    near = _catchment_share(tour_map.distances[allowed], assumptions.catchment_km.value)
    per_km = assumptions.travel_cost_per_km.value * assumptions.road_detour.value / assumptions.worth_of_returner.value
    best = np.zeros_like(mean)
    chosen: list[int] = []
    route: list[int] = []
    for _ in range(min(count, len(allowed))):
        added = np.maximum(near - best[None], 0.0) @ mean - per_km * _added_kilometres(tour_map, route, allowed).min(
            axis=0
        )
        pick = int(np.where(np.isin(allowed, chosen), -np.inf, added).argmax())
        chosen.append(allowed[pick])
        route.insert(int(_added_kilometres(tour_map, route, [allowed[pick]])[:, 0].argmin()), allowed[pick])
        best = np.maximum(best, near[pick])
    return chosen


def round_trip_lengths(tour_map: TourMap, towns: list[int]) -> list[float]:
    """Straight-line kilometres of the round trip through the first one, two, ... towns.

    Each town is inserted where it adds least to the route, so the length never decreases.
    """
    route: list[int] = []
    lengths = [0.0]
    for town in towns:
        added = _added_kilometres(tour_map, route, [town])[:, 0]
        lengths.append(lengths[-1] + float(added.min()))
        route.insert(int(added.argmin()), town)
    return lengths[1:]


def _added_kilometres(tour_map: TourMap, route: list[int], towns: list[int]) -> Array:
    """Kilometres that a town adds to a round trip if inserted in each leg: (leg, town)."""
    home = tour_map.start_distances[towns]
    if not route:
        return np.asarray(2 * home[None])
    there = np.vstack([home, tour_map.distances[np.ix_(route, towns)], home])
    stops = np.array(
        [
            tour_map.start_distances[route[0]],
            *tour_map.distances[route[:-1], route[1:]],
            tour_map.start_distances[route[-1]],
        ]
    )
    return np.asarray(there[:-1] + there[1:] - stops[:, None])


def _catchment_share(kilometres: Array, radius: Array | float) -> Array:
    """Share of out-migrants reached at a distance, relative to those in the visited town: exp(-kilometres / radius).

    Zero for a municipality of unknown location.
    """
    return np.nan_to_num(np.exp(-kilometres / radius))


def has_campaign(assumptions: ReturnCampaignAssumptions) -> bool:
    """Whether the assumptions include a campaign, i.e. one of positive duration."""
    return assumptions.years.high > 0


def campaign_returners(
    out_migrants: Array, assumptions: ReturnCampaignAssumptions, draws: Draws, years: range
) -> Array:
    """Return migrants of a campaign.

    won[t] = out-migrants x reach x response x share able to move, in the years of the campaign. They arrive with a
    delay: a share 1 / (1 + delay) of the persons not yet arrived arrives each year.

    Args:
        out_migrants: (draw, place), out-migrants of 25-50 by place of origin.
        assumptions: the campaign.
        draws: block of draws.
        years: forecast years.

    Returns:
        (year, draw, place), persons without their families.
    """
    won = draws.sample(assumptions.reach) * draws.sample(assumptions.response) * share_able_to_move(assumptions, draws)
    yearly = out_migrants * won[:, None]
    start, length = draws.sample(assumptions.start), np.maximum(draws.sample(assumptions.years), 0.0)
    arrival_share = 1 / (1 + np.maximum(draws.sample(assumptions.delay), 0.0))[:, None]
    pending = np.zeros_like(yearly)
    result = np.empty((len(years), *yearly.shape))
    for index, year in enumerate(years):
        active = np.clip(np.minimum(start + length, year + 1) - np.maximum(start, year), 0.0, 1.0)
        pending = pending + yearly * active[:, None]
        result[index] = pending * arrival_share
        pending = pending - result[index]
    return result


def add_families(returning: Array, assumptions: ReturnCampaignAssumptions, draws: Draws) -> Array:
    """Return migrants with their families; the same shape as `returning`, draws on the second axis."""
    return np.asarray(returning * (1 + draws.sample(assumptions.family_per_returner))[None, :, None])


def yearly_cost(out_migrants: Array, assumptions: ReturnCampaignAssumptions, draws: Draws) -> Array:
    """Yearly cost of a campaign, office and contacts: (draw,), euros.

    Args:
        out_migrants: (draw, place), out-migrants of 25-50.
        assumptions: the campaign.
        draws: the same block.
    """
    reached = out_migrants.sum(axis=1) * draws.sample(assumptions.reach)
    return np.asarray(draws.sample(assumptions.office_cost) + reached * draws.sample(assumptions.cost_per_reached))
