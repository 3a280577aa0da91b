"""Figures over years, as the charts take them: what was observed, and the forecast with its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from amoanalysis.models.draws import Array
from amoanalysis.themes.registry import NotKnown

if TYPE_CHECKING:
    from amoanalysis.forecast import Forecast
    from amoanalysis.themes.view import PlaceView

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


def at(run: Forecast, measure: str, place: str, year: int, group: str = "total") -> Array:
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


def summed(view: PlaceView, rows: pd.DataFrame, column: str, by: str = "year") -> pd.Series:
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
