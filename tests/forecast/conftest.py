"""The snapshot and what the models start from: prepared once, for it takes seconds."""

import pytest

from amoanalysis.files import data_folder
from amoanalysis.forecast import Inputs, prepare
from amoanalysis.tables import Data


@pytest.fixture(scope="session")
def data() -> Data:
    return Data(data_folder())


@pytest.fixture(scope="session")
def inputs(data: Data) -> Inputs:
    return prepare(data)
