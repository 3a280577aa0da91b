"""The whole build as declared steps: forecast, charts with workbooks and slides, notebooks, pages."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from amoanalysis.config.files import write_folder_atomically
from amoanalysis.errors import AmoError, unknown_name_error
from amoanalysis.export.build_request import BuildRequest, kernel_variables
from amoanalysis.export.charts import count_charts, save_charts
from amoanalysis.export.notebooks import find_notebooks, notebooks_folder, save_notebook
from amoanalysis.export.parallel import Done, Runner, timed, workers
from amoanalysis.export.pictures import save_sheets
from amoanalysis.export.run_notebooks import NotebookError, execute_notebooks
from amoanalysis.export.site import write_site
from amoanalysis.pipeline.cache import FOLDER_VARIABLE, stored_forecasts
from amoanalysis.results.forecast import Forecast
from amoanalysis.results.write import rows_of, summary, write_forecasts

SLOWEST = 5
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Step:
    """A part of the build that is written whole or not at all.

    Attributes:
        name: for `--only` and the progress.
        makes: what it makes, in words.
        parts: how many parts an order has, for the progress.
        run: does it; tells the name of each part that is done, and its seconds.
        asked: whether it is done only when it is named.
    """

    name: str
    makes: str
    parts: Callable[[BuildRequest], int]
    run: Callable[[BuildRequest, Runner, Done], None]
    asked: bool = False


@dataclass(frozen=True)
class Times:
    """Where the time of a build went.

    Attributes:
        steps: name of each step that was run -> seconds by the clock.
        parts: name of each part -> seconds of the process that made it.
    """

    steps: Mapping[str, float]
    parts: Mapping[str, float]

    def slowest(self) -> list[tuple[str, float]]:
        """The parts that took longest, the longest first."""
        return sorted(self.parts.items(), key=lambda part: -part[1])[:SLOWEST]


class UnfinishedBuild(AmoError):
    """A build that made all it could, but not everything.

    Attributes:
        times: where the time went.
    """

    def __init__(self, said: str, times: Times) -> None:
        super().__init__(said)
        self.times = times


def build(order: BuildRequest, only: Sequence[str] = (), progress: Callable[[int, str], None] | None = None) -> Times:
    """Runs the steps of the build in their order; the models run once for each scenario.

    A step that fails or is interrupted leaves what the folder held of it before. Notebooks that fail are named at the
    end: the others, and the steps after them, are made all the same.

    Args:
        order: what is to be built.
        only: names of steps; all by default.
        progress: called with the number of parts done, and the step that begins or the part that has ended.

    Returns:
        Where the time went.

    Raises:
        UserError: if a step is unknown.
        Unfinished: if a notebook fails.
        AmoError: if a step fails.
    """
    steps = select_steps(only)
    seconds: dict[str, float] = {}
    parts: dict[str, float] = {}
    faults: list[str] = []
    say = progress or (lambda done, what: None)
    with _store() as store, workers(order.jobs, {FOLDER_VARIABLE: str(store), **_threads(order)}) as run:
        for step in steps:
            start = time.monotonic()

            def done(part: str, took: float, name: str = step.name) -> None:
                parts[f"{name}: {part}"] = took
                say(len(parts), f"{name}: {part}, {took:.1f} s")

            say(len(parts), step.name)
            try:
                step.run(order, run, done)
            except NotebookError as error:
                faults.append(str(error))
            seconds[step.name] = time.monotonic() - start
    times = Times(seconds, parts)
    if faults:
        raise UnfinishedBuild(" ".join(faults), times)
    return times


def select_steps(only: Sequence[str] = ()) -> list[Step]:
    """The steps of these names, in the order of the build.

    Raises:
        UserError: if a name is unknown.
    """
    names = [step.name for step in STEPS]
    for name in only:
        if name not in names:
            raise unknown_name_error("step", name, names)
    return [step for step in STEPS if step.name in only or not (only or step.asked)]


def _forecast(order: BuildRequest, run: Runner, done: Done) -> None:
    runs, texts, summaries = [], [], []
    for name, ((bare, rows, headlines), took) in timed(run, partial(_reckon, order), order.scenarios):
        runs.append(bare)
        texts.append(rows)
        summaries.append(headlines)
        done(name, took)
    write_forecasts(runs, order.out, order.folder, texts=texts, summaries=summaries)


def _reckon(order: BuildRequest, name: str) -> tuple[Forecast, str, dict[str, Any]]:
    """Runs a scenario and keeps it for the other steps; the run without its draws, its rows and its summary."""
    found = stored_forecasts(order.data, [name], until=order.until, draws=order.draws, seed=order.seed)[name]
    return replace(found, arrays={}), rows_of(found), summary(found)


def _notebooks(order: BuildRequest, run: Runner, done: Done) -> None:
    source = order.notebooks or notebooks_folder()
    paths = find_notebooks(source, order.data.places)
    came = execute_notebooks(paths, source, kernel_variables(order), order.jobs, done)
    with write_folder_atomically(order.out / "notebooks") as folder:
        for notebook in came.executed:
            save_notebook(notebook, folder)
    came.check()


def _site(order: BuildRequest, run: Runner, done: Done) -> None:
    start = time.monotonic()
    write_site(order)
    done("pages", time.monotonic() - start)


def _sheet(order: BuildRequest, run: Runner, done: Done) -> None:
    start = time.monotonic()
    save_sheets(order.out)
    done("sheet", time.monotonic() - start)


def _threads(order: BuildRequest) -> dict[str, str]:
    """One thread of linear algebra a process where there are several: they would wait for one another's cores."""
    return {name: os.environ.get(name, "1") for name in THREADS} if order.jobs > 1 else {}


@contextmanager
def _store() -> Iterator[Path]:
    """The folder where forecasts wait for the other steps: the user's own, or one that ends with the build."""
    own = os.environ.get(FOLDER_VARIABLE)
    if own:
        yield Path(own)
        return
    # Where files that are mapped cannot be deleted, the last of them wait for the system's own cleaning.
    with tempfile.TemporaryDirectory(prefix="amo-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _count_notebooks(order: BuildRequest) -> int:
    return len(find_notebooks(order.notebooks or notebooks_folder(), order.data.places))


STEPS = (
    Step("forecast", "forecast.csv, summary.json, manifest.json", lambda order: len(order.scenarios), _forecast),
    Step(
        "charts",
        "every exhibit of every place as drawings, pictures, workbooks and slides",
        count_charts,
        save_charts,
    ),
    Step("notebooks", "the notebooks with their outputs", _count_notebooks, _notebooks),
    Step("site", "index.html and the pages behind it", lambda order: 1, _site),
    Step(
        "sheet", "all charts on a sheet, also in greyscale and as colour-blind eyes see it", lambda _: 1, _sheet, True
    ),
)
