"""Hindcast of Kittilä 2005-2017: actual mine and tourism as exogenous inputs, all else as known in 2005."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.config.assumptions import Assumption, Event
from amoanalysis.data.load import Data
from amoanalysis.models.balance import accounts as balance
from amoanalysis.models.balance import induced_migration as movers
from amoanalysis.models.balance.local_projections import TABLES, adjustment_panel
from amoanalysis.models.jobs.labour_demand import EXPORT_BASE, SECTIONS, TOURISM
from amoanalysis.models.labour_force.commuting import CommutingBase
from amoanalysis.models.labour_force.participation import WORKING_AGES
from amoanalysis.models.projects.phases import WorkerResidence
from amoanalysis.models.statistics.draws import Array, Draws
from amoanalysis.pipeline.inputs.prepare import Inputs
from amoanalysis.pipeline.project_paths import ProjectPaths, draw_project_paths
from amoanalysis.results.explain import summarise_parts

PLACE, FIRST, LAST = "261", 2005, 2017
# Population growth of the ten years before continues, damped like the trends of jobs.
TREND_YEARS = 10
DAMPING = 0.93
MEASURES = ("jobs", "in_commuters", "employed_residents", "out_commuters", "population", "unemployed")
# The actual mine of Suurikuusikko, from the table mines; first gold in January 2009.
MINE = {
    "probability": (1.0, 1.0, 1.0),
    "start": (2009, 2009, 2009),
    "construction_years": (2.5, 2.0, 3.0),
    "construction_jobs": (300, 200, 400),
    "operating_jobs": (420, 400, 450),
    "contractors_per_own_employee": (0.5, 0.45, 0.6),
    "ramp_up_years": (2.5, 2.0, 3.0),
    "operating_years": (40, 40, 40),
    "wind_down_years": (1, 1, 1),
}
# Registered nights, from the table tourism: Levi's 449,000 of 2014 after 5.1 % a year since 2001, then 3.4 % a year.
NIGHTS = {2001: 235_100.0, 2014: 448_845.0, 2019: 530_000.0}
CERTAIN = Assumption(value=1.0, low=1.0, high=1.0, unit="1", source="mines", why="Actual value, not the plan.")


@dataclass(frozen=True)
class BaseYear:
    """Data known at the end of the first year: persons, jobs and yearly log growth."""

    people: float
    working_age: float
    growth: float
    growth_working_age: float
    employed: float
    unemployed: float
    jobs: float
    in_commuters: float
    out_commuters: float


def hindcast_kittila(data: Data, inputs: Inputs, draws: int = 1000, seed: int = 2008) -> pd.DataFrame:
    """Jobs, commuters, employed residents and population of Kittilä: hindcast by the balance, and actual values.

    The population trend continues, service jobs follow the population, and unemployment and commuting stay constant
    except for the exogenous demand: direct, indirect and induced jobs of the mine and tourism jobs. The balance of the
    forecast determines who fills them, induced migration and unfilled jobs.

    Args:
        data: the data folder.
        inputs: inputs of the forecast, for sites, suppliers, services and ages of migrants.
        draws: number of draws.
        seed: random seed.

    Returns:
        year, measure, mean, value (median), low, high (80 %), actual; persons and jobs.
    """
    base = read_base_year(data)
    block, years = Draws(seed, 0, draws), range(FIRST + 1, LAST + 1)
    events, place = _mine_paths(inputs, block, years), inputs.codes.index(PLACE)
    measures = _hindcast_years(base, _draw_parameters(base, inputs, block), events, place, years)
    frames = [
        summarise_parts(values, "").drop(columns="unit").assign(year=year)
        for year, values in zip(years, measures, strict=True)
    ]
    table = pd.concat(frames, ignore_index=True).rename(columns={"part": "measure", "median": "value"})
    return table.merge(_read_actual_values(data), on=["year", "measure"], how="left")


def read_base_year(data: Data) -> BaseYear:
    """The account of the end of 2005; unemployment is that of January 2006, the first month of the register."""
    actual = _read_actual_values(data)
    then = actual[actual["year"] == FIRST].set_index("measure")["actual"].to_dict()
    people = data.table("population").query("place == @PLACE").set_index("year")
    past = people.loc[[FIRST - TREND_YEARS, FIRST], ["population", "population_15_64"]].to_numpy(dtype=np.float64)
    growth = np.log(past[1] / past[0]) / TREND_YEARS
    register = data.table("labour_market_monthly")
    january = register[(register["place"] == PLACE) & (register["month"] == f"{FIRST + 1}-01")]
    return BaseYear(
        people=float(past[1, 0]),
        working_age=float(past[1, 1]),
        growth=float(growth[0]),
        growth_working_age=float(growth[1]),
        employed=float(then["employed_residents"]),
        unemployed=float(january["unemployed_jobseekers"].iloc[0]),
        jobs=float(then["jobs"]),
        in_commuters=float(then["in_commuters"]),
        out_commuters=float(then["out_commuters"]),
    )


@dataclass(frozen=True)
class Parameters:
    """Parameters that are constant over the years; (draw, 1) unless stated otherwise.

    Attributes:
        shares: shares of the balance.
        persons: persons per mover, the mover included.
        adults: persons of working age among them.
        rate: labour force per person of working age.
        services: share of the jobs that follows the population; not drawn.
        elasticity: elasticity of these jobs to the population.
        per_night: workers per overnight stay.
        season: share of new tourism jobs filled by seasonal workers from outside.
        usual: share of the labour force that is unemployed.
        commuting: in the first year.
    """

    shares: balance.BalanceShares
    persons: Array
    adults: Array
    rate: float
    services: float
    elasticity: Array
    per_night: Array
    season: Array
    usual: Array
    commuting: CommutingBase

    def services_kept(self, people: Array) -> Array:
        """Jobs relative to the first year, given the population relative to the first year."""
        return 1 - self.services + self.services * people**self.elasticity


def _draw_parameters(base: BaseYear, inputs: Inputs, draws: Draws) -> Parameters:
    assumed, place = inputs.baseline, inputs.codes.index(PLACE)
    household = movers.mover_households(
        inputs.population.profile.arriving.mean(axis=0),
        draws.sample(assumed.balance.partners_per_mover),
        draws.sample(assumed.balance.children_per_mover),
        inputs.driver_age_weights,
    )
    sections = inputs.jobs.jobs[place]
    served = sum(sections[SECTIONS.index(name)] for name in SECTIONS if name not in (*EXPORT_BASE, *TOURISM))
    force = base.employed + base.unemployed
    # The register begins in 2006: the lowest rate of the region replaces the unknown floor of the place.
    floor = draws.sample(assumed.labour_force.unemployment_floor)[:, None] * inputs.unemployment.lowest.min()
    nights = draws.sample(assumed.tourism.jobs_per_1000_nights[PLACE]) / 1000
    return Parameters(
        shares=balance.draw_balance_shares(assumed.balance, assumed.labour_force, floor, draws),
        persons=household.by_age.sum(axis=(1, 2))[:, None],
        adults=household.by_age[..., WORKING_AGES].sum(axis=(1, 2))[:, None],
        rate=force / base.working_age,
        services=float(served / (sections.sum() - sections[SECTIONS.index("B")])),
        elasticity=draws.sample(assumed.jobs.population_elasticity)[:, None],
        per_night=(nights * draws.sample(assumed.projects.headcount_per_person_year))[:, None],
        season=draws.sample(assumed.tourism.outside_share_of_seasonal)[:, None],
        usual=np.full((draws.count, 1), base.unemployed / force),
        commuting=CommutingBase(
            in_commuters=np.array([base.in_commuters]),
            jobs=np.array([base.jobs]),
            outside_share=np.array([base.out_commuters / base.employed]),
            between=np.zeros((1, 1)),
            kilometres=np.full((1, 1), np.nan),
        ),
    )


def _hindcast_years(
    base: BaseYear, parameters: Parameters, events: ProjectPaths, place: int, years: range
) -> Iterator[dict[str, Array]]:
    """The measures of each year, name -> (draw,)."""
    moved_in = np.zeros_like(parameters.persons)
    workers = np.zeros_like(parameters.persons)
    joined = np.zeros_like(parameters.persons)
    for index, year in enumerate(years):
        steps = (1 - DAMPING ** (year - FIRST)) / (1 - DAMPING)
        people = np.exp(base.growth * steps)
        working_age = base.working_age * np.exp(base.growth_working_age * steps)
        tourism = (_nights_in_year(year) - _nights_in_year(FIRST)) * parameters.per_night
        homes = _worker_residence(events.worker_residence, index, place, tourism * parameters.season)
        exogenous_demand = (events.direct[index] + events.indirect[index] + events.induced[index])[:, [place]].sum(
            axis=2
        ) + tourism
        labour_demand, desired_workers = _demand_functions(base, parameters, people, moved_in, exogenous_demand, homes)
        members = parameters.adults * parameters.rate
        net_movers, _ = movers.solve_movers(desired_workers, workers, parameters.shares.movers, members)
        moved_in, workers = moved_in + net_movers, workers + net_movers * members
        working_age = working_age + moved_in * parameters.adults
        force = working_age * parameters.rate
        closed = balance.balance_year(
            labour_demand(net_movers),
            homes,
            force,
            working_age - force,
            parameters.usual,
            parameters.commuting,
            parameters.shares,
            joined,
        )
        joined = closed.joined_labour_force
        values = {name: getattr(closed, name)[:, 0] for name in MEASURES if name != "population"}
        yield {**values, "population": (base.people * people + moved_in * parameters.persons)[:, 0]}


def _demand_functions(
    base: BaseYear,
    parameters: Parameters,
    people: float,
    moved_in: Array,
    exogenous_demand: Array,
    homes: WorkerResidence,
) -> tuple[Callable[[Array], Array], Callable[[Array], Array]]:
    """Labour demand, and desired additional residents, as functions of the year's net movers."""
    trend = base.jobs * parameters.services_kept(np.full_like(moved_in, people))
    project_workers = homes.living_locally + homes.commuting_in + homes.flown_in

    def labour_demand(net_movers: Array) -> Array:
        served = people + (moved_in + net_movers) * parameters.persons / base.people
        return base.jobs * parameters.services_kept(served) + exogenous_demand

    def desired_workers(net_movers: Array) -> Array:
        return balance.resident_worker_demand(
            labour_demand(net_movers) - project_workers - trend, homes, parameters.shares.in_commuters
        )

    return labour_demand, desired_workers


def _mine_paths(inputs: Inputs, draws: Draws, years: range) -> ProjectPaths:
    """Direct, indirect and induced jobs and worker residence of the mine."""
    fields = {
        name: CERTAIN.model_copy(update={"value": value, "low": low, "high": high, "path": f"events.mine.{name}"})
        for name, (value, low, high) in MINE.items()
    }
    named = {"fi": "Kittilän kaivos", "en": "Kittilä mine"}
    event = Event.model_validate({"kind": "mine", "place": PLACE, "name": named, **fields})
    projects = inputs.baseline.projects.model_copy(update={"built_share_of_plan": CERTAIN})
    assumed = inputs.baseline.model_copy(update={"projects": projects, "events": {"mine": event}})
    return draw_project_paths(assumed, inputs.sites, inputs.suppliers, draws, years)


def _worker_residence(homes: WorkerResidence, index: int, place: int, season: Array) -> WorkerResidence:
    here, arriving, flown_in, leaving = (
        part[index][:, [place]]
        for part in (homes.living_locally, homes.commuting_in, homes.flown_in, homes.commuting_out)
    )
    return WorkerResidence(here, arriving, flown_in + season, leaving, np.zeros((len(here), 1, 1)))


def _nights_in_year(year: int) -> float:
    """Registered nights, log-linear between the known years."""
    return float(np.exp(np.interp(year, list(NIGHTS), np.log(list(NIGHTS.values())))))


def _read_actual_values(data: Data) -> pd.DataFrame:
    """Actual values: year, measure, actual."""
    panel = adjustment_panel({name: data.table(name) for name in TABLES}, [PLACE])
    names = ("jobs", "in_commuters", "out_commuters", "employed_residents", "unemployed")
    account = pd.DataFrame({name: panel[name].loc[PLACE] for name in names}).rename_axis("year")
    people = data.table("population").query("place == @PLACE").set_index("year")["population"].astype(float)
    wide = account.join(people)
    return wide.reset_index().melt("year", list(MEASURES), "measure", "actual")
