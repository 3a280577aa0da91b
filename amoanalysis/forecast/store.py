"""Keeps finished forecasts in a folder, so that the notebooks of one build do not run the models again."""

import hashlib
import json
import os
import pickle
from collections.abc import Sequence
from pathlib import Path

from amoanalysis import __version__
from amoanalysis.catalogue import sha256
from amoanalysis.files import PACKAGE, whole
from amoanalysis.forecast.inputs import prepare
from amoanalysis.forecast.result import Forecast
from amoanalysis.forecast.run import forecast
from amoanalysis.scenarios import load_scenario
from amoanalysis.tables import Data

FOLDER_VARIABLE = "AMO_STORE"


def stored_forecasts(data: Data, names: Sequence[str], *, until: int, draws: int, seed: int) -> dict[str, Forecast]:
    """Forecasts of scenarios, taken from the folder in AMO_STORE where it holds them, else run (and kept there).

    Args:
        data: the folder of tables.
        names: scenarios.
        until: last year.
        draws: how many futures.
        seed: of the run.

    Returns:
        Name -> forecast, in the order asked.
    """
    scenarios = {name: load_scenario(name, data.folder) for name in names}
    folder = os.environ.get(FOLDER_VARIABLE)
    inputs = None
    results = {}
    for name, scenario in scenarios.items():
        path = (
            Path(folder) / f"{_key(data, scenario.assumptions.model_dump_json(), until, draws, seed)}.pickle"
            if folder
            else None
        )
        if path is not None and path.is_file():
            results[name] = pickle.loads(path.read_bytes())
            continue
        inputs = inputs or prepare(data)
        results[name] = forecast(inputs, scenario, data.places, until=until, draws=draws, seed=seed)
        if path is not None:
            with whole(path) as file:
                file.write_bytes(pickle.dumps(results[name], protocol=pickle.HIGHEST_PROTOCOL))
    return results


def _key(data: Data, assumptions: str, until: int, draws: int, seed: int) -> str:
    """Changes with the data, the assumptions, the code and the size of the run."""
    files = sorted(path for path in data.folder.rglob("*") if path.suffix in (".csv", ".toml"))
    code = sorted(PACKAGE.rglob("*.py"))
    parts = [__version__, assumptions, until, draws, seed, *(sha256(path) for path in [*files, *code])]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:24]
