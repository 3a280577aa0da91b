"""Delimited text of any producer: encoding, delimiter, titles and footnotes are found, not asked for."""

import csv
import io
from collections import Counter
from pathlib import Path

from amoanalysis.errors import DataError
from amoanalysis.sources.raw import RawFrame, decode, load, split_table

DELIMITERS = (";", "\t", ",")


def read_delimited(source: Path | bytes, name: str | None = None) -> RawFrame:
    """Reads a CSV of a producer: UTF-8 or Latin-1; semicolons, tabs or commas; titles above and footnotes below.

    Args:
        source: the file, or the bytes of an answer.
        name: name for messages, where the source is bytes.

    Returns:
        The table, every cell as text without surrounding blanks.

    Raises:
        DataError: if the file is empty, a web page, cut short, or its rows do not fit its heading.
    """
    content, file = load(source, name)
    text = decode(content, file)
    if text.count('"') % 2:
        raise DataError(f"{file} ends inside a quoted cell: it was cut short; download it again.")
    delimiter, width = _delimiter(text, file)
    return split_table(_rows(text, delimiter), width, file)


def _delimiter(text: str, file: str) -> tuple[str, int]:
    """The delimiter that cuts most rows into the same number of cells, two or more; ties fall to the rarer in prose."""
    best = max((_agreement(_rows(text, mark)), -order, mark) for order, mark in enumerate(DELIMITERS))
    (rows, width), _, mark = best
    if rows < 2:
        raise DataError(f"{file} holds no table (no semicolons, tabs or commas part its rows): download it again.")
    return mark, width


def _agreement(rows: list[tuple[int, list[str]]]) -> tuple[int, int]:
    widths = Counter(len(cells) for _, cells in rows if len(cells) > 1)
    return max(((count, width) for width, count in widths.items()), default=(0, 0))


def _rows(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return [(reader.line_num, [cell.strip(" \t\u00a0\u202f") for cell in cells]) for cells in reader]
