"""Assumptions with their intervals and sources, as declared in `assumptions.toml`; events in scenarios.

An assumption is never a bare number: a value, the ends of an 80 % interval, a unit, a source and a reason.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Words = Annotated[str, Field(min_length=1)]
_DEEPEST = 4
"""Dots in the longest path of a tree that can be ours."""


class Strict(BaseModel):
    """A block of a declared file: an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Assumption(Strict):
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
    unit: Words
    source: Words
    why: Words
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


class PopulationAssumptions(Strict):
    """Births, deaths and migration."""

    total_fertility_rate: Assumption
    fertility_shock: Assumption
    fertility_persistence: Assumption
    sex_ratio_at_birth: Assumption
    mortality_improvement: Assumption
    mortality_shock: Assumption
    net_migration: Assumption
    net_migration_shock: Assumption
    net_migration_persistence: Assumption
    local_migration_shock: Assumption
    local_migration_persistence: Assumption


class LabourForceAssumptions(Strict):
    """Who takes part in working life."""

    retirement_age_rise: Assumption
    participation_shock: Assumption
    participation_persistence: Assumption
    unemployment_floor: Assumption
    unemployment_return: Assumption
    unemployment_shock: Assumption
    unemployment_persistence: Assumption
    hidden_reserve: Assumption


class JobsAssumptions(Strict):
    """Jobs that no named event explains."""

    national_trend_carried: Assumption
    trend_error: Assumption
    trend_damping: Assumption
    population_elasticity: Assumption
    construction_elasticity: Assumption
    visitor_share_of_trade: Assumption
    shock: Assumption
    persistence: Assumption


class TourismAssumptions(Strict):
    """Overnight stays, and the work that they give."""

    nights: dict[str, Assumption]
    jobs_per_1000_nights: dict[str, Assumption]
    split: dict[str, Assumption]
    level_in_jump_off_year: Assumption
    growth: Assumption
    growth_damping: Assumption
    shock: Assumption
    persistence: Assumption
    extra_growth: dict[str, Assumption] = Field(default_factory=dict)


class ProjectsAssumptions(Strict):
    """What holds for all mines, hotels and railways unless an event says otherwise."""

    contractors_per_own_employee: Assumption
    built_share_of_plan: Assumption
    fly_in_share_construction: Assumption
    fly_in_share_operation: Assumption


class MultiplierAssumptions(Strict):
    """Jobs that a project sets in motion at its suppliers and where its wages are spent."""

    indirect_jobs_per_operating_job: Assumption
    indirect_jobs_per_construction_job: Assumption
    share_in_place: Assumption


class BalanceAssumptions(Strict):
    """Who fills a job that the residents do not fill."""

    in_commuters: Assumption
    returning_out_commuters: Assumption
    movers: Assumption
    family_per_mover: Assumption
    outside_workers: Assumption
    out_commuting_of_surplus: Assumption
    leaving_of_surplus: Assumption


class Event(Strict):
    """A dated project: a mine, a hotel, a railway.

    Attributes:
        kind: what is built.
        place: municipality code of the site.
        name: names by language.
        probability: that it happens at all.
        start: year in which operation starts; its interval is the delay that is reckoned with.
        construction_years: how long the building before it takes.
        construction_jobs: mean jobs while building, contractors included.
        operating_jobs: own employees in full operation.
        ramp_up_years: from first to full operation.
        operating_years: from the start to the last year of full operation.
        wind_down_years: from full operation to none.
        contractors_per_own_employee: where the event has its own figure.
        industry: TOL 2008 section of the operation.
        construction_industry: TOL 2008 section of the building.
    """

    kind: Literal["mine", "hotel", "railway", "school", "other"]
    place: str
    name: dict[str, str]
    probability: Assumption
    start: Assumption
    construction_years: Assumption
    construction_jobs: Assumption
    operating_jobs: Assumption
    ramp_up_years: Assumption
    operating_years: Assumption
    wind_down_years: Assumption
    contractors_per_own_employee: Assumption | None = None
    industry: str = "B"
    construction_industry: str = "F"

    @model_validator(mode="after")
    def _named(self) -> Self:
        if not self.name.get("fi") or not self.name.get("en"):
            raise ValueError("its name is not given in both fi and en: add the one that is missing")
        return self


class Assumptions(Strict):
    """Everything that a forecast assumes."""

    population: PopulationAssumptions
    labour_force: LabourForceAssumptions
    jobs: JobsAssumptions
    tourism: TourismAssumptions
    projects: ProjectsAssumptions
    multipliers: MultiplierAssumptions
    balance: BalanceAssumptions
    events: dict[str, Event] = Field(default_factory=dict)


def with_paths(block: Any, path: str = "") -> Any:
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
    return {key: with_paths(inner, f"{path}.{key}" if path else str(key)) for key, inner in block.items()}


def is_assumption(block: Any) -> bool:
    """Whether a block of a raw (TOML) tree is a whole assumption: it has a value of its own."""
    return isinstance(block, dict) and "value" in block and not isinstance(block["value"], dict)


def listed(block: BaseModel) -> list[Assumption]:
    """All assumptions within a block, in the order they are declared."""
    found: list[Assumption] = []
    for _, inner in block:
        for item in inner.values() if isinstance(inner, dict) else [inner]:
            if isinstance(item, Assumption):
                found.append(item)
            elif isinstance(item, BaseModel):
                found.extend(listed(item))
    return found
