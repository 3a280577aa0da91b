import numpy as np
import pytest
from scipy import stats

from amoanalysis.config.assumptions import Assumption
from amoanalysis.errors import ShapeError
from amoanalysis.models.statistics import scores
from amoanalysis.models.statistics.draws import Draws, value_at_score
from amoanalysis.models.statistics.scores import first_order_indices

pytestmark = pytest.mark.law

RANDOM = np.random.default_rng(16)
ACTUAL = RANDOM.normal(size=4_000)
DRAWS = RANDOM.normal(size=(600, 4_000))


def test_a_forecast_without_errors_scores_zero():
    found = scores.point_errors(np.array([2.0, 4.0]), np.array([2.0, 4.0]), 3.0)
    assert (found.root_mean_square, found.mean_absolute_percent, found.bias_percent, found.scaled) == (0, 0, 0, 0)


def test_a_forecast_that_is_too_high_has_a_positive_bias():
    found = scores.point_errors(np.array([100.0, 200.0]), np.array([110.0, 190.0]))
    assert found.mean_absolute_percent == pytest.approx(7.5)
    assert found.bias_percent == pytest.approx(2.5)


def test_the_true_interval_has_its_coverage_and_the_best_interval_score():
    ends = {width: width * 1.2815515655446004 for width in (0.5, 1.0, 2.0)}
    score = {
        width: scores.interval_score(ACTUAL, np.full_like(ACTUAL, -end), np.full_like(ACTUAL, end)).mean()
        for width, end in ends.items()
    }
    assert scores.coverage(ACTUAL, np.full_like(ACTUAL, -ends[1.0]), np.full_like(ACTUAL, ends[1.0])) == pytest.approx(
        0.8, abs=0.02
    )
    assert score[1.0] < min(score[0.5], score[2.0])


def test_the_crps_is_that_of_the_normal_distribution_and_the_absolute_error_of_a_point():
    normal = ACTUAL * (2 * stats.norm.cdf(ACTUAL) - 1) + 2 * stats.norm.pdf(ACTUAL) - 1 / np.sqrt(np.pi)
    assert scores.continuous_ranked_probability_score(ACTUAL, DRAWS).mean() == pytest.approx(normal.mean(), rel=0.01)
    point = np.zeros((1, 4_000))
    np.testing.assert_allclose(scores.continuous_ranked_probability_score(ACTUAL, point), np.abs(ACTUAL))


def test_the_pit_is_uniform_for_the_true_distribution_and_a_half_for_a_tie():
    found = scores.probability_integral_transform(ACTUAL, DRAWS)
    shares, _ = np.histogram(found, bins=10, range=(0, 1))
    np.testing.assert_allclose(shares / len(ACTUAL), 0.1, atol=0.02)
    assert scores.probability_integral_transform(np.array([1.0]), np.ones((8, 1)))[0] == 0.5


def test_skill_is_one_for_a_perfect_score_and_negative_for_a_worse_one():
    assert scores.skill(0.0, 2.0) == 1
    assert scores.skill(3.0, 2.0) == -0.5


def test_different_shapes_are_refused():
    with pytest.raises(ShapeError, match="must agree"):
        scores.coverage(ACTUAL, ACTUAL[:2], ACTUAL)


COUNT = 8_000


def assumption(name, value, low, high):
    return Assumption(value=value, low=low, high=high, unit="1", source="judgement", why="test", path=name)


@pytest.fixture(scope="module")
def input_scores():
    draws = Draws(1, 0, COUNT)
    return np.stack([draws.normal(name) for name in ("a", "b", "c", "idle")])


def test_inputs_of_a_sum_have_their_share_of_the_variance_and_an_irrelevant_one_none(input_scores):
    # One of the inputs has an asymmetric interval.
    inputs = [assumption("a", 0, -1, 1), assumption("b", 10, 9.5, 13), assumption("c", 2, 1, 3)]
    values = np.stack([value_at_score(a, z) for a, z in zip(inputs, input_scores, strict=False)])
    noise = Draws(1, 0, COUNT).normal("chance")
    weights = np.array([3.0, 1.0, -1.0])
    outcome = weights @ values + 2 * noise
    parts = weights**2 * values.var(axis=1)
    expected = parts / (parts.sum() + 4)
    found = first_order_indices(input_scores, outcome[:, None])[:, 0]
    assert found[:3] == pytest.approx(expected, abs=0.02)
    assert abs(found[3]) < 0.003
    assert found.sum() == pytest.approx(1 - 4 / (parts.sum() + 4), abs=0.03)


def test_the_indices_of_a_sum_without_noise_sum_to_one(input_scores):
    found = first_order_indices(input_scores, input_scores[:3].sum(axis=0)[:, None])
    assert found.sum() == pytest.approx(1, abs=0.04)


def test_an_interaction_is_no_first_order_effect(input_scores):
    found = first_order_indices(input_scores, (input_scores[0] * input_scores[1])[:, None])
    assert np.abs(found).max() < 0.01


def test_an_irrelevant_input_has_expectation_zero_with_few_draws():
    found = [first_order_indices(Draws(seed, 0, 30).normal("x")[None], Draws(seed, 0, 30).normal("y", (1,))) for seed in
             range(300)]  # fmt: skip
    assert np.mean(found) == pytest.approx(0, abs=0.02)


def test_a_constant_outcome_has_indices_of_zero_and_too_few_draws_are_refused(input_scores):
    assert (first_order_indices(input_scores, np.ones((COUNT, 2))) == 0).all()
    with pytest.raises(ShapeError, match="use more draws"):
        first_order_indices(input_scores[:, :4], np.ones((4, 1)))
