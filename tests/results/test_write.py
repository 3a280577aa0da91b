"""A written forecast: the long table, the summary and the manifest, all or none."""

import errno
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from amoanalysis import __version__
from amoanalysis.config.origins import file_sha256
from amoanalysis.config.scenarios import load_scenario
from amoanalysis.data.load import Data
from amoanalysis.errors import AmoError, UserError
from amoanalysis.pipeline.inputs.prepare import Inputs
from amoanalysis.pipeline.run import forecast
from amoanalysis.results import write
from amoanalysis.results.forecast import Forecast
from amoanalysis.results.run_draws import MEAN, OBSERVED, QUANTILES
from amoanalysis.results.write import SUMMARISED, format_csv_rows, make_manifest, summarise_forecast, write_forecasts

pytestmark = pytest.mark.unit

FILES = ["forecast.csv", "manifest.json", "summary.json"]
COLUMNS = ["scenario", "place", "year", "measure", "group", "quantile", "value", "unit"]
PLACES = ["273", "region"]
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture(scope="module")
def results(data: Data, inputs: Inputs) -> list[Forecast]:
    scenarios = [load_scenario(name, data.folder) for name in ("baseline", "hannukainen")]
    return [forecast(inputs, scenario, data.places, until=2026, draws=20, seed=1) for scenario in scenarios]


@pytest.fixture(scope="module")
def written(data: Data, results: list[Forecast], tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out")
    write_forecasts(results, out, data.folder, PLACES)
    return out


@pytest.fixture(scope="module")
def table(written: Path) -> pd.DataFrame:
    return pd.read_csv(written / "forecast.csv", dtype={"place": "str", "quantile": "str"})


def read(path: Path) -> Any:
    """JSON as the standard has it, without NaN."""

    def no_number(word: str) -> float:
        raise AssertionError(f"{path.name} holds {word}, which is no JSON")

    return json.loads(path.read_text(encoding="utf-8"), parse_constant=no_number)


# The files


def test_three_files_are_written_and_named(data: Data, results: list[Forecast], tmp_path: Path) -> None:
    out = tmp_path / "new" / "folder"
    files = write_forecasts(results[:1], out, data.folder, ["273"])
    assert sorted(path.name for path in out.iterdir()) == FILES
    assert sorted(path.name for path in files) == FILES and all(path.parent == out for path in files)


def test_files_have_plain_line_ends_and_utf_8(written: Path) -> None:
    for name in FILES:
        content = (written / name).read_bytes()
        assert b"\r" not in content and content.endswith(b"\n")
        content.decode("utf-8")
    assert "Tunturi-Lappi ja Tornionlaakso" in (written / "summary.json").read_text(encoding="utf-8")


def test_the_same_forecast_gives_the_same_bytes(
    data: Data, inputs: Inputs, results: list[Forecast], written: Path, tmp_path: Path
) -> None:
    again = [forecast(inputs, r.scenario, data.places, until=2026, draws=20, seed=1) for r in results]
    write_forecasts(again, tmp_path, data.folder, PLACES)
    for name in ("forecast.csv", "summary.json"):
        assert (tmp_path / name).read_bytes() == (written / name).read_bytes()
    one, other = (read(folder / "manifest.json") for folder in (tmp_path, written))
    assert {**one, "made": None} == {**other, "made": None}


def break_at(monkeypatch: pytest.MonkeyPatch, where: str, error: BaseException) -> None:
    def broken(*_: object, **__: object) -> None:
        raise error

    target = {"table": (write, "format_csv_rows"), "manifest": (write, "make_manifest"), "move": (os, "replace")}[where]
    monkeypatch.setattr(*target, broken)


@pytest.mark.parametrize("where", ["table", "manifest", "move"])
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()], ids=repr)
def test_a_run_that_breaks_off_leaves_the_files_of_the_run_before(
    data: Data,
    results: list[Forecast],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    error: BaseException,
) -> None:
    write_forecasts(results[:1], tmp_path, data.folder, ["273"])
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    break_at(monkeypatch, where, error)
    with pytest.raises((AmoError, KeyboardInterrupt)):
        write_forecasts(results, tmp_path, data.folder, ["498"])
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_an_out_that_is_a_file_is_refused_before_anything_is_written(
    data: Data, results: list[Forecast], tmp_path: Path
) -> None:
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    with pytest.raises(AmoError, match="Cannot write"):
        write_forecasts(results[:1], tmp_path / "out", data.folder, ["273"])
    assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"


def test_two_scenarios_of_one_name_are_refused(data: Data, results: list[Forecast], tmp_path: Path) -> None:
    with pytest.raises(UserError, match="Two scenarios are called 'baseline': name each once, or rename the file"):
        write_forecasts([results[0], results[1], results[0]], tmp_path, data.folder)
    assert list(tmp_path.iterdir()) == []


# The long table


def test_the_table_has_each_thing_once_and_in_order(table: pd.DataFrame) -> None:
    assert list(table.columns) == COLUMNS
    assert not table.duplicated(COLUMNS[:6]).any()
    assert table["unit"].notna().all() and table["value"].notna().all()
    for _, rows in table.groupby("scenario"):
        pd.testing.assert_frame_equal(rows, rows.sort_values(COLUMNS[:6], kind="stable"))


def test_the_table_holds_the_places_asked_for_and_all_years_measures_and_quantiles(
    table: pd.DataFrame, results: list[Forecast]
) -> None:
    ahead = table[table["quantile"] != OBSERVED]
    assert set(table["place"]) == set(PLACES)
    assert set(ahead["year"]) == set(results[0].years) and table["year"].min() < results[0].years[0]
    assert set(ahead["measure"]) == set(results[0].measures)
    assert set(ahead["quantile"]) == {f"{quantile:g}" for quantile in QUANTILES} | {MEAN}
    groups = sum(len(measure.groups) for measure in results[0].measures.values())
    assert len(ahead) == 2 * len(PLACES) * len(results[0].years) * groups * (len(QUANTILES) + 1)


def test_the_table_says_what_the_draws_say(table: pd.DataFrame, results: list[Forecast]) -> None:
    draws = results[1].values("jobs", "273")
    rows = table[(table["scenario"] == "hannukainen") & (table["place"] == "273") & (table["measure"] == "jobs")]
    median = rows[rows["quantile"] == "0.5"].set_index("year")["value"]
    np.testing.assert_allclose(median.to_numpy(), np.median(draws, axis=1), rtol=1e-9)
    mean = rows[rows["quantile"] == MEAN].set_index("year")["value"]
    np.testing.assert_allclose(mean.to_numpy(), draws.mean(axis=1), rtol=1e-9)


def test_quantiles_rise(table: pd.DataFrame) -> None:
    ahead = table[~table["quantile"].isin([OBSERVED, MEAN])]
    wide = ahead.pivot(index=["scenario", "place", "year", "measure", "group"], columns="quantile", values="value")
    assert (wide.sort_index(axis=1).diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)


def test_texts_with_commas_and_quotes_and_missing_numbers_are_read_back():
    rows = [
        ('late, or "never"', "047", 2023, "jobs", "total", "mean", 1234.5, "jobs"),
        ('late, or "never"', "047", 2024, "jobs", "total", "mean", np.nan, "jobs"),
        ("baseline", "region", 2024, "jobs", "A", "0.5", 1 / 3, "jobs"),
    ]
    part = pd.DataFrame(rows, columns=COLUMNS)
    texts = {name: "str" for name in COLUMNS if name not in ("year", "value")}
    again = pd.read_csv(StringIO(format_csv_rows(part)), names=COLUMNS, dtype=texts)
    pd.testing.assert_frame_equal(again, part, rtol=1e-9)


# The summary


def test_the_summary_covers_scenarios_places_and_measures(written: Path) -> None:
    found = read(written / "summary.json")
    assert list(found) == ["baseline", "hannukainen"]
    for places in found.values():
        assert list(places) == PLACES
        assert places["273"]["name"] == "Kolari"
        for place in places.values():
            assert set(place) == {"name", *SUMMARISED}


def test_the_summary_agrees_with_the_table(written: Path, table: pd.DataFrame) -> None:
    rows = table[table["group"] == "total"].set_index(["scenario", "place", "measure", "year", "quantile"])["value"]
    for scenario, places in read(written / "summary.json").items():
        for place in PLACES:
            for measure in SUMMARISED:
                for year, band in places[place][measure]["forecast"].items():
                    at = (scenario, place, measure, int(year))
                    expected = [rows.loc[(*at, quantile)] for quantile in ("0.1", "0.5", "0.9")]
                    assert [band["low"], band["median"], band["high"]] == pytest.approx(expected, rel=1e-5)


def test_the_summary_shows_every_fifth_year_and_the_last(written: Path) -> None:
    jobs = read(written / "summary.json")["baseline"]["273"]["jobs"]
    assert list(jobs["forecast"]) == ["2025", "2026"]


def test_the_summary_gives_the_last_year_known(written: Path, results: list[Forecast]) -> None:
    known = results[0].history("population", "273").iloc[-1]
    said = read(written / "summary.json")["baseline"]["273"]["population"]["observed"]
    assert said == {str(known["year"]): pytest.approx(known["value"], rel=1e-5)}


def test_what_was_never_observed_has_no_observed_value(results: list[Forecast]) -> None:
    nothing = replace(results[0], observed=results[0].observed.iloc[:0])
    assert summarise_forecast(nothing, ["273"])["273"]["population"]["observed"] == {}


def test_all_places_are_written_where_none_is_named(results: list[Forecast]) -> None:
    assert list(summarise_forecast(results[0])) == results[0].area_codes()


# The manifest


def test_the_manifest_is_enough_to_run_the_forecast_again(
    written: Path, data: Data, inputs: Inputs, results: list[Forecast]
) -> None:
    found = read(written / "manifest.json")
    again = forecast(
        inputs,
        load_scenario("hannukainen", data.folder),
        data.places,
        until=found["years"][1],
        draws=found["draws"],
        seed=found["seed"],
    )
    assert found["years"][0] == again.years[0]
    for name, array in results[1].arrays.items():
        np.testing.assert_array_equal(array, again.arrays[name])


def test_the_manifest_hashes_every_file_of_the_data(written: Path, data: Data) -> None:
    hashes = read(written / "manifest.json")["data"]
    paths = {path.relative_to(data.folder).as_posix() for path in data.folder.rglob("*.csv")}
    assert paths | {"assumptions.toml", "places.toml", "scenarios/baseline.toml"} <= set(hashes)
    assert all(
        hashes[name] == file_sha256(data.folder / name) for name in ("assumptions.toml", "tables/population.csv")
    )


def test_the_manifest_holds_what_a_scenario_overrides_with_its_values(written: Path) -> None:
    scenarios = read(written / "manifest.json")["scenarios"]
    assert scenarios["baseline"]["values"] == {}
    start = scenarios["hannukainen"]["values"]["events.hannukainen.start"]
    assert (start["low"], start["value"], start["high"], start["source"]) == (2029, 2031, 2036, "mines")
    assert scenarios["hannukainen"]["values"]["events.hannukainen.place"] == "273"


def test_the_manifest_says_with_what_it_was_made(results: list[Forecast], data: Data) -> None:
    found = make_manifest(results, data.folder)
    assert found["amoanalysis"] == __version__
    assert found["libraries"]["numpy"] == np.__version__ and found["libraries"]["pandas"] == pd.__version__
    made = datetime.fromisoformat(found["made"])
    assert made.tzinfo == UTC and abs((datetime.now(UTC) - made).total_seconds()) < 600


def git(folder: Path) -> Callable[..., None]:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]

    def run(*words: str) -> None:
        subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)

    return run


@needs_git
def test_the_commit_is_marked_where_files_differ_from_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "amoanalysis"
    package.mkdir()
    (package / "a.py").write_text("a = 1\n", encoding="utf-8")
    run = git(tmp_path)
    run("init", "--quiet")
    run("add", ".")
    run("commit", "--quiet", "--message", "first")
    monkeypatch.setattr(write, "PACKAGE", package)
    commit = write._commit()
    assert commit is not None and len(commit) == 12
    (package / "a.py").write_text("a = 2\n", encoding="utf-8")
    assert write._commit() == f"{commit}+"


@needs_git
def test_the_repository_of_somebody_who_has_installed_us_is_not_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / ".venv" / "site-packages" / "amoanalysis"
    installed.mkdir(parents=True)
    (tmp_path / "theirs.py").touch()
    run = git(tmp_path)
    run("init", "--quiet")
    run("add", "theirs.py")
    run("commit", "--quiet", "--message", "theirs")
    monkeypatch.setattr(write, "PACKAGE", installed)
    assert write._commit() is None


def test_without_git_there_is_no_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.setattr(write, "PACKAGE", tmp_path / "amoanalysis")
    monkeypatch.setenv("PATH", "")
    assert write._commit() is None
