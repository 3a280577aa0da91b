import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from amoanalysis.config.assumptions import Assumption, Assumptions, Event, add_paths, is_assumption, list_assumptions
from amoanalysis.config.files import data_folder
from amoanalysis.config.origins import load_origins

pytestmark = pytest.mark.unit

DATA = data_folder()
WORDS = {"unit": "1", "source": "judgement", "why": "A reason."}
FINITE = st.floats(-1e9, 1e9, allow_nan=False)


def assumption(value: Any, low: Any, high: Any, **more: Any) -> Assumption:
    return Assumption.model_validate({"value": value, "low": low, "high": high, **WORDS, **more})


def files() -> list[Path]:
    return [DATA / "assumptions.toml", *sorted((DATA / "scenarios").glob("*.toml"))]


def tables_within(block: dict[str, Any], path: str = "") -> list[tuple[str, dict[str, Any]]]:
    inner = [(f"{path}.{key}".strip("."), part) for key, part in block.items() if isinstance(part, dict)]
    return [*inner, *(found for key, part in inner for found in tables_within(part, key))]


def baseline() -> Assumptions:
    tree = tomllib.loads((DATA / "assumptions.toml").read_text(encoding="utf-8"))
    return Assumptions.model_validate(add_paths(tree))


# One assumption


@given(st.tuples(FINITE, FINITE, FINITE))
def test_three_numbers_are_an_assumption_exactly_when_they_are_in_order(numbers: tuple[float, float, float]) -> None:
    low, value, high = numbers
    if low <= value <= high:
        assert assumption(value, low, high).value == value
    else:
        with pytest.raises(ValidationError, match="are not in order: it takes low <= value <= high"):
            assumption(value, low, high)


def test_ends_of_an_interval_may_meet_the_bounds_but_not_pass_them() -> None:
    assert assumption(1, 0, 2, least=0, most=2).most == 2
    with pytest.raises(ValidationError, match=r"low 0 is below least 0\.5: raise low"):
        assumption(1, 0, 2, least=0.5)
    with pytest.raises(ValidationError, match=r"high 2 is above most 1\.5: lower high"):
        assumption(1, 0, 2, most=1.5)


@pytest.mark.parametrize(
    "wrong", ["0.03", "0,03", True, None, [1], float("nan"), float("inf"), -float("inf")], ids=repr
)
@pytest.mark.parametrize("key", ["value", "low", "high"])
def test_a_number_is_a_finite_number_and_nothing_that_looks_like_one(key: str, wrong: object) -> None:
    with pytest.raises(ValidationError):
        assumption(**{**{"value": 1, "low": 1, "high": 1}, key: wrong})


@pytest.mark.parametrize("key", ["unit", "source", "why"])
def test_a_bare_number_is_no_assumption(key: str) -> None:
    words = {name: word for name, word in WORDS.items() if name != key}
    with pytest.raises(ValidationError, match=key):
        Assumption.model_validate({"value": 1, "low": 1, "high": 1, **words})
    with pytest.raises(ValidationError, match=key):
        Assumption.model_validate({"value": 1, "low": 1, "high": 1, **words, key: ""})


def test_an_unknown_key_is_refused_and_nothing_can_be_changed() -> None:
    with pytest.raises(ValidationError, match="mean"):
        assumption(1, 1, 1, mean=1)
    with pytest.raises(ValidationError, match="frozen"):
        assumption(1, 1, 1).value = 2


# Events


def event(**more: Any) -> Event:
    numbers = ("probability", "start", "operating_jobs", "ramp_up_years", "operating_years", "wind_down_years")
    block = {"kind": "mine", "place": "273", "name": {"fi": "Kaivos", "en": "Mine"}, **more}
    return Event.model_validate({**{name: {"value": 1, "low": 1, "high": 1, **WORDS} for name in numbers}, **block})


def test_an_event_has_a_name_in_finnish_and_english() -> None:
    assert event().name["fi"] == "Kaivos"
    for name in ({"fi": "Kaivos"}, {"en": "Mine"}, {"fi": "", "en": "Mine"}):
        with pytest.raises(ValidationError, match="its name is not given in both fi and en"):
            event(name=name)


def test_an_event_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValidationError, match="'mine', 'hotel', 'railway', 'school' or 'other'"):
        event(kind="harbour")


# Paths


def test_every_assumption_carries_the_path_where_it_stands() -> None:
    assumptions = baseline()
    assert assumptions.tourism.growth.path == "tourism.growth"
    assert assumptions.tourism.nights["261"].path == "tourism.nights.261"
    paths = [item.path for item in list_assumptions(assumptions)]
    assert all(paths) and len(set(paths)) == len(paths), "two assumptions would share their random numbers"


def test_paths_reach_into_events_and_leave_the_tree_otherwise_as_it_was() -> None:
    tree = {"events": {"mine": {"kind": "mine", "name": {"fi": "a"}, "start": {"value": 2030, "low": 2029}}}}
    before = json.dumps(tree)
    changed = add_paths(tree)
    assert changed["events"]["mine"]["start"] == {"value": 2030, "low": 2029, "path": "events.mine.start"}
    assert changed["events"]["mine"]["name"] == {"fi": "a"}
    assert json.dumps(tree) == before


def test_an_event_called_value_is_no_assumption() -> None:
    tree = {"events": {"value": {"start": {"value": 1}}}}
    assert not is_assumption(tree["events"])
    assert add_paths(tree)["events"]["value"]["start"]["path"] == "events.value.start"


def test_a_tree_of_any_depth_is_walked_without_a_traceback() -> None:
    deep: dict[str, Any] = {"value": 1}
    for _ in range(5000):
        deep = {"a": deep}
    assert "a" in add_paths(deep)


def test_listed_finds_what_stands_in_tables_and_in_events() -> None:
    block = baseline().model_copy(update={"events": {"mine": event()}})
    found = list_assumptions(block)
    assert sum(item in block.tourism.nights.values() for item in found) >= len(block.tourism.nights)
    assert len(found) == len(list_assumptions(baseline())) + 6


# The declared files


def test_the_declared_assumptions_hold_every_section_that_a_forecast_needs_and_no_event() -> None:
    assumptions = baseline()
    assert assumptions.events == {}
    assert all(isinstance(part, BaseModel) for name, part in assumptions if name != "events")
    assert len(list_assumptions(assumptions)) > 50


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_every_source_is_a_table_of_ours_or_judgement(path: Path) -> None:
    known = {*load_origins(DATA), "judgement"}
    blocks = tables_within(tomllib.loads(path.read_text(encoding="utf-8")))
    unknown = {key: block["source"] for key, block in blocks if block.get("source", "judgement") not in known}
    assert not unknown


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_every_number_that_is_declared_has_a_reason_that_is_a_sentence(path: Path) -> None:
    blocks = tables_within(tomllib.loads(path.read_text(encoding="utf-8")))
    bare = [key for key, block in blocks if "value" in block and not block.get("why", "").endswith(".")]
    assert not bare


def test_shares_lie_between_nought_and_one_and_spreads_are_not_negative() -> None:
    for item in list_assumptions(baseline()):
        if item.unit.startswith("share"):
            assert 0 <= item.low <= item.high <= 1, item.path
        if item.path.endswith(("shock", "persistence")):
            assert item.low >= 0 and item.least is not None, item.path
        if item.path.endswith("persistence"):
            assert item.most is not None and item.most < 1, item.path


def test_the_work_of_a_night_is_known_wherever_nights_are() -> None:
    tourism = baseline().tourism
    assert set(tourism.nights) == set(tourism.jobs_per_1000_nights)


def test_the_shares_of_tourism_s_work_by_industry_make_up_the_whole() -> None:
    assert sum(share.value for share in baseline().tourism.split.values()) == pytest.approx(1)
