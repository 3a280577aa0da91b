"""Builds an exhibit from the draft of its function: texts, unit, sources, notes and alt text."""

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
from amoanalysis.errors import unknown_name_error
from amoanalysis.exhibits.context import THEMES, Context, MissingFigures
from amoanalysis.exhibits.drawing.exhibit import Exhibit
from amoanalysis.exhibits.drawing.form_specs import list_unique
from amoanalysis.exhibits.phrases import (
    BLANK,
    capitalise,
    classify_direction,
    direction_verb,
    elative,
    find_turning_point,
    genitive_head,
    illative,
    join_words,
    locative,
    round_for_title,
)
from amoanalysis.models.statistics.draws import Array
from amoanalysis.plot import style
from amoanalysis.results.forecast import Forecast

# Longer lists are cut in the alt text.
MOST = 14


def describe_chart(form: str, data: pd.DataFrame, lang: str, unit: str, options: Mapping[str, Any]) -> str:
    """The alt text of a chart: its main figures in a few sentences.

    Args:
        form: chart form.
        data: data of the chart.
        lang: fi, en or sv.
        unit: unit of the values.
        options: options of the form; `decimals` sets the digits.
    """

    def write(value: float) -> str:
        if math.isnan(value):
            return text("chart.no_value", lang)
        digits = int(options.get("decimals", 0 if abs(value) >= 10 or float(value).is_integer() else 1))
        written = number(value, lang, digits)
        return f"{written}{BLANK if lang != 'en' else ''}%" if unit == "%" else written

    return _DESCRIBE[form](data, write, lang)


NumberFormat = Callable[[float], str]


def _describe_lines(data: pd.DataFrame, write: NumberFormat, lang: str) -> str:
    sentences = []
    label = data["panel"] if "panel" in data.columns else data["series"]
    for name in list_unique(label):
        rows = data[label == name].dropna(subset="value").sort_values("year")
        if rows.empty:
            continue
        first, last = rows.iloc[0], rows.iloc[-1]
        ends = {"first": write(first["value"]), "last": write(last["value"]), "name": str(name)}
        years = {"start": str(int(first["year"])), "end": str(int(last["year"]))}
        has_interval = "low" in rows.columns and pd.notna(last["low"]) and last["high"] > last["low"]
        more = {"low": write(last["low"]), "high": write(last["high"])} if has_interval else {}
        sentences.append(text("alt.line_band" if has_interval else "alt.line", lang, **ends, **years, **more))
    return " ".join(sentences)


def _describe_bars(data: pd.DataFrame, write: NumberFormat, lang: str) -> str:
    names = data["category"].astype(str)
    if "series" in data.columns:
        names = names + ", " + data["series"].astype(str)
    return _list_values(names, data["value"], write)


def _describe_steps(data: pd.DataFrame, write: NumberFormat, lang: str) -> str:
    return _list_values(data["step"], data["value"], write)


def _describe_map(data: pd.DataFrame, write: NumberFormat, lang: str) -> str:
    rows = data.sort_values("value", ascending=False)
    return _list_values(rows["label"], rows["value"], write)


def _describe_flows(data: pd.DataFrame, write: NumberFormat, lang: str) -> str:
    rows = data.sort_values("value", ascending=False)
    return _list_values(rows["origin"] + " → " + rows["destination"], rows["value"], write)


def _describe_heat(data: pd.DataFrame, write: NumberFormat, lang: str) -> str:
    sentences = []
    for name in list_unique(data["row"]):
        rows = data[data["row"] == name].dropna(subset="value")
        if not rows.empty:
            first, last = rows.iloc[0], rows.iloc[-1]
            parts = {"first": write(first["value"]), "last": write(last["value"])}
            years = {"start": str(first["column"]), "end": str(last["column"])}
            sentences.append(text("alt.line", lang, name=str(name), **parts, **years))
    return " ".join(sentences)


def _describe_timeline(data: pd.DataFrame, write: NumberFormat, lang: str) -> str:
    sentences = []
    for name in list_unique(data["row"]):
        rows = data[data["row"] == name]
        spans = zip(rows["series"], rows["value"].round(), rows["end"].round(), strict=True)
        phases = "; ".join(f"{phase} {begin:.0f}–{end:.0f}" for phase, begin, end in spans)
        sentences.append(f"{name}: {phases}.")
    return " ".join(sentences[:MOST])


def _describe_pyramid(data: pd.DataFrame, write: NumberFormat, lang: str) -> str:
    totals = data.groupby("series", sort=False)["value"].sum()
    return _list_values(totals.index.to_series().astype(str), totals, write)


def _list_values(names: pd.Series[Any], values: pd.Series[Any], write: NumberFormat) -> str:
    pairs = [f"{name} {write(float(value))}" for name, value in zip(names, values, strict=True)]
    return "; ".join(pairs[:MOST]) + ("; …" if len(pairs) > MOST else "") + "."


def _describe_curve(data: pd.DataFrame, write: NumberFormat, lang: str) -> str:
    ends = data.dropna(subset=["x", "value"]).sort_values("year").iloc[[0, -1]]
    points = zip(ends["year"], ends["x"], ends["value"], strict=True)
    texts = [f"{year:.0f}: {write(float(across))}, {write(float(up))}" for year, across, up in points]
    return "; ".join(texts) + "."


def _describe_table(data: pd.DataFrame, write: NumberFormat, lang: str) -> str:
    rows = [", ".join(map(str, row)) for row in data.head(MOST // 2).itertuples(index=False)]
    return "; ".join(rows) + ("; …" if len(data) > len(rows) else "") + "."


_DESCRIBE: Mapping[str, Callable[[pd.DataFrame, NumberFormat, str], str]] = {
    "fan": _describe_lines,
    "fan_grid": _describe_lines,
    "stacked": _describe_lines,
    "bars": _describe_bars,
    "curve": _describe_curve,
    "table": _describe_table,
    "waterfall": _describe_steps,
    "map": _describe_map,
    "dots": _describe_map,
    "flows": _describe_flows,
    "heat": _describe_heat,
    "timeline": _describe_timeline,
    "pyramid": _describe_pyramid,
}


Rounding = Callable[[float], float]
WHISKER_CONTRAST = 3.0
JUDGEMENT = "judgement"
PERCENT = "%"


@dataclass(frozen=True)
class ExhibitDraft:
    """Data and text values of an exhibit; `build_exhibit` adds what follows from its id.

    Attributes:
        data: data frame with the columns of the form.
        parts: values of the `{placeholders}` in the texts; a name that ends in "year" is written without separators.
        variant: variant of the title.
        title: key of the title if it is not `<id>.title`.
        unit: key of the unit, or "%".
        tables: tables that the figures come from.
        sources: other sources, as they are cited.
        runs: forecasts that the figures come from.
        assumed: blocks of the assumptions with most influence on the chart.
        notes: keys of the notes below the chart.
        options: options of the form.
        form: chart form if it differs from that of the specification.
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
    form: str = ""


@dataclass(frozen=True)
class ExhibitSpec:
    """An exhibit that can be built for any place.

    Attributes:
        id: identifier, the same for every place.
        theme: one of THEMES.
        form: chart form.
        draft: function that drafts the exhibit for a place.
    """

    id: str
    theme: str
    form: str
    draft: Callable[[Context], ExhibitDraft]

    def build(self, context: Context) -> Exhibit:
        """Builds the exhibit for a place.

        Raises:
            MissingFigures: if the figures of the place are missing.
        """
        draft = self.draft(context)
        return build_exhibit(context, self.id, draft.form or self.form, draft)


def exhibit(name: str, *, theme: str, form: str) -> Callable[[Callable[[Context], ExhibitDraft]], ExhibitSpec]:
    """Decorator that turns a drafting function into an exhibit specification; `exhibits.catalogue` lists them.

    Args:
        name: id of the exhibit.
        theme: one of THEMES.
        form: chart form.

    Raises:
        UserError: if the theme is unknown.
    """
    if theme not in THEMES:
        raise unknown_name_error("theme", theme, THEMES)
    return lambda draft: ExhibitSpec(name, theme, form, draft)


def build_exhibit(context: Context, name: str, form: str, draft: ExhibitDraft) -> Exhibit:
    """Builds an exhibit: title, subtitle and notes from the texts of its id, sources and alt text from its data.

    Args:
        context: place, language and scenarios.
        name: id of the exhibit.
        form: chart form.
        draft: data and text values.
    """
    lang = context.lang
    parts = {**_common_parts(context), **{key: _format_year(key, part) for key, part in draft.parts.items()}}
    key = draft.title or f"{name}.title" + (f".{draft.variant}" if draft.variant else "")
    title = capitalise(text(key, lang, **parts))
    subtitle = capitalise(text(f"{name}.subtitle", lang, **parts))
    unit = PERCENT if draft.unit == PERCENT else text(f"unit.{draft.unit}", lang)
    notes = [text(f"note.{key}", lang, **parts) for key in draft.notes]
    return Exhibit(
        id=name,
        form=form,
        data=draft.data.reset_index(drop=True),
        title=title,
        subtitle=subtitle,
        unit=unit,
        sources=(*draft.sources, *cite_sources(context, draft.tables, draft.runs)),
        note=" ".join(
            filter(
                None,
                [*notes, note_estimates(context, draft.tables), note_assumptions(context, draft.runs, draft.assumed)],
            )
        ),
        alt=f"{title}. {subtitle}. {describe_chart(form, draft.data, lang, unit, draft.options)}",
        place=context.place.slug,
        lang=lang,
        options=draft.options,
    )


def describe_trend(
    context: Context,
    name: str,
    known: tuple[int, float],
    run: Forecast,
    values: Array,
    rounded: Rounding = round_for_title,
) -> tuple[str, dict[str, Any]]:
    """Chooses the title of a trend by the agreement of the draws and by its turning point.

    Args:
        context: place and language.
        name: id of the exhibit; its text `.what` names the measure.
        known: year and value of the last observation.
        run: forecast that defines the years.
        values: (year, draw).
        rounded: rounding of the figures in the title.

    Returns:
        Key of the title and its text values.
    """
    lang, (now_year, value), path = context.lang, known, np.median(values, axis=1)
    way, now, end = classify_direction(value, values[-1]), rounded(value), rounded(float(path[-1]))
    words = {"what": text(f"{name}.what", lang, **_common_parts(context))}
    parts: dict[str, Any] = {**words, "now": now, "now_year": now_year, "end": end, "end_year": run.years[-1]}
    turn = find_turning_point(value, path)
    if turn is not None:
        turning = {"verb": direction_verb("up" if path[turn] > value else "down", lang), "turn_year": run.years[turn]}
        return "trend.turn", {**parts, **turning, "to_turn": illative(rounded(float(path[turn])), lang)}
    if way in ("flat", "open"):
        return f"trend.{way}", parts
    moving = {"verb": direction_verb(way, lang), "from_now": elative(now, lang), "to_end": illative(end, lang)}
    return "trend.move", {**parts, **moving}


def build_missing_exhibit(context: Context, exhibit: ExhibitSpec, missing: MissingFigures) -> Exhibit:
    """Builds the exhibit that states which figures are missing and why."""
    title = capitalise(text(f"{exhibit.id}.name", context.lang, **_common_parts(context)))
    reason = missing.explain(context.lang)
    return Exhibit(
        id=exhibit.id,
        form=exhibit.form,
        data=pd.DataFrame(),
        title=title,
        subtitle="",
        unit="",
        sources=(),
        note="",
        alt=f"{title}. {text('chart.missing', context.lang)}: {reason}",
        place=context.place.slug,
        lang=context.lang,
        missing=reason,
    )


def cite_sources(context: Context, tables: Sequence[str], runs: Sequence[Forecast] = ()) -> tuple[str, ...]:
    """Lines of the footer: producers of the tables, then scenario, draws and seed of the forecasts."""
    lines = [context.data.origins[table].citation_in(context.lang) for table in tables if table in context.data.origins]
    if runs:
        names = ", ".join(dict.fromkeys(run.scenario.title_in(context.lang) for run in runs))
        first = runs[0]
        key = "source.forecasts" if len(runs) > 1 else "source.forecast"
        lines.append(text(key, context.lang, scenario=names, draws=first.n_draws, seed=str(first.seed)))
    return tuple(dict.fromkeys(lines))


def note_estimates(context: Context, tables: Sequence[str]) -> str:
    """Note that names the sources that are estimates, not official statistics, or an empty text."""
    origins = [context.data.origins[table] for table in tables if table in context.data.origins]
    names = dict.fromkeys(origin.citation_in(context.lang) for origin in origins if origin.status == "estimate")
    return text("note.estimate", context.lang, sources="; ".join(names)) if names else ""


def note_assumptions(context: Context, runs: Sequence[Forecast], blocks: Sequence[str]) -> str:
    """Note on the basis of the assumptions of some blocks: statistics, estimates or judgement."""
    if not runs or not blocks:
        return ""
    assumptions = [a for block in blocks for a in _list_assumptions(getattr(runs[-1].scenario.assumptions, block))]
    origins = context.data.origins
    status = [origins[a.source].status if a.source in origins else JUDGEMENT for a in assumptions]
    counts = [(kind, status.count(kind)) for kind in ("official", "estimate", JUDGEMENT)]
    parts = [text(f"note.rest_on.{kind}", context.lang, count=count) for kind, count in counts if count]
    return text("note.assumptions", context.lang, parts=join_words(parts, context.lang)) if parts else ""


def bar_colour(context: Context) -> str:
    """Colour of the place for bars, lightened until an interval drawn on it has enough contrast."""
    fill = context.place.colour
    while style.contrast(fill, style.INK) < WHISKER_CONTRAST:
        fill = style.mix(fill, style.PAPER, 0.1)
    return fill


def _list_assumptions(block: object) -> list[Any]:
    blocks = list(block.values()) if isinstance(block, dict) else [block]
    return [assumption for b in blocks if isinstance(b, BaseModel) for assumption in assumptions_of(b)]


def _common_parts(context: Context) -> dict[str, str]:
    return {
        "place": context.place.name_in(context.lang),
        "of": genitive_head(context.place, context.lang),
        "inside": locative(context.place, context.lang),
        "scenario": context.runs.scenario(context.scenarios[0]).title_in(context.lang),
    }


def _format_year(key: str, part: Any) -> Any:
    return str(int(part)) if key.endswith("year") and not isinstance(part, str) else part
