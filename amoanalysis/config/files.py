"""Locating the data folder, and writing files and folders atomically."""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from amoanalysis.errors import AmoError, UserError

PACKAGE = Path(__file__).parents[1]


def data_folder(choice: str | Path | None = None) -> Path:
    """Finds the data folder: the given folder, otherwise AMO_DATA, otherwise the data of the project.

    Args:
        choice: a folder, from `--data`.

    Returns:
        The folder, which contains `places.toml`.

    Raises:
        UserError: if the folder does not exist or has no `places.toml`.
    """
    path = choice or os.environ.get("AMO_DATA")
    if path:
        folder = Path(path)
        if not folder.is_dir():
            raise UserError(f"There is no folder '{folder}': give --data (or AMO_DATA) a folder of tables.")
    else:
        candidates = (PACKAGE.parent / "data", PACKAGE / "_data")
        installed = [candidate for candidate in candidates if (candidate / "places.toml").is_file()]
        if not installed:
            raise AmoError("The snapshot of the data is missing from this installation: install amoanalysis again.")
        folder = installed[0]
    if not (folder / "places.toml").is_file():
        raise UserError(f"The folder '{folder}' has no places.toml: it is not a data folder of amoanalysis.")
    return folder


@contextmanager
def write_atomically(path: Path) -> Iterator[Path]:
    """Yields a temporary path; moves that file to the target if the block succeeds.

    Args:
        path: the target file.

    Yields:
        The temporary path, with the suffix of the target.

    Raises:
        AmoError: if the file cannot be written.
    """
    new_folders = _list_missing(path.parent)
    try:
        _refuse_non_file(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".", suffix=path.suffix, dir=path.parent)
        os.close(handle)
    except OSError as error:
        _remove_empty(new_folders)
        raise _cannot_write(path, error) from error
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)
        os.replace(temporary, path)
    except OSError as error:
        raise _cannot_write(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)
        _remove_empty(new_folders)


@contextmanager
def write_folder_atomically(path: Path) -> Iterator[Path]:
    """Yields a temporary folder; moves its files to the target folder, all or none, if the block succeeds.

    Other files of the target stay. If one file cannot be moved, the files moved before it are moved back.

    Args:
        path: the target folder.

    Yields:
        The temporary folder.

    Raises:
        AmoError: if the folder cannot be written.
    """
    new_folders = _list_missing(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=".writing-", dir=path))
    except OSError as error:
        _remove_empty(new_folders)
        raise _cannot_write(path, error) from error
    undone = True
    try:
        (staging / "new").mkdir()
        yield staging / "new"
        _move_all(staging / "new", path, staging / "old")
    except OSError as error:
        raise _cannot_write(path, error) from error
    except _UndoError:
        undone = False
        raise
    finally:
        if undone:
            shutil.rmtree(staging, ignore_errors=True)
        _remove_empty(new_folders)


class _UndoError(AmoError):
    """An interrupted move of files could not be undone."""


def _move_all(new: Path, target: Path, old: Path) -> None:
    """Moves all files of a folder to another, or none; the replaced files are moved to `old`."""
    names = sorted(path.relative_to(new) for path in new.rglob("*") if path.is_file())
    for name in names:
        _refuse_non_file(target / name)
    new_folders = [folder for name in names for folder in _list_missing((target / name).parent)]
    try:
        for name in names:
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (old / name).parent.mkdir(parents=True, exist_ok=True)
            if (target / name).exists():
                os.replace(target / name, old / name)
            os.replace(new / name, target / name)
    except BaseException:
        _move_back(names, new, target, old)
        _remove_empty(new_folders)
        raise


def _move_back(names: Iterable[Path], new: Path, target: Path, old: Path) -> None:
    """Undoes an interrupted `_move_all`; the present location of each file shows which moves were done."""
    try:
        for name in names:
            if (old / name).exists():
                os.replace(old / name, target / name)
            elif not (new / name).exists():
                (target / name).unlink()
    except BaseException as error:
        raise _UndoError(
            f"Writing '{target}' was interrupted and could not be undone: move the former files back from '{old}'."
        ) from error


def _refuse_non_file(path: Path) -> None:
    """Refuses to replace a folder, or a device such as /dev/stdout, by a file."""
    if path.exists() and not path.is_file():
        raise OSError(errno.EEXIST, "the target is not a file")


def _list_missing(folder: Path) -> list[Path]:
    """Lists the folder and its parents that do not exist yet, the deepest first."""
    return [path for path in (folder, *folder.parents) if not os.path.lexists(path)]


def _remove_empty(folders: Iterable[Path]) -> None:
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()


def _cannot_write(path: Path, error: OSError) -> AmoError:
    why = error.strerror or type(error).__name__
    return AmoError(f"Cannot write '{path}' ({why}): nothing was changed; choose another --out or free some space.")
