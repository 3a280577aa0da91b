"""The year closed: movers and the services they need brought to agree, then jobs and people of every place."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from amoanalysis.models.balance import accounts as balance
from amoanalysis.models.balance import induced_migration as movers
from amoanalysis.models.jobs import labour_demand as jobs
from amoanalysis.models.jobs import labour_demand as jobs_need
from amoanalysis.models.jobs.labour_demand import SECTIONS
from amoanalysis.models.labour_force import participation as labour_force
from amoanalysis.models.population.cohort_component import PopulationStep
from amoanalysis.models.projects.phases import WorkerResidence
from amoanalysis.models.statistics.draws import Array, Draws
from amoanalysis.pipeline.drawn_parameters import Paths, draw_paths
from amoanalysis.pipeline.inputs.prepare import Inputs

# Jobs that a scenario adds without naming an employer are reckoned among other business services.
EXTRA_SECTION = SECTIONS.index("N")


@dataclass(frozen=True)
class ClosedYear:
    """A year with everything in it.

    Attributes:
        people: the population, movers included.
        balance: jobs and people.
        need: (draw, place, section), labour need.
        movers: (draw, place), workers who came for work beyond the usual; negative where more left.
        households: (draw, place), movers' households brought so far.
        workers: (draw, place), members of the labour force whom they brought so far.
        rounds: how often movers and services were reckoned until they agreed.
    """

    people: PopulationStep
    balance: balance.YearBalance
    need: Array
    movers: Array
    households: Array
    workers: Array
    rounds: int


@dataclass(frozen=True)
class MedianDraws(Draws):
    """One future in which every random number is its median."""

    def normal(self, stream: str, shape: tuple[int, ...] = ()) -> Array:
        """Zeros: (draw, *shape)."""
        del stream
        return np.zeros((self.count, *shape))


def usual_paths(inputs: Inputs, years: range) -> Paths:
    """The usual course: the baseline with every assumption at its median and no shock.

    Net migration as usual belongs to it, so that only what departs from it brings people or sends them away: the
    movers of a usual year are in the migration of the population model already.
    """
    return draw_paths(inputs, inputs.baseline, MedianDraws(0, 0, 1), years)


def close(
    inputs: Inputs, paths: Paths, usual: Paths, index: int, year: PopulationStep, before: ClosedYear | None
) -> ClosedYear:
    """Closes a year: movers, need, and who fills it.

    Args:
        inputs: what is known.
        paths: drawn paths.
        usual: the usual course, one draw.
        index: which year.
        year: the population before movers.
        before: the year before; None in the first.

    Returns:
        The year.
    """
    nothing = np.zeros(year.births.shape[:2])
    households, workers = (before.households, before.workers) if before else (nothing, nothing)
    participation = paths.participation[index]
    factor = inputs.participation_factor[None] * np.exp(paths.participation_shock[index])
    members = np.einsum("dsa,dsa->d", paths.households.by_age, participation)[:, None] * factor
    news = _news(inputs, paths, index)
    serving = _served(inputs, paths, year.population)
    wanted = _wanted(paths, news, _news(inputs, usual, index), serving, households)
    come, rounds = movers.solve_movers(wanted, workers, paths.shares.movers, members)
    people = movers.add_households(year, paths.households.by_age, come)
    force = labour_force.labour_force(people.population, participation, factor)
    working_age = labour_force.working_age(people.population)
    need = np.maximum(jobs_need.demand_by_section(news.year, serving(come)) + news.added, 0.0)
    closed = balance.balance_year(
        need.sum(axis=2),
        news.homes,
        force,
        np.maximum(working_age - force, 0.0),
        paths.usual_unemployment[index],
        inputs.commuting,
        paths.shares,
        before.balance.joined_labour_force if before else 0.0,
    )
    return ClosedYear(people, closed, need, come, households + come, workers + come * members, rounds)


@dataclass(frozen=True)
class _News:
    """What a year needs beside its people.

    Attributes:
        year: trends and visitors.
        added: (draw, place, section), jobs of tourism's growth, of projects, of what they set in motion, and extra.
        homes: workers of projects and of the season by where they live, (draw, place).
    """

    year: jobs_need.YearDemand
    added: Array
    homes: WorkerResidence

    def others(self) -> Array:
        """(draw, place), what is added and not filled by the workers whom projects bring themselves."""
        homes = self.homes
        return self.added.sum(axis=2) - homes.living_locally - homes.commuting_in - homes.flown_in


def _news(inputs: Inputs, paths: Paths, index: int) -> _News:
    start, now = paths.nights[0], paths.nights[index + 1]
    growth = np.divide(now, start, out=np.ones_like(now), where=start > 0)
    tourism_change = (now - start) * paths.jobs_per_night
    events = paths.projects
    added = tourism_change[..., None] * paths.tourism_split[:, None, :]
    added += events.direct[index] + events.indirect[index] + events.induced[index]
    added[..., EXTRA_SECTION] += paths.extra_jobs
    # Of new seasonal work in tourism a part is done by people who come for the season.
    season = np.maximum(tourism_change, 0.0) * paths.seasonal_outside
    homes = events.worker_residence
    return _News(
        jobs_need.year_demand(inputs.jobs, paths.need, index, growth),
        added,
        WorkerResidence(
            homes.living_locally[index],
            homes.commuting_in[index],
            homes.flown_in[index] + season,
            homes.commuting_out[index],
            homes.between_places[index],
        ),
    )


def _served(inputs: Inputs, paths: Paths, people: Array) -> Callable[[Array], Array]:
    """People served relative to the jump-off year, (draw, place, driver), as a function of households come or gone."""
    then = np.maximum(inputs.population.population.sum(axis=1) @ inputs.driver_age_weights.T, 1e-9)
    now = jobs.population_served(people, inputs.population.population, inputs.driver_age_weights)
    household = paths.households.driver_weights[:, None] / then

    def served(come: Array) -> Array:
        return np.maximum(now + come[..., None] * household, 0.0)

    return served


def _wanted(
    paths: Paths, news: _News, usual: _News, served: Callable[[Array], Array], households: Array
) -> Callable[[Array], Array]:
    """Residents at work beyond the usual as a function of the year's movers, who need services themselves.

    The usual need is that of the people without earlier movers, so that what these need counts as new, and what the
    noise of births, deaths and usual migration needs does not.
    """
    total = jobs_need.total_demand_function(news.year)
    reference = jobs_need.total_demand_function(usual.year)(served(-households))
    fixed = balance.resident_worker_demand(
        news.others() - reference - usual.others(), news.homes, paths.shares.in_commuters
    )
    fixed -= usual.homes.living_locally + usual.homes.commuting_out
    residents = 1 - paths.shares.in_commuters

    def wanted(come: Array) -> Array:
        return fixed + residents * total(served(come))

    return wanted
