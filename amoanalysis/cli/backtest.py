"""`amo backtest`."""

import json
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from amoanalysis.backtest.cases import REFERENCES
from amoanalysis.backtest.run import DRAWS, FIRST_ORIGIN, MEASURES, SEED, BackTest, back_test, write_back_test
from amoanalysis.backtest.tables import SHOWN, by_horizon
from amoanalysis.cli.options import DataOption, open_data, progress
from amoanalysis.config.scenarios import BASELINE, load_scenario
from amoanalysis.config.text import number
from amoanalysis.hindcasts.forecast_of_2008 import ORIGIN, forecast_of_2008

NAMES = {"no_change": "no change", "hamilton_perry": "Hamilton-Perry", "ets": "ETS", "official": "official"}


def backtest_command(
    origin: Annotated[
        list[int] | None,
        typer.Option("--origin", help="Last known year; may be repeated. All possible ones by default."),
    ] = None,
    measure: Annotated[
        list[str] | None, typer.Option("--measure", "-m", help=f"One of {', '.join(MEASURES)}; may be repeated.")
    ] = None,
    draws: Annotated[int, typer.Option("--draws", min=20, help="How many futures from each origin.")] = DRAWS,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same digits.")] = SEED,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON and nothing else.")] = False,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the tables and summary.json.")] = None,
    data: DataOption = None,
) -> None:
    """Forecast from past years with what was known then, and hold the forecasts against what came.

    Example: `amo backtest --origin 2007 --origin 2012 --measure population --out backtest`
    """
    tables = open_data(data)
    assumptions = load_scenario(BASELINE, tables.folder).assumptions
    last = int(tables.table("population")["year"].max())
    with progress("origins", len(origin or range(FIRST_ORIGIN, last))) as advance:
        found = back_test(
            tables,
            assumptions,
            origins=origin,
            measures=tuple(measure) if measure else MEASURES,
            draws=draws,
            seed=seed,
            progress=advance,
        )
    if out is not None:
        seminar = forecast_of_2008(tables, draws, seed) if ORIGIN in set(found.cases["origin"]) else None
        files = write_back_test(found, out, seminar)
    if as_json:
        typer.echo(json.dumps(found.summary(), indent=1))
        return
    _show(found)
    if out is not None:
        typer.echo("Written: " + ", ".join(str(file) for file in files))


def _show(found: BackTest) -> None:
    table = by_horizon(found.cases)
    for measure, rows in table[table["horizon"].isin(SHOWN)].groupby("measure", sort=False):
        _print(_table(str(measure), rows))
    lost = found.summary()["loses"]
    if not lost:
        typer.echo("The model erred less than every simple forecast at the horizons shown.")
    for row in lost:
        typer.echo(
            f"{row['measure'].replace('_', ' ')}, {row['horizon']} years: {NAMES.get(row['against'], row['against'])} "
            f"erred less ({row['their_error_percent']:.2f} % against {row['model_error_percent']:.2f} %)."
        )


def _table(measure: str, rows: pd.DataFrame) -> Table:
    """A row a horizon: errors of the model and of the forecasts to be beaten, and what the band of 80 % held."""
    others = [name for name in REFERENCES if rows[f"{name}_cases"].sum() > 0]
    table = Table(title=f"{measure.replace('_', ' ')}: mean absolute error, % of what came", title_justify="left")
    for column in (
        "years ahead",
        "cases",
        "model",
        *(NAMES.get(n, n) for n in others),
        "bias",
        "80 % held",
        "calibrated",
    ):
        table.add_column(column, justify="right")
    for _, row in rows.iterrows():
        errors = [_shown(row["error"]), *(_shown(row[f"{name}_error"]) for name in others)]
        held = (_shown(100 * row["coverage"], 0), _shown(100 * row["held_out_coverage"], 0))
        table.add_row(
            str(int(row["horizon"])), str(int(row["cases"])), *errors, number(row["bias"], "en", 2, sign=True), *held
        )
    return table


def _shown(value: float, decimals: int = 2) -> str:
    return "" if pd.isna(value) else number(value, "en", decimals)


def _print(table: Table) -> None:
    console = Console()
    Console(width=None if console.is_terminal else 160).print(table)
