"""Exhibits of the months: what is known of a usual year."""

import pytest

from amoanalysis.charts.clashes import clashes
from amoanalysis.export.native import has_native
from amoanalysis.themes import PlaceView


@pytest.mark.law
@pytest.mark.parametrize("place", ["kolari", "region"])
def test_the_usual_months_average_to_a_hundred_per_cent(kolari: PlaceView, place: str) -> None:
    means = kolari.at(place).show("months_compared").data.groupby("series")["value"].mean()
    assert means.tolist() == pytest.approx([100, 100])


@pytest.mark.unit
def test_a_slide_of_the_months_can_be_edited_in_powerpoint(kolari: PlaceView) -> None:
    made = kolari.at("kittila", "en").show("months_compared")
    assert has_native(made)
    assert clashes(made.figure("slide")) == []
