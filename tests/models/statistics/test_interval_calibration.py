import numpy as np
import pytest

from amoanalysis.errors import DataError
from amoanalysis.models.statistics.interval_calibration import (
    IntervalCalibration,
    assign_folds,
    calibrate_quantile,
    fit_calibration,
    normalised_residuals,
)

pytestmark = pytest.mark.law

RANDOM = np.random.default_rng(80)
CASES = 3_000
HORIZON = RANDOM.integers(1, 11, CASES)


def intervals(narrow: float) -> tuple[np.ndarray, ...]:
    """Actual values around a median, and intervals that are too narrow by a factor."""
    spread = 0.02 * np.sqrt(HORIZON)
    actual = 100 * np.exp(spread * RANDOM.normal(size=CASES))
    end = np.exp(1.2815515655446004 * narrow * spread)
    return actual, np.full(CASES, 100.0), 100 / end, 100 * end


@pytest.mark.parametrize("narrow", [0.5, 1.0, 1.6])
def test_calibrated_intervals_have_their_nominal_coverage(narrow):
    actual, median, low, high = intervals(narrow)
    found = fit_calibration(normalised_residuals(actual, median, low, high), HORIZON)
    np.testing.assert_allclose(found.factors, 1 / narrow, rtol=0.15)
    factor = found.interpolate(HORIZON.astype(float))
    covered = (calibrate_quantile(low, median, factor) <= actual) & (actual <= calibrate_quantile(high, median, factor))
    assert covered.mean() == pytest.approx(0.8, abs=0.03)


def test_calibration_keeps_the_median_the_order_and_the_sign():
    median = np.array([100.0, 0.0, 50.0])
    quantiles = np.array([[80.0, 0.0, 10.0], [100.0, 0.0, 50.0], [130.0, 5.0, 400.0]])
    found = calibrate_quantile(quantiles, median, np.array(1.7))
    np.testing.assert_array_equal(found[1], median)
    assert (np.diff(found, axis=0) >= 0).all()
    assert (found >= 0).all()
    np.testing.assert_array_equal(calibrate_quantile(quantiles, median, np.array(1.0)), quantiles)


def test_factors_are_interpolated_and_constant_beyond_the_last_horizon():
    np.testing.assert_allclose(
        IntervalCalibration((1, 5), (1.0, 2.0)).interpolate(np.array([1.0, 3.0, 30.0])), [1.0, 1.5, 2.0]
    )


def test_cases_of_a_group_share_a_fold():
    found = assign_folds(["a", "b", "a", "c"], 2)
    assert found[0] == found[2]
    assert set(found.tolist()) == {0, 1}


def test_too_few_cases_are_refused():
    with pytest.raises(DataError, match="fewer than 20"):
        fit_calibration(np.ones(5), np.ones(5, dtype=int))
