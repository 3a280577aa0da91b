"""Horizontal bars in the order given, their values written at their ends."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from amoanalysis.charts import style
from amoanalysis.charts.forms.rows import Rows, letters_for, rows_of, write_at
from amoanalysis.charts.panel import KeyItem, Panel
from amoanalysis.charts.spec import ordered


def draw_bars(panel: Panel) -> None:
    """Draws bars, one a category or one a category and series, with whiskers where an interval is known.

    A colour may be given for a category or, where there are series, for a series.

    Args:
        panel: data of category, value, and low, high and series where known.
    """
    data = panel.data if "series" in panel.data.columns else panel.data.assign(series="")
    categories, names = ordered(data["category"]), ordered(data["series"])
    colours = panel.colours(names) if len(names) > 1 else {}
    inner = _no_thicker(panel.key(_key(panel, names, colours)), len(categories), len(names))
    pitch = inner.box.height / len(categories)
    letters = letters_for(panel, pitch * 0.86 / len(names))
    bars = _placed(data, categories, names)
    texts = [panel.value(value) for value in bars["value"]]
    leftward = (bars["value"] < 0).to_numpy()
    lefts = [text for text, left in zip(texts, leftward, strict=True) if left]
    rights = [text for text, left in zip(texts, leftward, strict=True) if not left]
    rows = rows_of(inner, categories, bars["start"].to_numpy(), bars["stop"].to_numpy(), (lefts, rights), letters)
    _draw(panel, rows, bars, names, colours)
    tips = bars["start"].where(leftward, bars["stop"]).fillna(0.0)
    for text, tip, at, left in zip(texts, tips, bars["at"], leftward, strict=True):
        write_at(panel, rows, text, float(tip), float(at), letters, "left" if left else "right")


def _no_thicker(panel: Panel, categories: int, names: int) -> Panel:
    most = categories * panel.size * (3.6 + 1.5 * names)
    return panel.within(panel.box.inset(bottom=max(0.0, panel.box.height - most)))


def _key(panel: Panel, names: list[str], colours: dict[str, str]) -> list[KeyItem]:
    hatches = style.HATCHES
    items = [KeyItem(n, "patch", colours[n], hatches[i % 8]) for i, n in enumerate(names)] if len(names) > 1 else []
    if "low" in panel.data.columns and panel.data["low"].notna().any():
        items.append(KeyItem(panel.word("band"), "whisker", style.INK))
    return items


def _placed(data: pd.DataFrame, categories: list[str], names: list[str]) -> pd.DataFrame:
    row = data["category"].map({name: i for i, name in enumerate(categories)}).astype(float)
    turn = data["series"].map({name: i for i, name in enumerate(names)}).astype(float)
    known = data[data.columns.intersection(["value", "low", "high"])].assign(origin=0.0)
    return data.assign(
        at=row + (turn - (len(names) - 1) / 2) * 0.86 / len(names), start=known.min(axis=1), stop=known.max(axis=1)
    )


def _draw(panel: Panel, rows: Rows, bars: pd.DataFrame, names: list[str], colours: dict[str, str]) -> None:
    given = panel.options.get("colours", {})
    thick = 0.78 / len(names) if len(names) > 1 else 0.68
    for turn, (name, own) in enumerate(bars.groupby("series", sort=False)):
        plain = colours.get(str(name), given.get(name, style.PLAIN))
        shades = [plain if len(names) > 1 else given.get(category, plain) for category in own["category"]]
        rows.axes.barh(
            own["at"], own["value"], height=thick, color=shades, edgecolor=style.PAPER, linewidth=0,
            hatch=style.HATCHES[turn % 8],
        )  # fmt: skip
    if "low" in bars.columns:
        known = bars.dropna(subset=["low", "high"])
        for colour, width in ((style.PAPER, panel.size / 5), (style.INK, panel.size / 11)):
            _whiskers(rows, known, thick * 0.22, {"color": colour, "linewidth": width, "clip_on": False})


def _whiskers(rows: Rows, bars: pd.DataFrame, tip: float, look: Mapping[str, Any]) -> None:
    rows.axes.hlines(bars["at"], bars["low"], bars["high"], **look)
    for end in ("low", "high"):
        rows.axes.vlines(bars[end], bars["at"] - tip, bars["at"] + tip, **look)
