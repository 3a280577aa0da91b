"""Headline figures of the six municipalities and the region: a change of a model shows up here as a diff.

Renew the table with `pytest tests/golden --force-regen` and review its diff together with the change.
"""

import pandas as pd
import pytest

from amoanalysis.config.scenarios import load_scenario
from amoanalysis.pipeline.run import forecast

SCENARIOS = ("baseline", "hannukainen", "both_booms", "kittila_closes_2034")
MEASURES = ("population", "labour_force", "labour_demand", "in_commuters", "unfilled_jobs")
YEARS = (2025, 2030, 2035, 2040)
DRAWS = 200


@pytest.mark.law
def test_headlines_are_those_of_the_golden_table(data, inputs, dataframe_regression) -> None:
    frames = []
    for name in SCENARIOS:
        run = forecast(inputs, load_scenario(name, data.folder), data.places, draws=DRAWS)
        found = run.interval(MEASURES, [*run.codes, data.places.region.code], history=False)
        frames.append(found[found["year"].isin(YEARS)])
    table = pd.concat(frames).sort_values(["scenario", "measure", "code", "year"])
    table.index = pd.Index(
        table[["scenario", "measure", "code"]].agg(" ".join, axis=1) + " " + table["year"].astype(str)
    )
    dataframe_regression.check(
        table[["low", "median", "high"]], basename="headlines", default_tolerance={"rtol": 1e-9, "atol": 1e-6}
    )
