"""Choropleth and dot maps in EPSG:3067 (ETRS-TM35FIN), with legend, scale bar and labels that do not overlap."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.patches import Circle, PathPatch
from matplotlib.path import Path
from shapely.affinity import affine_transform
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from amoanalysis.config.text import number
from amoanalysis.errors import DataError
from amoanalysis.exhibits.drawing.canvas import BLANK, Box, Canvas, KeyItem, Panel
from amoanalysis.exhibits.drawing.map_labels import Site, Spot, place_areas, place_sites
from amoanalysis.exhibits.drawing.text_metrics import LINE_HEIGHT, fit_text
from amoanalysis.plot import style

CRS = "EPSG:3067"
SITE_MARKS: Mapping[str, tuple[str, str]] = {
    "mine": ("s", "#5c4033"),
    "mine_planned": ("D", "#c0503c"),
    "mine_closed": ("X", "#7b848c"),
    "resort": ("^", "#1f7f7c"),
    "airport": ("P", "#4f4c9b"),
    "station": ("v", "#3567ab"),
    "centre": ("o", style.INK),
    "school": ("p", "#b65f9d"),
    "other": ("h", style.MUTED),
}


@dataclass(frozen=True)
class View:
    """Transformation from metres of the projection to points of the page.

    Attributes:
        box: space of the map on the page.
        west: easting at the left edge, metres.
        south: northing at the lower edge, metres.
        scale: points per metre.
    """

    box: Box
    west: float
    south: float
    scale: float

    def locate(self, point: Point) -> tuple[float, float]:
        """Converts a point of the projection to points of the page."""
        return self.box.left + (point.x - self.west) * self.scale, self.box.bottom + (point.y - self.south) * self.scale

    def to_page(self, geometry: BaseGeometry) -> BaseGeometry:
        """Returns the visible part of a geometry, in points of the page."""
        box, scale = self.box, self.scale
        moved = affine_transform(
            geometry, [scale, 0, 0, scale, box.left - self.west * scale, box.bottom - self.south * scale]
        )
        return shapely.intersection(
            shapely.make_valid(moved.simplify(0.15)), shapely.box(box.left, box.bottom, box.right, box.top)
        )


def draw_map(panel: Panel) -> None:
    """Draws a choropleth with name and value of each area, a legend and a scale bar.

    Options: `neighbours` (frame of label and geometry) are grey; `sites` (frame of label, kind, lon, lat) are
    markers, kinds as in SITE_MARKS; `classes` is the number of classes (4), `scheme` a mapclassify scheme (default:
    round limits), `bins` the upper limits of the classes; `palette` sequential or diverging.

    Args:
        panel: geodata of place, label, value and geometry.
    """
    areas = project(panel.data)
    canvas = panel.canvas
    room, legend = split_legend(panel, 0.27)
    view = fit_view(areas, room)
    bins, classes = classify_values(areas["value"].to_numpy(dtype=float), panel.options)
    colours = _class_colours(bins, str(panel.options.get("palette", "sequential")))
    around = [
        (row.label, view.to_page(row.geometry))
        for row in project_optional(panel.options.get("neighbours")).itertuples()
    ]
    shapes = [view.to_page(geometry) for geometry in areas.geometry]
    for _, shape in around:
        fill_polygons(canvas, shape, style.LAND, edge=style.GRID)
    for shape, position in zip(shapes, classes, strict=True):
        fill_polygons(canvas, shape, style.CALM if position < 0 else colours[position], "////" if position < 0 else "")
    sites = _find_sites(panel, view)
    _draw_sites(canvas, sites, panel.size)
    texts = [[str(row.label), panel.format_value(row.value)] for row in areas.itertuples()]
    _write_labels(panel, place_areas(shapes, texts, around, sites, view.box, panel.size * 0.82), sites, view)
    _draw_legend(panel.crop(legend), bins, colours, areas, bool(around), sites, view)


def split_legend(panel: Panel, share: float) -> tuple[Box, Box]:
    """Splits a panel into the space of the map and that of its legend, a share of the width at the right."""
    width = max(panel.box.width * share, 11 * panel.size)
    return panel.box.inset(right=width + panel.size), panel.box.inset(left=panel.box.width - width)


def classify_values(values: np.ndarray, options: Mapping[str, Any]) -> tuple[list[float], list[int]]:
    """Assigns values to classes.

    Args:
        values: (area,), missing values as NaN.
        options: `classes`, `scheme`, `bins`.

    Returns:
        Limits of the classes (class + 1), and the class of each value, -1 if missing.
    """
    known = values[np.isfinite(values)]
    count = min(int(options.get("classes", 4)), len(np.unique(known)))
    if "bins" in options:
        uppers = np.asarray(options["bins"], dtype=float)
    elif count == 1:
        uppers = np.array([known.max()])
    elif "scheme" in options:
        import mapclassify

        uppers = mapclassify.classify(known, options["scheme"], k=count).bins
    else:
        uppers = _choose_class_ends(known, count)
    numbers = np.where(np.isfinite(values), np.searchsorted(uppers, np.nan_to_num(values), side="left"), -1)
    if numbers.max() >= len(uppers):
        raise DataError(f"The map's last class ends at {uppers[-1]:g} but a value is {known.max():g}: widen `bins`.")
    step = uppers[1] - uppers[0] if len(uppers) > 1 else 0.0
    lowest = min(float(known.min()), float(uppers[0] - step))
    if "scheme" in options or "bins" in options or len(uppers) == 1:
        lowest = float(known.min())
    return [lowest, *map(float, uppers)], [int(number) for number in numbers]


def _choose_class_ends(values: np.ndarray, count: int) -> np.ndarray:
    """Upper limits of about `count` classes of equal width, multiples of 1, 2 or 5 times a power of ten.

    The same as PrettyBreaks of mapclassify, which takes seconds to import.

    Source: Heckbert, P. (1990): Nice numbers for graph labels. Graphics Gems, 61-63.
    """
    low, high = float(values.min()), float(values.max())
    step = _round_to_nice(_round_to_nice(high - low, (1.0, 2.0, 5.0)) / (count - 1), (1.5, 3.0, 7.0))
    return np.arange(np.floor(low / step) * step, np.ceil(high / step) * step + step / 2, step)[1:]


def _round_to_nice(value: float, ends: tuple[float, float, float]) -> float:
    """Rounds to 1, 2, 5 or 10 times a power of ten; `ends` are the limits of 1, 2 and 5."""
    power = 10.0 ** np.floor(np.log10(value))
    return float(power * (1, 2, 5, 10)[int(np.searchsorted(ends, value / power))])


def _class_colours(bins: Sequence[float], palette: str) -> list[str]:
    middles = (np.array(bins[:-1]) + np.array(bins[1:])) / 2
    if palette == "diverging":
        reach = max(abs(bins[0]), abs(bins[-1])) or 1.0
        return [style.ramp(0.5 + middle / (2 * reach), palette) for middle in middles]
    return [style.ramp(0.2 + 0.68 * (i + 0.5) / len(middles)) for i in range(len(middles))]


def project(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    """Projects a frame with geometry to EPSG:3067.

    Raises:
        DataError: if its coordinate system is not set.
    """
    areas = gpd.GeoDataFrame(frame, geometry="geometry", crs=getattr(frame, "crs", None))
    if areas.crs is None:
        raise DataError(f"The geometry of the map has no coordinate system: set its crs ({CRS} or another).")
    return areas.to_crs(CRS)


def project_points(lon: pd.Series, lat: pd.Series) -> gpd.GeoSeries:
    """Projects points from longitude and latitude (WGS 84)."""
    return gpd.GeoSeries(gpd.points_from_xy(lon, lat), crs="EPSG:4326").to_crs(CRS)


def project_optional(around: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame:
    """Projects surrounding areas, if any, to EPSG:3067."""
    if around is None:
        return gpd.GeoDataFrame({"label": [], "geometry": []}, geometry="geometry", crs=CRS)
    return project(around)


def fit_view(areas: gpd.GeoDataFrame, box: Box) -> View:
    """Chooses the view in which the areas fill a box."""
    west, south, east, north = areas.total_bounds
    scale = min(box.width / (east - west), box.height / (north - south)) * 0.95
    return View(box, (west + east) / 2 - box.width / scale / 2, (south + north) / 2 - box.height / scale / 2, scale)


def fill_polygons(canvas: Canvas, shape: BaseGeometry, colour: str, hatch: str = "", edge: str = style.PAPER) -> None:
    """Fills the polygons of a shape, in points of the page."""
    polygons = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon" and not p.is_empty]
    if not polygons:
        return
    rings = [ring.coords for polygon in polygons for ring in (polygon.exterior, *polygon.interiors)]
    path = Path.make_compound_path(*(Path(np.asarray(ring)[:, :2], closed=True) for ring in rings))
    canvas.layer.add_artist(
        PathPatch(
            path, facecolor=colour, edgecolor=style.MUTED if hatch else edge, linewidth=canvas.size.body / 18,
            hatch=hatch,
        )
    )  # fmt: skip


def _find_sites(panel: Panel, view: View) -> list[Site]:
    frame = panel.options.get("sites")
    if frame is None:
        return []
    found = []
    for row, point in zip(frame.itertuples(), project_points(frame["lon"], frame["lat"]), strict=True):
        if row.kind not in SITE_MARKS:
            raise DataError(f"The site '{row.label}' of the map is of kind '{row.kind}': use {', '.join(SITE_MARKS)}.")
        spot = view.to_page(point)
        if not spot.is_empty:
            found.append(Site(str(row.label), str(row.kind), spot.x, spot.y))
    return found


def _draw_sites(canvas: Canvas, sites: Sequence[Site], size: float) -> None:
    for site in sites:
        marker, colour = SITE_MARKS[site.kind]
        canvas.layer.plot(
            site.x, site.y, marker=marker, color=colour, markersize=size * 0.55, markeredgecolor=style.PAPER,
            markeredgewidth=size / 18, zorder=4,
        )  # fmt: skip


def _write_labels(panel: Panel, spots: Sequence[Spot], sites: Sequence[Site], view: View) -> None:
    for spot in spots:
        write_spot(panel.canvas, spot, bold=not spot.quiet and len(spot.lines) > 1)
    for spot in place_sites(sites, [spot.box for spot in spots], view.box, panel.size * 0.72):
        write_spot(panel.canvas, spot)


def write_spot(canvas: Canvas, spot: Spot, bold: bool = False) -> None:
    """Writes a label of a map with its leader line; `bold` is for its first line."""
    if spot.lead:
        canvas.draw_line(*spot.lead, style.INK, canvas.size.body / 22)
    colour = style.MUTED if spot.quiet else style.INK
    for i, line in enumerate(spot.lines):
        top = spot.box.top - i * spot.size * LINE_HEIGHT
        canvas.write(line, spot.box.middle[0], top, spot.size, colour, "center", bold=bold and i == 0, halo=True)


def _draw_legend(
    panel: Panel, bins: Sequence[float], colours: Sequence[str], areas: gpd.GeoDataFrame, around: bool,
    sites: Sequence[Site], view: View,
) -> None:  # fmt: skip
    pattern = "range_negative" if min(bins) < 0 else "range"
    digits = next((d for d in range(panel.decimals) if np.allclose(np.round(bins, d), bins)), panel.decimals)
    ends = [panel.format_value(end, decimals=digits) for end in bins]
    items = [
        KeyItem(panel.get_text(pattern, low=low, high=high), "patch", colour)
        for low, high, colour in reversed(list(zip(ends[:-1], ends[1:], colours, strict=True)))
    ]
    if areas["value"].isna().any():
        items.append(KeyItem(panel.get_text("no_value"), "patch", style.CALM, "////", edge=style.MUTED))
    if around:
        items.append(KeyItem(panel.get_text("neighbour"), "patch", style.LAND, edge=style.GRID))
    for kind in [kind for kind in SITE_MARKS if kind in {site.kind for site in sites}]:
        marker, colour = SITE_MARKS[kind]
        items.append(KeyItem(panel.get_text(f"site.{kind}"), "mark", colour, marker=marker))
    for item in items:
        panel = panel.draw_key([item])
    draw_scale_bar(panel, view)


def draw_scale_bar(panel: Panel, view: View) -> None:
    """Draws a scale bar of a round number of kilometres at the lower edge."""
    most = panel.box.width * 0.7 / view.scale / 1000
    distance = _round_down(most)
    size, left, bottom = panel.size * 0.8, panel.box.left, panel.box.bottom
    right = left + distance * 1000 * view.scale
    tick = size * 0.3
    panel.canvas.draw_line(
        [left, left, right, right], [bottom + tick, bottom, bottom, bottom + tick], style.INK, size / 9
    )
    panel.canvas.write(
        panel.get_text("kilometres", distance=distance), (left + right) / 2, bottom + tick + size * LINE_HEIGHT, size,
        style.INK, "center",
    )  # fmt: skip


# Values below the centre are rings, distinguishable without colour.
ABOVE = style.PLAIN
BELOW, RING = "#f3d3b5", "#b4560f"
# Largest and smallest radius of a circle, in font sizes.
LARGEST, SMALLEST = 1.9, 0.16
LEGEND_SHARES = (1.0, 0.3, 0.05)


def draw_dots(panel: Panel) -> None:
    """Draws circles whose area is proportional to the value, the largest of them labelled.

    Options: `outline` (geodata) is the country; `named` the number of labelled circles (10); `centre` separates filled
    circles (above) from rings (below), and `sides` are the names of the two; `sized` names the measure of the area if
    it is not the value but the column `size`.

    Args:
        panel: data of place, label, value, lon, lat, and optionally size.
    """
    room, legend = split_legend(panel, 0.3)
    outline = project(panel.options["outline"])
    view = fit_view(outline, room)
    for shape in outline.geometry:
        fill_polygons(panel.canvas, view.to_page(shape), style.LAND, edge=style.GRID)
    data = panel.data.dropna(subset=["value", "lon", "lat"]).copy()
    data["area"] = (data["size"] if "size" in data.columns else data["value"]).abs()
    data = data.sort_values("area", ascending=False)
    most = float(data["area"].max()) or 1.0
    spots = [view.locate(point) for point in project_points(data["lon"], data["lat"])]
    radii = [_circle_radius(area, most, panel.size) for area in data["area"]]
    centre = panel.options.get("centre")
    shades = [style.PLAIN if centre is None else ABOVE if value >= centre else BELOW for value in data["value"]]
    for (x, y), radius, shade in zip(spots, radii, shades, strict=True):
        edge, line = (RING, panel.size / 11) if shade == BELOW else (style.PAPER, panel.size / 24)
        panel.canvas.layer.add_artist(
            Circle((x, y), radius, facecolor=shade, alpha=0.75, edgecolor=edge, linewidth=min(line, radius * 0.7))
        )
    count = int(panel.options.get("named", 10))
    texts = [
        f"{label}{BLANK}{panel.format_value(value)}" for label, value in zip(data["label"], data["value"], strict=True)
    ]
    _write_names(panel, texts[:count], spots[:count], radii[:count], room)
    _draw_dot_legend(panel.crop(legend), most, centre is not None)


def _circle_radius(area: float, most: float, size: float) -> float:
    return size * max(LARGEST * float(np.sqrt(area / most)), SMALLEST)


def _write_names(
    panel: Panel, texts: Sequence[str], spots: Sequence[tuple[float, float]], radii: Sequence[float], room: Box
) -> None:
    size = panel.size * 0.8
    sites = [Site(words, "other", x, y) for words, (x, y) in zip(texts, spots, strict=True)]
    large = [
        Box(x - r * 0.7, y - r * 0.7, x + r * 0.7, y + r * 0.7)
        for (x, y), r in zip(spots, radii, strict=True)
        if r > size * 0.6
    ]
    for spot in place_sites(sites, large, room, size):
        write_spot(panel.canvas, spot)


def _draw_dot_legend(panel: Panel, most: float, sided: bool) -> None:
    if sided:
        for words, shade, edge in zip(panel.options["sides"], (ABOVE, BELOW), ("none", RING), strict=True):
            panel = panel.draw_key([KeyItem(str(words), "mark", shade, marker="o", edge=edge)])
    size = panel.size * 0.85
    lines, letters = fit_text(str(panel.options.get("sized", panel.unit)), size, panel.box.width, 3)
    top = panel.canvas.write(lines, panel.box.left, panel.box.top, letters, style.MUTED) - size * 0.4
    for share in LEGEND_SHARES:
        area = _round_down(most * share)
        radius = _circle_radius(area, most, panel.size)
        middle = top - max(radius, size * LINE_HEIGHT / 2)
        panel.canvas.layer.add_artist(
            Circle(
                (panel.box.left + LARGEST * panel.size, middle), radius, facecolor=style.MUTED, alpha=0.6, linewidth=0
            )
        )
        digits = 0 if area >= 2 else 1
        words = number(area, panel.canvas.lang, digits)
        panel.canvas.write(
            words, panel.box.left + 2.6 * LARGEST * panel.size, middle + size * LINE_HEIGHT / 2, size, style.INK
        )
        top = middle - max(radius, size * LINE_HEIGHT / 2) - size * 0.3


def _round_down(value: float) -> float:
    power = 10.0 ** np.floor(np.log10(value))
    return float(max(step * power for step in (1, 2, 5) if step * power <= value * 1.0001))
