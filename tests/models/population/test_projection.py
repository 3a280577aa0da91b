import numpy as np
import pytest

from amoanalysis.config.scenarios import load_scenario
from amoanalysis.models.population.projection import draw_population_paths
from amoanalysis.models.statistics.draws import Draws

pytestmark = pytest.mark.law

YEARS = range(2023, 2033)


def test_known_fertility_is_not_drawn_and_unknown_fertility_is(data, inputs):
    assumptions = load_scenario("baseline", data.folder).assumptions.population
    paths = draw_population_paths(inputs.population, assumptions, Draws(1, 0, 60), YEARS)
    known = max(inputs.population.total_fertility[0])
    spread = paths.total_fertility[..., 0].std(axis=1)
    for year, width in zip(YEARS, spread, strict=True):
        assert (width < 1e-12) == (year <= known)


def test_the_jump_off_population_has_the_known_totals(data, inputs):
    known = data.table("population").query("year == @inputs.population.year").set_index("place")["population"]
    np.testing.assert_allclose(inputs.population.population.sum(axis=(1, 2)), known[list(inputs.codes)])
