"""Labels that never collide: spread along a line, or put where there is room."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from amoanalysis.charts import style
from amoanalysis.charts.canvas import Box
from amoanalysis.charts.measure import LINE, fitted, height_of, widest, wrapped
from amoanalysis.charts.panel import Panel

_APART = 0.22


@dataclass(frozen=True)
class EndLabel:
    """A text beside the end of a line.

    Attributes:
        at: height on the page at which it would stand if it were alone, points.
        text: what it says.
        colour: of its letters.
    """

    at: float
    text: str
    colour: str


def spread(wished: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Middles of blocks that do not overlap and stay as near as they can to where they were wished.

    Least squares under the order of the wishes (pool adjacent violators), then moved within the limits.

    Args:
        wished: (block,), wished middles, points.
        heights: (block,), points.
        low: lower limit of the lowest block's edge.
        high: upper limit of the highest block's edge.

    Returns:
        (block,), middles; where the blocks are higher than the room they start at the lower limit.
    """
    order = np.argsort(np.asarray(wished, dtype=float), kind="stable")
    tall = np.asarray(heights, dtype=float)[order]
    offsets = np.cumsum(tall) - tall / 2
    fitted_to = _rising(np.asarray(wished, dtype=float)[order] - offsets)
    start = np.clip(fitted_to, low, max(low, high - tall.sum()))
    middles = np.empty(len(order))
    middles[order] = start + offsets
    return middles.tolist()


def _rising(values: np.ndarray) -> np.ndarray:
    pools: list[tuple[float, int]] = []
    for value in values:
        mean, count = float(value), 1
        while pools and pools[-1][0] >= mean:
            other, others = pools.pop()
            mean, count = (mean * count + other * others) / (count + others), count + others
        pools.append((mean, count))
    return np.repeat([mean for mean, _ in pools], [count for _, count in pools])


def room_for(texts: Sequence[str], size: float, most: float) -> float:
    """Width that end labels need: of their longest line when broken to at most `most` points."""
    return max((widest(wrapped(text, size, most), size) for text in texts), default=0.0)


def end_labels(panel: Panel, labels: Sequence[EndLabel], edge: float, box: Box, align: str = "left") -> None:
    """Writes labels beside line ends, spread so that none touches another, each led to its end.

    Args:
        panel: the chart.
        labels: the labels.
        edge: where the lines end, points from the left.
        box: the room for the labels, leaders included.
        align: left where the labels stand to the right of the lines, else right.
    """
    lead = panel.size * 0.9
    width, tall = box.width - lead, box.height
    blocks, size = _fitting([label.text for label in labels], panel.size, width, tall)
    heights = [height_of(len(block), size) for block in blocks]
    apart = size * _APART * (len(heights) > 1)
    spaced = [high + apart for high in heights]
    middles = spread([label.at for label in labels], spaced, box.bottom - apart / 2, box.top + apart / 2)
    side = 1 if align == "left" else -1
    near = box.left + lead if align == "left" else box.right - lead
    for label, block, high, middle in zip(labels, blocks, heights, middles, strict=True):
        line = [edge + side * lead * 0.35, edge + side * lead * 0.75, near - side * lead * 0.12]
        panel.canvas.rule(line, [label.at, middle, middle], label.colour, size / 16)
        panel.canvas.write(block, near, middle + high / 2, size, style.for_text(label.colour), align)


def _fitting(texts: Sequence[str], size: float, width: float, tall: float) -> tuple[list[list[str]], float]:
    while True:
        blocks = [wrapped(text, size, width) for text in texts]
        taken = sum(height_of(len(b), size) for b in blocks) + size * _APART * (len(blocks) - 1)
        if taken <= tall and all(widest(b, size) <= width for b in blocks):
            return blocks, size
        size *= 0.96


def row_labels(panel: Panel, labels: Sequence[str], pitch: float, most: float) -> tuple[list[list[str]], float]:
    """Breaks the labels of rows so that each fits its row.

    Args:
        panel: the chart.
        labels: one a row.
        pitch: height of a row, points.
        most: width that labels may take, points.

    Returns:
        The lines of each label, and the points of their letters.
    """
    size = min(panel.size, pitch / LINE)
    while True:
        lines = max(1, int(pitch / (LINE * size)))
        blocks, sizes = zip(*(fitted(label, size, most, lines) for label in labels), strict=True)
        if min(sizes) >= size * 0.999:
            return list(blocks), size
        size *= 0.96
