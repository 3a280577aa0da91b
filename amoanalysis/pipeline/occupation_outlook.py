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
BLOCK = 100
# Openings are counted from the end of this year on.
START = 2025
YOUTH, LEAVING = ("15-19",), ("60-64",)
WORKING = tuple(f"{age}-{age + 4}" for age in range(20, 65, 5))
# No place fills more of its openings from outside than this.
MOST_OUTSIDE = 0.9


@dataclass(frozen=True)
class Outlook:
    """What a place's occupations will ask for, all counted from the end of the start year.

    openings - redundant = growth + replacement, in every draw, year and occupation.

    Attributes:
        place: code.
        start: year from whose end openings are counted.
        years: the years after it.
        codes: occupation groups in the order of the arrays.
        jobs: (year, draw, occupation), filled jobs at the end of the year.
        growth: change of the labour need since the start.
        replacement: exits and net movement since the start.
        openings: what must be filled since the start; of a place the sum over its municipalities.
        redundant: those whose job went and whose occupation has no opening in their municipality.
        outside: openings filled by commuters and workers from outside the region.
        graduates: young people of the region who entered the occupation since the start.
        seekers: (draw, occupation), jobseekers beyond the floor at the start.
        unmatched: (draw,), jobseekers beyond the floor whose occupation has no group.
        helped: openings filled by those whose skills carry over from another occupation.
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

    def at(self, name: str, year: int) -> Array:
        """An attribute by year in one year: (draw, occupation).

        Raises:
            UserError: if the year is not one of its years.
        """
        if year not in self.years:
            raise UserError(f"There is no outlook for {year}: it covers {self.years[0]} to {self.years[-1]}.")
        return np.asarray(getattr(self, name)[self.years.index(year)])

    def parts(self, year: int) -> tuple[Array, Array]:
        """Openings of a year split in growth and replacement, contraction set off: (draw, occupation) each."""
        total = self.at("openings", year)
        growth = np.clip(self.at("growth", year), 0.0, total)
        return growth, total - growth


def outlook(run: Forecast, base: OccupationBase, place: str, start: int = START) -> Outlook:
    """Openings, supply and gap by occupation for each municipality; areas are their sums, draw by draw.

    Args:
        run: the forecast.
        base: shares, rates, jobseekers.
        place: code of a municipality or an area.
        start: openings are counted from the end of this year, or from the first forecast year if that is later.

    Returns:
        The outlook.

    Raises:
        UserError: if the forecast ends before it or does not cover the place.
    """
    start = max(start, run.years[0])
    if run.years[-1] <= start:
        raise UserError(f"The forecast ends in {run.years[-1]}: openings are counted from {start}, take a later end.")
    members = run.members(place)
    blocks = [
        _block(run, base, members, Draws(run.seed, first, min(BLOCK, run.n_draws - first)), start)
        for first in range(0, run.n_draws, BLOCK)
    ]
    by_year = ("seekers", "unmatched", "exits_by_section")
    arrays = {
        name: np.concatenate([block[name] for block in blocks], axis=0 if name in by_year else 1) for name in blocks[0]
    }
    return Outlook(place, start, range(start + 1, run.years.stop), base.codes, **arrays)


def need_by_occupation(run: Forecast, base: OccupationBase, place: str, year: int) -> Array:
    """The labour need of a place by occupation in one year, every draw.

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
    parts = _Part(run, members, Draws(run.seed, 0, run.n_draws))
    filled = parts.of("jobs_by_industry", at)[:1]
    needed = filled * (parts.one("labour_demand", at)[:1] / np.maximum(parts.one("jobs", at)[:1], 1e-9))[..., None]
    return np.asarray(by_occupation(needed, base.shares[members], _mix_error(parts, base))[0].sum(axis=1))


def beginners(run: Forecast, base: OccupationBase, place: str, year: int) -> Array:
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
    parts = _Part(run, members, Draws(run.seed, 0, run.n_draws))
    begun = np.stack(
        [
            parts.draws.sample(training.attained[level]) / parts.draws.sample(training.completion[level]) * share
            for level, share in zip(base.intake_levels, base.intake_shares, strict=True)
        ],
        axis=1,
    )
    chosen = occupation_supply.graduate_occupation_shares(base.jobs[members], base.intake_of, base.intakes)
    young = parts.people(YOUTH, run.years.index(year))[:1] / 5
    return base.by_field(occupation_supply.graduate_entrants(young, chosen, begun)[0].sum(axis=1))


def _block(run: Forecast, base: OccupationBase, members: list[int], draws: Draws, start: int) -> dict[str, Array]:
    """The outlook of some draws, summed over the members."""
    since = run.years.index(start)
    parts = _Part(run, members, draws)
    assumed = run.scenario.assumptions
    shares = base.shares[members]
    error = _mix_error(parts, base)
    filled = parts.of("jobs_by_industry", since)
    total = np.maximum(parts.one("jobs", since), 1e-9)
    needed = filled * (parts.one("labour_demand", since) / total)[..., None]
    jobs, need = by_occupation(filled, shares, error), by_occupation(needed, shares, error)
    leaving = replacement.exits(filled[1:], base.exit_rates, _exit_factor(parts, base.age_factor[members], since)[1:])
    moving = replacement.net_mobility_loss(jobs[1:], base.mobility, draws.sample(assumed.occupations.movement))
    replaced = np.cumsum(by_occupation(leaving, shares, error) + moving, axis=0)
    growth = need[1:] - need[0]
    opened, redundant = replacement.openings(growth, replaced)
    outside = opened * _outside(parts, since)[1:, ..., None]
    graduates = np.cumsum(_graduates(parts, base, since), axis=0)
    seekers, unmatched = _seekers(parts, base, since)
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
class _Part:
    """Some draws and municipalities of a forecast."""

    run: Forecast
    members: list[int]
    draws: Draws

    def of(self, measure: str, since: int) -> Array:
        """(year, draw, place, group), from a year on."""
        last = self.draws.first + self.draws.count
        return self.run.arrays[measure][since:, self.draws.first : last][:, :, self.members]

    def one(self, measure: str, since: int) -> Array:
        """(year, draw, place), a measure without groups."""
        return self.of(measure, since)[..., 0]

    def people(self, ages: tuple[str, ...], since: int) -> Array:
        """(year, draw, place), residents of some five-year groups."""
        groups = self.run.measures["population_by_sex_age"].groups
        wanted = [groups.index(f"{sex} {age}") for sex in "fm" for age in ages]
        return np.asarray(self.of("population_by_sex_age", since)[..., wanted].sum(axis=-1))


def _mix_error(parts: _Part, base: OccupationBase) -> Array:
    """Deviation of each occupation's weight from the table: (draw, occupation), factors around 1."""
    spread = parts.draws.sample(parts.run.scenario.assumptions.occupations.mix_error)[:, None]
    return np.exp(parts.draws.normal("occupation_mix", (len(base.codes),)) * spread)


def _exit_factor(parts: _Part, age_factor: Array, since: int) -> Array:
    """What moves the exits of a place: its workers' ages, its residents' ageing, later retirement, the unknown."""
    assumed, draws = parts.run.scenario.assumptions, parts.draws
    carried = draws.sample(assumed.occupations.local_age_carried)[:, None]
    unknown = draws.sample(assumed.occupations.exit_rate_factor)[:, None]
    # With every year that the retirement age rises by r years a share r of a year of birth stays.
    staying = 1 - draws.sample(assumed.labour_force.retirement_age_rise)[:, None]
    course = replacement.ageing_factor(parts.people(LEAVING, 0), parts.people(WORKING, 0))[since:]
    return np.asarray(course * (1 + carried * (age_factor - 1)) * unknown * np.maximum(staying, 0.0))


def _outside(parts: _Part, since: int) -> Array:
    """Share of a place's jobs held by commuters from outside the region and by non-resident workers."""
    share = parts.draws.sample(parts.run.scenario.assumptions.training.commuters_from_outside)[:, None]
    held = parts.one("in_commuters", since) * share + parts.one("non_resident_workers", since)
    return np.clip(held / np.maximum(parts.one("jobs", since), 1e-9), 0.0, MOST_OUTSIDE)


def _graduates(parts: _Part, base: OccupationBase, since: int) -> Array:
    """Young people who enter an occupation in a year: most in the field that they learnt, the others anywhere."""
    training, draws = parts.run.scenario.assumptions.training, parts.draws
    stays, kept = draws.sample(training.stays["long"]), draws.sample(training.in_field)
    working = np.stack(
        [
            draws.sample(training.attained[level]) * draws.sample(training.employed[level]) * stays * share
            for level, share in zip(base.intake_levels, base.intake_shares, strict=True)
        ],
        axis=1,
    )
    jobs = base.jobs[parts.members]
    chosen = occupation_supply.graduate_occupation_shares(jobs, base.intake_of, base.intakes)
    anywhere = (jobs / jobs.sum(axis=1, keepdims=True))[:, None]
    taken = np.concatenate([working * kept[:, None], ((1 - kept) * working.sum(axis=1))[:, None]], axis=1)
    young = parts.people(YOUTH, since + 1) / 5
    return occupation_supply.graduate_entrants(young, np.concatenate([chosen, anywhere], axis=1), taken)


def _seekers(parts: _Part, base: OccupationBase, since: int) -> tuple[Array, Array]:
    """Jobseekers beyond the floor in the start year: by occupation, and those without a match."""
    assumed, draws = parts.run.scenario.assumptions, parts.draws
    floor = unemployment_floor(base.unemployment, assumed.labour_force, draws)[:, parts.members]
    there = np.maximum(parts.one("unemployed", since)[0] - floor * parts.one("labour_force", since)[0], 0.0)
    tilt = draws.sample(assumed.training.mix_tilt)
    mix = occupation_supply.local_jobseeker_mix(base.seekers, base.jobs[parts.members], base.area_jobs, tilt)
    return there[..., None] * mix, there * np.maximum(1 - mix.sum(axis=2), 0.0)


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
    """Training places that would cover the gap that neither movers nor residents of the region cover.

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
