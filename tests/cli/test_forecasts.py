import errno
import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from made_folder import made_folder

from amoanalysis.config.files import data_folder
from amoanalysis.config.scenarios import scenario_names
from amoanalysis.results import write
from amoanalysis.results.measures import MEASURES

FILES = ["forecast.csv", "manifest.json", "summary.json"]
CODES = {"place": str, "quantile": str}
SIX = ["047", "261", "273", "498", "854", "976"]


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pd.DataFrame]:
    from amoanalysis.config.scenarios import load_scenario
    from amoanalysis.data.load import Data
    from amoanalysis.pipeline.run import forecast
    from amoanalysis.results.write import write_forecasts
    from tests.cli.conftest import prepared

    folder = tmp_path_factory.mktemp("hundred")
    data = Data(data_folder())
    runs = [
        forecast(prepared(data.folder), load_scenario(name, data.folder), data.places, draws=100)
        for name in ("baseline", "hannukainen")
    ]
    write_forecasts(runs, folder, data.folder)
    yield pd.read_csv(folder / "forecast.csv", dtype=CODES)


@pytest.mark.slow
def test_writes_a_long_table_a_summary_and_a_manifest(amo, tmp_path: Path, list_files) -> None:
    result = amo(
        "forecast", "--scenario", "hannukainen", "--place", "Kolari", "--draws", 20, "--until", 2030, "--out", tmp_path
    )
    assert result.code == 0, result.err
    assert list_files(tmp_path) == FILES
    rows = pd.read_csv(tmp_path / "forecast.csv", dtype=CODES)
    assert list(rows) == ["scenario", "place", "year", "measure", "group", "quantile", "value", "unit"]
    assert set(rows["place"]) == {"273"}
    assert set(rows["scenario"]) == {"hannukainen"}
    assert rows["year"].max() == 2030
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["seed"], manifest["draws"], manifest["years"][1]) == (2008, 20, 2030)
    assert manifest["data"]["tables/population.csv"]
    summary = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    assert summary["hannukainen"]["273"]["population"]["forecast"]["2030"]["low"] > 0


@pytest.mark.law
@pytest.mark.parametrize("measure", [name for name, measure in MEASURES.items() if measure.over is None])
def test_the_region_is_the_sum_of_the_six(table: pd.DataFrame, measure: str) -> None:
    rows = table[(table["measure"] == measure) & (table["quantile"] == "mean")]
    keys = ["scenario", "year", "group"]
    region = rows[rows["place"] == "region"].set_index(keys)["value"].sort_index()
    six = rows[rows["place"].isin(SIX)].groupby(keys)["value"].sum().sort_index()
    assert len(region) > 0
    pd.testing.assert_series_equal(region, six, rtol=1e-6, atol=1e-6, check_names=False)


@pytest.mark.law
@pytest.mark.parametrize("measure", ["population", "labour_force", "labour_demand"])
def test_intervals_widen_with_the_horizon(table: pd.DataFrame, measure: str) -> None:
    rows = table[(table["measure"] == measure) & (table["scenario"] == "baseline") & (table["group"] == "total")]
    wide = rows.pivot(index=["place", "year"], columns="quantile", values="value")
    width = (wide["0.9"] - wide["0.1"]).dropna().unstack("place")
    assert (width.loc[2040] > width.loc[2030]).all()
    assert (width.loc[2030] > width.loc[2023]).all()


@pytest.mark.law
def test_the_interval_of_the_region_is_narrower_than_the_sum_of_the_six(table: pd.DataFrame) -> None:
    rows = table[(table["measure"] == "population") & (table["scenario"] == "baseline") & (table["year"] == 2040)]
    wide = rows.pivot(index="place", columns="quantile", values="value")
    width = wide["0.9"] - wide["0.1"]
    assert width["region"] < width[SIX].sum()


@pytest.mark.slow
def test_the_same_seed_gives_the_same_file_and_another_seed_does_not(amo, tmp_path: Path) -> None:
    hashes = []
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        result = amo("forecast", "--draws", 25, "--until", 2026, "--seed", seed, "--out", tmp_path / name)
        assert result.code == 0, result.err
        hashes.append(hashlib.sha256((tmp_path / name / "forecast.csv").read_bytes()).hexdigest())
    assert hashes[0] == hashes[1] != hashes[2]


@pytest.mark.unit
def test_a_misspelt_scenario_gets_the_list_of_scenarios(amo, tmp_path: Path, list_files) -> None:
    result = amo("forecast", "--scenario", "hanukainen", "--out", tmp_path / "out")
    assert result.code == 2
    assert "did you mean 'hannukainen'?" in result.sentence
    assert all(name in result.sentence for name in scenario_names(data_folder()))
    assert list_files(tmp_path) == []


@pytest.mark.unit
def test_an_unknown_key_of_a_scenario_names_the_nearest(amo, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    assert amo("scenario", "new", "mine", "--out", file).code == 0
    file.write_text(file.read_text(encoding="utf-8").replace("[tourism.growth]", "[tourism.grwth]"), encoding="utf-8")
    result = amo("forecast", "--scenario", file, "--out", tmp_path / "out")
    assert result.code == 2
    assert "tourism.grwth" in result.sentence
    assert "growth" in result.sentence.split("tourism.grwth", 1)[1]


@pytest.mark.unit
@pytest.mark.parametrize("command", ["forecast", "export"])
def test_a_misspelt_place_names_the_nearest(amo, tmp_path: Path, command: str, list_files) -> None:
    result = amo(command, "--place", "Kolarri", "--out", tmp_path / "out")
    assert result.code == 2
    assert "did you mean 'Kolari'?" in result.sentence
    assert list_files(tmp_path) == []


@pytest.mark.unit
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--draws", 0), "--draws 0"),
        (("--until", 1999), "--until 1999"),
        (("--until", 9000), "--until 9000"),
        (("--data", "nowhere"), "There is no folder 'nowhere'"),
        (("--place", "Rovaniemi"), "Rovaniemi"),
        (("--scenario", "missing.toml"), "missing.toml"),
    ],
)
def test_invalid_arguments_exit_with_2_and_a_sentence(amo, tmp_path: Path, words, says: str) -> None:
    result = amo("forecast", *words, "--out", tmp_path / "out")
    assert result.code == 2
    assert says in result.sentence
    assert result.err.strip().splitlines()[-1].startswith("amo: ")
    assert not (tmp_path / "out").exists()


@pytest.mark.unit
@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only to root")
def test_a_read_only_folder_is_an_error(amo, tmp_path: Path) -> None:
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    result = amo("forecast", "--draws", 2, "--until", 2024, "--out", tmp_path / "out")
    tmp_path.chmod(stat.S_IRWXU)
    assert result.code == 1
    assert "Cannot write" in result.sentence


@pytest.mark.slow
def test_a_path_that_cannot_be_written_to_is_an_error(amo, tmp_path: Path, list_files) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    result = amo("forecast", "--draws", 2, "--until", 2024, "--out", tmp_path / "file" / "below")
    assert result.code == 1
    assert "Cannot write" in result.sentence
    assert list_files(tmp_path) == ["file"]


@pytest.mark.slow
@pytest.mark.parametrize("fails", ["replace", "write"])
def test_a_full_disk_keeps_the_earlier_files_and_leaves_no_partial_file(
    amo, tmp_path: Path, monkeypatch, list_files, fails
) -> None:
    out = tmp_path / "out"
    assert amo("forecast", "--draws", 2, "--until", 2024, "--out", out).code == 0
    before = {name: (out / name).read_bytes() for name in FILES}

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    if fails == "replace":
        monkeypatch.setattr(os, "replace", full)
    else:
        monkeypatch.setattr(write, "format_csv_rows", full)
    result = amo("forecast", "--draws", 3, "--until", 2025, "--out", out)
    assert result.code == 1
    assert os.strerror(errno.ENOSPC) in result.sentence
    assert "Traceback" not in result.err
    assert list_files(out) == FILES
    assert {name: (out / name).read_bytes() for name in FILES} == before


@pytest.mark.slow
def test_forty_synthetic_municipalities_are_forecast_like_the_six(amo, tmp_path: Path) -> None:
    codes = [str(code) for code in range(900, 940)]
    folder = made_folder(tmp_path / "made", codes)
    assert amo("data", "check", "--data", folder).code == 0
    shown = ("--place", "Testiseutu", "--place", "Kunta 900", "--place", "939")
    result = amo("forecast", "--data", folder, *shown, "--draws", 20, "--until", 2028, "--out", tmp_path / "out")
    assert result.code == 0, result.err
    rows = pd.read_csv(tmp_path / "out" / "forecast.csv", dtype=CODES)
    assert set(rows["place"]) == {"region", "900", "939"}
    known = pd.read_csv(folder / "tables" / "population.csv", dtype={"place": str})
    start = known[known["place"].isin(codes) & (known["year"] == known.query("place == '900'")["year"].max())]
    ahead = rows[(rows["quantile"] == "0.5") & (rows["measure"] == "population") & (rows["place"] == "region")]
    assert ahead["value"].to_numpy() == pytest.approx(start["population"].sum(), rel=0.1)


@pytest.mark.slow
def test_compare_shows_and_writes_the_difference(amo, tmp_path: Path) -> None:
    file = tmp_path / "difference.csv"
    words = ("--place", "Kolari", "--draws", 20, "--until", 2035, "--measure", "labour_demand", "--out", file)
    result = amo("compare", "baseline", "hannukainen", *words)
    assert result.code == 0, result.err
    assert "labour demand" in result.out
    rows = pd.read_csv(file, dtype=CODES)
    median = rows[rows["quantile"] == "0.5"].set_index("year")["value"]
    assert median[2035] > 100 > abs(median[2023])


@pytest.mark.slow
def test_compare_decomposes_and_draws_labour_demand(amo, tmp_path: Path) -> None:
    file, chart = tmp_path / "difference.csv", tmp_path / "change.svg"
    words = ("--draws", 20, "--until", 2035, "--out", file, "--chart", chart, "--lang", "fi")
    result = amo("compare", "baseline", "hannukainen", *words)
    assert result.code == 0, result.err
    for name in ("direct: project jobs", "indirect jobs", "induced jobs", "sum of these", "Enontekiö"):
        assert name in result.out
    rows = pd.read_csv(file, dtype=CODES)
    assert set(rows["place"]) == {*SIX, "region"}
    means = rows[rows["quantile"] == "mean"].pivot(index=["place", "year"], columns="measure", values="value")
    parts = ["project_jobs", "indirect_jobs", "induced_jobs", "tourism_jobs", "other"]
    assert means[parts].sum(axis=1).to_numpy() == pytest.approx(means["labour_demand"].to_numpy(), abs=0.01)
    assert "Hannukainen avataan" in chart.read_text(encoding="utf-8")


@pytest.mark.slow
def test_compare_with_a_project_of_probability_zero_is_zero(amo, tmp_path: Path) -> None:
    never = tmp_path / "never.toml"
    assert amo("scenario", "new", "never", "--out", never).code == 0
    chance = 'value = 0.0\nlow = 0.0\nhigh = 0.0\nunit = "1"\nsource = "judgement"\nwhy = "It does not open."\n'
    never.write_text(
        'based_on = "hannukainen"\n[title]\nfi = "Ei avata"\nen = "Never"\n[narrative]\nfi = "Ei."\nen = "No."\n'
        f"[events.hannukainen.probability]\n{chance}",
        encoding="utf-8",
    )
    file, chart = tmp_path / "difference.csv", tmp_path / "change.png"
    result = amo("compare", "baseline", never, "--draws", 20, "--until", 2035, "--out", file, "--chart", chart)
    assert result.code == 0, result.err
    rows = pd.read_csv(file, dtype=CODES)
    assert len(rows) > 1000
    assert (rows["value"] == 0).all()
    assert chart.stat().st_size > 10_000


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "says"), [(("--chart", "a.jpg"), "pdf, png, svg"), (("--chart", "a"), "png"), (("--lang", "se"), "se")]
)
def test_compare_refuses_an_unknown_picture_format_before_it_runs(amo, words, says: str) -> None:
    result = amo("compare", "baseline", "hannukainen", *words)
    assert result.code == 2
    assert says in result.sentence


@pytest.mark.unit
def test_compare_requires_two_scenarios_and_a_known_measure(amo) -> None:
    assert amo("compare", "baseline").code == 2
    result = amo("compare", "baseline", "hannukainen", "--draws", 2, "--until", 2024, "--measure", "job")
    assert result.code == 2
    assert re.search(r"did you mean '?jobs", result.sentence)


@pytest.mark.slow
def test_a_run_is_repeated_from_its_manifest(amo, tmp_path: Path) -> None:
    first = amo("forecast", "--draws", "20", "--until", "2026", "--place", "Kolari", "--out", tmp_path / "first")
    assert first.code == 0
    again = amo("forecast", "--from", tmp_path / "first" / "manifest.json", "--out", tmp_path / "again")
    assert again.code == 0 and "Every digit" in again.out
    table = tmp_path / "first" / "forecast.csv"
    assert (tmp_path / "again" / "forecast.csv").read_bytes() == table.read_bytes()
    changed = (tmp_path / "first" / "manifest.json").read_text(encoding="utf-8").replace('"seed": 2008', '"seed": 2009')
    (tmp_path / "first" / "manifest.json").write_text(changed, encoding="utf-8")
    other = amo("forecast", "--from", tmp_path / "first" / "manifest.json", "--out", tmp_path / "other")
    assert other.code == 1 and "rows differ" in other.out


@pytest.mark.unit
@pytest.mark.parametrize(
    ("content", "sentence"),
    [(None, "cannot be read"), ("{", "not valid JSON"), ("{}", "has no 'amoanalysis'"), ("[]", "has no 'amoanalysis'")],
)
def test_a_manifest_that_is_none_gets_one_sentence(amo, tmp_path: Path, content: str | None, sentence: str) -> None:
    path = tmp_path / "manifest.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    found = amo("forecast", "--from", path, "--out", tmp_path / "out")
    assert found.code == 2 and sentence in found.err and not (tmp_path / "out").exists()
    assert amo("forecast", "--from", path, "--place", "Kolari", "--out", tmp_path / "out").code == 2
