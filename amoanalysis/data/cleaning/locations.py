"""Municipalities that merged: their counts are summed to the municipality that they became."""

import re
from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from amoanalysis.config.places import Places
from amoanalysis.data.cleaning.labels import map_unique, normalise_label
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
    became = find_successors(mergers, division)
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


def find_successors(mergers: pd.DataFrame, division: int = DIVISION) -> dict[str, str]:
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


CODED = re.compile(r"(?:ku)?(?P<code>\d{1,3})(?:\.0)?(?:\s+(?P<name>\D.*))?")
AREA = re.compile(r"(?P<code>mk\d\d|sss)\s+(?P<name>.+)")
ABOLISHED = re.compile(r"\s+[-\u2013]\d\d$")
WHOLE_COUNTRY = ("koko maa", "whole country", "hela landet", "manner-suomi ja ahvenanmaa")


def places_by_label(
    municipalities: pd.DataFrame, places: Places | None = None, mergers: pd.DataFrame | None = None
) -> dict[str, str]:
    """All the words that mean a place, and its code.

    Where a name means two (Lappi: the region, and a municipality until 2009), the area of `places.toml` comes first,
    then today's municipality, then the abolished one.

    Args:
        municipalities: place, name, name_sv.
        places: areas and their names.
        mergers: place and name of abolished municipalities, where the file may hold them.

    Returns:
        Code by word; the words as `normalise_label` writes them.
    """
    words: dict[str, str] = dict.fromkeys(WHOLE_COUNTRY, "SSS")
    for place in places.all.values() if places else ():
        for word in (place.code, *place.name.values()):
            words.setdefault(normalise_label(word), place.code)
    for table in (municipalities, mergers):
        if table is not None:
            names = [table[column] for column in ("place", "name", "name_sv") if column in table]
            for column in names:
                for word, code in zip(column, table["place"], strict=True):
                    words.setdefault(normalise_label(word), code)
                    words.setdefault(normalise_label(word).replace(" mlk", " maalaiskunta"), code)
    return words


def map_places(series: pd.Series, file: str, known: Mapping[str, str]) -> pd.Series:
    """Codes of the places that a column names.

    Args:
        series: codes (`273`, 47, `KU273`, `MK19`), names in any language, or both (`273 Kolari`); the index is the row.
        file: name of the file, for messages.
        known: code by word, from `places_by_label`.

    Returns:
        Codes as text, with the index of the series.

    Raises:
        DataError: naming file, row, column and the first label that is no place, or whose code and name disagree.
    """
    names = [word for word in known if not word.isdigit()]
    return map_unique(series, make_place_parser(known), "place", file, known=names).astype("str")


def make_place_parser(known: Mapping[str, str]) -> Callable[[object], str]:
    """The function that reads one label, for columns whose labels hold more than a place."""

    def read(label: object) -> str:
        word = ABOLISHED.sub("", normalise_label(label))
        if word in known:
            return known[word]
        found = CODED.fullmatch(word) or AREA.fullmatch(word)
        if not found:
            raise KeyError(label)
        code = known[found["code"].zfill(3)]
        if found["name"] and known.get(found["name"], code) != code:
            raise ValueError(label)
        return code

    return read
