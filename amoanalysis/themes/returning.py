"""Exhibits of theme 3 on return: where the leavers live, how often they come back, and which towns to visit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from amoanalysis.charts.exhibit import Exhibit
from amoanalysis.models import tour
from amoanalysis.text import number, text
from amoanalysis.themes.country import outline, placed
from amoanalysis.themes.leaving import (
    FLOWS,
    TOUR_TOWNS,
    TOWNS,
    Leaving,
    band,
    known_tour,
    leaving,
    named,
    ranking,
    toured,
)
from amoanalysis.themes.making import Draft, made
from amoanalysis.themes.registry import exhibit
from amoanalysis.themes.words import listed, percent

if TYPE_CHECKING:
    from amoanalysis.themes.view import PlaceView

TOWN_COLOUR, TOUR_COLOUR = "#2f6690", "#d98032"
# Periods of the return rates; before them too few of those who ever left are in the data.
RATE_WIDTH, RATE_PERIODS = 5, 3
TOWNS_OF_RATES = 8
BEST = 10
LEAST_SHOWN = 2.0
TABLES = (FLOWS, TOWNS, "population_by_age_sex", "mortality")
MAP_TABLES = (*TABLES, "geo/finland_outline")


@exhibit("leavers_map", theme="attractiveness", form="dots")
def leavers_map(view: PlaceView) -> Exhibit:
    """Leavers of 25-50 by municipality where they live, on the map of Finland."""
    found, names, lang = leaving(view), named(view), view.lang
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
def return_rates(view: PlaceView) -> Exhibit:
    """Yearly return rates of leavers of 25-50 by town and period."""
    found, names, lang = leaving(view), named(view), view.lang
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
def recruitment_towns(view: PlaceView) -> Exhibit:
    """Towns by the returners that one visit would win, with those of the tour of 2008."""
    names, lang, old = named(view), view.lang, toured(view)
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
def tour_compared(view: PlaceView) -> Exhibit:
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


def tours(view: PlaceView) -> tuple[tour.Tour, tour.Tour]:
    """The tour of 2008, and the best one of as many towns.

    Raises:
        NotKnown: if moves or programme are not known.
    """
    found = leaving(view)
    return found.tour([found.index(code) for code in known_tour(view)]), found.tour(found.best())


def _towns(view: PlaceView, found: Leaving, towns: tuple[int, ...]) -> list[str]:
    names = named(view)
    return [names[found.where[town]] for town in towns]


def _assumed_share(found: Leaving, lang: str) -> dict[str, str]:
    share = found.assumptions.leavers.returner_share
    return {"share_low": number(100 * share.low, lang), "share_high": percent(100 * share.high, lang)}


def _tens(value: float, lang: str) -> str:
    return number(round(value, -1), lang)
