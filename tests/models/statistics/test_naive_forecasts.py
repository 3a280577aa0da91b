import numpy as np
import pytest

from amoanalysis.errors import ShapeError
from amoanalysis.models.statistics import naive_forecasts as benchmarks

pytestmark = pytest.mark.law

LINE = np.arange(20.0) + 5


def test_drift_goes_on_along_a_line_without_error():
    found = benchmarks.drift(LINE, 3)
    np.testing.assert_allclose(found.middle, [25, 26, 27])
    np.testing.assert_allclose(found.error, 0, atol=1e-12)


@pytest.mark.parametrize("method", [benchmarks.no_change, benchmarks.drift, benchmarks.exponential_smoothing])
def test_bands_widen_with_the_horizon(method):
    wandering = 100 + np.cumsum(np.random.default_rng(2).normal(size=40))
    low, high = method(wandering, 10).band()
    assert (np.diff(high - low) > 0).all()


def test_exponential_smoothing_of_a_steady_series_stays_there():
    steady = 50 + np.random.default_rng(1).normal(scale=0.01, size=30)
    np.testing.assert_allclose(benchmarks.exponential_smoothing(steady, 5).middle, 50, atol=0.1)


def test_damped_trends_go_on_with_a_line_and_forecast_as_the_library_s_smoothing_does():
    np.testing.assert_allclose(benchmarks.damped_trends(LINE[None], 2)[0], [25, 26], rtol=0.01)
    wandering = 100 + np.cumsum(np.random.default_rng(5).normal(0.5, 1, size=(4, 40)), axis=1)
    wandering[0, :10] = np.nan
    ours = benchmarks.damped_trends(wandering, 5)
    for history, found in zip(wandering, ours, strict=True):
        theirs = benchmarks.exponential_smoothing(history[np.isfinite(history)], 5).middle
        np.testing.assert_allclose(found, theirs, atol=2.0)


def test_cohorts_that_have_shrunk_shrink_again_and_a_stable_population_stays():
    stable = np.tile(np.linspace(100, 10, 21), (2, 2, 1))
    held = benchmarks.hamilton_perry(stable, stable, 3)
    np.testing.assert_allclose(held, np.broadcast_to(stable, held.shape), rtol=1e-9)
    leaving = stable.copy()
    leaving[0, :, 5] *= 0.5
    found = benchmarks.hamilton_perry(stable, leaving, 1)[0]
    assert found[0, 0, 5] == pytest.approx(stable[0, 0, 5] * 0.5)
    assert found[1, 0, 5] == pytest.approx(stable[1, 0, 5])
    with pytest.raises(ShapeError, match="must agree"):
        benchmarks.hamilton_perry(stable, leaving[:1], 1)


def test_rolling_origins_see_nothing_of_what_comes_after():
    history = np.random.default_rng(3).normal(size=30).cumsum()
    changed = history.copy()
    changed[20:] += 50
    before = benchmarks.rolling_origin(history, benchmarks.drift, 5, 10)
    after = benchmarks.rolling_origin(changed, benchmarks.drift, 5, 10)
    np.testing.assert_array_equal(before[:6], after[:6])
    np.testing.assert_array_equal(history[10:15] - before[0], changed[10:15] - after[0])
