"""Municipalities and areas: codes for labels, and counts of merged municipalities."""

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
    """Converts counts to the municipal division of a year, by default that of the tables.

    Only counts can be summed, not rates and means. A sum with a missing part is missing.

    Args:
        frame: one row per key; every column that is not in `values` is a key.
        mergers: place, year, successor (empty if the area was split), from concordances/municipality_mergers.csv.
        values: columns of counts.
        file: name of the file, for messages.
        columns: columns of municipality codes.
        division: year of the division, as of 1 January.

    Returns:
        The frame with counts of abolished municipalities added to their successors, sorted by key.

    Raises:
        DataError: if a municipality was split, so that its counts cannot be assigned.
    """
    successor = find_successors(mergers, division)
    keys = [column for column in frame.columns if column not in values]
    moved = frame.copy()
    for column in columns:
        moved[column] = frame[column].map(lambda code: successor.get(code, code))
        split = moved[column] == ""
        if split.any():
            code = frame.loc[split, column].iloc[0]
            merger = mergers.set_index("place").loc[code]
            raise DataError(
                f"{file}, row {frame.index[split][0]}: {merger['name']} ({code}) was split in {merger['year']}, so its "
                "figures cannot be assigned: take them from the producer's table in the later division."
            )
    groups = moved.groupby(keys, sort=True)[list(values)]
    return groups.sum().where(groups.count().eq(groups.size(), axis=0)).reset_index()


def find_successors(mergers: pd.DataFrame, division: int = DIVISION) -> dict[str, str]:
    """Returns the final successor of each municipality abolished by a year; empty if it was split.

    Args:
        mergers: place, year, successor.
        division: year of the division, as of 1 January.
    """
    past = mergers[mergers["year"].astype("int64") <= division]
    step = dict(zip(past["place"], past["successor"].fillna(""), strict=True))

    def find_last(code: str) -> str:
        return find_last(step[code]) if code in step else code

    return {code: find_last(code) for code in step}


CODED = re.compile(r"(?:ku)?(?P<code>\d{1,3})(?:\.0)?(?:\s+(?P<name>\D.*))?")
AREA = re.compile(r"(?P<code>mk\d\d|sss)\s+(?P<name>.+)")
ABOLISHED = re.compile(r"\s+[-\u2013]\d\d$")
WHOLE_COUNTRY = ("koko maa", "whole country", "hela landet", "manner-suomi ja ahvenanmaa")


def places_by_label(
    municipalities: pd.DataFrame, places: Places | None = None, mergers: pd.DataFrame | None = None
) -> dict[str, str]:
    """Returns the code of a place by each of its labels.

    An ambiguous name (Lappi: the region, and a municipality until 2009) means the area of `places.toml` first, then the
    present municipality, then the abolished one.

    Args:
        municipalities: place, name, name_sv.
        places: areas and their names.
        mergers: place and name of abolished municipalities, if the file can contain them.

    Returns:
        Code by normalised label.
    """
    codes: dict[str, str] = dict.fromkeys(WHOLE_COUNTRY, "SSS")
    for place in places.all.values() if places else ():
        for word in (place.code, *place.name.values()):
            codes.setdefault(normalise_label(word), place.code)
    for table in (municipalities, mergers):
        if table is not None:
            names = [table[column] for column in ("place", "name", "name_sv") if column in table]
            for column in names:
                for word, code in zip(column, table["place"], strict=True):
                    codes.setdefault(normalise_label(word), code)
                    codes.setdefault(normalise_label(word).replace(" mlk", " maalaiskunta"), code)
    return codes


def map_places(series: pd.Series, file: str, known: Mapping[str, str]) -> pd.Series:
    """Maps labels of places to codes.

    Args:
        series: codes (`273`, 47, `KU273`, `MK19`), names in any language, or both (`273 Kolari`); the index is the row.
        file: name of the file, for messages.
        known: code by label, from `places_by_label`.

    Returns:
        Codes as text, with the index of the series.

    Raises:
        DataError: if a label is not a place, or its code and name disagree.
    """
    names = [word for word in known if not word.isdigit()]
    return map_unique(series, make_place_parser(known), "place", file, known=names).astype("str")


def make_place_parser(known: Mapping[str, str]) -> Callable[[object], str]:
    """Makes a function that parses one label; it raises KeyError or ValueError if the label is not a place."""

    def parse(label: object) -> str:
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

    return parse
