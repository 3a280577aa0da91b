"""An exhibit: a chart as data plus declared texts, which every picture, slide and workbook is made from."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape

from matplotlib.figure import Figure

from amoanalysis.exhibits.drawing.canvas import format_note, format_sources
from amoanalysis.exhibits.drawing.figure import draw_exhibit
from amoanalysis.exhibits.drawing.form_specs import ExhibitContent
from amoanalysis.plot.style import RC, find_size


class Exhibit(ExhibitContent):
    """A finished chart: its content, and the pictures and HTML made from it."""

    def figure(self, size: str = "slide") -> Figure:
        """Draws the exhibit.

        Args:
            size: slide (13.33 x 7.5 in), half (6.4 x 5.6), page (6.3 x 4); notebook and deck are the chart alone,
                where title and source stand beside it as text.

        Returns:
            A figure of its own, outside of pyplot.

        Raises:
            UserError: if the size is unknown.
        """
        with drawing_style():
            return draw_exhibit(self, find_size(size))

    def png(self, size: str = "slide") -> bytes:
        """The picture of a size as PNG, the same bytes whenever it is drawn."""
        with drawing_style():
            return encode_png(self.figure(size))

    def _repr_html_(self) -> str:
        small = "margin:0.2em 0;font-size:0.85em"
        foot = [line for line in (format_note(self.note, self.lang), format_sources(self.sources, self.lang)) if line]
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
            from amoanalysis.exhibits.drawing.html_table import table_html

            name = f"{self.id}-{self.place}-{self.lang}"
            given = {key: self.options.get(key) for key in ("headings", "spanners", "digits")}
            return table_html(self.data, self.lang, name, self.title, **given)
        picture = base64.b64encode(self.png("notebook")).decode()
        return (
            f'<img alt="{escape(self.alt)}" src="data:image/png;base64,{picture}" width="960" '
            f'style="max-width:100%;height:auto">'
        )


def encode_png(figure: Figure) -> bytes:
    """A figure as PNG: the same bytes for the same picture."""
    target = io.BytesIO()
    figure.savefig(target, format="png", metadata={"Software": None}, pil_kwargs={"compress_level": 3})
    return target.getvalue()


@contextmanager
def drawing_style() -> Iterator[None]:
    """Draws in our style alone, whatever the notebook around it has set, and leaves its settings as they were."""
    from matplotlib import style

    with style.context(["default", dict(RC)]):
        yield
