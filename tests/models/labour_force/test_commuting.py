import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amoanalysis.models.labour_force.commuting import (
    commuting_base,
    commuting_table,
    pooled_unfilled_jobs,
    road_kilometres,
)

pytestmark = pytest.mark.law

PLACES = np.array([[24.9, 67.65], [23.8, 67.33], [23.7, 67.96], [25.7, 66.5]])
EMPLOYED = np.array([3000.0, 1700.0, 900.0, 26_000.0])
JOBS = np.array([3400.0, 1600.0, 950.0, 26_500.0])
OUT = np.array([430.0, 390.0, 150.0, 1000.0])
IN = np.array([820.0, 250.0, 200.0, 700.0])


def table() -> np.ndarray:
    return commuting_table(road_kilometres(PLACES), EMPLOYED, JOBS, OUT, IN)


def test_known_numbers_of_commuters_are_met_and_the_diagonal_is_zero():
    found = table()
    np.testing.assert_allclose(found.sum(axis=1), OUT, rtol=1e-5)
    np.testing.assert_allclose(found.sum(axis=0), IN, rtol=1e-5)
    assert (np.diag(found) == 0).all()


def test_nearer_places_have_more_commuters():
    nearer = PLACES.copy()
    nearer[1] = [24.6, 67.6]
    more = commuting_table(road_kilometres(nearer), EMPLOYED, JOBS, OUT, IN)
    assert more[1, 0] > table()[1, 0]


def test_internal_and_outside_commuters_sum_to_the_out_commuters():
    found = table()
    inside = slice(0, 3)
    base = commuting_base(found, IN[inside], OUT[inside], JOBS[inside], EMPLOYED[inside], np.zeros((3, 3)))
    internal = base.between * IN[inside]
    np.testing.assert_allclose(internal, found[inside, inside])
    outside = base.outside_share * EMPLOYED[inside]
    np.testing.assert_allclose(internal.sum(axis=1) + outside, OUT[inside], rtol=1e-5)


@given(
    unfilled=st.lists(st.floats(0, 200), min_size=3, max_size=3),
    available=st.lists(st.floats(0, 200), min_size=3, max_size=3),
    probability=st.floats(0, 1),
)
def test_pooling_leaves_no_more_unfilled_and_counts_each_person_once(unfilled, available, probability):
    alone, people = np.array([unfilled]), np.array([available])
    kilometres = road_kilometres(PLACES[:3])
    pooled = pooled_unfilled_jobs(alone, people, kilometres, np.array([[probability]]), np.array([[60.0]]))
    assert (pooled >= -1e-9).all()
    assert (pooled <= alone + 1e-9).all()
    assert alone.sum() - pooled.sum() <= people.sum() + 1e-9


def test_places_without_distance_are_not_linked():
    alone = np.array([[10.0, 0.0]])
    far = np.full((2, 2), np.nan)
    pooled = pooled_unfilled_jobs(alone, np.array([[0.0, 50.0]]), far, np.array([[0.4]]), np.array([[60.0]]))
    np.testing.assert_array_equal(pooled, alone)
