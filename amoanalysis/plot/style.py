"""Style of all charts: sizes of the canvas, colours, colour maps and fonts."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matplotlib.colors import LinearSegmentedColormap

from amoanalysis.errors import unknown_name_error


@dataclass(frozen=True)
class Size:
    """Size of a canvas and of the text on it.

    Attributes:
        width: inches.
        height: inches.
        dpi: dots per inch of its PNG.
        body: font size of labels, points.
        title: largest font size of the title, points; a long title is set smaller.
        footer: font size of note and source, points.
        margin: empty space at each edge, points.
        framed: whether title, subtitle, note and source are part of the picture.
    """

    width: float
    height: float
    dpi: int
    body: float
    title: float
    footer: float
    margin: float
    framed: bool = True


SIZES: Mapping[str, Size] = {
    "slide": Size(40 / 3, 7.5, 144, body=18, title=27, footer=12, margin=30),
    "half": Size(6.4, 5.6, 200, body=13, title=17, footer=8.5, margin=16),
    "page": Size(6.3, 4.0, 300, body=9, title=12, footer=7, margin=8),
    "notebook": Size(9.6, 4.8, 150, body=13, title=17, footer=10, margin=6, framed=False),
    "deck": Size(12.3, 4.6, 200, body=18, title=27, footer=12, margin=4, framed=False),
}

INK = "#1f2933"
MUTED = "#56616c"
GRID = "#d9dee3"
PAPER = "#ffffff"
CALM = "#f2f4f6"
LAND = "#eff1f3"
PLAIN = "#2f6690"
UP = "#5b9bd0"
DOWN = "#d98032"
TOTAL = "#4a5560"
FEMALE = "#eab57f"
MALE = "#86acd0"

SERIES = ("#1f5f99", "#d55e00", "#2aa7a0", "#511d19", "#8a2be2", "#dd9b80", "#0d0d45", "#e96ae6")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p")
DASHES = {"line": "-", "dashed": (0, (4, 2)), "dotted": (0, (1, 1.5)), "dashdot": (0, (5, 1.5, 1, 1.5))}
HATCHES = ("", "////", "....", "\\\\\\\\", "xxxx", "----", "++++", "oo")

SECTOR_COLOURS: Mapping[str, str] = {
    "A": "#3f7d3a",
    "B": "#5c4033",
    "C": "#a9743a",
    "D": "#e3bd4e",
    "E": "#7c9a86",
    "F": "#c0503c",
    "G": "#3567ab",
    "H": "#8fb8de",
    "I": "#e08a2e",
    "J": "#4f4c9b",
    "K": "#aaa5da",
    "L": "#776584",
    "M": "#1f7f7c",
    "N": "#8fd0c6",
    "O": "#465264",
    "P": "#b65f9d",
    "Q": "#7d2250",
    "R": "#f0a9b8",
    "S": "#b9a998",
    "TUX": "#c8ced5",
}

_SEQUENTIAL = ("#f1f5f8", "#bfd7e8", "#7fb0d3", "#3f80b5", "#184a7d")
_DIVERGING = ("#a3480a", "#e0914a", "#f8dfc4", "#fafafa", "#c6dcec", "#6ba3cf", "#1c548c")

RC: Mapping[str, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana"],
    "text.parse_math": False,
    "text.hinting": "no_hinting",
    "text.color": INK,
    "hatch.linewidth": 0.8,
    "svg.hashsalt": "amoanalysis",
    "svg.fonttype": "none",
    "pdf.fonttype": 42,
}


def find_size(name: str) -> Size:
    """Returns the size with a name.

    Raises:
        UserError: if the name is unknown.
    """
    if name not in SIZES:
        raise unknown_name_error("size", name, SIZES)
    return SIZES[name]


def luminance(colour: str) -> float:
    """Relative luminance of a colour, 0 (black) to 1 (white), as WCAG 2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21, as WCAG 2 defines it."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def darken_for_text(colour: str) -> str:
    """Darkens a colour until text in it is readable on white (contrast 4.5)."""
    shade = colour
    while contrast(shade, PAPER) < 4.5:
        shade = mix(shade, "#000000", 0.08)
    return shade


def choose_ink(colour: str) -> str:
    """Returns the colour of text on a fill: dark or white, whichever has the higher contrast."""
    return max((INK, PAPER), key=lambda ink: contrast(ink, colour))


def mix(colour: str, other: str, share: float) -> str:
    """Mixes two colours.

    Args:
        colour: #rrggbb.
        other: #rrggbb.
        share: weight of the second colour, 0 to 1.
    """
    pairs = [(int(colour[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def ramp(share: float, palette: str = "sequential") -> str:
    """Returns a colour of a scale.

    Args:
        share: 0 to 1; in a diverging scale 0.5 is the middle.
        palette: sequential (light to dark) or diverging (orange, white, blue).
    """
    stops = _DIVERGING if palette == "diverging" else _SEQUENTIAL
    position = min(max(share, 0.0), 1.0) * (len(stops) - 1)
    below = min(math.floor(position), len(stops) - 2)
    return mix(stops[below], stops[below + 1], position - below)


def colour_map(palette: str = "sequential", start: float = 0.0) -> LinearSegmentedColormap:
    """The colours of `ramp` as a matplotlib colour map.

    Args:
        palette: sequential (light to dark) or diverging (orange, white, blue).
        start: share of the scale at which the map starts; more than 0 keeps the lightest colours out.
    """
    shades = [ramp(start + (1 - start) * i / 24, palette) for i in range(25)]
    return LinearSegmentedColormap.from_list(f"amo_{palette}", shades)
