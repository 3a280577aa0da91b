import numpy as np
import pytest

from amoanalysis.errors import DataError
from amoanalysis.models.statistics.interval_calibration import Widening, distances, folds, widened, widening

pytestmark = pytest.mark.law

RANDOM = np.random.default_rng(80)
CASES = 3_000
HORIZON = RANDOM.integers(1, 11, CASES)


def bands(narrow: float) -> tuple[np.ndarray, ...]:
    """What came about a median, and bands that are too narrow by a factor."""
    spread = 0.02 * np.sqrt(HORIZON)
    actual = 100 * np.exp(spread * RANDOM.normal(size=CASES))
    end = np.exp(1.2815515655446004 * narrow * spread)
    return actual, np.full(CASES, 100.0), 100 / end, 100 * end


@pytest.mark.parametrize("narrow", [0.5, 1.0, 1.6])
def test_widened_bands_hold_as_often_as_they_say(narrow):
    actual, median, low, high = bands(narrow)
    found = widening(distances(actual, median, low, high), HORIZON)
    np.testing.assert_allclose(found.factors, 1 / narrow, rtol=0.15)
    factor = found.at(HORIZON.astype(float))
    held = (widened(low, median, factor) <= actual) & (actual <= widened(high, median, factor))
    assert held.mean() == pytest.approx(0.8, abs=0.03)


def test_widening_keeps_the_median_the_order_and_the_sign():
    median = np.array([100.0, 0.0, 50.0])
    quantiles = np.array([[80.0, 0.0, 10.0], [100.0, 0.0, 50.0], [130.0, 5.0, 400.0]])
    found = widened(quantiles, median, np.array(1.7))
    np.testing.assert_array_equal(found[1], median)
    assert (np.diff(found, axis=0) >= 0).all()
    assert (found >= 0).all()
    np.testing.assert_array_equal(widened(quantiles, median, np.array(1.0)), quantiles)


def test_beyond_the_tested_horizons_the_last_factor_holds():
    np.testing.assert_allclose(Widening((1, 5), (1.0, 2.0)).at(np.array([1.0, 3.0, 30.0])), [1.0, 1.5, 2.0])


def test_cases_of_a_group_share_a_fold():
    found = folds(["a", "b", "a", "c"], 2)
    assert found[0] == found[2]
    assert set(found.tolist()) == {0, 1}


def test_too_few_cases_calibrate_nothing():
    with pytest.raises(DataError, match="fewer than 20"):
        widening(np.ones(5), np.ones(5, dtype=int))
