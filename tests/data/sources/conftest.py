"""A server on loopback that no proxy stands before, and a clock that only the test moves."""

from collections.abc import Callable, Iterator

import pytest
from cubes import small
from made_clock import MadeClock
from pxweb_server import PxWebServer, Table

from amoanalysis.config.origins import Api
from amoanalysis.data.sources.http import HttpClient
from amoanalysis.data.sources.pxweb import PxWebClient


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def clock() -> MadeClock:
    return MadeClock()


@pytest.fixture
def served(clock: MadeClock) -> Iterator[PxWebServer]:
    """One small table, under its ids of before and after the renaming."""
    table = Table("StatFin/vaerak", ("11re.px", "statfin_vaerak_pxt_11re.px"), "Väestö alueittain", small())
    with PxWebServer([table]) as server:
        server.now = clock.now
        yield server


@pytest.fixture
def ask(clock: MadeClock) -> Callable[..., PxWebClient]:
    def server(of: PxWebServer, version: int = 1, **options: object) -> PxWebClient:
        path = "/PxWeb/api/v1" if version == 1 else "/api/v2"
        api = Api.model_validate(
            {"name": "made", "producer": "Test", "url": of.url + path, "version": version, "lang": "fi"}
        )
        return PxWebClient(api, HttpClient(clock), **options)  # type: ignore[arg-type]

    return server
