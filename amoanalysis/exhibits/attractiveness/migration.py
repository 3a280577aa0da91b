"""Exhibits of migration within Finland: by year, partner and age, on maps, and as a component of change."""

from __future__ import annotations

import numpy as np
import pandas as pd

from amoanalysis.config.text import number, text
from amoanalysis.exhibits.attractiveness.out_migrants import FLOWS, TOWNS, find_tour_towns, load_out_migrants
from amoanalysis.exhibits.builder import ExhibitDraft, exhibit
from amoanalysis.exhibits.context import (
    HIGH,
    LOW,
    Context,
    MissingFigures,
    get_last_observed,
    municipality_names,
    sum_over_members,
)
from amoanalysis.exhibits.map_layers import (
    class_limits,
    join_values_to_shapes,
    load_country_outline,
    load_neighbour_shapes,
    load_site_marks,
    locate_values,
)
from amoanalysis.exhibits.phrases import elative, format_percent, locative
from amoanalysis.models.return_migration.out_migrant_stock import label_periods, migration_exchange
from amoanalysis.models.statistics.draws import Array

IN_COLOUR, OUT_COLOUR = "#15936f", "#d98032"
EARLIER_COLOUR, LATER_COLOUR = "#9db4c7", "#2f6690"
WIDTH, SHORT = 10, 5
MOST_LOSERS, MOST_GAINERS = 6, 4
AGES = {"0–15": (0, 16), "16–19": (16, 20), "20–24": (20, 25), "25–34": (25, 35), "35–49": (35, 50), "50–64": (50, 65)}
NAMED_ON_MAP = 12
# Smaller net flows of all years are not shown.
LEAST_ON_MAP = 5


@exhibit("migration_balance", theme="attractiveness", form="fan")
def migration_balance(context: Context) -> ExhibitDraft:
    """In- and out-migration from and to the rest of Finland by year."""
    years = sum_moves(context, ["year"]).set_index("year")
    lang, last = context.lang, int(years.index.max())
    named_as = {"in_moves": text("series.moves_in", lang), "out_moves": text("series.moves_out", lang)}
    rows = [
        pd.DataFrame({"year": years.index, "series": name, "kind": "observed", "value": years[column]})
        for column, name in named_as.items()
    ]
    first = years.iloc[:SHORT]["net"].mean()
    gross = years["in_moves"].sum() + years["out_moves"].sum()
    return ExhibitDraft(
        data=pd.concat(rows, ignore_index=True),
        parts={
            "circulation": format_percent(100 * (1 - abs(years["net"].sum()) / gross), lang),
            "first_net": number(float(first), lang, sign=True),
            "last_net": number(float(years.iloc[-SHORT:]["net"].mean()), lang, sign=True),
            "first_years": f"{years.index.min()}–{int(years.index.min()) + SHORT - 1}",
            "last_years": f"{last - SHORT + 1}–{last}",
            "start_year": years.index.min(),
            "end_year": last,
        },
        unit="moves_a_year",
        tables=(FLOWS,),
        notes=("moves", *(("outside_moves",) if len(context.members) > 1 else ())),
        options={
            "zero": True,
            "decimals": 0,
            "colours": dict(zip(named_as.values(), (IN_COLOUR, OUT_COLOUR), strict=True)),
        },
    )


@exhibit("migration_by_partner", theme="attractiveness", form="bars")
def migration_by_partner(context: Context) -> ExhibitDraft:
    """Net migration by partner in two periods of ten years."""
    lang, names = context.lang, municipality_names(context)
    flows = sum_moves(context, ["partner", "year"])
    last = int(flows["year"].max())
    flows["period"] = label_periods(flows["year"], WIDTH, last)
    spans = sorted(flows["period"].dropna().unique())[-2:]
    sums = flows[flows["period"].isin(spans)].groupby(["partner", "period"])["net"].sum().unstack(fill_value=0)
    whole = sums.sum(axis=1).sort_values()
    shown = [*whole.index[:MOST_LOSERS], *whole[whole > 0].index[-MOST_GAINERS:]]
    rows = [
        {"category": names[code], "series": span, "value": float(sums.loc[code, span])}
        for code in shown
        for span in spans
    ]
    low, high = whole.index[0], whole.index[-1]
    return ExhibitDraft(
        data=pd.DataFrame(rows),
        parts={
            "town": names[low],
            "loss": number(float(whole[low]), lang, sign=True),
            "gain_town": names[high],
            "gain": number(float(whole[high]), lang, sign=True),
            "years": f"{spans[0].split('–')[0]}–{last}",
        },
        variant="both" if whole[high] > 0 else "loss",
        unit="moves",
        tables=(FLOWS,),
        notes=("net_moves",),
        options={"sign": True, "decimals": 0, "colours": dict(zip(spans, (EARLIER_COLOUR, LATER_COLOUR), strict=True))},
    )


@exhibit("migration_by_age", theme="attractiveness", form="heat")
def migration_by_age(context: Context) -> ExhibitDraft:
    """Net migration a year by age group and period, at the age profiles of the small municipalities."""
    lang = context.lang
    found, profile = load_out_migrants(context), context.runs.inputs.population.profile
    years = sum_moves(context, ["year"]).set_index("year").reindex(found.years)
    # (age,), sums to 1: mean of the places, like the ages of out-migrants.
    arriving = profile.arriving.mean(axis=0).sum(axis=0)
    base = context.runs.inputs.out_migrants
    leaving_ages = base.ages if base is not None else np.zeros((len(found.years), len(arriving)))
    rows = []
    spans = label_periods(pd.Series(list(found.years), index=list(found.years)), SHORT, found.years[-1])
    for span in sorted(spans.dropna().unique()):
        at = [found.years.index(year) for year in spans.index[spans == span]]
        for name, (low, high) in AGES.items():
            comes = years["in_moves"].to_numpy()[at] * arriving[low:high].sum()
            goes = years["out_moves"].to_numpy()[at] * leaving_ages[at, low:high].sum(axis=1)
            rows.append({"row": name, "column": span, "value": float((comes - goes).mean())})
    data = pd.DataFrame(rows)
    latest = data[data["column"] == data["column"].iloc[-1]]
    low_row, high_row = latest.loc[latest["value"].idxmin()], latest.loc[latest["value"].idxmax()]
    return ExhibitDraft(
        data=data,
        parts={
            "low_ages": low_row["row"],
            "low_net": number(float(low_row["value"]), lang, sign=True),
            "high_ages": high_row["row"],
            "high_net": number(float(high_row["value"]), lang, sign=True),
            "period": low_row["column"],
        },
        variant="gain" if high_row["value"] >= 0.5 else "loss",
        unit="persons_a_year",
        tables=(FLOWS, "population_by_age_sex"),
        notes=("profile_ages",),
        options={"palette": "diverging", "centre": 0.0, "sign": True, "decimals": 0},
    )


@exhibit("migration_map", theme="attractiveness", form="dots")
def migration_map(context: Context) -> ExhibitDraft:
    """Net migration by municipality on a map of Finland, all years."""
    lang, names = context.lang, municipality_names(context)
    flows = sum_moves(context, ["partner"]).set_index("partner")
    net = flows.loc[flows["net"] != 0, "net"]
    losses = -net[net < 0].sort_values()
    if losses.empty:
        raise MissingFigures("flows")
    years = sum_moves(context, ["year"])["year"]
    top = losses.index[:3]
    return ExhibitDraft(
        data=locate_values(context, net[net.abs() >= min(LEAST_ON_MAP, net.abs().max())]),
        parts={
            "one": names[top[0]],
            "two": names[top[min(1, len(top) - 1)]],
            "three": names[top[-1]],
            "share": format_percent(100 * float(losses[top].sum()) / float(losses.sum()), lang),
            "net": number(float(net.sum()), lang, sign=True),
            "start_year": years.min(),
            "end_year": years.max(),
        },
        unit="moves",
        tables=(FLOWS, TOWNS, "geo/finland_outline"),
        notes=("net_moves",),
        options={
            "outline": load_country_outline(context),
            "named": NAMED_ON_MAP,
            "centre": 0.0,
            "sides": (text("side.gain", lang), text("side.loss", lang)),
            "sized": text("sized.net", lang),
            "sign": True,
            "decimals": 0,
        },
    )


def sum_moves(context: Context, by: list[str]) -> pd.DataFrame:
    """In-, out- and net migration of the place from and to the rest of Finland.

    Raises:
        MissingFigures: if the migration flows of one of its municipalities are missing.
    """
    table = context.data.table(FLOWS)
    if not set(context.members) <= set(table["place"].unique()):
        raise MissingFigures("flows")
    return migration_exchange(table, list(context.members), by)


NATURAL_COLOUR, MIGRATION_COLOUR = "#8a3a8f", "#15936f"
TOWN_COLOUR, TOUR_COLOUR = "#2f6690", "#d98032"
# Towns shown besides those of the tour of 2008, and periods of the components.
MOST_TOWNS = 8
PERIODS_AHEAD = (2030, 2040)
PERIOD = 5
CHANGE_FLOWS = ("births", "deaths", "in_migration", "out_migration")
SMALL = 0.5
# Width of a class of the map of change, per cent.
CHANGE_STEP = 10


@exhibit("population_change_components", theme="attractiveness", form="bars")
def population_change_components(context: Context) -> ExhibitDraft:
    """Natural change and net migration a year, by period."""
    lang = context.lang
    known, (ahead, period) = _observed_components(context), _forecast_components(context)
    rows = [*known, *ahead]
    latest = {row["series"]: row["value"] for row in ahead[-2:]}
    natural = float(latest[text("series.natural", lang)])
    migration = float(latest[text("series.migration", lang)])
    run, code = context.forecast, context.place.code
    flows = {measure: round(_middle(run.values(measure, code).mean(axis=0))) for measure in CHANGE_FLOWS}
    return ExhibitDraft(
        data=pd.DataFrame(rows),
        parts={
            "natural": number(natural, lang, sign=True),
            "migration": number(migration, lang, sign=True),
            "sum": number(natural + migration, lang, sign=True),
            "period": period,
            **flows,
            "first_year": run.years[0],
            "end_year": run.years[-1],
        },
        variant=_components_variant(natural, migration),
        unit="persons_a_year",
        tables=("population", *(("key_figures",) if known else ())),
        runs=(run,),
        assumed=("population", "balance"),
        notes=("components", *(("inner_migration",) if len(context.members) > 1 else ())),
        options={
            "decimals": 0,
            "sign": True,
            "colours": {
                text("series.natural", lang): NATURAL_COLOUR,
                text("series.migration", lang): MIGRATION_COLOUR,
            },
        },
    )


@exhibit("municipality_map", theme="attractiveness", form="map")
def municipality_map(context: Context) -> ExhibitDraft:
    """Change of population in each municipality of the region, last known year to last forecast year."""
    run, lang = context.forecast, context.lang
    codes = context.data.places.region.members
    known = {code: get_last_observed(run, "population", code) for code in codes}
    change = {c: 100 * (float(np.median(run.values("population", c)[-1])) / known[c][1] - 1) for c in codes}
    frame = join_values_to_shapes(context, pd.Series(change))
    high, low = max(change, key=lambda c: change[c]), min(change, key=lambda c: change[c])
    growing = sum(value > SMALL for value in change.values())
    return ExhibitDraft(
        data=frame,
        parts={
            "high": locative(context.data.places[high], lang),
            "low": locative(context.data.places[low], lang),
            "high_change": format_percent(change[high], lang, sign=True),
            "low_change": format_percent(change[low], lang, sign=True),
            "growing": growing,
            "count": len(codes),
            "of_count": elative(len(codes), lang),
            "now_year": max(year for year, _ in known.values()),
            "end_year": run.years[-1],
        },
        variant=_map_variant(growing, len(codes)),
        unit="%",
        tables=("population",),
        runs=(run,),
        assumed=("population",),
        options={
            "neighbours": load_neighbour_shapes(context),
            "sites": load_site_marks(context, ("resort",)),
            "palette": "diverging",
            "sign": True,
            "decimals": 0,
            "bins": class_limits(change.values(), CHANGE_STEP),
        },
    )


@exhibit("leavers_by_town", theme="attractiveness", form="bars")
def leavers_by_town(context: Context) -> ExhibitDraft:
    """Moves from the place to other municipalities, the largest, and the towns of the recruitment tour of 2008."""
    lang = context.lang
    flows = context.data.table("migration_flows")
    load_out_migrants = flows[flows["place"].isin(context.members) & (flows["direction"] == "out")]
    own = load_out_migrants[~load_out_migrants["partner"].isin(context.members)]
    if set(own["place"]) != set(context.members):
        raise MissingFigures("flows")
    names = context.data.table("municipalities").set_index("place")["name_sv" if lang == "sv" else "name"]
    moves = own.groupby("partner")["migrants"].sum().sort_values(ascending=False)
    tour = find_tour_towns(context)
    largest = [code for code in moves.index if code not in tour][:MOST_TOWNS]
    shown = sorted([*largest, *tour], key=lambda code: -float(moves.get(code, 0)))
    label = {code: str(names.get(code, code)) + (" *" if code in tour else "") for code in shown}
    rows = [{"category": label[code], "value": float(moves.get(code, 0))} for code in shown]
    total, to_tour = float(moves.sum()), float(moves.reindex(list(tour)).fillna(0).sum())
    colours = {label[code]: TOUR_COLOUR if code in tour else TOWN_COLOUR for code in shown}
    return ExhibitDraft(
        data=pd.DataFrame(rows),
        parts={
            "town": str(names.get(shown[0], shown[0])),
            "share": format_percent(100 * float(moves.iloc[0]) / total, lang),
            "tour_share": format_percent(100 * to_tour / total, lang),
            "first_year": own["year"].min(),
            "last_year": own["year"].max(),
        },
        variant="tour" if tour else "",
        unit="moves",
        tables=("migration_flows",),
        notes=("moves", *(("tour",) if tour else ())),
        options={"colours": colours, "decimals": 0},
    )


def _observed_components(context: Context) -> list[dict[str, str | float]]:
    """Natural increase as published, and migration as what it does not explain, means of periods."""
    if not context.data.has("key_figures"):
        return []
    table = context.data.table("key_figures")
    natural = sum_over_members(context, table[table["indicator"] == "natural_increase"], "value")
    population = sum_over_members(context, context.data.table("population"), "population")
    change = population.diff().reindex(natural.index).dropna()
    if change.empty:
        return []
    last = int(change.index.max())
    rows = []
    for first in range(last - 2 * PERIOD + 1, last + 1, PERIOD):
        years = [y for y in range(first, first + PERIOD) if y in change.index]
        if years:
            mean = float(natural.reindex(years).mean())
            rows += _component_rows(
                context, f"{years[0]}–{years[-1]}", mean, float(change.reindex(years).mean()) - mean
            )
    return rows


def _forecast_components(context: Context) -> tuple[list[dict[str, str | float]], str]:
    """Rows of the forecast periods (medians), and the label of the last period."""
    run, code = context.forecast, context.place.code
    natural = run.values("births", code) - run.values("deaths", code)
    migration = run.values("in_migration", code) - run.values("out_migration", code)
    last_year = run.years[-1]
    ends = [*(year for year in PERIODS_AHEAD if run.years[0] <= year < last_year), last_year]
    starts = [run.years[0], *(year + 1 for year in ends[:-1])]
    rows = []
    for first, last in zip(starts, ends, strict=True):
        span = slice(run.years.index(first), run.years.index(last) + 1)
        draws = [series[span].mean(axis=0) for series in (natural, migration)]
        pair = _component_rows(
            context, text("word.forecast_years", context.lang, years=_period_label(first, last)), *map(_middle, draws)
        )
        for row, d in zip(pair, draws, strict=True):
            row |= {"low": float(np.quantile(d, LOW)), "high": float(np.quantile(d, HIGH))}
        rows += pair
    return rows, _period_label(starts[-1], ends[-1])


def _middle(draws: Array) -> float:
    return float(np.median(draws))


def _period_label(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"


def _component_rows(context: Context, period: str, natural: float, migration: float) -> list[dict[str, str | float]]:
    values = {"natural": natural, "migration": migration}
    return [
        {
            "category": period,
            "series": text(f"series.{name}", context.lang),
            "value": value,
            "low": np.nan,
            "high": np.nan,
        }
        for name, value in values.items()
    ]


def _components_variant(natural: float, migration: float) -> str:
    if abs(natural) < SMALL and abs(migration) < SMALL:
        return "still"
    first = "births" if natural >= SMALL else "deaths" if natural <= -SMALL else "even"
    second = "gain" if migration >= SMALL else "loss" if migration <= -SMALL else "even"
    opposed = {first, second} in ({"deaths", "gain"}, {"births", "loss"})
    return f"{first}_{second}" + (("_up" if natural + migration >= 0 else "_down") if opposed else "")


def _map_variant(growing: int, count: int) -> str:
    return "none" if growing == 0 else "all" if growing == count else "one" if growing == 1 else "split"
