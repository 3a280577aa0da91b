import shutil
from pathlib import Path

import pytest

from amoanalysis.config.files import data_folder


@pytest.mark.slow
def test_list_names_tables_with_their_producers(amo) -> None:
    said = amo("data", "list")
    assert said.code == 0
    assert "labour_market_monthly" in said.out
    assert "Statistics Finland" in said.out


@pytest.mark.slow
def test_show_gives_rows_of_a_place_and_their_origin(amo) -> None:
    said = amo("data", "show", "population", "--place", "Kolari", "--rows", 3)
    assert said.code == 0
    assert said.out.count("\n273 ") + said.out.count("\n  273 ") == 3
    assert "CC BY 4.0" in said.out


@pytest.mark.unit
def test_show_names_the_nearest_table_and_refuses_a_place_where_there_is_none(amo) -> None:
    said = amo("data", "show", "populaton")
    assert said.code == 2
    assert "'population'" in said.sentence
    assert amo("data", "show", "airport_passengers", "--place", "Kolari").code in (1, 2)


@pytest.mark.slow
def test_check_passes_on_the_snapshot(amo) -> None:
    said = amo("data", "check")
    assert said.code == 0, said.err
    assert "In order" in said.out


@pytest.mark.slow
def test_check_fails_on_a_damaged_copy_and_names_the_file(amo, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(data_folder(), folder)
    table = folder / "tables" / "population.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("273,2022,3999,", "273,2022,4999,"), encoding="utf-8")
    said = amo("data", "check", "--data", folder)
    assert said.code == 1
    assert "population" in said.sentence


@pytest.mark.slow
def test_list_marks_what_is_stale_and_says_what_can_be_refreshed(amo) -> None:
    lines = {line.split()[1]: line for line in amo("data", "list").out.splitlines() if line.startswith("│")}
    assert "stale" in lines["jobs_by_workplace"] and "│ yes" in lines["jobs_by_workplace"]
    assert "stale" not in lines["life_expectancy"]
    assert "stale" not in lines["input_output_2014"] and "│ no " in lines["input_output_2014"]
    assert "awaited" in lines["accommodation_monthly"]
    only = amo("data", "list", "--stale").out
    assert "jobs_by_workplace" in only and "life_expectancy" not in only
