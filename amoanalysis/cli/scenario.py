"""`amo scenario new | check | show`."""

from pathlib import Path
from typing import Annotated

import typer

from amoanalysis.cli.options import DataOption, open_data
from amoanalysis.config.assumptions import listed
from amoanalysis.config.files import whole
from amoanalysis.config.scenarios import BASELINE, load_scenario, scenario_names
from amoanalysis.errors import UserError

app = typer.Typer(name="scenario", help="Scenarios: what a forecast assumes.", no_args_is_help=True)

TEMPLATE = """\
# A scenario holds only what it changes. `amo scenario show {based_on}` lists every assumption that can be overridden.
based_on = "{based_on}"

[title]
fi = "{name}"
en = "{name}"

[narrative]
fi = "Kerro yhdellä virkkeellä, mitä tapahtuu ja miksi."
en = "Say in one sentence what happens, and why."

# An override: the median, an 80 % interval, and where it comes from.
[tourism.growth]
value = {value}
low = {low}
high = {high}
source = "judgement"
why = "Write why this differs from the baseline."
"""


@app.command("show")
def show_command(
    name: Annotated[str | None, typer.Argument(help="Name or TOML file; without it the scenarios are listed.")] = None,
    data: DataOption = None,
) -> None:
    """List the scenarios, or all assumptions of one; what it changes is marked.

    Example: `amo scenario show hannukainen`
    """
    folder = open_data(data).folder
    if name is None:
        for known in scenario_names(folder):
            typer.echo(f"{known}: {load_scenario(known, folder).titled('en')}")
        return
    scenario = load_scenario(name, folder)
    typer.echo(f"{scenario.titled('en')} ({scenario.titled('fi')})\n{scenario.narrative['en']}\n")
    changed = tuple(scenario.overrides)
    for item in listed(scenario.assumptions):
        mark = "*" if any(item.path == path or item.path.startswith(path + ".") for path in changed) else " "
        band = f"{item.value:g} ({item.low:g} to {item.high:g}) {item.unit}"
        typer.echo(f"{mark} {item.path} = {band} [{item.source}] {item.why}")


@app.command("check")
def check_command(
    name: Annotated[str, typer.Argument(help="Name or TOML file.")],
    data: DataOption = None,
) -> None:
    """Check a scenario: keys, values, intervals, sources, places.

    Example: `amo scenario check my_scenario.toml`
    """
    tables = open_data(data)
    scenario = load_scenario(name, tables.folder)
    known = {*tables.origins, "judgement"}
    for item in listed(scenario.assumptions):
        if item.source not in known:
            raise UserError(
                f"Scenario '{scenario.name}': the source '{item.source}' of {item.path} is no table of sources.toml; "
                "name one, or write 'judgement'."
            )
    for key, event in scenario.assumptions.events.items():
        if event.place not in tables.places:
            raise UserError(f"Scenario '{scenario.name}': the event '{key}' names the unknown place '{event.place}'.")
    typer.echo(f"{scenario.name}: in order; it changes {len(scenario.overrides)} values.")


@app.command("new")
def new_command(
    name: Annotated[str, typer.Argument(help="Name of the new scenario: small letters, digits and _.")],
    based_on: Annotated[str, typer.Option("--based-on", help="Scenario that it changes.")] = BASELINE,
    out: Annotated[Path | None, typer.Option("--out", help="File; by default NAME.toml here.")] = None,
    data: DataOption = None,
) -> None:
    """Write a file with one override to start a scenario from.

    Example: `amo scenario new slow_tourism`
    """
    if not name.replace("_", "").isalnum() or name != name.lower() or not name.isascii():
        raise UserError(f"'{name}' is no name for a scenario: use small letters a-z, digits and _.")
    folder = open_data(data).folder
    growth = load_scenario(based_on, folder).assumptions.tourism.growth
    path = out or Path(f"{name}.toml")
    if path.exists():
        raise UserError(f"'{path}' exists already: choose another name, or give --out.")
    text = TEMPLATE.format(name=name, based_on=based_on, value=growth.value, low=growth.low, high=growth.high)
    with whole(path) as file:
        file.write_text(text, encoding="utf-8")
    typer.echo(f"Written: {path}. Run it with `amo forecast --scenario {path}`.")
