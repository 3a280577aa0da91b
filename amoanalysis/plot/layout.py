"""Axes, tick formats and labels that do not overlap, shared by all charts."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.font_manager import FontProperties
from matplotlib.patheffects import withStroke
from matplotlib.text import Annotation
from matplotlib.ticker import Formatter, MaxNLocator

from amoanalysis.config.text import check_language, number
from amoanalysis.plot import style

LINE_HEIGHT = 1.25
"""Height of a line of text, in font sizes."""


class LocaleFormatter(Formatter):
    """Tick labels as a language writes numbers, with as many decimals as the ticks need.

    Attributes:
        lang: fi, en or sv.
        absolute: whether signs are dropped, as on the two sides of a population pyramid.
    """

    def __init__(self, lang: str, absolute: bool = False) -> None:
        self.lang = check_language(lang)
        self.absolute = absolute

    def __call__(self, x: float, pos: int | None = None) -> str:
        """The label of one value."""
        return self.format_ticks([x])[0]

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """The labels of all ticks of an axis."""
        ticks = np.abs(values) if self.absolute else np.asarray(values, dtype=float)
        decimals = next((d for d in range(6) if np.allclose(np.round(ticks, d), ticks, atol=1e-9)), 6)
        return [number(tick, self.lang, decimals) for tick in ticks]


def get_axes(ax: Axes | None) -> Axes:
    """The Axes given, else the current Axes of pyplot."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.gca()


def style_axes(ax: Axes, grid: str) -> None:
    """Draws light grid lines across one axis and removes the frame of the Axes.

    Args:
        ax: the Axes.
        grid: x or y, the axis of values.
    """
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.spines["bottom"].set_visible(grid == "y")
    ax.grid(visible=False)
    ax.grid(axis="y" if grid == "y" else "x", color=style.GRID, linewidth=0.8)
    ax.set_axisbelow(True)
    ax.tick_params(length=0, colors=style.MUTED)
    ax.tick_params(axis="x", pad=8)


def describe_values(frame: pd.DataFrame, value: str = "") -> str:
    """Label of the axis of values: the measure and the unit, as far as the frame has one of each.

    Args:
        frame: the frame, with a column unit and perhaps a column measure.
        value: column of values; its name replaces a missing measure unless it is `value` or `median`; the unit of
            `percent` is %.
    """
    measure = str(frame["measure"].iloc[0]).replace("_", " ") if _is_constant(frame, "measure") else ""
    if not measure and value not in ("", "value", "median", "percent"):
        measure = value.replace("_", " ")
    unit = str(frame["unit"].iloc[0]) if _is_constant(frame, "unit") else ""
    if value == "percent":
        unit = "%"
    return ", ".join(dict.fromkeys(part for part in (measure, unit) if part))


def _is_constant(frame: pd.DataFrame, column: str) -> bool:
    return column in frame.columns and len(frame[column].unique()) == 1


def format_values(axis: Axis, label: str, lang: str, absolute: bool = False) -> None:
    """Labels an axis of values and writes its ticks by locale."""
    if label:
        axis.set_label_text(label)
    axis.set_major_formatter(LocaleFormatter(lang, absolute))


def format_years(axis: Axis, first: float, last: float) -> None:
    """Ticks at round years between the first and the last year."""
    if first == last:
        axis.set_ticks([first], labels=[f"{first:.0f}"])
        return
    ticks = MaxNLocator(nbins=8, integer=True, steps=[1, 2, 5, 10]).tick_values(first, last)
    inside = [tick for tick in ticks if first <= tick <= last]
    axis.set_ticks(inside, labels=[f"{tick:.0f}" for tick in inside])


def label_ends(ax: Axes, x: float, labels: Sequence[tuple[float, str, str]]) -> list[Annotation]:
    """Writes labels to the right of the ends of lines, none over another, and makes room for them.

    The x axis is extended so that the labels stay inside the Axes whatever the layout of the figure.

    Args:
        ax: the Axes, with its limits of y settled.
        x: value of x at which the lines end.
        labels: (y, text, colour) of each label.

    Returns:
        The labels, in the order given.
    """
    size = FontProperties(size="medium").get_size_in_points()
    pixels = ax.figure.dpi / 72
    texts = [
        ax.annotate(
            text, (x, y), (size * 0.6, 0), textcoords="offset points", va="center", ha="left",
            color=style.darken_for_text(colour), fontsize=size, annotation_clip=False,
            path_effects=[withStroke(linewidth=2.5, foreground=style.PAPER)],
        )
        for y, text, colour in labels
    ]  # fmt: skip
    box = ax.get_window_extent()
    widest = max(text.get_window_extent().width for text in texts) + size * pixels * 0.8
    share = min(widest / box.width, 0.45)
    first = ax.get_xlim()[0]
    ax.set_xlim(first, max(ax.get_xlim()[1], first + (x - first) / (1 - share)))
    heights = [ax.transData.transform((x, y))[1] / pixels for y, _, _ in labels]
    tall = [size * LINE_HEIGHT * (text.count("\n") + 1) for _, text, _ in labels]
    low, high = box.y0 / pixels, box.y1 / pixels
    for text, middle, height in zip(texts, spread(heights, tall, low, high), heights, strict=True):
        text.set_position((size * 0.6, middle - height))
    return texts


def label_bars(ax: Axes, tips: Sequence[float], rows: Sequence[float], texts: Sequence[str], left: Sequence[bool],
               size: float) -> None:  # fmt: skip
    """Writes a text beside the end of each horizontal bar and makes room for it.

    Args:
        ax: the Axes.
        tips: (bar,), value at the end of the bar or its whisker.
        rows: (bar,), position of the bar on the y axis.
        texts: (bar,), the texts.
        left: (bar,), whether the text is to the left of the end.
        size: font size, points.
    """
    written = [
        ax.annotate(
            text, (tip, row), (-size * 0.45 if to_left else size * 0.45, 0), textcoords="offset points", va="center",
            ha="right" if to_left else "left", fontsize=size, color=style.INK, annotation_clip=False,
        )
        for tip, row, text, to_left in zip(tips, rows, texts, left, strict=True)
    ]  # fmt: skip
    box = ax.get_window_extent()
    low, high = ax.get_xlim()
    pad = size * ax.figure.dpi / 72
    needed = [(text.get_window_extent().width + pad) / box.width for text in written]
    # Each text needs a share of the final width, which is itself extended: three rounds are enough in practice.
    for _ in range(3):
        span = high - low
        for share, tip, to_left in zip(needed, tips, left, strict=True):
            low, high = (min(low, tip - share * span), high) if to_left else (low, max(high, tip + share * span))
    ax.set_xlim(low, high)


def spread(targets: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Moves blocks apart so that they do not overlap and stay as near as possible to their targets.

    Least squares under the order of the targets (pool adjacent violators), then moved within the limits.

    Args:
        targets: (block,), target middles, points.
        heights: (block,), points.
        low: lower limit of the lowest block's edge.
        high: upper limit of the highest block's edge.

    Returns:
        (block,), middles; where the blocks are higher than the space, they start at the lower limit.
    """
    order = np.argsort(np.asarray(targets, dtype=float), kind="stable")
    tall = np.asarray(heights, dtype=float)[order]
    offsets = np.cumsum(tall) - tall / 2
    fitted = _fit_nondecreasing(np.asarray(targets, dtype=float)[order] - offsets)
    start = np.clip(fitted, low, max(low, high - tall.sum()))
    middles = np.empty(len(order))
    middles[order] = start + offsets
    return middles.tolist()


def _fit_nondecreasing(values: np.ndarray) -> np.ndarray:
    """Isotonic regression with equal weights."""
    pools: list[tuple[float, int]] = []
    for value in values:
        mean, count = float(value), 1
        while pools and pools[-1][0] >= mean:
            other, others = pools.pop()
            mean, count = (mean * count + other * others) / (count + others), count + others
        pools.append((mean, count))
    return np.repeat([mean for mean, _ in pools], [count for _, count in pools])
