import numpy as np
import pytest
from cohort_accounts import cohort_step

from amoanalysis.config.files import data_folder
from amoanalysis.data.load import Data
from amoanalysis.errors import DataError, ShapeError
from amoanalysis.models.population.mortality import (
    estimate_improvement,
    interpolate_over_ages,
    life_expectancy,
    smooth_death_rates,
    survival_ratios,
)

pytestmark = pytest.mark.law

AGES = np.arange(101)
GOMPERTZ = np.stack([3e-5 * np.exp(0.095 * AGES), 8e-5 * np.exp(0.088 * AGES)])
PEOPLE = np.stack([np.full(101, 900.0) - 8 * AGES, np.full(101, 900.0) - 8.5 * AGES])


def with_infants(rates, infants=0.003):
    rates = rates.copy()
    rates[..., 0] = infants
    return rates


def test_life_expectancy_under_a_constant_rate_is_its_inverse():
    # The life table assumes deaths in mid-year, so the result differs by a few weeks at most.
    assert life_expectancy(np.full((2, 101), 0.02)) == pytest.approx([50.0, 50.0], abs=0.02)


def test_life_expectancy_of_lapland_is_as_published():
    data = Data(data_folder())
    table = data.table("mortality").query("place == 'MK19' and 2014 <= year <= 2016")
    rates = table.groupby(["sex", "age"])["death_rate"].mean().unstack().to_numpy()
    # Statistics Finland: women 83.65 and men 77.71 in 2014-2016, from deaths pooled over the three years.
    assert life_expectancy(rates) == pytest.approx([83.65, 77.71], abs=0.1)


def test_life_expectancy_of_lapland_is_as_published_in_every_year():
    data = Data(data_folder())
    rates = data.table("mortality").query("place == 'MK19'")
    rates = rates.pivot(index="year", columns=["sex", "age"], values="death_rate")
    published = data.table("life_expectancy").query("place == 'MK19'")
    published = published.pivot(index="year", columns="sex", values="life_expectancy").loc[rates.index, ["f", "m"]]
    computed = life_expectancy(rates.to_numpy().reshape(len(rates), 2, 101))
    # Rounding of the published decimal.
    np.testing.assert_allclose(computed, published, rtol=0, atol=0.05)


def test_higher_rates_reduce_life_expectancy_and_ratios_are_shares():
    assert np.all(life_expectancy(GOMPERTZ * 1.1) < life_expectancy(GOMPERTZ))
    ratios = survival_ratios(with_infants(GOMPERTZ))
    assert ratios.shape == (2, 101)
    assert ratios.min() > 0.0
    assert ratios.max() < 1.0
    assert np.all(survival_ratios(GOMPERTZ * 1.1) < survival_ratios(GOMPERTZ))


def test_infants_die_early_in_their_first_year():
    rates = with_infants(GOMPERTZ)
    # Andreev & Kingkade at a rate of 0.003: 0.1429 years for girls, 0.1433 for boys.
    lived = 1 - (1 - np.array([0.14903 - 2.05527 * 0.003, 0.14929 - 1.99545 * 0.003])) * 0.003
    assert survival_ratios(rates)[:, 0] == pytest.approx(lived, abs=1e-5)


def test_the_population_of_the_life_table_is_stationary():
    ratios = survival_ratios(with_infants(GOMPERTZ))
    population = np.cumprod(ratios, axis=-1)
    population[:, -1] = population[:, -2] * ratios[:, -1] / (1 - ratios[:, -1])
    assert population.sum(axis=-1) == pytest.approx(life_expectancy(with_infants(GOMPERTZ)))
    fertility = np.zeros(population.shape[-1])
    fertility[30] = 2.0 / population[0, 30]
    step = cohort_step(population, ratios, fertility, 1.0)
    np.testing.assert_allclose(step.population, population, rtol=1e-10)


def test_draws_of_rates_give_draws_of_ratios():
    drawn = GOMPERTZ * np.array([0.9, 1.0, 1.1])[:, None, None]
    np.testing.assert_array_equal(survival_ratios(drawn)[1], survival_ratios(GOMPERTZ))


def test_smoothing_keeps_the_deaths_and_their_mean_age():
    deaths = np.random.default_rng(3).poisson(GOMPERTZ * PEOPLE).astype(float)
    deaths[:, 0] = 2.0
    fitted = smooth_death_rates(deaths, PEOPLE, penalty=300.0) * PEOPLE
    np.testing.assert_allclose(fitted.sum(axis=-1), deaths.sum(axis=-1), rtol=1e-6)
    np.testing.assert_allclose(fitted @ AGES, deaths @ AGES, rtol=1e-6)


def test_smoothing_recovers_the_curve_of_a_small_region():
    truth = with_infants(GOMPERTZ)
    deaths = np.random.default_rng(5).poisson(truth * PEOPLE).astype(float)
    smooth = smooth_death_rates(deaths, PEOPLE)
    assert np.abs(np.log(smooth / truth))[:, 30:95].max() < 0.2
    assert life_expectancy(smooth) == pytest.approx(life_expectancy(truth), abs=1.0)
    assert np.all(smooth > 0)


def test_a_strong_penalty_gives_a_straight_line_of_logs():
    deaths = np.random.default_rng(5).poisson(GOMPERTZ * PEOPLE).astype(float)
    logs = np.log(smooth_death_rates(deaths, PEOPLE, penalty=1e9))[:, 1:]
    assert np.abs(np.diff(logs, n=2)).max() < 1e-5


def test_infants_are_not_smoothed_and_an_empty_age_is_interpolated():
    deaths, people = GOMPERTZ * PEOPLE, PEOPLE.copy()
    deaths[:, 0] = 5.0
    deaths[:, 70], people[:, 70] = 0.0, 0.0
    smooth = smooth_death_rates(deaths, people, penalty=10.0)
    np.testing.assert_allclose(smooth[:, 0], 5.0 / people[:, 0])
    np.testing.assert_allclose(smooth[:, 70], GOMPERTZ[:, 70], rtol=0.01)


def test_a_constant_improvement_is_recovered_across_a_gap_in_the_years():
    years = np.r_[1980:2014, 2017:2025].astype(float)
    decline = np.array([[0.01, 0.02], [0.03, 0.015]])
    rates = np.exp(-5 - decline[None] * (years - 1980)[:, None, None])
    drift = estimate_improvement(years, np.repeat(rates, 2, axis=2), np.ones((2, 4)), (0, 2))
    np.testing.assert_allclose(drift.improvement, decline, atol=1e-12)
    assert drift.standard_error.max() < 1e-10


def test_the_standard_error_has_its_coverage_under_autocorrelation():
    generator = np.random.default_rng(11)
    years = np.arange(1980.0, 2022.0)
    shocks = generator.normal(0, 0.03, (len(years), 2, 200))
    errors = np.zeros_like(shocks)
    for year in range(1, len(years)):
        errors[year] = 0.7 * errors[year - 1] + shocks[year]
    rates = np.exp(-4 - 0.02 * (years - 1980)[:, None, None] + errors)
    drift = estimate_improvement(years, rates, np.ones((2, 200)), range(200))
    covered = np.abs(drift.improvement - 0.02) < 1.2816 * drift.standard_error
    assert 0.74 < covered.mean() < 0.9


def test_values_of_groups_are_interpolated_without_steps():
    values = np.array([[0.05, 0.03, 0.01, 0.02]])
    spread = interpolate_over_ages(values, (0, 1, 31, 61), 101)
    assert spread.shape == (1, 101)
    assert spread[0, 0] == 0.05
    assert spread[0, 1] == 0.03
    assert spread[0, 45] == pytest.approx(0.01, abs=1e-3)
    assert spread[0, 100] == 0.02
    assert np.abs(np.diff(spread[0, 1:])).max() < 0.001


def test_invalid_arrays_are_refused():
    with pytest.raises(ShapeError, match="sex"):
        life_expectancy(GOMPERTZ[0])
    with pytest.raises(DataError, match="open age"):
        life_expectancy(GOMPERTZ * (AGES < 100))
    with pytest.raises(ShapeError, match="must agree"):
        smooth_death_rates(PEOPLE, PEOPLE[:, 1:])
    with pytest.raises(DataError, match="without deaths"):
        smooth_death_rates(PEOPLE * 0, PEOPLE)
    with pytest.raises(ShapeError, match="at least 5 years"):
        estimate_improvement(np.arange(3.0), np.ones((3, 2, 4)), np.ones((2, 4)), (0,))
    with pytest.raises(DataError, match="no deaths"):
        estimate_improvement(np.arange(9.0), np.zeros((9, 2, 4)), np.ones((2, 4)), (0,))
