"""The past in the forecast's own measures: what was observed or nowcast before the first forecast year."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from amoanalysis.models.draws import Array
from amoanalysis.models.education import LEVELS
from amoanalysis.models.labour_force import LabourAccount
from amoanalysis.tables import Data

ACCOUNT_MEASURES = ("labour_force", "employed_residents", "unemployed", "jobs", "in_commuters", "out_commuters")
BROAD_AGES = {"0-14": (0, 15), "15-64": (15, 65), "65-": (65, 101)}


def observed_measures(
    data: Data, codes: list[str], account: LabourAccount, structures: dict[int, Array]
) -> pd.DataFrame:
    """Population, migration, labour account and jobs of the known years; areas as sums where all members are known.

    Args:
        data: the folder.
        codes: municipality codes.
        account: labour account of the past.
        structures: year -> (place, sex, age), known age structures.

    Returns:
        place, year, measure, group, value, status ("observed" or "nowcast").
    """
    parts = [
        _population(data, codes),
        _migration(data, codes),
        _by_age(codes, structures),
        _account(account),
        _education(data, codes),
        _months(data, codes, max(structures)),
    ]
    places = pd.concat(parts, ignore_index=True)
    areas = [_area(places, area.code, list(area.members)) for area in data.places.areas()]
    whole = pd.concat([places, *areas], ignore_index=True)
    whole = pd.concat([whole, _unemployment(whole)], ignore_index=True)
    return whole.sort_values(["place", "measure", "group", "year"], ignore_index=True)


def observed_people(data: Data, codes: list[str], structures: dict[int, Array]) -> pd.DataFrame:
    """Residents and broad ages of the known years, and of the region where all municipalities are known.

    Args:
        data: the folder.
        codes: municipality codes.
        structures: year -> (place, sex, age), known age structures.

    Returns:
        place, year, group, value; sorted.
    """
    places = pd.concat([_population(data, codes), _by_age(codes, structures)], ignore_index=True)
    places = places.assign(measure="population")
    whole = pd.concat([places, _area(places, data.places.region.code, codes)], ignore_index=True)
    columns = ["place", "year", "group", "value"]
    return whole.sort_values(columns[:3], ignore_index=True)[columns]


def _population(data: Data, codes: list[str]) -> pd.DataFrame:
    rows = data.table("population")
    rows = rows[rows["place"].isin(codes)]
    return _long(rows.rename(columns={"population": "value"}), "population")


def _migration(data: Data, codes: list[str]) -> pd.DataFrame:
    rows = data.table("internal_migration")
    rows = rows[rows["place"].isin(codes)]
    return pd.concat([_long(rows.rename(columns={name: "value"}), name) for name in ("in_migration", "out_migration")])


def _by_age(codes: list[str], structures: dict[int, Array]) -> pd.DataFrame:
    newest = max(structures)
    by_age = np.stack([*structures.values()]).sum(axis=2)
    values = np.stack([by_age[..., low:high].sum(axis=2) for low, high in BROAD_AGES.values()], axis=2)
    keys = pd.MultiIndex.from_product([structures, codes, BROAD_AGES], names=["year", "place", "group"])
    rows = keys.to_frame(index=False).assign(value=values.ravel())
    status = np.where(rows["year"] == newest, "nowcast", "observed")
    return _long(rows, "population_by_age", rows["group"], status)


def _account(account: LabourAccount) -> pd.DataFrame:
    keys = ["place", "year", "status"]
    return account.frame.melt(keys, list(ACCOUNT_MEASURES), var_name="measure").assign(group="total")


def _education(data: Data, codes: list[str]) -> pd.DataFrame:
    rows = data.table("employed_residents")
    rows = rows[rows["place"].isin(codes)]
    whole = (rows["commuting"] == "total") & (rows["age_group"] == "total") & rows["education"].isin(LEVELS)
    rows = rows[whole].rename(columns={"persons": "value"})
    return _long(rows, "employed_by_education", rows["education"])


def _months(data: Data, codes: list[str], last: int) -> pd.DataFrame:
    """Unemployed jobseekers by month of the years before the forecast; suppressed months are left out."""
    rows = data.table("labour_market_monthly")
    rows = rows[rows["place"].isin(codes)].dropna(subset="unemployed_jobseekers")
    rows = rows.assign(year=rows["month"].str[:4].astype(int), value=rows["unemployed_jobseekers"])
    rows = rows[rows["year"] <= last]
    return _long(rows, "unemployed_by_month", rows["month"].str[5:])


def _area(places: pd.DataFrame, code: str, members: list[str]) -> pd.DataFrame:
    rows = places[places["place"].isin(members)]
    sums = rows.groupby(["year", "measure", "group"], as_index=False).agg(
        value=("value", "sum"), count=("place", "size"), status=("status", "min")
    )
    return sums[sums["count"] == len(members)].drop(columns="count").assign(place=code)


def _unemployment(whole: pd.DataFrame) -> pd.DataFrame:
    keys = ["place", "year", "group", "status"]
    unemployed = whole[whole["measure"] == "unemployed"].set_index(keys)["value"]
    force = whole[whole["measure"] == "labour_force"].set_index(keys)["value"]
    return (unemployed / force).dropna().rename("value").reset_index().assign(measure="unemployment_rate")


def _long(
    rows: pd.DataFrame, measure: str, group: str | pd.Series = "total", status: str | npt.NDArray[np.str_] = "observed"
) -> pd.DataFrame:
    frame = rows[["place", "year", "value"]].assign(measure=measure, group=group, status=status)
    return frame.astype({"value": float})
