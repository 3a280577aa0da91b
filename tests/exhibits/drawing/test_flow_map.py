import matplotlib as mpl
import pytest
from matplotlib.patches import FancyArrowPatch
from samples import exhibit

from amoanalysis.errors import DataError
from amoanalysis.exhibits.drawing.flow_map import Arrow

pytestmark = pytest.mark.unit


def words(figure):
    return [text.get_text() for text in figure.findobj(mpl.text.Text) if text.get_text()]


def test_every_flow_is_an_arrow_and_every_place_is_named_once():
    made = exhibit("flows")
    figure = made.figure()
    assert len(figure.findobj(FancyArrowPatch)) == len(made.data)
    for place in {*made.data["origin"], *made.data["destination"]}:
        assert words(figure).count(place) == 1


def test_arrows_are_as_wide_as_their_flows_are_large():
    figure = exhibit("flows").figure()
    widths = sorted(arrow.get_linewidth() for arrow in figure.findobj(FancyArrowPatch))
    assert widths[-1] / widths[-2] == pytest.approx(210 / 130)


def test_opposite_flows_are_side_by_side():
    there, back = Arrow((0, 0), (100, 0), 1, "k", ""), Arrow((100, 0), (0, 0), 1, "k", "")
    assert there.locate(0.5)[1] == pytest.approx(-back.locate(0.5)[1])
    assert there.locate(0.5)[1] != 0
    assert there.locate(0.0) == (0, 0)
    assert there.locate(1.0) == (100, 0)


def test_the_largest_flow_is_labelled():
    assert "210" in words(exhibit("flows").figure("half"))


def test_a_negative_flow_is_refused():
    data = exhibit("flows").data
    with pytest.raises(DataError, match="below zero"):
        exhibit("flows", data=data.assign(value=-data["value"]))
