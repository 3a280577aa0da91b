from pathlib import Path

import pytest

from amoanalysis.config.files import data_folder
from amoanalysis.config.scenarios import scenario_names

pytestmark = pytest.mark.unit


def test_show_lists_the_scenarios(amo) -> None:
    result = amo("scenario", "show")
    assert result.code == 0
    assert [line.split(":")[0] for line in result.out.splitlines()] == scenario_names(data_folder())


def test_show_marks_what_a_scenario_changes(amo) -> None:
    lines = amo("scenario", "show", "tourism_growth").out.splitlines()
    assert any(line.startswith("* tourism.growth = ") for line in lines)
    assert any(line.startswith("  population.net_migration = ") for line in lines)


def test_a_new_scenario_is_valid_and_its_command_is_printed(amo, tmp_path: Path) -> None:
    file = tmp_path / "slow.toml"
    result = amo("scenario", "new", "slow", "--out", file)
    assert result.code == 0
    assert f"--scenario {file}" in result.out
    assert amo("scenario", "check", file).code == 0


def test_new_overwrites_nothing_and_refuses_invalid_names(amo, tmp_path: Path) -> None:
    file = tmp_path / "slow.toml"
    file.write_text("mine", encoding="utf-8")
    assert amo("scenario", "new", "slow", "--out", file).code == 2
    assert file.read_text(encoding="utf-8") == "mine"
    assert amo("scenario", "new", "Hyvä nimi").code == 2


def test_check_refuses_a_source_that_is_no_table(amo, tmp_path: Path) -> None:
    file = tmp_path / "slow.toml"
    amo("scenario", "new", "slow", "--out", file)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('source = "judgement"', 'source = "hearsay"'), encoding="utf-8")
    result = amo("scenario", "check", file)
    assert result.code == 2
    assert "hearsay" in result.sentence


def test_a_misspelt_scenario_names_the_nearest(amo) -> None:
    result = amo("scenario", "show", "hanukainen")
    assert result.code == 2
    assert "'hannukainen'" in result.sentence
