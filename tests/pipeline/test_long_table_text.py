"""A long table as CSV is read back as it was."""

from io import StringIO

import numpy as np
import pandas as pd
import pytest

from amoanalysis.results.long_table import COLUMNS, csv_rows

pytestmark = pytest.mark.unit


def test_texts_with_commas_and_quotes_and_missing_numbers_are_read_back():
    rows = [
        ('late, or "never"', "047", 2023, "jobs", "total", "mean", 1234.5, "jobs"),
        ('late, or "never"', "047", 2024, "jobs", "total", "mean", np.nan, "jobs"),
        ("baseline", "region", 2024, "jobs", "A", "0.5", 1 / 3, "jobs"),
    ]
    part = pd.DataFrame(rows, columns=list(COLUMNS))
    texts = {name: "str" for name in COLUMNS if name not in ("year", "value")}
    again = pd.read_csv(StringIO(csv_rows(part)), names=list(COLUMNS), dtype=texts)
    pd.testing.assert_frame_equal(again, part, rtol=1e-9)
