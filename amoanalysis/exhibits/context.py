"""The context of an exhibit (place, language, scenarios, data, forecasts) and time series in chart form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pandas as pd

from amoanalysis.config.places import Place
from amoanalysis.config.text import check_language, text
from amoanalysis.data.load import Data
from amoanalysis.errors import UserError
from amoanalysis.models.statistics.draws import Array
from amoanalysis.pipeline.scenario_runs import ScenarioRuns
from amoanalysis.results.forecast import Forecast

THEMES = ("labour", "training", "attractiveness", "foresight")
# Year shown by exhibits that show a single future year.
PLANNED_YEAR = 2035


@dataclass(frozen=True)
class Context:
    """A municipality, a sub-region or the region, in a language and under one or more scenarios.

    Attributes:
        place: municipality, sub-region or region.
        lang: fi, en or sv.
        scenarios: names; the first is shown where an exhibit shows one, the others are compared with the baseline.
        runs: forecasts by scenario, shared by all contexts derived from this one.
    """

    place: Place
    lang: str
    scenarios: tuple[str, ...]
    runs: ScenarioRuns

    def at(self, place: str | None = None, lang: str | None = None) -> Self:
        """The same data and forecasts for another place or in another language.

        Raises:
            UserError: if the place is unknown or not covered, or the language unknown.
        """
        other = self.place if place is None else find_covered_place(self.data, place)
        return replace(self, place=other, lang=check_language(lang or self.lang))

    def under(self, *scenarios: str) -> Self:
        """The same place under other scenarios; forecasts already run are reused.

        Args:
            scenarios: names or files; the first is shown, the others are compared with the baseline.

        Raises:
            UserError: if no scenario is given, or one is unknown.
        """
        if not scenarios:
            raise UserError("No scenario is named: give at least one, such as 'baseline'.")
        for name in scenarios:
            self.runs.scenario(name)
        return replace(self, scenarios=tuple(scenarios))

    @property
    def data(self) -> Data:
        """The tables."""
        return self.runs.data

    @property
    def members(self) -> tuple[str, ...]:
        """Codes of the municipalities of the place."""
        return self.place.members or (self.place.code,)

    @property
    def forecast(self) -> Forecast:
        """The forecast of the first scenario."""
        return self.runs.forecast(self.scenarios[0], self.scenarios)

    @property
    def baseline(self) -> Forecast:
        """The forecast that scenarios are compared with."""
        return self.runs.forecast(self.runs.reference_name(self.scenarios), self.scenarios)

    @property
    def others(self) -> list[Forecast]:
        """Forecasts compared with the baseline: of the scenarios given, else of all scenarios of the folder."""
        names = self.runs.compared_names(self.scenarios)
        return [self.runs.forecast(name, names) for name in names]

    @property
    def year(self) -> int:
        """The year shown by exhibits of a single future year."""
        return min(PLANNED_YEAR, self.runs.until)


def find_covered_place(data: Data, word: str) -> Place:
    """Finds a place by name, code or slug and checks that it is forecast.

    Raises:
        UserError: if the place is unknown or outside the region.
    """
    place = data.places.find(word)
    if not set(place.members or (place.code,)) <= set(data.places.region.members):
        inside = [p.name_in("fi") for p in (*data.places.municipalities(), *data.places.areas())]
        raise UserError(f"{place.name_in('fi')} is not forecast: there are {', '.join(inside)}.")
    return place


class MissingFigures(Exception):
    """The figures of an exhibit are missing for its place; the exhibit then states the reason instead of a chart."""

    def __init__(self, key: str, **parts: str | float) -> None:
        super().__init__(key)
        self.key = key
        self.parts = parts

    def explain(self, lang: str) -> str:
        """What is missing and why."""
        return text(f"missing.{self.key}", lang, **self.parts)


def municipality_names(context: Context) -> dict[str, str]:
    """Names of the municipalities by code."""
    table = context.data.table("municipalities").set_index("place")
    return {str(code): str(name) for code, name in table["name_sv" if context.lang == "sv" else "name"].items()}


@dataclass(frozen=True)
class Narrative:
    """A text with figures filled in; a notebook shows it as markdown.

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


def build_forecast_line(run: Forecast, values: Array, name: str, measure: str = "") -> pd.DataFrame:
    """Rows of a fan chart: median and 80 % interval of draws.

    Args:
        run: forecast that defines the years.
        values: (year, draw).
        name: name of the series.
        measure: measure of the draws, if its interval is calibrated by the back-test.

    Returns:
        year, series, kind, value, low, high.
    """
    low, middle, high = run.spread(values, [LOW, 0.5, HIGH], measure)
    frame = pd.DataFrame({"year": list(run.years), "value": middle, "low": low, "high": high})
    return frame.assign(series=name, kind=FORECAST)


def build_observed_line(years: pd.Series, name: str) -> pd.DataFrame:
    """Rows of a fan chart from observed values by year (index)."""
    return pd.DataFrame({"year": years.index.astype(int), "value": years.to_numpy(dtype=float)}).assign(
        series=name, kind=OBSERVED, low=np.nan, high=np.nan
    )


def build_history_line(run: Forecast, measure: str, place: str, name: str, since: int = 0) -> pd.DataFrame:
    """Rows of a fan chart for the past years of a measure; nowcast and estimated years count as forecast."""
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


def build_line(run: Forecast, measure: str, place: str, name: str, since: int = 0) -> pd.DataFrame:
    """Rows of a fan chart: past years and forecast of a measure."""
    ahead = build_forecast_line(run, run.values(measure, place), name, measure)
    return pd.concat([build_history_line(run, measure, place, name, since), ahead], ignore_index=True)


def draws_in_year(run: Forecast, measure: str, place: str, year: int, group: str = "total") -> Array:
    """Draws of a measure in one year: (draw,)."""
    return np.asarray(run.values(measure, place, group)[run.years.index(year)])


def get_last_observed(run: Forecast, measure: str, place: str) -> tuple[int, float]:
    """Last past year of a measure and its value.

    Raises:
        MissingFigures: if nothing is known of it.
    """
    rows = run.history(measure, place)
    if rows.empty:
        raise MissingFigures("history")
    return int(rows["year"].iloc[-1]), float(rows["value"].iloc[-1])


def sum_over_members(context: Context, rows: pd.DataFrame, column: str, by: str = "year") -> pd.Series:
    """Sum of a column over the municipalities of the place, for the periods with values of all of them.

    Args:
        context: place.
        rows: rows of a table, one per municipality and period.
        column: column to be summed.
        by: period: year or month.

    Returns:
        Values by period, sorted.
    """
    own = rows[rows["place"].isin(context.members)].dropna(subset=column)
    sums = own.groupby(by).agg(total=(column, "sum"), count=("place", "nunique"))
    whole: pd.Series = sums.loc[sums["count"] == len(context.members), "total"].astype(float).sort_index()
    return whole


def require_values(values: pd.Series, key: str = "history") -> pd.Series:
    """Returns the values.

    Raises:
        MissingFigures: if they are empty.
    """
    if values.empty:
        raise MissingFigures(key)
    return values
