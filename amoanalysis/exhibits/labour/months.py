"""Exhibits of the unemployed: by month, by year, and by municipality."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from amoanalysis.config.text import number, text
from amoanalysis.exhibits.builder import Draft, made
from amoanalysis.exhibits.context import (
    FORECAST,
    HIGH,
    LOW,
    OBSERVED,
    Context,
    NotKnown,
    draws_in_year,
    exhibit,
    summed,
)
from amoanalysis.exhibits.drawing.exhibit import Exhibit
from amoanalysis.exhibits.map_layers import atlas_frame, neighbours
from amoanalysis.exhibits.phrases import headline, inside, percent
from amoanalysis.models.labour_force.unemployment import LEAST_MONTHS, season_of
from amoanalysis.models.statistics.draws import Array, Draws
from amoanalysis.models.tourism import MONTHS, measured_profile, published_profile, seasonal_jobs
from amoanalysis.results.forecast import Forecast

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
def unemployment_by_month(view: Context) -> Exhibit:
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
def region_heat(view: Context) -> Exhibit:
    """Unemployment rate of every municipality of the region, and of the region, by year."""
    run, lang = view.forecast, view.lang
    codes = [*view.data.places.region.members, view.data.places.region.code]
    rows, now, end = [], {}, {}
    for code in codes:
        name = view.data.places[code].name_in(lang)
        known = run.history("unemployment_rate", code).set_index("year")
        past = [y for y in HEAT_YEARS if y in known.index]
        ahead = [y for y in run.years if y % HEAT_STEP == 0 and y >= run.years[0] + 1]
        rows += [{"row": name, "column": str(y), "value": 100 * float(known["value"][y])} for y in past]
        medians = {y: 100 * float(np.median(draws_in_year(run, "unemployment_rate", code, y))) for y in ahead}
        later = {y: text("word.forecast_year", lang, year=str(y)) for y in ahead}
        rows += [{"row": name, "column": later[y], "value": medians[y]} for y in ahead]
        if not past or not ahead:
            raise NotKnown("history")
        now[name], end[name] = 100 * float(known["value"][past[-1]]), medians[ahead[-1]]
    municipal = [view.data.places[code].name_in(lang) for code in codes[:-1]]
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
def unemployment_map(view: Context) -> Exhibit:
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


def _ahead(view: Context, name: str) -> pd.DataFrame:
    """The months of the year ahead: median and 80 % interval."""
    draws = monthly(view.forecast, view.place.code, view.year)
    low, middle, high = np.quantile(draws, [LOW, 0.5, HIGH], axis=1)
    months = range(1, len(middle) + 1)
    return pd.DataFrame({"year": months, "series": name, "kind": FORECAST, "value": middle, "low": low, "high": high})


def _absent(view: Context) -> int:
    """Months in which the figure of a municipality of the place is suppressed."""
    table = view.data.table("labour_market_monthly")
    own = table[table["place"].isin(view.members) & table["unemployed_jobseekers"].isna()]
    return int(own["month"].nunique())


# Years shown of a municipality: the deepest slump and the best years that the register holds, its last ones, and ahead.
PAST = (2008, 2015, 2019, 2020, 2022, 2023)
STEP = 5
MEASURE = "unemployed_by_month"
COMPARED = {"unemployed": "unemployed_jobseekers", "vacancies": "open_vacancies"}
COMPARED_COLOURS = ("#123f68", "#d55e00")


@exhibit("unemployment_heat", theme="labour", form="heat")
def unemployment_heat(view: Context) -> Exhibit:
    """Unemployed jobseekers by month: shares in the municipalities of an area, persons over the years of one."""
    return _of_area(view) if len(view.members) > 1 else _of_years(view)


def monthly(run: Forecast, place: str, year: int) -> Array:
    """Draws of the unemployed of a place in a forecast year: (month, draw), persons."""
    return np.stack([draws_in_year(run, MEASURE, place, year, f"{month:02d}") for month in range(1, MONTHS + 1)])


def month_names(lang: str) -> list[str]:
    """Short names of the months, January first."""
    return [text(f"month.short.{month}", lang) for month in range(1, MONTHS + 1)]


def _of_area(view: Context) -> Exhibit:
    run, lang = view.forecast, view.lang
    share = {
        code: 100 * np.median(monthly(run, code, view.year) / draws_in_year(run, "labour_force", code, view.year), axis=1)
        for code in view.members
    }
    swing = {code: float(values.max() - values.min()) for code, values in share.items()}
    most, least = max(swing, key=lambda c: swing[c]), min(swing, key=lambda c: swing[c])
    rows = [(view.data.places[code].name_in(lang), values) for code, values in share.items()]
    whole = monthly(run, view.place.code, view.year) / draws_in_year(run, "labour_force", view.place.code, view.year)
    rows.append((view.place.name_in(lang), 100 * np.median(whole, axis=1)))
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


def _of_years(view: Context) -> Exhibit:
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
def months_compared(view: Context) -> Exhibit:
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


def _profile(view: Context, column: str) -> Array:
    """Usual profile of the sum over the place's municipalities, where every one of them is known: (month,), mean 1."""
    sums = summed(view, view.data.table("labour_market_monthly"), column, "month")
    if len(sums) < LEAST_MONTHS:
        raise NotKnown("months")
    register = pd.DataFrame({"place": view.place.code, "month": sums.index, column: sums.to_numpy()})
    return season_of(register, column, [view.place.code]).profile[0]


# The last year whose stays are known month by month, or nearly so, before the pandemic.
PROFILE_YEAR = 2019
STAYS = ("nights_total", "registered overnight stays")
# Years that a single municipality is shown in.
SEASON_STEP = 5


@exhibit("nights_by_month", theme="labour", form="heat")
def nights_by_month(view: Context) -> Exhibit:
    """Registered overnight stays by month: the municipalities of an area, or the years of a municipality."""
    rows = {name: _nights(view, place, year) for name, place, year in _rows(view)}
    whole = _nights(view, view.place.code, view.year)
    step = -3 if min(values.min() for values in rows.values()) >= 10_000 else -2
    return made(view, "nights_by_month", "heat", _draft(view, "nights_by_month", rows, whole, "nights_a_month", step))


@exhibit("jobs_by_month", theme="labour", form="heat")
def jobs_by_month(view: Context) -> Exhibit:
    """Tourism's work by month: a part that is there all year, and a part that follows the stays."""
    rows = {name: _jobs(view, place, year) for name, place, year in _rows(view)}
    whole = _jobs(view, view.place.code, view.year)
    return made(view, "jobs_by_month", "heat", _draft(view, "jobs_by_month", rows, whole, "jobs", 0))


def tourism_profile(view: Context) -> Array:
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
    return published_profile(known, PROFILE_YEAR)


def own_profile(view: Context) -> tuple[int, Array] | None:
    """Year and profile of the place's own measured stays; None where its months are not measured."""
    if not view.data.has("accommodation_monthly"):
        return None
    return measured_profile(view.data.table("accommodation_monthly"), list(view.members))


def permanent_jobs(view: Context) -> Array:
    """Share of tourism's work that is there in every month, in each draw: (draw,); of a season as long as assumed."""
    tourism = view.forecast.scenario.assumptions.tourism
    draws = Draws(view.forecast.seed, 0, view.forecast.draws)
    share, length = draws.sample(tourism.permanent_share), draws.sample(tourism.season_length)
    return np.asarray(share / (share + (1 - share) * length))


def _nights(view: Context, place: str, year: int) -> Array:
    """Mean of the draws: (month,), nights; their sum is the year's."""
    yearly = draws_in_year(view.forecast, "tourism_nights", place, year).mean()
    return np.asarray(yearly / MONTHS * tourism_profile(view))


def _jobs(view: Context, place: str, year: int) -> Array:
    """Mean of the draws: (month,), person-years a year; their mean is the year's."""
    yearly = draws_in_year(view.forecast, "tourism_jobs", place, year)
    return seasonal_jobs(yearly, permanent_jobs(view), tourism_profile(view)).mean(axis=0)


def _rows(view: Context) -> list[tuple[str, str, int]]:
    """Name, place and year of each row.

    Raises:
        NotKnown: if the place has no stays.
    """
    run = view.forecast
    if draws_in_year(run, "tourism_nights", view.place.code, view.year).max() <= 0:
        raise NotKnown("no_tourism")
    if len(view.members) > 1:
        return [(view.data.places[code].name_in(view.lang), code, view.year) for code in view.members]
    years = dict.fromkeys((run.years[0], *(y for y in run.years if y % SEASON_STEP == 0), view.year))
    return [(str(year), view.place.code, year) for year in sorted(years)]


def _draft(view: Context, name: str, rows: dict[str, Array], whole: Array, unit: str, digits: int) -> Draft:
    lang, peak, trough, own = view.lang, int(whole.argmax()), int(whole.argmin()), own_profile(view)
    months = [text(f"month.short.{month}", lang) for month in range(1, MONTHS + 1)]
    return Draft(
        data=_season_cells(rows, months).round({"value": digits}),
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
            "area": view.data.places[str(view.data.places[view.members[0]].reference)].name_in(lang),
        },
        unit=unit,
        tables=("tourism",) if own is None else ("accommodation_monthly",),
        runs=(view.forecast,),
        assumed=("tourism",),
        notes=(*(("profile",) if own is None else ()), *(("months_of_work",) if name == "jobs_by_month" else ())),
        options={"decimals": 0},
    )


def _season_cells(rows: dict[str, Array], months: Sequence[str]) -> pd.DataFrame:
    cells = [
        {"row": row, "column": month, "value": float(value)}
        for row, values in rows.items()
        for month, value in zip(months, values, strict=True)
    ]
    return pd.DataFrame(cells)
