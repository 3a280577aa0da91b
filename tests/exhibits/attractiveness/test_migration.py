import numpy as np
import pytest

from amoanalysis.exhibits.attractiveness.attraction import estimate_owners
from amoanalysis.exhibits.attractiveness.gravity_residuals import compare_senders, load_gravity_fit
from amoanalysis.exhibits.attractiveness.migration import sum_moves
from amoanalysis.exhibits.attractiveness.out_migrants import (
    find_tour_towns,
    load_out_migrants,
    rank_towns,
    tabulate_towns,
)
from amoanalysis.exhibits.attractiveness.return_migration import compare_tours, costs_per_returner
from amoanalysis.exhibits.view import PlaceView

pytestmark = pytest.mark.law


@pytest.fixture(scope="module")
def region(kolari: PlaceView) -> PlaceView:
    return kolari.at("region", "en")


def test_the_stock_of_the_region_is_near_the_sum_of_its_places_less_those_who_live_among_them(
    region: PlaceView,
) -> None:
    whole = load_out_migrants(region).wanted.sum(axis=1).mean()
    members = set(region.members)
    apart = 0.0
    for code in region.members:
        found = load_out_migrants(region.at(code))
        outside = [i for i, town in enumerate(found.where) if town not in members]
        apart += found.wanted[:, outside].sum(axis=1).mean()
    assert whole == pytest.approx(apart, rel=0.25)


def test_ranks_follow_the_expected_returners_and_hold_the_towns_of_2008(region: PlaceView) -> None:
    towns = rank_towns(region)
    assert [town.rank for town in towns] == list(range(1, len(towns) + 1))
    assert set(find_tour_towns(region)) <= {town.code for town in towns}
    assert all(town.stock["low"] <= town.stock["value"] <= town.stock["high"] for town in towns)
    table = tabulate_towns(region)
    assert table["toured_2008"].sum() == 6
    assert set(range(1, 11)) <= set(table["rank"])


@pytest.mark.parametrize("place", ["region", "pello", "kittila"])
def test_net_migration_by_age_is_that_of_the_place_but_for_the_old(kolari: PlaceView, place) -> None:
    view = kolari.at(place)
    data, years = view.show("migration_by_age").data, sum_moves(view, ["year"]).set_index("year")
    for span, rows in data.groupby("column"):
        first, last = map(int, str(span).split("–"))
        own = years.loc[first:last].mean()
        assert rows["value"].sum() == pytest.approx(own["net"], abs=0.1 * own["in_moves"])


@pytest.mark.parametrize("place", ["region", "pello", "kittila"])
def test_the_best_tour_wins_no_fewer_than_that_of_2008_and_costs_no_more_a_returner(kolari: PlaceView, place) -> None:
    view = kolari.at(place)
    old, best = compare_tours(view)
    assert len(old.towns) == len(best.towns) == 6
    assert best.returners[:, -1].mean() > old.returners[:, -1].mean()
    price = costs_per_returner(view)
    assert price["tour_best"]["value"] < price["tour_2008"]["value"]


def test_the_naive_constant_is_beside_the_model_in_the_years_held_back(region: PlaceView) -> None:
    scores = load_gravity_fit(region).scores
    assert set(scores) == {"model", "tie", "constant"}
    assert all(0.5 < each.explained < 1 for each in scores.values())
    assert scores["tie"].explained > scores["model"].explained
    note = region.show("gravity_residuals").note
    assert ("explains more" in note) == (scores["constant"].explained > scores["model"].explained)


def test_distance_deters_and_size_sends(region: PlaceView) -> None:
    found = load_gravity_fit(region).model.coefficients
    assert found["distance"] < 0 < found["size_from"]
    assert found["unemployment_to"] < 0 < found["jobs_to"]
    assert compare_senders(region)["moves"].sum() == pytest.approx(compare_senders(region)["expected"].sum(), rel=0.2)


def test_what_the_campaign_chart_shows_is_the_difference_of_the_runs(region: PlaceView) -> None:
    data = region.show("campaign_effect").data
    base, run = region.baseline, region.runs.forecast("return_campaign")
    more = np.median(run.values("population", "region") - base.values("population", "region"), axis=1)
    shown = data[data["series"] == data["series"].iloc[0]].sort_values("year")["value"]
    np.testing.assert_allclose(shown.to_numpy(), more)


def test_the_interval_of_every_rank_holds_it(region: PlaceView) -> None:
    data = region.show("attraction_ranks").data
    assert ((data["low"] <= data["value"]) & (data["value"] <= data["high"])).all()


def test_owners_are_fewer_than_jobs(region: PlaceView) -> None:
    _, found, year = estimate_owners(region)
    table = region.data.table("jobs_by_industry")
    own = table[table["place"].isin(region.members) & (table["year"] == year) & (table["industry"] == "TOTAL")]
    assert (found.owners.sum(axis=1) < own["jobs"].sum()).all()
    assert (found.without_successor.sum(axis=1) < found.retiring.sum(axis=1)).all()


def test_assumed_residents_are_said_to_be_assumed(region: PlaceView) -> None:
    for name in ("unregistered_residents", "owners_retiring", "recruitment_towns", "leavers_map"):
        note = region.show(name).note
        assert any(word in note for word in ("assum", "judgement", "number is estimated")), name
    assert "National Land Survey" in region.show("leavers_map").note
