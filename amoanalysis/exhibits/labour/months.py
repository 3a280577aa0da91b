"""Exhibits by month: unemployment, vacancies, overnight stays and tourism jobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from amoanalysis.config.text import number, text
from amoanalysis.exhibits.builder import ExhibitDraft, exhibit
from amoanalysis.exhibits.context import (
    FORECAST,
    HIGH,
    LOW,
    OBSERVED,
    Context,
    MissingFigures,
    draws_in_year,
    sum_over_members,
)
from amoanalysis.exhibits.map_layers import join_values_to_shapes, load_neighbour_shapes
from amoanalysis.exhibits.phrases import format_percent, locative, round_for_title
from amoanalysis.models.labour_force.unemployment import MIN_MONTHS, fit_seasonal_profile
from amoanalysis.models.statistics.draws import Array, Draws
from amoanalysis.models.tourism import MONTHS, measured_profile, published_profile, seasonal_jobs
from amoanalysis.results.forecast import Forecast

# Years of the average year: from the start of the register to the last year before the pandemic.
USUAL = (2006, 2019)
LATEST_YEARS = 2
USUAL_COLOUR = "#56616c"
LATEST_COLOURS = ("#7fb0d8", "#123f68")
AHEAD_COLOUR = "#d55e00"
HEAT_YEARS = (2007, 2010, 2013, 2017, 2021)
HEAT_STEP = 5
# Smaller changes of the spread, percentage points, count as none.
SAME_SPREAD = 0.5


@exhibit("unemployment_by_month", theme="labour", form="fan")
def unemployment_by_month(context: Context) -> ExhibitDraft:
    """Unemployed jobseekers by month: the last years, the mean of earlier years and a forecast year."""
    lang = context.lang
    months = sum_over_members(context, context.data.table("labour_market_monthly"), "unemployed_jobseekers", "month")
    if months.empty:
        raise MissingFigures("months")
    frame = _calendar(months)
    usual = frame[frame["calendar"].between(*USUAL)].groupby("month")["value"].agg(["mean"])
    last = int(frame["calendar"].max())
    first_usual = max(USUAL[0], int(frame["calendar"].min()))
    usual_name = text("series.usual", lang, first=str(first_usual), last=str(USUAL[1]))
    rows = [_month_line(usual["mean"], usual_name)]
    years = [y for y in range(last - LATEST_YEARS + 1, last + 1) if (frame["calendar"] == y).any()]
    rows += [_month_line(frame[frame["calendar"] == y].set_index("month")["value"], str(y)) for y in years]
    ahead_name = text("word.forecast_year", lang, year=str(context.year))
    rows.append(_forecast_months(context, ahead_name))
    newest = frame[frame["calendar"] == last].set_index("month")["value"]
    change = 100 * (float(newest.mean()) / float(usual["mean"].reindex(newest.index).mean()) - 1)
    mean = {int(str(month)): float(value) for month, value in usual["mean"].items()}
    peak, trough = max(mean, key=lambda m: mean[m]), min(mean, key=lambda m: mean[m])
    absent = _count_suppressed(context)
    colours = dict(zip(map(str, years), LATEST_COLOURS[-len(years) :], strict=True))
    return ExhibitDraft(
        data=pd.concat(rows),
        parts={
            "change": format_percent(abs(change), lang),
            "peak": text(f"month.in.{peak}", lang),
            "trough": text(f"month.in.{trough}", lang),
            "peak_value": round(mean[peak]),
            "trough_value": round(mean[trough]),
            "last_year": last,
            "last_month": text(f"month.{int(newest.index.max())}", lang),
            "first_usual_year": first_usual,
            "last_usual_year": USUAL[1],
            "absent": absent,
        },
        variant="less" if change < -2 else "more" if change > 2 else "same",
        tables=("labour_market_monthly",),
        runs=(context.forecast,),
        assumed=("labour_force",),
        notes=("register", *(("suppressed",) if absent else ())),
        options={
            "colours": {usual_name: USUAL_COLOUR, **colours, ahead_name: AHEAD_COLOUR},
            "decimals": 0,
        },
    )


@exhibit("region_heat", theme="labour", form="heat")
def region_heat(context: Context) -> ExhibitDraft:
    """Unemployment rate of every municipality of the region, and of the region, by year."""
    run, lang = context.forecast, context.lang
    codes = [*context.data.places.region.members, context.data.places.region.code]
    rows, now, end = [], {}, {}
    for code in codes:
        name = context.data.places[code].name_in(lang)
        known = run.history("unemployment_rate", code).set_index("year")
        past = [y for y in HEAT_YEARS if y in known.index]
        ahead = [y for y in run.years if y % HEAT_STEP == 0 and y >= run.years[0] + 1]
        rows += [{"row": name, "column": str(y), "value": 100 * float(known["value"][y])} for y in past]
        medians = {y: 100 * float(np.median(draws_in_year(run, "unemployment_rate", code, y))) for y in ahead}
        later = {y: text("word.forecast_year", lang, year=str(y)) for y in ahead}
        rows += [{"row": name, "column": later[y], "value": medians[y]} for y in ahead]
        if not past or not ahead:
            raise MissingFigures("history")
        now[name], end[name] = 100 * float(known["value"][past[-1]]), medians[ahead[-1]]
    municipal = [context.data.places[code].name_in(lang) for code in codes[:-1]]
    spread_now, spread_end = (max(v[n] for n in municipal) - min(v[n] for n in municipal) for v in (now, end))
    return ExhibitDraft(
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


@exhibit("unemployment_map", theme="labour", form="map")
def unemployment_map(context: Context) -> ExhibitDraft:
    """Unemployed jobseekers per labour force in the municipalities of the region, mean of the last twelve months."""
    lang = context.lang
    table = context.data.table("labour_market_monthly")
    months = sorted(table["month"].unique())[-12:]
    rows = table[table["month"].isin(months)].dropna(subset="unemployed_jobseekers")
    mean = rows.groupby("place")[["unemployed_jobseekers", "labour_force"]].mean().astype(float)
    rate = (100 * mean["unemployed_jobseekers"] / mean["labour_force"]).rename("value")
    frame = join_values_to_shapes(context, rate)
    known = frame.dropna(subset="value").sort_values("value")
    if known.empty:
        raise MissingFigures("months")
    return ExhibitDraft(
        data=frame,
        parts={
            "high": locative(context.data.places[str(known["place"].iloc[-1])], lang),
            "low": locative(context.data.places[str(known["place"].iloc[0])], lang),
            "high_rate": format_percent(float(known["value"].iloc[-1]), lang, 1),
            "low_rate": format_percent(float(known["value"].iloc[0]), lang, 1),
            "first_month": months[0],
            "last_month": months[-1],
        },
        unit="%",
        tables=("labour_market_monthly",),
        notes=("register",),
        options={"neighbours": load_neighbour_shapes(context), "decimals": 1},
    )


def _spread_variant(change: float) -> str:
    return "same" if abs(change) < SAME_SPREAD else "wider" if change > 0 else "narrower"


def _calendar(months: pd.Series) -> pd.DataFrame:
    """Columns value, calendar (year) and month of values by month ("2006-01")."""
    parts = months.index.to_series().str.split("-", expand=True).astype(int).to_numpy()
    return pd.DataFrame({"value": months.to_numpy(dtype=float), "calendar": parts[:, 0], "month": parts[:, 1]})


def _month_line(values: pd.Series, name: str) -> pd.DataFrame:
    whole = values.reindex(range(1, int(values.index.max()) + 1))
    return pd.DataFrame({"year": whole.index, "series": name, "kind": OBSERVED, "value": whole.to_numpy(dtype=float)})


def _forecast_months(context: Context, name: str) -> pd.DataFrame:
    """Months of the forecast year: median and 80 % interval."""
    draws = unemployed_by_month(context.forecast, context.place.code, context.year)
    low, middle, high = np.quantile(draws, [LOW, 0.5, HIGH], axis=1)
    months = range(1, len(middle) + 1)
    return pd.DataFrame({"year": months, "series": name, "kind": FORECAST, "value": middle, "low": low, "high": high})


def _count_suppressed(context: Context) -> int:
    """Months in which the figure of a municipality of the place is suppressed."""
    table = context.data.table("labour_market_monthly")
    own = table[table["place"].isin(context.members) & table["unemployed_jobseekers"].isna()]
    return int(own["month"].nunique())


# Past years shown for a municipality: the extremes of the register and its last years.
PAST = (2008, 2015, 2019, 2020, 2022, 2023)
STEP = 5
MEASURE = "unemployed_by_month"
COMPARED = {"unemployed": "unemployed_jobseekers", "vacancies": "open_vacancies"}
COMPARED_COLOURS = ("#123f68", "#d55e00")


@exhibit("unemployment_heat", theme="labour", form="heat")
def unemployment_heat(context: Context) -> ExhibitDraft:
    """Unemployed jobseekers by month: rates by municipality of an area, or persons by year of one municipality."""
    return _heat_of_area(context) if len(context.members) > 1 else _heat_of_years(context)


def unemployed_by_month(run: Forecast, place: str, year: int) -> Array:
    """Draws of the unemployed of a place in a forecast year: (month, draw), persons."""
    return np.stack([draws_in_year(run, MEASURE, place, year, f"{month:02d}") for month in range(1, MONTHS + 1)])


def month_names(lang: str) -> list[str]:
    """Short names of the months, January first."""
    return [text(f"month.short.{month}", lang) for month in range(1, MONTHS + 1)]


def _heat_of_area(context: Context) -> ExhibitDraft:
    run, lang = context.forecast, context.lang
    share = {
        code: 100
        * np.median(
            unemployed_by_month(run, code, context.year) / draws_in_year(run, "labour_force", code, context.year),
            axis=1,
        )
        for code in context.members
    }
    swing = {code: float(values.max() - values.min()) for code, values in share.items()}
    most, least = max(swing, key=lambda c: swing[c]), min(swing, key=lambda c: swing[c])
    rows = {context.data.places[code].name_in(lang): values for code, values in share.items()}
    whole = unemployed_by_month(run, context.place.code, context.year) / draws_in_year(
        run, "labour_force", context.place.code, context.year
    )
    rows[context.place.name_in(lang)] = 100 * np.median(whole, axis=1)
    peak, trough = int(share[most].argmax()), int(share[most].argmin())
    return ExhibitDraft(
        data=_heat_cells(rows, month_names(lang)),
        parts={
            "what": text("heat.of_labour_force", lang, year=str(context.year)),
            "most": locative(context.data.places[most], lang),
            "least": locative(context.data.places[least], lang),
            "peak": format_percent(float(share[most][peak]), lang, 1),
            "trough": format_percent(float(share[most][trough]), lang, 1),
            "peak_month": text(f"month.in.{peak + 1}", lang),
            "trough_month": text(f"month.in.{trough + 1}", lang),
            "least_high": format_percent(float(share[least].max()), lang, 1),
            "least_low": number(float(share[least].min()), lang, 1),
            "at_year": context.year,
        },
        variant="area",
        unit="%",
        tables=("labour_market_monthly",),
        runs=(run,),
        assumed=("labour_force",),
        notes=("register", "months_ahead"),
        options={"decimals": 1},
    )


def _heat_of_years(context: Context) -> ExhibitDraft:
    run, lang = context.forecast, context.lang
    known = sum_over_members(context, context.data.table("labour_market_monthly"), "unemployed_jobseekers", "month")
    if known.empty:
        raise MissingFigures("months")
    last, last_month = (int(part) for part in str(known.index[-1]).split("-"))
    ahead = [year for year in run.years if year % STEP == 0 and year > last]
    ahead = [*ahead, *([context.year] if context.year > last and context.year not in ahead else [])]
    rows = {str(year): _observed_months(known, year) for year in PAST if year <= last}
    rows = {name: values for name, values in rows.items() if np.isfinite(values).any()}
    ahead_draws = {year: unemployed_by_month(run, context.place.code, year) for year in ahead}
    rows |= {
        text("word.forecast_year", lang, year=str(year)): np.median(values, axis=1)
        for year, values in ahead_draws.items()
    }
    draws = ahead_draws.get(context.year, unemployed_by_month(run, context.place.code, context.year))
    middle = np.median(draws, axis=1)
    peak, trough = int(middle.argmax()), int(middle.argmin())
    low, high = (float(np.quantile(draws[peak], q)) for q in (LOW, HIGH))
    register = context.data.table("labour_market_monthly")
    absent = int(register[register["place"].isin(context.members)]["unemployed_jobseekers"].isna().sum())
    return ExhibitDraft(
        data=_heat_cells(rows, month_names(lang)).round({"value": 0}),
        parts={
            "what": text("heat.of_persons", lang, last_month=text(f"month.{last_month}", lang), last_year=str(last)),
            "peak": round_for_title(float(middle[peak])),
            "trough": round_for_title(float(middle[trough])),
            "low": round_for_title(low),
            "high": round_for_title(high),
            "peak_month": text(f"month.in.{peak + 1}", lang),
            "trough_month": text(f"month.in.{trough + 1}", lang),
            "at_year": context.year,
            "absent": absent,
        },
        variant="years",
        tables=("labour_market_monthly",),
        runs=(run,),
        assumed=("labour_force",),
        notes=("register", "months_ahead", *(("suppressed",) if absent else ())),
        options={"decimals": 0},
    )


def _observed_months(months: pd.Series, year: int) -> Array:
    own = months[months.index.str[:4] == str(year)]
    own.index = own.index.str[5:].astype(int)
    return np.asarray(own.reindex(range(1, MONTHS + 1)), dtype=np.float64)


def _heat_cells(rows: Mapping[str, Array], months: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"row": name, "column": month, "value": float(value)}
            for name, values in rows.items()
            for month, value in zip(months, values, strict=True)
        ]
    )


@exhibit("months_compared", theme="labour", form="fan")
def months_compared(context: Context) -> ExhibitDraft:
    """Seasonal profiles of unemployed jobseekers and open vacancies, per cent of the yearly mean."""
    lang = context.lang
    profiles = {name: 100 * _usual_profile(context, column) for name, column in COMPARED.items()}
    names = {name: text(f"series.{name}", lang) for name in profiles}
    rows = [
        pd.DataFrame({"year": range(1, MONTHS + 1), "series": names[name], "kind": OBSERVED, "value": values})
        for name, values in profiles.items()
    ]
    peak = {name: int(values.argmax()) for name, values in profiles.items()}
    return ExhibitDraft(
        data=pd.concat(rows, ignore_index=True),
        parts={
            "vacancy_month": text(f"month.in.{peak['vacancies'] + 1}", lang),
            "unemployed_month": text(f"month.in.{peak['unemployed'] + 1}", lang),
            "vacancies": format_percent(float(profiles["vacancies"].max()), lang),
            "unemployed": format_percent(float(profiles["unemployed"].max()), lang),
        },
        variant="together" if peak["vacancies"] == peak["unemployed"] else "apart",
        unit="%",
        tables=("labour_market_monthly",),
        notes=("usual_year", "register"),
        options={"decimals": 0, "zero": True, "colours": dict(zip(names.values(), COMPARED_COLOURS, strict=True))},
    )


def _usual_profile(context: Context, column: str) -> Array:
    """Seasonal profile of the sum over the municipalities of the place: (month,), mean 1."""
    sums = sum_over_members(context, context.data.table("labour_market_monthly"), column, "month")
    if len(sums) < MIN_MONTHS:
        raise MissingFigures("months")
    register = pd.DataFrame({"place": context.place.code, "month": sums.index, column: sums.to_numpy()})
    return fit_seasonal_profile(register, column, [context.place.code]).profile[0]


# The last year before the pandemic with monthly overnight stays.
PROFILE_YEAR = 2019
STAYS = ("nights_total", "registered overnight stays")
# Interval in years between the rows of a single municipality.
SEASON_STEP = 5


@exhibit("nights_by_month", theme="labour", form="heat")
def nights_by_month(context: Context) -> ExhibitDraft:
    """Registered overnight stays by month: the municipalities of an area, or the years of a municipality."""
    rows = {name: _monthly_nights(context, place, year) for name, place, year in _heat_rows(context)}
    whole = _monthly_nights(context, context.place.code, context.year)
    step = -3 if min(values.min() for values in rows.values()) >= 10_000 else -2
    return _seasonal_draft(context, rows, whole, "nights_a_month", step)


@exhibit("jobs_by_month", theme="labour", form="heat")
def jobs_by_month(context: Context) -> ExhibitDraft:
    """Tourism jobs by month: permanent jobs and jobs that follow the overnight stays."""
    rows = {name: _monthly_jobs(context, place, year) for name, place, year in _heat_rows(context)}
    whole = _monthly_jobs(context, context.place.code, context.year)
    return _seasonal_draft(context, rows, whole, "jobs", 0, ("months_of_work",))


def load_tourism_profile(context: Context) -> Array:
    """Seasonal profile of overnight stays: (month,), mean 1; of the place, else of its reference area.

    Raises:
        MissingFigures: if neither has monthly figures.
    """
    own = local_profile(context)
    if own is not None:
        return own[1]
    reference = context.data.places[context.members[0]].reference
    table = context.data.table("tourism")
    known = table[(table["place"] == reference) & table["indicator"].isin(STAYS)]
    if known.empty:
        raise MissingFigures("no_profile")
    return published_profile(known, PROFILE_YEAR)


def local_profile(context: Context) -> tuple[int, Array] | None:
    """Year and seasonal profile of the stays of the place; None if there are no monthly figures."""
    if not context.data.has("accommodation_monthly"):
        return None
    return measured_profile(context.data.table("accommodation_monthly"), list(context.members))


def permanent_job_share(context: Context) -> Array:
    """Share of tourism jobs that are permanent, for the season length of each draw: (draw,)."""
    tourism = context.forecast.scenario.assumptions.tourism
    draws = Draws(context.forecast.seed, 0, context.forecast.n_draws)
    share, length = draws.sample(tourism.permanent_share), draws.sample(tourism.season_length)
    return np.asarray(share / (share + (1 - share) * length))


def _monthly_nights(context: Context, place: str, year: int) -> Array:
    """Mean of the draws: (month,), nights; the sum is the yearly total."""
    yearly = draws_in_year(context.forecast, "tourism_nights", place, year).mean()
    return np.asarray(yearly / MONTHS * load_tourism_profile(context))


def _monthly_jobs(context: Context, place: str, year: int) -> Array:
    """Mean of the draws: (month,), jobs; the mean is the yearly value."""
    yearly = draws_in_year(context.forecast, "tourism_jobs", place, year)
    return seasonal_jobs(yearly, permanent_job_share(context), load_tourism_profile(context)).mean(axis=0)


def _heat_rows(context: Context) -> list[tuple[str, str, int]]:
    """Name, place and year of each row.

    Raises:
        MissingFigures: if the place has no overnight stays.
    """
    run = context.forecast
    if draws_in_year(run, "tourism_nights", context.place.code, context.year).max() <= 0:
        raise MissingFigures("no_tourism")
    if len(context.members) > 1:
        return [(context.data.places[code].name_in(context.lang), code, context.year) for code in context.members]
    years = dict.fromkeys((run.years[0], *(y for y in run.years if y % SEASON_STEP == 0), context.year))
    return [(str(year), context.place.code, year) for year in sorted(years)]


def _seasonal_draft(
    context: Context, rows: dict[str, Array], total: Array, unit: str, digits: int, notes: tuple[str, ...] = ()
) -> ExhibitDraft:
    lang, peak, trough, own = context.lang, int(total.argmax()), int(total.argmin()), local_profile(context)
    return ExhibitDraft(
        data=_heat_cells(rows, month_names(lang)).round({"value": digits}),
        parts={
            "peak": round(round_for_title(float(total[peak])), digits),
            "trough": round(round_for_title(float(total[trough])), digits),
            "peak_month": text(f"month.in.{peak + 1}", lang),
            "trough_month": text(f"month.in.{trough + 1}", lang),
            "year_mean": round_for_title(float(total.mean())),
            "year_sum": round_for_title(float(total.sum())),
            "times": number(float(total[peak] / total[trough]), lang, 1),
            "permanent": format_percent(100 * float(permanent_job_share(context).mean()), lang),
            "profile_year": PROFILE_YEAR if own is None else own[0],
            "at_year": context.year,
            "by": text(
                "season.by_place" if len(context.members) > 1 else "season.by_year", lang, year=str(context.year)
            ),
            "area": context.data.places[str(context.data.places[context.members[0]].reference)].name_in(lang),
        },
        unit=unit,
        tables=("tourism",) if own is None else ("accommodation_monthly",),
        runs=(context.forecast,),
        assumed=("tourism",),
        notes=(*(("profile",) if own is None else ()), *notes),
        options={"decimals": 0},
    )
