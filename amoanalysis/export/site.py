"""The static site: notebooks, charts, method pages and data dictionary as HTML that loads nothing from other hosts."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from nbformat import NotebookNode

from amoanalysis.config.files import PACKAGE, write_folder_atomically
from amoanalysis.config.scenarios import load_scenario
from amoanalysis.config.text import text
from amoanalysis.errors import AmoError
from amoanalysis.exhibits.context import THEMES
from amoanalysis.export.build_request import CHARTS_FILE, BuildRequest
from amoanalysis.export.notebooks import notebook_name, notebook_title, package_path, read_notebook
from amoanalysis.export.site_pages import BuildContents, contents_page, dictionary_page, render_pages

NOTEBOOKS = "notebooks"
_DOCS = (PACKAGE.parent / "docs", PACKAGE / "_docs")
# Texts that Sphinx writes in one language on all pages: links of the navigation bar, and labels of tools.
NAVIGATION_TEXTS = ("notebooks", "places", "themes", "scenarios", "methods", "dictionary")
TOOL_TEXTS = ("on_this_page", "search", "search_here", "home")
_PICTURE = re.compile(r'src="data:image/png;base64,([A-Za-z0-9+/=\s]+)"')


def write_site(request: BuildRequest) -> None:
    """Writes the pages of everything in the folder of a build into the same folder.

    Args:
        request: the build; results that its folder lacks are left out.

    Raises:
        AmoError: if the pages cannot be built or written.
    """
    with tempfile.TemporaryDirectory(prefix="amo-site-") as name, write_folder_atomically(request.out) as folder:
        source, built = Path(name) / "source", Path(name) / "built"
        source.mkdir()
        _write_sources(request, source, folder)
        _run_sphinx(source, built, request.jobs)
        for path in sorted(built.rglob("*")):
            target = folder / path.relative_to(built)
            if path.is_file() and not path.name.startswith(".") and path.name != "objects.inv":
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
        for page in folder.rglob("*.html"):
            html = translate_page_frame(page.read_text(encoding="utf-8"), page.relative_to(folder))
            page.write_text(html, encoding="utf-8")


def read_build(request: BuildRequest) -> BuildContents:
    """The contents of the folder of a build."""
    charts = request.out / CHARTS_FILE
    folder = request.out / NOTEBOOKS
    paths = sorted(folder.rglob("*.ipynb"), key=lambda path: _sort_key(request, path))
    return BuildContents(
        out=request.out,
        data=request.data,
        scenarios=[load_scenario(name, request.folder) for name in request.scenarios],
        charts=json.loads(charts.read_text(encoding="utf-8")) if charts.is_file() else [],
        notebooks={notebook_name(path, folder): notebook_title(path) for path in paths},
    )


def _sort_key(request: BuildRequest, path: Path) -> tuple[int, str]:
    slugs = [request.data.places.region.slug, *(place.slug for place in request.data.places.municipalities())]
    folder = path.parent.name
    return (slugs.index(folder) if folder in slugs else -1, path.name)


def _write_sources(request: BuildRequest, source: Path, folder: Path) -> None:
    """Writes the sources that Sphinx reads; pictures of the notebooks go directly into the folder of the site."""
    contents = read_build(request)
    for name, markdown in render_pages(contents).items():
        _write(source / f"{name}.md", markdown)
    for name in contents.notebooks:
        notebook = read_notebook(request.out / NOTEBOOKS / f"{name}.ipynb")
        _write(source / NOTEBOOKS / f"{name}.ipynb", _prepare_notebook(notebook, name, folder))
    _write_method_pages(source)
    lists = {
        NOTEBOOKS: (text("site.notebooks", "en"), list(contents.notebooks)),
        "places": (text("site.places", "en"), [place.slug for place in contents.places()]),
        "themes": (text("site.themes", "en"), list(THEMES)),
        "methods": (text("site.methods", "en"), sorted(path.stem for path in (source / "methods").glob("*.md"))),
    }
    for name, (title, names) in lists.items():
        _write(source / name / "index.md", contents_page(title, names))
    readme = request.folder / "README.md"
    dictionary = readme.read_text("utf-8") if readme.is_file() else ""
    _write(source / "dictionary.md", dictionary_page(dictionary, request.data))
    _write(source / "conf.py", (PACKAGE / "export" / "site_conf.py").read_text(encoding="utf-8"))
    _write(source / "_static" / "site.css", (PACKAGE / "export" / "site.css").read_text(encoding="utf-8"))


def _write_method_pages(source: Path) -> None:
    docs = next((folder for folder in _DOCS if folder.is_dir()), None)
    for path in sorted(docs.glob("*.md")) if docs is not None else []:
        words = path.read_text(encoding="utf-8")
        _write(source / "methods" / path.name, re.sub(r"\]\(\.\./data/README\.md", "](../dictionary.md", words))


def _prepare_notebook(notebook: NotebookNode, name: str, folder: Path) -> str:
    """A notebook with its pictures as separate files, its code hidden, and its links pointing to pages of the site."""
    import nbformat

    pictures = 0

    def save_picture(match: re.Match[str]) -> str:
        nonlocal pictures
        pictures += 1
        path = folder / NOTEBOOKS / f"{name}_{pictures}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(match[1]))
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
                output.data = {"text/html": _PICTURE.sub(save_picture, data["text/html"])}
    return str(nbformat.writes(notebook))


def _run_sphinx(source: Path, built: Path, jobs: int) -> None:
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-b",
        "html",
        "-q",
        "-j",
        str(jobs),
        "-d",
        str(built.parent / "doctrees"),
    ]
    command += [str(source), str(built)]
    variables = {**os.environ, "PYTHONPATH": package_path(), "SPHINX_AUTODOC_RELOAD_MODULES": ""}
    result = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        reason = " ".join(result.stderr.split())[-300:]
        raise AmoError(f"The pages could not be built ({reason}): correct the page named there.")


def translate_page_frame(html: str, page: Path) -> str:
    """Sets the language of a page, also in the texts around it, which Sphinx writes in one language only."""
    lang = page.parts[0] if page.parts[0] in ("fi", "sv") else "en"
    html = html.replace('<html lang="en"', f'<html lang="{lang}"', 1)
    if lang == "en":
        return html
    for key in NAVIGATION_TEXTS:
        english, own = text(f"site.{key}", "en"), text(f"site.{key}", lang)
        html = re.sub(rf'(nav-internal" href="[^"]*">\s*){re.escape(english)}(\s*</a>)', rf"\g<1>{own}\g<2>", html)
    for key in TOOL_TEXTS:
        english, own = text(f"site.{key}", "en"), text(f"site.{key}", lang)
        html = re.sub(
            rf'((?:title|aria-label|placeholder)="|</i> ){re.escape(english)}("|\s*<)', rf"\g<1>{own}\g<2>", html
        )
    return re.sub(r'(nav-internal" href=")\.\./((?:\.\./)*scenarios\.html)', r"\g<1>\g<2>", html)


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
