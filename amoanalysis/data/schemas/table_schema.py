"""Table schemas: columns with units and allowed values, keys, and validation with pandera."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
import pandera.pandas as pa

from amoanalysis.config.places import Places
from amoanalysis.errors import DataError

Kind = Literal["place", "text", "month", "integer", "number"]

SEXES = ("f", "m")
SEXES_AND_TOTAL = ("f", "m", "total")
MONTH = r"\d{4}-(0[1-9]|1[0-2])"
PERIOD = rf"({MONTH}|\d{{4}})?(/({MONTH}|\d{{4}}))?"


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        name: heading in the file.
        description: description for the data dictionary.
        kind: place (a code declared in places.toml), text, month (2006-01), integer or number.
        unit: unit of a number, or empty.
        allowed: allowed values; empty if any value is allowed.
        low: smallest allowed value.
        high: largest allowed value.
        pattern: regular expression for a text.
        gaps: whether a cell may be empty.
    """

    name: str
    description: str
    kind: Kind = "number"
    unit: str = ""
    allowed: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    pattern: str = ""
    gaps: bool = False

    @property
    def is_text(self) -> bool:
        """Whether the cells are text."""
        return self.kind in ("place", "text", "month")

    @property
    def dtype(self) -> str:
        """The pandas type; whole numbers that may be empty are float64, because an empty cell is NaN."""
        if self.is_text:
            return "str"
        return "int64" if self.kind == "integer" and not self.gaps else "float64"


@dataclass(frozen=True)
class TableSchema:
    """The schema of a table.

    Attributes:
        name: name of the file, without `.csv`.
        title: contents of the table, in one line.
        columns: the columns, in the order of the file.
        key: names of the key columns, by which the file is sorted.
        by_user: whether the table exists only if a user has filled in its template.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    by_user: bool = False

    @property
    def names(self) -> list[str]:
        """Names of the columns, in the order of the file."""
        return [column.name for column in self.columns]

    def column(self, name: str) -> Column:
        """Returns a column by name."""
        return next(column for column in self.columns if column.name == name)

    def pandera(self, places: Iterable[str] | None = None) -> pa.DataFrameSchema:
        """Makes the pandera schema.

        Args:
            places: allowed codes of places; any code if None.

        Returns:
            A strict, ordered schema; `validate` checks keys and the order of rows.
        """
        import pandera.pandas as pa

        codes = None if places is None else sorted(places)
        return pa.DataFrameSchema(
            {column.name: _pandera_column(column, codes) for column in self.columns},
            name=self.name,
            title=self.title,
            strict=True,
            ordered=True,
        )


def _pandera_column(column: Column, places: list[str] | None) -> pa.Column:
    import pandera.pandas as pa

    return pa.Column(
        None if column.is_text else column.dtype,
        checks=list(_checks(column, places)),
        nullable=column.gaps,
        title=column.name,
        description=column.description,
        metadata={"unit": column.unit},
    )


def _checks(column: Column, places: list[str] | None) -> Iterable[pa.Check]:
    import pandera.pandas as pa

    if column.kind == "place" and places is not None:
        yield pa.Check.isin(places, error="is not a place of places.toml")
    if column.allowed:
        yield pa.Check.isin(column.allowed, error=f"is none of {', '.join(column.allowed)}")
    pattern = MONTH if column.kind == "month" else column.pattern
    if pattern:
        form = "a month such as 2006-01" if column.kind == "month" else f"of the form {pattern}"
        yield pa.Check.str_matches(f"^(?:{pattern})$", error=f"is not {form}")
    if column.low is not None:
        yield pa.Check.ge(column.low, error=f"is below {column.low:g}")
    if column.high is not None:
        yield pa.Check.le(column.high, error=f"is above {column.high:g}")
    if column.kind == "number" and column.high is None:
        yield pa.Check(lambda values: values.abs() != float("inf"), error="is not a finite number")
    if column.kind == "integer" and column.gaps:
        yield pa.Check(lambda values: values % 1 == 0, error="is not a whole number")


PLACE = Column("place", "code of a municipality, or MK19 (Lapland) or SSS (Finland)", "place")
YEAR = Column("year", "year; stocks are those of 31 December", "integer", low=1900, high=2100)
MONTHS = Column("month", "month", "month")
SEX = Column("sex", "f women, m men", "text", allowed=SEXES)
AGE = Column("age", "age in full years; 100 means 100 and over", "integer", "years", low=0, high=100)


def text_column(name: str, description: str, *values: str, pattern: str = "", gaps: bool = False) -> Column:
    """Makes a column of text."""
    return Column(name, description, "text", allowed=values, pattern=pattern, gaps=gaps)


def count_column(
    name: str, description: str, unit: str = "persons", low: float | None = 0, gaps: bool = False
) -> Column:
    """Makes a column of whole numbers."""
    return Column(name, description, "integer", unit, low=low, gaps=gaps)


def number_column(
    name: str, description: str, unit: str, *, low: float | None = 0, high: float | None = None, gaps: bool = False
) -> Column:
    """Makes a column of numbers."""
    return Column(name, description, "number", unit, low=low, high=high, gaps=gaps)


FIRST_ROW = 2
"""Row of the file that holds the first row of the frame."""


def validate(
    frame: pd.DataFrame, schema: TableSchema, places: Places | None = None, shown: str = "", ordered: bool = True
) -> pd.DataFrame:
    """Validates columns, types, ranges, allowed values, key and order of a table.

    Args:
        frame: the table, one row per row of the file.
        schema: its schema.
        places: the declared places; any code is allowed if None.
        shown: name of the file for messages; `tables/NAME.csv` by default.
        ordered: whether rows must be sorted by the key.

    Returns:
        The same frame.

    Raises:
        DataError: if a row violates the schema; names row, column and value.
    """
    from pandera.errors import SchemaError

    shown = shown or f"tables/{schema.name}.csv"
    if list(frame.columns) != schema.names:
        found, expected = ", ".join(map(str, frame.columns)), ", ".join(schema.names)
        raise DataError(f"{shown} has the columns {found}: they should be {expected}.")
    try:
        schema.pandera(None if places is None else places.all).validate(frame)
    except SchemaError as error:
        raise _to_data_error(error, schema, shown) from error
    _check_key(frame, schema, shown)
    if ordered:
        _check_order(frame, schema)
    return frame


def _to_data_error(error: Any, schema: TableSchema, shown: str) -> DataError:
    cases = error.failure_cases
    if not isinstance(cases, pd.DataFrame) or "index" not in cases or cases["index"].isna().all():
        return DataError(f"{shown} does not fit its schema ({' '.join(str(error).split())}): correct the file.")
    case = cases.iloc[0]
    column = error.schema.name
    if pd.isna(case["failure_case"]):
        what = "the cell is empty: fill it"
    else:
        what = f"'{_format_cell(case['failure_case'])}' {error.check.error or 'is not allowed'}: correct the cell"
        if schema.column(column).kind == "place" and len(str(case["failure_case"])) < len("047"):
            what += ", with three digits as in 047"
    return DataError(f"{shown} row {int(case['index']) + FIRST_ROW}, column {column}: {what}.")


def _format_cell(value: Any) -> str:
    """Formats a cell as in the file: whole numbers of a column with gaps are floats."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _check_key(frame: pd.DataFrame, schema: TableSchema, shown: str) -> None:
    key = list(schema.key)
    repeated = frame.duplicated(key)
    if repeated.any():
        row = int(repeated.to_numpy().argmax())
        cells = frame.loc[row, key]
        repeated_key = ", ".join(
            f"{name} {'empty' if pd.isna(cell) else _format_cell(cell)}" for name, cell in cells.items()
        )
        raise DataError(f"{shown} row {row + FIRST_ROW} repeats the key {repeated_key}: keep one row.")


def _check_order(frame: pd.DataFrame, schema: TableSchema) -> None:
    order = frame.sort_values(list(schema.key), kind="stable", na_position="first").index.to_numpy()
    moved = order != range(len(frame))
    if moved.any():
        row = int(moved.argmax()) + FIRST_ROW
        raise DataError(
            f"tables/{schema.name}.csv row {row} is out of order: sort the file by {', '.join(schema.key)}."
        )
