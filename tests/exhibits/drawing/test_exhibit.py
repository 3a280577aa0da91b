import dataclasses
import re

import matplotlib as mpl
import pandas as pd
import pytest
from clashes import clashes
from samples import exhibit, few

from amoanalysis.errors import DataError, UserError
from amoanalysis.exhibits.drawing.exhibit import Exhibit

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(("size", "inches"), [("slide", (13.333, 7.5)), ("half", (6.4, 5.6)), ("page", (6.3, 4.0))])
def test_a_figure_has_its_size_in_inches(size, inches):
    assert few("bars").figure(size).get_size_inches() == pytest.approx(inches, abs=1e-3)


def test_an_unknown_size_raises_a_user_error():
    with pytest.raises(UserError, match="There is no size 'slides'"):
        few("bars").figure("slides")


@pytest.mark.parametrize("name", ["title", "alt", "sources"])
def test_title_alt_text_and_source_are_required(name):
    with pytest.raises(DataError, match=f"has no {name}"):
        exhibit("fan", **{name: () if name == "sources" else ""})


def test_an_unknown_language_is_refused():
    with pytest.raises(UserError, match="no language 'se'"):
        Exhibit(**{**vars(few("bars")), "lang": "se"})


def test_an_exhibit_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        few("bars").title = "Toinen"


def test_its_html_has_title_alt_text_note_and_source():
    html = exhibit("fan", title="Kolari < Kittilä & muut", alt='Viiva "nousee"')._repr_html_()
    assert "<h3" in html and "Kolari &lt; Kittilä &amp; muut" in html
    assert 'alt="Viiva &quot;nousee&quot;"' in html
    assert "Lähteet: Tilastokeskus" in html and "Huom." in html
    assert re.search(r'src="data:image/png;base64,iVBOR', html)
    assert 'lang="fi"' in html


def test_its_texts_are_in_its_language():
    words = {text.get_text() for text in exhibit("fan", "en").figure().findobj(mpl.text.Text)}
    assert {"observed", "forecast", "80% interval"} <= words
    words = {text.get_text() for text in exhibit("fan", "sv").figure().findobj(mpl.text.Text)}
    assert {"observerat", "prognos"} <= words


@pytest.mark.parametrize(("lang", "written"), [("fi", "−19,5"), ("en", "−19.5"), ("sv", "−19,5")])
def test_numbers_follow_the_language(lang, written):
    words = {text.get_text() for text in exhibit("map", lang).figure("half").findobj(mpl.text.Text)}
    assert written in words


@pytest.mark.parametrize("size", ["slide", "half", "page", "notebook", "deck"])
def test_missing_data_is_explained_in_a_notice(size):
    why = "Koulutuspaikkoja toimipisteittäin ei julkaista avoimessa aineistossa; täytä pohja, niin kuvio piirtyy siitä."
    shown = exhibit("fan", data=pd.DataFrame(), missing=why, sources=(), subtitle="").figure(size)
    words = " ".join(text.get_text() for text in shown.findobj(mpl.text.Text))
    assert "Tätä kuviota ei voi vielä näyttää" in words
    assert "täytä pohja" in words
    assert clashes(shown) == []


def test_settings_of_the_notebook_neither_affect_the_chart_nor_change():
    plain = few("fan").png("page")
    with mpl.rc_context({"font.size": 31, "lines.linewidth": 9, "axes.facecolor": "black", "text.parse_math": True}):
        before = dict(mpl.rcParams)
        assert few("fan").png("page") == plain
        assert dict(mpl.rcParams) == before


def test_a_dollar_sign_is_not_math():
    shown = few("bars", title="Kulta maksoi 2 000 $ ja 3 000 $").figure("half")
    assert any("2 000 $" in text.get_text() for text in shown.findobj(mpl.text.Text))


def test_drawing_leaves_no_figure_open():
    from matplotlib import _pylab_helpers

    few("bars").png("page")
    assert _pylab_helpers.Gcf.get_all_fig_managers() == []
