"""Totals that stand among their parts: proved, and left out where they would be counted twice."""

from collections.abc import Sequence

import pandas as pd

from amoanalysis.cleaning.labels import TOTAL
from amoanalysis.errors import DataError


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
