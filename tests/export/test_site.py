from pathlib import Path

import pytest

from amoanalysis.config.files import data_folder
from amoanalysis.config.text import text
from amoanalysis.data.load import Data
from amoanalysis.export.site import NAVIGATION_TEXTS, translate_page_frame
from amoanalysis.export.site_pages import COLUMNS_TITLE, dictionary_page

pytestmark = pytest.mark.unit
LINKS = "".join(
    f'<a class="nav-link nav-internal" href="../../{key}.html">\n {text(f"site.{key}", "en")}\n</a>'
    for key in NAVIGATION_TEXTS
)
PAGE = f'<html lang="en"><button title="Search"></button>{LINKS}<i></i> On this page\n</div><p>Themes of Home</p>'


@pytest.mark.parametrize("lang", ["fi", "sv"])
def test_texts_around_a_page_are_in_its_language(lang: str) -> None:
    html = translate_page_frame(PAGE, Path(lang, "places", "kolari.html"))
    assert html.startswith(f'<html lang="{lang}">')
    assert all(f"\n {text(f'site.{key}', lang)}\n</a>" in html for key in NAVIGATION_TEXTS)
    assert f'title="{text("site.search", lang)}"' in html and text("site.on_this_page", lang) in html
    assert "<p>Themes of Home</p>" in html
    assert 'href="../scenarios.html"' in html and 'href="../../places.html"' in html


def test_a_page_in_english_is_unchanged() -> None:
    assert translate_page_frame(PAGE, Path("places", "kolari.html")) == PAGE


def test_the_dictionary_page_lists_every_column() -> None:
    page = dictionary_page("# Data dictionary", Data(data_folder()))
    assert page.startswith(f"# Data dictionary\n\n## {COLUMNS_TITLE}\n\n<div")
    assert page.count('scope="row"') > 200
    assert "\n\n" not in page[page.index("<div") :].strip()
