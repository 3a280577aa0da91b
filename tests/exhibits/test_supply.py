"""Exhibits of the labour supply: commuting and the gap."""

import numpy as np
import pytest

from amoanalysis.config.text import text
from amoanalysis.exhibits.labour.labour_market import COLOURS
from amoanalysis.exhibits.view import PlaceView
from amoanalysis.pipeline.commuting_flows import estimate_commuting_flows


@pytest.mark.law
def test_the_gap_of_the_region_is_that_of_its_municipalities_and_no_smaller_apart(kolari: PlaceView) -> None:
    data = kolari.at("region", "en").show("gap_heat").data
    wide = data.pivot(index="row", columns="column", values="value")
    whole = kolari.data.places.region.name_in("en")
    np.testing.assert_allclose(wide.drop(index=whole).sum(), wide.loc[whole], atol=1e-6)
    for column in [name for name in wide.columns if name.endswith("apart")]:
        together = column.replace("apart", "together")
        assert (wide[column] >= wide[together] - 1e-9).all()


@pytest.mark.law
def test_the_gap_is_the_same_from_wherever_it_is_looked_at(kolari: PlaceView) -> None:
    np.testing.assert_allclose(kolari.show("gap_heat").data["value"], kolari.at("pello").show("gap_heat").data["value"])


@pytest.mark.law
@pytest.mark.parametrize("place", ["kolari", "kittila", "region"])
def test_flows_shown_are_among_those_of_the_place_and_the_border_is_said_to_be_assumed(
    kolari: PlaceView, place: str
) -> None:
    view = kolari.at(place, "en")
    made = view.show("commuting_map")
    flows = estimate_commuting_flows(view.forecast, view.runs.inputs, view.forecast.years[0])
    own = flows[flows["origin"].isin(view.members) | flows["destination"].isin(view.members)]
    assert made.data["value"].sum() <= own["persons"].sum() + 1e-6
    # Kittilä has no border with Sweden, and the published figure does not cover it.
    assert ("Pajala" in set(made.data["destination"])) == (place != "kittila")
    assert set(made.data["kind"]) <= {text(f"flow.kind.{kind}", "en") for kind in COLOURS}
    assert "assumed" in text("flow.kind.border", "en")
    if place != "region":
        here = view.place.name_in("en")
        assert ((made.data["origin"] == here) | (made.data["destination"] == here)).all()
