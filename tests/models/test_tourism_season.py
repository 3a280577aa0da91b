import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amoanalysis.errors import DataError
from amoanalysis.models.tourism import published_profile, season_length_factor, seasonal_jobs

pytestmark = pytest.mark.law


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
