"""What the checks find, and the sentences they say it in."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from amoanalysis.data.load import Data

ROUNDING = 1e-9


@dataclass(frozen=True)
class Finding:
    """One sentence about a table.

    Attributes:
        level: error where something is broken, note where the published figures themselves do not add up.
        table: the table, or the file, that it is about.
        message: names file, row or key, and values.
    """

    level: Literal["error", "note"]
    table: str
    message: str


def find_differences(left: pd.Series, right: pd.Series, tolerance: float = 0.0) -> pd.DataFrame:
    """The keys for which two series both hold a value and disagree.

    Args:
        left: values by key.
        right: values by the same key.
        tolerance: largest difference that counts as none, in the unit of the series.

    Returns:
        (key) x (left, right).
    """
    both = pd.concat([left, right], axis=1, keys=["left", "right"], join="inner").dropna()
    return both[(both["left"] - both["right"]).abs() > tolerance + ROUNDING]


def report_differences(table: str, found: pd.DataFrame, saying: str) -> Iterator[Finding]:
    """One error for a frame of differences: the first key with its values, and how many more there are.

    Args:
        table: the table at fault.
        found: what `find_differences` found.
        saying: what disagrees, with `{left}` and `{right}` for the values.
    """
    if found.empty:
        return
    first = found.iloc[0]
    told = saying.format(left=format_number(first["left"]), right=format_number(first["right"]))
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    where = format_key(found.index.names, found.index[0])
    yield Finding("error", table, f"tables/{table}.csv, {where}: {told}{more}; correct the wrong one.")


def make_note(table: str, saying: str) -> Finding:
    """A note about a table."""
    return Finding("note", table, f"tables/{table}.csv: {saying}.")


def format_key(names: Sequence[Any], key: Any) -> str:
    """A key in words: place 261, year 2018."""
    parts = key if isinstance(key, tuple) else (key,)
    return ", ".join(f"{name} {part}" for name, part in zip(names, parts, strict=True))


def format_number(value: float) -> str:
    """A number as messages write it: 6,420 or 0.25."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.6g}"


@dataclass(frozen=True)
class Check:
    """A proof over some tables.

    Attributes:
        needs: names of the tables that it reads; it is left out where one of them is absent or broken.
        run: gives the findings.
    """

    needs: tuple[str, ...]
    run: Callable[[Data], Iterator[Finding]]


def sum_over_members(table: pd.DataFrame, members: tuple[str, ...], by: str, column: str) -> pd.Series:
    """Sum over the municipalities of an area, where every one of them has a value.

    Args:
        table: rows by place and another key.
        members: codes of the municipalities.
        by: the other key.
        column: what is summed.

    Returns:
        Sums by the other key.
    """
    inside = table[table["place"].isin(members)]
    return inside.groupby(by)[column].sum(min_count=len(members)).dropna()


def pivot_indicators(table: pd.DataFrame, index: list[str], columns: str, values: str) -> pd.DataFrame:
    """One column for each word of a column; the key is unique, so that nothing is summed.

    Args:
        table: rows by index and columns.
        index: key columns that stay rows.
        columns: the column whose words become columns.
        values: the column of figures.
    """
    return table.pivot(index=index, columns=columns, values=values)


def split_parts_and_totals(
    table: pd.DataFrame, column: str, keys: list[str], values: str, total: str = "TOTAL"
) -> tuple[pd.Series, pd.Series]:
    """Sums of the parts, and the totals given, by the other keys.

    Args:
        table: rows in which a total stands among its parts.
        column: the column that says total or which part.
        keys: the other key columns.
        values: the column of figures.
        total: the word for the total.

    Returns:
        Sums of parts and totals, by key.
    """
    is_total = table[column] == total
    return table[~is_total].groupby(keys)[values].sum(), table[is_total].set_index(keys)[values]
