"""Checks of the frames that charts are drawn from, and the names of their series."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from amoanalysis.errors import DataError
from amoanalysis.plot import style

SERIES_COLUMNS = ("scenario", "place", "measure", "group", "series")
"""Columns that identify a series."""
STATUSES = ("observed", "nowcast", "estimate", "forecast")
Palette = Mapping[str, str] | Sequence[str] | None


def check_columns(chart: str, frame: pd.DataFrame, columns: Sequence[str], numeric: Sequence[str] = ()) -> None:
    """Checks that a frame has rows, the columns of a chart, and numbers where the chart needs them.

    Args:
        chart: name of the chart, for the message.
        frame: the frame.
        columns: columns that the chart needs.
        numeric: those of them that must be numeric, and optional columns that must be numeric where they exist.

    Raises:
        DataError: if a column is missing or not numeric, or if the frame has no rows.
    """
    for column in columns:
        if column not in frame.columns:
            raise DataError(
                f"The frame of amo.plot.{chart} has no column '{column}': it needs the columns {', '.join(columns)}."
            )
    if frame.empty:
        raise DataError(f"The frame of amo.plot.{chart} has no rows: check the filter that made it.")
    for column in numeric:
        if column in frame.columns and not pd.api.types.is_numeric_dtype(frame[column]):
            raise DataError(f"The column '{column}' of the frame of amo.plot.{chart} is not numeric: convert it first.")
    if "unit" in frame.columns and varies(frame, "unit"):
        units = ", ".join(frame["unit"].dropna().unique())
        raise DataError(f"The frame of amo.plot.{chart} mixes the units {units}: keep one unit in a chart.")


def check_unique(chart: str, frame: pd.DataFrame, columns: Sequence[str]) -> None:
    """Checks that the columns identify each row.

    Raises:
        DataError: if two rows share them.
    """
    double = frame.duplicated(list(columns))
    if double.any():
        row = frame.loc[double].iloc[0]
        where = ", ".join(str(row[column]) for column in columns)
        raise DataError(
            f"The frame of amo.plot.{chart} has two rows for {where}: "
            f"filter it, or distinguish the rows by one of the columns {', '.join(SERIES_COLUMNS)}."
        )


def check_status(chart: str, frame: pd.DataFrame) -> None:
    """Checks the column status.

    Raises:
        DataError: if it holds an unknown word.
    """
    unknown = set(frame["status"]) - set(STATUSES)
    if unknown:
        raise DataError(
            f"The frame of amo.plot.{chart} has the status '{min(map(str, unknown))}': use {', '.join(STATUSES)}."
        )


def check_interval(chart: str, frame: pd.DataFrame) -> None:
    """Checks the columns low and high, where the frame has them.

    Raises:
        DataError: if only one of them exists, or if a lower limit is above its upper limit.
    """
    has_limits = [column in frame.columns for column in ("low", "high")]
    if any(has_limits) and not all(has_limits):
        raise DataError(f"The frame of amo.plot.{chart} has only one of the columns 'low' and 'high': give both.")
    if all(has_limits) and (frame["low"] > frame["high"]).any():
        row = frame.loc[frame["low"] > frame["high"]].iloc[0]
        raise DataError(f"The frame of amo.plot.{chart} has low {row['low']:g} above high {row['high']:g}: swap them.")


def find_value_column(chart: str, frame: pd.DataFrame, value: str | None) -> str:
    """The column of values: the one given, else `value`, else `median`.

    Raises:
        DataError: if the frame has none of them.
    """
    if value is not None:
        return value
    found = next((column for column in ("value", "median") if column in frame.columns), None)
    if found is None:
        raise DataError(f"The frame of amo.plot.{chart} has no column 'value' or 'median': name the column in value=.")
    return found


def find_varying_column(chart: str, frame: pd.DataFrame, candidates: Iterable[str], argument: str) -> str:
    """The first of some columns that has several values, else the first that the frame has.

    Args:
        chart: name of the chart, for the message.
        frame: the frame.
        candidates: names of columns, the preferred one first.
        argument: argument of the chart that names the column, for the message.

    Raises:
        DataError: if the frame has none of them.
    """
    names = list(candidates)
    present = [column for column in names if column in frame.columns]
    if not present:
        raise DataError(
            f"The frame of amo.plot.{chart} has none of the columns {', '.join(names)}: name a column in {argument}=."
        )
    return next((column for column in present if varies(frame, column)), present[0])


def varies(frame: pd.DataFrame, column: str) -> bool:
    """Whether a frame has a column and several values in it."""
    return column in frame.columns and len(frame[column].dropna().unique()) > 1


def name_series(frame: pd.DataFrame, skip: Sequence[str] = ()) -> pd.Series:
    """The name of the series of each row: the values of the columns that differ between rows.

    Args:
        frame: the frame.
        skip: columns that do not count.

    Returns:
        (row,), names such as "Pello" or "tourism_growth, Pello"; where no column varies, the place or the first
        series column that the frame has, else "".
    """
    present = [column for column in SERIES_COLUMNS if column in frame.columns and column not in skip]
    varying = [column for column in present if varies(frame, column)]
    if not varying:
        varying = ["place"] if "place" in present else present[:1]
    if not varying:
        return pd.Series("", index=frame.index)
    return frame[varying].astype(str).agg(", ".join, axis="columns")


def choose_colours(names: Sequence[str], palette: Palette) -> dict[str, str]:
    """A colour for each name.

    Args:
        names: the names, in order.
        palette: colours by name, or a sequence of colours; by default, those of the library: the colours of industry
            sections for section letters, else the series colours.

    Raises:
        DataError: if the palette has no colour for a name.
    """
    if isinstance(palette, Mapping):
        missing = [name for name in names if name not in palette]
        if missing:
            raise DataError(f"The palette has no colour for '{missing[0]}': add one.")
        return {name: palette[name] for name in names}
    if palette is None and len(names) > 1 and set(names) <= set(style.SECTOR_COLOURS):
        return {name: style.SECTOR_COLOURS[name] for name in names}
    # More series than colours: the second round is darker, so that no two of sixteen are the same.
    colours = list(palette or [*style.SERIES, *(style.mix(colour, "#000000", 0.45) for colour in style.SERIES)])
    return {name: colours[i % len(colours)] for i, name in enumerate(names)}


def choose_decimals(values: Iterable[float]) -> int:
    """Decimals with which values are written: 0 for counts and values of 100 and more, else 1, or 2 below 1."""
    sizes = np.abs(np.asarray(list(values), dtype=float))
    sizes = sizes[np.isfinite(sizes)]
    if not sizes.size or sizes.max() >= 100 or np.allclose(sizes, np.round(sizes)):
        return 0
    return 1 if sizes.max() >= 1 else 2


def waterfall_steps(kinds: Iterable[str], values: Iterable[float]) -> tuple[np.ndarray, np.ndarray]:
    """Start and end of each bar of a waterfall.

    Args:
        kinds: total or delta of each step, in order.
        values: level of a total, change of a delta.

    Returns:
        Two arrays (step,): a total runs from 0, a delta from the level before it.
    """
    begin, end, level = [], [], 0.0
    for kind, value in zip(kinds, values, strict=True):
        begin.append(0.0 if kind == "total" else level)
        level = value if kind == "total" else level + value
        end.append(level)
    return np.array(begin), np.array(end)
