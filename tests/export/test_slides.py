import io
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook
from pptx import Presentation
from pptx.util import Inches
from samples import PLACES, exhibit, few

from amoanalysis.errors import AmoError
from amoanalysis.exhibits.drawing.text_metrics import LINE_HEIGHT, measure_widest
from amoanalysis.export.charts import drop_repeated
from amoanalysis.export.slides import (
    NAMES,
    ROWS,
    SMALLEST,
    _chart_font_size,
    _number_format,
    chart_table,
    has_native,
    save_deck,
)

pytestmark = pytest.mark.unit


def without_band(form, lang="fi", **changes):
    data = exhibit(form).data.drop(columns=["low", "high"], errors="ignore")
    return exhibit(form, lang, data=data, **changes)


def deck_of(tmp_path, *shown):
    return Presentation(save_deck(shown, tmp_path / "deck.pptx", "Kolari", "amo export --place kolari --lang fi"))


def chart_on(slide):
    return next((shape.chart for shape in slide.shapes if shape.has_chart), None)


def test_a_deck_is_16_9_with_a_title_slide_and_a_slide_per_exhibit(tmp_path):
    deck = deck_of(tmp_path, exhibit("fan"), exhibit("map"))
    assert deck.slide_width / deck.slide_height == pytest.approx(16 / 9)
    assert len(deck.slides) == 3
    assert deck.slides[0].shapes.title.text == "Kolari"
    assert deck.slides[1].shapes.title.text == exhibit("fan").title


@pytest.mark.parametrize(
    ("shown", "native"),
    [
        (exhibit("fan"), False),
        (without_band("fan"), True),
        (exhibit("bars"), False),
        (without_band("bars"), True),
        (exhibit("stacked"), True),
        (exhibit("map"), False),
        (exhibit("waterfall"), False),
        (exhibit("fan", missing="Ei ole."), False),
    ],
)
def test_a_chart_is_native_if_powerpoint_has_the_form(tmp_path, shown, native):
    assert has_native(shown) is native
    slide = deck_of(tmp_path, shown).slides[1]
    assert (chart_on(slide) is not None) is native


@pytest.mark.parametrize("form", ["fan", "bars", "stacked"])
def test_a_native_chart_read_again_equals_the_data(tmp_path, form):
    shown = without_band(form)
    table = chart_table(shown)
    plot = chart_on(deck_of(tmp_path, shown).slides[1]).plots[0]
    assert list(plot.categories) == [str(name) for name in table.index]
    assert [series.name for series in plot.series] == list(table.columns)
    for series in plot.series:
        values = np.array([np.nan if value is None else value for value in series.values])  # noqa: PD011
        assert values == pytest.approx(table[series.name].to_numpy(), nan_ok=True)


def test_the_observed_and_the_forecast_part_of_a_line_are_the_data():
    shown = without_band("fan")
    table = chart_table(shown)
    for name in PLACES:
        own = shown.data[shown.data["series"] == name].set_index("year")["value"]
        assert table[name].fillna(table[f"{name}, ennuste"]).tolist() == pytest.approx(own.tolist())
        assert table[[name, f"{name}, ennuste"]].notna().all(axis=1).sum() == 1


def test_the_workbook_behind_a_native_chart_holds_its_data(tmp_path):
    shown = without_band("bars")
    part = chart_on(deck_of(tmp_path, shown).slides[1]).part.chart_workbook.xlsx_part
    sheet = load_workbook(io.BytesIO(part.blob)).active
    written = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert written[0][1:] == ["2030", "2035"]
    assert [row[0] for row in written[1:]] == list(chart_table(shown).index)


def test_every_chart_has_its_alt_text(tmp_path):
    shown = [exhibit("map", alt="Kartta sanoin."), without_band("bars", alt="Palkit sanoin.")]
    slides = list(deck_of(tmp_path, *shown).slides)[1:]
    texts = [shape.element.xpath(".//p:cNvPr/@descr") for slide in slides for shape in slide.shapes]
    assert [alt for alts in texts for alt in alts if alt] == ["Kartta sanoin.", "Palkit sanoin."]


def test_the_notes_have_sources_texts_and_the_command(tmp_path):
    shown = exhibit("fan")
    notes = deck_of(tmp_path, shown).slides[1].notes_slide.notes_text_frame.text
    for part in (*shown.sources, shown.alt, shown.note, "amo export --place kolari --lang fi"):
        assert part in notes


def test_source_and_note_are_on_the_slide(tmp_path):
    slide = deck_of(tmp_path, exhibit("fan")).slides[1]
    words = "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
    assert "Lähteet: Tilastokeskus" in words
    assert "Huom. Kaivoksen" in words


def test_all_shapes_are_within_the_slide(tmp_path):
    deck = deck_of(tmp_path, exhibit("map"), without_band("bars"), exhibit("heat"))
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0 and shape.left + shape.width <= deck.slide_width
            assert shape.top >= 0 and shape.top + shape.height <= deck.slide_height


def test_parts_of_a_slide_do_not_overlap(tmp_path):
    slide = deck_of(tmp_path, exhibit("map")).slides[1]
    parts = sorted((shape.top, shape.top + shape.height) for shape in slide.shapes if shape.width > Inches(12))
    assert all(above[1] <= below[0] + Inches(0.01) for above, below in pairwise(parts))


def test_colours_of_a_native_chart_are_those_of_the_exhibit(tmp_path):
    shown = without_band("fan")
    plot = chart_on(deck_of(tmp_path, shown).slides[1]).plots[0]
    for series in plot.series:
        place = series.name.split(",")[0]
        assert str(series.format.line.color.rgb) == shown.options["colours"][place].lstrip("#").upper()


def test_one_series_has_no_legend_and_colours_by_category(tmp_path):
    data = pd.DataFrame({"category": ["Kolari", "Pello"], "value": [3.0, 2.0]})
    shown = exhibit("bars", data=data, options={"colours": {"Kolari": "#c0392b"}})
    chart = chart_on(deck_of(tmp_path, shown).slides[1])
    assert chart.has_legend is False
    assert str(chart.plots[0].series[0].points[0].format.fill.fore_color.rgb) == "C0392B"


def test_a_deck_without_exhibits_is_an_error(tmp_path):
    with pytest.raises(AmoError, match="at least one"):
        save_deck([], tmp_path / "deck.pptx", "Kolari")


def test_two_writes_are_the_same_bytes(tmp_path):
    shown = [without_band("bars"), few("fan")]
    one, other = (save_deck(shown, tmp_path / name, "Kolari") for name in ("a.pptx", "b.pptx"))
    assert one.read_bytes() == other.read_bytes()


def test_a_deck_shows_equal_figures_once():
    shown = [
        without_band("bars"),
        without_band("bars", title="Samat luvut toisin sanoin"),
        exhibit("fan", missing="Ei."),
    ]
    assert drop_repeated(shown) == shown[:1]
    assert drop_repeated([few("bars"), few("fan")]) != drop_repeated([few("bars")])


def test_every_row_of_a_native_chart_fits_its_name():
    for count, words in ((4, 60), (10, 50), (14, 8)):
        names = [f"{place} {'m' * words}" for place in range(count)]
        data = pd.DataFrame({"category": names, "value": np.arange(1.0, count + 1)})
        letters = _chart_font_size(
            exhibit("bars", data=data, options={}), chart_table(exhibit("bars", data=data, options={}))
        )
        lines = np.ceil(measure_widest(names, letters) / NAMES)
        assert letters == SMALLEST or lines * letters * LINE_HEIGHT <= ROWS / count


def test_number_formats_follow_the_language_of_the_exhibit():
    data = pd.DataFrame({"category": ["Kolari", "Pello"], "value": [12345.0, 2.0]})
    fi, en = (_number_format(exhibit("bars", lang, data=data, options={})) for lang in ("fi", "en"))
    assert fi == '[>=1000000]#"\u00a0"###"\u00a0"##0;[>=1000]#"\u00a0"##0;0'
    assert en.startswith("#,##0")
    shares = data.assign(value=[12.0, 2.0])
    assert '"\u00a0%"' in _number_format(exhibit("bars", "sv", data=shares, unit="%", options={}))
    assert '0"%"' in _number_format(exhibit("bars", "en", data=shares, unit="%", options={}))


def test_the_slide_number_is_below_the_sources(tmp_path):
    slide = deck_of(tmp_path, exhibit("fan")).slides[1]
    numbered = [shape for shape in slide.slide_layout.placeholders if "Number" in shape.name]
    below = max(shape.top + shape.height for shape in slide.shapes if shape.has_text_frame and "Lähteet" in shape.text)
    assert all(shape.top >= below for shape in numbered) and numbered
