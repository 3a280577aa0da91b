"""Training places by field and year of start, from the gap of a place."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.config.assumptions import Assumptions
from amoanalysis.models.occupations import training_places
from amoanalysis.models.statistics.draws import Array, Draws
from amoanalysis.pipeline.inputs.occupations import OccupationBase
from amoanalysis.pipeline.occupation_outlook import Outlook

LONG, SHORT, NO_ROUTE = "long", "short", "late"
LOW, HIGH = 0.1, 0.9


@dataclass(frozen=True)
class FieldPlan:
    """What one field of training would have to take in.

    Attributes:
        field: its code.
        level: vocational, uas, university or state.
        duration: years of the long route.
        starts: years in which the long route may begin.
        places: (start, draw), places of the long route.
        short_starts: years in which the short route serves what the long one comes too late for.
        short_places: (start, draw), places of the short route.
        late: (draw,), openings that no training of the field can serve any more.
        yielded: (draw,), workers for a place of the long route.
    """

    field: str
    level: str
    duration: int
    starts: range
    places: Array
    short_starts: range
    short_places: Array
    late: Array
    yielded: Array


def training_plan(found: Outlook, base: OccupationBase, assumed: Assumptions, seed: int) -> list[FieldPlan]:
    """Places that would cover the gap which neither movers nor anybody else in the region covers.

    uncovered = gap (1 - movers); places = new uncovered openings / (completion x employed x in the field x stays),
    begun `duration` years before. What appears before the first course of the long route is finished falls to the short
    route where the field has one; what appears before that too comes too late.

    Args:
        found: the outlook of a place.
        base: its fields.
        assumed: yields, movers, the first intake.
        seed: of the forecast, so that draws belong together.

    Returns:
        A plan a field, in the order of the fields.
    """
    draws = Draws(seed, 0, found.gap.shape[1])
    left = 1 - draws.sample(assumed.training.filled_by_movers)
    uncovered = training_places.new_openings(base.by_field(found.gap) * left[:, None])
    first = round(assumed.training.first_start.value)
    rows = base.fields.itertuples()
    return [_plan(row, uncovered[..., i], found.years, _Yields(assumed, draws), first) for i, row in enumerate(rows)]


def plan_table(plans: Sequence[FieldPlan]) -> pd.DataFrame:
    """The plans as rows: field, level, route, start, value (mean), low, high (80 %).

    Route is long or short with the year of start; `late` is persons, not places, and has no year.
    """
    rows = [
        {"field": plan.field, "level": plan.level, "route": route, "start": start, **band(values)}
        for plan in plans
        for route, starts, places in ((LONG, plan.starts, plan.places), (SHORT, plan.short_starts, plan.short_places))
        for start, values in zip(starts, places, strict=True)
    ]
    late = [
        {"field": plan.field, "level": plan.level, "route": NO_ROUTE, "start": np.nan, **band(plan.late)}
        for plan in plans
    ]
    return pd.DataFrame([*rows, *late])


def band(values: Array) -> dict[str, float]:
    """Mean and 80 % interval of draws; the interval is widened to the mean where few draws carry it."""
    mean, (low, high) = float(values.mean()), (float(q) for q in np.quantile(values, [LOW, HIGH]))
    return {"value": mean, "low": min(low, mean), "high": max(high, mean)}


@dataclass(frozen=True)
class _Yields:
    """Workers for a place begun, by level or for the short route."""

    assumed: Assumptions
    draws: Draws

    def of(self, level: str) -> Array:
        training, stays = self.assumed.training, SHORT if level == SHORT else LONG
        parts = (training.completion[level], training.employed[level], training.in_field, training.stays[stays])
        return training_places.workers_per_place(*(self.draws.sample(part) for part in parts))


def _plan(row: object, uncovered: Array, years: range, yields: _Yields, first: int) -> FieldPlan:
    code, level = str(getattr(row, "code")), str(getattr(row, "level"))  # noqa: B009
    duration, short = int(getattr(row, "duration_years")), int(getattr(row, "short_route_years"))  # noqa: B009
    yielded = yields.of(level)
    starts, places, late = training_places.places_needed(uncovered, years, yielded, duration, first)
    short_starts, short_places = range(first, first), np.zeros((0, uncovered.shape[1]))
    if short:
        early = max(0, training_places.first_year_of_supply(first, duration) - years.start)
        short_starts, short_places, late = training_places.places_needed(
            uncovered[:early], years[:early], yields.of(SHORT), short, first
        )
    return FieldPlan(code, level, duration, starts, places, short_starts, short_places, late, yielded)
