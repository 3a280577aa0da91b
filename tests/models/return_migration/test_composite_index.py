import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import BLOCK, assumed

from amoanalysis.config.assumptions import FirmsAssumptions
from amoanalysis.models.return_migration.composite_index import (
    draw_weights,
    rank_intervals,
    ranks,
    retiring_owners,
    standardise_parts,
    weighted_index,
)

pytestmark = pytest.mark.law


PEOPLE = np.array([1000.0, 2000.0, 4000.0, 500.0, 800.0])
CENTRAL = np.array([0.5, 0.3, 0.2])


def made(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(5, 3)), rng.normal(size=(300, 3))


@given(seed=st.integers(0, 200))
def test_the_interval_of_ranks_holds_the_central_rank(seed):
    parts, score = made(seed)
    middle, low, high = rank_intervals(parts, CENTRAL, score, 0.1, 0.9)
    assert sorted(middle) == [1, 2, 3, 4, 5]
    assert ((low >= 1) & (low <= middle) & (middle <= high) & (high <= 5)).all()


def test_whoever_is_best_in_everything_is_first_whatever_the_weights():
    parts, score = made(1)
    parts[2] = parts.max(axis=0) + 1
    middle, low, high = rank_intervals(parts, CENTRAL, score, 0.0, 1.0)
    assert (middle[2], low[2], high[2]) == (1, 1, 1)


def test_random_weights_are_shares_with_the_central_ones_in_their_order():
    weights = draw_weights(CENTRAL, np.random.default_rng(0).normal(size=(20_000, 3)))
    np.testing.assert_allclose(weights.sum(axis=1), 1.0)
    assert (weights > 0).all()
    means = weights.mean(axis=0)
    assert means[0] > means[1] > means[2]


def test_the_yardstick_is_nought_and_low_unemployment_is_good():
    values = np.array([[1.0, 10.0], [2.0, 5.0], [3.0, 8.0], [4.0, 7.0], [5.0, 20.0]])
    parts = standardise_parts(values, np.array([True, False]), PEOPLE)
    np.testing.assert_allclose(PEOPLE @ parts[:, 0] / PEOPLE.sum(), 0.0, atol=1e-12)
    assert parts[1, 1] == parts[:, 1].max()
    assert (np.abs(parts) <= 2.5).all()
    assert not standardise_parts(np.ones((5, 1)), np.array([True]), PEOPLE).any()


def test_an_index_lies_between_the_lowest_and_the_highest_part():
    parts, _ = made(2)
    scores = weighted_index(parts, CENTRAL)
    assert ((parts.min(axis=1) <= scores) & (scores <= parts.max(axis=1))).all()
    assert ranks(np.array([3.0, 1.0, 2.0])).tolist() == [1, 3, 2]


def found(jobs, shares=(0.3, 0.2), without=0.35, older=1.5):
    assumptions = FirmsAssumptions(
        owners_per_job={"A": assumed(0.6, path="a"), "other": assumed(0.1, path="o")},
        older_than_staff=assumed(older, 1.0, 2.0, path="older"),
        without_successor=assumed(without, path="without"),
        jobs_per_owner=assumed(1.6, path="jobs"),
    )
    return retiring_owners(np.asarray(jobs, dtype=float), np.asarray(shares), ["A", "G"], assumptions, BLOCK)


def test_each_part_is_within_the_whole():
    owners = found([100, 200], shares=(0.9, 0.2))
    assert (owners.without_successor <= owners.retiring).all()
    assert (owners.retiring <= owners.owners + 1e-9).all()
    np.testing.assert_allclose(owners.owners, np.tile([60.0, 20.0], (BLOCK.count, 1)))
    np.testing.assert_allclose(owners.jobs, 1.6 * owners.without_successor)


def test_no_jobs_no_owners_and_more_without_a_successor_never_means_fewer():
    assert not found([0, 0]).owners.any()
    assert (found([100, 200], without=0.5).without_successor >= found([100, 200], without=0.3).without_successor).all()
