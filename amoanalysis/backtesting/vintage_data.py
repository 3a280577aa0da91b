"""The past as it was known at the end of a year, with age structures where none was kept."""

import numpy as np
import pandas as pd

from amoanalysis.data.load import Data
from amoanalysis.models.statistics.draws import Array
from amoanalysis.pipeline.inputs.vintage import VintageData

STRUCTURE = "population_by_age_sex"
SEXES, AGES = ("f", "m"), 101
# First and last age of the groups that municipalities are known by: children, working age, the old.
WORKING = slice(15, 65)
# Structures are made from the year before moves by place begin, so that each of those years has a natural increase.
FIRST_STRUCTURE = 1989


class PastData(VintageData):
    """A data folder at the end of a year, with an age structure of every municipality and year up to then.

    Age structures of single municipalities are held from 2018 on alone. For the years before, each municipality gets
    that of its reference area in the same year, made to meet its own known numbers of children, of working age and of
    the old (total and working age from 1972, all three from 2006). This is less than was known at the time.
    """

    def _known(self, name: str) -> pd.DataFrame:
        if name == STRUCTURE and name not in self._cut:
            self._cut[name] = self._with_structures()
        return super()._known(name)

    def _with_structures(self) -> pd.DataFrame:
        kept = self._rows(STRUCTURE, self._whole.table(STRUCTURE))
        kept = kept[kept["year"] >= FIRST_STRUCTURE]
        people = super()._known("population")
        have = set(people["place"])
        reference = {code: area for code, area in reference_areas(self).items() if code in have}
        made = [
            _structures(people, _shares(super(PastData, self)._known("key_figures"), year), kept, reference, year)
            for year in range(FIRST_STRUCTURE, self.until + 1)
        ]
        whole = pd.concat([kept, *made], ignore_index=True)
        return whole.drop_duplicates(["place", "year", "sex", "age"], keep="first").reset_index(drop=True)


def reference_areas(data: Data) -> dict[str, str]:
    """The reference area of each municipality of the areas that the region's municipalities borrow their rates from."""
    named = dict.fromkeys(place.reference for place in data.places.municipalities() if place.reference)
    return {code: area for area in named for code in data.places[area].members}


def met(reference: Array, groups: Array) -> Array:
    """An age structure made to meet the numbers of children, of working age and of the old of each place.

    Args:
        reference: (sex, age), persons.
        groups: (place, 3), persons below 15, of 15-64, of 65 and over; where the first is missing, the third counts all
            outside the working age.

    Returns:
        (place, sex, age), persons.
    """
    working = np.zeros(reference.shape[-1], dtype=bool)
    working[WORKING] = True
    old = np.arange(reference.shape[-1]) >= WORKING.stop
    sums = np.array([reference[:, mask].sum() for mask in (~working & ~old, working, old)])
    children = groups[:, 0]
    outside = np.where(np.isnan(children), groups[:, 2] / (sums[0] + sums[2]), 0.0)
    young = np.where(np.isnan(children), outside, children / sums[0])
    aged = np.where(np.isnan(children), outside, groups[:, 2] / sums[2])
    factor = np.where(working, (groups[:, 1] / sums[1])[:, None], np.where(old, aged[:, None], young[:, None]))
    return np.asarray(reference[None] * factor[:, None, :])


def _structures(
    people: pd.DataFrame, shares: pd.Series, kept: pd.DataFrame, reference: dict[str, str], year: int
) -> pd.DataFrame:
    """Rows of the age structures of a year: place, year, sex, age, population."""
    rows = people[(people["year"] == year) & people["place"].isin(reference)].dropna(subset=["population_15_64"])
    frames = []
    for area in dict.fromkeys(reference.values()):
        whole = kept[(kept["place"] == area) & (kept["year"] == year)]
        mine = rows[rows["place"].map(reference) == area].set_index("place")
        if whole.empty or mine.empty:
            continue
        grid = whole.pivot(index="sex", columns="age", values="population").reindex(index=SEXES, columns=range(AGES))
        total = mine["population"].to_numpy(dtype=np.float64)
        working = mine["population_15_64"].to_numpy(dtype=np.float64)
        children = shares.reindex(mine.index).to_numpy(dtype=np.float64) * total
        rest = np.where(np.isnan(children), total - working, total - working - children)
        found = met(grid.to_numpy(dtype=np.float64), np.stack([children, working, rest], axis=1))
        index = pd.MultiIndex.from_product([mine.index, SEXES, range(AGES)], names=["place", "sex", "age"])
        frames.append(pd.Series(found.ravel(), index=index, name="population").reset_index().assign(year=year))
    return pd.concat(frames) if frames else kept.iloc[:0]


def _shares(figures: pd.DataFrame, year: int) -> pd.Series:
    """Share of children by place in a year; empty where not known."""
    rows = figures[(figures["indicator"] == "age_0_14_percent") & (figures["year"] == year)]
    return rows.set_index("place")["value"].astype(float) / 100
