import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amoanalysis.errors import DataError, ShapeError, UserError
from amoanalysis.models.jobs.labour_demand import SECTIONS
from amoanalysis.models.projects.location_quotients import (
    cross_industry_quotients,
    find_small_cells,
    jobs_of_industries,
    jobs_scaled_to_totals,
    sections_of_industries,
    simple_quotients,
    size_factor,
    trade_shares,
)

pytestmark = pytest.mark.law

DELTA = np.array([0.1, 0.2, 0.3])
TWO = np.eye(2)
REFERENCE = np.array([100.0, 300.0])
AREA = np.array([20.0, 20.0])


@pytest.fixture(scope="module")
def lapland(data):
    return list(data.places["MK19"].members)


@pytest.fixture(scope="module")
def covers(data):
    return sections_of_industries(data.concordance("io_industries"))


@pytest.mark.parametrize("year", [2012, 2014, 2016, 2017])
def test_jobs_by_section_sum_to_the_known_jobs_of_every_place(data, lapland, year):
    workplace = data.table("jobs_by_workplace").query(
        "commuting == education == age_group == 'total' and year == @year"
    )
    jobs = jobs_scaled_to_totals(data.table("jobs_by_industry"), data.table("jobs_by_workplace"), year, lapland)
    np.testing.assert_allclose(jobs.sum(axis=1), workplace.set_index("place")["persons"].reindex(lapland))


def test_a_complete_year_is_left_as_it_is(data, lapland):
    jobs = jobs_scaled_to_totals(data.table("jobs_by_industry"), data.table("jobs_by_workplace"), 2017, lapland)
    table = data.table("jobs_by_industry").query("year == 2017 and industry == 'I'").set_index("place")["jobs"]
    np.testing.assert_allclose(jobs[:, SECTIONS.index("I")], table.reindex(lapland), rtol=1e-12)


def test_a_place_or_year_without_jobs_is_refused(data):
    tables = data.table("jobs_by_industry"), data.table("jobs_by_workplace")
    with pytest.raises(DataError, match="no jobs of 1999 for 273"):
        jobs_scaled_to_totals(*tables, 1999, ["273"])
    with pytest.raises(DataError, match="for 999"):
        jobs_scaled_to_totals(*tables, 2014, ["273", "999"])


def test_industries_of_a_section_share_its_jobs_by_wages_and_lose_none(covers):
    jobs = np.arange(1.0, len(SECTIONS) + 1)
    wages = np.arange(len(covers), dtype=float)
    shared = jobs_of_industries(covers, wages, jobs)
    np.testing.assert_allclose(shared.sum(axis=0), jobs)
    section = SECTIONS.index("C")
    manufacturing = covers[:, section] > 0
    np.testing.assert_allclose(
        shared[manufacturing, section] / jobs[section], wages[manufacturing] / wages[manufacturing].sum()
    )


def test_industries_that_pay_no_wages_share_their_section_evenly():
    covers = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    np.testing.assert_allclose(jobs_of_industries(covers, np.zeros(3), np.array([10.0, 4.0])).sum(axis=1), [5, 5, 4])


def test_lapland_against_itself_has_quotients_of_one_and_buys_as_before(covers, data, lapland):
    jobs = jobs_scaled_to_totals(data.table("jobs_by_industry"), data.table("jobs_by_workplace"), 2017, lapland).sum(
        axis=0
    )
    np.testing.assert_allclose(simple_quotients(jobs, jobs, covers), 1.0)
    np.testing.assert_allclose(size_factor(np.array(1.0), DELTA), 1.0)
    for method in ("slq", "cilq", "flq", "aflq"):
        shares = trade_shares(method, jobs, jobs, covers, DELTA)
        np.testing.assert_allclose(shares.industries, 1.0)
        np.testing.assert_allclose(shares.households, 1.0)


def test_quotients_of_the_places_average_to_one_by_jobs(covers, data, lapland):
    jobs = jobs_scaled_to_totals(data.table("jobs_by_industry"), data.table("jobs_by_workplace"), 2017, lapland)
    simple = simple_quotients(jobs, jobs.sum(axis=0), covers)
    np.testing.assert_allclose(jobs.sum(axis=1) @ simple / jobs.sum(), 1.0)


def test_quotients_by_hand():
    simple = simple_quotients(AREA, REFERENCE, TWO)
    np.testing.assert_allclose(simple, [2.0, 2 / 3])
    np.testing.assert_allclose(cross_industry_quotients(simple), [[2.0, 3.0], [1 / 3, 2 / 3]])
    shares = trade_shares("flq", AREA, REFERENCE, TWO, np.array([0.25]))
    size = np.log2(1.1) ** 0.25
    np.testing.assert_allclose(shares.industries[0], [[1.0, 1.0], [size / 3, size * 2 / 3]])
    np.testing.assert_allclose(shares.households[0], [1.0, size * 2 / 3])
    concentrated = trade_shares("aflq", AREA, REFERENCE, TWO, np.array([0.25])).industries[0]
    np.testing.assert_allclose(concentrated[1], [size / 3 * np.log2(3), size * 2 / 3])


@given(
    jobs=st.lists(st.floats(0, 100), min_size=4, max_size=4).filter(lambda jobs: sum(jobs) > 1), low=st.floats(0, 0.4)
)
def test_flq_takes_from_the_cross_quotient_and_falls_in_delta(jobs, low):
    area, reference = np.array(jobs), np.array([150.0, 100.0, 500.0, 250.0])
    delta = np.array([low, low + 0.1, low + 0.5])
    found = {name: trade_shares(name, area, reference, np.eye(4), delta) for name in ("cilq", "flq", "aflq")}
    for part in ("industries", "households"):
        flq = getattr(found["flq"], part)
        assert (np.diff(flq, axis=0) <= 1e-12).all()
        assert (flq <= getattr(found["cilq"], part) + 1e-12).all()
        assert (flq <= getattr(found["aflq"], part) + 1e-12).all()
        assert (flq >= 0).all()
    assert (found["aflq"].industries <= 1).all()


def test_a_larger_area_buys_less_from_outside():
    factors = size_factor(np.array([0.0, 0.02, 0.13, 1.0]), DELTA)
    assert (np.diff(factors, axis=0) > 0).all()
    assert factors[0].max() == 0
    assert factors[-1].min() == 1


def test_an_industry_without_jobs_supplies_nothing_and_is_no_buyer():
    shares = trade_shares("flq", np.array([0.0, 20.0]), REFERENCE, TWO, DELTA)
    assert not shares.industries[:, 0].any()
    assert not shares.industries[:, 1, 0].any()
    assert not shares.households[:, 0].any()
    assert not trade_shares("slq", np.array([0.0, 20.0]), REFERENCE, TWO, DELTA).industries[:, 0].any()


def test_an_area_that_does_not_lie_within_the_reference_is_refused():
    with pytest.raises(ShapeError, match="must be part of it"):
        simple_quotients(np.array([200.0, 1.0]), REFERENCE, TWO)


def test_an_unknown_quotient_is_named_with_its_nearest():
    with pytest.raises(UserError, match="did you mean 'flq'"):
        trade_shares("flqq", AREA, REFERENCE, TWO, DELTA)


def test_small_cells_are_listed_and_only_those(data, lapland):
    jobs = jobs_scaled_to_totals(data.table("jobs_by_industry"), data.table("jobs_by_workplace"), 2017, lapland)
    cells = find_small_cells(jobs, lapland, 10)
    assert len(cells) == (jobs < 10).sum()
    kolari = cells[cells["place"] == "273"].set_index("section")
    assert kolari.loc["B", "jobs"] == 0
    assert kolari.loc["B", "location_quotient"] == 0
    assert "I" not in kolari.index


def test_sections_that_nobody_knows_are_refused(data):
    concordance = data.concordance("io_industries").assign(sections="Z")
    with pytest.raises(DataError, match="row 2: 'Z' is not a section"):
        sections_of_industries(concordance)
