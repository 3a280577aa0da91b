"""Population pyramids, heat maps and tables."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from amoanalysis.exhibits.drawing.canvas import Box, KeyItem, Panel, wrap_row_labels
from amoanalysis.exhibits.drawing.form_specs import list_unique
from amoanalysis.exhibits.drawing.html_table import format_column
from amoanalysis.exhibits.drawing.line_forms import choose_value_ticks
from amoanalysis.exhibits.drawing.text_metrics import LINE_HEIGHT, block_height, measure_widest, text_width
from amoanalysis.plot import style

SIDES = (("m", "men", style.MALE), ("f", "women", style.FEMALE))
OUTLINES = ("line", "dashed", "dotted")
DASHES = ("-", (0, (4, 2)), (0, (1, 1.5)))


def draw_pyramid(panel: Panel) -> None:
    """Draws a population pyramid: men to the left, women to the right.

    Options: `filled` is the series drawn as bars (default: the first); the others are outlines.

    Args:
        panel: data of age (years or groups, youngest first), sex (f, m), series and value.
    """
    names = list_unique(panel.data["series"])
    filled = panel.options.get("filled", names[0])
    outlines = [name for name in names if name != filled]
    lines = [KeyItem(name, OUTLINES[i % 3], style.INK) for i, name in enumerate(outlines)]
    pair = KeyItem(str(filled), "pair", style.MALE, second=style.FEMALE)
    inner = panel.draw_key([pair, *lines] if outlines else [])
    ages = list_unique(panel.data["age"])
    most = float(panel.data["value"].max()) * 1.04 or 1.0
    for (sex, word, colour), box in zip(SIDES, _split_sides(inner, [str(age) for age in ages]), strict=True):
        rows = panel.data[panel.data["sex"] == sex]
        axes = _add_side_axes(inner, box, sex, len(ages), most)
        total = float(rows.loc[rows["series"] == filled, "value"].sum())
        digits = 0 if total >= 100 and "decimals" not in panel.options else panel.decimals
        heading = f"{panel.get_text(word)} {panel.format_value(total, decimals=digits)}"
        align, x = ("right", box.right) if sex == "m" else ("left", box.left)
        panel.canvas.write(
            heading, x, box.top + panel.size * 1.35, panel.size, style.darken_for_text(colour), align, bold=True
        )
        height = 0.86 if len(ages) <= 30 else 1.0
        axes.barh(np.arange(len(ages)), _values_by_age(rows, filled, ages), height=height, color=colour, linewidth=0)
        for i, name in enumerate(outlines):
            axes.stairs(
                _values_by_age(rows, name, ages), np.arange(len(ages) + 1) - 0.5, orientation="horizontal",
                color=style.INK, linewidth=panel.size / 9, linestyle=DASHES[i % 3], baseline=None, clip_on=False,
            )  # fmt: skip


def _split_sides(panel: Panel, ages: list[str]) -> tuple[Box, Box]:
    size = panel.size * 0.85
    below, above = size * LINE_HEIGHT + 4, panel.size * 1.4
    room = panel.box.inset(bottom=below, top=above)
    middle, _ = room.middle
    gutter = measure_widest(ages, size) / 2 + size * 0.45
    needed = size * LINE_HEIGHT / (room.height / len(ages))
    every = next(step for step in (1, 2, 5, 10, 20, 50, 100, 1000) if step >= needed)
    for i, age in enumerate(ages):
        if i % every == 0:
            y = room.bottom + (i + 0.5) * room.height / len(ages)
            panel.canvas.write(age, middle, y + size * LINE_HEIGHT / 2, size, style.MUTED, "center")
    edge = text_width("0000", size) / 2
    return (
        Box(room.left + edge, room.bottom, middle - gutter, room.top),
        Box(middle + gutter, room.bottom, room.right - edge, room.top),
    )


def _add_side_axes(panel: Panel, box: Box, sex: str, count: int, most: float) -> Axes:
    axes = panel.canvas.add_axes(box)
    size = panel.size * 0.85
    axes.set(xlim=(most, 0) if sex == "m" else (0, most), ylim=(-0.5, count - 0.5))
    ticks, texts = choose_value_ticks(panel, 0, most, 4)
    while len(ticks) > 2 and measure_widest(texts, size) * 1.5 > box.width / (len(ticks) - 1):
        ticks, texts = ticks[::2], texts[::2]
    axes.set_xticks(ticks, texts, fontsize=size)
    axes.grid(axis="x", color=style.GRID, linewidth=panel.size / 22)
    axes.set_axisbelow(True)
    return axes


def _values_by_age(rows: pd.DataFrame, name: str, ages: list[object]) -> np.ndarray:
    own = rows[rows["series"] == name].set_index("age")["value"]
    return own.reindex(ages).to_numpy(dtype=float, na_value=np.nan)


def draw_heat(panel: Panel) -> None:
    """Draws a heat map.

    Options: `palette` is sequential or diverging; `centre` is the middle of a diverging scale (0); the scale extends
    to the largest deviation from it, or to `reach` if that is larger.

    Args:
        panel: data of row, column and value.
    """
    table = panel.data.pivot(index="row", columns="column", values="value")
    table = table.loc[list_unique(panel.data["row"]), list_unique(panel.data["column"])]
    names = [str(row) for row in table.index]
    most = panel.box.width * 0.34
    blocks, size = wrap_row_labels(panel, names, panel.box.height * 0.8 / len(table), most)
    wide = max(measure_widest(block, size) for block in blocks)
    grid = _write_columns(panel, [str(column) for column in table.columns], panel.box.inset(left=wide + size * 0.6))
    pitch = grid.height / len(table)
    if block_height(max(len(block) for block in blocks), size) > pitch:
        blocks, size = wrap_row_labels(panel, names, pitch, wide)
    for i, block in enumerate(blocks):
        top = grid.top - (i + 0.5) * pitch + block_height(len(block), size) / 2
        panel.canvas.write(block, panel.box.left + wide, top, size, align="right")
    _draw_cells(panel, table, grid)


def _write_columns(panel: Panel, names: list[str], room: Box) -> Box:
    pitch = room.width / len(names)
    blocks, size = wrap_row_labels(panel, names, panel.size * LINE_HEIGHT * 2, pitch * 0.92)
    if size < panel.size * 0.7:
        return _write_upright_columns(panel, names, room, pitch)
    tall = max(block_height(len(block), size) for block in blocks)
    for i, block in enumerate(blocks):
        top = room.top - tall + block_height(len(block), size)
        panel.canvas.write(block, room.left + (i + 0.5) * pitch, top, size, style.MUTED, "center")
    return room.inset(top=tall + size * 0.25)


def _write_upright_columns(panel: Panel, names: list[str], room: Box, pitch: float) -> Box:
    size = min(panel.size * 0.9, pitch / LINE_HEIGHT)
    size = min(size, size * room.height * 0.35 / measure_widest(names, size))
    tall = measure_widest(names, size)
    for i, name in enumerate(names):
        panel.canvas.write_upright(name, room.left + (i + 0.5) * pitch, room.top - tall, size, style.MUTED)
    return room.inset(top=tall + size * 0.5)


def _draw_cells(panel: Panel, table: pd.DataFrame, grid: Box) -> None:
    values = table.to_numpy(dtype=float, na_value=np.nan)
    shares = _scale_shares(values, panel.options)
    palette = str(panel.options.get("palette", "sequential"))
    wide, tall = grid.width / values.shape[1], grid.height / values.shape[0]
    texts = [[panel.format_value(v) if np.isfinite(v) else "–" for v in row] for row in values]
    size = _fit_cell_text(panel, [text for row in texts for text in row], wide, tall)
    for i, row in enumerate(values):
        for j, value in enumerate(row):
            colour = style.ramp(shares[i, j], palette) if np.isfinite(value) else style.CALM
            left, top = grid.left + j * wide, grid.top - i * tall
            cell = Rectangle((left, top - tall), wide, tall, facecolor=colour, edgecolor=style.PAPER, linewidth=1.2)
            panel.canvas.layer.add_artist(cell)
            panel.canvas.write(
                texts[i][j],
                left + wide / 2,
                top - tall / 2 + size * LINE_HEIGHT / 2,
                size,
                style.choose_ink(colour),
                "center",
            )


def _fit_cell_text(panel: Panel, texts: list[str], wide: float, tall: float) -> float:
    size = min(panel.size, tall / LINE_HEIGHT)
    return min(size, size * wide * 0.84 / max(measure_widest(texts, size), 1e-9))


def _scale_shares(values: np.ndarray, options: Any) -> np.ndarray:
    if options.get("palette", "sequential") == "diverging":
        reach = max(np.nanmax(np.abs(values - options.get("centre", 0.0))), options.get("reach", 0.0)) or 1.0
        return 0.5 + (values - options.get("centre", 0.0)) / (2 * reach)
    low, high = np.nanmin(values), np.nanmax(values)
    return (values - low) / (high - low) if high > low else np.full(values.shape, 0.5)


# Smallest font size of a table, as a share of the body size; rows that do not fit are counted instead.
SMALLEST = 0.62
GAP, MARK = 1.1, "…"


def draw_table(panel: Panel) -> None:
    """Draws a table with one line per row; the last line counts the rows that do not fit and are in the workbook.

    Options: `headings` gives the headings and `digits` the decimals by column; `spanners` groups columns in HTML.

    Args:
        panel: columns of text and numbers.
    """
    digits = panel.options.get("digits", {})
    words = {str(name): format_column(panel.data[name], panel.canvas.lang, digits) for name in panel.data.columns}
    heads = {name: str(panel.options.get("headings", {}).get(name, name)) for name in words}
    size = _fit_table_text(panel, words, heads)
    fits = max(1, int(panel.box.height / (size * LINE_HEIGHT * 1.25)) - 1)
    shown = len(panel.data) if len(panel.data) <= fits else fits - 1
    lefts, rights = _table_edges(panel, {name: cells[:shown] for name, cells in words.items()}, heads, size)
    pitch = size * LINE_HEIGHT * 1.25
    top = panel.box.top
    _write_row(panel, [heads[name] for name in words], lefts, rights, top, size, bold=True)
    panel.canvas.draw_line([panel.box.left, panel.box.right], [top - pitch, top - pitch], style.MUTED)
    for row in range(shown):
        top -= pitch
        if row % 2:
            stripe = Rectangle((panel.box.left, top - pitch), panel.box.width, pitch, facecolor=style.CALM, linewidth=0)
            panel.canvas.layer.add_artist(stripe)
        _write_row(panel, [words[name][row] for name in words], lefts, rights, top - size * 0.12, size)
    if shown < len(panel.data):
        more = panel.get_text("more_rows", count=len(panel.data) - shown)
        panel.canvas.write(more, panel.box.left, top - pitch - size * 0.12, size, style.MUTED, italic=True)


def _fit_table_text(panel: Panel, words: dict[str, list[str]], heads: dict[str, str]) -> float:
    """Computes the font size at which all columns and, if possible, all rows fit."""
    size = panel.size
    wide = sum(measure_widest([heads[name], *cells], size, bold=True) for name, cells in words.items())
    wide += GAP * size * (len(words) - 1)
    rows = (len(panel.data) + 1) * size * LINE_HEIGHT * 1.25
    share = min(1.0, panel.box.width / max(wide, 1.0), panel.box.height / rows)
    return size * max(SMALLEST, share)


def _table_edges(
    panel: Panel, words: dict[str, list[str]], heads: dict[str, str], size: float
) -> tuple[list[float], list[float]]:
    """Computes left and right edges of the columns; the widest is narrowed if they do not fit."""
    wide = [measure_widest([heads[name], *cells], size, bold=True) for name, cells in words.items()]
    room = panel.box.width - GAP * size * (len(wide) - 1)
    while sum(wide) > room:
        largest = wide.index(max(wide))
        wide[largest] = max(wide[largest] - max(1.0, (sum(wide) - room) / 4), size)
    gap = GAP * size + max(0.0, room - sum(wide)) / max(len(wide) - 1, 1) * 0.5
    lefts, at = [], panel.box.left
    for width in wide:
        lefts.append(at)
        at += width + gap
    return lefts, [left + width for left, width in zip(lefts, wide, strict=True)]


def _write_row(
    panel: Panel, cells: list[str], lefts: list[float], rights: list[float], top: float, size: float, bold: bool = False
) -> None:
    for cell, left, right in zip(cells, lefts, rights, strict=True):
        known = cell != panel.get_text("no_value")
        colour = style.INK if known else style.MUTED
        panel.canvas.write(
            _shorten(cell, size, right - left, bold), left, top, size, colour, bold=bold, italic=not known and not bold
        )


def _shorten(word: str, size: float, room: float, bold: bool) -> str:
    if text_width(word, size, bold) <= room * 1.001:
        return word
    while word and text_width(word + MARK, size, bold) > room:
        word = word[:-1]
    return word.rstrip() + MARK
