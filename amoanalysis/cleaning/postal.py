"""Postal-code areas: keys that are known to be wrong are corrected, and areas summed to municipalities."""

import re
from collections.abc import Sequence

import pandas as pd

from amoanalysis.cleaning.labels import map_unique
from amoanalysis.errors import DataError

AREA = re.compile(r"(?P<postal_code>\d{5})\s+(?P<name>.*?)\s*\((?P<municipality>[^()]*?)\s*\)")
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
    found = AREA.fullmatch(label.strip())
    if not found:
        raise ValueError(label)
    return found["postal_code"], found["name"], found["municipality"]
