"""Answers and files as they must not be: each with a name, and what is done to a good one."""

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pxweb_server import Answer

Change = Callable[[Answer], Answer]


def body(change: Callable[[bytes], bytes]) -> Change:
    return lambda answer: replace(answer, body=change(answer.body))


def become(content: bytes) -> Change:
    return body(lambda _: content)


def swap(old: str, new: str) -> Change:
    def changed(content: bytes) -> bytes:
        assert old.encode() in content, old
        return content.replace(old.encode(), new.encode())

    return body(changed)


def dataset(change: Callable[[dict[str, Any]], object]) -> Change:
    def changed(content: bytes) -> bytes:
        parsed = json.loads(content)
        change(parsed)
        return json.dumps(parsed, ensure_ascii=False).encode()

    return body(changed)


def setting(*path: Any) -> Callable[[dict[str, Any]], object]:
    """Sets the value that the path ends with."""
    *keys, value = path

    def change(parsed: Any) -> None:
        for key in keys[:-1]:
            parsed = parsed[key]
        parsed[keys[-1]] = value

    return change


def dropping(*path: Any) -> Callable[[dict[str, Any]], object]:
    def change(parsed: Any) -> None:
        for key in path[:-1]:
            parsed = parsed[key]
        parsed.pop(path[-1])

    return change


HTML = b"<!DOCTYPE html><html><body>Service temporarily unavailable</body></html>"
BOMB = gzip.compress(b"0" * (100 * 2**20), compresslevel=9)
SEX, AREA, TIME = "sukupuoli_23_20260101", "maakunta_23_20260101", "vuosi_23_20260101"

# Whatever the form that was asked for.
ANY: dict[str, Change] = {
    "a web page with status 200": become(HTML),
    "a web page in capitals": become(b"\n  <HTML><HEAD>Fel</HEAD></HTML>"),
    "XML": become(b"<?xml version='1.0'?><error/>"),
    "nothing": become(b""),
    "blanks": become(b" \r\n \t"),
    "words": become(b"Sorry, try again later"),
    "half": body(lambda content: content[: len(content) // 2]),
    "all but the end": body(lambda content: content.rstrip()[:-1]),
    "a body that breaks off": lambda answer: replace(answer, length=len(answer.body) + 5000),
    "an endless body": lambda answer: replace(answer, body=b"1 " * 2**19, endless=True),
    "an endless body of zeros": lambda answer: replace(answer, body=bytes(2**20), endless=True),
    "a packed bomb": lambda answer: replace(answer, body=BOMB, headers={"Content-Encoding": "gzip"}),
    "a package that is none": lambda answer: replace(answer, headers={"Content-Encoding": "gzip"}),
    "status 500": lambda answer: Answer(500, b"Internal error"),
    "status 403": lambda answer: Answer(403, HTML),
    "status 404": lambda answer: Answer(404, b""),
    "a ring of addresses": lambda answer: Answer(301, b"", {"Location": "/PxWeb/api/v1/fi/?config&ring"}),
    "zero bytes": body(lambda content: content.replace(b" ", b"\x00").replace(b'"', b"\x00")),
    "half of it twice": body(lambda content: content[: len(content) // 2] * 2),
}
JSONSTAT: dict[str, Change] = {
    "Latin-1": become('{"label": "Elinikä"}'.encode("latin-1")),
    "UTF-16": body(lambda content: content.decode().encode("utf-16")),
    "mangled letters": body(lambda content: content.replace(b"Naiset", "Naisetä".encode().decode("cp1252").encode())),
    "lost letters": swap("Naiset", "Nais\ufffdt"),
    "a number": become(b"5"),
    "null": become(b"null"),
    "a list": become(b"[]"),
    "an empty object": become(b"{}"),
    "deep brackets": become(b"[" * 50_000),
    "no id": dataset(dropping("id")),
    "no size": dataset(dropping("size")),
    "no dimension": dataset(dropping("dimension")),
    "no value": dataset(dropping("value")),
    "an id twice": dataset(lambda d: d["id"].__setitem__(0, d["id"][1])),
    "a size too few": dataset(lambda d: d["size"].pop()),
    "sizes in another order": dataset(lambda d: d["size"].reverse()),
    "a size that lies": dataset(lambda d: d["size"].__setitem__(0, 7)),
    "a missing dimension": dataset(dropping("dimension", SEX)),
    "a dimension taken out": dataset(lambda d: (d["id"].remove(SEX), d["size"].pop(2), d["dimension"].pop(SEX))),
    "a renamed variable": swap(SEX, "sukupuoli_24_20270101"),
    "dimensions in another order": dataset(lambda d: (d["id"].reverse(), d["size"].reverse(), d["value"].pop())),
    "a dimension without categories": dataset(dropping("dimension", SEX, "category")),
    "a place doubled": dataset(setting("dimension", SEX, "category", "index", "1", 1)),
    "a place left out": dataset(setting("dimension", SEX, "category", "index", "1", 5)),
    "a place in words": dataset(setting("dimension", SEX, "category", "index", "1", "first")),
    "a value renamed": swap('"2025":', '"2026":'),
    "a value missing": dataset(
        lambda d: (d["dimension"][SEX]["category"]["index"].pop("2"), d["size"].__setitem__(2, 1))
    ),
    "a cell too few": dataset(lambda d: d["value"].pop()),
    "a cell too many": dataset(lambda d: d["value"].append(1)),
    "sparse beyond the end": dataset(setting("value", {"99999": 1})),
    "sparse below zero": dataset(setting("value", {"-1": 1})),
    "sparse in words": dataset(setting("value", {"first": 1})),
    "sparse with nothing": dataset(setting("value", {})),
    "a null without a reason": dataset(setting("value", 5, None)),
    "nulls everywhere": dataset(lambda d: d.__setitem__("value", [None] * len(d["value"]))),
    "all not available": dataset(lambda d: (d.__setitem__("value", {}), d.__setitem__("status", ".."))),
    "true": dataset(setting("value", 5, True)),
    "a list for a cell": dataset(setting("value", 5, [1])),
    "a word for a cell": dataset(setting("value", 5, "many")),
    "not a number": body(lambda content: content.replace(b"[69.8", b"[NaN")),
    "endless": body(lambda content: content.replace(b"[69.8", b"[Infinity")),
    "a huge exponent": body(lambda content: content.replace(b"[69.8", b"[1e400")),
    "a huge number": dataset(setting("value", 5, 10**30)),
    "an age beyond man's": dataset(setting("value", 5, 500)),
    "an age below zero": dataset(setting("value", 5, -80)),
    "a doubled key": body(lambda content: content.replace(b'"version"', b'"id": [], "version"')),
    "status too short": dataset(setting("status", ["a"])),
    "PX instead": become(b'CHARSET="ANSI";\nTITLE="x";\nDATA=\n1 2 3;'),
}
PX: dict[str, Change] = {
    "JSON instead": become(b'{"value": [1, 2, 3]}'),
    "no DATA": swap("DATA=", "DATUM="),
    "no end": body(lambda content: content.rstrip().rstrip(b";")),
    "a quote not closed": swap('STUB="', 'STUB="a";"'),
    "a semicolon behind a broken quote": swap('TITLE="', 'TITLE="Elinajanodote; "maakunnittain'),
    "another code page": swap('CODEPAGE="utf-8"', 'CODEPAGE="utf-16"'),
    "a code page that there is not": swap('CODEPAGE="utf-8"', 'CODEPAGE="klingon"'),
    "no variables": body(lambda content: content.replace(b"STUB=", b"STUBS=").replace(b"HEADING=", b"HEADINGS=")),
    "no values": swap('VALUES("Sukupuoli")', 'VALUE("Sukupuoli")'),
    "values twice": swap('VALUES("Sukupuoli")', 'VALUES("Sukupuoli")="a","b";\nVALUES("Sukupuoli")'),
    "a code too few": swap('CODES("Sukupuoli")="1","2"', 'CODES("Sukupuoli")="1"'),
    "a code twice": swap('CODES("Sukupuoli")="1","2"', 'CODES("Sukupuoli")="1","1"'),
    "a renamed variable": swap(f'"{SEX}"', '"sukupuoli_24_20270101"'),
    "a cell too few": body(lambda content: content.rstrip()[:-6] + b";"),
    "a cell too many": body(lambda content: content.rstrip()[:-1] + b" 7;"),
    "a huge number": body(lambda content: content.rstrip()[:-3] + b"9" * 40 + b";"),
    "a word for a cell": body(lambda content: content.rstrip()[:-5] + b' "x";'),
    "keys of rows that have none": swap(
        "DATA=", 'KEYS("Maakunta")=CODES;\nKEYS("Vuosi")=CODES;\nKEYS("Sukupuoli")=CODES;\nDATA='
    ),
}
CSV: dict[str, Change] = {
    "a quote not closed": body(lambda content: content.rstrip() + b'"'),
    "a row cut": body(lambda content: content.rstrip().rpartition(b",")[0] + b"\n"),
    "a row twice": body(lambda content: content + content.splitlines()[1] + b"\n"),
    "a row missing": body(lambda content: b"\n".join(content.splitlines()[:-1]) + b"\n"),
    "a renamed value": swap('"Naiset"', '"Tytöt"'),
    "a renamed variable": swap('"Sukupuoli"', '"Laji"'),
    "a heading too few": swap('"Maakunta",', ""),
}
METADATA: dict[str, Change] = {
    "a web page": become(HTML),
    "half": body(lambda content: content[: len(content) // 2]),
    "Latin-1": become('{"title": "Elinikä"}'.encode("latin-1")),
    "a list": become(b"[]"),
    "no variables": become(b'{"title": "x"}'),
    "empty variables": become(b'{"title": "x", "variables": []}'),
    "a variable in words": become(b'{"title": "x", "variables": ["Alue"]}'),
    "no code": dataset(dropping("variables", 0, "code")),
    "no values": dataset(dropping("variables", 0, "values")),
    "no texts": dataset(dropping("variables", 0, "valueTexts")),
    "a text too few": dataset(lambda d: d["variables"][1]["valueTexts"].pop()),
    "a renamed variable": dataset(setting("variables", 2, "text", "Laji")),
    "two variables of a name": dataset(setting("variables", 2, "text", "Maakunta")),
    "a renamed value": dataset(lambda d: d["variables"][2]["valueTexts"].__setitem__(0, "Pojat")),
    "contents renamed": dataset(lambda d: d["variables"][3]["valueTexts"].__setitem__(0, "Jotain muuta")),
    "the area gone": dataset(lambda d: d["variables"][0]["valueTexts"].__setitem__(0, "Kainuu")),
    "a new variable without a total": dataset(
        lambda d: d["variables"].append({"code": "k", "text": "Kieli", "values": ["1", "2"], "valueTexts": ["a", "b"]})
    ),
    "a year in words": dataset(lambda d: d["variables"][1]["valueTexts"].__setitem__(0, "viime vuosi")),
    "a value twice": dataset(lambda d: d["variables"][1]["values"].__setitem__(0, "1991")),
}


def workbook(rows: list[list[object]], merged: tuple[str, ...] = ()) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for area in merged:
        book.active.merge_cells(area)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def repacked(content: bytes, **parts: bytes) -> bytes:
    """A workbook with some of its files in other words."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.namelist():
            new.writestr(item, parts.get(item.rpartition("/")[2].removesuffix(".xml"), old.read(item)))
    return target.getvalue()


GOOD = [
    ["Maakunta", "Vuosi", "Sukupuoli", "life_expectancy"],
    ["MK19", 2030, "Naiset", 84.1],
    ["MK19", 2030, "Miehet", 79.0],
]
BOOK = workbook(GOOD)
FAR = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
)
FILES: dict[str, tuple[str, bytes]] = {
    "a zip bomb": (".xlsx", repacked(BOOK, sheet1=b"0" * (300 * 2**20))),
    "a sheet without end": (".xlsx", repacked(BOOK, sheet1=FAR)),
    "entities": (".xlsx", repacked(BOOK, sheet1=b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')),
    "no workbook": (".xlsx", b"PK\x03\x04 nothing"),
    "half a workbook": (".xlsx", BOOK[: len(BOOK) // 2]),
    "a web page as a workbook": (".xlsx", HTML),
    "merged headings": (
        ".xlsx",
        workbook(
            [["Maakunta", "Vuosi", "Elinajanodote", None], [None, None, "Naiset", "Miehet"], ["MK19", 2030, 84, 79]],
            ("A1:A2", "B1:B2", "C1:D1"),
        ),
    ),
    "an empty workbook": (".xlsx", workbook([[]])),
    "a heading without rows": (".xlsx", workbook(GOOD[:1])),
    "a missing column": (".xlsx", workbook([row[:3] for row in GOOD])),
    "a place that is none": (".xlsx", workbook([*GOOD, ["Atlantis", 2030, "Naiset", 84]])),
    "a row twice": (".xlsx", workbook([*GOOD, GOOD[1]])),
    "words for a number": (".csv", b"place;year;sex;life_expectancy\nMK19;2030;f;long\nMK19;2031;f;84,1\n"),
    "a cut file": (".csv", b'place;year;sex;life_expectancy\nMK19;2030;f;"84'),
    "a broken PX": (".px", b'STUB="a";\nDATA='),
    "an empty cell": (".csv", b"place;year;sex;life_expectancy\nMK19;2030;f;\nMK19;2031;f;84\n"),
}
