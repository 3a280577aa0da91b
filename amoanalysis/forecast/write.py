"""Writes forecasts: the long table, a summary, and the manifest that lets anyone run them again."""

import csv
import json
import platform
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from io import StringIO
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from amoanalysis import __version__
from amoanalysis.catalogue import sha256
from amoanalysis.errors import UserError
from amoanalysis.files import PACKAGE, whole_folder
from amoanalysis.forecast.result import COLUMNS, Forecast
from amoanalysis.scenarios import overridden

# Ten significant digits: far below what any draw resolves, and the same on every machine.
SIGNIFICANT = "%.10g"
LIBRARIES = ("numpy", "pandas", "scipy", "matplotlib", "geopandas")
SUMMARISED = (
    "population",
    "labour_force",
    "labour_need",
    "jobs",
    "unfilled_jobs",
    "unemployment_rate",
    "tourism_nights",
)


def write_forecasts(
    forecasts: Sequence[Forecast],
    out: Path,
    data: Path,
    places: Sequence[str] | None = None,
    *,
    known_until: int | None = None,
    texts: Sequence[str] | None = None,
) -> list[Path]:
    """Writes `forecast.csv`, `summary.json` and `manifest.json`, all or none.

    Args:
        forecasts: one per scenario.
        out: folder; made if absent.
        data: the data folder, for the hashes.
        places: codes to be written; all by default.
        known_until: the last year whose data was used, where later data was left out.
        texts: the rows of each, where another process has made them already.

    Returns:
        The files.

    Raises:
        UserError: if two scenarios have one name, so that a reader could not tell them apart.
        AmoError: if the folder cannot be written to or is full.
    """
    _refuse_namesakes(forecasts)
    with whole_folder(out) as folder:
        with (folder / "forecast.csv").open("w", encoding="utf-8", newline="") as file:
            file.write(",".join(COLUMNS) + "\n")
            file.writelines(texts if texts is not None else (rows_of(forecast, places) for forecast in forecasts))
        _write_json(folder / "summary.json", {f.scenario.name: summary(f, places) for f in forecasts})
        _write_json(folder / "manifest.json", manifest(forecasts, data, known_until))
    return [out / name for name in ("forecast.csv", "summary.json", "manifest.json")]


def rows_of(forecast: Forecast, places: Sequence[str] | None = None) -> str:
    """The rows of the long table as CSV, without its head."""
    table = forecast.table(places)
    numbers = ["" if isnan(value) else SIGNIFICANT % value for value in table["value"].tolist()]
    columns = [numbers if name == "value" else _cells(table[name]) for name in COLUMNS]
    return "\n".join(map(",".join, zip(*columns, strict=True))) + "\n"


def _cells(column: pd.Series) -> list[str]:
    """A column as CSV: few of its values differ, and each of them is written once."""
    codes, values = pd.factorize(column)
    return [*np.array([_cell(value) for value in values], dtype=object)[codes]]


def _cell(value: object) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="").writerow([value])
    return text.getvalue()


def summary(forecast: Forecast, places: Sequence[str] | None = None) -> dict[str, Any]:
    """Headline figures by place and measure: last observed value, then median and 80 % band every five years."""
    result: dict[str, Any] = {}
    for place in places or forecast.area_codes():
        result[place] = {"name": forecast.places[place].named("fi")}
        for measure in SUMMARISED:
            bands = forecast.bands(measure, place)
            shown = bands[(bands["year"] % 5 == 0) | (bands["year"] == bands["year"].max())]
            known = forecast.history(measure, place)
            result[place][measure] = {
                "unit": forecast.measures[measure].unit,
                "observed": {str(known["year"].iloc[-1]): _short(known["value"].iloc[-1])} if len(known) else {},
                "forecast": {
                    str(row.year): {"median": _short(row.value), "low": _short(row.low), "high": _short(row.high)}
                    for row in shown.itertuples()
                },
            }
    return result


def manifest(forecasts: Sequence[Forecast], data: Path, known_until: int | None = None) -> dict[str, Any]:
    """What made the forecast: versions, commit, hashes of the data, seed, draws, time, what each scenario overrides.

    `vintage` is the date at which everything used was known; null where nothing was left out.
    """
    first = forecasts[0]
    files = sorted(path for path in data.rglob("*") if path.suffix in (".csv", ".toml", ".geojson"))
    return {
        "amoanalysis": __version__,
        "commit": _commit(),
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "libraries": {name: _version(name) for name in LIBRARIES},
        "seed": first.seed,
        "draws": first.draws,
        "vintage": f"{known_until}-12-31" if known_until is not None else None,
        "bands": {
            name: {str(h): round(f, 3) for h, f in zip(found.horizons, found.factors, strict=True)}
            for name, found in first.widenings.items()
        },
        "years": [first.years.start, first.years.stop - 1],
        "scenarios": {f.scenario.name: overridden(f.scenario) for f in forecasts},
        "data": {path.relative_to(data).as_posix(): sha256(path) for path in files},
    }


def _refuse_namesakes(forecasts: Sequence[Forecast]) -> None:
    names = [forecast.scenario.name for forecast in forecasts]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise UserError(f"Two scenarios are called '{twice[0]}': name each once, or rename the file of one.")


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _short(value: float) -> float:
    return float(f"{value:.6g}")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


def _commit() -> str | None:
    """The commit of the checkout, with "+" where files differ from it; None outside a checkout of this project."""
    if not (PACKAGE.parent / ".git").exists():
        return None
    try:
        found = subprocess.run(
            ["git", "describe", "--always", "--dirty=+", "--abbrev=12"],
            cwd=PACKAGE,
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return found.stdout.strip()
