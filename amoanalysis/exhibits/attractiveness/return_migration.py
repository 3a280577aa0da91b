"""Exhibits of theme 3 on return: where the leavers live, how often they come back, and which towns to visit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from amoanalysis.config.text import number, text
from amoanalysis.exhibits.attractiveness.leavers import (
    FLOWS,
    TOUR_TOWNS,
    TOWNS,
    Leaving,
    band,
    known_tour,
    leaving,
    ranking,
    toured,
)
from amoanalysis.exhibits.builder import Draft, made
from amoanalysis.exhibits.context import Context, NotKnown, exhibit, forecast_line, municipality_names
from amoanalysis.exhibits.drawing.exhibit import Exhibit
from amoanalysis.exhibits.map_layers import outline, placed
from amoanalysis.exhibits.phrases import headline, listed, percent
from amoanalysis.models.return_migration import recruitment_tour as campaign
from amoanalysis.models.return_migration import recruitment_tour as tour
from amoanalysis.models.statistics.draws import Array
from amoanalysis.results.forecast import Forecast

TOWN_COLOUR, TOUR_COLOUR = "#2f6690", "#d98032"
# Periods of the return rates; before them too few of those who ever left are in the data.
RATE_WIDTH, RATE_PERIODS = 5, 3
TOWNS_OF_RATES = 8
BEST = 10
LEAST_SHOWN = 2.0
TABLES = (FLOWS, TOWNS, "population_by_age_sex", "mortality")
MAP_TABLES = (*TABLES, "geo/finland_outline")


@exhibit("leavers_map", theme="attractiveness", form="dots")
def leavers_map(view: Context) -> Exhibit:
    """Leavers of 25-50 by municipality where they live, on the map of Finland."""
    found, names, lang = leaving(view), municipality_names(view), view.lang
    middle = pd.Series(np.median(found.wanted, axis=0), index=list(found.where))
    order = middle.sort_values(ascending=False)
    total = band(found.wanted.sum(axis=1))
    draft = Draft(
        data=placed(view, middle[middle >= LEAST_SHOWN]),
        parts={
            "stock": _tens(total["value"], lang),
            "low": _tens(total["low"], lang),
            "high": _tens(total["high"], lang),
            "towns": listed([f"{names[code]} {number(float(order[code]), lang)}" for code in order.index[:3]], lang),
            "end_year": found.years[-1],
            "start_year": found.years[0],
        },
        tables=MAP_TABLES,
        notes=("stock", "stock_assumed"),
        options={"outline": outline(view), "named": BEST, "decimals": 0, "sized": text("sized.leavers", lang)},
    )
    return made(view, "leavers_map", "dots", draft)


@exhibit("return_rates", theme="attractiveness", form="heat")
def return_rates(view: Context) -> Exhibit:
    """Yearly return rates of leavers of 25-50 by town and period."""
    found, names, lang = leaving(view), municipality_names(view), view.lang
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
    all_now = band(found.rate_of_all(firsts[-1], last))
    draft = Draft(
        data=data,
        parts={
            "rate": percent(100 * all_now["value"], lang, 1),
            "low": number(100 * all_now["low"], lang, 1),
            "high": percent(100 * all_now["high"], lang, 1),
            "period": data["column"].iloc[-1],
            **_assumed_share(found, lang),
            "most": towns.idxmax(),
            "most_rate": percent(float(towns.max()), lang, 1),
            "least": towns.idxmin(),
            "least_rate": percent(float(towns.min()), lang, 1),
        },
        unit="%",
        tables=TABLES,
        notes=("return_rates",),
        options={"decimals": 1},
    )
    return made(view, "return_rates", "heat", draft)


@exhibit("recruitment_towns", theme="attractiveness", form="bars")
def recruitment_towns(view: Context) -> Exhibit:
    """Towns by the returners that one visit would win, with those of the tour of 2008."""
    names, lang, old = municipality_names(view), view.lang, toured(view)
    towns = ranking(view)
    shown = [town for town in towns if town.rank <= BEST or town.code in old]
    label = {
        town.code: f"{town.rank}. {names[town.code]} ({number(town.stock['value'], lang)})"
        + (" *" if town.code in old else "")
        for town in shown
    }
    worst = max((town for town in shown if town.code in old), key=lambda town: town.rank, default=shown[-1])
    draft = Draft(
        data=pd.DataFrame([{"category": label[town.code], **town.returners} for town in shown]),
        parts={
            "towns": listed([names[town.code] for town in towns[:3]], lang),
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
    return made(view, "recruitment_towns", "bars", draft)


@exhibit("tour_compared", theme="attractiveness", form="bars")
def tour_compared(view: Context) -> Exhibit:
    """Returners of the tour of 2008 and of the best tour of six, town by town."""
    found, lang = leaving(view), view.lang
    old, best = tours(view)
    series = {text("word.tour_2008", lang): old, text("word.tour_best", lang): best}
    rows = [
        {"category": text("word.towns_visited", lang, count=n + 1), "series": name, **band(trip.returners[:, n])}
        for n in range(TOUR_TOWNS)
        for name, trip in series.items()
    ]
    ends = {name: band(trip.returners[:, -1]) for name, trip in (("old", old), ("best", best))}
    draft = Draft(
        data=pd.DataFrame(rows),
        parts={
            **{name: number(end["value"], lang, 1) for name, end in ends.items()},
            "old_band": f"{number(ends['old']['low'], lang, 1)}–{number(ends['old']['high'], lang, 1)}",
            "best_band": f"{number(ends['best']['low'], lang, 1)}–{number(ends['best']['high'], lang, 1)}",
            "old_towns": listed(_towns(view, found, old.towns), lang),
            "best_towns": listed(_towns(view, found, best.towns), lang),
        },
        tables=TABLES,
        notes=("tour_order", "campaign_assumed"),
        options={"decimals": 1, "colours": dict(zip(series, (TOUR_COLOUR, TOWN_COLOUR), strict=True))},
    )
    return made(view, "tour_compared", "bars", draft)


def tours(view: Context) -> tuple[tour.Tour, tour.Tour]:
    """The tour of 2008, and the best one of as many towns.

    Raises:
        NotKnown: if moves or programme are not known.
    """
    found = leaving(view)
    return found.tour([found.index(code) for code in known_tour(view)]), found.tour(found.best())


def _towns(view: Context, found: Leaving, towns: tuple[int, ...]) -> list[str]:
    names = municipality_names(view)
    return [names[found.where[town]] for town in towns]


def _assumed_share(found: Leaving, lang: str) -> dict[str, str]:
    share = found.assumptions.leavers.returner_share
    return {"share_low": number(100 * share.low, lang), "share_high": percent(100 * share.high, lang)}


def _tens(value: float, lang: str) -> str:
    return number(round(value, -1), lang)


SCENARIO = "return_campaign"
MEASURES = {"population": "#2f6690", "labour_force": "#15936f"}
GAP = "unfilled_jobs"
CAMPAIGN_COLOUR = "#15936f"
# A tour that wins next to nobody costs next to anything: below so many returners no price is said.
FEWEST = 0.02


@exhibit("campaign_effect", theme="attractiveness", form="fan")
def campaign_effect(view: Context) -> Exhibit:
    """What a return campaign adds to population and labour force, year by year, against the baseline."""
    run, lang = campaign_run(view), view.lang
    lines = [forecast_line(run, more(view, run, measure), text(f"series.{measure}", lang)) for measure in MEASURES]
    data = pd.concat(lines, ignore_index=True)
    at = run.years.index(view.year)
    people, force, gap = (band(more(view, run, m)[at]) for m in ("population", "labour_force", GAP))
    draft = Draft(
        data=data,
        parts={
            "at_year": view.year,
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
    return made(view, "campaign_effect", "fan", draft)


@exhibit("cost_per_returner", theme="attractiveness", form="bars")
def cost_per_returner(view: Context) -> Exhibit:
    """Euros per returner of the tour of 2008, of the best tour and of a campaign of a year."""
    lang, prices = view.lang, costs(view)
    rows = [{"category": text(f"word.{name}", lang), **price} for name, price in prices.items()]
    colours = {text(f"word.{name}", lang): shade for name, shade in zip(prices, _COLOURS, strict=True)}
    shown = {name: number(headline(price["value"]), lang) for name, price in prices.items()}
    draft = Draft(
        data=pd.DataFrame(rows),
        parts={**shown, "ratio": number(prices["tour_2008"]["value"] / prices["tour_best"]["value"], lang, 1)},
        unit="euros",
        tables=TABLES,
        notes=("costs", "campaign_assumed"),
        options={"decimals": 0, "colours": colours},
    )
    return made(view, "cost_per_returner", "bars", draft)


_COLOURS = (TOUR_COLOUR, TOWN_COLOUR, CAMPAIGN_COLOUR)


def costs(view: Context) -> dict[str, dict[str, float]]:
    """Euros per returner with their 80 % interval, by way of winning them; the office serves the whole region."""
    found = leaving(view)
    lever, draws = found.assumptions.return_campaign, found.draws
    old, best = tours(view)
    won = draws.sample(lever.reach) * draws.sample(lever.response) * tour.share_able_to_move(lever, draws)
    yearly = found.wanted.sum(axis=1) * won
    spent = campaign.yearly_cost(found.wanted, lever, draws)
    trips = {"tour_2008": old, "tour_best": best}
    found_costs = {name: _per(trip.cost[:, -1], trip.returners[:, -1]) for name, trip in trips.items()}
    return {**found_costs, "campaign_year": _per(spent, yearly)}


def campaign_run(view: Context) -> Forecast:
    """The forecast with a campaign.

    Raises:
        NotKnown: if the folder has no such scenario or no moves to reckon leavers from.
    """
    if not view.futures.has(SCENARIO):
        raise NotKnown("no_campaign")
    leaving(view)
    return view.futures.of(SCENARIO, (SCENARIO, view.futures.reference(view.scenarios)))


def more(view: Context, run: Forecast, measure: str) -> Array:
    """What a scenario changes in a measure of the place: (year, draw)."""
    return run.values(measure, view.place.code) - view.baseline.values(measure, view.place.code)


def _per(cost: Array, won: Array) -> dict[str, float]:
    return band(cost / np.maximum(won, FEWEST))
