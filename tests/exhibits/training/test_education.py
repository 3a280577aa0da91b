"""Theme 2: openings, gap and places as the exhibits show them."""

import numpy as np
import pytest

from amoanalysis.config.text import LANGUAGES
from amoanalysis.exhibits.training.tables import (
    compute_age_shares,
    estimate_intake,
    load_outlook,
    tabulate_costs,
    tabulate_interest,
    tabulate_openings,
    tabulate_starts,
)
from amoanalysis.exhibits.view import PlaceView
from amoanalysis.pipeline.occupation_outlook import LONG_ROUTE

pytestmark = pytest.mark.law


@pytest.fixture(scope="module")
def region(kolari: PlaceView) -> PlaceView:
    return kolari.at("region", "en")


def test_the_table_of_openings_adds_up(region: PlaceView) -> None:
    table = tabulate_openings(region, 2035)
    parts, whole = table.iloc[:-1], table.iloc[-1]
    assert whole["code"] == "ALL"
    assert len(parts) == 59
    for name in ("openings", "growth", "replacement", "gap"):
        assert parts[name].sum() == pytest.approx(whole[name])
    np.testing.assert_allclose(table["growth"] + table["replacement"], table["openings"], atol=1e-9)


def test_the_chart_of_openings_is_the_table(region: PlaceView) -> None:
    data = region.show("openings_by_occupation").data
    table = tabulate_openings(region, region.year).head(10)
    assert data["value"].sum() == pytest.approx(table["openings"].sum())


def test_an_occupation_without_jobseekers_is_named_in_the_note(region: PlaceView) -> None:
    note = region.show("occupation_gap").note
    assert "armed forces" in note
    assert "84%" in note


@pytest.mark.parametrize("place", ["kolari", "region"])
def test_ages_of_an_occupation_make_up_the_whole(kolari: PlaceView, place: str) -> None:
    ages = compute_age_shares(kolari.at(place))
    used = ages[ages.sum(axis=1) > 0]
    np.testing.assert_allclose(used.sum(axis=1), 100)


def test_pello_s_workers_are_older_than_kittila_s_in_nearly_every_occupation(kolari: PlaceView) -> None:
    pello, kittila = compute_age_shares(kolari.at("pello"))["55-64"], compute_age_shares(kolari.at("kittila"))["55-64"]
    both = (pello > 0) & (kittila > 0)
    assert (pello[both] > kittila[both]).mean() > 0.9


def test_what_is_too_late_stands_before_the_first_year(region: PlaceView) -> None:
    data = region.show("training_starts").data
    columns = list(dict.fromkeys(data["column"]))
    assert columns[:4] == ["too late", "2027 short", "2028 short", "2027"]
    assert data.loc[data["column"] == "too late", "value"].sum() > 0


def test_places_of_a_chart_are_those_of_the_plan(region: PlaceView) -> None:
    table = tabulate_starts(region)
    care = table[(table["field"] == "care") & (table["route"] == LONG_ROUTE)].set_index("start")["value"]
    data = region.show("training_starts").data
    shown = data[(data["row"] == "Health and social care (practical nurse)") & (data["column"] == "2030")]
    assert shown["value"].iloc[0] == pytest.approx(care[2030])


def test_today_s_intake_is_no_more_than_the_young_people_there_are(region: PlaceView) -> None:
    run = region.forecast
    young = sum(run.values("population_by_sex_age", "region", f"{sex} 15-19")[0].mean() for sex in "fm") / 5
    assert 0.8 * young < estimate_intake(region).sum(axis=1).mean() < 1.4 * young  # some begin twice


def test_errors_of_a_plan_cost_on_both_sides(region: PlaceView) -> None:
    costs = tabulate_costs(region)
    assert (costs[["under", "over"]] >= 0).all(axis=None)
    assert costs["under"].sum() > 0
    assert costs["over"].sum() > 0


def test_interest_fades_with_the_delay_and_never_fills_more_than_there_is(region: PlaceView) -> None:
    persons = {"02.6": 40.0, "02.4": 10.0}
    table = tabulate_interest(region, persons, 2035, delays=(0, 2, 5))
    assert table["left"].is_monotonic_decreasing
    assert table["left"].iloc[0] == pytest.approx(50)
    assert (table["match"] <= 100).all()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_table_of_training_says_what_is_not_known(kolari: PlaceView, lang: str) -> None:
    made = kolari.at(lang=lang).show("training_supply_table")
    unknown = {"fi": "ei tiedossa", "en": "not known", "sv": "inte känt"}[lang]
    assert made.data["place"].iloc[0] == "Kolari"
    assert made.data["places"].iloc[0] == unknown
    assert made.options["headings"]["places"] in ("Paikkoja", "Places", "Platser")


def test_the_outlook_is_reckoned_once(region: PlaceView) -> None:
    assert load_outlook(region) is load_outlook(region)


def test_training_facts_are_those_of_the_table(region: PlaceView) -> None:
    whole = tabulate_openings(region, region.year).iloc[-1]
    assert region.facts["openings_ahead"] == pytest.approx(whole["openings"])
    assert region.facts["openings_replacement"] == pytest.approx(whole["replacement"])
    assert region.facts["gap_ahead"] == pytest.approx(whole["gap"])
    assert 80 < float(region.facts["seekers_coverage"]) < 90
