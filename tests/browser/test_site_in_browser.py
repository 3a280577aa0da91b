"""The site in a browser: wide screen, phone, keyboard and accessibility rules."""

from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest

from amoanalysis.config.files import data_folder
from amoanalysis.exhibits.view import PlaceView
from amoanalysis.export import build_request as request_module
from amoanalysis.export import charts as charting
from amoanalysis.export.build import build
from amoanalysis.export.build_request import BuildRequest

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]
PHONE = 390
PAGES = (
    "index",
    "fi/index",
    "places/kittila",
    "sv/places/kittila",
    "scenarios",
    "themes/labour",
    "notebooks/kittila/1",
    "methods/balance",
)
BAD = ("serious", "critical")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, serve_folder: Callable[[Path], str]) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("site")
    (folder / "notebooks" / "kittila").mkdir(parents=True)
    code = "from amoanalysis import open_place\n\nkittila = open_place('Kittilä', lang='en')"
    shown = [f"kittila.show('{name}')" for name in ("population_fan", "training_supply_table")]
    cells = [nbformat.v4.new_markdown_cell("# Kittilä: gold and Levi")]
    cells += [nbformat.v4.new_code_cell(source) for source in (code, *shown)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "notebooks" / "kittila" / "1.ipynb")
    request = BuildRequest(
        data_folder(), folder / "out", ("baseline", "hannukainen"), 2040, 6, 1, 1, folder / "notebooks"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PlaceView, "exhibits", lambda self, theme=None: ["population_fan", "scenario_compare_jobs"])
        for module in (charting, request_module):
            patch.setattr(module, "charted_places", lambda request: ["region", "261"])
        build(request)
    yield serve_folder(request.out)


def test_the_map_links_to_kittila_by_mouse_and_keyboard(site: str, open_page, shots: Path) -> None:
    page = open_page(f"{site}/index.html")
    page.screenshot(path=shots / "site_front.png")
    link = page.locator(".region-map a[aria-label^='Kittilä']")
    link.click()
    page.wait_for_url("**/places/kittila.html")
    assert page.locator("h1").inner_text().startswith("Kittilä")
    page.screenshot(path=shots / "site_kittila.png")
    page.go_back()
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/places/kittila.html")
    assert page.foreign == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_phone_loads_from_no_other_host_and_is_accessible(
    site: str, open_page, shots: Path, name: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(f"{site}/{name}.html", PHONE)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    assert page.evaluate("document.documentElement.lang") == (name[:2] if name[:3] in ("fi/", "sv/") else "en")
    page.screenshot(path=shots / f"site_{name.replace('/', '_')}_phone.png")
    found = Axe().run(page).response["violations"]
    assert not [(fault["id"], fault["nodes"][0]["html"]) for fault in found if fault["impact"] in BAD]
    assert page.foreign == []


def test_a_long_table_is_searched_and_sorted_in_the_page(site: str, open_page, shots: Path) -> None:
    page = open_page(f"{site}/notebooks/kittila/1.html")
    rows = page.locator(".scroll table tbody tr")
    search = page.get_by_label("Search:")
    search.scroll_into_view_if_needed()
    before = rows.count()
    search.fill("Muonio")
    assert 0 < rows.count() < before
    assert all("Muonio" in words for words in rows.all_inner_texts())
    search.fill("")
    page.get_by_role("button", name="Municipality").click()
    places = [row.split("\t")[0] for row in rows.all_inner_texts()]
    assert places == sorted(places) and places[0] == "Enontekiö"
    page.screenshot(path=shots / "site_table.png")
    assert page.foreign == []


def test_every_link_of_a_page_exists(site: str, open_page) -> None:
    page = open_page(f"{site}/places/kittila.html")
    targets = page.eval_on_selector_all("a[href]", "links => links.map(one => one.href)")
    pages = {target.split("#")[0] for target in targets if target.startswith(site)}
    assert len(pages) > 10
    assert not [target for target in pages if page.request.get(target).status != 200]
