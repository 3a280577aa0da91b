"""`amo forecast --only population`."""

from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from amoanalysis.cli.options import progress, step_of
from amoanalysis.forecast.engines import Engine
from amoanalysis.forecast.people_run import (
    HIGH,
    LOW,
    MIDDLE,
    PeopleForecast,
    forecast_people,
    prepare_people,
    write_people,
)
from amoanalysis.scenarios import BASELINE, load_scenario
from amoanalysis.tables import Data
from amoanalysis.text import number

# Places that are printed where none is named; of more, the region alone is.
MOST_SHOWN = 30


def only_population(
    data: Data,
    names: list[str] | None,
    codes: list[str] | None,
    out: Path,
    *,
    until: int,
    draws: int,
    seed: int,
    engine: Engine,
    calibrated: bool,
    parquet: bool,
) -> None:
    """Forecasts the population alone, writes it and prints the residents of some years."""
    scenarios = [load_scenario(name, data.folder) for name in names or [BASELINE]]
    inputs = prepare_people(data, calibrated=calibrated)
    runs: list[PeopleForecast] = []
    with progress("places", len(inputs.codes) * len(scenarios)) as advance:
        for index, scenario in enumerate(scenarios):
            step = step_of(advance, index * len(inputs.codes), scenario.name)
            runs.append(
                forecast_people(
                    inputs, scenario, data.places, until=until, draws=draws, seed=seed, progress=step, engine=engine
                )
            )
    files = write_people(runs, out, data.folder, codes, known_until=data.known_until, parquet=parquet)
    for run in runs:
        _show(run, run.positions(codes if codes or len(run.codes) <= MOST_SHOWN else [data.places.region.code]))
    typer.echo("Written: " + ", ".join(str(file) for file in files))


def _show(run: PeopleForecast, positions: list[int]) -> None:
    years = [(index, year) for index, year in enumerate(run.years) if year % 5 == 0 or year == run.years[-1]]
    title = f"{run.scenario.titled('en')}: population alone, median and 80 % band, {run.draws} draws"
    table = Table(title=title, title_justify="left")
    for column in ("place", *(str(year) for _, year in years)):
        table.add_column(column, justify="left" if column == "place" else "right")
    for position in positions:
        found = run.quantiles[position, :, 0]
        cells = [
            f"{number(found[index, MIDDLE], 'en')} ({number(found[index, LOW], 'en')}\u2013"
            f"{number(found[index, HIGH], 'en')})"
            for index, _ in years
        ]
        table.add_row(run.places[run.codes[position]].named("en"), *cells)
    console = Console()
    Console(width=None if console.is_terminal else 160).print(table)
