"""Map of flows between places: arrows as wide as the flows, in EPSG:3067, with labels that do not overlap."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import geopandas as gpd
import pandas as pd
from matplotlib.patches import FancyArrowPatch

from amoanalysis.exhibits.drawing.canvas import Box, Canvas, KeyItem, Panel
from amoanalysis.exhibits.drawing.form_specs import list_unique
from amoanalysis.exhibits.drawing.map_labels import Site, Spot, place_sites
from amoanalysis.exhibits.drawing.maps import (
    CRS,
    View,
    draw_scale_bar,
    fill_polygons,
    fit_view,
    project_optional,
    project_points,
    split_legend,
    write_spot,
)
from amoanalysis.exhibits.drawing.text_metrics import block_height, text_width
from amoanalysis.plot import style

# Curvature of arrows, as a share of their length: opposite arrows are then side by side.
BOW = 0.16
# Positions of the value along an arrow, as shares of its length, and its offsets, in text heights; best first.
POSITIONS = (0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78)
OFFSETS = (0.0, 0.9, -0.9, 1.7, -1.7)
# Metres of land around the outermost place.
MARGIN = 22_000
Point = tuple[float, float]


@dataclass(frozen=True)
class Arrow:
    """A flow as drawn on the page.

    Attributes:
        begin: start, points.
        end: end, points.
        width: line width, points.
        colour: colour of its kind.
        words: value of the flow.
        dashes: line style of its kind.
    """

    begin: Point
    end: Point
    width: float
    colour: str
    words: str
    dashes: str = "line"

    def locate(self, share: float) -> Point:
        """Returns the point of the curve at a share of its length."""
        (x0, y0), (x1, y1) = self.begin, self.end
        middle = ((x0 + x1) / 2 + BOW * (y1 - y0), (y0 + y1) / 2 - BOW * (x1 - x0))
        one, two, three = (1 - share) ** 2, 2 * share * (1 - share), share**2
        return one * x0 + two * middle[0] + three * x1, one * y0 + two * middle[1] + three * y1


def draw_flows(panel: Panel) -> None:
    """Draws arrows between places on a map, with a legend of kinds and widths and a scale bar.

    Options: `areas` and `neighbours` (frames of label and geometry) are the background; `colours` maps a kind to a
    colour.

    Args:
        panel: data of origin, destination, kind, value, origin_lon, origin_lat, lon, lat.
    """
    rows = panel.data.sort_values("value", kind="stable")
    begins = project_points(rows["origin_lon"], rows["origin_lat"])
    ends = project_points(rows["lon"], rows["lat"])
    room, legend = split_legend(panel, 0.27)
    shown = gpd.GeoDataFrame(geometry=[*begins.buffer(MARGIN), *ends.buffer(MARGIN)], crs=CRS)
    view = fit_view(shown, room)
    _draw_land(panel, view)
    kinds = panel.choose_colours(list_unique(panel.data["kind"]))
    arrows = _make_arrows(panel, rows, begins, ends, view, kinds)
    for arrow in arrows:
        _draw_arrow(panel.canvas, arrow, panel.size)
    places = _find_places(rows, begins, ends, view)
    for place in places:
        panel.canvas.layer.plot(
            place.x, place.y, marker="o", color=style.INK, markersize=panel.size * 0.42, zorder=5,
            markeredgecolor=style.PAPER, markeredgewidth=panel.size / 20,
        )  # fmt: skip
    _write_labels(panel, arrows, places, view)
    _draw_legend(panel.crop(legend), kinds, arrows, rows, view)


def _draw_land(panel: Panel, view: View) -> None:
    for row in project_optional(panel.options.get("neighbours")).itertuples():
        fill_polygons(panel.canvas, view.to_page(row.geometry), style.LAND, edge=style.GRID)
    for row in project_optional(panel.options.get("areas")).itertuples():
        fill_polygons(
            panel.canvas, view.to_page(row.geometry), style.mix(style.PLAIN, style.PAPER, 0.82), edge=style.PAPER
        )


def _make_arrows(
    panel: Panel, rows: pd.DataFrame, begins: gpd.GeoSeries, ends: gpd.GeoSeries, view: View, kinds: Mapping[str, str]
) -> list[Arrow]:
    most, widest = float(rows["value"].max()) or 1.0, panel.size * 0.55
    broken = _choose_dashes(kinds)
    found = []
    for value, kind, begin, end in zip(rows["value"].astype(float), rows["kind"], begins, ends, strict=True):
        one, other = view.to_page(begin), view.to_page(end)
        width = max(widest * value / most, panel.size / 14)
        found.append(
            Arrow((one.x, one.y), (other.x, other.y), width, kinds[kind], panel.format_value(value), broken[kind])
        )
    return found


def _choose_dashes(kinds: Mapping[str, str]) -> dict[str, str]:
    """Returns a line style for each kind, so that kinds differ without colour."""
    return {kind: list(style.DASHES)[place % len(style.DASHES)] for place, kind in enumerate(kinds)}


def _draw_arrow(canvas: Canvas, arrow: Arrow, size: float) -> None:
    head = max(size * 0.45, arrow.width * 1.1)
    canvas.layer.add_artist(
        FancyArrowPatch(
            arrow.begin, arrow.end, connectionstyle=f"arc3,rad={BOW}", color=arrow.colour, linewidth=arrow.width,
            linestyle=style.DASHES[arrow.dashes],
            arrowstyle=f"-|>,head_length={head * 0.9:.2f},head_width={head * 0.55:.2f}", mutation_scale=1.0,
            shrinkA=size * 0.3, shrinkB=size * 0.45, alpha=0.9, joinstyle="miter", capstyle="butt",
        )
    )  # fmt: skip


def _find_places(rows: pd.DataFrame, begins: gpd.GeoSeries, ends: gpd.GeoSeries, view: View) -> list[Site]:
    named = dict(zip([*rows["origin"], *rows["destination"]], [*begins, *ends], strict=True))
    spots = {name: view.to_page(point) for name, point in named.items()}
    return [Site(str(name), "centre", spot.x, spot.y) for name, spot in spots.items()]


def _write_labels(panel: Panel, arrows: Sequence[Arrow], places: Sequence[Site], view: View) -> None:
    names = place_sites(places, [], view.box, panel.size * 0.85)
    reach = panel.size * 0.35
    taken = [spot.box for spot in names]
    taken += [Box(p.x - reach, p.y - reach, p.x + reach, p.y + reach) for p in places]
    figures = []
    for arrow in reversed(arrows):
        box = _find_free_box(arrow, panel.size * 0.68, taken, view.box)
        if box is not None:
            figures.append(Spot([arrow.words], box, panel.size * 0.68))
            taken.append(box)
    for spot in figures:
        write_spot(panel.canvas, spot)
    for spot in names:
        write_spot(panel.canvas, spot, bold=True)


def _find_free_box(arrow: Arrow, size: float, occupied: Sequence[Box], room: Box) -> Box | None:
    """Returns the first box on or next to an arrow that overlaps nothing, or None."""
    half, tall = text_width(arrow.words, size) / 2 + size * 0.15, block_height(1, size)
    for offset, share in product(OFFSETS, POSITIONS):
        x, y = arrow.locate(share)
        y += offset * tall
        box = Box(x - half, y - tall / 2, x + half, y + tall / 2)
        if room.contains(box) and not any(box.overlaps(other) for other in occupied):
            return box
    return None


def _draw_legend(
    panel: Panel, kinds: Mapping[str, str], arrows: Sequence[Arrow], rows: pd.DataFrame, view: View
) -> None:
    for kind, colour in kinds.items():
        panel = panel.draw_key([KeyItem(str(kind), _choose_dashes(kinds)[kind], colour)])
    panel = panel.crop(panel.box.inset(top=panel.size * 0.6))
    order = [int(len(arrows) * share) for share in (0.999, 0.6, 0.0)]
    for index in dict.fromkeys(order):
        arrow, size = arrows[index], panel.size * 0.85
        y, left = panel.box.top - size * 0.6, panel.box.left
        panel.canvas.draw_line([left, left + size * 2.2], [y, y], style.MUTED, arrow.width)
        words = f"{panel.format_value(float(rows['value'].iloc[index]))} {panel.unit}"
        panel.canvas.write(words, left + size * 2.7, panel.box.top, size)
        panel = panel.crop(panel.box.inset(top=size * 1.6))
    draw_scale_bar(panel, view)
