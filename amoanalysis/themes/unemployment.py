"""Exhibits of the unemployed: by month, by year, and by municipality."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from amoanalysis.charts.exhibit import Exhibit
from amoanalysis.text import number, text
from amoanalysis.themes.atlas import atlas_frame, neighbours
from amoanalysis.themes.labour_months import monthly
from amoanalysis.themes.making import Draft, made
from amoanalysis.themes.registry import NotKnown, exhibit
from amoanalysis.themes.series import FORECAST, HIGH, LOW, OBSERVED, at, summed
from amoanalysis.themes.words import inside, percent

if TYPE_CHECKING:
    from amoanalysis.themes.view import PlaceView

# The usual year: from the first month of the register to the last year before the pandemic.
USUAL = (2006, 2019)
LATEST_YEARS = 2
USUAL_COLOUR = "#56616c"
LATEST_COLOURS = ("#7fb0d8", "#123f68")
AHEAD_COLOUR = "#d55e00"
HEAT_YEARS = (2007, 2010, 2013, 2017, 2021)
HEAT_STEP = 5
# Percentage points by which a spread must change to be called wider or narrower.
SAME_SPREAD = 0.5


@exhibit("unemployment_by_month", theme="labour", form="fan")
def unemployment_by_month(view: PlaceView) -> Exhibit:
    """Unemployed jobseekers by month: the last years beside the mean of the years before, and a year ahead."""
    lang = view.lang
    months = summed(view, view.data.table("labour_market_monthly"), "unemployed_jobseekers", "month")
    if months.empty:
        raise NotKnown("months")
    frame = _calendar(months)
    usual = frame[frame["calendar"].between(*USUAL)].groupby("month")["value"].agg(["mean"])
    last = int(frame["calendar"].max())
    first_usual = max(USUAL[0], int(frame["calendar"].min()))
    usual_name = text("series.usual", lang, first=str(first_usual), last=str(USUAL[1]))
    rows = [_months(usual["mean"], usual_name)]
    years = [y for y in range(last - LATEST_YEARS + 1, last + 1) if (frame["calendar"] == y).any()]
    rows += [_months(frame[frame["calendar"] == y].set_index("month")["value"], str(y)) for y in years]
    ahead_name = text("word.forecast_year", lang, year=str(view.year))
    rows.append(_ahead(view, ahead_name))
    newest = frame[frame["calendar"] == last].set_index("month")["value"]
    change = 100 * (float(newest.mean()) / float(usual["mean"].reindex(newest.index).mean()) - 1)
    monthly = {int(str(month)): float(value) for month, value in usual["mean"].items()}
    peak, trough = max(monthly, key=lambda m: monthly[m]), min(monthly, key=lambda m: monthly[m])
    absent = _absent(view)
    colours = dict(zip(map(str, years), LATEST_COLOURS[-len(years) :], strict=True))
    draft = Draft(
        data=pd.concat(rows),
        parts={
            "change": percent(abs(change), lang),
            "peak": text(f"month.in.{peak}", lang),
            "trough": text(f"month.in.{trough}", lang),
            "peak_value": round(monthly[peak]),
            "trough_value": round(monthly[trough]),
            "last_year": last,
            "last_month": text(f"month.{int(newest.index.max())}", lang),
            "first_usual_year": first_usual,
            "last_usual_year": USUAL[1],
            "absent": absent,
        },
        variant="less" if change < -2 else "more" if change > 2 else "same",
        tables=("labour_market_monthly",),
        runs=(view.forecast,),
        assumed=("labour_force",),
        notes=("register", *(("suppressed",) if absent else ())),
        options={
            "colours": {usual_name: USUAL_COLOUR, **colours, ahead_name: AHEAD_COLOUR},
            "decimals": 0,
        },
    )
    return made(view, "unemployment_by_month", "fan", draft)


@exhibit("region_heat", theme="labour", form="heat")
def region_heat(view: PlaceView) -> Exhibit:
    """Unemployment rate of every municipality of the region, and of the region, by year."""
    run, lang = view.forecast, view.lang
    codes = [*view.data.places.region.members, view.data.places.region.code]
    rows, now, end = [], {}, {}
    for code in codes:
        name = view.data.places[code].named(lang)
        known = run.history("unemployment_rate", code).set_index("year")
        past = [y for y in HEAT_YEARS if y in known.index]
        ahead = [y for y in run.years if y % HEAT_STEP == 0 and y >= run.years[0] + 1]
        rows += [{"row": name, "column": str(y), "value": 100 * float(known["value"][y])} for y in past]
        medians = {y: 100 * float(np.median(at(run, "unemployment_rate", code, y))) for y in ahead}
        later = {y: text("word.forecast_year", lang, year=str(y)) for y in ahead}
        rows += [{"row": name, "column": later[y], "value": medians[y]} for y in ahead]
        if not past or not ahead:
            raise NotKnown("history")
        now[name], end[name] = 100 * float(known["value"][past[-1]]), medians[ahead[-1]]
    municipal = [view.data.places[code].named(lang) for code in codes[:-1]]
    spread_now, spread_end = (max(v[n] for n in municipal) - min(v[n] for n in municipal) for v in (now, end))
    draft = Draft(
        data=pd.DataFrame(rows),
        parts={
            "spread_now": number(spread_now, lang, 1),
            "spread_end": number(spread_end, lang, 1),
            "now_year": past[-1],
            "end_year": ahead[-1],
        },
        variant=_spread_variant(spread_end - spread_now),
        unit="%",
        tables=("labour_market_monthly", "employed_residents"),
        runs=(run,),
        assumed=("labour_force",),
        notes=("december", "nowcast_heat"),
        options={"decimals": 1},
    )
    return made(view, "region_heat", "heat", draft)


@exhibit("unemployment_map", theme="labour", form="map")
def unemployment_map(view: PlaceView) -> Exhibit:
    """Unemployed jobseekers per labour force in the municipalities of the region, mean of the last twelve months."""
    lang = view.lang
    table = view.data.table("labour_market_monthly")
    months = sorted(table["month"].unique())[-12:]
    rows = table[table["month"].isin(months)].dropna(subset="unemployed_jobseekers")
    mean = rows.groupby("place")[["unemployed_jobseekers", "labour_force"]].mean().astype(float)
    rate = (100 * mean["unemployed_jobseekers"] / mean["labour_force"]).rename("value")
    frame = atlas_frame(view, rate)
    known = frame.dropna(subset="value").sort_values("value")
    if known.empty:
        raise NotKnown("months")
    draft = Draft(
        data=frame,
        parts={
            "high": inside(view.data.places[str(known["place"].iloc[-1])], lang),
            "low": inside(view.data.places[str(known["place"].iloc[0])], lang),
            "high_rate": percent(float(known["value"].iloc[-1]), lang, 1),
            "low_rate": percent(float(known["value"].iloc[0]), lang, 1),
            "first_month": months[0],
            "last_month": months[-1],
        },
        unit="%",
        tables=("labour_market_monthly",),
        notes=("register",),
        options={"neighbours": neighbours(view), "decimals": 1},
    )
    return made(view, "unemployment_map", "map", draft)


def _spread_variant(change: float) -> str:
    return "same" if abs(change) < SAME_SPREAD else "wider" if change > 0 else "narrower"


def _calendar(months: pd.Series) -> pd.DataFrame:
    """Columns value, calendar (year) and month of values by month ("2006-01")."""
    parts = months.index.to_series().str.split("-", expand=True).astype(int).to_numpy()
    return pd.DataFrame({"value": months.to_numpy(dtype=float), "calendar": parts[:, 0], "month": parts[:, 1]})


def _months(values: pd.Series, name: str) -> pd.DataFrame:
    whole = values.reindex(range(1, int(values.index.max()) + 1))
    return pd.DataFrame({"year": whole.index, "series": name, "kind": OBSERVED, "value": whole.to_numpy(dtype=float)})


def _ahead(view: PlaceView, name: str) -> pd.DataFrame:
    """The months of the year ahead: median and 80 % interval."""
    draws = monthly(view.forecast, view.place.code, view.year)
    low, middle, high = np.quantile(draws, [LOW, 0.5, HIGH], axis=1)
    months = range(1, len(middle) + 1)
    return pd.DataFrame({"year": months, "series": name, "kind": FORECAST, "value": middle, "low": low, "high": high})


def _absent(view: PlaceView) -> int:
    """Months in which the figure of a municipality of the place is suppressed."""
    table = view.data.table("labour_market_monthly")
    own = table[table["place"].isin(view.members) & table["unemployed_jobseekers"].isna()]
    return int(own["month"].nunique())
