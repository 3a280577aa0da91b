"""Exhibits as pictures (PNG, SVG with text as text, PDF), and contact sheets of all pictures of a build."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from amoanalysis.config.files import write_atomically
from amoanalysis.errors import AmoError, unknown_name_error
from amoanalysis.exhibits.drawing.exhibit import Exhibit, drawing_style, encode_png
from amoanalysis.export.build_request import CHARTS_FILE
from amoanalysis.models.statistics.draws import Array
from amoanalysis.plot.style import find_size

FORMATS = ("png", "svg", "pdf")
# Contact sheets: pictures per row, and their size and distance in pixels.
COLUMNS, WIDTH, HEIGHT, GAP = 5, 480, 270, 8
# Simulated colour blindness: Machado, Oliveira & Fernandes (2009), severity 1, on linear RGB.
COLOUR_BLINDNESS = {
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
}
# Rec. 709.
LUMINANCE = (0.2126, 0.7152, 0.0722)


def save_figure(
    exhibit: Exhibit, folder: Path, formats: Sequence[str] = ("png",), sizes: Sequence[str] = ("slide",)
) -> list[Path]:
    """Writes an exhibit as pictures, `<place>_<id>_<lang>[_<size>].<format>`, without the size for slides.

    Args:
        exhibit: the exhibit.
        folder: folder for the pictures.
        formats: png, svg, pdf.
        sizes: slide, half, page.

    Returns:
        The files written, sizes in the order given and formats within them.

    Raises:
        UserError: if a format or size is unknown; then nothing is written.
        AmoError: if the folder cannot be written to.
    """
    for name in formats:
        if name not in FORMATS:
            raise unknown_name_error("format of figure", name, FORMATS)
    for size in sizes:
        find_size(size)
    written = []
    for size in sizes:
        for name, content in _pictures(exhibit, formats, size):
            path = folder / file_name(exhibit, name, size)
            with write_atomically(path) as target:
                target.write_bytes(content)
            written.append(path)
    return written


def file_name(exhibit: Exhibit, suffix: str, size: str = "slide") -> str:
    """Name of the file of an exhibit: place, id and language, and the size unless it is slide."""
    tail = "" if size == "slide" else f"_{size}"
    return f"{exhibit.place}_{exhibit.id}_{exhibit.lang}{tail}.{suffix}"


def picture(exhibit: Exhibit, suffix: str, size: str = "slide") -> bytes:
    """An exhibit as a picture.

    Args:
        exhibit: the exhibit.
        suffix: png, svg or pdf.
        size: name of a size.

    Returns:
        The bytes of the file, which depend only on the content.
    """
    return next(_pictures(exhibit, (suffix,), size))[1]


def _pictures(exhibit: Exhibit, formats: Sequence[str], size: str) -> Iterator[tuple[str, bytes]]:
    """An exhibit in several formats, drawn from one figure because the layout takes as long as the drawing."""
    if not formats:
        return
    with drawing_style():
        figure = exhibit.figure(size)
        for name in formats:
            yield name, encode_png(figure) if name == "png" else _vector_bytes(exhibit, figure, name)


def _vector_bytes(exhibit: Exhibit, figure: Figure, suffix: str) -> bytes:
    target = io.BytesIO()
    figure.savefig(target, format=suffix, metadata=_metadata(exhibit, suffix))
    return target.getvalue()


def _metadata(exhibit: Exhibit, suffix: str) -> dict[str, Any]:
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


def save_sheets(out: Path) -> list[Path]:
    """Writes contact sheets of a build, with each exhibit once.

    Args:
        out: folder of the build.

    Returns:
        `sheet.png`, and one sheet in greyscale and for each kind of colour blindness.

    Raises:
        AmoError: if the build has no charts.
    """
    from PIL import Image

    paths = _find_sheet_pictures(out)
    if not paths:
        raise AmoError(f"'{out}' holds no charts: run `amo build --only charts` first.")
    rows = -(-len(paths) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * (WIDTH + GAP), rows * (HEIGHT + GAP)), "white")
    for index, path in enumerate(paths):
        with Image.open(path) as image:
            small = image.convert("RGB").resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        sheet.paste(small, (index % COLUMNS * (WIDTH + GAP), index // COLUMNS * (HEIGHT + GAP)))
    linear = _decode_srgb(np.asarray(sheet, dtype=float) / 255)
    versions = {"sheet": linear, "sheet_greyscale": (linear @ np.array(LUMINANCE))[..., None].repeat(3, axis=2)}
    versions |= {f"sheet_{name}": linear @ np.array(matrix).T for name, matrix in COLOUR_BLINDNESS.items()}
    written = []
    for name, colours in versions.items():
        written.append(out / f"{name}.png")
        Image.fromarray(np.round(255 * _encode_srgb(colours)).astype(np.uint8)).save(written[-1], compress_level=3)
    return written


def _find_sheet_pictures(out: Path) -> list[Path]:
    """One picture of each exhibit, of the first place that has it."""
    charts = out / CHARTS_FILE
    if not charts.is_file():
        return []
    paths: dict[str, Path] = {}
    for chart in json.loads(charts.read_text(encoding="utf-8")):
        if "png" in chart["files"] and not chart["missing"]:
            paths.setdefault(chart["id"], charts.parent / chart["files"]["png"])
    return list(paths.values())


def _decode_srgb(colours: Array) -> Array:
    """Linear RGB of sRGB colours, both from 0 to 1."""
    return np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)


def _encode_srgb(linear: Array) -> Array:
    """The sRGB colours of linear RGB, clipped to 0 to 1."""
    clipped = np.clip(linear, 0, 1)
    return np.where(clipped <= 0.0031308, 12.92 * clipped, 1.055 * clipped ** (1 / 2.4) - 0.055)
