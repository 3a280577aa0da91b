"""Cache of results that take long, in the folder named by AMO_STORE: the notebooks of a build share their runs."""

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import joblib
import numpy as np
import pandas as pd

from amoanalysis.config.files import PACKAGE, write_atomically
from amoanalysis.config.origins import file_sha256
from amoanalysis.config.scenarios import Scenario, load_scenario
from amoanalysis.config.version import __version__
from amoanalysis.data.load import Data
from amoanalysis.pipeline.inputs.prepare import Inputs, prepare
from amoanalysis.pipeline.run import forecast
from amoanalysis.results.forecast import Forecast

FOLDER_VARIABLE = "AMO_STORE"
# Folders of the package that results depend on; a change of a chart or of a command keeps the cache.
CODE = ("config", "data", "models", "pipeline", "results")
# Results that a process holds at a time.
_HELD = 64
_DIGITS = 24
Result = TypeVar("Result")


def stored_forecasts(
    data: Data, scenarios: Sequence[str | Scenario], *, until: int, draws: int, seed: int
) -> dict[str, Forecast]:
    """Forecasts of scenarios from the cache; those that it lacks are run and kept.

    Args:
        data: the folder of tables.
        scenarios: names, files or scenarios.
        until: last year.
        draws: number of draws.
        seed: of the run.

    Returns:
        Name as given -> forecast, in the order asked.
    """
    results: dict[str, Forecast] = {}
    inputs: list[Inputs] = []

    def run(scenario: Scenario) -> Forecast:
        if not inputs:
            inputs.append(stored_inputs(data))
        return forecast(inputs[0], scenario, data.places, until=until, draws=draws, seed=seed)

    loaded = [load_scenario(given, data.folder) if isinstance(given, str) else given for given in scenarios]
    for given, scenario in zip(scenarios, loaded, strict=True):
        parts = (scenario.assumptions.model_dump_json(), until, draws, seed)
        found = load_or_make(data, "forecast", parts, lambda scenario=scenario: run(scenario))  # type: ignore[misc]
        # Scenarios with the same assumptions share their numbers; each keeps its own name and narrative.
        results[given if isinstance(given, str) else scenario.name] = replace(found, scenario=scenario)
    return results


def stored_inputs(data: Data) -> Inputs:
    """Prepared inputs of a data folder, from the cache where it holds them."""
    return load_or_make(data, "inputs", (), lambda: prepare(data))


def load_or_make(data: Data, kind: str, parts: Sequence[object], make: Callable[[], Result]) -> Result:
    """A result from the cache; if it is missing or damaged it is made and kept.

    The key is what the result depends on: the files of the data folder, the code of CODE, versions and `parts`. The
    name of the file ends with the hash of its content, so that a damaged file is recognised.

    Args:
        data: the folder of tables that it is made from.
        kind: what it is, in a word.
        parts: what else it depends on.
        make: makes it.

    Returns:
        The result, shared by all callers in this process: it must not be changed.
    """
    folder = os.environ.get(FOLDER_VARIABLE)
    if not folder:
        return make()
    stem = f"{kind}-{_key(data, parts)}"
    for path in sorted(Path(folder).glob(f"{stem}-*.joblib")):
        if _hash(path, path.stat().st_mtime_ns, path.stat().st_size).startswith(path.stem.rpartition("-")[2]):
            result: Result = _load(path)
            return result
        path.unlink(missing_ok=True)
    made = make()
    _keep(Path(folder), stem, made)
    return made


@lru_cache(maxsize=_HELD)
def _load(path: Path) -> Any:
    """Content of a file; its arrays are mapped, so that all processes of a build share one copy."""
    return joblib.load(path, mmap_mode="r")


def _keep(folder: Path, stem: str, result: object) -> None:
    """Writes a result under a temporary name, then under the name that ends with its hash."""
    temporary = folder / f"{stem}-{os.getpid()}.part"
    with write_atomically(temporary) as file:
        joblib.dump(result, file)
    temporary.replace(folder / f"{stem}-{file_sha256(temporary)[:_DIGITS]}.joblib")


def _key(data: Data, parts: Sequence[object]) -> str:
    """Hash of everything that a result depends on."""
    files = sorted(path for path in data.folder.rglob("*") if path.suffix in (".csv", ".toml"))
    code = sorted(path for name in CODE for path in (PACKAGE / name).rglob("*.py"))
    versions = [__version__, np.__version__, pd.__version__, joblib.__version__]
    hashes = [_hash(path, path.stat().st_mtime_ns, path.stat().st_size) for path in [*files, *code]]
    return hashlib.sha256(json.dumps([*versions, *parts, *hashes]).encode()).hexdigest()[:_DIGITS]


@lru_cache(maxsize=4096)
def _hash(path: Path, written: int, size: int) -> str:
    """Hash of a file as it was at that moment."""
    return file_sha256(path)
