import math

import numpy as np
import pytest

from amoanalysis.errors import UserError
from amoanalysis.exhibits.view import PlaceView

pytestmark = pytest.mark.unit
NAMED = (
    "population_now",
    "population_2030",
    "population_2040",
    "population_change_percent",
    "labour_force_now",
    "labour_demand_2030",
    "unemployed_now",
    "jobs_now",
    "mine_jobs_direct_peak",
    "mine_jobs_peak_year",
    "local_share",
    "in_commuter_share",
    "unfilled_2035",
    "tourism_jobs_now",
)
WORDS = {
    "place",
    "place_of",
    "place_in",
    "scenario",
    "filling_scenario",
    "mine_name",
    "moved_most",
    "towns_first",
    "tour_2008_towns",
    "tour_best_towns",
    "peak_month",
    "trough_month",
    "widest_gap",
    "widest_field",
}


def test_facts_are_numbers_and_names_are_words(kolari: PlaceView) -> None:
    facts = kolari.facts
    assert set(NAMED) <= set(facts)
    for name, value in facts.items():
        if name in WORDS:
            assert isinstance(value, str) and value, name
        else:
            assert not isinstance(value, str), name
            assert math.isfinite(value), name


def test_facts_are_those_of_the_data(kolari: PlaceView) -> None:
    people = kolari.data.table("population").query("place == '273'").set_index("year")["population"]
    assert kolari.facts["population_now"] == people.iloc[-1]
    assert kolari.facts["population_now_year"] == people.index[-1]
    run = kolari.forecast
    assert kolari.facts["population_2040"] == pytest.approx(np.median(run.values("population", "273")[-1]))


def test_shares_of_who_fills_the_jobs_follow_the_chart(kolari: PlaceView) -> None:
    data = kolari.show("who_fills_the_jobs").data
    total = data["value"].iloc[-1]
    assert kolari.facts["filling_need"] == pytest.approx(total)
    assert kolari.facts["local_share"] == pytest.approx(100 * data["value"].iloc[:2].sum() / total)


def test_a_place_without_direct_jobs_knows_the_project_of_the_region(kolari: PlaceView) -> None:
    there = kolari.at("kittila").facts
    assert there["mine_jobs_direct_peak"] == kolari.facts["mine_jobs_direct_peak"]
    assert 0 < float(there["mine_jobs_indirect_here"]) < float(there["mine_jobs_indirect_peak"])


def test_an_unknown_fact_names_the_nearest(kolari: PlaceView) -> None:
    with pytest.raises(UserError, match="did you mean 'population_2040'"):
        kolari.facts["populaton_2040"]
    assert "populaton_2040" not in kolari.facts


def test_elsewhere_facts_on_scenarios_are_absent_not_wrong(elsewhere: PlaceView) -> None:
    assert "mine_jobs_direct_peak" not in elsewhere.facts
    assert math.isfinite(float(elsewhere.facts["population_2040"]))
