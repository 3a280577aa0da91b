"""What maps share: the shapes of the region, its neighbours in grey, and sites."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import geopandas as gpd
import pandas as pd

from amoanalysis.exhibits.context import Context, MissingFigures, municipality_names

SHAPES = "municipalities"


def join_values_to_shapes(context: Context, values: pd.Series) -> gpd.GeoDataFrame:
    """The municipalities of the region with their shapes and a value each.

    Args:
        context: for the region and the language.
        values: by municipality code; a municipality without one is shown as unknown.

    Returns:
        place, label, value, geometry.

    Raises:
        NotKnown: if the shapes of a municipality are not known.
    """
    shapes = _load_shapes(context)
    codes = list(context.data.places.region.members)
    if not set(codes) <= set(shapes["place"]):
        raise MissingFigures("shapes")
    own = shapes.set_index("place").loc[codes].reset_index()
    labels = [context.data.places[code].name_in(context.lang) for code in codes]
    found = own.assign(label=labels, value=values.reindex(codes).to_numpy(dtype=float))
    return found[["place", "label", "value", "geometry"]]


def load_neighbour_shapes(context: Context) -> gpd.GeoDataFrame:
    """The other municipalities around, named in the language."""
    shapes, known = _load_shapes(context), context.data.places
    around = shapes[~shapes["place"].isin(known.region.members)]
    names = zip(around["place"], around["name"], strict=True)
    labels = [known[code].name_in(context.lang) if code in known else name for code, name in names]
    return around.assign(label=labels)[["place", "label", "geometry"]]


def load_region_shapes(context: Context) -> gpd.GeoDataFrame:
    """The municipalities of the region, named in the language."""
    shapes = _load_shapes(context)
    own = shapes[shapes["place"].isin(context.data.places.region.members)]
    labels = [context.data.places[code].name_in(context.lang) for code in own["place"]]
    return own.assign(label=labels)[["label", "geometry"]]


def load_site_marks(context: Context, kinds: Sequence[str]) -> pd.DataFrame | None:
    """Sites of some kinds as marks of a map, what is added to a name left out; None where the folder holds none."""
    if not context.data.has("sites"):
        return None
    table = context.data.table("sites")
    own = table[table["kind"].isin(kinds)]
    return own.assign(label=own["site"].str.replace(r"\s*[(,].*$", "", regex=True))[["label", "kind", "lon", "lat"]]


def class_limits(values: Iterable[float], step: int) -> list[float]:
    """Upper ends of classes of a width that hold all values, one of them at nought where values lie on both sides."""
    known = [value for value in values if math.isfinite(value)]
    first = math.floor(min(known) / step) + 1
    last = max(math.ceil(max(known) / step), first)
    return [float(step * i) for i in range(first, last + 1)]


def _load_shapes(context: Context) -> gpd.GeoDataFrame:
    if not (context.data.folder / "geo" / f"{SHAPES}.geojson").is_file():
        raise MissingFigures("shapes")
    return context.data.geometry(SHAPES)


OUTLINE = "finland_outline"


def load_country_outline(context: Context) -> gpd.GeoDataFrame:
    """The outline of the country.

    Raises:
        NotKnown: if the folder has none.
    """
    if not (context.data.folder / "geo" / f"{OUTLINE}.geojson").is_file():
        raise MissingFigures("shapes")
    return context.data.geometry(OUTLINE)


def locate_values(context: Context, values: pd.Series, size: pd.Series | None = None) -> pd.DataFrame:
    """Values of municipalities at their centres; those whose centre is not known are left out.

    Args:
        context: for the names.
        values: by code.
        size: what the circles show, where it is not the value.

    Returns:
        place, label, value, lon, lat, and size where given.
    """
    table = context.data.table("municipalities").set_index("place")
    known = table.dropna(subset=["lon", "lat"]).index.intersection(values.index)
    names = municipality_names(context)
    frame = pd.DataFrame(
        {
            "place": known,
            "label": [names[code] for code in known],
            "value": values[known].to_numpy(dtype=float),
            "lon": table.loc[known, "lon"].to_numpy(dtype=float),
            "lat": table.loc[known, "lat"].to_numpy(dtype=float),
        }
    )
    return frame if size is None else frame.assign(size=size[known].to_numpy(dtype=float))
