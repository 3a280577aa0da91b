"""The page of an exhibit, laid out in points: texts, keys and axes, measured before they are drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from amoanalysis.config.text import number, text
from amoanalysis.exhibits.drawing.form_specs import choose_decimals
from amoanalysis.exhibits.drawing.text_metrics import (
    LINE_HEIGHT,
    block_height,
    fit_text,
    measure_widest,
    text_width,
    wrap_text,
)
from amoanalysis.plot import style
from amoanalysis.plot.layout import spread


@dataclass(frozen=True)
class Box:
    """A rectangle on the page, in points from its lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """Width, points."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Height, points."""
        return self.top - self.bottom

    @property
    def middle(self) -> tuple[float, float]:
        """The centre: x, y."""
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2

    def inset(self, left: float = 0, bottom: float = 0, right: float = 0, top: float = 0) -> Box:
        """The rectangle made smaller by the given points at each edge."""
        return Box(self.left + left, self.bottom + bottom, self.right - right, self.top - top)

    def contains(self, other: Box) -> bool:
        """Whether another rectangle is inside this one."""
        across = self.left <= other.left and other.right <= self.right
        return across and self.bottom <= other.bottom and other.top <= self.top

    def overlaps(self, other: Box) -> bool:
        """Whether the two rectangles overlap; a shared edge is no overlap."""
        across = self.left < other.right and other.left < self.right
        return across and self.bottom < other.top and other.bottom < self.top


class Canvas:
    """A figure with a layer over it on which one unit is one point.

    Attributes:
        size: size of the figure and of its text.
        lang: language of words and numbers.
        width: width, points.
        height: height, points.
        page: the figure less its margins.
        figure: the matplotlib figure, on an Agg canvas of its own.
        layer: Axes for texts and keys, with fixed limits; add shapes by `add_artist`, which leaves the limits alone.
    """

    def __init__(self, size: style.Size, lang: str) -> None:
        self.size = size
        self.lang = lang
        self.width, self.height = size.width * 72, size.height * 72
        self.page = Box(size.margin, size.margin, self.width - size.margin, self.height - size.margin)
        self.figure = Figure(figsize=(size.width, size.height), dpi=size.dpi, facecolor=style.PAPER)
        FigureCanvasAgg(self.figure)
        self.layer = self.figure.add_axes((0, 0, 1, 1), zorder=10, facecolor="none")
        self.layer.set(xlim=(0, self.width), ylim=(0, self.height))
        self.layer.set_axis_off()

    def add_axes(self, box: Box) -> Axes:
        """Adds Axes that fill a box, without spines and ticks."""
        shares = (box.left / self.width, box.bottom / self.height, box.width / self.width, box.height / self.height)
        axes = self.figure.add_axes(shares, facecolor="none")
        for spine in axes.spines.values():
            spine.set_visible(False)
        axes.set(xticks=[], yticks=[])
        axes.tick_params(length=0, pad=4, labelsize=self.size.body * 0.9, labelcolor=style.MUTED)
        return axes

    def locate(self, axes: Axes, x: float, y: float) -> tuple[float, float]:
        """Converts a point from data coordinates to points of the page."""
        across, up = axes.transData.transform((x, y)) * 72 / self.figure.dpi
        return float(across), float(up)

    def write(
        self,
        lines: str | Sequence[str],
        x: float,
        top: float,
        size: float,
        colour: str = style.INK,
        align: str = "left",
        bold: bool = False,
        italic: bool = False,
        halo: bool = False,
    ) -> float:
        """Writes a block of lines downwards.

        Args:
            lines: one line, or several.
            x: left edge, middle or right edge of the block, by `align`.
            top: upper edge.
            size: font size, points.
            colour: colour of the text.
            align: left, center or right.
            bold: whether the text is bold.
            italic: whether the text is italic.
            halo: whether the text has a white outline, for text on a map or an area.

        Returns:
            The lower edge of the block.
        """
        block = [lines] if isinstance(lines, str) else list(lines)
        for i, line in enumerate(block):
            written = self.layer.text(
                x, top - (i * LINE_HEIGHT + 0.97) * size, line, fontsize=size, color=colour, ha=align, va="baseline",
                weight="bold" if bold else "normal", style="italic" if italic else "normal",
            )  # fmt: skip
            if halo:
                written.set_path_effects([withStroke(linewidth=size / 5, foreground=style.PAPER)])
        return top - block_height(len(block), size)

    def write_upright(self, line: str, x: float, bottom: float, size: float, colour: str = style.INK) -> None:
        """Writes a line rotated by 90 degrees and centred on x."""
        self.layer.text(x, bottom, line, fontsize=size, color=colour, rotation=90, ha="center", va="bottom")

    def draw_line(
        self, xs: Sequence[float], ys: Sequence[float], colour: str = style.MUTED, width: float = 0.8
    ) -> None:
        """Draws a thin line through points of the page."""
        self.layer.plot(xs, ys, color=colour, linewidth=width, solid_capstyle="butt")


_LABEL_GAP = 0.22
"""Gap between end labels, in font sizes."""


@dataclass(frozen=True)
class EndLabel:
    """A label for the end of a line.

    Attributes:
        height: height of the line end on the page, points.
        text: the label.
        colour: colour of the line.
    """

    height: float
    text: str
    colour: str


def measure_end_labels(texts: Sequence[str], size: float, most: float) -> float:
    """Computes the width that end labels need when they are wrapped to at most `most` points."""
    return max((measure_widest(wrap_text(text, size, most), size) for text in texts), default=0.0)


def draw_end_labels(panel: Panel, labels: Sequence[EndLabel], edge: float, box: Box, align: str = "left") -> None:
    """Writes labels at line ends, moved apart so that none overlaps another, with leader lines to the ends.

    Args:
        panel: the chart.
        labels: the labels.
        edge: x at which the lines end, points.
        box: space for labels and leader lines.
        align: left if the labels are to the right of the lines, else right.
    """
    lead = panel.size * 0.9
    width, tall = box.width - lead, box.height
    blocks, size = _fit_blocks([label.text for label in labels], panel.size, width, tall)
    heights = [block_height(len(block), size) for block in blocks]
    apart = size * _LABEL_GAP * (len(heights) > 1)
    spaced = [high + apart for high in heights]
    middles = spread([label.height for label in labels], spaced, box.bottom - apart / 2, box.top + apart / 2)
    side = 1 if align == "left" else -1
    near = box.left + lead if align == "left" else box.right - lead
    for label, block, high, middle in zip(labels, blocks, heights, middles, strict=True):
        line = [edge + side * lead * 0.35, edge + side * lead * 0.75, near - side * lead * 0.12]
        panel.canvas.draw_line(line, [label.height, middle, middle], label.colour, size / 16)
        panel.canvas.write(block, near, middle + high / 2, size, style.darken_for_text(label.colour), align)


def _fit_blocks(texts: Sequence[str], size: float, width: float, tall: float) -> tuple[list[list[str]], float]:
    while True:
        blocks = [wrap_text(text, size, width) for text in texts]
        taken = sum(block_height(len(b), size) for b in blocks) + size * _LABEL_GAP * (len(blocks) - 1)
        if taken <= tall and all(measure_widest(b, size) <= width for b in blocks):
            return blocks, size
        size *= 0.96


def wrap_row_labels(panel: Panel, labels: Sequence[str], pitch: float, most: float) -> tuple[list[list[str]], float]:
    """Wraps row labels so that each fits its row.

    Args:
        panel: the chart.
        labels: one label per row.
        pitch: height of a row, points.
        most: largest width of a label, points.

    Returns:
        The lines of each label, and their font size.
    """
    size = min(panel.size, pitch / LINE_HEIGHT)
    while True:
        lines = max(1, int(pitch / (LINE_HEIGHT * size)))
        blocks, sizes = zip(*(fit_text(label, size, most, lines) for label in labels), strict=True)
        if min(sizes) >= size * 0.999:
            return list(blocks), size
        size *= 0.96


def draw_frame(canvas: Canvas, title: str, subtitle: str, note: str, sources: Sequence[str]) -> Box:
    """Writes title, subtitle, note and source.

    Args:
        canvas: the page.
        title: the finding; two lines at most.
        subtitle: measure, unit, area, period; two lines at most.
        note: caveats; may be empty.
        sources: producers of the figures.

    Returns:
        The space left for the chart.
    """
    size, page = canvas.size, canvas.page
    lines, letters = fit_text(title, size.title, page.width, 2, bold=True)
    top = canvas.write(lines, page.left, page.top, letters, bold=True)
    if subtitle:
        lines, letters = fit_text(subtitle, size.body * 0.92, page.width, 2)
        top = canvas.write(lines, page.left, top - size.body * 0.2, letters, style.MUTED)
    bottom = _footer(canvas, note, format_sources(sources, canvas.lang))
    return Box(page.left, bottom + size.body * 0.6, page.right, top - size.body * 0.6)


def format_sources(sources: Sequence[str], lang: str) -> str:
    """Formats the sources, as `Lähde: ...`; empty without sources."""
    if not sources:
        return ""
    return text("chart.sources" if len(sources) > 1 else "chart.source", lang, names="; ".join(sources))


def format_note(note: str, lang: str) -> str:
    """Formats the note, as `Huom. ...`; empty without a note."""
    return text("chart.note", lang, note=note) if note else ""


def draw_missing_notice(canvas: Canvas, box: Box, missing: str) -> None:
    """Draws a notice in place of the chart: what is missing and why."""
    canvas.layer.add_artist(Rectangle((box.left, box.bottom), box.width, box.height, facecolor=style.CALM, zorder=0))
    size = canvas.size.body
    heading = wrap_text(text("chart.missing", canvas.lang), size, box.width * 0.8, bold=True)
    lines, letters = fit_text(missing, size, box.width * 0.76, max(2, int(box.height / size / 2)))
    middle, centre = box.middle
    top = centre + (block_height(len(heading), size) + block_height(len(lines), letters)) / 2 + size * 0.3
    top = canvas.write(heading, middle, top, size, style.MUTED, "center", bold=True)
    canvas.write(lines, middle, top - size * 0.6, letters, style.INK, "center")


def _footer(canvas: Canvas, note: str, sources: str) -> float:
    size, page = canvas.size, canvas.page
    blocks = [
        fit_text(line, size.footer, page.width, 4, even=False)
        for line in (format_note(note, canvas.lang), sources)
        if line
    ]
    height = sum(block_height(len(lines), letters) for lines, letters in blocks)
    top = page.bottom + height
    for lines, letters in blocks:
        top = canvas.write(lines, page.left, top, letters, style.MUTED)
    return page.bottom + height


BLANK = "\u00a0"


@dataclass(frozen=True)
class KeyItem:
    """An entry of the key: a mark and its meaning.

    Attributes:
        label: meaning of the mark.
        mark: line, dashed, dotted, dashdot, whisker or mark (a marker alone); patch, pair (of colours) or cut (a
            broken bar); empty for text alone.
        colour: colour of the mark.
        hatch: hatch of a patch.
        marker: marker on a line.
        edge: edge colour of a patch or of a marker alone.
        second: second colour of a pair.
    """

    label: str
    mark: str = ""
    colour: str = style.INK
    hatch: str = ""
    marker: str = ""
    edge: str = "none"
    second: str = style.PAPER


@dataclass(frozen=True)
class Panel:
    """The space, data and options with which a form is drawn.

    Attributes:
        canvas: the page.
        box: space for the form.
        data: data of the chart, already checked.
        options: options of the form, already checked.
        unit: unit of the values.
    """

    canvas: Canvas
    box: Box
    data: pd.DataFrame
    options: Mapping[str, Any]
    unit: str

    @property
    def size(self) -> float:
        """Font size of labels, points."""
        return self.canvas.size.body

    @property
    def decimals(self) -> int:
        """Decimals of the values."""
        return choose_decimals(self.data, self.options)

    def format_value(self, value: float, sign: bool = False, decimals: int | None = None) -> str:
        """Formats a value by locale, with a percent sign if that is the unit."""
        if not np.isfinite(value):
            return self.get_text("no_value")
        signed = sign or bool(self.options.get("sign", False))
        shown = number(value, self.canvas.lang, self.decimals if decimals is None else decimals, signed)
        if self.unit != "%":
            return shown
        return f"{shown}%" if self.canvas.lang == "en" else f"{shown}{BLANK}%"

    def get_text(self, key: str, **parts: Any) -> str:
        """Returns a text of the charts in the language of the page."""
        return text(f"chart.{key}", self.canvas.lang, **parts)

    def choose_colours(self, names: Sequence[str]) -> dict[str, str]:
        """Returns a colour for each series: the one in the options, else the next of the palette."""
        given = self.options.get("colours", {})
        return {name: given.get(name, style.SERIES[i % len(style.SERIES)]) for i, name in enumerate(names)}

    def crop(self, box: Box) -> Panel:
        """Returns the same chart on another part of the page."""
        return replace(self, box=box)

    def limit_height(self, most: float) -> Panel:
        """Returns the upper part of the panel, at most `most` points high."""
        return self.crop(self.box.inset(bottom=max(0.0, self.box.height - most)))

    def draw_key(self, items: Sequence[KeyItem]) -> Panel:
        """Draws a key along the upper edge.

        Args:
            items: entries from left to right, wrapped to further rows where needed.

        Returns:
            The panel without the space of the key.
        """
        if not items:
            return self
        size = self.size * 0.85
        handle, gap = size * 2.2, size * 1.4
        x, top = self.box.left, self.box.top
        for item in items:
            beside = handle + size * 0.5 if item.mark else 0.0
            letters = min(size, size * (self.box.width - beside) / max(text_width(item.label, size), 1.0))
            needed = beside + text_width(item.label, letters)
            if x > self.box.left and x + needed > self.box.right:
                x, top = self.box.left, top - size * LINE_HEIGHT
            if item.mark:
                self._handle(item, x, top - size * LINE_HEIGHT / 2, handle, size)
            self.canvas.write(item.label, x + beside, top - (size - letters) * LINE_HEIGHT / 2, letters, style.INK)
            x += needed + gap
        taken = self.box.top - (top - size * LINE_HEIGHT) + size * 0.6
        return self.crop(self.box.inset(top=taken))

    def _handle(self, item: KeyItem, x: float, y: float, width: float, size: float) -> None:
        if item.mark in ("patch", "pair", "cut"):
            self._patch(item, x, y, width, size)
            return
        layer = self.canvas.layer
        alone = item.mark == "mark"
        dashes = {**style.DASHES, "mark": "none"}.get(item.mark, "-")
        edge = style.PAPER if item.edge == "none" else item.edge
        layer.plot(
            [x, x + width / 2, x + width], [y, y, y], color=item.colour, linestyle=dashes, linewidth=size / 7,
            marker=item.marker or None, markevery=[1], markersize=size * (0.75 if alone else 0.5),
            markeredgecolor=edge, markeredgewidth=size / (20 if edge == style.PAPER else 8),
        )  # fmt: skip
        if item.mark == "whisker":
            for end in (x, x + width):
                layer.plot([end, end], [y - size * 0.25, y + size * 0.25], color=item.colour, linewidth=size / 7)

    def _patch(self, item: KeyItem, x: float, y: float, width: float, size: float) -> None:
        layer, low, tall = self.canvas.layer, y - size * 0.4, size * 0.8
        edge = style.PAPER if item.hatch else item.edge
        layer.add_artist(
            Rectangle((x, low), width, tall, facecolor=item.colour, hatch=item.hatch, linewidth=1.2, edgecolor=edge)
        )
        if item.mark == "pair":
            layer.add_artist(Rectangle((x + width / 2, low), width / 2, tall, facecolor=item.second, linewidth=0))
        if item.mark == "cut":
            for at in (x + width * 0.4, x + width * 0.6):
                slant = [at - size * 0.15, at + size * 0.15]
                layer.plot(slant, [low, low + tall], color=style.PAPER, linewidth=size / 6)
