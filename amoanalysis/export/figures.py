"""Exhibits as pictures: PNG for slides, SVG with its text as text, PDF for print."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from amoanalysis.charts.exhibit import Exhibit, drawing_style
from amoanalysis.charts.style import size_named
from amoanalysis.errors import unknown
from amoanalysis.files import whole

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
        for name in formats:
            path = folder / file_name(exhibit, name, size)
            content = picture(exhibit, name, size)
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
    if suffix == "png":
        return exhibit.png(size)
    target = io.BytesIO()
    with drawing_style():
        exhibit.figure(size).savefig(target, format=suffix, metadata=_about(exhibit, suffix))
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
