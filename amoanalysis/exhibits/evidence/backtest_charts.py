"""Exhibits of the back-test: coverage, errors compared with naive forecasts, and the hindcast from 2007."""

from __future__ import annotations

import numpy as np
import pandas as pd

from amoanalysis.config.text import number, text
from amoanalysis.exhibits.builder import ExhibitDraft, exhibit
from amoanalysis.exhibits.context import FORECAST, Context, MissingFigures, build_observed_line
from amoanalysis.exhibits.phrases import round_for_title
from amoanalysis.plot import style

TABLE, HINDCAST = "backtest", "forecast_of_2008"
EVERY_PLACE = "all"
MEASURES = ("population", "labour_force", "unemployed", "jobs")
OTHERS = ("hamilton_perry", "ets", "drift", "no_change")
SHOWN, HELD, MIDDLE, FAR = (1, 5, 10), (1, 3, 5, 10), 5, 10
BINS = 10
# Nominal coverage of the interval and of a tenth of the draws, per cent.
PROMISED, TENTH = 80.0, 10.0
# Deviation from the nominal coverage, percentage points, at the darkest colour.
REACH = 20.0
WITH_MINES = "#b0590e"
PLAIN_COLOURS = ("#8a8a8a", "#1f5fa8")


@exhibit("backtest_coverage", theme="foresight", form="bars")
def backtest_coverage(context: Context) -> ExhibitDraft:
    """Coverage of the 80 % interval five years ahead, before and after calibration."""
    found, lang = load_scores(context), context.lang
    series = {text(f"proof.{name}", lang): f"{indicator}" for name, indicator in _COVERAGES.items()}
    rows = [
        {
            "category": text(f"proof.{measure}", lang),
            "series": name,
            "value": 100 * _value(found, measure, MIDDLE, indicator),
        }
        for measure in MEASURES
        for name, indicator in series.items()
    ]
    data = pd.DataFrame(rows)
    before, after = (data[data["series"] == name]["value"] for name in series)
    return ExhibitDraft(
        data=data,
        parts={
            "before_low": number(before.min(), lang),
            "before_high": number(before.max(), lang),
            "after_low": number(after.min(), lang),
            "after_high": number(after.max(), lang),
        },
        unit="%",
        tables=(TABLE,),
        notes=("backtest", "held_out"),
        options={"decimals": 0, "colours": dict(zip(series, PLAIN_COLOURS, strict=True))},
    )


@exhibit("backtest_horizons", theme="foresight", form="heat")
def backtest_horizons(context: Context) -> ExhibitDraft:
    """Coverage of the calibrated 80 % interval by measure and years ahead."""
    found, lang = load_scores(context), context.lang
    data = pd.DataFrame(
        {
            "row": text(f"proof.{measure}", lang),
            "column": _horizon_label(horizon, lang),
            "value": 100 * _value(found, measure, horizon, _COVERAGES["band_after"]),
        }
        for measure in MEASURES
        for horizon in HELD
    )
    cases = {f"cases_{measure}": number(_value(found, measure, FAR, "cases"), lang) for measure in MEASURES}
    return ExhibitDraft(
        data=data,
        parts={"low": number(data["value"].min(), lang), "high": number(data["value"].max(), lang), **cases},
        unit="%",
        tables=(TABLE,),
        notes=("backtest", "held_out"),
        options={"decimals": 0, "palette": "diverging", "centre": PROMISED, "reach": REACH},
    )


@exhibit("backtest_errors", theme="foresight", form="bars")
def backtest_errors(context: Context) -> ExhibitDraft:
    """Mean absolute error of the population forecast and of naive forecasts, by years ahead."""
    found, lang = load_scores(context), context.lang
    names = {"error": text("proof.model", lang)} | {f"{name}_error": text(f"proof.{name}", lang) for name in OTHERS}
    rows = [
        {
            "category": _horizon_label(horizon, lang),
            "series": name,
            "value": _value(found, "population", horizon, indicator),
        }
        for horizon in SHOWN
        for indicator, name in names.items()
    ]
    ours, *theirs = (_value(found, "population", FAR, indicator) for indicator in names)
    return ExhibitDraft(
        data=pd.DataFrame(rows),
        parts={"ours": number(ours, lang, 1), "best": number(min(theirs), lang, 1)},
        variant="wins" if ours < min(theirs) else "loses",
        unit="%",
        tables=(TABLE,),
        notes=("backtest", "made_structures"),
        options={"decimals": 1},
    )


@exhibit("backtest_pit", theme="foresight", form="bars")
def backtest_pit(context: Context) -> ExhibitDraft:
    """PIT histogram of the population: share of actual values in each tenth of the draws."""
    found, lang = load_scores(context), context.lang
    shares = [100 * _value(found, "population", 0, f"pit_{number_of}") for number_of in range(1, BINS + 1)]
    rows = pd.DataFrame({"category": [_tenth_label(index, lang) for index in range(BINS)], "value": shares})
    ends = shares[0] + shares[-1]
    return ExhibitDraft(
        data=rows,
        parts={"ends": number(ends, lang), "low": number(min(shares), lang), "high": number(max(shares), lang)},
        variant="narrow" if ends > 2 * TENTH else "wide",
        unit="%",
        tables=(TABLE,),
        notes=("backtest",),
        options={"decimals": 0},
    )


@exhibit("forecast_of_2008", theme="foresight", form="fan_grid")
def forecast_of_2008(context: Context) -> ExhibitDraft:
    """Hindcast from the end of 2007, without and with the mines, and actual values."""
    rows = context.data.table(HINDCAST)
    rows = rows[rows["place"] == context.place.code]
    if rows.empty:
        raise MissingFigures("no_seminar")
    lang = context.lang
    frames = []
    for measure in ("population", "jobs"):
        own = rows[rows["measure"] == measure]
        frames += [frame.assign(panel=_panel(measure, lang)) for frame in _hindcast_lines(context, own)]
    people = rows[rows["measure"] == "population"]
    last = int(people["year"].max())
    said = people[people["year"] == last].set_index("variant")[["low", "median", "high", "actual"]].astype(float)
    low, median, high, actual = (float(said[name]["without"]) for name in ("low", "median", "high", "actual"))
    return ExhibitDraft(
        data=pd.concat(frames, ignore_index=True),
        parts={
            "without": round_for_title(median),
            "low": round_for_title(low),
            "high": round_for_title(high),
            "with": round_for_title(float(said["median"]["with"])),
            "actual": round_for_title(actual),
            "last_year": last,
        },
        variant="inside" if low <= actual <= high else "outside",
        unit="persons_or_jobs_plain",
        tables=(HINDCAST,),
        notes=("seminar",),
        options={"decimals": 0, "colours": _colours(context)},
    )


_COVERAGES = {"band_before": "coverage", "band_after": "held_out_coverage"}


def load_scores(context: Context) -> pd.Series:
    """Back-test scores over all places: measure, horizon, indicator -> value."""
    if not context.data.has(TABLE):
        raise MissingFigures("no_backtest")
    rows = context.data.table(TABLE)
    rows = rows[rows["group"] == EVERY_PLACE]
    return rows.set_index(["measure", "horizon", "indicator"])["value"].astype(float)


def _value(found: pd.Series, measure: str, horizon: int, indicator: str) -> float:
    return float(found.get((measure, horizon, indicator), np.nan))


def _horizon_label(horizon: int, lang: str) -> str:
    return text("proof.year" if horizon == 1 else "proof.years", lang, years=str(horizon))


def _tenth_label(index: int, lang: str) -> str:
    low, high = 10 * index, 10 * (index + 1)
    return text("proof.tenth", lang, low=str(low), high=str(high))


def _colours(context: Context) -> dict[str, str]:
    shades = {"came": style.INK, "without": PLAIN_COLOURS[1], "with": WITH_MINES}
    return {text(f"proof.{name}", context.lang): shade for name, shade in shades.items()}


def _panel(measure: str, lang: str) -> str:
    return text(f"proof.{measure}", lang)


def _hindcast_lines(context: Context, rows: pd.DataFrame) -> list[pd.DataFrame]:
    """Rows of a fan chart: actual values and the two forecasts."""
    came = rows[rows["variant"] == "without"].dropna(subset="actual").set_index("year")["actual"]
    frames = [build_observed_line(came, text("proof.came", context.lang))]
    for variant in ("without", "with"):
        own = rows[rows["variant"] == variant].rename(columns={"median": "value"})
        own = own[["year", "value", "low", "high"]].astype(float).astype({"year": int})
        frames.append(own.assign(series=text(f"proof.{variant}", context.lang), kind=FORECAST))
    return frames
