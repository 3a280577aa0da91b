"""Proving a data folder: files, origins, hashes, schemas, and the accounting that the figures allow."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from amoanalysis.catalogue import Origin, sha256
from amoanalysis.errors import DataError
from amoanalysis.tables.accounts_economy import ECONOMY_ACCOUNTS
from amoanalysis.tables.accounts_people import PEOPLE_ACCOUNTS
from amoanalysis.tables.accounts_work import WORK_ACCOUNTS
from amoanalysis.tables.declared import SCHEMAS
from amoanalysis.tables.findings import Finding
from amoanalysis.tables.load import Data

ACCOUNTS = (*PEOPLE_ACCOUNTS, *WORK_ACCOUNTS, *ECONOMY_ACCOUNTS)
FOLDERS = {"tables": ".csv", "concordances": ".csv", "geo": ".geojson"}


def check(data: Data) -> list[Finding]:
    """Everything that is broken in a data folder, and everything that does not add up in what was published.

    A file is asked one question at a time: whether it can be read, then whether it is the file its origin was
    recorded for, then whether its figures add up; a later question is not asked where an earlier one failed.

    Args:
        data: the folder.

    Returns:
        Errors first, then notes; empty where all is well.
    """
    errors: list[Finding] = []
    origins = _origins(data, errors)
    files = _files(data.folder)
    if origins is not None:
        errors += _unmatched(files, origins)
    broken = {finding.table for finding in errors if finding.table in files}
    unreadable = _unreadable(data, files)
    changed = _changed(files, origins or {}, broken | {finding.table for finding in unreadable})
    errors += [*unreadable, *changed]
    usable = {name for name in SCHEMAS if name in files} - {finding.table for finding in (*unreadable, *changed)}
    found = [finding for account in ACCOUNTS if set(account.needs) <= usable for finding in account.prove(data)]
    notes = [*_absent(files), *(finding for finding in found if finding.level == "note")]
    return [*errors, *(finding for finding in found if finding.level == "error"), *notes]


def copy_folder(folder: Path, target: Path) -> Path:
    """A copy of the files of a data folder, for a trial; what the library keeps beside them stays behind.

    Returns:
        The target.
    """
    return Path(shutil.copytree(folder, target, ignore=shutil.ignore_patterns(".*")))


def _origins(data: Data, errors: list[Finding]) -> dict[str, Origin] | None:
    try:
        return data.origins
    except DataError as error:
        errors.append(Finding("error", "sources.toml", str(error)))
        return None


def _files(folder: Path) -> dict[str, Path]:
    """The data files by the name their origin has: a table by its own, others with their folder before it."""
    found = {}
    for place, ending in FOLDERS.items():
        for path in sorted((folder / place).glob(f"*{ending}")):
            found[path.stem if place == "tables" else f"{place}/{path.stem}"] = path
    return found


def _shown(name: str) -> str:
    place, _, stem = name.rpartition("/")
    place = place or "tables"
    return f"{place}/{stem}{FOLDERS.get(place, '')}"


def _unmatched(files: dict[str, Path], origins: dict[str, Origin]) -> Iterator[Finding]:
    for name in files:
        if name not in origins and ("/" in name or name in SCHEMAS):
            yield Finding("error", name, f"{_shown(name)} has no origin: add [table.{_quoted(name)}] to sources.toml.")
    for name in origins:
        if name not in files:
            yield Finding(
                "error",
                name,
                f"sources.toml has an origin [table.{_quoted(name)}] but {_shown(name)} is not there: "
                "restore the file or take the origin out.",
            )


def _quoted(name: str) -> str:
    return f'"{name}"' if "/" in name else name


def _unreadable(data: Data, files: dict[str, Path]) -> list[Finding]:
    found = []
    for name, path in files.items():
        if path.parent.name == "tables" and name not in SCHEMAS:
            found.append(Finding("error", name, f"{_shown(name)} is no table of the library: take the file out."))
            continue
        try:
            _reader(data, path)(path.stem)
        except DataError as error:
            found.append(Finding("error", name, str(error)))
    return found


def _reader(data: Data, path: Path) -> Callable[[str], object]:
    return {"tables": data.table, "concordances": data.concordance, "geo": data.geometry}[path.parent.name]


def _changed(files: dict[str, Path], origins: dict[str, Origin], skipped: set[str]) -> list[Finding]:
    found = []
    for name, path in files.items():
        if name in origins and name not in skipped and (now := sha256(path)) != origins[name].sha256:
            found.append(
                Finding(
                    "error",
                    name,
                    f"{_shown(name)} is not the file its origin was recorded for: restore it, or set sha256 of "
                    f'[table.{_quoted(name)}] in sources.toml to "{now}".',
                )
            )
    return found


def _absent(files: dict[str, Path]) -> Iterator[Finding]:
    for name, schema in SCHEMAS.items():
        if name not in files and not schema.by_user:
            yield Finding("note", name, f"tables/{name}.csv is not in this folder: what needs it says so.")
