"""A path through two measures, year by year: a Beveridge curve."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from amoanalysis.charts import style
from amoanalysis.charts.canvas import Box
from amoanalysis.charts.forms.scales import limits, value_ticks
from amoanalysis.charts.measure import LINE, text_width, widest
from amoanalysis.charts.panel import KeyItem, Panel
from amoanalysis.charts.spec import ordered


def draw_curve(panel: Panel) -> None:
    """Draws each series as a line through its years, the years written beside their points where there is room.

    Options: `across` and `up` name the two measures.

    Args:
        panel: data of year, series, x (across) and value (up).
    """
    names = ordered(panel.data["series"])
    colours = panel.colours(names)
    items = [KeyItem(name, "line", colours[name], marker=style.MARKERS[i % 8]) for i, name in enumerate(names)]
    inner = panel.key(items if len(names) > 1 else [])
    axes, page = _axes(inner)
    taken: list[Box] = []
    for i, name in enumerate(names):
        rows = panel.data[panel.data["series"] == name].dropna(subset=["x", "value"]).sort_values("year")
        axes.plot(
            rows["x"], rows["value"], color=colours[name], linewidth=panel.size / 9, marker=style.MARKERS[i % 8],
            markersize=panel.size * 0.42, markeredgecolor=style.PAPER, clip_on=False,
        )  # fmt: skip
        _years(inner.within(page), axes, rows, colours[name], taken)


def _axes(panel: Panel) -> tuple[Axes, Box]:
    size = panel.size * 0.9
    below, above = 2 * size * LINE + size * 0.6, size * (LINE + 0.4)
    ends_x, ends_y = (limits(panel.data[name].to_numpy(dtype=float), None) for name in ("x", "value"))
    ups, texts = value_ticks(panel, *ends_y, int((panel.box.height - below - above) / (size * 2.2)))
    box = panel.box.inset(left=widest(texts, size) + 6, bottom=below, right=size * 2, top=above)
    across, words = value_ticks(panel, *ends_x, int(box.width / (size * 4)))
    if across[0] == ends_x[0] and ups[0] == ends_y[0]:
        # In the corner one nought is enough.
        across, words = across[1:], words[1:]
    axes = panel.canvas.axes(box)
    axes.set(xlim=ends_x, ylim=ends_y)
    axes.set_yticks(ups, texts)
    axes.set_xticks(across, words)
    axes.grid(color=style.GRID, linewidth=panel.size / 22)
    axes.set_axisbelow(True)
    panel.canvas.write(str(panel.options.get("up", "")), panel.box.left, panel.box.top, size, style.MUTED)
    label = str(panel.options.get("across", ""))
    panel.canvas.write(label, box.right, panel.box.bottom + size * LINE, size, style.MUTED, "right")
    return axes, box


def _years(panel: Panel, axes: Axes, rows: pd.DataFrame, colour: str, taken: list[Box]) -> None:
    """Writes the years, the first and the last before the others, each where no other stands."""
    size = panel.size * 0.78
    order = [0, len(rows) - 1, *np.argsort(-_turns(rows)).tolist()]
    points = [panel.canvas.point(axes, x, y) for x, y in zip(rows["x"], rows["value"], strict=True)]
    marks = [Box(x - 3, y - 3, x + 3, y + 3) for x, y in points]
    for at in dict.fromkeys(order):
        word = str(int(rows["year"].iloc[at]))
        wide, tall = text_width(word, size), size * LINE
        x, y = points[at]
        spots = [
            (x + 6, y - tall / 2),
            (x - 6 - wide, y - tall / 2),
            (x - wide / 2, y + 5),
            (x - wide / 2, y - 5 - tall),
        ]
        for left, low in spots:
            box = Box(left, low, left + wide, low + tall)
            if _inside(box, panel.box) and not any(box.meets(other) for other in (*taken, *marks)):
                taken.append(box)
                panel.canvas.write(word, left, low + tall, size, style.for_text(colour), halo=True)
                break


def _inside(box: Box, page: Box) -> bool:
    across = page.left <= box.left and box.right <= page.right
    return across and page.bottom <= box.bottom and box.top <= page.top


def _turns(rows: pd.DataFrame) -> np.ndarray:
    """How far each point lies from its neighbours, in shares of the axes: corners tell more than the rest."""
    spans = [max(float(np.ptp(rows[name])), 1e-9) for name in ("x", "value")]
    scaled = rows[["x", "value"]].to_numpy(dtype=float) / spans
    bends = np.zeros(len(scaled))
    if len(scaled) > 2:
        bends[1:-1] = np.linalg.norm(scaled[2:] - 2 * scaled[1:-1] + scaled[:-2], axis=1)
    return bends
