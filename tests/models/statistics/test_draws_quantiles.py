"""Quantiles by one sort are those of numpy."""

import numpy as np
import pytest

from amoanalysis.models.statistics.draws import quantiles

pytestmark = pytest.mark.unit
LEVELS = (0.0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 1.0)


@pytest.mark.parametrize("draws", [1, 2, 7, 200])
def test_quantiles_are_those_of_numpy(draws):
    values = np.random.default_rng(8).gamma(2.0, size=(3, 2, draws))
    np.testing.assert_array_equal(quantiles(values, LEVELS), np.quantile(values, LEVELS, axis=-1))


def test_the_draws_are_left_in_their_order():
    values = np.array([[3.0, 1.0, 2.0]])
    assert quantiles(values, [0.5]) == 2.0
    np.testing.assert_array_equal(values, [[3.0, 1.0, 2.0]])
