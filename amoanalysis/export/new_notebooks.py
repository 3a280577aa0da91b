"""Notebooks written from templates: Markdown whose fenced Python becomes cells of code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from amoanalysis.errors import UserError
from amoanalysis.files import PACKAGE, whole_folder
from amoanalysis.places import Place

if TYPE_CHECKING:
    from nbformat import NotebookNode

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
    with whole_folder(target) as staging:
        for template in sorted(FOLDER.glob("*.md")):
            save(filled(template.read_text(encoding="utf-8"), place), template.stem, staging)
            names.append(target / f"{template.stem}.ipynb")
    return names


def filled(template: str, place: Place, story: Mapping[str, str] | None = None) -> str:
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
    return Template(told).safe_substitute(PLACE=place.named("fi"), SLUG=place.slug, VIEW=view)


def notebook_of(words: str, name: str) -> NotebookNode:
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


def save(words: str, name: str, folder: Path) -> Path:
    """Writes a notebook without outputs, `<folder>/<name>.ipynb`."""
    import nbformat

    path = folder / f"{name}.ipynb"
    path.write_text(nbformat.writes(notebook_of(words, name)) + "\n", encoding="utf-8")
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
