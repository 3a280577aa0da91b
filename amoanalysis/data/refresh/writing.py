"""Writing new tables with their origins and the data dictionary, all or nothing, and restoring the former files."""

import hashlib
import tempfile
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd

from amoanalysis.config.origins import add_origin, update_origin
from amoanalysis.data.checks.folder import CHECKS, copy_folder
from amoanalysis.data.dictionary import make_dictionary
from amoanalysis.data.load import Data, table_period, table_to_csv
from amoanalysis.data.refresh.revisions import Revision, compare_tables
from amoanalysis.data.schemas import SCHEMAS
from amoanalysis.data.schemas.table_schema import validate
from amoanalysis.data.snapshots import HIDDEN, files_before_change, replace_files
from amoanalysis.data.sources.http import AnswerStore
from amoanalysis.errors import DataError

SOURCES, DICTIONARY = "sources.toml", "README.md"


def compare_with_folder(data: Data, tables: Mapping[str, pd.DataFrame]) -> list[Revision]:
    """Compares new tables with those of the folder."""
    found = []
    for name, new in tables.items():
        old = data.table(name) if data.has(name) else None
        periods = ["" if table is None else table_period(table) or "" for table in (old, new)]
        found.append(compare_tables(old, new, SCHEMAS[name], periods))
    return found


def write_tables(
    data: Data, tables: Mapping[str, pd.DataFrame], reason: str, today: date | None = None, source: str = ""
) -> tuple[str, list[str]]:
    """Writes new tables, their origins and the data dictionary of the folder, all or nothing.

    Args:
        data: the data folder.
        tables: new tables by name.
        reason: cause of the change.
        today: date of retrieval.
        source: producer of imported figures; empty for a refresh.

    Returns:
        The time under which the former files are kept (empty if nothing changed), and messages on tables that no
        longer agree with each other.

    Raises:
        DataError: if a new table violates its schema or its totals do not add up.
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
        notes = _check_changed(Data(trial), set(tables))
        if (data.folder / DICTIONARY).is_file():
            files[DICTIONARY] = make_dictionary(Data(trial)).encode()
    stamp = replace_files(data.folder, files, reason)
    answers.archive(stamp)
    return stamp, notes


def changed_files(data: Data, tables: Mapping[str, pd.DataFrame], today: date, source: str = "") -> dict[str, bytes]:
    """Returns the files that change: tables and `sources.toml`; empty if all tables are the same."""
    files: dict[str, bytes] = {}
    text = (data.folder / SOURCES).read_text(encoding="utf-8")
    for name, table in tables.items():
        content = table_to_csv(validate(table, SCHEMAS[name], data.places), SCHEMAS[name])
        path = data.path(name)
        if not path.is_file() or path.read_bytes() != content:
            files[f"tables/{name}.csv"] = content
            origin = (hashlib.sha256(content).hexdigest(), table_period(table), today)
            if source and name not in data.origins:
                text = add_origin(text, name, source, *origin)
            else:
                remark = f"Rows of {source} were imported on {today}." if source else ""
                text = update_origin(text, name, *origin, remark)
    if files:
        files[SOURCES] = text.encode()
    return files


def restore_tables(data: Data, stamp: str | None = None) -> tuple[str, Iterable[str]]:
    """Undoes a change and all later changes; the files that this replaces are kept too.

    Returns:
        The time of the change, and the names of the restored files.

    Raises:
        UserError: if there is no such change.
        AmoError: if the folder cannot be written to.
    """
    chosen, files = files_before_change(data.folder, stamp)
    replace_files(data.folder, files, f"restore to before {chosen}")
    return chosen, sorted(files)


def _check_changed(data: Data, changed: set[str]) -> list[str]:
    """Runs the checks that concern changed tables.

    An error within one table stops the writing; tables that no longer agree with each other give a message.
    """
    notes = []
    for check in CHECKS:
        if not changed & set(check.needs) or not all(data.has(name) for name in check.needs):
            continue
        errors = [f"{found.table}: {found.message}" for found in check.run(data) if found.level == "error"]
        if errors and len(check.needs) == 1:
            raise DataError(f"{errors[0]}: nothing was changed; ask the producer, or leave this table out.")
        notes += errors
    return notes
