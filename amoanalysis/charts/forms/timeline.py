"""Phases of projects over years, a row each, with the years between which they are likely to begin."""

import math

import numpy as np
from matplotlib.axes import Axes

from amoanalysis.charts import style
from amoanalysis.charts.forms.rows import rows_of
from amoanalysis.charts.forms.scales import year_ticks
from amoanalysis.charts.measure import LINE, text_width
from amoanalysis.charts.panel import KeyItem, Panel
from amoanalysis.charts.spec import ordered

THICK = 0.5


def draw_timeline(panel: Panel) -> None:
    """Draws spans of years in rows, coloured by their series, and a whisker where the beginning of one is uncertain.

    Args:
        panel: data of row, series (the phase), value (year in which it begins), end, and low and high of the beginning.
    """
    data = panel.data
    names, phases = ordered(data["row"]), _in_time(panel)
    colours = panel.colours(phases)
    inner = _no_thicker(panel.key(_key(panel, phases, colours)), len(names))
    size = panel.size * 0.9
    half_year = text_width("2040", size) / 2
    room = inner.within(inner.box.inset(bottom=size * (LINE + 0.65), right=half_year))
    low, high = _reach(panel)
    rows = rows_of(room, names, np.array([low]), np.array([high]), ([], []), panel.size, None)
    place = {name: i for i, name in enumerate(names)}
    for turn, phase in enumerate(phases):
        own = data[data["series"] == phase]
        rows.axes.barh(
            own["row"].map(place).astype(float), own["end"] - own["value"], left=own["value"], height=THICK,
            color=colours[phase], hatch=style.HATCHES[turn % 8], edgecolor=style.PAPER, linewidth=0,
        )  # fmt: skip
    _whiskers(panel, rows.axes, place)
    _years(rows.axes, (low, high), rows.box.width, size)


def _in_time(panel: Panel) -> list[str]:
    """The phases in the order that colours were given in, else as they first stand."""
    given = list(panel.options.get("colours", {}))
    found = ordered(panel.data["series"])
    return sorted(found, key=lambda name: given.index(name) if name in given else len(given))


def _key(panel: Panel, phases: list[str], colours: dict[str, str]) -> list[KeyItem]:
    items = [KeyItem(name, "patch", colours[name], style.HATCHES[i % 8]) for i, name in enumerate(phases)]
    banded = "low" in panel.data.columns and panel.data["low"].notna().any()
    return [*items, KeyItem(panel.word("begins"), "whisker", style.INK)] if banded else items


def _no_thicker(panel: Panel, rows: int) -> Panel:
    return panel.within(panel.box.inset(bottom=max(0.0, panel.box.height - (rows + 0.6) * panel.size * 4.5)))


def _reach(panel: Panel) -> tuple[float, float]:
    ends = panel.data[panel.data.columns.intersection(["value", "end", "low", "high"])].to_numpy(dtype=float)
    return math.floor(float(np.nanmin(ends))), math.ceil(float(np.nanmax(ends)))


def _whiskers(panel: Panel, axes: Axes, place: dict[str, int]) -> None:
    if "low" not in panel.data.columns:
        return
    known = panel.data.dropna(subset=["low", "high"])
    at = known["row"].map(place).astype(float) + (THICK + 0.16) / 2
    for colour, width in ((style.PAPER, panel.size / 5), (style.INK, panel.size / 9)):
        axes.hlines(at, known["low"], known["high"], color=colour, linewidth=width, zorder=4, clip_on=False)
        for end in ("low", "high"):
            axes.vlines(known[end], at - 0.09, at + 0.09, color=colour, linewidth=width, zorder=4, clip_on=False)


def _years(axes: Axes, ends: tuple[float, float], width: float, size: float) -> None:
    shown = year_ticks(int(ends[0]), int(ends[1]), width, size)
    axes.set_xticks(shown, [str(year) for year in shown], fontsize=size, color=style.MUTED)
    axes.tick_params(axis="x", pad=size * 0.65)
    axes.grid(axis="x", color=style.GRID, linewidth=size / 18)
    axes.set_axisbelow(True)
