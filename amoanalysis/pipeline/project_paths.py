"""Events of a scenario by place and year: direct jobs, residence of workers, indirect and induced jobs, new beds."""

from collections.abc import Iterator
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

# Values of delta at which the effects of a site are computed; draws are interpolated between them.
DELTAS = np.linspace(0.0, 0.5, 11)


@dataclass(frozen=True)
class SuppliersBase:
    """Data of the regional multipliers.

    Attributes:
        table: input-output table of the reference area.
        concordance: io_industries.
        table_jobs: (section,), jobs of the reference area in the year of the table.
        jobs: (place, section), jobs of the region's places near the jump-off year.
        outside: (section,), jobs of the reference area outside the region.
    """

    table: pd.DataFrame
    concordance: pd.DataFrame
    table_jobs: Array
    jobs: Array
    outside: Array


@dataclass(frozen=True)
class SitesBase:
    """Coordinates of places and sites.

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
    """Jobs and overnight stays of the events of a scenario, years first; negative where a company closes.

    Attributes:
        construction: (year, draw, place), construction jobs, by place of the site.
        own: (year, draw, place), own employees in operation.
        contractors: (year, draw, place), contractors' workers in operation.
        direct: (year, draw, place, section), all of these by section.
        indirect: (year, draw, place, section), at suppliers.
        induced: (year, draw, place, section), from the spending of wages.
        worker_residence: workers by place of residence.
        nights: (year, draw, place), overnight stays in new beds.
    """

    construction: Array
    own: Array
    contractors: Array
    direct: Array
    indirect: Array
    induced: Array
    worker_residence: WorkerResidence
    nights: Array


def draw_project_paths(
    assumptions: Assumptions, sites: SitesBase, suppliers: SuppliersBase | None, draws: Draws, years: range
) -> ProjectPaths:
    """Draws all events of a scenario.

    Args:
        assumptions: with the events.
        sites: coordinates of places and sites.
        suppliers: data of the multipliers; needed only by events with jobs in the region.
        draws: block of draws.
        years: forecast years.

    Returns:
        The sums over events; zeros without any.

    Raises:
        UserError: if a site is unknown.
    """
    total = _empty_paths(len(years), draws.count, len(sites.codes))
    split = contractor_split(assumptions.projects, draws)
    account = None
    if suppliers is not None and assumptions.events:
        spent = assumptions.multipliers.consumption_from_wages.value
        account = input_output_account(suppliers.table, suppliers.concordance, suppliers.table_jobs, spent)
    for name, event in assumptions.events.items():
        jobs = project_jobs(event, assumptions.projects, draws, name, years)
        residence = _residence_of_workers(event, jobs, assumptions, sites, draws)
        if event.place in sites.codes:
            site = sites.codes.index(event.place)
            total.construction[:, :, site] += jobs.construction
            total.own[:, :, site] += jobs.own
            total.contractors[:, :, site] += jobs.contractors
            total.direct[:, :, site] += jobs_by_section(event, jobs, split)
            built = draws.sample(assumptions.tourism.built_share_of_planned_beds)
            total.nights[:, :, site] += jobs.beds * built * draws.sample(assumptions.tourism.nights_per_bed)
            if account is not None and suppliers is not None:
                project = _Project(event, site, jobs, residence)
                for indirect, induced in _effects(project, account, suppliers, assumptions, draws):
                    total.indirect[...] += indirect
                    total.induced[...] += induced
        total = replace(total, worker_residence=total.worker_residence + residence)
    return total


@dataclass(frozen=True)
class _Project:
    """An event in the region: position of its place, its jobs, and where its workers live."""

    event: Event
    site: int
    jobs: ProjectJobs
    residence: WorkerResidence


def _effects(
    project: _Project,
    account: InputOutputAccount,
    suppliers: SuppliersBase,
    assumptions: Assumptions,
    draws: Draws,
) -> Iterator[tuple[Array, Array]]:
    """Indirect and induced jobs of operation and of construction: purchases of the company, spending of all workers."""
    event, jobs = project.event, project.jobs
    delta = draws.sample(assumptions.multipliers.flq_delta)
    spending = assumptions.multipliers.consumption_from_wages
    relative = draws.sample(spending) / spending.value
    residents_before = draws.sample(assumptions.multipliers.residents_before)[:, None]
    spenders = _spending_shares(jobs, project.residence) * residents_before
    phases = (
        (event.industry, jobs.operation, jobs.own, _planned_jobs(event.operating_jobs)),
        (event.construction_industry, jobs.construction, jobs.construction, _planned_jobs(event.construction_jobs)),
    )
    for section, direct, buying, new in phases:
        if not direct.any():
            continue
        # A company that closes is among the jobs of the place already; one that opens is added to them.
        industry = account.largest_industry(section)
        effects = site_effects(account, suppliers.jobs, suppliers.outside, project.site, industry, new, DELTAS)
        yield indirect_and_induced_jobs(draw_effects(effects, delta, spenders, relative), direct, buying)


def _residence_of_workers(
    event: Event, jobs: ProjectJobs, assumptions: Assumptions, sites: SitesBase, draws: Draws
) -> WorkerResidence:
    """Residence of the construction and operating workers of an event."""
    general = assumptions.projects
    site = sites.codes.index(event.place) if event.place in sites.codes else None
    kilometres = great_circle_kilometres(sites.places, _coordinates(event, sites))
    if site is not None:
        kilometres[site] = np.nan
    weights = gravity_weights(sites.people, kilometres)

    def share(own: Assumption | None, default: Assumption) -> Array:
        return draws.sample(own or default)

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
            raise UserError(f"The event at '{event.site}' has a site that is not in the table sites: add its row.")
        return sites.sites[event.site]
    if event.place not in sites.codes:
        raise UserError(
            f"The event in '{event.place}' is outside the region: give its site, a name of the table sites."
        )
    return sites.places[sites.codes.index(event.place)]


def _spending_shares(jobs: ProjectJobs, residence: WorkerResidence) -> Array:
    """Share of the direct workers who live in each place, mean over the years: (draw, place)."""
    residents = np.abs(residence.living_locally + residence.commuting_out).sum(axis=0)
    workers = np.abs(jobs.operation + jobs.construction).sum(axis=0)[:, None]
    return np.divide(residents, workers, out=np.zeros_like(residents), where=workers > 0)


def _planned_jobs(assumption: Assumption | None) -> float:
    return 0.0 if assumption is None else assumption.value


def _empty_paths(years: int, draws: int, places: int) -> ProjectPaths:
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
