"""Commuting of the jump-off year from the tables, and the flows of a forecast year for a map."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.models.commuting import CommutingBase, commuting_base, commuting_table, road_kilometres
from amoanalysis.models.draws import Array
from amoanalysis.tables import Data

# Employed residents, and jobs, per resident where no table of the folder says: the country's share.
WORKING_SHARE = 0.42
# Share of the employed who work in another municipality, where no table says: about that of the country.
COMMUTING_SHARE = 0.35


@dataclass(frozen=True)
class Commuters:
    """Commuters of the jump-off year from every municipality to every other.

    Attributes:
        nodes: place, name, lon, lat, of every municipality with coordinates, those of the region first.
        table: (node, node), persons, by origin and destination; zeros between two places outside the region.
    """

    nodes: pd.DataFrame
    table: Array


def commuters_of(
    data: Data, codes: list[str], jobs: Array, employed: Array, in_share: Array, out_share: Array
) -> tuple[CommutingBase, Commuters]:
    """Spreads the known numbers of commuters over the country by gravity.

    Args:
        data: the folder; without the table municipalities, or where one of the region is not in it, nobody is known
            to commute between its places.
        codes: municipality codes.
        jobs: (place,), jobs in the jump-off year.
        employed: (place,), employed residents.
        in_share: (place,), in-commuters per job.
        out_share: (place,), out-commuters per employed resident.

    Returns:
        The base of the balance, and the whole table.
    """
    coming, going = in_share * jobs, out_share * employed
    nodes = _nodes(data, codes)
    if nodes is None:
        nothing = np.zeros((len(codes), len(codes)))
        far = np.full_like(nothing, np.nan)
        empty = pd.DataFrame({"place": codes, "name": codes, "lon": np.nan, "lat": np.nan})
        return commuting_base(nothing, coming, going, jobs, employed, far), Commuters(empty, nothing)
    kilometres = road_kilometres(nodes[["lon", "lat"]].to_numpy(dtype=np.float64))
    others = _others(data, nodes.iloc[len(codes) :])
    region = np.stack([employed, jobs, going, coming], axis=1)
    table = commuting_table(kilometres, *np.concatenate([region, others]).T)
    table[len(codes) :, len(codes) :] = 0.0
    near = kilometres[: len(codes), : len(codes)]
    base = commuting_base(table, coming, going, jobs, employed, near)
    return base, Commuters(nodes[["place", "name", "lon", "lat"]], table)


def _others(data: Data, nodes: pd.DataFrame) -> Array:
    """(node, 4): employed residents, jobs, out- and in-commuters of the municipalities outside the region."""
    usual = nodes.set_index("place")["population"].astype(float) * WORKING_SHARE
    known = {}
    for name, word in (("employed_residents", "out_commuter"), ("jobs_by_workplace", "in_commuter")):
        table = data.table(name)
        rows = table[(table["education"] == "total") & (table["age_group"] == "total")]
        newest = rows[rows["year"] == rows["year"].max()].pivot(index="place", columns="commuting", values="persons")
        known[name] = newest[["total", word]].reindex(usual.index).astype(float)
    employed, jobs = (known[name]["total"].fillna(usual) for name in known)
    out = known["employed_residents"]["out_commuter"].fillna(COMMUTING_SHARE * employed)
    coming = known["jobs_by_workplace"]["in_commuter"].fillna(COMMUTING_SHARE * jobs)
    return np.stack([employed, jobs, out, coming], axis=1)


def _nodes(data: Data, codes: list[str]) -> pd.DataFrame | None:
    """Municipalities with coordinates and people, the region's first; None where one of the region lacks them."""
    if not data.has("municipalities"):
        return None
    table = data.table("municipalities").rename(columns={"population_2018": "population"})
    table = table.dropna(subset=["lon", "lat", "population"])
    if not set(codes) <= set(table["place"]):
        return None
    others = [code for code in table["place"] if code not in codes]
    return table.set_index("place").loc[[*codes, *others]].reset_index()
