"""Public charts: what is drawn equals the frame, an Axes given is used, and wrong frames raise one sentence."""

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import shapely
from clashes import clashes
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from amoanalysis import plot
from amoanalysis.errors import DataError
from amoanalysis.plot import style
from amoanalysis.plot.frames import waterfall_steps

pytestmark = pytest.mark.unit

PLACES = ("Enontekiö", "Kittilä", "Kolari", "Muonio", "Pello", "Ylitornio")


def new_axes(width: float = 8, height: float = 5) -> Axes:
    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    return figure.subplots()


def fan_frame(places: tuple[str, ...] = ("Pello",), start: float = 3000.0) -> pd.DataFrame:
    years = np.arange(2015, 2031)
    status = np.where(years < 2023, "observed", np.where(years == 2023, "nowcast", "forecast"))
    ahead = np.where(status == "observed", np.nan, 20.0 * (years - 2022))
    parts = []
    for i, place in enumerate(places):
        median = start - 300 * i - 10.0 * (years - 2015)
        parts.append(pd.DataFrame({"place": place, "year": years, "median": median, "status": status}))
        parts[-1] = parts[-1].assign(low=median - ahead, high=median + 1.5 * ahead, unit="persons")
    return pd.concat(parts, ignore_index=True)


def bar_frame() -> pd.DataFrame:
    values = np.array([-35, 310, 120, -64, -412, -18.0])
    return pd.DataFrame({"place": PLACES, "value": values, "low": values - 40, "high": values + 60, "unit": "persons"})


def stacked_frame() -> pd.DataFrame:
    years = np.arange(2018, 2028)
    status = np.where(years < 2023, "observed", "forecast")
    parts = [
        pd.DataFrame({"year": years, "group": group, "value": 100.0 * (i + 1), "status": status, "unit": "jobs"})
        for i, group in enumerate("BIQ")
    ]
    return pd.concat(parts, ignore_index=True)


def heat_frame() -> pd.DataFrame:
    rows = [(place, month, 2.0 * i - month, "%") for i, place in enumerate(PLACES) for month in range(1, 13)]
    return pd.DataFrame(rows, columns=["place", "month", "value", "unit"])


def pyramid_frame() -> pd.DataFrame:
    ages = [f"{age:02d}-{age + 4:02d}" for age in range(0, 100, 5)] + ["100-"]
    rows = [
        (f"{sex} {age}", year, 200.0 - 9 * i + (sex == "m"), "persons")
        for year in (2022, 2040) for sex in "fm" for i, age in enumerate(ages)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["group", "year", "value", "unit"])


def waterfall_frame() -> pd.DataFrame:
    rows = [("2022", "total", 3300), ("births", "delta", 20), ("deaths", "delta", -60), ("2023", "total", 3260)]
    return pd.DataFrame(rows, columns=["step", "kind", "value"]).assign(unit="persons")


def timeline_frame() -> pd.DataFrame:
    rows = [
        ("Hannukainen", "construction", 2029, 2031, 2027, 2033), ("Hannukainen", "operation", 2031, 2045, None, None),
        ("Kittilä mine", "operation", 2009, 2035, None, None),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["event", "phase", "start", "end", "low", "high"])


def map_frame() -> gpd.GeoDataFrame:
    shapes = [shapely.box(x, y, x + 50_000, y + 60_000) for x in (300_000, 350_000) for y in (0, 60_000, 120_000)]
    values = [-8.1, 12.4, -2.0, np.nan, -19.5, 24.3]
    data = {"place": [f"{i:03}" for i in range(6)], "name": PLACES, "value": values, "unit": "%"}
    return gpd.GeoDataFrame(data, geometry=shapes, crs="EPSG:3067")


FRAMES = {
    "fan": fan_frame, "bars": bar_frame, "stacked": stacked_frame, "heatmap": heat_frame, "pyramid": pyramid_frame,
    "waterfall": waterfall_frame, "timeline": timeline_frame, "map": map_frame,
}  # fmt: skip
COLUMNS = {
    "fan": ["year", "median", "low", "high", "status"], "bars": ["value", "place"], "stacked": ["year", "value"],
    "heatmap": ["place", "month", "value"], "pyramid": ["group", "value"], "waterfall": ["step", "kind", "value"],
    "timeline": ["event", "start", "end"], "map": ["place", "value", "geometry"],
}  # fmt: skip


def words(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.figure.findobj(mpl.text.Text) if text.get_text()]


@pytest.mark.parametrize("name", FRAMES)
def test_the_axes_given_are_used_and_no_figure_is_opened(name):
    from matplotlib import _pylab_helpers

    ax = new_axes()
    frame = FRAMES[name]()
    before = frame.copy()
    assert getattr(plot, name)(frame, ax) is ax
    assert ax.has_data()
    assert _pylab_helpers.Gcf.get_all_fig_managers() == []
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("name", FRAMES)
def test_without_axes_the_current_ones_of_pyplot_are_used(name):
    import matplotlib.pyplot as plt

    current = plt.figure().add_subplot()
    try:
        assert getattr(plot, name)(FRAMES[name]()) is current
    finally:
        plt.close("all")


@pytest.mark.parametrize(("name", "column"), [(name, column) for name in FRAMES for column in COLUMNS[name]])
def test_a_missing_column_is_named_in_one_sentence(name, column):
    with pytest.raises(DataError, match=rf"amo\.plot\.{name} has .*'?{column}'?.*[:].*\.$"):
        getattr(plot, name)(FRAMES[name]().drop(columns=column), new_axes())


@pytest.mark.parametrize("name", FRAMES)
def test_no_rows_are_refused(name):
    with pytest.raises(DataError, match="has no rows"):
        getattr(plot, name)(FRAMES[name]().iloc[:0], new_axes())


@pytest.mark.parametrize(
    ("name", "change", "sentence"),
    [
        ("fan", {"status": "guess"}, "has the status 'guess': use observed, nowcast, estimate, forecast"),
        ("fan", {"year": 2030}, "has two rows for Pello, 2030"),
        ("fan", {"median": "12"}, "column 'median' .* is not numeric"),
        ("fan", {"low": 9e9}, "above high"),
        ("fan", {"unit": ["a"] * 8 + ["b"] * 8}, "mixes the units a, b"),
        ("bars", {"place": "Pello"}, "has two rows for Pello"),
        ("stacked", {"value": -1.0}, "negative value"),
        ("pyramid", {"group": "total"}, "has the group 'total': keep groups such as 'f 00-04'"),
        ("waterfall", {"kind": "step"}, "has the kind 'step': use total or delta"),
        ("waterfall", {"value": [1, 2, 3, 4]}, "does not add up at '2023': the steps lead to 6, the total is 4"),
        ("timeline", {"end": 1990}, "span of 'Hannukainen' that ends before it starts"),
        ("map", {"value": np.nan}, "no value for any place"),
    ],
)
def test_frames_that_cannot_be_drawn_are_refused(name, change, sentence):
    with pytest.raises(DataError, match=sentence):
        getattr(plot, name)(FRAMES[name]().assign(**change), new_axes())


@pytest.mark.parametrize("name", sorted(set(FRAMES) - {"timeline"}))
def test_the_unit_of_the_frame_is_on_the_chart(name):
    frame = FRAMES[name]()
    ax = getattr(plot, name)(frame, new_axes())
    assert frame["unit"].iloc[0] in words(ax)


@pytest.mark.parametrize("name", FRAMES)
def test_no_text_leaves_the_figure_or_covers_another(name):
    frame = fan_frame(PLACES, 6000) if name == "fan" else FRAMES[name]()
    figure = Figure(figsize=(9, 6), layout="constrained")
    FigureCanvasAgg(figure)
    getattr(plot, name)(frame, figure.subplots())
    assert clashes(figure) == []


@pytest.mark.parametrize(("lang", "written"), [("en", "2,850"), ("fi", "2\u00a0850")])
def test_numbers_follow_the_language(lang, written):
    assert f"Pello\u00a0{written}" in words(plot.fan(fan_frame(), new_axes(), lang=lang))


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(0, 1e5), st.floats(0, 1e5)), min_size=2, max_size=12))
def test_the_shaded_area_spans_low_to_high(points):
    frame = pd.DataFrame(
        [(2025 + i, m, m - below, m + above) for i, (m, below, above) in enumerate(points)],
        columns=["year", "median", "low", "high"],
    ).assign(status="forecast")
    ax = plot.fan(frame, new_axes(), labels=False, key=False)
    (path,) = ax.collections[0].get_paths()
    for year, low, high in frame[["year", "low", "high"]].itertuples(index=False):
        edge = path.vertices[path.vertices[:, 0] == year, 1]
        assert (edge.min(), edge.max()) == (low, high)


def test_the_interval_opens_from_the_last_observation():
    ax = plot.fan(fan_frame(), new_axes())
    (path,) = ax.collections[0].get_paths()
    assert path.vertices[:, 0].min() == 2022
    assert np.ptp(path.vertices[path.vertices[:, 0] == 2022, 1]) == 0


def test_observed_years_are_solid_and_all_others_dashed():
    frame = fan_frame()
    solid, dashed = plot.fan(frame, new_axes()).lines
    assert (solid.get_linestyle(), dashed.get_linestyle()) == ("-", "--")
    drawn = {line: np.array(line.get_ydata(), dtype=float) for line in (solid, dashed)}
    observed = frame["status"].eq("observed").to_numpy()
    assert np.array_equal(np.isfinite(drawn[solid]), observed)
    assert np.array_equal(np.isfinite(drawn[dashed]), frame["year"].ge(2022).to_numpy())
    assert set(words(solid.axes)) >= {"observed", "forecast", "80% interval"}


def test_an_estimate_between_observations_is_dashed_on_both_sides():
    frame = fan_frame().iloc[:5].assign(status=["observed", "observed", "estimate", "observed", "observed"])
    _, dashed = plot.fan(frame, new_axes()).lines
    assert np.isfinite(np.array(dashed.get_ydata(), dtype=float)).tolist() == [False, True, True, True, False]


def test_several_places_are_several_fans_with_their_names_at_the_ends():
    ax = plot.fan(fan_frame(PLACES, 6000), new_axes())
    assert len(ax.collections) == len(PLACES)
    assert [text.get_text().split("\u00a0")[0] for text in ax.texts] == list(PLACES)
    assert len({tuple(area.get_facecolor()[0]) for area in ax.collections}) == len(PLACES)
    right = ax.get_window_extent().x1
    assert max(text.get_window_extent().x1 for text in ax.texts) <= right


def test_places_and_scenarios_together_name_the_series():
    both = pd.concat([fan_frame().assign(scenario=name) for name in ("baseline", "hannukainen")])
    names = [text.get_text() for text in plot.fan(both, new_axes()).texts]
    assert [name.split("\u00a0")[0] for name in names] == ["baseline", "hannukainen"]


def test_a_palette_gives_the_colours():
    ax = plot.fan(fan_frame(("Pello", "Kolari")), new_axes(), palette={"Pello": "#112233", "Kolari": "#445566"})
    assert [ax.lines[i].get_color() for i in (0, 2)] == ["#112233", "#445566"]
    with pytest.raises(DataError, match="palette has no colour for 'Kolari'"):
        plot.fan(fan_frame(("Pello", "Kolari")), new_axes(), palette={"Pello": "#112233"})


def test_more_series_than_colours_still_differ():
    ax = plot.fan(fan_frame(tuple("abcdefghijkl"), 9000), new_axes())
    assert len({line.get_color() for line in ax.lines}) == 12


def test_style_reaches_the_lines():
    assert plot.fan(fan_frame(), new_axes(), linewidth=5).lines[0].get_linewidth() == 5


def test_bars_are_as_long_as_their_values_and_whiskers_as_their_intervals():
    frame = bar_frame()
    ax = plot.bars(frame, new_axes())
    assert [bar.get_width() for bar in ax.patches] == frame["value"].tolist()
    whiskers = ax.collections[0].get_segments()
    assert [tuple(segment[:, 0]) for segment in whiskers] == list(zip(frame["low"], frame["high"], strict=True))


def test_percentages_have_their_own_unit_and_no_whiskers_of_the_value():
    ax = plot.bars(bar_frame().assign(percent=1.5), new_axes(), value="percent")
    assert ax.get_xlabel() == "%"
    assert len(ax.collections[0].get_segments()) == 0


def test_a_bar_for_each_scenario_has_its_whisker_at_its_middle():
    frame = pd.concat([bar_frame().assign(scenario=name) for name in ("baseline", "hannukainen")])
    ax = plot.bars(frame, new_axes(), category="place")
    bars = [(bar.get_y() + bar.get_height() / 2, bar.get_width()) for bar in ax.patches if bar.get_width()]
    middles = [segment[0, 1] for segment in ax.collections[0].get_segments()]
    assert middles == pytest.approx([y for y, _ in bars])
    assert [width for _, width in bars] == frame["value"].tolist()


def test_stacked_areas_add_up_to_the_total():
    frame = stacked_frame()
    ax = plot.stacked(frame, new_axes())
    top = ax.collections[-1].get_paths()[0].vertices
    assert top[:, 1].max() == frame.groupby("year")["value"].sum().max()
    assert mpl.colors.to_hex(ax.collections[0].get_facecolor()[0]) == style.SECTOR_COLOURS["B"]


def test_a_stack_needs_every_part_in_every_year():
    with pytest.raises(DataError, match="no value for B in 2018"):
        plot.stacked(stacked_frame().iloc[1:], new_axes())


def test_the_heat_map_writes_each_value_and_centres_its_scale():
    frame = heat_frame()
    ax = plot.heatmap(frame, new_axes(), centre=0)
    assert len(ax.texts) == len(frame)
    low, high = ax.collections[0].get_clim()
    assert low == -high == -frame["value"].abs().max()


def test_men_and_women_mirror_each_other():
    frame = pyramid_frame().assign(value=lambda d: d["value"].where(d["group"].str.startswith("f"), d["value"] - 1))
    ax = plot.pyramid(frame, new_axes())
    men, women = ([bar.get_width() for bar in side] for side in ax.containers)
    assert men == [-width for width in women]
    assert ax.get_xlim()[0] == -ax.get_xlim()[1]
    assert not any("\u2212" in label for label in ax.xaxis.get_major_formatter().format_ticks([-100, 100]))


def test_an_age_group_of_one_sex_is_refused():
    with pytest.raises(DataError, match="lacks an age group of one sex"):
        plot.pyramid(pyramid_frame().iloc[1:], new_axes())


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=12), st.floats(-1e6, 1e6))
def test_the_steps_of_a_waterfall_lead_from_the_first_level_to_the_sum(deltas, start):
    begin, end = waterfall_steps(["total", *["delta"] * len(deltas)], [start, *deltas])
    assert end[-1] == pytest.approx(start + sum(deltas), abs=1e-3)
    assert (begin[1:] == end[:-1]).all()


def test_a_span_runs_from_its_start_to_its_end():
    frame = timeline_frame()
    ax = plot.timeline(frame, new_axes())
    spans = sorted((bar.get_x(), bar.get_x() + bar.get_width()) for bar in ax.patches)
    assert spans == sorted(zip(frame["start"], frame["end"], strict=True))
    assert [tuple(segment[:, 0]) for segment in ax.collections[0].get_segments()] == [(2027, 2033)]


def test_the_map_colours_every_place_and_hatches_those_without_a_value():
    ax = plot.map(map_frame(), new_axes())
    coloured, missing = ax.collections
    assert len(coloured.get_paths()) == 5
    assert len(missing.get_paths()) == 1
    assert missing.get_hatch() == "////"
    assert "no data" in words(ax)


@pytest.mark.parametrize("key", ["place", "name"])
def test_geometry_is_joined_by_code_or_name(key):
    areas = map_frame()[["place", "name", "geometry"]]
    frame = pd.DataFrame({"place": areas[key].iloc[:4], "value": [1.0, 2, 3, 4], "unit": "jobs"})
    ax = plot.map(frame, new_axes(), geometry=areas)
    surroundings, coloured = ax.collections
    assert (len(surroundings.get_paths()), len(coloured.get_paths())) == (2, 4)
    assert "Kolari\n3" in words(ax)


def test_an_unknown_place_names_the_nearest():
    areas = map_frame()[["place", "name", "geometry"]]
    with pytest.raises(DataError, match="has no place 'Kolar': did you mean 'Kolari'"):
        plot.map(pd.DataFrame({"place": ["Kolar"], "value": [1.0]}), new_axes(), geometry=areas)


def test_geometry_without_a_coordinate_system_is_refused():
    with pytest.raises(DataError, match="no coordinate system: set its crs"):
        plot.map(map_frame().set_crs(None, allow_override=True), new_axes())
