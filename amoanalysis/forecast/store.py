"""Keeps finished forecasts in a folder, so that the notebooks of one build do not run the models again."""

import hashlib
import json
import os
import pickle
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from amoanalysis import __version__
from amoanalysis.catalogue import sha256
from amoanalysis.files import PACKAGE, whole
from amoanalysis.forecast.inputs import prepare
from amoanalysis.forecast.result import Forecast
from amoanalysis.forecast.run import forecast
from amoanalysis.scenarios import Scenario, load_scenario
from amoanalysis.tables import Data

FOLDER_VARIABLE = "AMO_STORE"
_DIGEST_BYTES = 32


def stored_forecasts(data: Data, names: Sequence[str], *, until: int, draws: int, seed: int) -> dict[str, Forecast]:
    """Forecasts of scenarios, taken from the folder in AMO_STORE where it holds them, else run (and kept there).

    Args:
        data: the folder of tables.
        names: scenarios.
        until: last year.
        draws: how many futures.
        seed: of the run.

    Returns:
        Name -> forecast, in the order asked. A file of the folder that cannot be read any more is made anew.
    """
    scenarios = {name: load_scenario(name, data.folder) for name in names}
    folder = os.environ.get(FOLDER_VARIABLE)
    inputs = None
    results = {}
    for name, scenario in scenarios.items():
        path = Path(folder) / f"{_key(data, scenario, until, draws, seed)}.pickle" if folder else None
        kept = _kept(path) if path is not None else None
        if kept is not None:
            # Another scenario may assume the same: its numbers serve, its name and story do not.
            results[name] = replace(kept, scenario=scenario)
            continue
        inputs = inputs or prepare(data)
        results[name] = forecast(inputs, scenario, data.places, until=until, draws=draws, seed=seed)
        if path is not None:
            _keep(path, results[name])
    return results


def _kept(path: Path) -> Forecast | None:
    """The forecast of a file; None where there is no file or its bytes are not those that were written."""
    if not path.is_file():
        return None
    content = path.read_bytes()
    digest, pickled = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
    return pickle.loads(pickled) if hashlib.sha256(pickled).digest() == digest else None


def _keep(path: Path, result: Forecast) -> None:
    pickled = pickle.dumps(result, protocol=pickle.HIGHEST_PROTOCOL)
    with whole(path) as file:
        file.write_bytes(hashlib.sha256(pickled).digest() + pickled)


def _key(data: Data, scenario: Scenario, until: int, draws: int, seed: int) -> str:
    """Changes with the data, the assumptions, the code, the libraries and the size of the run."""
    files = sorted(path for path in data.folder.rglob("*") if path.suffix in (".csv", ".toml"))
    code = sorted(PACKAGE.rglob("*.py"))
    versions = [__version__, np.__version__, pd.__version__]
    assumptions = scenario.assumptions.model_dump_json()
    parts = [*versions, assumptions, until, draws, seed, *(sha256(path) for path in [*files, *code])]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:24]
