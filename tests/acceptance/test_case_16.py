from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from amoanalysis.models.statistics.naive_forecasts import (
    drift_forecast,
    exponential_smoothing,
    mean_forecast,
    no_change_forecast,
    rolling_origin_errors,
    seasonal_index,
)
from amoanalysis.models.statistics.scores import naive_absolute_error, point_errors

CASE = Path(__file__).parents[2].parent / "shared" / "cases" / "16_backtest_naive_benchmarks_fpp2"
METHODS = {
    "mean": mean_forecast,
    "naive": no_change_forecast,
    "seasonal_naive": lambda history, horizon: no_change_forecast(history, horizon, season=4),
    "drift": drift_forecast,
}
HELD_OUT = 8

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(not CASE.is_dir(), reason="the worked example of simple forecasts is not available"),
]


def series(name: str) -> np.ndarray:
    return pd.read_csv(CASE / f"{name}.csv")["value"].to_numpy(dtype=float)


def row(found: object) -> list[float]:
    return [found.root_mean_square, found.mean_absolute, found.mean_absolute_percent, found.scaled]


@pytest.mark.parametrize("name", METHODS)
def test_the_errors_for_beer_are_the_published_ones(name):
    train, test = series("beer_train_1992q1_2007q4"), series("beer_test_2008q1_2010q2")
    expected = pd.read_csv(CASE / "expected_beer_accuracy.csv", index_col=0).loc[name]
    found = point_errors(test, METHODS[name](train, len(test)).point, naive_absolute_error(train, season=4))
    np.testing.assert_allclose(row(found), expected, rtol=0, atol=1e-8)


@pytest.mark.parametrize("name", METHODS)
def test_the_intervals_for_beer_are_the_published_ones(name):
    expected = pd.read_csv(CASE / "expected_beer_intervals.csv").query("method == @name")
    found = METHODS[name](series("beer_train_1992q1_2007q4"), 10)
    ends = np.column_stack([found.point, *found.interval(0.8), *found.interval(0.95)])
    np.testing.assert_allclose(ends, expected[["mean", "lo80", "hi80", "lo95", "hi95"]], rtol=0, atol=1e-8)


@pytest.mark.parametrize(("name", "shortest"), [("naive", 1), ("drift", 2)])
def test_rolling_origins_give_the_published_errors(name, shortest):
    expected = pd.read_csv(CASE / "expected_austa_tscv.csv")
    history = series("austa_annual")
    error = rolling_origin_errors(history, METHODS[name], 5, shortest)
    root = np.sqrt(np.nanmean(error**2, axis=0))
    np.testing.assert_allclose(root, expected[f"{name}_rmse"], rtol=0, atol=1e-8)
    np.testing.assert_allclose(np.nanmean(np.abs(error), axis=0), expected[f"{name}_mae"], rtol=0, atol=1e-8)
    np.testing.assert_array_equal((~np.isnan(error)).sum(axis=0), expected[f"n_{name}"])


def test_the_seasons_of_tourists_are_the_published_ones():
    expected = pd.read_csv(CASE / "expected_austourists_classical_seasonal_index.csv")["multiplicative_index"]
    found = seasonal_index(series("austourists_quarterly")[:-HELD_OUT], 4)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-8)


@pytest.mark.parametrize(("name", "tolerance"), [("snaive", 1e-8), ("ets_MAM", 0.02)])
def test_the_errors_for_tourists_are_the_published_ones(name, tolerance):
    history = series("austourists_quarterly")
    train, test = history[:-HELD_OUT], history[-HELD_OUT:]
    smoothed = exponential_smoothing(train, HELD_OUT, error="mul", trend="add", season=4)
    point = (no_change_forecast(train, HELD_OUT, season=4) if name == "snaive" else smoothed).point
    expected = pd.read_csv(CASE / "expected_austourists_accuracy.csv", index_col=0).loc[name]
    np.testing.assert_allclose(
        row(point_errors(test, point, naive_absolute_error(train, season=4))), expected, rtol=tolerance
    )
