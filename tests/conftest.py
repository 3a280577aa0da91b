"""What every test runs under: no network, no screen, no settings of the user's, repeatable examples."""

import os
import socket

import pytest
from hypothesis import settings

from amoanalysis.config.files import data_folder
from amoanalysis.data.load import Data
from amoanalysis.pipeline.inputs.prepare import Inputs, prepare

os.environ["MPLBACKEND"] = "agg"
os.environ.pop("AMO_DATA", None)

settings.register_profile("repeatable", deadline=None, derandomize=True, database=None)
settings.load_profile("repeatable")

LOOPBACK = ("127.", "::1", "localhost")


@pytest.fixture(scope="session")
def data() -> Data:
    """The snapshot of the project."""
    return Data(data_folder())


@pytest.fixture(scope="session")
def inputs(data: Data) -> Inputs:
    """What a forecast of the snapshot starts from."""
    return prepare(data)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def within_this_machine(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and not str(address[0]).startswith(LOOPBACK):
            raise AssertionError(f"A test asked the network for {address[0]}: tests run on what the project holds.")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", within_this_machine)
