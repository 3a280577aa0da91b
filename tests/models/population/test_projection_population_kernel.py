from dataclasses import replace

import numpy as np
import pytest
from population_in_arrays import step

from amoanalysis.config.scenarios import load_scenario
from amoanalysis.models.population.projection import compiled_step, population_paths
from amoanalysis.models.statistics.draws import Draws

pytestmark = pytest.mark.law
YEARS = range(2023, 2028)


@pytest.mark.parametrize("linked", [True, False])
def test_the_compiled_pass_is_the_step_of_the_arrays(data, inputs, linked):
    levels = inputs.population.levels
    base = replace(inputs.population, levels=levels if linked else replace(levels, exchange=None))
    assert not linked or levels.exchange is not None
    draws = Draws(5, 0, 7)
    assumptions = load_scenario("baseline", data.folder).assumptions.population
    paths = population_paths(base, assumptions, draws, YEARS)
    people = np.broadcast_to(base.population, (draws.count, *base.population.shape))
    idle = np.abs(draws.normal("idle", (base.population.shape[0],))) * 10
    for index in range(len(YEARS)):
        expected = step(people, base, paths, index, idle)
        found = compiled_step(people, base, paths, index, idle)
        for name, values in vars(expected).items():
            np.testing.assert_allclose(getattr(found, name), values, rtol=1e-10, atol=1e-9, err_msg=name)
        people = expected.population
