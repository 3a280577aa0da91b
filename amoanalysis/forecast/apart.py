"""What a change of the labour need is made of: direct, indirect, induced, tourism's own work, and the rest."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from amoanalysis.forecast.result import Forecast, check_paired, quantile_rows
from amoanalysis.models.draws import Array

TOTAL, OTHER = "labour_need", "other"
# Parts of the change, each a measure of the forecast; what they leave is the services that follow people and visitors.
PARTS = ("project_jobs", "indirect_jobs", "induced_jobs", "tourism_jobs")
UNIT = "jobs"


def need_apart(forecast: Forecast, reference: Forecast, places: Sequence[str]) -> pd.DataFrame:
    """The difference in labour need of two forecasts and its parts, draw by draw.

    other = labour_need - project_jobs - indirect_jobs - induced_jobs - tourism_jobs, each a difference

    `other` is the work of services that follow residents and visitors. The parts sum to the total in every
    draw and so in the means; quantiles of parts do not sum.

    Args:
        forecast: the scenario asked about.
        reference: the scenario it is held against; same seed, draws, years and places.
        places: codes.

    Returns:
        scenario, reference, place, year, measure (the parts, other, labour_need), group, quantile, value, unit.

    Raises:
        UserError: if the two runs are not paired.
    """
    check_paired(forecast, reference)
    frames = [
        quantile_rows(values, forecast.years).assign(place=place, measure=name)
        for place in places
        for name, values in changes(forecast, reference, place).items()
    ]
    table = pd.concat(frames, ignore_index=True)
    named = {"scenario": forecast.scenario.name, "reference": reference.scenario.name, "group": "total", "unit": UNIT}
    columns = ["scenario", "reference", "place", "year", "measure", "group", "quantile", "value", "unit"]
    return table.assign(**named)[columns]


def changes(forecast: Forecast, reference: Forecast, place: str) -> Mapping[str, Array]:
    """The parts of the change in a place's labour need, other and the total: name -> (year, draw), jobs."""
    parts = {name: forecast.values(name, place) - reference.values(name, place) for name in PARTS}
    total = forecast.values(TOTAL, place) - reference.values(TOTAL, place)
    return {**parts, OTHER: total - np.sum(list(parts.values()), axis=0), TOTAL: total}
