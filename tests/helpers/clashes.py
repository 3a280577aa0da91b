"""Finds texts of a figure that are cut off at the edge or overlap another text."""

from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

TOUCH = 1.0


def clashes(figure: Figure) -> list[str]:
    """Lists texts that leave the figure or overlap.

    Args:
        figure: a figure drawn on an Agg canvas.

    Returns:
        One sentence per fault.
    """
    figure.draw_without_rendering()
    page = figure.bbox.padded(TOUCH)
    boxes = [(text.get_text(), text.get_window_extent()) for text in _visible_texts(figure)]
    found = [f"'{words}' leaves the page" for words, box in boxes if not _is_inside(box, page)]
    for i, (words, box) in enumerate(boxes):
        found += [f"'{words}' overlaps '{others}'" for others, other in boxes[i + 1 :] if _overlap(box, other)]
    return found


def _visible_texts(figure: Figure) -> list[Text]:
    hidden = {label for axes in figure.axes for axis in (axes.xaxis, axes.yaxis) for label in _hidden_labels(axis)}
    texts = [text for text in figure.findobj(Text) if text not in hidden]
    return [text for text in texts if text.get_visible() and text.get_text().strip()]


def _hidden_labels(axis: Axis) -> list[Text]:
    low, high = sorted(axis.get_view_interval())
    reach = (high - low) * 1e-6
    labels: list[Text] = []
    for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
        seen = low - reach <= tick.get_loc() <= high + reach
        labels += [tick.label2] if seen else [tick.label1, tick.label2]
    if not axis.axes.axison:
        return labels + [tick.label1 for tick in axis.get_major_ticks()]
    return labels


def _is_inside(box: Bbox, page: Bbox) -> bool:
    return box.x0 >= page.x0 and box.y0 >= page.y0 and box.x1 <= page.x1 and box.y1 <= page.y1


def _overlap(one: Bbox, other: Bbox) -> bool:
    across = min(one.x1, other.x1) - max(one.x0, other.x0)
    up = min(one.y1, other.y1) - max(one.y0, other.y0)
    return across > TOUCH and up > TOUCH
