"""Widths of text and line breaking, in points, before anything is drawn."""

from functools import cache

from matplotlib import rc_context
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties

LINE_HEIGHT = 1.24
_REFERENCE_SIZE = 60


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Measures the width of one line of text, in points.

    Args:
        text: the line.
        size: font size, points.
        bold: whether the text is bold.
    """
    words = text.split(" ")
    if len(words) == 1:
        return _width_of_one_point(text, bold) * size
    # Wrapping tries many lines of the same words: each word is measured once.
    return (sum(_advance(word, bold) for word in words) + (len(words) - 1) * _advance(" ", bold)) * size


@cache
def _advance(word: str, bold: bool) -> float:
    """Advance width of a word at 1 point, measured between two bars so that side bearings count."""
    return _width_of_one_point(f"|{word}|", bold) - _width_of_one_point("||", bold)


@cache
def _width_of_one_point(text: str, bold: bool) -> float:
    # Hinting changes widths, which are cached: they must not depend on the style in effect at the first call.
    font = FontProperties(family="DejaVu Sans", size=_REFERENCE_SIZE, weight="bold" if bold else "normal")
    with rc_context({"text.hinting": "no_hinting"}):
        width, _, _ = _renderer().get_text_width_height_descent(text, font, ismath=False)
    return float(width) / _REFERENCE_SIZE


@cache
def _renderer() -> RendererAgg:
    return RendererAgg(8, 8, 72)


def measure_widest(texts: list[str], size: float, bold: bool = False) -> float:
    """Measures the widest of some lines, in points; 0 without lines."""
    return max((text_width(text, size, bold) for text in texts), default=0.0)


def wrap_text(text: str, size: float, width: float, bold: bool = False, even: bool = True) -> list[str]:
    """Wraps a text into as few lines as the width allows; a word wider than the width gets its own line.

    Args:
        text: the text.
        size: font size, points.
        width: largest width of a line, points.
        bold: whether the text is bold.
        even: whether to balance the lengths of the lines; else each line is filled as far as possible.

    Returns:
        The lines.
    """
    fewest = _fill_lines(text, size, width, bold)
    for share in (0.55, 0.65, 0.75, 0.85, 0.93) if even and len(fewest) > 1 else ():
        narrower = _fill_lines(text, size, width * share, bold)
        if len(narrower) == len(fewest) and measure_widest(narrower, size, bold) <= measure_widest(fewest, size, bold):
            return narrower
    return fewest


def fit_text(
    text: str, size: float, width: float, lines: int, bold: bool = False, even: bool = True
) -> tuple[list[str], float]:
    """Wraps a text into a limited number of lines, in a smaller font size if needed.

    Args:
        text: the text.
        size: largest font size, points.
        width: largest width of a line, points.
        lines: largest number of lines.
        bold: whether the text is bold.
        even: whether to balance the lengths of the lines.

    Returns:
        The lines, and their font size.
    """
    broken = wrap_text(text, size, width, bold, even)
    while len(broken) > lines or measure_widest(broken, size, bold) > width:
        size *= 0.96
        broken = wrap_text(text, size, width, bold, even)
    return broken, size


def block_height(lines: int, size: float) -> float:
    """Computes the height of a block of lines, in points."""
    return lines * LINE_HEIGHT * size


def _fill_lines(text: str, size: float, width: float, bold: bool) -> list[str]:
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
