"""What the simple forecasts would have said from an origin, for every place at once."""

import numpy as np
import pandas as pd

from amoanalysis.backtest.cases import DRIFT, NO_CHANGE, SMOOTHING
from amoanalysis.models.benchmarks import damped_trends
from amoanalysis.models.draws import Array

# The drift is the mean change of so many years; smoothing needs so many years of history.
DRIFT_YEARS = 10
SHORTEST = 8


def simple_forecasts(series: pd.DataFrame, origin: int, horizon: int) -> dict[str, Array]:
    """No change, drift and exponential smoothing from the years up to an origin.

    Args:
        series: index year, columns places; later years are not looked at.
        origin: last year that was known.
        horizon: how many years ahead.

    Returns:
        Name -> (horizon, place); not a number where the history of a place is too short.
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
    """Series without what lies before their last gap."""
    known = np.isfinite(values)
    unbroken = np.flip(np.cumprod(np.flip(known, axis=1), axis=1), axis=1).astype(bool)
    return np.where(unbroken, values, np.nan)
