import numpy as np
import pytest

from amoanalysis.backtesting.cases import WORKING, PastData, scale_age_structure

pytestmark = pytest.mark.law

REFERENCE = np.random.default_rng(4).uniform(1, 9, size=(2, 101))


def sums(structure: np.ndarray) -> np.ndarray:
    ages = np.split(structure.sum(axis=1), [WORKING.start, WORKING.stop], axis=1)
    return np.stack([part.sum(axis=1) for part in ages], axis=1)


def test_a_made_structure_meets_the_known_numbers_and_keeps_the_shape_within_them():
    groups = np.array([[100.0, 400.0, 150.0], [20.0, 70.0, 60.0]])
    made = scale_age_structure(REFERENCE, groups)
    np.testing.assert_allclose(sums(made), groups)
    np.testing.assert_allclose(made[0, :, WORKING] / REFERENCE[:, WORKING], made[0, 0, 30] / REFERENCE[0, 30])


def test_without_the_number_of_children_all_outside_the_working_age_are_met():
    made = scale_age_structure(REFERENCE, np.array([[np.nan, 400.0, 250.0]]))
    found = sums(made)[0]
    assert found[1] == pytest.approx(400)
    assert found[0] + found[2] == pytest.approx(250)


def test_every_year_up_to_the_origin_has_a_structure_that_sums_to_the_known_population_and_none_after_it(data):
    past = PastData(data, 2007)
    people = past.table("population_by_age_sex")
    assert people["year"].max() == 2007
    kolari = people[people["place"] == "273"].groupby("year")["population"].sum()
    known = data.table("population").query("place == '273'").set_index("year")["population"]
    np.testing.assert_allclose(kolari, known.reindex(kolari.index).astype(float))
    assert list(kolari.index) == list(range(1989, 2008))


def test_structures_that_were_published_are_kept_as_they_are(data):
    made = PastData(data, 2019).table("population_by_age_sex").query("place == '261' and year == 2018")
    kept = data.table("population_by_age_sex").query("place == '261' and year == 2018")
    keys = ["sex", "age"]
    np.testing.assert_array_equal(
        made.set_index(keys)["population"].sort_index(), kept.set_index(keys)["population"].sort_index()
    )
