"""Dated events of a scenario: a mine that opens or closes, a hotel, a railway, a school."""

from typing import Literal, Self

from pydantic import model_validator

from amoanalysis.assumptions.assumption import Assumption, Strict


class Event(Strict):
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
