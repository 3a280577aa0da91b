"""Run time of the population model, and its growth with places, draws and years: python benchmarks/people.py.

The places are those of the region, repeated: the run time depends on their number only.
"""

import argparse
import resource
import time
from collections.abc import Callable
from functools import partial

import numpy as np

from amoanalysis.config.files import data_folder
from amoanalysis.config.scenarios import load_scenario
from amoanalysis.data.load import Data
from amoanalysis.pipeline.engines import Engine, run_in_threads, run_locally
from amoanalysis.pipeline.inputs.population import population_base
from amoanalysis.pipeline.population_only import (
    PLACES_PER_GROUP,
    ProjectionTask,
    project_group,
    project_places,
    select_places,
)

FIRST = 2023


def make_task(places: int, draws: int, years: int) -> ProjectionTask:
    """A run of a number of places, draws and years."""
    data = Data(data_folder())
    base, _ = population_base(data, [place.code for place in data.places.municipalities()])
    many = select_places(base, np.arange(places) % len(base.population))
    assumptions = load_scenario("baseline", data.folder).assumptions.population
    return ProjectionTask(many, assumptions, range(FIRST, FIRST + years), draws, 1)


def project_draws(task: ProjectionTask, engine: Engine = run_locally) -> None:
    """Projects every place and draw, group by group, without quantiles."""
    places = len(task.base.population)
    blocks = [(first, min(PLACES_PER_GROUP, places - first)) for first in range(0, places, PLACES_PER_GROUP)]
    for _ in engine(_project_and_discard, task, blocks):
        pass


def _project_and_discard(task: ProjectionTask, block: tuple[int, int]) -> None:
    project_group(task, block)


def median_seconds(run: Callable[[], None], times: int = 5) -> float:
    """Median run time of several runs."""
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return float(np.median(seconds))


def growth_exponent(sizes: list[int], seconds: list[float]) -> float:
    """Slope of log seconds over log size: 1 where twice the size takes twice as long."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--many", type=int, default=0, help="also this number of places with 200 draws, with quantiles")
    many = parser.parse_args().many
    project_draws(make_task(6, 16, 2))
    six, country = make_task(6, 1000, 30), make_task(309, 1000, 30)
    seconds = {
        "6 places, 1000 draws, 30 years, one thread": median_seconds(lambda: project_draws(six)),
        "309 places, 1000 draws, 30 years, one thread": median_seconds(lambda: project_draws(country), 3),
        "309 places, 1000 draws, 30 years, threads": median_seconds(lambda: project_draws(country, run_in_threads), 3),
        "309 places, with quantiles, threads": median_seconds(lambda: _project_quantiles(country), 3),
    }
    for name, value in seconds.items():
        print(f"{name}: {value:.2f} s")
    for name, sizes, make in (
        ("places", [48, 96, 192, 384], lambda n: make_task(n, 256, 10)),
        ("draws", [128, 256, 512, 1024], lambda n: make_task(64, n, 10)),
        ("years", [5, 10, 20, 40], lambda n: make_task(64, 256, n)),
    ):
        tasks = [make(size) for size in sizes]
        times = [median_seconds(partial(project_draws, task), 3) for task in tasks]
        print(f"slope over {name} {sizes}: {growth_exponent(sizes, times):.2f}")
    if many:
        task = make_task(many, 200, 18)
        print(
            f"{many} places, 200 draws, 18 years, threads: {median_seconds(lambda: _project_quantiles(task), 1):.1f} s"
        )
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


def _project_quantiles(task: ProjectionTask) -> None:
    project_places(task, engine=run_in_threads)


if __name__ == "__main__":
    main()
