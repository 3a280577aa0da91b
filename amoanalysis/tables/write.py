"""Writing a table of ours: the same bytes for the same figures."""

from typing import Any

import pandas as pd

from amoanalysis.tables.schema import TableSchema


def table_bytes(frame: pd.DataFrame, schema: TableSchema) -> bytes:
    """A table as its file holds it: UTF-8, commas, decimal points, as few digits as tell the number.

    Args:
        frame: the rows, in the order of the key.
        schema: its columns.
    """
    columns = {}
    for column in schema.columns:
        values = frame[column.name].reset_index(drop=True)
        columns[column.name] = values if column.textual else pd.Series([written(v) for v in values], dtype="str")
    return pd.DataFrame(columns).to_csv(index=False, lineterminator="\n").encode()


def written(value: Any) -> str:
    """A number without a needless decimal; empty where there is none."""
    if pd.isna(value):
        return ""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def period_of(frame: pd.DataFrame) -> str | None:
    """First and last month or year of a table, as origins write it; None where it has neither."""
    if "month" in frame:
        return f"{frame['month'].min()}/{frame['month'].max()}"
    if "year" in frame:
        first, last = int(frame["year"].min()), int(frame["year"].max())
        return str(first) if first == last else f"{first}-{last}"
    return None
