"""Parameters and shocks drawn for a block of draws before its years are run."""

from dataclasses import dataclass

import numpy as np

from amoanalysis.config.assumptions import Assumptions
from amoanalysis.models import tourism
from amoanalysis.models.balance import accounts as balance
from amoanalysis.models.balance import induced_migration as movers
from amoanalysis.models.components import Components, check_shape
from amoanalysis.models.jobs import labour_demand
from amoanalysis.models.jobs.labour_demand import SECTIONS
from amoanalysis.models.labour_force import education, unemployment
from amoanalysis.models.labour_force import participation as labour_force
from amoanalysis.models.labour_force import unemployment as months
from amoanalysis.models.population import projection as population
from amoanalysis.models.statistics.draws import Array, Draws, draw_ar1_shocks
from amoanalysis.pipeline.inputs.migration import campaign_arrivals
from amoanalysis.pipeline.inputs.prepare import Inputs
from amoanalysis.pipeline.project_paths import ProjectPaths, draw_project_paths

DEFAULT = Components()


@dataclass(frozen=True)
class Paths:
    """Drawn parameters of a block; the year is the first axis."""

    population: population.PopulationPaths
    participation: Array
    participation_shock: Array
    nights: Array
    jobs_per_night: Array
    tourism_split: Array
    demand: labour_demand.DemandPaths
    extra_jobs: Array
    usual_unemployment: Array
    season: Array
    education: education.EducationPaths | None
    summer_work: Array
    shares: balance.BalanceShares
    households: movers.MoverHouseholds
    projects: ProjectPaths
    seasonal_outside: Array
    headcount: Array
    returning: Array


def draw_paths(
    inputs: Inputs, assumptions: Assumptions, draws: Draws, years: range, components: Components = DEFAULT
) -> Paths:
    """Draws all parameters of a block, each from its own random stream."""
    base, codes, jump_off = inputs.population, list(inputs.codes), inputs.population.year
    labour = assumptions.labour_force
    rise = draws.sample(labour.retirement_age_rise)
    later = np.outer([year - jump_off for year in years], rise)
    persistence = draws.sample(labour.participation_persistence)
    spread = draws.sample(labour.participation_shock)
    events = draw_project_paths(assumptions, inputs.sites, inputs.suppliers, draws, years)
    visitors = tourism.use_measured_nights(assumptions.tourism, inputs.measured_nights)
    stays = tourism.overnight_stays(visitors, draws, codes, jump_off, range(jump_off, years.stop))
    stays[1:] += events.nights
    return Paths(
        population=_draw_population(inputs, assumptions, draws, years, components),
        participation=labour_force.shift_retirement(inputs.participation, later.ravel()).reshape(*later.shape, 2, -1),
        participation_shock=draw_ar1_shocks(draws, "participation", years, len(codes), persistence, spread),
        nights=stays,
        jobs_per_night=tourism.jobs_per_night(assumptions.tourism, draws, codes),
        tourism_split=tourism.sector_split(assumptions.tourism, draws, SECTIONS),
        demand=_draw_demand(inputs, assumptions, draws, years, components),
        extra_jobs=_extra_jobs(assumptions, draws, codes),
        usual_unemployment=unemployment.draw_reference_unemployment(inputs.unemployment, labour, draws, years),
        season=np.stack([months.draw_profile(inputs.unemployment.season, draws, f"season:{year}") for year in years]),
        summer_work=draws.sample(labour.summer_work)[:, None],
        education=education.draw_education_paths(inputs.education, labour, draws, years),
        shares=balance.draw_balance_shares(
            assumptions.balance,
            labour,
            unemployment.unemployment_floor(inputs.unemployment, labour, draws),
            draws,
        ),
        households=movers.mover_households(
            base.profile.arriving.mean(axis=0),
            draws.sample(assumptions.balance.partners_per_mover),
            draws.sample(assumptions.balance.children_per_mover),
            inputs.driver_age_weights,
        ),
        projects=events,
        seasonal_outside=tourism.outside_share(assumptions.tourism, draws)[:, None],
        headcount=draws.sample(assumptions.projects.headcount_per_person_year)[:, None],
        returning=campaign_arrivals(inputs.out_migrants, assumptions, draws, years),
    )


def _draw_population(
    inputs: Inputs, assumptions: Assumptions, draws: Draws, years: range, components: Components
) -> population.PopulationPaths:
    """Population paths, with the shapes of replaced components checked."""
    base = inputs.population
    paths = population.draw_population_paths(
        base,
        assumptions.population,
        draws,
        years,
        migration=components.migration,
        fertility=components.fertility,
    )
    rates = (len(years), draws.count, len(inputs.codes))
    check_shape("migration", paths.net.internal, rates)
    check_shape("migration", paths.net.foreign, rates)
    check_shape("fertility", paths.total_fertility, (len(years), draws.count, len(base.total_fertility)))
    return paths


def _draw_demand(
    inputs: Inputs, assumptions: Assumptions, draws: Draws, years: range, components: Components
) -> labour_demand.DemandPaths:
    """Demand paths, with the shape of a replaced component checked."""
    paths = components.labour_demand(inputs.jobs, assumptions.jobs, draws, inputs.population.year, years)
    check_shape("labour demand", paths.trend, (len(years), draws.count, len(inputs.codes), len(SECTIONS)))
    return paths


def _extra_jobs(assumptions: Assumptions, draws: Draws, codes: list[str]) -> Array:
    """(draw, place), jobs without a named employer that a scenario adds from the first year on."""
    nothing = np.zeros(draws.count)
    extra = assumptions.jobs.extra
    return np.stack([draws.sample(extra[code]) if code in extra else nothing for code in codes], axis=1)
