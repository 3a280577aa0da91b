"""What proves the calibration: factors of a case come from other places and origins, and know its horizon."""

import numpy as np
import pandas as pd
import pytest

from amoanalysis.backtesting.tables import hold_out

pytestmark = pytest.mark.law

PLACES, ORIGINS, LAST = [f"{code:03d}" for code in range(100, 140)], range(2009, 2022), 2022
ENDS = ["calibrated_low", "calibrated_high"]


def made_cases(wrong_at_ten: float = 1.0) -> pd.DataFrame:
    """Cases of one measure: few origins reach ten years, at which bands are too narrow by a factor of their own."""
    random = np.random.default_rng(7)
    rows = [(p, o, h) for p in PLACES for o in ORIGINS for h in range(1, min(10, LAST - o) + 1)]
    cases = pd.DataFrame(rows, columns=["place", "origin", "horizon"]).assign(measure="jobs")
    spread = np.where(cases["horizon"] == 10, wrong_at_ten, 1.0) * 0.1
    cases["actual"] = 100 * np.exp(spread * random.normal(size=len(cases)))
    return cases.assign(median=100.0, low=100 * np.exp(-0.128), high=100 * np.exp(0.128))


def test_what_came_of_a_place_and_of_an_origin_does_not_widen_their_own_bands():
    cases = made_cases()
    place, origin = cases["place"] == "100", cases["origin"] == 2009
    before = hold_out(cases).loc[place & origin, ENDS]
    changed = cases.assign(actual=cases["actual"].where(~(place | origin), 300.0))
    pd.testing.assert_frame_equal(hold_out(changed).loc[place & origin, ENDS], before)


def test_the_longest_horizon_learns_from_its_own_cases():
    narrow, right = hold_out(made_cases(wrong_at_ten=2.0)), hold_out(made_cases())
    ten = narrow["horizon"] == 10
    assert np.isfinite(narrow.loc[ten, ENDS].to_numpy()).all()
    # The smoothing over horizons takes some of the factor of two away, not all.
    wider = np.log(narrow.loc[ten, "calibrated_high"] / 100) / np.log(right.loc[ten, "calibrated_high"] / 100)
    assert (wider > 1.1).all()


def test_a_measure_of_too_few_other_cases_stays_as_it_is():
    found = hold_out(made_cases().query("origin == 2009"))
    assert found[ENDS].isna().to_numpy().all()
