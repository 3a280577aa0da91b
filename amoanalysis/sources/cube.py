"""A table of many variables as PxWeb gives it, whatever the form of the answer: variables, and a cell for each
combination of their values.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

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

    def having(self, indices: Sequence[int]) -> "Dimension":
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


def cube(dimensions: Sequence[Dimension], cells: Sequence[str], file: str, title: str = "") -> Cube:
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


def arranged(answer: Cube, asked: Sequence[Dimension]) -> np.ndarray:
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
