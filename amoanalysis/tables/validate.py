"""Proving a frame against its schema, with one sentence about the first row that breaks it."""

from typing import Any

import pandas as pd

from amoanalysis.errors import DataError
from amoanalysis.places import Places
from amoanalysis.tables.schema import TableSchema

HEADING_ROWS = 2


def validate(
    frame: pd.DataFrame, schema: TableSchema, places: Places | None = None, shown: str = "", ordered: bool = True
) -> pd.DataFrame:
    """Proves columns, types, ranges, allowed values, key and order of a table.

    Args:
        frame: the table as read, one row a row of the file.
        schema: what it should be.
        places: the places that its codes may name; any where None.
        shown: what messages call the file; its place among the tables by default.
        ordered: whether rows must be sorted by the key.

    Returns:
        The same frame.

    Raises:
        DataError: if a row breaks the schema; names row, column and value.
    """
    from pandera.errors import SchemaError

    shown = shown or f"tables/{schema.name}.csv"
    if list(frame.columns) != schema.names:
        found, wanted = ", ".join(map(str, frame.columns)), ", ".join(schema.names)
        raise DataError(f"{shown} has the columns {found}: they should be {wanted}.")
    try:
        schema.pandera(None if places is None else places.all).validate(frame)
    except SchemaError as error:
        raise _sentence(error, schema, shown) from error
    _prove_key(frame, schema, shown)
    if ordered:
        _prove_order(frame, schema)
    return frame


def _sentence(error: Any, schema: TableSchema, shown: str) -> DataError:
    cases = error.failure_cases
    if not isinstance(cases, pd.DataFrame) or "index" not in cases or cases["index"].isna().all():
        return DataError(f"{shown} does not fit its schema ({' '.join(str(error).split())}): mend the file.")
    case = cases.iloc[0]
    column = error.schema.name
    if pd.isna(case["failure_case"]):
        what = "the cell is empty: fill it"
    else:
        what = f"'{_cell(case['failure_case'])}' {error.check.error or 'is not allowed'}: correct the cell"
        if schema.column(column).kind == "place" and len(str(case["failure_case"])) < len("047"):
            what += ", with three digits as in 047"
    return DataError(f"{shown} row {int(case['index']) + HEADING_ROWS}, column {column}: {what}.")


def _cell(value: Any) -> str:
    """A cell as it stands in the file: whole numbers of a column with gaps are held as floats."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _prove_key(frame: pd.DataFrame, schema: TableSchema, shown: str) -> None:
    key = list(schema.key)
    repeated = frame.duplicated(key)
    if repeated.any():
        row = int(repeated.to_numpy().argmax())
        cells = frame.loc[row, key]
        told = ", ".join(f"{name} {'empty' if pd.isna(cell) else _cell(cell)}" for name, cell in cells.items())
        raise DataError(f"{shown} row {row + HEADING_ROWS} repeats the key {told}: keep one row.")


def _prove_order(frame: pd.DataFrame, schema: TableSchema) -> None:
    order = frame.sort_values(list(schema.key), kind="stable", na_position="first").index.to_numpy()
    moved = order != range(len(frame))
    if moved.any():
        row = int(moved.argmax()) + HEADING_ROWS
        raise DataError(
            f"tables/{schema.name}.csv row {row} is out of order: sort the file by {', '.join(schema.key)}."
        )
