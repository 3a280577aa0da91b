"""Division of a change into parts that add up."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from amoanalysis.errors import UserError
from amoanalysis.models.statistics.draws import Array

LEVEL = 0.8
# Parts of a change of labour demand, each a measure; what remains is services that follow people and visitors.
DEMAND_PARTS = ("project_jobs", "indirect_jobs", "induced_jobs", "tourism_jobs")
POPULATION, DEMAND, OTHER = "population", "labour_demand", "other"
# Flow of the population, and its sign.
FLOWS = {"births": 1, "deaths": -1, "in_migration": 1, "out_migration": -1}


def change_parts(
    values: Callable[[str], Array], years: range, measure: str, year: int, since: int | None
) -> dict[str, Array]:
    """Parts of the change of a measure since an earlier year; they add up to "total" in every draw.

    Args:
        values: measure -> (year, draw) of a place.
        years: forecast years.
        measure: population or labour_demand.
        year: a forecast year.
        since: an earlier forecast year, or for the population the jump-off year; the earliest possible if None.

    Returns:
        part -> (draw,).

    Raises:
        UserError: if the measure cannot be divided, or `since` is not valid.
    """
    if measure not in (POPULATION, DEMAND):
        raise UserError(f"The change of {measure} is not divided into parts: there are {POPULATION} and {DEMAND}.")
    jump_off = years.start - 1
    earliest = jump_off if measure == POPULATION else years.start
    since = earliest if since is None else since
    if not earliest <= since <= year:
        raise UserError(
            f"since={since} is not valid: {measure} is explained from {earliest} on, and up to {year} here."
        )
    last = years.index(year)
    if measure == POPULATION:
        span = slice(since - jump_off, last + 1)
        parts = {name: sign * values(name)[span].sum(axis=0) for name, sign in FLOWS.items()}
        return {**parts, "total": np.sum(list(parts.values()), axis=0)}
    begin = years.index(since)

    def difference(name: str) -> Array:
        drawn = values(name)
        return np.asarray(drawn[last] - drawn[begin])

    parts = {name: difference(name) for name in DEMAND_PARTS}
    total = difference(DEMAND)
    return {**parts, OTHER: total - np.sum(list(parts.values()), axis=0), "total": total}


def summarise_parts(parts: Mapping[str, Array], unit: str) -> pd.DataFrame:
    """Mean, median and 80 % interval of parts.

    Args:
        parts: name -> (draw,).
        unit: of the values.

    Returns:
        part, mean, median, low, high, unit.
    """
    ends = ((1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2)
    rows = []
    for name, values in parts.items():
        low, middle, high = np.quantile(values, ends)
        rows.append((name, float(values.mean()), middle, low, high, unit))
    return pd.DataFrame(rows, columns=["part", "mean", "median", "low", "high", "unit"])
