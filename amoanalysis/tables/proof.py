"""Schema of the table on what forecasts of past years were worth."""

from amoanalysis.tables.schema import YEAR, Column, TableSchema, measure, text

PROOF = (
    TableSchema(
        "backtest",
        "What forecasts from past years were worth: errors, bands, simple forecasts beside them, factors on bands",
        (
            text("measure", "measure of the forecast"),
            text("group", "all; residents at the origin; or code of a municipality"),
            Column("horizon", "years ahead; 0 for all together", "integer", "years", low=0, high=30),
            text("indicator", "what is told: see docs/backtest.md", pattern=r"[a-z_0-9]+"),
            measure("value", "value of the indicator", "as the indicator says", low=None),
        ),
        ("measure", "group", "horizon", "indicator"),
    ),
    TableSchema(
        "forecast_of_2008",
        "What the model would have said at the end of 2007, without and with the mines then planned, and what came",
        (
            text("place", "code of a municipality, or of an area that municipalities make up"),
            text("measure", "population (persons) or jobs"),
            text("variant", "without the mines, or with them as planned", "without", "with"),
            YEAR,
            measure("median", "median of the draws", "persons or jobs"),
            measure("low", "10 % quantile", "persons or jobs"),
            measure("high", "90 % quantile", "persons or jobs"),
            measure("actual", "what came; empty where not known", "persons or jobs", gaps=True),
        ),
        ("place", "measure", "variant", "year"),
    ),
)
