import numpy as np
import pytest

from amoanalysis.errors import ShapeError
from amoanalysis.models.statistics import naive_forecasts as naive

pytestmark = pytest.mark.law

LINE = np.arange(20.0) + 5


def test_drift_extrapolates_a_line_without_error():
    found = naive.drift_forecast(LINE, 3)
    np.testing.assert_allclose(found.point, [25, 26, 27])
    np.testing.assert_allclose(found.standard_error, 0, atol=1e-12)


@pytest.mark.parametrize("method", [naive.no_change_forecast, naive.drift_forecast, naive.exponential_smoothing])
def test_intervals_widen_with_the_horizon(method):
    series = 100 + np.cumsum(np.random.default_rng(2).normal(size=40))
    low, high = method(series, 10).interval()
    assert (np.diff(high - low) > 0).all()


def test_exponential_smoothing_of_a_constant_series_is_constant():
    steady = 50 + np.random.default_rng(1).normal(scale=0.01, size=30)
    np.testing.assert_allclose(naive.exponential_smoothing(steady, 5).point, 50, atol=0.1)


def test_damped_trends_extrapolate_a_line_and_agree_with_statsmodels():
    np.testing.assert_allclose(naive.damped_trends(LINE[None], 2)[0], [25, 26], rtol=0.01)
    series = 100 + np.cumsum(np.random.default_rng(5).normal(0.5, 1, size=(4, 40)), axis=1)
    series[0, :10] = np.nan
    ours = naive.damped_trends(series, 5)
    for history, found in zip(series, ours, strict=True):
        theirs = naive.exponential_smoothing(history[np.isfinite(history)], 5).point
        np.testing.assert_allclose(found, theirs, atol=2.0)


def test_cohort_change_ratios_are_repeated_and_a_stable_population_does_not_change():
    stable = np.tile(np.linspace(100, 10, 21), (2, 2, 1))
    projected = naive.hamilton_perry(stable, stable, 3)
    np.testing.assert_allclose(projected, np.broadcast_to(stable, projected.shape), rtol=1e-9)
    leaving = stable.copy()
    leaving[0, :, 5] *= 0.5
    found = naive.hamilton_perry(stable, leaving, 1)[0]
    assert found[0, 0, 5] == pytest.approx(stable[0, 0, 5] * 0.5)
    assert found[1, 0, 5] == pytest.approx(stable[1, 0, 5])
    with pytest.raises(ShapeError, match="must agree"):
        naive.hamilton_perry(stable, leaving[:1], 1)


def test_rolling_origins_use_earlier_values_only():
    history = np.random.default_rng(3).normal(size=30).cumsum()
    changed = history.copy()
    changed[20:] += 50
    before = naive.rolling_origin_errors(history, naive.drift_forecast, 5, 10)
    after = naive.rolling_origin_errors(changed, naive.drift_forecast, 5, 10)
    np.testing.assert_array_equal(before[:6], after[:6])
    np.testing.assert_array_equal(history[10:15] - before[0], changed[10:15] - after[0])
