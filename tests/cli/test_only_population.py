"""`amo forecast --only population`: the population alone, in the files of the whole forecast."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from amoanalysis.results import write
from amoanalysis.results.run_draws import COLUMNS

FILES = ["forecast.csv", "manifest.json", "summary.json"]
CODES = {"place": str, "group": str, "quantile": str}
WORDS = ("forecast", "--only", "population", "--draws", 40, "--until", 2026)


def table(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "forecast.csv", dtype=CODES)


@pytest.mark.slow
def test_it_writes_the_files_of_the_whole_forecast(amo, tmp_path: Path, list_files) -> None:
    out = tmp_path / "out"
    result = amo(*WORDS, "--out", out)
    assert result.code == 0, result.err
    assert "Fell Lapland" in result.out
    assert list_files(out) == FILES
    rows = table(out)
    assert tuple(rows.columns) == COLUMNS
    assert rows.equals(rows.sort_values(list(COLUMNS[:6]), kind="stable", ignore_index=True))
    assert set(rows["measure"]) == {"population"}
    known = rows[(rows["quantile"] == "observed") & (rows["group"] == "total")].pivot(
        index="year", columns="place", values="value"
    )
    places = known.drop(columns="region")
    assert known["region"].dropna().to_numpy() == pytest.approx(places.sum(axis=1).loc[known["region"].notna()])
    middle = rows[(rows["quantile"] == "0.5") & (rows["year"] == 2026)].pivot(
        index="group", columns="place", values="value"
    )
    assert middle.loc["total", "region"] == pytest.approx(middle.loc["total"].drop("region").sum(), rel=0.02)
    assert middle.loc[["0-14", "15-64", "65-"]].sum().to_numpy() == pytest.approx(middle.loc["total"], rel=0.02)
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8"))["only"] == "population"
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))["baseline"]["273"]["population"]
    assert summary["forecast"]["2026"]["median"] == pytest.approx(middle.loc["total", "273"], rel=1e-5)


@pytest.mark.slow
def test_intervals_are_calibrated_by_default(amo, tmp_path: Path) -> None:
    found = {}
    for name, more in (("calibrated", ()), ("drawn", ("--uncalibrated",))):
        result = amo(*WORDS, "--place", "Kolari", "--out", tmp_path / name, *more)
        assert result.code == 0, result.err
        rows = table(tmp_path / name).query("year == 2026 and group == 'total'").set_index("quantile")["value"]
        found[name] = np.log(rows["0.9"] / rows["0.5"])
    bands = json.loads((tmp_path / "calibrated" / "manifest.json").read_text(encoding="utf-8"))["calibration"][
        "population"
    ]
    assert found["calibrated"] == pytest.approx(found["drawn"] * bands["4"], rel=0.002)


@pytest.mark.slow
def test_a_table_too_large_for_spreadsheets_is_parquet_with_the_same_rows(amo, tmp_path: Path, monkeypatch, list_files):
    assert amo(*WORDS, "--out", tmp_path).code == 0
    csv = table(tmp_path)
    monkeypatch.setattr(write, "MOST_ROWS", 100)
    monkeypatch.setattr(write, "PLACES_PER_PART", 2)
    assert amo(*WORDS, "--out", tmp_path).code == 0
    assert list_files(tmp_path) == ["forecast.parquet", *FILES[1:]]
    parquet = pd.read_parquet(tmp_path / "forecast.parquet")
    assert list(parquet.columns) == list(COLUMNS)
    assert parquet["value"].to_numpy() == pytest.approx(csv["value"].to_numpy(), rel=1e-9)
    assert (parquet[["place", "group", "quantile"]] == csv[["place", "group", "quantile"]]).all(axis=None)


@pytest.mark.slow
def test_the_whole_forecast_can_be_parquet_too(amo, tmp_path: Path) -> None:
    words = ("forecast", "--place", "Kolari", "--draws", 4, "--until", 2024, "--out", tmp_path)
    assert amo(*words).code == 0
    csv = table(tmp_path)
    assert amo(*words, "--parquet").code == 0
    assert not (tmp_path / "forecast.csv").exists()
    parquet = pd.read_parquet(tmp_path / "forecast.parquet")
    assert parquet["value"].to_numpy() == pytest.approx(csv["value"].to_numpy(), rel=1e-9)


@pytest.mark.unit
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--only", "popluation"), "did you mean 'population'"),
        (("--only", "population", "--until", 1999), "--until 1999 is out of range"),
        (("--only", "population", "--draws", 0), "--draws 0 is out of range"),
        (("--only", "population", "--scenario", "basline"), "did you mean 'baseline'"),
        (("--only", "population", "--engine", "tasks"), "There is no engine 'tasks'"),
    ],
)
def test_invalid_arguments_exit_with_2_and_a_message(amo, tmp_path: Path, words, message: str) -> None:
    answer = amo("forecast", *words, "--out", tmp_path / "out")
    assert answer.code == 2
    assert message in answer.sentence
    assert not (tmp_path / "out").exists()


@pytest.mark.unit
def test_a_part_of_the_region_is_not_forecast_alone(amo, tmp_path: Path) -> None:
    result = amo(
        "forecast", "--only", "population", "--place", "Tunturi-Lappi", "--draws", 2, "--out", tmp_path / "out"
    )
    assert result.code == 2
    assert "not for Fell Lapland" in result.sentence
    assert not (tmp_path / "out").exists()
