import re
from html import unescape

import numpy as np
import pandas as pd
import pytest
from samples import exhibit

from amoanalysis.config.text import LANGUAGES, number
from amoanalysis.exhibits.drawing.html_table import LONG, table_html

pytestmark = pytest.mark.law
FRAME = pd.DataFrame(
    {
        "place": ["Kolari", "Kittilä & <muut>", "Muonio"],
        "year": [2020, 2021, 2022],
        "jobs": [1234.56, -3.21, np.nan],
        "band": ["1\u00a0000\u20131\u00a0500", "\u22125 … 1", "ei tietoa"],
    }
)


def cells_of(html: str) -> list[list[str]]:
    """The texts of the cells, one list per row of the body."""
    body = html[html.index("<tbody") : html.index("</tbody>")]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    return [[unescape(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)] for row in rows]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_values_are_formatted_by_language(lang):
    rows = cells_of(table_html(FRAME, lang, "t", "Taulu", digits={"jobs": 1}))
    assert [row[0] for row in rows] == FRAME["place"].tolist()
    assert [row[1] for row in rows] == ["2020", "2021", "2022"]
    assert [row[2] for row in rows][:2] == [number(value, lang, 1) for value in FRAME["jobs"][:2]]
    assert rows[2][2] == {"fi": "ei tietoa", "en": "no data", "sv": "uppgift saknas"}[lang]
    assert [row[3] for row in rows] == FRAME["band"].tolist()


def test_numbers_are_sorted_by_value():
    html = table_html(FRAME, "fi", "t", "Taulu")
    order = re.findall(r'data-order="([^"]*)"', html)
    assert [float(found or "nan") for found in order] == pytest.approx(
        [2020, 1234.56, 1000, 2021, -3.21, -5, 2022, np.nan, np.nan], nan_ok=True
    )


def test_a_table_is_accessible_to_screen_readers():
    html = table_html(FRAME, "fi", "t", 'Taulu "A"', spanners={"Kaikki työpaikat": ("jobs", "band")})
    assert html.count('scope="row"') == len(FRAME)
    assert html.count('scope="col"') == FRAME.shape[1]
    assert html.count('scope="colgroup"') == 1
    assert 'role="region" aria-label="Taulu &quot;A&quot;"' in html
    named = set(re.findall(r'id="([^"]*)"', html))
    assert {name for cell in re.findall(r'headers="([^"]*)"', html) for name in cell.split()} <= named


@pytest.mark.parametrize("turns", [1, LONG])
def test_a_table_loads_nothing_from_other_hosts_and_its_style_is_scoped(turns):
    html = table_html(pd.concat([FRAME] * turns), "fi", "t", "Taulu")
    assert not re.search(r'(src|href|url|import)\s*[=(]?\s*["\'(]?https?:', html)
    styles = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)[0]
    rules = re.findall(r"([^{}]+)\{", styles)
    assert all(part.strip().startswith("#t ") for rule in rules for part in rule.split(","))


def test_a_long_table_can_be_searched_in_its_language_and_holds_all_its_rows():
    many = pd.concat([FRAME] * LONG)
    short, long = table_html(FRAME, "fi", "t", "Taulu"), table_html(many, "fi", "t", "Taulu")
    assert "<script" not in short
    assert '"search": "Hae:"' in long
    assert len(cells_of(long)) == len(many)


def test_an_exhibit_of_a_table_shows_its_rows_with_finding_note_and_source():
    shown = exhibit("table")
    html = shown._repr_html_()
    assert shown.title in html and "Lähteet: Tilastokeskus" in html and "<img" not in html
    assert len(cells_of(html)) == len(shown.data)


def test_the_same_table_gives_the_same_html():
    assert table_html(FRAME, "fi", "t", "Taulu") == table_html(FRAME, "fi", "t", "Taulu")
