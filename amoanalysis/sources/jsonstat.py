"""JSON-stat 2.0, the form in which PxWeb gives tables and, in its second generation, their variables."""

import json
from collections.abc import Mapping
from typing import Any

from amoanalysis.errors import DataError
from amoanalysis.sources.cube import Cube, Dimension, cube
from amoanalysis.sources.raw import load


def read_jsonstat(content: bytes, name: str) -> Cube:
    """Reads a dataset: dense or sparse values, and the status that says why one is missing.

    A figure keeps the digits in which it was written. A missing one becomes its status (`..`, `...`, `-`).

    Args:
        content: the answer.
        name: name of the table, for messages.

    Returns:
        The cube.

    Raises:
        DataError: if the answer is no whole dataset, or a figure is missing without a status.
    """
    dataset = parse_object(content, name)
    dimensions = read_dimensions(dataset, name)
    size = 1
    for dimension in dimensions:
        size *= len(dimension.codes)
    values, status = (_spread(dataset.get(part, {}), size, part, name) for part in ("value", "status"))
    cells = [_cell(value, mark, name) for value, mark in zip(values, status, strict=True)]
    return cube(dimensions, cells, name, str(dataset.get("label", "")))


def read_dimensions(dataset: Mapping[str, Any], name: str) -> tuple[Dimension, ...]:
    """The variables of a dataset, which need not have values.

    Raises:
        DataError: if a part is missing or the parts disagree.
    """
    ids, sizes, about = dataset.get("id"), dataset.get("size"), dataset.get("dimension")
    if not isinstance(ids, list) or not isinstance(sizes, list) or not isinstance(about, dict) or not ids:
        raise DataError(f"{name} is no JSON-stat dataset (it lacks id, size or dimension): ask again.")
    if len(ids) != len(sizes) or len(set(ids)) != len(ids):
        raise DataError(f"{name} names {len(ids)} variables and {len(sizes)} sizes, or one twice: ask again.")
    role = dataset.get("role")
    roles = role if isinstance(role, dict) else {}
    found = []
    for code, size in zip(ids, sizes, strict=True):
        if not isinstance(about.get(code), dict):
            raise DataError(f"{name} lacks the variable '{code}' that it names: ask again.")
        found.append(_dimension(code, about[code], roles, name))
        if size != len(found[-1].codes):
            raise DataError(
                f"{name} says that '{code}' has {size} values, but lists {len(found[-1].codes)}: ask again."
            )
    return tuple(found)


def parse_object(content: bytes, name: str) -> dict[str, Any]:
    """A JSON object, its numbers kept as text.

    Raises:
        DataError: if the answer is a web page, cut short, not in UTF-8, holds a key twice, or is no object.
    """
    parsed = parse_json(content, name)
    if not isinstance(parsed, dict):
        raise DataError(f"{name} is JSON of another kind than was asked for: ask again.")
    return parsed


def parse_json(content: bytes, name: str) -> Any:
    """JSON with numbers as text; see `parse_object`."""
    content, file = load(content, name)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{file} is not in UTF-8 at byte {error.start}, as JSON has to be: ask again.") from error
    try:
        return json.loads(text, parse_float=str, parse_int=_whole, parse_constant=_refused, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise DataError(f"{file} is no whole JSON ({error.msg}, line {error.lineno}): ask again.") from error
    except RecursionError as error:
        raise DataError(f"{file} is JSON nested beyond measure: ask again.") from error
    except _Twice as error:
        raise DataError(f"{file} holds the key '{error}' twice: ask again.") from error
    except ValueError as error:
        raise DataError(f"{file} holds {error}, which is no number: ask again.") from error


class _Twice(Exception):
    """A key that an object has twice."""


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) < 19 else digits


def _refused(word: str) -> float:
    raise ValueError(f"'{word}'")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _Twice(next(key for key in keys if keys.count(key) > 1))
    return found


def _dimension(code: str, about: Mapping[str, Any], roles: Mapping[str, Any], name: str) -> Dimension:
    category = about.get("category")
    if not isinstance(category, dict):
        raise DataError(f"{name} lists no values of '{code}': ask again.")
    index, label = category.get("index"), category.get("label")
    labels = label if isinstance(label, dict) else {}
    if isinstance(index, dict):
        codes = _in_order(index, code, name)
    elif isinstance(index, list):
        codes = [str(value) for value in index]
    else:
        codes = list(labels)
    extension = about.get("extension")
    optional = isinstance(extension, dict) and bool(extension.get("elimination"))
    return Dimension(
        code=code,
        label=str(about.get("label", code)),
        codes=tuple(codes),
        labels=tuple(str(labels.get(value, value)) for value in codes),
        time=code in _listed(roles.get("time")),
        metric=code in _listed(roles.get("metric")),
        optional=optional,
    )


def _in_order(index: Mapping[str, Any], code: str, name: str) -> list[str]:
    places = list(index.values())
    if not all(isinstance(place, int) for place in places) or sorted(places) != list(range(len(places))):
        raise DataError(f"{name} counts the values of '{code}' wrongly (a place is doubled or left out): ask again.")
    return sorted(index, key=lambda value: index[value])


def _listed(words: object) -> list[str]:
    return [str(word) for word in words] if isinstance(words, list) else []


def _spread(given: object, size: int, part: str, name: str) -> list[Any]:
    """Values of every cell, from a list, from a sparse object, or from the one status of all."""
    if isinstance(given, list):
        if len(given) != size:
            raise DataError(f"{name} has {len(given)} cells of '{part}' where its variables need {size}: ask again.")
        return given
    if isinstance(given, str):
        return [given] * size
    if not isinstance(given, dict):
        raise DataError(f"{name} holds no list of figures ('{part}'): ask again.")
    spread: list[Any] = [None] * size
    for key, value in given.items():
        if not key.isdigit() or int(key) >= size:
            raise DataError(f"{name} has a {part} for a cell '{key}' that it does not have: ask again.")
        spread[int(key)] = value
    return spread


def _cell(value: object, status: object, name: str) -> str:
    if value is None:
        if not isinstance(status, str) or not status.strip():
            raise DataError(f"{name} has an empty cell and no status that says why: ask again.")
        return status.strip()
    if isinstance(value, bool | dict | list):
        raise DataError(f"{name} has a cell that is no figure: ask again.")
    return str(value)
