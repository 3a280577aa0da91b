import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amoanalysis.models.jobs.labour_demand import SECTIONS
from amoanalysis.models.occupations import replacement_demand as replacement

pytestmark = pytest.mark.law
persons = st.floats(-1e4, 1e4)


def test_exits_are_those_published(data):
    """Share of 55-64 in 2017, a tenth a year: hotels and restaurants 1.0 %, health 2.3 %, all 1.9 %."""
    rates = dict(zip(SECTIONS, replacement.exit_rates(data.table("employed_by_industry_and_age")), strict=True))
    assert rates["I"] == pytest.approx(0.010, abs=0.0005)
    assert rates["Q"] == pytest.approx(0.023, abs=0.0005)
    assert min(rates.values()) > 0.005
    assert max(rates.values()) < 0.03


def test_workers_of_pello_are_older_and_those_of_kittila_are_as_finland_s(data, inputs):
    rates = replacement.exit_rates(data.table("employed_by_industry_and_age"))
    factor = replacement.local_age_factor(data.table("jobs_by_workplace"), inputs.jobs.jobs, rates, list(inputs.codes))
    found = dict(zip(inputs.codes, factor, strict=True))
    assert found["854"] > 1.4
    assert found["261"] == pytest.approx(1.0, abs=0.05)


def test_a_place_whose_ages_are_not_known_is_as_its_industries():
    table = pd.DataFrame(
        [("047", 2017, "total", "total", "55-64", 20), ("047", 2017, "total", "total", "total", 100)],
        columns=["place", "year", "commuting", "education", "age_group", "persons"],
    )
    jobs = np.ones((2, len(SECTIONS)))
    found = replacement.local_age_factor(table, jobs, np.full(len(SECTIONS), 0.02), ["047", "261"])
    np.testing.assert_allclose(found, [1.0, 1.0])


@given(growth=persons, replaced=persons)
def test_contraction_is_set_off_against_replacement(growth, replaced):
    openings, redundant = replacement.openings(np.array(growth), np.array(replaced))
    assert openings - redundant == pytest.approx(growth + replaced)
    assert min(openings, redundant) == 0


def test_jobs_that_shrink_as_fast_as_workers_leave_open_nothing():
    openings, redundant = replacement.openings(np.array([-20.0, -30.0]), np.array([20.0, 20.0]))
    np.testing.assert_allclose(openings, [0, 0])
    np.testing.assert_allclose(redundant, [0, 10])


def test_movement_between_occupations_makes_and_fills_as_many_openings():
    rng = np.random.default_rng(2)
    jobs, mobility = rng.uniform(0, 300, (3, 5, 2, 4)), np.triu(rng.uniform(0, 0.2, (4, 4)), 1)
    found = replacement.net_mobility_loss(jobs, mobility, np.full(5, 0.02))
    np.testing.assert_allclose(found.sum(axis=3), 0, atol=1e-9)
    assert np.abs(found).max() > 0
    assert not replacement.net_mobility_loss(jobs, np.zeros((4, 4)), np.full(5, 0.02)).any()


def test_nobody_leaves_faster_than_the_stated_rate():
    jobs = np.full((1, 1, 1, 2), 100.0)
    found = replacement.net_mobility_loss(jobs, np.array([[0.0, 0.2], [0.0, 0.0]]), np.array([0.02]))
    np.testing.assert_allclose(found[0, 0, 0], [2.0, -2.0])


def test_ageing_starts_at_one_and_is_bounded():
    leaving, working = np.array([10.0, 30.0, 1.0])[:, None, None], np.full((3, 1, 1), 100.0)
    np.testing.assert_allclose(replacement.ageing_factor(leaving, working)[:, 0, 0], [1.0, 2.0, 0.5])
