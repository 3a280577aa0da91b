"""Pairs of municipalities as the gravity model takes them: moves of every year with size, distance and work."""

import numpy as np
import pandas as pd

from amoanalysis.models.flows import IN, OUT
from amoanalysis.models.gravity import TIE
from amoanalysis.models.labour_force import LabourAccount
from amoanalysis.models.residence import distances
from amoanalysis.tables import Data

# Years in which the populations of all municipalities are known.
SIZES = (2000, 2010, 2018)
# Moves out of the years before are the tie of a pair; half a move stands for none.
TIE_YEARS = 10
LEAST_TIE = 0.5


def gravity_pairs(data: Data, account: LabourAccount, places: list[str]) -> pd.DataFrame:
    """Moves into each place from every municipality, one row a pair and year, those without a move included.

    Args:
        data: the folder, with migration_flows and municipalities.
        account: jobs, labour force and unemployed of the places by year; its observed years are taken.
        places: codes of the places that people move to.

    Returns:
        place, partner, year, moves, the logarithms size_from, distance, size_to, jobs_to, unemployment_to, tie, and
        same_region (0, 1). Partners whose centre or population is not known are left out.
    """
    towns = data.table("municipalities").set_index("place").dropna(subset=["lon", "lat", "population_2000"])
    flows = data.table("migration_flows")
    work = account.frame[account.frame["place"].isin(places)].dropna(subset=["labour_force", "unemployed", "jobs"])
    years = sorted(set(work["year"]) & set(flows["year"]))
    every = pd.MultiIndex.from_product([places, towns.index, years], names=["place", "partner", "year"])
    pairs = every.to_frame(index=False).query("place != partner")
    moves = flows[flows["direction"] == IN].set_index(["place", "partner", "year"])["migrants"].rename("moves")
    pairs = pairs.join(moves, on=["place", "partner", "year"]).fillna({"moves": 0})
    sizes = _sizes(towns, years)
    work = work.set_index(["place", "year"])
    at = pd.MultiIndex.from_frame(pairs[["place", "year"]])
    to = work.reindex(at)
    return pairs.assign(
        size_from=_log(sizes, pairs["partner"], pairs["year"]),
        size_to=_log(sizes, pairs["place"], pairs["year"]),
        distance=_distance(towns, pairs),
        jobs_to=np.log((to["jobs"] / to["employed_residents"]).to_numpy(dtype=float)),
        unemployment_to=np.log((to["unemployed"] / to["labour_force"]).to_numpy(dtype=float)),
        same_region=_same_region(towns, pairs),
        **{TIE: _tie(flows, pairs)},
    ).reset_index(drop=True)


def _sizes(towns: pd.DataFrame, years: list[int]) -> pd.DataFrame:
    """Population by place and year, straight lines between the years that are known."""
    known = towns[[f"population_{year}" for year in SIZES]].set_axis(list(SIZES), axis=1).astype(float)
    wide = known.reindex(columns=sorted({*SIZES, *years}))
    return wide.T.interpolate(method="index").bfill().ffill().T


def _log(sizes: pd.DataFrame, places: pd.Series, years: pd.Series) -> np.ndarray:
    return np.log(
        sizes.to_numpy()[sizes.index.get_indexer(pd.Index(places)), sizes.columns.get_indexer(pd.Index(years))]
    )


def _distance(towns: pd.DataFrame, pairs: pd.DataFrame) -> np.ndarray:
    spots = towns[["lon", "lat"]].to_numpy(dtype=np.float64)
    codes = list(dict.fromkeys(pairs["place"]))
    table = np.stack([distances(spots, spots[towns.index.get_loc(code)]) for code in codes])
    rows, columns = (
        pd.Index(codes).get_indexer(pd.Index(pairs["place"])),
        towns.index.get_indexer(pd.Index(pairs["partner"])),
    )
    return np.log(table[rows, columns])


def _same_region(towns: pd.DataFrame, pairs: pd.DataFrame) -> np.ndarray:
    region = towns["region"]
    return (pairs["place"].map(region).to_numpy() == pairs["partner"].map(region).to_numpy()).astype(float)


def _tie(flows: pd.DataFrame, pairs: pd.DataFrame) -> np.ndarray:
    """Log of the yearly moves the other way in the years before: who has gone there knows the way back."""
    years = range(int(flows["year"].min()), int(flows["year"].max()) + 1)
    out = flows[flows["direction"] == OUT].pivot_table(
        index=["place", "partner"], columns="year", values="migrants", aggfunc="sum", fill_value=0
    )
    before = out.reindex(columns=years, fill_value=0).T.rolling(TIE_YEARS).sum().shift(1).T
    rows = before.index.get_indexer(pd.MultiIndex.from_frame(pairs[["place", "partner"]]))
    moved = before.to_numpy(dtype=float)[rows, before.columns.get_indexer(pd.Index(pairs["year"]))]
    moved = np.nan_to_num(np.where(rows >= 0, moved, 0.0))
    return np.log(np.maximum(moved, LEAST_TIE) / TIE_YEARS)
