import numpy as np
import pytest
from scipy import stats

from amoanalysis.errors import ShapeError
from amoanalysis.models.statistics import scores

pytestmark = pytest.mark.law

RANDOM = np.random.default_rng(16)
CAME = RANDOM.normal(size=4_000)
DRAWN = RANDOM.normal(size=(600, 4_000))


def test_a_forecast_without_errors_scores_nought():
    found = scores.errors(np.array([2.0, 4.0]), np.array([2.0, 4.0]), 3.0)
    assert (found.root_mean_square, found.mean_absolute_percent, found.bias_percent, found.scaled) == (0, 0, 0, 0)


def test_a_forecast_that_is_too_high_has_a_bias_above_nought():
    found = scores.errors(np.array([100.0, 200.0]), np.array([110.0, 190.0]))
    assert found.mean_absolute_percent == pytest.approx(7.5)
    assert found.bias_percent == pytest.approx(2.5)


def test_the_right_band_holds_its_share_and_has_the_best_interval_score():
    ends = {width: width * 1.2815515655446004 for width in (0.5, 1.0, 2.0)}
    score = {
        width: scores.interval_score(CAME, np.full_like(CAME, -end), np.full_like(CAME, end)).mean()
        for width, end in ends.items()
    }
    assert scores.coverage(CAME, np.full_like(CAME, -ends[1.0]), np.full_like(CAME, ends[1.0])) == pytest.approx(
        0.8, abs=0.02
    )
    assert score[1.0] < min(score[0.5], score[2.0])


def test_the_ranked_probability_score_is_that_of_the_normal_distribution_and_of_a_point_the_absolute_error():
    normal = CAME * (2 * stats.norm.cdf(CAME) - 1) + 2 * stats.norm.pdf(CAME) - 1 / np.sqrt(np.pi)
    assert scores.continuous_ranked_probability_score(CAME, DRAWN).mean() == pytest.approx(normal.mean(), rel=0.01)
    point = np.zeros((1, 4_000))
    np.testing.assert_allclose(scores.continuous_ranked_probability_score(CAME, point), np.abs(CAME))


def test_the_probability_integral_is_even_where_the_draws_are_right_and_middling_for_a_tie():
    found = scores.probability_integral(CAME, DRAWN)
    shares, _ = np.histogram(found, bins=10, range=(0, 1))
    np.testing.assert_allclose(shares / len(CAME), 0.1, atol=0.02)
    assert scores.probability_integral(np.array([1.0]), np.ones((8, 1)))[0] == 0.5


def test_skill_is_one_for_a_perfect_score_and_below_nought_for_a_worse_one():
    assert scores.skill(0.0, 2.0) == 1
    assert scores.skill(3.0, 2.0) == -0.5


def test_shapes_that_differ_are_refused():
    with pytest.raises(ShapeError, match="must agree"):
        scores.coverage(CAME, CAME[:2], CAME)
