"""What a change of the labour need is made of: direct, indirect, induced, tourism's own work, and the rest."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from amoanalysis.models.statistics.draws import Array
from amoanalysis.results.forecast import Forecast, check_paired, quantile_rows

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


STEPS = (
    "unemployed",
    "participation",
    "new_residents",
    "out_commuters",
    "in_commuters",
    "non_resident_workers",
    "unfilled_jobs",
)
DEMAND = "labour_need"
BAND = (0.1, 0.5, 0.9)


def filled_by(forecast: Forecast, reference: Forecast, place: str) -> Mapping[str, Array]:
    """The change of a place's labour need by who meets it, draw by draw.

    need = residents at work + in-commuters - out-commuters + workers who live elsewhere + unfilled, and residents at
    work = labour force - unemployed; the labour force is that of the people who live there and of those who joined it.

    Args:
        forecast: the scenario asked about.
        reference: the scenario it is held against; same seed, draws, years and places.
        place: code.

    Returns:
        step -> (year, draw), persons or jobs; they sum to the change of the need in every draw.

    Raises:
        UserError: if the two runs are not paired.
    """
    check_paired(forecast, reference)

    def more(measure: str) -> Array:
        return forecast.values(measure, place) - reference.values(measure, place)

    joined = more("joined_labour_force")
    return {
        "unemployed": -more("unemployed"),
        "participation": joined,
        "new_residents": more("labour_force") - joined,
        "out_commuters": -more("out_commuters"),
        **{name: more(name) for name in ("in_commuters", "non_resident_workers", "unfilled_jobs")},
    }


def who_fills(forecast: Forecast, reference: Forecast, place: str, year: int) -> pd.DataFrame:
    """The steps of `filled_by` in one year and their total: step, mean, value (median), low, high (80 % band).

    Args:
        forecast: the scenario asked about.
        reference: the scenario it is held against.
        place: code of a municipality or an area.
        year: forecast year.

    Returns:
        A row a step, the total last; the means sum to it.
    """
    index = forecast.years.index(year)
    steps = filled_by(forecast, reference, place)
    parts = {name: steps[name][index] for name in STEPS}
    return banded({**parts, DEMAND: np.sum(list(parts.values()), axis=0)})


def banded(parts: Mapping[str, Array]) -> pd.DataFrame:
    """Mean, median and 80 % band of draws: step, mean, value, low, high.

    Args:
        parts: name -> (draw,).
    """
    rows = []
    for name, values in parts.items():
        low, middle, high = np.quantile(values, BAND)
        rows.append({"step": name, "mean": float(values.mean()), "value": middle, "low": low, "high": high})
    return pd.DataFrame(rows)


def corridor_value(forecast: Forecast, place: str = "region") -> pd.DataFrame:
    """What one labour market is worth: the pooled gap less the sum of the gaps of places that plan alone.

    Args:
        forecast: a run.
        place: code of the area that plans together.

    Returns:
        year, mean, value (median), low, high; jobs, nought or negative: so many fewer stay unfilled.
    """
    change = forecast.values("unfilled_jobs_pooled", place) - forecast.values("unfilled_jobs", place)
    return pd.concat(
        [banded({place: row}).assign(year=year) for year, row in zip(forecast.years, change, strict=True)],
        ignore_index=True,
    ).drop(columns="step")[["year", "mean", "value", "low", "high"]]
