from types import SimpleNamespace

import numpy as np
import pytest
from made import BLOCK, assumed

from amoanalysis.config.scenarios import load_scenario
from amoanalysis.models.labour_force import education as model

pytestmark = pytest.mark.law
SIX = ["047", "261", "273", "498", "854", "976"]
YEARS = range(2018, 2041)
SURE = SimpleNamespace(education_shock=assumed(0.0, path="education_shock"))


@pytest.fixture(scope="module")
def employed(data):
    return data.table("employed_residents")


@pytest.fixture(scope="module")
def base(employed):
    return model.education_base(employed, SIX, np.ones((6, len(model.AGE_GROUPS))))


def test_the_levels_sum_to_the_employed_in_every_year_and_draw(base):
    paths = model.draw_education_paths(base, SimpleNamespace(education_shock=assumed(0.2, 0.1, 0.3, "e")), BLOCK, YEARS)
    work = np.linspace(100, 3000, BLOCK.count * 6).reshape(BLOCK.count, 6)
    force = np.ones((BLOCK.count, 6, 6))
    for index in (0, 10, 22):
        levels = model.employed_by_education(work, force, paths, index)
        np.testing.assert_allclose(levels.sum(axis=2), work)
        assert (levels >= 0).all()
        assert not levels[..., -1].any()


def test_the_last_known_year_is_met_apart_from_the_pseudo_count(employed, base):
    paths = model.draw_education_paths(base, SURE, BLOCK, range(base.year, base.year + 1))
    levels = model.employed_by_education(np.ones((BLOCK.count, 6)), np.ones((BLOCK.count, 6, 6)), paths, 0)[0, :, :-1]
    counts, years = model.workers_by_education(employed, SIX)
    known = counts[:, years.index(base.year)].sum(axis=1)
    np.testing.assert_allclose(levels, known / known.sum(axis=1, keepdims=True), atol=0.03)


def test_a_cohort_keeps_its_education_apart_from_progress(base):
    paths = model.draw_education_paths(base, SURE, BLOCK, YEARS)
    later = paths.shares[YEARS.index(base.year + 10), 0]
    expected = model._level_shares(base.ratios[:, 2:-1] + base.progress[3:])
    np.testing.assert_allclose(later[:, 3:], expected)
    np.testing.assert_allclose(later[:, :2], model._level_shares(base.ratios[:, :2]))


def test_basic_education_keeps_declining(base):
    paths = model.draw_education_paths(base, SURE, BLOCK, YEARS)
    older = paths.shares[:, 0, :, 4, 0]
    assert (older[-1] < older[0]).all()


def test_the_error_for_2017_from_cohorts_of_2007_is_as_assumed(employed, data):
    assumed_shock = load_scenario("baseline", data.folder).assumptions.labour_force.education_shock
    then = model.education_base(employed[employed["year"] <= 2007], SIX, np.ones((6, 6)))
    counts, years = model.workers_by_education(employed, SIX)
    actual = counts[:, years.index(2017)]
    paths = model.draw_education_paths(then, SURE, BLOCK, range(2017, 2018))
    ages = actual.sum(axis=2) / then.age_factor
    projected = model.employed_by_education(np.ones((BLOCK.count, 6)), ages[None].repeat(BLOCK.count, 0), paths, 0)[
        0, :, :-1
    ]
    error = model._log_ratios(projected) - model._log_ratios(actual.sum(axis=1))
    assert np.sqrt((error**2).mean()) < 1.5 * assumed_shock.value


def test_places_without_education_data_have_workers_of_unknown_level(employed):
    assert model.education_base(employed, ["758"], np.ones((1, 6))) is None
    mixed = model.education_base(employed, ["273", "758"], np.ones((2, 6)))
    paths = model.draw_education_paths(mixed, SURE, BLOCK, YEARS)
    levels = model.employed_by_education(np.full((BLOCK.count, 2), 50.0), np.ones((BLOCK.count, 2, 6)), paths, 0)
    assert levels[0, 1].tolist() == [0, 0, 0, 0, 50]
    nothing = model.employed_by_education(np.full((2, 1), 50.0), np.ones((2, 1, 6)), None, 0)
    assert nothing[0, 0].tolist() == [0, 0, 0, 0, 50]
