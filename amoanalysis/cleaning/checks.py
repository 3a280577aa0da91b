"""Proofs that a cleaned frame lost nothing and counts nothing twice."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

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
