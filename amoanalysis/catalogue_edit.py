"""`sources.toml` with the hash, period and day of a table written anew; every other line stays as it is."""

import re
from collections.abc import Mapping
from datetime import date

from amoanalysis.errors import DataError


def recorded(text: str, table: str, sha256: str, period: str | None, retrieved: date, remark: str = "") -> str:
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
        return recorded(_without(text, own), table, sha256, period, retrieved)
    found = own or awaited
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
    return text[: found.start()] + _noted(_set(block, lines), remark) + after


def added(text: str, table: str, producer: str, sha256: str, period: str | None, retrieved: date) -> str:
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
        f'sha256 = "{sha256}"\nstatus = "estimate"\n'
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
