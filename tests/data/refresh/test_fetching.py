import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from made_clock import MadeClock
from pxweb_server import PxWebServer
from pxweb_tables import snapshot_tables

from amoanalysis.config.files import data_folder
from amoanalysis.data.checks.folder import check_folder
from amoanalysis.data.load import Data
from amoanalysis.data.refresh.fetching import FetchOptions, fetch_tables
from amoanalysis.data.refresh.writing import write_tables
from amoanalysis.errors import DataError, UserError
from tests.data.refresh.conftest import SMALL, SUBJECTS, content

pytestmark = pytest.mark.slow


def same_as_the_snapshot(folder: Path) -> bool:
    names = [f"tables/{name}.csv" for name in SMALL]
    return all((folder / name).read_bytes() == (data_folder() / name).read_bytes() for name in names)


def test_a_refresh_of_the_snapshot_changes_no_byte(folder: Path, options: FetchOptions) -> None:
    before = content(folder)
    data = Data(folder)
    assert write_tables(data, fetch_tables(data, SMALL, options).tables, "refresh") == ("", [])
    assert content(folder) == before


@pytest.mark.parametrize("form", ["px", "csv"])
def test_every_form_of_answer_gives_the_same_tables(folder: Path, options: FetchOptions, form: str) -> None:
    data, names = Data(folder), ("life_expectancy", "internal_migration")
    brought = fetch_tables(data, names, replace(options, form=form))  # type: ignore[arg-type]
    assert all(brought.tables[name].equals(data.table(name)) for name in names)


def test_a_stale_folder_becomes_the_snapshot_again(age: Callable[[], Data], options: FetchOptions) -> None:
    data = age()
    assert not same_as_the_snapshot(data.folder)
    stamp, _ = write_tables(data, fetch_tables(data, SMALL, options).tables, "refresh")
    assert stamp
    assert same_as_the_snapshot(data.folder)
    assert not [finding for finding in check_folder(Data(data.folder)) if finding.level == "error"]


def test_it_does_so_within_narrow_limits_only_slower(
    age: Callable[[], Data], options: FetchOptions, served: PxWebServer, clock: MadeClock
) -> None:
    served.max_cells, served.max_calls, served.window = 1000, 10, 10
    data = age()
    write_tables(data, fetch_tables(data, SMALL, options).tables, "refresh")
    assert same_as_the_snapshot(data.folder)
    assert served.largest <= 1000
    assert served.refused == 0
    assert clock.time > 10


def test_it_does_so_with_the_names_of_before_the_renaming(age: Callable[[], Data], clock: MadeClock) -> None:
    old = snapshot_tables(Data(data_folder()), renamed=False, subjects=SUBJECTS)
    assert old[0].ids[0].startswith("statfin_")
    with PxWebServer(old) as server:
        data = age()
        write_tables(data, fetch_tables(data, SMALL, FetchOptions(base_url=server.url, clock=clock)).tables, "refresh")
        assert same_as_the_snapshot(data.folder)


def test_the_next_renaming_lists_the_candidates(folder: Path, options: FetchOptions, served: PxWebServer) -> None:
    table = next(t for t in served.tables if "12du" in t.ids[0])
    served.tables[served.tables.index(table)] = replace(table, ids=("99zz.px",), title="Hedelmällisyys")
    with pytest.raises(
        DataError, match=r"no table has this id or title .* Candidates: 99zz.px '12du -- Hedelmällisyys'"
    ):
        fetch_tables(Data(folder), ["total_fertility_rate"], options)
    area = replace(table.cube.dimensions[0], label="Paikka")
    renamed = replace(table.cube, dimensions=(area, *table.cube.dimensions[1:]))
    served.tables = [replace(table, cube=renamed)]
    with pytest.raises(DataError, match=r"the area .* candidates are 'Paikka' \(maakunta_23_20260101\)"):
        fetch_tables(Data(folder), ["total_fertility_rate"], options)


def test_what_cannot_be_refreshed_says_why(folder: Path, options: FetchOptions) -> None:
    with pytest.raises(UserError, match="mines is not refreshable: Second hand"):
        fetch_tables(Data(folder), ["mines"], options)
    with pytest.raises(UserError, match="did you mean 'population'"):
        fetch_tables(Data(folder), ["populaton"], options)
    with pytest.raises(UserError, match="not the address of a server"):
        fetch_tables(Data(folder), ["life_expectancy"], FetchOptions(base_url="nowhere"))


def test_tables_that_are_not_there_yet_are_noted_and_the_rest_is_brought(folder: Path, clock: MadeClock) -> None:
    with PxWebServer(snapshot_tables(Data(data_folder()), subjects=("projections",))) as server:
        brought = fetch_tables(Data(folder), ["official_projection"], FetchOptions(base_url=server.url, clock=clock))
    assert brought.tables["official_projection"].equals(Data(folder).table("official_projection"))
    assert len(brought.notes) == 6
    assert "väestöennuste 2021" in brought.notes[-1]


@pytest.mark.skipif("AMO_FULL_REFRESH" not in os.environ, reason="a minute: set AMO_FULL_REFRESH to run it")
def test_a_full_refresh_gives_every_declared_table_again(tmp_path: Path, clock: MadeClock) -> None:
    folder = Path(shutil.copytree(data_folder(), tmp_path / "data", ignore=shutil.ignore_patterns(".*")))
    with PxWebServer(snapshot_tables(Data(data_folder())), max_cells=1000, max_calls=10, window=10) as server:
        server.now = clock.now
        brought = fetch_tables(Data(folder), (), FetchOptions(base_url=server.url, clock=clock))
    assert len(brought.tables) == 15
    assert write_tables(Data(folder), brought.tables, "refresh") == ("", [])
