"""Options that several commands share, and what they mean."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from amoanalysis.config.files import data_folder
from amoanalysis.config.scenarios import BASELINE, load_scenario
from amoanalysis.data.load import Data
from amoanalysis.pipeline.engines import Engine, local
from amoanalysis.pipeline.inputs.prepare import Inputs, prepare
from amoanalysis.pipeline.inputs.vintage import as_known
from amoanalysis.pipeline.run import forecast
from amoanalysis.results.forecast import Forecast

DataOption = Annotated[Path | None, typer.Option("--data", help="Folder of tables, instead of the snapshot.")]
UntilOption = Annotated[int, typer.Option("--until", help="Last year of the forecast.")]
DrawsOption = Annotated[int, typer.Option("--draws", help="How many futures are drawn.")]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same digits.")]
PlaceOption = Annotated[list[str] | None, typer.Option("--place", "-p", help="Name or code; may be repeated.")]
ScenarioOption = Annotated[
    list[str] | None, typer.Option("--scenario", "-s", help="Name or TOML file; may be repeated.")
]
EngineOption = Annotated[
    str,
    typer.Option("--engine", help="Where the draws are worked on: local, threads or dask; the digits are the same."),
]
SchedulerOption = Annotated[
    str | None,
    typer.Option("--scheduler", help="Address of a dask scheduler; without it dask starts workers on this machine."),
]
VintageOption = Annotated[
    str | None, typer.Option("--vintage", help="Use only what was known at the end of a year: 2018 or 2018-12-31.")
]
UNTIL, DRAWS, SEED = 2040, 1000, 2008


def open_data(folder: Path | None, vintage: str | None = None) -> Data:
    """The data folder that the user chose, as it was known at a date where one is given."""
    data = Data(data_folder(folder))
    return data if vintage is None else as_known(data, vintage)


def place_codes(data: Data, words: list[str] | None) -> list[str] | None:
    """Codes of the places that the user named; None where none was named."""
    return list(dict.fromkeys(data.places.find(word).code for word in words)) if words else None


def run_scenarios(
    data: Data,
    names: list[str] | None,
    until: int,
    draws: int,
    seed: int,
    inputs: Inputs | None = None,
    engine: Engine = local,
    calibrated: bool = True,
) -> list[Forecast]:
    """Runs scenarios one after the other on the same draws, showing how far it is.

    Every name is looked up before anything is run, so a typo costs no time.
    """
    scenarios = [load_scenario(name, data.folder) for name in names or [BASELINE]]
    known = inputs or prepare(data)
    known = known if calibrated else replace(known, widenings={})
    results = []
    with progress("draws", draws * len(scenarios)) as advance:
        for number, scenario in enumerate(scenarios):
            step = step_of(advance, number * draws, scenario.name)
            results.append(
                forecast(
                    known, scenario, data.places, until=until, draws=draws, seed=seed, progress=step, engine=engine
                )
            )
    return results


def step_of(advance: Callable[[int, str], None], before: int, name: str) -> Callable[[int], None]:
    """Progress within one step: a function of what is done of it."""

    def moved(done: int) -> None:
        advance(before + done, name)

    return moved


@contextmanager
def progress(what: str, total: int, each: bool = False) -> Iterator[Callable[[int, str], None]]:
    """A progress bar on a terminal; elsewhere a plain line each time the step changes.

    Args:
        what: unit of the count.
        total: where it ends.
        each: whether the plain lines are of parts that have ended, too, and count them.

    Yields:
        A function of the count done and the name of the step.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        said: list[str] = []

        def line(done: int, step: str) -> None:
            if step not in said:
                said.append(step)
                part = each and ": " in step
                typer.echo(f"[{done}/{total}] {step}" if part else f"{step} ...", err=True)

        yield line
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(what),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=total)

        def moved(done: int, step: str) -> None:
            bar.update(task, completed=done, description=step)

        yield moved
