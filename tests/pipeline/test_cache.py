"""Kept forecasts are those that would be run again, and a doubtful one is run again."""

import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from amoanalysis.data.load import Data
from amoanalysis.errors import AmoError, UserError
from amoanalysis.pipeline import cache as store
from amoanalysis.pipeline.cache import stored_forecasts
from amoanalysis.pipeline.inputs.prepare import Inputs
from amoanalysis.results.forecast import Forecast

pytestmark = pytest.mark.unit

SMALL = {"until": 2026, "draws": 20, "seed": 1}
NAMES = ["hannukainen", "baseline"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(tmp_path / "store"))
    return tmp_path / "store"


@pytest.fixture(autouse=True)
def runs(inputs: Inputs, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the scenarios run so far; the inputs are prepared once for all tests."""
    names: list[str] = []
    forecast = store.forecast

    def counted(inputs: Inputs, scenario, *rest, **more) -> Forecast:
        names.append(scenario.name)
        return forecast(inputs, scenario, *rest, **more)

    monkeypatch.delenv(store.FOLDER_VARIABLE, raising=False)
    monkeypatch.setattr(store, "prepare", lambda data: inputs)
    monkeypatch.setattr(store, "forecast", counted)
    return names


@pytest.fixture
def copied(data: Data, tmp_path: Path) -> Callable[[], Data]:
    """The declared files alone, in a folder that a test may change."""

    def copy() -> Data:
        for name in ("places.toml", "assumptions.toml", "scenarios"):
            source, target = data.folder / name, tmp_path / "data" / name
            target.parent.mkdir(exist_ok=True)
            shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
        return Data(tmp_path / "data")

    return copy


def in_memory(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame without mapped arrays."""
    return pd.DataFrame({name: frame[name].to_list() for name in frame})


def assert_same(one: Forecast, other: Forecast) -> None:
    assert set(one.arrays) == set(other.arrays)
    for name, array in one.arrays.items():
        np.testing.assert_array_equal(array, other.arrays[name])
    pd.testing.assert_frame_equal(in_memory(one.observed), in_memory(other.observed))
    for field in ("scenario", "codes", "years", "n_draws", "seed", "measures"):
        assert getattr(one, field) == getattr(other, field)


def test_what_is_kept_is_what_would_be_run(data: Data, folder: Path, runs: list[str]) -> None:
    first = stored_forecasts(data, NAMES, **SMALL)
    again = stored_forecasts(data, NAMES, **SMALL)
    assert runs == NAMES
    assert list(first) == list(again) == NAMES
    for name in NAMES:
        assert_same(first[name], again[name])
        pd.testing.assert_frame_equal(first[name].table(["273"]), again[name].table(["273"]))


def test_without_a_folder_every_call_runs_and_keeps_nothing(
    data: Data, runs: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(store.FOLDER_VARIABLE, "")
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        stored_forecasts(data, ["baseline"], **SMALL)
    assert runs == ["baseline"] * 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("change", [{"until": 2027}, {"draws": 21}, {"seed": 2}], ids=str)
def test_another_run_is_not_taken_for_this_one(
    data: Data, folder: Path, runs: list[str], change: dict[str, int]
) -> None:
    stored_forecasts(data, ["baseline"], **SMALL)
    other = stored_forecasts(data, ["baseline"], **{**SMALL, **change})["baseline"]
    assert runs == ["baseline"] * 2
    assert {"until": other.years[-1], "draws": other.n_draws, "seed": other.seed} == {**SMALL, **change}


@pytest.mark.parametrize("file", ["assumptions.toml", "scenarios/baseline.toml", "places.toml"])
def test_a_change_of_the_data_makes_what_was_kept_void(
    copied: Callable[[], Data], folder: Path, runs: list[str], file: str
) -> None:
    changed = copied()
    stored_forecasts(changed, ["baseline"], **SMALL)
    with (changed.folder / file).open("a", encoding="utf-8") as end:
        end.write("\n# A remark.\n")
    stored_forecasts(Data(changed.folder), ["baseline"], **SMALL)
    assert runs == ["baseline"] * 2


def test_a_change_of_the_code_makes_what_was_kept_void(
    data: Data, folder: Path, runs: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored_forecasts(data, ["baseline"], **SMALL)
    (tmp_path / "code" / "pipeline").mkdir(parents=True)
    (tmp_path / "code" / "pipeline" / "run.py").write_text("changed = True\n", encoding="utf-8")
    monkeypatch.setattr(store, "PACKAGE", tmp_path / "code")
    stored_forecasts(data, ["baseline"], **SMALL)
    assert runs == ["baseline"] * 2


def test_scenarios_that_assume_the_same_keep_their_own_name_and_story(
    data: Data, folder: Path, runs: list[str], tmp_path: Path
) -> None:
    twin = tmp_path / "twin.toml"
    twin.write_text('title = { fi = "Oma", en = "Own" }\nnarrative = { fi = "Tarina.", en = "A story." }\n', "utf-8")
    results = stored_forecasts(data, ["baseline", str(twin)], **SMALL)
    assert runs == ["baseline"]
    assert [result.scenario.name for result in results.values()] == ["baseline", "twin"]
    assert results[str(twin)].scenario.title_in("en") == "Own"
    assert_same(results["baseline"], dataclasses.replace(results[str(twin)], scenario=results["baseline"].scenario))


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:20],
        lambda content: content[: len(content) // 2],
        lambda content: content[:-1] + bytes([content[-1] ^ 1]),
        lambda content: content[:500] + b"x" + content[501:],
        lambda content: b"not a forecast at all, but a text that is longer than a hash",
    ],
    ids=["empty", "a stump", "half", "last byte", "a byte within", "foreign"],
)
def test_a_damaged_file_is_made_anew(
    data: Data, folder: Path, runs: list[str], damage: Callable[[bytes], bytes]
) -> None:
    first = stored_forecasts(data, ["baseline"], **SMALL)["baseline"]
    (kept,) = folder.glob("forecast-*")
    whole = kept.read_bytes()
    kept.write_bytes(damage(whole))
    again = stored_forecasts(data, ["baseline"], **SMALL)["baseline"]
    assert runs == ["baseline"] * 2
    assert_same(first, again)
    stored_forecasts(data, ["baseline"], **SMALL)
    assert runs == ["baseline"] * 2, "the new file serves"


def test_a_folder_that_cannot_be_written_to_is_said_so(
    data: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(tmp_path / "file" / "store"))
    with pytest.raises(AmoError, match="Cannot write"):
        stored_forecasts(data, ["baseline"], **SMALL)


def test_all_names_are_looked_up_before_anything_is_run(data: Data, folder: Path, runs: list[str]) -> None:
    with pytest.raises(UserError, match="There is no scenario 'hannukanen'"):
        stored_forecasts(data, ["baseline", "hannukanen"], **SMALL)
    assert runs == [] and not folder.exists()


@pytest.mark.parametrize("damaged", [False, True])
def test_large_arrays_come_back_as_they_were_and_a_damaged_one_is_made_anew(
    data: Data, folder: Path, damaged: bool
) -> None:
    made = {
        "even": np.arange(300_000, dtype=np.float64).reshape(3, -1),
        "odd": np.arange(1 << 21, dtype=np.uint8)[:-3].copy(),
        "small": np.arange(5),
        "table": pd.DataFrame({"name": ["a", "b"], "value": [1.5, 2.5]}),
    }
    calls = []

    def make() -> dict[str, object]:
        calls.append(1)
        return made

    store.load_or_make(data, "thing", (1,), make)
    if damaged:
        (kept,) = folder.glob("thing-*")
        content = bytearray(kept.read_bytes())
        content[-1000] ^= 1
        kept.write_bytes(content)
    again = store.load_or_make(data, "thing", (1,), make)
    assert len(calls) == 1 + damaged
    for name in ("even", "odd", "small"):
        np.testing.assert_array_equal(again[name], made[name])
    pd.testing.assert_frame_equal(again["table"], made["table"])
