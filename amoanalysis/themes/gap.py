"""Exhibit of theme 1: the jobs that stay unfilled, when each municipality plans alone and as one labour market."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from amoanalysis.charts.exhibit import Exhibit
from amoanalysis.text import text
from amoanalysis.themes.making import Draft, made
from amoanalysis.themes.registry import exhibit
from amoanalysis.themes.series import at
from amoanalysis.themes.words import headline

if TYPE_CHECKING:
    from amoanalysis.themes.view import PlaceView

APART, TOGETHER = "unfilled_jobs", "unfilled_jobs_pooled"
STEP = 5
# Fewer jobs than this are no gap to speak of.
LEAST = 1.0


@exhibit("gap_heat", theme="labour", form="heat")
def gap_heat(view: PlaceView) -> Exhibit:
    """Unfilled jobs of every municipality of the region by year, each planning alone and all as one labour market."""
    run, lang, region = view.forecast, view.lang, view.data.places.region
    years = sorted({run.years[0], view.year, *(year for year in run.years if year % STEP == 0)})
    rows = [
        {
            "row": view.data.places[code].named(lang),
            "column": text(f"gap.{way}", lang, year=str(year)),
            "value": float(at(run, measure, code, year).mean()),
        }
        for code in (*region.members, region.code)
        for way, measure in (("apart", APART), ("together", TOGETHER))
        for year in years
    ]
    apart, together = gaps(view, view.year)
    draft = Draft(
        data=pd.DataFrame(rows),
        parts={
            "apart": headline(apart),
            "together": headline(together),
            "less": headline(apart - together),
            "at_year": view.year,
        },
        variant="none" if apart < LEAST else "same" if apart - together < LEAST else "less",
        unit="jobs",
        tables=("jobs_by_workplace", "labour_market_monthly"),
        runs=(run,),
        assumed=("balance",),
        notes=("means", "pooled"),
        options={"decimals": 0},
    )
    return made(view, "gap_heat", "heat", draft)


def gaps(view: PlaceView, year: int) -> tuple[float, float]:
    """Jobs of the region that stay unfilled in a year, apart and together: means of the draws."""
    run, code = view.forecast, view.data.places.region.code
    return float(at(run, APART, code, year).mean()), float(at(run, TOGETHER, code, year).mean())
