"""The part of a page that a form draws on: its data, its words, its colours, and the key above it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.patches import Rectangle

from amoanalysis.charts import style
from amoanalysis.charts.canvas import Box, Canvas
from amoanalysis.charts.measure import LINE, text_width
from amoanalysis.charts.spec import decimals_of
from amoanalysis.text import number, text

BLANK = "\u00a0"


@dataclass(frozen=True)
class KeyItem:
    """An entry of the key: how a mark looks and what it means.

    Attributes:
        label: what it means.
        mark: line, dashed, dotted, dashdot, whisker or mark (a marker alone); patch, pair (of colours) or cut (a
            broken bar); empty for words alone.
        colour: of the mark.
        hatch: of a patch.
        marker: on a line.
        edge: colour of the edge of a patch or of a mark alone, where it has one.
        second: the other colour of a pair.
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
    """What a form needs to draw.

    Attributes:
        canvas: the page.
        box: the room on it.
        data: the chart's data, already checked.
        options: the chart's options, already checked.
        unit: unit of the values.
    """

    canvas: Canvas
    box: Box
    data: pd.DataFrame
    options: Mapping[str, Any]
    unit: str

    @property
    def size(self) -> float:
        """Points of its letters."""
        return self.canvas.size.body

    @property
    def decimals(self) -> int:
        """Digits after the decimal mark."""
        return decimals_of(self.data, self.options)

    def value(self, value: float, sign: bool = False, decimals: int | None = None) -> str:
        """A value as written on the chart: by locale, with a percent sign where that is the unit."""
        if not np.isfinite(value):
            return self.word("no_value")
        signed = sign or bool(self.options.get("sign", False))
        shown = number(value, self.canvas.lang, self.decimals if decimals is None else decimals, signed)
        if self.unit != "%":
            return shown
        return f"{shown}%" if self.canvas.lang == "en" else f"{shown}{BLANK}%"

    def word(self, key: str, **parts: Any) -> str:
        """A text of the charts in the page's language."""
        return text(f"chart.{key}", self.canvas.lang, **parts)

    def colours(self, names: Sequence[str]) -> dict[str, str]:
        """A colour for each series: the one given, else the next of the palette."""
        given = self.options.get("colours", {})
        return {name: given.get(name, style.SERIES[i % len(style.SERIES)]) for i, name in enumerate(names)}

    def within(self, box: Box) -> "Panel":
        """The same chart on another part of the page."""
        return replace(self, box=box)

    def key(self, items: Sequence[KeyItem]) -> "Panel":
        """Draws a key along the upper edge.

        Args:
            items: its entries, from left to right; they take a second row where one does not hold them.

        Returns:
            The panel less the room that the key took.
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
                x, top = self.box.left, top - size * LINE
            if item.mark:
                self._handle(item, x, top - size * LINE / 2, handle, size)
            self.canvas.write(item.label, x + beside, top - (size - letters) * LINE / 2, letters, style.INK)
            x += needed + gap
        taken = self.box.top - (top - size * LINE) + size * 0.6
        return self.within(self.box.inset(top=taken))

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
