"""The region as a map to be clicked: an SVG whose municipalities are links, reached by keyboard too."""

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING

from amoanalysis.charts import style
from amoanalysis.tables import Data
from amoanalysis.text import text
from amoanalysis.themes.atlas import SHAPES

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

# ETRS-TM35FIN, in which Finland is mapped; metres.
PROJECTION = 3067
WIDTH = 420.0
MARGIN = 14.0
# Finer than a screen shows, metres.
SIMPLIFIED = 350.0


def region_map(data: Data, links: Mapping[str, str], said: Mapping[str, str], lang: str) -> str:
    """Draws the municipalities of the region, its neighbours in grey around them.

    Args:
        data: the folder, for shapes, names and colours.
        links: code -> where a municipality leads.
        said: code -> what is said of it beside its name, for those who do not see the map.
        lang: language of the names.

    Returns:
        SVG to stand within a page; empty where the folder holds no shapes of them all.
    """
    if not (data.folder / "geo" / f"{SHAPES}.geojson").is_file():
        return ""
    shapes = data.geometry(SHAPES).to_crs(PROJECTION).set_index("place").geometry.simplify(SIMPLIFIED)
    own = [code for code in links if code in shapes.index]
    if not own:
        return ""
    left, bottom, right, top = shapes.loc[own].total_bounds
    scale = (WIDTH - 2 * MARGIN) / (right - left)
    height = (top - bottom) * scale + 2 * MARGIN

    def placed(x: float, y: float) -> tuple[float, float]:
        return MARGIN + (x - left) * scale, MARGIN + (top - y) * scale

    parts = [f'<path class="around" d="{_path(shapes[code], placed)}"/>' for code in shapes.index if code not in own]
    parts += [_link(data, code, shapes[code], placed, links[code], said.get(code, ""), lang) for code in own]
    label = escape(text("site.map", lang))
    return (
        f'<svg class="region-map" viewBox="0 0 {WIDTH:.0f} {height:.0f}" role="group" aria-label="{label}" '
        f'xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
    )


def _link(data: Data, code: str, shape: "BaseGeometry", placed: object, target: str, said: str, lang: str) -> str:
    place = data.places[code]
    name = place.named(lang)
    point = shape.representative_point()
    x, y = placed(point.x, point.y)  # type: ignore[operator]
    fill = style.mixed(place.colour, style.PAPER, 0.62)
    label = f"{name}. {said}" if said else name
    return (
        f'<a href="{escape(target)}" aria-label="{escape(label)}"><title>{escape(label)}</title>'
        f'<path d="{_path(shape, placed)}" fill="{fill}"/>'
        f'<text x="{x:.0f}" y="{y:.0f}">{escape(name)}</text></a>'
    )


def _path(shape: "BaseGeometry", placed: object) -> str:
    from shapely import get_parts

    rings = [part.exterior.coords for part in get_parts(shape) if not part.is_empty]
    return "".join(
        "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in (placed(*point[:2]) for point in ring)) + "Z"  # type: ignore[operator]
        for ring in rings
    )
