"""Figures of occupations and training: outlooks, plans, costs, and demand of two scenarios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from amoanalysis.config.programme import load_programme
from amoanalysis.exhibits.context import Context, MissingFigures, draws_in_year
from amoanalysis.exhibits.phrases import capitalise
from amoanalysis.models.jobs.labour_demand import SECTIONS
from amoanalysis.models.occupations.training_places import match_rate, plan_costs, remaining_interest
from amoanalysis.models.statistics.draws import Array, Draws
from amoanalysis.pipeline.occupation_outlook import (
    START_YEAR,
    FieldPlan,
    OccupationOutlook,
    demand_by_occupation,
    estimate_training_entrants,
    mean_and_interval,
    plan_training,
    tabulate_plans,
)
from amoanalysis.results.forecast import Forecast

# Groups of population_by_sex_age for the size of a school-leaver cohort.
YOUTH = ("f 15-19", "m 15-19")
# Number of intakes that a plan can still change and that the outlook covers with long courses.
PLANNED_INTAKES = 6
AGES = ("15-24", "25-34", "35-44", "45-54", "55-64")


def occupation_names(context: Context) -> dict[str, str]:
    """Names of the occupation groups in the language, by code."""
    groups = context.data.concordance("mitenna_groups").set_index("code")[f"name_{context.lang}"]
    return {str(code): capitalise(str(name)) for code, name in groups.items()}


def field_names(context: Context) -> dict[str, str]:
    """Names of the fields of training in the language, by code."""
    fields = context.runs.occupations.fields.set_index("code")[f"name_{context.lang}"]
    return {str(code): str(name) for code, name in fields.items()}


def load_outlook(context: Context, run: Forecast | None = None) -> OccupationOutlook:
    """Occupation outlook of the place in the first scenario, or in another forecast."""
    return context.runs.outlook(run or context.forecast, context.place.code)


def largest_groups(values: Array, count: int) -> list[int]:
    """Positions of the largest positive means of (draw, group), at most `count`, largest first."""
    means = values.mean(axis=0)
    return [int(i) for i in np.argsort(-means, kind="stable")[:count] if means[i] > 0]


def tabulate_openings(context: Context, year: int) -> pd.DataFrame:
    """Openings since the start year by occupation, most first, and the total in the last row.

    Returns:
        code (ALL in the last row), and openings, growth, replacement, graduates, seekers, outside, gap, each with
        `_low` and `_high`; persons, means and 80 % intervals.
    """
    found = load_outlook(context)
    growth, replaced = found.split_openings(year)
    parts = {
        "openings": found.values_in_year("openings", year),
        "growth": growth,
        "replacement": replaced,
        "graduates": found.values_in_year("graduates", year),
        "seekers": found.seekers,
        "outside": found.values_in_year("outside", year),
        "gap": found.values_in_year("gap", year),
    }
    order = [*np.argsort(-parts["openings"].mean(axis=0), kind="stable").tolist(), None]
    rows = []
    for which in order:
        row: dict[str, float | str] = {"code": "ALL" if which is None else found.codes[which]}
        for name, values in parts.items():
            ends = mean_and_interval(values.sum(axis=1) if which is None else values[:, which])
            row |= {name: ends["value"], f"{name}_low": ends["low"], f"{name}_high": ends["high"]}
        rows.append(row)
    return pd.DataFrame(rows)


def load_plans(context: Context) -> list[FieldPlan]:
    """Training plans of the place by field, in the first scenario."""
    run = context.forecast
    return plan_training(load_outlook(context), context.runs.occupations, run.scenario.assumptions, run.seed)


def tabulate_starts(context: Context) -> pd.DataFrame:
    """Training places by field, route and year of start, and demand that comes too late; see `tabulate_plans`."""
    return tabulate_plans(load_plans(context))


def mean_yearly_places(plan: FieldPlan) -> Array:
    """Mean yearly places on long courses over the planned intakes: (draw,)."""
    planned = plan.places[:PLANNED_INTAKES]
    return planned.mean(axis=0) if len(planned) else np.zeros(plan.places.shape[1])


def estimate_intake(context: Context) -> Array:
    """Estimated number of young people of the place who start training in the first year: (draw, field)."""
    return estimate_training_entrants(
        context.forecast, context.runs.occupations, context.place.code, load_outlook(context).years[0]
    )


def cohort_size(context: Context) -> float:
    """Mean size of the yearly cohorts aged 15-19 in the start year of the openings."""
    run = context.forecast
    return (
        sum(
            float(draws_in_year(run, "population_by_sex_age", context.place.code, START_YEAR, group).mean())
            for group in YOUTH
        )
        / 5
    )


def tabulate_costs(context: Context) -> pd.DataFrame:
    """Cost of a plan for the mean demand if it is too small or too large, by field, thousand euros a year.

    Returns:
        field, planned (places a year), under, under_low, under_high, over, over_low, over_high.
    """
    run = context.forecast
    training, draws = run.scenario.assumptions.training, Draws(run.seed, 0, run.n_draws)
    loss = draws.sample(training.loss_per_unfilled_job)
    rows = []
    for plan in load_plans(context):
        needed = mean_yearly_places(plan)
        cost = draws.sample(training.cost_per_year[plan.level]) * plan.duration
        under, over = plan_costs(float(needed.mean()), needed, plan.yielded, cost, loss)
        ends = {"under": mean_and_interval(under), "over": mean_and_interval(over)}
        named = {f"{name}{end}": ends[name][key] for name in ends for end, key in _ENDS}
        rows.append({"field": plan.field, "planned": float(needed.mean()), **named})
    return pd.DataFrame(rows)


def tabulate_interest(
    context: Context, persons: Mapping[str, float], year: int, delays: Sequence[int] = (0, 1, 2, 3, 5)
) -> pd.DataFrame:
    """Value of a register of people interested in the jobs of a mine, by delay of the mine.

    Args:
        context: place and scenario, which define the openings.
        persons: persons by occupation group, as in the table mining_interest.
        year: last year of the openings.
        delays: years.

    Returns:
        delay (years), left, left_low, left_high (persons), match, match_low, match_high (% of the openings).
    """
    run, found = context.forecast, load_outlook(context)
    half_life = Draws(run.seed, 0, run.n_draws).sample(run.scenario.assumptions.training.interest_half_life)
    counted = np.array([float(persons.get(code, 0.0)) for code in found.codes])
    needed = found.values_in_year("openings", year)
    rows = []
    for delay in delays:
        left = remaining_interest(counted, np.full(run.n_draws, float(delay)), half_life)
        ends = {"left": mean_and_interval(left.sum(axis=1)), "match": mean_and_interval(100 * match_rate(left, needed))}
        rows.append({"delay": delay, **{f"{name}{end}": ends[name][key] for name in ends for end, key in _ENDS}})
    return pd.DataFrame(rows)


def compared_scenarios(context: Context) -> tuple[str, ...]:
    """Scenarios whose demand for occupations is compared, as the programme declares them."""
    if not (context.data.folder / "programme.toml").is_file():
        return ()
    return load_programme(context.data.folder).compared_scenarios


def compare_booms(context: Context, year: int) -> tuple[list[str], dict[str, Array]]:
    """Additional jobs of the two compared scenarios in a year: codes, and scenario -> (draw, occupation).

    Raises:
        MissingFigures: if one of the scenarios is missing, or has no effect on the place.
    """
    names = compared_scenarios(context)
    if not names or not all(context.runs.has(name) for name in names):
        raise MissingFigures("no_booms")
    base = context.runs.occupations
    before = demand_by_occupation(context.baseline, base, context.place.code, year)
    runs = [context.runs.forecast(name, names) for name in names]
    more = {run.scenario.name: demand_by_occupation(run, base, context.place.code, year) - before for run in runs}
    if min(float(values.mean(axis=0).max()) for values in more.values()) <= 0:
        raise MissingFigures("no_booms")
    return list(base.codes), more


def compute_age_shares(context: Context) -> pd.DataFrame:
    """Age shares by occupation, from national shares of its industries, adjusted to the ages of local workers.

    Returns:
        Index code, columns age groups, per cent; the sum of a row is 100.
    """
    base, run = context.runs.occupations, context.forecast
    members = run.members(context.place.code)
    jobs = context.runs.inputs.jobs.jobs[members][..., None] * base.shares[members]
    by_age = compute_section_ages(context.data.table("employed_by_industry_and_age"))
    older = 1 + run.scenario.assumptions.occupations.local_age_carried.value * (base.age_factor[members] - 1)
    workers = np.einsum("pso,sa->poa", jobs, by_age)
    workers[..., -1] *= older[:, None]
    share = workers.sum(axis=0)
    share = 100 * share / np.maximum(share.sum(axis=1, keepdims=True), 1e-9)
    return pd.DataFrame(share, index=list(base.codes), columns=list(AGES))


def compute_section_ages(table: pd.DataFrame) -> Array:
    """Share of each age group in the workers of a section, latest year: (section, age)."""
    newest = table.loc[table["age_group"] == AGES[-1], "year"].max()
    wide = table[table["year"] == newest].pivot(index="industry", columns="age_group", values="employed")
    known = wide[list(AGES)].fillna(0.0)
    shares = known.div(known.sum(axis=1), axis=0)
    parts = {section: row for name, row in shares.iterrows() for section in str(name).split("+") if name != "TOTAL"}
    parts[SECTIONS[-1]] = parts["T"]
    return np.stack([parts[section].to_numpy(dtype=np.float64) for section in SECTIONS])


_ENDS = (("", "value"), ("_low", "low"), ("_high", "high"))
