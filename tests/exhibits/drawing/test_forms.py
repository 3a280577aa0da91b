import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from clashes import clashes
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from samples import PLACES, SECTORS, exhibit, few

from amoanalysis.exhibits.drawing.form_specs import FORMS

pytestmark = pytest.mark.unit
SIZES = ("slide", "half", "page")


def words(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(mpl.text.Text) if text.get_text()]


def chart(figure: Figure) -> Axes:
    return figure.axes[1]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("form", FORMS)
def test_no_text_is_cut_off_or_written_over_another(form, size):
    assert clashes(exhibit(form).figure(size)) == []


@pytest.mark.parametrize("size", ["half", "deck"])
@pytest.mark.parametrize("form", FORMS)
def test_no_text_is_cut_off_in_english_and_without_a_frame(form, size):
    assert clashes(exhibit(form, "en").figure(size)) == []


@pytest.mark.parametrize("form", FORMS)
def test_text_on_slides_has_at_least_12_points(form):
    figure = few(form).figure("slide")
    assert clashes(figure) == []
    sizes = [text.get_fontsize() for text in figure.findobj(mpl.text.Text) if text.get_text().strip()]
    assert min(sizes) >= 12


def test_a_phase_spans_its_years_and_its_start_has_a_whisker():
    data = exhibit("timeline").data
    axes = chart(exhibit("timeline").figure())
    spans = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in axes.patches]
    assert sorted(spans) == sorted(zip(data["value"], data["end"], strict=True))
    whisker = axes.collections[0].get_segments()
    assert [tuple(segment[:, 0]) for segment in whisker] == [(2029.0, 2036.0), (2030.0, 2037.0), (2031.0, 2038.0)]


def test_a_cut_or_covered_text_is_found():
    figure = few("bars").figure("half")
    figure.text(0.98, 0.5, "liian pitkä teksti")
    assert any("leaves the page" in fault for fault in clashes(figure))
    figure = few("bars").figure("half")
    figure.text(0.3, 0.5, "toinen teksti")
    figure.text(0.32, 0.5, "toisen päällä")
    assert any("overlaps" in fault for fault in clashes(figure))


def test_a_long_title_takes_two_lines_at_most():
    title = (
        "Kolarin työvoimavaje kasvaa, jos Hannukaisen kaivos avataan suunnitellusti ja Ylläksen matkailu kasvaa " * 2
    )
    shown = few("bars", title=title.strip()).figure("page")
    bold = [t for t in shown.findobj(mpl.text.Text) if t.get_weight() == "bold" and t.get_text()]
    assert len(bold) == 2
    assert clashes(shown) == []


def test_the_forecast_is_dashed_and_starts_where_the_observations_end():
    axes = chart(few("fan").figure())
    observed, ahead = axes.lines[:2]
    assert observed.get_linestyle() == "-"
    assert ahead.get_linestyle() == "--"
    assert ahead.get_xydata()[0] == pytest.approx(observed.get_xydata()[-1])


def test_the_interval_opens_from_the_last_observation():
    data = few("fan").data
    area = chart(few("fan").figure()).collections[1].get_paths()[0].vertices
    last = data[data["kind"] == "observed"].iloc[-1]
    assert area[:, 0].min() == last["year"]
    at_start = area[area[:, 0] == last["year"], 1]
    assert np.ptp(at_start) == pytest.approx(0)


def test_lines_carry_their_names_and_last_values():
    shown = words(exhibit("fan").figure())
    for name in PLACES:
        assert any(text.startswith(name) for text in shown)
    assert "Kittilä\u00a07\u00a0301" in shown


def test_a_gap_in_a_line_stays_a_gap():
    data = few("fan").data.assign(value=lambda d: d["value"].where(d["year"] != 2010))
    line = chart(few("fan", data=data).figure()).lines[0].get_ydata()
    assert np.isnan(line).sum() == 1


def test_panels_on_one_scale_share_its_ends():
    own = {axes.get_ylim() for axes in exhibit("fan_grid").figure().axes[1:]}
    options = {**exhibit("fan_grid").options, "shared": True}
    one = {axes.get_ylim() for axes in exhibit("fan_grid", options=options).figure().axes[1:]}
    assert len(own) == 6
    assert len(one) == 1


def test_different_scales_are_labelled():
    assert "asteikot eroavat toisistaan" in words(exhibit("fan_grid").figure())


def test_bars_keep_the_given_order_from_the_top():
    data = pd.DataFrame({"category": ["b", "a", "c"], "value": [1.0, 3.0, 2.0]})
    axes = chart(exhibit("bars", data=data).figure())
    bars = sorted(axes.patches, key=lambda bar: axes.transData.transform((0, bar.get_y()))[1], reverse=True)
    assert [bar.get_width() for bar in bars] == [1.0, 3.0, 2.0]


def test_bars_start_at_zero():
    low, high = chart(few("bars").figure()).get_xlim()
    assert low <= 0 <= high


def test_a_bar_without_a_value_is_labelled():
    data = few("bars").data.assign(value=lambda d: d["value"].where(d["category"] != "Koulutus"))
    assert "ei tietoa" in words(few("bars", data=data).figure())


def test_whiskers_span_low_to_high():
    data = few("bars").data
    lines = chart(few("bars").figure()).collections[0].get_segments()
    assert [tuple(segment[:, 0]) for segment in lines] == list(zip(data["low"], data["high"], strict=True))


def test_a_stack_is_as_high_as_the_total():
    data = exhibit("stacked").data
    highest = max(path.get_paths()[0].vertices[:, 1].max() for path in chart(exhibit("stacked").figure()).collections)
    assert highest == pytest.approx(data.groupby("year")["value"].sum().max())


def test_men_are_left_and_women_right_on_one_scale():
    men, women = exhibit("pyramid").figure().axes[1:]
    assert men.get_xlim() == women.get_xlim()[::-1]
    assert men.get_position().x1 <= women.get_position().x0


def test_other_years_are_outlines_of_the_pyramid():
    men = exhibit("pyramid").figure().axes[1]
    assert len(men.patches) == 20 + 2
    assert {"2022", "2030", "2040"} <= set(words(exhibit("pyramid").figure()))


def test_every_cell_shows_its_value():
    table = exhibit("heat").data
    shown = words(exhibit("heat").figure())
    written = [f"{value:.1f}".replace(".", ",") for value in table["value"]]
    assert sorted(set(written)) == sorted(set(written) & set(shown))


def test_long_column_names_are_rotated():
    names = ["tammikuu", "helmikuu", "maaliskuu", "huhtikuu", "toukokuu", "kesäkuu", "heinäkuu", "elokuu"]
    data = pd.DataFrame(
        [{"row": place, "column": name, "value": 1000.0} for place in PLACES for name in [*names, *"abcdef"]]
    )
    shown = exhibit("heat", data=data).figure("half")
    assert clashes(shown) == []
    assert any(text.get_rotation() == 90 for text in shown.findobj(mpl.text.Text) if text.get_text() == "tammikuu")


def test_a_missing_cell_is_a_dash_not_a_zero():
    data = exhibit("heat").data.assign(value=lambda d: d["value"].where(d.index != 3))
    assert "–" in words(exhibit("heat", data=data).figure())


def test_small_deviations_are_pale_if_the_scale_reaches_further():
    def strongest(**options: float) -> float:
        figure = exhibit("heat", options={"palette": "diverging", **options}).figure()
        cells = [cell for axes in figure.axes for cell in axes.patches if cell.get_linewidth() == pytest.approx(1.2)]
        return min(min(cell.get_facecolor()[:3]) for cell in cells)

    assert strongest(reach=1e6) > strongest() + 0.2


def test_the_bars_of_a_waterfall_connect():
    axes = chart(exhibit("waterfall").figure())
    bars = axes.patches
    ends = exhibit("waterfall").data
    assert bars[0].get_width() == 705
    assert bars[1].get_x() + bars[1].get_width() == pytest.approx(705 - 173)
    assert bars[-1].get_width() == ends["value"].iloc[-1]


def test_a_cut_scale_is_labelled_and_optional():
    steps = pd.DataFrame(
        {"step": ["2022", "muutto", "2040"], "kind": ["total", "delta", "total"], "value": [3854, -40, 3814]}
    )
    assert "palkit eivät ala nollasta" in words(exhibit("waterfall", data=steps).figure())
    assert "palkit eivät ala nollasta" not in words(exhibit("waterfall", data=steps, options={"zero": True}).figure())


def test_percent_is_written_as_the_language_does():
    data = few("fan").data.assign(value=61.25, low=np.nan, high=np.nan)
    assert any(
        text.endswith("61\u00a0%") or text.endswith("61,2\u00a0%")
        for text in words(few("fan", data=data, unit="%").figure())
    )
    assert any(text.endswith("61.2%") for text in words(few("fan", "en", data=data, unit="%").figure()))


def test_one_place_has_one_colour_in_every_form():
    colour = exhibit("fan").options["colours"]["Kolari"]
    fan = {line.get_color() for line in chart(exhibit("fan").figure()).lines}
    grid = {line.get_color() for axes in exhibit("fan_grid").figure().axes for line in axes.lines}
    assert colour in fan and colour in grid


def test_twenty_rows_fit_on_a_page():
    names = [f"{letter} – {name}" for letter in "abc" for name in SECTORS.values()][:20]
    data = pd.DataFrame({"category": names, "value": np.linspace(812.0, -30.0, 20)})
    assert clashes(exhibit("bars", data=data).figure("page")) == []


def test_one_year_is_enough_for_a_chart():
    data = few("fan").data.query("year == 2022")
    assert clashes(few("fan", data=data).figure("half")) == []


def test_a_series_of_zeros_is_drawn():
    data = few("fan").data.assign(value=0.0, low=np.nan, high=np.nan)
    assert clashes(few("fan", data=data, options={"zero": True}).figure()) == []
