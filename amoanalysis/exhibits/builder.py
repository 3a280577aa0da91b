"""A chart in words, for who does not see it: what its form shows, read off its data."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel

from amoanalysis.config.assumptions import list_assumptions as assumptions_of
from amoanalysis.config.text import number, text
from amoanalysis.exhibits.context import Context, ExhibitSpec, NotKnown
from amoanalysis.exhibits.drawing.exhibit import Exhibit
from amoanalysis.exhibits.drawing.form_specs import ordered
from amoanalysis.exhibits.phrases import (
    BLANK,
    course,
    headline,
    inside,
    into,
    listed,
    of_place,
    out_of,
    turning_point,
    verb,
)
from amoanalysis.models.statistics.draws import Array
from amoanalysis.plot import style
from amoanalysis.results.forecast import Forecast

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


def _list(names: pd.Series[Any], values: pd.Series[Any], shown: Shown) -> str:
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
    "waterfall": _steps,
    "map": _map,
    "dots": _map,
    "flows": _flows,
    "heat": _heat,
    "timeline": _timeline,
    "pyramid": _pyramid,
}


Rounding = Callable[[float], float]
WHISKER_CONTRAST = 3.0
JUDGEMENT = "judgement"
PERCENT = "%"


@dataclass(frozen=True)
class Draft:
    """What an exhibit's own function knows of it; the rest follows from its id.

    Attributes:
        data: in the columns of the form.
        parts: values for the `{names}` in its sentences; a name that ends in "year" is written without separators.
        variant: which of its titles is true.
        title: key of the title where it is not one of the exhibit's own.
        unit: key of the unit, or "%".
        tables: tables that the figures come from.
        sources: other sources, as they are cited.
        runs: forecasts that they come from.
        assumed: blocks of the assumptions that the chart leans on most.
        notes: keys of sentences that the reader must know besides.
        options: of the form.
    """

    data: pd.DataFrame
    parts: Mapping[str, Any]
    variant: str = ""
    title: str = ""
    unit: str = "persons"
    tables: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    runs: tuple[Forecast, ...] = ()
    assumed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)


def made(view: Context, name: str, form: str, draft: Draft) -> Exhibit:
    """Makes the exhibit: title, subtitle and notes from the texts of its id, sources and alt text from its data.

    Args:
        view: place, language, scenarios.
        name: id of the exhibit.
        form: how it is drawn.
        draft: its figures.

    Returns:
        The exhibit.
    """
    lang = view.lang
    parts = {**_common(view), **{key: _year_as_text(key, part) for key, part in draft.parts.items()}}
    title = _sentence(text(draft.title or _key(name, "title", draft.variant), lang, **parts))
    subtitle = _sentence(text(f"{name}.subtitle", lang, **parts))
    unit = PERCENT if draft.unit == PERCENT else text(f"unit.{draft.unit}", lang)
    notes = [text(f"note.{key}", lang, **parts) for key in draft.notes]
    return Exhibit(
        id=name,
        form=form,
        data=draft.data.reset_index(drop=True),
        title=title,
        subtitle=subtitle,
        unit=unit,
        sources=(*draft.sources, *cited(view, draft.tables, draft.runs)),
        note=" ".join(filter(None, [*notes, doubtful(view, draft.tables), leaning(view, draft.runs, draft.assumed)])),
        alt=f"{title}. {subtitle}. {in_words(form, draft.data, lang, unit, draft.options)}",
        place=view.place.slug,
        lang=lang,
        options=draft.options,
    )


def trend(
    view: Context, name: str, known: tuple[int, float], run: Forecast, values: Array, rounded: Rounding = headline
) -> tuple[str, dict[str, Any]]:
    """The sentence that says from what to what something goes, as certain as the draws are, and where it turns.

    Args:
        view: for the language.
        name: id of the exhibit; its text `.what` names the thing.
        known: year and value of what is known.
        run: the forecast, for its years.
        values: (year, draw).
        rounded: rounds to what a title should say.

    Returns:
        Key of the title, and the parts of it.
    """
    lang, (now_year, value), path = view.lang, known, np.median(values, axis=1)
    way, now, end = course(value, values[-1]), rounded(value), rounded(float(path[-1]))
    words = {"what": text(f"{name}.what", lang, **_common(view))}
    parts: dict[str, Any] = {**words, "now": now, "now_year": now_year, "end": end, "end_year": run.years[-1]}
    turn = turning_point(value, path)
    if turn is not None:
        turning = {"verb": verb("up" if path[turn] > value else "down", lang), "turn_year": run.years[turn]}
        return "trend.turn", {**parts, **turning, "to_turn": into(rounded(float(path[turn])), lang)}
    if way in ("flat", "open"):
        return f"trend.{way}", parts
    moving = {"verb": verb(way, lang), "from_now": out_of(now, lang), "to_end": into(end, lang)}
    return "trend.move", {**parts, **moving}


def not_shown(view: Context, exhibit: ExhibitSpec, gap: NotKnown) -> Exhibit:
    """The exhibit that says what is missing and why."""
    title = _sentence(text(f"{exhibit.id}.name", view.lang, **_common(view)))
    said = gap.said(view.lang)
    return Exhibit(
        id=exhibit.id,
        form=exhibit.form,
        data=pd.DataFrame(),
        title=title,
        subtitle="",
        unit="",
        sources=(),
        note="",
        alt=f"{title}. {text('chart.missing', view.lang)}: {said}",
        place=view.place.slug,
        lang=view.lang,
        missing=said,
    )


def cited(view: Context, tables: Sequence[str], runs: Sequence[Forecast] = ()) -> tuple[str, ...]:
    """The lines of the footer: the producers of the tables, then the forecasts by scenario, draws and seed."""
    lines = [view.data.origins[table].citation_in(view.lang) for table in tables if table in view.data.origins]
    if runs:
        names = ", ".join(dict.fromkeys(run.scenario.title_in(view.lang) for run in runs))
        first = runs[0]
        key = "source.forecasts" if len(runs) > 1 else "source.forecast"
        lines.append(text(key, view.lang, scenario=names, draws=first.n_draws, seed=str(first.seed)))
    return tuple(dict.fromkeys(lines))


def doubtful(view: Context, tables: Sequence[str]) -> str:
    """Names the sources that are somebody's estimate, not official statistics; empty where there are none."""
    origins = [view.data.origins[table] for table in tables if table in view.data.origins]
    names = dict.fromkeys(origin.citation_in(view.lang) for origin in origins if origin.status == "estimate")
    return text("note.estimate", view.lang, sources="; ".join(names)) if names else ""


def leaning(view: Context, runs: Sequence[Forecast], blocks: Sequence[str]) -> str:
    """Says what the assumptions of some blocks rest on, statistics, estimates or judgement, if any are used."""
    if not runs or not blocks:
        return ""
    found = [a for block in blocks for a in _of_block(getattr(runs[-1].scenario.assumptions, block))]
    origins = view.data.origins
    status = [origins[a.source].status if a.source in origins else JUDGEMENT for a in found]
    counts = [(kind, status.count(kind)) for kind in ("official", "estimate", JUDGEMENT)]
    parts = [text(f"note.rest_on.{kind}", view.lang, count=count) for kind, count in counts if count]
    return text("note.assumptions", view.lang, parts=listed(parts, view.lang)) if parts else ""


def colour_of(view: Context) -> str:
    """The colour of the place, the same in every chart."""
    return view.place.colour


def fill_of(view: Context) -> str:
    """The colour of the place for bars, lightened until an interval drawn on it in ink is seen."""
    fill = view.place.colour
    while style.contrast(fill, style.INK) < WHISKER_CONTRAST:
        fill = style.mix(fill, style.PAPER, 0.1)
    return fill


def _of_block(block: object) -> list[Any]:
    blocks = list(block.values()) if isinstance(block, dict) else [block]
    return [assumption for b in blocks if isinstance(b, BaseModel) for assumption in assumptions_of(b)]


def _common(view: Context) -> dict[str, str]:
    return {
        "place": view.place.name_in(view.lang),
        "of": of_place(view.place, view.lang),
        "inside": inside(view.place, view.lang),
        "scenario": view.futures.scenario(view.scenarios[0]).title_in(view.lang),
    }


def _key(name: str, kind: str, variant: str) -> str:
    return f"{name}.{kind}.{variant}" if variant else f"{name}.{kind}"


def _year_as_text(key: str, part: Any) -> Any:
    return str(int(part)) if key.endswith("year") and not isinstance(part, str) else part


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
