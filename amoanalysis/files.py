"""Where the data lies, and writing that leaves a file whole or not at all."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from amoanalysis.errors import AmoError, UserError

PACKAGE = Path(__file__).parent


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
def whole(path: Path) -> Iterator[Path]:
    """Gives a temporary path beside the target and moves it into place only if the block ends well.

    Args:
        path: the file to be written.

    Yields:
        The path to write to; it keeps the suffix of the target.

    Raises:
        AmoError: if the place cannot be written to or is full.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".", suffix=path.suffix, dir=path.parent)
        os.close(handle)
    except OSError as error:
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


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Gives an empty folder beside the target whose files replace those of the target only if the block ends well.

    Files of the target that the block did not write stay as they are.

    Args:
        path: the folder to be filled.

    Yields:
        The folder to write to.

    Raises:
        AmoError: if the place cannot be written to or is full.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=".writing-", dir=path))
    except OSError as error:
        raise _cannot_write(path, error) from error
    try:
        yield staging
        for source in sorted(f for f in staging.rglob("*") if f.is_file()):
            target = path / source.relative_to(staging)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(source, target)
    except OSError as error:
        raise _cannot_write(path, error) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _cannot_write(path: Path, error: OSError) -> AmoError:
    why = error.strerror or type(error).__name__
    return AmoError(f"Cannot write '{path}' ({why}): nothing was changed; choose another --out or make room.")
