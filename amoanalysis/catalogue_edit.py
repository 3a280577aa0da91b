"""`sources.toml` with the hash, period and day of a table written anew; every other line stays as it is."""

import re
from collections.abc import Mapping
from datetime import date

from amoanalysis.errors import DataError


def recorded(text: str, table: str, sha256: str, period: str | None, retrieved: date) -> str:
    """The file with the origin of a table brought up to date; an awaited table becomes an origin.

    Args:
        text: the file.
        table: name of the table.
        sha256: hash of its new file.
        period: its first and last time; as it was where None.
        retrieved: the day.

    Returns:
        The file anew.

    Raises:
        DataError: if there is neither an origin nor an awaited table of the name.
    """
    name = re.escape(f'"{table}"' if "/" in table else table)
    found = re.search(rf"^\[(table|awaited)\.{name}\]$", text, re.MULTILINE)
    if not found:
        raise DataError(f"sources.toml has no block [table.{table}]: add one before the table is brought.")
    end = re.compile(r"^\[", re.MULTILINE).search(text, found.end())
    stop = end.start() if end else len(text)
    block = text[found.start() : stop]
    lines = {"retrieved": str(retrieved), "sha256": f'"{sha256}"', **({"period": f'"{period}"'} if period else {})}
    after = text[stop:]
    if found[1] == "awaited":
        block = block.replace("[awaited.", "[table.", 1)
        lines = {"period": f'"{period or retrieved.year}"', **lines}
        after = re.sub(rf"^\[\[awaited\.{name}\.", f"[[table.{table}.", after, flags=re.MULTILINE)
    return text[: found.start()] + _set(block, lines) + after


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
