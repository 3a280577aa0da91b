"""The figures behind the exhibits of occupations and training: names, outlooks, plans, what both booms want."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from amoanalysis.exhibits.context import Context, NotKnown, draws_in_year
from amoanalysis.exhibits.phrases import capital
from amoanalysis.models.jobs.labour_demand import SECTIONS
from amoanalysis.models.occupations.training_places import match_rate, plan_costs, remaining_interest
from amoanalysis.models.statistics.draws import Array, Draws
from amoanalysis.pipeline.occupation_outlook import START, Outlook, beginners, need_by_occupation
from amoanalysis.pipeline.training_plan import FieldPlan, band, plan_table, training_plan
from amoanalysis.results.forecast import Forecast

# Groups of population_by_sex_age from which a cohort of school leavers is taken.
YOUTH = ("f 15-19", "m 15-19")
# Intakes that a plan made now can still move, and that the outlook reaches with the long courses too.
PLANNED_INTAKES = 6
BOOMS = ("hannukainen", "tourism_growth")
AGES = ("15-24", "25-34", "35-44", "45-54", "55-64")


def occupation_names(view: Context) -> dict[str, str]:
    """Names of the occupation groups in the language, by code."""
    groups = view.data.concordance("mitenna_groups").set_index("code")[f"name_{view.lang}"]
    return {str(code): capital(str(name)) for code, name in groups.items()}


def field_names(view: Context) -> dict[str, str]:
    """Names of the fields of training in the language, by code."""
    fields = view.futures.occupations.fields.set_index("code")[f"name_{view.lang}"]
    return {str(code): str(name) for code, name in fields.items()}


def outlook_of(view: Context, run: Forecast | None = None) -> Outlook:
    """The outlook of the place under the first scenario, or under another."""
    return view.futures.outlook(run or view.forecast, view.place.code)


def most(values: Array, count: int) -> list[int]:
    """Positions of the largest means: (draw, group) -> at most `count` that are above nought, the largest first."""
    means = values.mean(axis=0)
    return [int(i) for i in np.argsort(-means, kind="stable")[:count] if means[i] > 0]


def openings_table(view: Context, year: int) -> pd.DataFrame:
    """Openings since the start by occupation, the most first, and all together in the last row.

    Returns:
        code (ALL in the last row), and openings, growth, replacement, graduates, seekers, outside, gap, each with
        `_low` and `_high`; persons, means and 80 % intervals.
    """
    found = outlook_of(view)
    growth, replaced = found.parts(year)
    parts = {
        "openings": found.at("openings", year),
        "growth": growth,
        "replacement": replaced,
        "graduates": found.at("graduates", year),
        "seekers": found.seekers,
        "outside": found.at("outside", year),
        "gap": found.at("gap", year),
    }
    order = [*np.argsort(-parts["openings"].mean(axis=0), kind="stable").tolist(), None]
    rows = []
    for which in order:
        row: dict[str, float | str] = {"code": "ALL" if which is None else found.codes[which]}
        for name, values in parts.items():
            ends = band(values.sum(axis=1) if which is None else values[:, which])
            row |= {name: ends["value"], f"{name}_low": ends["low"], f"{name}_high": ends["high"]}
        rows.append(row)
    return pd.DataFrame(rows)


def plans_of(view: Context) -> list[FieldPlan]:
    """Training plans of the place by field, under the first scenario."""
    run = view.forecast
    return training_plan(outlook_of(view), view.futures.occupations, run.scenario.assumptions, run.seed)


def starts_table(view: Context) -> pd.DataFrame:
    """Places by field, route and year of start, and persons for whom it is too late; see `plan_table`."""
    return plan_table(plans_of(view))


def places_a_year(plan: FieldPlan) -> Array:
    """Mean yearly places of the long route over the intakes that are planned now: (draw,)."""
    planned = plan.places[:PLANNED_INTAKES]
    return planned.mean(axis=0) if len(planned) else np.zeros(plan.places.shape[1])


def intake_today(view: Context) -> Array:
    """An estimate of how many young people of the place begin in the first year of the outlook: (draw, field)."""
    return beginners(view.forecast, view.futures.occupations, view.place.code, outlook_of(view).years[0])


def year_of_birth(view: Context) -> float:
    """Young people in a year of birth of those of 15-19, in the year that openings are counted from."""
    run = view.forecast
    return sum(float(draws_in_year(run, "population_by_sex_age", view.place.code, START, group).mean()) for group in YOUTH) / 5


def costs_table(view: Context) -> pd.DataFrame:
    """What a plan for the mean need costs where it is too small or too large, by field, thousand euro a year.

    Returns:
        field, planned (places a year), under, under_low, under_high, over, over_low, over_high.
    """
    run = view.forecast
    training, draws = run.scenario.assumptions.training, Draws(run.seed, 0, run.draws)
    loss = draws.sample(training.loss_per_unfilled_job)
    rows = []
    for plan in plans_of(view):
        needed = places_a_year(plan)
        cost = draws.sample(training.cost_per_year[plan.level]) * plan.duration
        under, over = plan_costs(float(needed.mean()), needed, plan.yielded, cost, loss)
        ends = {"under": band(under), "over": band(over)}
        named = {f"{name}{end}": ends[name][key] for name in ends for end, key in _ENDS}
        rows.append({"field": plan.field, "planned": float(needed.mean()), **named})
    return pd.DataFrame(rows)


def interest_table(
    view: Context, persons: Mapping[str, float], year: int, delays: Sequence[int] = (0, 1, 2, 3, 5)
) -> pd.DataFrame:
    """What a register of people interested in a mine's jobs is worth when the mine comes later.

    Args:
        view: place and scenario; its openings to the year are what is to be filled.
        persons: counts by occupation group, as the table mining_interest holds them.
        year: openings are counted to its end.
        delays: years.

    Returns:
        delay (years), left, left_low, left_high (persons), match, match_low, match_high (% of the openings).
    """
    run, found = view.forecast, outlook_of(view)
    half_life = Draws(run.seed, 0, run.draws).sample(run.scenario.assumptions.training.interest_half_life)
    counted = np.array([float(persons.get(code, 0.0)) for code in found.codes])
    needed = found.at("openings", year)
    rows = []
    for delay in delays:
        left = remaining_interest(counted, np.full(run.draws, float(delay)), half_life)
        ends = {"left": band(left.sum(axis=1)), "match": band(100 * match_rate(left, needed))}
        rows.append({"delay": delay, **{f"{name}{end}": ends[name][key] for name in ends for end, key in _ENDS}})
    return pd.DataFrame(rows)


def both_want(view: Context, year: int) -> tuple[list[str], dict[str, Array]]:
    """Jobs that the mine and that tourism's growth add in a year, by occupation: codes, and (draw, occupation) each.

    Raises:
        NotKnown: if the folder lacks one of the two scenarios, or neither changes the place.
    """
    if not all(view.futures.has(name) for name in BOOMS):
        raise NotKnown("no_booms")
    base = view.futures.occupations
    before = need_by_occupation(view.baseline, base, view.place.code, year)
    runs = [view.futures.of(name, BOOMS) for name in BOOMS]
    more = {run.scenario.name: need_by_occupation(run, base, view.place.code, year) - before for run in runs}
    if min(float(values.mean(axis=0).max()) for values in more.values()) <= 0:
        raise NotKnown("no_booms")
    return list(base.codes), more


def ages_of(view: Context) -> pd.DataFrame:
    """Ages of an occupation's workers, as its industries' are in Finland and the place's workers are older or younger.

    Returns:
        Index code, columns age groups, per cent; the sum of a row is 100.
    """
    base, run = view.futures.occupations, view.forecast
    members = run.members(view.place.code)
    jobs = view.futures.inputs.jobs.jobs[members][..., None] * base.shares[members]
    by_age = section_ages(view.data.table("employed_by_industry_and_age"))
    older = 1 + run.scenario.assumptions.occupations.local_age_carried.value * (base.age_factor[members] - 1)
    workers = np.einsum("pso,sa->poa", jobs, by_age)
    workers[..., -1] *= older[:, None]
    share = workers.sum(axis=0)
    share = 100 * share / np.maximum(share.sum(axis=1, keepdims=True), 1e-9)
    return pd.DataFrame(share, index=list(base.codes), columns=list(AGES))


def section_ages(table: pd.DataFrame) -> Array:
    """Share of each age group among the workers of a section, newest year that has them: (section, age)."""
    newest = table.loc[table["age_group"] == AGES[-1], "year"].max()
    wide = table[table["year"] == newest].pivot(index="industry", columns="age_group", values="employed")
    known = wide[list(AGES)].fillna(0.0)
    shares = known.div(known.sum(axis=1), axis=0)
    parts = {section: row for name, row in shares.iterrows() for section in str(name).split("+") if name != "TOTAL"}
    parts[SECTIONS[-1]] = parts["T"]
    return np.stack([parts[section].to_numpy(dtype=np.float64) for section in SECTIONS])


_ENDS = (("", "value"), ("_low", "low"), ("_high", "high"))
