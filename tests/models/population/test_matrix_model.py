import matrix_model
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amoanalysis.errors import ShapeError

pytestmark = pytest.mark.law

FIBONACCI = np.array([[1.0, 1.0], [1.0, 0.0]])
GOLDEN = (1 + 5**0.5) / 2


@st.composite
def women(draw):
    ages = draw(st.integers(4, 15))
    survival = np.array(draw(st.lists(st.floats(0.3, 0.99), min_size=ages, max_size=ages)))
    fertility = np.array(draw(st.lists(st.floats(0.01, 1.5), min_size=ages, max_size=ages)))
    fertility[[0, -1]] = 0.0
    return matrix_model.female_matrix(survival, fertility, 0.488)


def test_fibonacci_rabbits_grow_by_the_golden_ratio():
    np.testing.assert_array_equal(
        matrix_model.project(FIBONACCI, np.array([1.0, 0.0]), 6)[:, 0], [1, 1, 2, 3, 5, 8, 13]
    )
    assert matrix_model.growth_rate(FIBONACCI) == pytest.approx(GOLDEN, abs=1e-12)
    assert matrix_model.damping_ratio(FIBONACCI) == pytest.approx(GOLDEN**2, abs=1e-12)


@given(women())
@settings(max_examples=50)
def test_stable_stages_and_reproductive_values_are_eigenvectors(matrix):
    rate = matrix_model.growth_rate(matrix)
    stable, value = matrix_model.stable_stages(matrix), matrix_model.reproductive_value(matrix)
    assert stable.sum() == pytest.approx(1.0)
    assert stable.min() >= -1e-9
    np.testing.assert_allclose(matrix @ stable, rate * stable, atol=1e-8)
    np.testing.assert_allclose(value @ matrix, rate * value, atol=1e-6 * value.max())
    assert value[0] == 1.0


@given(women())
@settings(max_examples=50)
def test_a_population_grows_if_and_only_if_r0_exceeds_one(matrix):
    births = np.zeros_like(matrix)
    births[0] = matrix[0]
    net, rate = matrix_model.net_reproductive_rate(matrix, births), matrix_model.growth_rate(matrix)
    if abs(net - 1) > 1e-6:
        assert (net > 1) == (rate > 1)
        assert matrix_model.generation_time(matrix, births) > 0


def test_a_long_projection_reaches_the_growth_rate_and_the_stable_stages():
    matrix = matrix_model.female_matrix(np.array([0.9, 0.8, 0.7, 0.5]), np.array([0.0, 1.2, 0.9, 0.0]), 0.5)
    path = matrix_model.project(matrix, np.array([100.0, 0.0, 5.0, 1.0]), 400)
    total = path.sum(axis=-1)
    assert total[-1] / total[-2] == pytest.approx(matrix_model.growth_rate(matrix), abs=1e-10)
    np.testing.assert_allclose(path[-1] / total[-1], matrix_model.stable_stages(matrix), atol=1e-10)


def test_survivors_of_the_open_age_stay_in_it():
    matrix = matrix_model.female_matrix(np.array([0.9, 0.8, 0.7, 0.5]), np.array([0.0, 1.2, 0.9, 0.0]), 0.5)
    np.testing.assert_allclose(
        matrix_model.project(matrix, np.array([0, 0, 10.0, 20.0]), 2)[:, 3], [20.0, 15.0, 7.5 + 0.0]
    )


def test_births_at_a_single_age_give_oscillations_without_damping():
    semelparous = np.array([[0.0, 0.0, 6.0], [0.5, 0.0, 0.0], [0.0, 0.4, 0.0]])
    assert matrix_model.damping_ratio(semelparous) == pytest.approx(1.0)
    assert matrix_model.damping_ratio(np.array([[1.5]])) == float("inf")


def test_births_outside_the_first_row_are_given():
    matrix = np.array([[0.0, 0.0, 3.0], [0.5, 0.0, 2.0], [0.0, 0.6, 0.0]])
    births = np.zeros_like(matrix)
    births[:, 2] = matrix[:, 2]
    # A newborn of the first stage reaches the last with 0.3, one of the second with 0.6.
    assert matrix_model.net_reproductive_rate(matrix, births) == pytest.approx(3.0 * 0.3 + 2.0 * 0.6)


def test_without_mortality_r0_is_the_number_of_daughters():
    survival, fertility = np.array([1.0, 1.0, 1.0, 1.0]), np.array([0.0, 1.0, 1.0, 0.0])
    matrix = matrix_model.female_matrix(np.where(np.arange(4) == 3, 0.5, survival), fertility, 0.5)
    births = np.zeros_like(matrix)
    births[0] = matrix[0]
    assert matrix_model.net_reproductive_rate(matrix, births) == pytest.approx(1.0)


def test_matrices_that_do_not_fit_are_refused():
    for call in (
        lambda: matrix_model.growth_rate(np.ones((2, 3))),
        lambda: matrix_model.project(FIBONACCI, np.ones(3), 2),
        lambda: matrix_model.female_matrix(np.ones(3), np.ones(4), 0.5),
        lambda: matrix_model.net_reproductive_rate(FIBONACCI, np.ones((3, 3))),
    ):
        with pytest.raises(ShapeError):
            call()
