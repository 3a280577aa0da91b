"""Raw tables with text cells, row numbers, titles and footnotes; and their reader for CSV files."""

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
    """A table as the producer publishes it.

    Attributes:
        frame: every cell as text; the index is the row of the file (1 = first line), for messages.
        file: name of the file, for messages.
        titles: the lines above the heading.
        footnotes: the lines below the data.
        headings: the producer's heading of renamed columns, for messages.
    """

    frame: pd.DataFrame
    file: str
    titles: tuple[str, ...] = ()
    footnotes: tuple[str, ...] = ()
    headings: Mapping[str, str] = field(default_factory=dict)

    def with_frame(self, frame: pd.DataFrame) -> "RawFrame":
        """Returns the same file with another frame."""
        return replace(self, frame=frame)

    def column(self, name: str) -> "pd.Series[str]":
        """Returns a column named by the producer's heading, which messages on its cells use."""
        return self.frame[name].rename(self.headings.get(name, name))

    def require(self, columns: Iterable[str]) -> "RawFrame":
        """Checks that the columns exist; returns the file.

        Raises:
            DataError: if a column is missing; the message suggests the most similar one.
        """
        present = [str(column) for column in self.frame.columns]
        for column in columns:
            if column not in present:
                near = find_nearest(column, present)
                hint = f"did you mean '{near}'? " if near else ""
                raise DataError(f"{self.file} has no column '{column}': {hint}It has {', '.join(present)}.")
        return self


def load(source: Path | bytes, name: str | None) -> tuple[bytes, str]:
    """Reads the bytes of a file; returns them with its name for messages.

    Raises:
        DataError: if the file cannot be read, is empty, or is a web page.
    """
    file = name or (source.name if isinstance(source, Path) else "the response")
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
    """Decodes UTF-8 (with or without a byte-order mark), UTF-16 or Windows-1252 (Latin-1).

    Raises:
        DataError: if the content is none of these, or UTF-8 that ends within a letter.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        encoding = "utf-8-sig" if _is_utf8(content, file) else "cp1252"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise DataError(f"{file} is not text at byte {error.start}: download it again as CSV.") from error
    if "\x00" in text:
        raise DataError(f"{file} is not text (it has zero bytes): download it again as CSV.")
    return text


def _is_utf8(content: bytes, file: str) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        cut = error.reason == "unexpected end of data"
        if cut and any(byte > 127 for byte in content[: error.start]):
            raise DataError(f"{file} ends within a letter: it is incomplete; download it again.") from error
        return False
    return True


def split_table(rows: Sequence[Row], width: int, file: str, heading_rows: int = 1) -> RawFrame:
    """Splits rows into titles, heading, data and footnotes.

    Args:
        rows: row number and cells of every row, including blank rows.
        width: number of cells of a full row.
        file: name of the file.
        heading_rows: number of heading rows; their labels are joined.

    Returns:
        The table.

    Raises:
        DataError: if there is no heading or no data, a heading is repeated, or a row has too few or too many cells.
    """
    start = next((i for i, (_, cells) in enumerate(rows) if _is_full(cells, width)), None)
    if start is None or start + heading_rows > len(rows):
        raise DataError(f"{file} has no table below a heading: download it again.")
    data, notes = _split_notes(rows[start + heading_rows :], width)
    if not data:
        raise DataError(f"{file} has a heading but no rows: download it again.")
    _check_widths(data, width, file)
    heading = _heading([cells for _, cells in rows[start : start + heading_rows]], file)
    index = pd.Index([row for row, _ in data], name="row")
    frame = pd.DataFrame([cells for _, cells in data], columns=heading, index=index, dtype="str")
    titles = tuple(_line(cells) for _, cells in rows[:start] if any(cells))
    return RawFrame(frame, file, titles, tuple(_line(cells) for _, cells in notes))


def _is_full(cells: list[str], width: int) -> bool:
    """Whether a row can be a heading: most cells filled, with more than one label, unlike a title."""
    filled = sum(map(bool, cells))
    return len(cells) == width and 2 * filled >= width and _count_different(cells) > 1


def _split_notes(body: Sequence[Row], width: int) -> tuple[list[Row], list[Row]]:
    """Splits data and footnotes: a note begins like a note, or is below the last full row and a blank row."""
    full = [i for i, (_, cells) in enumerate(body) if _count_different(cells) > 1 and not _is_note(cells, width)]
    last = max(full, default=-1)
    after = body[last + 1 :]
    first_note = next((i for i, (_, cells) in enumerate(after) if not any(cells) or _is_note(cells, width)), len(after))
    stop = last + 1 + first_note
    data = [row for row in body[:stop] if any(row[1])]
    return data, [row for row in body[stop:] if any(row[1])]


def _is_note(cells: list[str], width: int) -> bool:
    """Whether a row begins like a note, and is one cell (perhaps merged) or has another width than the table."""
    opens = bool(cells) and bool(NOTE_OPENER.match(cells[0]))
    return opens and (len(cells) != width or _count_different(cells) == 1)


def _count_different(cells: list[str]) -> int:
    return len(set(filter(None, cells)))


def _check_widths(data: list[Row], width: int, file: str) -> None:
    for row, cells in data:
        if len(cells) != width:
            why = "the file is incomplete; download it again" if row == data[-1][0] else "correct the row"
            raise DataError(f"{file}, row {row} has {len(cells)} cells where the heading has {width}: {why}.")
        if _is_note(cells, width):
            raise DataError(f"{file}, row {row} is a note ('{cells[0]}') with data below it: remove the note.")


def _heading(rows: list[list[str]], file: str) -> list[str]:
    columns = zip(*rows, strict=True)
    heading = [" ".join(dict.fromkeys(filter(None, labels))) for labels in columns]
    repeated = next((label for label in heading if label and heading.count(label) > 1), None)
    if repeated:
        raise DataError(f"{file} has the column '{repeated}' twice: keep one, or check the number of heading rows.")
    return [label or f"column {number}" for number, label in enumerate(heading, 1)]


def _line(cells: list[str]) -> str:
    return ", ".join(dict.fromkeys(filter(None, cells)))


DELIMITERS = (";", "\t", ",")


def read_delimited(source: Path | bytes, name: str | None = None) -> RawFrame:
    """Reads a CSV file: UTF-8 or Latin-1; semicolons, tabs or commas; titles above and footnotes below.

    Args:
        source: the file, or its bytes.
        name: name for messages if the source is bytes.

    Returns:
        The table, every cell as text without surrounding spaces.

    Raises:
        DataError: if the file is empty, a web page or incomplete, or its rows do not fit its heading.
    """
    content, file = load(source, name)
    text = decode(content, file)
    if text.count('"') % 2:
        raise DataError(f"{file} ends within a quoted cell: it is incomplete; download it again.")
    delimiter, width = _find_delimiter(text, file)
    return split_table(_rows(text, delimiter), width, file)


def _find_delimiter(text: str, file: str) -> tuple[str, int]:
    """Finds the delimiter that splits most rows into the same number of cells, and that number."""
    best = max((_most_common_width(_rows(text, mark)), -order, mark) for order, mark in enumerate(DELIMITERS))
    (rows, width), _, mark = best
    if rows < 2:
        raise DataError(f"{file} has no table (no semicolons, tabs or commas in its rows): download it again.")
    return mark, width


def _most_common_width(rows: list[tuple[int, list[str]]]) -> tuple[int, int]:
    widths = Counter(len(cells) for _, cells in rows if len(cells) > 1)
    return max(((count, width) for width, count in widths.items()), default=(0, 0))


def _rows(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return [(reader.line_num, [cell.strip(" \t\u00a0\u202f") for cell in cells]) for cells in reader]
