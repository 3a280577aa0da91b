"""What the back-test says of the forecast's bands: factors by measure and horizon, kept in the data folder."""

from collections.abc import Mapping

from amoanalysis.models.calibration import Widening
from amoanalysis.tables import Data

TABLE, INDICATOR, EVERY_PLACE = "backtest", "widening", "all"
# Measures of the forecast -> the tested measure whose factors they take: their own, or that of what they follow.
TESTED = {
    "population": "population",
    "population_by_age": "population",
    "population_by_sex_age": "population",
    "labour_force": "labour_force",
    "employed_residents": "labour_force",
    "unemployed": "unemployed",
    "unemployment_rate": "unemployed",
    "jobs": "jobs",
    "labour_need": "jobs",
    "jobs_by_industry": "jobs",
}


def widenings_of(data: Data) -> Mapping[str, Widening]:
    """By measure of the forecast, the factors on its bands; empty where the folder holds no back-test.

    Source: table backtest (see docs/backtest.md).
    """
    if not data.has(TABLE):
        return {}
    table = data.table(TABLE)
    rows = table[(table["indicator"] == INDICATOR) & (table["group"] == EVERY_PLACE)].sort_values("horizon")
    tested = {
        str(measure): Widening(tuple(int(h) for h in part["horizon"]), tuple(float(factor) for factor in part["value"]))
        for measure, part in rows.groupby("measure")
    }
    return {measure: tested[own] for measure, own in TESTED.items() if own in tested}
