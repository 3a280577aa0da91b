"""Charts of values over years: fans of prediction intervals and stacked areas."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from amoanalysis.config.text import number, text
from amoanalysis.errors import DataError
from amoanalysis.plot import style
from amoanalysis.plot.frames import (
    Palette,
    check_columns,
    check_interval,
    check_status,
    check_unique,
    choose_colours,
    choose_decimals,
    find_value_column,
    name_series,
)
from amoanalysis.plot.layout import describe_values, format_values, format_years, get_axes, label_ends, style_axes

DASHES = (0, (4, 2))
ALPHA = 0.22


def fan(
    frame: pd.DataFrame, ax: Axes | None = None, *, palette: Palette = None, labels: bool = True, key: bool = True,
    lang: str = "en", **line_style: Any,
) -> Axes:  # fmt: skip
    """Draws the median and the prediction interval of one or several series over years.

    Observed years are solid lines, all others dashed; the interval is shaded and starts from the last observation.
    Several places, scenarios, measures or groups in the frame are several fans.

    Args:
        frame: year, median, low, high, status (observed, nowcast, estimate or forecast), and where known scenario,
            place, measure, group, unit and level (of the interval, 0 to 1).
        ax: Axes to draw on; the current Axes by default.
        palette: colours by name of a series, or a sequence of colours.
        labels: whether the name and last value of each series are written at the end of its line.
        key: whether a legend explains solid, dashed and shaded.
        lang: language of words and numbers.
        **line_style: passed to `Axes.plot`.

    Returns:
        The Axes.

    Raises:
        DataError: if the frame lacks a column or has two rows for a year of a series.

    Example:
        >>> frame = pd.DataFrame(
        ...     {"year": [2024, 2025], "median": [3200.0, 3150.0], "low": [3200.0, 3120.0], "high": [3200.0, 3190.0],
        ...      "status": ["observed", "forecast"], "place": "Pello", "unit": "persons"}
        ... )
        >>> ax = fan(frame)
        >>> ax.get_ylabel()
        'persons'
    """
    check_columns("fan", frame, ("year", "median", "low", "high", "status"), ("year", "median", "low", "high"))
    check_status("fan", frame)
    check_interval("fan", frame)
    rows = frame.assign(_series=name_series(frame)).sort_values("year", kind="stable")
    check_unique("fan", rows, ("_series", "year"))
    names = list(dict.fromkeys(name_series(frame)))
    colours = choose_colours(names, palette)
    ax = get_axes(ax)
    style_axes(ax, "y")
    for name in names:
        _draw_fan(ax, rows[rows["_series"] == name], name, {"color": colours[name], "linewidth": 2.2, **line_style})
    first, last = rows["year"].min(), rows["year"].max()
    ax.set_xlim(first, last) if first < last else ax.set_xlim(first - 1, last + 1)
    format_years(ax.xaxis, first, last)
    format_values(ax.yaxis, describe_values(frame), lang)
    if labels:
        ends = rows.dropna(subset="median").groupby("_series", sort=False).tail(1).set_index("_series")["median"]
        decimals = choose_decimals(ends)
        written = [
            (last_value, f"{name}\u00a0{number(last_value, lang, decimals)}".strip(), colours[str(name)])
            for name, last_value in ends.items()
        ]
        label_ends(ax, last, written)
    if key:
        colour = colours[names[0]] if len(names) == 1 else style.MUTED
        ax.legend(handles=_key_of_fan(frame, colour, lang), frameon=False, loc="best")
    return ax


def _draw_fan(ax: Axes, rows: pd.DataFrame, name: str, line_style: dict[str, Any]) -> None:
    solid = rows["status"].eq("observed")
    inside = solid & solid.shift(1, fill_value=True) & solid.shift(-1, fill_value=True)
    dashed = rows["median"].mask(inside)
    # Where the row before the interval has none, the interval opens from its median.
    opening = rows["median"].where(rows["low"].isna() & rows["low"].shift(-1).notna())
    ax.fill_between(
        rows["year"], rows["low"].fillna(opening), rows["high"].fillna(opening), color=line_style["color"],
        alpha=ALPHA, linewidth=0,
    )  # fmt: skip
    ax.plot(rows["year"], rows["median"].where(solid), **{"label": name, **line_style})
    if dashed.notna().any():
        ax.plot(rows["year"], dashed, **{"linestyle": DASHES, **line_style, "label": "_forecast"})


def _key_of_fan(frame: pd.DataFrame, colour: str, lang: str) -> list[Line2D | Patch]:
    handles: list[Line2D | Patch] = []
    observed = frame["status"].eq("observed")
    if observed.any():
        handles.append(Line2D([], [], color=colour, linewidth=2.2, label=text("chart.observed", lang)))
    if not observed.all():
        handles.append(
            Line2D([], [], color=colour, linewidth=2.2, linestyle=DASHES, label=text("chart.forecast", lang))
        )
    if (frame["high"] > frame["low"]).any():
        handles.append(Patch(color=colour, alpha=ALPHA, linewidth=0, label=name_interval(frame, lang)))
    return handles


def name_interval(frame: pd.DataFrame, lang: str) -> str:
    """The name of the interval of a frame: its column `level` (0 to 1), or 80 % where it has none."""
    level = float(frame["level"].iloc[0]) if "level" in frame.columns else 0.8
    return text("chart.band", lang).replace("80", f"{100 * level:g}")


def stacked(
    frame: pd.DataFrame, ax: Axes | None = None, *, value: str | None = None, palette: Palette = None,
    labels: bool = True, lang: str = "en", **area_style: Any,
) -> Axes:  # fmt: skip
    """Draws the parts of a total over years as stacked areas, the first part at the bottom.

    Args:
        frame: year, value (or median), at least one of scenario, place, measure, group and series, and where known
            status and unit. Each part needs a value of at least 0 in every year.
        ax: Axes to draw on; the current Axes by default.
        value: column of values.
        palette: colours by name of a part, or a sequence of colours.
        labels: whether names are written at the right end of the areas; else they are in a legend.
        lang: language of words and numbers.
        **area_style: passed to `Axes.stackplot`.

    Returns:
        The Axes; where the frame has a status, a line marks the last observed year.

    Raises:
        DataError: if a column or a value is missing, or a value is negative.

    Example:
        >>> frame = pd.DataFrame(
        ...     {"year": [2020, 2021, 2020, 2021], "group": ["B", "B", "I", "I"], "value": [500, 520, 800, 900]}
        ... )
        >>> ax = stacked(frame, palette={"B": "#5c4033", "I": "#e08a2e"})
    """
    column = find_value_column("stacked", frame, value)
    check_columns("stacked", frame, ("year", column), ("year", column))
    rows = frame.assign(_series=name_series(frame))
    check_unique("stacked", rows, ("_series", "year"))
    names = list(dict.fromkeys(rows["_series"]))
    table = rows.pivot(index="year", columns="_series", values=column)[names].sort_index()
    if table.isna().any(axis=None):
        position, part = np.argwhere(table.isna().to_numpy())[0]
        year, name = table.index[position], names[part]
        raise DataError(f"The frame of amo.plot.stacked has no value for {name} in {year}: give 0 or drop the year.")
    if (table < 0).any(axis=None):
        raise DataError("The frame of amo.plot.stacked has a negative value: stacked areas need values of 0 or more.")
    colours = choose_colours(names, palette)
    ax = get_axes(ax)
    style_axes(ax, "y")
    ax.stackplot(
        table.index, table.to_numpy().T, labels=names, colors=list(colours.values()),
        **{"edgecolor": style.PAPER, "linewidth": 0.6, **area_style},
    )  # fmt: skip
    first, last = table.index[0], table.index[-1]
    ax.set(xlim=(first, last), ylim=(0, table.sum(axis="columns").max() * 1.08))
    format_years(ax.xaxis, first, last)
    format_values(ax.yaxis, describe_values(frame, column), lang)
    if "status" in frame.columns:
        check_status("stacked", frame)
        _mark_last_observation(ax, frame, lang)
    if labels:
        top = np.cumsum(table.iloc[-1].to_numpy())
        middles = top - table.iloc[-1].to_numpy() / 2
        label_ends(ax, last, [(y, name, colours[name]) for y, name in zip(middles, names, strict=True)])
    else:
        ax.legend(frameon=False, loc="best", reverse=True)
    return ax


def _mark_last_observation(ax: Axes, frame: pd.DataFrame, lang: str) -> None:
    last = frame.loc[frame["status"].eq("observed"), "year"].max()
    if pd.isna(last) or last >= frame["year"].max():
        return
    ax.axvline(last, color=style.INK, linewidth=1, linestyle=DASHES)
    ax.annotate(
        text("chart.forecast", lang), (last, 1), (5, -3), xycoords=("data", "axes fraction"),
        textcoords="offset points", va="top", fontsize="small", color=style.MUTED,
    )  # fmt: skip
