"""Where the jobs that a project sets in motion arise: by place and section, indirect and induced apart."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.errors import ShapeError, UserError
from amoanalysis.models.projects.location_quotients import Method
from amoanalysis.models.projects.multipliers import (
    InputOutputAccount,
    JobsPerJob,
    RegionalTable,
    jobs_per_job,
    regional_table,
)
from amoanalysis.models.statistics.draws import Array


@dataclass(frozen=True)
class SiteEffects:
    """Jobs per direct job of one industry at one site, tabulated over delta.

    Attributes:
        delta: (delta,), ascending.
        indirect: (delta, place, section), at suppliers, per job that buys as the industry does.
        induced_by_suppliers: (delta, place, section), where the suppliers' wages are spent, per job that buys.
        induced_by_wages: (delta, home, place, section), where the wages of a direct job are spent whose worker lives
            in `home`.
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
    """What one direct job at a site sets in motion, by place and section, over a grid of delta.

    The quotients are those of the places with the project in them: it adds `project_jobs` to its industry at the site.
    The municipality comes first with what its own quotients let it supply; what the region as a whole can supply
    beyond that goes to the other places by their jobs in the section.

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
    own, region = _effects(account, jobs, outside, site, industry, project_jobs, delta, method)
    return SiteEffects(
        delta=delta,
        indirect=_spread_over_places(own.indirect, region.indirect, jobs)[:, site],
        induced_by_suppliers=_spread_over_places(own.induced_by_suppliers, region.induced_by_suppliers, jobs)[:, site],
        induced_by_wages=_spread_over_places(own.induced_by_wages, region.induced_by_wages, jobs),
    )


def effects_by_area(
    account: InputOutputAccount,
    jobs: Array,
    outside: Array,
    site: int,
    industry: str,
    project_jobs: float,
    delta: Array,
    method: Method = "flq",
) -> pd.DataFrame:
    """Jobs per direct job in the municipality of the site, in the region and in the whole area of the table.

    The arguments are those of `site_effects`. The areas lie within each other: do not add them. All direct workers
    are taken to live in the area; a share that does not scales `induced_by_wages`.

    Returns:
        area (site, region, reference), delta, indirect, induced_by_suppliers, induced_by_wages.
    """
    own, region = _effects(account, jobs, outside, site, industry, project_jobs, delta, method)
    whole = jobs_per_job(account, RegionalTable(account.requirements, account.spending), industry)
    names = ("indirect", "induced_by_suppliers", "induced_by_wages")
    frames = []
    for area, found in (("site", own), ("region", region), ("reference", whole)):
        sums = {name: getattr(found, name).sum(axis=-1) for name in names}
        at_site = {name: value[site] if area == "site" else value for name, value in sums.items()}
        frames.append(pd.DataFrame({"area": area, "delta": delta, **at_site}))
    return pd.concat(frames, ignore_index=True)


def jobs_by_area(areas: pd.DataFrame, direct: float, buying: float, resident: float) -> pd.DataFrame:
    """Direct, indirect and induced jobs of a project by area, to stand beside what other studies found.

    Args:
        areas: jobs per direct job of one industry (see `effects_by_area`).
        direct: all direct jobs, contractors included.
        buying: those of them that buy as the industry does.
        resident: share of the direct workers who live in the area, 0 to 1.

    Returns:
        area, delta, direct, indirect, induced, total, jobs; all direct jobs are counted at the site whoever fills them.
    """
    indirect = buying * areas["indirect"]
    induced = buying * areas["induced_by_suppliers"] + direct * resident * areas["induced_by_wages"]
    found = areas[["area", "delta"]].assign(direct=direct, indirect=indirect, induced=induced)
    return found.assign(total=direct + indirect + induced)


@dataclass(frozen=True)
class DrawnEffects:
    """Jobs per direct job in each draw.

    Attributes:
        indirect: (draw, place, section), per job that buys.
        induced_by_suppliers: (draw, place, section), per job that buys.
        induced_by_wages: (draw, place, section), per direct job, all whose homes lie outside the region included.
    """

    indirect: Array
    induced_by_suppliers: Array
    induced_by_wages: Array


def draw_effects(effects: SiteEffects, delta: Array, homes: Array, spending: Array | None = None) -> DrawnEffects:
    """Interpolates the tabulated effects at drawn values of delta, for workers who live where they are drawn to.

    Args:
        effects: tabulated over delta.
        delta: (draw,); held at the ends of the table.
        homes: (draw, place), share of the direct workers who live and spend in each place; the rest of 1 flies in or
            lives elsewhere and spends nothing here.
        spending: (draw,), consumption paid from wages relative to that of the table account, where it is drawn; the
            rounds after the first are taken to change in proportion, which errs by less than 2 % between 0.7 and 1.3.

    Returns:
        The effects of each draw.

    Raises:
        ShapeError: if the shares of homes are negative or exceed 1 in a draw.
    """
    if (homes < -1e-12).any() or (homes.sum(axis=1) > 1 + 1e-9).any():
        raise ShapeError("The shares of where workers live are negative or sum to more than 1 in a draw.")
    weight = _interpolation_weights(effects.delta, delta)
    spent = weight if spending is None else weight * spending[:, None]
    by_wages = np.zeros((len(delta), *effects.indirect.shape[1:]))
    for index in range(len(effects.delta)):
        by_wages += np.tensordot(spent[:, [index]] * homes, effects.induced_by_wages[index], axes=1)
    return DrawnEffects(
        indirect=np.tensordot(weight, effects.indirect, axes=1),
        induced_by_suppliers=np.tensordot(spent, effects.induced_by_suppliers, axes=1),
        induced_by_wages=by_wages,
    )


def indirect_and_induced_jobs(
    effects: DrawnEffects, direct: Array, buying: Array, already_counted: Array | None = None
) -> tuple[Array, Array]:
    """Indirect and induced jobs of a project by year, place and section; the direct jobs are left out.

    indirect = buying jobs x per job;   induced = direct jobs x by wages + buying jobs x by suppliers

    Contractors on the site earn and spend, but it is the mine that buys, so `buying` is its own staff. Contractors
    from the region are suppliers that the direct jobs count already: they are taken off the indirect jobs.

    Args:
        effects: jobs per direct job in each draw.
        direct: (year, draw), all direct jobs.
        buying: (year, draw), those of them that buy as the industry does; the direct jobs where nobody is contracted.
        already_counted: (year, draw), direct jobs that are those of suppliers within the region.

    Returns:
        indirect and induced, each (year, draw, place, section), jobs.
    """
    supplying = buying
    if already_counted is not None:
        found = buying * effects.indirect.sum(axis=(1, 2))
        left = np.maximum(found - already_counted, 0.0)
        supplying = buying * np.divide(left, found, out=np.zeros_like(found), where=found > 0)
    indirect = supplying[:, :, None, None] * effects.indirect
    induced = direct[:, :, None, None] * effects.induced_by_wages
    return indirect, induced + supplying[:, :, None, None] * effects.induced_by_suppliers


def _effects(
    account: InputOutputAccount,
    jobs: Array,
    outside: Array,
    site: int,
    industry: str,
    project_jobs: float,
    delta: Array,
    method: Method,
) -> tuple[JobsPerJob, JobsPerJob]:
    """Effects in each place by itself, (place, delta, section), and in the region, (delta, section)."""
    row = account.index(industry)
    with_project = jobs.copy()
    with_project[site] += project_jobs * account.sections[row]
    if not (with_project[site] @ account.covers[row]) > 0:
        raise UserError(f"Neither the project nor its place has a job in industry {industry}: give project_jobs.")
    reference = with_project.sum(axis=0) + outside
    own = regional_table(account, with_project, reference, method, delta)
    region = regional_table(account, with_project.sum(axis=0), reference, method, delta)
    return jobs_per_job(account, own, industry), jobs_per_job(account, region, industry)


def _spread_over_places(own: Array, region: Array, jobs: Array) -> Array:
    """Spreads the region's jobs per job over its places, for a first place each: (delta, first place, place, section).

    Args:
        own: (first place, delta, section), what each place supplies by itself.
        region: (delta, section), what all supply together; a place gets no more than this.
        jobs: (place, section), by which the rest is shared.
    """
    kept = np.minimum(np.swapaxes(own, 0, 1), region[:, None])
    same = np.eye(len(jobs))[:, :, None]
    others = (1 - same) * jobs[None]
    total = others.sum(axis=1, keepdims=True)
    share = np.where(total > 0, np.divide(others, total, out=np.zeros_like(others), where=total > 0), same)
    return kept[:, :, None] * same + (region[:, None] - kept)[:, :, None] * share


def _interpolation_weights(grid: Array, values: Array) -> Array:
    """Weights of the points of a grid for values between them: (value, point), each row sums to 1."""
    return np.stack([np.interp(values, grid, unit) for unit in np.eye(len(grid))], axis=1)
