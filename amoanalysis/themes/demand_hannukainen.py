"""Person-years that Hannukainen would give, as studies count them: from the start of building, by area."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from amoanalysis.assumptions import Event
from amoanalysis.forecast.project_paths import project_paths
from amoanalysis.models.draws import Array, Draws
from amoanalysis.models.projects import ProjectJobs, project_jobs
from amoanalysis.models.regional_multipliers import JobsPerJob, RegionalTable, jobs_per_job
from amoanalysis.models.residence import local_share
from amoanalysis.themes.demand_tables import account_of

if TYPE_CHECKING:
    from amoanalysis.assumptions import Assumptions
    from amoanalysis.themes.view import PlaceView

KEY = "hannukainen"
# Years from the start of building that the study of 2014 covers, and those that hold a mine's whole life.
YEARS, LIFE = 10, 40


def ten_years(view: PlaceView) -> dict[str, dict[str, Array]]:
    """Person-years a year over the first ten years from the start of building, by area and part.

    Every draw starts at the median date, so that the ten years are the same in all; how many contractors there are
    and what is set in motion are drawn. Whoever fills the jobs is counted: commuters and those who fly in too.

    Returns:
        region and reference (Lapland) -> direct, indirect, induced -> (draw,), person-years a year.
    """
    assumptions, draws = _assumptions(view), Draws(view.baseline.seed, 0, view.baseline.draws)
    event = assumptions.events[KEY]
    years, window = _window(event, draws, YEARS)
    heads = draws.sample(assumptions.projects.headcount_per_person_year)
    inputs = view.futures.inputs
    alone = assumptions.model_copy(update={"events": {KEY: event}})
    paths = project_paths(alone, inputs.sites, inputs.suppliers, draws, years)
    direct = (paths.construction + paths.own + paths.contractors).sum(axis=2)
    within = {"direct": direct, "indirect": paths.indirect.sum(axis=(2, 3)), "induced": paths.induced.sum(axis=(2, 3))}
    outer = _around(view, assumptions, project_jobs(event, assumptions.projects, draws, KEY, years), draws)

    def yearly(values: Array) -> Array:
        return np.asarray((values * window).sum(axis=0) / YEARS / heads)

    return {
        "region": {name: yearly(values) for name, values in within.items()},
        "reference": {"direct": yearly(direct), **{name: yearly(values) for name, values in outer.items()}},
    }


def in_lapland(view: PlaceView) -> Array:
    """Person-years in Lapland over the whole life of the mine, direct, indirect and induced: (draw,)."""
    assumptions, draws = _assumptions(view), Draws(view.baseline.seed, 0, view.baseline.draws)
    event = assumptions.events[KEY]
    years, _ = _window(event, draws, LIFE)
    jobs = project_jobs(event, assumptions.projects, draws, KEY, years)
    around = _around(view, assumptions, jobs, draws)
    total = jobs.construction + jobs.operation + around["indirect"] + around["induced"]
    return np.asarray(total.sum(axis=0) / draws.sample(assumptions.projects.headcount_per_person_year))


def _assumptions(view: PlaceView) -> Assumptions:
    """Those of the scenario, the start of the mine held at its median."""
    assumptions = view.futures.scenario(KEY).assumptions
    event = assumptions.events[KEY]
    certain = event.start.model_copy(update={"low": event.start.value, "high": event.start.value})
    return assumptions.model_copy(
        update={"events": {**assumptions.events, KEY: event.model_copy(update={"start": certain})}}
    )


def _window(event: Event, draws: Draws, length: int) -> tuple[range, Array]:
    """Calendar years about the project, and the part of each that lies in so many years from the start of building."""
    build = draws.sample(event.construction_years) if event.construction_years else np.zeros(draws.count)
    begin = event.start.value - build
    first = math.floor(float(begin.min()))
    years = range(first, math.ceil(float(event.start.value)) + length + 1)
    ends = (begin + length)[None] - np.array(years, dtype=np.float64)[:, None]
    return years, np.clip(ends, 0.0, 1.0)


def _around(view: PlaceView, assumptions: Assumptions, jobs: ProjectJobs, draws: Draws) -> dict[str, Array]:
    """Indirect and induced jobs in all of the reference area: name -> (year, draw)."""
    account, event = account_of(view), assumptions.events[KEY]
    whole = RegionalTable(account.requirements, account.spending)
    running = jobs_per_job(account, whole, account.of_section(event.industry))
    building = jobs_per_job(account, whole, account.of_section(event.construction_industry))
    spending = assumptions.multipliers.consumption_from_wages
    relative = draws.sample(spending) / spending.value
    live_running, live_building = _residents(assumptions, event, jobs, draws)
    parts = (
        (running, jobs.own, jobs.operation * live_running),
        (building, jobs.construction, jobs.construction * live_building),
    )
    indirect = sum((buying * per.indirect.sum() for per, buying, _ in parts), np.zeros_like(jobs.own))
    induced = sum((_induced(per, buying, paid) for per, buying, paid in parts), np.zeros_like(jobs.own))
    return {"indirect": np.asarray(indirect), "induced": np.asarray(induced * relative[None])}


def _induced(per: JobsPerJob, buying: Array, paid: Array) -> Array:
    return np.asarray(buying * per.induced_by_suppliers.sum() + paid * per.induced_by_wages.sum())


def _residents(assumptions: Assumptions, event: Event, jobs: ProjectJobs, draws: Draws) -> tuple[Array, Array]:
    """Share of the workers who live in the reference area, those in operation and those who build."""
    general = assumptions.projects
    local = local_share(
        np.abs(jobs.operation),
        draws.sample(event.local_share or general.local_share_operation),
        draws.sample(general.local_share_falls),
        draws.sample(general.local_share_reference),
    )
    running = local + draws.sample(event.neighbour_share or general.neighbour_share_operation)
    running = running + draws.sample(event.elsewhere_share or general.elsewhere_share_operation)
    names = ("local_share_construction", "neighbour_share_construction", "elsewhere_share_construction")
    building = sum(draws.sample(getattr(general, name)) for name in names)
    return np.minimum(running, 1.0), np.minimum(np.broadcast_to(building, running.shape), 1.0)
