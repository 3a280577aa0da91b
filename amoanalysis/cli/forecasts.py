"""`amo forecast` and `amo compare`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from amoanalysis.cli.options import (
    DRAWS,
    SEED,
    UNTIL,
    DataOption,
    DrawsOption,
    PlaceOption,
    ScenarioOption,
    SeedOption,
    UntilOption,
    open_data,
    place_codes,
    run_scenarios,
)
from amoanalysis.errors import UserError
from amoanalysis.files import whole
from amoanalysis.forecast import Forecast, compare, write_forecasts
from amoanalysis.forecast.write import SIGNIFICANT
from amoanalysis.text import number

SHOWN = ("population", "labour_force", "labour_need", "unfilled_jobs")
COMPARED = (
    "population",
    "labour_force",
    "labour_need",
    "jobs",
    "in_commuters",
    "non_resident_workers",
    "unfilled_jobs",
)


def forecast_command(
    scenario: ScenarioOption = None,
    place: PlaceOption = None,
    until: UntilOption = UNTIL,
    draws: DrawsOption = DRAWS,
    seed: SeedOption = SEED,
    out: Annotated[Path, typer.Option("--out", help="Folder for forecast.csv, summary.json, manifest.json.")] = Path(
        "forecast"
    ),
    data: DataOption = None,
) -> None:
    """Forecast people, labour force and jobs with bands.

    Example: `amo forecast --scenario baseline --scenario hannukainen --place Kolari --out kolari`
    """
    tables = open_data(data)
    codes = place_codes(tables, place)
    results = run_scenarios(tables, scenario, until, draws, seed)
    for code in codes or []:
        results[0].members(code)
    files = write_forecasts(results, out, tables.folder, codes)
    for result in results:
        _show(result, codes)
    typer.echo("Written: " + ", ".join(str(file) for file in files))


def compare_command(
    scenarios: Annotated[list[str], typer.Argument(help="The reference first, then one or more others.")],
    place: PlaceOption = None,
    measure: Annotated[list[str] | None, typer.Option("--measure", "-m", help="Measure; may be repeated.")] = None,
    until: UntilOption = UNTIL,
    draws: DrawsOption = DRAWS,
    seed: SeedOption = SEED,
    out: Annotated[Path | None, typer.Option("--out", help="CSV file for all years and quantiles.")] = None,
    data: DataOption = None,
) -> None:
    """Hold scenarios against the first one, draw by draw.

    Example: `amo compare baseline hannukainen --place Kolari`
    """
    if len(scenarios) < 2:
        raise UserError("Give at least two scenarios: the reference first, as in `amo compare baseline hannukainen`.")
    tables = open_data(data)
    codes = place_codes(tables, place) or [tables.places.region.code]
    reference, *others = run_scenarios(tables, scenarios, until, draws, seed)
    names = measure or list(COMPARED)
    for other in others:
        table = compare(other, reference, names, codes)
        if out is not None:
            path = out if len(others) == 1 else out.with_stem(f"{out.stem}_{other.scenario.name}")
            with whole(path) as file:
                table.to_csv(file, index=False, float_format=SIGNIFICANT, lineterminator="\n")
            typer.echo(f"Written: {path}")
        for code in codes:
            _show_difference(other, reference, table[table["place"] == code], tables.places[code].named("en"))


def _show(result: Forecast, codes: list[str] | None) -> None:
    years = [year for year in (2025, 2030, 2035, 2040, 2045, 2050) if year in result.years] or [result.years[-1]]
    table = Table(
        title=f"{result.scenario.titled('en')}: median and 80 % band, {result.draws} draws", title_justify="left"
    )
    for column in ("place", "measure", "known", *map(str, years)):
        table.add_column(column, justify="left" if column in ("place", "measure") else "right")
    for code in codes or result.area_codes():
        for index, measure in enumerate(SHOWN):
            bands = result.bands(measure, code).set_index("year")
            known = result.history(measure, code)
            last = f"{number(known['value'].iloc[-1], 'en')} ({known['year'].iloc[-1]})" if len(known) else ""
            cells = [_band(bands.loc[year]) for year in years]
            name = result.places[code].named("en") if index == 0 else ""
            table.add_row(name, measure.replace("_", " "), last, *cells)
    _print(table)


def _show_difference(other: Forecast, reference: Forecast, rows: object, place: str) -> None:
    years = [year for year in (2026, 2028, 2030, 2032, 2035, 2040) if year in other.years] or [other.years[-1]]
    title = f"{place}: {other.scenario.titled('en')} less {reference.scenario.titled('en')}, median and 80 % band"
    table = Table(title=title, title_justify="left")
    for column in ("measure", *map(str, years)):
        table.add_column(column, justify="left" if column == "measure" else "right")
    wide = rows[rows["group"] == "total"].pivot_table(  # type: ignore[index]
        index=["measure", "year"], columns="quantile", values="value"
    )
    for measure in dict.fromkeys(rows["measure"]):  # type: ignore[index]
        cells = []
        for year in years:
            row = wide.loc[(measure, year)]
            cells.append(f"{_signed(row['0.5'])} ({_signed(row['0.1'])} to {_signed(row['0.9'])})")
        table.add_row(measure.replace("_", " "), *cells)
    _print(table)


def _band(row: object) -> str:
    value, low, high = (row[name] for name in ("value", "low", "high"))  # type: ignore[index]
    return f"{number(value, 'en')} ({number(low, 'en')}\u2013{number(high, 'en')})"


def _signed(value: float) -> str:
    return number(value, "en", sign=True)


def _print(table: Table) -> None:
    console = Console()
    Console(width=None if console.is_terminal else 160).print(table)
