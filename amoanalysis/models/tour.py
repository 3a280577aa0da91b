"""A recruitment tour: which towns to visit, in which order, for how many returners and at what cost."""

from dataclasses import dataclass

import numpy as np

from amoanalysis.assumptions import ReturnCampaignAssumptions
from amoanalysis.models.draws import Array, Draws


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
class Ground:
    """What a tour is chosen on.

    Attributes:
        potential: (draw, where), returners expected if all leavers of a municipality lived in a visited town.
        apart: (where, where), kilometres between municipalities as the crow flies.
        home: (where,), kilometres from where the tour starts.
    """

    potential: Array
    apart: Array
    home: Array


def potential_returners(
    wanted: Array, relative: Array, assumptions: ReturnCampaignAssumptions, draws: Draws
) -> Array:
    """Returners that a visit would win if everyone lived in the town: leavers x reached x response x relative rate.

    Args:
        wanted: (draw, where), leavers of 25-50.
        relative: (draw, where), return rate against the mean.
        assumptions: reach and response, spouse's job.
        draws: the same block.

    Returns:
        (draw, where), persons.
    """
    won = draws.sample(assumptions.reach) * draws.sample(assumptions.response) * couples_who_come(assumptions, draws)
    return np.asarray(wanted * relative * won[:, None])


def couples_who_come(assumptions: ReturnCampaignAssumptions, draws: Draws) -> Array:
    """Share of the willing who come: singles, and couples where the other too finds work; (draw,)."""
    coupled, found = draws.sample(assumptions.coupled), draws.sample(assumptions.spouse_work)
    return np.asarray(1 - coupled * (1 - found))


def visits(ground: Ground, towns: list[int], assumptions: ReturnCampaignAssumptions, draws: Draws) -> Array:
    """Returners expected of a single visit to each town, its surroundings included: (draw, town)."""
    near = _near(ground.apart[towns][None], draws.sample(assumptions.catchment_km)[:, None, None])
    return np.asarray(np.einsum("dw,dtw->dt", ground.potential, near))


def tour_of(ground: Ground, towns: list[int], assumptions: ReturnCampaignAssumptions, draws: Draws) -> Tour:
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
    lengths = [round_trip(ground, towns[: n + 1]) * assumptions.road_detour.value for n in range(len(towns))]
    for n, town in enumerate(towns):
        np.maximum(best, _near(ground.apart[town][None], radius), out=best)
        returners[:, n] = (ground.potential * best).sum(axis=1)
    visit, fixed = draws.sample(assumptions.visit_cost)[:, None], draws.sample(assumptions.tour_cost)[:, None]
    travel = draws.sample(assumptions.travel_cost_per_km)[:, None] * np.array(lengths)[None]
    cost = fixed + visit * np.arange(1, len(towns) + 1)[None] + travel
    return Tour(tuple(towns), tuple(lengths), returners, np.asarray(cost))


def greedy_towns(
    ground: Ground, allowed: list[int], count: int, assumptions: ReturnCampaignAssumptions
) -> list[int]:
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
    near = _near(ground.apart[allowed], assumptions.catchment_km.value)
    per_km = assumptions.travel_cost_per_km.value * assumptions.road_detour.value / assumptions.worth_of_returner.value
    best = np.zeros_like(mean)
    chosen: list[int] = []
    for _ in range(min(count, len(allowed))):
        so_far = round_trip(ground, chosen)
        added = np.maximum(near - best[None], 0.0) @ mean
        more = np.array([np.inf if t in chosen else round_trip(ground, [*chosen, t]) - so_far for t in allowed])
        pick = int(np.argmax(added - per_km * more))
        chosen.append(allowed[pick])
        best = np.maximum(best, near[pick])
    return chosen


def round_trip(ground: Ground, towns: list[int]) -> float:
    """Kilometres of a round trip from home through the towns, each put in where it lengthens the way least."""
    route: list[int] = []
    for town in sorted(towns, key=lambda t: -ground.home[t]):
        ends = [None, *route, None]
        lengths = [
            _leg(ground, before, town) + _leg(ground, town, after) - _leg(ground, before, after)
            for before, after in zip(ends[:-1], ends[1:], strict=True)
        ]
        route.insert(int(np.argmin(lengths)), town)
    stops = [None, *route, None]
    return float(sum(_leg(ground, a, b) for a, b in zip(stops[:-1], stops[1:], strict=True)))


def _leg(ground: Ground, one: int | None, other: int | None) -> float:
    if one is None or other is None:
        town = one if other is None else other
        return 0.0 if town is None else float(ground.home[town])
    return float(ground.apart[one, other])


def _near(kilometres: Array, radius: Array | float) -> Array:
    """Share of the leavers at a distance that a visit reaches, of those whom it would reach in the town itself.

    A municipality that lies nobody knows where is not reached.
    """
    return np.nan_to_num(np.exp(-kilometres / radius))
