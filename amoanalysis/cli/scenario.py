"""`amo scenario show | check | new`."""

from pathlib import Path
from typing import Annotated

import typer

from amoanalysis.cli.options import DataOption
from amoanalysis.config.assumptions import list_assumptions
from amoanalysis.config.files import data_folder, write_atomically
from amoanalysis.config.origins import load_origins
from amoanalysis.config.places import Places
from amoanalysis.config.scenarios import BASELINE, load_scenario, scenario_names
from amoanalysis.errors import UserError

app = typer.Typer(
    name="scenario",
    help="Scenarios: the assumptions of a forecast.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)

TEMPLATE = """\
# A scenario holds only what it changes. `amo scenario show {based_on}` lists all assumptions that can be changed.
based_on = "{based_on}"

[title]
fi = "{name}"
en = "{name}"

[narrative]
fi = "Kerro yhdellä virkkeellä, mitä tapahtuu ja miksi."
en = "Describe in one sentence what happens and why."

# A changed assumption: the median, an 80 % interval, the source and the reason.
[tourism.growth]
value = {value}
low = {low}
high = {high}
source = "judgement"
why = "Explain why this differs from the baseline."
"""


@app.command("show")
def show_command(
    name: Annotated[str | None, typer.Argument(help="Name or TOML file; by default lists the scenarios.")] = None,
    data: DataOption = None,
) -> None:
    """List the scenarios, or the assumptions of one, with the changed ones marked by *.

    Example: `amo scenario show tourism_growth`
    """
    folder = data_folder(data)
    if name is None:
        for known in scenario_names(folder):
            typer.echo(f"{known}: {load_scenario(known, folder).title_in('en')}")
        return
    scenario = load_scenario(name, folder)
    typer.echo(f"{scenario.title_in('en')} ({scenario.title_in('fi')})\n{scenario.narrative['en']}\n")
    for item in list_assumptions(scenario.assumptions):
        changed = any(item.path == path or item.path.startswith(path + ".") for path in scenario.overrides)
        interval = f"{item.value:g} ({item.low:g} to {item.high:g}) {item.unit}"
        typer.echo(f"{'*' if changed else ' '} {item.path} = {interval} [{item.source}] {item.why}")


@app.command("check")
def check_command(
    name: Annotated[str, typer.Argument(help="Name or TOML file.")],
    data: DataOption = None,
) -> None:
    """Check the keys, values, intervals, sources and places of a scenario.

    Example: `amo scenario check my_scenario.toml`
    """
    folder = data_folder(data)
    scenario = load_scenario(name, folder)
    sources, places = {*load_origins(folder), "judgement"}, Places.load(folder)
    for item in list_assumptions(scenario.assumptions):
        if item.source not in sources:
            raise UserError(
                f"Scenario '{scenario.name}': the source '{item.source}' of {item.path} is not in sources.toml: "
                "name a table of sources.toml, or write 'judgement'."
            )
    for key, event in scenario.assumptions.events.items():
        if event.place not in places:
            raise UserError(f"Scenario '{scenario.name}': the event '{key}' names the unknown place '{event.place}'.")
    typer.echo(f"{scenario.name}: in order; it changes {len(scenario.overrides)} values.")


@app.command("new")
def new_command(
    name: Annotated[str, typer.Argument(help="Name of the new scenario: a-z, digits and _.")],
    based_on: Annotated[str, typer.Option("--based-on", help="Scenario that it changes.")] = BASELINE,
    out: Annotated[Path | None, typer.Option("--out", help="File; by default NAME.toml in this folder.")] = None,
    data: DataOption = None,
) -> None:
    """Write a scenario file with one changed assumption, to be edited.

    Example: `amo scenario new slow_tourism`
    """
    if not name.replace("_", "").isalnum() or name != name.lower() or not name.isascii():
        raise UserError(f"'{name}' is not a valid name of a scenario: use small letters a-z, digits and _.")
    growth = load_scenario(based_on, data_folder(data)).assumptions.tourism.growth
    path = out or Path(f"{name}.toml")
    if path.exists():
        raise UserError(f"'{path}' exists already: choose another name, or give --out.")
    text = TEMPLATE.format(name=name, based_on=based_on, value=growth.value, low=growth.low, high=growth.high)
    with write_atomically(path) as file:
        file.write_text(text, encoding="utf-8")
    typer.echo(f"Written: {path}. Run it with `amo forecast --scenario {path}`.")
