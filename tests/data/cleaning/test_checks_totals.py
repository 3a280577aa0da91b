"""Totals among their parts."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amoanalysis.data.cleaning.checks import check_totals, drop_totals
from amoanalysis.errors import DataError

pytestmark = pytest.mark.law

parts_of_a_total = st.lists(st.integers(0, 10**6), min_size=1, max_size=8)
few = settings(max_examples=40)


def frame(total, *parts):
    sexes = ["total", *(f"part {number}" for number in range(len(parts)))]
    return pd.DataFrame({"place": "273", "year": 2018, "sex": sexes, "n": [total, *parts]}).astype({"n": "float64"})


def dropped(data, **options):
    return drop_totals(data, "sex", "n", ["place", "year"], "x.csv", **options)


@few
@given(parts=parts_of_a_total)
def test_the_parts_alone_carry_the_whole_sum(parts):
    assert dropped(frame(sum(parts), *parts))["n"].sum() == sum(parts)


@few
@given(parts=parts_of_a_total, off=st.integers(-50, 50).filter(bool))
def test_a_total_that_is_not_its_parts_stops_the_run(parts, off):
    with pytest.raises(DataError, match=r"x\.csv: the total of sex for place 273, year 2018 is .*, its parts sum to"):
        dropped(frame(sum(parts) + off, *parts))


@few
@given(parts=parts_of_a_total, hidden=st.integers(1, 4))
def test_a_suppressed_part_leaves_room_below_the_total_but_none_above(parts, hidden):
    assert len(dropped(frame(sum(parts) + hidden, *parts, np.nan))) == len(parts) + 1
    with pytest.raises(DataError, match="its parts sum to"):
        dropped(frame(sum(parts) - hidden, *parts, np.nan))


def test_rounded_figures_may_miss_by_the_tolerance_and_no_more():
    assert len(dropped(frame(100, 33, 33, 33), tolerance=1)) == 3
    with pytest.raises(DataError):
        dropped(frame(101, 33, 33, 33), tolerance=1)


def test_a_total_without_parts_cannot_be_left_out():
    with pytest.raises(DataError, match="gives only the total of sex for place 273, year 2018"):
        dropped(frame(5))


def test_totals_that_stay_are_proved_all_the_same():
    whole = frame(5, 2, 3)
    assert check_totals(whole, "sex", "n", ["place", "year"], "x.csv") is whole
    with pytest.raises(DataError):
        check_totals(frame(6, 2, 3), "sex", "n", ["place", "year"], "x.csv")


def test_one_wrong_group_among_right_ones_is_found_and_named():
    good, bad = frame(5, 2, 3), frame(6, 2, 3).assign(place="047")
    with pytest.raises(DataError, match="place 047"):
        dropped(pd.concat([good, bad]))
