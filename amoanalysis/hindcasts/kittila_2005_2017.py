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
from amoanalysis.pipeline.project_paths import ProjectPaths, project_paths
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
AS_IT_CAME = Assumption(value=1.0, low=1.0, high=1.0, unit="1", source="mines", why="What came, not what was planned.")


@dataclass(frozen=True)
class Known:
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


def kittila_replay(data: Data, inputs: Inputs, draws: int = 1000, seed: int = 2008) -> pd.DataFrame:
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
    known = known_then(data)
    block, years = Draws(seed, 0, draws), range(FIRST + 1, LAST + 1)
    events, place = _mine(inputs, block, years), inputs.codes.index(PLACE)
    course = _years(known, _setting(known, inputs, block), events, place, years)
    frames = [
        summarise_parts(values, "").drop(columns="unit").assign(year=year)
        for year, values in zip(years, course, strict=True)
    ]
    table = pd.concat(frames, ignore_index=True).rename(columns={"part": "measure", "median": "value"})
    return table.merge(_actual(data), on=["year", "measure"], how="left")


def known_then(data: Data) -> Known:
    """The account of the end of 2005; unemployment is that of January 2006, the first month of the register."""
    actual = _actual(data)
    then = actual[actual["year"] == FIRST].set_index("measure")["actual"].to_dict()
    people = data.table("population").query("place == @PLACE").set_index("year")
    past = people.loc[[FIRST - TREND_YEARS, FIRST], ["population", "population_15_64"]].to_numpy(dtype=np.float64)
    growth = np.log(past[1] / past[0]) / TREND_YEARS
    register = data.table("labour_market_monthly")
    january = register[(register["place"] == PLACE) & (register["month"] == f"{FIRST + 1}-01")]
    return Known(
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
class _Setting:
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


def _setting(known: Known, inputs: Inputs, draws: Draws) -> _Setting:
    assumed, place = inputs.baseline, inputs.codes.index(PLACE)
    household = movers.mover_households(
        inputs.population.profile.arriving.mean(axis=0),
        draws.sample(assumed.balance.partners_per_mover),
        draws.sample(assumed.balance.children_per_mover),
        inputs.driver_age_weights,
    )
    sections = inputs.jobs.jobs[place]
    served = sum(sections[SECTIONS.index(name)] for name in SECTIONS if name not in (*EXPORT_BASE, *TOURISM))
    force = known.employed + known.unemployed
    # The register begins in 2006: the lowest rate of the region replaces the unknown floor of the place.
    floor = draws.sample(assumed.labour_force.unemployment_floor)[:, None] * inputs.unemployment.lowest.min()
    nights = draws.sample(assumed.tourism.jobs_per_1000_nights[PLACE]) / 1000
    return _Setting(
        shares=balance.draw_balance_shares(assumed.balance, assumed.labour_force, floor, draws),
        persons=household.by_age.sum(axis=(1, 2))[:, None],
        adults=household.by_age[..., WORKING_AGES].sum(axis=(1, 2))[:, None],
        rate=force / known.working_age,
        services=float(served / (sections.sum() - sections[SECTIONS.index("B")])),
        elasticity=draws.sample(assumed.jobs.population_elasticity)[:, None],
        per_night=(nights * draws.sample(assumed.projects.headcount_per_person_year))[:, None],
        season=draws.sample(assumed.tourism.outside_share_of_seasonal)[:, None],
        usual=np.full((draws.count, 1), known.unemployed / force),
        commuting=CommutingBase(
            in_commuters=np.array([known.in_commuters]),
            jobs=np.array([known.jobs]),
            outside_share=np.array([known.out_commuters / known.employed]),
            between=np.zeros((1, 1)),
            kilometres=np.full((1, 1), np.nan),
        ),
    )


def _years(
    known: Known, setting: _Setting, events: ProjectPaths, place: int, years: range
) -> Iterator[dict[str, Array]]:
    """The measures of each year, name -> (draw,)."""
    brought = np.zeros_like(setting.persons)
    workers = np.zeros_like(setting.persons)
    joined = np.zeros_like(setting.persons)
    for index, year in enumerate(years):
        steps = (1 - DAMPING ** (year - FIRST)) / (1 - DAMPING)
        people = np.exp(known.growth * steps)
        working_age = known.working_age * np.exp(known.growth_working_age * steps)
        tourism = (_nights(year) - _nights(FIRST)) * setting.per_night
        homes = _homes(events.worker_residence, index, place, tourism * setting.season)
        news = (events.direct[index] + events.indirect[index] + events.induced[index])[:, [place]].sum(axis=2) + tourism
        need, wanted = _needed(known, setting, people, brought, news, homes)
        members = setting.adults * setting.rate
        come, _ = movers.solve_movers(wanted, workers, setting.shares.movers, members)
        brought, workers = brought + come, workers + come * members
        grown_up = working_age + brought * setting.adults
        force = grown_up * setting.rate
        closed = balance.balance_year(
            need(come), homes, force, grown_up - force, setting.usual, setting.commuting, setting.shares, joined
        )
        joined = closed.joined_labour_force
        found = {name: getattr(closed, name)[:, 0] for name in MEASURES if name != "population"}
        yield {**found, "population": (known.people * people + brought * setting.persons)[:, 0]}


def _needed(
    known: Known, setting: _Setting, people: float, brought: Array, news: Array, homes: WorkerResidence
) -> tuple[Callable[[Array], Array], Callable[[Array], Array]]:
    """Labour demand, and desired additional residents, as functions of the year's net movers."""
    usual = known.jobs * setting.services_kept(np.full_like(brought, people))
    theirs = homes.living_locally + homes.commuting_in + homes.flown_in

    def need(come: Array) -> Array:
        served = people + (brought + come) * setting.persons / known.people
        return known.jobs * setting.services_kept(served) + news

    def wanted(come: Array) -> Array:
        return balance.resident_worker_demand(need(come) - theirs - usual, homes, setting.shares.in_commuters)

    return need, wanted


def _mine(inputs: Inputs, draws: Draws, years: range) -> ProjectPaths:
    """Direct, indirect and induced jobs and worker residence of the mine."""
    fields = {
        name: AS_IT_CAME.model_copy(update={"value": value, "low": low, "high": high, "path": f"events.mine.{name}"})
        for name, (value, low, high) in MINE.items()
    }
    named = {"fi": "Kittilän kaivos", "en": "Kittilä mine"}
    event = Event.model_validate({"kind": "mine", "place": PLACE, "name": named, **fields})
    projects = inputs.baseline.projects.model_copy(update={"built_share_of_plan": AS_IT_CAME})
    assumed = inputs.baseline.model_copy(update={"projects": projects, "events": {"mine": event}})
    return project_paths(assumed, inputs.sites, inputs.suppliers, draws, years)


def _homes(homes: WorkerResidence, index: int, place: int, season: Array) -> WorkerResidence:
    here, arriving, flown_in, leaving = (
        part[index][:, [place]]
        for part in (homes.living_locally, homes.commuting_in, homes.flown_in, homes.commuting_out)
    )
    return WorkerResidence(here, arriving, flown_in + season, leaving, np.zeros((len(here), 1, 1)))


def _nights(year: int) -> float:
    """Registered nights, log-linear between the known years."""
    return float(np.exp(np.interp(year, list(NIGHTS), np.log(list(NIGHTS.values())))))


def _actual(data: Data) -> pd.DataFrame:
    """Actual values: year, measure, actual."""
    panel = adjustment_panel({name: data.table(name) for name in TABLES}, [PLACE])
    names = ("jobs", "in_commuters", "out_commuters", "employed_residents", "unemployed")
    account = pd.DataFrame({name: panel[name].loc[PLACE] for name in names}).rename_axis("year")
    people = data.table("population").query("place == @PLACE").set_index("year")["population"].astype(float)
    wide = account.join(people)
    return wide.reset_index().melt("year", list(MEASURES), "measure", "actual")
