"""Sections of `assumptions.toml`: what each model assumes."""

from pydantic import Field

from amoanalysis.assumptions.assumption import Assumption, Strict
from amoanalysis.assumptions.events import Event
from amoanalysis.assumptions.returning import (
    AttractionAssumptions,
    FirmsAssumptions,
    LeaversAssumptions,
    ReturnCampaignAssumptions,
)


class PopulationAssumptions(Strict):
    """Births, deaths and migration."""

    fertility_departure: Assumption
    fertility_shock: Assumption
    fertility_persistence: Assumption
    sex_ratio_at_birth: Assumption
    mortality_improvement: Assumption
    mortality_shock: Assumption
    net_migration: Assumption
    migration_spread: Assumption


class LabourForceAssumptions(Strict):
    """Who takes part in working life."""

    retirement_age_rise: Assumption
    participation_shock: Assumption
    participation_persistence: Assumption
    unemployment_floor: Assumption
    unemployment_return: Assumption
    unemployment_shock: Assumption
    unemployment_local_shock: Assumption
    unemployment_persistence: Assumption
    hidden_reserve: Assumption
    summer_work: Assumption
    education_shock: Assumption


class JobsAssumptions(Strict):
    """Jobs that no named event explains."""

    trend_carried: Assumption
    trend_damping: Assumption
    population_elasticity: Assumption
    construction_elasticity: Assumption
    visitor_share_of_trade: Assumption
    shock: Assumption
    persistence: Assumption
    extra: dict[str, Assumption] = Field(default_factory=dict)


class TourismAssumptions(Strict):
    """Overnight stays, and the work that they give."""

    nights: dict[str, Assumption]
    jobs_per_1000_nights: dict[str, Assumption]
    split: dict[str, Assumption]
    unregistered_nights_per_registered: Assumption
    permanent_share: Assumption
    season_length: Assumption
    outside_share_of_seasonal: Assumption
    built_share_of_planned_beds: Assumption
    nights_per_bed: Assumption
    level_in_jump_off_year: Assumption
    growth: Assumption
    growth_damping: Assumption
    shock: Assumption
    persistence: Assumption
    extra_growth: dict[str, Assumption] = Field(default_factory=dict)


class ProjectsAssumptions(Strict):
    """What holds for all mines, hotels and railways unless an event says otherwise.

    The shares say where workers live: in the municipality of the site, in the other places of the region, and outside
    it but near enough to commute; the rest lives in a camp or flies in.
    """

    contractors_per_own_employee: Assumption
    contractor_split: dict[str, Assumption]
    built_share_of_plan: Assumption
    headcount_per_person_year: Assumption
    local_share_construction: Assumption
    local_share_operation: Assumption
    neighbour_share_construction: Assumption
    neighbour_share_operation: Assumption
    elsewhere_share_construction: Assumption
    elsewhere_share_operation: Assumption
    local_share_falls: Assumption
    local_share_reference: Assumption


class MultiplierAssumptions(Strict):
    """Jobs that a project sets in motion at its suppliers and where its wages are spent."""

    flq_delta: Assumption
    consumption_from_wages: Assumption
    residents_before: Assumption


class BalanceAssumptions(Strict):
    """Who fills a job that came beyond the usual, or that the residents at work do not fill."""

    in_commuters: Assumption
    in_commuters_at_first: Assumption
    out_commuters: Assumption
    unemployed: Assumption
    participation: Assumption
    movers: Assumption
    partners_per_mover: Assumption
    children_per_mover: Assumption
    outside_workers: Assumption
    reach: Assumption
    border_commuters: Assumption


class OccupationAssumptions(Strict):
    """From jobs by industry to occupations, and who leaves them."""

    mix_error: Assumption
    exit_rate_factor: Assumption
    local_age_carried: Assumption
    movement: Assumption


class TrainingAssumptions(Strict):
    """Who is there for an opening, and what a training place gives; by level of training where it differs."""

    mix_tilt: Assumption
    skills_carried: Assumption
    commuters_from_outside: Assumption
    filled_by_movers: Assumption
    attained: dict[str, Assumption]
    completion: dict[str, Assumption]
    employed: dict[str, Assumption]
    in_field: Assumption
    stays: dict[str, Assumption]
    first_start: Assumption
    loss_per_unfilled_job: Assumption
    cost_per_year: dict[str, Assumption]
    interest_half_life: Assumption


class Assumptions(Strict):
    """Everything that a forecast assumes."""

    population: PopulationAssumptions
    labour_force: LabourForceAssumptions
    jobs: JobsAssumptions
    tourism: TourismAssumptions
    projects: ProjectsAssumptions
    multipliers: MultiplierAssumptions
    balance: BalanceAssumptions
    leavers: LeaversAssumptions
    return_campaign: ReturnCampaignAssumptions
    attraction: AttractionAssumptions
    firms: FirmsAssumptions
    occupations: OccupationAssumptions
    training: TrainingAssumptions
    events: dict[str, Event] = Field(default_factory=dict)
