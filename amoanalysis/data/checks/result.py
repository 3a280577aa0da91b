"""Findings of the checks, and helpers to compare tables and to phrase findings."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from amoanalysis.data.load import Data

ROUNDING = 1e-9


@dataclass(frozen=True)
class Finding:
    """One finding about a table.

    Attributes:
        level: error for invalid data; note if published figures do not add up.
        table: name of the table or file.
        message: one sentence with file, row or key, and values.
    """

    level: Literal["error", "note"]
    table: str
    message: str


def find_differences(left: pd.Series, right: pd.Series, tolerance: float = 0.0) -> pd.DataFrame:
    """Returns the keys for which two series both have a value and the values differ.

    Args:
        left: values by key.
        right: values by the same key.
        tolerance: largest accepted difference, in the unit of the series.

    Returns:
        (key) x (left, right).
    """
    both = pd.concat([left, right], axis=1, keys=["left", "right"], join="inner").dropna()
    return both[(both["left"] - both["right"]).abs() > tolerance + ROUNDING]


def report_differences(table: str, found: pd.DataFrame, template: str) -> Iterator[Finding]:
    """Reports differences as one error: the first key with its values, and the number of other keys.

    Args:
        table: the table with the error.
        found: result of `find_differences`.
        template: text of the message, with `{left}` and `{right}` for the values.
    """
    if found.empty:
        return
    first = found.iloc[0]
    message = template.format(left=format_number(first["left"]), right=format_number(first["right"]))
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    where = format_key(found.index.names, found.index[0])
    yield Finding("error", table, f"tables/{table}.csv, {where}: {message}{more}; correct the wrong one.")


def make_note(table: str, message: str) -> Finding:
    """Makes a note about a table."""
    return Finding("note", table, f"tables/{table}.csv: {message}.")


def format_key(names: Sequence[Any], key: Any) -> str:
    """Formats a key: place 261, year 2018."""
    parts = key if isinstance(key, tuple) else (key,)
    return ", ".join(f"{name} {part}" for name, part in zip(names, parts, strict=True))


def format_number(value: float) -> str:
    """Formats a number for a message: 6,420 or 0.25."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.6g}"


@dataclass(frozen=True)
class Check:
    """A check of one or more tables.

    Attributes:
        needs: names of the tables; the check is skipped if one of them is missing or invalid.
        run: yields the findings.
    """

    needs: tuple[str, ...]
    run: Callable[[Data], Iterator[Finding]]


def sum_over_members(table: pd.DataFrame, members: tuple[str, ...], by: str, column: str) -> pd.Series:
    """Sums a column over the municipalities of an area, if all of them have a value.

    Args:
        table: rows by place and another key.
        members: codes of the municipalities.
        by: the other key.
        column: the column of figures.

    Returns:
        Sums by the other key.
    """
    inside = table[table["place"].isin(members)]
    return inside.groupby(by)[column].sum(min_count=len(members)).dropna()


def pivot_indicators(table: pd.DataFrame, index: list[str], columns: str, values: str) -> pd.DataFrame:
    """Pivots a table to one column per value of a key column.

    Args:
        table: rows by index and columns.
        index: key columns of the rows.
        columns: the key column whose values become columns.
        values: the column of figures.
    """
    return table.pivot(index=index, columns=columns, values=values)


def split_parts_and_totals(
    table: pd.DataFrame, column: str, keys: list[str], values: str, total: str = "TOTAL"
) -> tuple[pd.Series, pd.Series]:
    """Splits a table into sums of the parts and published totals.

    Args:
        table: rows of totals and parts.
        column: the column that contains the label of the total.
        keys: the other key columns.
        values: the column of figures.
        total: label of the total.

    Returns:
        Sums of parts and totals, by key.
    """
    is_total = table[column] == total
    return table[~is_total].groupby(keys)[values].sum(), table[is_total].set_index(keys)[values]
