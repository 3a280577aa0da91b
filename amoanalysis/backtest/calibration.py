"""Calibration of the forecast's bands on the back-test, proved on places and origins that it has not seen."""

import numpy as np
import pandas as pd

from amoanalysis.models.calibration import FEWEST, Widening, distances, folds, widened, widening

# Places are held out in so many turns, and the origins that reach a horizon in so many runs of neighbouring years.
PLACE_FOLDS = 5
ORIGIN_RUNS = 4


def widenings(cases: pd.DataFrame) -> dict[str, Widening]:
    """The factors of each measure, from all of its cases; a measure with too few of them has none."""
    found = cases.groupby("measure", sort=False)
    return {
        str(measure): widening(_distances(rows), rows["horizon"].to_numpy()) for measure, rows in found if _enough(rows)
    }


def held_out(cases: pd.DataFrame) -> pd.DataFrame:
    """Calibrated ends of the band of every case, from the cases of other places and other origins alone.

    For each block of places, horizon and run of origins the factors are found from the cases that share neither place
    nor origin. The runs are those of the origins that reach the horizon: were they the same for all horizons, the few
    early origins that reach the longest would be held out together, and nothing of that horizon be left to learn from.

    Args:
        cases: see `backtest.cases`.

    Returns:
        The cases with `calibrated_low` and `calibrated_high`; not a number where too few others are left.
    """
    parts = []
    for _, rows in cases.groupby("measure", sort=False):
        place = folds(rows["place"].tolist(), PLACE_FOLDS)
        origin, horizon = rows["origin"].to_numpy(), rows["horizon"].to_numpy()
        distance = _distances(rows)
        low, high = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
        for ahead in np.unique(horizon):
            for run in np.array_split(np.unique(origin[horizon == ahead]), ORIGIN_RUNS):
                in_run = np.isin(origin, run)
                for block in np.unique(place):
                    mine, others = (place == block) & in_run & (horizon == ahead), (place != block) & ~in_run
                    if not mine.any() or not _enough(rows[others]):
                        continue
                    low[mine], high[mine] = calibrated(rows[mine], widening(distance[others], horizon[others]))
        parts.append(rows.assign(calibrated_low=low, calibrated_high=high))
    return pd.concat(parts).sort_index()


def calibrated(rows: pd.DataFrame, factors: Widening) -> tuple[np.ndarray, np.ndarray]:
    """Both ends of the band of each case, widened."""
    factor = factors.at(rows["horizon"].to_numpy(dtype=np.float64))
    low, median, high = (rows[name].to_numpy(dtype=np.float64) for name in ("low", "median", "high"))
    return widened(low, median, factor), widened(high, median, factor)


def _enough(rows: pd.DataFrame) -> bool:
    return bool((rows["horizon"].value_counts() >= FEWEST).any())


def _distances(rows: pd.DataFrame) -> np.ndarray:
    columns = (rows[name].to_numpy(dtype=np.float64) for name in ("actual", "median", "low", "high"))
    return distances(*columns)
