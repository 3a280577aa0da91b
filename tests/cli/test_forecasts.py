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
from amoanalysis.results import long_table
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
def test_writes_a_long_table_a_summary_and_a_manifest(amo, tmp_path: Path, left) -> None:
    said = amo(
        "forecast", "--scenario", "hannukainen", "--place", "Kolari", "--draws", 20, "--until", 2030, "--out", tmp_path
    )
    assert said.code == 0, said.err
    assert left(tmp_path) == FILES
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
def test_bands_widen_with_the_horizon(table: pd.DataFrame, measure: str) -> None:
    rows = table[(table["measure"] == measure) & (table["scenario"] == "baseline") & (table["group"] == "total")]
    wide = rows.pivot(index=["place", "year"], columns="quantile", values="value")
    width = (wide["0.9"] - wide["0.1"]).dropna().unstack("place")
    assert (width.loc[2040] > width.loc[2030]).all()
    assert (width.loc[2030] > width.loc[2023]).all()


@pytest.mark.law
def test_a_band_of_the_region_is_narrower_than_the_bands_of_the_six_together(table: pd.DataFrame) -> None:
    rows = table[(table["measure"] == "population") & (table["scenario"] == "baseline") & (table["year"] == 2040)]
    wide = rows.pivot(index="place", columns="quantile", values="value")
    width = wide["0.9"] - wide["0.1"]
    assert width["region"] < width[SIX].sum()


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(amo, tmp_path: Path) -> None:
    hashes = []
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        said = amo("forecast", "--draws", 25, "--until", 2026, "--seed", seed, "--out", tmp_path / name)
        assert said.code == 0, said.err
        hashes.append(hashlib.sha256((tmp_path / name / "forecast.csv").read_bytes()).hexdigest())
    assert hashes[0] == hashes[1] != hashes[2]


@pytest.mark.unit
def test_a_misspelt_scenario_is_answered_with_those_there_are(amo, tmp_path: Path, left) -> None:
    said = amo("forecast", "--scenario", "hanukainen", "--out", tmp_path / "out")
    assert said.code == 2
    assert "did you mean 'hannukainen'?" in said.sentence
    assert all(name in said.sentence for name in scenario_names(data_folder()))
    assert left(tmp_path) == []


@pytest.mark.unit
def test_an_unknown_key_of_a_scenario_names_the_nearest(amo, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    assert amo("scenario", "new", "mine", "--out", file).code == 0
    file.write_text(file.read_text(encoding="utf-8").replace("[tourism.growth]", "[tourism.grwth]"), encoding="utf-8")
    said = amo("forecast", "--scenario", file, "--out", tmp_path / "out")
    assert said.code == 2
    assert "tourism.grwth" in said.sentence
    assert "growth" in said.sentence.split("tourism.grwth", 1)[1]


@pytest.mark.unit
@pytest.mark.parametrize("command", ["forecast", "export"])
def test_a_misspelt_place_names_the_nearest(amo, tmp_path: Path, command: str, left) -> None:
    said = amo(command, "--place", "Kolarri", "--out", tmp_path / "out")
    assert said.code == 2
    assert "did you mean 'Kolari'?" in said.sentence
    assert left(tmp_path) == []


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
def test_words_that_are_off_end_with_2_and_a_sentence(amo, tmp_path: Path, words, says: str) -> None:
    said = amo("forecast", *words, "--out", tmp_path / "out")
    assert said.code == 2
    assert says in said.sentence
    assert said.err.strip().splitlines()[-1].startswith("amo: ")
    assert not (tmp_path / "out").exists()


@pytest.mark.unit
@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only to root")
def test_a_read_only_folder_is_a_sentence(amo, tmp_path: Path) -> None:
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    said = amo("forecast", "--draws", 2, "--until", 2024, "--out", tmp_path / "out")
    tmp_path.chmod(stat.S_IRWXU)
    assert said.code == 1
    assert "Cannot write" in said.sentence


@pytest.mark.slow
def test_a_place_that_cannot_be_written_to_is_a_sentence(amo, tmp_path: Path, left) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    said = amo("forecast", "--draws", 2, "--until", 2024, "--out", tmp_path / "file" / "below")
    assert said.code == 1
    assert "Cannot write" in said.sentence
    assert left(tmp_path) == ["file"]


@pytest.mark.slow
@pytest.mark.parametrize("fails", ["replace", "write"])
def test_a_full_disk_leaves_what_was_there_and_nothing_half_written(
    amo, tmp_path: Path, monkeypatch, left, fails
) -> None:
    out = tmp_path / "out"
    assert amo("forecast", "--draws", 2, "--until", 2024, "--out", out).code == 0
    before = {name: (out / name).read_bytes() for name in FILES}

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    if fails == "replace":
        monkeypatch.setattr(os, "replace", full)
    else:
        monkeypatch.setattr(long_table, "csv_rows", full)
    said = amo("forecast", "--draws", 3, "--until", 2025, "--out", out)
    assert said.code == 1
    assert os.strerror(errno.ENOSPC) in said.sentence
    assert "Traceback" not in said.err
    assert left(out) == FILES
    assert {name: (out / name).read_bytes() for name in FILES} == before


@pytest.mark.slow
def test_forty_made_municipalities_are_forecast_as_the_six_are(amo, tmp_path: Path) -> None:
    codes = [str(code) for code in range(900, 940)]
    folder = made_folder(tmp_path / "made", codes)
    assert amo("data", "check", "--data", folder).code == 0
    shown = ("--place", "Testiseutu", "--place", "Kunta 900", "--place", "939")
    said = amo("forecast", "--data", folder, *shown, "--draws", 20, "--until", 2028, "--out", tmp_path / "out")
    assert said.code == 0, said.err
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
    said = amo("compare", "baseline", "hannukainen", *words)
    assert said.code == 0, said.err
    assert "labour need" in said.out
    rows = pd.read_csv(file, dtype=CODES)
    median = rows[rows["quantile"] == "0.5"].set_index("year")["value"]
    assert median[2035] > 100 > abs(median[2023])


@pytest.mark.slow
def test_compare_takes_the_labour_demand_apart_and_draws_it(amo, tmp_path: Path) -> None:
    file, chart = tmp_path / "difference.csv", tmp_path / "change.svg"
    words = ("--draws", 20, "--until", 2035, "--out", file, "--chart", chart, "--lang", "fi")
    said = amo("compare", "baseline", "hannukainen", *words)
    assert said.code == 0, said.err
    for name in ("direct: project jobs", "indirect jobs", "induced jobs", "sum of these", "Enontekiö"):
        assert name in said.out
    rows = pd.read_csv(file, dtype=CODES)
    assert set(rows["place"]) == {*SIX, "region"}
    means = rows[rows["quantile"] == "mean"].pivot(index=["place", "year"], columns="measure", values="value")
    parts = ["project_jobs", "indirect_jobs", "induced_jobs", "tourism_jobs", "other"]
    assert means[parts].sum(axis=1).to_numpy() == pytest.approx(means["labour_demand"].to_numpy(), abs=0.01)
    assert "Hannukainen avataan" in chart.read_text(encoding="utf-8")


@pytest.mark.slow
def test_compare_of_a_project_that_never_happens_is_nought(amo, tmp_path: Path) -> None:
    never = tmp_path / "never.toml"
    assert amo("scenario", "new", "never", "--out", never).code == 0
    chance = 'value = 0.0\nlow = 0.0\nhigh = 0.0\nunit = "1"\nsource = "judgement"\nwhy = "It does not open."\n'
    never.write_text(
        'based_on = "hannukainen"\n[title]\nfi = "Ei avata"\nen = "Never"\n[narrative]\nfi = "Ei."\nen = "No."\n'
        f"[events.hannukainen.probability]\n{chance}",
        encoding="utf-8",
    )
    file, chart = tmp_path / "difference.csv", tmp_path / "change.png"
    said = amo("compare", "baseline", never, "--draws", 20, "--until", 2035, "--out", file, "--chart", chart)
    assert said.code == 0, said.err
    rows = pd.read_csv(file, dtype=CODES)
    assert len(rows) > 1000
    assert (rows["value"] == 0).all()
    assert chart.stat().st_size > 10_000


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "says"), [(("--chart", "a.jpg"), "pdf, png, svg"), (("--chart", "a"), "png"), (("--lang", "se"), "se")]
)
def test_compare_refuses_a_picture_it_cannot_make_before_it_runs(amo, words, says: str) -> None:
    said = amo("compare", "baseline", "hannukainen", *words)
    assert said.code == 2
    assert says in said.sentence


@pytest.mark.unit
def test_compare_wants_two_scenarios_and_a_measure_there_is(amo) -> None:
    assert amo("compare", "baseline").code == 2
    said = amo("compare", "baseline", "hannukainen", "--draws", 2, "--until", 2024, "--measure", "job")
    assert said.code == 2
    assert re.search(r"did you mean '?jobs", said.sentence)
