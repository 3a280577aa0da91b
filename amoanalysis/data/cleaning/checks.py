"""Checks of cleaned tables: unique keys, complete grids, no missing figures, totals that equal their parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.data.cleaning.labels import TOTAL
from amoanalysis.data.cleaning.locations import places_by_label
from amoanalysis.data.cleaning.values import parse_count
from amoanalysis.data.load import Data
from amoanalysis.data.schemas import SCHEMAS
from amoanalysis.data.schemas.table_schema import validate
from amoanalysis.errors import DataError


def check_unique(frame: pd.DataFrame, keys: Sequence[str], file: str) -> pd.DataFrame:
    """Checks that no two rows have the same key; returns the frame.

    Raises:
        DataError: if two rows have the same key.
    """
    again = frame.duplicated(list(keys), keep="first")
    if again.any():
        place = int(np.flatnonzero(again)[0])
        key = frame[list(keys)].iloc[place]
        same = frame.index[(frame[list(keys)] == key).all(axis="columns")]
        shown = ", ".join(f"{column} {value}" for column, value in key.items())
        rows = " and ".join(str(row) for row in same[:2])
        raise DataError(f"{file}, rows {rows} both have {shown}: keep one of them.")
    return frame


def check_complete(frame: pd.DataFrame, keys: Sequence[str], file: str) -> pd.DataFrame:
    """Checks that all combinations of the keys are present, as in a complete file; returns the frame.

    Raises:
        DataError: if a combination is missing.
    """
    levels = [frame[key].drop_duplicates() for key in keys]
    full = pd.MultiIndex.from_product(levels, names=list(keys))
    missing = full.difference(pd.MultiIndex.from_frame(frame[list(keys)]), sort=False)
    if len(missing):
        shown = ", ".join(f"{key} {value}" for key, value in zip(keys, missing[0], strict=True))
        raise DataError(f"{file} lacks {len(missing)} rows, one for {shown}: it is incomplete; download it again.")
    return frame


def check_no_gaps(values: pd.Series, status: pd.Series, file: str) -> pd.Series:
    """Checks that no number is missing; returns the values.

    Raises:
        DataError: if a number is missing.
    """
    gaps = values.isna()
    if gaps.any():
        row, why = values.index[gaps][0], status[gaps].iloc[0]
        raise DataError(
            f"{file}, row {row}, column '{values.name}' has no number ({why.replace('_', ' ')}): "
            "this table must be complete; choose an area or level that the producer publishes."
        )
    return values


def parse_complete_counts(cells: pd.Series, file: str) -> pd.Series:
    """Parses counts of which none may be missing.

    Raises:
        DataError: if a cell is not a count.
    """
    counts = parse_count(cells, file)
    return check_no_gaps(counts.figures, counts.status, file)


def drop_totals(
    frame: pd.DataFrame,
    column: str,
    value: str,
    by: Sequence[str],
    file: str,
    *,
    tolerance: float = 0,
    total: str = TOTAL,
) -> pd.DataFrame:
    """Checks totals against their parts and drops the totals.

    Args:
        frame: totals and parts.
        column: the column that contains the label of the total.
        value: the column of figures; NaN if missing.
        by: the other key columns.
        file: name of the file, for messages.
        tolerance: largest difference from rounding, in the unit of the figures.
        total: label of the total.

    Returns:
        The rows of the parts.

    Raises:
        DataError: if a total does not equal its parts, or has no parts.
    """
    check_totals(frame, column, value, by, file, tolerance=tolerance, total=total)
    parts = frame[frame[column] != total]
    totals = frame[frame[column] == total]
    merged = totals.merge(parts[list(by)].drop_duplicates(), on=list(by), how="left", indicator="found")
    without_parts = merged[merged["found"] == "left_only"]
    if len(without_parts):
        shown = _format_key(without_parts, by)
        raise DataError(f"{file} gives only the total of {column} for {shown}: download its parts too.")
    return parts


def check_totals(
    frame: pd.DataFrame,
    column: str,
    value: str,
    by: Sequence[str],
    file: str,
    *,
    tolerance: float = 0,
    total: str = TOTAL,
) -> pd.DataFrame:
    """Checks that each total equals the sum of its parts, or is not below it if parts are suppressed.

    A total without parts passes, and so do parts without a total.

    Args:
        frame: totals and parts.
        column: the column that contains the label of the total.
        value: the column of figures; NaN if missing.
        by: the other key columns.
        file: name of the file, for messages.
        tolerance: largest difference from rounding, in the unit of the figures.
        total: label of the total.

    Returns:
        The frame, unchanged.

    Raises:
        DataError: if a total does not equal its parts.
    """
    keys = list(by)
    parts = frame[frame[column] != total].groupby(keys, sort=False)[value].agg(["sum", "count", "size"])
    totals = frame.loc[frame[column] == total, [*keys, value]].dropna(subset=value)
    both = totals.merge(parts, left_on=keys, right_index=True)
    gap = both[value] - both["sum"]
    short = gap < -tolerance
    over = (gap > tolerance) & (both["count"] == both["size"])
    wrong = both[short | over]
    if len(wrong):
        first = wrong.iloc[0]
        raise DataError(
            f"{file}: the total of {column} for {_format_key(wrong, keys)} is {first[value]:g}, its parts sum to "
            f"{first['sum']:g}: a part is missing, duplicated or changed; download it again."
        )
    return frame


def _format_key(frame: pd.DataFrame, keys: Sequence[str]) -> str:
    return ", ".join(f"{key} {frame[key].iloc[0]}" for key in keys)


@dataclass(frozen=True)
class Reference:
    """Reference tables of a data folder for reading labels.

    Attributes:
        places: code by label, from `places_by_label`.
        mergers: concordances/municipality_mergers.csv.
    """

    places: Mapping[str, str]
    mergers: pd.DataFrame

    @classmethod
    def from_data(cls, data: Data) -> Reference:
        """Loads the reference tables of a data folder.

        Raises:
            DataError: if a table or concordance is missing or invalid.
        """
        mergers = data.concordance("municipality_mergers")
        places = places_by_label(data.table("municipalities"), data.places, mergers)
        return cls(places, mergers)


def finish_table(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """Gives a cleaned frame the columns, types and order of a table and validates it.

    Args:
        frame: at least the columns of the table.
        table: name of the table.

    Returns:
        The table, sorted by key, with a new index.

    Raises:
        DataError: if a row violates the schema.
    """
    schema = SCHEMAS[table]
    typed = frame[schema.names].astype({column.name: column.dtype for column in schema.columns})
    return validate(typed.sort_values(list(schema.key), kind="stable").reset_index(drop=True), schema)
