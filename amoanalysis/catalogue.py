"""Origins of the tables, as declared in `sources.toml`: producer, licence, period, hash, status."""

import hashlib
import tomllib
from datetime import date
from pathlib import Path
from typing import Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from amoanalysis.errors import DataError, first_fault, shown
from amoanalysis.queries import Api, Query

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
    sha256: str
    status: Status
    citation: dict[str, str]
    note: str = ""
    fetch: tuple[Query, ...] = ()
    not_refreshable: str = ""
    closed: bool = False

    def cited(self, lang: str) -> str:
        """The source line in a language, else the English one."""
        return self.citation.get(lang) or self.citation["en"]

    @model_validator(mode="after")
    def _can_be_cited(self) -> Self:
        if not self.citation.get("en"):
            raise ValueError("its citation has no English line: add en")
        if self.fetch and self.not_refreshable:
            raise ValueError("it has both fetch and not_refreshable: keep one")
        return self


class Awaited(BaseModel):
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
    awaited: dict[str, Awaited]
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
        awaited=_read(content, "awaited", "table", Awaited),
        apis=_read(content, "api", "name", Api),
    )


def _read(content: dict[str, object], kind: str, named: str, model: type[T]) -> dict[str, T]:
    blocks = content.get(kind, {})
    if not isinstance(blocks, dict):
        raise DataError(f"sources.toml: {kind} is {shown(blocks)}: write a block [{kind}.NAME] for each {kind}.")
    return {name: _block(kind, name, block, named, model) for name, block in blocks.items()}


def _block(kind: str, name: str, block: object, named: str, model: type[T]) -> T:
    if not isinstance(block, dict):
        raise DataError(f"sources.toml: {kind}.{name} is {shown(block)}: write a block [{kind}.{name}].")
    try:
        return model.model_validate({**block, named: name})
    except ValidationError as error:
        raise DataError(f"sources.toml, {kind}.{name}: {first_fault(error, lambda _: model.model_fields)}") from error


def sha256(path: Path) -> str:
    """Hash of a file, as `sources.toml` keeps it."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
