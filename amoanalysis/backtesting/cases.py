"""Cases of a back-test: the forecasts of the model and of simple methods from an origin, and the actuals."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from amoanalysis.models.statistics.draws import Array
from amoanalysis.models.statistics.naive_forecasts import damped_trends
from amoanalysis.models.statistics.scores import continuous_ranked_probability_score, probability_integral_transform

LEVEL = 0.8
# Columns of the model; the simple forecasts and the official projection follow, a column each.
COLUMNS = ("measure", "place", "origin", "horizon", "year", "size", "actual", "median", "low", "high", "crps", "pit")
NO_CHANGE, DRIFT, SMOOTHING, COHORTS, OFFICIAL = "no_change", "drift", "ets", "hamilton_perry", "official"
REFERENCES = (NO_CHANGE, DRIFT, SMOOTHING, COHORTS, OFFICIAL)


def build_cases(
    measure: str,
    places: Sequence[str],
    origin: int,
    draws: Array,
    actual: Array,
    size: Array,
    others: Mapping[str, Array],
) -> pd.DataFrame:
    """The cases of one measure and origin; years without actuals are left out.

    Args:
        measure: name of the measure.
        places: codes.
        origin: last known year.
        draws: (horizon, draw, place), the forecast of the years after it.
        actual: (horizon, place), actuals; NaN where not known.
        size: (place,), residents at the origin.
        others: name of a reference forecast -> (horizon, place); NaN where it has none.

    Returns:
        One row a place and horizon: `COLUMNS` and a column each of `REFERENCES`.
    """
    low, median, high = np.quantile(draws, [0.5 - LEVEL / 2, 0.5, 0.5 + LEVEL / 2], axis=1)
    by_draw = np.moveaxis(draws, 1, 0)
    steps = np.arange(1, len(draws) + 1)
    grid = np.broadcast_to(steps[:, None], actual.shape)
    frame = pd.DataFrame(
        {
            "measure": measure,
            "place": np.broadcast_to(np.array(places, dtype=object), actual.shape).ravel(),
            "origin": origin,
            "horizon": grid.ravel(),
            "year": (origin + grid).ravel(),
            "size": np.broadcast_to(size, actual.shape).ravel(),
            "actual": actual.ravel(),
            "median": median.ravel(),
            "low": low.ravel(),
            "high": high.ravel(),
            "crps": continuous_ranked_probability_score(actual, by_draw).ravel(),
            "pit": probability_integral_transform(actual, by_draw).ravel(),
        }
    )
    nothing = np.full(actual.shape, np.nan)
    for name in REFERENCES:
        frame[name] = others.get(name, nothing).ravel()
    return frame[np.isfinite(frame["actual"])].reset_index(drop=True)


def wide(rows: pd.DataFrame, value: str, places: Sequence[str]) -> pd.DataFrame:
    """A series of each place: index year without gaps, columns places."""
    table = rows.pivot(index="year", columns="place", values=value).reindex(columns=list(places)).astype(float)
    return table.reindex(range(int(table.index.min()), int(table.index.max()) + 1))


def actuals_after(series: pd.DataFrame, origin: int, horizon: int) -> Array:
    """Actuals after an origin: (horizon, place), NaN where not known."""
    return series.reindex(range(origin + 1, origin + horizon + 1)).to_numpy(dtype=np.float64)


# Years over which the drift is averaged, and years of history that smoothing needs.
DRIFT_YEARS = 10
SHORTEST = 8


def simple_forecasts(series: pd.DataFrame, origin: int, horizon: int) -> dict[str, Array]:
    """No change, drift and exponential smoothing from the years up to an origin.

    Args:
        series: index year, columns places; later years are ignored.
        origin: last known year.
        horizon: number of years ahead.

    Returns:
        Name -> (horizon, place); NaN where the history of a place is too short.
    """
    known = series[series.index <= origin]
    values = known.to_numpy(dtype=np.float64).T
    steps = np.arange(1, horizon + 1)[:, None]
    last = values[:, -1]
    change = last - values[:, -min(DRIFT_YEARS + 1, values.shape[1])]
    found = {NO_CHANGE: np.broadcast_to(last, (horizon, len(last))).copy()}
    found[DRIFT] = last + steps * change / min(DRIFT_YEARS, max(values.shape[1] - 1, 1))
    found[SMOOTHING] = np.full((horizon, len(last)), np.nan)
    enough = (
        np.isfinite(values[:, -SHORTEST:]).all(axis=1) if values.shape[1] >= SHORTEST else np.zeros(len(last), bool)
    )
    if enough.any():
        found[SMOOTHING][:, enough] = damped_trends(_without_gaps(values[enough]), horizon).T
    return found


def _without_gaps(values: Array) -> Array:
    """Series with the values before their last gap removed."""
    known = np.isfinite(values)
    unbroken = np.flip(np.cumprod(np.flip(known, axis=1), axis=1), axis=1).astype(bool)
    return np.where(unbroken, values, np.nan)
