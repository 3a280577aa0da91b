"""Notebooks: where they lie, in which order they are read, and their titles."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from amoanalysis.errors import AmoError, DataError
from amoanalysis.files import PACKAGE
from amoanalysis.places import Places

if TYPE_CHECKING:
    from nbformat import NotebookNode

_FOLDERS = (PACKAGE.parent / "notebooks", PACKAGE / "_notebooks")


@dataclass(frozen=True)
class Executed:
    """A notebook that ran through.

    Attributes:
        name: path below the folder of notebooks, without suffix ("kolari/1_labour").
        notebook: with its outputs.
    """

    name: str
    notebook: NotebookNode


def notebooks_folder() -> Path:
    """The folder of notebooks that belongs to this installation.

    Raises:
        AmoError: if the installation carries none.
    """
    for folder in _FOLDERS:
        if folder.is_dir():
            return folder
    raise AmoError("This installation carries no notebooks: take the source archive, which has the folder notebooks/.")


def find_notebooks(folder: Path, places: Places) -> list[Path]:
    """The notebooks of a folder: the start, the region, then the municipalities in the order declared.

    Args:
        folder: folder of notebooks, a folder a place within.
        places: those of the data. The notebooks of a place that it does not have are left out, and if it has none of
            the municipalities, those of the region too: they tell of another one.

    Returns:
        Paths.
    """
    municipalities = [place.slug for place in places.municipalities()]
    if not any((folder / slug).is_dir() for slug in municipalities):
        return []
    order = [places.region.slug, *municipalities]
    found = [path for path in folder.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts]
    ranked = [(_rank(path.relative_to(folder), order), path) for path in found]
    return [path for _, path in sorted((rank, path) for rank, path in ranked if rank is not None)]


def notebook_title(path: Path) -> str:
    """The first heading of a notebook.

    Raises:
        DataError: if the notebook has none.
    """
    heading = _heading(read_notebook(path))
    if heading is None:
        raise DataError(f"The notebook {path.name} has no heading: begin it with a line '# ...'.")
    return heading


def read_notebook(path: Path) -> NotebookNode:
    """Reads a notebook.

    Raises:
        DataError: if the file is no notebook.
    """
    import nbformat

    try:
        return nbformat.read(path, as_version=4)
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise DataError(f"'{path}' cannot be read as a notebook ({' '.join(str(error).split())[:120]}).") from error


def package_path() -> str:
    """PYTHONPATH by which a kernel imports this package from where this process has it."""
    known = os.environ.get("PYTHONPATH", "")
    return os.pathsep.join(dict.fromkeys([str(PACKAGE.parent), *(part for part in known.split(os.pathsep) if part)]))


def save_notebook(executed: Executed, folder: Path) -> Path:
    """Writes an executed notebook with its outputs, `<folder>/<name>.ipynb`, the same bytes for the same outputs."""
    import nbformat

    path = folder / f"{executed.name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.writes(executed.notebook) + "\n", encoding="utf-8")
    return path


def _heading(notebook: NotebookNode) -> str | None:
    for cell in notebook.cells:
        heading = re.search(r"^# (.+)$", cell.source, re.MULTILINE) if cell.cell_type == "markdown" else None
        if heading:
            return heading[1].strip()
    return None


def notebook_name(path: Path, folder: Path) -> str:
    """Path of a notebook below the folder of notebooks, without suffix."""
    return path.relative_to(folder).with_suffix("").as_posix()


def _rank(path: Path, order: Sequence[str]) -> tuple[int, str] | None:
    if len(path.parts) == 1:
        return (-1, path.name)
    return (order.index(path.parts[0]), path.name) if path.parts[0] in order else None
