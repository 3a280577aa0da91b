import numpy as np
import pandas as pd
import pytest

from amoanalysis.models.return_migration.gravity import (
    expected_moves,
    fit_gravity,
    mean_flow,
    poisson_deviance,
    score_gravity,
)

pytestmark = pytest.mark.law


@pytest.fixture(scope="module")
def pairs() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    count = 4000
    frame = pd.DataFrame({"size_from": rng.normal(9, 1, count), "distance": rng.normal(5, 0.8, count)})
    mean = np.exp(-3 + 0.8 * frame["size_from"] - 1.2 * frame["distance"])
    return frame.assign(moves=rng.poisson(mean), place="a", partner=[f"p{i % 400}" for i in range(count)])


def test_the_law_that_made_the_flows_is_found_again(pairs):
    model = fit_gravity(pairs, ("size_from", "distance"))
    for name, true in (("size_from", 0.8), ("distance", -1.2), ("const", -3.0)):
        assert abs(model.coefficients[name] - true) < 4 * model.errors[name]


def test_expected_moves_sum_to_the_moves_that_were_fitted(pairs):
    model = fit_gravity(pairs, ("size_from", "distance"))
    assert expected_moves(model, pairs).sum() == pytest.approx(pairs["moves"].sum(), rel=1e-6)


def test_a_perfect_expectation_explains_all_and_the_mean_nothing():
    moves = np.array([1.0, 5.0, 9.0])
    assert score_gravity(moves, moves).explained == pytest.approx(1.0)
    assert score_gravity(moves, np.full(3, 5.0)).explained == pytest.approx(0.0)
    assert poisson_deviance(np.zeros(2), np.ones(2)) == pytest.approx(4.0)


def test_a_constant_flow_is_the_mean_of_the_known_years_and_never_nought():
    known = pd.DataFrame({"place": "a", "partner": ["x", "x", "y", "y"], "moves": [2, 4, 0, 0]})
    asked = pd.DataFrame({"place": "a", "partner": ["y", "x"]})
    np.testing.assert_allclose(mean_flow(known, asked), [0.25, 3.0])
