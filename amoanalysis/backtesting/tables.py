"""Calibration of the prediction intervals on the back-test with hold-out, and tables of scores."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from amoanalysis.backtesting.cases import LEVEL, REFERENCES
from amoanalysis.models.statistics.interval_calibration import (
    MIN_CASES,
    IntervalCalibration,
    assign_folds,
    calibrate_quantile,
    fit_calibration,
    normalised_residuals,
)
from amoanalysis.models.statistics.scores import coverage, interval_score, point_errors, skill

# Places are held out in so many turns, and the origins that reach a horizon in so many runs of neighbouring years.
PLACE_FOLDS = 5
ORIGIN_RUNS = 4


def fit_calibrations(cases: pd.DataFrame) -> dict[str, IntervalCalibration]:
    """The factors of each measure, from all of its cases; a measure with too few of them has none."""
    found = cases.groupby("measure", sort=False)
    return {
        str(measure): fit_calibration(_normalise_errors(rows), rows["horizon"].to_numpy())
        for measure, rows in found
        if _has_enough_cases(rows)
    }


def hold_out(cases: pd.DataFrame) -> pd.DataFrame:
    """Calibrated interval ends of every case, from the cases of other places and other origins alone.

    For each block of places, horizon and run of origins the factors are found from the cases that share neither place
    nor origin. The runs are those of the origins that reach the horizon: with the same runs for all horizons, the few
    early origins that reach the longest would be held out together, with no case of that horizon left for estimation.

    Args:
        cases: see `build_cases`.

    Returns:
        The cases with `calibrated_low` and `calibrated_high`; NaN where too few other cases are left.
    """
    parts = []
    for _, rows in cases.groupby("measure", sort=False):
        place = assign_folds(rows["place"].tolist(), PLACE_FOLDS)
        origin, horizon = rows["origin"].to_numpy(), rows["horizon"].to_numpy()
        residuals = _normalise_errors(rows)
        low, high = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
        for ahead in np.unique(horizon):
            for run in np.array_split(np.unique(origin[horizon == ahead]), ORIGIN_RUNS):
                in_run = np.isin(origin, run)
                for block in np.unique(place):
                    mine, others = (place == block) & in_run & (horizon == ahead), (place != block) & ~in_run
                    if not mine.any() or not _has_enough_cases(rows[others]):
                        continue
                    low[mine], high[mine] = calibrate_intervals(
                        rows[mine], fit_calibration(residuals[others], horizon[others])
                    )
        parts.append(rows.assign(calibrated_low=low, calibrated_high=high))
    return pd.concat(parts).sort_index()


def calibrate_intervals(rows: pd.DataFrame, factors: IntervalCalibration) -> tuple[np.ndarray, np.ndarray]:
    """Both interval ends of each case, calibrated."""
    factor = factors.interpolate(rows["horizon"].to_numpy(dtype=np.float64))
    low, median, high = (rows[name].to_numpy(dtype=np.float64) for name in ("low", "median", "high"))
    return calibrate_quantile(low, median, factor), calibrate_quantile(high, median, factor)


def _has_enough_cases(rows: pd.DataFrame) -> bool:
    return bool((rows["horizon"].value_counts() >= MIN_CASES).any())


def _normalise_errors(rows: pd.DataFrame) -> np.ndarray:
    columns = (rows[name].to_numpy(dtype=np.float64) for name in ("actual", "median", "low", "high"))
    return normalised_residuals(*columns)


# Residents at the origin; the last class has no upper end.
SIZES = {"below 2 500": 0, "2 500-5 000": 2_500, "5 000-10 000": 5_000, "over 10 000": 10_000}
SHOWN_HORIZONS = (1, 3, 5, 10)
BINS = 10


def score_by_horizon(cases: pd.DataFrame) -> pd.DataFrame:
    """Errors, coverage and skill by measure and horizon; see `score_cases`."""
    return score_cases(cases, ["measure", "horizon"])


def score_by_size(cases: pd.DataFrame) -> pd.DataFrame:
    """The same by measure, size of the place and horizon."""
    lower = list(SIZES.values())
    names = pd.Series(list(SIZES))
    which = np.searchsorted(lower, cases["size"].to_numpy(dtype=np.float64), side="right") - 1
    return score_cases(cases.assign(size_class=names.iloc[which].to_numpy()), ["measure", "size_class", "horizon"])


def score_cases(cases: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Scores of the cases that share some columns.

    Args:
        cases: see `build_cases`, with the columns of `hold_out`.
        keys: the columns.

    Returns:
        The keys; cases, error (mean absolute, per cent), bias (per cent), crps and interval scores as per cent of
        actuals, coverage of the uncalibrated intervals and of the held-out calibrated ones; and for each reference
        forecast its error and the skill of the model on the cases that both have.
    """
    rows = [
        {**dict(zip(keys, found if isinstance(found, tuple) else (found,), strict=True)), **_compute_scores(part)}
        for found, part in cases.groupby(list(keys), sort=False)
    ]
    return pd.DataFrame(rows)


def pit_histogram(cases: pd.DataFrame) -> pd.DataFrame:
    """Share of actuals in each tenth of the draws, by measure: measure, bin (middle, 0 to 1), share."""
    frames = []
    for measure, rows in cases.groupby("measure", sort=False):
        counts, edges = np.histogram(rows["pit"], bins=BINS, range=(0, 1))
        middle = (edges[:-1] + edges[1:]) / 2
        frames.append(pd.DataFrame({"measure": measure, "bin": middle, "share": counts / counts.sum()}))
    return pd.concat(frames, ignore_index=True)


def list_losses(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Where a simple forecast or the official projection erred less than the model: a record each."""
    return [
        {
            "measure": row["measure"],
            "horizon": int(row["horizon"]),
            "against": name,
            "model_error_percent": round(float(row[f"{name}_model_error"]), 3),
            "their_error_percent": round(float(row[f"{name}_error"]), 3),
            "cases": int(row[f"{name}_cases"]),
        }
        for _, row in table.iterrows()
        for name in REFERENCES
        if row[f"{name}_skill"] < 0
    ]


def _compute_scores(rows: pd.DataFrame) -> dict[str, float]:
    actual, median, low, high = (rows[name].to_numpy(dtype=np.float64) for name in ("actual", "median", "low", "high"))
    positive = np.maximum(actual, 0.5)
    missed = point_errors(positive, median)
    seen = np.isfinite(rows["calibrated_low"].to_numpy(dtype=np.float64))
    ends = [rows[f"calibrated_{end}"].to_numpy(dtype=np.float64)[seen] for end in ("low", "high")]
    result: dict[str, float] = {
        "cases": len(rows),
        "error": missed.mean_absolute_percent,
        "bias": missed.bias_percent,
        "crps": float(100 * (rows["crps"] / positive).mean()),
        "interval_score": _mean_interval_score(actual, low, high),
        "coverage": coverage(actual, low, high),
        "held_out_cases": int(seen.sum()),
        "held_out_interval_score": _mean_interval_score(actual[seen], *ends),
        "held_out_coverage": coverage(actual[seen], *ends) if seen.any() else np.nan,
    }
    for name in REFERENCES:
        result |= _compare_with(name, positive, median, rows[name].to_numpy(dtype=np.float64))
    return result


def _compare_with(name: str, actual: np.ndarray, median: np.ndarray, other: np.ndarray) -> dict[str, float]:
    both = np.isfinite(other)
    if not both.any():
        return {f"{name}_cases": 0, f"{name}_error": np.nan, f"{name}_model_error": np.nan, f"{name}_skill": np.nan}
    theirs = point_errors(actual[both], other[both]).mean_absolute_percent
    ours = point_errors(actual[both], median[both]).mean_absolute_percent
    found = {f"{name}_cases": int(both.sum()), f"{name}_error": theirs, f"{name}_model_error": ours}
    return {**found, f"{name}_skill": skill(ours, theirs)}


def _mean_interval_score(actual: np.ndarray, low: np.ndarray, high: np.ndarray) -> float:
    """Mean interval score, per cent of actuals."""
    if not len(actual):
        return float("nan")
    return float(100 * (interval_score(actual, low, high, LEVEL) / np.maximum(actual, 0.5)).mean())
