"""Scenario files of the user, and a data folder that a test may change."""

import shutil
from pathlib import Path

import pytest
from scenario_files import Written

from amoanalysis.config.files import data_folder


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def write(content: str | bytes, name: str = "own.toml") -> str:
        (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return str(tmp_path / name)

    return write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder whose assumptions and scenarios a test may change."""
    copy = tmp_path / "data"
    copy.mkdir()
    for name in ("places.toml", "assumptions.toml"):
        shutil.copy(data_folder() / name, copy)
    shutil.copytree(data_folder() / "scenarios", copy / "scenarios")
    return copy
