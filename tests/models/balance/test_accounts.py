import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amoanalysis.models.balance.accounts import BalanceShares, YearBalance, balance_year
from amoanalysis.models.labour_force.commuting import CommutingBase
from amoanalysis.models.projects.phases import WorkerResidence

pytestmark = pytest.mark.law

# Two places: nobody is lacking where the first needs 2,125 jobs and the second 800.
BETWEEN = np.array([[0.0, 0.3], [0.2, 0.0]])
COMMUTING = CommutingBase(
    in_commuters=np.array([425.0, 80.0]),
    jobs=np.array([2125.0, 800.0]),
    outside_share=(np.array([100.0, 90.0]) - np.array([24.0, 85.0])) / np.array([1800.0, 810.0]),
    between=BETWEEN,
    kilometres=np.array([[0.0, 70.0], [70.0, 0.0]]),
)
FORCE = np.array([[2000.0, 900.0]])
BALANCED = np.array([[2125.0, 800.0]])
share = st.floats(0.0, 1.0)


def shares(**given: float) -> BalanceShares:
    values = {
        "in_commuters": 0.27, "in_commuters_at_first": 0.16, "out_commuters": 0.08, "unemployed": 0.36,
        "participation": 0.4, "movers": 0.1, "outside_workers": 0.5, "reach": 60.0, "hidden_reserve": 0.02,
        "unemployment_floor": 0.05,
    }  # fmt: skip
    return BalanceShares(**{name: np.array([[value]]) for name, value in {**values, **given}.items()})


def homes(project: float = 0.0) -> WorkerResidence:
    """A project in each place, a quarter of whose workers live in each kind of home."""
    quarter = project / 4 * np.ones((1, 2))
    between = project / 4 * np.array([[[0.0, 1.0], [1.0, 0.0]]])
    return WorkerResidence(quarter, quarter, quarter, quarter, between)


def closed(need: np.ndarray | float, project: float = 0.0, usual: float = 0.1, **given: float) -> YearBalance:
    """The year with a need in both places, part of it of a project in each."""
    where = np.ones((1, 2))
    return balance_year(need * where, homes(project), FORCE, 800 * where, usual * where, COMMUTING, shares(**given))


def shocked(more: float, **given: float) -> dict[str, float]:
    """What changes in the first place when it needs more than in balance."""
    normal, short = closed(BALANCED, **given), closed(BALANCED + np.array([[more, 0.0]]), **given)
    return {name: float((getattr(short, name) - getattr(normal, name))[0, 0]) for name in vars(short)}


@given(
    need=st.floats(0, 6000),
    project=st.floats(-150, 800),
    usual=st.floats(0.02, 0.3),
    first=st.floats(0, 0.9),
    unemployed=st.floats(0, 0.5),
    outside=share,
)
def test_the_identities_hold_whatever_is_needed(need, project, usual, first, unemployed, outside):
    given = {"in_commuters_at_first": first, "unemployed": unemployed, "outside_workers": outside}
    year = closed(need, project, usual, **given)
    np.testing.assert_allclose(year.labour_force, year.employed_residents + year.unemployed, atol=1e-6)
    residents = year.jobs - year.in_commuters - year.non_resident_workers + year.out_commuters
    np.testing.assert_allclose(year.employed_residents, residents, atol=1e-6)
    np.testing.assert_allclose(year.jobs, year.labour_demand - year.unfilled_jobs, atol=1e-6)
    arriving, leaving = year.in_commuters_from_region.sum(), year.out_commuters_to_region.sum()
    assert arriving == pytest.approx(leaving, abs=1e-6)
    assert (year.unfilled_jobs_pooled <= year.unfilled_jobs + 1e-9).all()


@given(need=st.floats(500, 6000))
def test_nobody_is_counted_below_nought(need):
    year = closed(need)
    for name, values in vars(year).items():
        assert name == "joined_labour_force" or (values >= -1e-9).all(), name


@given(shortage=st.floats(-800, 3000))
def test_the_parts_of_a_change_sum_to_it(shortage):
    rise = shocked(shortage)
    filled = rise["in_commuters"] + rise["non_resident_workers"] + rise["employed_residents"] - rise["out_commuters"]
    assert filled + rise["unfilled_jobs"] == pytest.approx(shortage, abs=1e-6)
    assert rise["employed_residents"] == pytest.approx(rise["joined_labour_force"] - rise["unemployed"], abs=1e-6)


def test_in_balance_nothing_moves():
    year = closed(BALANCED)
    np.testing.assert_allclose(year.unemployed, [[200, 90]])
    np.testing.assert_allclose(year.joined_labour_force, 0, atol=1e-9)
    np.testing.assert_allclose(year.unfilled_jobs, 0, atol=1e-9)
    np.testing.assert_allclose(year.in_commuters, [[425, 80]])
    np.testing.assert_allclose(year.out_commuters, [[100, 90]])


def test_closing_twice_gives_the_same():
    once, again = closed(BALANCED + 250, project=40), closed(BALANCED + 250, project=40)
    for name, values in vars(once).items():
        np.testing.assert_array_equal(values, getattr(again, name))


def test_a_small_shock_is_answered_as_the_panel_says():
    rise = shocked(10.0, participation=0.0)
    assert rise["in_commuters"] == pytest.approx(10 * (0.27 + 0.16 * 0.73), rel=0.01)
    assert rise["unemployed"] == pytest.approx(-0.36 * 10 * 0.84 * 0.73, rel=0.02)


def test_a_job_filled_by_a_neighbour_is_missing_in_the_neighbours_account():
    normal, short = closed(BALANCED), closed(BALANCED + np.array([[100.0, 0.0]]))
    more_in = short.in_commuters_from_region[0, 0] - normal.in_commuters_from_region[0, 0]
    assert more_in > 0.2 * 35
    assert short.out_commuters_to_region[0, 1] - normal.out_commuters_to_region[0, 1] == pytest.approx(more_in)
    assert short.unemployed[0, 1] < normal.unemployed[0, 1]


def test_unemployment_stops_at_its_floor_and_the_reserve_at_its_size():
    year = closed(BALANCED + 2000)
    np.testing.assert_allclose(year.unemployed, 0.05 * FORCE)
    np.testing.assert_allclose(year.joined_labour_force, 0.02 * 800)
    assert (year.unfilled_jobs > 100).all()


def test_jobs_lost_become_unemployment_withdrawal_and_less_commuting():
    rise = shocked(-200.0)
    lost = 200 * 0.73
    assert rise["unemployed"] == pytest.approx(lost * 0.84 * (1 - 0.08 - 0.4), rel=0.02)
    assert rise["joined_labour_force"] == pytest.approx(-lost * 0.84 * 0.4, rel=0.02)
    assert rise["in_commuters"] == pytest.approx(-(200 * 0.27 + 0.16 * lost), rel=0.02)
    assert rise["unfilled_jobs"] == 0


@given(more=st.floats(1, 1000))
def test_more_need_never_means_fewer_jobs(more):
    assert closed(1500 + more).jobs[0, 0] >= closed(1500).jobs[0, 0]


def test_workers_of_a_project_come_from_where_they_live():
    without, with_project = closed(BALANCED), closed(BALANCED + 300, project=400)
    assert (with_project.in_commuters - without.in_commuters >= 100 - 1e-9).all()
    assert (with_project.non_resident_workers - without.non_resident_workers >= 100 - 1e-9).all()


@given(reach=st.floats(5, 300), more=st.floats(0, 600))
def test_the_longer_the_reach_the_smaller_the_pooled_gap(reach, more):
    near, far = (closed(BALANCED + np.array([[more, 0.0]]), reach=km) for km in (reach, reach + 20))
    assert far.unfilled_jobs_pooled.sum() <= near.unfilled_jobs_pooled.sum() + 1e-9
