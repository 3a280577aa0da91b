"""The long table in its file: CSV for spreadsheets, Parquet where it is too large for them; part by part."""

import csv
from collections.abc import Iterable
from io import StringIO
from math import isnan
from pathlib import Path

import numpy as np
import pandas as pd

# Ten significant digits: far below what any draw resolves, and the same on every machine.
SIGNIFICANT = "%.10g"
COLUMNS = ("scenario", "place", "year", "measure", "group", "quantile", "value", "unit")
CSV, PARQUET = "forecast.csv", "forecast.parquet"
# No spreadsheet opens more rows than about this.
MOST_ROWS = 1_000_000


def write_long(path: Path, parts: Iterable[pd.DataFrame]) -> None:
    """Writes a long table, no more than a part of it in memory at a time.

    Args:
        path: `.csv` or `.parquet`.
        parts: frames with the columns `COLUMNS`, in the order of the file.
    """
    if path.suffix == ".parquet":
        _write_parquet(path, parts)
        return
    write_texts(path, (csv_rows(part) for part in parts))


def write_texts(path: Path, texts: Iterable[str]) -> None:
    """Writes a long table of rows that are CSV already."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(COLUMNS) + "\n")
        file.writelines(texts)


def csv_rows(part: pd.DataFrame) -> str:
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
