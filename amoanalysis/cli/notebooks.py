"""`amo notebooks new` and `amo app`."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from amoanalysis.cli.options import DataOption, open_data
from amoanalysis.cli.outputs import become, kernel_environment, own_notebooks
from amoanalysis.errors import AmoError, UserError
from amoanalysis.files import PACKAGE

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
    from amoanalysis.export.new_notebooks import new_notebooks

    places = open_data(data).places
    found = places.find(place)
    if found not in places.municipalities():
        names = ", ".join(known.named("fi") for known in places.municipalities())
        raise UserError(
            f"{found.named('fi')} is not forecast: make it a member of the region in places.toml; there are {names}."
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
