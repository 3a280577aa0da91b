"""Cubes written as a PxWeb server gives them: JSON-stat 2.0, PX and CSV. What the readers have to read back."""

import json
from collections.abc import Sequence
from itertools import product

from amoanalysis.data.sources.jsonstat import Cube, Dimension

MARKERS = ("-", ".", "..", "...")


def jsonstat(cube: Cube, *, sparse: bool = False, first_metric: str = "") -> bytes:
    """A dataset; a marker is a null with its status."""
    cells = list(cube.cells.ravel())
    values = [None if cell in MARKERS else _number(cell) for cell in cells]
    status = {str(i): cell for i, cell in enumerate(cells) if cell in MARKERS}
    dataset = metadata(cube.dimensions, cube.title)
    dataset["value"] = {str(i): v for i, v in enumerate(values) if v is not None} if sparse else values
    if status:
        dataset["status"] = status
    return json.dumps(dataset, ensure_ascii=False).encode()


def metadata(dimensions: Sequence[Dimension], title: str) -> dict[str, object]:
    """A dataset without values, as the second generation describes a table."""
    return {
        "version": "2.0",
        "class": "dataset",
        "label": title,
        "id": [d.code for d in dimensions],
        "size": [len(d.codes) for d in dimensions],
        "role": {
            "time": [d.code for d in dimensions if d.time],
            "metric": [d.code for d in dimensions if d.metric],
        },
        "dimension": {
            d.code: {
                "label": d.label,
                "category": {
                    "index": {code: i for i, code in enumerate(d.codes)},
                    "label": dict(zip(d.codes, d.labels, strict=True)),
                },
                "extension": {"elimination": d.optional},
            }
            for d in dimensions
        },
    }


def px(cube: Cube, *, codepage: str = "utf-8", keys: bool = False, lang: str = "fi") -> bytes:
    """A PX file; the last variable is the heading. With keys, rows of zeros are left out."""
    *stub, heading = cube.dimensions
    lines = ['CHARSET="ANSI";', 'AXIS-VERSION="2013";', f'CODEPAGE="{codepage}";', f'LANGUAGE="{lang}";']
    lines += [f'TITLE="{cube.title}";', f"STUB={_quoted([d.label for d in stub])};" if stub else ""]
    lines += [f'HEADING="{heading.label}";']
    for dimension in cube.dimensions:
        lines.append(f'VALUES("{dimension.label}")={_quoted(dimension.labels)};')
        lines.append(f'CODES("{dimension.label}")={_quoted(dimension.codes)};')
        lines.append(f'VARIABLECODE("{dimension.label}")="{dimension.code}";')
        if dimension.time:
            lines.append(f'TIMEVAL("{dimension.label}")=TLIST(A1),{_quoted(dimension.codes)};')
    if keys:
        lines += [f'KEYS("{d.label}")=CODES;' for d in stub]
    rows = cube.cells.reshape(-1, len(heading.codes))
    named = product(*(d.codes for d in stub))
    body = []
    for key, row in zip(named, rows, strict=True):
        if keys and stub and all(cell == "-" for cell in row):
            continue
        front = [f'"{code}"' for code in key] if keys else []
        body.append(" ".join([*front, *(f'"{cell}"' if cell in MARKERS else cell for cell in row)]))
    text = "\r\n".join([*filter(None, lines), "DATA=", *body]) + ";\r\n"
    return text.encode(codepage)


def csv(cube: Cube) -> bytes:
    """A column for each variable but the last, whose values stand across."""
    *stub, heading = cube.dimensions
    head = [*(d.label for d in stub), *heading.labels]
    lines = [",".join(f'"{word}"' for word in head)]
    rows = cube.cells.reshape(-1, len(heading.codes))
    for key, row in zip(product(*(d.labels for d in stub)), rows, strict=True):
        lines.append(",".join([*(f'"{word}"' for word in key), *(f'"{c}"' if c in MARKERS else c for c in row)]))
    return ("\n".join(lines) + "\n").encode()


def _number(cell: str) -> int | float:
    return int(cell) if cell.lstrip("-").isdigit() else float(cell)


def _quoted(words: Sequence[str]) -> str:
    """Values in quotes, a long one cut over lines as PX files do."""
    return ",".join("\r\n".join(f'"{word[i : i + 60]}"' for i in range(0, max(len(word), 1), 60)) for word in words)
