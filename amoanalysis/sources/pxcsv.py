"""CSV as PxWeb answers a query: variables down and across, in the order of the table."""

from collections.abc import Sequence
from itertools import product

import numpy as np

from amoanalysis.errors import DataError
from amoanalysis.sources.cube import Cube, Dimension
from amoanalysis.sources.delimited import read_delimited


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
