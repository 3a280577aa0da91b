"""Parts of a whole over years, stacked."""

import numpy as np
import pandas as pd

from amoanalysis.charts import style
from amoanalysis.charts.canvas import Box
from amoanalysis.charts.forms.scales import year_axes
from amoanalysis.charts.labels import EndLabel, end_labels, room_for
from amoanalysis.charts.measure import LINE, text_width
from amoanalysis.charts.panel import BLANK, Panel
from amoanalysis.charts.spec import ordered


def draw_stacked(panel: Panel) -> None:
    """Draws areas one on another, named at the right with their last value; the forecast lies behind a line.

    Args:
        panel: data of year, series (the first at the bottom), value, and kind where part of it is a forecast.
    """
    names = ordered(panel.data["series"])
    colours = panel.colours(names)
    wide = panel.data.pivot(index="year", columns="series", values="value")[names].sort_index()
    tops = wide.to_numpy().cumsum(axis=1)
    texts = [f"{name}{BLANK}{panel.value(float(value))}" for name, value in zip(names, wide.iloc[-1], strict=True)]
    boundary = _boundary(panel.data)
    inner = panel.within(panel.box.inset(top=panel.size * LINE)) if boundary is not None else panel
    right = room_for(texts, panel.size, inner.box.width * 0.27) + panel.size * 1.1
    years = (int(wide.index[0]), int(wide.index[-1]))
    axes, box = year_axes(inner, (0.0, float(tops[:, -1].max()) * 1.04), years, right)
    bottoms = np.hstack([np.zeros((len(tops), 1)), tops[:, :-1]])
    for i, name in enumerate(names):
        axes.fill_between(
            wide.index, bottoms[:, i], tops[:, i], facecolor=colours[name], edgecolor=style.PAPER,
            linewidth=panel.size / 16, hatch=("", "//")[i % 2],
        )  # fmt: skip
    if boundary is not None:
        axes.axvline(boundary, color=style.INK, linewidth=1.2, linestyle=(0, (3, 2)))
        _periods(panel, panel.canvas.point(axes, boundary, 0)[0], box)
    middles = (bottoms[-1] + tops[-1]) / 2
    labels = [
        EndLabel(panel.canvas.point(axes, 0, middle)[1], text, colours[name])
        for middle, text, name in zip(middles, texts, names, strict=True)
    ]
    end_labels(panel, labels, box.right, Box(box.right, box.bottom, inner.box.right, box.top))


def _boundary(data: pd.DataFrame) -> float | None:
    if "kind" not in data.columns or not (data["kind"] == "forecast").any():
        return None
    observed = data.loc[data["kind"] == "observed", "year"]
    return float(observed.max()) if len(observed) else None


def _periods(panel: Panel, at: float, box: Box) -> None:
    size = panel.size * 0.85
    gap, top = size * 0.4, box.top + size * (LINE + 0.3)
    before, after = panel.word("observed"), panel.word("forecast")
    if text_width(before, size) + gap <= at - panel.box.left:
        panel.canvas.write(before, at - gap, top, size, style.MUTED, "right")
    if text_width(after, size) + gap <= panel.box.right - at:
        panel.canvas.write(after, at + gap, top, size, style.MUTED)
