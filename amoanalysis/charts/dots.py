"""Municipalities of a whole country as circles on its outline: the larger the value, the larger the circle."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
from matplotlib.patches import Circle

from amoanalysis.charts import style
from amoanalysis.charts.canvas import Box
from amoanalysis.charts.map_labels import Site, Spot, place_sites
from amoanalysis.charts.maps import CRS, View, fill, projected, view_of
from amoanalysis.charts.measure import LINE, fitted
from amoanalysis.charts.panel import BLANK, KeyItem, Panel
from amoanalysis.text import number

PLAIN = ABOVE = "#2f6690"
# Values below the centre are rings, which differ from full circles without colour too.
BELOW, RING = "#f3d3b5", "#b4560f"
# Radius of the largest circle, in sizes of the letters, and of the smallest that can be seen.
LARGEST, SMALLEST = 1.9, 0.16
LEGEND_SHARES = (1.0, 0.3, 0.05)


def draw_dots(panel: Panel) -> None:
    """Draws circles whose area is the size of the value, the largest of them named.

    Options: `outline` (geodata) is the country; `named` how many circles get a name (10); `centre` parts values above
    from those below it, which are rings, and `sides` are the words for the two; `sized` says what the circles' area
    is where it is not the value: then a column `size` holds it.

    Args:
        panel: data of place, label, value, lon, lat, and size where the area shows something else.
    """
    box = panel.box
    legend = box.inset(left=box.width - max(box.width * 0.3, 11 * panel.size))
    room = box.inset(right=legend.width + panel.size)
    outline = projected(panel.options["outline"])
    view = view_of(outline, room)
    for shape in outline.geometry:
        fill(panel.canvas, view.shown(shape), style.LAND, edge=style.GRID)
    data = panel.data.dropna(subset=["value", "lon", "lat"]).copy()
    data["area"] = (data["size"] if "size" in data.columns else data["value"]).abs()
    data = data.sort_values("area", ascending=False)
    most = float(data["area"].max()) or 1.0
    spots = _spots(data, view)
    radii = [_radius(area, most, panel.size) for area in data["area"]]
    centre = panel.options.get("centre")
    shades = [PLAIN if centre is None else ABOVE if value >= centre else BELOW for value in data["value"]]
    for (x, y), radius, shade in zip(spots, radii, shades, strict=True):
        edge, line = (RING, panel.size / 11) if shade == BELOW else (style.PAPER, panel.size / 24)
        panel.canvas.layer.add_artist(
            Circle((x, y), radius, facecolor=shade, alpha=0.75, edgecolor=edge, linewidth=min(line, radius * 0.7))
        )
    count = int(panel.options.get("named", 10))
    texts = [f"{label}{BLANK}{panel.value(value)}" for label, value in zip(data["label"], data["value"], strict=True)]
    _names(panel, texts[:count], spots[:count], radii[:count], room)
    _legend(panel.within(legend), most, centre is not None)


def _spots(data: "gpd.pd.DataFrame", view: View) -> list[tuple[float, float]]:
    points = gpd.GeoSeries(gpd.points_from_xy(data["lon"], data["lat"]), crs="EPSG:4326").to_crs(CRS)
    box, scale = view.box, view.scale
    return [(box.left + (p.x - view.west) * scale, box.bottom + (p.y - view.south) * scale) for p in points]


def _radius(area: float, most: float, size: float) -> float:
    return size * max(LARGEST * float(np.sqrt(area / most)), SMALLEST)


def _names(
    panel: Panel, texts: Sequence[str], spots: Sequence[tuple[float, float]], radii: Sequence[float], room: Box
) -> None:
    size = panel.size * 0.8
    sites = [Site(words, "other", x, y) for words, (x, y) in zip(texts, spots, strict=True)]
    large = [
        Box(x - r * 0.7, y - r * 0.7, x + r * 0.7, y + r * 0.7)
        for (x, y), r in zip(spots, radii, strict=True)
        if r > size * 0.6
    ]
    found: list[Spot] = place_sites(sites, large, room, size)
    for spot in found:
        if spot.lead:
            panel.canvas.rule(*spot.lead, style.INK, panel.size / 22)
        panel.canvas.write(spot.lines, spot.box.middle[0], spot.box.top, spot.size, style.INK, "center", halo=True)


def _legend(panel: Panel, most: float, sided: bool) -> None:
    if sided:
        for words, shade, edge in zip(panel.options["sides"], (ABOVE, BELOW), ("none", RING), strict=True):
            panel = panel.key([KeyItem(str(words), "mark", shade, marker="o", edge=edge)])
    size = panel.size * 0.85
    lines, letters = fitted(str(panel.options.get("sized", panel.unit)), size, panel.box.width, 3)
    top = panel.canvas.write(lines, panel.box.left, panel.box.top, letters, style.MUTED) - size * 0.4
    for share in LEGEND_SHARES:
        area = _round(most * share)
        radius = _radius(area, most, panel.size)
        middle = top - max(radius, size * LINE / 2)
        panel.canvas.layer.add_artist(
            Circle(
                (panel.box.left + LARGEST * panel.size, middle), radius, facecolor=style.MUTED, alpha=0.6, linewidth=0
            )
        )
        digits = 0 if area >= 2 else 1
        words = number(area, panel.canvas.lang, digits)
        panel.canvas.write(
            words, panel.box.left + 2.6 * LARGEST * panel.size, middle + size * LINE / 2, size, style.INK
        )
        top = middle - max(radius, size * LINE / 2) - size * 0.3


def _round(value: float) -> float:
    power = 10.0 ** np.floor(np.log10(value))
    return float(max(step * power for step in (1, 2, 5) if step * power <= value * 1.0001))
