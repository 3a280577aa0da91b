"""What the snapshot must hold: published figures, codes that meet their keys, places that can be told apart."""

import itertools
import re

import pytest

from amoanalysis.config.origins import load_sources
from amoanalysis.data.load import Data
from amoanalysis.data.schemas import SCHEMAS
from amoanalysis.data.schemas.economy import FIELDS

pytestmark = pytest.mark.unit

SIX = ("047", "261", "273", "498", "854", "976")


def test_every_table_is_there_with_an_origin_or_awaited(snapshot: Data) -> None:
    awaited = load_sources(snapshot.folder).awaited
    asked = [name for name, schema in SCHEMAS.items() if not schema.by_user]
    assert not [name for name in asked if not (snapshot.has(name) and name in snapshot.origins) and name not in awaited]
    assert not [name for name, schema in SCHEMAS.items() if schema.by_user and snapshot.has(name)]


def test_no_origin_points_at_a_folder_or_lacks_a_language(snapshot: Data) -> None:
    for origin in snapshot.origins.values():
        assert origin.url.startswith("http")
        assert set(origin.citation) == {"fi", "en", "sv"}
        assert origin.note


@pytest.mark.parametrize(
    ("place", "year", "population"),
    [("261", 2022, 6637), ("273", 2022, 3999), ("047", 1972, 2338), ("SSS", 2018, 5517919)],
)
def test_population_is_as_published(place: str, year: int, population: int, snapshot: Data) -> None:
    table = snapshot.table("population").set_index(["place", "year"])
    assert table.loc[(place, year), "population"] == population


def test_the_region_is_its_six_municipalities_and_two_subregions(snapshot: Data) -> None:
    places = snapshot.places
    assert places.region.members == SIX
    assert places["SK196"].members + places["SK193"].members == SIX
    assert len(places["MK19"].members) == 21
    assert places.find("Tornionlaakso") == places.find("Torniolaakso") == places["SK193"]


def test_every_municipality_borrows_the_rates_of_lapland(snapshot: Data) -> None:
    rates = set(snapshot.table("mortality")["place"])
    for place in snapshot.places.all.values():
        if place.kind == "municipality":
            assert place.reference in rates


def test_no_two_places_share_a_slug_or_a_colour(snapshot: Data) -> None:
    places = list(snapshot.places.all.values())
    assert len({place.slug for place in places}) == len(places)
    assert len({place.colour for place in places}) == len(places)
    assert all(re.fullmatch(r"[a-z-]+", place.slug) for place in places)


def test_the_six_and_the_region_are_told_apart_in_greyscale(snapshot: Data) -> None:
    greys = [lightness(snapshot.places[code].colour) for code in (*SIX, "region")]
    assert min(abs(one - other) for one, other in itertools.combinations(greys, 2)) > 7


def lightness(colour: str) -> float:
    """CIE L*, 0 black to 100 white."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * luminance ** (1 / 3) - 16


def test_every_section_has_a_name_and_a_group(snapshot: Data) -> None:
    industries = snapshot.concordance("industries")
    sections = set(snapshot.table("jobs_by_industry")["industry"]) - {"TOTAL"}
    assert sections == set(industries["code"])
    groups = {"population_serving", "export_base", "tourism", "construction", "other"}
    assert set(industries["group"]) == groups
    assert set(industries.loc[industries["group"] == "export_base", "code"]) == {"A", "B", "C"}
    assert (industries != "").all(axis=None)


def test_input_output_industries_lie_in_sections(snapshot: Data) -> None:
    table = snapshot.concordance("io_industries")
    assert len(table) == 30
    named = {section for sections in table["sections"] for section in sections.split("+")}
    assert named == set(snapshot.concordance("industries")["code"]) - {"U", "X"}


def test_output_of_lapland_in_2014(snapshot: Data) -> None:
    table = snapshot.table("input_output_2014").set_index(["matrix", "product", "user"])["value_meur"]
    assert table["domestic", "output", "industries_total"] == pytest.approx(12575.23, abs=0.01)
    assert table["domestic", "output", "05_09"] == pytest.approx(356.17, abs=0.01)


def test_every_industry_code_has_a_parent_that_exists(snapshot: Data) -> None:
    table = snapshot.concordance("industry_codes")
    parents = {*table["code"], *snapshot.concordance("industries")["code"], ""}
    assert set(table["parent"]) <= parents
    assert set(table["section"]) <= set(snapshot.concordance("industries")["code"])
    assert set(snapshot.table("employed_by_industry_and_occupation")["industry"]) == set(table["code"])


def test_occupation_groups_have_names_in_three_languages(snapshot: Data) -> None:
    groups = snapshot.concordance("mitenna_groups")
    assert set(groups["code"]) == set(snapshot.table("employed_by_industry_and_occupation")["occupation"])
    assert (groups != "").all(axis=None)
    assert all(groups[name].is_unique for name in ("name_fi", "name_sv", "name_en"))


def test_age_groups_know_their_ages(snapshot: Data) -> None:
    key = snapshot.concordance("age_groups").set_index("age_group")
    for name in ("population_by_age_group", "employed_residents", "jobs_by_workplace", "labour_force_by_age"):
        for group in snapshot.table(name)["age_group"].unique():
            assert name in key.loc[group, "tables"].split()
    assert tuple(key.loc["25-34", ["from_age", "to_age"]]) == ("25", "34")
    assert tuple(key.loc["75+", ["from_age", "to_age"]]) == ("75", "")


def test_points_placed_by_hand_are_called_approximate(snapshot: Data) -> None:
    sites = snapshot.table("sites")
    by_hand = sites["source_title"].str.contains("by hand")
    assert (by_hand == (sites["confidence"] == "approximate")).all()


def test_text_values_became_bounds(snapshot: Data) -> None:
    tourism = snapshot.table("tourism").set_index(["place_name", "period", "indicator"]).sort_index()
    row = tourism.loc[("Kittilä", "2019", "registered overnight stays")]
    assert (row["high"], row["note"]) == (530000, "below; about")
    assert row[["value", "low"]].isna().all()
    mines = snapshot.table("mines").query("indicator == 'contractor workers' and period == '2019'").iloc[0]
    assert (mines["low"], mines["high"]) == (500, 700)


def test_no_data_file_names_a_machine(snapshot: Data) -> None:
    for path in snapshot.folder.rglob("*.*"):
        assert not re.search(r"/(work|tmp|root)/|shared/facts", path.read_text(encoding="utf-8")), path


def test_training_fields_are_those_of_the_schema_and_every_occupation_has_one(snapshot: Data) -> None:
    fields, occupations = snapshot.concordance("training_fields"), snapshot.concordance("occupation_fields")
    assert tuple(fields["code"]) == FIELDS
    assert set(occupations["field"]) == set(FIELDS)
    assert set(occupations["occupation"]) == set(snapshot.concordance("mitenna_groups")["code"]) - {"99"}
    assert (fields != "").all(axis=None)


def test_every_occupation_of_jobseekers_has_a_group_or_is_said_to_have_none(snapshot: Data) -> None:
    key = snapshot.concordance("isco_mitenna")
    assert set(key["isco"]) == set(snapshot.table("jobseekers_by_occupation")["occupation_isco"]) - {"TOTAL"}
    assert set(key["mitenna"]) <= {*snapshot.concordance("mitenna_groups")["code"], "none"}
    assert (key.astype({"share": float}).groupby("isco")["share"].sum().sub(1).abs() < 1e-9).all()
    assert set(key.loc[key["mitenna"] == "none", "isco"].str[0]) == {"X"}


def test_skills_lead_to_known_occupations_and_nobody_is_counted_twice(snapshot: Data) -> None:
    pairs = snapshot.concordance("occupation_mobility").astype({"share": float})
    known = set(snapshot.concordance("mitenna_groups")["code"])
    assert {*pairs["from"], *pairs["to"]} <= known
    assert not pairs.duplicated(["from", "to"]).any()
    assert (pairs.groupby("from")["share"].sum() <= 1).all()
    assert (pairs["from"] != pairs["to"]).all()


def test_what_is_not_known_of_training_is_empty_not_nought(snapshot: Data) -> None:
    table = snapshot.table("training_supply")
    assert table["places"].isna().sum() > len(table) / 2
    assert not (table["places"] == 0).any()
    assert {"273", "261", "498", "047", "854", "976"} <= set(table["place"])
