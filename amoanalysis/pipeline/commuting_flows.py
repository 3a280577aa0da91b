"""Commuting flows of a forecast year, for a map."""

import numpy as np
import pandas as pd

from amoanalysis.models.statistics.draws import Array
from amoanalysis.models.statistics.ipf import Margin, fit_to_margins
from amoanalysis.pipeline.inputs.prepare import Inputs
from amoanalysis.results.forecast import Forecast

# Places outside the region that a map names; the others are summed up.
HUBS = ("698", "851", "758")
OTHER = "other"
# Commuters across the border are shown to Pajala; the site table has its centre.
BORDER, BORDER_SITE = "SE2521", "Pajala (SE)"


def commuting_flows(run: Forecast, inputs: Inputs, year: int) -> pd.DataFrame:
    """Commuters of a forecast year between the region's places, to and from those around, and across the border.

    Means over the draws. Among the region's places the flows of the jump-off year are scaled to what leaves and arrives
    in each (IPF); those to and from outside keep the proportions of the jump-off year. Commuters across the border are
    an assumed share of the employed, in no Finnish statistic of work places and in none of our identities; of the
    border municipalities whose bridge leads to Pajala all are drawn to it.

    Args:
        run: a forecast.
        inputs: what it started from.
        year: forecast year.

    Returns:
        origin, destination (codes; Rovaniemi, Tornio, Sodankylä and Pajala by name, "other"), persons, origin_lon,
        origin_lat, lon, lat (degrees, of the destination; missing for "other"), kind ("among", "in", "out", "border").
    """
    index, inside = run.years.index(year), len(inputs.codes)
    mean = {name: run.arrays[name][index, :, :, 0].mean(axis=0) for name in _FLOWS}
    table, nodes = inputs.commuter_table.table, inputs.commuter_table.nodes
    rows = [
        *_among(inputs, table[:inside, :inside], mean["out_commuters_to_region"], mean["in_commuters_from_region"]),
        *_outside(inputs, table[inside:, :inside].T, mean["in_commuters"] - mean["in_commuters_from_region"], "in"),
        *_outside(inputs, table[:inside, inside:], mean["out_commuters"] - mean["out_commuters_to_region"], "out"),
        *_across(inputs, mean["employed_residents"]),
    ]
    flows = pd.DataFrame(rows, columns=["origin", "destination", "persons", "kind"])
    centres = nodes.set_index("place")[["lon", "lat"]]
    if BORDER_SITE in inputs.sites.sites:
        centres.loc[BORDER] = inputs.sites.sites[BORDER_SITE]
    for end, names in (("origin", ("origin_lon", "origin_lat")), ("destination", ("lon", "lat"))):
        flows[list(names)] = centres.reindex(flows[end]).to_numpy(dtype=np.float64)
    return flows[["origin", "destination", "persons", "origin_lon", "origin_lat", "lon", "lat", "kind"]]


_FLOWS = (
    "in_commuters",
    "in_commuters_from_region",
    "out_commuters",
    "out_commuters_to_region",
    "employed_residents",
)
# Muonio, Kolari and Pello: of the border municipalities that the figure covers those whose bridge leads to Pajala.
# Enontekiö's people cross to Norway and Kiruna, Ylitornio's to Övertorneå; Kittilä has no border with Sweden.
TO_PAJALA = ("498", "273", "854")


def _among(inputs: Inputs, then: Array, leaving: Array, arriving: Array) -> list[tuple[str, str, float, str]]:
    if not then.any():
        return []
    now = fit_to_margins(then, [Margin((0,), leaving), Margin((1,), arriving * leaving.sum() / arriving.sum())], 1e-9)
    codes = inputs.codes
    return [
        (origin, destination, float(now[i, j]), "among")
        for i, origin in enumerate(codes)
        for j, destination in enumerate(codes)
        if i != j
    ]


def _outside(inputs: Inputs, then: Array, total: Array, kind: str) -> list[tuple[str, str, float, str]]:
    """Flows of each place of the region to or from the named places and all others together; `then`: (place, node)."""
    names = inputs.commuter_table.nodes["place"].to_numpy()[len(inputs.codes) :]
    whole = then.sum(axis=1)
    rows = []
    for place, code in enumerate(inputs.codes):
        if whole[place] <= 0:
            continue
        shares = {hub: float(then[place, names == hub].sum() / whole[place]) for hub in HUBS}
        shares[OTHER] = 1 - sum(shares.values())
        for other, part in shares.items():
            ends = (other, code) if kind == "in" else (code, other)
            rows.append((*ends, float(total[place] * part), kind))
    return rows


def _across(inputs: Inputs, employed: Array) -> list[tuple[str, str, float, str]]:
    if BORDER_SITE not in inputs.sites.sites:
        return []
    share = inputs.baseline.balance.border_commuters.value
    return [
        (code, BORDER, share * float(residents), "border")
        for code, residents in zip(inputs.codes, employed, strict=True)
        if code in TO_PAJALA
    ]
