"""The static site: executed notebooks, charts, method pages and dictionary as pages that ask no other host."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from amoanalysis.config.files import PACKAGE, write_folder_atomically
from amoanalysis.config.scenarios import load_scenario
from amoanalysis.config.text import text
from amoanalysis.errors import AmoError
from amoanalysis.exhibits.catalogue import exhibit_named
from amoanalysis.exhibits.context import THEMES
from amoanalysis.exhibits.drawing.exhibit import Exhibit
from amoanalysis.export.build_request import BuildRequest
from amoanalysis.export.notebooks import notebook_title, package_path, read_notebook
from amoanalysis.export.site_pages import BuildContents, contents_page, dictionary_page, write_pages

CHARTS = "charts/charts.json"
NOTEBOOKS = "notebooks"
_DOCS = (PACKAGE.parent / "docs", PACKAGE / "_docs")
# What Sphinx puts around a page: the head that leads through the site, and words for tools.
HEAD = ("notebooks", "places", "themes", "scenarios", "methods", "dictionary")
AROUND = ("on_this_page", "search", "search_here", "home")
_PICTURE = re.compile(r'src="data:image/png;base64,([A-Za-z0-9+/=\s]+)"')


def chart_entry(exhibit: Exhibit, files: Iterable[Path]) -> dict[str, Any]:
    """What the pages have to know of a chart that was written."""
    return {
        "place": exhibit.place,
        "id": exhibit.id,
        "theme": exhibit_named(exhibit.id).theme,
        "lang": exhibit.lang,
        "title": exhibit.title,
        "missing": exhibit.missing is not None,
        "alt": exhibit.alt,
        "files": {path.suffix[1:]: path.name for path in files},
    }


def write_site(order: BuildRequest) -> None:
    """Builds the pages of all that lies in the folder of a build, and puts them beside it.

    Args:
        order: the build; what is absent from its folder is left out of the pages.

    Raises:
        AmoError: if the pages cannot be built or written.
    """
    with tempfile.TemporaryDirectory(prefix="amo-site-") as name, write_folder_atomically(order.out) as folder:
        source, built = Path(name) / "source", Path(name) / "built"
        source.mkdir()
        _stage(order, source, folder)
        _sphinx(source, built, order.jobs)
        for path in sorted(built.rglob("*")):
            target = folder / path.relative_to(built)
            if path.is_file() and not path.name.startswith(".") and path.name != "objects.inv":
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
        for page in folder.rglob("*.html"):
            page.write_text(_finished(page.read_text(encoding="utf-8"), page.relative_to(folder)), encoding="utf-8")


def read_build(order: BuildRequest) -> BuildContents:
    """What lies in the folder of a build."""
    charts = order.out / CHARTS
    names = sorted((order.out / NOTEBOOKS).rglob("*.ipynb"), key=lambda path: _rank(order, path))
    return BuildContents(
        out=order.out,
        data=order.data,
        scenarios=[load_scenario(word, order.folder) for word in order.scenarios],
        charts=json.loads(charts.read_text(encoding="utf-8")) if charts.is_file() else [],
        notebooks={
            path.relative_to(order.out / NOTEBOOKS).with_suffix("").as_posix(): notebook_title(path) for path in names
        },
    )


def _rank(order: BuildRequest, path: Path) -> tuple[int, str]:
    slugs = [order.data.places.region.slug, *(place.slug for place in order.data.places.municipalities())]
    folder = path.parent.name
    return (slugs.index(folder) if folder in slugs else -1, path.name)


def _stage(order: BuildRequest, source: Path, folder: Path) -> None:
    """Lays out what Sphinx reads; pictures of the notebooks go straight to where the pages will be."""
    made = read_build(order)
    for name, markdown in write_pages(made).items():
        _write(source / f"{name}.md", markdown)
    for name in made.notebooks:
        notebook = read_notebook(order.out / NOTEBOOKS / f"{name}.ipynb")
        _write(source / NOTEBOOKS / f"{name}.ipynb", _lighter(notebook, name, folder))
    _methods(source)
    lists = {
        NOTEBOOKS: (text("site.notebooks", "en"), list(made.notebooks)),
        "places": (text("site.places", "en"), [place.slug for place in made.shown()]),
        "themes": (text("site.themes", "en"), list(THEMES)),
        "methods": (
            text("site.methods", "en"),
            [path.stem for path in sorted((source / "methods").glob("*.md"))],
        ),
    }
    for name, (title, names) in lists.items():
        _write(source / name / "index.md", contents_page(title, names))
    dictionary = order.folder / "README.md"
    words = dictionary.read_text("utf-8") if dictionary.is_file() else ""
    _write(source / "dictionary.md", dictionary_page(words, order.data))
    _write(source / "conf.py", (PACKAGE / "export" / "site_conf.py").read_text(encoding="utf-8"))
    _write(source / "_static" / "site.css", (PACKAGE / "export" / "site.css").read_text(encoding="utf-8"))


def _methods(source: Path) -> None:
    docs = next((folder for folder in _DOCS if folder.is_dir()), None)
    for path in sorted(docs.glob("*.md")) if docs is not None else []:
        words = path.read_text(encoding="utf-8")
        _write(source / "methods" / path.name, re.sub(r"\]\(\.\./data/README\.md", "](../dictionary.md", words))


def _lighter(notebook: NotebookNode, name: str, folder: Path) -> str:
    """A notebook whose pictures are files of their own, whose code is folded, and whose links lead within the site."""
    import nbformat

    pictures = 0

    def apart(found: re.Match[str]) -> str:
        nonlocal pictures
        pictures += 1
        path = folder / NOTEBOOKS / f"{name}_{pictures}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(found[1]))
        return f'src="{path.name}" loading="lazy"'

    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = re.sub(r"\]\(((?:\.\./)+)docs/", r"](\1methods/", cell.source)
            continue
        cell.metadata["tags"] = [*cell.metadata.get("tags", []), "hide-input"]
        for output in cell.outputs:
            data: Mapping[str, str] = output.get("data", {})
            if "text/html" in data:
                output.data = {"text/html": _PICTURE.sub(apart, data["text/html"])}
    return str(nbformat.writes(notebook))


def _sphinx(source: Path, built: Path, jobs: int) -> None:
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-q", "-j", str(jobs), "-d", str(built.parent / "kept")]
    command += [str(source), str(built)]
    variables = {**os.environ, "PYTHONPATH": package_path(), "SPHINX_AUTODOC_RELOAD_MODULES": ""}
    ended = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        why = " ".join(ended.stderr.split())[-300:]
        raise AmoError(f"The pages could not be built ({why}): mend the page named there.")


def _finished(html: str, page: Path) -> str:
    """The language of a page, in what Sphinx has put around it too, which knows one language alone."""
    lang = page.parts[0] if page.parts[0] in ("fi", "sv") else "en"
    html = html.replace('<html lang="en"', f'<html lang="{lang}"', 1)
    if lang == "en":
        return html
    for key in HEAD:
        words, own = text(f"site.{key}", "en"), text(f"site.{key}", lang)
        html = re.sub(rf'(nav-internal" href="[^"]*">\s*){re.escape(words)}(\s*</a>)', rf"\g<1>{own}\g<2>", html)
    for key in AROUND:
        words, own = text(f"site.{key}", "en"), text(f"site.{key}", lang)
        html = re.sub(
            rf'((?:title|aria-label|placeholder)="|</i> ){re.escape(words)}("|\s*<)', rf"\g<1>{own}\g<2>", html
        )
    return re.sub(r'(nav-internal" href=")\.\./((?:\.\./)*scenarios\.html)', r"\g<1>\g<2>", html)


def _write(path: Path, words: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(words, encoding="utf-8")
