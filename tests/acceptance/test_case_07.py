from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from amoanalysis.models.population.migration_schedules import fit_rogers_castro, normalised_schedule, rogers_castro

CASE = Path(__file__).parents[2].parent / "shared" / "cases" / "07_rogers_castro_un_schedules"
SEVEN = ["a1", "alpha1", "a2", "alpha2", "mu2", "lambda2", "c"]

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(not CASE.is_dir(), reason="the published migration schedules are not available"),
]


def parameters(file: str) -> dict[str, float]:
    return pd.read_csv(CASE / file).set_index("param")["value"].to_dict()


def test_schedules_of_seven_and_eleven_parameters_are_met_to_rounding():
    expected = pd.read_csv(CASE / "expected_rcbayes_0_100.csv")
    ages = expected["age"].to_numpy(dtype=float)
    eleven = parameters("params_rcbayes_11.csv")
    for column, given in (
        ("m11", eleven),
        ("m7", {name: eleven[name] for name in SEVEN}),
        ("m7_fund", parameters("params_fundamental_rogers_castro1981.csv")),
    ):
        np.testing.assert_allclose(rogers_castro(ages, given), expected[column], rtol=0, atol=1e-12, err_msg=column)


def test_families_of_the_united_nations_have_the_published_shares():
    given = pd.read_csv(CASE / "params_un_families_demotools.csv")
    expected = pd.read_csv(CASE / "expected_un_families_demotools.csv")
    groups = ["family", "sex", "mig_sign"]
    medians = {key: rows.set_index("param")["median"].to_dict() for key, rows in given.groupby(groups)}
    worst = []
    for key, rows in expected.groupby(groups):
        published = rows.sort_values("age")
        shares = normalised_schedule(published["age"].to_numpy(dtype=float), medians[key])
        # The published shares of a family sum to its own total, not to one, and have the sign of the flow.
        worst.append(np.abs(shares * published["prop"].sum() - published["prop"]).max())
    assert len(worst) == 12
    # The published 2.8e-5 is rounded.
    assert max(worst) < 2.85e-5


def test_the_schedules_of_1992_are_recovered_from_their_curves():
    given = pd.read_csv(CASE / "params_un1992.csv")
    ages = np.arange(101.0)
    for _, rows in given.groupby(["schedule_abb", "sex"]):
        schedule = rogers_castro(ages, rows.set_index("param")["value"].to_dict())
        found = rogers_castro(ages, fit_rogers_castro(ages, schedule))
        np.testing.assert_allclose(found, schedule, rtol=0, atol=1e-6)
