from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from cohort_accounts import accounting_error

from amoanalysis.models.population.cohort_component import migrate, survive

CASE = Path(__file__).parents[2].parent / "shared" / "cases" / "02_ccmpp_wpp_canada_1x1"
FIRST, LAST, AGES = 1950, 2020, 101
# An age that net migration would make negative ends at this number of persons instead (rule of the UN).
FLOOR = 0.0005
SEXES = ["female", "male"]

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(not CASE.is_dir(), reason="the worked example of Canada is not available"),
]


def cube(file: str, year: str, age: str) -> np.ndarray:
    table = pd.read_csv(CASE / file).pivot(index=year, columns=["sex", age], values="value")
    columns = pd.MultiIndex.from_product([SEXES, range(AGES)])
    return table.reindex(columns=columns).to_numpy().reshape(len(table), 2, AGES)


@pytest.fixture(scope="module")
def steps():
    population = pd.read_csv(CASE / "base_pop_1950.csv").pivot(index="sex", columns="age_start", values="value")
    population = population.loc[SEXES].to_numpy(dtype=float)
    survival = cube("survival_ratio.csv.gz", "time_start", "age_start")
    migrants = cube("net_migrants.csv.gz", "time_start", "age_start")
    fertility = pd.read_csv(CASE / "asfr.csv.gz").pivot(index="time_start", columns="age_start", values="value")
    fertility = fertility.reindex(columns=range(AGES)).fillna(0.0).to_numpy()
    sex_ratio = pd.read_csv(CASE / "srb.csv")["value"].to_numpy()
    result = []
    for year in range(LAST - FIRST):
        survived = survive(population, survival[year], fertility[year], sex_ratio[year], fertile=slice(1, None))
        step = migrate(survived, *gross_flows(survived.population, migrants[year]))
        assert accounting_error(population, step) <= 1e-6
        result.append(step)
        population = step.population
    return result


def gross_flows(survivors: np.ndarray, net: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """In- and out-migration of net counts; below zero an age ends at the floor."""
    net = np.where(survivors + net < 0.0, FLOOR - survivors, net)
    return np.maximum(net, 0.0), np.maximum(-net, 0.0)


def test_every_age_of_seventy_years_is_met_to_a_millionth_of_a_person(steps):
    expected = cube("expected_pop.csv.gz", "year", "age")
    computed = np.stack([step.population for step in steps])
    assert computed.size == 14_140
    np.testing.assert_allclose(computed, expected[1:], rtol=0, atol=1e-6)


def test_totals_births_and_deaths_are_met(steps):
    for file, computed in (
        ("expected_pop_total.csv", [step.population.sum(axis=-1) for step in steps]),
        ("expected_births.csv", [step.births for step in steps]),
        ("expected_deaths.csv", [step.deaths.sum(axis=-1) for step in steps]),
    ):
        table = pd.read_csv(CASE / file).pivot(index="year", columns="sex", values="value")
        expected = table.loc[table.index[-(LAST - FIRST) :], SEXES].to_numpy()
        np.testing.assert_allclose(np.stack(computed), expected, rtol=0, atol=1e-5, err_msg=file)
