"""A producer's table as it came: text cells, the row numbers of its file, its titles and footnotes."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from amoanalysis.errors import DataError, find_nearest

NOTE_OPENER = re.compile(
    r"\s*(\*|\d{1,2}\)|\(\d{1,2}\)|[a-zåäö]\)|(lähde|källa|source|huom|obs|notes?|anm|päivitetty|senast|updated|latest)\b)",
    re.IGNORECASE,
)

Row = tuple[int, list[str]]


@dataclass(frozen=True)
class RawFrame:
    """A table in the producer's own words.

    Attributes:
        frame: every cell as text; the index is the row of the file (1 = first line), for messages.
        file: name of the file, for messages.
        titles: the lines above the heading.
        footnotes: the lines below the data.
        headings: the producer's heading of a column that has got another name, for messages.
    """

    frame: pd.DataFrame
    file: str
    titles: tuple[str, ...] = ()
    footnotes: tuple[str, ...] = ()
    headings: Mapping[str, str] = field(default_factory=dict)

    def with_frame(self, frame: pd.DataFrame) -> "RawFrame":
        """The same file with another frame."""
        return replace(self, frame=frame)

    def column(self, name: str) -> "pd.Series[str]":
        """A column under the producer's own heading, so that messages about its cells name what the file names."""
        return self.frame[name].rename(self.headings.get(name, name))

    def require(self, columns: Iterable[str]) -> "RawFrame":
        """Itself, if it has the columns.

        Raises:
            DataError: naming the first column missing and the one nearest to it.
        """
        there = [str(column) for column in self.frame.columns]
        for column in columns:
            if column not in there:
                near = find_nearest(column, there)
                hint = f"did you mean '{near}'? " if near else ""
                raise DataError(f"{self.file} has no column '{column}': {hint}It has {', '.join(there)}.")
        return self


def load(source: Path | bytes, name: str | None) -> tuple[bytes, str]:
    """The bytes of a file and its name for messages.

    Raises:
        DataError: if the file cannot be read, is empty, or is a web page.
    """
    file = name or (source.name if isinstance(source, Path) else "the answer")
    try:
        content = source.read_bytes() if isinstance(source, Path) else source
    except OSError as error:
        raise DataError(f"{file} cannot be read ({error.strerror}): check the path.") from error
    if not content.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        raise DataError(f"{file} is empty: download it again.")
    if re.match(rb"(\xef\xbb\xbf)?\s*<(!doctype|html|head|\?xml)", content[:200], re.IGNORECASE):
        raise DataError(f"{file} is a web page, not a table: the producer answered with a message; download it again.")
    return content, file


def decode(content: bytes, file: str) -> str:
    """The text of a file in UTF-8 (with or without a byte-order mark), UTF-16 or Windows-1252 (Latin-1).

    Raises:
        DataError: if the text is none of these, or UTF-8 that ends in the middle of a letter.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        encoding = "utf-8-sig" if _is_utf8(content, file) else "cp1252"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise DataError(f"{file} is no text at byte {error.start}: download it again as CSV.") from error
    if "\x00" in text:
        raise DataError(f"{file} is no text (it holds zero bytes): download it again as CSV.")
    return text


def _is_utf8(content: bytes, file: str) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        cut = error.reason == "unexpected end of data"
        if cut and any(byte > 127 for byte in content[: error.start]):
            raise DataError(f"{file} ends in the middle of a letter: it was cut short; download it again.") from error
        return False
    return True


def split_table(rows: Sequence[Row], width: int, file: str, heading_rows: int = 1) -> RawFrame:
    """Parts rows of cells into titles, heading, data and footnotes.

    Args:
        rows: row number and cells of every row, blank ones too.
        width: number of cells of a full row.
        file: name of the file.
        heading_rows: rows that the heading takes; their labels are joined.

    Returns:
        The table.

    Raises:
        DataError: if there is no heading or no data, a heading is doubled, or a row has too few or too many cells.
    """
    start = next((i for i, (_, cells) in enumerate(rows) if _is_full(cells, width)), None)
    if start is None or start + heading_rows > len(rows):
        raise DataError(f"{file} holds no table below a heading: download it again.")
    data, notes = _part(rows[start + heading_rows :], width)
    if not data:
        raise DataError(f"{file} has a heading but no rows: download it again.")
    _check_widths(data, width, file)
    heading = _heading([cells for _, cells in rows[start : start + heading_rows]], file)
    index = pd.Index([row for row, _ in data], name="row")
    frame = pd.DataFrame([cells for _, cells in data], columns=heading, index=index, dtype="str")
    titles = tuple(_line(cells) for _, cells in rows[:start] if any(cells))
    return RawFrame(frame, file, titles, tuple(_line(cells) for _, cells in notes))


def _is_full(cells: list[str], width: int) -> bool:
    """A heading fills most of its cells, with more than one label; a title, even merged over the table, does not."""
    filled = sum(map(bool, cells))
    return len(cells) == width and 2 * filled >= width and _different(cells) > 1


def _part(body: Sequence[Row], width: int) -> tuple[list[Row], list[Row]]:
    """Data and footnotes: notes open as notes do, or stand alone in their row below the last full row."""
    full = [i for i, (_, cells) in enumerate(body) if _different(cells) > 1 and not _is_note(cells, width)]
    last = max(full, default=-1)
    after = body[last + 1 :]
    apart = next((i for i, (_, cells) in enumerate(after) if not any(cells) or _is_note(cells, width)), len(after))
    stop = last + 1 + apart
    data = [row for row in body[:stop] if any(row[1])]
    return data, [row for row in body[stop:] if any(row[1])]


def _is_note(cells: list[str], width: int) -> bool:
    """A row that opens as notes do and is one cell, maybe merged over the table, or does not fit it."""
    opens = bool(cells) and bool(NOTE_OPENER.match(cells[0]))
    return opens and (len(cells) != width or _different(cells) == 1)


def _different(cells: list[str]) -> int:
    return len(set(filter(None, cells)))


def _check_widths(data: list[Row], width: int, file: str) -> None:
    for row, cells in data:
        if len(cells) != width:
            why = "the file was cut short; download it again" if row == data[-1][0] else "mend the row"
            raise DataError(f"{file}, row {row} has {len(cells)} cells where the heading has {width}: {why}.")
        if _is_note(cells, width):
            raise DataError(f"{file}, row {row} is a note ('{cells[0]}') with data below it: take the note out.")


def _heading(rows: list[list[str]], file: str) -> list[str]:
    columns = zip(*rows, strict=True)
    heading = [" ".join(dict.fromkeys(filter(None, labels))) for labels in columns]
    doubled = next((label for label in heading if label and heading.count(label) > 1), None)
    if doubled:
        raise DataError(f"{file} has the column '{doubled}' twice: keep one, or count the rows of the heading again.")
    return [label or f"column {number}" for number, label in enumerate(heading, 1)]


def _line(cells: list[str]) -> str:
    return ", ".join(dict.fromkeys(filter(None, cells)))


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
