import numpy as np
import pytest
from made import BLOCK, assumed

from amoanalysis.assumptions import MultiplierAssumptions
from amoanalysis.models.multipliers import indirect_jobs

pytestmark = pytest.mark.law

ASSUMED = MultiplierAssumptions(
    indirect_jobs_per_operating_job=assumed(0.3),
    indirect_jobs_per_construction_job=assumed(0.2),
    share_in_place=assumed(0.6),
)
ZERO = np.zeros((3, BLOCK.count))


def test_indirect_jobs_are_the_stated_number_per_direct_job_and_leave_those_out():
    jobs = indirect_jobs(ZERO + 500, ZERO + 100, 1, np.array([10.0, 20.0, 30.0]), ASSUMED, BLOCK)
    np.testing.assert_allclose(jobs.sum(axis=2), 500 * 0.2 + 100 * 0.3)


def test_the_place_of_the_site_keeps_its_share_and_the_others_take_the_rest_by_jobs():
    jobs = indirect_jobs(ZERO, ZERO + 100, 1, np.array([10.0, 20.0, 30.0]), ASSUMED, BLOCK)[0, 0]
    np.testing.assert_allclose(jobs, [30 * 0.4 / 4, 30 * 0.6, 30 * 0.4 * 3 / 4])


def test_a_place_alone_keeps_them_all():
    jobs = indirect_jobs(ZERO, ZERO + 100, 0, np.array([10.0]), ASSUMED, BLOCK)
    np.testing.assert_allclose(jobs, 30.0)
