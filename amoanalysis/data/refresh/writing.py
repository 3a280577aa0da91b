"""Writing new tables with their origins and the dictionary, all or nothing, and taking a change back."""

import hashlib
import tempfile
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd

from amoanalysis.config.origins import add_origin, update_origin
from amoanalysis.data.checks.folder import CHECKS, copy_folder
from amoanalysis.data.checks.result import Finding
from amoanalysis.data.dictionary import dictionary
from amoanalysis.data.load import Data, table_period, table_to_csv
from amoanalysis.data.refresh.revisions import Revision, compare_tables
from amoanalysis.data.schemas import SCHEMAS
from amoanalysis.data.schemas.table_schema import validate
from amoanalysis.data.snapshots import HIDDEN, files_before_change, replace_files
from amoanalysis.data.sources.http import AnswerStore
from amoanalysis.errors import DataError

SOURCES, DICTIONARY = "sources.toml", "README.md"


def compare_with_folder(data: Data, tables: Mapping[str, pd.DataFrame]) -> list[Revision]:
    """What new tables change."""
    found = []
    for name, new in tables.items():
        old = data.table(name) if data.has(name) else None
        periods = ["" if table is None else table_period(table) or "" for table in (old, new)]
        found.append(compare_tables(old, new, SCHEMAS[name], periods))
    return found


def write_tables(
    data: Data, tables: Mapping[str, pd.DataFrame], reason: str, today: date | None = None, source: str = ""
) -> tuple[str, list[str]]:
    """Writes new tables, their hashes and periods, and the dictionary of the folder; all of it or nothing.

    Args:
        data: the folder.
        tables: new tables by name.
        reason: what brought them.
        today: the day written as that of retrieval.
        source: whose figures were imported; empty for a refresh.

    Returns:
        The moment under which the former files are kept, empty where nothing changed; and what no longer agrees between
        tables.

    Raises:
        DataError: if a new table breaks its schema or does not add up in itself.
        AmoError: if the folder cannot be written to.
    """
    files = changed_files(data, tables, today or datetime.now(UTC).date(), source)
    answers = AnswerStore(data.folder / HIDDEN / "answers")
    if not files:
        answers.discard()
        return "", []
    with tempfile.TemporaryDirectory() as place:
        trial = copy_folder(data.folder, Path(place) / "data")
        for name, content in files.items():
            (trial / name).write_bytes(content)
        notes = _proved(Data(trial), set(tables))
        if (data.folder / DICTIONARY).is_file():
            files[DICTIONARY] = dictionary(Data(trial)).encode()
    stamp = replace_files(data.folder, files, reason)
    answers.finish(stamp)
    return stamp, notes


def changed_files(data: Data, tables: Mapping[str, pd.DataFrame], today: date, source: str = "") -> dict[str, bytes]:
    """The files that new tables change: their own, and the origins; none where every byte stays."""
    files: dict[str, bytes] = {}
    text = (data.folder / SOURCES).read_text(encoding="utf-8")
    for name, table in tables.items():
        content = table_to_csv(validate(table, SCHEMAS[name], data.places), SCHEMAS[name])
        path = data.path(name)
        if not path.is_file() or path.read_bytes() != content:
            files[f"tables/{name}.csv"] = content
            digest = hashlib.sha256(content).hexdigest()
            text = _origin(data, text, name, (digest, table_period(table), today, source))
    if files:
        files[SOURCES] = text.encode()
    return files


def _origin(data: Data, text: str, name: str, known: tuple[str, str | None, date, str]) -> str:
    """`sources.toml` with the origin of a changed table; an imported table that has none gets one."""
    digest, period, today, source = known
    if source and name not in data.origins:
        return add_origin(text, name, source, digest, period, today)
    remark = f"Rows of {source} were imported on {today}." if source else ""
    return update_origin(text, name, digest, period, today, remark)


def restore_tables(data: Data, stamp: str | None = None) -> tuple[str, Iterable[str]]:
    """Takes back a change, and every later one; what is replaced by that is kept too.

    Returns:
        The moment of the change taken back, and the files that were restored.

    Raises:
        UserError: if there is no such change.
        AmoError: if the folder cannot be written to.
    """
    chosen, files = files_before_change(data.folder, stamp)
    replace_files(data.folder, files, f"restore to before {chosen}")
    return chosen, sorted(files)


def _proved(data: Data, changed: set[str]) -> list[str]:
    """Proofs over the new tables: what is wrong within one stops, what no longer agrees between some is told."""
    notes = []
    for account in CHECKS:
        if not changed & set(account.needs) or not all(data.has(name) for name in account.needs):
            continue
        errors = [finding for finding in account.run(data) if finding.level == "error"]
        if errors and len(account.needs) == 1:
            raise DataError(f"{_told(errors[0])}: nothing was changed; ask the producer, or leave this table out.")
        notes += [_told(finding) for finding in errors]
    return notes


def _told(finding: Finding) -> str:
    return f"{finding.table}: {finding.message}"
