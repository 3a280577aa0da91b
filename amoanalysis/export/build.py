"""The build as declared steps: forecasts, charts with workbooks and slides, notebooks, site."""

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
from amoanalysis.export.parallel import Done, Runner, measure_time, open_workers, run_timed
from amoanalysis.export.pictures import save_sheets
from amoanalysis.export.run_notebooks import NotebookError, execute_notebooks
from amoanalysis.export.site import write_site
from amoanalysis.pipeline.cache import FOLDER_VARIABLE, stored_forecasts
from amoanalysis.results.forecast import Forecast
from amoanalysis.results.write import format_csv_rows, summarise_forecast, write_forecasts

SLOWEST_SHOWN = 5
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Step:
    """A part of the build whose files are all written or none.

    Attributes:
        name: for `--only` and the progress.
        output: description of its files.
        count_parts: number of parts for a request, for the progress.
        run: does the step; calls a function with the name and seconds of each finished part.
        on_request: whether it runs only when it is named.
    """

    name: str
    output: str
    count_parts: Callable[[BuildRequest], int]
    run: Callable[[BuildRequest, Runner, Done], None]
    on_request: bool = False


@dataclass(frozen=True)
class Times:
    """Times of a build.

    Attributes:
        steps: name of each step that ran -> wall-clock seconds.
        parts: name of each part -> seconds of the process that made it.
    """

    steps: Mapping[str, float]
    parts: Mapping[str, float]

    def slowest_parts(self) -> list[tuple[str, float]]:
        """The parts that took longest, the longest first."""
        return sorted(self.parts.items(), key=lambda part: -part[1])[:SLOWEST_SHOWN]

    def report(self) -> str:
        """The times of the steps and of the slowest parts as text."""
        outputs = {step.name: step.output for step in STEPS}
        lines = [f"{name:<10} {seconds:6.1f} s  {outputs[name]}" for name, seconds in self.steps.items()]
        lines.append(f"{'total':<10} {sum(self.steps.values()):6.1f} s; the slowest parts:")
        return "\n".join([*lines, *(f"  {seconds:6.1f} s  {name}" for name, seconds in self.slowest_parts())])


class UnfinishedBuild(AmoError):
    """A build in which some notebooks failed.

    Attributes:
        times: times of the build.
    """

    def __init__(self, message: str, times: Times) -> None:
        super().__init__(message)
        self.times = times


def build(request: BuildRequest, only: Sequence[str] = (), progress: Callable[[int, str], None] | None = None) -> Times:
    """Runs the steps of the build in their order; the models run once for each scenario.

    A step that fails or is interrupted leaves its earlier files unchanged. Notebooks that fail are named at the end:
    the other notebooks and the later steps run nevertheless.

    Args:
        request: what is to be built.
        only: names of steps; all by default.
        progress: called with the number of finished parts, and the step that starts or the part that has ended.

    Returns:
        Times of the steps and parts.

    Raises:
        UserError: if a step is unknown.
        UnfinishedBuild: if a notebook fails.
        AmoError: if a step fails.
    """
    steps = select_steps(only)
    report = progress or (lambda count, what: None)
    seconds: dict[str, float] = {}
    parts: dict[str, float] = {}
    failures: list[str] = []
    with _forecast_store() as store, open_workers(request.jobs, _variables(request, store)) as run:
        for step in steps:

            def finish_part(part: str, took: float, step_name: str = step.name) -> None:
                parts[f"{step_name}: {part}"] = took
                report(len(parts), f"{step_name}: {part}, {took:.1f} s")

            report(len(parts), step.name)
            start = time.monotonic()
            try:
                step.run(request, run, finish_part)
            except NotebookError as error:
                failures.append(str(error))
            seconds[step.name] = time.monotonic() - start
    times = Times(seconds, parts)
    if failures:
        raise UnfinishedBuild(" ".join(failures), times)
    return times


def select_steps(only: Sequence[str] = ()) -> list[Step]:
    """The steps with these names, in the order of the build.

    Raises:
        UserError: if a name is unknown.
    """
    names = [step.name for step in STEPS]
    for name in only:
        if name not in names:
            raise unknown_name_error("step", name, names)
    return [step for step in STEPS if step.name in only or not (only or step.on_request)]


def _variables(request: BuildRequest, store: Path) -> dict[str, str]:
    """Environment variables of the build: the store of forecasts and, with several processes, one thread in each."""
    # Threads of linear algebra in several processes would compete for the same cores.
    threads = {name: os.environ.get(name, "1") for name in THREAD_VARIABLES} if request.jobs > 1 else {}
    return {FOLDER_VARIABLE: str(store), **threads}


@contextmanager
def _forecast_store() -> Iterator[Path]:
    """The folder where forecasts are kept for later steps: the user's own, or a temporary one."""
    own = os.environ.get(FOLDER_VARIABLE)
    if own:
        yield Path(own)
        return
    # Windows cannot delete memory-mapped files; those stay in the system's temporary folder.
    with tempfile.TemporaryDirectory(prefix="amo-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _run_forecasts(request: BuildRequest, run: Runner, done: Done) -> None:
    runs, texts, summaries = [], [], []
    for name, ((bare, rows, headlines), seconds) in run_timed(run, partial(_forecast, request), request.scenarios):
        runs.append(bare)
        texts.append(rows)
        summaries.append(headlines)
        done(name, seconds)
    write_forecasts(runs, request.out, request.folder, texts=texts, summaries=summaries)


def _forecast(request: BuildRequest, name: str) -> tuple[Forecast, str, dict[str, Any]]:
    """Runs and stores a scenario; returns the forecast without its draws, its rows as text and its summary."""
    forecasts = stored_forecasts(request.data, [name], until=request.until, draws=request.draws, seed=request.seed)
    return (
        replace(forecasts[name], arrays={}),
        format_csv_rows(forecasts[name].table()),
        summarise_forecast(forecasts[name]),
    )


def _find_notebooks(request: BuildRequest) -> tuple[Path, list[Path]]:
    folder = request.notebooks or notebooks_folder()
    return folder, find_notebooks(folder, request.data.places)


def _run_notebooks(request: BuildRequest, run: Runner, done: Done) -> None:
    source, paths = _find_notebooks(request)
    results = execute_notebooks(paths, source, kernel_variables(request), request.jobs, done)
    with write_folder_atomically(request.out / "notebooks") as folder:
        for notebook in results.executed:
            save_notebook(notebook, folder)
    results.check()


def _write_site(request: BuildRequest, run: Runner, done: Done) -> None:
    _, seconds = measure_time(write_site, request)
    done("pages", seconds)


def _write_sheets(request: BuildRequest, run: Runner, done: Done) -> None:
    _, seconds = measure_time(save_sheets, request.out)
    done("sheet", seconds)


STEPS = (
    Step(
        "forecast", "forecast.csv, summary.json, manifest.json", lambda request: len(request.scenarios), _run_forecasts
    ),
    Step("charts", "all charts of every place as pictures, workbooks and slides", count_charts, save_charts),
    Step(
        "notebooks",
        "the notebooks with their outputs",
        lambda request: len(_find_notebooks(request)[1]),
        _run_notebooks,
    ),
    Step("site", "index.html and the other pages", lambda request: 1, _write_site),
    Step(
        "sheet",
        "all charts on one sheet, also in greyscale and in simulated colour blindness",
        lambda request: 1,
        _write_sheets,
        on_request=True,
    ),
)
