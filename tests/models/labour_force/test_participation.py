import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amoanalysis.models.labour_force import participation as model
from amoanalysis.pipeline.inputs.population import population_base
from amoanalysis.pipeline.inputs.vital_rates import structures_by_year

pytestmark = pytest.mark.law

SIX = ["047", "261", "273", "498", "854", "976"]


@pytest.fixture(scope="module")
def account(data):
    tables = (data.table(name) for name in ("employed_residents", "jobs_by_workplace", "labour_market_monthly"))
    return model.labour_account(*tables, SIX)


@pytest.fixture(scope="module")
def participation(data):
    return model.participation_by_age(data.table("labour_force_by_age"))


def test_accounting_identities_hold_in_every_place_and_year(account):
    frame = account.frame
    np.testing.assert_allclose(frame["labour_force"], frame["employed_residents"] + frame["unemployed"])
    residents = frame["jobs"] - frame["in_commuters"] + frame["out_commuters"]
    np.testing.assert_allclose(residents, frame["employed_residents"], atol=1e-6)


def test_the_register_agrees_with_the_employment_statistics_two_years_earlier(data, account):
    register = data.table("labour_market_monthly")
    later = register.assign(year=register["month"].str[:4].astype(int) - model.REGISTER_LAG)
    later = later.groupby(["place", "year"])["labour_force"].median()
    known = account.frame[account.frame["status"] == "observed"].set_index(["place", "year"])["labour_force"]
    ratio = (later.reindex(known.index) / known).dropna()
    assert len(ratio) > 50
    assert abs(ratio.mean() - 1) < 0.005
    assert ratio.std() < 0.01


def test_kittila_in_2017_is_as_published(account):
    row = account.frame.query("place == '261' and year == 2017").iloc[0]
    assert (row["employed_residents"], row["jobs"], row["in_commuters"], row["out_commuters"]) == (3048, 3437, 828, 439)
    assert row["status"] == "observed"


def test_participation_meets_the_means_of_the_survey(data, participation):
    rates = data.table("labour_force_by_age").query("indicator == 'participation_rate' and year == 2020 and sex == 'm'")
    by_group = rates.set_index("age_group")["value"] / 100
    for group, low in (("25-34", 25), ("55-64", 55), ("65-74", 65)):
        published = float(by_group[group])
        assert participation[1, low : low + 10].mean() == pytest.approx(published, abs=1e-9)
    assert not participation[:, :15].any()
    assert not participation[:, 75:].any()
    assert participation.max() <= 1.0


def test_later_retirement_increases_participation_at_pension_ages_only(participation):
    later = model.shift_retirement(participation, np.array([0.0, 2.0]))
    np.testing.assert_allclose(later[0], participation)
    np.testing.assert_allclose(later[1, :, :55], participation[:, :55])
    assert (later[1, :, 56:75] >= participation[:, 56:75] - 1e-12).all()
    assert later[1, :, 60:70].sum() > participation[:, 60:70].sum()


@given(scale=st.floats(0.1, 10))
def test_the_labour_force_is_proportional_to_the_population(scale):
    population = np.ones((2, 3, 2, 101)) * 10
    rates = np.full((2, 2, 101), 0.5)
    one = model.labour_force(population, rates, np.ones((2, 3)))
    np.testing.assert_allclose(model.labour_force(population * scale, rates, np.ones((2, 3))), one * scale)
    assert one[0, 0] == pytest.approx(10 * 202 * 0.5)


@given(scale=st.floats(0.1, 10), years=st.floats(0, 3))
def test_the_labour_force_by_sex_and_age_sums_to_the_total(scale, years):
    population = np.linspace(1, 30, 2 * 3 * 2 * 101).reshape(2, 3, 2, 101) * scale
    rates = model.shift_retirement(
        np.concatenate([np.zeros((2, 15)), np.full((2, 60), 0.7), np.zeros((2, 26))], 1), np.full(2, years)
    )
    total = model.labour_force(population, rates, np.full((2, 3), 0.9))
    parts = model.labour_force_by_age(population, rates, total)
    np.testing.assert_allclose(parts.sum(axis=(2, 3)), total)
    assert (parts >= 0).all()


def test_the_labour_force_of_the_last_known_year_is_met_exactly(data, inputs, account):
    structures = structures_by_year(data.table("population_by_age_sex"), SIX)
    people = population_base(data, SIX)[1][account.year]
    assert account.year > max(structures)
    force = np.einsum("psa,sa->p", people, inputs.participation) * inputs.participation_factor
    np.testing.assert_allclose(force, account.values(account.year, "labour_force", SIX))
