from itertools import combinations

import numpy as np
import pytest

from amoanalysis.plot import style

pytestmark = pytest.mark.unit

# Machado, Oliveira & Fernandes (2009), severity 1.0.
VISIONS = {
    "all cones": np.eye(3),
    "no red cones": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "no green cones": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "no blue cones": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def to_lab(colour: str, vision: np.ndarray) -> np.ndarray:
    rgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(vision @ linear, 0, 1) / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("vision", VISIONS)
def test_series_colours_differ_for_normal_and_colour_blind_vision(vision):
    points = [to_lab(colour, VISIONS[vision]) for colour in style.SERIES]
    assert min(np.linalg.norm(one - other) for one, other in combinations(points, 2)) > 15


@pytest.mark.parametrize("colour", [*style.SERIES, *style.SECTOR_COLOURS.values(), "#ffff00"])
def test_text_in_any_colour_is_readable_on_white(colour):
    assert style.contrast(style.darken_for_text(colour), style.PAPER) >= 4.5


def test_black_on_white_has_the_contrast_of_the_standard():
    assert style.contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("palette", ["sequential", "diverging"])
def test_values_in_cells_are_readable_on_every_shade(palette):
    shades = [style.ramp(share, palette) for share in np.linspace(0, 1, 41)]
    assert min(style.contrast(style.choose_ink(shade), shade) for shade in shades) >= 3.5


def test_a_sequential_scale_darkens_all_the_way_in_greyscale():
    greys = [style.luminance(style.ramp(share)) for share in np.linspace(0, 1, 21)]
    assert (np.diff(greys) < 0).all()


def test_every_section_of_the_industry_classification_has_a_colour_of_its_own():
    assert list(style.SECTOR_COLOURS) == [*"ABCDEFGHIJKLMNOPQRS", "TUX"]
    assert len(set(style.SECTOR_COLOURS.values())) == 20
