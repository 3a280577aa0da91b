"""Rolling-origin back-test: forecasts from past vintages and their accuracy."""

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from amoanalysis.backtesting import tables
from amoanalysis.backtesting.cases import LEVEL, REFERENCES, pivot_series, reference_areas
from amoanalysis.backtesting.labour import (
    JOBS,
    LABOUR_FORCE,
    TREND_YEARS,
    UNEMPLOYED,
    build_jobs_cases,
    build_labour_cases,
    read_labour_series,
)
from amoanalysis.backtesting.population import (
    DEFAULT,
    POPULATION,
    WORKING_AGE,
    build_population_cases,
    forecast_population_from,
)
from amoanalysis.backtesting.tables import fit_calibrations, hold_out
from amoanalysis.config.assumptions import Assumptions
from amoanalysis.config.files import write_folder_atomically
from amoanalysis.data.load import Data
from amoanalysis.errors import UserError, unknown_name_error
from amoanalysis.models.components import Components
from amoanalysis.models.statistics.draws import Draws
from amoanalysis.models.statistics.interval_calibration import IntervalCalibration

MEASURES = (POPULATION, WORKING_AGE, LABOUR_FORCE, UNEMPLOYED, JOBS)
HORIZON = 10
# Five years of death rates by age are the minimum for estimating their decline; Lapland's begin in 1990.
FIRST_ORIGIN = 1994
# The register of jobseekers begins in 2006; its usual level and season take some years.
FIRST_LABOUR, FIRST_UNEMPLOYED = 2006, 2009
DRAWS, SEED = 400, 2008


@dataclass(frozen=True)
class BackTest:
    """Accuracy of the forecasts from past years.

    Attributes:
        cases: one row a measure, place, origin and horizon; see `build_cases` and `hold_out`.
        calibrations: by measure, the factors that make 80 % mean 80 %.
    """

    cases: pd.DataFrame
    calibrations: dict[str, IntervalCalibration]

    def summary(self) -> dict[str, Any]:
        """By measure and horizon: errors, coverage before and after calibration, skill; and where the model loses."""
        table = tables.score_by_horizon(self.cases)
        shown = table[table["horizon"].isin(tables.SHOWN_HORIZONS)]
        measures: dict[str, Any] = {}
        for _, row in shown.iterrows():
            horizon = int(row["horizon"])
            found = {
                str(name): _round_figure(value) for name, value in row.items() if name not in ("measure", "horizon")
            }
            factors = self.calibrations.get(str(row["measure"]))
            found["widening"] = _round_figure(factors.interpolate(np.array(horizon))) if factors else None
            measures.setdefault(str(row["measure"]), {})[str(horizon)] = found
        return {"level": LEVEL, "measures": measures, "loses": tables.list_losses(shown)}


def back_test(
    data: Data,
    assumptions: Assumptions,
    *,
    origins: Sequence[int] | None = None,
    measures: Sequence[str] = MEASURES,
    draws: int = DRAWS,
    seed: int = SEED,
    horizon: int = HORIZON,
    progress: Callable[[int, str], None] | None = None,
    components: Components = DEFAULT,
) -> BackTest:
    """Forecasts from past years with what was known then, and compares them with actuals.

    Every municipality of the reference area is forecast, so that there are enough cases to judge by.

    Args:
        data: the folder.
        assumptions: today's assumptions; model parameters are re-estimated at each origin.
        origins: last known years; all possible ones by default.
        measures: measures to be tested.
        draws: number of draws from each origin.
        seed: of the draws.
        horizon: how many years ahead.
        progress: called with the number of origins done and the origin.
        components: replaced models of migration, fertility or labour demand; the balance has no part in the back-test.

    Returns:
        The cases, calibrated, and the factors.

    Raises:
        UserError: if a measure or an origin cannot be tested.
    """
    last = int(data.table("population")["year"].max())
    years = sorted(set(origins)) if origins else list(range(FIRST_ORIGIN, last))
    _check_arguments(measures, years, last)
    places = list(reference_areas(data))
    frames = []
    for number, origin in enumerate(years):
        if progress is not None:
            progress(number, f"origin {origin}")
        frames.append(
            collect_cases(data, assumptions, places, origin, Draws(seed, 0, draws), measures, horizon, components)
        )
    cases = pd.concat(frames, ignore_index=True)
    cases = cases[cases["measure"].isin(measures)].sort_values(["measure", "place", "origin", "horizon"])
    cases = cases.reset_index(drop=True)
    return BackTest(hold_out(cases), fit_calibrations(cases))


def collect_cases(
    data: Data,
    assumptions: Assumptions,
    places: list[str],
    origin: int,
    draws: Draws,
    measures: Sequence[str] = MEASURES,
    horizon: int = HORIZON,
    components: Components = DEFAULT,
) -> pd.DataFrame:
    """The cases of one origin: see `back_test`."""
    past = forecast_population_from(
        data, places, assumptions, origin, range(origin + 1, origin + 1 + horizon), draws, components
    )
    frames = [build_population_cases(data, past)]
    if {LABOUR_FORCE, UNEMPLOYED, JOBS} & set(measures):
        series = read_labour_series(data, places)
        residents = pivot_series(data.table("population"), "population", places)
        if series.jobs.index.min() + TREND_YEARS <= origin < series.jobs.index.max():
            frames.append(build_jobs_cases(series, residents, past, assumptions, draws, components.labour_demand))
        if origin >= FIRST_LABOUR:
            found = build_labour_cases(data, series, past, assumptions, draws)
            early = (found["measure"] == UNEMPLOYED) & (origin < FIRST_UNEMPLOYED)
            frames.append(found[~early])
    return pd.concat([frame for frame in frames if len(frame)], ignore_index=True)


def _check_arguments(measures: Sequence[str], years: Sequence[int], last: int) -> None:
    for measure in measures:
        if measure not in MEASURES:
            raise unknown_name_error("measure of the back-test", measure, MEASURES)
    off = [year for year in years if not FIRST_ORIGIN <= year < last]
    if off:
        raise UserError(f"--origin {off[0]} cannot be tested: the origins run from {FIRST_ORIGIN} to {last - 1}.")


def _round_figure(value: Any) -> float | int | None:
    number = float(value)
    if math.isnan(number):
        return None
    return int(number) if number.is_integer() and abs(number) > 1 else float(f"{number:.4g}")


SIGNIFICANT = "%.6g"
# Scores in the table `backtest` of a data folder, by measure, group and horizon.
KEPT_SCORES = (
    "cases",
    "error",
    "bias",
    "coverage",
    "held_out_coverage",
    "interval_score",
    "held_out_interval_score",
    "crps",
)
ALL = "all"


def write_back_test(found: BackTest, out: Path, forecast_of_2008: pd.DataFrame | None = None) -> list[Path]:
    """Writes cases.csv, scores by horizon, size, place and origin, pit.csv, backtest.csv and summary.json, or nothing.

    Args:
        found: the back-test.
        out: the folder.
        forecast_of_2008: the hindcast of the forecast of 2008; written as forecast_of_2008.csv.

    Returns:
        The files.
    """
    frames = {
        "cases": found.cases,
        "by_horizon": tables.score_by_horizon(found.cases),
        "by_size": tables.score_by_size(found.cases),
        "by_place": tables.score_cases(found.cases, ["measure", "place", "horizon"]),
        "by_origin": tables.score_cases(found.cases, ["measure", "origin", "horizon"]),
        "pit": tables.pit_histogram(found.cases),
        "backtest": backtest_table(found),
        **({} if forecast_of_2008 is None else {"forecast_of_2008": forecast_of_2008}),
    }
    with write_folder_atomically(out) as folder:
        for name, frame in frames.items():
            frame.to_csv(folder / f"{name}.csv", index=False, float_format=SIGNIFICANT, lineterminator="\n")
        (folder / "summary.json").write_text(json.dumps(found.summary(), indent=1) + "\n", encoding="utf-8")
    return [out / name for name in (*(f"{name}.csv" for name in frames), "summary.json")]


def backtest_table(found: BackTest) -> pd.DataFrame:
    """The table `backtest` of a data folder: measure, group, horizon, indicator, value."""
    whole = tables.score_by_horizon(found.cases).assign(group=ALL)
    sizes = tables.score_by_size(found.cases).rename(columns={"size_class": "group"})
    places = tables.score_cases(found.cases, ["measure", "place", "horizon"]).rename(columns={"place": "group"})
    keys = ["measure", "group", "horizon"]
    names = [*KEPT_SCORES, *(f"{name}_{what}" for name in REFERENCES for what in ("cases", "error", "model_error"))]
    parts = pd.concat([sizes, places])
    parts = parts[parts["horizon"].isin(tables.SHOWN_HORIZONS)]
    long = pd.concat([whole, parts])[[*keys, *names]].melt(keys, var_name="indicator", value_name="value")
    factors = pd.DataFrame(
        [
            (measure, ALL, horizon, "widening", factor)
            for measure, found_factors in found.calibrations.items()
            for horizon, factor in zip(found_factors.horizons, found_factors.factors, strict=True)
        ],
        columns=[*keys, "indicator", "value"],
    )
    pit = tables.pit_histogram(found.cases)
    pit = pit.assign(group=ALL, horizon=0, indicator="pit_" + (10 * pit["bin"] + 0.5).astype(int).astype(str))
    pit = pit.rename(columns={"share": "value"})[[*keys, "indicator", "value"]]
    rows = pd.concat([long, factors, pit]).dropna(subset=["value"])
    return rows.sort_values([*keys, "indicator"], ignore_index=True)
