"""Exhibits of attractiveness: composite index and ranks, housing, unregistered residents and firms' owners."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from amoanalysis.config.places import Place
from amoanalysis.config.text import number, text
from amoanalysis.data.load import Data
from amoanalysis.exhibits.attractiveness.out_migrants import summarise_draws
from amoanalysis.exhibits.builder import ExhibitDraft, bar_colour, exhibit
from amoanalysis.exhibits.context import HIGH, LOW, Context, MissingFigures
from amoanalysis.exhibits.phrases import locative, round_for_title
from amoanalysis.models.return_migration.composite_index import (
    FirmOwners,
    rank_intervals,
    retiring_owners,
    standardise_parts,
    weighted_index,
)
from amoanalysis.models.statistics.draws import Array, Draws
from amoanalysis.pipeline.scenario_runs import ScenarioRuns

# Components in order -> whether a high value is good.
PARTS = {
    "migration_young": True,
    "migration_all": True,
    "jobs": True,
    "unemployment": False,
    "housing": True,
    "services": True,
    "ages": True,
}
TABLES = (
    "population_by_age_group",
    "population_by_age_sex",
    "internal_migration",
    "key_figures",
    "labour_market_monthly",
    "municipal_profile",
    "jobs_by_industry",
)
# The cohort aged 16-29 in 2013 is aged 21-34 in 2018.
COHORT, COHORT_LATER, COHORT_YEARS = ("16-17", "18-19", "20-24", "25-29"), (21, 34), (2013, 2018)
RECENT = 5
SERVICES = ("G", "P", "Q", "R")
RANDOM_DRAWS = 1000
# Number of the first and of the last municipalities outside the region that are shown.
OTHERS_SHOWN = 3
HOME_COLOUR, HOLIDAY_COLOUR = "#2f6690", "#d98032"


@dataclass(frozen=True)
class AttractionIndex:
    """Composite index of the municipalities of the reference area.

    Attributes:
        codes: municipalities.
        parts: (place, part), standard deviations from the mean of the area, high is good.
        scores: (place,), the index at the stated weights.
        ranks, low, high: (place,), rank at the stated weights and its 80 % interval over random weights.
    """

    codes: tuple[str, ...]
    parts: Array
    scores: Array
    ranks: Array
    low: Array
    high: Array


def load_attraction(context: Context) -> AttractionIndex:
    """The composite index of attractiveness.

    Raises:
        MissingFigures: if the reference area is not declared with its municipalities.
    """
    yardstick = find_yardstick(context)
    if yardstick is None:
        raise MissingFigures("yardstick")
    return _compute_attraction(context.runs, yardstick.members, context.scenarios[0])


def find_yardstick(context: Context) -> Place | None:
    """The reference area of the region, if its municipalities are declared and include those of the region."""
    places = context.data.places
    members = places.region.members
    reference = places[members[0]].reference
    if reference is None or reference not in places or not set(members) <= set(places[reference].members):
        return None
    return places[reference]


@lru_cache(maxsize=8)
def _compute_attraction(runs: ScenarioRuns, codes: tuple[str, ...], scenario: str) -> AttractionIndex:
    data = runs.data
    values = compute_parts(data, list(codes))
    people = _population(data, list(codes))
    parts = standardise_parts(values.to_numpy(dtype=float), np.array(list(PARTS.values())), people)
    stated = runs.scenario(scenario).assumptions.attraction.weights
    central = np.array([stated[name].value for name in PARTS])
    score = Draws(runs.seed, 0, RANDOM_DRAWS).normal("attraction:weights", (len(PARTS),))
    ranks, low, high = rank_intervals(parts, central, score, LOW, HIGH)
    return AttractionIndex(codes, parts, weighted_index(parts, central), ranks, low, high)


def compute_parts(data: Data, codes: list[str]) -> pd.DataFrame:
    """Components of the index in their own units, one row per municipality."""
    people = pd.Series(_population(data, codes), index=codes)
    moves = data.table("internal_migration")
    moves = (
        moves[moves["year"] > moves["year"].max() - RECENT].groupby("place")[["in_migration", "out_migration"]].mean()
    )
    register = data.table("labour_market_monthly").assign(year=lambda d: d["month"].astype(str).str[:4].astype(int))
    register = register[register["place"].isin(codes)].dropna(subset=["labour_force", "unemployed_jobseekers"])
    full = register.groupby("year")["month"].nunique()
    year = int(full[full == 12].index.max())
    rates = register[register["year"] == year].groupby("place")[["unemployed_jobseekers", "labour_force"]].mean()
    profile = data.table("municipal_profile")
    profile = profile[profile["year"] == profile["year"].max()].pivot(
        index="place", columns="indicator", values="value"
    )
    key = data.table("key_figures").query("indicator == 'job_self_sufficiency_percent'")
    key = key[key["year"] == key["year"].max()].set_index("place")["value"]
    known = data.table("population").dropna(subset=["population_15_64"]).sort_values("year").groupby("place").last()
    found = pd.DataFrame(
        {
            "migration_young": _cohort_change(data),
            "migration_all": (moves["in_migration"] - moves["out_migration"]) / people,
            "jobs": key,
            "unemployment": rates["unemployed_jobseekers"] / rates["labour_force"],
            "housing": profile["dwellings"] / profile["households"],
            "services": _service_jobs(data) / people,
            "ages": known["population_15_64"] / known["population"],
        }
    )
    return found.reindex(index=codes, columns=list(PARTS)).fillna(found.mean())


def _population(data: Data, codes: list[str]) -> Array:
    table = data.table("population").query("year == 2018").set_index("place")["population"]
    return table.reindex(codes).to_numpy(dtype=np.float64)


def _cohort_change(data: Data) -> pd.Series:
    before, after = data.table("population_by_age_group"), data.table("population_by_age_sex")
    young = before[(before["year"] == COHORT_YEARS[0]) & before["age_group"].isin(COHORT)]
    later = after[(after["year"] == COHORT_YEARS[1]) & after["age"].between(*COHORT_LATER)]
    return later.groupby("place")["population"].sum() / young.groupby("place")["population"].sum() - 1


def _service_jobs(data: Data) -> pd.Series:
    table = data.table("jobs_by_industry")
    own = table[(table["year"] == table["year"].max()) & table["industry"].isin(SERVICES)]
    return own.groupby("place")["jobs"].sum()


@exhibit("attraction_index", theme="attractiveness", form="heat")
def attraction_index(context: Context) -> ExhibitDraft:
    """Components of the index for the municipalities of the region, relative to the reference area."""
    found, lang = load_attraction(context), context.lang
    own = sorted(context.data.places.region.members, key=lambda code: found.ranks[found.codes.index(code)])
    at = {code: found.codes.index(code) for code in own}
    label = {
        code: text(
            "word.ranked",
            lang,
            name=context.data.places[code].name_in(lang),
            rank=int(found.ranks[i]),
            low=int(found.low[i]),
            high=int(found.high[i]),
        )
        for code, i in at.items()
    }
    rows = [
        {"row": label[code], "column": text(f"column.{name}", lang), "value": float(found.parts[at[code], n])}
        for code in own
        for n, name in enumerate(PARTS)
    ]
    shown = [code for code in own if code in context.members]
    one = shown[0]
    parts = found.parts[at[one]]
    names = [text(f"kind.{name}", lang) for name in PARTS]
    return ExhibitDraft(
        data=pd.DataFrame(rows),
        parts={
            "first": context.data.places[one].name_in(lang),
            "first_rank": int(found.ranks[at[one]]),
            "last": context.data.places[shown[-1]].name_in(lang),
            "last_rank": int(found.ranks[at[shown[-1]]]),
            "rank_low": int(found.low[at[one]]),
            "rank_high": int(found.high[at[one]]),
            "strong": names[int(parts.argmax())],
            "weak": names[int(parts.argmin())],
            "count": len(found.codes),
        },
        variant="several" if len(shown) > 1 else "",
        unit="deviations",
        tables=TABLES,
        notes=("attraction_parts", "attraction_weights"),
        options={"palette": "diverging", "centre": 0.0, "decimals": 1, "sign": True},
    )


@exhibit("attraction_ranks", theme="attractiveness", form="bars")
def attraction_ranks(context: Context) -> ExhibitDraft:
    """Rank of the municipalities of the reference area, with the interval over random weights."""
    found, lang = load_attraction(context), context.lang
    members = context.data.places.region.members
    others = [i for i in np.argsort(found.ranks) if found.codes[i] not in members]
    left_out = others[OTHERS_SHOWN:-OTHERS_SHOWN]
    order = [i for i in np.argsort(found.ranks) if i not in left_out]
    rows, colours = [], {}
    for i in order:
        place = context.data.places[found.codes[i]]
        name = place.name_in(lang)
        rows.append({"category": name, "value": found.ranks[i], "low": found.low[i], "high": found.high[i]})
        if found.codes[i] in members:
            colours[name] = HOME_COLOUR
    own = [i for i in order if found.codes[i] in members]
    wide = max(own, key=lambda i: found.high[i] - found.low[i])
    return ExhibitDraft(
        data=pd.DataFrame(rows),
        parts={
            "first": context.data.places[found.codes[own[0]]].name_in(lang),
            "first_rank": int(found.ranks[own[0]]),
            "last": context.data.places[found.codes[own[-1]]].name_in(lang),
            "last_rank": int(found.ranks[own[-1]]),
            "wide": context.data.places[found.codes[wide]].name_in(lang),
            "wide_low": int(found.low[wide]),
            "wide_high": int(found.high[wide]),
            "count": len(found.codes),
        },
        unit="rank",
        tables=TABLES,
        notes=("attraction_weights", "six_coloured"),
        options={"decimals": 0, "colours": {**dict.fromkeys([row["category"] for row in rows], "#9db4c7"), **colours}},
    )


def load_homes(context: Context) -> pd.DataFrame:
    """Dwellings and holiday homes by municipality of the region, latest year.

    Raises:
        MissingFigures: if the table has no homes.
    """
    table = context.data.table("municipal_profile")
    own = table[table["place"].isin(context.data.places.region.members) & (table["year"] == table["year"].max())]
    wide = own.pivot(index="place", columns="indicator", values="value").reindex(
        list(context.data.places.region.members)
    )
    if not {"dwellings", "free_time_residences"} <= set(wide.columns):
        raise MissingFigures("homes")
    return wide[["dwellings", "free_time_residences"]].assign(year=int(own["year"].iloc[0]))


@exhibit("housing", theme="attractiveness", form="bars")
def housing(context: Context) -> ExhibitDraft:
    """Dwellings and holiday homes by municipality."""
    homes, lang = load_homes(context), context.lang
    series = {"dwellings": HOME_COLOUR, "free_time_residences": HOLIDAY_COLOUR}
    rows = [
        {
            "category": context.data.places[code].name_in(lang),
            "series": text(f"series.{name}", lang),
            "value": homes.loc[code, name],
        }
        for code in homes.index
        for name in series
    ]
    here = homes.loc[list(context.members)].sum()
    return ExhibitDraft(
        data=pd.DataFrame(rows),
        parts={
            "holiday": number(float(here["free_time_residences"]), lang),
            "dwellings": number(float(here["dwellings"]), lang),
            "hundred": number(100 * float(here["free_time_residences"] / here["dwellings"]), lang),
            "at_year": homes["year"].iloc[0],
        },
        unit="homes",
        tables=("municipal_profile",),
        notes=("holiday_homes",),
        options={"decimals": 0, "colours": {text(f"series.{name}", lang): shade for name, shade in series.items()}},
    )


def estimate_unregistered(context: Context) -> pd.DataFrame:
    """Unregistered residents by municipality of the region, from an assumption: value, low, high."""
    homes, each = load_homes(context)["free_time_residences"], _residents_per_home(context)
    ends = {"value": each["each"], "low": each["each_low"], "high": each["each_high"]}
    return pd.DataFrame({name: homes * end for name, end in ends.items()})


def _residents_per_home(context: Context) -> dict[str, float]:
    """Unregistered residents per holiday home: the assumption and its interval."""
    found = context.runs.scenario(context.scenarios[0]).assumptions.attraction.unregistered_per_holiday_home
    return {"each": found.value, "each_low": found.low, "each_high": found.high}


@exhibit("unregistered_residents", theme="attractiveness", form="bars")
def unregistered_residents(context: Context) -> ExhibitDraft:
    """Unregistered residents with the interval of the assumption."""
    found, lang = estimate_unregistered(context), context.lang
    names = [context.data.places[code].name_in(lang) for code in found.index]
    here = found.loc[list(context.members)].sum()
    return ExhibitDraft(
        data=found.assign(category=names).reset_index(drop=True)[["category", "value", "low", "high"]],
        parts={
            "middle": number(round(float(here["value"]), -1), lang),
            "low": number(round(float(here["low"]), -1), lang),
            "high": number(round(float(here["high"]), -1), lang),
            **{name: number(end, lang, 2) for name, end in _residents_per_home(context).items()},
            "most": locative(context.data.places[str(found["value"].idxmax())], lang),
        },
        tables=("municipal_profile",),
        notes=("unregistered",),
        options={
            "decimals": 0,
            "colours": dict(zip(names, [context.data.places[c].colour for c in found.index], strict=True)),
        },
    )


AGES = "employed_by_industry_and_age"
JOBS = "jobs_by_industry"
FIRM_TABLES = (JOBS, AGES)
OLD, ALL = "55-64", "15-64"
# Industries with few owners: public services, mining, utilities, households, unknown.
LEFT_OUT = ("B", "D", "E", "O", "P", "Q", "T", "U", "X", "TOTAL")
SHOWN = 8


def estimate_owners(context: Context) -> tuple[list[str], FirmOwners, int]:
    """Industries, owners of firms by industry, and the year of the jobs.

    Raises:
        MissingFigures: if jobs by industry are missing.
    """
    table = context.data.table(JOBS)
    own = table[table["place"].isin(context.members) & ~table["industry"].isin(LEFT_OUT)]
    whole = own[own["completeness"] == "complete"]
    if whole.empty:
        raise MissingFigures("panel")
    year = int(whole["year"].max())
    jobs = whole[whole["year"] == year].groupby("industry")["jobs"].sum()
    shares = compute_older_shares(context, list(jobs.index))
    assumptions = context.runs.scenario(context.scenarios[0]).assumptions.firms
    draws = Draws(context.runs.seed, 0, context.runs.draws)
    codes = [str(code) for code in jobs.index]
    return codes, retiring_owners(jobs.to_numpy(dtype=np.float64), shares, codes, assumptions, draws), year


def compute_older_shares(context: Context, industries: list[str]) -> Array:
    """Share of ages 55-64 in the employed aged 15-64 in Finland, latest year: (industry,)."""
    table = context.data.table(AGES)
    ages = table[table["age_group"].isin([OLD, ALL])].pivot_table(
        index=["year", "industry"], columns="age_group", values="employed"
    )
    latest = ages.dropna().loc[int(ages.dropna().index.get_level_values("year").max())]
    share = latest[OLD] / latest[ALL]
    by_section = {section: float(share[label]) for label in share.index for section in str(label).split("+")}
    return np.array([by_section.get(section, float(share["TOTAL"])) for section in industries])


@exhibit("owners_retiring", theme="attractiveness", form="bars")
def owners_without_successor(context: Context) -> ExhibitDraft:
    """Owners who retire within ten years without a successor, by industry."""
    lang = context.lang
    industries, found, year = estimate_owners(context)
    order = np.argsort(-found.without_successor.mean(axis=0), kind="stable")[:SHOWN]
    rows = [
        {"category": text(f"industry.{industries[i]}", lang), **summarise_draws(found.without_successor[:, i])}
        for i in order
    ]
    whole, retiring, jobs = (
        summarise_draws(part.sum(axis=1)) for part in (found.without_successor, found.retiring, found.jobs)
    )
    return ExhibitDraft(
        data=pd.DataFrame(rows),
        parts={
            "retiring": number(round_for_title(retiring["value"]), lang),
            "without": number(round_for_title(whole["value"]), lang),
            "low": number(round_for_title(whole["low"]), lang),
            "high": number(round_for_title(whole["high"]), lang),
            "jobs": number(round_for_title(jobs["value"]), lang),
            "at_year": year,
        },
        unit="owners",
        tables=FIRM_TABLES,
        notes=("owners",),
        options={"decimals": 0, "colours": {str(row["category"]): bar_colour(context) for row in rows}},
    )
