"""Runs the models in order over draws: people, labour force, labour need, balance, and back to people."""

from collections.abc import Callable, Iterator
from dataclasses import fields

import numpy as np

from amoanalysis.config.assumptions import Assumptions
from amoanalysis.config.places import Places
from amoanalysis.config.scenarios import Scenario
from amoanalysis.errors import UserError
from amoanalysis.models.labour_force import education
from amoanalysis.models.labour_force import participation as labour_force
from amoanalysis.models.labour_force import unemployment as months
from amoanalysis.models.population.cohort_component import add_in_migrants, project_year
from amoanalysis.models.statistics.draws import CHUNK, Array, Draws
from amoanalysis.pipeline.drawn_parameters import Paths, draw_paths
from amoanalysis.pipeline.engines import Block, Engine, local
from amoanalysis.pipeline.inputs.prepare import Inputs
from amoanalysis.pipeline.year_balance import ClosedYear, close, usual_paths
from amoanalysis.results.draw_storage import let_go, room_for
from amoanalysis.results.forecast import Forecast
from amoanalysis.results.measures import MEASURES, people_by_group

# A block holds so few (draw, place) pairs that its population stays in a processor's cache, and so many that the steps
# between the arrays cost little.
PAIRS_PER_BLOCK = 3_200
# Random numbers are made for whole chunks of draws, so a block of fewer draws than this makes most of them in vain.
LEAST_DRAWS = 16
LAST_YEAR = 2100


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
    check_span(start, until, draws)
    years = range(start, until + 1)
    arrays = room_for(_shapes(inputs, years, draws))
    size = _block_size(pairs_per_block, len(inputs.codes))
    shared = (inputs, scenario.assumptions, seed, years, usual_paths(inputs, years))
    blocks = [(first, min(size, draws - first)) for first in range(0, draws, size)]
    done = 0
    for (first, count), values in engine(_block, shared, blocks):
        for name, value in values.items():
            arrays[name][:, first : first + count] = value
        let_go(arrays)
        done += count
        if progress is not None:
            progress(done)
    return Forecast(
        scenario, places, inputs.codes, years, draws, seed, MEASURES, arrays, inputs.observed, inputs.widenings
    )


def _block(shared: tuple[Inputs, Assumptions, int, range, Paths], block: Block) -> dict[str, Array]:
    """One block of draws, its years together: name -> (year, draw, place, group)."""
    inputs, assumptions, seed, years, usual = shared
    draws = Draws(seed, *block)
    arrays = room_for(_shapes(inputs, years, draws.count))
    for index, values in enumerate(simulate(inputs, assumptions, draws, years, usual)):
        for name, value in values.items():
            arrays[name][index] = value
    return arrays


def simulate(
    inputs: Inputs, assumptions: Assumptions, draws: Draws, years: range, usual: Paths | None = None
) -> Iterator[dict[str, Array]]:
    """Runs the years of one block of draws.

    Args:
        inputs: what is known.
        assumptions: what is assumed.
        draws: the block.
        years: forecast years.
        usual: the usual course of these years, where it is at hand.

    Yields:
        For each year the measures, name -> (draw, place, group).
    """
    paths = draw_paths(inputs, assumptions, draws, years)
    for index, closed in enumerate(closed_years(inputs, paths, usual or usual_paths(inputs, years))):
        yield _measures(paths, index, closed)


def closed_years(inputs: Inputs, paths: Paths, usual: Paths) -> Iterator[ClosedYear]:
    """The years one after the other: people, movers, need and balance."""
    base = inputs.population
    people = np.broadcast_to(base.population, (len(paths.shares.movers), *base.population.shape))
    nobody = np.zeros(people.shape[:2])
    closed = None
    for index in range(len(paths.participation)):
        year = project_year(people, base, paths.population, index, nobody)
        if paths.returning[index].any():
            year = add_in_migrants(year, base, paths.returning[index])
        closed = close(inputs, paths, usual, index, year, closed)
        people = closed.people.population
        yield closed


def _measures(paths: Paths, index: int, closed: ClosedYear) -> dict[str, Array]:
    """The measures of one year, name -> (draw, place, group)."""
    year, account = closed.people, closed.balance
    filled = account.jobs / np.maximum(account.labour_demand, 1e-9)
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
        "movers": closed.movers,
        "settled_workers": closed.workers,
        **{field.name: getattr(account, field.name) for field in fields(account)},
    }
    return {
        **people_by_group(year.population),
        **_supply(paths, index, closed),
        **{name: value[..., None] for name, value in totals.items()},
        "jobs_by_industry": closed.need * filled[..., None],
    }


def _supply(paths: Paths, index: int, closed: ClosedYear) -> dict[str, Array]:
    """The labour force of a year by sex and age, by education and by month, name -> (draw, place, group)."""
    people, account = closed.people.population, closed.balance
    ages = labour_force.labour_force_by_age(people, paths.participation[index], account.labour_force)
    young = people[..., slice(*labour_force.AGE_GROUPS["15-24"])].sum(axis=(2, 3))
    unemployed = months.spread_over_months(account.unemployed, paths.season[index])
    return {
        "labour_force_by_sex_age": ages.reshape(*ages.shape[:2], -1),
        "labour_force_by_month": months.add_summer_work(account.labour_force, young, paths.summer_work),
        "employed_by_education": education.employed_by_education(
            account.employed_residents, ages.sum(axis=2), paths.education, index
        ),
        "unemployed_by_month": unemployed,
        "unemployed_mean": unemployed.mean(axis=2, keepdims=True),
    }


def _block_size(pairs: int, places: int) -> int:
    """Draws in a block: whole chunks of random numbers where it holds more than one, so that none is drawn twice."""
    size = max(LEAST_DRAWS, pairs // places)
    return size if size < CHUNK else size // CHUNK * CHUNK


def _shapes(inputs: Inputs, years: range, draws: int) -> dict[str, tuple[int, ...]]:
    """Of each measure that is no ratio: (year, draw, place, group)."""
    return {
        name: (len(years), draws, len(inputs.codes), len(measure.groups))
        for name, measure in MEASURES.items()
        if measure.over is None
    }


def check_span(start: int, until: int, draws: int) -> None:
    """Refuses years and draws that are out of range.

    Raises:
        UserError: if they are.
    """
    if not start <= until <= LAST_YEAR:
        raise UserError(f"--until {until} is out of range: the forecast runs from {start} to {LAST_YEAR} at most.")
    if draws < 1:
        raise UserError(f"--draws {draws} is out of range: give at least 1.")
