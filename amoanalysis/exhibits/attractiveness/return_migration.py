"""Exhibits of return migration: out-migrants, return rates, recruitment tours and a return campaign."""

from __future__ import annotations

import numpy as np
import pandas as pd

from amoanalysis.config.text import number, text
from amoanalysis.exhibits.attractiveness.out_migrants import (
    FLOWS,
    TOUR_TOWNS,
    TOWNS,
    OutMigrants,
    find_tour_towns,
    load_out_migrants,
    rank_towns,
    require_tour_towns,
    summarise_draws,
)
from amoanalysis.exhibits.builder import ExhibitDraft, exhibit
from amoanalysis.exhibits.context import Context, MissingFigures, build_forecast_line, municipality_names
from amoanalysis.exhibits.map_layers import load_country_outline, locate_values
from amoanalysis.exhibits.phrases import format_percent, join_words, round_for_title
from amoanalysis.models.return_migration import recruitment_tour as campaign
from amoanalysis.models.return_migration import recruitment_tour as tour
from amoanalysis.models.statistics.draws import Array
from amoanalysis.results.forecast import Forecast

TOWN_COLOUR, TOUR_COLOUR = "#2f6690", "#d98032"
# Periods of the return rates; before them the data cover too few of the out-migrants.
RATE_WIDTH, RATE_PERIODS = 5, 3
TOWNS_OF_RATES = 8
BEST = 10
LEAST_SHOWN = 2.0
TABLES = (FLOWS, TOWNS, "population_by_age_sex", "mortality")
MAP_TABLES = (*TABLES, "geo/finland_outline")


@exhibit("leavers_map", theme="attractiveness", form="dots")
def leavers_map(context: Context) -> ExhibitDraft:
    """Out-migrants aged 25-50 by municipality of residence, on a map of Finland."""
    found, names, lang = load_out_migrants(context), municipality_names(context), context.lang
    middle = pd.Series(np.median(found.wanted, axis=0), index=list(found.where))
    order = middle.sort_values(ascending=False)
    total = summarise_draws(found.wanted.sum(axis=1))
    return ExhibitDraft(
        data=locate_values(context, middle[middle >= LEAST_SHOWN]),
        parts={
            "stock": _format_tens(total["value"], lang),
            "low": _format_tens(total["low"], lang),
            "high": _format_tens(total["high"], lang),
            "towns": join_words(
                [f"{names[code]} {number(float(order[code]), lang)}" for code in order.index[:3]], lang
            ),
            "end_year": found.years[-1],
            "start_year": found.years[0],
        },
        tables=MAP_TABLES,
        notes=("stock", "stock_assumed"),
        options={
            "outline": load_country_outline(context),
            "named": BEST,
            "decimals": 0,
            "sized": text("sized.leavers", lang),
        },
    )


@exhibit("return_rates", theme="attractiveness", form="heat")
def return_rates(context: Context) -> ExhibitDraft:
    """Yearly return rates of out-migrants aged 25-50 by town and period."""
    found, names, lang = load_out_migrants(context), municipality_names(context), context.lang
    last = found.years[-1]
    firsts = [last - RATE_WIDTH * n + 1 for n in range(RATE_PERIODS, 0, -1)]
    largest = np.argsort(-found.wanted.mean(axis=0), kind="stable")[:TOWNS_OF_RATES]
    everybody = text("word.all_leavers", lang)
    rows = []
    for first in firsts:
        span = f"{first}–{first + RATE_WIDTH - 1}"
        rates = np.median(found.rates(first, first + RATE_WIDTH - 1), axis=0)
        rows += [{"row": names[found.where[i]], "column": span, "value": 100 * float(rates[i])} for i in largest]
        every = float(np.median(found.rate_of_all(first, first + RATE_WIDTH - 1)))
        rows.append({"row": everybody, "column": span, "value": 100 * every})
    data = pd.DataFrame(rows)
    now = data[data["column"] == data["column"].iloc[-1]].set_index("row")["value"]
    towns = now.drop(everybody)
    all_now = summarise_draws(found.rate_of_all(firsts[-1], last))
    return ExhibitDraft(
        data=data,
        parts={
            "rate": format_percent(100 * all_now["value"], lang, 1),
            "low": number(100 * all_now["low"], lang, 1),
            "high": format_percent(100 * all_now["high"], lang, 1),
            "period": data["column"].iloc[-1],
            **_returner_share_texts(found, lang),
            "most": towns.idxmax(),
            "most_rate": format_percent(float(towns.max()), lang, 1),
            "least": towns.idxmin(),
            "least_rate": format_percent(float(towns.min()), lang, 1),
        },
        unit="%",
        tables=TABLES,
        notes=("return_rates",),
        options={"decimals": 1},
    )


@exhibit("recruitment_towns", theme="attractiveness", form="bars")
def recruitment_towns(context: Context) -> ExhibitDraft:
    """Towns by the return migrants expected of one visit, with those of the tour of 2008."""
    names, lang, old = municipality_names(context), context.lang, find_tour_towns(context)
    towns = rank_towns(context)
    shown = [town for town in towns if town.rank <= BEST or town.code in old]
    label = {
        town.code: f"{town.rank}. {names[town.code]} ({number(town.stock['value'], lang)})"
        + (" *" if town.code in old else "")
        for town in shown
    }
    worst = max((town for town in shown if town.code in old), key=lambda town: town.rank, default=shown[-1])
    return ExhibitDraft(
        data=pd.DataFrame([{"category": label[town.code], **town.returners} for town in shown]),
        parts={
            "towns": join_words([names[town.code] for town in towns[:3]], lang),
            "best": number(towns[0].returners["value"], lang, 1),
            "worst": names[worst.code],
            "rank": worst.rank,
            "count": len(towns),
        },
        variant="tour" if old else "",
        tables=TABLES,
        notes=("campaign_assumed", *(("tour_towns",) if old else ())),
        options={
            "decimals": 2,
            "colours": {label[town.code]: TOUR_COLOUR if town.code in old else TOWN_COLOUR for town in shown},
        },
    )


@exhibit("tour_compared", theme="attractiveness", form="bars")
def tour_compared(context: Context) -> ExhibitDraft:
    """Return migrants of the tour of 2008 and of the best tour of six towns, cumulated by town."""
    found, lang = load_out_migrants(context), context.lang
    old, best = compare_tours(context)
    series = {text("word.tour_2008", lang): old, text("word.tour_best", lang): best}
    rows = [
        {
            "category": text("word.towns_visited", lang, count=n + 1),
            "series": name,
            **summarise_draws(trip.returners[:, n]),
        }
        for n in range(TOUR_TOWNS)
        for name, trip in series.items()
    ]
    ends = {name: summarise_draws(trip.returners[:, -1]) for name, trip in (("old", old), ("best", best))}
    return ExhibitDraft(
        data=pd.DataFrame(rows),
        parts={
            **{name: number(end["value"], lang, 1) for name, end in ends.items()},
            "old_band": f"{number(ends['old']['low'], lang, 1)}–{number(ends['old']['high'], lang, 1)}",
            "best_band": f"{number(ends['best']['low'], lang, 1)}–{number(ends['best']['high'], lang, 1)}",
            "old_towns": join_words(_town_names(context, found, old.towns), lang),
            "best_towns": join_words(_town_names(context, found, best.towns), lang),
        },
        tables=TABLES,
        notes=("tour_order", "campaign_assumed"),
        options={"decimals": 1, "colours": dict(zip(series, (TOUR_COLOUR, TOWN_COLOUR), strict=True))},
    )


def compare_tours(context: Context) -> tuple[tour.Tour, tour.Tour]:
    """The tour of 2008, and the best one of as many towns.

    Raises:
        MissingFigures: if migration flows or the programme are missing.
    """
    found = load_out_migrants(context)
    return found.tour([found.index(code) for code in require_tour_towns(context)]), found.tour(found.best())


def _town_names(context: Context, found: OutMigrants, towns: tuple[int, ...]) -> list[str]:
    names = municipality_names(context)
    return [names[found.where[town]] for town in towns]


def _returner_share_texts(found: OutMigrants, lang: str) -> dict[str, str]:
    share = found.assumptions.leavers.returner_share
    return {"share_low": number(100 * share.low, lang), "share_high": format_percent(100 * share.high, lang)}


def _format_tens(value: float, lang: str) -> str:
    return number(round(value, -1), lang)


SCENARIO = "return_campaign"
MEASURES = {"population": "#2f6690", "labour_force": "#15936f"}
GAP = "unfilled_jobs"
CAMPAIGN_COLOUR = "#15936f"
# Smallest number of return migrants by which costs are divided.
FEWEST = 0.02


@exhibit("campaign_effect", theme="attractiveness", form="fan")
def campaign_effect(context: Context) -> ExhibitDraft:
    """Effect of a return campaign on population and labour force by year, compared with the baseline."""
    run, lang = run_campaign(context), context.lang
    lines = [
        build_forecast_line(run, scenario_effect(context, run, measure), text(f"series.{measure}", lang))
        for measure in MEASURES
    ]
    data = pd.concat(lines, ignore_index=True)
    at = run.years.index(context.year)
    people, force, gap = (
        summarise_draws(scenario_effect(context, run, m)[at]) for m in ("population", "labour_force", GAP)
    )
    return ExhibitDraft(
        data=data,
        parts={
            "at_year": context.year,
            "people": number(people["value"], lang),
            "band": f"{number(people['low'], lang)}–{number(people['high'], lang)}",
            "force": number(force["value"], lang),
            "gap": number(gap["value"], lang, 1, sign=True),
            "gap_low": number(gap["low"], lang, 1, sign=True),
            "gap_high": number(gap["high"], lang, 1, sign=True),
            "alternative": run.scenario.title_in(lang),
            "start_year": run.years[0],
            "end_year": run.years[-1],
        },
        tables=(FLOWS,),
        runs=(run,),
        assumed=("leavers", "return_campaign"),
        notes=("paired", "gap"),
        options={
            "decimals": 0,
            "sign": True,
            "zero": True,
            "colours": {text(f"series.{measure}", lang): colour for measure, colour in MEASURES.items()},
        },
    )


@exhibit("cost_per_returner", theme="attractiveness", form="bars")
def cost_per_returner(context: Context) -> ExhibitDraft:
    """Euros per return migrant of the tour of 2008, of the best tour and of a campaign of one year."""
    lang, prices = context.lang, costs_per_returner(context)
    rows = [{"category": text(f"word.{name}", lang), **price} for name, price in prices.items()]
    colours = {text(f"word.{name}", lang): shade for name, shade in zip(prices, _COLOURS, strict=True)}
    shown = {name: number(round_for_title(price["value"]), lang) for name, price in prices.items()}
    return ExhibitDraft(
        data=pd.DataFrame(rows),
        parts={**shown, "ratio": number(prices["tour_2008"]["value"] / prices["tour_best"]["value"], lang, 1)},
        unit="euros",
        tables=TABLES,
        notes=("costs", "campaign_assumed"),
        options={"decimals": 0, "colours": colours},
    )


_COLOURS = (TOUR_COLOUR, TOWN_COLOUR, CAMPAIGN_COLOUR)


def costs_per_returner(context: Context) -> dict[str, dict[str, float]]:
    """Euros per return migrant with 80 % interval, by measure; the office serves the whole region."""
    found = load_out_migrants(context)
    lever, draws = found.assumptions.return_campaign, found.draws
    old, best = compare_tours(context)
    won = draws.sample(lever.reach) * draws.sample(lever.response) * tour.share_able_to_move(lever, draws)
    yearly = found.wanted.sum(axis=1) * won
    spent = campaign.yearly_cost(found.wanted, lever, draws)
    trips = {"tour_2008": old, "tour_best": best}
    found_costs = {name: _summarise_cost(trip.cost[:, -1], trip.returners[:, -1]) for name, trip in trips.items()}
    return {**found_costs, "campaign_year": _summarise_cost(spent, yearly)}


def run_campaign(context: Context) -> Forecast:
    """The forecast with a campaign.

    Raises:
        MissingFigures: if the scenario or the migration flows are missing.
    """
    if not context.runs.has(SCENARIO):
        raise MissingFigures("no_campaign")
    load_out_migrants(context)
    return context.runs.forecast(SCENARIO, (SCENARIO, context.runs.reference_name(context.scenarios)))


def scenario_effect(context: Context, run: Forecast, measure: str) -> Array:
    """Effect of a scenario on a measure of the place: (year, draw)."""
    return run.values(measure, context.place.code) - context.baseline.values(measure, context.place.code)


def _summarise_cost(cost: Array, won: Array) -> dict[str, float]:
    return summarise_draws(cost / np.maximum(won, FEWEST))
