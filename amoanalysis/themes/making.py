"""From figures to an exhibit: its sentences, where the figures come from, and what about them is assumed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pydantic import BaseModel

from amoanalysis.assumptions import listed as assumptions_of
from amoanalysis.charts import style
from amoanalysis.charts.exhibit import Exhibit
from amoanalysis.models.draws import Array
from amoanalysis.text import text
from amoanalysis.themes.alt import in_words
from amoanalysis.themes.words import course, headline, inside, into, listed, of_place, out_of, turning_point, verb

if TYPE_CHECKING:
    from amoanalysis.forecast import Forecast
    from amoanalysis.themes.registry import Declared, NotKnown
    from amoanalysis.themes.view import PlaceView

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


def made(view: PlaceView, name: str, form: str, draft: Draft) -> Exhibit:
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
    view: PlaceView, name: str, known: tuple[int, float], run: Forecast, values: Array, rounded: Rounding = headline
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


def not_shown(view: PlaceView, exhibit: Declared, gap: NotKnown) -> Exhibit:
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


def cited(view: PlaceView, tables: Sequence[str], runs: Sequence[Forecast] = ()) -> tuple[str, ...]:
    """The lines of the footer: the producers of the tables, then the forecasts by scenario, draws and seed."""
    lines = [view.data.origins[table].cited(view.lang) for table in tables if table in view.data.origins]
    if runs:
        names = ", ".join(dict.fromkeys(run.scenario.titled(view.lang) for run in runs))
        first = runs[0]
        key = "source.forecasts" if len(runs) > 1 else "source.forecast"
        lines.append(text(key, view.lang, scenario=names, draws=first.draws, seed=str(first.seed)))
    return tuple(dict.fromkeys(lines))


def doubtful(view: PlaceView, tables: Sequence[str]) -> str:
    """Names the sources that are somebody's estimate, not official statistics; empty where there are none."""
    origins = [view.data.origins[table] for table in tables if table in view.data.origins]
    names = dict.fromkeys(origin.cited(view.lang) for origin in origins if origin.status == "estimate")
    return text("note.estimate", view.lang, sources="; ".join(names)) if names else ""


def leaning(view: PlaceView, runs: Sequence[Forecast], blocks: Sequence[str]) -> str:
    """Says what the assumptions of some blocks rest on, statistics, estimates or judgement, if any are used."""
    if not runs or not blocks:
        return ""
    found = [a for block in blocks for a in _of_block(getattr(runs[-1].scenario.assumptions, block))]
    origins = view.data.origins
    status = [origins[a.source].status if a.source in origins else JUDGEMENT for a in found]
    counts = [(kind, status.count(kind)) for kind in ("official", "estimate", JUDGEMENT)]
    parts = [text(f"note.rest_on.{kind}", view.lang, count=count) for kind, count in counts if count]
    return text("note.assumptions", view.lang, parts=listed(parts, view.lang)) if parts else ""


def colour_of(view: PlaceView) -> str:
    """The colour of the place, the same in every chart."""
    return view.place.colour


def fill_of(view: PlaceView) -> str:
    """The colour of the place for bars, lightened until an interval drawn on it in ink is seen."""
    fill = view.place.colour
    while style.contrast(fill, style.INK) < WHISKER_CONTRAST:
        fill = style.mixed(fill, style.PAPER, 0.1)
    return fill


def _of_block(block: object) -> list[Any]:
    blocks = list(block.values()) if isinstance(block, dict) else [block]
    return [assumption for b in blocks if isinstance(b, BaseModel) for assumption in assumptions_of(b)]


def _common(view: PlaceView) -> dict[str, str]:
    return {
        "place": view.place.named(view.lang),
        "of": of_place(view.place, view.lang),
        "inside": inside(view.place, view.lang),
        "scenario": view.futures.scenario(view.scenarios[0]).titled(view.lang),
    }


def _key(name: str, kind: str, variant: str) -> str:
    return f"{name}.{kind}.{variant}" if variant else f"{name}.{kind}"


def _year_as_text(key: str, part: Any) -> Any:
    return str(int(part)) if key.endswith("year") and not isinstance(part, str) else part


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
