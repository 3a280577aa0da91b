"""All that is drawn for a block of futures before its years are run."""

from dataclasses import dataclass

import numpy as np

from amoanalysis.config.assumptions import Assumptions
from amoanalysis.models import tourism
from amoanalysis.models.balance import accounts as balance
from amoanalysis.models.balance import induced_migration as movers
from amoanalysis.models.jobs import labour_demand as jobs_need
from amoanalysis.models.jobs.labour_demand import SECTIONS
from amoanalysis.models.labour_force import education, unemployment
from amoanalysis.models.labour_force import participation as labour_force
from amoanalysis.models.labour_force import unemployment as months
from amoanalysis.models.population import projection as population
from amoanalysis.models.statistics.draws import Array, Draws, persistent
from amoanalysis.pipeline.inputs.migration import campaign_arrivals
from amoanalysis.pipeline.inputs.prepare import Inputs
from amoanalysis.pipeline.project_paths import ProjectPaths, project_paths


@dataclass(frozen=True)
class Paths:
    """All that is drawn for a block before its years are run; years first."""

    population: population.PopulationPaths
    participation: Array
    participation_shock: Array
    nights: Array
    jobs_per_night: Array
    tourism_split: Array
    need: jobs_need.DemandPaths
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


def draw_paths(inputs: Inputs, assumptions: Assumptions, draws: Draws, years: range) -> Paths:
    """Draws everything that a block needs, each thing from its own stream."""
    base, codes, jump_off = inputs.population, list(inputs.codes), inputs.population.year
    labour = assumptions.labour_force
    rise = draws.sample(labour.retirement_age_rise)
    later = np.outer([year - jump_off for year in years], rise)
    persistence = draws.sample(labour.participation_persistence)
    spread = draws.sample(labour.participation_shock)
    events = project_paths(assumptions, inputs.sites, inputs.suppliers, draws, years)
    visitors = tourism.use_measured_nights(assumptions.tourism, inputs.measured_nights)
    stays = tourism.overnight_stays(visitors, draws, codes, jump_off, range(jump_off, years.stop))
    stays[1:] += events.nights
    return Paths(
        population=population.population_paths(base, assumptions.population, draws, years),
        participation=labour_force.later_retirement(inputs.participation, later.ravel()).reshape(*later.shape, 2, -1),
        participation_shock=persistent(draws, "participation", years, len(codes), persistence, spread),
        nights=stays,
        jobs_per_night=tourism.jobs_per_night(assumptions.tourism, draws, codes),
        tourism_split=tourism.sector_split(assumptions.tourism, draws, SECTIONS),
        need=jobs_need.draw_demand_paths(inputs.jobs, assumptions.jobs, draws, jump_off, years),
        extra_jobs=_extra_jobs(assumptions, draws, codes),
        usual_unemployment=unemployment.usual_unemployment(inputs.unemployment, labour, draws, years),
        season=np.stack([months.drawn_profile(inputs.unemployment.season, draws, f"season:{year}") for year in years]),
        summer_work=draws.sample(labour.summer_work)[:, None],
        education=education.education_paths(inputs.education, labour, draws, years),
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


def _extra_jobs(assumptions: Assumptions, draws: Draws, codes: list[str]) -> Array:
    """(draw, place), jobs of no named employer that a scenario adds from the first year on."""
    nothing = np.zeros(draws.count)
    extra = assumptions.jobs.extra
    return np.stack([draws.sample(extra[code]) if code in extra else nothing for code in codes], axis=1)
