"""Exhibit of theme 1: who commutes whence and whither, on a map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from amoanalysis.charts.exhibit import Exhibit
from amoanalysis.forecast import commuting_flows
from amoanalysis.text import text
from amoanalysis.themes.atlas import land, neighbours
from amoanalysis.themes.making import Draft, made
from amoanalysis.themes.registry import NotKnown, exhibit
from amoanalysis.themes.words import headline

if TYPE_CHECKING:
    from amoanalysis.themes.view import PlaceView

# So many of the largest flows are shown, and none that is smaller than the least, but those across the border always.
MOST_FLOWS, LEAST = 18, 5.0
KINDS = ("among", "in", "out", "border")
COLOURS = dict(zip(KINDS, ("#1f5f99", "#15936f", "#8a3a8f", "#d55e00"), strict=True))
OTHER, BORDER = "other", "border"


@exhibit("commuting_map", theme="labour", form="flows")
def commuting_map(view: PlaceView) -> Exhibit:
    """Commuting among the municipalities of the region and with the towns around, Pajala among them."""
    lang, year = view.lang, view.forecast.years[0]
    flows = commuting_flows(view.forecast, view.futures.inputs, year)
    region = len(view.members) == len(view.data.places.region.members)
    own = flows[flows["origin"].isin(view.members) | flows["destination"].isin(view.members)]
    placed = own[(own["origin"] != OTHER) & (own["destination"] != OTHER)].dropna(subset=["lon", "origin_lon"])
    if placed.empty:
        raise NotKnown("commuters")
    ranked = placed[placed["persons"] >= LEAST].nlargest(MOST_FLOWS, "persons")
    across = placed[(placed["kind"] == BORDER) & (placed["persons"] >= 1)]
    shown = pd.concat([ranked, across[~across.index.isin(ranked.index)]])
    largest = shown.nlargest(1, "persons").iloc[0]
    border = placed.loc[placed["kind"] == BORDER, "persons"].sum()
    data = pd.DataFrame(
        {
            "origin": [_named(view, code) for code in shown["origin"]],
            "destination": [_named(view, code) for code in shown["destination"]],
            "kind": [text(f"flow.kind.{kind}", lang) for kind in shown["kind"]],
            "value": shown["persons"].astype(float),
            **{name: shown[name].astype(float) for name in ("origin_lon", "origin_lat", "lon", "lat")},
        }
    )
    draft = Draft(
        data=data.sort_values("value", ascending=False),
        parts={
            "origin": _named(view, str(largest["origin"])),
            "destination": _named(view, str(largest["destination"])),
            "persons": headline(float(largest["persons"])),
            "border": headline(float(border)),
            "among": headline(float(own.loc[own["kind"] == "among", "persons"].sum())),
            "all": headline(float(own["persons"].sum())),
            "elsewhere": headline(float(own["persons"].sum() - shown["persons"].sum())),
            "first_year": year,
        },
        variant="region" if region else "place",
        tables=("jobs_by_workplace", "employed_residents", "municipalities"),
        runs=(view.forecast,),
        assumed=("balance",),
        notes=("commuting_gravity", *(("border",) if border > 0 else ())),
        options={
            "decimals": 0,
            "areas": land(view),
            "neighbours": neighbours(view),
            "colours": {text(f"flow.kind.{kind}", lang): colour for kind, colour in COLOURS.items()},
        },
    )
    return made(view, "commuting_map", "flows", draft)


def _named(view: PlaceView, code: str) -> str:
    """A place by name in the language, of Sweden too."""
    if code in view.data.places:
        return view.data.places[code].named(view.lang)
    shapes = neighbours(view).set_index("place")["label"]
    return str(shapes.get(code, code))
