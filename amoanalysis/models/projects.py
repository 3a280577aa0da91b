"""Dated projects - a mine, a hotel, a railway - as jobs by phase with an uncertain start."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from amoanalysis.assumptions import Assumption, Event, ProjectsAssumptions
from amoanalysis.models.draws import Array, Draws
from amoanalysis.models.jobs import SECTIONS


@dataclass(frozen=True)
class ProjectJobs:
    """Direct jobs of one project, heads, mean of each year; negative where it closes.

    Attributes:
        construction: (year, draw), jobs while building, contractors included.
        own: (year, draw), own employees in operation.
        contractors: (year, draw), contractors' workers in operation.
        beds: (year, draw), new beds of a hotel or cabin area that are open.
        start: (draw,), year in which operation starts or closing begins; not a number where it does not happen.
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
    """Direct jobs of a project by year: building, ramp-up, full operation, wind-down, nothing; or the end of a project.

    The start of operation s is drawn from its interval (the delay), whether it happens at all from its probability.
    Building lasts from s - construction_years to s; operation rises over ramp_up_years, holds until
    s + operating_years and falls over wind_down_years. A closing takes the existing jobs away over wind_down_years from
    s on. Years are cut at their borders, not rounded.

    Args:
        event: the project.
        general: what holds for all projects.
        draws: block of draws.
        name: key of the event; names its random stream.
        years: forecast years.

    Returns:
        The jobs, zero in draws where the project does not happen.
    """
    happens = _happens(event, draws, name)
    start = draws.sample(event.start)
    size = happens * (draws.sample(general.built_share_of_plan) if event.effect == "opens" else 1.0)
    per_own = draws.sample(event.contractors_per_own_employee or general.contractors_per_own_employee)
    if event.effect == "closes":
        own = -_ramp(years, start, _sampled(event.wind_down_years, draws)) * size * _sampled(event.existing_jobs, draws)
    else:
        own = _phases(event, draws, start, years) * size * _sampled(event.operating_jobs, draws)
    building = _overlap(years, start - _sampled(event.construction_years, draws), start)
    beds = _ramp(years, start, _sampled(event.ramp_up_years, draws)) * happens * _sampled(event.beds_planned, draws)
    return ProjectJobs(
        construction=building * size * _sampled(event.construction_jobs, draws),
        own=own,
        contractors=own * per_own,
        beds=beds,
        start=np.where(happens > 0, start, np.nan),
    )


def jobs_by_section(event: Event, jobs: ProjectJobs, contractor_split: Array) -> Array:
    """Direct jobs of a project by section: builders, own staff, and contractors in the sections they are registered in.

    Args:
        event: the project.
        jobs: its jobs.
        contractor_split: (draw, section), where contractors' workers stand; each draw sums to 1.

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


def _happens(event: Event, draws: Draws, name: str) -> Array:
    """1 in draws where the project is realised: one uniform number per project against its probability."""
    score = draws.normal(f"event:{name}")
    return np.asarray(ndtr(score) < draws.sample(event.probability), dtype=np.float64)


def _sampled(assumption: Assumption | None, draws: Draws) -> Array:
    return np.zeros(draws.count) if assumption is None else draws.sample(assumption)


def _phases(event: Event, draws: Draws, start: Array, years: range) -> Array:
    """Share of full operation, mean over each year: (year, draw)."""
    full_until = start + _sampled(event.operating_years, draws)
    rising = _ramp(years, start, _sampled(event.ramp_up_years, draws))
    return rising - _ramp(years, full_until, _sampled(event.wind_down_years, draws))


def _ramp(years: range, start: Array, length: Array) -> Array:
    """Mean over each year of a line that rises from 0 to 1 over `length` years from `start`: (year, draw)."""
    length = np.maximum(length, 1e-6)

    def area(time: Array) -> Array:
        progress = np.clip((time - start[None]) / length[None], 0.0, 1.0)
        return 0.5 * progress**2 * length[None] + np.maximum(time - start[None] - length[None], 0.0)

    begin = np.array(years, dtype=np.float64)[:, None]
    return area(begin + 1) - area(begin)


def _overlap(years: range, start: Array, end: Array) -> Array:
    """Share of each year that lies between start and end: (year, draw)."""
    begin = np.array(years, dtype=np.float64)[:, None]
    return np.clip(np.minimum(begin + 1, end[None]) - np.maximum(begin, start[None]), 0.0, 1.0)
