import shutil
from pathlib import Path

import pytest

from amoanalysis.config.files import data_folder


@pytest.mark.slow
def test_list_names_tables_with_their_producers(amo) -> None:
    result = amo("data", "list")
    assert result.code == 0
    assert "labour_market_monthly" in result.out
    assert "Statistics Finland" in result.out


@pytest.mark.slow
def test_show_gives_rows_of_a_place_and_their_origin(amo) -> None:
    result = amo("data", "show", "population", "--place", "Kolari", "--rows", 3)
    assert result.code == 0
    assert result.out.count("\n273 ") + result.out.count("\n  273 ") == 3
    assert "CC BY 4.0" in result.out


@pytest.mark.unit
def test_show_names_the_nearest_table_and_refuses_a_place_for_tables_without_places(amo) -> None:
    result = amo("data", "show", "populaton")
    assert result.code == 2
    assert "'population'" in result.sentence
    assert amo("data", "show", "airport_passengers", "--place", "Kolari").code in (1, 2)


@pytest.mark.slow
def test_check_passes_on_the_snapshot(amo) -> None:
    result = amo("data", "check")
    assert result.code == 0, result.err
    assert "In order" in result.out


@pytest.mark.slow
def test_check_fails_on_a_damaged_copy_and_names_the_file(amo, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(data_folder(), folder)
    table = folder / "tables" / "population.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("273,2022,3999,", "273,2022,4999,"), encoding="utf-8")
    result = amo("data", "check", "--data", folder)
    assert result.code == 1
    assert "population" in result.sentence


@pytest.mark.slow
def test_list_marks_stale_tables_and_those_that_can_be_refreshed(amo) -> None:
    lines = {line.split()[1]: line for line in amo("data", "list").out.splitlines() if line.startswith("│")}
    assert "stale" in lines["jobs_by_workplace"] and "│ yes" in lines["jobs_by_workplace"]
    assert "stale" not in lines["life_expectancy"]
    assert "stale" not in lines["input_output_2014"] and "│ no " in lines["input_output_2014"]
    assert "awaited" in lines["accommodation_monthly"]
    only = amo("data", "list", "--stale").out
    assert "jobs_by_workplace" in only and "life_expectancy" not in only
