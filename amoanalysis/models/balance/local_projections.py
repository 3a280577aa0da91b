"""Local projections: responses to a change in jobs, from a panel of places with fixed effects and clustered errors."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from amoanalysis.errors import DataError
from amoanalysis.models.statistics.draws import Array

# Fewest places from which a standard error clustered by place is computed.
MIN_PLACES = 5


@dataclass(frozen=True)
class Response:
    """A coefficient with its standard error, number of observations and number of places."""

    value: float
    error: float
    observations: int
    places: int


def estimate_response(outcome: Array, cause: Array, instrument: Array, effects: bool = True) -> Response:
    """Response of an outcome to a cause, both (place, year), by two-stage least squares.

    outcome[p, t] = value cause[p, t] + place[p] + year[t] + error. With the cause as its own instrument this is
    ordinary least squares. Standard errors are clustered by place, with the correction for few clusters.

    Args:
        outcome: (place, year); NaN where missing.
        cause: same shape and unit.
        instrument: same shape and unit.
        effects: whether fixed effects of places and years are removed; else only the mean.

    Returns:
        The response per unit of the cause.

    Raises:
        DataError: if fewer places than `MIN_PLACES` have observations.

    Source: Jordà (2005), Stock & Watson (2018) on local projections; Cameron & Miller (2015) on clusters.
    """
    known = np.isfinite(outcome) & np.isfinite(cause) & np.isfinite(instrument)
    place, year = np.nonzero(known)
    count = len(np.unique(place))
    if count < MIN_PLACES:
        raise DataError(f"A panel of {count} places with observations is too small: use {MIN_PLACES} or more.")
    means = [_dummies(place), _dummies(year)[:, 1:]] if effects else [np.ones((len(place), 1))]
    basis, _ = np.linalg.qr(np.concatenate(means, axis=1))
    y, x, z = (values[known] - basis @ (basis.T @ values[known]) for values in (outcome, cause, instrument))
    value = float(z @ y / (z @ x))
    scores = np.bincount(place, weights=z * (y - value * x), minlength=outcome.shape[0])
    error = float(np.sqrt((scores**2).sum() * count / (count - 1)) / abs(z @ x))
    return Response(value, error, len(place), count)


def _dummies(labels: npt.NDArray[np.intp]) -> Array:
    """(observation, label), one where the observation has the label."""
    return np.asarray(labels[:, None] == np.unique(labels)[None], dtype=np.float64)


HORIZONS = (1, 3, 5, 10)
OUTCOMES = ("in_commuters", "out_commuters", "employed_residents", "unemployed", "open_vacancies", "net_movers")
JOBS = "jobs"
# Tables from which the panel is built.
TABLES = ("employed_residents", "jobs_by_workplace", "labour_market_monthly", "internal_migration")


def adjustment_panel(tables: Mapping[str, pd.DataFrame], places: list[str]) -> dict[str, pd.DataFrame]:
    """Panel of stocks at the end of each year; net movers are cumulated from the first year.

    Args:
        tables: the tables of `TABLES`.
        places: municipality codes.

    Returns:
        Name -> index place, columns years, persons or jobs; NaN before a series begins.

    Raises:
        DataError: if a place has no jobs.
    """
    residents, workplaces = _totals(tables["employed_residents"]), _totals(tables["jobs_by_workplace"])
    register, moves = tables["labour_market_monthly"], tables["internal_migration"]
    december = register[register["month"].str.endswith("-12")]
    december = december.assign(year=december["month"].str[:4].astype(int)).set_index(["place", "year"])
    net = moves.set_index(["place", "year"])[["in_migration", "out_migration"]].astype(float)
    series = {
        JOBS: workplaces["total"],
        "in_commuters": workplaces["in_commuter"],
        "out_commuters": residents["out_commuter"],
        "employed_residents": residents["total"],
        "unemployed": december["unemployed_jobseekers"],
        "open_vacancies": december["open_vacancies"],
        "net_movers": (net["in_migration"] - net["out_migration"]).sort_index().groupby("place").cumsum(),
    }
    years = sorted(workplaces.index.get_level_values("year").unique())
    wide = {name: s.astype(float).unstack("year").reindex(index=places, columns=years) for name, s in series.items()}
    absent = [place for place in places if wide[JOBS].loc[place].isna().all()]
    if absent:
        raise DataError(f"jobs_by_workplace: {absent[0]} has no rows.")
    return wide


def estimate_responses(
    panel: Mapping[str, pd.DataFrame], effects: bool = True, instrumented: bool = True
) -> pd.DataFrame:
    """Changes in each outcome per additional job, several years later (local projections).

    Changes over a horizon are divided by the mean jobs of the place. The change in jobs over the horizon is
    instrumented with that of its first year, so that the response is to a job that appeared then and persisted.

    Args:
        panel: see `adjustment_panel`.
        effects: whether fixed effects of places and years are removed.
        instrumented: whether the first year's change is the instrument; else ordinary least squares.

    Returns:
        outcome, horizon (years), value, error (standard, clustered by place), observations, places.
    """
    jobs = panel[JOBS].to_numpy(dtype=np.float64)
    size = np.nanmean(jobs, axis=1, keepdims=True)
    rows = []
    for name in OUTCOMES:
        values = panel[name].to_numpy(dtype=np.float64)
        for horizon in HORIZONS:
            cause = _change(jobs, horizon) / size
            first = _change(jobs, 1)[:, : cause.shape[1]] / size
            try:
                estimate = estimate_response(
                    _change(values, horizon) / size, cause, first if instrumented else cause, effects
                )
            except DataError:
                continue
            rows.append({"outcome": name, "horizon": horizon, **vars(estimate)})
    return pd.DataFrame(rows)


def changes_between_years(panel: Mapping[str, pd.DataFrame], place: str, first: int, last: int) -> dict[str, float]:
    """Change of every series in one place between two years: name -> persons or jobs."""
    both = {name: wide.loc[[place], [first, last]].to_numpy(dtype=np.float64)[0] for name, wide in panel.items()}
    return {name: float(values[1] - values[0]) for name, values in both.items()}


def _change(values: Array, horizon: int) -> Array:
    return np.asarray(values[:, horizon:] - values[:, :-horizon], dtype=np.float64)


def _totals(table: pd.DataFrame) -> pd.DataFrame:
    rows = table[(table["education"] == "total") & (table["age_group"] == "total")]
    return rows.pivot(index=["place", "year"], columns="commuting", values="persons").astype(float)
