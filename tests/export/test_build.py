import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest

from amoanalysis.config.files import data_folder
from amoanalysis.errors import AmoError, UserError
from amoanalysis.exhibits.view import PlaceView
from amoanalysis.export import build as building
from amoanalysis.export import build_request as request_module
from amoanalysis.export import charts as charting
from amoanalysis.export.build import STEPS, Step, UnfinishedBuild, build, select_steps
from amoanalysis.export.build_request import BuildRequest
from amoanalysis.export.parallel import open_workers

EXHIBITS = ["population_fan", "jobs_by_industry", "programme_funding"]
NAMES = ["forecast", "charts", "notebooks", "site"]


def small_notebooks(folder: Path) -> Path:
    (folder / "kolari").mkdir(parents=True)
    cells = [
        nbformat.v4.new_markdown_cell("# Small\n\n[Start](../00_start_here.ipynb), [how](../../docs/population.md)"),
        nbformat.v4.new_code_cell("from IPython.display import Markdown\n\nMarkdown('**21**')"),
    ]
    for number, cell in enumerate(cells):
        cell.id = f"1-{number}"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "kolari" / "1.ipynb")
    return folder


def patch_small_build(patch: pytest.MonkeyPatch, store: Path) -> None:
    """Builds two places and three exhibits with one store of forecasts for all tests."""
    patch.setenv("AMO_STORE", str(store))
    patch.setattr(PlaceView, "exhibits", lambda self, theme=None: EXHIBITS)
    for module in (charting, request_module):
        patch.setattr(module, "charted_places", lambda request: ["region", "273"])


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store")


@pytest.fixture
def build_request(tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> BuildRequest:
    patch_small_build(monkeypatch, store)
    return small_request(tmp_path)


def small_request(folder: Path) -> BuildRequest:
    notebooks = small_notebooks(folder / "notebooks")
    return BuildRequest(
        data_folder(),
        folder / "out",
        ("baseline",),
        until=2026,
        draws=6,
        seed=1,
        notebooks=notebooks,
        languages=("fi", "en"),
    )


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory, store: Path
) -> Iterator[tuple[BuildRequest, list[tuple[int, str]]]]:
    messages: list[tuple[int, str]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch_small_build(patch, store)
        build_request = small_request(tmp_path_factory.mktemp("built"))
        times = build(build_request, progress=lambda done, step: messages.append((done, step)))
    assert list(times.steps) == NAMES
    assert len(times.slowest_parts()) == 5
    assert {
        "forecast: baseline",
        "charts: kolari fi",
        "charts: kolari fi, workbook and slides",
        "notebooks: kolari/1",
        "site: pages",
    } <= set(times.parts)
    yield build_request, messages


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.unit
def test_the_steps_are_declared_in_order_with_their_outputs() -> None:
    assert [step.name for step in STEPS] == [*NAMES, "sheet"]
    assert [step.name for step in select_steps()] == NAMES
    assert all(step.output for step in STEPS)


@pytest.mark.unit
def test_steps_are_selected_by_name_and_run_in_the_order_of_the_build() -> None:
    assert [step.name for step in select_steps(["site", "forecast"])] == ["forecast", "site"]
    with pytest.raises(UserError, match="did you mean 'notebooks'"):
        select_steps(["notebook"])


@pytest.mark.slow
def test_a_build_writes_all_files_and_reports_progress(built) -> None:
    build_request, messages = built
    assert [step for _, step in messages if ": " not in step] == NAMES
    assert all(re.search(r", [\d.]+ s$", step) for _, step in messages if ": " in step)
    assert [count for count, _ in messages] == sorted(count for count, _ in messages)
    assert set(contents(build_request.out)) >= {
        "forecast.csv",
        "summary.json",
        "manifest.json",
        "index.html",
        "charts/charts.json",
        "charts/region_population_fan_fi.png",
        "charts/kolari_population_fan_en.svg",
        "workbooks/kolari.xlsx",
        "slides/region.pptx",
        "slides/kolari_labour.pptx",
        "notebooks/kolari/1.ipynb",
        "notebooks/kolari/1.html",
        "places/kolari.html",
        "fi/places/kolari.html",
        "sv/index.html",
        "themes/labour.html",
        "scenarios.html",
        "dictionary.html",
        "methods/population.html",
    }
    assert not list(build_request.out.rglob(".*"))


@pytest.mark.slow
def test_a_second_build_writes_the_same_bytes(built, build_request: BuildRequest) -> None:
    first = contents(built[0].out)
    build(build_request)
    second = contents(build_request.out)
    assert set(first) == set(second)
    assert {name for name in first if first[name] != second[name]} <= {"manifest.json"}


@pytest.mark.slow
def test_a_chart_equal_to_the_regions_is_drawn_once(built) -> None:
    charts = json.loads((built[0].out / "charts" / "charts.json").read_text(encoding="utf-8"))
    drawn = {(chart["place"], chart["id"]) for chart in charts}
    assert ("region", "programme_funding") in drawn
    assert ("kolari", "programme_funding") not in drawn
    assert ("kolari", "population_fan") in drawn


@pytest.mark.slow
@pytest.mark.parametrize(
    ("step", "maker"), [("charts", "save_figure"), ("charts", "save_workbook"), ("charts", "save_decks"),
                        ("notebooks", "save_notebook"), ("site", "write_site")],
)  # fmt: skip
@pytest.mark.parametrize("fault", [KeyboardInterrupt(), OSError(28, os.strerror(28))], ids=["interrupted", "full"])
def test_a_step_that_fails_keeps_the_earlier_files(
    build_request: BuildRequest, monkeypatch: pytest.MonkeyPatch, step: str, maker: str, fault: BaseException
) -> None:
    (build_request.out / step).mkdir(parents=True)
    (build_request.out / step / "earlier").write_text("kept", encoding="utf-8")
    module = charting if step == "charts" else building
    real: Callable[..., object] = getattr(module, maker)
    calls = []

    def fail_early(*words: object) -> object:
        calls.append(words)
        if step != "charts" or len(calls) > 1:
            raise fault
        return real(*words)

    monkeypatch.setattr(module, maker, fail_early)
    with pytest.raises((KeyboardInterrupt, AmoError, OSError)):
        build(build_request, [step])
    assert contents(build_request.out) == {f"{step}/earlier": b"kept"}


@pytest.mark.slow
def test_a_failing_notebook_is_named_at_the_end_and_does_not_stop_the_build(build_request: BuildRequest) -> None:
    broken = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# B"), nbformat.v4.new_code_cell("1 / 0")])
    nbformat.write(broken, build_request.notebooks / "00_start_here.ipynb")
    with pytest.raises(
        UnfinishedBuild, match=r"00_start_here\.ipynb failed in code cell 1 \(1 / 0\): ZeroDiv"
    ) as caught:
        build(build_request, ["notebooks", "site"])
    assert list(caught.value.times.steps) == ["notebooks", "site"]
    made = contents(build_request.out)
    assert {"notebooks/kolari/1.ipynb", "notebooks/kolari/1.html"} <= set(made)
    assert "notebooks/00_start_here.ipynb" not in made


@pytest.mark.slow
def test_an_exhibit_that_cannot_be_made_is_named(build_request: BuildRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(self: PlaceView, exhibit: str) -> None:
        raise AmoError("The text 'x' is missing.")

    monkeypatch.setattr(PlaceView, "show", fails)
    with pytest.raises(AmoError, match=r"exhibit 'population_fan' of .* in fi: The text 'x' is missing"):
        build(build_request, ["charts"])


@pytest.mark.unit
def test_the_store_of_forecasts_is_removed_after_the_build(
    build_request: BuildRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Path] = []

    def look(build_request: BuildRequest, run: object, done: object) -> None:
        seen.append(Path(os.environ["AMO_STORE"]))
        assert seen[0].is_dir()

    monkeypatch.delenv("AMO_STORE")
    monkeypatch.setattr(building, "STEPS", (Step("look", "nothing", lambda request: 1, look),))
    build(build_request)
    assert not seen[0].exists()
    assert "AMO_STORE" not in os.environ


@pytest.mark.slow
def test_workers_keep_the_order_and_have_the_variables() -> None:
    with open_workers(2, {"AMO_SEEN": "yes"}) as run:
        assert list(run(os.getenv, ["AMO_SEEN", "AMO_UNSEEN"])) == ["yes", None]
        assert list(run(abs, [-3, -2, -1])) == [3, 2, 1]
    assert "AMO_SEEN" not in os.environ
