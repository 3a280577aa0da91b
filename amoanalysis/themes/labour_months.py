"""Exhibits of theme 1: unemployment by month, of the municipalities of an area or over years, and vacancies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from amoanalysis.charts.exhibit import Exhibit
from amoanalysis.models.draws import Array
from amoanalysis.models.months import LEAST_MONTHS, season_of
from amoanalysis.models.season import MONTHS
from amoanalysis.text import number, text
from amoanalysis.themes.making import Draft, made
from amoanalysis.themes.registry import NotKnown, exhibit
from amoanalysis.themes.series import HIGH, LOW, OBSERVED, at, summed
from amoanalysis.themes.words import headline, inside, percent

if TYPE_CHECKING:
    from amoanalysis.forecast import Forecast
    from amoanalysis.themes.view import PlaceView

# Years shown of a municipality: the deepest slump and the best years that the register holds, its last ones, and ahead.
PAST = (2008, 2015, 2019, 2020, 2022, 2023)
STEP = 5
MEASURE = "unemployed_by_month"
COMPARED = {"unemployed": "unemployed_jobseekers", "vacancies": "open_vacancies"}
COMPARED_COLOURS = ("#123f68", "#d55e00")


@exhibit("unemployment_heat", theme="labour", form="heat")
def unemployment_heat(view: PlaceView) -> Exhibit:
    """Unemployed jobseekers by month: shares in the municipalities of an area, persons over the years of one."""
    return _of_area(view) if len(view.members) > 1 else _of_years(view)


def monthly(run: Forecast, place: str, year: int) -> Array:
    """Draws of the unemployed of a place in a forecast year: (month, draw), persons."""
    return np.stack([at(run, MEASURE, place, year, f"{month:02d}") for month in range(1, MONTHS + 1)])


def month_names(lang: str) -> list[str]:
    """Short names of the months, January first."""
    return [text(f"month.short.{month}", lang) for month in range(1, MONTHS + 1)]


def _of_area(view: PlaceView) -> Exhibit:
    run, lang = view.forecast, view.lang
    share = {
        code: 100 * np.median(monthly(run, code, view.year) / at(run, "labour_force", code, view.year), axis=1)
        for code in view.members
    }
    swing = {code: float(values.max() - values.min()) for code, values in share.items()}
    most, least = max(swing, key=lambda c: swing[c]), min(swing, key=lambda c: swing[c])
    rows = [(view.data.places[code].named(lang), values) for code, values in share.items()]
    whole = monthly(run, view.place.code, view.year) / at(run, "labour_force", view.place.code, view.year)
    rows.append((view.place.named(lang), 100 * np.median(whole, axis=1)))
    peak, trough = int(share[most].argmax()), int(share[most].argmin())
    draft = Draft(
        data=_cells(rows, month_names(lang)),
        parts={
            "what": text("heat.of_labour_force", lang, year=str(view.year)),
            "most": inside(view.data.places[most], lang),
            "least": inside(view.data.places[least], lang),
            "peak": percent(float(share[most][peak]), lang, 1),
            "trough": percent(float(share[most][trough]), lang, 1),
            "peak_month": text(f"month.in.{peak + 1}", lang),
            "trough_month": text(f"month.in.{trough + 1}", lang),
            "least_high": percent(float(share[least].max()), lang, 1),
            "least_low": number(float(share[least].min()), lang, 1),
            "at_year": view.year,
        },
        variant="area",
        unit="%",
        tables=("labour_market_monthly",),
        runs=(run,),
        assumed=("labour_force",),
        notes=("register", "months_ahead"),
        options={"decimals": 1},
    )
    return made(view, "unemployment_heat", "heat", draft)


def _of_years(view: PlaceView) -> Exhibit:
    run, lang = view.forecast, view.lang
    known = summed(view, view.data.table("labour_market_monthly"), "unemployed_jobseekers", "month")
    if known.empty:
        raise NotKnown("months")
    last, last_month = (int(part) for part in str(known.index[-1]).split("-"))
    ahead = [year for year in run.years if year % STEP == 0 and year > last]
    ahead = [*ahead, *([view.year] if view.year > last and view.year not in ahead else [])]
    rows = [(str(year), _known(known, year)) for year in PAST if year <= last]
    rows = [(name, values) for name, values in rows if np.isfinite(values).any()]
    ahead_draws = {year: monthly(run, view.place.code, year) for year in ahead}
    rows += [
        (text("word.forecast_year", lang, year=str(year)), np.median(values, axis=1))
        for year, values in ahead_draws.items()
    ]
    draws = ahead_draws.get(view.year, monthly(run, view.place.code, view.year))
    middle = np.median(draws, axis=1)
    peak, trough = int(middle.argmax()), int(middle.argmin())
    low, high = (float(np.quantile(draws[peak], q)) for q in (LOW, HIGH))
    register = view.data.table("labour_market_monthly")
    absent = int(register[register["place"].isin(view.members)]["unemployed_jobseekers"].isna().sum())
    draft = Draft(
        data=_cells(rows, month_names(lang)).round({"value": 0}),
        parts={
            "what": text("heat.of_persons", lang, last_month=text(f"month.{last_month}", lang), last_year=str(last)),
            "peak": headline(float(middle[peak])),
            "trough": headline(float(middle[trough])),
            "low": headline(low),
            "high": headline(high),
            "peak_month": text(f"month.in.{peak + 1}", lang),
            "trough_month": text(f"month.in.{trough + 1}", lang),
            "at_year": view.year,
            "absent": absent,
        },
        variant="years",
        tables=("labour_market_monthly",),
        runs=(run,),
        assumed=("labour_force",),
        notes=("register", "months_ahead", *(("suppressed",) if absent else ())),
        options={"decimals": 0},
    )
    return made(view, "unemployment_heat", "heat", draft)


def _known(months: pd.Series, year: int) -> Array:
    own = months[months.index.str[:4] == str(year)]
    own.index = own.index.str[5:].astype(int)
    return np.asarray(own.reindex(range(1, MONTHS + 1)), dtype=np.float64)


def _cells(rows: list[tuple[str, Array]], months: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"row": name, "column": month, "value": float(value)}
            for name, values in rows
            for month, value in zip(months, values, strict=True)
        ]
    )


@exhibit("months_compared", theme="labour", form="fan")
def months_compared(view: PlaceView) -> Exhibit:
    """Unemployed jobseekers and open vacancies over a usual year, each as per cent of its own yearly mean."""
    lang = view.lang
    profiles = {name: 100 * _profile(view, column) for name, column in COMPARED.items()}
    names = {name: text(f"series.{name}", lang) for name in profiles}
    rows = [
        pd.DataFrame({"year": range(1, MONTHS + 1), "series": names[name], "kind": OBSERVED, "value": values})
        for name, values in profiles.items()
    ]
    peak = {name: int(values.argmax()) for name, values in profiles.items()}
    draft = Draft(
        data=pd.concat(rows, ignore_index=True),
        parts={
            "vacancy_month": text(f"month.in.{peak['vacancies'] + 1}", lang),
            "unemployed_month": text(f"month.in.{peak['unemployed'] + 1}", lang),
            "vacancies": percent(float(profiles["vacancies"].max()), lang),
            "unemployed": percent(float(profiles["unemployed"].max()), lang),
        },
        variant="together" if peak["vacancies"] == peak["unemployed"] else "apart",
        unit="%",
        tables=("labour_market_monthly",),
        notes=("usual_year", "register"),
        options={"decimals": 0, "zero": True, "colours": dict(zip(names.values(), COMPARED_COLOURS, strict=True))},
    )
    return made(view, "months_compared", "fan", draft)


def _profile(view: PlaceView, column: str) -> Array:
    """Usual profile of the sum over the place's municipalities, where every one of them is known: (month,), mean 1."""
    sums = summed(view, view.data.table("labour_market_monthly"), column, "month")
    if len(sums) < LEAST_MONTHS:
        raise NotKnown("months")
    register = pd.DataFrame({"place": view.place.code, "month": sums.index, column: sums.to_numpy()})
    return season_of(register, column, [view.place.code]).profile[0]
