"""Exhibits of theme 3 on a return campaign: what it changes in the forecast, and what a returner costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from amoanalysis.charts.exhibit import Exhibit
from amoanalysis.models import campaign, tour
from amoanalysis.models.draws import Array
from amoanalysis.text import number, text
from amoanalysis.themes.leaving import FLOWS, band, leaving
from amoanalysis.themes.making import Draft, made
from amoanalysis.themes.registry import NotKnown, exhibit
from amoanalysis.themes.returning import TABLES, TOUR_COLOUR, TOWN_COLOUR, tours
from amoanalysis.themes.series import forecast_line
from amoanalysis.themes.words import headline

if TYPE_CHECKING:
    from amoanalysis.forecast import Forecast
    from amoanalysis.themes.view import PlaceView

SCENARIO = "return_campaign"
MEASURES = {"population": "#2f6690", "labour_force": "#15936f"}
GAP = "unfilled_jobs"
CAMPAIGN_COLOUR = "#15936f"
# A tour that wins next to nobody costs next to anything: below so many returners no price is said.
FEWEST = 0.02


@exhibit("campaign_effect", theme="attractiveness", form="fan")
def campaign_effect(view: PlaceView) -> Exhibit:
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
            "alternative": run.scenario.titled(lang),
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
def cost_per_returner(view: PlaceView) -> Exhibit:
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


def costs(view: PlaceView) -> dict[str, dict[str, float]]:
    """Euros per returner with their 80 % interval, by way of winning them; the office serves the whole region."""
    found = leaving(view)
    lever, draws = found.assumptions.return_campaign, found.draws
    old, best = tours(view)
    won = draws.sample(lever.reach) * draws.sample(lever.response) * tour.couples_who_come(lever, draws)
    yearly = found.wanted.sum(axis=1) * won
    spent = campaign.yearly_cost(found.wanted, lever, draws)
    trips = {"tour_2008": old, "tour_best": best}
    found_costs = {name: _per(trip.cost[:, -1], trip.returners[:, -1]) for name, trip in trips.items()}
    return {**found_costs, "campaign_year": _per(spent, yearly)}


def campaign_run(view: PlaceView) -> Forecast:
    """The forecast with a campaign.

    Raises:
        NotKnown: if the folder has no such scenario or no moves to reckon leavers from.
    """
    if not view.futures.has(SCENARIO):
        raise NotKnown("no_campaign")
    leaving(view)
    return view.futures.of(SCENARIO, (SCENARIO, view.futures.reference(view.scenarios)))


def more(view: PlaceView, run: Forecast, measure: str) -> Array:
    """What a scenario changes in a measure of the place: (year, draw)."""
    return run.values(measure, view.place.code) - view.baseline.values(measure, view.place.code)


def _per(cost: Array, won: Array) -> dict[str, float]:
    return band(cost / np.maximum(won, FEWEST))
