"""Direct jobs of dated projects by phase, with an uncertain start, and the place of residence of their workers."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from amoanalysis.config.assumptions import Assumption, Event, ProjectsAssumptions
from amoanalysis.models.jobs.labour_demand import SECTIONS
from amoanalysis.models.labour_force.commuting import MIN_KM
from amoanalysis.models.statistics.draws import Array, Draws


@dataclass(frozen=True)
class ProjectJobs:
    """Direct jobs of one project, persons, mean of each year; negative for a closure.

    Attributes:
        construction: (year, draw), construction jobs, contractors included.
        own: (year, draw), own employees in operation.
        contractors: (year, draw), contractors' workers in operation.
        beds: (year, draw), new beds in use of a hotel or cabin area.
        start: (draw,), year in which operation or closure starts; NaN where the project is not realised.
    """

    construction: Array
    own: Array
    contractors: Array
    beds: Array
    start: Array

    @property
    def operation(self) -> Array:
        """Own employees and contractors' workers in operation, (year, draw)."""
        return self.own + self.contractors


def project_jobs(event: Event, general: ProjectsAssumptions, draws: Draws, name: str, years: range) -> ProjectJobs:
    """Direct jobs of a project by year: construction, ramp-up, full operation and wind-down; or a closure.

    The start of operation s is drawn from its interval, its realisation from its probability. Construction lasts from
    s - construction_years to s; operation rises over ramp_up_years, is constant until s + operating_years and falls
    over wind_down_years. A closure removes the existing jobs over wind_down_years from s. Fractions of years count.

    Args:
        event: the project.
        general: assumptions common to all projects.
        draws: block of draws.
        name: key of the event; names its random stream.
        years: forecast years.

    Returns:
        The jobs, zero in draws where the project is not realised.
    """
    realised = _is_realised(event, draws, name)
    start = draws.sample(event.start)
    size = realised * (draws.sample(general.built_share_of_plan) if event.effect == "opens" else 1.0)
    per_own = draws.sample(event.contractors_per_own_employee or general.contractors_per_own_employee)
    if event.effect == "closes":
        own = (
            -_ramp(years, start, _sample_or_zero(event.wind_down_years, draws))
            * size
            * _sample_or_zero(event.existing_jobs, draws)
        )
    else:
        own = _operating_share(event, draws, start, years) * size * _sample_or_zero(event.operating_jobs, draws)
    building = _overlap_share(years, start - _sample_or_zero(event.construction_years, draws), start)
    beds = (
        _ramp(years, start, _sample_or_zero(event.ramp_up_years, draws))
        * realised
        * _sample_or_zero(event.beds_planned, draws)
    )
    return ProjectJobs(
        construction=building * size * _sample_or_zero(event.construction_jobs, draws),
        own=own,
        contractors=own * per_own,
        beds=beds,
        start=np.where(realised > 0, start, np.nan),
    )


def jobs_by_section(event: Event, jobs: ProjectJobs, contractor_split: Array) -> Array:
    """Direct jobs of a project by section: construction, own employees, and contractors in their registered sections.

    Args:
        event: the project.
        jobs: its jobs.
        contractor_split: (draw, section), sections of contractors' workers; each draw sums to 1.

    Returns:
        (year, draw, section), jobs; sums to construction and operation together.
    """
    sections = jobs.contractors[..., None] * contractor_split[None]
    sections[..., SECTIONS.index(event.industry)] += jobs.own
    sections[..., SECTIONS.index(event.construction_industry)] += jobs.construction
    return sections


def contractor_split(general: ProjectsAssumptions, draws: Draws) -> Array:
    """Sections in which contractors' workers are registered: (draw, section), each draw sums to 1."""
    none = np.zeros(draws.count)
    shares = [
        draws.sample(general.contractor_split[code]) if code in general.contractor_split else none for code in SECTIONS
    ]
    split = np.stack(shares, axis=1)
    return np.asarray(split / split.sum(axis=1, keepdims=True), dtype=np.float64)


def _is_realised(event: Event, draws: Draws, name: str) -> Array:
    """1 in draws where the project is realised: a uniform random number is below its probability."""
    score = draws.normal(f"event:{name}")
    return np.asarray(ndtr(score) < draws.sample(event.probability), dtype=np.float64)


def _sample_or_zero(assumption: Assumption | None, draws: Draws) -> Array:
    return np.zeros(draws.count) if assumption is None else draws.sample(assumption)


def _operating_share(event: Event, draws: Draws, start: Array, years: range) -> Array:
    """Share of full operation, mean over each year: (year, draw)."""
    full_until = start + _sample_or_zero(event.operating_years, draws)
    rising = _ramp(years, start, _sample_or_zero(event.ramp_up_years, draws))
    return rising - _ramp(years, full_until, _sample_or_zero(event.wind_down_years, draws))


def _ramp(years: range, start: Array, length: Array) -> Array:
    """Mean over each year of a line that rises from 0 to 1 over `length` years from `start`: (year, draw)."""
    length = np.maximum(length, 1e-6)

    def area(time: Array) -> Array:
        progress = np.clip((time - start[None]) / length[None], 0.0, 1.0)
        return 0.5 * progress**2 * length[None] + np.maximum(time - start[None] - length[None], 0.0)

    begin = np.array(years, dtype=np.float64)[:, None]
    return area(begin + 1) - area(begin)


def _overlap_share(years: range, start: Array, end: Array) -> Array:
    """Share of each year between start and end: (year, draw)."""
    begin = np.array(years, dtype=np.float64)[:, None]
    return np.clip(np.minimum(begin + 1, end[None]) - np.maximum(begin, start[None]), 0.0, 1.0)


@dataclass(frozen=True)
class WorkerResidence:
    """Workers of projects by place of residence, each (year, draw, place), persons.

    Attributes:
        living_locally: workers of projects in the place who live in it.
        commuting_in: workers of projects in the place who commute daily or weekly from elsewhere.
        flown_in: workers of projects in the place who live in a camp or fly in.
        commuting_out: residents of the place who commute out to projects in other places.
        between_places: (year, draw, origin, destination), the `commuting_out` whose project is in the region.
    """

    living_locally: Array
    commuting_in: Array
    flown_in: Array
    commuting_out: Array
    between_places: Array

    def __add__(self, other: "WorkerResidence") -> "WorkerResidence":
        """The workers of both."""
        return WorkerResidence(
            self.living_locally + other.living_locally,
            self.commuting_in + other.commuting_in,
            self.flown_in + other.flown_in,
            self.commuting_out + other.commuting_out,
            self.between_places + other.between_places,
        )


def local_share(jobs: Array, share: Array, falls: Array, reference: Array) -> Array:
    """Share of a project's workers who live in its municipality; it falls when the project exceeds the reference size.

    share[t] = share (max(jobs[t], reference) / reference) ^ -falls

    Args:
        jobs: (year, draw), jobs of the project.
        share: (draw,), share at or below the reference.
        falls: (draw,), elasticity, positive.
        reference: (draw,), jobs up to which the share is constant.

    Returns:
        (year, draw).
    """
    growth = np.maximum(jobs, reference[None]) / np.maximum(reference[None], 1e-9)
    return np.asarray(share[None] * growth ** -falls[None], dtype=np.float64)


def gravity_weights(people: Array, kilometres: Array, exponent: float = 2.0) -> Array:
    """Shares of the other places in the commuters to a site: population / distance ^ exponent, sums to 1.

    Args:
        people: (place,), residents.
        kilometres: (place,), distance to the site; NaN for the place of the site itself.
        exponent: distance decay.

    Returns:
        (place,); zero where the distance is NaN, and everywhere if no other place exists.

    Source: gravity model of commuting, e.g. Sen & Smith (1995).
    """
    pull = np.where(np.isnan(kilometres), 0.0, people / np.maximum(np.nan_to_num(kilometres), MIN_KM) ** exponent)
    total = pull.sum()
    return np.asarray(pull / total if total > 0 else pull, dtype=np.float64)


def divide_by_residence(
    jobs: Array, local: Array, neighbours: Array, elsewhere: Array, weights: Array, site: int | None
) -> WorkerResidence:
    """Divides the workers of one project by place of residence.

    The shares are of all workers; the remainder lives in a camp or flies in. Shares that sum to more than 1 are scaled
    to 1.

    Args:
        jobs: (year, draw), jobs of the project; negative for a closure.
        local: (year, draw), share who live in the municipality of the site.
        neighbours: (draw,), share who live in the other places of the region.
        elsewhere: (draw,), share who commute from outside the region.
        weights: (place,), shares of the places in the neighbours.
        site: position of the site's municipality; None for a site outside the region, of which only the commuters from
            the region are counted.

    Returns:
        The workers, (year, draw, place).
    """
    near = np.broadcast_to(neighbours[None] * weights.sum(), local.shape)
    far = np.broadcast_to(elsewhere[None], local.shape)
    scale = 1 / np.maximum(local + near + far, 1.0)
    shape = (*jobs.shape, len(weights))
    local_workers, commuters, flown_in = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    commuting_out = (jobs * near * scale)[..., None] * weights
    between = np.zeros((*shape, len(weights)))
    if site is not None:
        between[..., site] = commuting_out
        local_workers[..., site] = jobs * local * scale
        commuters[..., site] = jobs * (near + far) * scale
        flown_in[..., site] = jobs - local_workers[..., site] - commuters[..., site]
    return WorkerResidence(local_workers, commuters, flown_in, commuting_out, between)
