"""An assumption: a median with its interval, unit, source and reason.

An assumption is never a bare number: a value, the ends of an 80 % interval, a unit, a source and a reason.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
NonEmptyText = Annotated[str, Field(min_length=1)]
_DEEPEST = 4
"""Dots in the longest path of a tree that can be ours."""


class StrictModel(BaseModel):
    """A block of a declared file: an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Assumption(StrictModel):
    """A quantity that is not observed: its median, an 80 % interval, its unit, source and reason.

    Attributes:
        value: the median.
        low: the 10 % quantile.
        high: the 90 % quantile.
        unit: "1" for a share or a ratio.
        source: name of a table of `sources.toml`, or "judgement" where nobody has measured it.
        why: a sentence.
        least: a bound that a draw cannot pass downwards.
        most: a bound that a draw cannot pass upwards.
        path: where it stands, dotted; filled in on loading, and the name of its random stream.
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
    def _ordered(self) -> Self:
        if not self.low <= self.value <= self.high:
            given = f"low {self.low:g}, value {self.value:g}, high {self.high:g}"
            raise ValueError(f"{given} are not in order: it takes low <= value <= high")
        if self.least is not None and self.low < self.least:
            raise ValueError(f"low {self.low:g} lies below least {self.least:g}: raise low, or lower the bound")
        if self.most is not None and self.high > self.most:
            raise ValueError(f"high {self.high:g} lies above most {self.most:g}: lower high, or raise the bound")
        return self


def add_paths(block: Any, path: str = "") -> Any:
    """Writes into every assumption of a raw (TOML) tree the dotted path where it stands.

    Args:
        block: nested dicts as TOML gives them.
        path: where the block stands.

    Returns:
        The same tree; assumptions carry `path`. What lies deeper than any assumption is left for validation to refuse.
    """
    if not isinstance(block, dict) or path.count(".") > _DEEPEST:
        return block
    if is_assumption(block):
        return {**block, "path": path}
    return {key: add_paths(inner, f"{path}.{key}" if path else str(key)) for key, inner in block.items()}


def is_assumption(block: Any) -> bool:
    """Whether a block of a raw (TOML) tree is a whole assumption: it has a value of its own."""
    return isinstance(block, dict) and "value" in block and not isinstance(block["value"], dict)


def list_assumptions(block: BaseModel) -> list[Assumption]:
    """All assumptions within a block, in the order they are declared."""
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

    An opening builds (construction), rises to full operation, holds and winds down; a closing takes away jobs that are
    there today. Jobs are heads, not person-years.

    Attributes:
        kind: what is built or closed.
        effect: whether it opens or closes.
        place: code of the municipality of the site; it may lie outside the region, and then only takes workers from it.
        site: name of the site in the table sites, for distances and maps.
        name: names by language.
        probability: that it happens at all.
        start: year in which operation starts, or in which closing begins; its interval is the delay reckoned with.
        construction_years: how long the building before the start takes.
        construction_jobs: mean jobs while building, contractors included.
        operating_jobs: own employees in full operation.
        ramp_up_years: from first to full operation.
        operating_years: from the start to the last year of full operation.
        wind_down_years: from full operation to none.
        existing_jobs: own employees of today who go when it closes.
        beds_planned: beds of a hotel or cabin area, as planned.
        contractors_per_own_employee: where the event has its own figure, as the shares below.
        local_share: share of its operating workers who live in the municipality of the site.
        neighbour_share: share who live in the other places of the region.
        elsewhere_share: share who commute from outside the region.
        industry: TOL 2008 section of the operation.
        construction_industry: TOL 2008 section of the building.
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
    def _complete(self) -> Self:
        if not self.name.get("fi") or not self.name.get("en"):
            raise ValueError("its name is not given in both fi and en: add the one that is missing")
        absent = [field for field in self._needed() if getattr(self, field) is None]
        if absent:
            raise ValueError(f"it {self.effect} and says no {absent[0]}: add it")
        return self

    def _needed(self) -> list[str]:
        """Fields that this kind of event cannot be reckoned without."""
        if self.effect == "closes":
            return ["existing_jobs", "wind_down_years"]
        if self.operating_jobs is None and self.beds_planned is None and self.construction_jobs is None:
            return ["operating_jobs"]
        needed = []
        if self.operating_jobs is not None:
            needed += ["ramp_up_years", "operating_years", "wind_down_years"]
        if self.beds_planned is not None:
            needed += ["ramp_up_years"]
        if self.construction_jobs is not None:
            needed += ["construction_years"]
        return needed


class OutMigrantAssumptions(StrictModel):
    """Where those who left live now: what the counts of moves do not say."""

    returner_share: Assumption
    newcomers_leave_again: Assumption
    onward_mobility: Assumption
    onward_to_size: Assumption


class ReturnCampaignAssumptions(StrictModel):
    """A campaign that asks leavers of 25-50 to return, and its tours; it runs only where `years` is above nought."""

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
    """What counts how much in the index of attraction."""

    weights: dict[str, Assumption]
    unregistered_per_holiday_home: Assumption


class FirmsAssumptions(StrictModel):
    """Owners of firms who will retire."""

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


class JobsAssumptions(StrictModel):
    """Jobs that no named event explains."""

    trend_carried: Assumption
    trend_damping: Assumption
    population_elasticity: Assumption
    construction_elasticity: Assumption
    visitor_share_of_trade: Assumption
    shock: Assumption
    persistence: Assumption
    extra: dict[str, Assumption] = Field(default_factory=dict)


class TourismAssumptions(StrictModel):
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


class ProjectsAssumptions(StrictModel):
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


class MultiplierAssumptions(StrictModel):
    """Jobs that a project sets in motion at its suppliers and where its wages are spent."""

    flq_delta: Assumption
    consumption_from_wages: Assumption
    residents_before: Assumption


class BalanceAssumptions(StrictModel):
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


class OccupationAssumptions(StrictModel):
    """From jobs by industry to occupations, and who leaves them."""

    mix_error: Assumption
    exit_rate_factor: Assumption
    local_age_carried: Assumption
    movement: Assumption


class TrainingAssumptions(StrictModel):
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


class Assumptions(StrictModel):
    """Everything that a forecast assumes."""

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
