"""Runs `amo` within the test, with the inputs of a data folder prepared once."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from amoanalysis.cli import forecast_runs
from amoanalysis.cli.app import main
from amoanalysis.data.load import Data
from amoanalysis.pipeline.inputs.prepare import Inputs, prepare


@dataclass(frozen=True)
class Result:
    """Exit code and output of a command."""

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The text on stderr with its lines joined."""
        return " ".join(self.err.split())


@cache
def prepared(folder: Path) -> Inputs:
    return prepare(Data(folder))


@pytest.fixture
def amo(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    monkeypatch.setattr(forecast_runs, "prepare", lambda data: prepared(data.folder))
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setenv("NO_COLOR", "1")
    for name in ("AMO_DATA", "AMO_STORE", "AMO_DRAWS", "AMO_UNTIL", "AMO_SEED", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: object) -> Result:
        monkeypatch.setattr(sys, "argv", ["amo", *map(str, words)])
        capsys.readouterr()
        try:
            main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        output = capsys.readouterr()
        return Result(code, output.out, output.err)

    return run


@pytest.fixture
def list_files() -> Callable[[Path], list[str]]:
    def files(folder: Path) -> list[str]:
        """All files and folders below a folder, including hidden ones."""
        return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))

    return files
