"""A table of many variables as PxWeb gives it, whatever the form of the answer: variables, and a cell for each
combination of their values.
"""

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

# No figure of an official table comes near this; what does is a fault of the answer.
LARGEST = 1e13
# Letters of UTF-8 read as Windows-1252, and letters that could not be read at all.
MANGLED = re.compile("\u00c3[\u0080-\u00bf\u2013-\u203a\u0152-\u017e]|\ufffd")


@dataclass(frozen=True)
class Dimension:
    """A variable of a table.

    Attributes:
        code: the producer's code of the variable, which queries name.
        label: its name in words.
        codes: codes of its values.
        labels: the values in words, as many.
        time: whether its values are times.
        metric: whether its values say what is counted, where the producer tells.
        optional: whether it may be left out of a query, which then gives its total.
    """

    code: str
    label: str
    codes: tuple[str, ...]
    labels: tuple[str, ...]
    time: bool = False
    metric: bool = False
    optional: bool = False

    def subset(self, indices: Sequence[int]) -> "Dimension":
        """The same variable with some of its values."""
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
        """One row a cell.

        Args:
            names: our name of a variable by its code; variables without a name are left out.

        Returns:
            Labels of the variables under our names, and `value`, all text; the index counts the cells from 1.
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
    """A cube of cells in a row, the last variable running fastest.

    Raises:
        DataError: if there are too many or too few cells, a value stands twice, or a figure is out of all bounds.
    """
    for dimension in dimensions:
        _prove(dimension, file)
    shape = tuple(len(dimension.codes) for dimension in dimensions)
    wanted = int(np.prod(shape, dtype=np.int64))
    if len(cells) != wanted:
        why = "it was cut short" if len(cells) < wanted else "it holds more than it should"
        raise DataError(f"{file} has {len(cells)} figures where its variables need {wanted}: {why}; ask again.")
    array = np.empty(len(cells), dtype=object)
    array[:] = cells
    _prove_sizes(array, file)
    return Cube(tuple(dimensions), array.reshape(shape), file, title)


def arrange_cells(answer: Cube, asked: Sequence[Dimension]) -> np.ndarray:
    """The cells of an answer in the order of the variables and values that were asked for.

    Args:
        answer: variables and values in any order.
        asked: variables, each with the values asked for.

    Returns:
        Object array in the shape of what was asked.

    Raises:
        DataError: naming the variable or value that the answer lacks, or has beside those asked for.
    """
    there = {dimension.code: dimension for dimension in answer.dimensions}
    known = ", ".join(f"'{dimension.label}' ({dimension.code})" for dimension in answer.dimensions)
    for dimension in asked:
        if dimension.code not in there:
            raise DataError(
                f"{answer.file} has no variable '{dimension.label}' ({dimension.code}): the answer has {known}; "
                "ask again, or mend the query in sources.toml."
            )
    wanted = {dimension.code for dimension in asked}
    extra = [d for d in answer.dimensions if d.code not in wanted and len(d.codes) != 1]
    if extra:
        raise DataError(f"{answer.file} has a variable '{extra[0].label}' that was not asked for: ask again.")
    cells = answer.cells.squeeze(tuple(i for i, d in enumerate(answer.dimensions) if d.code not in wanted))
    left = [dimension.code for dimension in answer.dimensions if dimension.code in wanted]
    cells = cells.transpose([left.index(dimension.code) for dimension in asked])
    positions = [_positions(there[dimension.code], dimension, answer.file) for dimension in asked]
    return np.asarray(cells[np.ix_(*positions)])


def _positions(given: Dimension, asked: Dimension, file: str) -> list[int]:
    order = {code: position for position, code in enumerate(given.codes)}
    for code, label in zip(asked.codes, asked.labels, strict=True):
        if code not in order:
            raise DataError(f"{file} lacks the value '{label}' ({code}) of '{asked.label}': ask again.")
    if len(given.codes) != len(asked.codes):
        more = next(label for code, label in zip(given.codes, given.labels, strict=True) if code not in asked.codes)
        raise DataError(f"{file} has the value '{more}' of '{asked.label}' that was not asked for: ask again.")
    return [order[code] for code in asked.codes]


def _prove(dimension: Dimension, file: str) -> None:
    twice = [code for code in dimension.codes if dimension.codes.count(code) > 1] if _doubled(dimension) else []
    if twice:
        raise DataError(f"{file} has the value '{twice[0]}' of '{dimension.label}' twice: ask again.")
    for label in (dimension.label, *dimension.labels):
        if MANGLED.search(label):
            raise DataError(f"{file} has mangled letters ('{label}'): its charset is not what it says; ask again.")


def _doubled(dimension: Dimension) -> bool:
    return len(set(dimension.codes)) < len(dimension.codes)


def _prove_sizes(cells: np.ndarray, file: str) -> None:
    for cell in {cell for cell in cells if len(cell) > 9 or "e" in cell.casefold()}:
        try:
            too_large = abs(float(cell)) > LARGEST
        except ValueError:
            continue
        if too_large:
            raise DataError(f"{file} holds the figure {cell[:20]}, larger than anything counted here: ask again.")


def read_csv(content: bytes, name: str, asked: Sequence[Dimension]) -> Cube:
    """Reads the answer to a query, whose variables are known.

    Args:
        content: the answer; a column for each variable down, and one for each combination of those across.
        name: name of the table, for messages.
        asked: variables with the values asked for; labels tell them, for CSV has no codes.

    Returns:
        The cube, in the order of what was asked.

    Raises:
        DataError: if a variable, a row or a column is missing, doubled or unknown.
    """
    frame = read_delimited(content, name).frame
    headings = {heading.casefold(): heading for heading in frame.columns}
    down = [dimension for dimension in asked if dimension.label.casefold() in headings]
    across = [dimension for dimension in asked if dimension not in down]
    if not down:
        raise DataError(f"{name} names none of the variables asked for: ask again.")
    columns = _columns(list(frame.columns), [headings[d.label.casefold()] for d in down], across, name)
    cells = np.full((*(len(d.codes) for d in down), len(columns)), None, dtype=object)
    orders = [{label.casefold(): i for i, label in enumerate(d.labels)} for d in down]
    for row, words in zip(
        frame.index, frame[[headings[d.label.casefold()] for d in down]].itertuples(index=False), strict=True
    ):
        place = tuple(order.get(str(word).casefold(), -1) for order, word in zip(orders, words, strict=True))
        if -1 in place:
            raise DataError(f"{name}, row {row}: '{words[place.index(-1)]}' was not asked for: ask again.")
        if cells[place][0] is not None:
            raise DataError(f"{name}, row {row} stands twice: ask again.")
        cells[place] = frame.loc[row, columns].to_numpy()
    if any(cell is None for cell in cells.ravel()):
        raise DataError(f"{name} lacks rows that were asked for: it was cut short; ask again.")
    whole = cells.reshape([len(dimension.codes) for dimension in (*down, *across)])
    order = [(*down, *across).index(dimension) for dimension in asked]
    return Cube(tuple(asked), whole.transpose(order), name)


def _columns(headings: Sequence[str], stub: list[str], across: Sequence[Dimension], name: str) -> list[str]:
    """The columns of figures, in the order of the values across."""
    given = {" ".join(str(heading).split()).casefold(): str(heading) for heading in headings if heading not in stub}
    wanted = [" ".join(" ".join(labels).split()) for labels in product(*(dimension.labels for dimension in across))]
    if len(wanted) == 1 and len(given) == 1:
        return list(given.values())
    for heading in wanted:
        if heading.casefold() not in given:
            raise DataError(
                f"{name} has no column '{heading}': it has {', '.join(list(given.values())[:8])}; ask again."
            )
    return [given[heading.casefold()] for heading in wanted]


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
    return make_cube(dimensions, cells, name, str(dataset.get("label", "")))


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
