"""Lines over years: observed solid, forecast dashed, the interval shaded; alone or one panel a place."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from amoanalysis.charts import style
from amoanalysis.charts.canvas import Box
from amoanalysis.charts.forms.scales import limits, year_axes
from amoanalysis.charts.labels import EndLabel, end_labels, room_for
from amoanalysis.charts.measure import LINE, fitted
from amoanalysis.charts.panel import BLANK, KeyItem, Panel
from amoanalysis.charts.spec import ordered


def draw_fan(panel: Panel) -> None:
    """Draws one or a few series with their names and last values at the line ends.

    Options: `zero` forces the scale to begin at zero (true) or lets it begin elsewhere (false).

    Args:
        panel: data of year, series, kind (observed, forecast), value, and low and high where there is an interval.
    """
    names = ordered(panel.data["series"])
    colours = panel.colours(names)
    inner = panel.key(_key(panel, colours[names[0]] if len(names) == 1 else style.MUTED))
    last = panel.data.dropna(subset="value").sort_values("year").groupby("series").tail(1).set_index("series")["value"]
    texts = {name: f"{name}{BLANK}{panel.value(last[name])}" for name in names if name in last.index}
    right = room_for(list(texts.values()), panel.size, inner.box.width * 0.3) + panel.size * 1.1
    axes, box = _axes(inner, panel.data, right)
    _lines(panel, axes, panel.data, colours)
    labels = [EndLabel(panel.canvas.point(axes, 0, last[n])[1], texts[n], colours[n]) for n in texts]
    end_labels(panel, labels, box.right, Box(box.right, box.bottom, inner.box.right, inner.box.top))


def draw_fan_grid(panel: Panel) -> None:
    """Draws small charts of the same kind side by side, one a panel.

    Options: `shared` gives all panels one scale; `zero` as in a fan.

    Args:
        panel: data of a fan with a column panel besides.
    """
    titles = ordered(panel.data["panel"])
    names = ordered(panel.data["series"])
    colours = panel.colours(names)
    shared = bool(panel.options.get("shared", False))
    inner = panel.key(_grid_key(panel, names, colours, shared))
    ends = _ends(panel, panel.data) if shared else None
    years = (int(panel.data["year"].min()), int(panel.data["year"].max()))
    places = panel.colours(titles) if len(names) == 1 else None
    for title, box in zip(titles, _cells(inner.box, len(titles), panel.size), strict=True):
        rows = panel.data[panel.data["panel"] == title]
        own = {names[0]: places[title]} if places else colours
        _small(inner.within(box), title, rows, own, ends, years)


def _key(panel: Panel, colour: str) -> list[KeyItem]:
    kinds = set(panel.data["kind"])
    items = [
        KeyItem(panel.word(kind), mark, colour)
        for kind, mark in (("observed", "line"), ("forecast", "dashed"))
        if kind in kinds
    ]
    if _banded(panel.data):
        items.append(KeyItem(panel.word("band"), "patch", style.mixed(colour, style.PAPER, 0.75)))
    return items


def _grid_key(panel: Panel, names: list[str], colours: Mapping[str, str], shared: bool) -> list[KeyItem]:
    lines = [KeyItem(n, "line", colours[n], marker=style.MARKERS[i % 8]) for i, n in enumerate(names)]
    items = (lines if len(names) > 1 else []) + _key(panel, style.MUTED)
    if len(names) == 1:
        items.append(KeyItem(panel.word("headed_value", year=str(panel.data["year"].max()))))
    return items if shared else [*items, KeyItem(panel.word("separate_scales"))]


def _axes(panel: Panel, data: pd.DataFrame, right: float) -> tuple[Axes, Box]:
    years = (int(data["year"].min()), int(data["year"].max()))
    return year_axes(panel, _ends(panel, data), years, right)


def _ends(panel: Panel, data: pd.DataFrame) -> tuple[float, float]:
    drawn = data[data.columns.intersection(["value", "low", "high"])].to_numpy(dtype=float, na_value=np.nan)
    return limits(drawn, panel.options.get("zero"))


def _banded(data: pd.DataFrame) -> bool:
    return "low" in data.columns and bool((data["high"] > data["low"]).any())


def _lines(panel: Panel, axes: Axes, data: pd.DataFrame, colours: Mapping[str, str]) -> None:
    for i, (name, colour) in enumerate(colours.items()):
        rows = data[data["series"] == name].sort_values("year")
        observed = rows[rows["kind"] == "observed"]
        ahead = pd.concat([_joint(observed), rows[rows["kind"] == "forecast"]])
        if _banded(rows):
            for part in (observed, ahead):
                axes.fill_between(part["year"], part["low"], part["high"], color=colour, alpha=0.18, linewidth=0)
        look: dict[str, Any] = {"color": colour, "linewidth": panel.size / 6, "clip_on": False}
        axes.plot(observed["year"], observed["value"], linestyle="-", **look)
        axes.plot(ahead["year"], ahead["value"], linestyle=(0, (3.2, 1.6)), **look)
        if len(colours) > 1:
            _marks(panel, axes, rows, colour, i)


def _joint(observed: pd.DataFrame) -> pd.DataFrame:
    known = observed.dropna(subset="value").tail(1)
    return known.assign(low=known["value"], high=known["value"]) if "low" in known.columns else known


def _marks(panel: Panel, axes: Axes, rows: pd.DataFrame, colour: str, index: int) -> None:
    every = max(1, len(rows) // 6)
    picked = rows.iloc[::-1].iloc[::every]
    axes.plot(
        picked["year"], picked["value"], linestyle="none", marker=style.MARKERS[index % 8], color=colour,
        markersize=panel.size * 0.42, markeredgecolor=style.PAPER, markeredgewidth=panel.size / 24, clip_on=False,
    )  # fmt: skip


def _cells(box: Box, count: int, size: float) -> list[Box]:
    across = min(count, 3 if box.width > 1.3 * box.height else 2)
    if count > 6 and box.width > 1.3 * box.height:
        across = 4
    down = -(-count // across)
    gap = size * 1.1
    wide, tall = (box.width - gap * (across - 1)) / across, (box.height - gap * 0.6 * (down - 1)) / down
    cells = []
    for i in range(count):
        left, top = box.left + (i % across) * (wide + gap), box.top - (i // across) * (tall + gap * 0.6)
        cells.append(Box(left, top - tall, left + wide, top))
    return cells


def _small(
    panel: Panel,
    title: str,
    rows: pd.DataFrame,
    colours: Mapping[str, str],
    ends: tuple[float, float] | None,
    years: tuple[int, int],
) -> None:
    last = rows.dropna(subset="value").sort_values("year").tail(1)
    shown = f"{title} {panel.value(last['value'].iloc[0])}" if len(colours) == 1 and len(last) else title
    lines, size = fitted(shown, panel.size, panel.box.width, 1, bold=True)
    colour = style.for_text(next(iter(colours.values()))) if len(colours) == 1 else style.INK
    panel.canvas.write(lines, panel.box.left, panel.box.top, size, colour, bold=True)
    inner = panel.within(panel.box.inset(top=panel.size * LINE))
    axes, _ = year_axes(inner, ends or _ends(panel, rows), years)
    _lines(panel, axes, rows, colours)
