"""Where the labels of a map go: inside their own area if they fit, beside their site, and never on each other."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from amoanalysis.charts.canvas import Box
from amoanalysis.charts.measure import height_of, text_width, widest

GRID = 28
Lead = tuple[list[float], list[float]]


@dataclass(frozen=True)
class Site:
    """A marked point on the page.

    Attributes:
        label: its name.
        kind: what it is.
        x: points from the left.
        y: points from below.
    """

    label: str
    kind: str
    x: float
    y: float


@dataclass(frozen=True)
class Spot:
    """A label and where it goes.

    Attributes:
        lines: its lines.
        box: its rectangle on the page.
        size: points of its letters.
        quiet: whether it belongs to the surroundings.
        lead: points of a line to what it names, where it stands off.
    """

    lines: list[str]
    box: Box
    size: float
    quiet: bool = False
    lead: Lead | None = None


def place_areas(
    shapes: Sequence[BaseGeometry], texts: Sequence[list[str]], around: Sequence[tuple[str, BaseGeometry]],
    sites: Sequence[Site], view: Box, size: float,
) -> list[Spot]:  # fmt: skip
    """Places the labels of areas, and of those neighbours that have room for theirs.

    Args:
        shapes: visible shapes of the areas, in points of the page.
        texts: lines of their labels.
        around: names and visible shapes of neighbours.
        sites: points that must not be covered.
        view: the map's room.
        size: points of the letters.

    Returns:
        The labels with their places.
    """
    marks = [_around(site, size * 0.5) for site in sites]
    spots: list[Spot] = []
    for i in sorted(range(len(shapes)), key=lambda i: shapes[i].area):
        taken = [*marks, *(spot.box for spot in spots)]
        spots.append(Spot(texts[i], _best(shapes[i], texts[i], size, view, taken)[0], size))
    for name, shape in around:
        small = size * 0.85
        box, outside = _best(shape, [name], small, view, [*marks, *(spot.box for spot in spots)])
        if outside < 0.02:
            spots.append(Spot([name], box, small, quiet=True))
    return spots


def place_sites(sites: Sequence[Site], taken: Sequence[Box], view: Box, size: float) -> list[Spot]:
    """Places the names of sites beside their marks, farther off and with a leader where it is crowded.

    Args:
        sites: the sites.
        taken: rectangles of labels that stand already.
        view: the map's room.
        size: points of the letters.

    Returns:
        The labels with their places.
    """
    orders: tuple[Callable[[Site], float], ...] = (
        lambda site: _crowd(site, sites),
        lambda site: -text_width(site.label, size),
        lambda site: site.y,
        lambda site: -site.y,
    )
    tries = [_in_order(sorted(sites, key=order), taken, view, size) for order in orders]
    return min(tries, key=lambda found: found[1])[0]


def _in_order(sites: Sequence[Site], taken: Sequence[Box], view: Box, size: float) -> tuple[list[Spot], float]:
    marks = [_around(site, size * 0.45) for site in sites]
    spots: list[Spot] = []
    total = 0.0
    for site in sites:
        others = [*taken, *marks, *(spot.box for spot in spots)]
        lines = [spot.lead for spot in spots if spot.lead]
        costs = [(_cost(site, *found, others, marks, lines, view), found) for found in _beside(site, size)]
        cost, (box, lead) = min(costs, key=lambda found: found[0])
        spots.append(Spot([site.label], box, size, lead=lead))
        total += cost
    return spots, total


def _crowd(site: Site, sites: Sequence[Site]) -> float:
    return sorted(math.hypot(site.x - other.x, site.y - other.y) for other in sites)[:3][-1]


def _cost(
    site: Site, box: Box, lead: Lead | None, others: Sequence[Box], marks: Sequence[Box],
    lines: Sequence[Lead], view: Box,
) -> float:
    hidden = sum(_shared(box, other) for other in others) + box.width * box.height - _shared(box, view)
    crossed = sum(_crosses(line, box) for line in lines)
    crossed += sum(_near(box, mark) for mark in marks if not mark.meets(_around(site, 0.1)))
    if lead is None:
        return 100 * round(hidden, 6) + 20 * crossed
    own = _around(site, 0.1)
    crossed += sum(_crosses(lead, other) for other in others if not other.meets(own))
    crossed += sum(_line(lead).intersects(_line(line)) for line in lines)
    return 100 * round(hidden, 6) + 20 * crossed + 1 + _line(lead).length / box.height


def _near(box: Box, mark: Box) -> bool:
    reach = mark.width * 0.8
    return box.meets(mark.inset(-reach, -reach, -reach, -reach))


def _crosses(lead: Lead, box: Box) -> bool:
    return bool(_line(lead).intersects(_shape(box)))


def _line(lead: Lead) -> BaseGeometry:
    return shapely.LineString(list(zip(*lead, strict=True)))


def _best(shape: BaseGeometry, lines: list[str], size: float, view: Box, taken: Sequence[Box]) -> tuple[Box, float]:
    if shape.is_empty:
        return Box(view.left, view.bottom, view.left, view.bottom), 1.0
    wide, tall = widest(lines, size, bold=True) + size * 0.3, height_of(len(lines), size)
    middles = _middles(shape, view, wide, tall)
    boxes = shapely.box(
        middles[:, 0] - wide / 2, middles[:, 1] - tall / 2, middles[:, 0] + wide / 2, middles[:, 1] + tall / 2
    )
    outside = 1 - shapely.area(shapely.intersection(boxes, shape)) / (wide * tall)
    hidden = sum((shapely.area(shapely.intersection(boxes, _shape(box))) for box in taken), np.zeros(len(boxes)))
    centre = shapely.maximum_inscribed_circle(shape, tolerance=1.0).coords[0] if shape.area > 0 else shape.centroid
    away = np.hypot(middles[:, 0] - centre[0], middles[:, 1] - centre[1]) / (wide + tall)
    best = int(np.argmin(hidden * 100 + outside * 25 + away))
    x, y = middles[best]
    return Box(x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2), float(outside[best] + hidden[best])


def _middles(shape: BaseGeometry, view: Box, wide: float, tall: float) -> np.ndarray:
    west, south, east, north = shape.bounds
    across = np.clip(np.linspace(west, east, GRID), view.left + wide / 2, view.right - wide / 2)
    up = np.clip(np.linspace(south, north, GRID), view.bottom + tall / 2, view.top - tall / 2)
    return np.array([(x, y) for x in across for y in up])


def _beside(site: Site, size: float) -> Iterator[tuple[Box, Lead | None]]:
    wide, tall = text_width(site.label, size) + size * 0.3, height_of(1, size)
    for ring in range(8):
        gap = size * (0.55 + 1.1 * ring)
        for turn in (0, 180, 45, 315, 135, 225, 90, 270, 20, 340, 160, 200):
            x, y = math.cos(math.radians(turn)), math.sin(math.radians(turn))
            middle_x, middle_y = site.x + x * (gap + wide / 2), site.y + y * (gap + tall / 2)
            box = Box(middle_x - wide / 2, middle_y - tall / 2, middle_x + wide / 2, middle_y + tall / 2)
            yield box, _lead(site, box) if ring else None


def _shared(one: Box, other: Box) -> float:
    across = min(one.right, other.right) - max(one.left, other.left)
    up = min(one.top, other.top) - max(one.bottom, other.bottom)
    return max(across, 0.0) * max(up, 0.0)


def _lead(site: Site, box: Box) -> Lead:
    x = min(max(site.x, box.left), box.right)
    y = min(max(site.y, box.bottom), box.top)
    return [site.x, x], [site.y, y]


def _around(site: Site, reach: float) -> Box:
    return Box(site.x - reach, site.y - reach, site.x + reach, site.y + reach)


def _shape(box: Box) -> BaseGeometry:
    return shapely.box(box.left, box.bottom, box.right, box.top)
