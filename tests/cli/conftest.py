"""The `amo` command run within the test, and the inputs of the snapshot read once."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from amoanalysis.cli import options
from amoanalysis.cli.app import main
from amoanalysis.data.load import Data
from amoanalysis.pipeline.inputs.prepare import Inputs, prepare


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """What is said on stderr, its lines as one."""
        return " ".join(self.err.split())


@cache
def prepared(folder: Path) -> Inputs:
    return prepare(Data(folder))


@pytest.fixture
def amo(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    monkeypatch.setattr(options, "prepare", lambda data: prepared(data.folder))
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setenv("NO_COLOR", "1")
    for name in ("AMO_DATA", "AMO_STORE", "AMO_DRAWS", "AMO_UNTIL", "AMO_SEED", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["amo", *map(str, words)])
        capsys.readouterr()
        try:
            main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return run


@pytest.fixture
def left() -> Callable[[Path], list[str]]:
    def files(folder: Path) -> list[str]:
        """All files and folders below a folder, hidden ones too."""
        return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))

    return files
