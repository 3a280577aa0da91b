"""Rows of labelled bars, shared by the forms that have them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from amoanalysis.charts import style
from amoanalysis.charts.canvas import Box
from amoanalysis.charts.labels import row_labels
from amoanalysis.charts.measure import LINE, height_of, widest
from amoanalysis.charts.panel import Panel


@dataclass(frozen=True)
class Rows:
    """Laid-out rows: row 0 is the highest and has its middle at y = 0, the next at y = 1.

    Attributes:
        axes: axes of values by rows, the rows running downwards.
        box: their box on the page.
        size: points of the row labels.
    """

    axes: Axes
    box: Box
    size: float


def rows_of(
    panel: Panel, labels: Sequence[str], low: np.ndarray, high: np.ndarray, ends: tuple[Sequence[str], Sequence[str]],
    letters: float, origin: float | None = 0.0,
) -> Rows:  # fmt: skip
    """Lays out rows of bars with their labels at the left, and room for what is written at the bars' ends.

    Args:
        panel: the chart.
        labels: one a row.
        low: (bar,), where each bar with its whisker begins.
        high: (bar,), where it ends.
        ends: texts written to the left and to the right of bars.
        letters: points of those texts.
        origin: value of the line that bars start from; None where the scale is cut.

    Returns:
        The rows, labels written.
    """
    pitch = panel.box.height / len(labels)
    blocks, size = row_labels(panel, labels, pitch, panel.box.width * 0.38)
    wide = max(widest(block, size) for block in blocks)
    left, right = (widest(list(texts), letters) + letters * 0.6 if texts else 0.0 for texts in ends)
    box = panel.box.inset(left=wide + size * 0.7 + left, right=max(right, 2.0))
    axes = panel.canvas.axes(box)
    axes.set(xlim=_span(low, high, origin), ylim=(len(labels) - 0.5, -0.5))
    for i, block in enumerate(blocks):
        top = box.top - (i + 0.5) * pitch + height_of(len(block), size) / 2
        panel.canvas.write(block, panel.box.left + wide, top, size, align="right")
    if origin is not None:
        axes.axvline(origin, color=style.MUTED, linewidth=1, zorder=3)
    return Rows(axes, box, size)


def write_at(panel: Panel, rows: Rows, text: str, value: float, row: float, letters: float, side: str) -> None:
    """Writes a text beside a bar's end, on its left or right side."""
    x, y = panel.canvas.point(rows.axes, value, row)
    shift = letters * 0.4
    align = "left" if side == "right" else "right"
    at = x + shift if side == "right" else x - shift
    panel.canvas.write(text, at, y + letters * LINE / 2, letters, align=align)


def letters_for(panel: Panel, pitch: float) -> float:
    """Points of the letters beside a bar in a row of a height."""
    return min(panel.size, pitch / LINE)


def _span(low: np.ndarray, high: np.ndarray, origin: float | None) -> tuple[float, float]:
    ends = [*low[np.isfinite(low)], *high[np.isfinite(high)], *([] if origin is None else [origin])]
    start, stop = float(min(ends)), float(max(ends))
    return (start, stop) if stop > start else (start, start + 1.0)
