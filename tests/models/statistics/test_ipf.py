import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from amoanalysis.errors import DataError, ShapeError
from amoanalysis.models.statistics.ipf import Margin, fit_to_margins, odds_ratios

pytestmark = pytest.mark.law

POSITIVE = st.floats(0.1, 100)


def margins_of(table: np.ndarray, *axes: tuple[int, ...]) -> list[Margin]:
    return [Margin(kept, Margin(kept, table).sums(table)) for kept in axes]


@given(arrays(float, (3, 4), elements=POSITIVE), arrays(float, (3, 4), elements=POSITIVE))
def test_margins_are_met_and_odds_ratios_are_those_of_the_seed(seed, truth):
    margins = margins_of(truth, (0,), (1,))
    fitted = fit_to_margins(seed, margins)
    for margin in margins:
        np.testing.assert_allclose(margin.sums(fitted), margin.totals, rtol=1e-9)
    np.testing.assert_allclose(odds_ratios(fitted), odds_ratios(seed), rtol=1e-9)


@given(arrays(float, (2, 3, 4), elements=POSITIVE), arrays(float, (2, 3, 4), elements=POSITIVE))
def test_two_way_margins_of_three_dimensions_are_met(seed, truth):
    margins = margins_of(truth, (0, 1), (1, 2), (0, 2), (0,))
    fitted = fit_to_margins(seed, margins)
    for margin in margins:
        np.testing.assert_allclose(margin.sums(fitted), margin.totals, rtol=1e-8)


@given(arrays(float, (3, 4), elements=POSITIVE))
def test_a_table_that_meets_its_margins_is_unchanged(table):
    np.testing.assert_allclose(fit_to_margins(table, margins_of(table, (0,), (1,))), table, rtol=1e-12)


def test_zero_cells_stay_zero():
    seed = np.array([[0.0, 2.0, 3.0], [4.0, 0.0, 6.0], [7.0, 8.0, 9.0]])
    truth = np.array([[0.0, 5.0, 1.0], [2.0, 0.0, 2.0], [3.0, 3.0, 9.0]])
    fitted = fit_to_margins(seed, margins_of(truth, (0,), (1,)))
    assert fitted[0, 0] == fitted[1, 1] == 0
    assert (fitted[seed > 0] > 0).all()


def test_a_margin_of_zero_empties_its_cells():
    fitted = fit_to_margins(np.ones((2, 2)), [Margin((0,), np.array([0.0, 4.0])), Margin((1,), np.array([1.0, 3.0]))])
    np.testing.assert_allclose(fitted, [[0, 0], [1, 3]])


def test_one_margin_is_plain_scaling():
    fitted = fit_to_margins(np.array([[1.0, 3.0], [1.0, 1.0]]), [Margin((0,), np.array([8.0, 5.0]))])
    np.testing.assert_allclose(fitted, [[2, 6], [2.5, 2.5]])


def test_inconsistent_margins_are_refused():
    with pytest.raises(DataError, match=r"axes \(0,\) and \(1,\) are inconsistent: 5 and 6"):
        fit_to_margins(np.ones((2, 2)), [Margin((0,), np.array([2.0, 3.0])), Margin((1,), np.array([3.0, 3.0]))])


def test_two_way_margins_that_differ_over_a_common_axis_are_refused():
    one, other = Margin((0, 1), np.array([[1.0, 2.0], [3.0, 4.0]])), Margin((1, 2), np.array([[5.0], [5.0]]))
    with pytest.raises(DataError, match="inconsistent"):
        fit_to_margins(np.ones((2, 2, 1)), [one, other])


def test_a_positive_total_over_zeros_is_refused():
    with pytest.raises(DataError, match=r"has 2 at \(0,\)"):
        fit_to_margins(np.array([[0.0, 0.0], [1.0, 1.0]]), [Margin((0,), np.array([2.0, 3.0]))])


def test_margins_that_zeros_make_impossible_are_refused():
    seed = np.array([[0.0, 1.0], [1.0, 1.0]])
    margins = [Margin((0,), np.array([3.0, 1.0])), Margin((1,), np.array([2.0, 2.0]))]
    with pytest.raises(DataError, match="no table with the seed's zeros"):
        fit_to_margins(seed, margins, max_iterations=200)


@pytest.mark.parametrize("seed", [np.array([[-1.0, 1.0]]), np.array([[np.nan, 1.0]])])
def test_negative_and_missing_cells_are_refused(seed):
    with pytest.raises(DataError, match="the seed holds a negative or missing number"):
        fit_to_margins(seed, [Margin((0,), np.array([1.0]))])


@pytest.mark.parametrize("axes", [(2,), (1,), (1, 0)])
def test_a_margin_must_have_the_shape_of_its_axes(axes):
    with pytest.raises(ShapeError):
        fit_to_margins(np.ones((2, 3)), [Margin(axes, np.ones(2))])
