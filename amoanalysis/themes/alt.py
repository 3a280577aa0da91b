"""A chart in words, for who does not see it: what its form shows, read off its data."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from amoanalysis.charts.spec import ordered
from amoanalysis.text import number, text
from amoanalysis.themes.words import BLANK

# A longer list is cut: nobody listens to forty figures.
MOST = 14


def in_words(form: str, data: pd.DataFrame, lang: str, unit: str, options: Mapping[str, Any]) -> str:
    """The main figures of a chart as a text.

    Args:
        form: how it is drawn.
        data: its data.
        lang: fi, en or sv.
        unit: unit of the values.
        options: of the form, for the digits.

    Returns:
        A few sentences.
    """

    def shown(value: float) -> str:
        if math.isnan(value):
            return text("chart.no_value", lang)
        digits = int(options.get("decimals", 0 if abs(value) >= 10 or float(value).is_integer() else 1))
        written = number(value, lang, digits)
        return f"{written}{BLANK if lang != 'en' else ''}%" if unit == "%" else written

    return _READ[form](data, shown, lang)


Shown = Callable[[float], str]


def _lines(data: pd.DataFrame, shown: Shown, lang: str) -> str:
    sentences = []
    label = data["panel"] if "panel" in data.columns else data["series"]
    for name in ordered(label):
        rows = data[label == name].dropna(subset="value").sort_values("year")
        if rows.empty:
            continue
        first, last = rows.iloc[0], rows.iloc[-1]
        ends = {"first": shown(first["value"]), "last": shown(last["value"]), "name": str(name)}
        years = {"start": str(int(first["year"])), "end": str(int(last["year"]))}
        band = "low" in rows.columns and pd.notna(last["low"]) and last["high"] > last["low"]
        more = {"low": shown(last["low"]), "high": shown(last["high"])} if band else {}
        sentences.append(text("alt.line_band" if band else "alt.line", lang, **ends, **years, **more))
    return " ".join(sentences)


def _bars(data: pd.DataFrame, shown: Shown, lang: str) -> str:
    names = data["category"].astype(str)
    if "series" in data.columns:
        names = names + ", " + data["series"].astype(str)
    return _list(names, data["value"], shown)


def _slope(data: pd.DataFrame, shown: Shown, lang: str) -> str:
    rows = data.head(MOST)
    names = rows["category"].astype(str) + ": " + rows["start"].map(shown) + " → " + rows["end"].map(shown)
    return "; ".join(names) + "."


def _steps(data: pd.DataFrame, shown: Shown, lang: str) -> str:
    return _list(data["step"], data["value"], shown)


def _map(data: pd.DataFrame, shown: Shown, lang: str) -> str:
    rows = data.sort_values("value", ascending=False)
    return _list(rows["label"], rows["value"], shown)


def _flows(data: pd.DataFrame, shown: Shown, lang: str) -> str:
    rows = data.sort_values("value", ascending=False)
    return _list(rows["origin"] + " → " + rows["destination"], rows["value"], shown)


def _heat(data: pd.DataFrame, shown: Shown, lang: str) -> str:
    sentences = []
    for name in ordered(data["row"]):
        rows = data[data["row"] == name].dropna(subset="value")
        if not rows.empty:
            first, last = rows.iloc[0], rows.iloc[-1]
            parts = {"first": shown(first["value"]), "last": shown(last["value"])}
            years = {"start": str(first["column"]), "end": str(last["column"])}
            sentences.append(text("alt.line", lang, name=str(name), **parts, **years))
    return " ".join(sentences)


def _timeline(data: pd.DataFrame, shown: Shown, lang: str) -> str:
    sentences = []
    for name in ordered(data["row"]):
        rows = data[data["row"] == name]
        spans = zip(rows["series"], rows["value"].round(), rows["end"].round(), strict=True)
        said = "; ".join(f"{phase} {begin:.0f}–{end:.0f}" for phase, begin, end in spans)
        sentences.append(f"{name}: {said}.")
    return " ".join(sentences[:MOST])


def _pyramid(data: pd.DataFrame, shown: Shown, lang: str) -> str:
    totals = data.groupby("series", sort=False)["value"].sum()
    return _list(totals.index.to_series().astype(str), totals, shown)


def _list(names: "pd.Series[Any]", values: "pd.Series[Any]", shown: Shown) -> str:
    pairs = [f"{name} {shown(float(value))}" for name, value in zip(names, values, strict=True)]
    return "; ".join(pairs[:MOST]) + ("; …" if len(pairs) > MOST else "") + "."


def _curve(data: pd.DataFrame, shown: Shown, lang: str) -> str:
    ends = data.dropna(subset=["x", "value"]).sort_values("year").iloc[[0, -1]]
    points = zip(ends["year"], ends["x"], ends["value"], strict=True)
    said = [f"{year:.0f}: {shown(float(across))}, {shown(float(up))}" for year, across, up in points]
    return "; ".join(said) + "."


def _table(data: pd.DataFrame, shown: Shown, lang: str) -> str:
    rows = [", ".join(map(str, row)) for row in data.head(MOST // 2).itertuples(index=False)]
    return "; ".join(rows) + ("; …" if len(data) > len(rows) else "") + "."


_READ: Mapping[str, Callable[[pd.DataFrame, Shown, str], str]] = {
    "fan": _lines,
    "fan_grid": _lines,
    "stacked": _lines,
    "bars": _bars,
    "curve": _curve,
    "table": _table,
    "slope": _slope,
    "waterfall": _steps,
    "map": _map,
    "dots": _map,
    "flows": _flows,
    "heat": _heat,
    "timeline": _timeline,
    "pyramid": _pyramid,
}
