"""Solves one year's labour-market balance: fixed point of induced migration and service demand, then the accounts."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from amoanalysis.models.balance import accounts as balance
from amoanalysis.models.balance import induced_migration
from amoanalysis.models.components import LabourBalance
from amoanalysis.models.jobs import labour_demand
from amoanalysis.models.jobs.labour_demand import SECTIONS
from amoanalysis.models.labour_force import participation as labour_force
from amoanalysis.models.population.cohort_component import PopulationStep
from amoanalysis.models.projects.phases import WorkerResidence
from amoanalysis.models.statistics.draws import Array, Draws
from amoanalysis.pipeline.drawn_parameters import Paths, draw_paths
from amoanalysis.pipeline.inputs.prepare import Inputs

# Section of additional jobs without a named employer: other business services.
EXTRA_SECTION = SECTIONS.index("N")


@dataclass(frozen=True)
class BalancedYear:
    """All results of a year.

    Attributes:
        people: the population, induced migration included.
        balance: jobs and residents.
        demand: (draw, place, section), labour demand.
        movers: (draw, place), net workers who move in for work beyond usual migration; negative where more leave.
        households: (draw, place), cumulated households of movers.
        workers: (draw, place), cumulated members of the labour force in these households.
        rounds: iterations until movers and service demand agree.
    """

    people: PopulationStep
    balance: balance.YearBalance
    demand: Array
    movers: Array
    households: Array
    workers: Array
    rounds: int


@dataclass(frozen=True)
class MedianDraws(Draws):
    """One draw in which every random number is its median."""

    def normal(self, stream: str, shape: tuple[int, ...] = ()) -> Array:
        """Zeros: (draw, *shape)."""
        del stream
        return np.zeros((self.count, *shape))


def draw_reference_paths(inputs: Inputs, years: range) -> Paths:
    """Reference path: the baseline with every assumption at its median and no shock.

    Usual net migration belongs to it, so only departures from it induce migration: the movers of a usual year are part
    of the population model already.
    """
    return draw_paths(inputs, inputs.baseline, MedianDraws(0, 0, 1), years)


def balance_places(
    inputs: Inputs,
    paths: Paths,
    reference: Paths,
    index: int,
    year: PopulationStep,
    before: BalancedYear | None,
    solve_balance: LabourBalance = balance.balance_year,
) -> BalancedYear:
    """Balances the labour market of all places in one year.

    Args:
        inputs: prepared inputs.
        paths: drawn parameters.
        reference: the reference path, one draw.
        index: position of the forecast year.
        year: the population before induced migration.
        before: the year before; None in the first.
        solve_balance: model of who fills the demand.

    Returns:
        The year.
    """
    none = np.zeros(year.births.shape[:2])
    households, workers = (before.households, before.workers) if before else (none, none)
    participation = paths.participation[index]
    factor = inputs.participation_factor[None] * np.exp(paths.participation_shock[index])
    members = np.einsum("dsa,dsa->d", paths.households.by_age, participation)[:, None] * factor
    exogenous = _exogenous_demand(inputs, paths, index)
    population_served = _population_served(inputs, paths, year.population)
    desired = _desired_residents(
        paths, exogenous, _exogenous_demand(inputs, reference, index), population_served, households
    )
    movers, rounds = induced_migration.solve_movers(desired, workers, paths.shares.movers, members)
    people = induced_migration.add_households(year, paths.households.by_age, movers)
    force = labour_force.labour_force(people.population, participation, factor)
    working_age = labour_force.working_age(people.population)
    demand = labour_demand.demand_by_section(exogenous.year, population_served(movers)) + exogenous.added
    demand = np.maximum(demand, 0.0)
    account = solve_balance(
        demand.sum(axis=2),
        exogenous.residence,
        force,
        np.maximum(working_age - force, 0.0),
        paths.usual_unemployment[index],
        inputs.commuting,
        paths.shares,
        before.balance.joined_labour_force if before else 0.0,
    )
    return BalancedYear(people, account, demand, movers, households + movers, workers + movers * members, rounds)


@dataclass(frozen=True)
class ExogenousDemand:
    """Labour demand of a year that does not depend on its population.

    Attributes:
        year: trends and visitors.
        added: (draw, place, section), jobs of tourism growth, projects, their effects, and additional jobs.
        residence: project and seasonal workers by place of residence, (draw, place).
    """

    year: labour_demand.YearDemand
    added: Array
    residence: WorkerResidence

    def open_to_residents(self) -> Array:
        """(draw, place), added jobs that project workers with a known residence do not fill."""
        known = self.residence.living_locally + self.residence.commuting_in + self.residence.flown_in
        return self.added.sum(axis=2) - known


def _exogenous_demand(inputs: Inputs, paths: Paths, index: int) -> ExogenousDemand:
    start, now = paths.nights[0], paths.nights[index + 1]
    growth = np.divide(now, start, out=np.ones_like(now), where=start > 0)
    tourism_change = (now - start) * paths.jobs_per_night
    events = paths.projects
    added = tourism_change[..., None] * paths.tourism_split[:, None, :]
    added += events.direct[index] + events.indirect[index] + events.induced[index]
    added[..., EXTRA_SECTION] += paths.extra_jobs
    # Part of the additional seasonal work in tourism is done by workers who come for the season.
    seasonal = np.maximum(tourism_change, 0.0) * paths.seasonal_outside
    workers = events.worker_residence
    return ExogenousDemand(
        labour_demand.year_demand(inputs.jobs, paths.demand, index, growth),
        added,
        WorkerResidence(
            workers.living_locally[index],
            workers.commuting_in[index],
            workers.flown_in[index] + seasonal,
            workers.commuting_out[index],
            workers.between_places[index],
        ),
    )


def _population_served(inputs: Inputs, paths: Paths, people: Array) -> Callable[[Array], Array]:
    """Population served relative to the jump-off year, (draw, place, driver), as a function of net movers."""
    base = np.maximum(inputs.population.population.sum(axis=1) @ inputs.driver_age_weights.T, 1e-9)
    now = labour_demand.population_served(people, inputs.population.population, inputs.driver_age_weights)
    household = paths.households.driver_weights[:, None] / base

    def population_served(movers: Array) -> Array:
        return np.maximum(now + movers[..., None] * household, 0.0)

    return population_served


def _desired_residents(
    paths: Paths,
    exogenous: ExogenousDemand,
    reference: ExogenousDemand,
    population_served: Callable[[Array], Array],
    households: Array,
) -> Callable[[Array], Array]:
    """Resident workers demanded beyond the reference path, as a function of the year's movers.

    Movers demand services themselves. The reference demand is that of the population without earlier movers: demand
    of earlier movers counts as additional, that of random births, deaths and usual migration does not.
    """
    total = labour_demand.total_demand_function(exogenous.year)
    usual = labour_demand.total_demand_function(reference.year)(population_served(-households))
    fixed = balance.resident_worker_demand(
        exogenous.open_to_residents() - usual - reference.open_to_residents(),
        exogenous.residence,
        paths.shares.in_commuters,
    )
    fixed -= reference.residence.living_locally + reference.residence.commuting_out
    residents = 1 - paths.shares.in_commuters

    def desired(movers: Array) -> Array:
        return fixed + residents * total(population_served(movers))

    return desired
