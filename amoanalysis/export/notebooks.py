"""Notebooks: where they lie, in which order they are read, and their titles."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

from nbformat import NotebookNode

from amoanalysis.config.files import PACKAGE, write_folder_atomically
from amoanalysis.config.places import Place, Places
from amoanalysis.errors import AmoError, DataError, UserError

_FOLDERS = (PACKAGE.parent / "notebooks", PACKAGE / "_notebooks")


@dataclass(frozen=True)
class ExecutedNotebook:
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


def save_notebook(executed: ExecutedNotebook, folder: Path) -> Path:
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


FOLDER = PACKAGE / "export" / "templates"
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
_FENCE = re.compile(r"```python([^\n]*)\n(.*?)\n```", re.DOTALL)
_STORY = re.compile(r"<!-- story: (\w+) -->\n*")


def new_notebooks(place: Place, folder: Path) -> list[Path]:
    """Writes the four notebooks of a municipality, to be given their own story.

    Args:
        place: the municipality.
        folder: the folder of notebooks; they go into `<folder>/<slug>/`.

    Returns:
        The files, all of them written or none.

    Raises:
        UserError: if the municipality has notebooks already.
    """
    target = folder / place.slug
    if list(target.glob("*.ipynb")):
        raise UserError(f"'{target}' holds notebooks already: change those, or move them away first.")
    names = []
    with write_folder_atomically(target) as staging:
        for template in sorted(FOLDER.glob("*.md")):
            save_notebook_text(fill_template(template.read_text(encoding="utf-8"), place), template.stem, staging)
            names.append(target / f"{template.stem}.ipynb")
    return names


def fill_template(template: str, place: Place, story: Mapping[str, str] | None = None) -> str:
    """A template with the names of a place, and its own story where the template leaves room for one.

    Args:
        template: text of a template.
        place: the municipality.
        story: name of a room ("lead") -> Markdown.

    Returns:
        The text of a notebook.
    """
    told = _STORY.sub(lambda found: f"{story[found[1]].strip()}\n\n" if story and found[1] in story else "", template)
    view = re.sub(r"\W", "_", place.slug)
    return Template(told).safe_substitute(PLACE=place.name_in("fi"), SLUG=place.slug, VIEW=view)


def build_notebook(words: str, name: str) -> NotebookNode:
    """A notebook from Markdown: fenced Python as cells of code, one marked `parameters` as such.

    Args:
        words: the Markdown.
        name: of the notebook, for the ids of its cells.
    """
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    cells = []
    end = 0
    for found in _FENCE.finditer(words):
        cells += [new_markdown_cell(text) for text in _texts(words[end : found.start()])]
        tags = {"tags": found[1].split()} if found[1].strip() else {}
        cells.append(new_code_cell(found[2], metadata=tags))
        end = found.end()
    cells += [new_markdown_cell(text) for text in _texts(words[end:])]
    for number, cell in enumerate(cells):
        cell.id = f"{name.split('_', maxsplit=1)[0]}-{number:02d}"
    return new_notebook(cells=cells, metadata={"kernelspec": KERNEL, "language_info": {"name": "python"}})


def save_notebook_text(words: str, name: str, folder: Path) -> Path:
    """Writes a notebook without outputs, `<folder>/<name>.ipynb`."""
    import nbformat

    path = folder / f"{name}.ipynb"
    path.write_text(nbformat.writes(build_notebook(words, name)) + "\n", encoding="utf-8")
    return path


def _texts(words: str) -> list[str]:
    """A piece of Markdown as cells; the first heading stands alone, so that the finding comes right below it."""
    piece = words.strip()
    if not piece:
        return []
    if piece.startswith("# ") and "\n" in piece:
        heading, _, rest = piece.partition("\n")
        return [heading.strip(), *_texts(rest)]
    return [piece]
