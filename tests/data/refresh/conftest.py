"""The snapshot's small tables on a loopback server, and copies of the snapshot that have gone stale."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from made_clock import MadeClock
from pxweb_server import PxWebServer, Table
from pxweb_tables import snapshot_tables

from amoanalysis.config.files import data_folder
from amoanalysis.data.load import Data, table_to_csv
from amoanalysis.data.refresh.fetching import FetchOptions
from amoanalysis.data.schemas import SCHEMAS
from tests.cli.conftest import amo  # noqa: F401

SUBJECTS = ("vital", "moves", "industries", "key_figures")
SMALL = (
    "life_expectancy",
    "total_fertility_rate",
    "net_migration_by_age",
    "internal_migration",
    "jobs_by_industry",
    "key_figures",
)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture(scope="session")
def tables() -> list[Table]:
    return snapshot_tables(Data(data_folder()), subjects=SUBJECTS)


@pytest.fixture
def clock() -> MadeClock:
    return MadeClock()


@pytest.fixture
def served(tables: list[Table], clock: MadeClock) -> Iterator[PxWebServer]:
    with PxWebServer(tables) as server:
        server.now = clock.now
        yield server


@pytest.fixture
def options(served: PxWebServer, clock: MadeClock) -> FetchOptions:
    return FetchOptions(base_url=served.url, clock=clock)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the snapshot."""
    return Path(shutil.copytree(data_folder(), tmp_path / "data", ignore=shutil.ignore_patterns(".*")))


@pytest.fixture
def age(folder: Path) -> Callable[[], Data]:
    def stale() -> Data:
        """The copy, its small tables without their last period, or with another figure in it."""
        data = Data(folder)
        for name in SMALL:
            table = data.table(name)
            newest = table["year"] == table["year"].max()
            older = table.assign(jobs=table["jobs"] + newest) if name == "jobs_by_industry" else table[~newest]
            put(folder, name, older)
        return Data(folder)

    return stale


def put(folder: Path, name: str, table: pd.DataFrame) -> None:
    (folder / "tables" / f"{name}.csv").write_bytes(table_to_csv(table, SCHEMAS[name]))


def content(folder: Path) -> dict[str, bytes]:
    """Every file of a folder but what the library keeps for itself."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    named = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
    return {name: held for name, held in named.items() if not name.startswith(".refresh/")}
