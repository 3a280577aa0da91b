"""The notebooks in JupyterLab and the explorer in the app, used in a browser."""

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import nbformat
import pytest

pytest.importorskip("playwright")
from playwright.sync_api import TimeoutError

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]
LAB = ["-m", "jupyterlab", "--no-browser", "--port={port}", "--IdentityProvider.token=", "--allow-root"]
QUIET = ["--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
APP = "from amoanalysis.cli.app import main; main()"
CHARTS = "figure.exhibit img"


@pytest.fixture(scope="module")
def lab(start: Callable[..., str], notebooks: Path) -> str:
    return start([*LAB, f"--ServerApp.root_dir={notebooks}", *QUIET], notebooks, "/lab")


def run_all(page) -> None:
    """Runs all cells from the menu; repeated because JupyterLab ignores it before the kernel is ready."""
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    page.get_by_role("button", name=re.compile("Python 3")).first.wait_for()
    for _ in range(5):
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name=re.compile("^Run All Cells")).first.click()
        with suppress(TimeoutError):
            page.wait_for_function(
                "[...document.querySelectorAll('.jp-InputPrompt')].some(one => /\\d|\\*/.test(one.innerText))",
                timeout=15_000,
            )
            return


def test_lab_opens_kolari_runs_all_cells_and_shows_the_charts(
    lab: str, notebooks: Path, open_page, shots: Path
) -> None:
    cells = nbformat.read(notebooks / "kolari" / "1_labour.ipynb", as_version=4).cells
    charts = sum(cell.source.count(".show(") for cell in cells if cell.cell_type == "code")
    page = open_page(f"{lab}/lab/tree/kolari/1_labour.ipynb")
    run_all(page)
    page.wait_for_function(f"document.querySelectorAll('{CHARTS}').length === {charts}")
    assert page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.error']").count() == 0
    sizes = page.eval_on_selector_all(CHARTS, "pictures => pictures.map(one => one.naturalWidth)")
    assert all(size > 1000 for size in sizes)
    page.locator(CHARTS).first.scroll_into_view_if_needed()
    page.screenshot(path=shots / "lab_kolari_1_labour.png")
    assert page.foreign == []


def moved(page, shot: Path) -> None:
    """Changes the start of the mine by keyboard and waits for new charts."""
    slider = page.locator(".widget-slider, .jupyter-widget-slider").first
    slider.wait_for()
    page.wait_for_function(f"document.querySelectorAll('{CHARTS}').length >= 2")
    before = page.locator(f".widget-html {CHARTS}, .jupyter-widgets {CHARTS}").first.get_attribute("src")
    handle = slider.locator(".noUi-handle")
    year = handle.get_attribute("aria-valuetext")
    slider.evaluate("one => one.scrollIntoView()")
    page.screenshot(path=shot.with_stem(f"{shot.stem}_before"))
    handle.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    shown = f"[...document.querySelectorAll('.jupyter-widgets {CHARTS}')]"
    page.wait_for_function(f"before => !{shown}.some(one => one.src === before)", arg=before)
    moved_to = handle.get_attribute("aria-valuetext")
    assert moved_to != year
    page.locator(".jupyter-widgets").get_by_text(f"mine {moved_to}").first.wait_for()
    page.screenshot(path=shot)


def test_a_slider_of_the_explorer_moves_and_the_chart_changes(lab: str, open_page, shots: Path) -> None:
    page = open_page(f"{lab}/lab/tree/region/5_explorer.ipynb")
    run_all(page)
    moved(page, shots / "lab_explorer.png")
    assert page.foreign == []


def test_a_slider_of_the_app_moves_and_the_chart_changes(
    start: Callable[..., str], notebooks: Path, open_page, shots: Path
) -> None:
    address = start(["-c", APP, "app", "--port", "{port}", "--no-browser"], notebooks.parent, "/voila/static/")
    page = open_page(address)
    moved(page, shots / "app_explorer.png")
    assert page.locator(".jp-CodeCell .jp-InputArea-editor:visible").count() == 0
    assert page.foreign == []
