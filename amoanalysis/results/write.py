"""Writes forecasts: the long table, a summary, and the manifest that lets anyone run them again."""

import json
import platform
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from amoanalysis.config.files import PACKAGE, write_folder_atomically
from amoanalysis.config.origins import file_sha256
from amoanalysis.config.scenarios import Scenario
from amoanalysis.config.version import __version__
from amoanalysis.errors import UserError
from amoanalysis.models.statistics.interval_calibration import IntervalCalibration
from amoanalysis.results.forecast import Forecast
from amoanalysis.results.long_table import CSV, PARQUET, csv_rows, write_long, write_texts

# Places whose rows are made together: a region at a time, a country in parts.
PLACES_AT_ONCE = 16
LIBRARIES = ("numpy", "pandas", "scipy", "matplotlib", "geopandas")
SUMMARISED = (
    "population",
    "labour_force",
    "labour_demand",
    "jobs",
    "unfilled_jobs",
    "unemployment_rate",
    "tourism_nights",
)


class Run(Protocol):
    """What a manifest records of a run."""

    @property
    def scenario(self) -> Scenario:
        """What was assumed."""

    @property
    def years(self) -> range:
        """Forecast years."""

    @property
    def n_draws(self) -> int:
        """How many."""

    @property
    def seed(self) -> int:
        """Of the run."""

    @property
    def calibrations(self) -> Mapping[str, IntervalCalibration]:
        """By measure, factors on its bands."""


def write_forecasts(
    forecasts: Sequence[Forecast],
    out: Path,
    data: Path,
    places: Sequence[str] | None = None,
    *,
    known_until: int | None = None,
    texts: Sequence[str] | None = None,
    summaries: Sequence[dict[str, Any]] | None = None,
    parquet: bool = False,
) -> list[Path]:
    """Writes `forecast.csv` or `forecast.parquet`, `summary.json` and `manifest.json`, all or none.

    Args:
        forecasts: one per scenario.
        out: folder; made if absent.
        data: the data folder, for the hashes.
        places: codes to be written; all by default.
        known_until: the last year whose data was used, where later data was left out.
        texts: the rows of each as CSV, where another process has made them already.
        summaries: the summary of each, likewise.
        parquet: whether the table is written as Parquet.

    Returns:
        The files.

    Raises:
        UserError: if two scenarios have one name, so that they could not be distinguished.
        AmoError: if the folder cannot be written to or is full.
    """
    refuse_namesakes(forecasts)
    name, other = (PARQUET, CSV) if parquet else (CSV, PARQUET)
    with write_folder_atomically(out) as folder:
        if texts is None:
            write_long(folder / name, (part for forecast in forecasts for part in _parts(forecast, places)))
        else:
            write_texts(folder / name, texts)
        found = summaries if summaries is not None else [summary(forecast, places) for forecast in forecasts]
        names = [forecast.scenario.name for forecast in forecasts]
        write_json(folder / "summary.json", dict(zip(names, found, strict=True)))
        record = manifest(forecasts, data, known_until, places=places, files=[folder / name])
        write_json(folder / "manifest.json", record)
    (out / other).unlink(missing_ok=True)
    return [out / file for file in (name, "summary.json", "manifest.json")]


def _parts(forecast: Forecast, places: Sequence[str] | None) -> Iterator[pd.DataFrame]:
    """The long table, some places at a time, in the order of the whole."""
    codes = sorted(places or forecast.area_codes())
    for start in range(0, len(codes), PLACES_AT_ONCE):
        yield forecast.table(codes[start : start + PLACES_AT_ONCE])


def format_rows(forecast: Forecast, places: Sequence[str] | None = None) -> str:
    """The rows of the long table as CSV, without its head."""
    return csv_rows(forecast.table(places))


def summary(forecast: Forecast, places: Sequence[str] | None = None) -> dict[str, Any]:
    """Headline figures by place and measure: last observed value, then median and 80 % interval every five years."""
    result: dict[str, Any] = {}
    for place in places or forecast.area_codes():
        result[place] = {"name": forecast.places[place].name_in("fi")}
        for measure in SUMMARISED:
            intervals = forecast.interval(measure, place, history=False)
            shown = intervals[[shown_year(year, forecast.years) for year in intervals["year"]]]
            known = forecast.history(measure, place)
            result[place][measure] = {
                "unit": forecast.measures[measure].unit,
                "observed": {str(known["year"].iloc[-1]): round_for_summary(known["value"].iloc[-1])}
                if len(known)
                else {},
                "forecast": {
                    str(row.year): {
                        "median": round_for_summary(row.median),
                        "low": round_for_summary(row.low),
                        "high": round_for_summary(row.high),
                    }
                    for row in shown.itertuples()
                },
            }
    return result


def manifest(
    forecasts: Sequence[Run],
    data: Path,
    known_until: int | None = None,
    *,
    places: Sequence[str] | None = None,
    files: Sequence[Path] = (),
) -> dict[str, Any]:
    """Everything that `amo forecast --from` needs to repeat the run, and the hash of its result.

    `vintage` is the date at which all data used was known; null where nothing was left out.

    Args:
        forecasts: the runs.
        data: the data folder.
        known_until: last year whose data was used, where later data was left out.
        places: codes that were written; None for all.
        files: the files written, for their hashes.
    """
    first = forecasts[0]
    sources = sorted(path for path in data.rglob("*") if path.suffix in (".csv", ".toml", ".geojson"))
    return {
        "amoanalysis": __version__,
        "commit": _commit(),
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "libraries": {name: _version(name) for name in LIBRARIES},
        "seed": first.seed,
        "draws": first.n_draws,
        "vintage": f"{known_until}-12-31" if known_until is not None else None,
        "calibration": {
            name: {str(h): round(f, 3) for h, f in zip(found.horizons, found.factors, strict=True)}
            for name, found in first.calibrations.items()
        },
        "years": [first.years.start, first.years.stop - 1],
        "places": list(places) if places else None,
        "scenarios": {
            f.scenario.name: {"title": dict(f.scenario.title), "values": f.scenario.overridden_values()}
            for f in forecasts
        },
        "files": {path.name: file_sha256(path) for path in files},
        "data": {path.relative_to(data).as_posix(): file_sha256(path) for path in sources},
    }


def refuse_namesakes(forecasts: Sequence[Run]) -> None:
    """Refuses two scenarios of one name.

    Raises:
        UserError: if there are.
    """
    names = [forecast.scenario.name for forecast in forecasts]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise UserError(f"Two scenarios are called '{twice[0]}': name each once, or rename the file of one.")


def shown_year(year: int, years: range) -> bool:
    """Whether a summary has a year: every fifth, and the last."""
    return year % 5 == 0 or year == years[-1]


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Writes a file of ours: UTF-8, indented, the same bytes for the same content."""
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def round_for_summary(value: Any) -> float:
    """Six significant digits."""
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
