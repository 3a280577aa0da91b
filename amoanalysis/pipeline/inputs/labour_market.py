"""The base of the labour need: jobs of the jump-off year by section, and trends made to add up with the area."""

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
# The years that have industries by place and complete age groups: local trends are measured between them.
TREND_YEARS = (2012, 2017)
# Trends of places and of the area are made to add up so many years ahead.
RECONCILIATION_YEARS = 10
# Without a panel nothing is known of how a place's industries part from the country's: two points a year, as the
# standard errors of the trends of Lapland's municipalities.
MISSING_ERROR = 0.02


def demand_base(data: Data, codes: list[str], jobs: Array, elasticities: tuple[float, float]) -> JobsBase:
    """Labour need of the jump-off year by section, with trends and care weights.

    The sections come from the jobs panel and the trends from the pooled local growth of all municipalities of the
    reference area, reconciled with the area's own; a folder without the tables of the panel gets the shares of its
    newest complete year and the national trends.

    Args:
        data: the folder.
        codes: municipality codes.
        jobs: (place,), jobs in the jump-off year, carried forward on the register.
        elasticities: of services, and of construction, on the people they serve.

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
    """Jobs by place, section and year of all municipalities of the reference area; None where the tables do not reach.

    Args:
        data: the folder.
        codes: municipality codes that must be among them.
        national: (section,), Finland's yearly log growth beyond its people.

    Returns:
        The panel (see `models.jobs_panel`), or None.
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
    """The panel that the labour need of some municipalities starts from; see `build_area_panel`."""
    return build_area_panel(data, codes, _national_trend(data))


def _national_trend(data: Data) -> Array:
    country = data.table("population").query("place == @COUNTRY").set_index("year")["population"]
    return jobs_model.national_trend(data.table("employed_by_industry_and_age"), country.astype(float))


def reconcile_trends(data: Data, places: list[str], jobs: Array, trends: LocalTrends) -> Array:
    """Trends whose jobs of ten years on sum to those of the area, moved where past forecasts erred most.

    Each place's own trends, and the area's trends applied to its total, give two forecasts of the area; weighted least
    squares by the variance of past ten-year changes makes them one, and each place's trends take an equal step to it.

    Args:
        data: the folder, for the jobs of the past.
        places: municipality codes of the area.
        jobs: (place, section), newest jobs.
        trends: pooled local trends.

    Returns:
        (place, section), log points a year.
    """
    area = trends.national + trends.area * (trends.trend != 0).any(axis=0)
    grown = (jobs * np.exp(RECONCILIATION_YEARS * trends.trend)).sum(axis=1)
    whole = (
        jobs.sum(axis=0) * np.exp(RECONCILIATION_YEARS * np.where((trends.trend != 0).any(axis=0), area, 0.0))
    ).sum()
    base = np.concatenate([[whole], grown])
    summing = summing_matrix(places, [places])
    changes = _past_changes(data, places)
    met = reconcile(base, summing, "wls_variance", changes)
    step = np.log(met[1:] / grown) / RECONCILIATION_YEARS
    return np.where(trends.trend != 0, trends.trend + step[:, None], 0.0)


def _past_changes(data: Data, places: list[str]) -> Array:
    """Ten-year changes of jobs, the area first: (series, time); what a forecast of no change would have missed."""
    table = data.table("jobs_by_workplace")
    totals = (table["commuting"] == "total") & (table["education"] == "total") & (table["age_group"] == "total")
    wide = table[totals].pivot(index="place", columns="year", values="persons").loc[places].to_numpy(dtype=np.float64)
    changes = wide[:, RECONCILIATION_YEARS:] - wide[:, :-RECONCILIATION_YEARS]
    return np.concatenate([changes.sum(axis=0, keepdims=True), changes])


# Employed residents, and jobs, per resident where no table of the folder says: the country's share.
WORKING_SHARE = 0.42
# Share of the employed who work in another municipality, where no table says: about that of the country.
COMMUTING_SHARE = 0.35


@dataclass(frozen=True)
class CommuterTable:
    """Commuters of the jump-off year from every municipality to every other.

    Attributes:
        nodes: place, name, lon, lat, of every municipality with coordinates, those of the region first.
        table: (node, node), persons, by origin and destination; zeros between two places outside the region.
    """

    nodes: pd.DataFrame
    table: Array


def estimate_commuters(
    data: Data, codes: list[str], jobs: Array, employed: Array, in_share: Array, out_share: Array
) -> tuple[CommutingBase, CommuterTable]:
    """Spreads the known numbers of commuters over the country by gravity.

    Args:
        data: the folder; without the table municipalities, or where one of the region is not in it, nobody is known
            to commute between its places.
        codes: municipality codes.
        jobs: (place,), jobs in the jump-off year.
        employed: (place,), employed residents.
        in_share: (place,), in-commuters per job.
        out_share: (place,), out-commuters per employed resident.

    Returns:
        The base of the balance, and the whole table.
    """
    coming, going = in_share * jobs, out_share * employed
    nodes = _municipality_nodes(data, codes)
    if nodes is None:
        nothing = np.zeros((len(codes), len(codes)))
        far = np.full_like(nothing, np.nan)
        empty = pd.DataFrame({"place": codes, "name": codes, "lon": np.nan, "lat": np.nan})
        return commuting_base(nothing, coming, going, jobs, employed, far), CommuterTable(empty, nothing)
    kilometres = road_kilometres(nodes[["lon", "lat"]].to_numpy(dtype=np.float64))
    others = _municipalities_outside(data, nodes.iloc[len(codes) :])
    region = np.stack([employed, jobs, going, coming], axis=1)
    table = commuting_table(kilometres, *np.concatenate([region, others]).T)
    table[len(codes) :, len(codes) :] = 0.0
    near = kilometres[: len(codes), : len(codes)]
    base = commuting_base(table, coming, going, jobs, employed, near)
    return base, CommuterTable(nodes[["place", "name", "lon", "lat"]], table)


def _municipalities_outside(data: Data, nodes: pd.DataFrame) -> Array:
    """(node, 4): employed residents, jobs, out- and in-commuters of the municipalities outside the region."""
    usual = nodes.set_index("place")["population"].astype(float) * WORKING_SHARE
    known = {}
    for name, word in (("employed_residents", "out_commuter"), ("jobs_by_workplace", "in_commuter")):
        table = data.table(name)
        rows = table[(table["education"] == "total") & (table["age_group"] == "total")]
        newest = rows[rows["year"] == rows["year"].max()].pivot(index="place", columns="commuting", values="persons")
        known[name] = newest[["total", word]].reindex(usual.index).astype(float)
    employed, jobs = (known[name]["total"].fillna(usual) for name in known)
    out = known["employed_residents"]["out_commuter"].fillna(COMMUTING_SHARE * employed)
    coming = known["jobs_by_workplace"]["in_commuter"].fillna(COMMUTING_SHARE * jobs)
    return np.stack([employed, jobs, out, coming], axis=1)


def _municipality_nodes(data: Data, codes: list[str]) -> pd.DataFrame | None:
    """Municipalities with coordinates and people, the region's first; None where one of the region lacks them."""
    if not data.has("municipalities"):
        return None
    table = data.table("municipalities").rename(columns={"population_2018": "population"})
    table = table.dropna(subset=["lon", "lat", "population"])
    if not set(codes) <= set(table["place"]):
        return None
    others = [code for code in table["place"] if code not in codes]
    return table.set_index("place").loc[[*codes, *others]].reset_index()
