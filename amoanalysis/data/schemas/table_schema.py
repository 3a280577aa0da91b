"""What a table is: its columns with units and allowed values, its key, and the pandera schema made of them."""

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
        description: what it holds, for the data dictionary.
        kind: place (a code declared in places.toml), text, month (2006-01), integer or number.
        unit: unit of a number, or empty.
        allowed: all values allowed; empty where any is.
        low: least value allowed.
        high: greatest value allowed.
        pattern: form of a text, as a regular expression.
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
        """The pandas type; whole numbers with gaps are held as float64 so that a gap is a NaN."""
        if self.is_text:
            return "str"
        return "int64" if self.kind == "integer" and not self.gaps else "float64"


@dataclass(frozen=True)
class TableSchema:
    """A table: what it holds, its columns in the order of the file, and its key.

    Attributes:
        name: name of the file, without `.csv`.
        title: what the table holds, in one line.
        columns: the columns.
        key: names of the columns that tell rows apart and by which the file is sorted.
        by_user: whether nobody publishes it, so that it is only there where a user has filled in the template.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    by_user: bool = False

    @property
    def names(self) -> list[str]:
        """Headings, in the order of the file."""
        return [column.name for column in self.columns]

    def column(self, name: str) -> Column:
        """The column of a name."""
        return next(column for column in self.columns if column.name == name)

    def pandera(self, places: Iterable[str] | None = None) -> pa.DataFrameSchema:
        """The schema that pandera proves a frame against.

        Args:
            places: codes that a column of places may hold; any where None.

        Returns:
            A strict, ordered schema; keys and order of rows are proved by the loader.
        """
        import pandera.pandas as pa

        known = None if places is None else sorted(places)
        return pa.DataFrameSchema(
            {column.name: _pandera_column(column, known) for column in self.columns},
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
        yield pa.Check.isin(places, error="is no place of places.toml")
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
        yield pa.Check(lambda values: values.abs() != float("inf"), error="is no finite number")
    if column.kind == "integer" and column.gaps:
        yield pa.Check(lambda values: values % 1 == 0, error="is not a whole number")


PLACE = Column("place", "code of a municipality, or MK19 (Lapland) or SSS (Finland)", "place")
YEAR = Column("year", "year; stocks are those of 31 December", "integer", low=1900, high=2100)
MONTHS = Column("month", "month", "month")
SEX = Column("sex", "f women, m men", "text", allowed=SEXES)
AGE = Column("age", "age in full years; 100 means 100 and over", "integer", "years", low=0, high=100)


def text_column(name: str, description: str, *values: str, pattern: str = "", gaps: bool = False) -> Column:
    """A column of text."""
    return Column(name, description, "text", allowed=values, pattern=pattern, gaps=gaps)


def count_column(
    name: str, description: str, unit: str = "persons", low: float | None = 0, gaps: bool = False
) -> Column:
    """A column of whole numbers."""
    return Column(name, description, "integer", unit, low=low, gaps=gaps)


def number_column(
    name: str, description: str, unit: str, *, low: float | None = 0, high: float | None = None, gaps: bool = False
) -> Column:
    """A column of numbers."""
    return Column(name, description, "number", unit, low=low, high=high, gaps=gaps)


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
