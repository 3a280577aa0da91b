"""Ages as rows, men to the left and women to the right; other years or scenarios as outlines."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from amoanalysis.charts import style
from amoanalysis.charts.canvas import Box
from amoanalysis.charts.forms.scales import value_ticks
from amoanalysis.charts.measure import LINE, text_width, widest
from amoanalysis.charts.panel import KeyItem, Panel
from amoanalysis.charts.spec import ordered

SIDES = (("m", "men", style.MALE), ("f", "women", style.FEMALE))
OUTLINES = ("line", "dashed", "dotted")
DASHES = ("-", (0, (4, 2)), (0, (1, 1.5)))


def draw_pyramid(panel: Panel) -> None:
    """Draws a population pyramid.

    Options: `filled` names the series drawn as bars (the first, if not given); the others are outlines.

    Args:
        panel: data of age (numbers or groups, the youngest first), sex (f, m), series and value.
    """
    names = ordered(panel.data["series"])
    filled = panel.options.get("filled", names[0])
    outlines = [name for name in names if name != filled]
    inner = panel.key(_key(panel, str(filled), outlines) if outlines else [])
    ages = ordered(panel.data["age"])
    most = float(panel.data["value"].max()) * 1.04 or 1.0
    for (sex, word, colour), box in zip(SIDES, _halves(inner, [str(age) for age in ages]), strict=True):
        rows = panel.data[panel.data["sex"] == sex]
        axes = _side(inner, box, sex, len(ages), most)
        total = float(rows.loc[rows["series"] == filled, "value"].sum())
        digits = 0 if total >= 100 and "decimals" not in panel.options else panel.decimals
        heading = f"{panel.word(word)} {panel.value(total, decimals=digits)}"
        align, x = ("right", box.right) if sex == "m" else ("left", box.left)
        panel.canvas.write(
            heading, x, box.top + panel.size * 1.35, panel.size, style.for_text(colour), align, bold=True
        )
        _fill(axes, _by_age(rows, filled, ages), colour)
        for i, name in enumerate(outlines):
            _outline(axes, _by_age(rows, name, ages), DASHES[i % 3], panel.size / 9)


def _key(panel: Panel, filled: str, outlines: list[str]) -> list[KeyItem]:
    lines = [KeyItem(name, OUTLINES[i % 3], style.INK) for i, name in enumerate(outlines)]
    return [KeyItem(filled, "pair", style.MALE, second=style.FEMALE), *lines]


def _halves(panel: Panel, ages: list[str]) -> tuple[Box, Box]:
    size = panel.size * 0.85
    below, above = size * LINE + 4, panel.size * 1.4
    room = panel.box.inset(bottom=below, top=above)
    middle, _ = room.middle
    gutter = widest(ages, size) / 2 + size * 0.45
    every = _every(room.height / len(ages), size)
    for i, age in enumerate(ages):
        if i % every == 0:
            y = room.bottom + (i + 0.5) * room.height / len(ages)
            panel.canvas.write(age, middle, y + size * LINE / 2, size, style.MUTED, "center")
    edge = text_width("0000", size) / 2
    return (
        Box(room.left + edge, room.bottom, middle - gutter, room.top),
        Box(middle + gutter, room.bottom, room.right - edge, room.top),
    )


def _every(pitch: float, size: float) -> int:
    needed = size * LINE / pitch
    return next(step for step in (1, 2, 5, 10, 20, 50, 100, 1000) if step >= needed)


def _side(panel: Panel, box: Box, sex: str, count: int, most: float) -> Axes:
    axes = panel.canvas.axes(box)
    size = panel.size * 0.85
    axes.set(xlim=(most, 0) if sex == "m" else (0, most), ylim=(-0.5, count - 0.5))
    ticks, texts = value_ticks(panel, 0, most, 4)
    while len(ticks) > 2 and widest(texts, size) * 1.5 > box.width / (len(ticks) - 1):
        ticks, texts = ticks[::2], texts[::2]
    axes.set_xticks(ticks, texts, fontsize=size)
    axes.grid(axis="x", color=style.GRID, linewidth=panel.size / 22)
    axes.set_axisbelow(True)
    return axes


def _by_age(rows: pd.DataFrame, name: str, ages: list[object]) -> np.ndarray:
    own = rows[rows["series"] == name].set_index("age")["value"]
    return own.reindex(ages).to_numpy(dtype=float, na_value=np.nan)


def _fill(axes: Axes, values: np.ndarray, colour: str) -> None:
    tall = 0.86 if len(values) <= 30 else 1.0
    axes.barh(np.arange(len(values)), values, height=tall, color=colour, linewidth=0)


def _outline(axes: Axes, values: np.ndarray, dashes: object, width: float) -> None:
    edges = np.arange(len(values) + 1) - 0.5
    axes.stairs(
        values,
        edges,
        orientation="horizontal",
        color=style.INK,
        linewidth=width,
        linestyle=dashes,
        baseline=None,
        clip_on=False,
    )
