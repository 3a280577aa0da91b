"""`sources.toml`: the origin of each table, the queries that refresh it, and the servers of the producers."""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from amoanalysis.errors import DataError, describe_first_fault, format_value

# Groups of values that a query can select; any other word is a pattern for labels.
GROUPS = ("all", "total", "region", "municipalities", "province", "country")


class Api(BaseModel):
    """A PxWeb server.

    Attributes:
        name: name of the server in this project.
        producer: the organisation that runs it.
        url: base address of the API, without the language.
        version: version of the API, 1 or 2.
        lang: language of the labels.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    producer: str
    url: str
    version: Literal[1, 2]
    lang: Literal["fi", "sv", "en"]


class Variable(BaseModel):
    """One variable of a query. It is found by its label, because producers change codes and order.

    Attributes:
        role: meaning of the variable: area, to, from, year, month, sex, age, education, commuting, occupation,
            industry or contents.
        label: regular expression for the producer's label, matched in full and without case; a date at the end of the
            label is ignored (`Alue 1.1.2026`).
        take: the values to select: names of GROUPS and regular expressions for labels. For contents: a regular
            expression by column of the table.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    role: str = Field(min_length=1)
    label: str = Field(min_length=1)
    take: tuple[str, ...] | dict[str, str]

    @model_validator(mode="after")
    def _has_patterns(self) -> Self:
        words = self.take.values() if isinstance(self.take, dict) else self.take
        if not self.take:
            raise ValueError(f"the variable '{self.role}' takes no value: name at least one")
        for pattern in (self.label, *words):
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"'{pattern}' is no regular expression ({error})") from error
        return self


class Query(BaseModel):
    """A query to a producer; its response gives a table of the project, or a part of one.

    Attributes:
        api: name of the server, a block [api.NAME].
        paths: folders of the database to search, the most likely first (StatFin/vaerak); version 2 of the API has no
            folders.
        ids: current and former ids of the table, without `.px`; a long id ends with the short one
            (statfin_vaerak_pxt_11re).
        title: regular expression for the title; used if none of the ids is found.
        variables: the values to select; of a variable that is not listed, the total is selected.
        cleaner: name of the cleaner in `CLEANERS`; the name of the table if empty.
        constants: columns with one value for all rows of the response.
        replaces: key columns; existing rows with the same values are replaced. All rows are replaced if empty.
        optional: whether the producer may not have the table.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    api: str
    paths: tuple[str, ...] = ("",)
    ids: tuple[str, ...] = ()
    title: str
    variables: tuple[Variable, ...] = Field(min_length=1)
    cleaner: str = ""
    constants: dict[str, int | str] = Field(default_factory=dict)
    replaces: tuple[str, ...] = ()
    optional: bool = False


Status = Literal["official", "estimate", "assumption"]
T = TypeVar("T", bound=BaseModel)


class Origin(BaseModel):
    """The origin of a table and its terms of use.

    Attributes:
        table: name of the table, without `.csv`.
        producer: the organisation that publishes the figures.
        title: title of the publication or database table, as the producer gives it.
        table_id: the producer's id of the database table, if it has one.
        url: address for readers.
        licence: terms of use.
        period: first and last year or month.
        published: date of the release, if known.
        retrieved: date of retrieval.
        sha256: hash of the file in `tables/`.
        status: official statistics, an estimate, or an assumption.
        citation: source line for a chart's footer, by language.
        note: cautions for users.
        fetch: queries that refresh the table from an open API; empty if there is no API.
        not_refreshable: why the table cannot be refreshed.
        closed: whether no newer release can appear (a study, a survey of one year, a classification).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str
    producer: str
    title: str
    table_id: str | None = None
    url: str
    licence: str
    period: str
    published: date | None = None
    retrieved: date
    sha256: str
    status: Status
    citation: dict[str, str]
    note: str = ""
    fetch: tuple[Query, ...] = ()
    not_refreshable: str = ""
    closed: bool = False

    def citation_in(self, lang: str) -> str:
        """Returns the source line in a language; in English if it is not translated."""
        return self.citation.get(lang) or self.citation["en"]

    @model_validator(mode="after")
    def _can_be_cited(self) -> Self:
        if not self.citation.get("en"):
            raise ValueError("its citation has no English line: add en")
        if self.fetch and self.not_refreshable:
            raise ValueError("it has both fetch and not_refreshable: keep one")
        return self


class AwaitedTable(BaseModel):
    """A table without a file; the first refresh that fetches it turns the block into an `Origin`.

    The attributes are those of `Origin`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str
    producer: str
    title: str
    table_id: str | None = None
    url: str
    licence: str
    status: Status
    citation: dict[str, str]
    note: str = ""
    fetch: tuple[Query, ...]


class Sources(BaseModel):
    """The contents of `sources.toml`.

    Attributes:
        origins: origin by table.
        awaited: tables without a file that a refresh can fetch, by name.
        apis: servers by name.
    """

    model_config = ConfigDict(frozen=True)

    origins: dict[str, Origin]
    awaited: dict[str, AwaitedTable]
    apis: dict[str, Api]


def load_origins(folder: Path) -> dict[str, Origin]:
    """Reads the origins of `sources.toml`, by table.

    Raises:
        DataError: if the file is missing or invalid.
    """
    return load_sources(folder).origins


def load_sources(folder: Path) -> Sources:
    """Reads `sources.toml`: origins, awaited tables and servers.

    Raises:
        DataError: if the file is missing or invalid.
    """
    path = folder / "sources.toml"
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{path.name} cannot be used ({error}): correct the file.") from error
    for key in content.keys() - {"table", "awaited", "api"}:
        raise DataError(f"{path.name}: the key '{key}' is unknown: every block is a [table.NAME].")
    return Sources(
        origins=_parse_blocks(content, "table", "table", Origin),
        awaited=_parse_blocks(content, "awaited", "table", AwaitedTable),
        apis=_parse_blocks(content, "api", "name", Api),
    )


def _parse_blocks(content: dict[str, object], kind: str, name_field: str, model: type[T]) -> dict[str, T]:
    blocks = content.get(kind, {})
    if not isinstance(blocks, dict):
        raise DataError(f"sources.toml: {kind} is {format_value(blocks)}: write a block [{kind}.NAME] for each {kind}.")
    return {name: _parse_block(kind, name, block, name_field, model) for name, block in blocks.items()}


def _parse_block(kind: str, name: str, block: object, name_field: str, model: type[T]) -> T:
    if not isinstance(block, dict):
        raise DataError(f"sources.toml: {kind}.{name} is {format_value(block)}: write a block [{kind}.{name}].")
    try:
        return model.model_validate({**block, name_field: name})
    except ValidationError as error:
        raise DataError(
            f"sources.toml, {kind}.{name}: {describe_first_fault(error, lambda _: model.model_fields)}"
        ) from error


def file_sha256(path: Path) -> str:
    """Returns the SHA-256 hash of a file in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def update_origin(text: str, table: str, sha256: str, period: str | None, retrieved: date, remark: str = "") -> str:
    """Returns `sources.toml` with an updated origin of a table; the block of an awaited table becomes an origin.

    Args:
        text: contents of the file.
        table: name of the table.
        sha256: hash of the new table file.
        period: its first and last year or month; unchanged if None.
        retrieved: date of retrieval.
        remark: text to append to the note; empty for none.

    Returns:
        The new contents of the file.

    Raises:
        DataError: if the file has neither an origin nor an awaited table of this name.
    """
    name = re.escape(f'"{table}"' if "/" in table else table)
    origin, awaited = (re.search(rf"^\[({kind})\.{name}\]$", text, re.MULTILINE) for kind in ("table", "awaited"))
    if origin and awaited and not remark:  # the producer's own table replaces an imported one
        without = (text[: origin.start()] + text[_find_block_end(text, origin) :]).rstrip("\n") + "\n"
        return update_origin(without, table, sha256, period, retrieved)
    found = origin or awaited
    if not found:
        raise DataError(f"sources.toml has no block [table.{table}]: add it before the table is written.")
    end = _find_block_end(text, found)
    block, rest = text[found.start() : end], text[end:]
    values = {"retrieved": str(retrieved), "sha256": f'"{sha256}"'}
    if period:
        values["period"] = f'"{period}"'
    if found[1] == "awaited":
        block = block.replace("[awaited.", "[table.", 1)
        values = {"period": f'"{period or retrieved.year}"', **values}
        rest = re.sub(rf"^\[\[awaited\.{name}\.", f"[[table.{table}.", rest, flags=re.MULTILINE)
    return text[: found.start()] + _append_to_note(_set_values(block, values), remark) + rest


def add_origin(text: str, table: str, producer: str, sha256: str, period: str | None, retrieved: date) -> str:
    """Returns `sources.toml` with an origin for an imported table that has none.

    Args:
        text: contents of the file.
        table: name of the table.
        producer: the producer of the figures.
        sha256: hash of the table file.
        period: its first and last year or month.
        retrieved: date of the import.
    """
    quoted = _quote(producer)
    block = (
        f"[table.{table}]\nproducer = {quoted}\ntitle = {_quote(table.replace('_', ' '))}\n"
        f'url = ""\nlicence = "not stated"\nperiod = "{period or retrieved.year}"\nretrieved = {retrieved}\n'
        f'sha256 = "{sha256}"\nstatus = "estimate"\n'
        f"citation = {{ fi = {quoted}, en = {quoted}, sv = {quoted} }}\n"
        'note = "Imported; licence and address are to be filled in."\n'
        'not_refreshable = "Imported from a user\'s file."\n'
    )
    return text.rstrip("\n") + "\n\n" + block


def _find_block_end(text: str, header: re.Match[str]) -> int:
    """Returns the position of the next TOML header, or the end of the text."""
    following = re.compile(r"^\[", re.MULTILINE).search(text, header.end())
    return following.start() if following else len(text)


def _append_to_note(block: str, remark: str) -> str:
    """Appends a remark to the note of a block."""
    if not remark:
        return block
    lines = block.splitlines()
    escaped = _quote(remark)[1:-1]
    notes = [number for number, line in enumerate(lines) if line.startswith('note = "') and line.endswith('"')]
    if notes:
        lines[notes[0]] = f'{lines[notes[0]][:-1]} {escaped}"'
    else:
        lines.insert(1, f'note = "{escaped}"')
    return "\n".join(lines) + ("\n" if block.endswith("\n") else "")


def _quote(words: str) -> str:
    """Formats words as a TOML string."""
    return '"' + " ".join(words.split()).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _set_values(block: str, values: Mapping[str, str]) -> str:
    """Sets values in a block; a missing key is inserted after the licence."""
    lines = block.splitlines()
    for key, value in values.items():
        existing = [number for number, line in enumerate(lines) if line.startswith(f"{key} = ")]
        if existing:
            lines[existing[0]] = f"{key} = {value}"
        else:
            licence = [number for number, line in enumerate(lines) if line.startswith("licence = ")]
            lines.insert(licence[0] + 1 if licence else 1, f"{key} = {value}")
    return "\n".join(lines) + ("\n" if block.endswith("\n") else "")
