"""Headless Chromium of this machine, local servers, and screenshots."""

import functools
import http.server
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from amoanalysis.export.notebooks import notebooks_folder, package_path

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "exports" / "screenshots"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
PATIENCE = 120


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if CHROMIUM is None and Path(item.fspath).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def open_page(browser: "Browser") -> Iterator[Callable[..., "Page"]]:
    """Opens an address at a width; requests to other hosts are listed in `page.foreign`."""
    pages = []

    def opened(address: str, width: int = 1280) -> "Page":
        page: Any = browser.new_page(viewport={"width": width, "height": 1000})
        page.set_default_timeout(1000 * PATIENCE)
        page.foreign = []
        home = "/".join(address.split("/")[:3])
        inside = (home, home.replace("http", "ws", 1), "data:", "blob:")
        page.on("request", lambda asked: None if asked.url.startswith(inside) else page.foreign.append(asked.url))
        page.goto(address)
        pages.append(page)
        return page

    yield opened
    for page in pages:
        page.close()


@pytest.fixture(scope="session")
def shots() -> Path:
    SHOTS.mkdir(parents=True, exist_ok=True)
    return SHOTS


def free_port() -> int:
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        return int(own.getsockname()[1])


@pytest.fixture(scope="session")
def serve_folder() -> Iterator[Callable[[Path], str]]:
    servers = []

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *words: object) -> None:
            pass

    def served(folder: Path) -> str:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield served
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """Starts a server on a free port and waits until it answers."""
    running = []
    kept = tmp_path_factory.mktemp("kept")
    settings = kept / "settings" / "@jupyterlab" / "notebook-extension"
    settings.mkdir(parents=True)
    # Otherwise JupyterLab removes cells outside the view from the page, with their charts.
    (settings / "tracker.jupyterlab-settings").write_text('{"windowingMode": "none"}', encoding="utf-8")
    told = kept / "settings" / "@jupyterlab" / "apputils-extension"
    told.mkdir(parents=True)
    (told / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}', encoding="utf-8")
    environment = {
        **os.environ,
        "AMO_DRAWS": "8",
        "AMO_STORE": str(kept / "store"),
        "JUPYTERLAB_SETTINGS_DIR": str(kept / "settings"),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "PYTHONPATH": package_path(),
    }

    def started(words: list[str], folder: Path, path: str = "/") -> str:
        port = free_port()
        log = (kept / f"{port}.log").open("w", encoding="utf-8")
        command = [sys.executable, *(word.format(port=port) for word in words)]
        program = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        running.append((program, log))
        address = f"http://127.0.0.1:{port}"
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and program.poll() is None:
            try:
                with urllib.request.urlopen(address + path, timeout=PATIENCE):
                    return address
            except urllib.error.HTTPError:
                return address
            except OSError:
                time.sleep(0.3)
        raise AssertionError((kept / f"{port}.log").read_text(encoding="utf-8")[-2000:])

    yield started
    for program, log in running:
        program.terminate()
        program.wait(timeout=30)
        log.close()


@pytest.fixture(scope="session")
def notebooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the notebooks, because running changes them."""
    copy = tmp_path_factory.mktemp("lab") / "notebooks"
    shutil.copytree(notebooks_folder(), copy)
    return copy
