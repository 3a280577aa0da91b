"""Keeps what takes long in a folder, so that the notebooks of one build do not run the models again."""

import hashlib
import json
import mmap
import os
import pickle
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

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
_DIGEST_BYTES = 32
# Bytes of a length, and of an array that is written apart from what it belongs to.
_WORD, _LARGE = 8, 1 << 20
# What a process holds at a time: the forecasts of a folder's scenarios and what is reckoned from them for the places.
_HELD = 64
Result = TypeVar("Result")


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
    results: dict[str, Forecast] = {}
    inputs: list[Inputs] = []

    def run(scenario: Scenario) -> Forecast:
        if not inputs:
            inputs.append(stored_inputs(data))
        return forecast(inputs[0], scenario, data.places, until=until, draws=draws, seed=seed)

    for name, scenario in scenarios.items():
        parts = (scenario.assumptions.model_dump_json(), until, draws, seed)
        found = stored(data, "forecast", parts, lambda scenario=scenario: run(scenario))  # type: ignore[misc]
        # Another scenario may assume the same: its numbers serve, its name and story do not.
        results[name] = replace(found, scenario=scenario)
    return results


def stored_inputs(data: Data) -> Inputs:
    """What the forecasts of a data folder start from, taken from the folder in AMO_STORE where it is there."""
    return stored(data, "inputs", (), lambda: prepare(data))


def stored(data: Data, kind: str, parts: Sequence[object], make: Callable[[], Result]) -> Result:
    """What a function makes, taken from the folder in AMO_STORE where it holds it, else made (and kept there).

    Args:
        data: the folder of tables that it is made from; it is made anew when they change, or the code.
        kind: what it is, in a word.
        parts: what else it depends on.
        make: makes it.

    Returns:
        The result, shared by all who ask in this process: not to be changed.
    """
    folder = os.environ.get(FOLDER_VARIABLE)
    if not folder:
        return make()
    path = Path(folder) / f"{kind}-{_key(data, parts)}.pickle"
    kept = _kept(path, path.stat().st_mtime_ns) if path.is_file() else None
    if kept is not None:
        result: Result = kept
        return result
    made = make()
    _keep(path, made)
    return made


@lru_cache(maxsize=_HELD)
def _kept(path: Path, written: int) -> Any:
    """What a file holds; None where its bytes are not those that were written."""
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size <= _DIGEST_BYTES:
            return None
        # Mapped, not read: all processes of a build share the one copy that the system holds of the arrays.
        content = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    digest, packed = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
    if hashlib.sha256(packed).digest() != digest:
        return None
    count = int.from_bytes(packed[:_WORD], "little")
    ends = np.cumsum([_WORD * (count + 1), *np.frombuffer(packed, np.int64, count, _WORD)])
    pickled, *arrays = (packed[start:end] for start, end in pairwise(ends))
    return pickle.loads(pickled, buffers=arrays)


def _keep(path: Path, result: object) -> None:
    """Writes a result: a hash, the number and lengths of what follows, the result, and its large arrays as they are."""
    arrays: list[pickle.PickleBuffer] = []

    def apart(array: pickle.PickleBuffer) -> bool:
        if array.raw().nbytes < _LARGE or array.raw().nbytes % _WORD:
            return True
        arrays.append(array)
        return False

    pickled = pickle.dumps(result, protocol=pickle.HIGHEST_PROTOCOL, buffer_callback=apart)
    # So that each array begins at a multiple of its numbers' length.
    parts: list[bytes | memoryview] = [pickled + bytes(-len(pickled) % _WORD), *(array.raw() for array in arrays)]
    lengths = np.array([len(parts), *(len(part) for part in parts)], np.int64)
    digest = hashlib.sha256(lengths.tobytes())
    for part in parts:
        digest.update(part)
    with write_atomically(path) as file, file.open("wb") as target:
        target.writelines([digest.digest(), lengths.tobytes(), *parts])


def _key(data: Data, parts: Sequence[object]) -> str:
    """Changes with the data, the assumptions, the code, the libraries and the size of the run."""
    files = sorted(path for path in data.folder.rglob("*") if path.suffix in (".csv", ".toml"))
    code = sorted(PACKAGE.rglob("*.py"))
    versions = [__version__, np.__version__, pd.__version__]
    hashes = [_hash(path, path.stat().st_mtime_ns, path.stat().st_size) for path in [*files, *code]]
    return hashlib.sha256(json.dumps([*versions, *parts, *hashes]).encode()).hexdigest()[:24]


@lru_cache(maxsize=4096)
def _hash(path: Path, written: int, size: int) -> str:
    """Hash of a file as it was at that moment."""
    return file_sha256(path)
