"""Several files of a folder replaced together: all of them or none, whenever the power goes; and taken back again.

New files are written beside the folder's own, under `.refresh`; one renaming makes the change certain, and whatever was
not yet moved into place then is moved by whoever opens the folder next. The files replaced are kept, with the moment.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from amoanalysis.errors import AmoError, UserError

HIDDEN = ".refresh"
JOURNAL = "journal.json"


@dataclass(frozen=True)
class Change:
    """Files that a change replaced.

    Attributes:
        stamp: the moment of the change, which names it.
        reason: what changed them.
        files: the files that it replaced or made.
    """

    stamp: str
    reason: str
    files: tuple[str, ...]


def replace_files(folder: Path, files: Mapping[str, bytes | None], reason: str) -> str:
    """Replaces files of a folder together.

    Args:
        folder: the folder.
        files: content by name relative to the folder; None takes the file away.
        reason: what changes them, for those who look back.

    Returns:
        The moment of the change, under which the former files are kept.

    Raises:
        AmoError: if the folder cannot be written to; nothing is changed then.
    """
    recover(folder)
    hidden = folder / HIDDEN
    try:
        hidden.mkdir(exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix="writing-", dir=hidden))
        stamp = _free_stamp(hidden / "snapshots")
        for name, content in files.items():
            _stage(folder, staging, name, content)
        journal = {"stamp": stamp, "reason": reason, "files": sorted(files)}
        _write(staging / JOURNAL, json.dumps(journal, indent=1).encode())
        os.replace(staging, hidden / "swap")
    except OSError as error:
        raise AmoError(
            f"Cannot write in '{folder}' ({error.strerror}): nothing was changed; make room there."
        ) from error
    recover(folder)
    return stamp


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Holds a folder for one writer at a time, where the system can.

    Raises:
        UserError: if another one is at it.
    """
    (folder / HIDDEN).mkdir(exist_ok=True)
    with (folder / HIDDEN / "lock").open("w") as lock:
        try:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:
            pass  # a system without such locks
        except OSError as error:
            raise UserError(f"Another refresh or import is at '{folder}': wait until it is done.") from error
        for left in (folder / HIDDEN).glob("writing-*"):
            shutil.rmtree(left, ignore_errors=True)
        yield


def recover(folder: Path) -> None:
    """Ends a change that was certain and is not done yet; throws away what was not certain.

    Raises:
        AmoError: if the folder cannot be written to.
    """
    swap = folder / HIDDEN / "swap"
    if not swap.is_dir():
        return
    try:
        journal = json.loads((swap / JOURNAL).read_text(encoding="utf-8"))
        for name in journal["files"]:
            new = swap / "new" / name
            if new.is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                os.replace(new, folder / name)
            elif (swap / "gone" / name).is_file():
                (folder / name).unlink(missing_ok=True)
        target = folder / HIDDEN / "snapshots" / journal["stamp"]
        target.parent.mkdir(exist_ok=True)
        os.replace(swap, target)
    except FileNotFoundError:
        return  # another process has ended it meanwhile
    except OSError as error:
        raise AmoError(
            f"A change of '{folder}' broke off and cannot be ended ({error.strerror}): make the folder writable."
        ) from error


def list_changes(folder: Path) -> list[Change]:
    """The changes of a folder that can be taken back, the newest first."""
    found = []
    for path in sorted((folder / HIDDEN / "snapshots").glob(f"*/{JOURNAL}"), reverse=True):
        journal = json.loads(path.read_text(encoding="utf-8"))
        found.append(Change(journal["stamp"], journal["reason"], tuple(journal["files"])))
    return found


def files_before_change(folder: Path, stamp: str | None = None) -> tuple[str, dict[str, bytes | None]]:
    """The files as they were before a change, and so before every later one.

    Args:
        folder: the folder.
        stamp: moment of the change; the newest where not given.

    Returns:
        The moment, and content by name; None for a file that was not there.

    Raises:
        UserError: if there is no such change.
    """
    changes = list_changes(folder)
    stamps = [change.stamp for change in changes]
    if not stamps:
        raise UserError(f"There is nothing to restore in '{folder}': no refresh and no import has changed it.")
    chosen = stamp or stamps[0]
    if chosen not in stamps:
        raise UserError(f"There is no change '{chosen}' to take back: there are {', '.join(stamps)}.")
    files: dict[str, bytes | None] = {}
    for change in changes[: stamps.index(chosen) + 1]:
        for name in change.files:
            old = folder / HIDDEN / "snapshots" / change.stamp / "old" / name
            files[name] = old.read_bytes() if old.is_file() else None
    return chosen, files


def _stage(folder: Path, staging: Path, name: str, content: bytes | None) -> None:
    """The new content, and a copy of the former."""
    if (folder / name).is_file():
        (staging / "old" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / name, staging / "old" / name)
    place = staging / ("gone" if content is None else "new") / name
    place.parent.mkdir(parents=True, exist_ok=True)
    _write(place, content or b"")


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _free_stamp(folder: Path) -> str:
    """The moment as a name, which none has yet."""
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%S")
    names: Sequence[str] = [moment, *(f"{moment}-{number}" for number in range(1, 100))]
    return next(name for name in names if not (folder / name).exists())
