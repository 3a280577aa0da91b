"""Scales whose ticks are chosen and measured before they are drawn."""

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from amoanalysis.charts import style
from amoanalysis.charts.canvas import Box
from amoanalysis.charts.measure import LINE, text_width, widest
from amoanalysis.charts.panel import Panel


def limits(values: np.ndarray, zero: bool | None = None) -> tuple[float, float]:
    """Lower and upper end of a scale that shows all values.

    Args:
        values: everything that is drawn.
        zero: whether the scale must reach zero; None lets it where the values come within half of it.

    Returns:
        The two ends, with a little air.
    """
    finite = values[np.isfinite(values)]
    low, high = float(finite.min()), float(finite.max())
    near = low < 0.5 * high if low > 0 else high > 0.5 * low
    if zero or (zero is None and near):
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high == 0:
        return 0.0, 1.0
    air = 0.06 * (high - low) or max(abs(high), 1.0) * 0.05
    return (low if low == 0 else low - air), (high if high == 0 else high + air)


def value_ticks(panel: Panel, low: float, high: float, most: int) -> tuple[list[float], list[str]]:
    """Round values between two ends and how they are written.

    Args:
        panel: the chart.
        low: lower end.
        high: upper end.
        most: how many ticks there is room for.

    Returns:
        The values and their texts.
    """
    ticks = MaxNLocator(nbins=max(1, most), steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    reach = (high - low) * 1e-9
    inside = [float(t) for t in ticks if low - reach <= t <= high + reach]
    step = inside[1] - inside[0] if len(inside) > 1 else 1.0
    decimals = next((d for d in range(6) if math.isclose(round(step, d), step, rel_tol=1e-6)), 6)
    return inside, [panel.value(t, decimals=decimals) for t in inside]


def year_ticks(first: int, last: int, width: float, size: float) -> list[int]:
    """Round years that can be written side by side.

    Args:
        first: first year.
        last: last year.
        width: points there are.
        size: points of the letters.

    Returns:
        The years.
    """
    room = max(1.0, width / (text_width("2040", size) * 1.45))
    step = next((s for s in (1, 2, 5, 10, 20, 25) if (last - first) / s + 1 <= room), 50)
    years = [year for year in range(first, last + 1) if year % step == 0]
    return years or [last]


def year_axes(panel: Panel, ends: tuple[float, float], years: Sequence[int], right: float = 0.0) -> tuple[Axes, Box]:
    """Axes of values over years, laid out so that every tick label has its room.

    Args:
        panel: the chart.
        ends: ends of the value scale.
        years: first and last year.
        right: points to leave at the right for end labels.

    Returns:
        The axes, and their box on the page.
    """
    size = panel.size * 0.9
    drop = size * 0.65
    below = size * LINE + drop
    tall = panel.box.height - below
    ticks, texts = value_ticks(panel, *ends, int(tall / (size * 2.2)))
    half_year = text_width("2040", size) / 2
    box = panel.box.inset(
        left=max(widest(texts, size) + 6, half_year), bottom=below, right=max(right, half_year), top=size * 0.6
    )
    axes = panel.canvas.axes(box)
    first, last = years
    axes.set(xlim=(first - 0.001, last + 0.001) if first == last else (first, last), ylim=ends)
    axes.set_yticks(ticks, texts)
    shown = year_ticks(first, last, box.width, size)
    axes.set_xticks(shown, [str(year) for year in shown])
    axes.tick_params(axis="x", pad=drop)
    axes.grid(axis="y", color=style.GRID, linewidth=panel.size / 22)
    axes.set_axisbelow(True)
    if ends[0] <= 0 <= ends[1]:
        axes.axhline(0, color=style.MUTED, linewidth=panel.size / 18)
    return axes, box
