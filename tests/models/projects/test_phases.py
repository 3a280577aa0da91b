import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import BLOCK, assumed
from pydantic import ValidationError

from amoanalysis.config.assumptions import Event, ProjectsAssumptions
from amoanalysis.models.jobs.labour_demand import SECTIONS
from amoanalysis.models.labour_force.commuting import great_circle_kilometres
from amoanalysis.models.projects.phases import (
    contractor_split,
    divide_by_residence,
    gravity_weights,
    jobs_by_section,
    local_share,
    project_jobs,
)

pytestmark = pytest.mark.law


SHARES = {
    f"{who}_share_{phase}": assumed(0.2)
    for who in ("local", "neighbour", "elsewhere")
    for phase in ("construction", "operation")
}
GENERAL = ProjectsAssumptions(
    contractors_per_own_employee=assumed(0.5),
    contractor_split={"B": assumed(0.2), "F": assumed(0.6), "H": assumed(0.2)},
    built_share_of_plan=assumed(1.0),
    headcount_per_person_year=assumed(1.05),
    local_share_falls=assumed(0.2),
    local_share_reference=assumed(300),
    **SHARES,
)
WORDS = {"fi": "k", "en": "m"}


def mine(start=2030.0, probability=1.0, construction=2.0, operating=10.0, ramp=2.0, down=2.0) -> Event:
    return Event(
        kind="mine",
        place="273",
        name=WORDS,
        probability=assumed(probability),
        start=assumed(start),
        construction_years=assumed(construction),
        construction_jobs=assumed(500),
        operating_jobs=assumed(300),
        ramp_up_years=assumed(ramp),
        operating_years=assumed(operating),
        wind_down_years=assumed(down),
    )


def closing(start=2034.0, jobs=480.0) -> Event:
    return Event(
        kind="mine",
        effect="closes",
        place="261",
        name=WORDS,
        probability=assumed(1.0),
        start=assumed(start),
        existing_jobs=assumed(jobs),
        wind_down_years=assumed(2.0),
    )


YEARS = range(2023, 2061)


@given(start=st.floats(2027, 2035), construction=st.floats(1, 4), ramp=st.floats(0.5, 3), operating=st.floats(5, 15))
def test_job_years_do_not_depend_on_where_in_a_year_a_project_starts(start, construction, ramp, operating):
    jobs = project_jobs(mine(start, 1.0, construction, operating, ramp), GENERAL, BLOCK, "mine", YEARS)
    np.testing.assert_allclose(jobs.construction.sum(axis=0), 500 * construction, rtol=1e-9)
    # Ramp-up and wind-down are triangles: operating years, less half the ramp, plus half the wind-down.
    np.testing.assert_allclose(jobs.operation.sum(axis=0), 450 * (operating - ramp / 2 + 1.0), rtol=1e-9)


def test_closing_a_mine_releases_no_more_jobs_than_opening_created():
    jobs = project_jobs(mine(), GENERAL, BLOCK, "mine", YEARS).operation
    steps = np.diff(jobs, axis=0, prepend=0.0)
    np.testing.assert_allclose(steps.sum(axis=0), 0.0, atol=1e-9)
    assert jobs.min() >= 0.0
    assert jobs.max() <= 450.0 + 1e-9


def test_building_ends_where_operation_begins():
    jobs = project_jobs(mine(start=2030.0), GENERAL, BLOCK, "mine", YEARS)
    before, after = YEARS.index(2029), YEARS.index(2030)
    assert (jobs.construction[before] == 500).all()
    assert (jobs.construction[after] == 0).all()
    assert (jobs.operation[before] == 0).all()
    assert (jobs.operation[after] > 0).all()


def test_a_project_of_probability_zero_leaves_no_trace():
    jobs = project_jobs(mine(probability=0.0), GENERAL, BLOCK, "mine", YEARS)
    assert not jobs.construction.any()
    assert not jobs.operation.any()


def test_a_project_happens_in_as_many_draws_as_its_probability_says():
    jobs = project_jobs(mine(probability=0.3), GENERAL, BLOCK, "mine", YEARS)
    assert (jobs.operation.sum(axis=0) > 0).mean() == pytest.approx(0.3, abs=0.1)


def test_contractors_come_on_top_of_own_staff_and_an_event_may_have_its_own_figure():
    own = mine().model_copy(update={"contractors_per_own_employee": assumed(1.0)})
    jobs = project_jobs(own, GENERAL, BLOCK, "mine", YEARS)
    assert jobs.operation.max() == pytest.approx(600)
    np.testing.assert_allclose(jobs.own, jobs.contractors)


def test_a_closing_takes_the_jobs_that_are_there_and_no_more():
    jobs = project_jobs(closing(), GENERAL, BLOCK, "closing", YEARS)
    before, during, after = (YEARS.index(year) for year in (2033, 2034, 2036))
    assert (jobs.operation[before] == 0).all()
    np.testing.assert_allclose(jobs.own[during], -480 / 4)
    np.testing.assert_allclose(jobs.own[after:], -480)
    np.testing.assert_allclose(jobs.contractors[after:], -240)
    assert not jobs.construction.any()


def test_sections_take_every_direct_job():
    jobs = project_jobs(mine(), GENERAL, BLOCK, "mine", YEARS)
    by_section = jobs_by_section(mine(), jobs, contractor_split(GENERAL, BLOCK))
    np.testing.assert_allclose(by_section.sum(axis=2), jobs.construction + jobs.operation)
    full = YEARS.index(2035)
    assert by_section[full, 0, SECTIONS.index("B")] == pytest.approx(300 + 0.2 * 150)


def test_beds_open_as_they_are_built_and_stay():
    hotel = Event(
        kind="hotel",
        place="261",
        name=WORDS,
        probability=assumed(1.0),
        start=assumed(2028),
        beds_planned=assumed(5000),
        ramp_up_years=assumed(5),
    )
    beds = project_jobs(hotel, GENERAL, BLOCK, "hotel", YEARS).beds[:, 0]
    assert beds[YEARS.index(2027)] == 0
    assert (np.diff(beds) >= 0).all()
    assert beds[YEARS.index(2033)] == pytest.approx(5000)


@pytest.mark.parametrize(
    ("field", "said"),
    [("existing_jobs", "no existing_jobs"), ("wind_down_years", "no wind_down_years"), ("name", "fi and en")],
)
def test_an_event_that_cannot_be_reckoned_is_refused(field, said):
    whole = {name: value for name, value in closing().model_dump().items() if value is not None}
    broken = {**whole, "name": {"fi": "k"}} if field == "name" else {n: v for n, v in whole.items() if n != field}
    with pytest.raises(ValidationError, match=said):
        Event.model_validate(broken)


WEIGHTS = np.array([0.0, 0.7, 0.3])
JOBS = np.linspace(0, 600, 12).reshape(4, 3)
share = st.floats(0.0, 1.0)


def divided(local: float, near: float, far: float, site: int | None = 0, jobs: np.ndarray = JOBS):
    draws = jobs.shape[1]
    return divide_by_residence(
        jobs, np.full(jobs.shape, local), np.full(draws, near), np.full(draws, far), WEIGHTS, site
    )


@given(local=share, near=share, far=share)
def test_every_worker_has_one_home(local, near, far):
    found = divided(local, near, far)
    np.testing.assert_allclose(
        (found.living_locally + found.commuting_in + found.flown_in).sum(axis=2), JOBS, atol=1e-9
    )
    assert (
        min(found.living_locally.min(), found.commuting_in.min(), found.flown_in.min(), found.commuting_out.min())
        >= -1e-9
    )


@given(local=share, near=share, far=share)
def test_who_leaves_the_neighbours_arrives_at_the_site(local, near, far):
    found = divided(local, near, far)
    assert (found.commuting_out.sum(axis=2) <= found.commuting_in.sum(axis=2) + 1e-9).all()
    assert not found.commuting_out[..., 0].any()


def test_a_closing_project_releases_what_an_opening_one_took():
    opened, closed = divided(0.5, 0.1, 0.2), divided(0.5, 0.1, 0.2, jobs=-JOBS)
    for name in ("living_locally", "commuting_in", "flown_in", "commuting_out"):
        np.testing.assert_allclose(getattr(opened, name), -getattr(closed, name))


def test_a_site_outside_the_region_takes_workers_and_gives_no_jobs():
    found = divided(0.85, 0.1, 0.0, site=None)
    assert not found.living_locally.any()
    assert not found.commuting_in.any()
    np.testing.assert_allclose(found.commuting_out.sum(axis=2), JOBS * 0.1)


def test_the_local_share_holds_up_to_the_reference_and_falls_beyond():
    one = np.ones(1)
    shares = local_share(np.array([[100.0], [300.0], [600.0]]), 0.75 * one, 0.27 * one, 300 * one)[:, 0]
    assert shares[0] == shares[1] == 0.75
    # Kevitsa: 75 % to 62 % while the work force doubled.
    assert shares[2] == pytest.approx(0.62, abs=0.005)


def test_the_nearer_and_larger_place_sends_more_and_the_site_itself_none():
    weights = gravity_weights(np.array([4000.0, 6000.0, 6000.0, 3000.0]), np.array([np.nan, 50.0, 100.0, 50.0]))
    assert weights[0] == 0
    assert weights[1] == pytest.approx(4 * weights[2]) == pytest.approx(2 * weights[3])
    assert weights.sum() == pytest.approx(1)


def test_kolari_lies_about_sixty_kilometres_from_kittila():
    kolari, kittila = np.array([23.792, 67.332]), np.array([24.911, 67.653])
    assert great_circle_kilometres(kittila[None], kolari)[0] == pytest.approx(60, abs=5)
