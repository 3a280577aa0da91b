"""Municipalities that merged: their counts are summed to the municipality that they became."""

import re
from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from amoanalysis.config.places import Places
from amoanalysis.data.cleaning.labels import map_unique, plain
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


CODED = re.compile(r"(?:ku)?(?P<code>\d{1,3})(?:\.0)?(?:\s+(?P<name>\D.*))?")
AREA = re.compile(r"(?P<code>mk\d\d|sss)\s+(?P<name>.+)")
ABOLISHED = re.compile(r"\s+[-\u2013]\d\d$")
WHOLE_COUNTRY = ("koko maa", "whole country", "hela landet", "manner-suomi ja ahvenanmaa")


def known_places(
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
        Code by word; the words as `plain` writes them.
    """
    words: dict[str, str] = dict.fromkeys(WHOLE_COUNTRY, "SSS")
    for place in places.all.values() if places else ():
        for word in (place.code, *place.name.values()):
            words.setdefault(plain(word), place.code)
    for table in (municipalities, mergers):
        if table is not None:
            names = [table[column] for column in ("place", "name", "name_sv") if column in table]
            for column in names:
                for word, code in zip(column, table["place"], strict=True):
                    words.setdefault(plain(word), code)
                    words.setdefault(plain(word).replace(" mlk", " maalaiskunta"), code)
    return words


def map_places(series: pd.Series, file: str, known: Mapping[str, str]) -> pd.Series:
    """Codes of the places that a column names.

    Args:
        series: codes (`273`, 47, `KU273`, `MK19`), names in any language, or both (`273 Kolari`); the index is the row.
        file: name of the file, for messages.
        known: code by word, from `known_places`.

    Returns:
        Codes as text, with the index of the series.

    Raises:
        DataError: naming file, row, column and the first label that is no place, or whose code and name disagree.
    """
    names = [word for word in known if not word.isdigit()]
    return map_unique(series, place_reader(known), "place", file, known=names).astype("str")


def place_reader(known: Mapping[str, str]) -> Callable[[object], str]:
    """The function that reads one label, for columns whose labels hold more than a place."""

    def read(label: object) -> str:
        word = ABOLISHED.sub("", plain(label))
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


POSTAL_AREA = re.compile(r"(?P<postal_code>\d{5})\s+(?P<name>.*?)\s*\((?P<municipality>[^()]*?)\s*\)")
PARTS = ("postal_code", "name", "municipality")


def parse_areas(series: pd.Series, file: str) -> pd.DataFrame:
    """Takes apart labels of Paavo, `95900  Kolari Keskus (Kolari)`.

    Args:
        series: labels; the index is the row of the file.
        file: name of the file, for messages.

    Returns:
        postal_code, name and municipality, with the index of the series.

    Raises:
        DataError: naming file, row, column and the first label of another form.
    """
    read = map_unique(series, _area, "postal-code area", file, form="'95900  Kolari Keskus (Kolari)'")
    return pd.DataFrame(read.to_list(), index=series.index, columns=list(PARTS), dtype="str")


def correct_places(areas: pd.DataFrame, corrections: pd.DataFrame, file: str) -> pd.Series:
    """The municipality of each area, with the stated corrections.

    Args:
        areas: postal_code and place; the index is the row of the file.
        corrections: postal_code, wrong_place, place, from concordances/postal_corrections.csv.
        file: name of the file, for messages.

    Returns:
        Codes of municipalities, with the index of the areas.

    Raises:
        DataError: if the file puts an area of the list where neither the wrong nor the right key does.
    """
    stated = corrections.set_index("postal_code")
    wrong = areas["postal_code"].map(stated["wrong_place"])
    right = areas["postal_code"].map(stated["place"])
    strange = right.notna() & (areas["place"] != wrong) & (areas["place"] != right)
    if strange.any():
        row = areas.index[strange][0]
        code, place = areas.loc[strange, ["postal_code", "place"]].iloc[0]
        raise DataError(
            f"{file}, row {row} puts {code} in municipality {place}, which postal_corrections.csv does not foresee: "
            "look where the area lies and mend that list."
        )
    return right.where(right.notna(), areas["place"]).astype("str")


def sum_areas(frame: pd.DataFrame, keys: Sequence[str], value: str) -> pd.DataFrame:
    """Sums areas to municipalities, leaving out what is suppressed and saying how much that was.

    Args:
        frame: one row an area and key; `value` is NaN where suppressed.
        keys: columns that are kept, among them the municipality.
        value: the counts.

    Returns:
        keys, value (sum of the areas found), areas, and areas_suppressed (number of areas without a figure).
    """
    groups = frame.groupby(list(keys), sort=True)[value]
    areas = groups.size()
    sums = pd.DataFrame({value: groups.sum(), "areas": areas, "areas_suppressed": areas - groups.count()})
    return sums.reset_index()


def _area(label: str) -> tuple[str, str, str]:
    found = POSTAL_AREA.fullmatch(label.strip())
    if not found:
        raise ValueError(label)
    return found["postal_code"], found["name"], found["municipality"]
