"""Proofs that nothing is lost and nothing counted twice."""

import pandas as pd
import pytest

from amoanalysis.data.cleaning.checks import check_complete, check_no_gaps, check_unique
from amoanalysis.errors import DataError

pytestmark = pytest.mark.unit


@pytest.fixture
def frame():
    return pd.DataFrame(
        {"place": ["273", "273", "047", "047"], "year": [2018, 2019, 2018, 2019], "n": [1.0, 2.0, 3.0, 4.0]},
        index=[4, 5, 6, 7],
    )


def test_a_whole_frame_passes_as_it_is(frame):
    assert check_unique(frame, ["place", "year"], "x.csv") is frame
    assert check_complete(frame, ["place", "year"], "x.csv") is frame


def test_a_doubled_row_names_both_rows_and_the_key(frame):
    with pytest.raises(DataError, match=r"x\.csv, rows 5 and 9 both have place 273, year 2019: keep one of them"):
        check_unique(pd.concat([frame, frame.loc[[5]].set_axis([9])]), ["place", "year"], "x.csv")


def test_a_missing_row_is_named(frame):
    with pytest.raises(DataError, match=r"x\.csv lacks 1 rows, one for place 047, year 2019: it is incomplete"):
        check_complete(frame.iloc[:-1], ["place", "year"], "x.csv")


def test_a_gap_where_none_is_taken_says_why_there_is_no_number(frame):
    status = pd.Series(["given", "given", "suppressed", "given"], index=frame.index)
    with pytest.raises(DataError, match=r"x\.csv, row 6, column 'n' has no number \(suppressed\)"):
        check_no_gaps(frame["n"].mask(frame["n"] == 3), status, "x.csv")
