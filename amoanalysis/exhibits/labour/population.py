"""Exhibits of the population: size, age structure and components of change."""

from __future__ import annotations

import numpy as np
import pandas as pd

from amoanalysis.config.text import number, text
from amoanalysis.exhibits.builder import ExhibitDraft, describe_trend, exhibit
from amoanalysis.exhibits.context import (
    FORECAST,
    Context,
    MissingFigures,
    build_forecast_line,
    build_line,
    build_observed_line,
    draws_in_year,
    get_last_observed,
    require_values,
    sum_over_members,
)
from amoanalysis.exhibits.phrases import (
    capitalise,
    classify_direction,
    direction_verb,
    format_percent,
    join_words,
    round_for_title,
)
from amoanalysis.models.statistics.draws import Array

SINCE = 1990
# More panels than this cannot be read.
MOST_PANELS = 9
OLD, WORKING = "65-", "15-64"
AGED_FROM = 90
OFFICIAL_COLOUR = "#56616c"


@exhibit("population_fan", theme="labour", form="fan")
def population_fan(context: Context) -> ExhibitDraft:
    """Population since 1990, forecast and official projection; for the region one panel per municipality."""
    if context.place.kind == "region" and 1 < len(context.members) <= MOST_PANELS:
        return _population_grid(context)
    run, code, name = context.forecast, context.place.code, context.place.name_in(context.lang)
    rows, official = build_line(run, "population", code, name, SINCE), _newest_projection(context)
    known = get_last_observed(run, "population", code)
    title, parts = describe_trend(context, "population_fan", known, run, run.values("population", code))
    colours = {name: context.place.colour, **dict.fromkeys(official["series"], OFFICIAL_COLOUR)}
    return ExhibitDraft(
        data=pd.concat([rows, official], ignore_index=True) if len(official) else rows,
        parts={**parts, "since_year": rows["year"].min()},
        title=title,
        tables=("population", *(("official_projection",) if len(official) else ())),
        runs=(run,),
        assumed=("population",),
        options={"colours": colours, "zero": False, "decimals": 0},
    )


@exhibit("dependency_ratio", theme="labour", form="fan")
def dependency_ratio(context: Context) -> ExhibitDraft:
    """Persons under 15 and over 64 per hundred persons of working age."""
    run, code, name = context.forecast, context.place.code, context.place.name_in(context.lang)
    table = context.data.table("population")
    total, working = (sum_over_members(context, table, column) for column in ("population", "population_15_64"))
    known = require_values((100 * (total / working - 1)).dropna())
    values = 100 * (run.values("population", code) / run.values("population_by_age", code, WORKING) - 1)
    newest = (int(known.index[-1]), float(known.iloc[-1]))
    title, parts = describe_trend(context, "dependency_ratio", newest, run, values, round)
    since = known[known.index >= SINCE]
    return ExhibitDraft(
        data=pd.concat([build_observed_line(since, name), build_forecast_line(run, values, name)]),
        parts={**parts, "next_year": run.years[0], "since_year": since.index[0]},
        title=title,
        unit="per_hundred",
        tables=("population",),
        runs=(run,),
        assumed=("population",),
        notes=("ratio_break",),
        options={"colours": {name: context.place.colour}, "zero": False, "decimals": 0},
    )


@exhibit("population_pyramid", theme="training", form="pyramid")
def population_pyramid(context: Context) -> ExhibitDraft:
    """Age pyramid of an earlier year, the last observed year and the last forecast year."""
    run, code = context.forecast, context.place.code
    known = _observed_ages(context)
    now_year, end_year = int(known["year"].iloc[0]), run.years[-1]
    draws = draws_in_year(run, "population_by_age", code, end_year, OLD) / draws_in_year(
        run, "population", code, end_year
    )
    old_now = 100 * known.loc[known["age"] >= 65, "population"].sum() / known["population"].sum()
    old_end = 100 * float(np.median(draws))
    young = _count_schoolchildren(context, known, end_year)
    way = classify_direction(old_now, 100 * draws)
    same = way == "flat" or abs(round(old_now) - round(old_end)) <= 1
    variant = "flat" if same else "open" if way == "open" else "move"
    earlier = estimate_earlier_ages(context)
    then = [_observed_age_groups(earlier[1], str(earlier[0]))] if earlier else []
    return ExhibitDraft(
        data=pd.concat(
            [_observed_age_groups(known, str(now_year)), *then, _forecast_age_groups(context, str(end_year))]
        ),
        parts={
            "verb": direction_verb(way, context.lang) if variant == "move" else "",
            "from_now": format_percent(round(old_now), context.lang, case="sta"),
            "to_end": format_percent(round(old_end), context.lang, case="iin"),
            "now": format_percent(round(old_now), context.lang),
            "end": format_percent(round(old_end), context.lang),
            "young_now": young[0],
            "young_end": round_for_title(young[1]),
            "then_year": earlier[0] if earlier else now_year,
            "now_year": now_year,
            "end_year": end_year,
        },
        variant=variant,
        tables=("population_by_age_sex", *(("population_by_age_group",) if earlier else ())),
        runs=(run,),
        assumed=("population",),
        notes=("pyramid", *(("pyramid_then",) if earlier else ())),
        options={"filled": str(now_year)},
    )


def _population_grid(context: Context) -> ExhibitDraft:
    run, places = context.forecast, [context.data.places[code] for code in context.members]
    names = [place.name_in(context.lang) for place in places]
    rows = [
        build_line(run, "population", place.code, text("series.population", context.lang), SINCE).assign(panel=name)
        for place, name in zip(places, names, strict=True)
    ]
    ways: dict[str, list[str]] = {"up": [], "flat": [], "open": [], "down": []}
    for place, name in zip(places, names, strict=True):
        _, now = get_last_observed(run, "population", place.code)
        ways[classify_direction(now, run.values("population", place.code)[-1]).removesuffix("_likely")].append(name)
    return ExhibitDraft(
        data=pd.concat(rows),
        parts={
            "groups": capitalise(", ".join(_clause(context, way, found) for way, found in ways.items() if found)),
            "since_year": SINCE,
            "end_year": run.years[-1],
        },
        variant="grid",
        tables=("population",),
        runs=(run,),
        assumed=("population",),
        options={
            "decimals": 0,
            "zero": False,
            "colours": {name: place.colour for name, place in zip(names, places, strict=True)},
        },
        form="fan_grid",
    )


def _clause(context: Context, way: str, names: list[str]) -> str:
    return text(
        f"group.{way}.{'one' if len(names) == 1 else 'many'}", context.lang, names=join_words(names, context.lang)
    )


def _newest_projection(context: Context) -> pd.DataFrame:
    """The latest official projection of the place as a line without interval; empty if it does not cover the place."""
    columns = ["year", "series", "kind", "value", "low", "high"]
    if not context.data.has("official_projection"):
        return pd.DataFrame(columns=columns)
    table = context.data.table("official_projection")
    own = table[table["place"].isin(context.members)]
    if set(own["place"]) != set(context.members):
        return pd.DataFrame(columns=columns)
    newest = own[(own["vintage"] == own["vintage"].max()) & (own["year"] <= context.forecast.years[-1])]
    sums = newest.groupby("year")["population"].sum().astype(float)
    name = text("series.official", context.lang, vintage=str(int(newest["vintage"].iloc[0])))
    frame = build_observed_line(sums, name).assign(kind=FORECAST)
    return frame[columns]


def _observed_ages(context: Context) -> pd.DataFrame:
    table = context.data.table("population_by_age_sex")
    own = table[table["place"].isin(context.members)]
    if own.empty:
        raise MissingFigures("ages")
    return own[own["year"] == own["year"].max()]


def _observed_age_groups(known: pd.DataFrame, name: str) -> pd.DataFrame:
    rows = known.assign(low=(known["age"] // 5 * 5).clip(upper=AGED_FROM))
    sums = rows.groupby(["low", "sex"], as_index=False).agg(value=("population", "sum")).sort_values("low")
    return sums.assign(age=sums["low"].map(_age_label), series=name, value=sums["value"].astype(float)).drop(
        columns="low"
    )


def _forecast_age_groups(context: Context, name: str) -> pd.DataFrame:
    run = context.forecast
    values: dict[tuple[int, str], Array] = {}
    for group in run.measures["population_by_sex_age"].groups:
        sex, ages = group.split()
        age = min(int(ages.split("-")[0]), AGED_FROM)
        draws = draws_in_year(run, "population_by_sex_age", context.place.code, run.years[-1], group)
        values[age, sex] = values.get((age, sex), 0.0) + draws
    rows = [{"age": _age_label(age), "sex": sex, "value": float(np.median(v))} for (age, sex), v in values.items()]
    return pd.DataFrame(rows).assign(series=name)


def _age_label(low: int) -> str:
    return f"{low}–" if low >= AGED_FROM else f"{low}–{low + 4}"


def _count_schoolchildren(context: Context, known: pd.DataFrame, year: int) -> tuple[float, float]:
    """Persons aged 5-19 in the last observed year and in a forecast year (median)."""
    now = float(known.loc[known["age"].between(5, 19), "population"].sum())
    groups = [f"{sex} {low:02d}-{low + 4:02d}" for sex in "fm" for low in (5, 10, 15)]
    draws = np.sum(
        [draws_in_year(context.forecast, "population_by_sex_age", context.place.code, year, g) for g in groups], axis=0
    )
    return now, float(np.median(draws))


PATH_SINCE = 2010
# Grey tones of the vintages, from old to new.
VINTAGE_COLOURS = ("#8b96a1", "#3d4750")
# Changes below this share of the population, per cent, count as none.
SAME = 1.0
FLOWS = ("births", "deaths", "in_migration", "out_migration")


@exhibit("official_projections", theme="labour", form="fan")
def official_projections(context: Context) -> ExhibitDraft:
    """Change of the population since the last observed year: forecast and official projections."""
    run, code, lang = context.forecast, context.place.code, context.lang
    now_year, now = get_last_observed(run, "population", code)
    table = context.data.table("population")
    known = require_values(sum_over_members(context, table, "population"))
    name = context.place.name_in(lang)
    own = [
        build_observed_line(100 * (known[known.index >= PATH_SINCE] / now - 1), name),
        build_forecast_line(run, 100 * (run.values("population", code) / now - 1), name),
    ]
    official = _projections_by_vintage(context, now_year)
    if not official:
        raise MissingFigures("projections")
    end = run.years[-1]
    lines = [
        build_observed_line(line[line.index <= end], label).assign(kind=FORECAST) for label, line in official.items()
    ]
    ours = 100 * (float(np.median(run.values("population", code)[-1])) / now - 1)
    ends = [float(line[min(end, int(line.index[-1]))]) for line in official.values()]
    parts = {
        "change": format_percent(ours, lang, sign=True),
        "official": format_percent(ends[0], lang, sign=True),
        "newest": format_percent(ends[-1], lang, sign=True),
        "now_year": now_year,
        "end_year": end,
        "since_year": PATH_SINCE,
    }
    colours = {name: context.place.colour, **dict(zip(official, VINTAGE_COLOURS, strict=False))}
    return ExhibitDraft(
        data=pd.concat([*own, *lines], ignore_index=True),
        parts=parts,
        variant=("both" if len(official) > 1 else "one") + ("_place" if _covers(context) else "_area"),
        unit="%",
        tables=("population", "official_projection"),
        runs=(run,),
        assumed=("population",),
        notes=("vintages",),
        options={"colours": colours, "zero": False, "decimals": 0, "sign": True},
    )


@exhibit("population_path", theme="attractiveness", form="waterfall")
def population_path(context: Context) -> ExhibitDraft:
    """Change from the last observed to the last forecast population by component; means, which add up."""
    run, code, lang = context.forecast, context.place.code, context.lang
    now_year, now = get_last_observed(run, "population", code)
    sums = {name: float(run.values(name, code).sum(axis=0).mean()) for name in FLOWS}
    end = float(run.values("population", code)[-1].mean())
    foreign = float(run.values("net_foreign_migration", code).sum(axis=0).mean()) if _has_foreign(context) else None
    steps = _steps(sums, foreign)
    first, last = (text("flow.population", lang, year=str(year)) for year in (now_year, run.years[-1]))
    rows = [
        {"step": first, "kind": "total", "value": now},
        *({"step": text(f"flow.{key}", lang), "kind": "delta", "value": value} for key, value in steps.items()),
        {"step": last, "kind": "total", "value": end},
    ]
    natural = sums["births"] - sums["deaths"]
    moved = end - now - natural
    return ExhibitDraft(
        data=pd.DataFrame(rows),
        parts={
            "natural": number(natural, lang, sign=True),
            "moved": number(moved, lang, sign=True),
            "births": round(sums["births"]),
            "deaths": round(sums["deaths"]),
            "now_year": now_year,
            "end_year": run.years[-1],
            "first_year": run.years[0],
        },
        variant=_path_variant(natural, moved, now),
        tables=("population",),
        runs=(run,),
        assumed=("population", "balance"),
        notes=("means", *(("inner_migration",) if len(context.members) > 1 else ())),
        options={"decimals": 0},
    )


def _has_foreign(context: Context) -> bool:
    return "net_foreign_migration" in context.forecast.measures


def _steps(sums: dict[str, float], foreign: float | None) -> dict[str, float]:
    """Births, deaths, in- and out-migration; net international migration separately if the forecast has it."""
    steps = {"births": sums["births"], "deaths": -sums["deaths"]}
    if foreign is None:
        return {**steps, "in_migration": sums["in_migration"], "out_migration": -sums["out_migration"]}
    inner = sums["in_migration"] - sums["out_migration"] - foreign
    return {**steps, "internal": inner, "foreign": foreign}


def _path_variant(natural: float, moved: float, now: float) -> str:
    margin = SAME * now / 100
    change = natural + moved
    if abs(change) < margin:
        return "same"
    if change > 0:
        return "up_by_moves" if moved > natural else "up"
    return "down_by_deaths" if natural < moved else "down_by_moves"


def _covers(context: Context) -> bool:
    """Whether an official projection covers the municipalities of the place, not only the area around it."""
    table = context.data.table("official_projection")
    return set(context.members) <= set(table["place"].unique())


def _projections_by_vintage(context: Context, base: int) -> dict[str, pd.Series]:
    """Official projections, oldest first: change in per cent since the population of a base year, by year.

    A vintage without municipalities is shown for the reference area of the place.
    """
    table = context.data.table("official_projection")
    reference = context.data.places[context.members[0]].reference
    found: dict[str, pd.Series] = {}
    for vintage in sorted(table["vintage"].unique()):
        rows = table[table["vintage"] == vintage]
        covers = set(context.members) <= set(rows["place"])
        members = context.members if covers else (reference,)
        own = rows[rows["place"].isin(members)]
        known = _observed_population(
            context, context.members if covers else context.data.places[str(reference)].members, base
        )
        if own.empty or known is None:
            continue
        area = "" if covers else f" ({context.data.places[str(reference)].name_in(context.lang)})"
        sums = own.groupby("year")["population"].sum().astype(float)
        found[text("series.official", context.lang, vintage=str(int(vintage))) + area] = 100 * (sums / known - 1)
    return found


def _observed_population(context: Context, members: tuple[str, ...], year: int) -> float | None:
    table = context.data.table("population")
    rows = table[table["place"].isin(members) & (table["year"] == year)]
    return float(rows["population"].sum()) if members and set(rows["place"]) == set(members) else None


# From this age on mortality is too high to trace cohorts back.
OLD_AGE = 75
AGES = 101


def estimate_earlier_ages(context: Context) -> tuple[int, pd.DataFrame] | None:
    """Estimates the population by sex and single age for the earliest year with age groups of all municipalities.

    A group of both sexes is divided like its cohorts in the first year known by sex and age, ages from 75 like the same
    ages in that year; the sum over postal areas is scaled to the known total.

    Args:
        context: the place.

    Returns:
        The year, and age, sex, population (estimates); None if the groups or the later ages are missing.
    """
    if not context.data.has("population_by_age_group"):
        return None
    groups, ages = context.data.table("population_by_age_group"), context.data.table("population_by_age_sex")
    groups, ages = (table[table["place"].isin(context.members)] for table in (groups, ages))
    if {*groups["place"]} != set(context.members) or ages.empty:
        return None
    year, later = int(groups["year"].min()), int(ages["year"].min())
    key = context.data.concordance("age_groups").set_index("age_group")
    rows = groups[groups["year"] == year].merge(key[["from_age", "to_age"]], left_on="age_group", right_index=True)
    weights = _cohort_weights(ages[ages["year"] == later], later - year)
    sums = rows.groupby(["from_age", "to_age"], as_index=False)["population"].sum()
    result = np.zeros((2, AGES))
    for first, last, total in zip(sums["from_age"], sums["to_age"], sums["population"], strict=True):
        part = slice(int(first), int(last) + 1 if last else AGES)
        result[:, part] = float(total) * weights[:, part] / weights[:, part].sum()
    whole = float(rows.groupby("place")["population_all_ages"].first().sum())
    result *= whole / result.sum()
    parts = [pd.DataFrame({"age": range(AGES), "sex": sex, "population": result[i]}) for i, sex in enumerate("fm")]
    return year, pd.concat(parts, ignore_index=True)


def _cohort_weights(ages: pd.DataFrame, years: int) -> Array:
    """Population of the later year by sex and by age `years` earlier: (sex, age), all positive."""
    wide = ages.pivot_table(index="sex", columns="age", values="population", aggfunc="sum")
    now = wide.reindex(index=["f", "m"], columns=range(AGES), fill_value=0).to_numpy(dtype=np.float64)
    then = now.copy()
    then[:, :OLD_AGE] = now[:, years : OLD_AGE + years]
    return np.asarray(then + 0.01)
