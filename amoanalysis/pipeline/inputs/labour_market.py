"""Base of labour demand and commuting: jobs and trends by section, and commuters between municipalities."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.data.load import Data
from amoanalysis.models.jobs import labour_demand as jobs_model
from amoanalysis.models.jobs.labour_demand import JobsBase
from amoanalysis.models.jobs.panel import TABLES, jobs_panel, section_jobs
from amoanalysis.models.jobs.shift_share import LocalTrends, driver_growth, estimate_local_trends
from amoanalysis.models.labour_force.commuting import CommutingBase, commuting_base, commuting_table, road_kilometres
from amoanalysis.models.labour_force.participation import labour_account
from amoanalysis.models.statistics.draws import Array
from amoanalysis.models.statistics.reconciliation import reconcile, summing_matrix

COUNTRY = "SSS"
# First and last year with jobs by industry and place and complete age groups; local trends are estimated between them.
TREND_YEARS = (2012, 2017)
# Trends of places and of the area are reconciled over this many years.
RECONCILIATION_YEARS = 10
# Standard error of a trend without a panel, log points a year: the typical one of Lapland's municipalities.
MISSING_ERROR = 0.02
# Employed residents and jobs per resident of a municipality without data: the national share.
WORKING_SHARE = 0.42
# Share of out-commuters, and of in-commuters, in a municipality without data: about the national share.
COMMUTING_SHARE = 0.35


def demand_base(data: Data, codes: list[str], jobs: Array, elasticities: tuple[float, float]) -> JobsBase:
    """Labour demand of the jump-off year by section, with trends and care weights.

    Sections come from the jobs panel; trends from the pooled local growth of all municipalities of the reference area,
    reconciled with the trends of the area. Without the tables of the panel, the shares of the newest complete year and
    the national trends are used.

    Args:
        data: the folder.
        codes: municipality codes.
        jobs: (place,), jobs in the jump-off year, estimated from the register.
        elasticities: of services, and of construction, on the population served.

    Returns:
        The base; the sections of a place sum to its jobs.
    """
    by_industry = data.table("jobs_by_industry")
    national = _national_trend(data)
    care = jobs_model.care_weights(by_industry, data.table("population_by_age_sex"))
    panel = build_area_panel(data, codes, national)
    if panel is None:
        shares = jobs_model.industry_shares(by_industry, codes)
        trend = np.broadcast_to(national, shares.shape)
        return JobsBase(shares * jobs[:, None], trend, np.full(shares.shape, MISSING_ERROR), care)
    places = list(dict.fromkeys(panel["place"]))
    drivers = driver_growth(
        data.table("population"), data.table("population_by_age_group"), care, places, TREND_YEARS, elasticities
    )
    trends = estimate_local_trends(panel, places, drivers, national, *TREND_YEARS)
    structure = section_jobs(panel, int(panel["year"].max()), places)
    rows = [places.index(code) for code in codes]
    trend = reconcile_trends(data, places, structure, trends)[rows]
    shares = structure[rows] / structure[rows].sum(axis=1, keepdims=True)
    return JobsBase(shares * jobs[:, None], trend, trends.standard_error[rows], care)


def build_area_panel(data: Data, codes: list[str], national: Array) -> pd.DataFrame | None:
    """Jobs by place, section and year of all municipalities of the reference area; None if tables do not cover them.

    Args:
        data: the folder.
        codes: municipality codes that must be among them.
        national: (section,), Finland's yearly log growth beyond its population.

    Returns:
        The panel (see `jobs_panel`), or None.
    """
    if not all(data.has(name) for name in (*TABLES, "population_by_age_group")):
        return None
    reference = data.places[codes[0]].reference
    members = list(data.places[reference].members) if reference else []
    covered = set.intersection(*(set(data.table(name)["place"]) for name in ("jobs_by_industry", "key_figures")))
    if not set(codes) <= set(members) or not set(members) <= covered:
        return None
    tables = {name: data.table(name) for name in TABLES}
    account = labour_account(
        data.table("employed_residents"), tables["jobs_by_workplace"], tables["labour_market_monthly"], members
    )
    return jobs_panel(tables, account, members, national)


def read_area_panel(data: Data, codes: list[str]) -> pd.DataFrame | None:
    """The jobs panel of the reference area of the municipalities; see `build_area_panel`."""
    return build_area_panel(data, codes, _national_trend(data))


def _national_trend(data: Data) -> Array:
    country = data.table("population").query("place == @COUNTRY").set_index("year")["population"]
    return jobs_model.national_trend(data.table("employed_by_industry_and_age"), country.astype(float))


def reconcile_trends(data: Data, places: list[str], jobs: Array, trends: LocalTrends) -> Array:
    """Reconciles the trends of places with those of the area over ten years.

    The trends of places, and those of the area applied to its total, give two forecasts of the area. Weighted least
    squares with the variances of past ten-year changes reconciles them; all sections of a place get the
    same correction.

    Args:
        data: the folder, for past jobs.
        places: municipality codes of the area.
        jobs: (place, section), newest jobs.
        trends: pooled local trends.

    Returns:
        (place, section), log points a year.
    """
    area = trends.national + trends.area * (trends.trend != 0).any(axis=0)
    place_jobs = (jobs * np.exp(RECONCILIATION_YEARS * trends.trend)).sum(axis=1)
    total = (
        jobs.sum(axis=0) * np.exp(RECONCILIATION_YEARS * np.where((trends.trend != 0).any(axis=0), area, 0.0))
    ).sum()
    base = np.concatenate([[total], place_jobs])
    summing = summing_matrix(places, [places])
    changes = _past_changes(data, places)
    reconciled = reconcile(base, summing, "wls_variance", changes)
    correction = np.log(reconciled[1:] / place_jobs) / RECONCILIATION_YEARS
    return np.where(trends.trend != 0, trends.trend + correction[:, None], 0.0)


def _past_changes(data: Data, places: list[str]) -> Array:
    """Past ten-year changes of jobs, i.e. errors of a no-change forecast, the area first: (series, time)."""
    table = data.table("jobs_by_workplace")
    totals = (table["commuting"] == "total") & (table["education"] == "total") & (table["age_group"] == "total")
    wide = table[totals].pivot(index="place", columns="year", values="persons").loc[places].to_numpy(dtype=np.float64)
    changes = wide[:, RECONCILIATION_YEARS:] - wide[:, :-RECONCILIATION_YEARS]
    return np.concatenate([changes.sum(axis=0, keepdims=True), changes])


@dataclass(frozen=True)
class CommuterTable:
    """Commuters of the jump-off year between all municipalities.

    Attributes:
        nodes: place, name, lon, lat of every municipality with coordinates, those of the region first.
        table: (node, node), persons, by origin and destination; zeros between two places outside the region.
    """

    nodes: pd.DataFrame
    table: Array


def estimate_commuters(
    data: Data, codes: list[str], jobs: Array, employed: Array, in_share: Array, out_share: Array
) -> tuple[CommutingBase, CommuterTable]:
    """Estimates commuters between municipalities with a gravity model from the known in- and out-commuters.

    Args:
        data: the folder; if the table municipalities does not contain the region, commuters between its places are
            zero.
        codes: municipality codes.
        jobs: (place,), jobs in the jump-off year.
        employed: (place,), employed residents.
        in_share: (place,), in-commuters per job.
        out_share: (place,), out-commuters per employed resident.

    Returns:
        The base of the balance, and the table of all municipalities.
    """
    in_commuters, out_commuters = in_share * jobs, out_share * employed
    nodes = _municipality_nodes(data, codes)
    if nodes is None:
        none = np.zeros((len(codes), len(codes)))
        unknown = np.full_like(none, np.nan)
        empty = pd.DataFrame({"place": codes, "name": codes, "lon": np.nan, "lat": np.nan})
        return commuting_base(none, in_commuters, out_commuters, jobs, employed, unknown), CommuterTable(empty, none)
    kilometres = road_kilometres(nodes[["lon", "lat"]].to_numpy(dtype=np.float64))
    outside = _outside_municipalities(data, nodes.iloc[len(codes) :])
    region = np.stack([employed, jobs, out_commuters, in_commuters], axis=1)
    table = commuting_table(kilometres, *np.concatenate([region, outside]).T)
    table[len(codes) :, len(codes) :] = 0.0
    region_kilometres = kilometres[: len(codes), : len(codes)]
    base = commuting_base(table, in_commuters, out_commuters, jobs, employed, region_kilometres)
    return base, CommuterTable(nodes[["place", "name", "lon", "lat"]], table)


def _outside_municipalities(data: Data, nodes: pd.DataFrame) -> Array:
    """(node, 4): employed residents, jobs, out- and in-commuters of the municipalities outside the region."""
    default = nodes.set_index("place")["population"].astype(float) * WORKING_SHARE
    known = {}
    for name, commuters in (("employed_residents", "out_commuter"), ("jobs_by_workplace", "in_commuter")):
        table = data.table(name)
        rows = table[(table["education"] == "total") & (table["age_group"] == "total")]
        newest = rows[rows["year"] == rows["year"].max()].pivot(index="place", columns="commuting", values="persons")
        known[name] = newest[["total", commuters]].reindex(default.index).astype(float)
    employed, jobs = (known[name]["total"].fillna(default) for name in known)
    outgoing = known["employed_residents"]["out_commuter"].fillna(COMMUTING_SHARE * employed)
    incoming = known["jobs_by_workplace"]["in_commuter"].fillna(COMMUTING_SHARE * jobs)
    return np.stack([employed, jobs, outgoing, incoming], axis=1)


def _municipality_nodes(data: Data, codes: list[str]) -> pd.DataFrame | None:
    """Municipalities with coordinates and population, the region first; None if one of the region has none."""
    if not data.has("municipalities"):
        return None
    table = data.table("municipalities").rename(columns={"population_2018": "population"})
    table = table.dropna(subset=["lon", "lat", "population"])
    if not set(codes) <= set(table["place"]):
        return None
    others = [code for code in table["place"] if code not in codes]
    return table.set_index("place").loc[[*codes, *others]].reset_index()
