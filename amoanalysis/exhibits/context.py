"""What an exhibit is made from: a place with its data and forecasts, and figures over years as charts take them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pandas as pd

from amoanalysis.config.places import Place
from amoanalysis.config.text import check_language, text
from amoanalysis.data.load import Data
from amoanalysis.errors import UserError, unknown_name_error
from amoanalysis.exhibits.drawing.exhibit import Exhibit
from amoanalysis.models.statistics.draws import Array
from amoanalysis.pipeline.scenario_runs import Futures
from amoanalysis.results.forecast import Forecast

THEMES = ("labour", "training", "attractiveness", "foresight")
# Year shown by exhibits that show a single future year.
PLANNED_YEAR = 2035


@dataclass(frozen=True)
class Context:
    """A municipality, a sub-region or the region, in a language and under one or more scenarios.

    Attributes:
        place: what is looked at.
        lang: fi, en or sv.
        scenarios: the first is shown where an exhibit shows one; the others are compared with the baseline.
        futures: the forecasts; shared by the views made from this one.
    """

    place: Place
    lang: str
    scenarios: tuple[str, ...]
    futures: Futures

    def at(self, place: str | None = None, lang: str | None = None) -> Self:
        """The same data and forecasts seen from another place or in another language.

        Raises:
            UserError: if the place is unknown or not covered, or the language unknown.
        """
        other = self.place if place is None else covered(self.data, place)
        return replace(self, place=other, lang=check_language(lang or self.lang))

    def under(self, *scenarios: str) -> Self:
        """The same place under other scenarios; forecasts that were run are kept.

        Args:
            scenarios: names or files; the first is the one shown, the others are compared with the baseline.

        Raises:
            UserError: if none is named, or a scenario is unknown.
        """
        if not scenarios:
            raise UserError("No scenario is named: give at least one, such as 'baseline'.")
        for name in scenarios:
            self.futures.scenario(name)
        return replace(self, scenarios=tuple(scenarios))

    @property
    def data(self) -> Data:
        """The tables."""
        return self.futures.data

    @property
    def members(self) -> tuple[str, ...]:
        """Codes of the municipalities that the place consists of."""
        return self.place.members or (self.place.code,)

    @property
    def forecast(self) -> Forecast:
        """The forecast of the first scenario."""
        return self.futures.of(self.scenarios[0], self.scenarios)

    @property
    def baseline(self) -> Forecast:
        """The forecast that scenarios are held against."""
        return self.futures.of(self.futures.reference(self.scenarios), self.scenarios)

    @property
    def others(self) -> list[Forecast]:
        """The forecasts that are compared with the baseline: those asked for, else of all scenarios of the folder."""
        names = self.futures.others(self.scenarios)
        return [self.futures.of(name, names) for name in names]

    @property
    def year(self) -> int:
        """The year ahead that exhibits of a single year show."""
        return min(PLANNED_YEAR, self.futures.until)


def covered(data: Data, word: str) -> Place:
    """The place that a word means, if it is forecast.

    Raises:
        UserError: if there is no such place, or it lies outside the region.
    """
    place = data.places.find(word)
    if not set(place.members or (place.code,)) <= set(data.places.region.members):
        inside = [p.name_in("fi") for p in (*data.places.municipalities(), *data.places.areas())]
        raise UserError(f"{place.name_in('fi')} is not forecast: there are {', '.join(inside)}.")
    return place


@dataclass(frozen=True)
class ExhibitSpec:
    """An exhibit that can be made for any place.

    Attributes:
        id: its name, the same for every place.
        theme: one of THEMES.
        form: chart form.
        build: makes the exhibit for a place.
    """

    id: str
    theme: str
    form: str
    build: Callable[[Context], Exhibit]

    def __call__(self, context: Context) -> Exhibit:
        """Makes the exhibit for a place."""
        return self.build(context)


class NotKnown(Exception):
    """What an exhibit needs is not known for its place; the exhibit then says so instead of a chart."""

    def __init__(self, key: str, **parts: str | float) -> None:
        super().__init__(key)
        self.key = key
        self.parts = parts

    def said(self, lang: str) -> str:
        """What is missing and why, in a language."""
        return text(f"missing.{self.key}", lang, **self.parts)


def exhibit(name: str, *, theme: str, form: str) -> Callable[[Callable[[Context], Exhibit]], ExhibitSpec]:
    """Turns a function that makes an exhibit into its specification.

    Args:
        name: id of the exhibit.
        theme: one of THEMES.
        form: chart form.

    Returns:
        The decorator; `exhibits.catalogue` lists the specifications.

    Raises:
        UserError: if the theme is unknown.
    """
    if theme not in THEMES:
        raise unknown_name_error("theme", theme, THEMES)

    def declare(build: Callable[[Context], Exhibit]) -> ExhibitSpec:
        return ExhibitSpec(name, theme, form, build)

    return declare


def municipality_names(view: Context) -> dict[str, str]:
    """Names of the municipalities in the language of the view, by code."""
    table = view.data.table("municipalities").set_index("place")
    return {str(code): str(name) for code, name in table["name_sv" if view.lang == "sv" else "name"].items()}


@dataclass(frozen=True)
class Told:
    """A finished text; a notebook shows it as markdown.

    Attributes:
        text: the markdown.
    """

    text: str

    def __str__(self) -> str:
        """The text itself."""
        return self.text

    def _repr_markdown_(self) -> str:
        return self.text


LOW, HIGH = 0.1, 0.9
OBSERVED, FORECAST = "observed", "forecast"


def forecast_line(run: Forecast, values: Array, name: str, measure: str = "") -> pd.DataFrame:
    """Median and 80 % interval of draws, as rows of a fan.

    Args:
        run: the forecast, for its years.
        values: (year, draw).
        name: of the series.
        measure: the measure that they are draws of, whose interval the back-test has calibrated.

    Returns:
        year, series, kind, value, low, high.
    """
    low, middle, high = run.spread(values, [LOW, 0.5, HIGH], measure)
    frame = pd.DataFrame({"year": list(run.years), "value": middle, "low": low, "high": high})
    return frame.assign(series=name, kind=FORECAST)


def known_line(years: pd.Series, name: str) -> pd.DataFrame:
    """Known values by year (index) as rows of a fan."""
    return pd.DataFrame({"year": years.index.astype(int), "value": years.to_numpy(dtype=float)}).assign(
        series=name, kind=OBSERVED, low=np.nan, high=np.nan
    )


def history_line(run: Forecast, measure: str, place: str, name: str, since: int = 0) -> pd.DataFrame:
    """The known years of a measure as rows of a fan; those carried forward count as forecast, without interval."""
    rows = run.history(measure, place)
    rows = rows[rows["year"] >= since]
    return pd.DataFrame(
        {
            "year": rows["year"],
            "series": name,
            "kind": np.where(rows["status"] == OBSERVED, OBSERVED, FORECAST),
            "value": rows["value"],
            "low": np.nan,
            "high": np.nan,
        }
    )


def line(run: Forecast, measure: str, place: str, name: str, since: int = 0) -> pd.DataFrame:
    """Known years and forecast of a measure as rows of a fan."""
    ahead = forecast_line(run, run.values(measure, place), name, measure)
    return pd.concat([history_line(run, measure, place, name, since), ahead], ignore_index=True)


def draws_in_year(run: Forecast, measure: str, place: str, year: int, group: str = "total") -> Array:
    """The draws of a measure in one year: (draw,)."""
    return np.asarray(run.values(measure, place, group)[run.years.index(year)])


def last_known(run: Forecast, measure: str, place: str) -> tuple[int, float]:
    """The last known year of a measure and its value.

    Raises:
        NotKnown: if nothing is known of it.
    """
    rows = run.history(measure, place)
    if rows.empty:
        raise NotKnown("history")
    return int(rows["year"].iloc[-1]), float(rows["value"].iloc[-1])


def summed(view: Context, rows: pd.DataFrame, column: str, by: str = "year") -> pd.Series:
    """Sum of a table's column over the municipalities of the place; only where every one of them is known.

    Args:
        view: the place.
        rows: rows of a table, one a municipality and `by`.
        column: what is summed.
        by: year or month.

    Returns:
        Values by year or month, sorted.
    """
    own = rows[rows["place"].isin(view.members)].dropna(subset=column)
    sums = own.groupby(by).agg(total=(column, "sum"), count=("place", "nunique"))
    whole: pd.Series = sums.loc[sums["count"] == len(view.members), "total"].astype(float).sort_index()
    return whole


def required(values: pd.Series, key: str = "history") -> pd.Series:
    """The values, if there are any.

    Raises:
        NotKnown: if there are none.
    """
    if values.empty:
        raise NotKnown(key)
    return values
