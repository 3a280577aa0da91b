"""Runs the models in order over draws: people, labour force, labour need, balance, and back to people."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from amoanalysis.assumptions import Assumptions
from amoanalysis.errors import UserError
from amoanalysis.forecast.engines import Block, Engine, local
from amoanalysis.forecast.inputs import Inputs
from amoanalysis.forecast.leavers import campaign_arrivals
from amoanalysis.forecast.measures import MEASURES, people_by_group
from amoanalysis.forecast.project_paths import ProjectPaths, project_paths
from amoanalysis.forecast.result import Forecast
from amoanalysis.models import balance, education, jobs, labour_force, months, population, tourism, unemployment
from amoanalysis.models.draws import CHUNK, Array, Draws, persistent
from amoanalysis.models.residence import WorkersHomes
from amoanalysis.places import Places
from amoanalysis.scenarios import Scenario

# A block holds so many (draw, place) pairs that its population stays in a processor's cache.
PAIRS_PER_BLOCK = 1_600
LAST_YEAR = 2100


@dataclass(frozen=True)
class Paths:
    """All that is drawn for a block before its years are run; years first."""

    population: population.PopulationPaths
    participation: Array
    participation_shock: Array
    nights: Array
    jobs_per_night: Array
    tourism_split: Array
    need: jobs.NeedPaths
    usual_unemployment: Array
    season: Array
    education: education.EducationPaths | None
    summer_work: Array
    shares: balance.BalanceShares
    leaving: Array
    family: Array
    projects: ProjectPaths
    seasonal_outside: Array
    headcount: Array
    returning: Array


def forecast(
    inputs: Inputs,
    scenario: Scenario,
    places: Places,
    *,
    until: int = 2040,
    draws: int = 1000,
    seed: int = 2008,
    progress: Callable[[int], None] | None = None,
    pairs_per_block: int = PAIRS_PER_BLOCK,
    engine: Engine = local,
) -> Forecast:
    """Forecasts people, labour force, labour need and their balance.

    Args:
        inputs: what is known.
        scenario: what is assumed.
        places: the places, for the areas that the municipalities make up.
        until: last year.
        draws: how many futures.
        seed: the same seed gives the same digits, whatever the blocks.
        progress: called with the number of draws done.
        pairs_per_block: draws times places worked on at once.
        engine: where the blocks are worked on.

    Returns:
        The forecast of every municipality of the inputs.

    Raises:
        UserError: if years or draws are out of range, or the site of an event is unknown.
    """
    start = inputs.population.year + 1
    _check(start, until, draws)
    years = range(start, until + 1)
    arrays = _empty(inputs, years, draws)
    size = _block_size(pairs_per_block, len(inputs.codes))
    blocks = [(first, min(size, draws - first)) for first in range(0, draws, size)]
    done = 0
    for (first, count), values in engine(_block, (inputs, scenario.assumptions, seed, years), blocks):
        for name, value in values.items():
            arrays[name][:, first : first + count] = value
        done += count
        if progress is not None:
            progress(done)
    return Forecast(scenario, places, inputs.codes, years, draws, seed, MEASURES, arrays, inputs.observed)


def _block(shared: tuple[Inputs, Assumptions, int, range], block: Block) -> dict[str, Array]:
    """One block of draws, its years together: name -> (year, draw, place, group)."""
    inputs, assumptions, seed, years = shared
    simulated = list(simulate(inputs, assumptions, Draws(seed, *block), years))
    return {name: np.stack([values[name] for values in simulated]) for name in simulated[0]}


def simulate(inputs: Inputs, assumptions: Assumptions, draws: Draws, years: range) -> Iterator[dict[str, Array]]:
    """Runs the years of one block of draws.

    Args:
        inputs: what is known.
        assumptions: what is assumed.
        draws: the block.
        years: forecast years.

    Yields:
        For each year the measures, name -> (draw, place, group).
    """
    paths = draw_paths(inputs, assumptions, draws, years)
    base = inputs.population
    people = np.broadcast_to(base.population, (draws.count, *base.population.shape))
    leaving = np.zeros((draws.count, len(inputs.codes)))
    for index, _ in enumerate(years):
        year = population.step(people, base, paths.population, index, leaving)
        closed, need = _close(inputs, paths, index, year.population)
        year = population.with_arrivals(year, base, closed.movers * (1 + paths.family) + paths.returning[index])
        usual = paths.usual_unemployment[index] * closed.labour_force
        leaving = paths.leaving * np.maximum(closed.unemployed - usual, 0.0)
        people = year.population
        yield _measures(paths, index, year, closed, need)


def draw_paths(inputs: Inputs, assumptions: Assumptions, draws: Draws, years: range) -> Paths:
    """Draws everything that a block needs, each thing from its own stream."""
    base, codes, jump_off = inputs.population, list(inputs.codes), inputs.population.year
    labour = assumptions.labour_force
    rise = draws.sample(labour.retirement_age_rise)
    later = [labour_force.later_retirement(inputs.participation, rise * (year - jump_off)) for year in years]
    persistence = draws.sample(labour.participation_persistence)
    spread = draws.sample(labour.participation_shock)
    events = project_paths(assumptions, inputs.sites, inputs.suppliers, draws, years)
    visitors = tourism.with_measured(assumptions.tourism, inputs.stays)
    stays = tourism.nights(visitors, draws, codes, jump_off, range(jump_off, years.stop))
    stays[1:] += events.nights
    return Paths(
        population=population.population_paths(base, assumptions.population, draws, years),
        participation=np.stack(later),
        participation_shock=persistent(draws, "participation", years, len(codes), persistence, spread),
        nights=stays,
        jobs_per_night=tourism.jobs_per_night(assumptions.tourism, draws, codes),
        tourism_split=tourism.sector_split(assumptions.tourism, draws, jobs.SECTIONS),
        need=jobs.need_paths(inputs.jobs, assumptions.jobs, draws, jump_off, years),
        usual_unemployment=unemployment.usual_unemployment(inputs.unemployment, labour, draws, years),
        season=np.stack([months.drawn_profile(inputs.unemployment.season, draws, f"season:{year}") for year in years]),
        summer_work=draws.sample(labour.summer_work)[:, None],
        education=education.education_paths(inputs.education, labour, draws, years),
        shares=replace(
            balance.drawn_shares(assumptions.balance, labour, draws),
            unemployment_floor=unemployment.unemployment_floor(inputs.unemployment, labour, draws),
        ),
        leaving=draws.sample(assumptions.balance.leaving_of_surplus)[:, None],
        family=draws.sample(assumptions.balance.family_per_mover)[:, None],
        projects=events,
        seasonal_outside=tourism.outside_share(assumptions.tourism, draws)[:, None],
        headcount=draws.sample(assumptions.projects.headcount_per_person_year)[:, None],
        returning=campaign_arrivals(inputs.leavers, assumptions, draws, years),
    )


def _close(inputs: Inputs, paths: Paths, index: int, people: Array) -> tuple[balance.YearBalance, Array]:
    """Labour force and labour need of a year, and their balance; the need by section."""
    factor = inputs.participation_factor[None] * np.exp(paths.participation_shock[index])
    force = labour_force.labour_force(people, paths.participation[index], factor)
    working_age = people[..., labour_force.WORKING_AGES].sum(axis=(2, 3))
    served = jobs.people_served(people, inputs.population.population, inputs.service_weights)
    need = _need(inputs, paths, index, served)
    closed = balance.close_year(
        need.sum(axis=2),
        _homes(paths, index),
        force,
        np.maximum(working_age - force, 0.0),
        paths.usual_unemployment[index],
        inputs.commuting,
        paths.shares,
    )
    return closed, need


def _need(inputs: Inputs, paths: Paths, index: int, served: Array) -> Array:
    """Labour need by section: baseline, growth of tourism, projects and what they set in motion."""
    start, now = paths.nights[0], paths.nights[index + 1]
    growth = np.divide(now, start, out=np.ones_like(now), where=start > 0)
    need = jobs.labour_need(inputs.jobs, paths.need, index, served, growth)
    tourism_change = (now - start) * paths.jobs_per_night
    need += tourism_change[..., None] * paths.tourism_split[:, None, :]
    events = paths.projects
    need += events.direct[index] + events.indirect[index] + events.induced[index]
    return np.maximum(need, 0.0, out=need)


def _homes(paths: Paths, index: int) -> WorkersHomes:
    """Workers of projects by where they live; of new seasonal work in tourism those who come from outside."""
    homes = paths.projects.homes
    growth = np.maximum((paths.nights[index + 1] - paths.nights[0]) * paths.jobs_per_night, 0.0)
    return WorkersHomes(
        homes.here[index],
        homes.arriving[index],
        homes.flown_in[index] + growth * paths.seasonal_outside,
        homes.leaving[index],
    )


def _measures(
    paths: Paths, index: int, year: population.PopulationStep, closed: balance.YearBalance, need: Array
) -> dict[str, Array]:
    """The measures of one year, name -> (draw, place, group)."""
    filled = closed.jobs / np.maximum(closed.labour_need, 1e-9)
    nights, events = paths.nights[index + 1], paths.projects
    direct = events.construction[index] + events.own[index] + events.contractors[index]
    totals = {
        "births": year.births.sum(axis=2),
        "deaths": year.deaths.sum(axis=(2, 3)),
        "in_migration": year.in_migration.sum(axis=(2, 3)),
        "out_migration": year.out_migration.sum(axis=(2, 3)),
        "net_foreign_migration": year.net_foreign_migration,
        "tourism_nights": nights,
        "tourism_jobs": nights * paths.jobs_per_night,
        "construction_jobs": events.construction[index],
        "project_own_jobs": events.own[index],
        "project_contractor_jobs": events.contractors[index],
        "project_jobs": direct,
        "project_person_years": direct / paths.headcount,
        "indirect_jobs": events.indirect[index].sum(axis=2),
        "induced_jobs": events.induced[index].sum(axis=2),
        **{name: getattr(closed, name) for name in _BALANCE},
    }
    return {
        **people_by_group(year.population),
        **_supply(paths, index, year.population, closed),
        **{name: value[..., None] for name, value in totals.items()},
        "jobs_by_industry": need * filled[..., None],
    }


def _supply(paths: Paths, index: int, people: Array, closed: balance.YearBalance) -> dict[str, Array]:
    """The labour force of a year by sex and age, by education and by month, name -> (draw, place, group)."""
    ages = labour_force.labour_force_by_age(people, paths.participation[index], closed.labour_force)
    young = people[..., slice(*labour_force.AGE_GROUPS["15-24"])].sum(axis=(2, 3))
    unemployed = months.by_month(closed.unemployed, paths.season[index])
    return {
        "labour_force_by_sex_age": ages.reshape(*ages.shape[:2], -1),
        "labour_force_by_month": months.with_summer_work(closed.labour_force, young, paths.summer_work),
        "employed_by_education": education.employed_by_education(
            closed.employed_residents, ages.sum(axis=2), paths.education, index
        ),
        "unemployed_by_month": unemployed,
        "unemployed_mean": unemployed.mean(axis=2, keepdims=True),
    }


_BALANCE = (
    "labour_need",
    "jobs",
    "labour_force",
    "employed_residents",
    "unemployed",
    "in_commuters",
    "out_commuters",
    "non_resident_workers",
    "movers",
    "unfilled_jobs",
)


def _block_size(pairs: int, places: int) -> int:
    """Draws in a block: whole chunks of random numbers where it holds more than one, so that none is drawn twice."""
    size = max(1, pairs // places)
    return size if size < CHUNK else size // CHUNK * CHUNK


def _empty(inputs: Inputs, years: range, draws: int) -> dict[str, Array]:
    return {
        name: np.empty((len(years), draws, len(inputs.codes), len(measure.groups)))
        for name, measure in MEASURES.items()
        if measure.over is None
    }


def _check(start: int, until: int, draws: int) -> None:
    if not start <= until <= LAST_YEAR:
        raise UserError(f"--until {until} is out of range: the forecast runs from {start} to {LAST_YEAR} at most.")
    if draws < 1:
        raise UserError(f"--draws {draws} is out of range: give at least 1.")
