"""From an exhibit to a figure: the frame around it, the form inside."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from amoanalysis.charts.canvas import Canvas, Page
from amoanalysis.charts.forms.areas import draw_stacked
from amoanalysis.charts.forms.bars import draw_bars
from amoanalysis.charts.forms.curve import draw_curve
from amoanalysis.charts.forms.heat import draw_heat
from amoanalysis.charts.forms.lines import draw_fan, draw_fan_grid
from amoanalysis.charts.forms.pyramid import draw_pyramid
from amoanalysis.charts.forms.slope import draw_slope
from amoanalysis.charts.forms.table import draw_table
from amoanalysis.charts.forms.timeline import draw_timeline
from amoanalysis.charts.forms.waterfall import draw_waterfall
from amoanalysis.charts.frame import calm_panel, frame
from amoanalysis.charts.panel import Panel
from amoanalysis.charts.style import Size

if TYPE_CHECKING:
    from amoanalysis.charts.exhibit import Exhibit


def drawn(exhibit: "Exhibit", size: Size) -> Figure:
    """Draws an exhibit.

    Args:
        exhibit: what is drawn, already checked.
        size: the canvas.

    Returns:
        The figure.
    """
    canvas = Canvas(size, exhibit.lang)
    box = canvas.page
    if size.framed:
        box = frame(canvas, exhibit.title, exhibit.subtitle, exhibit.note, exhibit.sources)
    if exhibit.missing is not None:
        calm_panel(canvas, box, exhibit.missing)
    else:
        panel = Panel(canvas, box, exhibit.data, exhibit.options, exhibit.unit)
        _form(exhibit.form)(panel)
    return canvas.figure


def panel_of(exhibit: "Exhibit", size: Size) -> tuple[float, float]:
    """How much of a picture's height its frame takes, above and below the chart itself.

    Args:
        exhibit: what is drawn.
        size: the canvas, a framed one.

    Returns:
        Shares of the height above and below.
    """
    page = Page(size, exhibit.lang)
    box = frame(page, exhibit.title, exhibit.subtitle, exhibit.note, exhibit.sources)
    return 1 - box.top / page.height, box.bottom / page.height


def _form(name: str) -> Callable[[Panel], None]:
    if name == "map":
        from amoanalysis.charts.maps import draw_map

        return draw_map
    if name == "dots":
        from amoanalysis.charts.dots import draw_dots

        return draw_dots
    if name == "flows":
        from amoanalysis.charts.flow_map import draw_flows

        return draw_flows
    return _DRAW[name]


_DRAW: Mapping[str, Callable[[Panel], None]] = {
    "fan": draw_fan,
    "fan_grid": draw_fan_grid,
    "bars": draw_bars,
    "curve": draw_curve,
    "stacked": draw_stacked,
    "table": draw_table,
    "pyramid": draw_pyramid,
    "slope": draw_slope,
    "heat": draw_heat,
    "timeline": draw_timeline,
    "waterfall": draw_waterfall,
}
