"""A proof over some tables, and sums that several proofs need."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pandas as pd

from amoanalysis.tables.findings import Finding
from amoanalysis.tables.load import Data


@dataclass(frozen=True)
class Account:
    """A proof over some tables.

    Attributes:
        needs: names of the tables that it reads; it is left out where one of them is absent or broken.
        prove: gives the findings.
    """

    needs: tuple[str, ...]
    prove: Callable[[Data], Iterator[Finding]]


def sum_of_members(table: pd.DataFrame, members: tuple[str, ...], by: str, column: str) -> pd.Series:
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


def wide(table: pd.DataFrame, index: list[str], columns: str, values: str) -> pd.DataFrame:
    """One column for each word of a column; the key is unique, so that nothing is summed.

    Args:
        table: rows by index and columns.
        index: key columns that stay rows.
        columns: the column whose words become columns.
        values: the column of figures.
    """
    return table.pivot(index=index, columns=columns, values=values)


def parts_and_totals(
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
