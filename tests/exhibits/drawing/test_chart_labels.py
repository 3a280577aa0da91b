import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amoanalysis.exhibits.drawing.text_metrics import fit_text, measure_widest, text_width, wrap_text
from amoanalysis.plot.layout import spread

pytestmark = pytest.mark.unit

position_lists = st.lists(st.floats(-200, 900), min_size=1, max_size=9)
heights = st.floats(5, 60)


@given(position_lists, heights)
def test_spread_labels_never_overlap_and_keep_their_order(positions, height):
    middles = np.array(spread(positions, [height] * len(positions), 0, 700))
    order = np.argsort(positions, kind="stable")
    assert (np.diff(middles[order]) >= height - 1e-6).all()


@given(position_lists, heights)
def test_spread_labels_stay_within_the_limits(positions, height):
    middles = np.array(spread(positions, [height] * len(positions), 0, 700))
    assert middles.min() >= height / 2 - 1e-6
    assert middles.max() <= 700 - height / 2 + 1e-6


def test_labels_with_space_keep_their_positions():
    assert spread([50, 300, 120], [20, 20, 20], 0, 400) == pytest.approx([50, 300, 120])


def test_two_labels_at_one_position_move_equally_apart():
    assert spread([100, 100], [20, 20], 0, 400) == pytest.approx([90, 110])


def test_blocks_of_unequal_height_touch_but_do_not_overlap():
    low, high = spread([100, 101], [60, 20], 0, 400)
    assert high - low == pytest.approx(40)


@given(st.text("abcdefghij åäö", min_size=1, max_size=160), st.floats(40, 400))
def test_wrapping_loses_no_letter(words, width):
    assert " ".join(wrap_text(words, 12, width)) == words


def test_a_long_title_shrinks_until_it_fits_in_two_lines():
    title = "Kittilän väestö kasvaa vielä 2030-luvulla, mutta Ylitornion ja Pellon työikäinen väestö vähenee " * 2
    lines, size = fit_text(title, 27, 400, 2, bold=True)
    assert len(lines) == 2
    assert measure_widest(lines, size, bold=True) <= 400
    assert size < 27


def test_text_width_is_proportional_to_font_size():
    assert text_width("Työvoima", 20) == pytest.approx(2 * text_width("Työvoima", 10), rel=0.02)
