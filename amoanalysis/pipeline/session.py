"""Entry points for analysts: open data, change a scenario, run and compare forecasts."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from amoanalysis.config.files import data_folder
from amoanalysis.config.scenarios import BASELINE, Scenario, load_scenario
from amoanalysis.data.load import Data
from amoanalysis.errors import UserError
from amoanalysis.models.components import Components, FertilityModel, LabourBalance, LabourDemandModel, MigrationModel
from amoanalysis.pipeline.cache import FOLDER_VARIABLE, stored_forecasts, stored_inputs
from amoanalysis.pipeline.inputs.prepare import Inputs
from amoanalysis.pipeline.run import forecast as run_forecast
from amoanalysis.results.comparison import Comparison
from amoanalysis.results.forecast import Forecast

UNTIL, DRAWS, SEED = 2040, 1000, 2008
Folder = Data | Path | str | None


def load_data(folder: Folder = None) -> Data:
    """Opens a data folder: its tables, places, origins and geometries.

    Args:
        folder: a folder; the one of AMO_DATA or the snapshot of the project by default.

    Returns:
        The folder; `data.names` lists the tables, `data.table("population")` gives a DataFrame.

    Raises:
        UserError: if there is no such folder.
    """
    return folder if isinstance(folder, Data) else Data(data_folder(folder))


def scenario(name: str = BASELINE, *, data: Folder = None) -> Scenario:
    """Loads a scenario, to be run or changed.

    Args:
        name: a scenario of the data folder or the path of a TOML file.
        data: a data folder; the snapshot by default.

    Returns:
        The scenario; `scenario.set(path, value, low=, high=, why=)` gives a changed one.

    Raises:
        UserError: if there is no such scenario; the nearest is proposed.
    """
    return load_scenario(name, load_data(data).folder)


def forecast(
    scenario: str | Scenario = BASELINE,
    *,
    data: Folder = None,
    draws: int | None = None,
    until: int | None = None,
    seed: int | None = None,
    progress: bool | None = None,
    migration: MigrationModel | None = None,
    fertility: FertilityModel | None = None,
    labour_demand: LabourDemandModel | None = None,
    balance: LabourBalance | None = None,
) -> Forecast:
    """Runs a forecast of all municipalities of a data folder.

    Args:
        scenario: name, file or scenario.
        data: a data folder; the snapshot by default.
        draws: number of draws; AMO_DRAWS or 1,000 by default.
        until: last year; AMO_UNTIL or 2040 by default.
        seed: the same seed gives the same digits; AMO_SEED or 2008 by default.
        progress: whether a progress bar is shown; by default in notebooks and on terminals, unless AMO_PROGRESS is 0.
        migration: replaces the migration model, see `models.components`.
        fertility: replaces the fertility model.
        labour_demand: replaces the model of labour demand.
        balance: replaces the labour-market balance of a year.

    Returns:
        The forecast. Runs with the default components are cached where AMO_STORE names a folder.

    Raises:
        UserError: if a name or a number is not valid.

    Example:
        `run = amo.forecast("baseline"); run.interval("population", place="Kolari")`
    """
    tables = load_data(data)
    assumed = load_scenario(scenario, tables.folder) if isinstance(scenario, str) else scenario
    until, draws, seed = (
        read_setting(until, "AMO_UNTIL", UNTIL),
        read_setting(draws, "AMO_DRAWS", DRAWS),
        read_setting(seed, "AMO_SEED", SEED),
    )
    components = Components.replaced(
        migration=migration, fertility=fertility, labour_demand=labour_demand, balance=balance
    )
    if os.environ.get(FOLDER_VARIABLE) and components == Components() and tables.known_until is None:
        return next(iter(stored_forecasts(tables, [assumed], until=until, draws=draws, seed=seed).values()))
    inputs = _prepared_inputs(tables)
    with progress_bar(f"Forecast {assumed.name}", draws, progress) as advance:
        return run_forecast(
            inputs, assumed, tables.places, until=until, draws=draws, seed=seed, progress=advance, components=components
        )


def compare(
    scenario: str | Scenario | Forecast, reference: str | Scenario | Forecast = BASELINE, *, data: Folder = None
) -> Comparison:
    """Compares two forecasts draw by draw.

    Args:
        scenario: a forecast, or a scenario, name or file that is run.
        reference: what it is compared with.
        data: data folder of the runs.

    Returns:
        The comparison: intervals, probabilities and parts of the differences.

    Raises:
        UserError: if the runs are not paired, or a name is unknown.
    """
    ours, theirs = scenario, reference
    given = ours if isinstance(ours, Forecast) else theirs if isinstance(theirs, Forecast) else None
    draws, until, seed = (given.n_draws, given.years[-1], given.seed) if given is not None else (None, None, None)
    if not isinstance(ours, Forecast):
        ours = forecast(ours, data=data, draws=draws, until=until, seed=seed)
    if not isinstance(theirs, Forecast):
        theirs = forecast(theirs, data=data, draws=draws, until=until, seed=seed)
    return Comparison(ours, theirs)


def read_setting(given: int | None, variable: str, default: int) -> int:
    """A number given, else that of an environment variable, else the default.

    Raises:
        UserError: if the variable is not a whole number.
    """
    if given is not None:
        return given
    value = os.environ.get(variable, "").strip()
    if value and not value.isdigit():
        raise UserError(f"{variable} is '{value}': set it to a whole number.")
    return int(value) if value else default


def _prepared_inputs(data: Data) -> Inputs:
    """Inputs of a folder; those of the last folders opened are kept until a file of theirs changes."""
    if data.known_until is not None:
        return stored_inputs(data)
    files = sorted(path for path in data.folder.rglob("*") if path.suffix in (".csv", ".toml", ".geojson"))
    state = tuple((path.as_posix(), path.stat().st_mtime_ns, path.stat().st_size) for path in files)
    return _inputs_of(data.folder, state)


@lru_cache(maxsize=4)
def _inputs_of(folder: Path, state: tuple[tuple[str, int, int], ...]) -> Inputs:
    """Inputs of a folder in a state of its files."""
    return stored_inputs(Data(folder))


@contextmanager
def progress_bar(title: str, total: int | None, wanted: bool | None) -> Iterator[Callable[[int], None] | None]:
    """A progress bar on a terminal or in a notebook; None where there is neither."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    if wanted is None and os.environ.get("AMO_PROGRESS") == "0":
        wanted = False
    if not (console.is_terminal or console.is_jupyter if wanted is None else wanted):
        yield None
        return
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task(title, total=total)
        yield lambda done: bar.update(task, completed=done)
