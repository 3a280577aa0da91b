"""`amo data refresh | restore | import` from the command line."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pxweb_server import PxWebServer

from amoanalysis.data.load import Data
from tests.data.refresh.conftest import content

pytestmark = pytest.mark.slow


def test_a_dry_run_shows_and_writes_nothing_then_it_is_written_and_taken_back(
    amo: Callable[..., Any], age: Callable[[], Data], served: PxWebServer, tmp_path: Path
) -> None:
    folder = age().folder
    before = content(folder)
    words = ["data", "refresh", "life_expectancy", "jobs_by_industry", "--data", folder, "--base-url", served.url]
    said = amo(*words, "--dry-run", "--report", tmp_path / "report", "--lang", "en")
    assert said.code == 0, said.err
    assert "life_expectancy: 2 rows added, 0 revised, 0 gone" in said.out
    assert "jobs: 483 revised, by -1 jobs on average" in said.out
    assert content(folder) == before
    assert sorted(path.name for path in (tmp_path / "report").iterdir()) == [
        "revisions.csv",
        "revisions.png",
        "revisions.txt",
    ]
    asked = len(served.asked)
    written = amo(*words)
    assert "Written; the previous tables are kept as" in written.out
    assert content(folder) != before
    assert len(served.asked) - asked < asked, "answers of the dry run were asked for again"
    assert "refresh: README.md, sources.toml" in amo("data", "restore", "--list", "--data", folder).out
    assert amo("data", "restore", "--data", folder).code == 0
    assert content(folder) == before


def test_a_table_that_is_not_refreshable_says_why(amo: Callable[..., Any], folder: Path) -> None:
    said = amo("data", "refresh", "tourism", "--data", folder)
    assert said.code == 2
    assert "is not refreshable: Single figures" in said.sentence
    assert "Not refreshable: Single figures" in amo("data", "show", "tourism", "--data", folder).out
    assert amo("data", "restore", "--data", folder).code == 2


def test_a_spreadsheet_of_ones_own_is_shown_then_taken_in(
    amo: Callable[..., Any], folder: Path, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    for row in (
        ["Väkiluvut"],
        ["Kunta", "Vuosi", "Väkiluku", "Huom"],
        ["Kolari", 2023, 4012, "x"],
        [976, 2023, 3800, ""],
    ):
        book.active.append(row)
    book.save(tmp_path / "own.xlsx")
    words = ["data", "import", tmp_path / "own.xlsx", "--as", "population", "--data", folder]
    before = content(folder)
    shown = amo(*words, "--dry-run")
    assert shown.code == 0, shown.err
    assert "place <- 'Kunta': 'Kolari' -> 273, '976' -> 976" in shown.out
    assert "population_15_64: not in the file, stays empty" in shown.out
    assert "left out: Huom" in shown.out
    assert content(folder) == before
    assert amo(*words, "--source", "Kolari").code == 0
    table = Data(folder).table("population").set_index(["place", "year"])["population"]
    assert (table["273", 2023], table["273", 2022]) == (4012, 3999)
    origin = Data(folder).origins["population"]
    assert origin.period == "1972-2023"
    assert "Rows of Kolari were imported on" in origin.note


def test_an_awaited_table_of_ones_own_gets_an_origin_that_can_be_cited(
    amo: Callable[..., Any], folder: Path, tmp_path: Path
) -> None:
    rows = [f"273;2025M{month:02d};{1000 * month}" for month in range(1, 13)]
    (tmp_path / "own.csv").write_text("\n".join(["Kunta;Kuukausi;Yöpymiset", *rows]) + "\n", encoding="utf-8")
    words = ["data", "import", tmp_path / "own.csv", "--as", "accommodation_monthly", "--data", folder]
    assert amo(*words, "--source", 'Ylläs "Travel"').code == 0
    data = Data(folder)
    assert data.origins["accommodation_monthly"].citation_in("fi") == 'Ylläs "Travel"'
    assert len(data.table("accommodation_monthly")) == 12
    assert amo("data", "check", "--data", folder).code == 0


def test_a_column_that_is_missing_names_those_there_are(amo: Callable[..., Any], folder: Path, tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("Kunta;Vuosi\nKolari;2023\nPello;2023\n", encoding="utf-8")
    said = amo("data", "import", tmp_path / "own.csv", "--as", "population", "--data", folder)
    assert said.code == 1
    assert "no column for population" in said.sentence and "'Kunta', 'Vuosi'" in said.sentence
