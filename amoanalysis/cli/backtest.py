"""`amo backtest`."""

import json
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from amoanalysis.backtesting.cases import REFERENCES
from amoanalysis.backtesting.run import DRAWS, FIRST_ORIGIN, MEASURES, SEED, BackTest, back_test, write_back_test
from amoanalysis.backtesting.tables import SHOWN_HORIZONS, score_by_horizon
from amoanalysis.cli.options import DataOption
from amoanalysis.cli.progress import show_progress
from amoanalysis.config.files import data_folder
from amoanalysis.config.scenarios import BASELINE, load_scenario
from amoanalysis.config.text import number
from amoanalysis.data.load import Data
from amoanalysis.hindcasts.forecast_of_2008 import ORIGIN, forecast_of_2008

LABELS = {"no_change": "no change", "hamilton_perry": "Hamilton-Perry", "ets": "ETS", "official": "official"}


def backtest_command(
    origin: Annotated[
        list[int] | None,
        typer.Option("--origin", help="Last year of known data; may be repeated. By default all possible origins."),
    ] = None,
    measure: Annotated[
        list[str] | None, typer.Option("--measure", "-m", help=f"One of {', '.join(MEASURES)}; may be repeated.")
    ] = None,
    draws: Annotated[int, typer.Option("--draws", min=20, help="Number of draws from each origin.")] = DRAWS,
    seed: Annotated[
        int, typer.Option("--seed", min=0, help="Random seed: the same seed gives the same results.")
    ] = SEED,
    as_json: Annotated[bool, typer.Option("--json", help="Print only the summary, as JSON.")] = False,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the tables and summary.json.")] = None,
    data: DataOption = None,
) -> None:
    """Forecast from past years with the data known then, and compare the forecasts with actuals.

    Example: `amo backtest --origin 2007 --origin 2012 --measure population --out backtest`
    """
    tables = Data(data_folder(data))
    last = int(tables.table("population")["year"].max())
    with show_progress("origins", len(origin or range(FIRST_ORIGIN, last))) as advance:
        result = back_test(
            tables,
            load_scenario(BASELINE, tables.folder).assumptions,
            origins=origin,
            measures=tuple(measure) if measure else MEASURES,
            draws=draws,
            seed=seed,
            progress=advance,
        )
    files: list[Path] = []
    if out is not None:
        earlier = forecast_of_2008(tables, draws, seed) if ORIGIN in set(result.cases["origin"]) else None
        files = write_back_test(result, out, earlier)
    if as_json:
        typer.echo(json.dumps(result.summary(), indent=1))
        return
    _print_result(result)
    if files:
        typer.echo("Written: " + ", ".join(map(str, files)))


def _print_result(result: BackTest) -> None:
    table = score_by_horizon(result.cases)
    for measure, rows in table[table["horizon"].isin(SHOWN_HORIZONS)].groupby("measure", sort=False):
        Console(width=None if Console().is_terminal else 160).print(_error_table(str(measure), rows))
    losses = result.summary()["loses"]
    if not losses:
        typer.echo("The model had smaller errors than every simple forecast at the horizons shown.")
    for row in losses:
        typer.echo(
            f"{row['measure'].replace('_', ' ')}, {row['horizon']} years: {LABELS.get(row['against'], row['against'])} "
            f"had smaller errors ({row['their_error_percent']:.2f} % against {row['model_error_percent']:.2f} %)."
        )


def _error_table(measure: str, rows: pd.DataFrame) -> Table:
    """A row per horizon: errors of the model and of simple forecasts, and the coverage of the 80 % interval."""
    others = [name for name in REFERENCES if rows[f"{name}_cases"].sum() > 0]
    title = f"{measure.replace('_', ' ')}: mean absolute error, % of actuals"
    table = Table(title=title, title_justify="left")
    headings = ["years ahead", "cases", "model", *(LABELS.get(name, name) for name in others)]
    for column in (*headings, "bias", "80 % coverage", "calibrated"):
        table.add_column(column, justify="right")
    for _, row in rows.iterrows():
        table.add_row(
            str(int(row["horizon"])),
            str(int(row["cases"])),
            _format_number(row["error"]),
            *(_format_number(row[f"{name}_error"]) for name in others),
            number(row["bias"], "en", 2, sign=True),
            _format_number(100 * row["coverage"], 0),
            _format_number(100 * row["held_out_coverage"], 0),
        )
    return table


def _format_number(value: float, decimals: int = 2) -> str:
    return "" if pd.isna(value) else number(value, "en", decimals)
