"""Jobs that a project sets in motion at its suppliers, by place."""

import numpy as np

from amoanalysis.assumptions import MultiplierAssumptions
from amoanalysis.models.draws import Array, Draws


def indirect_jobs(
    construction: Array, operation: Array, site: int, base_jobs: Array, assumptions: MultiplierAssumptions, draws: Draws
) -> Array:
    """Jobs at suppliers and where wages are spent, within the region; the direct jobs are left out.

    A stated share stays in the municipality of the site, the rest goes to the others by their number of jobs.

    Args:
        construction: (year, draw), direct jobs while building.
        operation: (year, draw), direct jobs in operation.
        site: index of the place of the project.
        base_jobs: (place,), jobs in the jump-off year.
        assumptions: indirect jobs per direct job, share in the place.
        draws: block of draws.

    Returns:
        (year, draw, place), jobs.
    """
    total = construction * draws.sample(assumptions.indirect_jobs_per_construction_job)
    total = total + operation * draws.sample(assumptions.indirect_jobs_per_operating_job)
    stays = draws.sample(assumptions.share_in_place)
    elsewhere = np.where(np.arange(base_jobs.shape[0]) == site, 0.0, base_jobs)
    if elsewhere.sum() == 0:
        elsewhere[site], stays = 1.0, np.ones_like(stays)
    spread = (1 - stays)[:, None] * (elsewhere / elsewhere.sum())[None]
    spread[:, site] += stays
    return total[:, :, None] * spread[None]
