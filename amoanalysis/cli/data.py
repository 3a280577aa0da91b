"""`amo data list | check | show`, and the commands that change the tables."""

from datetime import date
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from amoanalysis.catalogue import Origin, load_sources
from amoanalysis.cli import refreshing
from amoanalysis.cli.options import DataOption, open_data
from amoanalysis.errors import DataError
from amoanalysis.tables import SCHEMAS
from amoanalysis.tables.age import age_in_words, is_stale, months_old
from amoanalysis.tables.check import check

app = typer.Typer(
    name="data", help="The tables: where they come from, what they hold, whether they add up.", no_args_is_help=True
)


app.command("refresh")(refreshing.refresh_command)
app.command("restore")(refreshing.restore_command)
app.command("import")(refreshing.import_command)


@app.command("list")
def list_command(
    data: DataOption = None,
    stale: Annotated[
        bool, typer.Option("--stale", help="Only tables that something newer is to be expected of.")
    ] = False,
) -> None:
    """List the tables: period, age, status, licence, producer, and whether a refresh can bring them.

    Stale are tables whose period ended longer ago than a newer release should take: four months for tables by month,
    two years for others. Tables of one study or one year are never stale.

    Example: `amo data list --stale`
    """
    tables, today = open_data(data), date.today()
    shown = Table(title=f"Tables in {tables.folder}", title_justify="left")
    for column in ("table", "period", "age", "status", "licence", "refresh", "producer"):
        shown.add_column(column)
    for name in SCHEMAS:
        origin = tables.origins.get(name)
        if origin and tables.has(name) and (not stale or is_stale(origin, today)):
            shown.add_row(name, *_row(origin, today))
        elif tables.has(name) and not stale:
            shown.add_row(name, "no origin")
    for name, awaited in load_sources(tables.folder).awaited.items():
        if not tables.has(name) and not stale:
            shown.add_row(name, "awaited", "", awaited.status, awaited.licence, "yes", awaited.producer)
    console = Console()
    Console(width=None if console.is_terminal else 180).print(shown)


def _row(origin: Origin, today: date) -> tuple[str, ...]:
    age = age_in_words(months_old(origin.period, today))
    marked = f"{age}, stale" if is_stale(origin, today) else age
    return origin.period, marked, origin.status, origin.licence, "yes" if origin.fetch else "no", origin.producer


@app.command("check")
def check_command(data: DataOption = None) -> None:
    """Prove schemas, keys, origins, hashes and sums; list what does not add up in the published figures themselves.

    Example: `amo data check`
    """
    tables = open_data(data)
    findings = check(tables)
    errors = [finding for finding in findings if finding.level == "error"]
    for finding in sorted(findings, key=lambda finding: finding.level != "error"):
        typer.echo(f"{finding.level}: {finding.table}: {finding.message}", err=finding.level == "error")
    if errors:
        raise DataError(f"{len(errors)} of the checks failed in {tables.folder}: mend the files named above.")
    typer.echo(
        f"In order: {sum(tables.has(name) for name in SCHEMAS)} tables; {len(findings)} notes on what was published."
    )


@app.command("show")
def show_command(
    table: Annotated[str, typer.Argument(help="Name of a table.")],
    place: Annotated[str | None, typer.Option("--place", "-p", help="Only the rows of this place.")] = None,
    rows: Annotated[int, typer.Option("--rows", min=1, help="How many rows.")] = 20,
    data: DataOption = None,
) -> None:
    """Show what a table holds, and where it comes from.

    Example: `amo data show population --place Kolari`
    """
    tables = open_data(data)
    frame = tables.table(table)
    if place is not None:
        if "place" not in frame.columns:
            raise DataError(f"The table {table} has no column of places: leave --place out.")
        frame = frame[frame["place"] == tables.places.find(place).code]
    origin = tables.origins.get(table)
    if origin is not None:
        typer.echo(f"{origin.title} ({origin.producer}; {origin.licence}; {origin.status})")
        typer.echo(f"{origin.url}\n{origin.note}\n" if origin.note else f"{origin.url}\n")
        if origin.not_refreshable:
            typer.echo(f"Not refreshable: {origin.not_refreshable}\n")
    typer.echo(frame.head(rows).to_string(index=False, na_rep=""))
    typer.echo(f"{len(frame)} rows; columns are described in data/README.md.")
