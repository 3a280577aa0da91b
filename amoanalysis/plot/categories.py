"""Charts of values by category: bars, heat maps, population pyramids, waterfalls and timelines."""

import math
import re
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from amoanalysis.config.text import number, text
from amoanalysis.errors import DataError
from amoanalysis.plot import style
from amoanalysis.plot.frames import (
    Palette,
    check_columns,
    check_interval,
    check_unique,
    choose_colours,
    choose_decimals,
    find_value_column,
    find_varying_column,
    name_series,
    varies,
    waterfall_steps,
)
from amoanalysis.plot.layout import describe_values, format_values, format_years, get_axes, label_bars, style_axes

THICKNESS = 0.8
"""Share of a row's height that its bars take."""
STEP_COLOURS = {"total": style.TOTAL, "rise": style.UP, "fall": style.DOWN}
_AGE_GROUP = re.compile(r"([fm]) (\d+)-(\d*)")


def bars(
    frame: pd.DataFrame, ax: Axes | None = None, *, category: str | None = None, value: str | None = None,
    palette: Palette = None, labels: bool = True, lang: str = "en", **bar_style: Any,
) -> Axes:  # fmt: skip
    """Draws horizontal bars, one a category or one a category and series, with whiskers where an interval is known.

    Args:
        frame: a column of categories, value (or median), and where known low, high, unit, and scenario, place,
            measure, group or series, of which those that vary are the series of a category.
        ax: Axes to draw on; the current Axes by default.
        category: column of categories; by default the first that varies of category, place, group, scenario, measure
            and year.
        value: column of values.
        palette: colours by name of a series (of a category where there is one series), or a sequence of colours.
        labels: whether values are written at the ends of the bars.
        lang: language of words and numbers.
        **bar_style: passed to `seaborn.barplot`.

    Returns:
        The Axes, the first category at the top.

    Raises:
        DataError: if a column is missing, or two rows share category and series.

    Example:
        >>> ax = bars(pd.DataFrame({"place": ["Pello", "Kolari"], "value": [-120, 310], "unit": "persons"}))
        >>> [float(bar.get_width()) for bar in ax.patches]
        [-120.0, 310.0]
    """
    import seaborn as sns

    column = find_value_column("bars", frame, value)
    if category is None:
        candidates = ("category", "place", "group", "scenario", "measure", "year")
        category = find_varying_column("bars", frame, candidates, "category")
    check_columns("bars", frame, (category, column), (column, "low", "high"))
    check_interval("bars", frame)
    series = name_series(frame, skip=(category,))
    rows = pd.DataFrame({"category": frame[category].astype(str), "series": series, "value": frame[column]})
    check_unique("bars", rows, ("category", "series"))
    names, categories = (list(dict.fromkeys(rows[name])) for name in ("series", "category"))
    hue = "series" if len(names) > 1 else "category"
    by_category = hue == "category" and palette is not None
    colours = choose_colours(categories if by_category else names, palette)
    shades = colours if hue == "series" or by_category else dict.fromkeys(categories, style.PLAIN)
    ax = get_axes(ax)
    sns.barplot(
        rows, x="value", y="category", hue=hue, palette=shades, order=categories, orient="h", errorbar=None, ax=ax,
        hue_order=list(shades), legend="auto" if hue == "series" else False,
        **{"saturation": 1, "width": THICKNESS, "dodge": hue == "series", **bar_style},
    )  # fmt: skip
    style_axes(ax, "x")
    thick = THICKNESS / len(names)
    turn = rows["series"].map(names.index)
    rows["at"] = rows["category"].map(categories.index) + (turn - (len(names) - 1) / 2) * thick
    # The interval belongs to the value or median, not to another column such as percent.
    has_interval = "low" in frame.columns and column in ("value", "median")
    rows[["low", "high"]] = frame[["low", "high"]] if has_interval else np.nan
    known = rows.dropna(subset=["low", "high"])
    ax.hlines(known["at"], known["low"], known["high"], color=style.INK, linewidth=1.4)
    for end in ("low", "high"):
        ax.vlines(known[end], known["at"] - thick / 5, known["at"] + thick / 5, color=style.INK, linewidth=1.4)
    ax.axvline(0, color=style.MUTED, linewidth=1)
    ax.set_ylabel("")
    ax.tick_params(axis="y", labelcolor=style.INK)
    ax.set_xlabel("")
    format_values(ax.xaxis, describe_values(frame, column), lang)
    if labels:
        _label_values(ax, rows.dropna(subset="value"), lang)
    if hue == "series":
        ax.legend(frameon=False, loc="best")
    return ax


def _label_values(ax: Axes, rows: pd.DataFrame, lang: str) -> None:
    left = rows["value"] < 0
    low, high = rows[["value", "low"]].min(axis="columns"), rows[["value", "high"]].max(axis="columns")
    decimals = choose_decimals(rows["value"])
    label_bars(
        ax, low.where(left, high).tolist(), rows["at"].tolist(),
        [number(value, lang, decimals) for value in rows["value"]], left.tolist(),
        _fit_font(ax, rows["at"].diff().abs().replace(0, np.nan).min()),
    )  # fmt: skip


def _fit_font(ax: Axes, pitch: float) -> float:
    """Font size, points, at which a line of text fits in `pitch` units of the y axis; the medium size at most."""
    medium = float(FontProperties(size="medium").get_size_in_points())
    if math.isnan(pitch):
        return medium
    span = abs(ax.get_ylim()[1] - ax.get_ylim()[0])
    return min(medium, ax.get_window_extent().height / ax.figure.dpi * 72 * pitch / span / 1.1)


def heatmap(
    frame: pd.DataFrame, ax: Axes | None = None, *, row: str | None = None, column: str | None = None,
    value: str | None = None, centre: float | None = None, lang: str = "en", **heat_style: Any,
) -> Axes:  # fmt: skip
    """Draws a value by row and column as coloured cells with the value in them; cells without a value stay grey.

    Args:
        frame: columns of rows and of columns, value (or median), and where known unit.
        ax: Axes to draw on; the current Axes by default.
        row: column of the frame whose values are the rows; by default the first that varies of row, place, group,
            scenario and measure.
        column: column of the frame whose values are the columns; by default the first of column, year and month.
        value: column of values.
        centre: value in the middle of a diverging scale; without it, the scale is sequential.
        lang: language of words and numbers.
        **heat_style: passed to `seaborn.heatmap`.

    Returns:
        The Axes, rows and columns in the order of the frame.

    Raises:
        DataError: if a column is missing, or two rows share a cell.

    Example:
        >>> frame = pd.DataFrame({"place": ["Pello", "Pello"], "year": [2030, 2040], "value": [-4.1, -9.8]})
        >>> ax = heatmap(frame, centre=0)
    """
    import seaborn as sns

    measured = find_value_column("heatmap", frame, value)
    if row is None:
        row = find_varying_column("heatmap", frame, ("row", "place", "group", "scenario", "measure"), "row")
    if column is None:
        column = find_varying_column("heatmap", frame, ("column", "year", "month"), "column")
    check_columns("heatmap", frame, (row, column, measured), (measured,))
    check_unique("heatmap", frame, (row, column))
    table = frame.pivot(index=row, columns=column, values=measured)
    table = table.loc[list(dict.fromkeys(frame[row])), list(dict.fromkeys(frame[column]))].astype(float)
    decimals = choose_decimals(table.to_numpy().ravel())
    texts = table.map(lambda cell: number(cell, lang, decimals) if np.isfinite(cell) else "").to_numpy()
    ax = get_axes(ax)
    ax.set_facecolor(style.CALM)
    defaults: dict[str, Any] = {
        "annot": texts, "fmt": "", "linewidths": 1, "linecolor": style.PAPER,
        "cmap": style.colour_map("sequential" if centre is None else "diverging"),
        "cbar_kws": {"label": describe_values(frame, measured)},
    }  # fmt: skip
    if centre is not None:
        reach = np.nanmax(np.abs(table.to_numpy() - centre)) or 1.0
        defaults |= {"vmin": centre - reach, "vmax": centre + reach}
    sns.heatmap(table, ax=ax, **{**defaults, **heat_style})
    if ax.collections[-1].colorbar is not None:
        bar = ax.collections[-1].colorbar.ax
        format_values(bar.yaxis if bar.get_ylabel() or not bar.get_xlabel() else bar.xaxis, "", lang)
        ax.collections[-1].colorbar.outline.set_visible(False)
    ax.set(xlabel="", ylabel="")
    ax.tick_params(length=0)
    ax.tick_params(axis="y", rotation=0)
    return ax


def pyramid(
    frame: pd.DataFrame, ax: Axes | None = None, *, value: str | None = None, lang: str = "en", **bar_style: Any
) -> Axes:
    """Draws a population by sex and age group: men to the left, women to the right, the youngest at the bottom.

    The first year (or scenario, or place) of the frame is drawn as bars, the others as outlines.

    Args:
        frame: group (such as "f 00-04" or "m 100-"), value (or median), and where known year, scenario, place, unit.
        ax: Axes to draw on; the current Axes by default.
        value: column of values.
        lang: language of words and numbers.
        **bar_style: passed to `Axes.barh`.

    Returns:
        The Axes; men have negative values, tick labels show the absolute ones.

    Raises:
        DataError: if a column is missing, a group has another form, or a sex or age is missing.

    Example:
        >>> frame = pd.DataFrame({"group": ["f 00-04", "m 00-04"], "value": [90, 97], "unit": "persons"})
        >>> ax = pyramid(frame)
    """
    column = find_value_column("pyramid", frame, value)
    check_columns("pyramid", frame, ("group", column), (column,))
    other = [str(group) for group in frame["group"] if not _AGE_GROUP.fullmatch(str(group))]
    if other:
        raise DataError(
            f"The frame of amo.plot.pyramid has the group '{other[0]}': keep groups such as 'f 00-04' and 'm 100-'."
        )
    parts = frame["group"].str.extract(_AGE_GROUP.pattern)
    series = name_series(frame, skip=("group",))
    if varies(frame, "year"):
        varying = varies(frame, "scenario") or varies(frame, "place")
        series = (series + " " if varying else "") + frame["year"].astype(str)
    rows = pd.DataFrame({"series": series, "sex": parts[0], "age": parts[1].astype(int), "value": frame[column]})
    check_unique("pyramid", rows, ("series", "sex", "age"))
    table = rows.pivot(index="age", columns=["series", "sex"], values="value").sort_index()
    names = list(dict.fromkeys(series))
    wanted = product(names, "mf")
    if not set(wanted) <= set(table.columns) or table.isna().any(axis=None):
        raise DataError("The frame of amo.plot.pyramid lacks an age group of one sex: give both sexes at every age.")
    last_ages = parts[2].str.lstrip("0").groupby(rows["age"]).first()
    ax = get_axes(ax)
    style_axes(ax, "x")
    positions = np.arange(len(table))
    for sex, colour, sign in (("m", style.MALE, -1), ("f", style.FEMALE, 1)):
        values = sign * table[names[0], sex]
        ax.barh(positions, values, **{"color": colour, "height": 0.88, "linewidth": 0, **bar_style})
        for turn, name in enumerate(names[1:]):
            edges = np.arange(len(table) + 1) - 0.5
            ax.stairs(
                sign * table[name, sex], edges, orientation="horizontal", baseline=None, color=style.INK,
                linewidth=1.6, linestyle=list(style.DASHES.values())[turn % len(style.DASHES)],
            )  # fmt: skip
    reach = float(table.to_numpy().max()) * 1.05 or 1.0
    ax.axvline(0, color=style.PAPER, linewidth=1.2)
    ax.set(xlim=(-reach, reach), ylim=(-0.5, len(table) - 0.5))
    shown = positions[:: max(1, math.ceil(len(table) / 11))]
    ax.set_yticks(shown, [f"{age}–{last_ages[age]}" for age in table.index[shown]])
    format_values(ax.xaxis, describe_values(frame, column), lang, absolute=True)
    _head_pyramid(ax, {sex: float(table[names[0], sex].sum()) for sex in "mf"}, lang)
    if len(names) > 1:
        _key_of_pyramid(ax, names)
    return ax


def _head_pyramid(ax: Axes, totals: dict[str, float], lang: str) -> None:
    for sex, word, x, align in (("m", "chart.men", 0.01, "left"), ("f", "chart.women", 0.99, "right")):
        colour = style.darken_for_text(style.MALE if sex == "m" else style.FEMALE)
        heading = f"{text(word, lang)} {number(totals[sex], lang)}"
        ax.text(x, 1.01, heading, transform=ax.transAxes, ha=align, va="bottom", color=colour, weight="bold")


def _key_of_pyramid(ax: Axes, names: list[str]) -> None:
    pair = tuple(Patch(color=colour) for colour in (style.MALE, style.FEMALE))
    dashes: list[Any] = list(style.DASHES.values())
    lines = [Line2D([], [], color=style.INK, linewidth=1.6, linestyle=dashes[i % 4]) for i in range(len(names) - 1)]
    from matplotlib.legend_handler import HandlerTuple

    ax.legend([pair, *lines], names, frameon=False, loc="best", handler_map={tuple: HandlerTuple(ndivide=None, pad=0)})


def waterfall(frame: pd.DataFrame, ax: Axes | None = None, *, lang: str = "en", **bar_style: Any) -> Axes:
    """Draws levels and the changes between them, one row a step, the first at the top.

    Args:
        frame: step, kind (total or delta), value, in order, and where known unit. A total after the first equals the
            level that the changes before it lead to.
        ax: Axes to draw on; the current Axes by default.
        lang: language of words and numbers.
        **bar_style: passed to `Axes.barh`.

    Returns:
        The Axes.

    Raises:
        DataError: if a column is missing, a kind is unknown, or the steps do not add up.

    Example:
        >>> frame = pd.DataFrame(
        ...     {"step": ["2022", "births", "deaths", "2023"], "kind": ["total", "delta", "delta", "total"],
        ...      "value": [3300, 20, -60, 3260], "unit": "persons"}
        ... )
        >>> ax = waterfall(frame)
    """
    check_columns("waterfall", frame, ("step", "kind", "value"), ("value",))
    unknown = set(frame["kind"]) - {"total", "delta"}
    if unknown:
        raise DataError(f"The frame of amo.plot.waterfall has the kind '{min(map(str, unknown))}': use total or delta.")
    values = frame["value"].to_numpy(dtype=float)
    begin, end = waterfall_steps(frame["kind"], values)
    total = frame["kind"].eq("total").to_numpy()
    _check_sums(frame, end, total)
    ax = get_axes(ax)
    style_axes(ax, "x")
    kinds = np.where(total, "total", np.where(values < 0, "fall", "rise"))
    rows = np.arange(len(frame))
    colours = [STEP_COLOURS[kind] for kind in kinds]
    ax.barh(rows, end - begin, left=begin, **{"color": colours, "height": 0.62, "linewidth": 0, **bar_style})
    ax.vlines(end[:-1], rows[:-1] + 0.31, rows[:-1] + 0.69, color=style.MUTED, linewidth=1)
    ax.axvline(0, color=style.MUTED, linewidth=1)
    ax.set_yticks(rows, frame["step"].astype(str))
    ax.set_ylim(len(frame) - 0.5, -0.5)
    ax.tick_params(axis="y", labelcolor=style.INK)
    format_values(ax.xaxis, describe_values(frame), lang)
    decimals = choose_decimals(values)
    texts = [number(v, lang, decimals, sign=k != "total") for v, k in zip(values, kinds, strict=True)]
    tips = np.maximum(begin, end)
    label_bars(ax, tips.tolist(), rows.tolist(), texts, [False] * len(frame), _fit_font(ax, 1.0))
    return ax


def _check_sums(frame: pd.DataFrame, end: np.ndarray, total: np.ndarray) -> None:
    for i in np.flatnonzero(total)[1:]:
        level = end[i - 1]
        if not math.isclose(level, end[i], rel_tol=1e-6, abs_tol=1e-6):
            raise DataError(
                f"The frame of amo.plot.waterfall does not add up at '{frame['step'].iloc[i]}': "
                f"the steps lead to {level:g}, the total is {end[i]:g}."
            )


def timeline(
    frame: pd.DataFrame, ax: Axes | None = None, *, palette: Palette = None, lang: str = "en", **bar_style: Any
) -> Axes:
    """Draws spans of years in rows, such as the phases of projects, with a whisker where the start is uncertain.

    Args:
        frame: event, start, end (years), and where known phase, and low and high of the start.
        ax: Axes to draw on; the current Axes by default.
        palette: colours by name of a phase, or a sequence of colours.
        lang: language of words.
        **bar_style: passed to `Axes.barh`.

    Returns:
        The Axes, the first event at the top.

    Raises:
        DataError: if a column is missing, or a span ends before it starts.

    Example:
        >>> frame = pd.DataFrame({"event": ["New mine"], "phase": ["construction"], "start": [2029], "end": [2031]})
        >>> ax = timeline(frame)
    """
    check_columns("timeline", frame, ("event", "start", "end"), ("start", "end", "low", "high"))
    check_interval("timeline", frame)
    if (frame["end"] < frame["start"]).any():
        late = frame.loc[frame["end"] < frame["start"], "event"].iloc[0]
        raise DataError(f"The frame of amo.plot.timeline has a span of '{late}' that ends before it starts.")
    phase = frame["phase"].astype(str) if "phase" in frame.columns else pd.Series("", index=frame.index)
    events, phases = list(dict.fromkeys(frame["event"])), list(dict.fromkeys(phase))
    colours = choose_colours(phases, palette)
    ax = get_axes(ax)
    style_axes(ax, "x")
    row = frame["event"].map(events.index)
    for name in phases:
        own = frame[phase == name]
        ax.barh(
            row[phase == name], own["end"] - own["start"], left=own["start"],
            **{"color": colours[name], "height": 0.5, "label": name or "_spans", **bar_style},
        )  # fmt: skip
    if "low" in frame.columns:
        known = frame.dropna(subset=["low", "high"])
        at = row[known.index] + 0.33
        ax.hlines(at, known["low"], known["high"], color=style.INK, linewidth=1.6, label=text("chart.begins", lang))
        for end in ("low", "high"):
            ax.vlines(known[end], at - 0.06, at + 0.06, color=style.INK, linewidth=1.6)
    ends = frame[frame.columns.intersection(["start", "end", "low", "high"])].to_numpy(dtype=float)
    first, last = math.floor(np.nanmin(ends)), math.ceil(np.nanmax(ends))
    ax.set(xlim=(first, last), ylim=(len(events) - 0.5, -0.5))
    format_years(ax.xaxis, first, last)
    ax.set_yticks(range(len(events)), events)
    ax.tick_params(axis="y", labelcolor=style.INK)
    handles, names = ax.get_legend_handles_labels()
    if handles:
        ax.legend(handles, names, frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=len(names))
    return ax
