"""`amo data template` and `amo data validate`: forms that providers and municipalities fill in."""

import csv
import io
from pathlib import Path
from typing import Annotated

import typer

from amoanalysis.cli.options import DataOption, open_data
from amoanalysis.errors import UserError, unknown
from amoanalysis.files import whole
from amoanalysis.tables import SCHEMAS
from amoanalysis.tables.read import read_table
from amoanalysis.tables.training import EXAMPLES
from amoanalysis.tables.validate import validate


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
        values = f" ({', '.join(column.values)})" if column.values else ""
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
