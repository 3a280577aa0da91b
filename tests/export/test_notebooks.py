import ast
import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest

from amoanalysis.config.files import data_folder
from amoanalysis.config.places import Places
from amoanalysis.config.scenarios import scenario_names
from amoanalysis.data.load import Data
from amoanalysis.errors import DataError
from amoanalysis.exhibits.context import THEMES
from amoanalysis.exhibits.view import open_place
from amoanalysis.export.notebooks import find_notebooks, notebook_title, notebooks_folder
from amoanalysis.export.run_notebooks import NotebookError, execute_notebooks
from amoanalysis.pipeline.cache import stored_forecasts

FOLDER = notebooks_folder()
NOTEBOOKS = find_notebooks(FOLDER, Places.load(data_folder()))
DRAWS = 8
MOST_LINES = 5
# Typed numbers may be years, the level of intervals and parts of code; all others are computed.
TYPED = re.compile(r"\b(19|20)\d\d\b|\b80 %|`[^`]*`|\]\([^)]*\)|^\d\. ", re.MULTILINE)
VOID = {"meta", "img", "br", "hr", "link", "input", "col"}


def named(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


def cells(path: Path, kind: str) -> list[nbformat.NotebookNode]:
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == kind]


def calls(path: Path, method: str) -> Iterator[ast.Call]:
    for cell in cells(path, "code"):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == method:
                yield node


each = pytest.mark.parametrize("path", NOTEBOOKS, ids=named)


class Page(HTMLParser):
    """Records what a page loads, and whether its elements are closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.loads: list[str] = []
        self.images: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "img":
            self.images.append(said)
        # An inline script has no address.
        if tag in ("img", "iframe", "link") or (tag == "script" and "src" in said):
            self.loads.append(str(said.get("src") or said.get("href")))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")


@pytest.mark.unit
def test_every_municipality_has_a_notebook_for_each_theme_and_the_region_has_its_own() -> None:
    names = [named(path) for path in NOTEBOOKS]
    assert names[:3] == ["00_start_here.ipynb", "region/0_your_own_analysis.ipynb", "region/1_forecast.ipynb"]
    municipalities = Places.load(data_folder()).municipalities()
    wanted = {f"{place.slug}/{n}_{theme}.ipynb" for place in municipalities for n, theme in enumerate(THEMES, start=1)}
    region = {f"region/{name}.ipynb" for name in ("1_forecast", "2_scenarios", "4_programme", "5_explorer")}
    assert wanted | region <= set(names)
    assert len({notebook_title(path) for path in NOTEBOOKS}) == len(NOTEBOOKS)


@pytest.mark.unit
@each
def test_it_asks_for_this_python_and_begins_with_a_heading(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.cells[0].cell_type == "markdown"
    assert notebook.cells[0].source == f"# {notebook_title(path)}"


@pytest.mark.unit
@each
def test_it_has_one_cell_of_parameters(path: Path) -> None:
    tagged = [cell for cell in cells(path, "code") if "parameters" in cell.metadata.get("tags", [])]
    assert tagged == cells(path, "code")[:1]
    body = ast.parse(tagged[0].source).body
    names = [target.id for line in body for target in line.targets]  # type: ignore[attr-defined]
    assert names == ["PLACE", "SCENARIO", "LANG"]
    assert all(isinstance(line.value, ast.Constant) for line in body)  # type: ignore[attr-defined]


@pytest.mark.unit
@each
def test_it_calls_the_library_and_contains_no_programs(path: Path) -> None:
    forbidden = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.Try, ast.While, ast.With)
    for cell in cells(path, "code"):
        assert not [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, forbidden)], cell.source
        assert len(cell.source.splitlines()) <= MOST_LINES, cell.source
        assert not re.search(r"^\s*[%!]", cell.source, re.MULTILINE), cell.source


@pytest.mark.unit
@each
def test_the_finding_comes_first(path: Path) -> None:
    shown = [cell for cell in cells(path, "code") if re.search(r"\.(tell|show)\(", cell.source)]
    assert ".tell(" in shown[0].source
    assert '"**' in shown[0].source


@pytest.mark.unit
@each
def test_numbers_are_computed_and_never_typed(path: Path) -> None:
    templates = [
        re.sub(r"\{\w+\}", "", node.value)
        for call in calls(path, "tell")
        for node in ast.walk(call)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert templates
    for text in (*templates, *(cell.source for cell in cells(path, "markdown"))):
        assert not re.search(r"\d", TYPED.sub("", text)), text


@pytest.mark.unit
@each
def test_at_most_three_charts_follow_without_text(path: Path) -> None:
    kinds = [
        "chart" if cell.cell_type == "code" and ".show(" in cell.source else "words"
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "markdown" or re.search(r"\.(tell|show)\(|programme_page\(", cell.source)
    ]
    assert not re.search(r"(chart ){4}", " ".join(kinds) + " ")


@pytest.mark.unit
@each
def test_its_charts_and_links_exist(path: Path) -> None:
    known = open_place("region").exhibits()
    asked = [call.args[0].value for call in calls(path, "show")]  # type: ignore[attr-defined]
    assert asked
    assert set(asked) <= set(known)
    text = "\n".join(cell.source for cell in cells(path, "markdown"))
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (path.parent / target).is_file(), target


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    store = tmp_path_factory.mktemp("store")
    data = Data(data_folder())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AMO_STORE", str(store))
        stored_forecasts(data, scenario_names(data.folder), until=2040, draws=DRAWS, seed=2008)
    return {"AMO_STORE": str(store), "AMO_DRAWS": str(DRAWS)}


@pytest.fixture(scope="module")
def executed(environment: dict[str, str]) -> dict[str, nbformat.NotebookNode]:
    came = execute_notebooks(NOTEBOOKS, FOLDER, environment, jobs=2)
    came.check()
    return {f"{run.name}.ipynb": run.notebook for run in came.executed}


@pytest.mark.slow
@each
def test_it_runs_and_shows_every_chart(path: Path, executed) -> None:
    notebook = executed[named(path)]
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [output for output in outputs if output.output_type in ("stream", "error")]
    charts = [cell for cell in notebook.cells if cell.cell_type == "code" and ".show(" in cell.source]
    assert all("<figure" in output.data["text/html"] for cell in charts for output in cell.outputs)
    assert all(cell.outputs for cell in charts)


@pytest.mark.slow
@each
def test_its_charts_have_alt_texts_and_load_nothing(path: Path, executed) -> None:
    for cell in executed[named(path)].cells:
        for output in cell.get("outputs", []):
            page = Page()
            page.feed(output.get("data", {}).get("text/html", ""))
            assert (page.open, page.faults) == ([], []), cell.source
            assert all(len(str(image.get("alt"))) > 20 for image in page.images)
            assert not [target for target in page.loads if not target.startswith("data:")]


def written(folder: Path, name: str, *sources: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    notebook.cells = [nbformat.v4.new_markdown_cell("# Small")]
    notebook.cells += [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(notebook, path)
    return path


@pytest.mark.unit
def test_notebooks_are_in_the_order_of_the_places_without_unknown_places(tmp_path: Path) -> None:
    places = Places.load(data_folder())
    for name in (
        "pello/1.ipynb",
        "enontekio/2.ipynb",
        "enontekio/1.ipynb",
        "atlantis/1.ipynb",
        "region/1.ipynb",
        "00.ipynb",
    ):
        written(tmp_path, name)
    written(tmp_path, "pello/.ipynb_checkpoints/1.ipynb")
    found = [path.relative_to(tmp_path).as_posix() for path in find_notebooks(tmp_path, places)]
    assert found == ["00.ipynb", "region/1.ipynb", "enontekio/1.ipynb", "enontekio/2.ipynb", "pello/1.ipynb"]


@pytest.mark.unit
def test_the_notebooks_of_another_region_are_left_out(tmp_path: Path) -> None:
    for name in ("atlantis/1.ipynb", "region/1.ipynb", "00.ipynb"):
        written(tmp_path, name)
    assert find_notebooks(tmp_path, Places.load(data_folder())) == []


@pytest.mark.unit
def test_a_file_that_is_not_a_notebook_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "x.ipynb"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(DataError, match="cannot be read as a notebook"):
        notebook_title(path)


@pytest.mark.slow
def test_a_failing_cell_is_named_and_the_other_notebooks_run(tmp_path: Path) -> None:
    bad = written(tmp_path, "pello/bad.ipynb", "x = 1", "y = 2\n1 / (x - 1)")
    worse = written(
        tmp_path, "worse.ipynb", "from amoanalysis.errors import UserError", "raise UserError('No such word.')"
    )
    good = written(tmp_path, "good.ipynb", "open('done', 'w').close()")
    ended: list[str] = []
    came = execute_notebooks([bad, worse, good], tmp_path, {}, jobs=2, done=lambda name, _: ended.append(name))
    assert [run.name for run in came.executed] == ["good"]
    with pytest.raises(NotebookError) as caught:
        came.check()
    said = str(caught.value)
    assert "pello/bad.ipynb failed in code cell 2 (y = 2): ZeroDivisionError: division by zero" in said
    assert "worse.ipynb failed in code cell 2 (raise UserError('No such word.')): UserError: No such word." in said
    assert "\n" not in said
    assert (tmp_path / "done").exists()
    assert set(ended) == {"pello/bad", "worse", "good"}


@pytest.mark.slow
def test_a_dead_kernel_is_reported_and_replaced(tmp_path: Path) -> None:
    dies = written(tmp_path, "dies.ipynb", "import os; os._exit(3)")
    goes = written(tmp_path, "goes.ipynb", "1 + 1")
    came = execute_notebooks([dies, goes], tmp_path, {})
    assert [run.name for run in came.executed] == ["goes"]
    with pytest.raises(NotebookError, match=r"dies\.ipynb could not be run"):
        came.check()


@pytest.mark.slow
def test_a_notebook_does_not_see_variables_of_the_one_before(tmp_path: Path) -> None:
    first = written(tmp_path, "pello/first.ipynb", "kept = 1")
    second = written(tmp_path, "second.ipynb", "import os; ('kept' in globals(), os.path.basename(os.getcwd()))")
    came = execute_notebooks([first, second], tmp_path, {})
    cell = came.executed[1].notebook.cells[1]
    assert cell.outputs[0].data["text/plain"] == f"(False, '{tmp_path.name}')"
    assert cell.execution_count == 1


@pytest.mark.slow
def test_kernels_have_the_variables_and_the_package_of_this_process(tmp_path: Path) -> None:
    source = (
        "import os, amoanalysis; print(os.environ['AMO_DRAWS'], amoanalysis.__file__, os.path.basename(os.getcwd()))"
    )
    path = written(tmp_path, "pello/seen.ipynb", source)
    (run,) = execute_notebooks([path], tmp_path, {"AMO_DRAWS": "7"}).executed
    draws, package, folder = run.notebook.cells[1].outputs[0].text.split()
    assert (draws, folder) == ("7", "pello")
    assert Path(package).parent == Path(notebooks_folder()).parent / "amoanalysis"
