"""Multidimensional tables of PxWeb (cubes), and their readers for JSON-stat and CSV."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from amoanalysis.data.sources.text_table import load, read_delimited
from amoanalysis.errors import DataError

# Official figures are far smaller; a larger number is an error in the response.
LARGEST_FIGURE = 1e13
# UTF-8 letters decoded as Windows-1252, and undecodable letters.
MANGLED = re.compile("\u00c3[\u0080-\u00bf\u2013-\u203a\u0152-\u017e]|\ufffd")


@dataclass(frozen=True)
class Dimension:
    """A variable of a table.

    Attributes:
        code: the producer's code of the variable, for queries.
        label: its label.
        codes: codes of its values.
        labels: labels of its values.
        time: whether its values are times.
        metric: whether its values are measures, if the producer states it.
        optional: whether a query may omit it and then gets its total.
    """

    code: str
    label: str
    codes: tuple[str, ...]
    labels: tuple[str, ...]
    time: bool = False
    metric: bool = False
    optional: bool = False

    def subset(self, indices: Sequence[int]) -> "Dimension":
        """Returns the variable with some of its values."""
        codes, labels = (tuple(words[i] for i in indices) for words in (self.codes, self.labels))
        return Dimension(self.code, self.label, codes, labels, self.time, self.metric, self.optional)


@dataclass(frozen=True)
class Cube:
    """A table with its cells.

    Attributes:
        dimensions: the variables.
        cells: figures and markers as text, object array of the shape of the dimensions.
        file: name of the table, for messages.
        title: its title.
    """

    dimensions: tuple[Dimension, ...]
    cells: np.ndarray
    file: str
    title: str = ""

    def frame(self, names: Mapping[str, str]) -> pd.DataFrame:
        """Returns the cube in long form, one row per cell.

        Args:
            names: column name by code of the variable; other variables are left out.

        Returns:
            Labels of the variables, and `value`, all as text; the index counts the cells from 1.
        """
        shape = self.cells.shape
        columns: dict[str, np.ndarray] = {}
        for axis, dimension in enumerate(self.dimensions):
            if dimension.code in names:
                view = [1] * len(shape)
                view[axis] = -1
                labels = np.array(dimension.labels, dtype=object).reshape(view)
                columns[names[dimension.code]] = np.broadcast_to(labels, shape).ravel()
        columns["value"] = self.cells.ravel()
        index = pd.RangeIndex(1, self.cells.size + 1, name="row")
        return pd.DataFrame(columns, index=index, dtype="str")


def make_cube(dimensions: Sequence[Dimension], cells: Sequence[str], file: str, title: str = "") -> Cube:
    """Makes a cube of a flat list of cells, of which the last variable varies fastest.

    Raises:
        DataError: if the number of cells is wrong, a value occurs twice, or a figure is too large.
    """
    for dimension in dimensions:
        _check_dimension(dimension, file)
    shape = tuple(len(dimension.codes) for dimension in dimensions)
    expected = int(np.prod(shape, dtype=np.int64))
    if len(cells) != expected:
        why = "it is incomplete" if len(cells) < expected else "it has too many"
        raise DataError(f"{file} has {len(cells)} figures where its variables need {expected}: {why}; retry.")
    array = np.empty(len(cells), dtype=object)
    array[:] = cells
    _check_figures(array, file)
    return Cube(tuple(dimensions), array.reshape(shape), file, title)


def arrange_cells(answer: Cube, selection: Sequence[Dimension]) -> np.ndarray:
    """Arranges the cells of a response in the order of the selected variables and values.

    Args:
        answer: the response; variables and values in any order.
        selection: the selected variables with their selected values.

    Returns:
        Object array in the shape of the selection.

    Raises:
        DataError: if the response lacks a variable or value, or has one that was not selected.
    """
    received = {dimension.code: dimension for dimension in answer.dimensions}
    listed = ", ".join(f"'{dimension.label}' ({dimension.code})" for dimension in answer.dimensions)
    for dimension in selection:
        if dimension.code not in received:
            raise DataError(
                f"{answer.file} has no variable '{dimension.label}' ({dimension.code}): the response has {listed}; "
                "retry, or correct the query in sources.toml."
            )
    codes = {dimension.code for dimension in selection}
    extra = [d for d in answer.dimensions if d.code not in codes and len(d.codes) != 1]
    if extra:
        raise DataError(f"{answer.file} has a variable '{extra[0].label}' that was not selected: retry.")
    cells = answer.cells.squeeze(tuple(i for i, d in enumerate(answer.dimensions) if d.code not in codes))
    order = [dimension.code for dimension in answer.dimensions if dimension.code in codes]
    cells = cells.transpose([order.index(dimension.code) for dimension in selection])
    positions = [_find_positions(received[dimension.code], dimension, answer.file) for dimension in selection]
    return np.asarray(cells[np.ix_(*positions)])


def _find_positions(received: Dimension, selected: Dimension, file: str) -> list[int]:
    """Returns the positions of the selected values among the received ones."""
    order = {code: position for position, code in enumerate(received.codes)}
    for code, label in zip(selected.codes, selected.labels, strict=True):
        if code not in order:
            raise DataError(f"{file} lacks the value '{label}' ({code}) of '{selected.label}': retry.")
    for code, label in zip(received.codes, received.labels, strict=True):
        if code not in selected.codes:
            raise DataError(f"{file} has the value '{label}' of '{selected.label}' that was not selected: retry.")
    return [order[code] for code in selected.codes]


def _check_dimension(dimension: Dimension, file: str) -> None:
    if len(set(dimension.codes)) < len(dimension.codes):
        repeated = next(code for code in dimension.codes if dimension.codes.count(code) > 1)
        raise DataError(f"{file} has the value '{repeated}' of '{dimension.label}' twice: retry.")
    for label in (dimension.label, *dimension.labels):
        if MANGLED.search(label):
            raise DataError(f"{file} has garbled letters ('{label}'): its declared charset is wrong; retry.")


def _check_figures(cells: np.ndarray, file: str) -> None:
    for cell in {cell for cell in cells if len(cell) > 9 or "e" in cell.casefold()}:
        try:
            too_large = abs(float(cell)) > LARGEST_FIGURE
        except ValueError:
            continue
        if too_large:
            raise DataError(f"{file} has the figure {cell[:20]}, which is too large: retry.")


def read_csv(content: bytes, name: str, selection: Sequence[Dimension]) -> Cube:
    """Reads a CSV response; the query gives the codes, because CSV has only labels.

    Args:
        content: the response: one column per variable of the stub, and one per combination of the other variables.
        name: name of the table, for messages.
        selection: the selected variables with their selected values.

    Returns:
        The cube, in the order of the selection.

    Raises:
        DataError: if a variable, row or column is missing, repeated or unknown.
    """
    frame = read_delimited(content, name).frame
    headings = {heading.casefold(): heading for heading in frame.columns}
    stub = [dimension for dimension in selection if dimension.label.casefold() in headings]
    across = [dimension for dimension in selection if dimension not in stub]
    if not stub:
        raise DataError(f"{name} has none of the selected variables: retry.")
    stub_headings = [headings[dimension.label.casefold()] for dimension in stub]
    columns = _find_columns(list(frame.columns), stub_headings, across, name)
    cells = np.full((*(len(d.codes) for d in stub), len(columns)), None, dtype=object)
    orders = [{label.casefold(): i for i, label in enumerate(d.labels)} for d in stub]
    for row, words in zip(frame.index, frame[stub_headings].itertuples(index=False), strict=True):
        position = tuple(order.get(str(word).casefold(), -1) for order, word in zip(orders, words, strict=True))
        if -1 in position:
            raise DataError(f"{name}, row {row}: '{words[position.index(-1)]}' was not selected: retry.")
        if cells[position][0] is not None:
            raise DataError(f"{name}, row {row} occurs twice: retry.")
        cells[position] = frame.loc[row, columns].to_numpy()
    if any(cell is None for cell in cells.ravel()):
        raise DataError(f"{name} lacks selected rows: it is incomplete; retry.")
    dimensions = (*stub, *across)
    array = cells.reshape([len(dimension.codes) for dimension in dimensions])
    order = [dimensions.index(dimension) for dimension in selection]
    return Cube(tuple(selection), array.transpose(order), name)


def _find_columns(headings: Sequence[str], stub: list[str], across: Sequence[Dimension], name: str) -> list[str]:
    """Returns the headings of the columns of figures, in the order of the combinations of values."""
    given = {" ".join(str(heading).split()).casefold(): str(heading) for heading in headings if heading not in stub}
    expected = [" ".join(" ".join(labels).split()) for labels in product(*(dimension.labels for dimension in across))]
    if len(expected) == 1 and len(given) == 1:
        return list(given.values())
    for heading in expected:
        if heading.casefold() not in given:
            raise DataError(f"{name} has no column '{heading}': it has {', '.join(list(given.values())[:8])}; retry.")
    return [given[heading.casefold()] for heading in expected]


def read_jsonstat(content: bytes, name: str) -> Cube:
    """Reads a JSON-stat dataset with dense or sparse values, and the status of missing values.

    A figure keeps its digits. A missing figure becomes its status (`..`, `...`, `-`).

    Args:
        content: the response.
        name: name of the table, for messages.

    Returns:
        The cube.

    Raises:
        DataError: if the dataset is incomplete or invalid, or a figure is missing without a status.
    """
    dataset = parse_object(content, name)
    dimensions = read_dimensions(dataset, name)
    size = 1
    for dimension in dimensions:
        size *= len(dimension.codes)
    values, status = (_expand(dataset.get(part, {}), size, part, name) for part in ("value", "status"))
    cells = [_format_cell(value, mark, name) for value, mark in zip(values, status, strict=True)]
    return make_cube(dimensions, cells, name, str(dataset.get("label", "")))


def read_dimensions(dataset: Mapping[str, Any], name: str) -> tuple[Dimension, ...]:
    """Reads the variables of a JSON-stat dataset, which may have no values.

    Raises:
        DataError: if a part is missing or inconsistent.
    """
    ids, sizes, about = dataset.get("id"), dataset.get("size"), dataset.get("dimension")
    if not isinstance(ids, list) or not isinstance(sizes, list) or not isinstance(about, dict) or not ids:
        raise DataError(f"{name} is not a JSON-stat dataset (it lacks id, size or dimension): retry.")
    if len(ids) != len(sizes) or len(set(ids)) != len(ids):
        raise DataError(f"{name} has {len(ids)} variables and {len(sizes)} sizes, or a variable twice: retry.")
    role = dataset.get("role")
    roles = role if isinstance(role, dict) else {}
    found = []
    for code, size in zip(ids, sizes, strict=True):
        if not isinstance(about.get(code), dict):
            raise DataError(f"{name} lacks the variable '{code}' that it lists: retry.")
        found.append(_parse_dimension(code, about[code], roles, name))
        if size != len(found[-1].codes):
            raise DataError(f"{name} states that '{code}' has {size} values, but lists {len(found[-1].codes)}: retry.")
    return tuple(found)


def parse_object(content: bytes, name: str) -> dict[str, Any]:
    """Parses a JSON object; numbers stay text.

    Raises:
        DataError: if the content is a web page, incomplete, not UTF-8, has a key twice, or is not an object.
    """
    parsed = parse_json(content, name)
    if not isinstance(parsed, dict):
        raise DataError(f"{name} is not a JSON object: retry.")
    return parsed


def parse_json(content: bytes, name: str) -> Any:
    """Parses JSON; numbers stay text. Raises as `parse_object`."""
    content, file = load(content, name)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{file} is not UTF-8 at byte {error.start}, as JSON must be: retry.") from error
    try:
        return json.loads(
            text, parse_float=str, parse_int=_parse_int, parse_constant=_refuse_constant, object_pairs_hook=_make_object
        )
    except json.JSONDecodeError as error:
        raise DataError(f"{file} is not valid JSON ({error.msg}, line {error.lineno}): retry.") from error
    except RecursionError as error:
        raise DataError(f"{file} is JSON that is nested too deeply: retry.") from error
    except _RepeatedKeyError as error:
        raise DataError(f"{file} has the key '{error}' twice: retry.") from error
    except ValueError as error:
        raise DataError(f"{file} has {error}, which is not a number: retry.") from error


class _RepeatedKeyError(Exception):
    """An object has a key twice."""


def _parse_int(digits: str) -> int | str:
    return int(digits) if len(digits) < 19 else digits


def _refuse_constant(word: str) -> float:
    raise ValueError(f"'{word}'")


def _make_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _RepeatedKeyError(next(key for key in keys if keys.count(key) > 1))
    return found


def _parse_dimension(code: str, about: Mapping[str, Any], roles: Mapping[str, Any], name: str) -> Dimension:
    category = about.get("category")
    if not isinstance(category, dict):
        raise DataError(f"{name} lists no values of '{code}': retry.")
    index, label = category.get("index"), category.get("label")
    labels = label if isinstance(label, dict) else {}
    if isinstance(index, dict):
        codes = _sort_by_index(index, code, name)
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
        time=code in _to_list(roles.get("time")),
        metric=code in _to_list(roles.get("metric")),
        optional=optional,
    )


def _sort_by_index(index: Mapping[str, Any], code: str, name: str) -> list[str]:
    positions = list(index.values())
    if not all(isinstance(i, int) for i in positions) or sorted(positions) != list(range(len(positions))):
        raise DataError(f"{name} has a repeated or missing position among the values of '{code}': retry.")
    return sorted(index, key=lambda value: index[value])


def _to_list(words: object) -> list[str]:
    return [str(word) for word in words] if isinstance(words, list) else []


def _expand(given: object, size: int, part: str, name: str) -> list[Any]:
    """Returns the value or status of every cell from a list, a sparse object, or one status for all."""
    if isinstance(given, list):
        if len(given) != size:
            raise DataError(f"{name} has {len(given)} cells of '{part}' where its variables need {size}: retry.")
        return given
    if isinstance(given, str):
        return [given] * size
    if not isinstance(given, dict):
        raise DataError(f"{name} has no list of figures ('{part}'): retry.")
    expanded: list[Any] = [None] * size
    for key, value in given.items():
        if not key.isdigit() or int(key) >= size:
            raise DataError(f"{name} has a {part} for a cell '{key}' that it does not have: retry.")
        expanded[int(key)] = value
    return expanded


def _format_cell(value: object, status: object, name: str) -> str:
    if value is None:
        if not isinstance(status, str) or not status.strip():
            raise DataError(f"{name} has an empty cell without a status: retry.")
        return status.strip()
    if isinstance(value, bool | dict | list):
        raise DataError(f"{name} has a cell that is not a number: retry.")
    return str(value)
