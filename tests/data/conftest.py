"""The snapshot, and small copies of it that a test may damage."""

import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from amoanalysis.config.files import data_folder
from amoanalysis.config.origins import file_sha256, load_origins
from amoanalysis.data.load import Data


@pytest.fixture(scope="session")
def snapshot() -> Data:
    return Data(data_folder())


@pytest.fixture
def copied(snapshot: Data, tmp_path: Path) -> Callable[..., Path]:
    def copy(*names: str) -> Path:
        """A folder with the places, these tables (geo/x, concordances/x) and their origins."""
        shutil.copy(snapshot.folder / "places.toml", tmp_path)
        for name in names:
            place, _, stem = name.rpartition("/")
            file = f"{place or 'tables'}/{stem}.{'geojson' if place == 'geo' else 'csv'}"
            (tmp_path / file).parent.mkdir(exist_ok=True)
            shutil.copy(snapshot.folder / file, tmp_path / file)
        write_origins(snapshot.folder, tmp_path, names)
        return tmp_path

    return copy


def write_origins(source: Path, folder: Path, names: Iterable[str]) -> None:
    blocks = (source / "sources.toml").read_text(encoding="utf-8").split("\n\n")
    heads = {f'[table."{name}"]' if "/" in name else f"[table.{name}]" for name in names}
    chosen = [block for block in blocks if block.strip().split("\n")[0] in heads]
    (folder / "sources.toml").write_text("\n\n".join(chosen), encoding="utf-8")


@pytest.fixture
def edit() -> Callable[..., None]:
    def edit(path: Path, old: str, new: str, record: bool = False) -> None:
        """Replaces the one place where a text stands; `record` sets the hash of its origin anew."""
        content = path.read_text(encoding="utf-8")
        assert content.count(old) == 1, (old, content.count(old))
        path.write_text(content.replace(old, new), encoding="utf-8", newline="\n")
        if record:
            sources = path.parent.parent / "sources.toml"
            known = load_origins(sources.parent)[path.stem].sha256
            sources.write_text(re.sub(known, file_sha256(path), sources.read_text(encoding="utf-8")), encoding="utf-8")

    return edit
