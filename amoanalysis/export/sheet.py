"""All charts of a build on one sheet, as they are, in greyscale, and as colour-blind eyes see them."""

import json
from pathlib import Path

import numpy as np

from amoanalysis.errors import AmoError
from amoanalysis.models.draws import Array

CHARTS = "charts/charts.json"
ACROSS, WIDTH, HEIGHT, GAP = 5, 480, 270, 8
# Machado, Oliveira & Fernandes (2009), severity 1, on linear RGB.
SEEN = {
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
}
LUMINANCE = (0.2126, 0.7152, 0.0722)


def save_sheets(out: Path) -> list[Path]:
    """Writes the sheets of what a build has drawn, each exhibit once.

    Args:
        out: folder of the build.

    Returns:
        The files, `sheet.png` and one for each way of seeing.

    Raises:
        AmoError: if nothing was drawn.
    """
    from PIL import Image

    paths = _pictures(out)
    if not paths:
        raise AmoError(f"'{out}' holds no charts: run `amo build --only charts` first.")
    rows = -(-len(paths) // ACROSS)
    sheet = Image.new("RGB", (ACROSS * (WIDTH + GAP), rows * (HEIGHT + GAP)), "white")
    for number, path in enumerate(paths):
        with Image.open(path) as picture:
            small = picture.convert("RGB").resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        sheet.paste(small, (number % ACROSS * (WIDTH + GAP), number // ACROSS * (HEIGHT + GAP)))
    linear = _linear(np.asarray(sheet, dtype=float) / 255)
    versions = {"sheet": linear, "sheet_greyscale": (linear @ np.array(LUMINANCE))[..., None].repeat(3, axis=2)}
    versions |= {f"sheet_{name}": linear @ np.array(matrix).T for name, matrix in SEEN.items()}
    written = []
    for name, seen in versions.items():
        written.append(out / f"{name}.png")
        Image.fromarray(np.round(255 * _encoded(seen)).astype(np.uint8)).save(written[-1], compress_level=3)
    return written


def _pictures(out: Path) -> list[Path]:
    """One picture of each exhibit, of the first place that has it."""
    if not (out / CHARTS).is_file():
        return []
    found: dict[str, Path] = {}
    for chart in json.loads((out / CHARTS).read_text(encoding="utf-8")):
        if "png" in chart["files"] and not chart["missing"]:
            found.setdefault(chart["id"], out / "charts" / chart["files"]["png"])
    return list(found.values())


def _linear(colours: Array) -> Array:
    return np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)


def _encoded(linear: Array) -> Array:
    kept = np.clip(linear, 0, 1)
    return np.where(kept <= 0.0031308, 12.92 * kept, 1.055 * kept ** (1 / 2.4) - 0.055)
