"""Indirect and induced jobs of a project by place and section."""

from dataclasses import dataclass

import numpy as np

from amoanalysis.errors import ShapeError, UserError
from amoanalysis.models.projects.location_quotients import Method
from amoanalysis.models.projects.multipliers import (
    InputOutputAccount,
    jobs_per_job,
    regional_table,
)
from amoanalysis.models.statistics.draws import Array


@dataclass(frozen=True)
class SiteEffects:
    """Jobs per direct job of one industry at one site, tabulated over delta.

    Attributes:
        delta: (delta,), ascending.
        indirect: (delta, place, section), at suppliers, per purchasing job (own employee).
        induced_by_suppliers: (delta, place, section), from the wages of suppliers, per purchasing job.
        induced_by_wages: (delta, residence, place, section), from the wages of a direct job, by the worker's place of
            residence.
    """

    delta: Array
    indirect: Array
    induced_by_suppliers: Array
    induced_by_wages: Array


def site_effects(
    account: InputOutputAccount,
    jobs: Array,
    outside: Array,
    site: int,
    industry: str,
    project_jobs: float,
    delta: Array,
    method: Method = "flq",
) -> SiteEffects:
    """Indirect and induced jobs of one direct job at a site, by place and section, over a grid of delta.

    The location quotients include the project, which adds `project_jobs` to its industry at the site. The municipality
    of the site supplies what its own quotients allow; the rest of the region's supply is divided over the other places
    by their jobs in the section.

    Args:
        account: table of the reference area.
        jobs: (place, section), jobs of the region's places without the project.
        outside: (section,), jobs of the reference area outside the region.
        site: index of the place of the project.
        industry: code of the industry of the direct jobs.
        project_jobs: direct jobs at full size.
        delta: (delta,), ascending.
        method: location quotient.

    Returns:
        Jobs per direct job.

    Raises:
        UserError: if delta is not ascending, or neither project nor place has a job in the industry.
    """
    if delta.size == 0 or (np.diff(delta) <= 0).any():
        raise UserError("The values of delta are not ascending: give them from low to high, each once.")
    row = account.index(industry)
    with_project = jobs.copy()
    with_project[site] += project_jobs * account.sections[row]
    if not (with_project[site] @ account.covers[row]) > 0:
        raise UserError(f"Neither the project nor its place has a job in industry {industry}: give project_jobs.")
    reference = with_project.sum(axis=0) + outside
    # By place for each place alone, (place, delta, section), and for the region, (delta, section).
    own = jobs_per_job(account, regional_table(account, with_project, reference, method, delta), industry)
    whole = regional_table(account, with_project.sum(axis=0), reference, method, delta)
    region = jobs_per_job(account, whole, industry)
    return SiteEffects(
        delta=delta,
        indirect=_spread_over_places(own.indirect, region.indirect, jobs)[:, site],
        induced_by_suppliers=_spread_over_places(own.induced_by_suppliers, region.induced_by_suppliers, jobs)[:, site],
        induced_by_wages=_spread_over_places(own.induced_by_wages, region.induced_by_wages, jobs),
    )


@dataclass(frozen=True)
class DrawnEffects:
    """Jobs per direct job in each draw.

    Attributes:
        indirect: (draw, place, section), per job that buys.
        induced_by_suppliers: (draw, place, section), per job that buys.
        induced_by_wages: (draw, place, section), mean over all direct jobs, workers from outside the region included.
    """

    indirect: Array
    induced_by_suppliers: Array
    induced_by_wages: Array


def draw_effects(effects: SiteEffects, delta: Array, residence: Array, spending: Array | None = None) -> DrawnEffects:
    """Interpolates the tabulated effects at drawn values of delta and drawn places of residence.

    Args:
        effects: tabulated over delta.
        delta: (draw,); limited to the range of the table.
        residence: (draw, place), share of the direct workers who live and spend in each place; the remainder to 1 flies
            in or lives elsewhere and spends nothing in the region.
        spending: (draw,), consumption paid from wages relative to that of the account, if it is drawn; rounds after the
            first are assumed proportional, with an error below 2 % between 0.7 and 1.3.

    Returns:
        The effects of each draw.

    Raises:
        ShapeError: if the shares of residence are negative or exceed 1 in a draw.
    """
    if (residence < -1e-12).any() or (residence.sum(axis=1) > 1 + 1e-9).any():
        raise ShapeError("The shares of workers' residence are negative or sum to more than 1 in a draw.")
    weight = _interpolation_weights(effects.delta, delta)
    scaled = weight if spending is None else weight * spending[:, None]
    by_wages = np.zeros((len(delta), *effects.indirect.shape[1:]))
    for index in range(len(effects.delta)):
        by_wages += np.tensordot(scaled[:, [index]] * residence, effects.induced_by_wages[index], axes=1)
    return DrawnEffects(
        indirect=np.tensordot(weight, effects.indirect, axes=1),
        induced_by_suppliers=np.tensordot(scaled, effects.induced_by_suppliers, axes=1),
        induced_by_wages=by_wages,
    )


def indirect_and_induced_jobs(
    effects: DrawnEffects, direct: Array, purchasing: Array, already_counted: Array | None = None
) -> tuple[Array, Array]:
    """Indirect and induced jobs of a project by year, place and section, without the direct jobs.

    indirect = purchasing jobs x indirect per job;   induced = direct jobs x by wages + purchasing jobs x by suppliers

    Contractors at the site earn and spend wages, but purchases depend on the project's own employees. Contractors
    from the region are suppliers already counted as direct jobs and are subtracted from the indirect jobs.

    Args:
        effects: jobs per direct job in each draw.
        direct: (year, draw), all direct jobs.
        purchasing: (year, draw), own employees; all direct jobs if there are no contractors.
        already_counted: (year, draw), direct jobs of suppliers in the region.

    Returns:
        indirect and induced, each (year, draw, place, section), jobs.
    """
    supplying = purchasing
    if already_counted is not None:
        total = purchasing * effects.indirect.sum(axis=(1, 2))
        remaining = np.maximum(total - already_counted, 0.0)
        supplying = purchasing * np.divide(remaining, total, out=np.zeros_like(total), where=total > 0)
    indirect = supplying[:, :, None, None] * effects.indirect
    induced = direct[:, :, None, None] * effects.induced_by_wages
    return indirect, induced + supplying[:, :, None, None] * effects.induced_by_suppliers


def _spread_over_places(own: Array, region: Array, jobs: Array) -> Array:
    """Divides the region's jobs per job over its places: (delta, first place, place, section).

    Args:
        own: (first place, delta, section), supply of each place alone.
        region: (delta, section), supply of the whole region, which limits that of a place.
        jobs: (place, section), by which the remainder is divided.
    """
    first = np.minimum(np.swapaxes(own, 0, 1), region[:, None])
    same = np.eye(len(jobs))[:, :, None]
    others = (1 - same) * jobs[None]
    total = others.sum(axis=1, keepdims=True)
    share = np.where(total > 0, np.divide(others, total, out=np.zeros_like(others), where=total > 0), same)
    return first[:, :, None] * same + (region[:, None] - first)[:, :, None] * share


def _interpolation_weights(grid: Array, values: Array) -> Array:
    """Weights for linear interpolation between the points of a grid: (value, point), each row sums to 1."""
    return np.stack([np.interp(values, grid, unit) for unit in np.eye(len(grid))], axis=1)
