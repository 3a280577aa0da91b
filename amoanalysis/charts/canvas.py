"""A page measured in points: texts, keys and axes are laid on it where there is room, never by trial."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patheffects import AbstractPathEffect, withStroke

from amoanalysis.charts import style
from amoanalysis.charts.measure import LINE, height_of


@dataclass(frozen=True)
class Box:
    """A rectangle on the page, in points from its lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """Points from left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Points from bottom to top."""
        return self.top - self.bottom

    @property
    def middle(self) -> tuple[float, float]:
        """The middle point."""
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2

    def inset(self, left: float = 0, bottom: float = 0, right: float = 0, top: float = 0) -> "Box":
        """The rectangle less what is taken off at each edge."""
        return Box(self.left + left, self.bottom + bottom, self.right - right, self.top - top)

    def meets(self, other: "Box") -> bool:
        """Whether the two share more than an edge."""
        across = self.left < other.right and other.left < self.right
        return across and self.bottom < other.top and other.bottom < self.top


class Page:
    """A page on which nothing is drawn: it tells how much room texts take.

    Attributes:
        size: the size it is made in.
        lang: language of its words and numbers.
        width: points from left to right.
        height: points from bottom to top.
        page: the whole of it less the margins.
    """

    def __init__(self, size: style.Size, lang: str) -> None:
        self.size = size
        self.lang = lang
        self.width, self.height = size.width * 72, size.height * 72
        self.page = Box(size.margin, size.margin, self.width - size.margin, self.height - size.margin)

    def write(
        self,
        lines: str | Sequence[str],
        x: float,
        top: float,
        size: float,
        colour: str = style.INK,
        align: str = "left",
        bold: bool = False,
        italic: bool = False,
        halo: bool = False,
    ) -> float:
        """Writes a block of lines downwards.

        Args:
            lines: one line, or several.
            x: its left edge, middle or right edge, by `align`.
            top: its upper edge.
            size: points of the letters.
            colour: of the letters.
            align: left, center or right.
            bold: whether the letters are bold.
            italic: whether they slant.
            halo: whether they have a white edge, for letters on a map or an area.

        Returns:
            The lower edge of the block.
        """
        return top - height_of(1 if isinstance(lines, str) else len(lines), size)


class Canvas(Page):
    """A figure with a layer over it on which one unit is one point.

    Attributes:
        figure: the matplotlib figure, on an Agg canvas of its own.
        layer: the layer for texts and keys. Its scale is fixed: shapes go on it by `add_artist`, unmeasured.
    """

    def __init__(self, size: style.Size, lang: str) -> None:
        super().__init__(size, lang)
        self.figure = Figure(figsize=(size.width, size.height), dpi=size.dpi, facecolor=style.PAPER)
        FigureCanvasAgg(self.figure)
        self.layer = self.figure.add_axes((0, 0, 1, 1), zorder=10, facecolor="none")
        self.layer.set(xlim=(0, self.width), ylim=(0, self.height))
        self.layer.set_axis_off()

    def axes(self, box: Box) -> Axes:
        """Axes that fill a box: no frame, no ticks, texts of the body's size."""
        shares = (box.left / self.width, box.bottom / self.height, box.width / self.width, box.height / self.height)
        axes = self.figure.add_axes(shares, facecolor="none")
        for spine in axes.spines.values():
            spine.set_visible(False)
        axes.set(xticks=[], yticks=[])
        axes.tick_params(length=0, pad=4, labelsize=self.size.body * 0.9, labelcolor=style.MUTED)
        return axes

    def point(self, axes: Axes, x: float, y: float) -> tuple[float, float]:
        """Where a point of the data lies on the page."""
        across, up = axes.transData.transform((x, y)) * 72 / self.figure.dpi
        return float(across), float(up)

    def write(
        self,
        lines: str | Sequence[str],
        x: float,
        top: float,
        size: float,
        colour: str = style.INK,
        align: str = "left",
        bold: bool = False,
        italic: bool = False,
        halo: bool = False,
    ) -> float:
        """Writes a block of lines downwards, and returns its lower edge; see `Page.write`."""
        block = [lines] if isinstance(lines, str) else list(lines)
        for i, line in enumerate(block):
            written = self.layer.text(
                x, top - (i * LINE + 0.97) * size, line, fontsize=size, color=colour, ha=align, va="baseline",
                weight="bold" if bold else "normal", style="italic" if italic else "normal",
            )  # fmt: skip
            if halo:
                written.set_path_effects(_halo(size))
        return super().write(block, x, top, size)

    def upright(self, line: str, x: float, bottom: float, size: float, colour: str = style.INK) -> None:
        """Writes a line upwards, its middle on x."""
        self.layer.text(x, bottom, line, fontsize=size, color=colour, rotation=90, ha="center", va="bottom")

    def rule(self, xs: Sequence[float], ys: Sequence[float], colour: str = style.MUTED, width: float = 0.8) -> None:
        """Draws a thin line through points of the page."""
        self.layer.plot(xs, ys, color=colour, linewidth=width, solid_capstyle="butt")


def _halo(size: float) -> list[AbstractPathEffect]:
    return [withStroke(linewidth=size / 5, foreground=style.PAPER)]
