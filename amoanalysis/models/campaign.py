"""A return campaign: leavers reached, who of them come back, when, with whom, and at what cost."""

import numpy as np

from amoanalysis.assumptions import ReturnCampaignAssumptions
from amoanalysis.models.draws import Array, Draws
from amoanalysis.models.tour import couples_who_come


def runs(assumptions: ReturnCampaignAssumptions) -> bool:
    """Whether there is a campaign at all: it lasts longer than no time."""
    return assumptions.years.high > 0


def returners(wanted: Array, assumptions: ReturnCampaignAssumptions, draws: Draws, years: range) -> Array:
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
    won = draws.sample(assumptions.reach) * draws.sample(assumptions.response) * couples_who_come(assumptions, draws)
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


def with_families(returning: Array, assumptions: ReturnCampaignAssumptions, draws: Draws) -> Array:
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
