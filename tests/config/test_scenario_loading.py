from collections.abc import Callable
from pathlib import Path

import pytest
from scenario_files import EVENT_NUMBERS, HEAD, MINE, Written

from amoanalysis.config.assumptions import Event, list_assumptions
from amoanalysis.config.files import data_folder
from amoanalysis.config.places import Places
from amoanalysis.config.scenarios import (
    BASELINE,
    Scenario,
    load_scenario,
    scenario_names,
)
from amoanalysis.data.load import Data
from amoanalysis.errors import UserError

pytestmark = pytest.mark.unit

DATA = data_folder()


# What is declared


def test_the_baseline_comes_first() -> None:
    names = scenario_names(DATA)
    assert names[0] == BASELINE
    assert names[1:] == sorted(names[1:]) and {"hannukainen", "tourism_growth"} <= set(names)


@pytest.mark.parametrize("name", scenario_names(DATA))
def test_every_scenario_has_a_title_and_a_story_in_finnish_and_english(name: str) -> None:
    scenario = load_scenario(name, DATA)
    assert all(scenario.title[lang] and scenario.narrative[lang] for lang in ("fi", "en"))
    assert all(scenario.narrative[lang].endswith(".") for lang in scenario.narrative)
    assert scenario.title_in("fi") == scenario.title["fi"]
    assert scenario.title_in("xx") == scenario.title["en"]


@pytest.mark.parametrize("name", scenario_names(DATA))
def test_every_event_stands_in_a_known_place_and_at_a_known_site(name: str) -> None:
    places, sites = Places.load(DATA), set(Data(DATA).table("sites")["site"])
    events = load_scenario(name, DATA).assumptions.events.values()
    assert all(event.place in places for event in events)
    assert {event.site for event in events if event.site} <= sites
    inside = {place.code for place in places.municipalities()}
    assert all(event.site for event in events if event.place not in inside)


def test_a_scenario_of_two_others_changes_what_they_change_and_nothing_else() -> None:
    both = load_scenario("both_booms", DATA)
    parts = [load_scenario(name, DATA) for name in both.based_on]
    assert both.based_on == ("tourism_growth", "hannukainen")
    assert set(both.overrides) == {path for part in parts for path in part.overrides}


def test_no_two_scenarios_have_one_title() -> None:
    titles = [load_scenario(name, DATA).title_in(lang) for name in scenario_names(DATA) for lang in ("fi", "en")]
    assert len(set(titles)) == len(titles)


def test_the_baseline_changes_nothing() -> None:
    baseline = load_scenario(BASELINE, DATA)
    assert baseline.overrides == () and baseline.overridden_values() == {}
    assert baseline.based_on == () and baseline.assumptions.events == {}


@pytest.mark.parametrize("name", scenario_names(DATA))
def test_overrides_are_exactly_what_differs_from_the_baseline(name: str) -> None:
    scenario, baseline = load_scenario(name, DATA), load_scenario(BASELINE, DATA)
    before = {item.path: item for item in list_assumptions(baseline.assumptions)}
    changed = {item.path for item in list_assumptions(scenario.assumptions) if before.get(item.path) != item}
    named = {
        path for path in scenario.overrides if path in {item.path for item in list_assumptions(scenario.assumptions)}
    }
    assert named == changed
    assert {path.split(".")[0] for path in set(scenario.overrides) - named} <= {"events"}


def test_hannukainen_adds_one_mine_in_kolari_and_leaves_the_rest() -> None:
    scenario = load_scenario("hannukainen", DATA)
    assert [(name, event.place, event.kind) for name, event in scenario.assumptions.events.items()] == [
        ("hannukainen", "273", "mine")
    ]
    assert all(path.startswith("events.hannukainen.") for path in scenario.overrides)


# Loading


def test_an_override_changes_what_it_names_and_keeps_the_rest(written: Written) -> None:
    change = '[tourism.growth]\nvalue = 0.03\nwhy = "New beds."\n'
    scenario, before = load_scenario(written(HEAD + change), DATA), load_scenario(BASELINE, DATA).assumptions
    growth = scenario.assumptions.tourism.growth
    assert (growth.value, growth.why) == (0.03, "New beds.")
    assert growth.model_copy(update={"value": before.tourism.growth.value, "why": before.tourism.growth.why}) == (
        before.tourism.growth
    )
    assert scenario.assumptions.jobs == before.jobs
    assert (scenario.name, scenario.based_on, scenario.overrides) == ("own", ("baseline",), ("tourism.growth",))


def test_an_override_of_one_end_is_listed_as_the_assumption_it_changes(written: Written) -> None:
    scenario = load_scenario(written(HEAD + '[tourism.growth]\nhigh = 0.05\nwhy = "Perhaps more."\n'), DATA)
    assert scenario.overrides == ("tourism.growth",)
    assert scenario.overridden_values()["tourism.growth"]["high"] == 0.05


def test_saying_again_what_holds_already_is_no_override(written: Written) -> None:
    growth = load_scenario(BASELINE, DATA).assumptions.tourism.growth
    again = f'[tourism.growth]\nvalue = {growth.value}\nwhy = "{growth.why}"\n[events]\n'
    assert load_scenario(written(HEAD + again), DATA).overrides == ()


def test_a_scenario_based_on_another_changes_that(written: Written) -> None:
    late = '[events.hannukainen]\nstart = { value = 2034, low = 2032, high = 2040, why = "Another delay." }\n'
    scenario = load_scenario(written(HEAD.replace("baseline", "hannukainen") + late), DATA)
    before = load_scenario("hannukainen", DATA)
    assert scenario.assumptions.events["hannukainen"].start.value == 2034
    assert scenario.assumptions.events["hannukainen"].operating_jobs == (
        before.assumptions.events["hannukainen"].operating_jobs
    )
    assert scenario.overrides == before.overrides, "what was inherited differs from assumptions.toml as well"


def test_a_file_may_be_based_on_one_beside_it_wherever_it_is_run(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(HEAD + '[tourism.growth]\nvalue = 0.03\nwhy = "New beds."\n', "first.toml")
    second = written(HEAD.replace("baseline", "first.toml"), "second.toml")
    monkeypatch.chdir("/")
    assert load_scenario(second, DATA).assumptions.tourism.growth.value == 0.03


def test_a_file_may_have_the_name_of_the_scenario_it_changes(written: Written) -> None:
    own = written(HEAD.replace("baseline", "hannukainen"), "hannukainen.toml")
    assert load_scenario(own, DATA).assumptions == load_scenario("hannukainen", DATA).assumptions


def test_a_new_event_is_listed_field_by_field(written: Written) -> None:
    scenario = load_scenario(written(HEAD + MINE), DATA)
    fields = ("kind", "place", "name", *EVENT_NUMBERS)
    assert scenario.overrides == tuple(f"events.mine.{field}" for field in fields)
    assert scenario.overridden_values()["events.mine.name"] == {"fi": "Kaivos", "en": "Mine"}
    assert set(EVENT_NUMBERS) < set(Event.model_fields)


@pytest.mark.parametrize(
    "change",
    [str.encode, lambda text: b"\xef\xbb\xbf" + text.encode(), lambda text: text.replace("\n", "\r\n").encode()],
)
def test_files_of_windows_are_read(written: Written, change: Callable[[str], bytes]) -> None:
    assert load_scenario(written(change(HEAD)), DATA).title_in("fi") == "Oma"


def test_the_ending_of_a_file_may_be_in_capitals(written: Written) -> None:
    assert load_scenario(written(HEAD, "OWN.TOML"), DATA).name == "OWN"


def test_a_scenario_is_added_by_adding_its_file(folder: Path) -> None:
    (folder / "scenarios" / "own.toml").write_text(HEAD, encoding="utf-8")
    assert "own" in scenario_names(folder)
    assert load_scenario("own", folder).title_in("en") == "Own"


# Finding


@pytest.fixture(scope="module")
def hannukainen() -> Scenario:
    return load_scenario("hannukainen", DATA)


def test_every_assumption_is_found_by_its_path_with_its_source(hannukainen: Scenario) -> None:
    for path, source in ((item.path, item.source) for item in list_assumptions(hannukainen.assumptions)):
        found = hannukainen.assumption(path)
        assert (found.path, found.source) == (path, source)
    assert hannukainen.assumption("events.hannukainen.start").value == 2031


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("tourism.growht", "tourism.growth"),
        ("events.hanukainen.start", "events.hannukainen.start"),
        ("jobs.shok", "jobs.shock"),
    ],
)
def test_a_path_that_leads_nowhere_gets_the_nearest(hannukainen: Scenario, path: str, near: str) -> None:
    with pytest.raises(UserError, match=f"There is no assumption '{path}': did you mean '{near}'"):
        hannukainen.assumption(path)
