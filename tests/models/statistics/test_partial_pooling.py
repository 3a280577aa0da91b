import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from amoanalysis.errors import DataError, ShapeError
from amoanalysis.models.statistics.partial_pooling import pool, shrink_towards

pytestmark = pytest.mark.law

# Rubin (1981): effects of coaching in eight schools, and their standard errors.
EFFECTS = np.array([[28.0, 8.0, -3.0, 7.0, -1.0, 1.0, 18.0, 12.0]]).T
ERRORS = np.array([[15.0, 10.0, 16.0, 11.0, 9.0, 11.0, 10.0, 18.0]]).T


def test_the_eight_schools_are_as_published():
    # Gelman et al. (2013), table 5.3: medians 10, 8, 7, 8, 5, 6, 10, 8; the means differ slightly.
    pooled = pool(EFFECTS, ERRORS)
    np.testing.assert_allclose(pooled.estimate.ravel(), [11.4, 7.9, 6.1, 7.6, 5.1, 6.2, 10.6, 8.5], atol=0.2)
    np.testing.assert_allclose(pooled.standard_error.ravel(), [8.3, 6.3, 7.8, 6.5, 6.3, 6.7, 6.7, 7.9], atol=0.3)
    assert pooled.between[0] == pytest.approx(6.6, abs=0.3)


@given(arrays(float, (6, 2), elements=st.floats(-10, 10)), arrays(float, (6, 2), elements=st.floats(0.1, 10)))
def test_every_estimate_is_within_the_range_of_all(estimates, errors):
    pooled = pool(estimates, errors)
    assert (pooled.estimate >= estimates.min(axis=0) - 1e-9).all()
    assert (pooled.estimate <= estimates.max(axis=0) + 1e-9).all()
    assert np.isfinite(pooled.standard_error).all()
    assert ((pooled.share_of_mean >= 0) & (pooled.share_of_mean <= 1)).all()


def test_precise_estimates_are_kept_and_imprecise_ones_shrunk_to_the_mean():
    estimates = np.array([[-1.0], [0.0], [1.0], [5.0]])
    precise = pool(estimates, np.full((4, 1), 1e-3))
    np.testing.assert_allclose(precise.estimate, estimates, atol=1e-3)
    imprecise = pool(estimates, np.full((4, 1), 100.0))
    np.testing.assert_allclose(imprecise.estimate, imprecise.mean[0], atol=0.05)


def test_the_less_precise_of_two_equal_estimates_is_shrunk_more():
    pooled = pool(np.array([[0.0], [0.1], [-0.1], [1.0], [1.0]]), np.array([[0.1], [0.1], [0.1], [0.1], [0.6]]))
    assert pooled.mean[0] < pooled.estimate[4, 0] < pooled.estimate[3, 0] < 1.0


def test_a_missing_estimate_has_the_mean_and_the_largest_error():
    estimates = np.array([[1.0], [2.0], [3.0], [np.nan]])
    pooled = pool(estimates, np.array([[0.5], [0.5], [0.5], [np.nan]]))
    assert pooled.estimate[3, 0] == pytest.approx(pooled.mean[0])
    assert pooled.standard_error[3, 0] > pooled.standard_error[:3, 0].max()


def test_pooling_reduces_errors_and_its_standard_errors_have_coverage():
    rng = np.random.default_rng(11)
    truth = rng.normal(0.01, 0.015, (21, 300))
    errors = rng.choice([0.01, 0.03, 0.05], truth.shape)
    pooled = pool(rng.normal(truth, errors), errors)
    assert np.mean((pooled.estimate - truth) ** 2) < 0.4 * np.mean(errors**2)
    covered = np.abs(pooled.estimate - truth) < 1.2816 * pooled.standard_error
    assert 0.77 < covered.mean() < 0.86


def test_a_shared_spread_is_estimated_from_all_kinds():
    rng = np.random.default_rng(2)
    truth = rng.normal(0, 0.02, (21, 20)) + np.linspace(-0.05, 0.05, 20)
    errors = np.full(truth.shape, 0.03)
    pooled = pool(rng.normal(truth, errors), errors, shared_spread=True)
    assert np.unique(pooled.between).size == 1
    assert pooled.between[0] == pytest.approx(0.02, abs=0.004)
    np.testing.assert_allclose(pooled.mean, np.linspace(-0.05, 0.05, 20), atol=0.03)


def test_a_new_mean_moves_each_estimate_by_its_share_of_the_mean():
    pooled = pool(EFFECTS, ERRORS)
    moved = shrink_towards(pooled, pooled.mean - 2.0, np.zeros(1))
    np.testing.assert_allclose(pooled.estimate - moved.estimate, 2 * pooled.share_of_mean)
    assert (moved.standard_error < pooled.standard_error).all()


def test_zero_errors_and_too_few_estimates_are_refused():
    with pytest.raises(DataError, match="positive"):
        pool(EFFECTS, ERRORS * 0)
    with pytest.raises(DataError, match="fewer than 3"):
        pool(EFFECTS[:2], ERRORS[:2])
    with pytest.raises(ShapeError):
        pool(EFFECTS, ERRORS[:4])
