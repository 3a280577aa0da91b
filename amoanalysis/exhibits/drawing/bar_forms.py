"""Charts of horizontal bars: bars by category, waterfalls and timelines."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from amoanalysis.exhibits.drawing.canvas import Box, KeyItem, Panel, wrap_row_labels
from amoanalysis.exhibits.drawing.form_specs import list_unique
from amoanalysis.exhibits.drawing.line_forms import choose_year_ticks
from amoanalysis.exhibits.drawing.text_metrics import LINE_HEIGHT, block_height, measure_widest, text_width
from amoanalysis.plot import style
from amoanalysis.plot.frames import waterfall_steps


@dataclass(frozen=True)
class Rows:
    """Rows of a chart: row 0 is at the top with its middle at y = 0, the next at y = 1.

    Attributes:
        axes: Axes of values by row, rows downwards.
        box: their box on the page.
        size: font size of the row labels, points.
    """

    axes: Axes
    box: Box
    size: float


def lay_out_rows(
    panel: Panel, labels: Sequence[str], low: np.ndarray, high: np.ndarray, ends: tuple[Sequence[str], Sequence[str]],
    letters: float, origin: float | None = 0.0,
) -> Rows:  # fmt: skip
    """Lays out rows of bars with labels at the left and space for texts at the ends of the bars.

    Args:
        panel: the chart.
        labels: one label per row.
        low: (bar,), lower end of each bar with its whisker.
        high: (bar,), upper end.
        ends: texts written to the left and to the right of bars.
        letters: font size of these texts, points.
        origin: value at which bars start; None if the scale is cut.

    Returns:
        The rows, with labels written.
    """
    pitch = panel.box.height / len(labels)
    blocks, size = wrap_row_labels(panel, labels, pitch, panel.box.width * 0.38)
    wide = max(measure_widest(block, size) for block in blocks)
    left, right = (measure_widest(list(texts), letters) + letters * 0.6 if texts else 0.0 for texts in ends)
    box = panel.box.inset(left=wide + size * 0.7 + left, right=max(right, 2.0))
    axes = panel.canvas.add_axes(box)
    drawn = np.array([*low, *high, *([] if origin is None else [origin])], dtype=float)
    start, stop = float(np.nanmin(drawn)), float(np.nanmax(drawn))
    axes.set(xlim=(start, stop if stop > start else start + 1.0), ylim=(len(labels) - 0.5, -0.5))
    for i, block in enumerate(blocks):
        top = box.top - (i + 0.5) * pitch + block_height(len(block), size) / 2
        panel.canvas.write(block, panel.box.left + wide, top, size, align="right")
    if origin is not None:
        axes.axvline(origin, color=style.MUTED, linewidth=1, zorder=3)
    return Rows(axes, box, size)


def write_beside_bar(panel: Panel, rows: Rows, text: str, value: float, row: float, letters: float, side: str) -> None:
    """Writes a text to the left or right of the end of a bar."""
    x, y = panel.canvas.locate(rows.axes, value, row)
    shift = letters * 0.4
    align = "left" if side == "right" else "right"
    at = x + shift if side == "right" else x - shift
    panel.canvas.write(text, at, y + letters * LINE_HEIGHT / 2, letters, align=align)


def fit_bar_text(panel: Panel, pitch: float) -> float:
    """Computes the font size of texts in a row of a height."""
    return min(panel.size, pitch / LINE_HEIGHT)


def draw_bars(panel: Panel) -> None:
    """Draws bars, one per category or per category and series, with whiskers where an interval is known.

    Options: `colours` maps a category or, with several series, a series to its colour.

    Args:
        panel: data of category, value, and optionally low, high and series.
    """
    data = panel.data if "series" in panel.data.columns else panel.data.assign(series="")
    categories, names = list_unique(data["category"]), list_unique(data["series"])
    colours = panel.choose_colours(names) if len(names) > 1 else {}
    inner = panel.draw_key(_key_of_bars(panel, names, colours))
    inner = inner.limit_height(len(categories) * panel.size * (3.6 + 1.5 * len(names)))
    pitch = inner.box.height / len(categories)
    letters = fit_bar_text(panel, pitch * 0.86 / len(names))
    bars = _place_bars(data, categories, names)
    texts = [panel.format_value(value) for value in bars["value"]]
    leftward = (bars["value"] < 0).to_numpy()
    lefts = [text for text, left in zip(texts, leftward, strict=True) if left]
    rights = [text for text, left in zip(texts, leftward, strict=True) if not left]
    rows = lay_out_rows(inner, categories, bars["start"].to_numpy(), bars["stop"].to_numpy(), (lefts, rights), letters)
    _draw_bars(panel, rows, bars, names, colours)
    tips = bars["start"].where(leftward, bars["stop"]).fillna(0.0)
    for text, tip, at, left in zip(texts, tips, bars["at"], leftward, strict=True):
        write_beside_bar(panel, rows, text, float(tip), float(at), letters, "left" if left else "right")


def _key_of_bars(panel: Panel, names: list[str], colours: dict[str, str]) -> list[KeyItem]:
    hatches = style.HATCHES
    items = [KeyItem(n, "patch", colours[n], hatches[i % 8]) for i, n in enumerate(names)] if len(names) > 1 else []
    if "low" in panel.data.columns and panel.data["low"].notna().any():
        items.append(KeyItem(panel.get_text("band"), "whisker", style.INK))
    return items


def _place_bars(data: pd.DataFrame, categories: list[str], names: list[str]) -> pd.DataFrame:
    row = data["category"].map({name: i for i, name in enumerate(categories)}).astype(float)
    turn = data["series"].map({name: i for i, name in enumerate(names)}).astype(float)
    known = data[data.columns.intersection(["value", "low", "high"])].assign(origin=0.0)
    return data.assign(
        at=row + (turn - (len(names) - 1) / 2) * 0.86 / len(names), start=known.min(axis=1), stop=known.max(axis=1)
    )


def _draw_bars(panel: Panel, rows: Rows, bars: pd.DataFrame, names: list[str], colours: dict[str, str]) -> None:
    given = panel.options.get("colours", {})
    thick = 0.78 / len(names) if len(names) > 1 else 0.68
    for turn, (name, own) in enumerate(bars.groupby("series", sort=False)):
        plain = colours.get(str(name), given.get(name, style.PLAIN))
        shades = [plain if len(names) > 1 else given.get(category, plain) for category in own["category"]]
        rows.axes.barh(
            own["at"], own["value"], height=thick, color=shades, edgecolor=style.PAPER, linewidth=0,
            hatch=style.HATCHES[turn % 8],
        )  # fmt: skip
    if "low" in bars.columns:
        known = bars.dropna(subset=["low", "high"])
        _draw_whiskers(rows.axes, known, known["at"], thick * 0.22, panel.size, panel.size / 11)


def _draw_whiskers(axes: Axes, rows: pd.DataFrame, at: pd.Series, tip: float, size: float, width: float) -> None:
    """Draws whiskers from low to high with a white outline, `tip` rows high on each side."""
    for colour, line in ((style.PAPER, size / 5), (style.INK, width)):
        look: dict[str, Any] = {"color": colour, "linewidth": line, "clip_on": False}
        axes.hlines(at, rows["low"], rows["high"], **look)
        for end in ("low", "high"):
            axes.vlines(rows[end], at - tip, at + tip, **look)


HATCH = {"total": "", "rise": "", "fall": "////"}
COLOUR = {"total": style.TOTAL, "rise": style.UP, "fall": style.DOWN}


def draw_waterfall(panel: Panel) -> None:
    """Draws levels and the steps between them; if steps are small relative to levels, the scale is cut and labelled so.

    Options: `zero` always starts the scale at zero.

    Args:
        panel: data of step, kind (total, delta) and value, in order.
    """
    begin, end = waterfall_steps(panel.data["kind"], panel.data["value"])
    change = np.where(panel.data["value"] < 0, "fall", "rise")
    kinds = np.where(panel.data["kind"] == "total", "total", change).tolist()
    base = _choose_base(begin, end, kinds, bool(panel.options.get("zero", False)))
    inner = panel.draw_key(_waterfall_key(panel, kinds, base != 0))
    begin = np.where(np.array(kinds) == "total", base, begin)
    texts = [panel.format_value(v, sign=k != "total") for v, k in zip(panel.data["value"], kinds, strict=True)]
    letters = fit_bar_text(panel, inner.box.height / len(kinds))
    low, high = np.minimum(begin, end), np.maximum(begin, end)
    rows = lay_out_rows(inner, panel.data["step"].tolist(), low, high, ([], texts), letters, 0.0 if base == 0 else None)
    for i, kind in enumerate(kinds):
        rows.axes.barh(
            i, end[i] - begin[i], left=begin[i], height=0.62, color=COLOUR[kind], hatch=HATCH[kind],
            edgecolor=style.PAPER, linewidth=0,
        )  # fmt: skip
        write_beside_bar(panel, rows, texts[i], high[i], i, letters, "right")
        if kind == "total" and base != 0:
            _mark_cut(rows.axes, i, base, float(end[i]))
    for i, level in enumerate(end[:-1]):
        rows.axes.plot([level, level], [i + 0.31, i + 0.69], color=style.MUTED, linewidth=1)


def _choose_base(begin: np.ndarray, end: np.ndarray, kinds: list[str], zero: bool) -> float:
    levels = np.concatenate([end, begin[np.array(kinds) != "total"]])
    low, high = float(levels.min()), float(levels.max())
    if zero or low <= 0 or high - low > 0.4 * high:
        return 0.0
    return low - 0.35 * (high - low) if high > low else 0.0


def _waterfall_key(panel: Panel, kinds: list[str], cut: bool) -> list[KeyItem]:
    shown = [kind for kind in ("total", "rise", "fall") if kind in kinds]
    items = [KeyItem(panel.get_text(kind), "patch", COLOUR[kind], HATCH[kind]) for kind in shown]
    return [*items, KeyItem(panel.get_text("cut_axis"), "cut", style.TOTAL)] if cut else items


def _mark_cut(axes: Axes, row: float, base: float, end: float) -> None:
    reach = axes.get_xlim()[1] - axes.get_xlim()[0]
    for share in (0.018, 0.034):
        x = base + share * reach
        axes.plot([x - 0.006 * reach, x + 0.006 * reach], [row + 0.4, row - 0.4], color=style.PAPER, linewidth=2.5)


SPAN_HEIGHT = 0.5


def draw_timeline(panel: Panel) -> None:
    """Draws spans of years in rows, coloured by series, with a whisker where the start is uncertain.

    Args:
        panel: data of row, series (phase), value (start year), end, and low and high of the start.
    """
    data = panel.data
    names, phases = list_unique(data["row"]), _order_phases(panel)
    colours = panel.choose_colours(phases)
    items = [KeyItem(name, "patch", colours[name], style.HATCHES[i % 8]) for i, name in enumerate(phases)]
    if "low" in data.columns and data["low"].notna().any():
        items.append(KeyItem(panel.get_text("begins"), "whisker", style.INK))
    inner = panel.draw_key(items).limit_height((len(names) + 0.6) * panel.size * 4.5)
    size = panel.size * 0.9
    half_year = text_width("2040", size) / 2
    room = inner.crop(inner.box.inset(bottom=size * (LINE_HEIGHT + 0.65), right=half_year))
    ends = data[data.columns.intersection(["value", "end", "low", "high"])].to_numpy(dtype=float)
    low, high = math.floor(float(np.nanmin(ends))), math.ceil(float(np.nanmax(ends)))
    rows = lay_out_rows(room, names, np.array([low]), np.array([high]), ([], []), panel.size, None)
    place = {name: i for i, name in enumerate(names)}
    for turn, phase in enumerate(phases):
        own = data[data["series"] == phase]
        rows.axes.barh(
            own["row"].map(place).astype(float), own["end"] - own["value"], left=own["value"], height=SPAN_HEIGHT,
            color=colours[phase], hatch=style.HATCHES[turn % 8], edgecolor=style.PAPER, linewidth=0,
        )  # fmt: skip
    if "low" in data.columns:
        known = data.dropna(subset=["low", "high"])
        at = known["row"].map(place).astype(float) + (SPAN_HEIGHT + 0.16) / 2
        _draw_whiskers(rows.axes, known, at, 0.09, panel.size, panel.size / 9)
    _label_years(rows.axes, (low, high), rows.box.width, size)


def _order_phases(panel: Panel) -> list[str]:
    """Returns the phases in the order of the option `colours`, then in order of appearance."""
    given = list(panel.options.get("colours", {}))
    found = list_unique(panel.data["series"])
    return sorted(found, key=lambda name: given.index(name) if name in given else len(given))


def _label_years(axes: Axes, ends: tuple[float, float], width: float, size: float) -> None:
    shown = choose_year_ticks(int(ends[0]), int(ends[1]), width, size)
    axes.set_xticks(shown, [str(year) for year in shown], fontsize=size, color=style.MUTED)
    axes.tick_params(axis="x", pad=size * 0.65)
    axes.grid(axis="x", color=style.GRID, linewidth=size / 18)
    axes.set_axisbelow(True)
