"""What each form of chart takes: its columns, its options, and the sentence that says what is wrong with the data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from amoanalysis.config.text import check_language
from amoanalysis.errors import DataError, find_nearest, unknown_name_error
from amoanalysis.plot.frames import waterfall_steps


@dataclass(frozen=True)
class Form:
    """The declared shape of a form's data.

    Attributes:
        columns: columns that must be there.
        key: columns that together name a row once.
        extra: columns that may be there.
        options: options it knows besides `colours`, `decimals` and `sign`.
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
    """Holds the data and options of a chart against the form's declaration.

    Args:
        name: id of the chart, for the message.
        form: name of the form.
        data: its data.
        options: its options.

    Raises:
        UserError: if the form is unknown.
        DataError: if a column or option is off; one sentence says which.
    """
    if form not in FORMS:
        raise unknown_name_error("form of chart", form, FORMS)
    where = f"The chart '{name}' ({form})"
    for test in (
        _check_options,
        _check_columns,
        _check_not_empty,
        _check_numbers,
        _check_categories,
        _check_unique,
        _check_intervals,
        _check_form_rules,
    ):
        test(where, form, data, options)


def choose_decimals(data: pd.DataFrame, options: Mapping[str, Any]) -> int:
    """Digits after the decimal mark: those asked for in `decimals`, else as many as the values call for.

    Args:
        data: the chart's data.
        options: its options.

    Returns:
        0, 1 or 2, or what was asked for.
    """
    if "decimals" in options:
        return int(options["decimals"])
    columns = data.columns.intersection(["value", "start", "end"])
    values = pd.DataFrame(data)[columns].to_numpy(dtype=float, na_value=np.nan).ravel()
    sizes = np.abs(values[np.isfinite(values)])
    if not sizes.size or sizes.max() >= 100 or np.allclose(sizes, np.round(sizes)):
        return 0
    return 1 if sizes.max() >= 1 else 2


def list_unique(values: Sequence[Any] | pd.Series) -> list[Any]:
    """The distinct values in the order in which they first stand."""
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
            raise DataError(f"{where} does not know the column '{column}': drop it from the data.")
    if ("low" in data.columns) != ("high" in data.columns):
        raise DataError(f"{where} has only one of the columns 'low' and 'high': give both or neither.")


def _check_not_empty(where: str, form: str, data: pd.DataFrame, options: Mapping[str, Any]) -> None:
    if data.empty:
        raise DataError(f"{where} has no rows: say in `missing` what is not known and why.")


def _check_numbers(where: str, form: str, data: pd.DataFrame, options: Mapping[str, Any]) -> None:
    if form == "table":
        return
    for column in data.columns.intersection(list(NUMERIC)):
        if not pd.api.types.is_numeric_dtype(data[column]) or pd.api.types.is_bool_dtype(data[column]):
            raise DataError(f"{where} has texts in the column '{column}': turn them into numbers first.")
        if np.isinf(data[column].to_numpy(dtype=float, na_value=np.nan)).any():
            raise DataError(f"{where} has an endless number in the column '{column}': mend the calculation.")
    if "year" in data.columns and data["year"].isna().any():
        raise DataError(f"{where} has a row without a year: drop or mend it.")
    if data["value" if "value" in data.columns else "end"].isna().all():
        raise DataError(f"{where} has no value at all: say in `missing` what is not known and why.")


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
            f"{where} has no value for {series} in {year}: a stack needs every part, 0 where there is none."
        )


def _check_sums(where: str, data: pd.DataFrame, options: Mapping[str, Any]) -> None:
    if data["value"].isna().any():
        raise DataError(f"{where} has a step without a value: every step must be known.")
    _, end = waterfall_steps(data["kind"], data["value"])
    kind = data["kind"].to_numpy()
    allowance = 0.5 * 10.0 ** -options.get("decimals", 0) * len(data)
    for i in range(1, len(data)):
        if kind[i] == "total" and kind[i - 1] == "delta" and abs(end[i] - end[i - 1]) > allowance:
            raise DataError(
                f"{where} does not add up at '{data['step'].iloc[i]}': the steps before it give {end[i - 1]:g}, "
                f"the total says {end[i]:g}."
            )


@dataclass(frozen=True, eq=False)
class ExhibitContent:
    """Data and texts of a chart: what is drawn and written, checked against the form.

    Attributes:
        id: name of the chart, the same for every place ("labour_gap").
        form: how it is drawn: fan, fan_grid, bars, stacked, pyramid, heat, timeline, waterfall,
            curve, table, map, dots or flows.
        data: its data, in the columns of the form (`FORMS`).
        title: the finding, in a sentence.
        subtitle: measure, unit, area, period.
        unit: unit of the values.
        sources: who produced the figures, table and year; one entry a source.
        note: what the reader must know: assumed, second-hand, incomplete; may be empty.
        alt: the chart in words, for who does not see it.
        place: slug of the place, for file names.
        lang: fi, en or sv.
        options: options of the form; `colours` maps a series to its colour, `decimals` sets the digits, `sign` shows
            a plus.
        missing: says what is missing and why; the form is then not drawn.
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
        """Refuses an exhibit that could not be drawn or would leave its reader alone.

        Raises:
            UserError: if the form or language is unknown.
            DataError: if a text is empty or the data is not in the form's columns.
        """
        check_language(self.lang)
        for name in ("title", "alt", "sources"):
            if not getattr(self, name) and not (name == "sources" and self.missing):
                raise DataError(f"The chart '{self.id}' has no {name}: every chart carries one.")
        if self.missing is None:
            check_exhibit_data(self.id, self.form, self.data, self.options)
