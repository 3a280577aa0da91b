import numpy as np
import pytest

from amoanalysis.config.assumptions import Assumption
from amoanalysis.errors import ShapeError
from amoanalysis.models.statistics.draws import Draws, quantile_of
from amoanalysis.models.statistics.scores import first_order

DRAWS = 8_000


def made(name, value, low, high):
    return Assumption(value=value, low=low, high=high, unit="1", source="judgement", why="made", path=name)


@pytest.fixture(scope="module")
def scores():
    draws = Draws(1, 0, DRAWS)
    return np.stack([draws.normal(name) for name in ("a", "b", "c", "idle")])


@pytest.mark.law
def test_of_a_sum_each_input_has_its_share_of_the_variance_and_an_idle_one_none(scores):
    # A piecewise normal input, too: what is known of a lopsided interval counts in full.
    inputs = [made("a", 0, -1, 1), made("b", 10, 9.5, 13), made("c", 2, 1, 3)]
    values = np.stack([quantile_of(a, z) for a, z in zip(inputs, scores, strict=False)])
    chance = Draws(1, 0, DRAWS).normal("chance")
    weights = np.array([3.0, 1.0, -1.0])
    outcome = weights @ values + 2 * chance
    parts = weights**2 * values.var(axis=1)
    expected = parts / (parts.sum() + 4)
    found = first_order(scores, outcome[:, None])[:, 0]
    assert found[:3] == pytest.approx(expected, abs=0.02)
    assert abs(found[3]) < 0.003
    assert found.sum() == pytest.approx(1 - 4 / (parts.sum() + 4), abs=0.03)


@pytest.mark.law
def test_without_chance_the_indices_of_a_sum_sum_to_one(scores):
    found = first_order(scores, scores[:3].sum(axis=0)[:, None])
    assert found.sum() == pytest.approx(1, abs=0.04)


@pytest.mark.law
def test_what_inputs_do_only_together_is_no_first_order_effect(scores):
    found = first_order(scores, (scores[0] * scores[1])[:, None])
    assert np.abs(found).max() < 0.01


@pytest.mark.law
def test_an_input_without_effect_has_nought_on_the_average_however_few_the_draws():
    found = [first_order(Draws(seed, 0, 30).normal("x")[None], Draws(seed, 0, 30).normal("y", (1,))) for seed in
             range(300)]  # fmt: skip
    assert np.mean(found) == pytest.approx(0, abs=0.02)


@pytest.mark.unit
def test_an_outcome_that_does_not_vary_has_no_indices_and_too_few_draws_are_refused(scores):
    assert (first_order(scores, np.ones((DRAWS, 2))) == 0).all()
    with pytest.raises(ShapeError, match="take more"):
        first_order(scores[:, :4], np.ones((4, 1)))
