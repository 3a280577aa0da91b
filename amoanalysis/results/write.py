"""Writes forecasts: the long table as CSV or Parquet, a summary, and the manifest for repeating the run."""

import csv
import json
import platform
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from io import StringIO
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from amoanalysis.config.files import PACKAGE, write_folder_atomically
from amoanalysis.config.origins import file_sha256
from amoanalysis.config.version import __version__
from amoanalysis.errors import UserError
from amoanalysis.results.forecast import Forecast
from amoanalysis.results.population_forecast import HIGH, LOW, MEASURE, MEDIAN, UNIT, PopulationForecast
from amoanalysis.results.run_draws import COLUMNS

CSV, PARQUET = "forecast.csv", "forecast.parquet"
# Ten significant digits: more than the draws resolve, and the same on every machine.
SIGNIFICANT = "%.10g"
# Spreadsheets open about this many rows; larger tables of the population alone are Parquet.
MOST_ROWS = 1_000_000
# Places written at once, to limit memory.
PLACES_PER_PART = 16
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
Runs = Sequence[Forecast] | Sequence[PopulationForecast]


def write_forecasts(
    runs: Runs,
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
        runs: one per scenario; either whole forecasts or forecasts of the population alone.
        out: folder; made if absent.
        data: the data folder, for the hashes.
        places: codes to be written; all by default.
        known_until: the last year whose data was used, where later data was left out.
        texts: the CSV rows of each run, if another process has formatted them already.
        summaries: the summary of each run, likewise.
        parquet: whether the table is written as Parquet.

    Returns:
        The files.

    Raises:
        UserError: if two scenarios have the same name, or a place is not covered.
        AmoError: if the folder cannot be written to or is full.
    """
    refuse_duplicate_names(runs)
    found = summaries if summaries is not None else [summarise_forecast(run, places) for run in runs]
    name, other = (PARQUET, CSV) if parquet or _is_too_large(runs, places) else (CSV, PARQUET)
    with write_folder_atomically(out) as folder:
        if texts is None:
            write_long(folder / name, (part for run in runs for part in _parts(run, places)))
        else:
            write_texts(folder / name, texts)
        names = [run.scenario.name for run in runs]
        write_json(folder / "summary.json", dict(zip(names, found, strict=True)))
        record = make_manifest(runs, data, known_until, places=places, files=[folder / name])
        write_json(folder / "manifest.json", record)
    (out / other).unlink(missing_ok=True)
    return [out / file for file in (name, "summary.json", "manifest.json")]


def _is_too_large(runs: Runs, places: Sequence[str] | None) -> bool:
    """Whether a table of the population alone has too many forecast rows for a spreadsheet."""
    rows = [run.quantiles[0].size * len(run.positions(places)) for run in runs if isinstance(run, PopulationForecast)]
    return sum(rows) > MOST_ROWS


def _parts(run: Forecast | PopulationForecast, places: Sequence[str] | None) -> Iterator[pd.DataFrame]:
    """The long table, some places at a time."""
    codes = sorted(places or run.area_codes())
    for start in range(0, len(codes), PLACES_PER_PART):
        yield run.table(codes[start : start + PLACES_PER_PART])


def write_long(path: Path, parts: Iterable[pd.DataFrame]) -> None:
    """Writes a long table, no more than a part of it in memory at a time.

    Args:
        path: `.csv` or `.parquet`.
        parts: frames with the columns `COLUMNS`, in the order of the file.
    """
    if path.suffix == ".parquet":
        _write_parquet(path, parts)
        return
    write_texts(path, (format_csv_rows(part) for part in parts))


def write_texts(path: Path, texts: Iterable[str]) -> None:
    """Writes a long table of rows that are CSV already."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(COLUMNS) + "\n")
        file.writelines(texts)


def format_csv_rows(part: pd.DataFrame) -> str:
    """The rows of a long table as CSV, without its head."""
    numbers = ["" if isnan(value) else SIGNIFICANT % value for value in part["value"].tolist()]
    columns = [numbers if name == "value" else _cells(part[name]) for name in COLUMNS]
    return "\n".join(map(",".join, zip(*columns, strict=True))) + "\n"


def _cells(column: pd.Series) -> list[str]:
    """A column as CSV: few of its values differ, and each of them is written once."""
    codes, values = pd.factorize(column)
    return [*np.array([_cell(value) for value in values], dtype=object)[codes]]


def _cell(value: object) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="").writerow([value])
    return text.getvalue()


def _write_parquet(path: Path, parts: Iterable[pd.DataFrame]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {"year": pa.int16(), "value": pa.float64()}
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in COLUMNS])
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for part in parts:
            writer.write_table(pa.Table.from_pandas(part, schema=schema, preserve_index=False))


def summarise_forecast(run: Forecast | PopulationForecast, places: Sequence[str] | None = None) -> dict[str, Any]:
    """Headline figures by place and measure: last observed value, then median and 80 % interval every five years."""
    if isinstance(run, PopulationForecast):
        return _summarise_population(run, places)
    result: dict[str, Any] = {}
    for place in places or run.area_codes():
        result[place] = {"name": run.places[place].name_in("fi")}
        for measure in SUMMARISED:
            intervals = run.interval(measure, place, history=False)
            shown = intervals[[_is_summary_year(year, run.years) for year in intervals["year"]]]
            known = run.history(measure, place)
            result[place][measure] = {
                "unit": run.measures[measure].unit,
                "observed": {str(known["year"].iloc[-1]): round_for_summary(known["value"].iloc[-1])}
                if len(known)
                else {},
                "forecast": {
                    str(row.year): _summarise_interval(row.median, row.low, row.high) for row in shown.itertuples()
                },
            }
    return result


def _summarise_population(run: PopulationForecast, places: Sequence[str] | None) -> dict[str, Any]:
    """The same for residents; groups[0] of the quantiles are all residents."""
    known = run.observed[run.observed["group"] == "total"].sort_values("year").groupby("place").last()
    summary: dict[str, Any] = {}
    for position in run.positions(places):
        code, values = run.codes[position], run.quantiles[position, :, 0]
        intervals = {
            str(year): _summarise_interval(values[index, MEDIAN], values[index, LOW], values[index, HIGH])
            for index, year in enumerate(run.years)
            if _is_summary_year(year, run.years)
        }
        observed = {str(known["year"][code]): round_for_summary(known["value"][code])} if code in known.index else {}
        summary[code] = {
            "name": run.places[code].name_in("fi"),
            MEASURE: {"unit": UNIT, "observed": observed, "forecast": intervals},
        }
    return summary


def _summarise_interval(median: Any, low: Any, high: Any) -> dict[str, float]:
    return {"median": round_for_summary(median), "low": round_for_summary(low), "high": round_for_summary(high)}


def _is_summary_year(year: int, years: range) -> bool:
    """Whether a summary shows a year: every fifth, and the last."""
    return year % 5 == 0 or year == years[-1]


def make_manifest(
    runs: Runs,
    data: Path,
    known_until: int | None = None,
    *,
    places: Sequence[str] | None = None,
    files: Sequence[Path] = (),
) -> dict[str, Any]:
    """Everything that `amo forecast --from` needs to repeat the run, and the hash of its result.

    `vintage` is the date at which all data used was known; null where nothing was left out.

    Args:
        runs: the runs.
        data: the data folder.
        known_until: last year whose data was used, where later data was left out.
        places: codes that were written; None for all.
        files: the files written, for their hashes.
    """
    first = runs[0]
    sources = sorted(path for path in data.rglob("*") if path.suffix in (".csv", ".toml", ".geojson"))
    return {
        **({"only": MEASURE} if isinstance(first, PopulationForecast) else {}),
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
            run.scenario.name: {"title": dict(run.scenario.title), "values": run.scenario.overridden_values()}
            for run in runs
        },
        "files": {path.name: file_sha256(path) for path in files},
        "data": {path.relative_to(data).as_posix(): file_sha256(path) for path in sources},
    }


def refuse_duplicate_names(runs: Runs) -> None:
    """Refuses two scenarios of the same name: a reader could not distinguish them.

    Raises:
        UserError: if there are.
    """
    names = [run.scenario.name for run in runs]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise UserError(f"Two scenarios are called '{twice[0]}': name each once, or rename the file of one.")


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
