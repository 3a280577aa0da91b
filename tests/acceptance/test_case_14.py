import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from amoanalysis.models.statistics.reconciliation import METHODS, reconcile, summing_matrix

CASE = Path(__file__).parents[2].parent / "shared" / "cases" / "14_hierarchical_reconciliation"
NAMES = {
    "bottom_up": "bottom_up",
    "ols": "ols",
    "wls_structural": "wls_struct",
    "wls_variance": "wls_var_uncentred_div_n",
    "mint": "mint_cov_centred_div_n_minus_1",
}

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(not CASE.is_dir(), reason="the worked example of reconciliation is not available"),
]


@pytest.fixture(scope="module")
def case() -> dict:
    return json.loads((CASE / "case_small.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def nights() -> tuple[pd.DataFrame, np.ndarray]:
    """Quarterly nights of 20 regions, and the hierarchy: all, seven states, regions."""
    regions = pd.read_csv(CASE / "visnights_quarterly.csv").set_index("time")
    states = [[name for name in regions if name.startswith(state)] for state in dict.fromkeys(regions.columns.str[:3])]
    return regions, summing_matrix(list(regions), [list(regions), *states])


@pytest.mark.parametrize("method", METHODS)
def test_every_method_gives_the_published_forecasts(case, method):
    summing, base = np.array(case["S"]), np.array(case["base"])
    reconciled = reconcile(base, summing, method, np.array(case["residuals_7x60"]))
    np.testing.assert_allclose(reconciled, case[NAMES[method]], atol=case["tolerance"], rtol=0)
    np.testing.assert_allclose(summing @ reconciled[3:], reconciled, atol=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_the_nights_of_regions_states_and_country_add_up(nights, method):
    regions, summing = nights
    series = regions.to_numpy() @ summing.T
    residuals = np.diff(series, n=4, axis=0).T + np.random.default_rng(14).normal(size=(summing.shape[0], 72))
    base = series + np.random.default_rng(1).normal(size=series.shape)
    reconciled = reconcile(base, summing, method, residuals)
    np.testing.assert_allclose(reconciled[:, -20:] @ summing.T, reconciled, atol=1e-9)
    np.testing.assert_allclose(reconcile(series, summing, method, residuals), series, atol=1e-9)


def test_least_squares_moves_forecasts_that_do_not_add_up_away_from_bottom_up(case):
    summing, base = np.array(case["S"]), np.array(case["base"])
    for method in ("ols", "wls_structural"):
        assert np.abs(reconcile(base, summing, method) - case["bottom_up"]).max() > 1
