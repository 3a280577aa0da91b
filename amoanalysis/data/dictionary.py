"""The data dictionary, `data/README.md`, made of the schemas and the origins."""

from amoanalysis.config.files import data_folder, write_atomically
from amoanalysis.config.origins import AwaitedTable, Origin, load_sources
from amoanalysis.data.load import Data
from amoanalysis.data.schemas import SCHEMAS
from amoanalysis.data.schemas.table_schema import Column, TableSchema

HEAD = """# Data dictionary

Made from the schemas in `amoanalysis/tables/` and from `sources.toml` by `python -m amoanalysis.tables.dictionary`;
a test holds it in step, so change those and not this file.

Every table is UTF-8 text with commas and decimal points, one row of headings, sorted by its key, without an index.
An empty cell is missing. Municipality codes are text of three digits ("047"); MK19 is Lapland and SSS is Finland;
other codes are declared in `places.toml`. Stocks are those of 31 December. `amo data check` proves schemas, keys,
origins and hashes, and lists what does not add up in the published figures.

*Status* says whether figures are official statistics as published, somebody's estimate (modelled, summed or quoted
second-hand), or an assumption.
"""

KINDS = {
    "place": "code of places.toml",
    "month": "2006-01",
    "text": "text",
    "integer": "whole number",
    "number": "number",
}


def dictionary(data: Data) -> str:
    """The dictionary of a data folder.

    Args:
        data: the folder.

    Returns:
        Markdown: a list of tables, then columns, key, source, licence and cautions of each, then the other files.
    """
    present = [schema for schema in SCHEMAS.values() if data.has(schema.name) or schema.by_user]
    contents = [f"| [{table.name}](#{table.name}) | {table.title} | {_period(data, table.name)} |" for table in present]
    others = sorted(name for name in data.origins if "/" in name)
    sections = [_table(schema, data.origins.get(schema.name)) for schema in present]
    awaited = load_sources(data.folder).awaited if (data.folder / "sources.toml").is_file() else {}
    coming = [schema for schema in SCHEMAS.values() if schema.name in awaited and not data.has(schema.name)]
    sections += ["## Awaited", *(_awaited(schema, awaited[schema.name]) for schema in coming)] if coming else []
    sections += ["## Other files", *(_other(name, data.origins[name]) for name in others)] if others else []
    listing = ["## Tables", "", "| table | holds | period |", "|---|---|---|", *contents]
    return "\n\n".join([HEAD.strip(), "\n".join(listing), *sections]) + "\n"


def _period(data: Data, name: str) -> str:
    return data.origins[name].period if name in data.origins else ""


def _table(schema: TableSchema, origin: Origin | None) -> str:
    lines = [f"### {schema.name}", "", f"{schema.title}. Key: {', '.join(f'`{name}`' for name in schema.key)}.", ""]
    lines += ["| column | holds | unit | values |", "|---|---|---|---|", *map(_column, schema.columns)]
    return "\n".join([*lines, "", *(_origin(origin) if origin else [_no_origin(schema)])])


def _no_origin(schema: TableSchema) -> str:
    filled = f"No figures are open: `amo data template {schema.name}` makes the form, `amo data validate` proves it."
    return filled if schema.by_user else "No origin is recorded."


def _awaited(schema: TableSchema, awaited: AwaitedTable) -> str:
    """A table that no file holds yet."""
    columns = _table(schema, None).removesuffix("No origin is recorded.").rstrip()
    source = f"- Awaited: `amo data refresh {schema.name}` brings it from {awaited.producer}: {awaited.title}"
    return f"{columns}\n\n{source}; licence {awaited.licence}" + (f"\n- Mind: {awaited.note}" if awaited.note else "")


def _column(column: Column) -> str:
    cells = (f"`{column.name}`", column.description, column.unit, _values(column))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _values(column: Column) -> str:
    parts = [", ".join(column.allowed) if column.allowed else KINDS[column.kind]]
    if column.pattern and not column.allowed:
        parts = [f"`{column.pattern}`"]
    if column.low is not None and column.high is not None:
        parts.append(f"{column.low:g} to {column.high:g}")
    elif column.low is not None:
        parts.append(f"{column.low:g} or more")
    if column.gaps:
        parts.append("may be empty")
    return "; ".join(parts)


def _origin(origin: Origin) -> list[str]:
    source = f"{origin.producer}: {origin.title}" + (f" ({origin.table_id})" if origin.table_id else "")
    lines = [
        f"- Source: {source}, <{origin.url}>",
        f"- Period {origin.period}; status {origin.status}; licence {origin.licence}; retrieved {origin.retrieved}",
        f"- Cite as: {origin.citation_in('en')}",
    ]
    return [*lines, f"- Mind: {origin.note}"] if origin.note else lines


def _other(name: str, origin: Origin) -> str:
    ending = "geojson" if name.startswith("geo/") else "csv"
    return "\n".join([f"### {name}.{ending}", "", *_origin(origin)])


def main() -> None:
    """Writes the dictionary of the snapshot."""
    folder = data_folder()
    with write_atomically(folder / "README.md") as path:
        path.write_text(dictionary(Data(folder)), encoding="utf-8")


if __name__ == "__main__":
    main()
