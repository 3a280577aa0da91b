"""Replacing several files of a data folder together, all or none, and undoing such changes.

New files are first written to `.refresh/`. Renaming that staging folder to `swap` commits the change: if the process
stops after that, opening the folder completes the change; if it stops before, nothing has changed. The replaced files
are kept under the time of the change.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from amoanalysis.errors import AmoError, UserError

HIDDEN = ".refresh"
JOURNAL = "journal.json"


@dataclass(frozen=True)
class Change:
    """A change of a data folder that can be undone.

    Attributes:
        stamp: time of the change, used as its name.
        reason: cause of the change.
        files: names of the replaced, added and deleted files.
    """

    stamp: str
    reason: str
    files: tuple[str, ...]


def replace_files(folder: Path, files: Mapping[str, bytes | None], reason: str) -> str:
    """Replaces files of a folder, all or none.

    Args:
        folder: the folder.
        files: new content by name relative to the folder; None deletes the file.
        reason: cause of the change, for `list_changes`.

    Returns:
        The time of the change, under which the replaced files are kept.

    Raises:
        AmoError: if the folder cannot be written to; nothing is changed then.
    """
    recover(folder)
    hidden = folder / HIDDEN
    try:
        hidden.mkdir(exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix="writing-", dir=hidden))
        for name, content in files.items():
            if (folder / name).is_file():
                (staging / "old" / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(folder / name, staging / "old" / name)
            if content is not None:
                (staging / "new" / name).parent.mkdir(parents=True, exist_ok=True)
                _write_synced(staging / "new" / name, content)
        stamp = _unused_stamp(hidden / "snapshots")
        deleted = sorted(name for name, content in files.items() if content is None)
        journal = {"stamp": stamp, "reason": reason, "files": sorted(files), "deleted": deleted}
        _write_synced(staging / JOURNAL, json.dumps(journal, indent=1).encode())
        os.replace(staging, hidden / "swap")
    except OSError as error:
        raise AmoError(
            f"Cannot write in '{folder}' ({error.strerror}): nothing was changed; free some space there."
        ) from error
    recover(folder)
    return stamp


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Locks a folder for one writer at a time, if the operating system supports it.

    Raises:
        UserError: if another process holds the lock.
    """
    (folder / HIDDEN).mkdir(exist_ok=True)
    with (folder / HIDDEN / "lock").open("w") as lock:
        try:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:
            pass  # an operating system without such locks
        except OSError as error:
            raise UserError(f"Another refresh or import is changing '{folder}': wait until it is done.") from error
        for abandoned in (folder / HIDDEN).glob("writing-*"):
            shutil.rmtree(abandoned, ignore_errors=True)
        yield


def recover(folder: Path) -> None:
    """Completes a committed change that was interrupted.

    Raises:
        AmoError: if the folder cannot be written to.
    """
    swap = folder / HIDDEN / "swap"
    if not swap.is_dir():
        return
    try:
        journal = json.loads((swap / JOURNAL).read_text(encoding="utf-8"))
        for name in journal["files"]:
            if (swap / "new" / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                os.replace(swap / "new" / name, folder / name)
        for name in journal.get("deleted", ()):
            (folder / name).unlink(missing_ok=True)
        target = folder / HIDDEN / "snapshots" / journal["stamp"]
        target.parent.mkdir(exist_ok=True)
        os.replace(swap, target)
    except FileNotFoundError:
        return  # another process has completed it meanwhile
    except OSError as error:
        raise AmoError(
            f"A change of '{folder}' was interrupted and cannot be completed ({error.strerror}): "
            "make the folder writable."
        ) from error


def list_changes(folder: Path) -> list[Change]:
    """Lists the changes of a folder that can be undone, newest first."""
    changes = []
    for path in sorted((folder / HIDDEN / "snapshots").glob(f"*/{JOURNAL}"), reverse=True):
        journal = json.loads(path.read_text(encoding="utf-8"))
        changes.append(Change(journal["stamp"], journal["reason"], tuple(journal["files"])))
    return changes


def files_before_change(folder: Path, stamp: str | None = None) -> tuple[str, dict[str, bytes | None]]:
    """Returns the files as they were before a change and all later changes.

    Args:
        folder: the folder.
        stamp: time of the change; the newest change if None.

    Returns:
        The time of the change, and content by name; None for a file that did not exist.

    Raises:
        UserError: if there is no such change.
    """
    changes = list_changes(folder)
    stamps = [change.stamp for change in changes]
    if not stamps:
        raise UserError(f"There is nothing to restore in '{folder}': no refresh and no import has changed it.")
    chosen = stamp or stamps[0]
    if chosen not in stamps:
        raise UserError(f"There is no change '{chosen}' to undo: there are {', '.join(stamps)}.")
    files: dict[str, bytes | None] = {}
    for change in changes[: stamps.index(chosen) + 1]:
        for name in change.files:
            old = folder / HIDDEN / "snapshots" / change.stamp / "old" / name
            files[name] = old.read_bytes() if old.is_file() else None
    return chosen, files


def _write_synced(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _unused_stamp(folder: Path) -> str:
    """Returns the current time as a name that is not in use yet."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%S")
    return next(name for name in (now, *(f"{now}-{i}" for i in range(1, 100))) if not (folder / name).exists())
