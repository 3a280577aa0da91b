import re
from dataclasses import replace
from pathlib import Path

import pytest

from amoanalysis.config.scenarios import load_scenario
from amoanalysis.data.load import Data
from amoanalysis.errors import AmoError
from amoanalysis.exhibits.view import open_place
from amoanalysis.export.explorer import Board, Explorer, Levers, MineScenario, explore

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::DeprecationWarning")]
DRAWS = 12


@pytest.fixture(scope="module")
def explorer() -> Explorer:
    return Explorer(open_place("Kolari", lang="fi"), DRAWS)


@pytest.fixture(scope="module")
def board(explorer: Explorer) -> Board:
    return Board(explorer)


LEVERS = Levers(start=2031, staff=300, probability=1.0, growth=0.02, campaign=False, retirement=0.10)


def test_the_levers_start_as_the_plainest_scenario_with_a_mine_has_them(data: Data) -> None:
    mine = MineScenario(data.folder)
    assert (mine.scenario.name, mine.event) == ("hannukainen", "hannukainen")
    assert mine.read_levers() == LEVERS


@pytest.mark.parametrize("levers", [LEVERS, Levers(2036, 120, 0.4, -0.01, True, 0.0), replace(LEVERS, probability=0.0)])
def test_the_scenario_of_the_levers_has_their_values(data: Data, tmp_path: Path, levers: Levers) -> None:
    path = MineScenario(data.folder).apply(levers).save(tmp_path / "own.toml")
    found = load_scenario(str(path), data.folder).assumptions
    mine = found.events["hannukainen"]
    assert (mine.start.low, mine.start.high, mine.start.least) == (levers.start - 1, levers.start + 4, levers.start - 1)
    assert mine.construction_jobs.value == pytest.approx(5 / 3 * levers.staff)
    assert (mine.start.value, mine.operating_jobs.value) == (levers.start, levers.staff)
    assert (mine.probability.value, found.tourism.growth.value) == (levers.probability, levers.growth)
    assert found.labour_force.retirement_age_rise.value == levers.retirement
    assert (found.return_campaign.years.value > 0) == levers.campaign


def test_a_larger_mine_needs_more_workers(explorer: Explorer) -> None:
    small, large = (explorer.exhibits(replace(LEVERS, staff=staff))[1].data for staff in (100, 500))
    assert large["value"].iloc[-1] > small["value"].iloc[-1] > 0


def test_a_changed_lever_changes_the_charts_and_the_old_value_restores_them(board: Board) -> None:
    before = board._charts.value
    board.controls["start"].value = 2038
    moved = board._charts.value
    assert moved != before
    board.controls["start"].value = LEVERS.start
    assert board._charts.value == before
    assert len(re.findall(r'<img alt="[^"]{40,}"', before)) == 2


def test_the_saved_scenario_has_the_values_of_the_levers(
    board: Board, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    board.controls["name"].value = "own_mine"
    board._write(board.explorer.save, "toml")
    saved = load_scenario("own_mine.toml", board.explorer.view.data.folder)
    assert saved.assumptions.events["hannukainen"].operating_jobs.value == board.levers().staff
    with pytest.raises(AmoError, match="exists already"):
        board.explorer.save(board.levers(), tmp_path / "own_mine.toml")
    board._write(board.explorer.save_slides, "pptx")
    assert (tmp_path / "own_mine.pptx").stat().st_size > 20_000
    assert 'role="status"' in board._status.value


def test_without_a_kernel_the_charts_are_pictures() -> None:
    shown = explore(open_place("Kittilä", lang="en"), DRAWS)._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in shown
    assert shown["text/html"].count("<img alt=") == 2
