import numpy as np
import pytest
from panels import account_of, lapland

from amoanalysis.models.jobs.nowcast import OBSERVED, REGISTER, REGISTER_HELD, job_totals
from amoanalysis.models.statistics.partial_pooling import VarianceBySize, fit_variance_by_size

pytestmark = pytest.mark.law


@pytest.fixture(scope="module")
def totals(data):
    places = lapland(data)
    return job_totals(
        data.table("jobs_by_workplace"), account_of(data, places), data.table("labour_market_monthly"), places
    )


def test_totals_run_from_1987_to_the_last_year_of_the_register(totals):
    assert (totals.years[0], totals.years[-1]) == (1987, 2023)
    assert [totals.source[totals.years.index(year)] for year in (2017, 2018, 2021, 2022)] == [
        OBSERVED, REGISTER, REGISTER, REGISTER_HELD,
    ]  # fmt: skip


def test_observed_years_have_no_error_and_later_ones_err_the_more_the_further(totals):
    last = totals.years.index(2017)
    assert totals.variance[:, : last + 1].max() == 0
    assert (np.diff(totals.variance[:, last:].mean(axis=0)) > 0).all()
    assert np.sqrt(totals.variance[:, last + 1].min()) > 0.005
    assert np.sqrt(totals.variance.max()) < 0.25


def test_small_places_err_more(totals, data):
    places, last = lapland(data), -1
    variance = totals.variance[:, last]
    assert variance[places.index("742")] > variance[places.index("698")]


def test_the_account_is_met_where_it_reaches(totals, data):
    places = lapland(data)
    account = account_of(data, places)
    np.testing.assert_allclose(totals.jobs[:, totals.years.index(2021)], account.values(2021, "jobs", places))


def test_more_unemployed_in_the_last_months_are_fewer_jobs(totals, data):
    places = lapland(data)
    register = data.table("labour_market_monthly").copy()
    hit = (register["place"] == "273") & (register["month"] == "2023-10")
    register.loc[hit, "unemployed_jobseekers"] *= 2
    worse = job_totals(data.table("jobs_by_workplace"), account_of(data, places), register, places)
    change = worse.jobs[:, -1] - totals.jobs[:, -1]
    assert change[places.index("273")] < -100
    assert np.delete(change, places.index("273")).max() == pytest.approx(0)


def test_the_variance_of_counts_is_found_in_made_changes():
    rng = np.random.default_rng(4)
    jobs = rng.choice([5.0, 20.0, 100.0, 1000.0], (400, 40))
    found = fit_variance_by_size(rng.normal(0, np.sqrt(0.001 + 0.4 / jobs)), jobs)
    assert found.common == pytest.approx(0.001, rel=0.1)
    assert found.sampling == pytest.approx(0.4, rel=0.1)


def test_a_few_jumps_do_not_make_a_wide_spread():
    rng = np.random.default_rng(4)
    jobs = np.full((400, 10), 100.0)
    changes = rng.normal(0, 0.05, jobs.shape)
    changes[:20, 0] = 2.0
    assert fit_variance_by_size(changes, jobs).variance(np.array(100.0)) < 0.07**2


def test_no_change_is_no_variance():
    assert fit_variance_by_size(np.zeros((3, 3)), np.full((3, 3), 10.0)) == VarianceBySize(0.0, 0.0)
