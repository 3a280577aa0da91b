"""Exhibits of the months: what is known of a usual year."""

import pytest
from clashes import clashes

from amoanalysis.exhibits.view import PlaceView
from amoanalysis.export.slides import has_native


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
