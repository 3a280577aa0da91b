from dataclasses import replace

import numpy as np
import pytest

from amoanalysis.config.scenarios import load_scenario
from amoanalysis.models.population.cohort_component import project_year
from amoanalysis.models.population.projection import draw_population_paths
from amoanalysis.models.statistics.draws import Draws
from amoanalysis.pipeline import population_only
from amoanalysis.pipeline.engines import run_in_threads

pytestmark = pytest.mark.law
YEARS = range(2023, 2027)


@pytest.fixture(scope="module")
def task(data, inputs):
    """Fifteen places: the six, made into as many as fill more groups than one of them would."""
    assumptions = load_scenario("baseline", data.folder).assumptions.population
    many = population_only.select_places(inputs.population, np.arange(15) % 6)
    return population_only.ProjectionTask(many, assumptions, YEARS, 40, 3)


@pytest.mark.parametrize("size", [1.0, 0.002], ids=["as they are", "of a few people, whom noise may let die"])
def test_a_single_group_is_the_population_model_without_exchange(task, size):
    base, draws = replace(task.base, population=size * task.base.population), Draws(3, 0, 40)
    paths = draw_population_paths(base, task.assumptions, draws, YEARS)
    people = np.broadcast_to(base.population, (40, *base.population.shape))
    kept = population_only.project_group(replace(task, base=base), (0, 15))
    for index in range(len(YEARS)):
        people = project_year(people, base, paths, index, np.zeros((40, 15))).population
        np.testing.assert_allclose(kept[:, index, 0].T, people.sum(axis=(2, 3)), rtol=1e-10)
        five = np.add.reduceat(people.sum(axis=2), np.arange(0, 101, 5), axis=2)
        np.testing.assert_allclose(kept[:, index, 4:].transpose(2, 0, 1), five, rtol=1e-10)
        np.testing.assert_allclose(kept[:, index, 2].T, people[..., 15:65].sum(axis=(2, 3)), rtol=1e-10)


def test_groups_of_ages_sum_to_the_residents_and_the_sum_of_places_to_the_total(task):
    kept = population_only.project_group(task, (0, 15))
    np.testing.assert_allclose(kept[:, :, 1:4].sum(axis=2), kept[:, :, 0])
    np.testing.assert_allclose(kept[:, :, 4:].sum(axis=2), kept[:, :, 0])
    np.testing.assert_allclose(population_only.project_places(task).total, kept.sum(axis=0))


def test_places_of_other_groups_share_the_times_and_not_the_chance(task, monkeypatch):
    monkeypatch.setattr(population_only, "PLACES_PER_GROUP", 6)
    shared = [population_only.GroupDraws(1, 0, 5, group).normal("fertility:2030", (1,)) for group in (0, 1)]
    own = [population_only.GroupDraws(1, 0, 5, group).normal("noise:2030", (5, 6)) for group in (0, 1)]
    np.testing.assert_array_equal(shared[0], shared[1])
    assert not np.isclose(own[0], own[1]).any()


def test_threads_give_the_same_digits(task, monkeypatch):
    monkeypatch.setattr(population_only, "PLACES_PER_GROUP", 4)
    one, other = population_only.project_places(task), population_only.project_places(task, engine=run_in_threads)
    np.testing.assert_array_equal(one.quantiles, other.quantiles)
    np.testing.assert_array_equal(one.total, other.total)
    assert one.quantiles.shape == (15, 4, len(population_only.GROUPS), 3)
    assert (np.diff(one.quantiles, axis=3) >= 0).all()


def test_more_places_leave_the_first_groups_as_they_were(task, monkeypatch):
    monkeypatch.setattr(population_only, "PLACES_PER_GROUP", 5)
    fewer = replace(task, base=population_only.select_places(task.base, np.arange(10)))
    first, both = population_only.project_places(fewer), population_only.project_places(task)
    np.testing.assert_array_equal(first.quantiles, both.quantiles[:10])
