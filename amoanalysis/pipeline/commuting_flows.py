"""Commuting flows of a forecast year, for a map."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from amoanalysis.config.places import Place
from amoanalysis.models.statistics.draws import Array
from amoanalysis.models.statistics.ipf import Margin, fit_to_margins
from amoanalysis.pipeline.inputs.prepare import Inputs
from amoanalysis.results.forecast import Forecast

OTHER = "other"


def estimate_commuting_flows(run: Forecast, inputs: Inputs, year: int) -> pd.DataFrame:
    """Commuters of a forecast year between the region's places, to and from those around, and across the border.

    Means over the draws. Flows among the places of the region are those of the jump-off year, scaled to the out- and
    in-commuters of each place (IPF); flows to and from outside keep the proportions of the jump-off year. Commuters
    across the border are an assumed share of employed residents: they are in no Finnish statistic of workplaces and in
    none of the accounting identities. `places.toml` declares the hubs that are named and who crosses the border.

    Args:
        run: a forecast.
        inputs: its inputs.
        year: forecast year.

    Returns:
        origin, destination (codes of municipalities, hubs and neighbours, or "other"), persons, origin_lon, origin_lat,
        lon, lat (degrees, of the destination; missing for "other"), kind ("among", "in", "out", "border").
    """
    index, inside = run.years.index(year), len(inputs.codes)
    mean = {name: run.arrays[name][index, :, :, 0].mean(axis=0) for name in _FLOWS}
    table, nodes = inputs.commuter_table.table, inputs.commuter_table.nodes
    from_outside = mean["in_commuters"] - mean["in_commuters_from_region"]
    to_outside = mean["out_commuters"] - mean["out_commuters_to_region"]
    hubs = [place.code for place in run.places.all.values() if place.commuter_hub]
    rows = [
        *_flows_within(
            inputs, table[:inside, :inside], mean["out_commuters_to_region"], mean["in_commuters_from_region"]
        ),
        *_flows_outside(inputs, table[inside:, :inside].T, from_outside, "in", hubs),
        *_flows_outside(inputs, table[:inside, inside:], to_outside, "out", hubs),
        *_flows_across_border(run, inputs, mean["employed_residents"]),
    ]
    flows = pd.DataFrame(rows, columns=["origin", "destination", "persons", "kind"])
    centres = nodes.set_index("place")[["lon", "lat"]]
    for place in _border_places(run, inputs):
        centres.loc[place.code] = inputs.sites.sites[str(place.commuter_site)]
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


def _flows_within(inputs: Inputs, then: Array, leaving: Array, arriving: Array) -> list[tuple[str, str, float, str]]:
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


def _flows_outside(
    inputs: Inputs, then: Array, total: Array, kind: str, hubs: Sequence[str]
) -> list[tuple[str, str, float, str]]:
    """Flows of each place of the region to or from the hubs and all other places together; `then`: (place, node)."""
    names = inputs.commuter_table.nodes["place"].to_numpy()[len(inputs.codes) :]
    whole = then.sum(axis=1)
    rows = []
    for place, code in enumerate(inputs.codes):
        if whole[place] <= 0:
            continue
        shares = {hub: float(then[place, names == hub].sum() / whole[place]) for hub in hubs}
        shares[OTHER] = 1 - sum(shares.values())
        for other, part in shares.items():
            ends = (other, code) if kind == "in" else (code, other)
            rows.append((*ends, float(total[place] * part), kind))
    return rows


def _border_places(run: Forecast, inputs: Inputs) -> list[Place]:
    """Neighbours that cross-border commuters are drawn to, if the site table has their site."""
    return [
        place for place in run.places.all.values() if place.commuters_from and place.commuter_site in inputs.sites.sites
    ]


def _flows_across_border(run: Forecast, inputs: Inputs, employed: Array) -> list[tuple[str, str, float, str]]:
    """Commuters across the border: an assumed share of employed residents."""
    share = inputs.baseline.balance.border_commuters.value
    return [
        (code, place.code, share * float(residents), "border")
        for place in _border_places(run, inputs)
        for code, residents in zip(inputs.codes, employed, strict=True)
        if code in place.commuters_from
    ]
