"""`amo build`, `amo site` and `amo export`."""

import os
from pathlib import Path
from typing import Annotated

import typer

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
    check_words,
    find_place_codes,
    load_scenarios,
    split_words,
)
from amoanalysis.cli.progress import show_progress
from amoanalysis.config.files import data_folder
from amoanalysis.config.places import Places
from amoanalysis.config.scenarios import BASELINE, scenario_names
from amoanalysis.config.text import LANGUAGES
from amoanalysis.errors import UserError

FORMATS = ("png", "svg", "pdf", "xlsx", "pptx")
SIZES = ("slide", "half", "page")
MAX_JOBS = 2

OnlyOption = Annotated[
    list[str] | None,
    typer.Option("--only", help="Only these steps: forecast, charts, notebooks, site; or sheet, never by default."),
]
JobsOption = Annotated[
    int | None, typer.Option("--jobs", "-j", min=1, help=f"Number of processes; by default at most {MAX_JOBS}.")
]


def build_command(
    out: Annotated[Path, typer.Option("--out", help="Folder for all files.")] = Path("exports"),
    draws: DrawsOption = DRAWS,
    seed: SeedOption = SEED,
    until: UntilOption = UNTIL,
    scenario: ScenarioOption = None,
    only: OnlyOption = None,
    jobs: JobsOption = None,
    lang: Annotated[
        list[str] | None,
        typer.Option("--lang", "-l", help="Languages of the charts, by default fi; slides are in the first."),
    ] = None,
    data: DataOption = None,
) -> None:
    """Build everything: forecasts of all scenarios, charts, workbooks, slides, notebooks and the site.

    A notebook that fails does not stop the build: it is named at the end, and the exit code is 1.

    Example: `amo build --draws 200 --only forecast --only notebooks --out exports`
    """
    folder = data_folder(data)
    names = split_words(scenario) or scenario_names(folder)
    load_scenarios(folder, names)
    languages = check_words("language", lang, LANGUAGES) or ["fi"]
    check_numbers(until, draws)

    from amoanalysis.export.build import UnfinishedBuild, build, select_steps
    from amoanalysis.export.build_request import BuildRequest

    request = BuildRequest(
        folder=folder,
        out=out,
        scenarios=tuple(names),
        until=until,
        draws=draws,
        seed=seed,
        jobs=jobs or min(MAX_JOBS, os.cpu_count() or 1),
        languages=tuple(languages),
    )
    steps = select_steps(split_words(only))
    try:
        with show_progress("parts", sum(step.count_parts(request) for step in steps), show_parts=True) as advance:
            times = build(request, [step.name for step in steps], advance)
    except UnfinishedBuild as error:
        typer.echo(error.times.report(), err=True)
        raise
    typer.echo(times.report(), err=True)
    typer.echo(f"Written: {out}" + (f". Start with {out / 'index.html'}." if "site" in times.steps else ""))


def site_command(
    out: Annotated[Path, typer.Option("--out", help="Folder of a build; the pages are written there too.")] = Path(
        "exports"
    ),
    draws: DrawsOption = DRAWS,
    seed: SeedOption = SEED,
    until: UntilOption = UNTIL,
    jobs: JobsOption = None,
    data: DataOption = None,
) -> None:
    """Build the static site from the files of a build; steps whose files are missing run first.

    Example: `amo site --out exports`
    """
    results = {"forecast": "forecast.csv", "charts": "charts/charts.json", "notebooks": "notebooks"}
    missing = [step for step, name in results.items() if not (out / name).exists()]
    build_command(out, draws, seed, until, None, [*missing, "site"], jobs, None, data)


def export_command(
    place: PlaceOption = None,
    theme: Annotated[
        list[str] | None,
        typer.Option("--theme", "-t", help="labour, training, attractiveness, foresight; by default all."),
    ] = None,
    scenario: ScenarioOption = None,
    lang: Annotated[list[str] | None, typer.Option("--lang", "-l", help="fi, en, sv; by default fi.")] = None,
    format_: Annotated[
        list[str] | None, typer.Option("--format", "-f", help="png, svg, pdf, xlsx, pptx; by default png.")
    ] = None,
    size: Annotated[list[str] | None, typer.Option("--size", help="slide, half, page; by default slide.")] = None,
    out: Annotated[Path, typer.Option("--out", help="Folder for the files.")] = Path("exports"),
    draws: DrawsOption = DRAWS,
    seed: SeedOption = SEED,
    until: UntilOption = UNTIL,
    data: DataOption = None,
) -> None:
    """Write charts as pictures, workbooks and slides. Options may be repeated or hold words separated by commas.

    Example: `amo export --place Kolari --theme labour --lang fi --format png,xlsx,pptx --out slides`
    """
    folder = data_folder(data)
    codes = find_place_codes(folder, split_words(place)) or [Places.load(folder).region.code]
    scenarios = split_words(scenario) or [BASELINE]
    load_scenarios(folder, scenarios)
    languages = check_words("language", lang, LANGUAGES) or ["fi"]
    formats = check_words("format", format_, FORMATS) or ["png"]
    sizes = check_words("size", size, SIZES) or ["slide"]
    check_numbers(until, draws)

    from amoanalysis.exhibits.context import THEMES
    from amoanalysis.export.charts import Selection, export

    selection = Selection(
        folder=folder,
        out=out,
        places=tuple(codes),
        themes=tuple(check_words("theme", theme, THEMES) or THEMES),
        scenarios=tuple(scenarios),
        languages=tuple(languages),
        formats=tuple(formats),
        sizes=tuple(sizes),
        until=until,
        draws=draws,
        seed=seed,
    )
    with show_progress("files", len(codes) * len(languages)) as advance:
        files = export(selection, advance)
    for file in files:
        typer.echo(str(file))


def check_numbers(until: int, draws: int) -> None:
    """Checks the last year and the number of draws before anything runs.

    Raises:
        UserError: if there are no draws or the year is too late.
    """
    from amoanalysis.pipeline.run import LAST_YEAR

    if draws < 1:
        raise UserError(f"--draws {draws} is out of range: give at least 1.")
    if until > LAST_YEAR:
        raise UserError(f"--until {until} is out of range: a forecast runs to {LAST_YEAR} at most.")
