"""An exhibit: a chart as data plus declared texts, from which pictures, slides and workbooks are made."""

from __future__ import annotations

import base64
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape

from matplotlib.figure import Figure

from amoanalysis.exhibits.drawing.canvas import format_note, format_sources
from amoanalysis.exhibits.drawing.figure import draw_exhibit
from amoanalysis.exhibits.drawing.form_specs import ExhibitContent
from amoanalysis.plot.style import RC, find_size


class Exhibit(ExhibitContent):
    """A chart ready to show: its content, and the pictures and HTML made from it."""

    def figure(self, size: str = "slide") -> Figure:
        """Draws the exhibit.

        Args:
            size: slide (13.33 x 7.5 in), half (6.4 x 5.6) or page (6.3 x 4); notebook and deck leave out title,
                note and source, which are then text next to the picture.

        Returns:
            A figure that pyplot does not manage.

        Raises:
            UserError: if the size is unknown.
        """
        with drawing_style():
            return draw_exhibit(self, find_size(size))

    def png(self, size: str = "slide") -> bytes:
        """Draws the exhibit as PNG; the same content gives the same bytes."""
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
        """HTML of the picture, or of the rows if the form is a table."""
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
    """Encodes a figure as PNG; the same figure gives the same bytes."""
    target = io.BytesIO()
    figure.savefig(
        target,
        format="png",
        metadata={"Software": None},
        pil_kwargs={"compress_level": 6, "compress_type": zlib.Z_DEFAULT_STRATEGY},
    )
    return target.getvalue()


@contextmanager
def drawing_style() -> Iterator[None]:
    """Applies the style of the exhibits, independent of the matplotlib settings of the notebook, and restores these."""
    from matplotlib import style

    with style.context(["default", dict(RC)]):
        yield
