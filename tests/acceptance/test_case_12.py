import json
from pathlib import Path

import numpy as np
import pytest

from amoanalysis.errors import DataError
from amoanalysis.models.statistics.ipf import Margin, fit_to_margins, odds_ratios

CASE = Path(__file__).parents[2].parent / "shared" / "cases" / "12_ipf_ras" / "case.json"

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(not CASE.is_file(), reason="the fitted tables of the worked example are not available"),
]


@pytest.fixture(scope="module")
def case() -> dict:
    return json.loads(CASE.read_text(encoding="utf-8"))


def array(values: list) -> np.ndarray:
    return np.array(values, dtype=float)


def two_way(case: dict) -> list[Margin]:
    return [Margin((0,), array(case["row_targets"])), Margin((1,), array(case["col_targets"]))]


def three_way(case: dict) -> list[Margin]:
    pairs = zip(case["dims_3d"], case["targets_3d"], strict=True)
    return [Margin(tuple(axes), array(totals)) for axes, totals in pairs]


def test_the_table_of_two_dimensions_is_the_published_one(case):
    fitted = fit_to_margins(array(case["seed_2d"]), two_way(case))
    np.testing.assert_allclose(fitted, case["expected_2d"], atol=case["tolerance"], rtol=0)
    for margin in two_way(case):
        np.testing.assert_allclose(margin.sums(fitted), margin.totals, atol=1e-9, rtol=0)
    np.testing.assert_allclose(odds_ratios(fitted), odds_ratios(array(case["seed_2d"])), rtol=1e-9)


def test_the_table_of_three_dimensions_with_two_way_margins_is_the_published_one(case):
    fitted = fit_to_margins(array(case["seed_3d"]), three_way(case))
    np.testing.assert_allclose(fitted, case["expected_3d"], atol=case["tolerance"], rtol=0)
    for margin in three_way(case):
        np.testing.assert_allclose(margin.sums(fitted), margin.totals, atol=1e-9, rtol=0)


def test_zero_cells_of_the_example_stay_zero(case):
    seed = array(case["seed_2d"])
    seed[0, 3] = 0.0
    fitted = fit_to_margins(seed, two_way(case))
    assert fitted[0, 3] == 0
    np.testing.assert_allclose(fitted.sum(axis=1), case["row_targets"], atol=1e-8, rtol=0)


def test_inconsistent_margins_of_the_example_are_refused(case):
    rows, columns = two_way(case)
    with pytest.raises(DataError, match="inconsistent"):
        fit_to_margins(array(case["seed_2d"]), [rows, Margin((1,), columns.totals + 1.0)])
