"""Ghosh allocation and multi-regional footprints, for the published two-region system of test case 11."""

from dataclasses import dataclass

import numpy as np

from amoanalysis.models.projects.multipliers import coefficients

Array = np.ndarray


def allocation(flows: Array, output: Array) -> Array:
    """Sales of each industry per unit of its output: B[i, j] = flows[i, j] / output[i].

    `leontief_inverse(allocation(...))` is the Ghosh inverse G.

    Args:
        flows: (industry, industry).
        output: (industry,).

    Returns:
        (industry, industry).

    Source: Miller & Blair (2009), section 12.1.
    """
    return coefficients(flows.T, output).T


def downstream_multipliers(intensity: Array, ghosh_inverse: Array) -> Array:
    """Account of the direct and indirect buyers of an industry per unit of its output: S (G - I)'.

    Args:
        intensity: (account, industry), S.
        ghosh_inverse: (industry, industry), G.

    Returns:
        (account, industry), without the industry's own account.
    """
    return intensity @ (ghosh_inverse - np.eye(ghosh_inverse.shape[-1])).T


@dataclass(frozen=True)
class Footprints:
    """Production-based and consumption-based accounts of several regions.

    Attributes:
        production: (account, region x industry), by region and industry of production.
        consumption: (account, region x industry), embodied in a region's final demand for each product.
        imports: (account, region x industry), the part of `consumption` produced in other regions.
        exports: (account, region x industry), the part of `production` consumed in other regions.
    """

    production: Array
    consumption: Array
    imports: Array
    exports: Array


def footprints(intensity: Array, inverse: Array, final_demand: Array) -> Footprints:
    """Jobs (or another account) embodied in the final demand of each region.

    x[n, r, k] = sum over origins o of L[n, (o, k)] y[(o, k), r]: output of n for the final demand of r for product k.

    Args:
        intensity: (account, region x industry), S.
        inverse: (region x industry, region x industry), L.
        final_demand: (region x industry, region), all uses of a region together.

    Returns:
        The account by production and by consumption; both have the same total.

    Source: Miller & Blair (2009), chapter 3; Stadler (2021), Pymrio.
    """
    size, regions = final_demand.shape
    origin = (size, regions, size // regions)
    needed = np.einsum("nok,okr->nrk", inverse.reshape(origin), final_demand.reshape(*origin[1:], regions))
    abroad = np.repeat(~np.eye(regions, dtype=bool), size // regions, axis=0)[:, :, None] * needed
    return Footprints(
        production=intensity * needed.sum(axis=(1, 2)),
        consumption=intensity @ needed.reshape(size, size),
        imports=intensity @ abroad.reshape(size, size),
        exports=intensity * abroad.sum(axis=(1, 2)),
    )
