"""A hundred damaged answers and files: one sentence each, exit code 1, and no byte changed."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from damages import ANY, CSV, FILES, JSONSTAT, METADATA, PX, Change
from pxweb_server import PxWebServer, Table
from pxweb_tables import snapshot_tables

from amoanalysis.config.files import data_folder
from amoanalysis.data.load import Data
from amoanalysis.data.sources import http as web
from tests.data.refresh.conftest import content

pytestmark = pytest.mark.slow

TABLE = "life_expectancy"
CASES = [
    *(pytest.param("json-stat2", damage, id=f"json-stat2, {name}") for name, damage in (ANY | JSONSTAT).items()),
    *(pytest.param("px", damage, id=f"px, {name}") for name, damage in PX.items()),
    *(pytest.param("csv", damage, id=f"csv, {name}") for name, damage in CSV.items()),
]


def test_there_are_a_hundred() -> None:
    assert len(CASES) + len(METADATA) + len(FILES) >= 100


@pytest.fixture(scope="module")
def table() -> list[Table]:
    return [t for t in snapshot_tables(Data(data_folder()), subjects=("vital",)) if t.cube.file == "12am"]


@pytest.fixture(scope="module")
def server(table: list[Table]) -> Iterator[PxWebServer]:
    with PxWebServer(table) as running:
        yield running


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the one table, and what labels are read with."""
    folder = tmp_path_factory.mktemp("few")
    source = data_folder()
    shutil.copy(source / "places.toml", folder)
    shutil.copytree(source / "concordances", folder / "concordances")
    (folder / "tables").mkdir()
    for name in (TABLE, "municipalities"):
        shutil.copy(source / "tables" / f"{name}.csv", folder / "tables")
    blocks = (source / "sources.toml").read_text(encoding="utf-8").split("\n\n")
    chosen = [block for block in blocks if re.match(rf"\[(table\.{TABLE}|api\.statfin)\]", block)]
    (folder / "sources.toml").write_text("\n\n".join(chosen), encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "TRIES", 2)
    monkeypatch.setattr(web, "LARGEST_ANSWER", 4 * 2**20)


def told(said: object, before: dict[str, bytes], folder: Path) -> None:
    """Exit code 1, one sentence that says what to do, nothing changed."""
    err = said.err.replace(f"{TABLE} ...\n", "")  # type: ignore[attr-defined]
    assert said.code == 1, err  # type: ignore[attr-defined]
    assert re.fullmatch(r"amo: [^\n]+\.\n", err), err
    assert "Traceback" not in err
    assert len(err) < 700
    assert content(folder) == before


@pytest.mark.parametrize(("form", "damage"), CASES)
def test_a_damaged_answer_is_told_and_changes_nothing(
    amo: Callable[..., object], server: PxWebServer, few: Path, form: str, damage: Change
) -> None:
    before = content(few)
    server.damage, server.damage_metadata = damage, None
    shutil.rmtree(few / ".refresh", ignore_errors=True)
    told(amo("data", "refresh", TABLE, "--format", form, "--data", few, "--base-url", server.url), before, few)


@pytest.mark.parametrize("damage", METADATA.values(), ids=list(METADATA))
def test_damaged_metadata_is_told_and_changes_nothing(
    amo: Callable[..., object], server: PxWebServer, few: Path, damage: Change
) -> None:
    before = content(few)
    server.damage, server.damage_metadata = None, damage
    told(amo("data", "refresh", TABLE, "--data", few, "--base-url", server.url), before, few)


@pytest.mark.parametrize(("suffix", "held"), FILES.values(), ids=list(FILES))
def test_a_damaged_file_is_told_and_changes_nothing(
    amo: Callable[..., object], few: Path, tmp_path: Path, suffix: str, held: bytes
) -> None:
    file = tmp_path / f"own{suffix}"
    file.write_bytes(held)
    before = content(few)
    told(amo("data", "import", file, "--as", TABLE, "--data", few), before, few)


def test_the_good_answer_is_taken(amo: Callable[..., object], server: PxWebServer, few: Path) -> None:
    server.damage = server.damage_metadata = None
    said = amo("data", "refresh", TABLE, "--data", few, "--base-url", server.url)
    assert said.code == 0, said.err  # type: ignore[attr-defined]
    assert "Unchanged: life_expectancy" in said.out  # type: ignore[attr-defined]
