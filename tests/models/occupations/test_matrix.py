import numpy as np
import pandas as pd
import pytest

from amoanalysis.errors import DataError
from amoanalysis.models.jobs.labour_demand import SECTIONS
from amoanalysis.models.occupations.matrix import by_occupation, occupation_codes, occupation_shares

pytestmark = pytest.mark.law
CODES = ("01.1", "02.6", "05.5")
PLACES = ["047", "261"]
# Sections without a row here have one industry, all of occupation 05.5.
INDUSTRIES = pd.DataFrame(
    [("07", "B"), ("07290", "B"), ("08", "B"), *((f"{i:05d}", s) for i, s in enumerate((*SECTIONS[:-1], "T"), 50000))],
    columns=["code", "section"],
)
EMPLOYED = pd.DataFrame(
    [
        ("07", "02.6", 10),
        ("07290", "02.6", 30),
        ("07290", "99", 60),
        ("08", "01.1", 40),
        *((code, "05.5", 10) for code in INDUSTRIES["code"][3:]),
    ],
    columns=["industry", "occupation", "employed"],
)


def rows(*lines: tuple[str, str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(list(lines), columns=["place", "section", "industry", "weight"])


def shares(*lines: tuple[str, str, str, str]) -> np.ndarray:
    return occupation_shares(EMPLOYED, INDUSTRIES, rows(*lines), CODES, PLACES)


B = SECTIONS.index("B")


def test_every_mix_sums_to_one_and_the_unknown_is_spread():
    found = shares()
    np.testing.assert_allclose(found.sum(axis=2), 1)
    np.testing.assert_allclose(found[0, B], [4 / 9, 4 / 9, 1 / 9])


def test_a_listed_industry_stands_for_its_section_in_that_place_alone():
    found = shares(("261", "B", "07", "1"))
    np.testing.assert_allclose(found[PLACES.index("261"), B], [0, 1, 0])
    np.testing.assert_allclose(found[PLACES.index("047"), B], shares()[0, B])


def test_a_row_for_a_place_goes_before_those_for_all_and_the_longest_prefix_counts():
    found = shares(("", "B", "08", "1"), ("261", "B", "0", "1"), ("261", "B", "08", "0"))
    np.testing.assert_allclose(found[PLACES.index("047"), B], [1, 0, 0])
    np.testing.assert_allclose(found[PLACES.index("261"), B], [0, 1, 0])


def test_a_section_left_without_persons_is_refused():
    with pytest.raises(DataError, match="section B of 047 has no persons"):
        shares(("", "B", "09", "1"))


def test_occupations_sum_to_jobs_whatever_the_error():
    rng = np.random.default_rng(1)
    jobs = rng.uniform(0, 500, (4, 7, len(PLACES), len(SECTIONS)))
    error = np.exp(rng.normal(0, 0.3, (7, len(CODES))))
    found = by_occupation(jobs, shares(("261", "B", "07", "1")), error)
    assert found.shape == (4, 7, len(PLACES), len(CODES))
    np.testing.assert_allclose(found.sum(axis=3), jobs.sum(axis=3))
    assert (found >= 0).all()


def test_without_an_error_the_mix_is_the_table_s():
    jobs = np.zeros((1, 1, 2, len(SECTIONS)))
    jobs[..., B] = 90
    np.testing.assert_allclose(by_occupation(jobs, shares(), np.ones((1, 3)))[0, 0, 0], [40, 40, 10])


def test_the_mine_is_metal_ore_and_the_rest_is_finland(data, inputs):
    """Miners and machine operators are about half of Finland's metal-ore mines (943 of 1,905 of known occupation)."""
    from amoanalysis.pipeline.inputs.occupations import occupation_base

    base = occupation_base(data, inputs)
    assert len(base.codes) == 59 == len(occupation_codes(data.concordance("mitenna_groups")))
    mine = base.shares[:, B]
    assert mine[:, base.codes.index("02.6")] == pytest.approx(943 / 1905, abs=0.01)
    np.testing.assert_allclose(base.shares.sum(axis=2), 1)
