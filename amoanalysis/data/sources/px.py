"""PX, the file format of PxWeb: several languages, code pages, quoted lines that go on, rows that are left out (KEYS).

Ours, because the reader that is kept up (pyaxis 0.4) keeps no codes, takes every marker for the same, and does not see
that a file was cut short.
"""

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from amoanalysis.data.sources.jsonstat import Cube, Dimension, make_cube
from amoanalysis.data.sources.text_table import load
from amoanalysis.errors import DataError

OPENING = re.compile(r'\s*([A-Z][A-Z0-9_-]*)(?:\[([\w-]+)\])?(?:\(((?:[^"()]|"[^"]*")*)\))?\s*=')
REST = re.compile(r'(?:[^";]|"[^"]*")*;')
ITEM = re.compile(r'"([^"]*)"|([^",\s;]+)|(,)')
CELL = re.compile(r'"[^"]*"|[^\s",]+')
CODEPAGE = re.compile(rb'CODEPAGE\s*=\s*"([^"]{1,40})"', re.IGNORECASE)
ANSI = re.compile(rb'CHARSET\s*=\s*"ANSI"', re.IGNORECASE)
HEAD_BYTES = 4000
NIL = "-"

Keywords = Mapping[tuple[str, str, str], list[str]]


@dataclass(frozen=True)
class _File:
    """A file taken apart: keyword, language and variable -> values; and the text of its figures."""

    keywords: Keywords
    data: str
    name: str
    lang: str

    def find(self, keyword: str, own: str = "", foreign: str = "") -> list[str]:
        """Values in the language asked for, else in that of the file."""
        found = self.keywords.get((keyword, self.lang, foreign))
        return found if found is not None else self.keywords.get((keyword, "", own), [])


def read_px(content: bytes, name: str, lang: str = "") -> Cube:
    """Reads a PX file.

    Args:
        content: the file.
        name: its name, for messages.
        lang: language of the labels, where the file has several; its own one where it does not have this one.

    Returns:
        The cube; a variable without a code of its own has its name for one.

    Raises:
        DataError: if the file is cut short, a quote is not closed, or a part is missing.
    """
    content, file = load(content, name)
    parts = _parts(_text(content, file), file, lang)
    stub, heading = (parts.keywords.get((word, "", ""), []) for word in ("STUB", "HEADING"))
    if not stub and not heading:
        raise DataError(f"{file} names no variables (STUB, HEADING): it is no PX file, or was cut short; ask again.")
    others = [*parts.find("STUB"), *parts.find("HEADING")]
    if len(others) != len(stub) + len(heading):
        raise DataError(f"{file} has another number of variables in '{lang}' than in its own language: ask again.")
    dimensions = [_dimension(parts, own, foreign) for own, foreign in zip([*stub, *heading], others, strict=True)]
    cells = [cell.strip('"').strip() for cell in CELL.findall(parts.data)]
    keyed = [own for own in stub if ("KEYS", "", own) in parts.keywords]
    if keyed:
        cells = _unkeyed(parts, cells, dimensions, len(stub), keyed)
    title = " ".join(parts.find("DESCRIPTION") or parts.find("TITLE"))
    return make_cube(dimensions, cells, file, title)


def _text(content: bytes, file: str) -> str:
    head = content[:HEAD_BYTES]
    named = CODEPAGE.search(head)
    if content.startswith(codecs.BOM_UTF8):
        encoding = "utf-8-sig"
    elif named:
        encoding = named[1].decode("ascii", "replace").strip()
    else:
        encoding = "cp1252" if ANSI.search(head) else "cp850"
    try:
        return content.decode("cp1252" if encoding.casefold() == "ansi" else encoding)
    except LookupError as error:
        raise DataError(f"{file} names a code page '{encoding}' that there is not: ask again.") from error
    except UnicodeDecodeError as error:
        raise DataError(
            f"{file} is not in the code page {encoding} that it names (byte {error.start}): ask again."
        ) from error


def _parts(text: str, file: str, lang: str) -> _File:
    keywords: dict[tuple[str, str, str], list[str]] = {}
    position = 0
    while opening := OPENING.match(text, position):
        keyword, language, variable = opening[1], opening[2] or "", _unquoted(opening[3] or "")
        if keyword == "DATA":
            data = text[opening.end() :].rstrip("\x1a \t\r\n")
            if not data.endswith(";"):
                raise DataError(f"{file} ends amid its figures, without a semicolon: it was cut short; ask again.")
            own = keywords.get(("LANGUAGE", "", ""), [""])[0]
            return _File(keywords, data[:-1], file, "" if lang == own else lang)
        rest = REST.match(text, opening.end())
        if not rest:
            raise DataError(f"{file} ends within {keyword}, or a quote of it is not closed: ask again.")
        values = _items(rest[0])
        before = keywords.setdefault((keyword, language, variable), values)
        if before is not values and keyword in ("VALUES", "CODES", "STUB", "HEADING"):
            raise DataError(f"{file} says {keyword} of '{variable}' twice: ask again.")
        position = _past_loose_text(text, rest.end())
    what = text[position : position + 30].strip()
    raise DataError(f"{file} has no figures (DATA): it breaks off, or is no PX file, at '{what}'; ask again.")


def _past_loose_text(text: str, position: int) -> int:
    """Some files end a note and go on with quoted text that belongs to no keyword."""
    loose = re.compile(r'\s*"[^"]*"\s*;')
    while found := loose.match(text, position):
        position = found.end()
    return position


def _unquoted(words: str) -> str:
    """The first word of a list in brackets: the variable, where a value follows it."""
    found = re.match(r'\s*"([^"]*)"', words)
    return found[1] if found else words.strip()


def _items(text: str) -> list[str]:
    """Values parted by commas; quoted pieces without a comma between them are one value."""
    items: list[str] = []
    joined = False
    for quoted, bare, comma in ITEM.findall(text):
        if comma:
            joined = False
        elif joined:
            items[-1] += quoted or bare
        else:
            items.append(quoted or bare)
            joined = True
    return [" ".join(item.split()) for item in items]


def _dimension(parts: _File, own: str, foreign: str) -> Dimension:
    labels = parts.find("VALUES", own, foreign)
    if not labels:
        raise DataError(f"{parts.name} lists no values of the variable '{foreign}': ask again.")
    codes = parts.find("CODES", own, foreign) or parts.keywords.get(("CODES", "", own), []) or labels
    if len(codes) != len(labels):
        raise DataError(
            f"{parts.name} has {len(labels)} values and {len(codes)} codes of '{foreign}': it was damaged; ask again."
        )
    code = parts.keywords.get(("VARIABLECODE", "", own), [own])[0]
    contents = {*parts.find("CONTVARIABLE"), *parts.keywords.get(("CONTVARIABLE", "", ""), [])}
    return Dimension(
        code=code,
        label=foreign,
        codes=tuple(codes),
        labels=tuple(labels),
        time=any(key in parts.keywords for key in (("TIMEVAL", "", own), ("TIMEVAL", parts.lang, foreign))),
        metric=own in contents or foreign in contents,
        optional=("ELIMINATION", "", own) in parts.keywords,
    )


def _unkeyed(parts: _File, cells: list[str], dimensions: list[Dimension], stub: int, keyed: list[str]) -> list[str]:
    """All cells, nil where a row is left out, of a file whose rows say by keys which they are."""
    if len(keyed) != stub:
        raise DataError(f"{parts.name} has keys (KEYS) for some of its rows' variables only: ask again.")
    width = int(np.prod([len(dimension.codes) for dimension in dimensions[stub:]], dtype=np.int64))
    if len(cells) % (stub + width):
        raise DataError(f"{parts.name} has a row with keys (KEYS) that is too short or too long: ask again.")
    orders = []
    for own, dimension in zip(keyed, dimensions[:stub], strict=True):
        by_code = parts.keywords[("KEYS", "", own)][:1] == ["CODES"]
        orders.append({word: i for i, word in enumerate(dimension.codes if by_code else dimension.labels)})
    shape = tuple(len(order) for order in orders)
    rows = np.full((int(np.prod(shape, dtype=np.int64)), width), NIL, dtype=object)
    for start in range(0, len(cells), stub + width):
        keys = cells[start : start + stub]
        try:
            place = np.ravel_multi_index([order[key] for order, key in zip(orders, keys, strict=True)], shape)
        except KeyError as error:
            raise DataError(f"{parts.name} has a row with the key {error} that no variable has: ask again.") from error
        rows[place] = cells[start + stub : start + stub + width]
    return list(rows.ravel())
