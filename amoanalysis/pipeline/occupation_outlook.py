"""Occupations, openings, gap and training places of a place, from the draws of a forecast."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.config.assumptions import Assumptions
from amoanalysis.errors import UserError
from amoanalysis.models.labour_force.unemployment import unemployment_floor
from amoanalysis.models.occupations import replacement_demand as replacement
from amoanalysis.models.occupations import supply as occupation_supply
from amoanalysis.models.occupations import training_places
from amoanalysis.models.occupations.matrix import by_occupation
from amoanalysis.models.statistics.draws import Array, Draws
from amoanalysis.pipeline.inputs.occupations import OccupationBase
from amoanalysis.results.forecast import Forecast

# Draws of a block: arrays by place and occupation stay small.
DRAWS_PER_BLOCK = 100
# Openings are counted from the end of this year on.
START_YEAR = 2025
YOUTH_AGES, RETIREMENT_AGES = ("15-19",), ("60-64",)
WORKING_AGES = tuple(f"{age}-{age + 4}" for age in range(20, 65, 5))
# No place fills more of its openings from outside than this.
MAX_OUTSIDE_SHARE = 0.9


@dataclass(frozen=True)
class OccupationOutlook:
    """Openings, supply and gap of a place by occupation, cumulated from the end of the start year.

    openings - redundant = growth + replacement, in every draw, year and occupation.

    Attributes:
        place: code.
        start: year from whose end openings are counted.
        years: the years after it.
        codes: occupation groups in the order of the arrays.
        jobs: (year, draw, occupation), filled jobs at the end of the year.
        growth: change of labour demand since the start.
        replacement: exits and net movement since the start.
        openings: jobs to be filled since the start; for an area the sum over its municipalities.
        redundant: workers who lost their job and whose occupation has no opening in their municipality.
        outside: openings filled by commuters and workers from outside the region.
        graduates: young people of the region who entered the occupation since the start.
        seekers: (draw, occupation), jobseekers beyond the floor at the start.
        unmatched: (draw,), jobseekers beyond the floor whose occupation belongs to no group.
        helped: openings filled by workers with transferable skills from another occupation.
        gap: openings that none of these sources fills, at the end of the year.
        exits_by_section: (draw, section), exits since the start to the last year.
    """

    place: str
    start: int
    years: range
    codes: tuple[str, ...]
    jobs: Array
    growth: Array
    replacement: Array
    openings: Array
    redundant: Array
    outside: Array
    graduates: Array
    seekers: Array
    unmatched: Array
    helped: Array
    gap: Array
    exits_by_section: Array

    def values_in_year(self, name: str, year: int) -> Array:
        """Values of an attribute in one year: (draw, occupation).

        Raises:
            UserError: if the outlook does not cover the year.
        """
        if year not in self.years:
            raise UserError(f"There is no outlook for {year}: it covers {self.years[0]} to {self.years[-1]}.")
        return np.asarray(getattr(self, name)[self.years.index(year)])

    def split_openings(self, year: int) -> tuple[Array, Array]:
        """Openings of a year from growth and from replacement, net of contraction: (draw, occupation) each."""
        total = self.values_in_year("openings", year)
        growth = np.clip(self.values_in_year("growth", year), 0.0, total)
        return growth, total - growth


def compute_outlook(run: Forecast, base: OccupationBase, place: str, start: int = START_YEAR) -> OccupationOutlook:
    """Openings, supply and gap by occupation for each municipality; areas are their sums, draw by draw.

    Args:
        run: the forecast.
        base: shares, rates, jobseekers.
        place: code of a municipality or an area.
        start: openings are counted from the end of this year, or from the first forecast year if that is later.

    Returns:
        The outlook.

    Raises:
        UserError: if the forecast ends at the start year or does not cover the place.
    """
    start = max(start, run.years[0])
    if run.years[-1] <= start:
        raise UserError(f"The forecast ends in {run.years[-1]}: openings are counted from {start}, take a later end.")
    members = run.members(place)
    blocks = [
        _compute_block(run, base, members, Draws(run.seed, first, min(DRAWS_PER_BLOCK, run.n_draws - first)), start)
        for first in range(0, run.n_draws, DRAWS_PER_BLOCK)
    ]
    by_year = ("seekers", "unmatched", "exits_by_section")
    arrays = {
        name: np.concatenate([block[name] for block in blocks], axis=0 if name in by_year else 1) for name in blocks[0]
    }
    return OccupationOutlook(place, start, range(start + 1, run.years.stop), base.codes, **arrays)


def demand_by_occupation(run: Forecast, base: OccupationBase, place: str, year: int) -> Array:
    """Labour demand of a place by occupation in one year.

    Args:
        run: the forecast.
        base: shares.
        place: code of a municipality or an area.
        year: forecast year.

    Returns:
        (draw, occupation), jobs.

    Raises:
        UserError: if the forecast does not cover the place.
    """
    at, members = run.years.index(year), run.members(place)
    block = _DrawBlock(run, members, Draws(run.seed, 0, run.n_draws))
    filled = block.by_group("jobs_by_industry", at)[:1]
    needed = filled * (block.total("labour_demand", at)[:1] / np.maximum(block.total("jobs", at)[:1], 1e-9))[..., None]
    return np.asarray(by_occupation(needed, base.shares[members], _draw_mix_error(block, base))[0].sum(axis=1))


def estimate_training_entrants(run: Forecast, base: OccupationBase, place: str, year: int) -> Array:
    """An estimate of the young people of a place who begin training in a year: degrees taken / completion.

    Args:
        run: the forecast.
        base: intakes, and the occupations that they lead to.
        place: code of a municipality or an area.
        year: forecast year.

    Returns:
        (draw, field), persons; some begin twice.

    Raises:
        UserError: if the forecast does not cover the place.
    """
    members, training = run.members(place), run.scenario.assumptions.training
    block = _DrawBlock(run, members, Draws(run.seed, 0, run.n_draws))
    begun = np.stack(
        [
            block.draws.sample(training.attained[level]) / block.draws.sample(training.completion[level]) * share
            for level, share in zip(base.intake_levels, base.intake_shares, strict=True)
        ],
        axis=1,
    )
    chosen = occupation_supply.graduate_occupation_shares(base.jobs[members], base.intake_of, base.intakes)
    young = block.residents(YOUTH_AGES, run.years.index(year))[:1] / 5
    return base.by_field(occupation_supply.graduate_entrants(young, chosen, begun)[0].sum(axis=1))


def _compute_block(
    run: Forecast, base: OccupationBase, members: list[int], draws: Draws, start: int
) -> dict[str, Array]:
    """The outlook of some draws, summed over the members."""
    since = run.years.index(start)
    block = _DrawBlock(run, members, draws)
    assumed = run.scenario.assumptions
    shares = base.shares[members]
    error = _draw_mix_error(block, base)
    filled = block.by_group("jobs_by_industry", since)
    total = np.maximum(block.total("jobs", since), 1e-9)
    needed = filled * (block.total("labour_demand", since) / total)[..., None]
    jobs, need = by_occupation(filled, shares, error), by_occupation(needed, shares, error)
    leaving = replacement.exits(
        filled[1:], base.exit_rates, _draw_exit_factor(block, base.age_factor[members], since)[1:]
    )
    moving = replacement.net_mobility_loss(jobs[1:], base.mobility, draws.sample(assumed.occupations.movement))
    replaced = np.cumsum(by_occupation(leaving, shares, error) + moving, axis=0)
    growth = need[1:] - need[0]
    opened, redundant = replacement.openings(growth, replaced)
    outside = opened * _outside_share(block, since)[1:, ..., None]
    graduates = np.cumsum(_graduate_entrants(block, base, since), axis=0)
    seekers, unmatched = _available_jobseekers(block, base, since)
    supply = redundant + outside + graduates + seekers
    gap, helped = occupation_supply.cumulative_gap(
        opened, supply, base.mobility, draws.sample(assumed.training.skills_carried)
    )
    by_year = {
        "jobs": jobs[1:], "growth": growth, "replacement": replaced, "openings": opened, "redundant": redundant,
        "outside": outside, "graduates": graduates, "helped": helped, "gap": gap,
    }  # fmt: skip
    return {
        **{name: values.sum(axis=2) for name, values in by_year.items()},
        "seekers": seekers.sum(axis=1),
        "unmatched": unmatched.sum(axis=1),
        "exits_by_section": leaving.sum(axis=(0, 2)),
    }


@dataclass(frozen=True)
class _DrawBlock:
    """A block of draws of some municipalities of a forecast."""

    run: Forecast
    members: list[int]
    draws: Draws

    def by_group(self, measure: str, since: int) -> Array:
        """A measure from the year at position `since` on: (year, draw, place, group)."""
        last = self.draws.first + self.draws.count
        return self.run.arrays[measure][since:, self.draws.first : last][:, :, self.members]

    def total(self, measure: str, since: int) -> Array:
        """The same of a measure without groups: (year, draw, place)."""
        return self.by_group(measure, since)[..., 0]

    def residents(self, ages: tuple[str, ...], since: int) -> Array:
        """Residents of five-year age groups: (year, draw, place)."""
        groups = self.run.measures["population_by_sex_age"].groups
        columns = [groups.index(f"{sex} {age}") for sex in "fm" for age in ages]
        return np.asarray(self.by_group("population_by_sex_age", since)[..., columns].sum(axis=-1))


def _draw_mix_error(block: _DrawBlock, base: OccupationBase) -> Array:
    """Deviation of each occupation's weight from the table: (draw, occupation), factors around 1."""
    spread = block.draws.sample(block.run.scenario.assumptions.occupations.mix_error)[:, None]
    return np.exp(block.draws.normal("occupation_mix", (len(base.codes),)) * spread)


def _draw_exit_factor(block: _DrawBlock, age_factor: Array, since: int) -> Array:
    """Factor on exit rates, (year, draw, place): ages of workers, ageing residents, later retirement, other causes."""
    assumed, draws = block.run.scenario.assumptions, block.draws
    age_effect = draws.sample(assumed.occupations.local_age_carried)[:, None]
    other_causes = draws.sample(assumed.occupations.exit_rate_factor)[:, None]
    # If the retirement age rises by r years a year, the share r of each retiring cohort stays.
    staying = 1 - draws.sample(assumed.labour_force.retirement_age_rise)[:, None]
    ageing = replacement.ageing_factor(block.residents(RETIREMENT_AGES, 0), block.residents(WORKING_AGES, 0))[since:]
    return np.asarray(ageing * (1 + age_effect * (age_factor - 1)) * other_causes * np.maximum(staying, 0.0))


def _outside_share(block: _DrawBlock, since: int) -> Array:
    """Share of a place's jobs held by commuters from outside the region and by non-resident workers."""
    share = block.draws.sample(block.run.scenario.assumptions.training.commuters_from_outside)[:, None]
    held = block.total("in_commuters", since) * share + block.total("non_resident_workers", since)
    return np.clip(held / np.maximum(block.total("jobs", since), 1e-9), 0.0, MAX_OUTSIDE_SHARE)


def _graduate_entrants(block: _DrawBlock, base: OccupationBase, since: int) -> Array:
    """Graduates who enter an occupation in a year: most in their field, the others in any occupation."""
    training, draws = block.run.scenario.assumptions.training, block.draws
    stays, in_field = draws.sample(training.stays["long"]), draws.sample(training.in_field)
    working = np.stack(
        [
            draws.sample(training.attained[level]) * draws.sample(training.employed[level]) * stays * share
            for level, share in zip(base.intake_levels, base.intake_shares, strict=True)
        ],
        axis=1,
    )
    jobs = base.jobs[block.members]
    chosen = occupation_supply.graduate_occupation_shares(jobs, base.intake_of, base.intakes)
    anywhere = (jobs / jobs.sum(axis=1, keepdims=True))[:, None]
    entry_rates = np.concatenate([working * in_field[:, None], ((1 - in_field) * working.sum(axis=1))[:, None]], axis=1)
    young = block.residents(YOUTH_AGES, since + 1) / 5
    return occupation_supply.graduate_entrants(young, np.concatenate([chosen, anywhere], axis=1), entry_rates)


def _available_jobseekers(block: _DrawBlock, base: OccupationBase, since: int) -> tuple[Array, Array]:
    """Jobseekers beyond the floor in the start year: by occupation, and those without a match."""
    assumed, draws = block.run.scenario.assumptions, block.draws
    floor = unemployment_floor(base.unemployment, assumed.labour_force, draws)[:, block.members]
    beyond_floor = np.maximum(block.total("unemployed", since)[0] - floor * block.total("labour_force", since)[0], 0.0)
    tilt = draws.sample(assumed.training.mix_tilt)
    mix = occupation_supply.local_jobseeker_mix(base.seekers, base.jobs[block.members], base.area_jobs, tilt)
    return beyond_floor[..., None] * mix, beyond_floor * np.maximum(1 - mix.sum(axis=2), 0.0)


LONG_ROUTE, SHORT_ROUTE, TOO_LATE = "long", "short", "late"
LOW, HIGH = 0.1, 0.9


@dataclass(frozen=True)
class FieldPlan:
    """Training places needed in one field.

    Attributes:
        field: its code.
        level: vocational, uas, university or state.
        duration: years of the long route.
        starts: years in which the long route may begin.
        places: (start, draw), places of the long route.
        short_starts: years of start of the short route, for openings before the first long course ends.
        short_places: (start, draw), places of the short route.
        late: (draw,), openings that come too early for any training of the field.
        yielded: (draw,), workers per place of the long route.
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


def plan_training(outlook: OccupationOutlook, base: OccupationBase, assumed: Assumptions, seed: int) -> list[FieldPlan]:
    """Training places that would cover the gap that neither movers nor residents of the region cover.

    uncovered = gap (1 - movers); places = new uncovered openings / (completion x employed x in the field x stays),
    started `duration` years before. Openings before the end of the first long course are covered by the short route
    if the field has one; openings before the end of the first short course come too late.

    Args:
        outlook: the outlook of a place.
        base: its fields.
        assumed: yields, movers, the first intake.
        seed: of the forecast, so that draws belong together.

    Returns:
        One plan per field, in the order of the fields.
    """
    draws = Draws(seed, 0, outlook.gap.shape[1])
    not_movers = 1 - draws.sample(assumed.training.filled_by_movers)
    uncovered = training_places.new_openings(base.by_field(outlook.gap) * not_movers[:, None])
    first = round(assumed.training.first_start.value)
    rows = base.fields.itertuples()
    return [
        _plan_field(row, uncovered[..., i], outlook.years, _TrainingYields(assumed, draws), first)
        for i, row in enumerate(rows)
    ]


def tabulate_plans(plans: Sequence[FieldPlan]) -> pd.DataFrame:
    """The plans as rows: field, level, route, start, value (mean), low, high (80 %).

    Route is long or short with the year of start; `late` is persons, not places, and has no year.
    """
    rows = [
        {"field": plan.field, "level": plan.level, "route": route, "start": start, **mean_and_interval(values)}
        for plan in plans
        for route, starts, places in (
            (LONG_ROUTE, plan.starts, plan.places),
            (SHORT_ROUTE, plan.short_starts, plan.short_places),
        )
        for start, values in zip(starts, places, strict=True)
    ]
    late = [
        {"field": plan.field, "level": plan.level, "route": TOO_LATE, "start": np.nan, **mean_and_interval(plan.late)}
        for plan in plans
    ]
    return pd.DataFrame([*rows, *late])


def mean_and_interval(values: Array) -> dict[str, float]:
    """Mean and 80 % interval of draws; extended to the mean if few draws are positive."""
    mean, (low, high) = float(values.mean()), (float(q) for q in np.quantile(values, [LOW, HIGH]))
    return {"value": mean, "low": min(low, mean), "high": max(high, mean)}


@dataclass(frozen=True)
class _TrainingYields:
    """Workers per training place started, by level or for the short route."""

    assumed: Assumptions
    draws: Draws

    def workers_per_place(self, level: str) -> Array:
        training, stays = self.assumed.training, SHORT_ROUTE if level == SHORT_ROUTE else LONG_ROUTE
        parts = (training.completion[level], training.employed[level], training.in_field, training.stays[stays])
        return training_places.workers_per_place(*(self.draws.sample(part) for part in parts))


def _plan_field(row: object, uncovered: Array, years: range, yields: _TrainingYields, first: int) -> FieldPlan:
    code, level = str(getattr(row, "code")), str(getattr(row, "level"))  # noqa: B009
    duration, short = int(getattr(row, "duration_years")), int(getattr(row, "short_route_years"))  # noqa: B009
    yielded = yields.workers_per_place(level)
    starts, places, late = training_places.places_needed(uncovered, years, yielded, duration, first)
    short_starts, short_places = range(first, first), np.zeros((0, uncovered.shape[1]))
    if short:
        early = max(0, training_places.first_year_of_supply(first, duration) - years.start)
        short_starts, short_places, late = training_places.places_needed(
            uncovered[:early], years[:early], yields.workers_per_place(SHORT_ROUTE), short, first
        )
    return FieldPlan(code, level, duration, starts, places, short_starts, short_places, late, yielded)
