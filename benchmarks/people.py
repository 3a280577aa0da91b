"""How long the population takes, and how that grows with places, draws and years: python benchmarks/people.py.

The places are those of the region, repeated: only their number matters to the clock.
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
from amoanalysis.pipeline.engines import Engine, local, threads
from amoanalysis.pipeline.inputs.population import population_base
from amoanalysis.pipeline.population_only import PLACES, Memory, Task, group_draws, of_places, project_places

FIRST = 2023


def task_of(places: int, draws: int, years: int) -> Task:
    """A run of so many places, draws and years."""
    data = Data(data_folder())
    base, _ = population_base(data, [place.code for place in data.places.municipalities()])
    many = of_places(base, np.arange(places) % len(base.population))
    assumptions = load_scenario("baseline", data.folder).assumptions.population
    return Task(many, assumptions, range(FIRST, FIRST + years), draws, 1)


def simulated(task: Task, engine: Engine = local) -> None:
    """The population of every place and draw, group by group, without quantiles."""
    places = len(task.base.population)
    blocks = [(first, min(PLACES, places - first)) for first in range(0, places, PLACES)]
    for _ in engine(partial(_dropped, memory=Memory()), task, blocks):
        pass


def _dropped(task: Task, block: tuple[int, int], memory: Memory) -> None:
    group_draws(task, block, memory)


def median_of(run: Callable[[], None], times: int = 5) -> float:
    """Median seconds of several runs."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return float(np.median(taken))


def slope(sizes: list[int], seconds: list[float]) -> float:
    """Slope of log seconds over log size: 1 where twice as much takes twice as long."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--many", type=int, default=0, help="also so many places with 200 draws, quantiles kept")
    many = parser.parse_args().many
    simulated(task_of(6, 16, 2))
    six, country = task_of(6, 1000, 30), task_of(309, 1000, 30)
    print(f"6 places, 1000 draws, 30 years, one thread: {median_of(lambda: simulated(six)):.2f} s")
    print(f"309 places, 1000 draws, 30 years, one thread: {median_of(lambda: simulated(country), 3):.2f} s")
    print(f"309 places, 1000 draws, 30 years, threads: {median_of(lambda: simulated(country, threads), 3):.2f} s")
    print(f"309 places, quantiles kept, threads: {median_of(lambda: _kept(country), 3):.2f} s")
    for name, sizes, make in (
        ("places", [48, 96, 192, 384], lambda n: task_of(n, 256, 10)),
        ("draws", [128, 256, 512, 1024], lambda n: task_of(64, n, 10)),
        ("years", [5, 10, 20, 40], lambda n: task_of(64, 256, n)),
    ):
        tasks = [make(size) for size in sizes]
        seconds = [median_of(partial(simulated, task), 3) for task in tasks]
        print(f"slope over {name} {sizes}: {slope(sizes, seconds):.2f}")
    if many:
        task = task_of(many, 200, 18)
        print(f"{many} places, 200 draws, 18 years, threads: {median_of(lambda: _kept(task), 1):.1f} s")
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


def _kept(task: Task) -> None:
    project_places(task, engine=threads)


if __name__ == "__main__":
    main()
