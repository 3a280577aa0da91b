import numpy as np
import pytest

from amoanalysis.errors import DataError, ShapeError
from amoanalysis.models.statistics.local_level import LevelSettings, fit_settings, state_at_end

pytestmark = pytest.mark.law


def wandering(seed: int, series: int, years: int, spread: float, persistence: float, noise: float) -> np.ndarray:
    generator = np.random.default_rng(seed)
    level = spread * generator.standard_normal(series)
    values = []
    for _ in range(years):
        values.append(level + noise * generator.standard_normal(series))
        level = persistence * level + spread * np.sqrt(1 - persistence**2) * generator.standard_normal(series)
    return np.array(values).T


def test_settings_are_found_again_in_made_series():
    values = wandering(3, 300, 30, 0.006, 0.9, 0.004)
    found = fit_settings(values, np.full(values.shape, 0.004**2 / 2))
    assert found.persistence == pytest.approx(0.9, abs=0.03)
    assert found.spread == pytest.approx(0.006, rel=0.1)
    assert found.excess == pytest.approx(2.0, rel=0.1)
    assert found.lasting == 0.0


def test_gaps_and_unknown_series_do_no_harm():
    values = wandering(4, 200, 25, 0.006, 0.9, 0.003)
    holed = values.copy()
    holed[::3, 5:9] = np.nan
    holed[0] = np.nan
    chance = np.full(values.shape, 0.003**2)
    assert fit_settings(holed, chance).spread == pytest.approx(fit_settings(values, chance).spread, rel=0.1)
    assert state_at_end(holed, chance, fit_settings(holed, chance)).mean[0] == pytest.approx([0.0, 0.0])


def test_what_is_expected_lies_between_zero_and_what_was_seen_and_the_nearer_to_zero_the_more_is_chance():
    seen = np.array([[np.nan, 0.01]])
    settings = LevelSettings(lasting=0.0, spread=0.005, persistence=0.9, excess=1.0)
    small, large = (state_at_end(seen, np.full(seen.shape, v), settings).mean.sum() for v in (0.0001, 0.000001))
    assert 0 < small < large < 0.01


def test_the_uncertainty_at_the_end_never_exceeds_that_of_an_unseen_series():
    values = wandering(5, 20, 12, 0.006, 0.9, 0.004)
    settings = LevelSettings(lasting=0.002, spread=0.006, persistence=0.9, excess=1.0)
    state = state_at_end(values, np.full(values.shape, 0.004**2), settings)
    covariance = state.root @ state.root.transpose(0, 2, 1)
    assert (covariance[:, 0, 0] < 0.002**2).all()
    assert (covariance[:, 1, 1] < 0.006**2).all()
    # Seen together, the lasting and the passing part can only be told apart at each other's cost.
    assert (covariance[:, 0, 1] < 0).all()


def test_too_little_and_ill_fitting_data_are_refused():
    with pytest.raises(DataError, match="three known years"):
        fit_settings(np.array([[0.1, 0.2, np.nan]]), np.ones((1, 3)))
    with pytest.raises(ShapeError, match="must agree"):
        fit_settings(np.ones((2, 5)), np.ones((2, 4)))
