"""What stands around every chart: the finding above it, the note and the source below it."""

from collections.abc import Sequence

from matplotlib.patches import Rectangle

from amoanalysis.charts import style
from amoanalysis.charts.canvas import Box, Canvas, Page
from amoanalysis.charts.measure import fitted, height_of, wrapped
from amoanalysis.text import text


def frame(canvas: Page, title: str, subtitle: str, note: str, sources: Sequence[str]) -> Box:
    """Writes title, subtitle, note and source.

    Args:
        canvas: the page.
        title: the finding; two lines at most.
        subtitle: measure, unit, area, period; two lines at most.
        note: what the reader must know; may be empty.
        sources: who produced the figures.

    Returns:
        The room that is left for the chart.
    """
    size, page = canvas.size, canvas.page
    lines, letters = fitted(title, size.title, page.width, 2, bold=True)
    top = canvas.write(lines, page.left, page.top, letters, bold=True)
    if subtitle:
        lines, letters = fitted(subtitle, size.body * 0.92, page.width, 2)
        top = canvas.write(lines, page.left, top - size.body * 0.2, letters, style.MUTED)
    bottom = _footer(canvas, note, source_line(sources, canvas.lang))
    return Box(page.left, bottom + size.body * 0.6, page.right, top - size.body * 0.6)


def source_line(sources: Sequence[str], lang: str) -> str:
    """The line that names the sources, as `Lähde: ...`; empty where there are none."""
    if not sources:
        return ""
    return text("chart.sources" if len(sources) > 1 else "chart.source", lang, names="; ".join(sources))


def note_line(note: str, lang: str) -> str:
    """The line that holds the note, as `Huom. ...`; empty where there is none."""
    return text("chart.note", lang, note=note) if note else ""


def calm_panel(canvas: Canvas, box: Box, missing: str) -> None:
    """Says, where a chart would stand, what is missing and why."""
    canvas.layer.add_artist(Rectangle((box.left, box.bottom), box.width, box.height, facecolor=style.CALM, zorder=0))
    size = canvas.size.body
    heading = wrapped(text("chart.missing", canvas.lang), size, box.width * 0.8, bold=True)
    lines, letters = fitted(missing, size, box.width * 0.76, max(2, int(box.height / size / 2)))
    middle, centre = box.middle
    top = centre + (height_of(len(heading), size) + height_of(len(lines), letters)) / 2 + size * 0.3
    top = canvas.write(heading, middle, top, size, style.MUTED, "center", bold=True)
    canvas.write(lines, middle, top - size * 0.6, letters, style.INK, "center")


def _footer(canvas: Page, note: str, sources: str) -> float:
    size, page = canvas.size, canvas.page
    blocks = [
        fitted(line, size.footer, page.width, 4, even=False) for line in (note_line(note, canvas.lang), sources) if line
    ]
    height = sum(height_of(len(lines), letters) for lines, letters in blocks)
    top = page.bottom + height
    for lines, letters in blocks:
        top = canvas.write(lines, page.left, top, letters, style.MUTED)
    return page.bottom + height
