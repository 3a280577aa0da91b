import numpy as np
import pytest
from statsmodels.tsa.statespace.mlemodel import MLEModel

from amoanalysis.errors import DataError, ShapeError
from amoanalysis.models.statistics.local_level import LocalLevelSettings, _filter, filter_last_state, fit_settings

pytestmark = pytest.mark.law


def simulate(seed: int, series: int, years: int, spread: float, persistence: float, noise: float) -> np.ndarray:
    generator = np.random.default_rng(seed)
    level = spread * generator.standard_normal(series)
    values = []
    for _ in range(years):
        values.append(level + noise * generator.standard_normal(series))
        level = persistence * level + spread * np.sqrt(1 - persistence**2) * generator.standard_normal(series)
    return np.array(values).T


def test_settings_are_recovered_from_simulated_series():
    values = simulate(3, 300, 30, 0.006, 0.9, 0.004)
    found = fit_settings(values, np.full(values.shape, 0.004**2 / 2))
    assert found.persistence == pytest.approx(0.9, abs=0.03)
    assert found.transitory_sd == pytest.approx(0.006, rel=0.1)
    assert found.overdispersion == pytest.approx(2.0, rel=0.1)
    assert found.permanent_sd == 0.0


def test_gaps_and_unknown_series_are_allowed():
    values = simulate(4, 200, 25, 0.006, 0.9, 0.003)
    gaps = values.copy()
    gaps[::3, 5:9] = np.nan
    gaps[0] = np.nan
    variance = np.full(values.shape, 0.003**2)
    assert fit_settings(gaps, variance).transitory_sd == pytest.approx(
        fit_settings(values, variance).transitory_sd, rel=0.1
    )
    assert filter_last_state(gaps, variance, fit_settings(gaps, variance)).mean[0] == pytest.approx([0.0, 0.0])


def test_the_filtered_level_is_shrunk_to_zero_by_sampling_variance():
    observed = np.array([[np.nan, 0.01]])
    settings = LocalLevelSettings(permanent_sd=0.0, transitory_sd=0.005, persistence=0.9, overdispersion=1.0)
    small, large = (
        filter_last_state(observed, np.full(observed.shape, v), settings).mean.sum() for v in (0.0001, 0.000001)
    )
    assert 0 < small < large < 0.01


def test_the_last_state_is_less_uncertain_than_that_of_an_unknown_series():
    values = simulate(5, 20, 12, 0.006, 0.9, 0.004)
    settings = LocalLevelSettings(permanent_sd=0.002, transitory_sd=0.006, persistence=0.9, overdispersion=1.0)
    state = filter_last_state(values, np.full(values.shape, 0.004**2), settings)
    covariance = state.root @ state.root.transpose(0, 2, 1)
    assert (covariance[:, 0, 0] < 0.002**2).all()
    assert (covariance[:, 1, 1] < 0.006**2).all()
    # Only the sum of the two components is observed, so their errors are negatively correlated.
    assert (covariance[:, 0, 1] < 0).all()


def test_the_filter_agrees_with_statsmodels():
    values = simulate(6, 3, 15, 0.006, 0.9, 0.004)
    values[1, 4:7] = np.nan
    variance = np.random.default_rng(1).uniform(1e-5, 4e-5, values.shape)
    settings = LocalLevelSettings(permanent_sd=0.003, transitory_sd=0.006, persistence=0.9, overdispersion=1.7)
    state = filter_last_state(values, variance, settings)
    logs = np.log([settings.permanent_sd, settings.transitory_sd, settings.overdispersion])
    total = _filter(values, variance, np.array([[logs[0], logs[1], settings.persistence, logs[2]]]))[2][0]
    log_likelihood = 0.0
    for i, series in enumerate(values):
        model = MLEModel(series, k_states=2, k_posdef=1)
        model["design"] = np.ones((1, 2))
        model["transition"] = np.diag([1.0, settings.persistence])
        model["selection"] = np.array([[0.0], [1.0]])
        model["state_cov"] = np.array([[settings.transitory_sd**2 * (1 - settings.persistence**2)]])
        model["obs_cov"] = settings.overdispersion * variance[i][None, None]
        model.initialize_known(np.zeros(2), np.diag([settings.permanent_sd**2, settings.transitory_sd**2]))
        result = model.ssm.filter()
        np.testing.assert_allclose(state.mean[i], result.filtered_state[:, -1], rtol=1e-9)
        covariance = state.root[i] @ state.root[i].T
        np.testing.assert_allclose(covariance, result.filtered_state_cov[..., -1], rtol=1e-9, atol=1e-16)
        log_likelihood += result.llf_obs.sum() + 0.5 * np.log(2 * np.pi) * np.isfinite(series).sum()
    assert total == pytest.approx(-2 * log_likelihood, rel=1e-9)


def test_short_series_and_different_shapes_are_refused():
    with pytest.raises(DataError, match="three known years"):
        fit_settings(np.array([[0.1, 0.2, np.nan]]), np.ones((1, 3)))
    with pytest.raises(ShapeError, match="must agree"):
        fit_settings(np.ones((2, 5)), np.ones((2, 4)))
