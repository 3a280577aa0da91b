"""Columns and options of each form of chart, and the checks of an exhibit's data against them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from amoanalysis.config.text import check_language
from amoanalysis.errors import DataError, find_nearest, unknown_name_error
from amoanalysis.plot import frames as plot_frames


@dataclass(frozen=True)
class Form:
    """Columns and options of a form.

    Attributes:
        columns: required columns.
        key: columns that identify a row.
        extra: optional columns.
        options: options other than `colours`, `decimals` and `sign`.
    """

    columns: tuple[str, ...]
    key: tuple[str, ...]
    extra: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


FORMS: Mapping[str, Form] = {
    "fan": Form(("year", "series", "kind", "value"), ("series", "year"), ("low", "high"), ("zero",)),
    "fan_grid": Form(
        ("panel", "year", "series", "kind", "value"), ("panel", "series", "year"), ("low", "high"), ("zero", "shared")
    ),
    "bars": Form(("category", "value"), ("category", "series"), ("low", "high", "series")),
    "stacked": Form(("year", "series", "value"), ("series", "year"), ("kind",)),
    "pyramid": Form(("age", "sex", "series", "value"), ("series", "sex", "age"), (), ("filled",)),
    "heat": Form(("row", "column", "value"), ("row", "column"), (), ("palette", "centre", "reach")),
    "timeline": Form(("row", "series", "value", "end"), ("row", "series"), ("low", "high")),
    "waterfall": Form(("step", "kind", "value"), ("step",), (), ("zero",)),
    "curve": Form(("year", "series", "x", "value"), ("series", "year"), (), ("across", "up")),
    "table": Form((), (), (), ("headings", "spanners", "digits")),
    "map": Form(
        ("place", "label", "value", "geometry"),
        ("place",),
        (),
        ("neighbours", "sites", "classes", "scheme", "bins", "palette"),
    ),
    "dots": Form(
        ("place", "label", "value", "lon", "lat"),
        ("place",),
        ("size",),
        ("outline", "named", "centre", "sized", "sides"),
    ),
    "flows": Form(
        ("origin", "destination", "kind", "value", "origin_lon", "origin_lat", "lon", "lat"),
        ("origin", "destination"),
        (),
        ("areas", "neighbours"),
    ),
}
COMMON = ("colours", "decimals", "sign")
FREE = ("map", "table")
NUMERIC = ("year", "x", "value", "low", "high", "start", "end", "origin_lon", "origin_lat", "lon", "lat")
ALLOWED: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("fan", "kind"): ("observed", "forecast"),
    ("fan_grid", "kind"): ("observed", "forecast"),
    ("stacked", "kind"): ("observed", "forecast"),
    ("pyramid", "sex"): ("f", "m"),
    ("waterfall", "kind"): ("total", "delta"),
}


def check_exhibit_data(name: str, form: str, data: pd.DataFrame, options: Mapping[str, Any]) -> None:
    """Checks the data and options of a chart against the declaration of its form.

    Args:
        name: id of the chart, for the message.
        form: name of the form.
        data: its data.
        options: its options.

    Raises:
        UserError: if the form is unknown.
        DataError: if a column, value or option is invalid.
    """
    if form not in FORMS:
        raise unknown_name_error("form of chart", form, FORMS)
    where = f"The chart '{name}' ({form})"
    for test in (
        _check_options,
        _check_columns,
        _check_numbers,
        _check_categories,
        _check_unique,
        _check_intervals,
        _check_form_rules,
    ):
        test(where, form, data, options)


def choose_decimals(data: pd.DataFrame, options: Mapping[str, Any]) -> int:
    """Decimals of the values of a chart: the option `decimals`, else 0, 1 or 2 by the size of the values.

    Args:
        data: the chart's data.
        options: its options.

    Returns:
        Number of decimals.
    """
    if "decimals" in options:
        return int(options["decimals"])
    columns = data.columns.intersection(["value", "start", "end"])
    return plot_frames.choose_decimals(data[columns].to_numpy(dtype=float, na_value=np.nan).ravel())


def list_unique(values: Sequence[Any] | pd.Series) -> list[Any]:
    """Returns the distinct values in order of first appearance."""
    return list(dict.fromkeys(values))


def _check_options(where: str, form: str, data: pd.DataFrame, options: Mapping[str, Any]) -> None:
    known = (*COMMON, *FORMS[form].options)
    for option in options:
        if option not in known:
            near = find_nearest(option, known)
            hint = f": did you mean '{near}'?" if near else f": it knows {', '.join(known)}."
            raise DataError(f"{where} has no option '{option}'{hint}")


def _check_columns(where: str, form: str, data: pd.DataFrame, options: Mapping[str, Any]) -> None:
    declared = FORMS[form]
    absent = [column for column in declared.columns if column not in data.columns]
    if absent:
        listing = ", ".join(declared.columns)
        raise DataError(f"{where} lacks the column '{absent[0]}': give its data the columns {listing}.")
    if form not in FREE:
        for column in data.columns.difference([*declared.columns, *declared.extra]):
            raise DataError(f"{where} has the unknown column '{column}': drop it from the data.")
    if ("low" in data.columns) != ("high" in data.columns):
        raise DataError(f"{where} has only one of the columns 'low' and 'high': give both or neither.")
    if data.empty:
        raise DataError(f"{where} has no rows: give the reason in `missing`.")


def _check_numbers(where: str, form: str, data: pd.DataFrame, options: Mapping[str, Any]) -> None:
    if form == "table":
        return
    for column in data.columns.intersection(list(NUMERIC)):
        if not pd.api.types.is_numeric_dtype(data[column]) or pd.api.types.is_bool_dtype(data[column]):
            raise DataError(f"{where} has text in the column '{column}': convert it to numbers first.")
        if np.isinf(data[column].to_numpy(dtype=float, na_value=np.nan)).any():
            raise DataError(f"{where} has an infinite number in the column '{column}': correct the calculation.")
    if "year" in data.columns and data["year"].isna().any():
        raise DataError(f"{where} has a row without a year: drop or correct it.")
    if data["value" if "value" in data.columns else "end"].isna().all():
        raise DataError(f"{where} has no value: give the reason in `missing`.")


def _check_categories(where: str, form: str, data: pd.DataFrame, options: Mapping[str, Any]) -> None:
    for (name, column), allowed in ALLOWED.items():
        if name != form or column not in data.columns:
            continue
        for word in list_unique(data[column]):
            if word not in allowed:
                raise DataError(f"{where} has '{word}' in the column '{column}': use {' or '.join(allowed)}.")


def _check_unique(where: str, form: str, data: pd.DataFrame, options: Mapping[str, Any]) -> None:
    key = [column for column in FORMS[form].key if column in data.columns] or list(data.columns)
    twice = data[data.duplicated(key)]
    if not twice.empty:
        row = ", ".join(f"{column} {twice.iloc[0][column]}" for column in key)
        raise DataError(f"{where} has two rows for {row}: keep one.")


def _check_intervals(where: str, form: str, data: pd.DataFrame, options: Mapping[str, Any]) -> None:
    if "low" not in data.columns:
        return
    off = data[(data["low"] > data["value"]) | (data["high"] < data["value"])]
    if not off.empty:
        row = ", ".join(f"{column} {off.iloc[0][column]}" for column in FORMS[form].key if column in data.columns)
        raise DataError(f"{where} has a value outside its own interval at {row}: check low and high.")


def _check_form_rules(where: str, form: str, data: pd.DataFrame, options: Mapping[str, Any]) -> None:
    if form in ("stacked", "pyramid", "flows") and (data["value"] < 0).any():
        raise DataError(f"{where} has a negative value: parts of a whole cannot be below zero.")
    if form == "stacked":
        _check_complete(where, data)
    if form == "waterfall":
        _check_sums(where, data, options)


def _check_complete(where: str, data: pd.DataFrame) -> None:
    wide = data.pivot(index="year", columns="series", values="value")
    for series in wide.columns[wide.isna().any()]:
        year = wide.index[wide[series].isna()][0]
        raise DataError(
            f"{where} has no value for {series} in {year}: a stacked chart needs a value, or 0, for every part."
        )


def _check_sums(where: str, data: pd.DataFrame, options: Mapping[str, Any]) -> None:
    if data["value"].isna().any():
        raise DataError(f"{where} has a step without a value: every step needs one.")
    _, end = plot_frames.waterfall_steps(data["kind"], data["value"])
    kind = data["kind"].to_numpy()
    allowance = 0.5 * 10.0 ** -options.get("decimals", 0) * len(data)
    for i in range(1, len(data)):
        if kind[i] == "total" and kind[i - 1] == "delta" and abs(end[i] - end[i - 1]) > allowance:
            raise DataError(
                f"{where} does not add up at '{data['step'].iloc[i]}': the steps before it give {end[i - 1]:g}, "
                f"the total is {end[i]:g}."
            )


@dataclass(frozen=True, eq=False)
class ExhibitContent:
    """Data and texts of a chart, checked against its form.

    Attributes:
        id: id of the chart, the same for every place ("labour_gap").
        form: form of the chart: fan, fan_grid, bars, stacked, pyramid, heat, timeline, waterfall,
            curve, table, map, dots or flows.
        data: data in the columns of the form (`FORMS`).
        title: the finding, one sentence.
        subtitle: measure, unit, area, period.
        unit: unit of the values.
        sources: producer, table and year of each source.
        note: caveats of the figures (assumptions, secondary sources, gaps); may be empty.
        alt: alternative text for screen readers.
        place: slug of the place, for file names.
        lang: fi, en or sv.
        options: options of the form; `colours` maps a series to its colour, `decimals` sets the decimals, `sign` shows
            a plus sign.
        missing: why the data is missing; a notice is then drawn instead of the form.
    """

    id: str
    form: str
    data: pd.DataFrame
    title: str
    subtitle: str
    unit: str
    sources: tuple[str, ...]
    note: str
    alt: str
    place: str
    lang: str
    options: Mapping[str, Any] = field(default_factory=dict)
    missing: str | None = None

    def __post_init__(self) -> None:
        """Checks the texts and the data.

        Raises:
            UserError: if the form or language is unknown.
            DataError: if a required text is empty or the data does not fit the form.
        """
        check_language(self.lang)
        for name in ("title", "alt", "sources"):
            if not getattr(self, name) and not (name == "sources" and self.missing):
                raise DataError(f"The chart '{self.id}' has no {name}: every chart needs one.")
        if self.missing is None:
            check_exhibit_data(self.id, self.form, self.data, self.options)
