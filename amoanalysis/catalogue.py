"""Origins of the tables, as declared in `sources.toml`: producer, licence, period, hash, status."""

import hashlib
import tomllib
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from amoanalysis.errors import DataError

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


def load_origins(folder: Path) -> dict[str, Origin]:
    """Reads `sources.toml`.

    Returns:
        The origins by name of table.

    Raises:
        DataError: if the file is absent, broken, or an entry of it is wrong.
    """
    path = folder / "sources.toml"
    try:
        blocks = tomllib.loads(path.read_text(encoding="utf-8")).get("table", {})
        return {name: Origin(table=name, **block) for name, block in blocks.items()}
    except (OSError, TypeError, AttributeError, tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        raise DataError(f"sources.toml cannot be used ({' '.join(str(error).split())}): mend the file.") from error


def sha256(path: Path) -> str:
    """Hash of a file, as `sources.toml` keeps it."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
