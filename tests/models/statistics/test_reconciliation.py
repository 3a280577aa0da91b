import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from amoanalysis.errors import DataError, ShapeError, UserError
from amoanalysis.models.statistics.reconciliation import METHODS, bottom_weights, reconcile, summing_matrix

pytestmark = pytest.mark.law

S = summing_matrix(["047", "261", "854", "976"], [["047", "261", "854", "976"], ["047", "261"], ["854", "976"]])
RESIDUALS = np.random.default_rng(7).normal(0, [[9], [6], [5], [4], [3], [2], [3]], (7, 60))


@given(arrays(float, (3, 2, 7), elements=st.floats(0, 5000)), st.sampled_from(METHODS))
def test_every_aggregate_is_the_sum_of_its_parts_in_every_draw(base, method):
    reconciled = reconcile(base, S, method, RESIDUALS)
    np.testing.assert_allclose(reconciled[..., 3:] @ S.T, reconciled, atol=1e-7)


@given(arrays(float, (5, 4), elements=st.floats(0, 5000)), st.sampled_from(METHODS))
def test_coherent_forecasts_are_unchanged(bottom, method):
    base = bottom @ S.T
    np.testing.assert_allclose(reconcile(base, S, method, RESIDUALS), base, atol=1e-7)


@pytest.mark.parametrize("method", METHODS)
def test_draws_are_reconciled_independently(method):
    base = np.random.default_rng(1).uniform(0, 100, (6, 4, 7))
    together = reconcile(base, S, method, RESIDUALS)
    np.testing.assert_allclose(together[4, 2], reconcile(base[4, 2], S, method, RESIDUALS), rtol=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_reconciliation_is_a_projection(method):
    weights = bottom_weights(S, method, RESIDUALS)
    np.testing.assert_allclose(weights @ S, np.eye(4), atol=1e-12)


def test_bottom_up_ignores_the_aggregates():
    base = np.array([1e6, -5.0, 3.0, 1.0, 2.0, 3.0, 4.0])
    np.testing.assert_allclose(reconcile(base, S, "bottom_up"), [10, 3, 7, 1, 2, 3, 4])


def test_minimum_trace_with_equal_variances_is_ordinary_least_squares():
    independent = np.kron(np.eye(7), [1.0, -1.0])
    base = np.array([100.0, 55.0, 40.0, 30.0, 22.0, 18.0, 25.0])
    expected = reconcile(base, S, "ols")
    np.testing.assert_allclose(reconcile(base, S, "mint", independent), expected)
    np.testing.assert_allclose(reconcile(base, S, "wls_variance", independent), expected)


def test_a_more_precise_series_is_adjusted_less():
    base = np.array([100.0, 50.0, 40.0, 25.0, 25.0, 20.0, 20.0])
    sure = np.array([[10.0], [10.0], [10.0], [0.01], [10.0], [10.0], [10.0]]) * np.random.default_rng(3).normal(
        size=(7, 200)
    )
    moved = np.abs(reconcile(base, S, "wls_variance", sure) - base)
    assert moved[3] < 0.001 < moved[4]


def test_unknown_parts_methods_and_missing_residuals_are_refused():
    with pytest.raises(ShapeError, match="273"):
        summing_matrix(["047"], [["047", "273"]])
    with pytest.raises(UserError, match="bottom_up"):
        reconcile(np.ones(7), S, "middle_out")
    with pytest.raises(DataError, match="needs residuals"):
        reconcile(np.ones(7), S, "mint")
    with pytest.raises(DataError, match="give more"):
        reconcile(np.ones(7), S, "mint", RESIDUALS[:, :5])
    with pytest.raises(DataError, match="series 2"):
        reconcile(np.ones(7), S, "wls_variance", RESIDUALS * (np.arange(7) != 2)[:, None])
    with pytest.raises(ShapeError):
        reconcile(np.ones(6), S, "ols")
    with pytest.raises(ShapeError):
        reconcile(np.ones(7), S, "mint", RESIDUALS[:6])
