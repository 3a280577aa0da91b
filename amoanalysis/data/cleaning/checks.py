"""Proofs that a cleaned frame lost nothing and counts nothing twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.data.cleaning.labels import TOTAL
from amoanalysis.data.cleaning.locations import places_by_label
from amoanalysis.data.load import Data
from amoanalysis.data.schemas import SCHEMAS
from amoanalysis.data.schemas.table_schema import validate
from amoanalysis.errors import DataError


def check_unique(frame: pd.DataFrame, keys: Sequence[str], file: str) -> pd.DataFrame:
    """The frame, if no two rows share a key.

    Raises:
        DataError: naming file, key and the rows that share it.
    """
    again = frame.duplicated(list(keys), keep="first")
    if again.any():
        place = int(np.flatnonzero(again)[0])
        key = frame[list(keys)].iloc[place]
        same = frame.index[(frame[list(keys)] == key).all(axis="columns")]
        named = ", ".join(f"{column} {value}" for column, value in key.items())
        rows = " and ".join(str(row) for row in same[:2])
        raise DataError(f"{file}, rows {rows} both hold {named}: keep one of them.")
    return frame


def check_complete(frame: pd.DataFrame, keys: Sequence[str], file: str) -> pd.DataFrame:
    """The frame, if every combination of its keys is there: a table cut short at the end of a row is not.

    Raises:
        DataError: naming file and the first combination missing.
    """
    levels = [frame[key].drop_duplicates() for key in keys]
    full = pd.MultiIndex.from_product(levels, names=list(keys))
    missing = full.difference(pd.MultiIndex.from_frame(frame[list(keys)]), sort=False)
    if len(missing):
        named = ", ".join(f"{key} {value}" for key, value in zip(keys, missing[0], strict=True))
        raise DataError(f"{file} lacks {len(missing)} rows, one for {named}: it was cut short; download it again.")
    return frame


def check_no_gaps(values: pd.Series, status: pd.Series, file: str) -> pd.Series:
    """The values, if each is a number.

    Raises:
        DataError: naming file, row, column and status of the first that is missing.
    """
    gaps = values.isna()
    if gaps.any():
        row, why = values.index[gaps][0], status[gaps].iloc[0]
        raise DataError(
            f"{file}, row {row}, column '{values.name}' holds no number ({why.replace('_', ' ')}): "
            "this table takes no gaps; choose an area or level that the producer publishes."
        )
    return values


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
    """The parts alone, once each total has been found to equal them.

    Args:
        frame: totals and parts.
        column: where the word for the total stands.
        value: what is summed; NaN where missing.
        by: the other keys.
        file: name of the file, for messages.
        tolerance: how far rounding may take a total from its parts.
        total: the word for the total.

    Returns:
        The rows that are no totals.

    Raises:
        DataError: as `check_totals` does, and if there are totals without parts.
    """
    check_totals(frame, column, value, by, file, tolerance=tolerance, total=total)
    parts = frame[frame[column] != total]
    totals = frame[frame[column] == total]
    alone = totals.merge(parts[list(by)].drop_duplicates(), on=list(by), how="left", indicator="found")
    alone = alone[alone["found"] == "left_only"]
    if len(alone):
        raise DataError(f"{file} gives only the total of {column} for {_named(alone, by)}: download its parts too.")
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
    """The frame, if each total equals its parts, or is not below them where some are suppressed.

    A total whose parts are not in the file proves nothing and passes, as do parts without a total.

    Args:
        frame: totals and parts.
        column: where the word for the total stands.
        value: what is summed; NaN where missing.
        by: the other keys.
        file: name of the file, for messages.
        tolerance: how far rounding may take a total from its parts.
        total: the word for the total.

    Returns:
        The frame as it was.

    Raises:
        DataError: naming file, group, total and sum of the parts.
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
            f"{file}: the total of {column} for {_named(wrong, keys)} is {first[value]:g}, its parts sum to "
            f"{first['sum']:g}: a part is missing, doubled or changed; download it again."
        )
    return frame


def _named(frame: pd.DataFrame, keys: Sequence[str]) -> str:
    return ", ".join(f"{key} {frame[key].iloc[0]}" for key in keys)


@dataclass(frozen=True)
class Reference:
    """Declared knowledge of a data folder that labels are read with.

    Attributes:
        places: code by word, from `places_by_label`.
        mergers: concordances/municipality_mergers.csv.
    """

    places: Mapping[str, str]
    mergers: pd.DataFrame

    @classmethod
    def of(cls, data: Data) -> Reference:
        """The reference of a data folder.

        Raises:
            DataError: if a table or concordance is broken or absent.
        """
        mergers = data.concordance("municipality_mergers")
        places = places_by_label(data.table("municipalities"), data.places, mergers)
        return cls(places, mergers)


def finish_table(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """A cleaned frame as one of our tables: its columns, types and order, proved against its schema.

    Args:
        frame: at least the columns of the table.
        table: its name.

    Returns:
        The table, sorted by key, rows counted from 0.

    Raises:
        DataError: if a row breaks the schema.
    """
    schema = SCHEMAS[table]
    typed = frame[schema.names].astype({column.name: column.dtype for column in schema.columns})
    return validate(typed.sort_values(list(schema.key), kind="stable").reset_index(drop=True), schema)
