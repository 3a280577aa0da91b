import numpy as np
import pytest
from made import BLOCK, assumed

from amoanalysis.config.assumptions import TourismAssumptions
from amoanalysis.models import tourism
from amoanalysis.models.jobs.labour_demand import SECTIONS

pytestmark = pytest.mark.law

YEARS = range(2022, 2041)


def assumptions(growth=0.02, damping=0.9, shock=0.0, season=1.0, **more) -> TourismAssumptions:
    return TourismAssumptions(
        nights={"261": assumed(500_000)},
        jobs_per_1000_nights={"261": assumed(1.7)},
        split={"I": assumed(0.6), "R": assumed(0.2)},
        unregistered_nights_per_registered=assumed(1.5),
        permanent_share=assumed(0.4),
        season_length=assumed(season),
        outside_share_of_seasonal=assumed(0.5),
        built_share_of_planned_beds=assumed(0.15),
        nights_per_bed=assumed(75),
        level_in_jump_off_year=assumed(1.0),
        growth=assumed(growth),
        growth_damping=assumed(damping),
        shock=assumed(shock),
        persistence=assumed(0.5),
        **more,
    )


def nights(**given) -> np.ndarray:
    return tourism.overnight_stays(assumptions(**given), BLOCK, ["261", "976"], 2022, YEARS)


def test_stays_start_at_their_anchor_and_a_place_without_one_has_none():
    stays = nights(shock=0.2)
    np.testing.assert_allclose(stays[0, :, 0], 500_000)
    assert not stays[:, :, 1].any()


def test_damped_growth_tends_to_a_limit():
    stays = nights(growth=0.03, damping=0.8)[:, 0, 0]
    steps = np.diff(np.log(stays))
    assert steps[0] == pytest.approx(0.03)
    np.testing.assert_allclose(steps[1:] / steps[:-1], 0.8)
    assert stays[-1] < 500_000 * np.exp(0.03 / (1 - 0.8))


def test_no_growth_and_no_shock_leaves_stays_as_they_are():
    np.testing.assert_allclose(nights(growth=0.0)[:, :, 0], 500_000)


def test_extra_growth_reaches_the_place_it_is_meant_for_alone():
    more = nights(extra_growth={"261": assumed(0.01), "976": assumed(0.01)})
    np.testing.assert_allclose(more[-1, :, 0] / nights()[-1, :, 0], np.exp(0.01 * 18))
    assert not more[:, :, 1].any()


def test_work_follows_stays():
    rate = tourism.jobs_per_night(assumptions(), BLOCK, ["261", "976"])
    np.testing.assert_allclose(rate * [[530_000, 1]], [[901, 0]] * BLOCK.count)


def test_the_split_over_sections_sums_to_one():
    split = tourism.sector_split(assumptions(), BLOCK, SECTIONS)
    np.testing.assert_allclose(split.sum(axis=1), 1.0)
    assert split[0, SECTIONS.index("I")] == pytest.approx(0.75)


def test_a_season_twice_as_long_adds_the_seasonal_part_once_more_and_is_reached_in_five_years():
    stays = nights(growth=0.0, season=2.0)[:, 0, 0]
    assert stays[0] == pytest.approx(500_000)
    assert stays[5] == pytest.approx(500_000 * 1.6)
    np.testing.assert_allclose(np.diff(stays[:6]), 60_000)
    assert stays[-1] == pytest.approx(stays[5])


def test_workers_from_outside_do_a_share_of_the_seasonal_part_alone():
    np.testing.assert_allclose(tourism.outside_share(assumptions(), BLOCK), 0.6 * 0.5)
