from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from input_output import allocation, downstream_multipliers, footprints

from amoanalysis.models.projects.multipliers import coefficients, leontief_inverse

CASE = Path(__file__).parents[2].parent / "shared" / "cases" / "11_small_mrio_pymrio"

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(not CASE.is_dir(), reason="the worked example of two regions is not available"),
]


# Files of accounts have one column of row names, those of the system two (region and sector).
ACCOUNTS = ("F", "F_Y", "S", "S_Y", "M", "M_down", "D_pba", "D_cba", "D_imp", "D_exp")


def published(name: str) -> np.ndarray:
    names = 0 if name in ACCOUNTS else [0, 1]
    return pd.read_csv(CASE / f"{name}.csv", header=0 if name == "x" else [0, 1], index_col=names).to_numpy(dtype=float)


@pytest.fixture(scope="module")
def system():
    flows, final = published("Z"), published("Y")
    output = flows.sum(axis=1) + final.sum(axis=1)
    return {
        "x": output[:, None],
        "A": coefficients(flows, output),
        "B": allocation(flows, output),
        "L": leontief_inverse(coefficients(flows, output)),
        "G": leontief_inverse(allocation(flows, output)),
        "S": coefficients(published("F"), output),
        "S_Y": coefficients(published("F_Y"), final.sum(axis=0)),
        "Y": final,
    }


@pytest.mark.parametrize("name", ["x", "A", "B", "L", "G", "S", "S_Y"])
def test_matrices_of_the_system_are_those_published(system, name):
    np.testing.assert_allclose(system[name], published(name), rtol=0, atol=1e-6)


def test_upstream_and_downstream_multipliers_are_those_published(system):
    np.testing.assert_allclose(system["S"] @ system["L"], published("M"), rtol=0, atol=1e-6)
    np.testing.assert_allclose(downstream_multipliers(system["S"], system["G"]), published("M_down"), rtol=0, atol=1e-6)


def test_output_follows_from_final_demand(system):
    np.testing.assert_allclose(system["L"] @ system["Y"].sum(axis=1), system["x"][:, 0], rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("name", "kind"), [("D_pba", "production"), ("D_cba", "consumption"), ("D_imp", "imports"), ("D_exp", "exports")]
)
def test_accounts_by_production_consumption_and_trade_are_those_published(system, name, kind):
    accounts = footprints(system["S"], system["L"], system["Y"])
    np.testing.assert_allclose(getattr(accounts, kind), published(name), rtol=0, atol=1e-6)


def test_what_is_produced_is_consumed_and_what_is_exported_imported(system):
    accounts = footprints(system["S"], system["L"], system["Y"])
    np.testing.assert_allclose(accounts.production.sum(axis=1), accounts.consumption.sum(axis=1), rtol=1e-12)
    np.testing.assert_allclose(accounts.exports.sum(axis=1), accounts.imports.sum(axis=1), rtol=1e-12)
