import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amoanalysis.errors import DataError
from amoanalysis.models.balance.induced_migration import MAX_ITERATIONS, mover_households, solve_movers
from amoanalysis.models.jobs.labour_demand import driver_age_weights

pytestmark = pytest.mark.law

ONE = np.ones((1, 2))


def come(wanted: float, follow_on: float = 0.0, before: float = 0.0, share: float = 0.1) -> tuple[float, int]:
    """Movers of one year, and rounds, where each of them asks for some residents at work herself."""
    movers, rounds = solve_movers(lambda m: wanted + follow_on * m, before * ONE, np.array([[share]]), ONE)
    return float(movers[0, 0]), rounds


def test_a_share_of_what_is_missing_comes_each_year():
    assert come(100)[0] == pytest.approx(10)
    assert come(100, before=40)[0] == pytest.approx(6)
    assert come(100, before=150)[0] == pytest.approx(-5)
    assert come(0)[0] == 0


@given(wanted=st.floats(-500, 500), follow_on=st.floats(0, 1), share=st.floats(0, 0.2))
def test_the_loop_is_a_contraction(wanted, follow_on, share):
    movers, rounds = come(wanted, follow_on, share=share)
    assert movers == pytest.approx(share * wanted / (1 - share * follow_on), abs=1e-6)
    assert rounds < MAX_ITERATIONS


def test_a_loop_that_grows_is_refused():
    with pytest.raises(DataError, match="does not converge"):
        come(100, follow_on=12)


def test_a_household_is_the_mover_her_partner_and_her_children():
    arriving = np.full((2, 101), 1 / 202)
    found = mover_households(arriving, np.array([0.35]), np.array([0.4]), driver_age_weights(np.ones(101)))
    assert found.by_age[0].sum() == pytest.approx(1.75)
    assert found.by_age[0, :, :18].sum() == pytest.approx(0.4)
    assert found.by_age[0, :, 63:].sum() == 0
    assert found.driver_weights[0, 0] == pytest.approx(1.75)
