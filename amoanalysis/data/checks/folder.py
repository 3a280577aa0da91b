"""How old a table is, and whether something newer ought to be there."""

import re
import shutil
from collections.abc import Callable, Iterator
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
# Months after the end of its period in which a newer release of a table is to be expected.
EXPECTED = {"month": 4, "year": 24}


def last_day_of_period(period: str) -> date | None:
    """The end of a period as origins write it: 1972-2022, 2006-01/2023-10, 2014; None where it names no time."""
    last = period.rpartition("/")[2].strip()
    if month := MONTH.fullmatch(last):
        year, number = int(month[1]), int(month[2])
        return date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1)
    if years := YEARS.fullmatch(last):
        return date(int(years[1] or last), 12, 31)
    return None


def months_since_period(period: str, today: date) -> int | None:
    """Whole months since the end of a period; none before it."""
    end = last_day_of_period(period)
    if end is None:
        return None
    return max(0, (today.year - end.year) * 12 + today.month - end.month)


def is_stale(origin: Origin, today: date) -> bool:
    """Whether a newer release than the table is to be expected; never of what is closed."""
    age = months_since_period(origin.period, today)
    step = "month" if MONTH.fullmatch(origin.period.rpartition("/")[2]) else "year"
    return age is not None and not origin.closed and age > EXPECTED[step]


def format_age(months: int | None) -> str:
    """An age for a narrow column: 3 y 10 m."""
    if months is None:
        return ""
    years, rest = divmod(months, 12)
    return " ".join(f"{number} {unit}" for number, unit in ((years, "y"), (rest, "m")) if number) or "new"


CHECKS = (*POPULATION_CHECKS, *LABOUR_MARKET_CHECKS, *ECONOMY_CHECKS)
FOLDERS = {"tables": ".csv", "concordances": ".csv", "geo": ".geojson"}


def check_folder(data: Data) -> list[Finding]:
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
    found = [finding for account in CHECKS if set(account.needs) <= usable for finding in account.run(data)]
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
        if name in origins and name not in skipped and (now := file_sha256(path)) != origins[name].sha256:
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
