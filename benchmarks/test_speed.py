"""Times of the parts that people wait for: python -m pytest benchmarks --benchmark-columns=min,median,max,rounds.

Not part of the tests: nothing is asserted, and a time is worth something only on a machine at rest.
"""

from typing import Any

import pytest

from amoanalysis.config.files import data_folder
from amoanalysis.config.scenarios import Scenario, load_scenario
from amoanalysis.data.load import Data
from amoanalysis.exhibits.view import open_place
from amoanalysis.export.pictures import picture
from amoanalysis.pipeline.inputs.prepare import Inputs, prepare
from amoanalysis.pipeline.population_only import ProjectionTask, project_places
from amoanalysis.pipeline.run import forecast
from amoanalysis.results.forecast import Forecast

DRAWS, UNTIL = 1000, 2052  # thirty years from the end of 2022


@pytest.fixture(scope="module")
def data() -> Data:
    return Data(data_folder())


@pytest.fixture(scope="module")
def inputs(data: Data) -> Inputs:
    return prepare(data)


@pytest.fixture(scope="module")
def baseline(data: Data) -> Scenario:
    return load_scenario("baseline", data.folder)


@pytest.fixture(scope="module")
def run(inputs: Inputs, baseline: Scenario, data: Data) -> Forecast:
    return forecast(inputs, baseline, data.places, until=UNTIL, draws=DRAWS)


def test_reading_the_folder_and_estimating(benchmark: Any, data: Data) -> None:
    benchmark.pedantic(prepare, (Data(data.folder),), rounds=5, warmup_rounds=1)


def test_population_alone(benchmark: Any, inputs: Inputs, baseline: Scenario) -> None:
    years = range(inputs.population.year + 1, UNTIL + 1)
    task = ProjectionTask(inputs.population, baseline.assumptions.population, years, DRAWS, 2008)
    benchmark.pedantic(project_places, (task,), rounds=7, warmup_rounds=1)


def test_the_whole_model(benchmark: Any, inputs: Inputs, baseline: Scenario, data: Data) -> None:
    options = {"until": UNTIL, "draws": DRAWS}
    benchmark.pedantic(forecast, (inputs, baseline, data.places), options, rounds=7, warmup_rounds=1)


def test_the_table_of_quantiles(benchmark: Any, run: Forecast) -> None:
    benchmark.pedantic(run.table, rounds=5, warmup_rounds=1)


def test_a_chart_as_png(benchmark: Any) -> None:
    exhibit = open_place("kolari", draws=200).show("population_fan")
    benchmark.pedantic(picture, (exhibit, "png"), rounds=5, warmup_rounds=1)
