"""`amo forecast --only population`."""

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from amoanalysis.cli.options import (
    DRAWS,
    SEED,
    UNTIL,
    DataOption,
    DrawsOption,
    EngineOption,
    PlaceOption,
    ScenarioOption,
    SchedulerOption,
    SeedOption,
    UntilOption,
    VintageOption,
    open_data,
    place_codes,
    progress,
    run_scenarios,
    step_of,
)
from amoanalysis.config.files import whole
from amoanalysis.config.places import Places
from amoanalysis.config.scenarios import BASELINE, load_scenario
from amoanalysis.config.text import check_language, number
from amoanalysis.data.load import Data
from amoanalysis.errors import UserError, unknown
from amoanalysis.pipeline.engines import Engine, engine_of
from amoanalysis.pipeline.population_only import (
    HIGH,
    LOW,
    MIDDLE,
    PeopleForecast,
    forecast_people,
    prepare_people,
    write_people,
)
from amoanalysis.results.decomposition import OTHER, TOTAL, need_apart
from amoanalysis.results.forecast import Forecast, compare
from amoanalysis.results.long_table import SIGNIFICANT
from amoanalysis.results.write import write_forecasts

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


# Parts of the forecast that can be run on their own.
ONLY = ("population",)
FORMATS = ("png", "svg", "pdf")
SHOWN = ("population", "labour_force", "labour_need", "unfilled_jobs")
# What a change of the labour need does to the rest; its own parts come before.
COMPARED = (
    "jobs",
    "unfilled_jobs",
    "in_commuters",
    "out_commuters",
    "non_resident_workers",
    "employed_residents",
    "unemployed",
    "population",
)

# Places that are printed where none is named.
MOST_PLACES_SHOWN = 30

NAMES = {
    "project_jobs": "direct: project jobs",
    "indirect_jobs": "indirect jobs",
    "induced_jobs": "induced jobs",
    "tourism_jobs": "tourism's own work",
    OTHER: "other: services, trade",
    TOTAL: "labour need, sum of these",
}


def forecast_command(
    scenario: ScenarioOption = None,
    place: PlaceOption = None,
    until: UntilOption = UNTIL,
    draws: DrawsOption = DRAWS,
    seed: SeedOption = SEED,
    vintage: VintageOption = None,
    out: Annotated[Path, typer.Option("--out", help="Folder for forecast.csv, summary.json, manifest.json.")] = Path(
        "forecast"
    ),
    engine: EngineOption = "local",
    scheduler: SchedulerOption = None,
    uncalibrated: Annotated[
        bool,
        typer.Option("--uncalibrated", help="Leave the bands as the draws have them, not widened by the back-test."),
    ] = False,
    only: Annotated[
        str | None,
        typer.Option("--only", help="population: the population alone, for any number of municipalities."),
    ] = None,
    parquet: Annotated[bool, typer.Option("--parquet", help="Write forecast.parquet instead of forecast.csv.")] = False,
    data: DataOption = None,
) -> None:
    """Forecast people, labour force and jobs with bands.

    Example: `amo forecast --scenario baseline --scenario hannukainen --place Kolari --out kolari`
    """
    if only not in (None, *ONLY):
        raise unknown("part of the forecast", str(only), ONLY)
    tables = open_data(data, vintage)
    codes = place_codes(tables, place)
    if only is not None:
        with engine_of(engine, scheduler) as where:
            only_population(
                tables, scenario, codes, out, until=until, draws=draws, seed=seed, engine=where,
                calibrated=not uncalibrated, parquet=parquet,
            )  # fmt: skip
        return
    with engine_of(engine, scheduler) as where:
        results = run_scenarios(tables, scenario, until, draws, seed, engine=where, calibrated=not uncalibrated)
    for code in codes or []:
        results[0].members(code)
    files = write_forecasts(results, out, tables.folder, codes, known_until=tables.known_until, parquet=parquet)
    for result in results:
        _show_forecast(result, codes)
    typer.echo("Written: " + ", ".join(str(file) for file in files))


def compare_command(
    scenarios: Annotated[list[str], typer.Argument(help="The reference first, then one or more others.")],
    place: PlaceOption = None,
    measure: Annotated[
        list[str] | None,
        typer.Option("--measure", "-m", help="Measure; may be repeated. By default the labour need taken apart."),
    ] = None,
    until: UntilOption = UNTIL,
    draws: DrawsOption = DRAWS,
    seed: SeedOption = SEED,
    out: Annotated[Path | None, typer.Option("--out", help="CSV file for all years and quantiles.")] = None,
    chart: Annotated[
        Path | None, typer.Option("--chart", help="Picture of the change in labour need: a .png, .svg or .pdf file.")
    ] = None,
    lang: Annotated[str, typer.Option("--lang", "-l", help="Language of the picture: fi, en or sv.")] = "en",
    data: DataOption = None,
) -> None:
    """Hold scenarios against the first one, draw by draw.

    Without --place the region is shown whole and its municipalities beside each other.

    Example: `amo compare baseline hannukainen --place Kolari --chart kolari.png`
    """
    if len(scenarios) < 2:
        raise UserError("Give at least two scenarios: the reference first, as in `amo compare baseline hannukainen`.")
    suffix = _suffix(chart, lang)
    tables = open_data(data)
    region = tables.places.region
    codes = place_codes(tables, place) or [region.code]
    beside = [] if place else list(region.members)
    reference, *others = run_scenarios(tables, scenarios, until, draws, seed)
    for other in others:
        table = _differences(other, reference, measure, [*codes, *beside])
        if out is not None:
            path = _own_path(out, other, others)
            with whole(path) as file:
                table.to_csv(file, index=False, float_format=SIGNIFICANT, lineterminator="\n")
            typer.echo(f"Written: {path}")
        if chart is not None:
            _draw(_own_path(chart, other, others), suffix, other, reference, codes, lang)
        for code in codes:
            _show_difference(other, reference, table[table["place"] == code], tables.places[code].named("en"))
        if beside and measure is None:
            _show_places(other, reference, table[table["measure"] == TOTAL], beside)


def _suffix(chart: Path | None, lang: str) -> str:
    """Format of the picture that was asked for, refused before anything is run."""
    check_language(lang)
    suffix = chart.suffix.lower().lstrip(".") if chart is not None else FORMATS[0]
    if suffix not in FORMATS:
        raise unknown("format of picture", suffix or str(chart), FORMATS)
    return suffix


def _differences(other: Forecast, reference: Forecast, measure: list[str] | None, codes: list[str]) -> pd.DataFrame:
    if measure is not None:
        return compare(other, reference, measure, codes)
    return pd.concat([need_apart(other, reference, codes), compare(other, reference, COMPARED, codes)])


def _own_path(path: Path, other: Forecast, others: list[Forecast]) -> Path:
    return path if len(others) == 1 else path.with_stem(f"{path.stem}_{other.scenario.name}")


def _draw(path: Path, suffix: str, other: Forecast, reference: Forecast, codes: list[str], lang: str) -> None:
    from amoanalysis.exhibits.foresight.demand import need_change
    from amoanalysis.export.pictures import picture

    content = picture(need_change(other, reference, codes, lang), suffix)
    with whole(path) as file:
        file.write_bytes(content)
    typer.echo(f"Written: {path}")


def _show_forecast(result: Forecast, codes: list[str] | None) -> None:
    years = [year for year in (2025, 2030, 2035, 2040, 2045, 2050) if year in result.years] or [result.years[-1]]
    table = Table(
        title=f"{result.scenario.titled('en')}: median and 80 % band, {result.draws} draws", title_justify="left"
    )
    for column in ("place", "measure", "known", *map(str, years)):
        table.add_column(column, justify="left" if column in ("place", "measure") else "right")
    for code in codes or shown_places(result.area_codes(), result.places):
        for index, measure in enumerate(SHOWN):
            bands = result.bands(measure, code).set_index("year")
            known = result.history(measure, code)
            last = f"{number(known['value'].iloc[-1], 'en')} ({known['year'].iloc[-1]})" if len(known) else ""
            cells = [_band(bands.loc[year]) for year in years]
            name = result.places[code].named("en") if index == 0 else ""
            table.add_row(name, measure.replace("_", " "), last, *cells)
    _print(table)


def shown_places(codes: list[str], places: Places) -> list[str]:
    """Places that are printed where none is named: all, or of many the areas alone."""
    return codes if len(codes) <= MOST_PLACES_SHOWN else [code for code in codes if places[code].members]


def _show_difference(other: Forecast, reference: Forecast, rows: pd.DataFrame, place: str) -> None:
    """A row a measure; the parts of the labour need stand above it and sum to it."""
    title = f"{place}: {other.scenario.titled('en')} less {reference.scenario.titled('en')}, mean and 80 % band"
    table = _table(title, "measure", shown_years(other))
    wide = _wide(rows, "measure")
    for measure in dict.fromkeys(rows["measure"]):
        cells = [_mean_band(wide.loc[(measure, year)]) for year in shown_years(other)]
        table.add_row(NAMES.get(measure, measure.replace("_", " ")), *cells, end_section=measure == TOTAL)
    _print(table)


def _show_places(other: Forecast, reference: Forecast, rows: pd.DataFrame, codes: list[str]) -> None:
    """A row a municipality: the change of its labour need."""
    title = f"Labour need: {other.scenario.titled('en')} less {reference.scenario.titled('en')}, mean and 80 % band"
    table = _table(title, "place", shown_years(other))
    wide = _wide(rows, "place")
    for code in codes:
        table.add_row(
            other.places[code].named("en"), *(_mean_band(wide.loc[(code, year)]) for year in shown_years(other))
        )
    _print(table)


def shown_years(run: Forecast) -> list[int]:
    """Years of a difference that are printed."""
    return [year for year in (2026, 2028, 2030, 2032, 2035, 2040) if year in run.years] or [run.years[-1]]


def _table(title: str, first: str, years: list[int]) -> Table:
    table = Table(title=title, title_justify="left")
    for column in (first, *map(str, years)):
        table.add_column(column, justify="left" if column == first else "right")
    return table


def _wide(rows: pd.DataFrame, key: str) -> pd.DataFrame:
    return rows[rows["group"] == "total"].pivot(index=[key, "year"], columns="quantile", values="value")


def _mean_band(row: object) -> str:
    mean, low, high = (_signed(row[name]) for name in ("mean", "0.1", "0.9"))  # type: ignore[index]
    return f"{mean} ({low} to {high})"


def _band(row: object) -> str:
    value, low, high = (row[name] for name in ("value", "low", "high"))  # type: ignore[index]
    return f"{number(value, 'en')} ({number(low, 'en')}\u2013{number(high, 'en')})"


def _signed(value: float) -> str:
    return number(value, "en", sign=True)


def _print(table: Table) -> None:
    console = Console()
    Console(width=None if console.is_terminal else 160).print(table)
