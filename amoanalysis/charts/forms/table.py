"""Rows of words and numbers: what a reader looks up rather than sees."""

from matplotlib.patches import Rectangle

from amoanalysis.charts import style
from amoanalysis.charts.lookup import written
from amoanalysis.charts.measure import LINE, text_width, widest
from amoanalysis.charts.panel import Panel

# Letters are not made smaller than this share of the body's; rows that do not fit then are counted instead.
SMALLEST = 0.62
GAP, MARK = 1.1, "…"


def draw_table(panel: Panel) -> None:
    """Draws a table, a line a row; what does not fit is in the workbook, and the last line says how much that is.

    Options: `headings` gives the words above the columns, `digits` the digits after the decimal mark, by column;
    `spanners` holds several columns together on a page.

    Args:
        panel: data of texts and numbers.
    """
    digits = panel.options.get("digits", {})
    words = {str(name): written(panel.data[name], panel.canvas.lang, digits) for name in panel.data.columns}
    heads = {name: str(panel.options.get("headings", {}).get(name, name)) for name in words}
    size = _letters(panel, words, heads)
    fits = max(1, int(panel.box.height / (size * LINE * 1.25)) - 1)
    shown = len(panel.data) if len(panel.data) <= fits else fits - 1
    lefts, rights = _columns(panel, {name: cells[:shown] for name, cells in words.items()}, heads, size)
    pitch = size * LINE * 1.25
    top = panel.box.top
    _line(panel, [heads[name] for name in words], lefts, rights, top, size, bold=True)
    panel.canvas.rule([panel.box.left, panel.box.right], [top - pitch, top - pitch], style.MUTED)
    for row in range(shown):
        top -= pitch
        if row % 2:
            stripe = Rectangle((panel.box.left, top - pitch), panel.box.width, pitch, facecolor=style.CALM, linewidth=0)
            panel.canvas.layer.add_artist(stripe)
        _line(panel, [words[name][row] for name in words], lefts, rights, top - size * 0.12, size)
    if shown < len(panel.data):
        more = panel.word("more_rows", count=len(panel.data) - shown)
        panel.canvas.write(more, panel.box.left, top - pitch - size * 0.12, size, style.MUTED, italic=True)


def _letters(panel: Panel, words: dict[str, list[str]], heads: dict[str, str]) -> float:
    """Points at which all columns, and if possible all rows, fit."""
    size = panel.size
    wide = sum(widest([heads[name], *cells], size, bold=True) for name, cells in words.items())
    wide += GAP * size * (len(words) - 1)
    rows = (len(panel.data) + 1) * size * LINE * 1.25
    share = min(1.0, panel.box.width / max(wide, 1.0), panel.box.height / rows)
    return size * max(SMALLEST, share)


def _columns(
    panel: Panel, words: dict[str, list[str]], heads: dict[str, str], size: float
) -> tuple[list[float], list[float]]:
    """Left and right edges of the columns; the widest gives way where they do not fit side by side."""
    wide = [widest([heads[name], *cells], size, bold=True) for name, cells in words.items()]
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


def _line(
    panel: Panel, cells: list[str], lefts: list[float], rights: list[float], top: float, size: float, bold: bool = False
) -> None:
    for cell, left, right in zip(cells, lefts, rights, strict=True):
        known = cell != panel.word("no_value")
        colour = style.INK if known else style.MUTED
        panel.canvas.write(
            _cut(cell, size, right - left, bold), left, top, size, colour, bold=bold, italic=not known and not bold
        )


def _cut(word: str, size: float, room: float, bold: bool) -> str:
    if text_width(word, size, bold) <= room * 1.001:
        return word
    while word and text_width(word + MARK, size, bold) > room:
        word = word[:-1]
    return word.rstrip() + MARK
