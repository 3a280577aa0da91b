"""Queries to the producers' databases, as `sources.toml` declares them: what is asked, in the words of the labels."""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from amoanalysis.errors import DataError, describe_first_fault, format_value

# Kinds of values that a variable may be asked for; anything else is a pattern that labels must match.
GROUPS = ("all", "total", "region", "municipalities", "province", "country")


class Api(BaseModel):
    """A PxWeb server.

    Attributes:
        name: our name of it.
        producer: who runs it.
        url: where the API begins, without the language.
        version: 1 or 2, the generation of the API.
        lang: language of the labels asked for.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    producer: str
    url: str
    version: Literal[1, 2]
    lang: Literal["fi", "sv", "en"]


class Variable(BaseModel):
    """One variable of a query, found by its label and never by its code or its place.

    Attributes:
        role: what it is to us: area, to, from, year, month, sex, age, education, commuting, occupation, industry or
            contents.
        label: pattern that the producer's label has to match as a whole, whatever its case; a date behind it may
            stay (`Alue 1.1.2026`).
        take: which values: groups of GROUPS and patterns of labels; for contents, our name and the pattern of each.
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
                raise ValueError(f"'{pattern}' is no pattern ({error})") from error
        return self


class Query(BaseModel):
    """A query whose answer makes a table of ours, or a part of it.

    Attributes:
        api: name of the server, a block [api.NAME].
        paths: folders of the database where the table may lie, the likeliest first (StatFin/vaerak); none in an API of
            the second generation, which knows no folders.
        ids: names that the table has had, without `.px`; a long name ends in the short one (statfin_vaerak_pxt_11re).
        title: pattern of the table's title, by which it is found where no id is known any more.
        variables: what is asked of each variable; one that is not named is asked for its total.
        cleaner: which cleaner makes our rows of the answer; the name of the table where not given.
        constants: columns that every row of the answer has in common.
        replaces: columns whose values say which rows of the table the answer takes the place of; all rows where none.
        optional: whether the table may be absent at the producer's.
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
    """Where a table comes from, and on what terms it may be used.

    Attributes:
        table: name of the table, without `.csv`.
        producer: who publishes the figures.
        title: the publication or database table, in the producer's words.
        table_id: the producer's id of the database table, where there is one.
        url: where a reader finds it.
        licence: terms of use.
        period: first and last year or month held.
        published: date of the release, where known.
        retrieved: when the figures were taken.
        sha256: hash of the file in `tables/`.
        status: official statistics, somebody's estimate, or an assumption.
        citation: the line for a chart's footer, by language.
        note: what a user should mind.
        fetch: queries that bring the table anew from an open API; none where there is no way.
        not_refreshable: why there is no way.
        closed: whether nothing newer can come: a study, a survey of one year, a classification.
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
    file_sha256: str
    status: Status
    citation: dict[str, str]
    note: str = ""
    fetch: tuple[Query, ...] = ()
    not_refreshable: str = ""
    closed: bool = False

    def citation_in(self, lang: str) -> str:
        """The source line in a language, else the English one."""
        return self.citation.get(lang) or self.citation["en"]

    @model_validator(mode="after")
    def _can_be_cited(self) -> Self:
        if not self.citation.get("en"):
            raise ValueError("its citation has no English line: add en")
        if self.fetch and self.not_refreshable:
            raise ValueError("it has both fetch and not_refreshable: keep one")
        return self


class AwaitedTable(BaseModel):
    """A table that the library knows and no file holds yet; the first refresh that brings it makes it an origin.

    Attributes: as those of `Origin`.
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
    """All that `sources.toml` declares.

    Attributes:
        origins: where each table comes from, by its name.
        awaited: tables that a refresh may bring, by name.
        apis: servers that queries name.
    """

    model_config = ConfigDict(frozen=True)

    origins: dict[str, Origin]
    awaited: dict[str, AwaitedTable]
    apis: dict[str, Api]


def load_origins(folder: Path) -> dict[str, Origin]:
    """Reads the origins of `sources.toml`.

    Returns:
        The origins by name of table.

    Raises:
        DataError: if the file is absent, broken, or an entry of it is wrong.
    """
    return load_sources(folder).origins


def load_sources(folder: Path) -> Sources:
    """Reads `sources.toml`: origins, awaited tables and servers.

    Raises:
        DataError: if the file is absent, broken, or an entry of it is wrong.
    """
    path = folder / "sources.toml"
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{path.name} cannot be used ({error}): mend the file.") from error
    for key in content.keys() - {"table", "awaited", "api"}:
        raise DataError(f"{path.name}: the key '{key}' is unknown: every block is a [table.NAME].")
    return Sources(
        origins=_read(content, "table", "table", Origin),
        awaited=_read(content, "awaited", "table", AwaitedTable),
        apis=_read(content, "api", "name", Api),
    )


def _read(content: dict[str, object], kind: str, named: str, model: type[T]) -> dict[str, T]:
    blocks = content.get(kind, {})
    if not isinstance(blocks, dict):
        raise DataError(f"sources.toml: {kind} is {format_value(blocks)}: write a block [{kind}.NAME] for each {kind}.")
    return {name: _block(kind, name, block, named, model) for name, block in blocks.items()}


def _block(kind: str, name: str, block: object, named: str, model: type[T]) -> T:
    if not isinstance(block, dict):
        raise DataError(f"sources.toml: {kind}.{name} is {format_value(block)}: write a block [{kind}.{name}].")
    try:
        return model.model_validate({**block, named: name})
    except ValidationError as error:
        raise DataError(
            f"sources.toml, {kind}.{name}: {describe_first_fault(error, lambda _: model.model_fields)}"
        ) from error


def file_sha256(path: Path) -> str:
    """Hash of a file, as `sources.toml` keeps it."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def update_origin(text: str, table: str, sha256: str, period: str | None, retrieved: date, remark: str = "") -> str:
    """The file with the origin of a table brought up to date; an awaited table becomes an origin.

    Args:
        text: the file.
        table: name of the table.
        sha256: hash of its new file.
        period: its first and last time; as it was where None.
        retrieved: the day.
        remark: what is to be added to the note; nothing where empty.

    Returns:
        The file anew.

    Raises:
        DataError: if there is neither an origin nor an awaited table of the name.
    """
    name = re.escape(f'"{table}"' if "/" in table else table)
    own, awaited = (re.search(rf"^\[({kind})\.{name}\]$", text, re.MULTILINE) for kind in ("table", "awaited"))
    if own and awaited and not remark:  # the producer's own table takes the place of an imported one
        return update_origin(_without(text, own), table, file_sha256, period, retrieved)
    found = own or awaited
    if not found:
        raise DataError(f"sources.toml has no block [table.{table}]: add one before the table is brought.")
    end = re.compile(r"^\[", re.MULTILINE).search(text, found.end())
    stop = end.start() if end else len(text)
    block = text[found.start() : stop]
    lines = {"retrieved": str(retrieved), "sha256": f'"{file_sha256}"', **({"period": f'"{period}"'} if period else {})}
    after = text[stop:]
    if found[1] == "awaited":
        block = block.replace("[awaited.", "[table.", 1)
        lines = {"period": f'"{period or retrieved.year}"', **lines}
        after = re.sub(rf"^\[\[awaited\.{name}\.", f"[[table.{table}.", after, flags=re.MULTILINE)
    return text[: found.start()] + _noted(_set(block, lines), remark) + after


def add_origin(text: str, table: str, producer: str, sha256: str, period: str | None, retrieved: date) -> str:
    """The file with an origin for a table of one's own, which had none.

    Args:
        text: the file.
        table: name of the table.
        producer: whose figures they are.
        sha256: hash of the file of the table.
        period: its first and last time.
        retrieved: the day.
    """
    named = _quoted(producer)
    block = (
        f"[table.{table}]\nproducer = {named}\ntitle = {_quoted(table.replace('_', ' '))}\n"
        f'url = ""\nlicence = "not stated"\nperiod = "{period or retrieved.year}"\nretrieved = {retrieved}\n'
        f'sha256 = "{file_sha256}"\nstatus = "estimate"\n'
        f"citation = {{ fi = {named}, en = {named}, sv = {named} }}\n"
        'note = "Imported; licence and address are to be filled in."\n'
        'not_refreshable = "Imported from a file of one\'s own."\n'
    )
    return text.rstrip("\n") + "\n\n" + block


def _without(text: str, opening: re.Match[str]) -> str:
    """The file without the block that opens there."""
    end = re.compile(r"^\[", re.MULTILINE).search(text, opening.end())
    return (text[: opening.start()] + (text[end.start() :] if end else "")).rstrip("\n") + "\n"


def _noted(block: str, remark: str) -> str:
    """A block with a remark at the end of its note."""
    if not remark:
        return block
    lines = block.splitlines()
    clean = _quoted(remark)[1:-1]
    there = [number for number, line in enumerate(lines) if line.startswith('note = "') and line.endswith('"')]
    if there:
        lines[there[0]] = f'{lines[there[0]][:-1]} {clean}"'
    else:
        lines.insert(1, f'note = "{clean}"')
    return "\n".join(lines) + ("\n" if block.endswith("\n") else "")


def _quoted(words: str) -> str:
    """Words as a TOML string."""
    return '"' + " ".join(words.split()).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _set(block: str, lines: Mapping[str, str]) -> str:
    """A block with some of its values set; those it lacks stand behind the licence."""
    written = block.splitlines()
    for key, value in lines.items():
        there = [number for number, line in enumerate(written) if line.startswith(f"{key} = ")]
        if there:
            written[there[0]] = f"{key} = {value}"
        else:
            licence = [number for number, line in enumerate(written) if line.startswith("licence = ")]
            written.insert(licence[0] + 1 if licence else 1, f"{key} = {value}")
    return "\n".join(written) + ("\n" if block.endswith("\n") else "")
