"""Draws an exhibit as a figure: title, subtitle, note and source around its form."""

from collections.abc import Callable, Mapping

from matplotlib.figure import Figure

from amoanalysis.exhibits.drawing.bar_forms import draw_bars, draw_timeline, draw_waterfall
from amoanalysis.exhibits.drawing.canvas import Canvas, Panel, draw_frame, draw_missing_notice
from amoanalysis.exhibits.drawing.flow_map import draw_flows
from amoanalysis.exhibits.drawing.form_specs import ExhibitContent
from amoanalysis.exhibits.drawing.grid_forms import draw_heat, draw_pyramid, draw_table
from amoanalysis.exhibits.drawing.line_forms import draw_curve, draw_fan, draw_fan_grid, draw_stacked
from amoanalysis.exhibits.drawing.maps import draw_dots, draw_map
from amoanalysis.plot.style import Size


def draw_exhibit(exhibit: ExhibitContent, size: Size) -> Figure:
    """Draws an exhibit.

    Args:
        exhibit: content, already checked.
        size: size of the canvas.

    Returns:
        The figure.
    """
    canvas = Canvas(size, exhibit.lang)
    box = canvas.page
    if size.framed:
        box = draw_frame(canvas, exhibit.title, exhibit.subtitle, exhibit.note, exhibit.sources)
    if exhibit.missing is not None:
        draw_missing_notice(canvas, box, exhibit.missing)
    else:
        panel = Panel(canvas, box, exhibit.data, exhibit.options, exhibit.unit)
        _DRAW[exhibit.form](panel)
    return canvas.figure


def measure_frame(exhibit: ExhibitContent, size: Size) -> tuple[float, float]:
    """Computes how much of a picture's height the texts above and below the chart take.

    Args:
        exhibit: content.
        size: size of a framed canvas.

    Returns:
        Shares of the height above and below.
    """
    page = Canvas(size, exhibit.lang)
    box = draw_frame(page, exhibit.title, exhibit.subtitle, exhibit.note, exhibit.sources)
    return 1 - box.top / page.height, box.bottom / page.height


_DRAW: Mapping[str, Callable[[Panel], None]] = {
    "fan": draw_fan,
    "fan_grid": draw_fan_grid,
    "bars": draw_bars,
    "curve": draw_curve,
    "stacked": draw_stacked,
    "table": draw_table,
    "pyramid": draw_pyramid,
    "heat": draw_heat,
    "timeline": draw_timeline,
    "waterfall": draw_waterfall,
    "map": draw_map,
    "dots": draw_dots,
    "flows": draw_flows,
}
