"""The command killed at random moments, and started again."""

import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pxweb_server import PxWebServer

from amoanalysis.config.files import data_folder
from amoanalysis.data.load import Data
from tests.data.refresh.conftest import SMALL, content

pytestmark = pytest.mark.slow

NAMES = [f"tables/{name}.csv" for name in SMALL]
LONGEST = 12.0


def command(folder: Path, server: PxWebServer) -> subprocess.Popen[bytes]:
    script = "from amoanalysis.cli.app import main; main()"
    words = ["data", "refresh", *SMALL, "--data", str(folder), "--base-url", server.url]
    settings = {**os.environ, "NO_PROXY": "127.0.0.1"}
    return subprocess.Popen([sys.executable, "-c", script, *words], env=settings, stdout=subprocess.DEVNULL)


def test_killed_and_started_again_it_gives_the_snapshot(
    age: Callable[[], Data], served: PxWebServer, request: pytest.FixtureRequest
) -> None:
    served.max_cells = 500
    folder, draw = age().folder, random.Random(2008)
    old = content(folder)
    new = {name: (data_folder() / name).read_bytes() for name in NAMES}
    for _ in range(int(os.environ.get("AMO_KILLS", "2"))):
        running = command(folder, served)
        try:
            running.wait(draw.uniform(1.0, LONGEST))
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()
        Data(folder)
        now = content(folder)
        changed = [name for name in NAMES if now[name] != old[name]]
        assert not changed or all(now[name] == new[name] for name in NAMES), "half-written"
    assert command(folder, served).wait() == 0
    now = content(folder)
    assert all(now[name] == new[name] for name in NAMES)
