"""`amo forecast` and `amo compare`."""

from pathlib import Path
from typing import Annotated

import typer

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
    check_covered,
    check_words,
    find_place_codes,
    load_scenarios,
)
from amoanalysis.config.files import data_folder
from amoanalysis.config.places import Places
from amoanalysis.config.text import check_language
from amoanalysis.errors import UserError, unknown_name_error

# Parts of the forecast that can be run on their own.
PARTS = ("population",)
PICTURE_FORMATS = ("png", "svg", "pdf")


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
        bool, typer.Option("--uncalibrated", help="Do not calibrate the intervals by the back-test.")
    ] = False,
    only: Annotated[
        str | None,
        typer.Option("--only", help="population: the population alone, for any number of municipalities."),
    ] = None,
    parquet: Annotated[bool, typer.Option("--parquet", help="Write forecast.parquet instead of forecast.csv.")] = False,
    manifest: Annotated[
        Path | None,
        typer.Option("--from", help="Repeat the run of a manifest.json and check every digit."),
    ] = None,
    data: DataOption = None,
) -> None:
    """Forecast population, labour force and jobs, with 80 % prediction intervals.

    With --from it repeats an earlier run: exit code 0 if every digit agrees, 1 if not.

    Example: `amo forecast --scenario baseline --scenario tourism_growth --place Kolari --out kolari`
    """
    if manifest is not None:
        if scenario or place or vintage or only or uncalibrated or parquet:
            raise UserError("--from takes scenarios, places and options from the manifest: give --out and --data only.")
        _repeat(manifest, out, data_folder(data))
        return
    if only not in (None, *PARTS):
        raise unknown_name_error("part of the forecast", str(only), PARTS)
    folder = data_folder(data)
    scenarios = load_scenarios(folder, scenario)
    codes = find_place_codes(folder, place)
    if only is None:
        check_covered(folder, codes or [])

    from amoanalysis.cli import forecast_runs as runs
    from amoanalysis.pipeline.engines import choose_engine

    tables = runs.open_data(folder, vintage)
    with choose_engine(engine, scheduler) as chosen:
        options = runs.RunOptions(until, draws, seed, chosen, calibrated=not uncalibrated)
        if only is None:
            files = runs.write_forecast(tables, scenarios, codes, options, out, parquet)
        else:
            files = runs.write_population(tables, scenarios, codes, options, out, parquet)
    typer.echo("Written: " + ", ".join(map(str, files)))


def _repeat(manifest: Path, out: Path, folder: Path) -> None:
    """Repeats a run and says whether every digit agrees."""
    from amoanalysis.pipeline.repeat import repeat_forecast

    found = repeat_forecast(manifest, out, data=folder, progress=lambda name: typer.echo(f"{name} ...", err=True))
    typer.echo("Written: " + ", ".join(map(str, found.files)))
    typer.echo(str(found))
    if not found.equal:
        raise typer.Exit(1)


def compare_command(
    scenarios: Annotated[list[str], typer.Argument(help="The reference first, then one or more others.")],
    place: PlaceOption = None,
    measure: Annotated[
        list[str] | None,
        typer.Option("--measure", "-m", help="Measure; may be repeated. By default the parts of labour demand."),
    ] = None,
    until: UntilOption = UNTIL,
    draws: DrawsOption = DRAWS,
    seed: SeedOption = SEED,
    out: Annotated[Path | None, typer.Option("--out", help="CSV file with all years and quantiles.")] = None,
    chart: Annotated[
        Path | None, typer.Option("--chart", help="Picture of the change in labour demand: .png, .svg or .pdf.")
    ] = None,
    lang: Annotated[str, typer.Option("--lang", "-l", help="Language of the picture: fi, en or sv.")] = "en",
    data: DataOption = None,
) -> None:
    """Compare scenarios with the first one, draw by draw.

    Without --place it shows the region and the change of labour demand in each municipality.

    Example: `amo compare baseline tourism_growth --place Kolari --chart kolari.png`
    """
    if len(scenarios) < 2:
        raise UserError(
            "Give at least two scenarios: the reference first, as in `amo compare baseline tourism_growth`."
        )
    check_language(lang)
    if chart is not None and picture_format(chart) not in PICTURE_FORMATS:
        raise unknown_name_error("format of picture", picture_format(chart) or str(chart), PICTURE_FORMATS)
    folder = data_folder(data)
    loaded = load_scenarios(folder, scenarios)
    region = Places.load(folder).region
    codes = find_place_codes(folder, place) or [region.code]
    check_covered(folder, codes)

    from amoanalysis.cli import forecast_runs as runs
    from amoanalysis.results.measures import MEASURES

    measures = check_words("measure", measure, MEASURES) or None
    reference, *others = runs.run_scenarios(runs.open_data(folder), loaded, runs.RunOptions(until, draws, seed))
    for other in others:
        comparison = runs.Comparison(other, reference, codes, [] if place else region.members, measures)
        suffix = f"_{other.scenario.name}" if len(others) > 1 else ""
        if out is not None:
            comparison.write_csv(out.with_stem(out.stem + suffix))
        if chart is not None:
            comparison.write_chart(chart.with_stem(chart.stem + suffix), picture_format(chart), lang)
        comparison.print_tables()


def picture_format(path: Path) -> str:
    """The picture format that the suffix of a file means."""
    return path.suffix.lower().lstrip(".")
