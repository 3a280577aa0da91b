"""Placement of map labels: inside their area if they fit, next to their site, without overlaps."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from amoanalysis.exhibits.drawing.canvas import Box
from amoanalysis.exhibits.drawing.text_metrics import block_height, measure_widest, text_width

GRID = 28
Lead = tuple[list[float], list[float]]


@dataclass(frozen=True)
class Site:
    """A labelled point on the page.

    Attributes:
        label: name.
        kind: kind of site, which sets its marker.
        x: position, points from the left.
        y: position, points from the bottom.
    """

    label: str
    kind: str
    x: float
    y: float


@dataclass(frozen=True)
class Spot:
    """A label and its position.

    Attributes:
        lines: lines of text.
        box: rectangle on the page.
        size: font size, points.
        quiet: whether it names a surrounding area, in grey.
        lead: leader line to the site, or None.
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
    """Places the labels of areas, and of those neighbours whose label fits inside.

    Args:
        shapes: visible parts of the areas, in points of the page.
        texts: lines of each label.
        around: names and visible parts of neighbours.
        sites: points not to be covered.
        view: space of the map.
        size: font size, points.

    Returns:
        The labels with their positions.
    """
    marks = [_make_mark_box(site, size * 0.5) for site in sites]
    spots: list[Spot] = []
    for i in sorted(range(len(shapes)), key=lambda i: shapes[i].area):
        taken = [*marks, *(spot.box for spot in spots)]
        spots.append(Spot(texts[i], _best_box(shapes[i], texts[i], size, view, taken)[0], size))
    for name, shape in around:
        small = size * 0.85
        if shape.area < text_width(name, small) * block_height(1, small):
            continue
        box, outside = _best_box(shape, [name], small, view, [*marks, *(spot.box for spot in spots)])
        if outside < 0.02:
            spots.append(Spot([name], box, small, quiet=True))
    return spots


def place_sites(sites: Sequence[Site], taken: Sequence[Box], view: Box, size: float) -> list[Spot]:
    """Places the names of sites next to their markers, or farther away with a leader line where sites are dense.

    Greedy, in four orders of the sites; the order with the lowest total cost is returned.

    Args:
        sites: the sites.
        taken: rectangles that are occupied.
        view: space of the map.
        size: font size, points.

    Returns:
        The labels with their positions.
    """
    orders: tuple[Callable[[Site], float], ...] = (
        lambda site: _crowding(site, sites),
        lambda site: -text_width(site.label, size),
        lambda site: site.y,
        lambda site: -site.y,
    )
    tries = [_place_in_order(sorted(sites, key=order), taken, view, size) for order in orders]
    return min(tries, key=lambda found: found[1])[0]


def _place_in_order(sites: Sequence[Site], taken: Sequence[Box], view: Box, size: float) -> tuple[list[Spot], float]:
    marks = [_make_mark_box(site, size * 0.45) for site in sites]
    spots: list[Spot] = []
    total = 0.0
    for site in sites:
        others = [*taken, *marks, *(spot.box for spot in spots)]
        lines = [spot.lead for spot in spots if spot.lead]
        best, lowest = None, math.inf
        for box, lead in _candidate_boxes(site, size):
            cost = _leader_cost(box, lead)
            if cost < lowest:
                cost += 100 * round(_hidden_area(box, others, view), 6)
            if cost < lowest:
                cost += 20 * _count_crossings(site, box, lead, others, marks, lines)
            if cost < lowest:
                best, lowest = Spot([site.label], box, size, lead=lead), cost
        spots += [best] if best else []
        total += lowest
    return spots, total


def _crowding(site: Site, sites: Sequence[Site]) -> float:
    return sorted(math.hypot(site.x - other.x, site.y - other.y) for other in sites)[:3][-1]


def _leader_cost(box: Box, lead: Lead | None) -> float:
    return 1 + math.dist(*zip(*lead, strict=True)) / box.height if lead else 0.0


def _hidden_area(box: Box, others: Sequence[Box], view: Box) -> float:
    """Area of a label that overlaps others or leaves the view."""
    return sum(_shared_area(box, other) for other in others) + box.width * box.height - _shared_area(box, view)


def _count_crossings(
    site: Site, box: Box, lead: Lead | None, others: Sequence[Box], marks: Sequence[Box], lines: Sequence[Lead]
) -> int:
    """Counts the leaders, markers and labels that a label and its leader cross or nearly touch."""
    own = _make_mark_box(site, 0.1)
    crossed = sum(_line_meets_box(line, box) for line in lines)
    crossed += sum(_nearly_overlaps(box, mark) for mark in marks if not mark.overlaps(own))
    if lead:
        crossed += sum(_line_meets_box(lead, other) for other in others if not other.overlaps(own))
        crossed += sum(_lines_cross(lead, line) for line in lines)
    return crossed


def _line_meets_box(lead: Lead, box: Box) -> bool:
    (x0, x1), (y0, y1) = lead
    enter, leave = 0.0, 1.0
    for start, step, low, high in ((x0, x1 - x0, box.left, box.right), (y0, y1 - y0, box.bottom, box.top)):
        if step == 0:
            if not low <= start <= high:
                return False
            continue
        first, last = sorted(((low - start) / step, (high - start) / step))
        enter, leave = max(enter, first), min(leave, last)
    return enter <= leave


def _lines_cross(one: Lead, other: Lead) -> bool:
    return _on_both_sides(one, other) and _on_both_sides(other, one)


def _on_both_sides(line: Lead, points: Lead) -> bool:
    (x0, x1), (y0, y1) = line
    sides = [(x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) for x, y in zip(*points, strict=True)]
    return sides[0] * sides[1] <= 0


def _nearly_overlaps(box: Box, mark: Box) -> bool:
    reach = mark.width * 0.8
    return box.overlaps(mark.inset(-reach, -reach, -reach, -reach))


def _best_box(shape: BaseGeometry, lines: list[str], size: float, view: Box, taken: Sequence[Box]) -> tuple[Box, float]:
    wide, tall = measure_widest(lines, size, bold=True) + size * 0.3, block_height(len(lines), size)
    if shape.is_empty:
        return Box(view.left, view.bottom, view.left + wide, view.bottom + tall), 1.0
    middles = _candidate_middles(shape, view, wide, tall)
    half = np.array([wide, tall]) / 2
    low, high = middles - half, middles + half
    boxes = shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1])
    coarse = shapely.make_valid(shape.simplify(1.0))
    hidden = np.zeros(len(middles))
    for box in taken:
        across = np.minimum(high[:, 0], box.right) - np.maximum(low[:, 0], box.left)
        up = np.minimum(high[:, 1], box.top) - np.maximum(low[:, 1], box.bottom)
        hidden += np.clip(across, 0, None) * np.clip(up, 0, None)
    centre = shapely.maximum_inscribed_circle(coarse, tolerance=1.0).coords[0]
    away = np.hypot(middles[:, 0] - centre[0], middles[:, 1] - centre[1]) / (wide + tall)
    outside = _measure_outside(boxes, coarse, hidden * 100 + away)
    best = int(np.argmin(hidden * 100 + outside * 25 + away))
    x, y = middles[best]
    return Box(x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2), float(outside[best] + hidden[best])


def _measure_outside(boxes: np.ndarray, shape: BaseGeometry, others: np.ndarray) -> np.ndarray:
    """Share of each box outside a shape; 1 (not computed) for boxes whose other costs already exceed the best."""
    shapely.prepare(shape)
    within = shapely.covers(shape, boxes)
    outside = np.where(within, 0.0, 1.0)
    reached = ~within & shapely.intersects(shape, boxes) & (others <= (others + 25 * outside).min())
    outside[reached] = 1 - shapely.area(shapely.intersection(boxes[reached], shape)) / shapely.area(boxes[reached])
    return outside


def _candidate_middles(shape: BaseGeometry, view: Box, wide: float, tall: float) -> np.ndarray:
    west, south, east, north = shape.bounds
    across = np.clip(np.linspace(west, east, GRID), view.left + wide / 2, view.right - wide / 2)
    up = np.clip(np.linspace(south, north, GRID), view.bottom + tall / 2, view.top - tall / 2)
    return np.array([(x, y) for x in across for y in up])


def _candidate_boxes(site: Site, size: float) -> Iterator[tuple[Box, Lead | None]]:
    wide, tall = text_width(site.label, size) + size * 0.3, block_height(1, size)
    for ring in range(8):
        gap = size * (0.55 + 1.1 * ring)
        for turn in (0, 180, 45, 315, 135, 225, 90, 270, 20, 340, 160, 200):
            x, y = math.cos(math.radians(turn)), math.sin(math.radians(turn))
            middle_x, middle_y = site.x + x * (gap + wide / 2), site.y + y * (gap + tall / 2)
            box = Box(middle_x - wide / 2, middle_y - tall / 2, middle_x + wide / 2, middle_y + tall / 2)
            yield box, _make_leader(site, box) if ring else None


def _shared_area(one: Box, other: Box) -> float:
    across = min(one.right, other.right) - max(one.left, other.left)
    up = min(one.top, other.top) - max(one.bottom, other.bottom)
    return max(across, 0.0) * max(up, 0.0)


def _make_leader(site: Site, box: Box) -> Lead:
    x = min(max(site.x, box.left), box.right)
    y = min(max(site.y, box.bottom), box.top)
    return [site.x, x], [site.y, y]


def _make_mark_box(site: Site, reach: float) -> Box:
    return Box(site.x - reach, site.y - reach, site.x + reach, site.y + reach)
