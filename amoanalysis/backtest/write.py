"""Writing a back-test: its cases, its tables, and the table that the forecast's bands are widened by."""

import json
from pathlib import Path

import pandas as pd

from amoanalysis.backtest import tables
from amoanalysis.backtest.cases import REFERENCES
from amoanalysis.backtest.run import BackTest
from amoanalysis.files import whole_folder

SIGNIFICANT = "%.6g"
# What a data folder keeps of a back-test: by measure, group and horizon.
KEPT = ("cases", "error", "bias", "coverage", "held_out_coverage", "interval_score", "held_out_interval_score", "crps")
ALL = "all"


def write_back_test(found: BackTest, out: Path, seminar: pd.DataFrame | None = None) -> list[Path]:
    """Writes cases.csv, scores by horizon, size, place and origin, pit.csv, backtest.csv and summary.json, or nothing.

    Args:
        found: the back-test.
        out: the folder.
        seminar: the forecast of 2008, see `backtest.seminar`; written as forecast_of_2008.csv.

    Returns:
        The files.
    """
    frames = {
        "cases": found.cases,
        "by_horizon": tables.by_horizon(found.cases),
        "by_size": tables.by_size(found.cases),
        "by_place": tables.by_place(found.cases),
        "by_origin": tables.by_origin(found.cases),
        "pit": tables.pit_shares(found.cases),
        "backtest": kept(found),
        **({} if seminar is None else {"forecast_of_2008": seminar}),
    }
    with whole_folder(out) as folder:
        for name, frame in frames.items():
            frame.to_csv(folder / f"{name}.csv", index=False, float_format=SIGNIFICANT, lineterminator="\n")
        (folder / "summary.json").write_text(json.dumps(found.summary(), indent=1) + "\n", encoding="utf-8")
    return [out / name for name in (*(f"{name}.csv" for name in frames), "summary.json")]


def kept(found: BackTest) -> pd.DataFrame:
    """The table `backtest` of a data folder: measure, group, horizon, indicator, value."""
    whole = tables.by_horizon(found.cases).assign(group=ALL)
    sizes = tables.by_size(found.cases).rename(columns={"size_class": "group"})
    places = tables.by_place(found.cases).rename(columns={"place": "group"})
    keys = ["measure", "group", "horizon"]
    names = [*KEPT, *(f"{name}_{what}" for name in REFERENCES for what in ("cases", "error", "model_error"))]
    parts = pd.concat([sizes, places])
    parts = parts[parts["horizon"].isin(tables.SHOWN)]
    long = pd.concat([whole, parts])[[*keys, *names]].melt(keys, var_name="indicator", value_name="value")
    factors = pd.DataFrame(
        [
            (measure, ALL, horizon, "widening", factor)
            for measure, found_factors in found.widenings.items()
            for horizon, factor in zip(found_factors.horizons, found_factors.factors, strict=True)
        ],
        columns=[*keys, "indicator", "value"],
    )
    pit = tables.pit_shares(found.cases)
    pit = pit.assign(group=ALL, horizon=0, indicator="pit_" + (10 * pit["bin"] + 0.5).astype(int).astype(str))
    pit = pit.rename(columns={"share": "value"})[[*keys, "indicator", "value"]]
    rows = pd.concat([long, factors, pit]).dropna(subset=["value"])
    return rows.sort_values([*keys, "indicator"], ignore_index=True)
