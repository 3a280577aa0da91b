"""Dated projects - a mine, a hotel, a railway - as jobs by phase with an uncertain start."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from amoanalysis.assumptions import Event, ProjectsAssumptions
from amoanalysis.models.draws import Array, Draws


@dataclass(frozen=True)
class ProjectJobs:
    """Direct jobs of one project.

    Attributes:
        construction: (year, draw), jobs while building, contractors included, mean of the year.
        operation: (year, draw), own employees and contractors in operation, mean of the year.
        own_share: (draw,), share of own employees in the operating jobs.
    """

    construction: Array
    operation: Array
    own_share: Array


def project_jobs(event: Event, general: ProjectsAssumptions, draws: Draws, name: str, years: range) -> ProjectJobs:
    """Direct jobs of a project by year: building, ramp-up, full operation, wind-down, nothing.

    The start of operation s is drawn from its interval (the delay), whether it happens at all from its probability.
    Building lasts from s - construction_years to s; operation rises over ramp_up_years, holds until
    s + operating_years and falls over wind_down_years. Years are cut at their borders, not rounded.

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
    built = draws.sample(general.built_share_of_plan)
    contractors = draws.sample(event.contractors_per_own_employee or general.contractors_per_own_employee)
    size = happens * built
    building = _overlap(years, start - draws.sample(event.construction_years), start)
    return ProjectJobs(
        construction=building * (size * draws.sample(event.construction_jobs))[None],
        operation=_phases(event, draws, start, years) * (size * draws.sample(event.operating_jobs) * (1 + contractors)),
        own_share=1 / (1 + contractors),
    )


def _happens(event: Event, draws: Draws, name: str) -> Array:
    """1 in draws where the project is realised: one uniform number per project against its probability."""
    score = draws.normal(f"event:{name}")
    probability = draws.sample(event.probability)
    return np.asarray(ndtr(score) < probability, dtype=np.float64)


def _phases(event: Event, draws: Draws, start: Array, years: range) -> Array:
    """Share of full operation, mean over each year: (year, draw)."""
    ramp = np.maximum(draws.sample(event.ramp_up_years), 1e-6)
    full_until = start + draws.sample(event.operating_years)
    down = np.maximum(draws.sample(event.wind_down_years), 1e-6)
    rising = _ramp(years, start, ramp)
    falling = _ramp(years, full_until, down)
    return rising - falling


def _ramp(years: range, start: Array, length: Array) -> Array:
    """Mean over each year of a line that rises from 0 to 1 over `length` years from `start`: (year, draw)."""

    def area(time: Array) -> Array:
        progress = np.clip((time - start[None]) / length[None], 0.0, 1.0)
        return 0.5 * progress**2 * length[None] + np.maximum(time - start[None] - length[None], 0.0)

    begin = np.array(years, dtype=np.float64)[:, None]
    return area(begin + 1) - area(begin)


def _overlap(years: range, start: Array, end: Array) -> Array:
    """Share of each year that lies between start and end: (year, draw)."""
    begin = np.array(years, dtype=np.float64)[:, None]
    return np.clip(np.minimum(begin + 1, end[None]) - np.maximum(begin, start[None]), 0.0, 1.0)
