import numpy as np
import pandas as pd
import pytest

from amoanalysis.models.occupations import supply as occupation_supply

pytestmark = pytest.mark.law
CODES = ("02.6", "05.5", "07.4")
KEY = pd.DataFrame(
    [("8111", "02.6", "1"), ("5321", "05.5", "0.25"), ("5321", "07.4", "0.75"), ("X211", "none", "1")],
    columns=["isco", "mitenna", "share"],
)


def table(**persons: float) -> pd.DataFrame:
    return pd.DataFrame(
        [
            ("MK19", year, code.removeprefix("c"), count, 1.0)
            for year in (2021, 2022, 2023)
            for code, count in persons.items()
        ],
        columns=["place", "year", "occupation_isco", "unemployed_jobseekers", "open_vacancies"],
    )


FOUND = occupation_supply.jobseekers_by_group(
    table(c8111=30.0, c5321=40.0, X211=20.0, c9999=10.0, TOTAL=999.0), KEY, CODES
)


def test_every_jobseeker_is_in_a_group_or_among_those_without_one():
    assert FOUND.persons.sum() + FOUND.without_match.sum() == pytest.approx(100)
    np.testing.assert_allclose(FOUND.persons, [30, 10, 30])
    assert FOUND.coverage == pytest.approx(0.7)


def test_codes_without_a_match_are_listed_also_those_the_key_does_not_know():
    assert FOUND.without_match.to_dict() == {"X211": 20.0, "9999": 10.0}


def test_an_occupation_that_no_jobseeker_leads_to_is_listed_not_dropped():
    found = occupation_supply.jobseekers_by_group(table(c8111=30.0), KEY, CODES)
    assert found.without_jobseekers == ("05.5", "07.4")
    assert len(found.persons) == len(CODES)


def test_most_of_lapland_s_jobseekers_have_a_group(data):
    codes = tuple(data.concordance("mitenna_groups")["code"].drop(59, errors="ignore"))
    found = occupation_supply.jobseekers_by_group(
        data.table("jobseekers_by_occupation"), data.concordance("isco_mitenna"), codes
    )
    assert 0.8 < found.coverage < 0.9
    assert set(found.without_match.index.str[0]) == {"X"}


def test_the_mix_of_a_place_sums_to_the_coverage_and_follows_its_jobs():
    jobs, area = np.array([[80.0, 10.0, 10.0], [10.0, 10.0, 80.0]]), np.array([30.0, 40.0, 30.0])
    mix = occupation_supply.local_jobseeker_mix(FOUND, jobs, area, np.array([0.0, 0.5, 1.0]))
    np.testing.assert_allclose(mix.sum(axis=2), FOUND.coverage)
    np.testing.assert_allclose(mix[0, 0], mix[0, 1])
    assert (np.diff(mix[:, 0, 0]) > 0).all()


def test_graduates_are_divided_not_multiplied():
    jobs = np.array([[80.0, 10.0, 10.0], [0.0, 0.0, 50.0]])
    chosen = occupation_supply.graduate_occupation_shares(jobs, ["a", "a", "b"], ["a", "b"])
    np.testing.assert_allclose(chosen.sum(axis=2), [[1, 1], [0, 1]])
    youth = np.full((2, 3, 2), 40.0)
    found = occupation_supply.graduate_entrants(youth, chosen, np.full((3, 2), 0.25))
    np.testing.assert_allclose(found[..., 0, :].sum(axis=2), 40 * 0.5)


def test_what_is_short_is_covered_by_the_idle_of_related_occupations_and_by_no_more():
    needed, supply = np.array([10.0, 0.0, 5.0]), np.array([0.0, 100.0, 5.0])
    mobility = np.array([[0, 0, 0], [0.05, 0, 0], [0, 0, 0]])
    shape = (1, 1, 1, 3)
    gap, helped = occupation_supply.cumulative_gap(
        needed.reshape(shape), supply.reshape(shape), mobility, np.array([1.0])
    )
    np.testing.assert_allclose(helped[0, 0, 0], [5, 0, 0])
    np.testing.assert_allclose(gap[0, 0, 0], [5, 0, 0])
    gap, helped = occupation_supply.cumulative_gap(
        needed.reshape(shape), supply.reshape(shape), mobility, np.array([50.0])
    )
    np.testing.assert_allclose(helped[0, 0, 0], [10, 0, 0])
