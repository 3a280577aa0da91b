"""`amo lab`, `amo app` and `amo notebooks new`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from amoanalysis.cli.options import DataOption
from amoanalysis.config.files import PACKAGE, data_folder, write_folder_atomically
from amoanalysis.config.places import Places
from amoanalysis.errors import AmoError, UserError

EXPLORER = "region/5_explorer.ipynb"
START = "00_start_here"
LOOPBACK = "127.0.0.1"
# JupyterLab otherwise contacts other hosts for news and updates.
NO_NEWS = ("--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate")

app = typer.Typer(
    name="notebooks",
    help="The notebooks of a municipality.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


@app.callback()
def _root() -> None:
    """The notebooks of a municipality."""


@app.command("new")
def new_command(
    place: Annotated[str, typer.Argument(help="A municipality of the region, by name or code.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder of notebooks; by default the one that `amo lab` opens.")
    ] = None,
    data: DataOption = None,
) -> None:
    """Write the four notebooks of a municipality, one per theme, to be completed with its own story.

    Example: `amo notebooks new Kolari --out drafts`
    """
    from amoanalysis.export.notebooks import new_notebooks

    places = Places.load(data_folder(data))
    municipality = places.find(place)
    if municipality not in places.municipalities():
        names = ", ".join(known.name_in("fi") for known in places.municipalities())
        raise UserError(
            f"{municipality.name_in('fi')} is not forecast: add it to the region in places.toml, which has {names}."
        )
    for path in new_notebooks(municipality, out or find_working_notebooks()):
        typer.echo(str(path))


def app_command(
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port of the server.")] = 8866,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the address.")] = False,
    data: DataOption = None,
) -> None:
    """Run the explorer as a web app without notebooks; only this machine can reach it.

    Example: `amo app --port 8866 --no-browser`
    """
    path = find_working_notebooks().resolve() / EXPLORER
    if not path.is_file():
        raise AmoError(f"'{path}' is missing: copy the notebooks of this version again.")
    arguments = [sys.executable, "-m", "voila", str(path), f"--Voila.ip={LOOPBACK}", f"--port={port}", "--template=amo"]
    arguments += ["--no-browser"] if no_browser else []
    typer.echo(f"The explorer opens on http://{LOOPBACK}:{port}; end it with Ctrl-C.", err=True)
    jupyter_path = [str(PACKAGE / "export" / "jupyter"), os.environ.get("JUPYTER_PATH", "")]
    variables = {**kernel_variables(data), "JUPYTER_PATH": os.pathsep.join(filter(None, jupyter_path))}
    replace_process(arguments, {**os.environ, **variables})


def lab_command(
    more: Annotated[list[str] | None, typer.Argument(help="After --: options passed on to JupyterLab.")] = None,
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, help="Port of the server.")] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the address.")] = False,
    data: DataOption = None,
) -> None:
    """Open JupyterLab on the notebooks. Outside a checkout they are first copied to `notebooks/` in this folder.

    Example: `amo lab --port 8899 --no-browser -- --ip=0.0.0.0`
    """
    folder = find_working_notebooks().resolve()
    arguments = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}", *NO_NEWS]
    arguments += [f"--LabApp.default_url=/lab/tree/{START}.ipynb"] if (folder / f"{START}.ipynb").is_file() else []
    arguments += [f"--port={port}"] if port is not None else []
    arguments += ["--no-browser"] if no_browser else []
    typer.echo(f"JupyterLab opens on {folder}; end it with Ctrl-C twice.", err=True)
    replace_process([*arguments, *(more or [])], {**os.environ, **kernel_variables(data)})


def replace_process(arguments: list[str], environment: dict[str, str]) -> None:
    """Replaces this process by another program, so that it receives every signal; elsewhere than on POSIX, waits.

    Raises:
        AmoError: if the program failed.
    """
    sys.stderr.flush()
    if os.name == "posix":
        os.execve(arguments[0], arguments, environment)
    code = subprocess.run(arguments, env=environment, check=False).returncode
    if code != 0:
        raise AmoError(f"{arguments[2]} ended with exit code {code}: see its own message above.")


def find_working_notebooks() -> Path:
    """The folder of notebooks to work in: that of the checkout, else a copy in the current folder."""
    from amoanalysis.export.notebooks import notebooks_folder

    packaged = notebooks_folder()
    if packaged.name == "notebooks":
        return packaged
    copy = Path("notebooks")
    if copy.exists():
        typer.echo(f"{copy.resolve()} exists and is left unchanged.", err=True)
        return copy
    with write_folder_atomically(copy) as folder:
        shutil.copytree(packaged, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    typer.echo(f"The notebooks were copied to {copy.resolve()}; you can edit them there.", err=True)
    return copy


def kernel_variables(data: Path | None) -> dict[str, str]:
    """Environment variables that make kernels use this Python, this package and the chosen data folder."""
    from amoanalysis.export.notebooks import package_path

    chosen = {"AMO_DATA": str(data_folder(data).resolve())} if data is not None else {}
    # Otherwise a kernel that the user installed for another Python takes precedence.
    return {"JUPYTER_PREFER_ENV_PATH": "1", "PYTHONPATH": package_path(), **chosen}
