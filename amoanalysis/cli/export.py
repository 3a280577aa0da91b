"""`amo notebooks new` and `amo app`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
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
    open_data,
    place_codes,
    progress,
)
from amoanalysis.config.files import PACKAGE, write_folder_atomically
from amoanalysis.config.scenarios import BASELINE, load_scenario, scenario_names
from amoanalysis.config.text import LANGUAGES
from amoanalysis.errors import AmoError, UserError, unknown_name_error
from amoanalysis.export.build import Times
from amoanalysis.pipeline.run import LAST_YEAR

app = typer.Typer(name="notebooks", help="The notebooks of a municipality.", no_args_is_help=True)
EXPLORER = "region/5_explorer.ipynb"
LOOPBACK = "127.0.0.1"


@app.callback()
def _root() -> None:
    """The notebooks of a municipality."""


@app.command("new")
def new_command(
    place: Annotated[str, typer.Argument(help="A municipality of places.toml, by name or code.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder of notebooks; by default the one that `amo lab` opens.")
    ] = None,
    data: DataOption = None,
) -> None:
    """Write the four notebooks of a municipality, one a theme, to be given a story of their own.

    Example: `amo notebooks new Sodankylä --data my_tables`
    """
    from amoanalysis.export.notebooks import new_notebooks

    places = open_data(data).places
    found = places.find(place)
    if found not in places.municipalities():
        names = ", ".join(known.name_in("fi") for known in places.municipalities())
        raise UserError(
            f"{found.name_in('fi')} is not forecast: make it a member of the region in places.toml; there are {names}."
        )
    for path in new_notebooks(found, out or own_notebooks()):
        typer.echo(str(path))


def app_command(
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port of the server.")] = 8866,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the address.")] = False,
    data: DataOption = None,
) -> None:
    """Run the explorer as an app for people who open no notebooks; it answers on this machine alone.

    Example: `amo app --port 8866 --no-browser`
    """
    path = own_notebooks().resolve() / EXPLORER
    if not path.is_file():
        raise AmoError(f"'{path}' is missing: take the notebooks of this version anew.")
    arguments = [sys.executable, "-m", "voila", str(path), f"--Voila.ip={LOOPBACK}", f"--port={port}", "--template=amo"]
    arguments += ["--no-browser"] if no_browser else []
    typer.echo(f"The explorer opens on http://{LOOPBACK}:{port}; end it with Ctrl-C.", err=True)
    known = os.environ.get("JUPYTER_PATH", "")
    own = {"JUPYTER_PATH": os.pathsep.join(filter(None, [str(PACKAGE / "export" / "jupyter"), known]))}
    become(arguments, {**os.environ, **kernel_environment(data), **own})


FORMATS = ("png", "svg", "pdf", "xlsx", "pptx")
SIZES = ("slide", "half", "page")
MOST_JOBS = 2
# JupyterLab would ask other hosts for news and newer versions of itself.
QUIET = ("--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate")
START = "00_start_here"


OnlyOption = Annotated[
    list[str] | None,
    typer.Option(
        "--only", help="Only these steps: forecast, charts, notebooks, site; or sheet, which comes only when asked for."
    ),
]
JobsOption = Annotated[
    int | None, typer.Option("--jobs", "-j", min=1, help="Processes at a time; at most 2 by default.")
]


def build_command(
    out: Annotated[Path, typer.Option("--out", help="Folder for everything that is made.")] = Path("exports"),
    draws: DrawsOption = DRAWS,
    seed: SeedOption = SEED,
    until: UntilOption = UNTIL,
    scenario: ScenarioOption = None,
    only: OnlyOption = None,
    jobs: JobsOption = None,
    lang: Annotated[
        list[str] | None,
        typer.Option("--lang", "-l", help="Languages of the charts, fi by default; slides in the first."),
    ] = None,
    data: DataOption = None,
) -> None:
    """Make everything: forecast of all scenarios, charts, workbooks, slides, notebooks, and the pages to it all.

    A notebook that fails stops nothing else: it is named at the end, and the exit code is then 1.

    Example: `amo build --draws 200 --only forecast --only notebooks --out exports`
    """
    from amoanalysis.export.build import UnfinishedBuild, build, select_steps
    from amoanalysis.export.build_request import BuildRequest

    tables = open_data(data)
    names = words_of(scenario) or scenario_names(tables.folder)
    for name in names:
        load_scenario(name, tables.folder)
    order = BuildRequest(
        folder=tables.folder,
        out=out,
        scenarios=tuple(names),
        until=until,
        draws=draws,
        seed=seed,
        jobs=jobs or min(MOST_JOBS, os.cpu_count() or 1),
        languages=tuple(known_words("language", lang, LANGUAGES) or ["fi"]),
    )
    check_numbers(until, draws)
    steps = select_steps(words_of(only))
    try:
        with progress("parts", sum(step.parts(order) for step in steps), each=True) as moved:
            times = build(order, [step.name for step in steps], moved)
    except UnfinishedBuild as error:
        _tell_times(error.times)
        raise
    _tell_times(times)
    typer.echo(f"Written: {out}" + (f". Open {out / 'index.html'} to begin." if "site" in times.steps else ""))


def _tell_times(times: Times) -> None:
    """Where the time went: the steps, and the parts that took longest."""
    from amoanalysis.export.build import STEPS

    makes = {step.name: step.makes for step in STEPS}
    for name, seconds in times.steps.items():
        typer.echo(f"{name:<10} {seconds:6.1f} s  {makes[name]}", err=True)
    typer.echo(f"{'together':<10} {sum(times.steps.values()):6.1f} s; the slowest parts:", err=True)
    for name, seconds in times.slowest():
        typer.echo(f"  {seconds:6.1f} s  {name}", err=True)


def site_command(
    out: Annotated[Path, typer.Option("--out", help="Folder of a build; the pages go there too.")] = Path("exports"),
    draws: DrawsOption = DRAWS,
    seed: SeedOption = SEED,
    until: UntilOption = UNTIL,
    jobs: JobsOption = None,
    data: DataOption = None,
) -> None:
    """Build the static site out of what a folder holds; what is absent from it is made first.

    Example: `amo site --out exports`
    """
    made = {"forecast": "forecast.csv", "charts": "charts/charts.json", "notebooks": "notebooks"}
    absent = [step for step, name in made.items() if not (out / name).exists()]
    build_command(out, draws, seed, until, None, [*absent, "site"], jobs, None, data)


def export_command(
    place: PlaceOption = None,
    theme: Annotated[
        list[str] | None,
        typer.Option("--theme", "-t", help="labour, training, attractiveness, foresight; all by default."),
    ] = None,
    scenario: ScenarioOption = None,
    lang: Annotated[list[str] | None, typer.Option("--lang", "-l", help="fi, en, sv; fi by default.")] = None,
    format_: Annotated[
        list[str] | None, typer.Option("--format", "-f", help="png, svg, pdf, xlsx, pptx; png by default.")
    ] = None,
    size: Annotated[list[str] | None, typer.Option("--size", help="slide, half, page; slide by default.")] = None,
    out: Annotated[Path, typer.Option("--out", help="Folder for the files.")] = Path("exports"),
    draws: DrawsOption = DRAWS,
    seed: SeedOption = SEED,
    until: UntilOption = UNTIL,
    data: DataOption = None,
) -> None:
    """Write exhibits as pictures, workbooks and slides. Options may be repeated or hold several words with commas.

    Example: `amo export --place Kolari --theme labour --lang fi --format png,xlsx,pptx --out slides`
    """
    from amoanalysis.exhibits.context import THEMES
    from amoanalysis.export.charts import Selection, export

    tables = open_data(data)
    check_numbers(until, draws)
    selection = Selection(
        folder=tables.folder,
        out=out,
        places=tuple(place_codes(tables, words_of(place)) or [tables.places.region.code]),
        themes=tuple(known_words("theme", theme, THEMES) or THEMES),
        scenarios=tuple(words_of(scenario) or [BASELINE]),
        languages=tuple(known_words("language", lang, LANGUAGES) or ["fi"]),
        formats=tuple(known_words("format", format_, FORMATS) or ["png"]),
        sizes=tuple(known_words("size", size, SIZES) or ["slide"]),
        until=until,
        draws=draws,
        seed=seed,
    )
    with progress("files", selection.parts) as moved:
        files = export(selection, moved)
    for file in files:
        typer.echo(str(file))


def lab_command(
    more: Annotated[list[str] | None, typer.Argument(help="After --: passed on to JupyterLab as it is.")] = None,
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, help="Port of the server.")] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the address.")] = False,
    data: DataOption = None,
) -> None:
    """Open JupyterLab on the notebooks. Outside of a checkout they are first copied into `notebooks/` here.

    Example: `amo lab --port 8899 --no-browser -- --ip=0.0.0.0`
    """
    folder = own_notebooks().resolve()
    arguments = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}", *QUIET]
    arguments += [f"--LabApp.default_url=/lab/tree/{START}.ipynb"] if (folder / f"{START}.ipynb").is_file() else []
    arguments += [f"--port={port}"] if port is not None else []
    arguments += ["--no-browser"] if no_browser else []
    typer.echo(f"JupyterLab opens on {folder}; end it with Ctrl-C twice.", err=True)
    become([*arguments, *(more or [])], {**os.environ, **kernel_environment(data)})


def become(arguments: list[str], environment: dict[str, str]) -> None:
    """Gives this process over to another program, so that every signal reaches it; where that is not to be had, waits.

    Raises:
        AmoError: if the program failed.
    """
    sys.stderr.flush()
    if os.name == "posix":
        os.execve(arguments[0], arguments, environment)
    code = subprocess.run(arguments, env=environment, check=False).returncode
    if code != 0:
        raise AmoError(f"JupyterLab ended with the code {code}: its own message stands above.")


def own_notebooks() -> Path:
    """The notebooks to work in: the checkout's own, else a copy in the folder where the user stands."""
    from amoanalysis.export.notebooks import notebooks_folder

    packaged = notebooks_folder()
    if packaged.name == "notebooks":
        return packaged
    own = Path("notebooks")
    if own.exists():
        typer.echo(f"{own.resolve()} exists and stays as it is.", err=True)
        return own
    with write_folder_atomically(own) as folder:
        shutil.copytree(packaged, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    typer.echo(f"The notebooks were copied to {own.resolve()}: change them as you like.", err=True)
    return own


def kernel_environment(data: Path | None) -> dict[str, str]:
    """Variables by which kernels use this Python, this package, and the data that the user chose."""
    from amoanalysis.export.notebooks import package_path

    select_steps = {"AMO_DATA": str(open_data(data).folder.resolve())} if data is not None else {}
    # Without it a kernel that the user once installed for another Python would come first.
    return {"JUPYTER_PREFER_ENV_PATH": "1", "PYTHONPATH": package_path(), **select_steps}


def words_of(values: Iterable[str] | None) -> list[str]:
    """The words of an option that may be repeated, and each hold several words with commas."""
    words = [word.strip() for value in values or [] for word in value.split(",")]
    return list(dict.fromkeys(word for word in words if word))


def known_words(kind: str, values: Iterable[str] | None, known: Iterable[str]) -> list[str]:
    """Likewise, each one of those known.

    Raises:
        UserError: if a word is not; the nearest is proposed.
    """
    words = words_of(values)
    for word in words:
        if word not in known:
            raise unknown_name_error(kind, word, known)
    return words


def check_numbers(until: int, draws: int) -> None:
    """Refuses numbers that no forecast takes, before anything is done.

    Raises:
        UserError: if there are no draws or the year is too far.
    """
    if draws < 1:
        raise UserError(f"--draws {draws} is out of range: give at least 1.")
    if until > LAST_YEAR:
        raise UserError(f"--until {until} is out of range: a forecast runs to {LAST_YEAR} at most.")
