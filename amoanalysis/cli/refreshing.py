"""`amo data refresh | restore | import`: commands that change the tables."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
import typer

from amoanalysis import refresh
from amoanalysis.cli.options import DataOption, open_data, progress
from amoanalysis.files import whole_folder
from amoanalysis.refresh.bringing import Bring, read_own
from amoanalysis.refresh.revisions import frame
from amoanalysis.refresh.writing import revisions
from amoanalysis.snapshots import alone, kept
from amoanalysis.tables import Data
from amoanalysis.text import check_language
from amoanalysis.themes.revisions import revisions_exhibit

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
        chosen, files = refresh.restore(opened, stamp)
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


def _bring(
    data: Data, tables: list[str], base_url: str | None, form: Literal["json-stat2", "px", "csv"]
) -> refresh.Brought:
    total = len(tables) or sum(bool(origin.fetch) for origin in data.origins.values())
    with progress("tables", total) as advance:
        options = refresh.Options(base_url=base_url, form=form, say=_counted(advance))
        return refresh.bring(data, tables, options)


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
    typer.echo(refresh.report(found))
    if report is not None:
        _write_report(data, found, report, check_language(lang))
    if dry_run:
        typer.echo("Nothing was written (--dry-run).")
        return
    stamp, notes = refresh.write(data, tables, reason, source=source)
    for note in notes:
        typer.echo(f"no longer agrees: {note}", err=True)
    if stamp:
        typer.echo(f"Written; the former tables are kept as {stamp} (amo data restore {stamp}).")
    else:
        typer.echo("Every byte is as it was: nothing was written.")


def _write_report(data: Data, found: list[refresh.Revision], folder: Path, lang: str) -> None:
    """The changes as text, as a table and as a chart."""
    exhibit = revisions_exhibit(found, data.origins, lang)
    with whole_folder(folder) as place:
        (place / "revisions.txt").write_text(refresh.report(found) + "\n", encoding="utf-8")
        frame(found).to_csv(place / "revisions.csv", index=False, lineterminator="\n")
        (place / "revisions.png").write_bytes(exhibit.png())
    typer.echo(f"The changes are in {folder}: revisions.txt, revisions.csv, revisions.png.")
