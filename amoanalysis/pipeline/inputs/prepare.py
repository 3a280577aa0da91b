"""Inputs of a forecast from a data folder: bases of all models, observed measures, interval calibration."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from amoanalysis.config.assumptions import Assumptions
from amoanalysis.config.scenarios import BASELINE, load_scenario
from amoanalysis.data.load import Data
from amoanalysis.models.jobs import labour_demand as jobs_model
from amoanalysis.models.jobs.labour_demand import JobsBase
from amoanalysis.models.labour_force import participation as labour_force
from amoanalysis.models.labour_force.commuting import CommutingBase
from amoanalysis.models.labour_force.education import LEVELS, EducationBase, education_base
from amoanalysis.models.labour_force.participation import LabourAccount
from amoanalysis.models.labour_force.unemployment import UnemploymentBase, fit_seasonal_profile, unemployment_base
from amoanalysis.models.population.projection import PopulationBase
from amoanalysis.models.projects.location_quotients import jobs_scaled_to_totals
from amoanalysis.models.return_migration.out_migrant_stock import OutMigrantBase
from amoanalysis.models.statistics.draws import Array
from amoanalysis.models.statistics.interval_calibration import IntervalCalibration
from amoanalysis.models.tourism import ANCHOR_YEAR, measured_nights
from amoanalysis.pipeline.inputs.labour_market import CommuterTable, demand_base, estimate_commuters
from amoanalysis.pipeline.inputs.migration import out_migrants_by_origin
from amoanalysis.pipeline.inputs.population import population_base
from amoanalysis.pipeline.project_paths import SitesBase, SuppliersBase

TABLE, INDICATOR, EVERY_PLACE = "backtest", "widening", "all"
# Measure of the forecast -> measure of the back-test whose factors apply to it.
TESTED_MEASURE = {
    "population": "population",
    "population_by_age": "population",
    "population_by_sex_age": "population",
    "labour_force": "labour_force",
    "employed_residents": "labour_force",
    "unemployed": "unemployed",
    "unemployment_rate": "unemployed",
    "jobs": "jobs",
    "labour_demand": "jobs",
    "jobs_by_industry": "jobs",
}

ACCOUNT_MEASURES = ("labour_force", "employed_residents", "unemployed", "jobs", "in_commuters", "out_commuters")
BROAD_AGES = {"0-14": (0, 15), "15-64": (15, 65), "65-": (65, 101)}
# Elasticities of services and construction on the population served, for the estimation of past local trends: the
# medians of jobs.population_elasticity and jobs.construction_elasticity, separate because trends describe the past.
ELASTICITIES = (0.8, 1.0)
# Year of the input-output table.
TABLE_YEAR = 2014
# Usual unemployment is the mean of this many years.
UNEMPLOYMENT_YEARS = 8


def read_calibrations(data: Data) -> Mapping[str, IntervalCalibration]:
    """Calibration factors of prediction intervals by measure; empty if the folder has no back-test.

    Source: table backtest (see docs/backtest.md).
    """
    if not data.has(TABLE):
        return {}
    table = data.table(TABLE)
    rows = table[(table["indicator"] == INDICATOR) & (table["group"] == EVERY_PLACE)].sort_values("horizon")
    tested = {
        str(measure): IntervalCalibration(
            tuple(int(h) for h in part["horizon"]), tuple(float(factor) for factor in part["value"])
        )
        for measure, part in rows.groupby("measure")
    }
    return {measure: tested[own] for measure, own in TESTED_MEASURE.items() if own in tested}


def observed_measures(
    data: Data, codes: list[str], account: LabourAccount, structures: dict[int, Array]
) -> pd.DataFrame:
    """Population, migration, labour account and jobs of known years; areas are sums where all members are known.

    Args:
        data: the folder.
        codes: municipality codes.
        account: labour account of the past.
        structures: year -> (place, sex, age), known age structures.

    Returns:
        place, year, measure, group, value, status ("observed" or "nowcast").
    """
    parts = [
        _population(data, codes),
        _migration(data, codes),
        _by_age(codes, structures),
        _account(account),
        _education(data, codes),
        _months(data, codes, max(structures)),
    ]
    places = pd.concat(parts, ignore_index=True)
    areas = [_area(places, area.code, list(area.members)) for area in data.places.areas()]
    whole = pd.concat([places, *areas], ignore_index=True)
    whole = pd.concat([whole, _unemployment(whole)], ignore_index=True)
    return whole.sort_values(["place", "measure", "group", "year"], ignore_index=True)


def observed_population(data: Data, codes: list[str], structures: dict[int, Array]) -> pd.DataFrame:
    """Population and broad ages of known years, and of the region where all municipalities are known.

    Args:
        data: the folder.
        codes: municipality codes.
        structures: year -> (place, sex, age), known age structures.

    Returns:
        place, year, group, value; sorted.
    """
    places = pd.concat([_population(data, codes), _by_age(codes, structures)], ignore_index=True)
    places = places.assign(measure="population")
    whole = pd.concat([places, _area(places, data.places.region.code, codes)], ignore_index=True)
    columns = ["place", "year", "group", "value"]
    return whole.sort_values(columns[:3], ignore_index=True)[columns]


def _population(data: Data, codes: list[str]) -> pd.DataFrame:
    rows = data.table("population")
    rows = rows[rows["place"].isin(codes)]
    return _to_long(rows.rename(columns={"population": "value"}), "population")


def _migration(data: Data, codes: list[str]) -> pd.DataFrame:
    rows = data.table("internal_migration")
    rows = rows[rows["place"].isin(codes)]
    return pd.concat(
        [_to_long(rows.rename(columns={name: "value"}), name) for name in ("in_migration", "out_migration")]
    )


def _by_age(codes: list[str], structures: dict[int, Array]) -> pd.DataFrame:
    newest = max(structures)
    by_age = np.stack([*structures.values()]).sum(axis=2)
    values = np.stack([by_age[..., low:high].sum(axis=2) for low, high in BROAD_AGES.values()], axis=2)
    keys = pd.MultiIndex.from_product([structures, codes, BROAD_AGES], names=["year", "place", "group"])
    rows = keys.to_frame(index=False).assign(value=values.ravel())
    status = np.where(rows["year"] == newest, "nowcast", "observed")
    return _to_long(rows, "population_by_age", rows["group"], status)


def _account(account: LabourAccount) -> pd.DataFrame:
    keys = ["place", "year", "status"]
    return account.frame.melt(keys, list(ACCOUNT_MEASURES), var_name="measure").assign(group="total")


def _education(data: Data, codes: list[str]) -> pd.DataFrame:
    rows = data.table("employed_residents")
    rows = rows[rows["place"].isin(codes)]
    whole = (rows["commuting"] == "total") & (rows["age_group"] == "total") & rows["education"].isin(LEVELS)
    rows = rows[whole].rename(columns={"persons": "value"})
    return _to_long(rows, "employed_by_education", rows["education"])


def _months(data: Data, codes: list[str], last: int) -> pd.DataFrame:
    """Unemployed jobseekers by month of the years before the forecast, without suppressed months."""
    rows = data.table("labour_market_monthly")
    rows = rows[rows["place"].isin(codes)].dropna(subset="unemployed_jobseekers")
    rows = rows.assign(year=rows["month"].str[:4].astype(int), value=rows["unemployed_jobseekers"])
    rows = rows[rows["year"] <= last]
    return _to_long(rows, "unemployed_by_month", rows["month"].str[5:])


def _area(places: pd.DataFrame, code: str, members: list[str]) -> pd.DataFrame:
    rows = places[places["place"].isin(members)]
    sums = rows.groupby(["year", "measure", "group"], as_index=False).agg(
        value=("value", "sum"), count=("place", "size"), status=("status", "min")
    )
    return sums[sums["count"] == len(members)].drop(columns="count").assign(place=code)


def _unemployment(whole: pd.DataFrame) -> pd.DataFrame:
    keys = ["place", "year", "group", "status"]
    unemployed = whole[whole["measure"] == "unemployed"].set_index(keys)["value"]
    force = whole[whole["measure"] == "labour_force"].set_index(keys)["value"]
    return (unemployed / force).dropna().rename("value").reset_index().assign(measure="unemployment_rate")


def _to_long(
    rows: pd.DataFrame, measure: str, group: str | pd.Series = "total", status: str | npt.NDArray[np.str_] = "observed"
) -> pd.DataFrame:
    frame = rows[["place", "year", "value"]].assign(measure=measure, group=group, status=status)
    return frame.astype({"value": float})


@dataclass(frozen=True)
class Inputs:
    """Inputs of the models, for the municipalities in the order of `codes`.

    Attributes:
        codes: municipality codes.
        population: base of the population model.
        participation: (sex, age), Finland's rates.
        participation_factor: (place,), scales the rates to the labour force of the last known year.
        account: labour account of the past.
        unemployment: level, floor, cycle and season of each place.
        education: education of employed residents and transitions of cohorts; None if unknown by age.
        commuting: commuting of the jump-off year for the balance.
        commuter_table: commuters of the jump-off year between all municipalities.
        baseline: assumptions of the baseline; induced migration depends on the departure of demand from it.
        jobs: base of labour demand.
        driver_age_weights: (driver, age).
        sites: coordinates of places and of the sites of events.
        suppliers: data of the multipliers; None if no input-output table covers the region.
        out_migrants: out-migrants of each place, for return campaigns; None if moves are unknown.
        observed: place, year, measure, group, value, status: past values of the measures of the forecast.
        measured_nights: registered nights of the anchor year by place, where every month is known.
        calibrations: calibration factors of prediction intervals by measure.
    """

    codes: tuple[str, ...]
    population: PopulationBase
    participation: Array
    participation_factor: Array
    account: LabourAccount
    unemployment: UnemploymentBase
    education: EducationBase | None
    commuting: CommutingBase
    commuter_table: CommuterTable
    baseline: Assumptions
    jobs: JobsBase
    driver_age_weights: Array
    sites: SitesBase
    suppliers: SuppliersBase | None
    out_migrants: OutMigrantBase | None
    observed: pd.DataFrame
    measured_nights: Mapping[str, float] = field(default_factory=dict)
    calibrations: Mapping[str, IntervalCalibration] = field(default_factory=dict)


def prepare(data: Data) -> Inputs:
    """Reads a data folder and estimates the inputs of all models.

    Args:
        data: the folder; its region determines the municipalities of the forecast.

    Returns:
        The inputs.

    Raises:
        DataError: if a table is missing or a municipality lacks rows.
    """
    codes = [place.code for place in data.places.municipalities()]
    people, structures = population_base(data, codes)
    register = data.table("labour_market_monthly")
    account = labour_force.labour_account(
        data.table("employed_residents"), data.table("jobs_by_workplace"), register, codes
    )
    participation = labour_force.default_participation()
    if data.has("labour_force_by_age"):
        participation = labour_force.participation_by_age(data.table("labour_force_by_age"))
    last = min(account.year, people.year)
    potential = np.einsum("psa,sa->p", structures[max(last, min(structures))], participation)
    factor = account.values(last, "labour_force", codes) / potential
    rates = unemployment_rates(account)
    in_share = account.values(last, "in_commuters", codes) / account.values(last, "jobs", codes)
    out_share = account.values(last, "out_commuters", codes) / account.values(last, "employed_residents", codes)
    force = np.einsum("psa,sa->p", people.population, participation) * factor
    employed = force * (1 - _unemployment_in_jump_off_year(register, codes, people.year, force, rates[last]))
    base_jobs = employed * (1 - out_share) / (1 - in_share)
    commuting, commuters = estimate_commuters(data, codes, base_jobs, employed, in_share, out_share)
    demand = demand_base(data, codes, base_jobs, ELASTICITIES)
    return Inputs(
        codes=tuple(codes),
        population=people,
        participation=participation,
        participation_factor=factor,
        account=account,
        unemployment=unemployment_base(
            register,
            codes,
            rates.iloc[:, -UNEMPLOYMENT_YEARS:].mean(axis=1).reindex(codes).to_numpy(dtype=np.float64),
            fit_seasonal_profile(register, "unemployed_jobseekers", codes),
            people.year,
        ),
        education=_education_base(data, codes, structures, participation),
        commuting=commuting,
        commuter_table=commuters,
        baseline=load_scenario(BASELINE, data.folder).assumptions,
        jobs=demand,
        driver_age_weights=jobs_model.driver_age_weights(demand.care_weights),
        sites=_sites(data, codes, people.population.sum(axis=(1, 2))),
        suppliers=_suppliers(data, codes),
        out_migrants=out_migrants_by_origin(data, codes, people),
        observed=observed_measures(data, codes, account, structures),
        measured_nights=_measured_nights(data, codes),
        calibrations=read_calibrations(data),
    )


def unemployment_rates(account: LabourAccount) -> pd.DataFrame:
    """Unemployed in December per labour force at the end of the year: index place, columns years."""
    frame = account.frame.assign(rate=account.frame["unemployed"] / account.frame["labour_force"])
    return frame.pivot(index="place", columns="year", values="rate")


def _education_base(
    data: Data, codes: list[str], structures: dict[int, Array], participation: Array
) -> EducationBase | None:
    """Education of employed residents, with the labour force by age of the first known age structure."""
    people, ones = structures[min(structures)][None], np.ones((1, len(codes)))
    by_age = labour_force.labour_force_by_age(people, participation[None], ones)[0].sum(axis=1)
    return education_base(data.table("employed_residents"), codes, by_age)


def _unemployment_in_jump_off_year(
    register: pd.DataFrame, codes: list[str], year: int, force: Array, before: pd.Series
) -> Array:
    """Unemployment rate in December of the jump-off year, or `before` where the register has no data."""
    rows = register[register["month"] == f"{year}-12"].set_index("place")["unemployed_jobseekers"]
    known = rows.reindex(codes).to_numpy(dtype=np.float64, na_value=np.nan) / force
    return np.where(np.isfinite(known), known, before.reindex(codes).to_numpy(dtype=np.float64))


def _measured_nights(data: Data, codes: list[str]) -> dict[str, float]:
    """Measured overnight stays of the anchor year; empty without the table."""
    if not data.has("accommodation_monthly"):
        return {}
    measured = measured_nights(data.table("accommodation_monthly"), ANCHOR_YEAR)
    return {code: total for code, total in measured.items() if code in codes}


def _sites(data: Data, codes: list[str], people: Array) -> SitesBase:
    """Coordinates of municipalities and named sites; NaN without the tables."""
    centres = np.full((len(codes), 2), np.nan)
    if data.has("municipalities"):
        table = data.table("municipalities").set_index("place").reindex(codes)
        centres = table[["lon", "lat"]].to_numpy(dtype=np.float64)
    sites: dict[str, Array] = {}
    if data.has("sites"):
        rows = data.table("sites")
        sites = {str(row.site): np.array([row.lon, row.lat], dtype=np.float64) for row in rows.itertuples()}
    return SitesBase(tuple(codes), centres, people, sites)


def _suppliers(data: Data, codes: list[str]) -> SuppliersBase | None:
    """The input-output table with jobs of its area in its year, of the region, and of the rest of the area."""
    if not data.has("input_output_2014"):
        return None
    table = data.table("input_output_2014")
    area = str(table["area"].iloc[0])
    if area not in data.places or not set(codes) <= set(data.places[area].members):
        return None
    by_industry, by_workplace = data.table("jobs_by_industry"), data.table("jobs_by_workplace")
    members = [code for code in data.places[area].members if code not in codes]
    newest = max(set(by_industry["year"]) & set(by_workplace["year"]))
    inside, others = (jobs_scaled_to_totals(by_industry, by_workplace, newest, places) for places in (codes, members))
    then = jobs_scaled_to_totals(by_industry, by_workplace, TABLE_YEAR, [*codes, *members])
    return SuppliersBase(table, data.concordance("io_industries"), then.sum(axis=0), inside, others.sum(axis=0))
