"""Events of a scenario as paths by place: direct jobs, where their workers live, what they set in motion, new beds."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from amoanalysis.config.assumptions import Assumption, Assumptions, Event
from amoanalysis.errors import UserError
from amoanalysis.models.jobs.labour_demand import SECTIONS
from amoanalysis.models.labour_force.commuting import great_circle_kilometres
from amoanalysis.models.projects.effects import draw_effects, indirect_and_induced_jobs, site_effects
from amoanalysis.models.projects.multipliers import InputOutputAccount, input_output_account
from amoanalysis.models.projects.phases import (
    ProjectJobs,
    WorkerResidence,
    contractor_split,
    divide_by_residence,
    gravity_weights,
    jobs_by_section,
    local_share,
    project_jobs,
)
from amoanalysis.models.statistics.draws import Array, Draws

# Values of delta at which the effects of a site are tabulated; draws are interpolated between them.
DELTAS = np.linspace(0.0, 0.5, 11)


@dataclass(frozen=True)
class SuppliersBase:
    """What the regional multipliers are made from.

    Attributes:
        table: input-output table of the reference area.
        concordance: io_industries.
        table_jobs: (section,), jobs of the reference area in the year of the table.
        jobs: (place, section), jobs of the region's places about the jump-off year.
        outside: (section,), jobs of the reference area outside the region.
    """

    table: pd.DataFrame
    concordance: pd.DataFrame
    table_jobs: Array
    jobs: Array
    outside: Array


@dataclass(frozen=True)
class SitesBase:
    """Where places and sites lie.

    Attributes:
        codes: municipality codes, the order of places.
        places: (place, 2), longitude and latitude of the centres.
        people: (place,), residents.
        sites: name of a site -> (2,), longitude and latitude.
    """

    codes: tuple[str, ...]
    places: Array
    people: Array
    sites: dict[str, Array]


@dataclass(frozen=True)
class ProjectPaths:
    """What the events of a scenario bring, years first; negative where they close.

    Attributes:
        construction: (year, draw, place), jobs while building, by place of the site.
        own: (year, draw, place), own employees in operation.
        contractors: (year, draw, place), contractors' workers in operation.
        direct: (year, draw, place, section), all of these by section.
        indirect: (year, draw, place, section), at suppliers.
        induced: (year, draw, place, section), where wages are spent.
        worker_residence: where the workers live.
        nights: (year, draw, place), stays in new beds.
    """

    construction: Array
    own: Array
    contractors: Array
    direct: Array
    indirect: Array
    induced: Array
    worker_residence: WorkerResidence
    nights: Array


def project_paths(
    assumptions: Assumptions, sites: SitesBase, suppliers: SuppliersBase | None, draws: Draws, years: range
) -> ProjectPaths:
    """Draws all events of a scenario.

    Args:
        assumptions: with the events.
        sites: where places and sites lie.
        suppliers: what multipliers are made from; needed only by events with jobs in the region.
        draws: block of draws.
        years: forecast years.

    Returns:
        The sums over events; zeros without any.

    Raises:
        UserError: if a site is unknown.
    """
    total = _nothing(len(years), draws.count, len(sites.codes))
    split = contractor_split(assumptions.projects, draws)
    account = None
    if suppliers is not None and assumptions.events:
        spent = assumptions.multipliers.consumption_from_wages.value
        account = input_output_account(suppliers.table, suppliers.concordance, suppliers.table_jobs, spent)
    for name, event in assumptions.events.items():
        jobs = project_jobs(event, assumptions.projects, draws, name, years)
        living = _homes(event, jobs, assumptions, sites, draws)
        _add(total, event, jobs, split, sites, draws, assumptions)
        if account is not None and suppliers is not None and event.place in sites.codes:
            _add_effects(total, event, jobs, living, account, suppliers, assumptions, sites, draws)
        total = replace(total, worker_residence=total.worker_residence + living)
    return total


def _add(
    total: ProjectPaths,
    event: Event,
    jobs: ProjectJobs,
    split: Array,
    sites: SitesBase,
    draws: Draws,
    assumptions: Assumptions,
) -> None:
    """Adds the direct jobs and the beds of an event with a site in the region."""
    if event.place not in sites.codes:
        return
    site = sites.codes.index(event.place)
    total.construction[:, :, site] += jobs.construction
    total.own[:, :, site] += jobs.own
    total.contractors[:, :, site] += jobs.contractors
    total.direct[:, :, site] += jobs_by_section(event, jobs, split)
    built = draws.sample(assumptions.tourism.built_share_of_planned_beds)
    total.nights[:, :, site] += jobs.beds * built * draws.sample(assumptions.tourism.nights_per_bed)


def _add_effects(
    total: ProjectPaths,
    event: Event,
    jobs: ProjectJobs,
    living: WorkerResidence,
    account: InputOutputAccount,
    suppliers: SuppliersBase,
    assumptions: Assumptions,
    sites: SitesBase,
    draws: Draws,
) -> None:
    """Adds what building and operating an event set in motion; what its own staff buys, and what all workers spend."""
    site = sites.codes.index(event.place)
    delta = draws.sample(assumptions.multipliers.flq_delta)
    spending = assumptions.multipliers.consumption_from_wages
    relative = draws.sample(spending) / spending.value
    spenders = _spenders(jobs, living) * draws.sample(assumptions.multipliers.residents_before)[:, None]
    parts = (
        (event.industry, jobs.operation, jobs.own, _size(event.operating_jobs)),
        (event.construction_industry, jobs.construction, jobs.construction, _size(event.construction_jobs)),
    )
    for section, direct, buying, new in parts:
        if not direct.any():
            continue
        # What closes is among the jobs of the place already; what opens is added to them.
        industry = account.largest_industry(section)
        effects = site_effects(account, suppliers.jobs, suppliers.outside, site, industry, new, DELTAS)
        indirect, induced = indirect_and_induced_jobs(draw_effects(effects, delta, spenders, relative), direct, buying)
        total.indirect[...] += indirect
        total.induced[...] += induced


def _homes(
    event: Event, jobs: ProjectJobs, assumptions: Assumptions, sites: SitesBase, draws: Draws
) -> WorkerResidence:
    """Residence of the construction and operating workers of an event."""
    general = assumptions.projects
    site = sites.codes.index(event.place) if event.place in sites.codes else None
    kilometres = great_circle_kilometres(sites.places, _coordinates(event, sites))
    if site is not None:
        kilometres[site] = np.nan
    weights = gravity_weights(sites.people, kilometres)

    def share(own: Assumption | None, usual: Assumption) -> Array:
        return draws.sample(own or usual)

    local = local_share(
        np.abs(jobs.operation),
        share(event.local_share, general.local_share_operation),
        draws.sample(general.local_share_falls),
        draws.sample(general.local_share_reference),
    )
    operating = divide_by_residence(
        jobs.operation,
        local,
        share(event.neighbour_share, general.neighbour_share_operation),
        share(event.elsewhere_share, general.elsewhere_share_operation),
        weights,
        site,
    )
    building = divide_by_residence(
        jobs.construction,
        np.broadcast_to(draws.sample(general.local_share_construction)[None], jobs.construction.shape),
        draws.sample(general.neighbour_share_construction),
        draws.sample(general.elsewhere_share_construction),
        weights,
        site,
    )
    return operating + building


def _coordinates(event: Event, sites: SitesBase) -> Array:
    if event.site is not None:
        if event.site not in sites.sites:
            raise UserError(f"The event at '{event.site}' has a site that the table sites does not hold: add its row.")
        return sites.sites[event.site]
    if event.place not in sites.codes:
        raise UserError(
            f"The event in '{event.place}' lies outside the region: give its site, a name of the table sites."
        )
    return sites.places[sites.codes.index(event.place)]


def _spenders(jobs: ProjectJobs, living: WorkerResidence) -> Array:
    """Share of the direct workers who live in each place, mean over the years: (draw, place)."""
    residents = np.abs(living.living_locally + living.commuting_out).sum(axis=0)
    workers = np.abs(jobs.operation + jobs.construction).sum(axis=0)[:, None]
    return np.divide(residents, workers, out=np.zeros_like(residents), where=workers > 0)


def _size(assumption: Assumption | None) -> float:
    return 0.0 if assumption is None else assumption.value


def _nothing(years: int, draws: int, places: int) -> ProjectPaths:
    def zeros(*more: int) -> Array:
        return np.zeros((years, draws, places, *more))

    sections = len(SECTIONS)
    return ProjectPaths(
        construction=zeros(),
        own=zeros(),
        contractors=zeros(),
        direct=zeros(sections),
        indirect=zeros(sections),
        induced=zeros(sections),
        worker_residence=WorkerResidence(zeros(), zeros(), zeros(), zeros(), zeros(places)),
        nights=zeros(),
    )
