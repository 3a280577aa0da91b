"""Calibration of the forecast's bands on the back-test, proved on places and origins that it has not seen."""

import numpy as np
import pandas as pd

from amoanalysis.models.calibration import FEWEST, Widening, distances, folds, widened, widening

# Places are held out in so many turns, and origins in so many runs of neighbouring years.
PLACE_FOLDS = 5
ORIGIN_RUNS = 4


def widenings(cases: pd.DataFrame) -> dict[str, Widening]:
    """The factors of each measure, from all of its cases; a measure with too few of them has none."""
    found = cases.groupby("measure", sort=False)
    return {str(measure): _widening(rows) for measure, rows in found if _enough(rows)}


def held_out(cases: pd.DataFrame) -> pd.DataFrame:
    """Calibrated ends of the band of every case, from the cases of other places and other origins alone.

    For each block of places and run of origins the factors are found from the cases that share neither.

    Args:
        cases: see `backtest.cases`.

    Returns:
        The cases with `calibrated_low` and `calibrated_high`; not a number where too few others are left.
    """
    parts = []
    for _, rows in cases.groupby("measure", sort=False):
        place = folds(rows["place"].tolist(), PLACE_FOLDS)
        since = rows["origin"].to_numpy() - rows["origin"].min()
        run = since * ORIGIN_RUNS // (since.max() + 1)
        low, high = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
        for block in np.unique(place):
            for turn in np.unique(run):
                mine, others = (place == block) & (run == turn), (place != block) & (run != turn)
                if not mine.any() or not _enough(rows[others]):
                    continue
                low[mine], high[mine] = calibrated(rows[mine], _widening(rows[others]))
        parts.append(rows.assign(calibrated_low=low, calibrated_high=high))
    return pd.concat(parts).sort_index()


def calibrated(rows: pd.DataFrame, factors: Widening) -> tuple[np.ndarray, np.ndarray]:
    """Both ends of the band of each case, widened."""
    factor = factors.at(rows["horizon"].to_numpy(dtype=np.float64))
    low, median, high = (rows[name].to_numpy(dtype=np.float64) for name in ("low", "median", "high"))
    return widened(low, median, factor), widened(high, median, factor)


def _enough(rows: pd.DataFrame) -> bool:
    return bool((rows["horizon"].value_counts() >= FEWEST).any())


def _widening(rows: pd.DataFrame) -> Widening:
    columns = (rows[name].to_numpy(dtype=np.float64) for name in ("actual", "median", "low", "high"))
    return widening(distances(*columns), rows["horizon"].to_numpy(dtype=np.int64))
