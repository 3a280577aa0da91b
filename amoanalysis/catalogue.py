"""Origins of the tables, as declared in `sources.toml`: producer, licence, period, hash, status."""

import hashlib
import tomllib
from datetime import date
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from amoanalysis.errors import DataError, first_fault, shown

Status = Literal["official", "estimate", "assumption"]


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

    def cited(self, lang: str) -> str:
        """The source line in a language, else the English one."""
        return self.citation.get(lang) or self.citation["en"]

    @model_validator(mode="after")
    def _can_be_cited(self) -> Self:
        if not self.citation.get("en"):
            raise ValueError("its citation has no English line: add en")
        return self


def load_origins(folder: Path) -> dict[str, Origin]:
    """Reads `sources.toml`.

    Returns:
        The origins by name of table.

    Raises:
        DataError: if the file is absent, broken, or an entry of it is wrong.
    """
    path = folder / "sources.toml"
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{path.name} cannot be used ({error}): mend the file.") from error
    for key in content.keys() - {"table"}:
        raise DataError(f"{path.name}: the key '{key}' is unknown: every block is a [table.NAME].")
    blocks = content.get("table", {})
    if not isinstance(blocks, dict):
        raise DataError(f"{path.name}: table is {shown(blocks)}: write a block [table.NAME] for each table.")
    return {name: _origin(name, block) for name, block in blocks.items()}


def _origin(name: str, block: object) -> Origin:
    if not isinstance(block, dict):
        raise DataError(f"sources.toml: table.{name} is {shown(block)}: write a block [table.{name}].")
    try:
        return Origin.model_validate({**block, "table": name})
    except ValidationError as error:
        raise DataError(f"sources.toml, table.{name}: {first_fault(error, lambda _: Origin.model_fields)}") from error


def sha256(path: Path) -> str:
    """Hash of a file, as `sources.toml` keeps it."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
