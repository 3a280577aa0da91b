"""Exhibits of theme 1: overnight stays and tourism's work by month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from amoanalysis.charts.exhibit import Exhibit
from amoanalysis.models.draws import Array, Draws
from amoanalysis.models.season import MONTHS, measured_profile, seasonal_jobs, stays_profile
from amoanalysis.text import number, text
from amoanalysis.themes.making import Draft, made
from amoanalysis.themes.registry import NotKnown, exhibit
from amoanalysis.themes.series import at
from amoanalysis.themes.words import headline, percent

if TYPE_CHECKING:
    from amoanalysis.themes.view import PlaceView

# The last year whose stays are known month by month, or nearly so, before the pandemic.
PROFILE_YEAR = 2019
STAYS = ("nights_total", "registered overnight stays")
# Years that a single municipality is shown in.
STEP = 5


@exhibit("nights_by_month", theme="labour", form="heat")
def nights_by_month(view: PlaceView) -> Exhibit:
    """Registered overnight stays by month: the municipalities of an area, or the years of a municipality."""
    rows = {name: _nights(view, place, year) for name, place, year in _rows(view)}
    whole = _nights(view, view.place.code, view.year)
    step = -3 if min(values.min() for values in rows.values()) >= 10_000 else -2
    return made(view, "nights_by_month", "heat", _draft(view, "nights_by_month", rows, whole, "nights_a_month", step))


@exhibit("jobs_by_month", theme="labour", form="heat")
def jobs_by_month(view: PlaceView) -> Exhibit:
    """Tourism's work by month: a part that is there all year, and a part that follows the stays."""
    rows = {name: _jobs(view, place, year) for name, place, year in _rows(view)}
    whole = _jobs(view, view.place.code, view.year)
    return made(view, "jobs_by_month", "heat", _draft(view, "jobs_by_month", rows, whole, "jobs", 0))


def tourism_profile(view: PlaceView) -> Array:
    """How stays divide over months: (month,), mean 1; as measured in the place itself, else in its reference area.

    Raises:
        NotKnown: if neither is known by month.
    """
    own = own_profile(view)
    if own is not None:
        return own[1]
    reference = view.data.places[view.members[0]].reference
    table = view.data.table("tourism")
    known = table[(table["place"] == reference) & table["indicator"].isin(STAYS)]
    if known.empty:
        raise NotKnown("no_profile")
    return stays_profile(known, PROFILE_YEAR)


def own_profile(view: PlaceView) -> tuple[int, Array] | None:
    """Year and profile of the place's own measured stays; None where its months are not measured."""
    if not view.data.has("accommodation_monthly"):
        return None
    return measured_profile(view.data.table("accommodation_monthly"), list(view.members))


def permanent_jobs(view: PlaceView) -> Array:
    """Share of tourism's work that is there in every month, in each draw: (draw,); of a season as long as assumed."""
    tourism = view.forecast.scenario.assumptions.tourism
    draws = Draws(view.forecast.seed, 0, view.forecast.draws)
    share, length = draws.sample(tourism.permanent_share), draws.sample(tourism.season_length)
    return np.asarray(share / (share + (1 - share) * length))


def _nights(view: PlaceView, place: str, year: int) -> Array:
    """Mean of the draws: (month,), nights; their sum is the year's."""
    yearly = at(view.forecast, "tourism_nights", place, year).mean()
    return np.asarray(yearly / MONTHS * tourism_profile(view))


def _jobs(view: PlaceView, place: str, year: int) -> Array:
    """Mean of the draws: (month,), person-years a year; their mean is the year's."""
    yearly = at(view.forecast, "tourism_jobs", place, year)
    return seasonal_jobs(yearly, permanent_jobs(view), tourism_profile(view)).mean(axis=0)


def _rows(view: PlaceView) -> list[tuple[str, str, int]]:
    """Name, place and year of each row.

    Raises:
        NotKnown: if the place has no stays.
    """
    run = view.forecast
    if at(run, "tourism_nights", view.place.code, view.year).max() <= 0:
        raise NotKnown("no_tourism")
    if len(view.members) > 1:
        return [(view.data.places[code].named(view.lang), code, view.year) for code in view.members]
    years = dict.fromkeys((run.years[0], *(y for y in run.years if y % STEP == 0), view.year))
    return [(str(year), view.place.code, year) for year in sorted(years)]


def _draft(view: PlaceView, name: str, rows: dict[str, Array], whole: Array, unit: str, digits: int) -> Draft:
    lang, peak, trough, own = view.lang, int(whole.argmax()), int(whole.argmin()), own_profile(view)
    months = [text(f"month.short.{month}", lang) for month in range(1, MONTHS + 1)]
    return Draft(
        data=_cells(rows, months).round({"value": digits}),
        parts={
            "peak": round(headline(float(whole[peak])), digits),
            "trough": round(headline(float(whole[trough])), digits),
            "peak_month": text(f"month.in.{peak + 1}", lang),
            "trough_month": text(f"month.in.{trough + 1}", lang),
            "year_mean": headline(float(whole.mean())),
            "year_sum": headline(float(whole.sum())),
            "times": number(float(whole[peak] / whole[trough]), lang, 1),
            "permanent": percent(100 * float(permanent_jobs(view).mean()), lang),
            "profile_year": PROFILE_YEAR if own is None else own[0],
            "at_year": view.year,
            "by": text("season.by_place" if len(view.members) > 1 else "season.by_year", lang, year=str(view.year)),
            "area": view.data.places[str(view.data.places[view.members[0]].reference)].named(lang),
        },
        unit=unit,
        tables=("tourism",) if own is None else ("accommodation_monthly",),
        runs=(view.forecast,),
        assumed=("tourism",),
        notes=(*(("profile",) if own is None else ()), *(("months_of_work",) if name == "jobs_by_month" else ())),
        options={"decimals": 0},
    )


def _cells(rows: dict[str, Array], months: Sequence[str]) -> pd.DataFrame:
    cells = [
        {"row": row, "column": month, "value": float(value)}
        for row, values in rows.items()
        for month, value in zip(months, values, strict=True)
    ]
    return pd.DataFrame(cells)
