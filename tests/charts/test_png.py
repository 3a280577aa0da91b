import io

import numpy as np
import pytest
from PIL import Image

from amoanalysis.charts.png import png_bytes

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("shape", [(1, 1, 4), (3, 5, 4), (40, 30, 4)])
def test_a_packed_picture_is_read_back_as_it_was(shape):
    pixels = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    picture = Image.open(io.BytesIO(png_bytes(pixels, 144)))
    assert picture.mode == "RGBA"
    assert picture.info["dpi"] == pytest.approx((144, 144), abs=0.01)
    np.testing.assert_array_equal(np.asarray(picture), pixels)


def test_the_same_pixels_are_the_same_bytes():
    pixels = np.zeros((20, 20, 4), np.uint8)
    assert png_bytes(pixels, 150) == png_bytes(pixels.copy(), 150)
