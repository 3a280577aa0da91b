import numpy as np
import pytest
from made import BLOCK, assumed

from amoanalysis.config.assumptions import FirmsAssumptions
from amoanalysis.models.return_migration.composite_index import retiring_owners

pytestmark = pytest.mark.law


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
