"""Municipalities and areas as producers name them: one code for `KU273`, `273`, 47, `Kolari` and `Enontekis`."""

import re
from collections.abc import Callable, Mapping

import pandas as pd

from amoanalysis.cleaning.labels import map_unique, plain
from amoanalysis.places import Places

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
