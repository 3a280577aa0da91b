"""Generational change in firms: how many owners retire in ten years, and how many of them find nobody to go on."""

from dataclasses import dataclass

import numpy as np

from amoanalysis.assumptions import FirmsAssumptions
from amoanalysis.models.draws import Array, Draws

FARMING, OTHER = "A", "other"


@dataclass(frozen=True)
class Owners:
    """Owners of firms by industry.

    Attributes:
        owners: (draw, industry), all of them.
        retiring: (draw, industry), those who pass the usual age within ten years.
        without: (draw, industry), of these, who have no successor.
        jobs: (draw, industry), jobs in the firms of the latter, their own included.
    """

    owners: Array
    retiring: Array
    without: Array
    jobs: Array


def owners_retiring(
    jobs: Array, share_55_64: Array, industries: list[str], assumptions: FirmsAssumptions, draws: Draws
) -> Owners:
    """Owners who retire within ten years.

    owners = jobs x owners per job; retiring = owners x share of 55-64 among the industry's employed x how much older
    owners are; without = retiring x share without a successor.

    Args:
        jobs: (industry,), jobs of a place.
        share_55_64: (industry,), share of 55-64 among the employed, Finland.
        industries: TOL 2008 sections.
        assumptions: the shares.
        draws: block of draws.

    Returns:
        The owners; none of the parts is larger than what it is a part of.
    """
    farming = draws.sample(assumptions.owners_per_job[FARMING])[:, None]
    other = draws.sample(assumptions.owners_per_job[OTHER])[:, None]
    owners = jobs[None] * np.where(np.array(industries)[None] == FARMING, farming, other)
    older = draws.sample(assumptions.older_than_staff)[:, None]
    retiring = owners * np.minimum(share_55_64[None] * older, 1.0)
    without = retiring * draws.sample(assumptions.without_successor)[:, None]
    return Owners(owners, retiring, without, without * draws.sample(assumptions.jobs_per_owner)[:, None])
