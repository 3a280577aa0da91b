"""The `amo` command: the table of its commands, loaded on demand, and the exit code and message of each error."""

import sys
from importlib import import_module
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from amoanalysis.config.version import __version__
from amoanalysis.errors import AmoError

# Command -> module of this folder, its function or group of commands, and its line in `amo --help`.
COMMANDS = {
    "forecast": ("forecast", "forecast_command", "Forecast population, labour force and jobs, with 80 % intervals."),
    "compare": ("forecast", "compare_command", "Compare scenarios with the first one, draw by draw."),
    "backtest": ("backtest", "backtest_command", "Forecast from past years and compare the forecasts with actuals."),
    "build": ("export", "build_command", "Build everything: forecasts, charts, workbooks, slides, notebooks, site."),
    "site": ("export", "site_command", "Build the static site from the files of a build."),
    "export": ("export", "export_command", "Write charts as pictures, workbooks and slides."),
    "lab": ("notebooks", "lab_command", "Open JupyterLab on the notebooks."),
    "app": ("notebooks", "app_command", "Run the explorer as a web app on this machine."),
    "notebooks": ("notebooks", "app", "Notebooks of a municipality: new."),
    "scenario": ("scenario", "app", "Scenarios: show, check, new."),
    "data": ("data", "app", "Tables: list, show, check, refresh, restore, import, template, validate."),
}
# Module -> extra of the package that installs it.
EXTRAS = {
    **dict.fromkeys(("ipykernel", "ipywidgets", "itables", "jupyterlab", "nbclient", "nbformat"), "notebooks"),
    **dict.fromkeys(("openpyxl", "pptx"), "office"),
    **dict.fromkeys(("myst_nb", "pydata_sphinx_theme", "sphinx"), "site"),
    "voila": "app",
    "distributed": "cluster",
}
INTERRUPTED = 130


class LazyGroup(TyperGroup):
    """Imports the module of a command only when the command runs or its help is shown."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[Any, Any, list[str]]:
        """Finds the command that the arguments name, and loads it."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, load_command(str(name)), rest


app = typer.Typer(
    name="amo",
    cls=LazyGroup,
    help="Regional development forecasts for Finnish municipalities: population, labour, tourism, mines.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


def load_command(name: str) -> Any:
    """Imports a command or group of commands of COMMANDS as Typer's object."""
    module, attribute, _ = COMMANDS[name]
    loaded = getattr(import_module(f"amoanalysis.cli.{module}"), attribute)
    if not isinstance(loaded, typer.Typer):
        single = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="markdown")
        single.command(name)(loaded)
        loaded = single
    return typer.main.get_command(loaded)


def _placeholder() -> None:
    """Placeholder for a command in the list of commands; LazyGroup loads the command itself."""


for _name, (_, _, _help) in COMMANDS.items():
    app.command(_name, help=_help)(_placeholder)


def _show_version(requested: bool) -> None:
    if requested:
        typer.echo(f"amoanalysis {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Declares the options of `amo` without a command."""


def main() -> None:
    """Runs `amo`; an expected error ends with one sentence on stderr and its exit code, without a traceback."""
    try:
        app()
    except SystemExit as ended:
        # Typer handles an interrupt itself and prints only "Aborted".
        if ended.code == INTERRUPTED:
            typer.echo("amo: Files that were not finished have been left as they were.", err=True)
        raise
    except AmoError as error:
        exit_with_error(str(error), error.exit_code)
    except ModuleNotFoundError as error:
        extra = EXTRAS.get(str(error.name).partition(".")[0])
        if extra is None:
            raise
        exit_with_error(f"This command needs {error.name}: run `pip install 'amoanalysis[{extra}]'`.", 1)
    except BrokenPipeError:
        # The reader of the output has closed the pipe, as `head` does.
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        file = f": {error.filename}" if error.filename else ""
        exit_with_error(f"The system refused ({error.strerror or error}{file}): no file was left half-written.", 1)
    except MemoryError:
        exit_with_error("This machine has not enough memory: reduce --draws or the number of places.", 1)


def exit_with_error(sentence: str, code: int) -> NoReturn:
    """Prints a sentence on stderr and ends with an exit code."""
    typer.echo(f"amo: {sentence}", err=True)
    sys.exit(code)
