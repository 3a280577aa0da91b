"""The map of Finland: its outline, and municipalities as points on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from amoanalysis.themes.leaving import TOWNS, named
from amoanalysis.themes.registry import NotKnown

if TYPE_CHECKING:
    import geopandas as gpd

    from amoanalysis.themes.view import PlaceView

OUTLINE = "finland_outline"


def outline(view: PlaceView) -> gpd.GeoDataFrame:
    """The outline of the country.

    Raises:
        NotKnown: if the folder has none.
    """
    if not (view.data.folder / "geo" / f"{OUTLINE}.geojson").is_file():
        raise NotKnown("shapes")
    return view.data.geometry(OUTLINE)


def placed(view: PlaceView, values: pd.Series, size: pd.Series | None = None) -> pd.DataFrame:
    """Values of municipalities at their centres; those whose centre is not known are left out.

    Args:
        view: for the names.
        values: by code.
        size: what the circles show, where it is not the value.

    Returns:
        place, label, value, lon, lat, and size where given.
    """
    table = view.data.table(TOWNS).set_index("place")
    known = table.dropna(subset=["lon", "lat"]).index.intersection(values.index)
    names = named(view)
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
