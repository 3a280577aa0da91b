import numpy as np
import pytest

from amoanalysis.errors import UserError
from amoanalysis.models.occupations import training_places

pytestmark = pytest.mark.law
YEARS = range(2026, 2036)


def test_a_three_year_course_begun_in_2027_is_too_late_for_a_construction_of_2028():
    assert training_places.first_year_of_supply(2027, 3) == 2030
    assert training_places.first_year_of_supply(2027, 1) == 2028
    assert training_places.first_year_of_supply(2027, 3) == 2030


def test_places_are_begun_as_many_years_before_as_the_course_takes():
    uncovered = np.zeros((len(YEARS), 1))
    uncovered[YEARS.index(2032)] = 6.0
    starts, places, late = training_places.places_needed(uncovered, YEARS, np.array([0.3]), 3, 2027)
    assert starts == range(2027, 2033)
    np.testing.assert_allclose(places[starts.index(2029)], 20.0)
    assert places.sum() == pytest.approx(20.0)
    assert late[0] == 0


def test_what_no_course_reaches_is_late_and_nothing_is_lost():
    uncovered = np.random.default_rng(3).uniform(0, 5, (len(YEARS), 8))
    yielded = np.full(8, 0.25)
    _, places, late = training_places.places_needed(uncovered, YEARS, yielded, 3, 2027)
    np.testing.assert_allclose((places * yielded).sum(axis=0) + late, uncovered.sum(axis=0))
    np.testing.assert_allclose(late, uncovered[:4].sum(axis=0))  # 2026 to 2029


def test_a_course_longer_than_the_forecast_serves_nothing():
    starts, places, late = training_places.places_needed(np.ones((3, 2)), range(2026, 2029), np.ones(2), 6, 2027)
    assert len(starts) == len(places) == 0
    np.testing.assert_allclose(late, 3.0)


def test_an_intake_of_the_past_is_refused():
    with pytest.raises(UserError, match="first intake of 2010"):
        training_places.places_needed(np.ones((3, 2)), range(2026, 2029), np.ones(2), 3, 2010)


def test_a_gap_that_closes_and_opens_again_is_filled_once():
    gap = np.array([2.0, 5.0, 3.0, 5.0, 6.0])[:, None]
    np.testing.assert_allclose(training_places.new_openings(gap)[:, 0], [2, 3, 0, 0, 1])


def test_the_yield_is_no_more_than_any_of_its_shares():
    shares = [np.array([0.75]), np.array([0.68]), np.array([0.75]), np.array([0.5])]
    assert training_places.workers_per_place(*shares)[0] == pytest.approx(0.19125)
    assert training_places.workers_per_place(*shares)[0] <= min(share[0] for share in shares)


def test_a_plan_that_fits_costs_nothing_in_error():
    needed, one = np.array([10.0, 20.0]), np.ones(2)
    under, over = training_places.plan_costs(10.0, needed, 0.2 * one, 30 * one, 55 * one)
    np.testing.assert_allclose(under, [0, 10 * 0.2 * 55])
    np.testing.assert_allclose(over, [0, 0])
    under, over = training_places.plan_costs(20.0, needed, 0.2 * one, 30 * one, 55 * one)
    np.testing.assert_allclose(over, [300, 0])


def test_interest_halves_with_each_half_life_of_delay():
    left = training_places.remaining_interest(np.array([40.0, 8.0]), np.array([0.0, 2.0, 4.0]), np.full(3, 2.0))
    np.testing.assert_allclose(left, [[40, 8], [20, 4], [10, 2]])


def test_nobody_fills_two_jobs_nor_a_job_of_another_occupation():
    rate = training_places.match_rate(np.array([[40.0, 0.0], [5.0, 5.0]]), np.array([[10.0, 10.0], [0.0, 0.0]]))
    np.testing.assert_allclose(rate, [0.5, 0.0])
