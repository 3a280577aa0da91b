import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amoanalysis.errors import DataError
from amoanalysis.models.jobs.panel import (
    GROUPS,
    LETTERS,
    broad_sector_jobs,
    impute_missing_jobs,
    scale_to_broad_sectors,
)

pytestmark = pytest.mark.law

PLACES, YEARS = 12, 4


def by_group(jobs: np.ndarray) -> np.ndarray:
    return np.stack([jobs[..., members].sum(axis=-1) for members in GROUPS], axis=-1)


def made(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """True jobs of five years, the last complete, and what postal sums find of the others.

    Support services hide half of their jobs everywhere, farms a third, and now and then an employer's whole section.
    """
    rng = np.random.default_rng(seed)
    level = rng.gamma(1.5, 60, (PLACES, 1, len(LETTERS)))
    truth = np.round(level * np.exp(np.cumsum(rng.normal(0, 0.03, (PLACES, YEARS + 1, len(LETTERS))), axis=1)))
    missing = np.full(len(LETTERS), 0.01)
    missing[[LETTERS.index(letter) for letter in "ANTX"]] = [0.3, 0.5, 0.9, 1.0]
    seen = truth[:, :-1] * (1 - missing)
    holes = rng.uniform(size=seen.shape) < 0.01
    found = np.floor(np.where(holes, 0.2 * seen, seen))
    return truth, found, truth[:, -1]


@given(st.integers(0, 50))
def test_imputed_jobs_sum_to_the_broad_sectors_and_keep_the_counted_jobs(seed):
    truth, found, complete = made(seed)
    imputed = impute_missing_jobs(found, complete, by_group(truth[:, :-1]))
    np.testing.assert_allclose(by_group(imputed.jobs), by_group(truth[:, :-1]), rtol=1e-9)
    assert (imputed.jobs >= found - 1e-9).all()


def test_imputed_jobs_are_nearer_to_the_truth_than_by_scaling():
    truth, found, complete = made(3)
    past = truth[:, :-1]
    imputed = impute_missing_jobs(found, complete, by_group(past))
    scaled = scale_to_broad_sectors(found, by_group(past))
    assert np.abs(imputed.jobs - past).sum() < 0.5 * np.abs(scaled - past).sum()


def test_standard_errors_are_of_the_size_of_the_errors():
    truth, found, complete = made(3)
    imputed = impute_missing_jobs(found, complete, by_group(truth[:, :-1]))
    unsure = imputed.standard_error > 0.5
    score = (imputed.jobs - truth[:, :-1])[unsure] / imputed.standard_error[unsure]
    assert np.mean(np.abs(score) < 1.28) > 0.7


def test_sections_with_missing_jobs_are_detected():
    truth, found, complete = made(5)
    jobs = impute_missing_jobs(found, complete, by_group(truth[:, :-1])).jobs.sum(axis=0)
    share = 1 - found.sum(axis=0) / jobs
    assert (np.abs(share[:, LETTERS.index("N")] - 0.5) < 0.1).all()
    assert (share[:, LETTERS.index("G")] < 0.1).all()


def test_counted_jobs_are_kept_where_they_exceed_the_broad_sector():
    truth, found, complete = made(1)
    broad = by_group(truth[:, :-1])
    broad[0, 0, 1] = 0.5 * by_group(found)[0, 0, 1]
    imputed = impute_missing_jobs(found, complete, broad)
    assert by_group(imputed.jobs)[0, 0, 1] == pytest.approx(by_group(found)[0, 0, 1])
    assert imputed.jobs[0, 0].sum() == pytest.approx(max(broad[0, 0].sum(), found[0, 0].sum()))


def test_a_complete_table_is_unchanged():
    truth, _, complete = made(2)
    past = truth[:, :-1]
    imputed = impute_missing_jobs(past, complete, by_group(past))
    np.testing.assert_array_equal(imputed.jobs, past)
    rounding = 0.0005 * past.sum(axis=2, keepdims=True)
    assert (imputed.standard_error < rounding).all()


def test_a_sector_without_jobs_gets_the_structure_of_all_places():
    structure = np.zeros((2, 1, len(LETTERS)))
    structure[0, 0, LETTERS.index("C")] = 30
    structure[0, 0, LETTERS.index("F")] = 10
    filled = scale_to_broad_sectors(structure, np.array([[[0.0, 40, 0, 0]], [[0.0, 8, 0, 0]]]))
    assert filled[1, 0, LETTERS.index("C")] == pytest.approx(6)
    assert filled[1, 0, LETTERS.index("F")] == pytest.approx(2)


def test_broad_sectors_sum_to_the_jobs_and_a_missing_share_is_refused():
    figures = pd.DataFrame(
        [("273", 2016, f"{name}_jobs_percent", value) for name, value in
         (("primary", 4.1), ("secondary", 9.5), ("service", 82.1))],
        columns=["place", "year", "indicator", "value"],
    )  # fmt: skip
    broad = broad_sector_jobs(figures, np.array([[1445.0]]), ["273"], [2016])
    np.testing.assert_allclose(broad[0, 0], np.array([4.1, 9.5, 82.1, 4.3]) * 14.45)
    with pytest.raises(DataError, match="273 has no jobs by broad sector in 2016"):
        broad_sector_jobs(figures.iloc[1:], np.array([[1445.0]]), ["273"], [2016])
