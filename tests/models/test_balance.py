import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amoanalysis.models.balance import BalanceShares, CommutingBase, YearBalance, close_year
from amoanalysis.models.residence import WorkersHomes

pytestmark = pytest.mark.law

COMMUTING = CommutingBase(in_share=np.array([0.2, 0.1]), out_share=np.array([0.15, 0.2]))
share = st.floats(0.0, 1.0)
FORCE = np.array([[2000.0, 900.0]])


def shares(**given: float) -> BalanceShares:
    values = {
        "in_commuters": 0.28, "returning_out_commuters": 0.03, "movers": 0.4, "outside_workers": 0.5,
        "out_commuting_of_surplus": 0.17, "hidden_reserve": 0.02, "unemployment_floor": 0.05,
    }  # fmt: skip
    return BalanceShares(**{name: np.array([[value]]) for name, value in {**values, **given}.items()})


def closed(need: float, project: float = 0.0, usual: float = 0.1, **given: float) -> YearBalance:
    """The year with a need in both places, part of it of a project in each, whose workers live everywhere alike."""
    where = np.ones((1, 2))
    homes = WorkersHomes(*(project / 4 * where for _ in range(4)))
    return close_year(need * where, homes, FORCE, 800 * where, usual * where, COMMUTING, shares(**given))


def in_balance() -> float:
    """Need of the first place at which nothing has to be adjusted."""
    return 2000 * 0.9 * (1 - 0.15) / (1 - 0.2)


@given(need=st.floats(0, 6000), project=st.floats(-400, 800), usual=st.floats(0.02, 0.3), moving=share, outside=share)
def test_the_identities_hold_whatever_is_needed(need, project, usual, moving, outside):
    year = closed(need, project, usual, movers=moving, outside_workers=outside)
    np.testing.assert_allclose(year.labour_force, year.employed_residents + year.unemployed, atol=1e-6)
    residents = year.jobs - year.in_commuters - year.non_resident_workers + year.out_commuters
    np.testing.assert_allclose(year.employed_residents, residents, atol=1e-6)
    np.testing.assert_allclose(year.jobs, year.labour_need - year.unfilled_jobs, atol=1e-6)


@given(need=st.floats(500, 6000))
def test_nobody_is_counted_below_nought(need):
    year = closed(need)
    for name in ("jobs", "in_commuters", "out_commuters", "non_resident_workers", "movers", "unfilled_jobs"):
        assert (getattr(year, name) >= -1e-9).all(), name


@given(shortage=st.floats(0, 3000))
def test_the_shares_of_a_shortage_sum_to_it(shortage):
    normal, short = closed(in_balance()), closed(in_balance() + shortage)

    def rise(name: str) -> float:
        return float(getattr(short, name)[0, 0] - getattr(normal, name)[0, 0])

    unemployed = -rise("unemployed")
    residents = rise("labour_force") + unemployed
    filled = rise("in_commuters") + rise("non_resident_workers") + residents - rise("out_commuters")
    assert filled + rise("unfilled_jobs") == pytest.approx(shortage, abs=1e-6)


def test_in_balance_nothing_moves():
    year = closed(in_balance())
    assert year.unemployed[0, 0] == pytest.approx(200)
    assert year.unfilled_jobs[0, 0] == pytest.approx(0, abs=1e-9)
    assert year.movers[0, 0] == pytest.approx(0, abs=1e-9)


def test_unemployment_stops_at_its_floor_before_anyone_moves_in():
    year = closed(in_balance() + 2000)
    assert year.unemployed[0, 0] == pytest.approx(0.05 * 2000)
    assert year.movers[0, 0] > 0
    assert closed(in_balance() + 20).movers[0, 0] == pytest.approx(0, abs=1e-9)


def test_a_surplus_becomes_unemployment_and_out_commuting():
    year, normal = closed(in_balance() - 200), closed(in_balance())
    lost = 200 * (1 - 0.2)
    assert year.unemployed[0, 0] - normal.unemployed[0, 0] == pytest.approx(lost * (1 - 0.17))
    assert year.out_commuters[0, 0] - normal.out_commuters[0, 0] == pytest.approx(lost * 0.17)
    assert year.unfilled_jobs[0, 0] == 0


@given(more=st.floats(1, 1000))
def test_more_need_never_means_fewer_jobs(more):
    assert closed(1500 + more).jobs[0, 0] >= closed(1500).jobs[0, 0]


def test_workers_of_a_project_come_from_where_they_live():
    without, with_project = closed(in_balance()), closed(in_balance() + 300, project=400)
    more_in = with_project.in_commuters - without.in_commuters
    assert (more_in >= 100 - 1e-9).all()
    np.testing.assert_allclose(with_project.non_resident_workers - without.non_resident_workers >= 100 - 1e-9, True)
