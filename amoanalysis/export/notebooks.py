"""Notebook files: finding, reading and writing them, and new ones from templates."""

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
TEMPLATES = PACKAGE / "export" / "templates"
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
_CODE_BLOCK = re.compile(r"```python([^\n]*)\n(.*?)\n```", re.DOTALL)
_STORY = re.compile(r"<!-- story: (\w+) -->\n*")


@dataclass(frozen=True)
class ExecutedNotebook:
    """A notebook that ran to its end.

    Attributes:
        name: path below the folder of notebooks, without suffix ("kolari/1_labour").
        notebook: the notebook with its outputs.
    """

    name: str
    notebook: NotebookNode


def notebooks_folder() -> Path:
    """The folder of notebooks that belongs to this installation.

    Raises:
        AmoError: if the installation has none.
    """
    for folder in _FOLDERS:
        if folder.is_dir():
            return folder
    raise AmoError("This installation has no notebooks: use the source archive, which has the folder notebooks/.")


def find_notebooks(folder: Path, places: Places) -> list[Path]:
    """The notebooks of a folder: the start page, the region, then the municipalities in the order of places.toml.

    Args:
        folder: folder of notebooks, with a folder per place.
        places: places of the data. Notebooks of other places are left out; if the folder has none of the
            municipalities, it belongs to another region, and all are left out.

    Returns:
        Paths.
    """
    municipalities = [place.slug for place in places.municipalities()]
    if not any((folder / slug).is_dir() for slug in municipalities):
        return []
    slugs = [places.region.slug, *municipalities]
    paths = [path for path in folder.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts]
    ranked = [(_rank(path.relative_to(folder), slugs), path) for path in paths]
    return [path for _, path in sorted((rank, path) for rank, path in ranked if rank is not None)]


def notebook_title(path: Path) -> str:
    """The first heading of a notebook.

    Raises:
        DataError: if the notebook has none.
    """
    for cell in read_notebook(path).cells:
        heading = re.search(r"^# (.+)$", cell.source, re.MULTILINE) if cell.cell_type == "markdown" else None
        if heading:
            return heading[1].strip()
    raise DataError(f"The notebook {path.name} has no heading: add a first line '# ...'.")


def read_notebook(path: Path) -> NotebookNode:
    """Reads a notebook.

    Raises:
        DataError: if the file is not a notebook.
    """
    import nbformat

    try:
        return nbformat.read(path, as_version=4)
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise DataError(f"'{path}' cannot be read as a notebook ({' '.join(str(error).split())[:120]}).") from error


def package_path() -> str:
    """PYTHONPATH with which a kernel imports the same package as this process."""
    existing = [part for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part]
    return os.pathsep.join(dict.fromkeys([str(PACKAGE.parent), *existing]))


def save_notebook(executed: ExecutedNotebook, folder: Path) -> Path:
    """Writes an executed notebook, `<folder>/<name>.ipynb`; equal outputs give equal bytes."""
    import nbformat

    path = folder / f"{executed.name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.writes(executed.notebook) + "\n", encoding="utf-8")
    return path


def notebook_name(path: Path, folder: Path) -> str:
    """Path of a notebook relative to the folder of notebooks, without suffix."""
    return path.relative_to(folder).with_suffix("").as_posix()


def _rank(path: Path, slugs: Sequence[str]) -> tuple[int, str] | None:
    """Sort key of a notebook; None if it belongs to another place."""
    if len(path.parts) == 1:
        return (-1, path.name)
    return (slugs.index(path.parts[0]), path.name) if path.parts[0] in slugs else None


def new_notebooks(place: Place, folder: Path) -> list[Path]:
    """Writes the four notebooks of a municipality, to be completed with its own story.

    Args:
        place: the municipality.
        folder: folder of notebooks; the files are written to `<folder>/<slug>/`.

    Returns:
        The files, all of them written or none.

    Raises:
        UserError: if the municipality already has notebooks.
    """
    target = folder / place.slug
    if list(target.glob("*.ipynb")):
        raise UserError(f"'{target}' holds notebooks already: edit those, or move them first.")
    templates = sorted(TEMPLATES.glob("*.md"))
    with write_folder_atomically(target) as staging:
        for template in templates:
            markdown = fill_template(template.read_text(encoding="utf-8"), place)
            save_notebook(ExecutedNotebook(template.stem, build_notebook(markdown, template.stem)), staging)
    return [target / f"{template.stem}.ipynb" for template in templates]


def fill_template(template: str, place: Place, story: Mapping[str, str] | None = None) -> str:
    """A template filled with the names of a place and, at its story markers, with its own story.

    Args:
        template: Markdown of a template.
        place: the municipality.
        story: name of a story marker ("lead") -> Markdown; markers without a story are removed.

    Returns:
        The Markdown of a notebook.
    """
    markdown = _STORY.sub(
        lambda match: f"{story[match[1]].strip()}\n\n" if story and match[1] in story else "", template
    )
    view = re.sub(r"\W", "_", place.slug)
    return Template(markdown).safe_substitute(PLACE=place.name_in("fi"), SLUG=place.slug, VIEW=view)


def build_notebook(markdown: str, name: str) -> NotebookNode:
    """A notebook without outputs from Markdown.

    Args:
        markdown: the text; fenced Python becomes code cells, with the words after "python" as tags.
        name: name of the notebook, for the ids of its cells.
    """
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    cells = []
    end = 0
    for block in _CODE_BLOCK.finditer(markdown):
        cells += [new_markdown_cell(text) for text in _split_heading(markdown[end : block.start()])]
        cells.append(new_code_cell(block[2], metadata={"tags": block[1].split()} if block[1].strip() else {}))
        end = block.end()
    cells += [new_markdown_cell(text) for text in _split_heading(markdown[end:])]
    for number, cell in enumerate(cells):
        cell.id = f"{name.split('_', maxsplit=1)[0]}-{number:02d}"
    return new_notebook(cells=cells, metadata={"kernelspec": KERNEL, "language_info": {"name": "python"}})


def _split_heading(markdown: str) -> list[str]:
    """Markdown as texts of cells; a first heading gets its own cell, so that the finding follows it directly."""
    text = markdown.strip()
    if text.startswith("# ") and "\n" in text:
        heading, _, rest = text.partition("\n")
        return [heading.strip(), *_split_heading(rest)]
    return [text] if text else []
