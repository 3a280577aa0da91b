"""Exhibits as pictures: PNG for slides, SVG with its text as text, PDF for print."""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amoanalysis.charts.exhibit import Exhibit, drawing_style, png_of
from amoanalysis.charts.style import size_named
from amoanalysis.errors import unknown
from amoanalysis.files import whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = ("png", "svg", "pdf")


def save_figure(
    exhibit: Exhibit, folder: Path, formats: Sequence[str] = ("png",), sizes: Sequence[str] = ("slide",)
) -> list[Path]:
    """Writes an exhibit as pictures, `<place>_<id>_<lang>[_<size>].<format>`; the slide's size goes unnamed.

    Args:
        exhibit: the exhibit.
        folder: where the pictures go.
        formats: png, svg, pdf.
        sizes: slide, half, page.

    Returns:
        The files written, sizes in the order given and formats within them.

    Raises:
        UserError: if a format or size is unknown; nothing is then written.
        AmoError: if the folder cannot be written to.
    """
    for name in formats:
        if name not in FORMATS:
            raise unknown("format of figure", name, FORMATS)
    for size in sizes:
        size_named(size)
    written = []
    for size in sizes:
        for name, content in _pictures(exhibit, formats, size):
            path = folder / file_name(exhibit, name, size)
            with whole(path) as target:
                target.write_bytes(content)
            written.append(path)
    return written


def file_name(exhibit: Exhibit, suffix: str, size: str = "slide") -> str:
    """Name of an exhibit's file: place, id and language, and the size where it is not the slide's."""
    tail = "" if size == "slide" else f"_{size}"
    return f"{exhibit.place}_{exhibit.id}_{exhibit.lang}{tail}.{suffix}"


def picture(exhibit: Exhibit, suffix: str, size: str = "slide") -> bytes:
    """An exhibit as a picture.

    Args:
        exhibit: the exhibit.
        suffix: png, svg or pdf.
        size: name of a size.

    Returns:
        The bytes of the file, the same whenever it is made.
    """
    return next(_pictures(exhibit, (suffix,), size))[1]


def _pictures(exhibit: Exhibit, formats: Sequence[str], size: str) -> Iterator[tuple[str, bytes]]:
    """The formats of an exhibit in one size, all from one figure: laying it out takes as long as drawing it."""
    if not formats:
        return
    with drawing_style():
        figure = exhibit.figure(size)
        for name in formats:
            yield name, png_of(figure) if name == "png" else _vector(exhibit, figure, name)


def _vector(exhibit: Exhibit, figure: "Figure", suffix: str) -> bytes:
    target = io.BytesIO()
    figure.savefig(target, format=suffix, metadata=_about(exhibit, suffix))
    return target.getvalue()


def _about(exhibit: Exhibit, suffix: str) -> dict[str, Any]:
    if suffix == "svg":
        return {
            "Title": exhibit.title,
            "Description": exhibit.alt,
            "Language": exhibit.lang,
            "Source": "; ".join(exhibit.sources),
            "Creator": "amoanalysis",
            "Date": None,
        }
    return {"Title": exhibit.title, "Subject": exhibit.alt, "Creator": "amoanalysis", "CreationDate": None}
