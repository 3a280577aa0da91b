import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amoanalysis.errors import DataError, ShapeError
from amoanalysis.models.population.fertility import age_pattern, expected_children, fertility_rates, place_factors

pytestmark = pytest.mark.law

AGES = np.arange(101)
BELL = np.exp(-(((AGES - 30) / 6.0) ** 2))


def test_a_pattern_sums_to_one_and_is_zero_outside_the_fertile_ages():
    wavy = BELL + np.where(AGES >= 50, 0.01, 0.0)
    pattern = age_pattern(np.stack([wavy, 100 * wavy]))
    np.testing.assert_allclose(pattern.sum(axis=-1), 1.0)
    np.testing.assert_allclose(pattern[0], pattern[1])
    assert not pattern[:, 50:].any()
    assert not pattern[:, :15].any()


@given(st.floats(0.5, 8.0))
@settings(max_examples=20)
def test_rates_sum_to_the_total_fertility(total):
    assert fertility_rates(total, age_pattern(BELL)).sum() == pytest.approx(total)


def test_draws_and_places_of_total_fertility_keep_their_axes():
    total = np.array([[1.2, 1.5, 2.0], [1.3, 1.4, 1.1]])
    rates = fertility_rates(total, age_pattern(BELL))
    assert rates.shape == (2, 3, 101)
    np.testing.assert_allclose(rates.sum(axis=-1), total)


def test_equal_numbers_of_women_have_five_years_of_births_as_children():
    fertility = fertility_rates(1.6, age_pattern(BELL))
    women = np.array([np.full(101, 50.0), np.full(101, 500.0)])
    np.testing.assert_allclose(expected_children(women, fertility, np.ones(5)), [5 * 1.6 * 50, 5 * 1.6 * 500])
    fewer = expected_children(women, fertility, np.linspace(0.99, 0.9, 5))
    assert np.all(fewer < expected_children(women, fertility, np.ones(5)))


def test_children_are_assigned_to_mothers_by_their_age_at_birth():
    at_thirty = (AGES == 30).astype(float)
    older, younger = (AGES == 33).astype(float)[None], (AGES == 28).astype(float)[None]
    assert expected_children(older, at_thirty, np.ones(5))[0] == pytest.approx(1.0)
    assert expected_children(younger, at_thirty, np.ones(5))[0] == 0.0


@given(st.lists(st.tuples(st.integers(0, 3000), st.floats(5.0, 3000.0)), min_size=4, max_size=30))
@settings(max_examples=60)
def test_a_factor_is_between_one_and_the_observed_ratio(places):
    children, expected = np.array(places).T
    if children.sum() == 0:
        return
    found = place_factors(children, expected)
    assert np.all(found.factor >= np.minimum(found.unshrunk, 1.0) - 1e-9)
    assert np.all(found.factor <= np.maximum(found.unshrunk, 1.0) + 1e-9)
    assert np.all(found.standard_error > 0)


def test_places_with_few_women_are_shrunk_more():
    generator = np.random.default_rng(2)
    expected = np.r_[30.0, 300.0, 3000.0, np.full(40, 200.0)]
    children = np.r_[36.0, 360.0, 3600.0, generator.poisson(200 * generator.gamma(50, 1 / 50, 40))]
    found = place_factors(children, expected, members=np.arange(43) > 2)
    assert 1 < found.factor[0] < found.factor[1] < found.factor[2]
    assert found.standard_error[0] > found.standard_error[1] > found.standard_error[2]
    kept = (found.factor - 1) / (found.unshrunk - 1)
    scaled = children / found.unshrunk
    np.testing.assert_allclose(kept, scaled / (scaled + found.prior_shape))


def test_the_standard_deviation_of_factors_is_recovered():
    generator = np.random.default_rng(4)
    children = generator.poisson(150 * generator.gamma(25, 1 / 25, 2000)).astype(float)
    found = place_factors(children, np.full(2000, 150.0))
    assert found.prior_shape**-0.5 == pytest.approx(0.2, abs=0.02)


def test_places_that_differ_by_sampling_variance_only_are_shrunk_to_one():
    children = np.random.default_rng(6).poisson(80, 60).astype(float)
    found = place_factors(children, np.full(60, 80.0))
    assert np.abs(found.factor - 1).max() < 0.3 * np.abs(found.unshrunk - 1).max()
    same = np.full(60, 80.0)
    np.testing.assert_allclose(place_factors(same, same).factor, 1.0)


def test_a_common_level_of_the_region_is_no_deviation():
    children, expected = np.array([80.0, 130.0, 300.0, 50.0]), np.array([90.0, 120.0, 290.0, 60.0])
    np.testing.assert_allclose(place_factors(children, expected).factor, place_factors(children, expected * 3).factor)


def test_invalid_data_are_refused():
    with pytest.raises(DataError, match="empty"):
        age_pattern(np.zeros(101))
    with pytest.raises(DataError, match="sum to 1"):
        fertility_rates(1.5, BELL)
    with pytest.raises(ShapeError):
        expected_children(np.ones((2, 100)), BELL, np.ones(5))
    with pytest.raises(ShapeError):
        place_factors(np.ones(3), np.ones(4))
    with pytest.raises(DataError, match="no women"):
        place_factors(np.ones(3), np.array([1.0, 0.0, 2.0]))
