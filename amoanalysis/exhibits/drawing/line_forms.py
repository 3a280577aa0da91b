"""Charts of values over years: fans, grids of fans, stacked areas and curves of two measures."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from amoanalysis.exhibits.drawing.canvas import (
    BLANK,
    Box,
    EndLabel,
    KeyItem,
    Panel,
    draw_end_labels,
    measure_end_labels,
)
from amoanalysis.exhibits.drawing.form_specs import list_unique
from amoanalysis.exhibits.drawing.text_metrics import LINE_HEIGHT, fit_text, measure_widest, text_width
from amoanalysis.plot import style


def choose_limits(values: np.ndarray, zero: bool | None = None) -> tuple[float, float]:
    """Chooses the limits of a scale that shows all values.

    Args:
        values: all values drawn.
        zero: whether the scale must include zero; None includes it if the values reach below half of their maximum.

    Returns:
        Lower and upper limit, with a margin.
    """
    finite = values[np.isfinite(values)]
    low, high = float(finite.min()), float(finite.max())
    near = low < 0.5 * high if low > 0 else high > 0.5 * low
    if zero or (zero is None and near):
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high == 0:
        return 0.0, 1.0
    margin = 0.06 * (high - low) or max(abs(high), 1.0) * 0.05
    return (low if low == 0 else low - margin), (high if high == 0 else high + margin)


def choose_value_ticks(panel: Panel, low: float, high: float, most: int) -> tuple[list[float], list[str]]:
    """Chooses round tick values between two limits.

    Args:
        panel: the chart.
        low: lower limit.
        high: upper limit.
        most: largest number of ticks.

    Returns:
        The values and their labels.
    """
    ticks = MaxNLocator(nbins=max(1, most), steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    reach = (high - low) * 1e-9
    inside = [float(t) for t in ticks if low - reach <= t <= high + reach]
    step = inside[1] - inside[0] if len(inside) > 1 else 1.0
    decimals = next((d for d in range(6) if math.isclose(round(step, d), step, rel_tol=1e-6)), 6)
    return inside, [panel.format_value(t, decimals=decimals) for t in inside]


def choose_year_ticks(first: int, last: int, width: float, size: float) -> list[int]:
    """Chooses round years whose labels do not touch.

    Args:
        first: first year.
        last: last year.
        width: width of the axis, points.
        size: font size, points.

    Returns:
        The years.
    """
    room = max(1.0, width / (text_width("2040", size) * 1.45))
    step = next((s for s in (1, 2, 5, 10, 20, 25) if (last - first) / s + 1 <= room), 50)
    years = [year for year in range(first, last + 1) if year % step == 0]
    return years or [last]


def add_year_axes(
    panel: Panel, ends: tuple[float, float], years: Sequence[int], right: float = 0.0
) -> tuple[Axes, Box]:
    """Adds Axes of values over years with space for all tick labels.

    Args:
        panel: the chart.
        ends: limits of the value scale.
        years: first and last year.
        right: space for end labels at the right, points.

    Returns:
        The Axes, and their box on the page.
    """
    size = panel.size * 0.9
    drop = size * 0.65
    below = size * LINE_HEIGHT + drop
    tall = panel.box.height - below
    ticks, texts = choose_value_ticks(panel, *ends, int(tall / (size * 2.2)))
    half_year = text_width("2040", size) / 2
    box = panel.box.inset(
        left=max(measure_widest(texts, size) + 6, half_year), bottom=below, right=max(right, half_year), top=size * 0.6
    )
    axes = panel.canvas.add_axes(box)
    first, last = years
    axes.set(xlim=(first - 0.001, last + 0.001) if first == last else (first, last), ylim=ends)
    axes.set_yticks(ticks, texts)
    shown = choose_year_ticks(first, last, box.width, size)
    axes.set_xticks(shown, [str(year) for year in shown])
    axes.tick_params(axis="x", pad=drop)
    axes.grid(axis="y", color=style.GRID, linewidth=panel.size / 22)
    axes.set_axisbelow(True)
    if ends[0] <= 0 <= ends[1]:
        axes.axhline(0, color=style.MUTED, linewidth=panel.size / 18)
    return axes, box


def draw_fan(panel: Panel) -> None:
    """Draws one or a few series with their names and last values at the line ends.

    Options: `zero` makes the scale start at zero (true) or not (false).

    Args:
        panel: data of year, series, kind (observed, forecast), value, and low and high of the interval if known.
    """
    names = list_unique(panel.data["series"])
    colours = panel.choose_colours(names)
    inner = panel.draw_key(_key_of_fan(panel, colours[names[0]] if len(names) == 1 else style.MUTED))
    last = panel.data.dropna(subset="value").sort_values("year").groupby("series").tail(1).set_index("series")["value"]
    texts = {name: f"{name}{BLANK}{panel.format_value(last[name])}" for name in names if name in last.index}
    right = measure_end_labels(list(texts.values()), panel.size, inner.box.width * 0.3) + panel.size * 1.1
    years = (int(panel.data["year"].min()), int(panel.data["year"].max()))
    axes, box = add_year_axes(inner, _fan_limits(inner, panel.data), years, right)
    _draw_lines(panel, axes, panel.data, colours)
    labels = [EndLabel(panel.canvas.locate(axes, 0, last[n])[1], texts[n], colours[n]) for n in texts]
    draw_end_labels(panel, labels, box.right, Box(box.right, box.bottom, inner.box.right, inner.box.top))


def draw_fan_grid(panel: Panel) -> None:
    """Draws a grid of small fans, one per panel.

    Options: `shared` uses one scale for all panels; `zero` as in a fan.

    Args:
        panel: data of a fan and a column panel.
    """
    titles = list_unique(panel.data["panel"])
    names = list_unique(panel.data["series"])
    colours = panel.choose_colours(names)
    shared = bool(panel.options.get("shared", False))
    inner = panel.draw_key(_key_of_grid(panel, names, colours, shared))
    ends = _fan_limits(panel, panel.data) if shared else None
    years = (int(panel.data["year"].min()), int(panel.data["year"].max()))
    places = panel.choose_colours(titles) if len(names) == 1 else None
    for title, box in zip(titles, _grid_boxes(inner.box, len(titles), panel.size), strict=True):
        rows = panel.data[panel.data["panel"] == title]
        own = {names[0]: places[title]} if places else colours
        _draw_small_chart(inner.crop(box), title, rows, own, ends, years)


def _key_of_fan(panel: Panel, colour: str) -> list[KeyItem]:
    kinds = set(panel.data["kind"])
    items = [
        KeyItem(panel.get_text(kind), mark, colour)
        for kind, mark in (("observed", "line"), ("forecast", "dashed"))
        if kind in kinds
    ]
    if _has_interval(panel.data):
        items.append(KeyItem(panel.get_text("band"), "patch", style.mix(colour, style.PAPER, 0.75)))
    return items


def _key_of_grid(panel: Panel, names: list[str], colours: Mapping[str, str], shared: bool) -> list[KeyItem]:
    lines = [KeyItem(n, "line", colours[n], marker=style.MARKERS[i % 8]) for i, n in enumerate(names)]
    items = (lines if len(names) > 1 else []) + _key_of_fan(panel, style.MUTED)
    if len(names) == 1:
        items.append(KeyItem(panel.get_text("headed_value", year=str(panel.data["year"].max()))))
    return items if shared else [*items, KeyItem(panel.get_text("separate_scales"))]


def _fan_limits(panel: Panel, data: pd.DataFrame) -> tuple[float, float]:
    drawn = data[data.columns.intersection(["value", "low", "high"])].to_numpy(dtype=float, na_value=np.nan)
    return choose_limits(drawn, panel.options.get("zero"))


def _has_interval(data: pd.DataFrame) -> bool:
    return "low" in data.columns and bool((data["high"] > data["low"]).any())


def _draw_lines(panel: Panel, axes: Axes, data: pd.DataFrame, colours: Mapping[str, str]) -> None:
    for i, (name, colour) in enumerate(colours.items()):
        rows = data[data["series"] == name].sort_values("year")
        observed = rows[rows["kind"] == "observed"]
        ahead = pd.concat([_last_observation(observed), rows[rows["kind"] == "forecast"]])
        if _has_interval(rows):
            for part in (observed, ahead):
                axes.fill_between(part["year"], part["low"], part["high"], color=colour, alpha=0.18, linewidth=0)
        look: dict[str, Any] = {"color": colour, "linewidth": panel.size / 6, "clip_on": False}
        axes.plot(observed["year"], observed["value"], linestyle="-", **look)
        axes.plot(ahead["year"], ahead["value"], linestyle=(0, (3.2, 1.6)), **look)
        if len(colours) > 1:
            _draw_markers(panel, axes, rows, colour, i)


def _last_observation(observed: pd.DataFrame) -> pd.DataFrame:
    known = observed.dropna(subset="value").tail(1)
    return known.assign(low=known["value"], high=known["value"]) if "low" in known.columns else known


def _draw_markers(panel: Panel, axes: Axes, rows: pd.DataFrame, colour: str, index: int) -> None:
    every = max(1, len(rows) // 6)
    picked = rows.iloc[::-1].iloc[::every]
    axes.plot(
        picked["year"], picked["value"], linestyle="none", marker=style.MARKERS[index % 8], color=colour,
        markersize=panel.size * 0.42, markeredgecolor=style.PAPER, markeredgewidth=panel.size / 24, clip_on=False,
    )  # fmt: skip


def _grid_boxes(box: Box, count: int, size: float) -> list[Box]:
    across = min(count, 3 if box.width > 1.3 * box.height else 2)
    if count > 6 and box.width > 1.3 * box.height:
        across = 4
    down = -(-count // across)
    gap = size * 1.1
    wide, tall = (box.width - gap * (across - 1)) / across, (box.height - gap * 0.6 * (down - 1)) / down
    cells = []
    for i in range(count):
        left, top = box.left + (i % across) * (wide + gap), box.top - (i // across) * (tall + gap * 0.6)
        cells.append(Box(left, top - tall, left + wide, top))
    return cells


def _draw_small_chart(
    panel: Panel,
    title: str,
    rows: pd.DataFrame,
    colours: Mapping[str, str],
    ends: tuple[float, float] | None,
    years: tuple[int, int],
) -> None:
    last = rows.dropna(subset="value").sort_values("year").tail(1)
    shown = f"{title} {panel.format_value(last['value'].iloc[0])}" if len(colours) == 1 and len(last) else title
    lines, size = fit_text(shown, panel.size, panel.box.width, 1, bold=True)
    colour = style.darken_for_text(next(iter(colours.values()))) if len(colours) == 1 else style.INK
    panel.canvas.write(lines, panel.box.left, panel.box.top, size, colour, bold=True)
    inner = panel.crop(panel.box.inset(top=panel.size * LINE_HEIGHT))
    axes, _ = add_year_axes(inner, ends or _fan_limits(panel, rows), years)
    _draw_lines(panel, axes, rows, colours)


def draw_stacked(panel: Panel) -> None:
    """Draws stacked areas with names and last values at the right; a line separates observations and forecast.

    Args:
        panel: data of year, series (the first at the bottom), value, and kind if some years are forecasts.
    """
    names = list_unique(panel.data["series"])
    colours = panel.choose_colours(names)
    wide = panel.data.pivot(index="year", columns="series", values="value")[names].sort_index()
    tops = wide.to_numpy().cumsum(axis=1)
    texts = [
        f"{name}{BLANK}{panel.format_value(float(value))}" for name, value in zip(names, wide.iloc[-1], strict=True)
    ]
    boundary = _last_observed_year(panel.data)
    inner = panel.crop(panel.box.inset(top=panel.size * LINE_HEIGHT)) if boundary is not None else panel
    right = measure_end_labels(texts, panel.size, inner.box.width * 0.27) + panel.size * 1.1
    years = (int(wide.index[0]), int(wide.index[-1]))
    axes, box = add_year_axes(inner, (0.0, float(tops[:, -1].max()) * 1.04), years, right)
    bottoms = np.hstack([np.zeros((len(tops), 1)), tops[:, :-1]])
    for i, name in enumerate(names):
        axes.fill_between(
            wide.index, bottoms[:, i], tops[:, i], facecolor=colours[name], edgecolor=style.PAPER,
            linewidth=panel.size / 16, hatch=("", "//")[i % 2],
        )  # fmt: skip
    if boundary is not None:
        axes.axvline(boundary, color=style.INK, linewidth=1.2, linestyle=(0, (3, 2)))
        _name_periods(panel, panel.canvas.locate(axes, boundary, 0)[0], box)
    middles = (bottoms[-1] + tops[-1]) / 2
    labels = [
        EndLabel(panel.canvas.locate(axes, 0, middle)[1], text, colours[name])
        for middle, text, name in zip(middles, texts, names, strict=True)
    ]
    draw_end_labels(panel, labels, box.right, Box(box.right, box.bottom, inner.box.right, box.top))


def _last_observed_year(data: pd.DataFrame) -> float | None:
    if "kind" not in data.columns or not (data["kind"] == "forecast").any():
        return None
    observed = data.loc[data["kind"] == "observed", "year"]
    return float(observed.max()) if len(observed) else None


def _name_periods(panel: Panel, at: float, box: Box) -> None:
    size = panel.size * 0.85
    gap, top = size * 0.4, box.top + size * (LINE_HEIGHT + 0.3)
    before, after = panel.get_text("observed"), panel.get_text("forecast")
    if text_width(before, size) + gap <= at - panel.box.left:
        panel.canvas.write(before, at - gap, top, size, style.MUTED, "right")
    if text_width(after, size) + gap <= panel.box.right - at:
        panel.canvas.write(after, at + gap, top, size, style.MUTED)


def draw_curve(panel: Panel) -> None:
    """Draws two measures against each other, each series a line through its years, labelled where there is space.

    Options: `across` and `up` name the measures of the x and y axis.

    Args:
        panel: data of year, series, x (across) and value (up).
    """
    names = list_unique(panel.data["series"])
    colours = panel.choose_colours(names)
    items = [KeyItem(name, "line", colours[name], marker=style.MARKERS[i % 8]) for i, name in enumerate(names)]
    inner = panel.draw_key(items if len(names) > 1 else [])
    axes, page = _curve_axes(inner)
    occupied: list[Box] = []
    for i, name in enumerate(names):
        rows = panel.data[panel.data["series"] == name].dropna(subset=["x", "value"]).sort_values("year")
        axes.plot(
            rows["x"], rows["value"], color=colours[name], linewidth=panel.size / 9, marker=style.MARKERS[i % 8],
            markersize=panel.size * 0.42, markeredgecolor=style.PAPER, clip_on=False,
        )  # fmt: skip
        _write_years(inner.crop(page), axes, rows, colours[name], occupied)


def _curve_axes(panel: Panel) -> tuple[Axes, Box]:
    size = panel.size * 0.9
    below, above = 2 * size * LINE_HEIGHT + size * 0.6, size * (LINE_HEIGHT + 0.4)
    ends_x, ends_y = (choose_limits(panel.data[name].to_numpy(dtype=float), None) for name in ("x", "value"))
    ups, texts = choose_value_ticks(panel, *ends_y, int((panel.box.height - below - above) / (size * 2.2)))
    box = panel.box.inset(left=measure_widest(texts, size) + 6, bottom=below, right=size * 2, top=above)
    across, words = choose_value_ticks(panel, *ends_x, int(box.width / (size * 4)))
    if across[0] == ends_x[0] and ups[0] == ends_y[0]:
        # Both axes would label the corner.
        across, words = across[1:], words[1:]
    axes = panel.canvas.add_axes(box)
    axes.set(xlim=ends_x, ylim=ends_y)
    axes.set_yticks(ups, texts)
    axes.set_xticks(across, words)
    axes.grid(color=style.GRID, linewidth=panel.size / 22)
    axes.set_axisbelow(True)
    panel.canvas.write(str(panel.options.get("up", "")), panel.box.left, panel.box.top, size, style.MUTED)
    label = str(panel.options.get("across", ""))
    panel.canvas.write(label, box.right, panel.box.bottom + size * LINE_HEIGHT, size, style.MUTED, "right")
    return axes, box


def _write_years(panel: Panel, axes: Axes, rows: pd.DataFrame, colour: str, occupied: list[Box]) -> None:
    """Writes the years next to their points where there is space: first and last year, then the sharpest bends."""
    size = panel.size * 0.78
    order = [0, len(rows) - 1, *np.argsort(-_measure_bends(rows)).tolist()]
    points = [panel.canvas.locate(axes, x, y) for x, y in zip(rows["x"], rows["value"], strict=True)]
    marks = [Box(x - 3, y - 3, x + 3, y + 3) for x, y in points]
    for at in dict.fromkeys(order):
        word = str(int(rows["year"].iloc[at]))
        wide, tall = text_width(word, size), size * LINE_HEIGHT
        x, y = points[at]
        spots = [
            (x + 6, y - tall / 2),
            (x - 6 - wide, y - tall / 2),
            (x - wide / 2, y + 5),
            (x - wide / 2, y - 5 - tall),
        ]
        for left, low in spots:
            box = Box(left, low, left + wide, low + tall)
            if panel.box.contains(box) and not any(box.overlaps(other) for other in (*occupied, *marks)):
                occupied.append(box)
                panel.canvas.write(word, left, low + tall, size, style.darken_for_text(colour), halo=True)
                break


def _measure_bends(rows: pd.DataFrame) -> np.ndarray:
    """Bend of the line at each point: second difference in shares of the axes; 0 at the ends."""
    spans = [max(float(np.ptp(rows[name])), 1e-9) for name in ("x", "value")]
    scaled = rows[["x", "value"]].to_numpy(dtype=float) / spans
    bends = np.zeros(len(scaled))
    if len(scaled) > 2:
        bends[1:-1] = np.linalg.norm(scaled[2:] - 2 * scaled[1:-1] + scaled[:-2], axis=1)
    return bends
