"""Checks of a data folder: origins, schemas, hashes and accounts; and the age of its tables."""

import re
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from amoanalysis.config.origins import Origin, file_sha256
from amoanalysis.data.checks.economy import ECONOMY_CHECKS
from amoanalysis.data.checks.labour_market import LABOUR_MARKET_CHECKS
from amoanalysis.data.checks.population import POPULATION_CHECKS
from amoanalysis.data.checks.result import Finding
from amoanalysis.data.load import Data
from amoanalysis.data.schemas import SCHEMAS
from amoanalysis.errors import DataError

MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
YEARS = re.compile(r"\d{4}(?:-(\d{4}))?")
# Months after the end of the period within which a newer release is expected.
EXPECTED = {"month": 4, "year": 24}


def last_day_of_period(period: str) -> date | None:
    """Returns the last day of a period (1972-2022, 2006-01/2023-10, 2014); None if it has no time."""
    last = period.rpartition("/")[2].strip()
    if month := MONTH.fullmatch(last):
        year, number = int(month[1]), int(month[2])
        return date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1)
    if years := YEARS.fullmatch(last):
        return date(int(years[1] or last), 12, 31)
    return None


def months_since_period(period: str, today: date) -> int | None:
    """Returns the whole months since the end of a period, at least 0; None if the period has no time."""
    end = last_day_of_period(period)
    if end is None:
        return None
    return max(0, (today.year - end.year) * 12 + today.month - end.month)


def is_stale(origin: Origin, today: date) -> bool:
    """Whether a newer release is expected; closed tables are never stale."""
    age = months_since_period(origin.period, today)
    step = "month" if MONTH.fullmatch(origin.period.rpartition("/")[2]) else "year"
    return age is not None and not origin.closed and age > EXPECTED[step]


def format_age(months: int | None) -> str:
    """Formats an age in months: 3 y 10 m."""
    if months is None:
        return ""
    years, rest = divmod(months, 12)
    return " ".join(f"{number} {unit}" for number, unit in ((years, "y"), (rest, "m")) if number) or "new"


CHECKS = (*POPULATION_CHECKS, *LABOUR_MARKET_CHECKS, *ECONOMY_CHECKS)
FOLDERS = {"tables": ".csv", "concordances": ".csv", "geo": ".geojson"}


def check_folder(data: Data) -> list[Finding]:
    """Checks a data folder.

    Each file is first read, then compared with the hash of its origin, then checked against other tables. If one step
    fails, the later steps are skipped.

    Args:
        data: the folder.

    Returns:
        Errors first, then notes on published figures that do not add up; empty if nothing is found.
    """
    errors: list[Finding] = []
    origins = _load_origins(data, errors)
    files = _list_files(data.folder)
    if origins is not None:
        errors += _match_origins(files, origins)
    broken = {finding.table for finding in errors if finding.table in files}
    unreadable = _read_all(data, files)
    changed = _compare_hashes(files, origins or {}, broken | {finding.table for finding in unreadable})
    errors += [*unreadable, *changed]
    usable = {name for name in SCHEMAS if name in files} - {finding.table for finding in (*unreadable, *changed)}
    found = [finding for check in CHECKS if set(check.needs) <= usable for finding in check.run(data)]
    notes = [*_find_missing(files), *(finding for finding in found if finding.level == "note")]
    return [*errors, *(finding for finding in found if finding.level == "error"), *notes]


def copy_folder(folder: Path, target: Path) -> Path:
    """Copies a data folder without hidden files, for a trial.

    Returns:
        The target.
    """
    return Path(shutil.copytree(folder, target, ignore=shutil.ignore_patterns(".*")))


def _load_origins(data: Data, errors: list[Finding]) -> dict[str, Origin] | None:
    try:
        return data.origins
    except DataError as error:
        errors.append(Finding("error", "sources.toml", str(error)))
        return None


def _list_files(folder: Path) -> dict[str, Path]:
    """Lists the data files by the name of their origin: a table by its name, others as `folder/name`."""
    found = {}
    for place, ending in FOLDERS.items():
        for path in sorted((folder / place).glob(f"*{ending}")):
            found[path.stem if place == "tables" else f"{place}/{path.stem}"] = path
    return found


def _file_name(name: str) -> str:
    place, _, stem = name.rpartition("/")
    place = place or "tables"
    return f"{place}/{stem}{FOLDERS.get(place, '')}"


def _match_origins(files: dict[str, Path], origins: dict[str, Origin]) -> Iterator[Finding]:
    for name in files:
        if name not in origins and ("/" in name or name in SCHEMAS):
            yield Finding(
                "error", name, f"{_file_name(name)} has no origin: add [table.{_toml_key(name)}] to sources.toml."
            )
    for name in origins:
        if name not in files:
            yield Finding(
                "error",
                name,
                f"sources.toml has an origin [table.{_toml_key(name)}] but {_file_name(name)} is not there: "
                "restore the file or remove the origin.",
            )


def _toml_key(name: str) -> str:
    return f'"{name}"' if "/" in name else name


def _read_all(data: Data, files: dict[str, Path]) -> list[Finding]:
    """Reads every file; returns the errors."""
    read = {"tables": data.table, "concordances": data.concordance, "geo": data.geometry}
    found = []
    for name, path in files.items():
        if path.parent.name == "tables" and name not in SCHEMAS:
            message = f"{_file_name(name)} is not a table of the library: remove the file."
            found.append(Finding("error", name, message))
            continue
        try:
            read[path.parent.name](path.stem)
        except DataError as error:
            found.append(Finding("error", name, str(error)))
    return found


def _compare_hashes(files: dict[str, Path], origins: dict[str, Origin], skipped: set[str]) -> list[Finding]:
    found = []
    for name, path in files.items():
        if name in origins and name not in skipped and (now := file_sha256(path)) != origins[name].sha256:
            found.append(
                Finding(
                    "error",
                    name,
                    f"{_file_name(name)} does not have the hash of its origin: restore it, or set sha256 of "
                    f'[table.{_toml_key(name)}] in sources.toml to "{now}".',
                )
            )
    return found


def _find_missing(files: dict[str, Path]) -> Iterator[Finding]:
    for name, schema in SCHEMAS.items():
        if name not in files and not schema.by_user:
            yield Finding("note", name, f"tables/{name}.csv is not in this folder.")
