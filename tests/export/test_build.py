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
from amoanalysis.export import build_request as ordering
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


def made_small(patch: pytest.MonkeyPatch, store: Path) -> None:
    """Two places and three exhibits, whose forecasts are kept for all tests."""
    patch.setenv("AMO_STORE", str(store))
    patch.setattr(PlaceView, "exhibits", lambda self, theme=None: EXHIBITS)
    for module in (charting, ordering):
        patch.setattr(module, "charted_places", lambda request: ["region", "273"])


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store")


@pytest.fixture
def order(tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> BuildRequest:
    made_small(monkeypatch, store)
    return small_order(tmp_path)


def small_order(folder: Path) -> BuildRequest:
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
    told: list[tuple[int, str]] = []
    with pytest.MonkeyPatch.context() as patch:
        made_small(patch, store)
        order = small_order(tmp_path_factory.mktemp("built"))
        times = build(order, progress=lambda done, step: told.append((done, step)))
    assert list(times.steps) == NAMES
    assert len(times.slowest_parts()) == 5
    assert {
        "forecast: baseline",
        "charts: kolari fi",
        "charts: kolari fi, workbook and slides",
        "notebooks: kolari/1",
        "site: pages",
    } <= set(times.parts)
    yield order, told


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.unit
def test_the_steps_are_declared_in_their_order_and_say_what_they_make() -> None:
    assert [step.name for step in STEPS] == [*NAMES, "sheet"]
    assert [step.name for step in select_steps()] == NAMES
    assert all(step.output for step in STEPS)


@pytest.mark.unit
def test_steps_are_chosen_by_name_and_run_in_the_order_of_the_build() -> None:
    assert [step.name for step in select_steps(["site", "forecast"])] == ["forecast", "site"]
    with pytest.raises(UserError, match="did you mean 'notebooks'"):
        select_steps(["notebook"])


@pytest.mark.slow
def test_a_build_makes_everything_and_tells_how_far_it_is(built) -> None:
    order, told = built
    assert [step for _, step in told if ": " not in step] == NAMES
    assert all(re.search(r", [\d.]+ s$", step) for _, step in told if ": " in step)
    assert [count for count, _ in told] == sorted(count for count, _ in told)
    assert set(contents(order.out)) >= {
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
    assert not list(order.out.rglob(".*"))


@pytest.mark.slow
def test_a_second_build_makes_the_same_bytes(built, order: BuildRequest) -> None:
    first = contents(built[0].out)
    build(order)
    second = contents(order.out)
    assert set(first) == set(second)
    assert {name for name in first if first[name] != second[name]} <= {"manifest.json"}


@pytest.mark.slow
def test_a_chart_that_says_the_same_everywhere_is_drawn_once(built) -> None:
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
def test_a_step_that_ends_early_leaves_what_was_there(
    order: BuildRequest, monkeypatch: pytest.MonkeyPatch, step: str, maker: str, fault: BaseException
) -> None:
    (order.out / step).mkdir(parents=True)
    (order.out / step / "earlier").write_text("kept", encoding="utf-8")
    module = charting if step == "charts" else building
    real: Callable[..., object] = getattr(module, maker)
    calls = []

    def ends_early(*words: object) -> object:
        calls.append(words)
        if step != "charts" or len(calls) > 1:
            raise fault
        return real(*words)

    monkeypatch.setattr(module, maker, ends_early)
    with pytest.raises((KeyboardInterrupt, AmoError, OSError)):
        build(order, [step])
    assert contents(order.out) == {f"{step}/earlier": b"kept"}


@pytest.mark.slow
def test_a_failing_notebook_is_named_at_the_end_and_stops_nothing_else(order: BuildRequest) -> None:
    broken = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# B"), nbformat.v4.new_code_cell("1 / 0")])
    nbformat.write(broken, order.notebooks / "00_start_here.ipynb")
    with pytest.raises(
        UnfinishedBuild, match=r"00_start_here\.ipynb failed in code cell 1 \(1 / 0\): ZeroDiv"
    ) as caught:
        build(order, ["notebooks", "site"])
    assert list(caught.value.times.steps) == ["notebooks", "site"]
    made = contents(order.out)
    assert {"notebooks/kolari/1.ipynb", "notebooks/kolari/1.html"} <= set(made)
    assert "notebooks/00_start_here.ipynb" not in made


@pytest.mark.slow
def test_an_exhibit_that_cannot_be_made_is_named(order: BuildRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(self: PlaceView, exhibit: str) -> None:
        raise AmoError("The text 'x' is missing.")

    monkeypatch.setattr(PlaceView, "show", fails)
    with pytest.raises(AmoError, match=r"exhibit 'population_fan' of .* in fi: The text 'x' is missing"):
        build(order, ["charts"])


@pytest.mark.unit
def test_the_store_of_forecasts_ends_with_the_build(order: BuildRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Path] = []

    def look(request: BuildRequest, run: object, done: object) -> None:
        seen.append(Path(os.environ["AMO_STORE"]))
        assert seen[0].is_dir()

    monkeypatch.delenv("AMO_STORE")
    monkeypatch.setattr(building, "STEPS", (Step("look", "nothing", lambda request: 1, look),))
    build(order)
    assert not seen[0].exists()
    assert "AMO_STORE" not in os.environ


@pytest.mark.slow
def test_workers_keep_the_order_and_see_the_variables() -> None:
    with open_workers(2, {"AMO_SEEN": "yes"}) as run:
        assert list(run(os.getenv, ["AMO_SEEN", "AMO_UNSEEN"])) == ["yes", None]
        assert list(run(abs, [-3, -2, -1])) == [3, 2, 1]
    assert "AMO_SEEN" not in os.environ
