"""What the tests of cleaning share: the sample files, and the declared knowledge of the snapshot."""

from pathlib import Path

import pandas as pd
import pytest

from amoanalysis.config.files import data_folder
from amoanalysis.data.cleaning.checks import Reference
from amoanalysis.data.load import Data

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture(scope="session")
def samples() -> Path:
    return SAMPLES


@pytest.fixture(scope="session")
def snapshot() -> Data:
    return Data(data_folder())


@pytest.fixture(scope="session")
def reference(snapshot: Data) -> Reference:
    return Reference.from_data(snapshot)


@pytest.fixture
def cells():
    """A column of a file whose first row of data is 4."""

    def column(*values: str, name: str = "Alue") -> "pd.Series[str]":
        return pd.Series(list(values), index=range(4, 4 + len(values)), name=name, dtype="str")

    return column
