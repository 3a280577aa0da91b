"""Assumptions: medians with an 80 % interval, unit, source and reason; events; and the groups of a scenario."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
NonEmptyText = Annotated[str, Field(min_length=1)]
_MAX_DOTS = 4
"""Dots in the longest path of an assumption."""


class StrictModel(BaseModel):
    """A block of a declared file; unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Assumption(StrictModel):
    """A quantity that is not observed: median, 80 % interval, unit, source and reason.

    Attributes:
        value: the median.
        low: the 10 % quantile.
        high: the 90 % quantile.
        unit: "1" for a share or a ratio.
        source: name of a table of `sources.toml`, or "judgement" if there are no data.
        why: the reason, in one sentence.
        least: lower bound of draws.
        most: upper bound of draws.
        path: dotted path in the file, filled in on loading; also the name of its random stream.
    """

    value: Number
    low: Number
    high: Number
    unit: NonEmptyText
    source: NonEmptyText
    why: NonEmptyText
    least: Number | None = None
    most: Number | None = None
    path: str = ""

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if not self.low <= self.value <= self.high:
            given = f"low {self.low:g}, value {self.value:g}, high {self.high:g}"
            raise ValueError(f"{given} are not in order: it takes low <= value <= high")
        if self.least is not None and self.low < self.least:
            raise ValueError(f"low {self.low:g} is below least {self.least:g}: raise low, or lower the bound")
        if self.most is not None and self.high > self.most:
            raise ValueError(f"high {self.high:g} is above most {self.most:g}: lower high, or raise the bound")
        return self


def add_paths(block: Any, path: str = "") -> Any:
    """Adds the dotted path to every assumption of a parsed TOML tree.

    Args:
        block: nested dicts.
        path: path of the block.

    Returns:
        The tree with `path` in each assumption. Deeper blocks are left for validation to refuse.
    """
    if not isinstance(block, dict) or path.count(".") > _MAX_DOTS:
        return block
    if is_assumption(block):
        return {**block, "path": path}
    return {key: add_paths(inner, f"{path}.{key}" if path else str(key)) for key, inner in block.items()}


def is_assumption(block: Any) -> bool:
    """Whether a block of a parsed TOML tree is an assumption: it has a value."""
    return isinstance(block, dict) and "value" in block and not isinstance(block["value"], dict)


def list_assumptions(block: BaseModel) -> list[Assumption]:
    """Lists all assumptions in a block, in the order of declaration."""
    found: list[Assumption] = []
    for _, inner in block:
        for item in inner.values() if isinstance(inner, dict) else [inner]:
            if isinstance(item, Assumption):
                found.append(item)
            elif isinstance(item, BaseModel):
                found.extend(list_assumptions(item))
    return found


class Event(StrictModel):
    """A dated project.

    An opening has the phases construction, ramp-up, full operation and wind-down; a closure removes existing jobs. Jobs
    are persons, not person-years.

    Attributes:
        kind: kind of project.
        effect: whether it opens or closes.
        place: code of the municipality of the site. A site outside the region only employs workers from it.
        site: name of the site in the table sites, for distances and maps.
        name: names by language.
        probability: probability that the event happens.
        start: first year of operation or of the closure; the interval expresses the uncertain delay.
        construction_years: duration of construction before the start.
        construction_jobs: mean jobs during construction, including contractors.
        operating_jobs: own employees in full operation.
        ramp_up_years: duration from first to full operation.
        operating_years: duration from the start to the last year of full operation.
        wind_down_years: duration from full operation to the end.
        existing_jobs: present own employees whose jobs end with the closure.
        beds_planned: planned beds of a hotel or cabin area.
        contractors_per_own_employee: value of this event, if it differs from that of all projects; so are the shares.
        local_share: share of operating workers who live in the municipality of the site.
        neighbour_share: share who live in the other places of the region.
        elsewhere_share: share who commute from outside the region.
        industry: TOL 2008 section of the operation.
        construction_industry: TOL 2008 section of the construction.
    """

    kind: Literal["mine", "hotel", "railway", "school", "other"]
    effect: Literal["opens", "closes"] = "opens"
    place: str
    site: str | None = None
    name: dict[str, str]
    probability: Assumption
    start: Assumption
    construction_years: Assumption | None = None
    construction_jobs: Assumption | None = None
    operating_jobs: Assumption | None = None
    ramp_up_years: Assumption | None = None
    operating_years: Assumption | None = None
    wind_down_years: Assumption | None = None
    existing_jobs: Assumption | None = None
    beds_planned: Assumption | None = None
    contractors_per_own_employee: Assumption | None = None
    local_share: Assumption | None = None
    neighbour_share: Assumption | None = None
    elsewhere_share: Assumption | None = None
    industry: str = "B"
    construction_industry: str = "F"

    @model_validator(mode="after")
    def _check_complete(self) -> Self:
        if not self.name.get("fi") or not self.name.get("en"):
            raise ValueError("its name is not given in both fi and en: add the one that is missing")
        missing = [field for field in self._required_fields() if getattr(self, field) is None]
        if missing:
            raise ValueError(f"it {self.effect} and has no {missing[0]}: add it")
        return self

    def _required_fields(self) -> list[str]:
        """Returns the fields that are required for this kind of event."""
        if self.effect == "closes":
            return ["existing_jobs", "wind_down_years"]
        if self.operating_jobs is None and self.beds_planned is None and self.construction_jobs is None:
            return ["operating_jobs"]
        required = []
        if self.operating_jobs is not None:
            required += ["ramp_up_years", "operating_years", "wind_down_years"]
        if self.beds_planned is not None:
            required += ["ramp_up_years"]
        if self.construction_jobs is not None:
            required += ["construction_years"]
        return required


class OutMigrantAssumptions(StrictModel):
    """Present residence of out-migrants, as far as migration counts do not show it."""

    returner_share: Assumption
    newcomers_leave_again: Assumption
    onward_mobility: Assumption
    onward_to_size: Assumption


class ReturnCampaignAssumptions(StrictModel):
    """A return campaign for out-migrants aged 25-50 and its tours; it runs only if `years` is above zero."""

    reach: Assumption
    response: Assumption
    start: Assumption
    years: Assumption
    delay: Assumption
    family_per_returner: Assumption
    coupled: Assumption
    spouse_work: Assumption
    office_cost: Assumption
    cost_per_reached: Assumption
    catchment_km: Assumption
    visit_cost: Assumption
    tour_cost: Assumption
    travel_cost_per_km: Assumption
    road_detour: Assumption
    worth_of_returner: Assumption


class AttractionAssumptions(StrictModel):
    """Weights of the attraction index."""

    weights: dict[str, Assumption]
    unregistered_per_holiday_home: Assumption


class FirmsAssumptions(StrictModel):
    """Retirement of firm owners."""

    owners_per_job: dict[str, Assumption]
    older_than_staff: Assumption
    without_successor: Assumption
    jobs_per_owner: Assumption


class PopulationAssumptions(StrictModel):
    """Births, deaths and migration."""

    fertility_departure: Assumption
    fertility_shock: Assumption
    fertility_persistence: Assumption
    sex_ratio_at_birth: Assumption
    mortality_improvement: Assumption
    mortality_shock: Assumption
    net_migration: Assumption
    migration_spread: Assumption


class LabourForceAssumptions(StrictModel):
    """Participation, retirement and unemployment."""

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


class JobsAssumptions(StrictModel):
    """Jobs that are not part of a named event."""

    trend_carried: Assumption
    trend_damping: Assumption
    population_elasticity: Assumption
    construction_elasticity: Assumption
    visitor_share_of_trade: Assumption
    shock: Assumption
    persistence: Assumption
    extra: dict[str, Assumption] = Field(default_factory=dict)


class TourismAssumptions(StrictModel):
    """Overnight stays and the jobs that depend on them."""

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


class ProjectsAssumptions(StrictModel):
    """Defaults for all mines, hotels and railways; an event can override them.

    The shares describe where workers live: in the municipality of the site, in the other places of the region, or
    outside it within commuting distance; all others live in a camp or fly in.
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


class MultiplierAssumptions(StrictModel):
    """Indirect and induced jobs of a project: suppliers, and spending of wages."""

    flq_delta: Assumption
    consumption_from_wages: Assumption
    residents_before: Assumption


class BalanceAssumptions(StrictModel):
    """Who fills additional jobs: commuters, unemployed persons, new participants, in-migrants and others."""

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


class OccupationAssumptions(StrictModel):
    """Occupations of the jobs by industry, and exits from them."""

    mix_error: Assumption
    exit_rate_factor: Assumption
    local_age_carried: Assumption
    movement: Assumption


class TrainingAssumptions(StrictModel):
    """Supply for openings, and outcomes of training places; by level of training if they differ."""

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


class Assumptions(StrictModel):
    """All assumptions of a forecast."""

    population: PopulationAssumptions
    labour_force: LabourForceAssumptions
    jobs: JobsAssumptions
    tourism: TourismAssumptions
    projects: ProjectsAssumptions
    multipliers: MultiplierAssumptions
    balance: BalanceAssumptions
    leavers: OutMigrantAssumptions
    return_campaign: ReturnCampaignAssumptions
    attraction: AttractionAssumptions
    firms: FirmsAssumptions
    occupations: OccupationAssumptions
    training: TrainingAssumptions
    events: dict[str, Event] = Field(default_factory=dict)
