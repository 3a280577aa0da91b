"""The `amo` command: its sub-commands gathered, and its errors turned into sentences and exit codes."""

import sys
from typing import Annotated

import typer

from amoanalysis.cli import backtest as backtests
from amoanalysis.cli import data
from amoanalysis.cli import data as templates
from amoanalysis.cli import export as notebooks
from amoanalysis.cli import export as outputs
from amoanalysis.cli import forecast as forecasts
from amoanalysis.cli import scenario as scenarios
from amoanalysis.config.version import __version__
from amoanalysis.errors import AmoError

app = typer.Typer(
    name="amo",
    help="Regional development forecasts for Finnish municipalities: people, labour, tourism, mines.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
app.command("forecast")(forecasts.forecast_command)
app.command("compare")(forecasts.compare_command)
app.command("backtest")(backtests.backtest_command)
app.command("build")(outputs.build_command)
app.command("site")(outputs.site_command)
app.command("export")(outputs.export_command)
app.command("lab")(outputs.lab_command)
app.command("app")(notebooks.app_command)
app.add_typer(notebooks.app, name="notebooks")
app.add_typer(scenarios.app, name="scenario")
data.app.command("template")(templates.template_command)
data.app.command("validate")(templates.validate_command)
app.add_typer(data.app, name="data")


INTERRUPTED = 130


def _version(shown: bool) -> None:
    if shown:
        typer.echo(f"amoanalysis {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    shown: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None:
    """Regional development forecasts for Finnish municipalities."""


def main() -> None:
    """Runs `amo`; an error of ours ends in one sentence on stderr and its exit code, never in a traceback."""
    try:
        app()
    except SystemExit as ended:
        # Typer ends an interrupted command by itself, and says no more than that it was aborted.
        if ended.code == INTERRUPTED:
            typer.echo("amo: Files that were not finished have been left as they were.", err=True)
        raise
    except AmoError as error:
        fail(str(error), error.exit_code)
    except BrokenPipeError:
        # Whoever read our output has gone, as `head` does; there is nobody to tell.
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        fail(f"The system refused ({error.strerror or error}{_file(error)}): nothing was left half-written.", 1)
    except MemoryError:
        fail("The memory of this machine does not suffice: ask for fewer --draws or places.", 1)


def fail(sentence: str, code: int) -> None:
    """Prints a sentence on stderr and ends with an exit code."""
    typer.echo(f"amo: {sentence}", err=True)
    sys.exit(code)


def _file(error: OSError) -> str:
    return f": {error.filename}" if error.filename else ""
