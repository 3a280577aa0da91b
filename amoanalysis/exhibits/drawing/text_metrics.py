"""How wide letters are, and texts broken into lines that fit: all in points, before anything is drawn."""

from functools import cache

from matplotlib import rc_context, rcParams
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties

LINE_HEIGHT = 1.24
_REFERENCE_SIZE = 60
UNHINTED = "no_hinting"


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Width of one line of text, in points.

    Args:
        text: the line.
        size: points of the letters.
        bold: whether the letters are bold.
    """
    words = text.split(" ")
    if len(words) == 1:
        return _width_of_one_point(text, bold) * size
    # Lines are tried by the thousand, of the same words over and over: a word is measured once.
    return (sum(_advance(word, bold) for word in words) + (len(words) - 1) * _advance(" ", bold)) * size


@cache
def _advance(word: str, bold: bool) -> float:
    """How far a word moves what follows it: between two bars, so that the room beside its letters counts."""
    return _width_of_one_point(f"|{word}|", bold) - _width_of_one_point("||", bold)


@cache
def _width_of_one_point(text: str, bold: bool) -> float:
    # Hinting moves the widths: they are kept for good, so they must not depend on the style of who asks first.
    if rcParams["text.hinting"] == UNHINTED:
        return _measure(text, bold)
    with rc_context({"text.hinting": UNHINTED}):
        return _measure(text, bold)


def _measure(text: str, bold: bool) -> float:
    width, _, _ = _renderer().get_text_width_height_descent(text, _font(bold), ismath=False)
    return float(width) / _REFERENCE_SIZE


@cache
def _font(bold: bool) -> FontProperties:
    return FontProperties(family="DejaVu Sans", size=_REFERENCE_SIZE, weight="bold" if bold else "normal")


@cache
def _renderer() -> RendererAgg:
    return RendererAgg(8, 8, 72)


def measure_widest(texts: list[str], size: float, bold: bool = False) -> float:
    """Width of the widest of some lines, in points; 0 where there are none."""
    return max((text_width(text, size, bold) for text in texts), default=0.0)


def wrap_text(text: str, size: float, width: float, bold: bool = False, even: bool = True) -> list[str]:
    """A text in as few lines as the width allows; a word wider than the width keeps a line of its own.

    Args:
        text: the text.
        size: points of the letters.
        width: points that a line may take.
        bold: whether the letters are bold.
        even: whether the lines shall be of like length, else each is as full as it can be.

    Returns:
        Its lines.
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
    """A text in at most so many lines, in smaller letters where it has to be.

    Args:
        text: the text.
        size: points of the letters at most.
        width: points that a line may take.
        lines: how many lines there is room for.
        bold: whether the letters are bold.
        even: whether the lines shall be of like length.

    Returns:
        Its lines, and the points of their letters.
    """
    broken = wrap_text(text, size, width, bold, even)
    while len(broken) > lines or measure_widest(broken, size, bold) > width:
        size *= 0.96
        broken = wrap_text(text, size, width, bold, even)
    return broken, size


def block_height(lines: int, size: float) -> float:
    """Height of a block of lines, in points."""
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
