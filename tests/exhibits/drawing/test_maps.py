import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pytest
import shapely
from clashes import clashes
from samples import PLACES, exhibit

from amoanalysis.errors import DataError
from amoanalysis.exhibits.drawing.canvas import Box
from amoanalysis.exhibits.drawing.map_labels import Site, place_areas, place_sites
from amoanalysis.exhibits.drawing.maps import classify_values
from amoanalysis.plot import style

pytestmark = pytest.mark.unit
VIEW = Box(0, 0, 400, 300)


def words(figure):
    return [text.get_text() for text in figure.findobj(mpl.text.Text) if text.get_text()]


def fills(figure):
    return [mpl.colors.to_hex(patch.get_facecolor()) for patch in figure.axes[0].patches]


@pytest.mark.parametrize("bins", [{"bins": [-20, -10, 0, 20]}, {}])
def test_every_area_is_named_and_valued_and_neighbours_are_grey(bins):
    options = {name: value for name, value in exhibit("map").options.items() if name != "bins"}
    figure = exhibit("map", options={**options, **bins}).figure()
    assert {*PLACES, "Pajala", "Sodankylä", "12,4"} <= set(words(figure))
    assert style.LAND in fills(figure)


def test_the_map_is_drawn_in_the_projection_of_finland():
    data = exhibit("map").data
    there = exhibit("map", data=data.to_crs("EPSG:4326"))
    one, other = (drawn.figure("page").axes[0].patches[2].get_extents().bounds for drawn in (exhibit("map"), there))
    assert one == pytest.approx(other, abs=0.5)


def test_geometry_without_a_coordinate_system_is_refused():
    data = exhibit("map").data
    with pytest.raises(DataError, match="coordinate system"):
        exhibit("map", data=gpd.GeoDataFrame(data.drop(columns="geometry"), geometry=list(data.geometry))).figure()


def test_an_area_without_a_value_is_hatched_and_explained():
    data = exhibit("map").data.assign(value=lambda d: d["value"].where(d["label"] != "Pello"))
    figure = exhibit("map", data=data).figure()
    assert words(figure).count("ei tietoa") == 2
    assert any(patch.get_hatch() for patch in figure.axes[0].patches)
    assert clashes(figure) == []


def test_an_unknown_kind_of_site_is_refused():
    options = exhibit("map").options
    with pytest.raises(DataError, match="The site 'Hannukainen' of the map is of kind 'pit'"):
        exhibit("map", options={**options, "sites": options["sites"].assign(kind="pit")}).figure()


def test_the_scale_bar_is_as_long_as_it_says():
    figure = exhibit("map").figure()
    said = next(word for word in words(figure) if word.endswith(" km"))
    bar = [line for line in figure.axes[0].lines if len(line.get_xdata()) == 4][-1].get_xdata()
    areas = [patch for patch in figure.axes[0].patches if patch.get_path().vertices.shape[0] == 5][2:8]
    width = max(p.get_path().vertices[:, 0].max() for p in areas) - min(
        p.get_path().vertices[:, 0].min() for p in areas
    )
    assert np.ptp(bar) / width == pytest.approx(float(said.split()[0]) / 110, rel=0.02)


@pytest.mark.parametrize("options", [{}, {"classes": 3}, {"scheme": "Quantiles"}, {"bins": [-10, 0, 15]}])
def test_every_value_is_within_its_class(options):
    values = np.array([-24.3, -19.5, -8.1, np.nan, 0.6, 12.4])
    ends, classes = classify_values(values, options)
    assert classes[3] == -1
    for value, number in zip(values, classes, strict=True):
        if number >= 0:
            assert ends[number] <= value <= ends[number + 1]


@pytest.mark.parametrize("values", [[-24.3, -19.5, -8.1, 12.4], [1203, 960, 4510], [0.021, 0.049, 0.03, 0.04, 0.02]])
def test_classes_without_a_scheme_are_pretty_breaks(values):
    rounded, named = (
        classify_values(np.array(values, float), options)[1] for options in ({}, {"scheme": "PrettyBreaks"})
    )
    assert rounded == named


def test_one_value_for_all_is_one_class():
    ends, classes = classify_values(np.array([5.0, 5.0, 5.0]), {})
    assert classes == [0, 0, 0]
    assert ends == [5.0, 5.0]


def test_bins_that_leave_a_value_out_are_refused():
    with pytest.raises(DataError, match="widen `bins`"):
        classify_values(np.array([1.0, 9.0]), {"bins": [2, 5]})


def test_labels_of_areas_are_inside_if_they_fit():
    shapes = [shapely.box(10, 10, 190, 290), shapely.box(200, 10, 390, 290)]
    spots = place_areas(shapes, [["Kolari", "1"], ["Kittilä", "2"]], [], [], VIEW, 12)
    for spot in spots:
        inside = [shapely.box(*_corners(spot.box)).within(shape) for shape in shapes]
        assert sum(inside) == 1


def test_a_neighbour_too_small_for_its_name_has_no_label():
    around = [("Pello", shapely.box(0, 0, 12, 12)), ("Inari", shapely.box(200, 100, 400, 300))]
    spots = place_areas([], [], around, [], VIEW, 12)
    assert [spot.lines for spot in spots] == [["Inari"]]


def test_labels_of_crowded_sites_neither_touch_nor_leave_the_map():
    sites = [Site(f"Kohde {i}", "resort", 200 + 5 * (i % 3), 150 + 4 * i) for i in range(7)]
    spots = place_sites(sites, [Box(220, 140, 300, 170)], VIEW, 11)
    boxes = [spot.box for spot in spots]
    assert len(boxes) == 7
    for i, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in [*boxes[i + 1 :], Box(220, 140, 300, 170)])
        assert box.left >= 0 and box.right <= 400 and box.bottom >= 0 and box.top <= 300


def test_an_isolated_site_is_labelled_next_to_its_marker():
    (spot,) = place_sites([Site("Levi", "resort", 100, 100)], [], VIEW, 11)
    assert spot.lead is None
    assert spot.box.left - 100 < 11


def _corners(box):
    return box.left, box.bottom, box.right, box.top
