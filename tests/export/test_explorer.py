import re
from dataclasses import replace
from pathlib import Path

import pytest

from amoanalysis.config.scenarios import load_scenario
from amoanalysis.data.load import Data
from amoanalysis.errors import AmoError
from amoanalysis.exhibits.view import open_place
from amoanalysis.export.explorer import Board, Explorer, Levers, explore, scenario_file

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::DeprecationWarning")]
DRAWS = 12


@pytest.fixture(scope="module")
def explorer() -> Explorer:
    return Explorer(open_place("Kolari", lang="fi"), DRAWS)


@pytest.fixture(scope="module")
def board(explorer: Explorer) -> Board:
    return Board(explorer)


@pytest.mark.parametrize("levers", [Levers(), Levers(2036, 120, 0.4, -0.01, True, 0.0), Levers(probability=0.0)])
def test_levers_make_a_scenario_that_says_what_they_say(data: Data, tmp_path: Path, levers: Levers) -> None:
    path = tmp_path / "own.toml"
    path.write_text(scenario_file(levers), encoding="utf-8")
    found = load_scenario(str(path), data.folder).assumptions
    mine = found.events["hannukainen"]
    assert (mine.start.value, mine.operating_jobs.value) == (levers.start, levers.staff)
    assert (mine.probability.value, found.tourism.growth.value) == (levers.probability, levers.growth)
    assert found.labour_force.retirement_age_rise.value == levers.retirement
    assert (found.return_campaign.years.value > 0) == levers.campaign


def test_a_larger_mine_leaves_a_larger_gap(explorer: Explorer) -> None:
    small, large = (explorer.exhibits(Levers(staff=staff))[1].data for staff in (100, 500))
    assert large["value"].iloc[-1] > small["value"].iloc[-1] > 0


def test_a_lever_that_moves_changes_the_charts_and_one_that_returns_brings_them_back(board: Board) -> None:
    before = board._charts.value
    board.controls["start"].value = 2038
    moved = board._charts.value
    assert moved != before
    board.controls["start"].value = Levers().start
    assert board._charts.value == before
    assert len(re.findall(r'<img alt="[^"]{40,}"', before)) == 2


def test_what_is_saved_is_what_is_shown(board: Board, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    board._write(board.explorer.save, "own_mine.toml")
    saved = load_scenario("own_mine.toml", board.explorer.view.data.folder)
    assert saved.assumptions.events["hannukainen"].operating_jobs.value == board.levers().staff
    with pytest.raises(AmoError, match="exists already"):
        board.explorer.save(board.levers(), tmp_path / "own_mine.toml")
    board._write(board.explorer.slides, "own_mine.pptx")
    assert (tmp_path / "own_mine.pptx").stat().st_size > 20_000
    assert 'role="status"' in board._said.value


def test_where_no_kernel_runs_the_charts_are_there_as_pictures() -> None:
    shown = explore(open_place("Kittilä", lang="en"), DRAWS)._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in shown
    assert shown["text/html"].count("<img alt=") == 2


def test_levers_are_those_of_a_frozen_plan() -> None:
    assert replace(Levers(), start=2035) != Levers()
