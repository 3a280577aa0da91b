"""The population model on Finland's 19 regions since 1972: no worse than Hamilton-Perry at any horizon."""

from pathlib import Path

import pytest
from regions import errors, read, scores

pytestmark = pytest.mark.law

FOLDER = Path(__file__).parents[3] / "shared" / "benchmark" / "statfin_regions_1972_2025"
# Mean absolute error of Hamilton-Perry, per cent, at 1, 5 and 10 years: 19 regions, and Lapland.
HAMILTON_PERRY = {"regions": [0.22, 1.33, 2.76], "lapland": [0.35, 2.16, 4.71]}


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the benchmark data are outside the project")
def test_rolling_origins_are_forecast_better_than_by_cohort_change_ratios():
    """Every third origin; the script of the module `regions` runs all origins for the table of docs/population.md."""
    found = scores(errors(read(FOLDER), list(range(1990, 2021, 3))))
    for area, limits in HAMILTON_PERRY.items():
        for horizon, limit in zip((1, 5, 10), limits, strict=True):
            assert found.loc[horizon, area] < limit, (area, horizon)
