import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import BLOCK, assumed

from amoanalysis.models.statistics.draws import CHUNK, Draws, draw_ar1_shocks, event_count

pytestmark = pytest.mark.law


@given(first=st.integers(0, 3 * CHUNK), count=st.integers(1, 2 * CHUNK))
def test_a_draw_has_the_same_numbers_in_any_block(first, count):
    whole = Draws(7, 0, 5 * CHUNK).normal("stream", (2,))
    block = Draws(7, first, count).normal("stream", (2,))
    np.testing.assert_array_equal(block, whole[first : first + count])


def test_streams_and_seeds_give_different_numbers():
    numbers = [Draws(seed, 0, 50).normal(stream) for seed in (1, 2) for stream in ("a", "b")]
    for i, one in enumerate(numbers):
        assert all(not np.allclose(one, other) for other in numbers[i + 1 :])


def test_an_assumption_is_drawn_with_its_median_and_its_80_percent_interval():
    drawn = Draws(3, 0, 40_000).sample(assumed(10.0, 8.0, 15.0))
    np.testing.assert_allclose(np.quantile(drawn, [0.1, 0.5, 0.9]), [8.0, 10.0, 15.0], atol=0.15)


def test_bounds_truncate_the_tails_and_a_certain_assumption_does_not_vary():
    drawn = BLOCK.sample(assumed(0.1, 0.0, 0.4, least=0.0, most=0.5))
    assert drawn.min() >= 0.0
    assert drawn.max() <= 0.5
    assert np.ptp(BLOCK.sample(assumed(3.0))) == 0.0


def test_ar1_shocks_reach_their_standard_deviation():
    draws = Draws(5, 0, 20_000)
    shocks = draw_ar1_shocks(draws, "x", range(2023, 2063), 1, np.full(20_000, 0.9), np.full(20_000, 2.0))
    spread = shocks[:, :, 0].std(axis=1)
    assert (np.diff(spread[:10]) > 0).all()
    assert spread[-1] == pytest.approx(2.0, rel=0.03)


def test_a_longer_horizon_leaves_earlier_years_unchanged():
    half, one = np.full(200, 0.5), np.ones(200)
    short = draw_ar1_shocks(BLOCK, "x", range(2023, 2030), 3, half, one)
    long = draw_ar1_shocks(BLOCK, "x", range(2023, 2050), 3, half, one)
    np.testing.assert_array_equal(long[:7], short)


def test_event_counts_have_poisson_variance_and_are_not_negative():
    count = event_count(np.full(50_000, 25.0), Draws(1, 0, 50_000).normal("e"))
    assert count.mean() == pytest.approx(25.0, rel=0.01)
    assert count.var() == pytest.approx(25.0, rel=0.03)
    assert event_count(np.array([0.5]), np.array([-9.0])) == 0.0
