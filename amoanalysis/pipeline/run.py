"""Runs the models in order over draws: population, labour force, labour demand, balance and induced migration."""

from collections.abc import Callable, Iterator
from dataclasses import fields

import numpy as np

from amoanalysis.config.assumptions import Assumptions
from amoanalysis.config.places import Places
from amoanalysis.config.scenarios import Scenario
from amoanalysis.errors import UserError
from amoanalysis.models.components import Components
from amoanalysis.models.labour_force import education
from amoanalysis.models.labour_force import participation as labour_force
from amoanalysis.models.labour_force import unemployment as months
from amoanalysis.models.population.cohort_component import add_in_migrants, project_year
from amoanalysis.models.statistics.draws import CHUNK, Array, Draws
from amoanalysis.pipeline.drawn_parameters import DEFAULT, Paths, draw_paths
from amoanalysis.pipeline.engines import Block, Engine, run_locally
from amoanalysis.pipeline.inputs.prepare import Inputs
from amoanalysis.pipeline.year_balance import BalancedYear, balance_places, draw_reference_paths
from amoanalysis.results.draw_storage import allocate_arrays, release_arrays
from amoanalysis.results.forecast import Forecast
from amoanalysis.results.measures import MEASURES, people_by_group

# (draw, place) pairs of a block: small enough for the processor cache, large enough for vectorised steps.
PAIRS_PER_BLOCK = 3_200
# Random numbers are generated in chunks; much smaller blocks discard most of a chunk.
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
    engine: Engine = run_locally,
    components: Components = DEFAULT,
) -> Forecast:
    """Forecasts population, labour force, labour demand and their balance.

    Args:
        inputs: prepared inputs.
        scenario: assumptions.
        places: the places, for the areas that the municipalities make up.
        until: last year.
        draws: number of draws.
        seed: the same seed gives the same digits, however the draws are split into blocks.
        progress: called with the number of draws done.
        pairs_per_block: draws times places of a block.
        engine: where the blocks are computed.
        components: replaced models of migration, fertility, labour demand or balance.

    Returns:
        The forecast of every municipality of the inputs.

    Raises:
        UserError: if years or draws are out of range, or the site of an event is unknown.
    """
    start = inputs.population.year + 1
    check_span(start, until, draws)
    years = range(start, until + 1)
    arrays = allocate_arrays(_shapes(inputs, years, draws))
    size = _block_size(pairs_per_block, len(inputs.codes))
    shared = (inputs, scenario.assumptions, seed, years, draw_reference_paths(inputs, years), components)
    blocks = [(first, min(size, draws - first)) for first in range(0, draws, size)]
    done = 0
    for (first, count), values in engine(_block, shared, blocks):
        for name, value in values.items():
            arrays[name][:, first : first + count] = value
        release_arrays(arrays)
        done += count
        if progress is not None:
            progress(done)
    return Forecast(
        scenario, places, inputs.codes, years, draws, seed, MEASURES, arrays, inputs.observed, inputs.calibrations
    )


def _block(shared: tuple[Inputs, Assumptions, int, range, Paths, Components], block: Block) -> dict[str, Array]:
    """One block of draws, all years: name -> (year, draw, place, group)."""
    inputs, assumptions, seed, years, reference, components = shared
    draws = Draws(seed, *block)
    arrays = allocate_arrays(_shapes(inputs, years, draws.count))
    for index, values in enumerate(simulate(inputs, assumptions, draws, years, reference, components)):
        for name, value in values.items():
            arrays[name][index] = value
    return arrays


def simulate(
    inputs: Inputs,
    assumptions: Assumptions,
    draws: Draws,
    years: range,
    reference: Paths | None = None,
    components: Components = DEFAULT,
) -> Iterator[dict[str, Array]]:
    """Runs the years of one block of draws.

    Args:
        inputs: prepared inputs.
        assumptions: assumptions of the scenario.
        draws: the block.
        years: forecast years.
        reference: the reference path of these years; computed if None.
        components: replaced models.

    Yields:
        For each year the measures, name -> (draw, place, group).
    """
    paths = draw_paths(inputs, assumptions, draws, years, components)
    reference = reference or draw_reference_paths(inputs, years)
    for index, year in enumerate(balanced_years(inputs, paths, reference, components)):
        yield _measures(paths, index, year)


def balanced_years(
    inputs: Inputs, paths: Paths, reference: Paths, components: Components = DEFAULT
) -> Iterator[BalancedYear]:
    """Runs the years in order: population, induced migration, labour demand and balance."""
    base = inputs.population
    people = np.broadcast_to(base.population, (len(paths.shares.movers), *base.population.shape))
    none = np.zeros(people.shape[:2])
    balanced = None
    for index in range(len(paths.participation)):
        year = project_year(people, base, paths.population, index, none)
        if paths.returning[index].any():
            year = add_in_migrants(year, base, paths.returning[index])
        balanced = balance_places(inputs, paths, reference, index, year, balanced, components.balance)
        people = balanced.people.population
        yield balanced


def _measures(paths: Paths, index: int, year: BalancedYear) -> dict[str, Array]:
    """The measures of one year, name -> (draw, place, group)."""
    people, account = year.people, year.balance
    filled = account.jobs / np.maximum(account.labour_demand, 1e-9)
    nights, events = paths.nights[index + 1], paths.projects
    direct = events.construction[index] + events.own[index] + events.contractors[index]
    totals = {
        "births": people.births.sum(axis=2),
        "deaths": people.deaths.sum(axis=(2, 3)),
        "in_migration": people.in_migration.sum(axis=(2, 3)),
        "out_migration": people.out_migration.sum(axis=(2, 3)),
        "net_foreign_migration": people.net_foreign_migration,
        "tourism_nights": nights,
        "tourism_jobs": nights * paths.jobs_per_night,
        "construction_jobs": events.construction[index],
        "project_own_jobs": events.own[index],
        "project_contractor_jobs": events.contractors[index],
        "project_jobs": direct,
        "project_person_years": direct / paths.headcount,
        "indirect_jobs": events.indirect[index].sum(axis=2),
        "induced_jobs": events.induced[index].sum(axis=2),
        "movers": year.movers,
        "settled_workers": year.workers,
        **{field.name: getattr(account, field.name) for field in fields(account)},
    }
    return {
        **people_by_group(people.population),
        **_supply(paths, index, year),
        **{name: value[..., None] for name, value in totals.items()},
        "jobs_by_industry": year.demand * filled[..., None],
    }


def _supply(paths: Paths, index: int, year: BalancedYear) -> dict[str, Array]:
    """The labour force of a year by sex and age, by education and by month, name -> (draw, place, group)."""
    people, account = year.people.population, year.balance
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
    """Draws of a block: a multiple of the chunk of random numbers, so that none is generated twice."""
    size = max(LEAST_DRAWS, pairs // places)
    return size if size < CHUNK else size // CHUNK * CHUNK


def _shapes(inputs: Inputs, years: range, draws: int) -> dict[str, tuple[int, ...]]:
    """Shape of each measure that is not a ratio: (year, draw, place, group)."""
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
