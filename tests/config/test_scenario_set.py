"""Scenarios changed in memory: validated as files are, and saved as files that assume the same."""

import math
from pathlib import Path

import pytest

from amoanalysis.config.files import data_folder
from amoanalysis.config.scenarios import Scenario, load_scenario, rebuild_scenario
from amoanalysis.errors import UserError

pytestmark = pytest.mark.unit


@pytest.fixture
def mine() -> Scenario:
    return load_scenario("hannukainen", data_folder())


def test_a_change_leaves_the_original_and_is_listed_as_an_override(mine: Scenario) -> None:
    late = mine.set("tourism.growth", 0.03, low=0.01, high=0.05, why="new flights")
    assert late.assumption("tourism.growth").value == 0.03
    assert late.assumption("tourism.growth").source == "judgement"
    assert set(late.overrides) - set(mine.overrides) == {"tourism.growth"}
    assert mine.assumption("tourism.growth").value != 0.03
    assert late.name == "hannukainen_changed" and late.title_in("fi").endswith("(muutettu)")


def test_a_second_change_keeps_the_first(mine: Scenario) -> None:
    start = mine.set("events.hannukainen.start", 2035, low=2034, high=2038, why="appeal of the permit")
    both = start.set("tourism.growth", 0.03, low=0.01, high=0.05, why="new flights")
    assert both.name == start.name
    assert both.assumption("events.hannukainen.start").value == 2035


@pytest.mark.parametrize(
    ("path", "value", "fields", "sentence"),
    [
        ("tourism.growt", 0.1, {"why": "x"}, "did you mean 'growth'"),
        ("tourism.growth", 0.5, {"why": "x"}, "low <= value <= high"),
        ("tourism.growth", math.nan, {"why": "x"}, "tourism.growth"),
        ("tourism.growth", 0.012, {}, "add the reason"),
        ("tourism.growth", None, {}, "changes nothing"),
        ("tourism.growth", 0.02, {"lo": 0.1, "why": "x"}, "did you mean 'low'"),
        ("tourism.growth", "fast", {"why": "x"}, "never a bare number"),
        ("events.hannukainen", 3, {"why": "x"}, "unknown"),
        ("events.hannukainen.place", "Muonia", {}, "did you mean 'Muonio'"),
        ("tourism.extra_growth.Kolar", 0.1, {"why": "x"}, "did you mean 'Kolari'"),
        ("jobs.extra.Kolari", 10, {"why": "x"}, "is missing"),
        ("", 1, {"why": "x"}, "unknown"),
    ],
)
def test_what_a_file_could_not_say_is_refused(
    mine: Scenario, path: str, value: object, fields: dict, sentence: str
) -> None:
    with pytest.raises(UserError, match=sentence):
        mine.set(path, value, **fields)


def test_places_are_named_or_coded(mine: Scenario) -> None:
    assert mine.set("events.hannukainen.place", "Kittilä").assumptions.events["hannukainen"].place == "261"
    extra = mine.set("jobs.extra.Kolari", 10, low=5, high=20, unit="jobs", why="a new employer")
    assert extra.assumption("jobs.extra.273").value == 10


def test_a_new_event_is_a_block(mine: Scenario) -> None:
    known = {"unit": "1", "source": "judgement", "why": "planned"}
    hotel = mine.set(
        "events.hotel",
        {
            "kind": "hotel",
            "place": "Kolari",
            "name": {"fi": "Hotelli", "en": "Hotel"},
            "probability": {"value": 0.5, "low": 0.2, "high": 0.8, **known},
            "start": {"value": 2030, "low": 2029, "high": 2032, **known},
            "beds_planned": {"value": 200, "low": 100, "high": 300, **known},
            "ramp_up_years": {"value": 2, "low": 1, "high": 3, **known},
        },
    )
    assert hotel.assumptions.events["hotel"].place == "273"


def test_a_saved_scenario_and_a_rebuilt_one_assume_the_same(mine: Scenario, tmp_path: Path) -> None:
    late = mine.set("events.hannukainen.start", 2035, low=2034, high=2038, why="appeal")
    read = load_scenario(str(late.save(tmp_path / "late.toml")), data_folder())
    assert read.assumptions == late.assumptions and set(read.overrides) == set(late.overrides)
    again = rebuild_scenario(late.name, late.title, late.overridden_values(), data_folder())
    assert again.assumptions == late.assumptions
    with pytest.raises(UserError, match="exists already"):
        late.save(tmp_path / "late.toml")


def test_a_scenario_is_renamed_to_a_slug_only(mine: Scenario) -> None:
    assert mine.rename("later", "Myöhemmin").title_in("fi") == "Myöhemmin"
    with pytest.raises(UserError, match="small letters"):
        mine.rename("Later one")
