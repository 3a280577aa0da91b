"""A table of values, each cell in the colour of its value and with the value written in it."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.patches import Rectangle

from amoanalysis.charts import style
from amoanalysis.charts.canvas import Box
from amoanalysis.charts.labels import row_labels
from amoanalysis.charts.measure import LINE, height_of, widest
from amoanalysis.charts.panel import Panel
from amoanalysis.charts.spec import ordered


def draw_heat(panel: Panel) -> None:
    """Draws a heat map.

    Options: `palette` is sequential or diverging; `centre` is the value in the middle of a diverging one (0); the
    colours go as far from it as the values do, and at least as far as `reach`.

    Args:
        panel: data of row, column and value.
    """
    table = panel.data.pivot(index="row", columns="column", values="value")
    table = table.loc[ordered(panel.data["row"]), ordered(panel.data["column"])]
    names = [str(row) for row in table.index]
    most = panel.box.width * 0.34
    blocks, size = row_labels(panel, names, panel.box.height * 0.8 / len(table), most)
    wide = max(widest(block, size) for block in blocks)
    grid = _columns(panel, [str(column) for column in table.columns], panel.box.inset(left=wide + size * 0.6))
    pitch = grid.height / len(table)
    if height_of(max(len(block) for block in blocks), size) > pitch:
        blocks, size = row_labels(panel, names, pitch, wide)
    for i, block in enumerate(blocks):
        top = grid.top - (i + 0.5) * pitch + height_of(len(block), size) / 2
        panel.canvas.write(block, panel.box.left + wide, top, size, align="right")
    _cells(panel, table, grid)


def _columns(panel: Panel, names: list[str], room: Box) -> Box:
    pitch = room.width / len(names)
    blocks, size = row_labels(panel, names, panel.size * LINE * 2, pitch * 0.92)
    if size < panel.size * 0.7:
        return _upright(panel, names, room, pitch)
    tall = max(height_of(len(block), size) for block in blocks)
    for i, block in enumerate(blocks):
        top = room.top - tall + height_of(len(block), size)
        panel.canvas.write(block, room.left + (i + 0.5) * pitch, top, size, style.MUTED, "center")
    return room.inset(top=tall + size * 0.25)


def _upright(panel: Panel, names: list[str], room: Box, pitch: float) -> Box:
    size = min(panel.size * 0.9, pitch / LINE)
    size = min(size, size * room.height * 0.35 / widest(names, size))
    tall = widest(names, size)
    for i, name in enumerate(names):
        panel.canvas.upright(name, room.left + (i + 0.5) * pitch, room.top - tall, size, style.MUTED)
    return room.inset(top=tall + size * 0.5)


def _cells(panel: Panel, table: pd.DataFrame, grid: Box) -> None:
    values = table.to_numpy(dtype=float, na_value=np.nan)
    shares = _shares(values, panel.options)
    palette = str(panel.options.get("palette", "sequential"))
    wide, tall = grid.width / values.shape[1], grid.height / values.shape[0]
    texts = [[panel.value(v) if np.isfinite(v) else "–" for v in row] for row in values]
    size = _letters(panel, [text for row in texts for text in row], wide, tall)
    for i, row in enumerate(values):
        for j, value in enumerate(row):
            colour = style.ramp(shares[i, j], palette) if np.isfinite(value) else style.CALM
            left, top = grid.left + j * wide, grid.top - i * tall
            cell = Rectangle((left, top - tall), wide, tall, facecolor=colour, edgecolor=style.PAPER, linewidth=1.2)
            panel.canvas.layer.add_artist(cell)
            panel.canvas.write(
                texts[i][j], left + wide / 2, top - tall / 2 + size * LINE / 2, size, style.on(colour), "center"
            )


def _letters(panel: Panel, texts: list[str], wide: float, tall: float) -> float:
    size = min(panel.size, tall / LINE)
    return min(size, size * wide * 0.84 / max(widest(texts, size), 1e-9))


def _shares(values: np.ndarray, options: Any) -> np.ndarray:
    if options.get("palette", "sequential") == "diverging":
        reach = max(np.nanmax(np.abs(values - options.get("centre", 0.0))), options.get("reach", 0.0)) or 1.0
        return 0.5 + (values - options.get("centre", 0.0)) / (2 * reach)
    low, high = np.nanmin(values), np.nanmax(values)
    return (values - low) / (high - low) if high > low else np.full(values.shape, 0.5)
