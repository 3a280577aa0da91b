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
THIRTEEN = FUNDAMENTAL | RETIREMENT | OLD_AGE


def test_a_schedule_is_the_sum_of_its_parts():
    whole = rogers_castro(AGES, THIRTEEN)
    none = dict.fromkeys(("a1", "a2", "a3", "a4", "c"), 0.0)
    parts = [rogers_castro(AGES, THIRTEEN | none | {level: THIRTEEN[level]}) for level in none]
    np.testing.assert_allclose(sum(parts), whole, rtol=1e-12)


def test_the_peak_is_at_the_age_given_by_its_slopes():
    # The derivative of the peak vanishes at mu + log(lambda / alpha) / lambda.
    ages = np.linspace(0, 100, 100_001)
    peak = rogers_castro(ages, RogersCastro(0.0, 0.1, 0.06, 0.1, 20.0, 0.4))
    assert ages[peak.argmax()] == pytest.approx(20 + np.log(4) / 0.4, abs=1e-3)


@given(st.floats(5.0, 40.0), st.floats(0.05, 2.0), st.floats(0.0, 0.01))
@settings(max_examples=30)
def test_shares_sum_to_one_and_are_not_negative(peak, rise, level):
    shares = normalised_schedule(AGES, FUNDAMENTAL | {"mu2": peak, "lambda2": rise, "c": level})
    assert shares.sum() == pytest.approx(1.0, abs=1e-12)
    assert shares.min() >= 0.0


def test_old_age_and_childhood_change_by_their_rates():
    flat = dict.fromkeys(FUNDAMENTAL, 0.0)
    np.testing.assert_allclose(np.diff(np.log(rogers_castro(AGES, flat | OLD_AGE))), 0.03)
    np.testing.assert_allclose(np.diff(np.log(rogers_castro(AGES, flat | {"a1": 0.02, "alpha1": 0.1}))), -0.1)


def test_draws_of_parameters_give_draws_of_schedules():
    drawn = RogersCastro(**FUNDAMENTAL | {"mu2": np.array([18.0, 20.0, 24.0])})
    schedules = rogers_castro(AGES, drawn)
    assert schedules.shape == (3, 101)
    np.testing.assert_allclose(schedules[1], rogers_castro(AGES, FUNDAMENTAL))


def test_a_schedule_without_noise_is_recovered():
    schedule = rogers_castro(AGES, FUNDAMENTAL)
    fitted = rogers_castro(AGES, fit_rogers_castro(AGES, schedule))
    np.testing.assert_allclose(fitted, schedule, atol=0.01 * schedule.max())


def test_the_curve_of_a_small_town_is_recovered_within_its_noise():
    schedule = normalised_schedule(AGES, FUNDAMENTAL)
    counts = np.random.default_rng(7).poisson(800 * schedule).astype(float)
    fitted = rogers_castro(AGES, fit_rogers_castro(AGES, counts))
    assert np.abs(fitted / 800 - schedule).max() < 0.15 * schedule.max()
    assert np.abs(fitted / 800 - schedule).sum() < 0.5 * np.abs(counts / 800 - schedule).sum()


def test_an_outlier_changes_the_curve_little():
    schedule = rogers_castro(AGES, FUNDAMENTAL)
    outlier = schedule.copy()
    outlier[55] = schedule.max()
    fitted = rogers_castro(AGES, fit_rogers_castro(AGES, outlier))
    assert np.abs(fitted - schedule).max() < 0.05 * schedule.max()


def test_the_unit_of_the_data_is_the_unit_of_the_fit():
    schedule = rogers_castro(AGES, FUNDAMENTAL)
    fit = fit_rogers_castro(AGES, schedule * 5000.0)
    assert fit.c == pytest.approx(15.0, rel=1e-3)
    assert fit.mu2 == pytest.approx(20.0, abs=1e-3)


def test_in_and_out_migration_have_their_totals_and_differ_by_the_net():
    out = normalised_schedule(AGES, FUNDAMENTAL) * 900
    arriving = normalised_schedule(AGES, FUNDAMENTAL | {"a1": 0.03, "mu2": 24.0, "lambda2": 0.3}) * 1000
    net = arriving - out
    arrivals, departures = (rogers_castro(AGES, found) for found in fit_gross_from_net(AGES, net, 1000.0, 900.0))
    assert arrivals.sum() == pytest.approx(1000.0)
    assert departures.sum() == pytest.approx(900.0)
    assert min(arrivals.min(), departures.min()) >= 0.0
    assert np.var(arrivals - departures - net) < 0.05 * np.var(net)
    assert arrivals.argmax() > departures.argmax()


def test_invalid_data_are_refused():
    with pytest.raises(ShapeError, match="cannot be fitted"):
        fit_rogers_castro(AGES[:6], np.ones(6))
    with pytest.raises(DataError, match="no migration"):
        fit_rogers_castro(AGES, np.zeros(101))
    with pytest.raises(DataError, match="sums to zero"):
        normalised_schedule(AGES, dict.fromkeys(FUNDAMENTAL, 0.0))
    with pytest.raises(ShapeError, match="must agree"):
        fit_gross_from_net(AGES, np.ones(5), 1.0, 1.0)
    with pytest.raises(DataError, match="is zero"):
        fit_gross_from_net(AGES, np.ones(101), 0.0, 1.0)
