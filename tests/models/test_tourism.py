import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import BLOCK, assumed

from amoanalysis.config.assumptions import TourismAssumptions
from amoanalysis.errors import DataError
from amoanalysis.models import tourism
from amoanalysis.models.jobs.labour_demand import SECTIONS
from amoanalysis.models.tourism import published_profile, season_length_factor, seasonal_jobs

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


def figures(**values: float) -> pd.DataFrame:
    periods = [name.lstrip("m").replace("_to_", "/").replace("_", "-") for name in values]
    return pd.DataFrame({"period": periods, "value": list(values.values())})


YEAR = {f"m2019_{month:02d}": 100.0 + month for month in range(1, 13)}


def test_the_months_average_to_the_year():
    profile = published_profile(figures(**YEAR), 2019)
    assert profile.mean() == pytest.approx(1.0)
    assert profile.argmax() == 11


def test_a_run_of_months_is_divided_as_in_other_years_and_keeps_its_sum():
    runs = {name: value for name, value in YEAR.items() if name not in ("m2019_04", "m2019_05")}
    both = figures(**runs, m2019_04_to_2019_05=300.0, m2017_04=200.0, m2014_05=50.0, m2014_04=240.0)
    profile = published_profile(both, 2019)
    total = sum(runs.values()) + 300
    assert (profile[3] + profile[4]) * total / 12 == pytest.approx(300)
    assert profile[3] / profile[4] == pytest.approx(220 / 50)


def test_a_run_that_no_other_year_divides_leans_on_its_neighbours():
    runs = {name: value for name, value in YEAR.items() if name not in ("m2019_08", "m2019_09")}
    runs |= {"m2019_07": 400.0, "m2019_10": 100.0}
    profile = published_profile(figures(**runs, m2019_08_to_2019_09=450.0), 2019)
    assert profile[6] > profile[7] > profile[8] > profile[9]


def test_a_missing_month_stops_the_run():
    known = {name: value for name, value in YEAR.items() if name != "m2019_06"}
    with pytest.raises(DataError, match="2019"):
        published_profile(figures(**known), 2019)


def test_lapland_peaks_in_december_and_rests_in_may(data):
    rows = data.table("tourism").query(
        "place == 'MK19' and indicator in ['nights_total', 'registered overnight stays']"
    )
    profile = published_profile(rows, 2019)
    assert profile.argmax() == 11
    assert profile.argmin() == 4


@given(permanent=st.floats(0, 1), yearly=st.floats(0, 5000))
def test_seasonal_work_averages_to_the_year_and_permanent_work_is_there_in_every_month(permanent, yearly):
    profile = published_profile(figures(**YEAR), 2019)
    jobs = seasonal_jobs(np.array([yearly]), np.array([permanent]), profile)
    assert jobs.mean() == pytest.approx(yearly)
    assert (jobs >= yearly * permanent - 1e-6).all()


def test_a_season_twice_as_long_adds_seasonal_and_no_permanent_work():
    permanent, yearly = np.array([0.4]), np.array([1000.0])
    longer = yearly * season_length_factor(permanent, np.array([2.0]))
    assert longer - yearly == pytest.approx(0.6 * 1000)
    assert season_length_factor(permanent, np.array([1.0])) == pytest.approx(1.0)
