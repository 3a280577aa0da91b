import numpy as np
import pandas as pd
import pytest
from made import BLOCK, assumed

from amoanalysis.models.population import migration_levels as model
from amoanalysis.models.population.migration_levels import AreaMigration, MigrationLevels, area_migration
from amoanalysis.models.statistics.local_level import LocalLevelSettings, LocalLevelState

pytestmark = pytest.mark.law

YEARS = range(2023, 2063)
STILL = LocalLevelSettings(permanent_sd=0.0, transitory_sd=0.0, persistence=0.8, overdispersion=1.0)


class Assumed:
    """Migration assumptions without uncertainty."""

    net_migration = assumed(0.001, path="long_run")
    migration_spread = assumed(1.0, path="spread")


def area(spread: float = 0.0) -> AreaMigration:
    settings = LocalLevelSettings(permanent_sd=0.0, transitory_sd=spread, persistence=0.8, overdispersion=1.0)
    known = {2022: 0.003, 2023: 0.006, 2024: 0.005}
    foreign = {2022: 0.004, 2023: 0.008, 2024: 0.007}
    return AreaMigration(known, foreign, 2024, np.array([-0.002, 0.003, 0.004]), np.zeros((3, 3)), settings, settings)


def levels(spread: float = 0.0, local: float = 0.0) -> MigrationLevels:
    start = LocalLevelState(np.array([[0.0, 0.01], [0.0, -0.01]]), np.zeros((2, 2, 2)))
    settings = LocalLevelSettings(permanent_sd=0.0, transitory_sd=local, persistence=0.5, overdispersion=1.0)
    return MigrationLevels(np.array([0.05, 0.04]), start, settings, (area(spread),), np.array([0, 0]), None)


def rates(**spreads: float) -> model.NetRates:
    return model.draw_net_migration(levels(**spreads), Assumed, BLOCK, 2022, YEARS)


def test_known_years_of_the_area_are_not_drawn():
    found = rates()
    for index, difference in enumerate((0.005, 0.0025)):
        total = found.internal[index] + found.foreign[index]
        np.testing.assert_allclose(total[:, 0], area().known[2023 + index] + difference)
        np.testing.assert_allclose(found.foreign[index], area().foreign[2023 + index])


def test_internal_migration_reverts_to_the_departure_and_foreign_to_its_permanent_level():
    found = rates()
    np.testing.assert_allclose(found.internal[-1], 0.001, atol=1e-5)
    np.testing.assert_allclose(found.foreign[-1], 0.003, atol=1e-5)


def test_all_places_of_an_area_share_its_shock():
    found = rates(spread=0.005)
    difference = found.internal[-1, :, 0] - found.internal[-1, :, 1]
    assert np.ptp(difference) < 1e-12
    assert found.internal[-1, :, 0].std() > 0.003


def test_local_shocks_reach_their_stationary_standard_deviation():
    found = rates(local=0.006)
    assert found.internal[20:, :, 0].std(axis=1) == pytest.approx(0.006, rel=0.15)


def test_an_area_splits_its_total_and_has_its_last_state():
    years = list(range(1990, 2020))
    internal = pd.Series(-0.004 * 0.9 ** np.arange(30), index=years)
    total = internal + 0.003
    found = area_migration(total, internal.loc[:2017], 2019)
    assert found.known == pytest.approx(total.to_dict())
    assert found.foreign[2017] == pytest.approx(0.003, abs=2e-4)
    assert found.mean.sum() == pytest.approx(total[2019], abs=2e-4)
    assert found.year == 2019


def test_an_area_without_data_has_expected_net_migration_of_zero():
    found = area_migration(pd.Series(dtype=float), pd.Series(dtype=float), 2018)
    assert found.year == 2018
    np.testing.assert_allclose(found.mean, 0.0)


def test_profiles_reproduce_the_net_migration_they_are_fitted_to(inputs):
    profile = inputs.population.profile
    np.testing.assert_allclose(profile.arriving.sum(axis=(1, 2)), 1.0)
    assert (profile.leaving >= 0).all()
    leaving_age = profile.leaving[0].mean(axis=0).argmax()
    assert 18 <= leaving_age <= 27
    # Out-migrants are concentrated in the ages of study more than in-migrants.
    leavers = (profile.leaving * inputs.population.population).sum(axis=0)
    leavers = leavers / leavers.sum()
    assert leavers[:, 18:23].sum() > 1.2 * profile.arriving[0][:, 18:23].sum()


def test_without_net_migration_by_age_both_profiles_are_the_same():
    residents = np.full((2, 101), 50.0)
    leaving, arriving = model.migration_profile(None, residents, 0.05)
    movers = leaving * residents
    np.testing.assert_allclose(movers / movers.sum(), arriving, atol=1e-12)
    assert movers.sum() == pytest.approx(0.05 * residents.sum(), rel=0.05)
