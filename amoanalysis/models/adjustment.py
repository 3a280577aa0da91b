"""What happened to commuters, residents and movers when jobs came or went: Lapland's municipalities since 1987."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from amoanalysis.errors import DataError
from amoanalysis.models.draws import Array
from amoanalysis.models.panel_regression import response

HORIZONS = (1, 3, 5, 10)
OUTCOMES = ("in_commuters", "out_commuters", "employed_residents", "unemployed", "open_vacancies", "net_movers")
JOBS = "jobs"
# The tables that the panel is made from.
TABLES = ("employed_residents", "jobs_by_workplace", "labour_market_monthly", "internal_migration")


def adjustment_panel(tables: Mapping[str, pd.DataFrame], places: list[str]) -> dict[str, pd.DataFrame]:
    """Stocks at the end of each year, net movers summed up from the first year on.

    Args:
        tables: those of `TABLES`.
        places: municipality codes.

    Returns:
        Name -> index place, columns years, persons or jobs; missing before a series begins.

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


def responses(panel: Mapping[str, pd.DataFrame], effects: bool = True, instrumented: bool = True) -> pd.DataFrame:
    """How far each outcome has changed per job that came, some years after.

    Changes over a horizon, per mean jobs of the place; the change of jobs over the horizon is seen through that of its
    first year, so that the answer is that to a job that came then and stayed (a local projection of both).

    Args:
        panel: see `adjustment_panel`.
        effects: whether means of places and years are taken out.
        instrumented: whether the first year's change stands for the whole; else the change over the horizon itself.

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
                found = response(_change(values, horizon) / size, cause, first if instrumented else cause, effects)
            except DataError:
                continue
            rows.append({"outcome": name, "horizon": horizon, **vars(found)})
    return pd.DataFrame(rows)


def boom(panel: Mapping[str, pd.DataFrame], place: str, first: int, last: int) -> dict[str, float]:
    """Change of every series in one place between two years: name -> persons or jobs."""
    both = {name: wide.loc[[place], [first, last]].to_numpy(dtype=np.float64)[0] for name, wide in panel.items()}
    return {name: float(values[1] - values[0]) for name, values in both.items()}


def _change(values: Array, horizon: int) -> Array:
    return np.asarray(values[:, horizon:] - values[:, :-horizon], dtype=np.float64)


def _totals(table: pd.DataFrame) -> pd.DataFrame:
    rows = table[(table["education"] == "total") & (table["age_group"] == "total")]
    return rows.pivot(index=["place", "year"], columns="commuting", values="persons").astype(float)
