"""Municipalities that merged: their counts are summed to the municipality that they became."""

from collections.abc import Sequence

import pandas as pd

from amoanalysis.errors import DataError

DIVISION = 2019


def merge_municipalities(
    frame: pd.DataFrame,
    mergers: pd.DataFrame,
    values: Sequence[str],
    file: str,
    *,
    columns: Sequence[str] = ("place",),
    division: int = DIVISION,
) -> pd.DataFrame:
    """Counts in the division of a later year, the default being that of our tables.

    Only counts add up; rates and means have to be made anew from them. A sum with a missing part is missing.

    Args:
        frame: one row a key; every column but `values` is a key.
        mergers: place, year, successor (empty where the area was split), from concordances/municipality_mergers.csv.
        values: the counts.
        file: name of the file, for messages.
        columns: columns of municipality codes.
        division: year whose 1 January counts.

    Returns:
        The frame with successors for the abolished, summed; the order of the rows is by key.

    Raises:
        DataError: if a municipality of the frame was split, so that its counts cannot be summed.
    """
    became = successors(mergers, division)
    keys = [column for column in frame.columns if column not in values]
    moved = frame.copy()
    for column in columns:
        moved[column] = frame[column].map(lambda code: became.get(code, code))
        split = moved[column] == ""
        if split.any():
            code = frame.loc[split, column].iloc[0]
            named = mergers.set_index("place").loc[code]
            raise DataError(
                f"{file}, row {frame.index[split][0]}: {named['name']} ({code}) was split in {named['year']}, so its "
                "figures sum to no municipality: take them from the producer's table in the later division."
            )
    groups = moved.groupby(keys, sort=True)[list(values)]
    return groups.sum().where(groups.count().eq(groups.size(), axis=0)).reset_index()


def successors(mergers: pd.DataFrame, division: int = DIVISION) -> dict[str, str]:
    """What each municipality abolished by a year became, over all mergers on the way; empty where it was split.

    Args:
        mergers: place, year, successor.
        division: year whose 1 January counts.
    """
    past = mergers[mergers["year"].astype("int64") <= division]
    step = dict(zip(past["place"], past["successor"].fillna(""), strict=True))

    def last(code: str) -> str:
        return last(step[code]) if code in step else code

    return {code: last(code) for code in step}
