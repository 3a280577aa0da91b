"""Repeats a forecast from its manifest, and says whether every digit agrees."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from amoanalysis.config.files import data_folder
from amoanalysis.config.origins import file_sha256
from amoanalysis.config.scenarios import rebuild_scenario
from amoanalysis.config.version import __version__
from amoanalysis.data.load import Data
from amoanalysis.errors import UserError
from amoanalysis.pipeline.inputs.prepare import prepare
from amoanalysis.pipeline.inputs.vintage import restrict_to_vintage
from amoanalysis.pipeline.population_only import forecast_population, prepare_population
from amoanalysis.pipeline.run import forecast
from amoanalysis.results.write import write_forecasts

MANIFEST = "manifest.json"
_KEYS = ("amoanalysis", "seed", "draws", "years", "scenarios", "data", "files")
_TABLE_KEYS = ["scenario", "place", "year", "measure", "group", "quantile"]


@dataclass(frozen=True)
class Repetition:
    """What repeating a forecast showed.

    Attributes:
        equal: whether every digit of the table agrees.
        files: the files written.
        changed_data: files of the data folder that differ from those of the manifest.
        version: version that made the manifest.
        rows: rows of the repeated table.
        differing_rows: rows that differ or are absent; None where the first table is missing.
        largest_difference: largest relative difference of a value; None likewise.
    """

    equal: bool
    files: tuple[Path, ...]
    changed_data: tuple[str, ...]
    version: str
    rows: int
    differing_rows: int | None = None
    largest_difference: float | None = None

    def __str__(self) -> str:
        """One sentence."""
        if self.equal:
            return f"Every digit of the {self.rows:,} rows agrees with the manifest."
        reasons = []
        if self.changed_data:
            named = ", ".join(self.changed_data[:3]) + (" ..." if len(self.changed_data) > 3 else "")
            reasons.append(f"{len(self.changed_data)} data files differ ({named})")
        if self.version != __version__:
            reasons.append(f"the manifest is of version {self.version}, this is {__version__}")
        why = f" Possible reasons: {'; '.join(reasons)}." if reasons else ""
        if self.differing_rows is None:
            return f"The result differs from the manifest; the first table is not beside it to compare rows with.{why}"
        return (
            f"{self.differing_rows:,} of {self.rows:,} rows differ; the largest relative difference is "
            f"{self.largest_difference:.2g}.{why}"
        )


def repeat_forecast(
    manifest: Path | str,
    out: Path | str,
    *,
    data: Data | Path | str | None = None,
    progress: Callable[[str], None] | None = None,
) -> Repetition:
    """Runs a forecast again from its manifest and compares the result.

    Args:
        manifest: `manifest.json` of a forecast.
        out: folder for the repeated files; not the folder of the manifest.
        data: data folder; the snapshot by default. Files that differ from those of the manifest are named.
        progress: called with the name of each scenario before it is run.

    Returns:
        Whether every digit agrees, and if not what differs.

    Raises:
        UserError: if the manifest cannot be read or lacks something, or `out` is its own folder.
    """
    path, target = Path(manifest), Path(out)
    found = _read_manifest(path)
    if target.resolve() == path.resolve().parent:
        raise UserError(f"'{target}' holds the forecast that is to be repeated: choose another folder.")
    tables = data if isinstance(data, Data) else Data(data_folder(data))
    changed = tuple(
        sorted(
            name
            for name, digest in found["data"].items()
            if not (tables.folder / name).is_file() or file_sha256(tables.folder / name) != digest
        )
    )
    files = _run_again(found, tables, target, progress or (lambda name: None))
    table = files[0]
    first = path.parent / table.name
    equal = file_sha256(table) == found["files"].get(table.name)
    rows = _read_table(table)
    if equal or not first.is_file():
        return Repetition(equal, tuple(files), changed, found["amoanalysis"], len(rows))
    both = _read_table(first).merge(rows, on=_TABLE_KEYS, how="outer", suffixes=("_first", "_again"))
    gap = (both["value_again"] - both["value_first"]).abs() / both["value_first"].abs().clip(lower=1.0)
    differing = int((gap.fillna(1.0) > 0).sum())
    return Repetition(False, tuple(files), changed, found["amoanalysis"], len(rows), differing, float(gap.max()))


def _read_manifest(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"'{path}' cannot be read ({error.strerror}): give the {MANIFEST} of a forecast.") from error
    except ValueError as error:
        raise UserError(f"'{path}' is not valid JSON ({error}): give the {MANIFEST} of a forecast.") from error
    missing = [key for key in _KEYS if not isinstance(found, dict) or key not in found]
    if missing:
        raise UserError(f"'{path}' is not a manifest that can be repeated: it has no '{missing[0]}'.")
    return dict(found)


def _run_again(found: dict[str, Any], tables: Data, out: Path, report: Callable[[str], None]) -> list[Path]:
    """Runs the scenarios of a manifest and writes them as the first run did."""
    scenarios = [
        rebuild_scenario(name, block["title"], block["values"], tables.folder)
        for name, block in found["scenarios"].items()
    ]
    known = tables if found["vintage"] is None else restrict_to_vintage(tables, found["vintage"][:4])
    until, draws, seed = found["years"][1], found["draws"], found["seed"]
    calibrated = bool(found["calibration"])
    places, last = found["places"], known.known_until
    parquet = any(name.endswith(".parquet") for name in found["files"])
    if found.get("only"):
        population = prepare_population(known, calibrated=calibrated)
        results = []
        for scenario in scenarios:
            report(scenario.name)
            run = forecast_population(population, scenario, tables.places, until=until, draws=draws, seed=seed)
            results.append(run)
        return write_forecasts(results, out, tables.folder, places, known_until=last, parquet=parquet)
    inputs = prepare(known)
    inputs = inputs if calibrated else replace(inputs, calibrations={})
    runs = []
    for scenario in scenarios:
        report(scenario.name)
        runs.append(forecast(inputs, scenario, tables.places, until=until, draws=draws, seed=seed))
    return write_forecasts(runs, out, tables.folder, places, known_until=last, parquet=parquet)


def _read_table(path: Path) -> pd.DataFrame:
    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    return pd.read_csv(path, dtype={name: str for name in _TABLE_KEYS if name != "year"})
