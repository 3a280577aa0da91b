"""Where the data lies, and writing that leaves a file whole or not at all."""

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
    """Finds the folder of tables: the choice given, else AMO_DATA, else the snapshot of the project.

    Args:
        choice: a folder, from `--data`.

    Returns:
        The folder, which exists and holds `places.toml`.

    Raises:
        UserError: if the folder is absent or holds no `places.toml`.
    """
    named = choice or os.environ.get("AMO_DATA")
    if named:
        folder = Path(named)
        if not folder.is_dir():
            raise UserError(f"There is no folder '{folder}': give --data (or AMO_DATA) a folder of tables.")
    else:
        own = [place for place in (PACKAGE.parent / "data", PACKAGE / "_data") if (place / "places.toml").is_file()]
        if not own:
            raise AmoError("The snapshot of the data is missing from this installation: install amoanalysis again.")
        folder = own[0]
    if not (folder / "places.toml").is_file():
        raise UserError(f"The folder '{folder}' holds no places.toml: it is no folder of amoanalysis tables.")
    return folder


@contextmanager
def write_atomically(path: Path) -> Iterator[Path]:
    """Gives a temporary path beside the target and moves it into place only if the block ends well.

    Args:
        path: the file to be written.

    Yields:
        The path to write to; it keeps the suffix of the target.

    Raises:
        AmoError: if the place cannot be written to or is full.
    """
    absent = _absent(path.parent)
    try:
        _refuse_all_but_files(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".", suffix=path.suffix, dir=path.parent)
        os.close(handle)
    except OSError as error:
        _remove_if_empty(absent)
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
        _remove_if_empty(absent)


@contextmanager
def write_folder_atomically(path: Path) -> Iterator[Path]:
    """Gives an empty folder within the target whose files replace those of the target only if the block ends well.

    Files of the target that the block did not write stay as they are. If one file cannot be moved into place, those
    moved before it are moved back.

    Args:
        path: the folder to be filled.

    Yields:
        The folder to write to.

    Raises:
        AmoError: if the place cannot be written to or is full.
    """
    absent = _absent(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=".writing-", dir=path))
    except OSError as error:
        _remove_if_empty(absent)
        raise _cannot_write(path, error) from error
    stranded = False
    try:
        (staging / "new").mkdir()
        yield staging / "new"
        _move_all(staging / "new", path, staging / "old")
    except OSError as error:
        raise _cannot_write(path, error) from error
    except _Stranded:
        stranded = True
        raise
    finally:
        if not stranded:
            shutil.rmtree(staging, ignore_errors=True)
        _remove_if_empty(absent)


class _Stranded(AmoError):
    """Files of a folder could be moved neither into place nor back."""


def _move_all(new: Path, target: Path, old: Path) -> None:
    """Moves the files of a folder into another, or none of them; those that they replace are left in `old`."""
    names = sorted(path.relative_to(new) for path in new.rglob("*") if path.is_file())
    for name in names:
        _refuse_all_but_files(target / name)
    absent = [folder for name in names for folder in _absent((target / name).parent)]
    try:
        for name in names:
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (old / name).parent.mkdir(parents=True, exist_ok=True)
            if (target / name).exists():
                os.replace(target / name, old / name)
            os.replace(new / name, target / name)
    except BaseException:
        _move_back(names, new, target, old)
        _remove_if_empty(absent)
        raise


def _move_back(names: Iterable[Path], new: Path, target: Path, old: Path) -> None:
    """Undoes what `_move_all` did; where a file lies says how far that came, so it may have stopped anywhere."""
    try:
        for name in names:
            if (old / name).exists():
                os.replace(old / name, target / name)
            elif not (new / name).exists():
                (target / name).unlink()
    except BaseException as error:
        raise _Stranded(
            f"Writing '{target}' broke off and could not be undone: move the former files back from '{old}'."
        ) from error


def _refuse_all_but_files(path: Path) -> None:
    """A folder, or a device such as /dev/stdout, is not to be replaced by a file."""
    if path.exists() and not path.is_file():
        raise OSError(errno.EEXIST, "what stands there is no file")


def _absent(folder: Path) -> list[Path]:
    """The folder and those above it that are not there yet, the deepest first."""
    return [place for place in (folder, *folder.parents) if not os.path.lexists(place)]


def _remove_if_empty(folders: Iterable[Path]) -> None:
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()


def _cannot_write(path: Path, error: OSError) -> AmoError:
    why = error.strerror or type(error).__name__
    return AmoError(f"Cannot write '{path}' ({why}): nothing was changed; choose another --out or make room.")
