"""A recruitment tour: which towns to visit, in which order, for how many returners and at what cost."""

from dataclasses import dataclass

import numpy as np

from amoanalysis.config.assumptions import ReturnCampaignAssumptions
from amoanalysis.models.statistics.draws import Array, Draws


@dataclass(frozen=True)
class Tour:
    """Towns in the order in which they were chosen.

    Attributes:
        towns: indices of the towns.
        kilometres: length of the round trip through all of them, by road.
        returners: (draw, n), expected returners when the first n + 1 towns are visited.
        cost: (draw, n), euros.
    """

    towns: tuple[int, ...]
    kilometres: tuple[float, ...]
    returners: Array
    cost: Array


@dataclass(frozen=True)
class TourMap:
    """What a tour is chosen on.

    Attributes:
        potential: (draw, where), returners expected if all leavers of a municipality lived in a visited town.
        distances: (where, where), kilometres between municipalities as the crow flies.
        start_distances: (where,), kilometres from where the tour starts.
    """

    potential: Array
    distances: Array
    start_distances: Array


def potential_returners(wanted: Array, relative: Array, assumptions: ReturnCampaignAssumptions, draws: Draws) -> Array:
    """Returners that a visit would win if everyone lived in the town: leavers x reached x response x relative rate.

    Args:
        wanted: (draw, where), leavers of 25-50.
        relative: (draw, where), return rate against the mean.
        assumptions: reach and response, spouse's job.
        draws: the same block.

    Returns:
        (draw, where), persons.
    """
    won = draws.sample(assumptions.reach) * draws.sample(assumptions.response) * share_able_to_move(assumptions, draws)
    return np.asarray(wanted * relative * won[:, None])


def share_able_to_move(assumptions: ReturnCampaignAssumptions, draws: Draws) -> Array:
    """Share of the willing who come: singles, and couples where the other too finds work; (draw,)."""
    coupled, found = draws.sample(assumptions.coupled), draws.sample(assumptions.spouse_work)
    return np.asarray(1 - coupled * (1 - found))


def returners_per_visit(
    ground: TourMap, towns: list[int], assumptions: ReturnCampaignAssumptions, draws: Draws
) -> Array:
    """Returners expected of a single visit to each town, its surroundings included: (draw, town)."""
    near = _catchment_share(ground.distances[towns][None], draws.sample(assumptions.catchment_km)[:, None, None])
    return np.asarray(np.einsum("dw,dtw->dt", ground.potential, near))


def evaluate_tour(ground: TourMap, towns: list[int], assumptions: ReturnCampaignAssumptions, draws: Draws) -> Tour:
    """A tour of given towns: returners and cost of its first one, two ... towns.

    A leaver is won at the nearest visited town: reach[w] = max over towns of exp(-kilometres / catchment).

    Args:
        ground: where the leavers live.
        towns: indices, in order of choice.
        assumptions: catchment, costs.
        draws: the same block as the potential.
    """
    radius = draws.sample(assumptions.catchment_km)[:, None]
    best = np.zeros_like(ground.potential)
    returners = np.empty((draws.count, len(towns)))
    lengths = [assumptions.road_detour.value * length for length in round_trip_lengths(ground, towns)]
    for n, town in enumerate(towns):
        np.maximum(best, _catchment_share(ground.distances[town][None], radius), out=best)
        returners[:, n] = (ground.potential * best).sum(axis=1)
    visit, fixed = draws.sample(assumptions.visit_cost)[:, None], draws.sample(assumptions.tour_cost)[:, None]
    travel = draws.sample(assumptions.travel_cost_per_km)[:, None] * np.array(lengths)[None]
    cost = fixed + visit * np.arange(1, len(towns) + 1)[None] + travel
    return Tour(tuple(towns), tuple(lengths), returners, np.asarray(cost))


def choose_towns(ground: TourMap, allowed: list[int], count: int, assumptions: ReturnCampaignAssumptions) -> list[int]:
    """Chooses towns one by one: each time the one that adds most returners, less the cost of getting there.

    added[t] = sum_w mean potential[w] max(0, near[t, w] - best[w]) - cost per km x added km / worth of a returner, at
    the medians of the assumptions. Returners of growing tours are submodular, so the greedy tour of n towns wins at
    least 63 % of what the best one could.

    Args:
        ground: where the leavers live.
        allowed: indices of towns that may be visited.
        count: how many to choose.
        assumptions: catchment, cost per kilometre, worth of a returner.

    Returns:
        Indices in order of choice.

    Source: Nemhauser, Wolsey & Fisher (1978), Mathematical Programming 14.
    """
    mean = ground.potential.mean(axis=0)
    near = _catchment_share(ground.distances[allowed], assumptions.catchment_km.value)
    per_km = assumptions.travel_cost_per_km.value * assumptions.road_detour.value / assumptions.worth_of_returner.value
    best = np.zeros_like(mean)
    chosen: list[int] = []
    route: list[int] = []
    for _ in range(min(count, len(allowed))):
        added = np.maximum(near - best[None], 0.0) @ mean - per_km * _added_kilometres(ground, route, allowed).min(
            axis=0
        )
        pick = int(np.where(np.isin(allowed, chosen), -np.inf, added).argmax())
        chosen.append(allowed[pick])
        route.insert(int(_added_kilometres(ground, route, [allowed[pick]])[:, 0].argmin()), allowed[pick])
        best = np.maximum(best, near[pick])
    return chosen


def round_trip_lengths(ground: TourMap, towns: list[int]) -> list[float]:
    """Kilometres, as the crow flies, of the round trip through the first one, two ... towns.

    Each town is put into the way where it lengthens it least, so that no trip gets shorter by a town.
    """
    route: list[int] = []
    lengths = [0.0]
    for town in towns:
        added = _added_kilometres(ground, route, [town])[:, 0]
        lengths.append(lengths[-1] + float(added.min()))
        route.insert(int(added.argmin()), town)
    return lengths[1:]


def _added_kilometres(ground: TourMap, route: list[int], towns: list[int]) -> Array:
    """Kilometres that a town adds to a round trip at each leg of it: (leg, town)."""
    home = ground.start_distances[towns]
    if not route:
        return np.asarray(2 * home[None])
    there = np.vstack([home, ground.distances[np.ix_(route, towns)], home])
    stops = np.array(
        [ground.start_distances[route[0]], *ground.distances[route[:-1], route[1:]], ground.start_distances[route[-1]]]
    )
    return np.asarray(there[:-1] + there[1:] - stops[:, None])


def _catchment_share(kilometres: Array, radius: Array | float) -> Array:
    """Share of the leavers at a distance that a visit reaches, of those whom it would reach in the town itself.

    A municipality that lies nobody knows where is not reached.
    """
    return np.nan_to_num(np.exp(-kilometres / radius))


def has_campaign(assumptions: ReturnCampaignAssumptions) -> bool:
    """Whether there is a campaign at all: it lasts longer than no time."""
    return assumptions.years.high > 0


def campaign_returners(wanted: Array, assumptions: ReturnCampaignAssumptions, draws: Draws, years: range) -> Array:
    """Leavers who return because of the campaign.

    won[t] = leavers x reach x response x share of couples who come, in the years of the campaign; each year's winners
    arrive with a delay: share 1 / (1 + delay) of those still to come arrive in a year.

    Args:
        wanted: (draw, place), leavers of 25-50 by the place they left.
        assumptions: the campaign.
        draws: block of draws.
        years: forecast years.

    Returns:
        (year, draw, place), persons without their families.
    """
    won = draws.sample(assumptions.reach) * draws.sample(assumptions.response) * share_able_to_move(assumptions, draws)
    yearly = wanted * won[:, None]
    start, length = draws.sample(assumptions.start), np.maximum(draws.sample(assumptions.years), 0.0)
    arrives = 1 / (1 + np.maximum(draws.sample(assumptions.delay), 0.0))[:, None]
    coming = np.zeros_like(yearly)
    result = np.empty((len(years), *yearly.shape))
    for index, year in enumerate(years):
        active = np.clip(np.minimum(start + length, year + 1) - np.maximum(start, year), 0.0, 1.0)
        coming = coming + yearly * active[:, None]
        result[index] = coming * arrives
        coming = coming - result[index]
    return result


def add_families(returning: Array, assumptions: ReturnCampaignAssumptions, draws: Draws) -> Array:
    """Returners and those who come with them; the shape of `returning`, whose draws are the second axis."""
    return np.asarray(returning * (1 + draws.sample(assumptions.family_per_returner))[None, :, None])


def yearly_cost(wanted: Array, assumptions: ReturnCampaignAssumptions, draws: Draws) -> Array:
    """Cost of a year of campaign: office, and every leaver who is reached: (draw,), euros.

    Args:
        wanted: (draw, place), leavers of 25-50.
        assumptions: the campaign.
        draws: the same block.
    """
    reached = wanted.sum(axis=1) * draws.sample(assumptions.reach)
    return np.asarray(draws.sample(assumptions.office_cost) + reached * draws.sample(assumptions.cost_per_reached))
