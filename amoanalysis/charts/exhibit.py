"""An exhibit: a chart as data plus declared texts, which every picture, slide and workbook is made from."""

import base64
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from amoanalysis.charts.spec import check
from amoanalysis.charts.style import RC, size_named
from amoanalysis.errors import DataError
from amoanalysis.text import check_language

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, eq=False)
class Exhibit:
    """A chart that knows what it says, what it shows and where its figures come from.

    Attributes:
        id: name of the chart, the same for every place ("labour_gap").
        form: how it is drawn: fan, fan_grid, bars, stacked, pyramid, slope, heat, timeline, waterfall,
            curve, table, map, dots or flows.
        data: its data, in the columns of the form (`charts.spec.FORMS`).
        title: the finding, in a sentence.
        subtitle: measure, unit, area, period.
        unit: unit of the values.
        sources: who produced the figures, table and year; one entry a source.
        note: what the reader must know: assumed, second-hand, incomplete; may be empty.
        alt: the chart in words, for who does not see it.
        place: slug of the place, for file names.
        lang: fi, en or sv.
        options: options of the form; `colours` maps a series to its colour, `decimals` sets the digits, `sign` shows
            a plus.
        missing: says what is missing and why; the form is then not drawn.
    """

    id: str
    form: str
    data: pd.DataFrame
    title: str
    subtitle: str
    unit: str
    sources: tuple[str, ...]
    note: str
    alt: str
    place: str
    lang: str
    options: Mapping[str, Any] = field(default_factory=dict)
    missing: str | None = None

    def __post_init__(self) -> None:
        """Refuses an exhibit that could not be drawn or would leave its reader alone.

        Raises:
            UserError: if the form or language is unknown.
            DataError: if a text is empty or the data is not in the form's columns.
        """
        check_language(self.lang)
        for name in ("title", "alt", "sources"):
            if not getattr(self, name) and not (name == "sources" and self.missing):
                raise DataError(f"The chart '{self.id}' has no {name}: every chart carries one.")
        if self.missing is None:
            check(self.id, self.form, self.data, self.options)

    def figure(self, size: str = "slide") -> "Figure":
        """Draws the exhibit.

        Args:
            size: slide (13.33 x 7.5 in), half (6.4 x 5.6), page (6.3 x 4); notebook and deck are the chart alone,
                where title and source stand beside it as text.

        Returns:
            A figure of its own, outside of pyplot.

        Raises:
            UserError: if the size is unknown.
        """
        from amoanalysis.charts.drawing import drawn

        with drawing_style():
            return drawn(self, size_named(size))

    def png(self, size: str = "slide") -> bytes:
        """The picture of a size as PNG, the same bytes whenever it is drawn."""
        with drawing_style():
            return png_of(self.figure(size))

    def _repr_html_(self) -> str:
        from amoanalysis.charts.frame import note_line, source_line

        small = "margin:0.2em 0;font-size:0.85em"
        foot = [line for line in (note_line(self.note, self.lang), source_line(self.sources, self.lang)) if line]
        subtitle = f'<p style="margin:0.2em 0 0.6em">{escape(self.subtitle)}</p>' if self.subtitle else ""
        return (
            f'<figure class="exhibit" lang="{self.lang}" style="margin:1em 0;max-width:960px">'
            f'<h3 style="margin:0">{escape(self.title)}</h3>'
            f"{subtitle}"
            f"{self._body()}"
            f"<figcaption>{''.join(f'<p style={chr(34)}{small}{chr(34)}>{escape(line)}</p>' for line in foot)}"
            f"</figcaption></figure>"
        )

    def _body(self) -> str:
        """The picture; of a table its rows, which can be read, copied and searched."""
        if self.form == "table" and self.missing is None:
            from amoanalysis.charts.lookup import table_html

            name = f"{self.id}-{self.place}-{self.lang}"
            given = {key: self.options.get(key) for key in ("headings", "spanners", "digits")}
            return table_html(self.data, self.lang, name, self.title, **given)
        picture = base64.b64encode(self.png("notebook")).decode()
        return (
            f'<img alt="{escape(self.alt)}" src="data:image/png;base64,{picture}" width="960" '
            f'style="max-width:100%;height:auto">'
        )


def png_of(figure: "Figure") -> bytes:
    """A figure on its Agg canvas as PNG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    from amoanalysis.charts.png import png_bytes

    canvas = cast(FigureCanvasAgg, figure.canvas)
    canvas.draw()
    return png_bytes(np.asarray(canvas.buffer_rgba()), figure.dpi)


@contextmanager
def drawing_style() -> Iterator[None]:
    """Draws in our style alone, whatever the notebook around it has set, and leaves its settings as they were."""
    from matplotlib import style

    with style.context(["default", dict(RC)]):
        yield
