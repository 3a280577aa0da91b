import numpy as np
import pandas as pd
import pytest
from made import BLOCK, assumed

from amoanalysis.models import migration as model
from amoanalysis.models.migration import MigrationLevels

pytestmark = pytest.mark.law

YEARS = range(2023, 2043)


class Assumed:
    """Migration assumptions, certain unless said otherwise."""

    net_migration = assumed(0.001, path="long_run")
    net_migration_persistence = assumed(0.5, path="p")
    net_migration_shock = assumed(0.0, path="s")
    local_migration_persistence = assumed(0.5, path="lp")
    local_migration_shock = assumed(0.0, path="ls")


LEVELS = MigrationLevels(
    gross=np.array([0.05, 0.04]), deviation=np.array([0.01, -0.01]), local_start=np.array([0.004, 0.0]),
    common={2022: 0.003, 2023: 0.006, 2024: 0.005},
)  # fmt: skip


def test_known_years_of_the_area_are_taken_as_they_are():
    rates = model.net_rates(LEVELS, Assumed, BLOCK, 2022, YEARS)
    np.testing.assert_allclose(rates[:2, :, 1], np.array([[0.006 - 0.01], [0.005 - 0.01]]) * np.ones(BLOCK.count))


def test_the_level_reverts_to_the_long_run_mean_and_keeps_what_is_lasting_of_a_place():
    rates = model.net_rates(LEVELS, Assumed, BLOCK, 2022, YEARS)
    np.testing.assert_allclose(rates[-1, 0], [0.011, -0.009], atol=1e-4)
    distance = rates[2:6, 0, 1] - (-0.009)
    np.testing.assert_allclose(distance[1:] / distance[:-1], 0.5, rtol=1e-6)


def test_all_places_share_the_shock_of_the_area():
    shocked = type("Shocked", (Assumed,), {"net_migration_shock": assumed(0.005, path="s")})
    rates = model.net_rates(LEVELS, shocked, BLOCK, 2022, YEARS)
    apart = rates[-1, :, 0] - rates[-1, :, 1]
    assert np.ptp(apart) < 1e-12
    assert rates[-1, :, 0].std() > 0.003


def test_a_mean_is_shrunk_the_more_the_noisier_the_places_are():
    years = list(range(2008, 2023))
    common = pd.Series(0.0, index=years)
    generator = np.random.default_rng(4)

    def lasting(noise: float) -> np.ndarray:
        true = np.linspace(-0.02, 0.02, 21)[:, None]
        table = pd.DataFrame(true + noise * generator.standard_normal((21, 15)), index=[f"{i:03d}" for i in range(21)])
        table.columns = years
        gross = pd.Series(0.05, index=table.index)
        levels = model.migration_levels(table, gross, common, list(table.index))
        return np.abs(levels.deviation).sum() / np.abs(table.mean(axis=1)).sum()

    assert lasting(1e-6) == pytest.approx(1.0, abs=1e-3)
    assert lasting(0.1) < lasting(0.02) < 1.0


def test_profiles_reproduce_the_net_migration_they_were_made_from(inputs):
    profile = inputs.population.profile
    assert profile.arriving.sum() == pytest.approx(1.0)
    assert (profile.leaving >= 0).all()
    leaving_age = profile.leaving.mean(axis=0).argmax()
    assert 18 <= leaving_age <= 27
    # More of those who leave than of those who come are in the ages of study.
    leavers = profile.leaving * inputs.population.population.sum(axis=0)
    leavers = leavers / leavers.sum()
    assert leavers[:, 18:23].sum() > 1.2 * profile.arriving[:, 18:23].sum()
