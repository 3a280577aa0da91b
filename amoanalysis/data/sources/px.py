"""Reader for PX files: languages, code pages, continued quoted lines, and omitted rows (KEYS).

The maintained reader pyaxis 0.4 is not used: it drops codes, treats all markers as the same, and does not detect
incomplete files.
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
    """A parsed file: values by keyword, language and variable; and the text of its figures."""

    keywords: Keywords
    data: str
    name: str
    lang: str

    def find(self, keyword: str, own: str = "", foreign: str = "") -> list[str]:
        """Returns values in the requested language, otherwise in that of the file."""
        found = self.keywords.get((keyword, self.lang, foreign))
        return found if found is not None else self.keywords.get((keyword, "", own), [])


def read_px(content: bytes, name: str, lang: str = "") -> Cube:
    """Reads a PX file.

    Args:
        content: the file.
        name: its name, for messages.
        lang: language of the labels; the language of the file if it does not have this one.

    Returns:
        The cube; the code of a variable without a code is its name.

    Raises:
        DataError: if the file is incomplete, a quote is not closed, or a part is missing.
    """
    content, file = load(content, name)
    parts = _parts(_text(content, file), file, lang)
    stub, heading = (parts.keywords.get((word, "", ""), []) for word in ("STUB", "HEADING"))
    if not stub and not heading:
        raise DataError(f"{file} has no variables (STUB, HEADING): it is not a PX file, or incomplete; retry.")
    others = [*parts.find("STUB"), *parts.find("HEADING")]
    if len(others) != len(stub) + len(heading):
        raise DataError(f"{file} has a different number of variables in '{lang}' than in its own language: retry.")
    dimensions = [_dimension(parts, own, foreign) for own, foreign in zip([*stub, *heading], others, strict=True)]
    cells = [cell.strip('"').strip() for cell in CELL.findall(parts.data)]
    keyed = [own for own in stub if ("KEYS", "", own) in parts.keywords]
    if keyed:
        cells = _expand_keyed_rows(parts, cells, dimensions, len(stub), keyed)
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
        raise DataError(f"{file} names an unknown code page '{encoding}': retry.") from error
    except UnicodeDecodeError as error:
        raise DataError(
            f"{file} is not in the code page {encoding} that it names (byte {error.start}): retry."
        ) from error


def _parts(text: str, file: str, lang: str) -> _File:
    keywords: dict[tuple[str, str, str], list[str]] = {}
    position = 0
    while opening := OPENING.match(text, position):
        keyword, language, variable = opening[1], opening[2] or "", _unquote(opening[3] or "")
        if keyword == "DATA":
            data = text[opening.end() :].rstrip("\x1a \t\r\n")
            if not data.endswith(";"):
                raise DataError(f"{file} ends in its figures, without a semicolon: it is incomplete; retry.")
            own = keywords.get(("LANGUAGE", "", ""), [""])[0]
            return _File(keywords, data[:-1], file, "" if lang == own else lang)
        rest = REST.match(text, opening.end())
        if not rest:
            raise DataError(f"{file} ends within {keyword}, or a quote of it is not closed: retry.")
        values = _items(rest[0])
        before = keywords.setdefault((keyword, language, variable), values)
        if before is not values and keyword in ("VALUES", "CODES", "STUB", "HEADING"):
            raise DataError(f"{file} has {keyword} of '{variable}' twice: retry.")
        position = _skip_loose_text(text, rest.end())
    what = text[position : position + 30].strip()
    raise DataError(f"{file} has no figures (DATA): it is incomplete, or not a PX file, at '{what}'; retry.")


def _skip_loose_text(text: str, position: int) -> int:
    """Skips quoted text without a keyword, which some files have after a note."""
    loose = re.compile(r'\s*"[^"]*"\s*;')
    while found := loose.match(text, position):
        position = found.end()
    return position


def _unquote(words: str) -> str:
    """Returns the first word of a list in brackets: the variable, if a value follows it."""
    found = re.match(r'\s*"([^"]*)"', words)
    return found[1] if found else words.strip()


def _items(text: str) -> list[str]:
    """Splits values at commas; quoted pieces without a comma between them are one value."""
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
        raise DataError(f"{parts.name} lists no values of the variable '{foreign}': retry.")
    codes = parts.find("CODES", own, foreign) or parts.keywords.get(("CODES", "", own), []) or labels
    if len(codes) != len(labels):
        raise DataError(
            f"{parts.name} has {len(labels)} values and {len(codes)} codes of '{foreign}': it is damaged; retry."
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


def _expand_keyed_rows(
    parts: _File, cells: list[str], dimensions: list[Dimension], stub: int, keyed: list[str]
) -> list[str]:
    """Returns all cells of a file whose rows have keys; omitted rows are nil."""
    if len(keyed) != stub:
        raise DataError(f"{parts.name} has keys (KEYS) for only some of its row variables: retry.")
    width = int(np.prod([len(dimension.codes) for dimension in dimensions[stub:]], dtype=np.int64))
    if len(cells) % (stub + width):
        raise DataError(f"{parts.name} has a row with keys (KEYS) that is too short or too long: retry.")
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
            raise DataError(f"{parts.name} has a row with the unknown key {error}: retry.") from error
        rows[place] = cells[start + stub : start + stub + width]
    return list(rows.ravel())
