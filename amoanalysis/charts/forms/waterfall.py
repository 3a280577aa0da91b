"""From one level to another, step by step; the steps are rows, so that their names can be read."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from amoanalysis.charts import style
from amoanalysis.charts.forms.rows import letters_for, rows_of, write_at
from amoanalysis.charts.panel import KeyItem, Panel
from amoanalysis.charts.spec import steps_of

HATCH = {"total": "", "rise": "", "fall": "////"}
COLOUR = {"total": style.TOTAL, "rise": style.UP, "fall": style.DOWN}


def draw_waterfall(panel: Panel) -> None:
    """Draws levels and the steps between them; where steps are small beside levels, the scale is cut and says so.

    Options: `zero` keeps the scale from zero even then.

    Args:
        panel: data of step, kind (total, delta) and value, in order.
    """
    begin, end = steps_of(panel.data)
    kinds = _kinds(panel.data["kind"].tolist(), panel.data["value"].to_numpy(dtype=float))
    base = _base(begin, end, kinds, bool(panel.options.get("zero", False)))
    inner = panel.key(_key(panel, kinds, base != 0))
    begin = np.where(np.array(kinds) == "total", base, begin)
    texts = [panel.value(v, sign=k != "total") for v, k in zip(panel.data["value"], kinds, strict=True)]
    letters = letters_for(panel, inner.box.height / len(kinds))
    low, high = np.minimum(begin, end), np.maximum(begin, end)
    rows = rows_of(inner, panel.data["step"].tolist(), low, high, ([], texts), letters, 0.0 if base == 0 else None)
    for i, kind in enumerate(kinds):
        rows.axes.barh(
            i, end[i] - begin[i], left=begin[i], height=0.62, color=COLOUR[kind], hatch=HATCH[kind],
            edgecolor=style.PAPER, linewidth=0,
        )  # fmt: skip
        write_at(panel, rows, texts[i], high[i], i, letters, "right")
        if kind == "total" and base != 0:
            _cut(rows.axes, i, base, float(end[i]))
    _connect(rows.axes, end)


def _kinds(kinds: Sequence[str], values: np.ndarray) -> list[str]:
    return [
        "total" if kind == "total" else "fall" if value < 0 else "rise"
        for kind, value in zip(kinds, values, strict=True)
    ]


def _base(begin: np.ndarray, end: np.ndarray, kinds: list[str], zero: bool) -> float:
    levels = np.concatenate([end, begin[np.array(kinds) != "total"]])
    low, high = float(levels.min()), float(levels.max())
    if zero or low <= 0 or high - low > 0.4 * high:
        return 0.0
    return low - 0.35 * (high - low) if high > low else 0.0


def _key(panel: Panel, kinds: list[str], cut: bool) -> list[KeyItem]:
    shown = [kind for kind in ("total", "rise", "fall") if kind in kinds]
    items = [KeyItem(panel.word(kind), "patch", COLOUR[kind], HATCH[kind]) for kind in shown]
    return [*items, KeyItem(panel.word("cut_axis"), "cut", style.TOTAL)] if cut else items


def _cut(axes: Axes, row: float, base: float, end: float) -> None:
    reach = axes.get_xlim()[1] - axes.get_xlim()[0]
    for share in (0.018, 0.034):
        x = base + share * reach
        axes.plot([x - 0.006 * reach, x + 0.006 * reach], [row + 0.4, row - 0.4], color=style.PAPER, linewidth=2.5)


def _connect(axes: Axes, end: np.ndarray) -> None:
    for i in range(len(end) - 1):
        axes.plot([end[i], end[i]], [i + 0.31, i + 0.69], color=style.MUTED, linewidth=1)
