import io

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from amoanalysis.exhibits.drawing.exhibit import encode_png

pytestmark = pytest.mark.unit


def figure(dpi):
    drawn = Figure(figsize=(1, 0.5), dpi=dpi)
    FigureCanvasAgg(drawn)
    drawn.add_axes((0, 0, 1, 1)).plot([0, 1])
    return drawn


@pytest.mark.parametrize("dpi", [72, 144])
def test_a_picture_has_the_size_and_resolution_of_its_figure(dpi):
    picture = Image.open(io.BytesIO(encode_png(figure(dpi))))
    assert picture.size == (dpi, dpi // 2)
    assert picture.info["dpi"] == pytest.approx((dpi, dpi), abs=0.05)


def test_the_same_figure_gives_the_same_bytes():
    assert encode_png(figure(150)) == encode_png(figure(150))
