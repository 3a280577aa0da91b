"""Map of a value per place."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke

from amoanalysis.config.text import number, text
from amoanalysis.errors import DataError, find_nearest
from amoanalysis.plot import style
from amoanalysis.plot.frames import check_columns, check_unique, choose_decimals, find_value_column
from amoanalysis.plot.layout import describe_values, format_values, get_axes

CRS = "EPSG:3067"
"""ETRS-TM35FIN, the projection of Finnish maps."""


def map(
    frame: pd.DataFrame, ax: Axes | None = None, *, geometry: pd.DataFrame | None = None, value: str | None = None,
    labels: bool = True, lang: str = "en", **map_style: Any,
) -> Axes:  # fmt: skip
    """Draws a value per place as the colours of a map; a scale that spans zero diverges from it.

    Places without a value are hatched; areas of the geometry that the frame does not name are plain surroundings.

    Args:
        frame: place (code or name), value (or median), and where known unit; or a GeoDataFrame of them.
        ax: Axes to draw on; the current Axes by default.
        geometry: GeoDataFrame of the columns place (code), name and geometry, such as
            `data/geo/municipalities.geojson`; not needed where the frame has its own geometry.
        value: column of values.
        labels: whether the name and value of each place are written on the map.
        lang: language of words and numbers.
        **map_style: passed to `GeoDataFrame.plot`, such as `cmap`, `scheme` or `vmin`.

    Returns:
        The Axes, in EPSG:3067, axis off.

    Raises:
        DataError: if a column, the geometry or a place is missing.

    Example:
        >>> import geopandas as gpd
        >>> areas = gpd.read_file("data/geo/municipalities.geojson")
        >>> ax = map(pd.DataFrame({"place": ["Pello", "Kolari"], "value": [-12.1, 3.4], "unit": "%"}), geometry=areas)
    """
    column = find_value_column("map", frame, value)
    check_columns("map", frame, ("place", column), (column,))
    check_unique("map", frame, ("place",))
    areas, around = _join(frame, geometry)
    if areas[column].isna().all():
        raise DataError("The frame of amo.plot.map has no value for any place: check the filter that made it.")
    values = areas[column].dropna()
    ax = get_axes(ax)
    missing = {"color": style.CALM, "hatch": "////", "edgecolor": style.MUTED, "label": text("chart.no_value", lang)}
    defaults: dict[str, Any] = {"edgecolor": style.MUTED, "linewidth": 0.7, "legend": True, "missing_kwds": missing}
    if values.min() < 0 < values.max():
        reach = float(values.abs().max())
        defaults |= {"cmap": style.colour_map("diverging"), "vmin": -reach, "vmax": reach}
    else:
        defaults["cmap"] = style.colour_map("sequential", start=0.15)
    classed = "scheme" in map_style
    label = describe_values(frame, column)
    decimals = choose_decimals(values)
    class_legend = {"title": label, "fmt": f"{{:.{decimals}f}}", "frameon": False, "loc": "upper right"}
    defaults["legend_kwds"] = class_legend if classed else {"label": label, "shrink": 0.6}
    if len(around):
        around.plot(ax=ax, color=style.LAND, edgecolor=style.GRID, linewidth=0.8)
    before = set(ax.figure.axes)
    areas.plot(column, ax=ax, **{**defaults, **map_style})
    for bar in set(ax.figure.axes) - before:
        format_values(bar.yaxis, "", lang)
    _frame_areas(ax, areas)
    if labels:
        _label_areas(ax, areas, column, lang)
    if areas[column].isna().any() and not classed:
        patch = Patch(facecolor=style.CALM, hatch="////", edgecolor=style.MUTED, label=missing["label"])
        ax.legend(handles=[patch], frameon=False, loc="lower left")
    return ax


def _join(frame: pd.DataFrame, geometry: pd.DataFrame | None) -> tuple[Any, Any]:
    """The places of the frame with their geometry, and the other areas of the geometry; both in EPSG:3067."""
    import geopandas as gpd

    if geometry is None:
        if "geometry" not in frame.columns:
            raise DataError(
                "The frame of amo.plot.map has no column 'geometry': give a GeoDataFrame, "
                "or the areas as geometry=geopandas.read_file('data/geo/municipalities.geojson')."
            )
        areas = gpd.GeoDataFrame(frame.assign(_name=frame.get("name", frame["place"])), crs=getattr(frame, "crs", None))
        return _project(areas), areas.iloc[:0]
    check_columns("map (geometry)", geometry, ("place", "geometry"))
    codes = geometry["place"].astype(str)
    names = geometry["name"].astype(str) if "name" in geometry.columns else codes
    asked = frame["place"].astype(str)
    keys = codes if asked.isin(codes).all() else names
    unknown = asked[~asked.isin(keys)]
    if len(unknown):
        near = find_nearest(unknown.iloc[0], names)
        hint = f": did you mean '{near}'?" if near else ": use the codes or names of its columns 'place' and 'name'."
        raise DataError(f"The geometry of amo.plot.map has no place '{unknown.iloc[0]}'{hint}")
    known = pd.DataFrame({"_key": keys, "_name": names, "geometry": geometry["geometry"]})
    own = frame.drop(columns=["geometry", "_name"], errors="ignore").assign(_key=asked)
    joined = own.merge(known, on="_key", how="left", validate="many_to_one")
    crs = getattr(geometry, "crs", None)
    areas, others = (gpd.GeoDataFrame(part, crs=crs) for part in (joined, known[~keys.isin(asked)]))
    return _project(areas), _project(others)


def _project(areas: Any) -> Any:
    if areas.crs is None:
        raise DataError("The geometry of amo.plot.map has no coordinate system: set its crs, for example EPSG:4326.")
    return areas.to_crs(CRS)


def _frame_areas(ax: Axes, areas: Any) -> None:
    """Limits the map to the places of the frame with a margin of 6 % of its larger side."""
    west, south, east, north = areas.total_bounds
    margin = 0.06 * max(east - west, north - south)
    ax.set(xlim=(west - margin, east + margin), ylim=(south - margin, north + margin), aspect="equal")
    ax.set_axis_off()


def _label_areas(ax: Axes, areas: Any, column: str, lang: str) -> None:
    decimals = choose_decimals(areas[column])
    halo = [withStroke(linewidth=1.8, foreground=style.PAPER)]
    for name, value, point in zip(areas["_name"], areas[column], areas.representative_point(), strict=True):
        written = f"{name}\n{number(value, lang, decimals)}" if np.isfinite(value) else str(name)
        ax.annotate(
            written, (point.x, point.y), ha="center", va="center", fontsize="small", color=style.INK, path_effects=halo
        )
