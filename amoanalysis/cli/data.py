"""`amo data refresh | restore | import`: commands that change the tables."""

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from amoanalysis.cli.options import DataOption, open_data, progress
from amoanalysis.config.files import whole, whole_folder
from amoanalysis.config.origins import Origin, load_sources
from amoanalysis.config.text import check_language
from amoanalysis.data.checks.folder import age_in_words, check, is_stale, months_old
from amoanalysis.data.load import Data, read_table
from amoanalysis.data.refresh.fetching import Brought, Options, bring
from amoanalysis.data.refresh.import_file import Bring, read_own
from amoanalysis.data.refresh.revisions import Revision, frame
from amoanalysis.data.refresh.revisions import report as revision_report
from amoanalysis.data.refresh.writing import restore, revisions, write
from amoanalysis.data.schemas.economy import EXAMPLES
from amoanalysis.data.schemas.registry import SCHEMAS
from amoanalysis.data.schemas.table_schema import validate
from amoanalysis.data.snapshots import alone, kept
from amoanalysis.errors import DataError, UserError, unknown
from amoanalysis.exhibits.evidence.programme import revisions_exhibit

ReportOption = Annotated[Path | None, typer.Option("--report", help="Folder for the changes as text, table and chart.")]
LangOption = Annotated[str, typer.Option("--lang", help="Language of the chart: fi, en or sv.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")]


def refresh_command(
    tables: Annotated[
        list[str] | None, typer.Argument(help="Tables; all that can be refreshed where none is named.")
    ] = None,
    dry_run: DryRun = False,
    base_url: Annotated[
        str | None, typer.Option("--base-url", help="Another server in the place of the producers', for a trial.")
    ] = None,
    form: Annotated[
        Literal["json-stat2", "px", "csv"], typer.Option("--format", help="Form in which answers are asked for.")
    ] = "json-stat2",
    report: ReportOption = None,
    lang: LangOption = "fi",
    data: DataOption = None,
) -> None:
    """Fetch tables anew from their producers; show what changes; write all of it or nothing.

    An interrupted run goes on where it broke off. `amo data restore` takes the change back.

    Example: `amo data refresh population --dry-run`
    """
    opened = open_data(data)
    with alone(opened.folder):
        brought = _bring(opened, tables or [], base_url, form)
        for note in brought.notes:
            typer.echo(f"note: {note}", err=True)
        _show_and_write(opened, brought.tables, "refresh", dry_run, report, lang)


def restore_command(
    stamp: Annotated[str | None, typer.Argument(help="Moment of the change; the newest where not given.")] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the changes that can be taken back.")] = False,
    data: DataOption = None,
) -> None:
    """Take back a refresh or an import, with every later one. What is replaced by that is kept too.

    Example: `amo data restore --list`
    """
    opened = open_data(data)
    if listed:
        for change in kept(opened.folder):
            typer.echo(f"{change.stamp}  {change.reason}: {', '.join(change.files)}")
        return
    with alone(opened.folder):
        chosen, files = restore(opened, stamp)
    typer.echo(f"Restored as before {chosen}: {', '.join(files)}.")


def import_command(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX, PX or JSON-stat file.")],
    table: Annotated[str, typer.Option("--as", help="The table that it holds rows of.")],
    source: Annotated[str, typer.Option("--source", help="Who made the figures, for the origin of the table.")] = "",
    sheet: Annotated[
        str | None, typer.Option("--sheet", help="Sheet of the workbook; the first where not given.")
    ] = None,
    heading_rows: Annotated[int, typer.Option("--heading-rows", min=1, help="Rows that the heading takes.")] = 1,
    dry_run: DryRun = False,
    report: ReportOption = None,
    lang: LangOption = "fi",
    data: DataOption = None,
) -> None:
    """Take rows of a file of one's own into a table; rows with the same key are replaced, all others stay.

    First shows how each column is understood.

    Example: `amo data import kunta.xlsx --as population --dry-run`
    """
    opened = open_data(data)
    with alone(opened.folder):
        own = read_own(opened, file, table, Bring(sheet, heading_rows))
        typer.echo(own.preview())
        joined = {table: own.joined(opened)}
        _show_and_write(opened, joined, f"import of {file.name}", dry_run, report, lang, source or file.name)


def _bring(data: Data, tables: list[str], base_url: str | None, form: Literal["json-stat2", "px", "csv"]) -> Brought:
    total = len(tables) or sum(bool(origin.fetch) for origin in data.origins.values())
    with progress("tables", total) as advance:
        options = Options(base_url=base_url, form=form, say=_counted(advance))
        return bring(data, tables, options)


def _counted(advance: Callable[[int, str], None]) -> Callable[[str], None]:
    done: list[str] = []

    def said(name: str) -> None:
        advance(len(done), name)
        done.append(name)

    return said


def _show_and_write(
    data: Data,
    tables: dict[str, pd.DataFrame],
    reason: str,
    dry_run: bool,
    report: Path | None,
    lang: str,
    source: str = "",
) -> None:
    found = revisions(data, tables)
    typer.echo(revision_report(found))
    if report is not None:
        _write_report(data, found, report, check_language(lang))
    if dry_run:
        typer.echo("Nothing was written (--dry-run).")
        return
    stamp, notes = write(data, tables, reason, source=source)
    for note in notes:
        typer.echo(f"no longer agrees: {note}", err=True)
    if stamp:
        typer.echo(f"Written; the former tables are kept as {stamp} (amo data restore {stamp}).")
    else:
        typer.echo("Every byte is as it was: nothing was written.")


def _write_report(data: Data, found: list[Revision], folder: Path, lang: str) -> None:
    """The changes as text, as a table and as a chart."""
    exhibit = revisions_exhibit(found, data.origins, lang)
    with whole_folder(folder) as place:
        (place / "revisions.txt").write_text(revision_report(found) + "\n", encoding="utf-8")
        frame(found).to_csv(place / "revisions.csv", index=False, lineterminator="\n")
        (place / "revisions.png").write_bytes(exhibit.png())
    typer.echo(f"The changes are in {folder}: revisions.txt, revisions.csv, revisions.png.")


def template_command(
    table: Annotated[str, typer.Argument(help=f"Which form: {' or '.join(EXAMPLES)}.")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="CSV file; TABLE_template.csv by default.")] = None,
) -> None:
    """Write a form to be filled in: headings and example rows to write over.

    Example: `amo data template training_supply --out lappia.csv`
    """
    if table not in EXAMPLES:
        raise unknown("template", table, EXAMPLES)
    schema, path = SCHEMAS[table], out or Path(f"{table}_template.csv")
    if path.exists():
        raise UserError(f"'{path}' is there already: give another name with --out, or move it away.")
    content = io.StringIO()
    csv.writer(content, lineterminator="\n").writerows([schema.names, *EXAMPLES[table]])
    with whole(path) as file:
        file.write_text(content.getvalue(), encoding="utf-8")
    typer.echo(f"{path}: {schema.title}. The rows are examples: write over them.")
    for column in schema.columns:
        values = f" ({', '.join(column.allowed)})" if column.allowed else ""
        typer.echo(f"  {column.name}: {column.description}{values}{'; may be empty' if column.gaps else ''}")
    typer.echo(f"Then: amo data validate {path} --as {table}")


def validate_command(
    file: Annotated[Path, typer.Argument(help="The CSV file that was filled in.")],
    table: Annotated[str, typer.Option("--as", help=f"What it should be: {' or '.join(EXAMPLES)}.")],
    data: DataOption = None,
) -> None:
    """Prove a form that was filled in; the first fault is told in one sentence.

    Example: `amo data validate lappia.csv --as training_supply`
    """
    if table not in EXAMPLES:
        raise unknown("template", table, EXAMPLES)
    if not file.is_file():
        raise UserError(f"There is no file '{file}': check the path.")
    tables, schema = open_data(data), SCHEMAS[table]
    frame = validate(read_table(file, schema), schema, tables.places, shown=file.name, ordered=False)
    typer.echo(f"In order: {file.name} holds {len(frame)} rows of {table}.")
    for column in schema.columns:
        empty = int(frame[column.name].isna().sum())
        if empty and not column.textual:
            typer.echo(f"  {column.name}: not known in {empty} of {len(frame)} rows")
    typer.echo(f"To use it, join its rows to {tables.folder / 'tables' / f'{table}.csv'} and run `amo data check`.")


app = typer.Typer(
    name="data", help="The tables: where they come from, what they hold, whether they add up.", no_args_is_help=True
)


app.command("refresh")(refresh_command)
app.command("restore")(restore_command)
app.command("import")(import_command)


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
