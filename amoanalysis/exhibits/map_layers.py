"""Map layers: shapes of municipalities and of the country, sites, and values located on them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import geopandas as gpd
import pandas as pd

from amoanalysis.exhibits.context import Context, MissingFigures, municipality_names

SHAPES = "municipalities"


def join_values_to_shapes(context: Context, values: pd.Series) -> gpd.GeoDataFrame:
    """Joins values to the shapes of the municipalities of the region.

    Args:
        context: region and language.
        values: values by municipality code; missing ones are shown as unknown.

    Returns:
        place, label, value, geometry.

    Raises:
        MissingFigures: if the shape of a municipality is missing.
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
    """Shapes of the surrounding municipalities with their names."""
    shapes, known = _load_shapes(context), context.data.places
    around = shapes[~shapes["place"].isin(known.region.members)]
    names = zip(around["place"], around["name"], strict=True)
    labels = [known[code].name_in(context.lang) if code in known else name for code, name in names]
    return around.assign(label=labels)[["place", "label", "geometry"]]


def load_region_shapes(context: Context) -> gpd.GeoDataFrame:
    """Shapes of the municipalities of the region with their names."""
    shapes = _load_shapes(context)
    own = shapes[shapes["place"].isin(context.data.places.region.members)]
    labels = [context.data.places[code].name_in(context.lang) for code in own["place"]]
    return own.assign(label=labels)[["label", "geometry"]]


def load_site_marks(context: Context, kinds: Sequence[str]) -> pd.DataFrame | None:
    """Sites of some kinds as marks on a map, with short names; None if the data folder has no sites."""
    if not context.data.has("sites"):
        return None
    table = context.data.table("sites")
    own = table[table["kind"].isin(kinds)]
    return own.assign(label=own["site"].str.replace(r"\s*[(,].*$", "", regex=True))[["label", "kind", "lon", "lat"]]


def class_limits(values: Iterable[float], step: int) -> list[float]:
    """Upper limits of classes of equal width that cover all values; zero is a limit if values have both signs."""
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
    """Outline of the country.

    Raises:
        MissingFigures: if the data folder has no outline.
    """
    if not (context.data.folder / "geo" / f"{OUTLINE}.geojson").is_file():
        raise MissingFigures("shapes")
    return context.data.geometry(OUTLINE)


def locate_values(context: Context, values: pd.Series, size: pd.Series | None = None) -> pd.DataFrame:
    """Locates values at the centres of the municipalities; municipalities without a centre are left out.

    Args:
        context: language of the names.
        values: values by code.
        size: sizes of the circles, if they differ from the values.

    Returns:
        place, label, value, lon, lat, and size if given.
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
