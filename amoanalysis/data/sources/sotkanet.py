"""Sotkanet (Finnish Institute for Health and Welfare): CSV and JSON of its REST service."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from amoanalysis.data.sources.text_table import RawFrame, decode, load, read_delimited
from amoanalysis.errors import DataError

COLUMNS = ("indicator", "region", "year", "gender", "value")
VALUE_WORDS = ("value", "primary value", "primary.value")


def read(source: Path | bytes, name: str | None = None) -> RawFrame:
    """Reads an answer of the service in either form, CSV or JSON.

    Args:
        source: the file, or the bytes of an answer.
        name: name for messages, where the source is bytes.

    Returns:
        indicator, region (number of the region in Sotkanet), year, gender, value.

    Raises:
        DataError: if the answer is not whole or a part is missing.
    """
    content, file = load(source, name)
    is_json = decode(content, file).lstrip().startswith(("[", "{"))
    return read_json(content, file) if is_json else read_csv(content, file)


def read_csv(source: Path | bytes, name: str | None = None) -> RawFrame:
    """Reads an answer of `/csv`: semicolons; indicator, region, year, gender, primary value, absolute value.

    Args:
        source: the file, or the bytes of an answer.
        name: name for messages, where the source is bytes.

    Returns:
        indicator, region (number of the region in Sotkanet), year, gender, value.

    Raises:
        DataError: if the file is not whole or a column is missing.
    """
    raw = read_delimited(source, name)
    frame = raw.frame.rename(columns=lambda label: "value" if label.lower() in VALUE_WORDS else label.lower())
    return raw.having(raw.having(frame).require(COLUMNS).frame[list(COLUMNS)])


def read_json(source: Path | bytes, name: str | None = None) -> RawFrame:
    """Reads an answer of `/json`: a list of figures with indicator, region, year, gender and value.

    Args:
        source: the file, or the bytes of an answer.
        name: name for messages, where the source is bytes.

    Returns:
        As `read_csv`; the index counts the figures from 1.

    Raises:
        DataError: if the answer is cut short or a figure lacks a part.
    """
    return _frame(source, name, COLUMNS)


def read_regions(source: Path | bytes, name: str | None = None) -> RawFrame:
    """Reads an answer of `/regions`: which region a number means.

    Args:
        source: the file, or the bytes of an answer.
        name: name for messages, where the source is bytes.

    Returns:
        id (number of the region in Sotkanet), code (of the municipality or area), category (KUNTA, MAAKUNTA, MAA).

    Raises:
        DataError: if the answer is cut short or a region lacks a part.
    """
    return _frame(source, name, ("id", "code", "category"))


def _frame(source: Path | bytes, name: str | None, columns: tuple[str, ...]) -> RawFrame:
    content, file = load(source, name)
    items = _items(decode(content, file), file)
    for number, item in enumerate(items, 1):
        for column in columns:
            if not isinstance(item, dict) or column not in item:
                raise DataError(
                    f"{file}, figure {number} has no '{column}': see whether the address asked is the right one."
                )
    rows = [["" if item[column] is None else str(item[column]) for column in columns] for item in items]
    index = pd.RangeIndex(1, len(rows) + 1, name="row")
    return RawFrame(pd.DataFrame(rows, columns=list(columns), index=index, dtype="str"), file)


def _items(text: str, file: str) -> list[Any]:
    try:
        items = json.loads(text)
    except json.JSONDecodeError as error:
        raise DataError(f"{file} is no whole JSON ({error.msg}, line {error.lineno}): download it again.") from error
    if not isinstance(items, list) or not items:
        raise DataError(f"{file} holds no list of figures: see whether the address asked is the right one.")
    return items
