"""What maps share: the shapes of the region, its neighbours in grey, and sites."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from amoanalysis.themes.registry import NotKnown

if TYPE_CHECKING:
    import geopandas as gpd

    from amoanalysis.themes.view import PlaceView

SHAPES = "municipalities"


def atlas_frame(view: PlaceView, values: pd.Series) -> gpd.GeoDataFrame:
    """The municipalities of the region with their shapes and a value each.

    Args:
        view: for the region and the language.
        values: by municipality code; a municipality without one is shown as unknown.

    Returns:
        place, label, value, geometry.

    Raises:
        NotKnown: if the shapes of a municipality are not known.
    """
    shapes = _shapes(view)
    codes = list(view.data.places.region.members)
    if not set(codes) <= set(shapes["place"]):
        raise NotKnown("shapes")
    own = shapes.set_index("place").loc[codes].reset_index()
    labels = [view.data.places[code].named(view.lang) for code in codes]
    found = own.assign(label=labels, value=values.reindex(codes).to_numpy(dtype=float))
    return found[["place", "label", "value", "geometry"]]


def neighbours(view: PlaceView) -> gpd.GeoDataFrame:
    """The other municipalities around, named in the language."""
    shapes, known = _shapes(view), view.data.places
    around = shapes[~shapes["place"].isin(known.region.members)]
    names = zip(around["place"], around["name"], strict=True)
    labels = [known[code].named(view.lang) if code in known else name for code, name in names]
    return around.assign(label=labels)[["place", "label", "geometry"]]


def land(view: PlaceView) -> gpd.GeoDataFrame:
    """The municipalities of the region, named in the language."""
    shapes = _shapes(view)
    own = shapes[shapes["place"].isin(view.data.places.region.members)]
    labels = [view.data.places[code].named(view.lang) for code in own["place"]]
    return own.assign(label=labels)[["label", "geometry"]]


def sites(view: PlaceView, kinds: Sequence[str]) -> pd.DataFrame | None:
    """Sites of some kinds as marks of a map, what is added to a name left out; None where the folder holds none."""
    if not view.data.has("sites"):
        return None
    table = view.data.table("sites")
    own = table[table["kind"].isin(kinds)]
    return own.assign(label=own["site"].str.replace(r"\s*[(,].*$", "", regex=True))[["label", "kind", "lon", "lat"]]


def bins(values: Iterable[float], step: int) -> list[float]:
    """Upper ends of classes of a width that hold all values, one of them at nought where values lie on both sides."""
    known = [value for value in values if math.isfinite(value)]
    first = math.floor(min(known) / step) + 1
    last = max(math.ceil(max(known) / step), first)
    return [float(step * i) for i in range(first, last + 1)]


def _shapes(view: PlaceView) -> gpd.GeoDataFrame:
    if not (view.data.folder / "geo" / f"{SHAPES}.geojson").is_file():
        raise NotKnown("shapes")
    return view.data.geometry(SHAPES)
