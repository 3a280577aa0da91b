import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amoanalysis.errors import DataError, ShapeError
from amoanalysis.models.population.migration_schedules import (
    RogersCastro,
    fit_gross_from_net,
    fit_rogers_castro,
    normalised_schedule,
    rogers_castro,
)

pytestmark = pytest.mark.law

AGES = np.arange(101.0)
FUNDAMENTAL = {"a1": 0.02, "alpha1": 0.1, "a2": 0.06, "alpha2": 0.1, "mu2": 20.0, "lambda2": 0.4, "c": 0.003}
RETIREMENT = {"a3": 0.012, "alpha3": 0.3, "mu3": 65.0, "lambda3": 0.25}
OLD_AGE = {"a4": 0.0004, "lambda4": 0.03}
SCHEDULES = {
    7: FUNDAMENTAL,
    9: FUNDAMENTAL | OLD_AGE,
    11: FUNDAMENTAL | RETIREMENT,
    13: FUNDAMENTAL | RETIREMENT | OLD_AGE,
}


def test_a_schedule_is_the_sum_of_its_parts():
    whole = rogers_castro(AGES, SCHEDULES[13])
    none = dict.fromkeys(("a1", "a2", "a3", "a4", "c"), 0.0)
    parts = [rogers_castro(AGES, SCHEDULES[13] | none | {level: SCHEDULES[13][level]}) for level in none]
    np.testing.assert_allclose(sum(parts), whole, rtol=1e-12)


def test_the_peak_lies_where_its_slopes_say():
    # The derivative of the peak vanishes at mu + log(lambda / alpha) / lambda.
    ages = np.linspace(0, 100, 100_001)
    peak = rogers_castro(ages, RogersCastro(0.0, 0.1, 0.06, 0.1, 20.0, 0.4))
    assert ages[peak.argmax()] == pytest.approx(20 + np.log(4) / 0.4, abs=1e-3)


@given(st.floats(5.0, 40.0), st.floats(0.05, 2.0), st.floats(0.0, 0.01))
@settings(max_examples=30)
def test_shares_of_all_ages_add_to_one_and_none_is_negative(peak, rise, level):
    shares = normalised_schedule(AGES, FUNDAMENTAL | {"mu2": peak, "lambda2": rise, "c": level})
    assert shares.sum() == pytest.approx(1.0, abs=1e-12)
    assert shares.min() >= 0.0


def test_the_slope_of_old_age_rises_by_its_rate_and_children_fall_by_theirs():
    flat = dict.fromkeys(FUNDAMENTAL, 0.0)
    np.testing.assert_allclose(np.diff(np.log(rogers_castro(AGES, flat | OLD_AGE))), 0.03)
    np.testing.assert_allclose(np.diff(np.log(rogers_castro(AGES, flat | {"a1": 0.02, "alpha1": 0.1}))), -0.1)


def test_draws_of_parameters_give_draws_of_schedules():
    drawn = RogersCastro(**FUNDAMENTAL | {"mu2": np.array([18.0, 20.0, 24.0])})
    schedules = rogers_castro(AGES, drawn)
    assert schedules.shape == (3, 101)
    np.testing.assert_allclose(schedules[1], rogers_castro(AGES, FUNDAMENTAL))


@pytest.mark.parametrize("count", [7, 9, 11, 13])
def test_a_schedule_without_noise_is_found_again(count):
    schedule = rogers_castro(AGES, SCHEDULES[count])
    fit = fit_rogers_castro(AGES, schedule, count=count)
    assert fit.explained > 0.9999
    np.testing.assert_allclose(rogers_castro(AGES, fit.parameters), schedule, atol=0.01 * schedule.max())


def test_counts_of_a_small_town_give_back_the_curve_within_their_noise():
    schedule = normalised_schedule(AGES, FUNDAMENTAL)
    counts = np.random.default_rng(7).poisson(800 * schedule).astype(float)
    fitted = rogers_castro(AGES, fit_rogers_castro(AGES, counts).parameters)
    assert np.abs(fitted / 800 - schedule).max() < 0.15 * schedule.max()
    assert np.abs(fitted / 800 - schedule).sum() < 0.5 * np.abs(counts / 800 - schedule).sum()


def test_a_stray_age_bends_the_curve_little():
    schedule = rogers_castro(AGES, FUNDAMENTAL)
    stray = schedule.copy()
    stray[55] = schedule.max()
    fitted = rogers_castro(AGES, fit_rogers_castro(AGES, stray).parameters)
    assert np.abs(fitted - schedule).max() < 0.05 * schedule.max()


def test_an_age_without_weight_does_not_count():
    schedule = rogers_castro(AGES, FUNDAMENTAL)
    weights = np.ones(101)
    weights[55:] = 0.0
    fit = fit_rogers_castro(AGES, np.where(AGES >= 55, 1.0, schedule), weights=weights)
    np.testing.assert_allclose(rogers_castro(AGES, fit.parameters)[:55], schedule[:55], atol=1e-4)


def test_five_year_groups_give_the_curve_of_single_ages():
    schedule = rogers_castro(AGES[:100], FUNDAMENTAL)
    fit = fit_rogers_castro(AGES[:100:5], schedule.reshape(20, 5).mean(axis=1), width=5)
    np.testing.assert_allclose(rogers_castro(AGES[:100], fit.parameters), schedule, atol=0.02 * schedule.max())


def test_the_unit_of_the_data_is_the_unit_of_the_fit():
    schedule = rogers_castro(AGES, FUNDAMENTAL)
    fit = fit_rogers_castro(AGES, schedule * 5000.0)
    assert fit.parameters.c == pytest.approx(15.0, rel=1e-3)
    assert fit.parameters.mu2 == pytest.approx(20.0, abs=1e-3)


def test_a_place_that_loses_the_young_needs_a_sign():
    net = rogers_castro(AGES, FUNDAMENTAL | {"a2": -0.05, "c": -0.001})
    assert fit_rogers_castro(AGES, net, signed=True).explained > 0.999
    assert fit_rogers_castro(AGES, net).explained < 0.5


def test_arrivals_and_departures_keep_their_totals_and_differ_by_the_net():
    out = normalised_schedule(AGES, FUNDAMENTAL) * 900
    arriving = normalised_schedule(AGES, FUNDAMENTAL | {"a1": 0.03, "mu2": 24.0, "lambda2": 0.3}) * 1000
    net = arriving - out
    arrivals, departures = (rogers_castro(AGES, found) for found in fit_gross_from_net(AGES, net, 1000.0, 900.0))
    assert arrivals.sum() == pytest.approx(1000.0)
    assert departures.sum() == pytest.approx(900.0)
    assert min(arrivals.min(), departures.min()) >= 0.0
    assert np.var(arrivals - departures - net) < 0.05 * np.var(net)
    assert arrivals.argmax() > departures.argmax()


def test_what_cannot_be_fitted_is_refused():
    with pytest.raises(DataError, match="7, 9, 11 and 13"):
        fit_rogers_castro(AGES, np.ones(101), count=8)
    with pytest.raises(ShapeError, match="cannot be fitted"):
        fit_rogers_castro(AGES[:6], np.ones(6))
    with pytest.raises(DataError, match="no migration"):
        fit_rogers_castro(AGES, np.zeros(101))
    with pytest.raises(DataError, match="adds to zero"):
        normalised_schedule(AGES, dict.fromkeys(FUNDAMENTAL, 0.0))
    with pytest.raises(ShapeError, match="must agree"):
        fit_gross_from_net(AGES, np.ones(5), 1.0, 1.0)
    with pytest.raises(DataError, match="are zero"):
        fit_gross_from_net(AGES, np.ones(101), 0.0, 1.0)
