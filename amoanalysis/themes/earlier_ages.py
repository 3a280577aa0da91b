"""The age structure of an earlier year by sex and five-year group, from broader groups of both sexes together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from amoanalysis.models.draws import Array
    from amoanalysis.themes.view import PlaceView

# From this age on so many die within a few years that those who are left tell little of how many there were.
OLD = 75
AGES = 101


def earlier_ages(view: PlaceView) -> tuple[int, pd.DataFrame] | None:
    """The earliest year whose age groups are known for every municipality of the place, by sex and single age.

    A group of both sexes is divided as its cohorts of the first year known by sex and age are, those of 75 and over as
    the ages themselves are then; the sum over postal areas is raised to the known total.

    Args:
        view: the place.

    Returns:
        The year, and age, sex, population (estimates); None where the groups or the later ages are not known.
    """
    if not view.data.has("population_by_age_group"):
        return None
    groups, ages = view.data.table("population_by_age_group"), view.data.table("population_by_age_sex")
    groups, ages = (table[table["place"].isin(view.members)] for table in (groups, ages))
    if {*groups["place"]} != set(view.members) or ages.empty:
        return None
    year, later = int(groups["year"].min()), int(ages["year"].min())
    key = view.data.concordance("age_groups").set_index("age_group")
    rows = groups[groups["year"] == year].merge(key[["from_age", "to_age"]], left_on="age_group", right_index=True)
    weights = _weights(ages[ages["year"] == later], later - year)
    sums = rows.groupby(["from_age", "to_age"], as_index=False)["population"].sum()
    result = np.zeros((2, AGES))
    for first, last, total in zip(sums["from_age"], sums["to_age"], sums["population"], strict=True):
        part = slice(int(first), int(last) + 1 if last else AGES)
        result[:, part] = float(total) * weights[:, part] / weights[:, part].sum()
    whole = float(rows.groupby("place")["population_all_ages"].first().sum())
    result *= whole / result.sum()
    parts = [pd.DataFrame({"age": range(AGES), "sex": sex, "population": result[i]}) for i, sex in enumerate("fm")]
    return year, pd.concat(parts, ignore_index=True)


def _weights(ages: pd.DataFrame, years: int) -> Array:
    """People of the later year by sex and the age that they had so many years before: (sex, age), none nought."""
    wide = ages.pivot_table(index="sex", columns="age", values="population", aggfunc="sum")
    now = wide.reindex(index=["f", "m"], columns=range(AGES), fill_value=0).to_numpy(dtype=np.float64)
    then = now.copy()
    then[:, :OLD] = now[:, years : OLD + years]
    return np.asarray(then + 0.01)
