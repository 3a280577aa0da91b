from pathlib import Path

import matrix_model
import numpy as np
import pandas as pd
import pytest

CASE = Path(__file__).parents[2].parent / "shared" / "cases" / "03_leslie_popbio_caswell"
MATRICES = {
    "freville": "A_freville2004.csv",
    "whale": "A_whale.csv",
    "teasel": "A_teasel.csv",
    "tortoise_medhigh": "A_tortoise_medhigh.csv",
}

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(not CASE.is_dir(), reason="the worked examples of matrix models are not available"),
]


def table(file: str) -> pd.DataFrame:
    return pd.read_csv(CASE / file, index_col=0)


def matrix(name: str) -> np.ndarray:
    return table(MATRICES[name]).to_numpy(dtype=float)


@pytest.mark.parametrize("name", MATRICES)
def test_growth_and_damping_are_those_published(name):
    expected = table("expected_summary.csv").loc[name]
    assert matrix_model.growth_rate(matrix(name)) == pytest.approx(expected["lambda"], abs=1e-9)
    # The published damping ratio comes from eigenvalues rounded to five digits.
    assert matrix_model.damping_ratio(matrix(name)) == pytest.approx(expected["damping"], abs=1e-4)


@pytest.mark.parametrize("name", MATRICES)
def test_replacement_and_generation_are_those_published(name):
    expected = table("expected_summary.csv").loc[name]
    # The teasel has births in four rows. With the first row only, the remaining transitions grow by themselves, which
    # gives the published 0 and -Inf.
    assert matrix_model.net_reproductive_rate(matrix(name)) == pytest.approx(expected["R0"], abs=1e-9)
    assert matrix_model.generation_time(matrix(name)) == pytest.approx(expected["gentime"], abs=1e-8)


def test_the_teasel_has_a_net_reproductive_rate_above_one_with_all_its_births():
    teasel = matrix("teasel")
    births = np.zeros_like(teasel)
    births[:, -1] = teasel[:, -1]
    assert matrix_model.net_reproductive_rate(teasel, births) > 1
    assert matrix_model.generation_time(teasel, births) > 0


@pytest.mark.parametrize(
    ("name", "file"),
    [("freville", "expected_freville_n0_5_5_5_15steps.csv"), ("whale", "expected_whale_n0_5_15steps.csv")],
)
def test_stages_after_each_step_are_those_published(name, file):
    expected = table(file).to_numpy(dtype=float)
    path = matrix_model.project(matrix(name), expected[0], len(expected) - 1)
    np.testing.assert_allclose(path, expected, rtol=0, atol=1e-10)


def test_stable_stages_and_reproductive_values_of_the_whale_are_those_published():
    expected = table("expected_whale_stable.csv")
    np.testing.assert_allclose(matrix_model.stable_stages(matrix("whale")), expected["stable"], rtol=0, atol=1e-10)
    np.testing.assert_allclose(matrix_model.reproductive_value(matrix("whale")), expected["repro"], rtol=0, atol=1e-10)
