"""`amo data`: shows, checks, refreshes and imports tables."""

import csv
import io
import itertools
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from amoanalysis.cli.options import DataOption
from amoanalysis.cli.progress import show_progress
from amoanalysis.config.files import data_folder, write_atomically, write_folder_atomically
from amoanalysis.config.origins import Origin, load_sources
from amoanalysis.config.text import check_language
from amoanalysis.data.checks.folder import check_folder, format_age, is_stale, months_since_period
from amoanalysis.data.load import Data, read_table
from amoanalysis.data.refresh.fetching import FetchedTables, FetchOptions, fetch_tables
from amoanalysis.data.refresh.import_file import ReadOptions, read_user_file
from amoanalysis.data.refresh.revisions import Revision, revisions_frame
from amoanalysis.data.refresh.revisions import format_report as revision_report
from amoanalysis.data.refresh.writing import compare_with_folder, restore_tables, write_tables
from amoanalysis.data.schemas import SCHEMAS
from amoanalysis.data.schemas.economy import EXAMPLES
from amoanalysis.data.schemas.table_schema import validate
from amoanalysis.data.snapshots import list_changes, lock_folder
from amoanalysis.errors import DataError, UserError, unknown_name_error

ReportOption = Annotated[Path | None, typer.Option("--report", help="Folder for the changes as text, table and chart.")]
LangOption = Annotated[str, typer.Option("--lang", help="Language of the chart: fi, en or sv.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Show the changes and write nothing.")]
DownloadFormat = Literal["json-stat2", "px", "csv"]

app = typer.Typer(
    name="data",
    help="Tables: their sources, contents and checks.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


@app.command("refresh")
def refresh_command(
    tables: Annotated[
        list[str] | None, typer.Argument(help="Names of tables; by default all that can be refreshed.")
    ] = None,
    dry_run: DryRunOption = False,
    base_url: Annotated[
        str | None, typer.Option("--base-url", help="Server to use instead of the producers' servers, for a test.")
    ] = None,
    form: Annotated[DownloadFormat, typer.Option("--format", help="Format to download.")] = "json-stat2",
    report: ReportOption = None,
    lang: LangOption = "fi",
    data: DataOption = None,
) -> None:
    """Download tables from their producers, show the changes, and write all tables or none.

    An interrupted run continues where it stopped. `amo data restore` undoes the refresh.

    Example: `amo data refresh population --dry-run`
    """
    opened = Data(data_folder(data))
    with lock_folder(opened.folder):
        fetched = _fetch(opened, tables or [], base_url, form)
        for note in fetched.notes:
            typer.echo(f"note: {note}", err=True)
        _report_and_write(opened, fetched.tables, "refresh", dry_run, report, lang)


@app.command("restore")
def restore_command(
    stamp: Annotated[str | None, typer.Argument(help="Time stamp of the change; by default the newest.")] = None,
    list_only: Annotated[bool, typer.Option("--list", help="List the changes that can be undone.")] = False,
    data: DataOption = None,
) -> None:
    """Undo a refresh or an import and every later one. The replaced tables are kept.

    Example: `amo data restore --list`
    """
    opened = Data(data_folder(data))
    if list_only:
        for change in list_changes(opened.folder):
            typer.echo(f"{change.stamp}  {change.reason}: {', '.join(change.files)}")
        return
    with lock_folder(opened.folder):
        restored, files = restore_tables(opened, stamp)
    typer.echo(f"Restored as before {restored}: {', '.join(files)}.")


@app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX, PX or JSON-stat file.")],
    table: Annotated[str, typer.Option("--as", help="Table to import the rows into.")],
    source: Annotated[str, typer.Option("--source", help="Producer of the figures, for sources.toml.")] = "",
    sheet: Annotated[str | None, typer.Option("--sheet", help="Sheet of the workbook; by default the first.")] = None,
    heading_rows: Annotated[int, typer.Option("--heading-rows", min=1, help="Number of heading rows.")] = 1,
    dry_run: DryRunOption = False,
    report: ReportOption = None,
    lang: LangOption = "fi",
    data: DataOption = None,
) -> None:
    """Import the rows of a file into a table. Rows with the same key are replaced, all others stay.

    It first shows how each column is read.

    Example: `amo data import kunta.xlsx --as population --dry-run`
    """
    opened = Data(data_folder(data))
    with lock_folder(opened.folder):
        imported = read_user_file(opened, file, table, ReadOptions(sheet, heading_rows))
        typer.echo(imported.preview())
        tables = {table: imported.merged_with(opened)}
        _report_and_write(opened, tables, f"import of {file.name}", dry_run, report, lang, source or file.name)


def _fetch(data: Data, tables: list[str], base_url: str | None, form: DownloadFormat) -> FetchedTables:
    total = len(tables) or sum(bool(origin.fetch) for origin in data.origins.values())
    counter = itertools.count()
    with show_progress("tables", total) as advance:
        options = FetchOptions(base_url=base_url, form=form, on_table=lambda name: advance(next(counter), name))
        return fetch_tables(data, tables, options)


def _report_and_write(
    data: Data,
    tables: dict[str, pd.DataFrame],
    reason: str,
    dry_run: bool,
    report: Path | None,
    lang: str,
    source: str = "",
) -> None:
    changes = compare_with_folder(data, tables)
    typer.echo(revision_report(changes))
    if report is not None:
        _write_report(data, changes, report, check_language(lang))
    if dry_run:
        typer.echo("Nothing was written (--dry-run).")
        return
    stamp, notes = write_tables(data, tables, reason, source=source)
    for note in notes:
        typer.echo(f"no longer agrees: {note}", err=True)
    if stamp:
        typer.echo(f"Written; the previous tables are kept as {stamp} (amo data restore {stamp}).")
    else:
        typer.echo("The tables are unchanged: nothing was written.")


def _write_report(data: Data, changes: list[Revision], folder: Path, lang: str) -> None:
    """Writes the changes as text, table and chart."""
    from amoanalysis.exhibits.evidence.programme import revisions_exhibit

    exhibit = revisions_exhibit(changes, data.origins, lang)
    with write_folder_atomically(folder) as staging:
        (staging / "revisions.txt").write_text(revision_report(changes) + "\n", encoding="utf-8")
        revisions_frame(changes).to_csv(staging / "revisions.csv", index=False, lineterminator="\n")
        (staging / "revisions.png").write_bytes(exhibit.png())
    typer.echo(f"The changes are in {folder}: revisions.txt, revisions.csv, revisions.png.")


@app.command("template")
def template_command(
    table: Annotated[str, typer.Argument(help=f"Table: {' or '.join(EXAMPLES)}.")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="CSV file; by default TABLE_template.csv.")] = None,
) -> None:
    """Write a CSV template: the column headings and example rows to replace.

    Example: `amo data template training_supply --out lappia.csv`
    """
    if table not in EXAMPLES:
        raise unknown_name_error("template", table, EXAMPLES)
    schema, path = SCHEMAS[table], out or Path(f"{table}_template.csv")
    if path.exists():
        raise UserError(f"'{path}' exists already: give another name with --out, or move it.")
    content = io.StringIO()
    csv.writer(content, lineterminator="\n").writerows([schema.names, *EXAMPLES[table]])
    with write_atomically(path) as file:
        file.write_text(content.getvalue(), encoding="utf-8")
    typer.echo(f"{path}: {schema.title}. The rows are examples: replace them.")
    for column in schema.columns:
        values = f" ({', '.join(column.allowed)})" if column.allowed else ""
        typer.echo(f"  {column.name}: {column.description}{values}{'; may be empty' if column.gaps else ''}")
    typer.echo(f"Then: amo data validate {path} --as {table}")


@app.command("validate")
def validate_command(
    file: Annotated[Path, typer.Argument(help="Completed CSV file.")],
    table: Annotated[str, typer.Option("--as", help=f"Table: {' or '.join(EXAMPLES)}.")],
    data: DataOption = None,
) -> None:
    """Validate a completed template; the first error is reported in one sentence.

    Example: `amo data validate lappia.csv --as training_supply`
    """
    if table not in EXAMPLES:
        raise unknown_name_error("template", table, EXAMPLES)
    if not file.is_file():
        raise UserError(f"There is no file '{file}': check the path.")
    tables, schema = Data(data_folder(data)), SCHEMAS[table]
    frame = validate(read_table(file, schema), schema, tables.places, shown=file.name, ordered=False)
    typer.echo(f"In order: {file.name} holds {len(frame)} rows of {table}.")
    for column in schema.columns:
        empty = int(frame[column.name].isna().sum())
        if empty and not column.is_text:
            typer.echo(f"  {column.name}: unknown in {empty} of {len(frame)} rows")
    typer.echo(f"To use it, add its rows to {tables.folder / 'tables' / f'{table}.csv'} and run `amo data check`.")


@app.command("list")
def list_command(
    data: DataOption = None,
    stale: Annotated[bool, typer.Option("--stale", help="Only tables for which a newer release should exist.")] = False,
) -> None:
    """List the tables: period, age, status, licence, producer, and whether they can be refreshed.

    A table is stale if its period ended more than four months ago (monthly tables) or two years ago (others). Tables
    of one study or one year are never stale.

    Example: `amo data list --stale`
    """
    tables, today = Data(data_folder(data)), date.today()
    listing = Table(title=f"Tables in {tables.folder}", title_justify="left")
    for column in ("table", "period", "age", "status", "licence", "refresh", "producer"):
        listing.add_column(column)
    for name in SCHEMAS:
        origin = tables.origins.get(name)
        if origin and tables.has(name) and (not stale or is_stale(origin, today)):
            listing.add_row(name, *_origin_cells(origin, today))
        elif tables.has(name) and not stale:
            listing.add_row(name, "no origin")
    for name, awaited in load_sources(tables.folder).awaited.items():
        if not tables.has(name) and not stale:
            listing.add_row(name, "awaited", "", awaited.status, awaited.licence, "yes", awaited.producer)
    Console(width=None if Console().is_terminal else 180).print(listing)


def _origin_cells(origin: Origin, today: date) -> tuple[str, ...]:
    age = format_age(months_since_period(origin.period, today))
    marked = f"{age}, stale" if is_stale(origin, today) else age
    return origin.period, marked, origin.status, origin.licence, "yes" if origin.fetch else "no", origin.producer


@app.command("check")
def check_command(data: DataOption = None) -> None:
    """Check schemas, keys, origins, hashes and sums, and list inconsistencies within the published figures.

    Example: `amo data check`
    """
    tables = Data(data_folder(data))
    findings = check_folder(tables)
    errors = [finding for finding in findings if finding.level == "error"]
    for finding in sorted(findings, key=lambda finding: finding.level != "error"):
        typer.echo(f"{finding.level}: {finding.table}: {finding.message}", err=finding.level == "error")
    if errors:
        raise DataError(f"{len(errors)} of the checks failed in {tables.folder}: correct the files named above.")
    count = sum(tables.has(name) for name in SCHEMAS)
    typer.echo(f"In order: {count} tables; {len(findings)} notes on the published figures.")


@app.command("show")
def show_command(
    table: Annotated[str, typer.Argument(help="Name of a table.")],
    place: Annotated[str | None, typer.Option("--place", "-p", help="Only the rows of this place.")] = None,
    rows: Annotated[int, typer.Option("--rows", min=1, help="Number of rows.")] = 20,
    data: DataOption = None,
) -> None:
    """Show the rows of a table and its source.

    Example: `amo data show population --place Kolari`
    """
    tables = Data(data_folder(data))
    frame = tables.table(table)
    if place is not None:
        if "place" not in frame.columns:
            raise DataError(f"The table {table} has no column 'place': leave out --place.")
        frame = frame[frame["place"] == tables.places.find(place).code]
    origin = tables.origins.get(table)
    if origin is not None:
        typer.echo(f"{origin.title} ({origin.producer}; {origin.licence}; {origin.status})")
        typer.echo(f"{origin.url}\n{origin.note}\n" if origin.note else f"{origin.url}\n")
        if origin.not_refreshable:
            typer.echo(f"Not refreshable: {origin.not_refreshable}\n")
    typer.echo(frame.head(rows).to_string(index=False, na_rep=""))
    typer.echo(f"{len(frame)} rows; columns are described in data/README.md.")
