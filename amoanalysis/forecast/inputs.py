"""What a forecast starts from: tables of a data folder turned into the arrays of the models."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from amoanalysis.assumptions import Assumptions
from amoanalysis.forecast.calibrated import widenings_of
from amoanalysis.forecast.commuting import Commuters, commuters_of
from amoanalysis.forecast.demand import demand_base
from amoanalysis.forecast.history import observed_measures
from amoanalysis.forecast.leavers import leavers_by_origin
from amoanalysis.forecast.people import population_base
from amoanalysis.forecast.project_paths import SitesBase, SuppliersBase
from amoanalysis.models import jobs as jobs_model
from amoanalysis.models import labour_force
from amoanalysis.models.calibration import Widening
from amoanalysis.models.commuting import CommutingBase
from amoanalysis.models.draws import Array
from amoanalysis.models.education import EducationBase, education_base
from amoanalysis.models.jobs import JobsBase
from amoanalysis.models.labour_force import LabourAccount
from amoanalysis.models.leavers import LeaversBase
from amoanalysis.models.location_quotients import known_jobs
from amoanalysis.models.months import season_of
from amoanalysis.models.population import PopulationBase
from amoanalysis.models.season import measured_nights
from amoanalysis.models.tourism import ANCHOR_YEAR
from amoanalysis.models.unemployment import UnemploymentBase, unemployment_base
from amoanalysis.scenarios import BASELINE, load_scenario
from amoanalysis.tables import Data

# How services and construction answered to the people they serve when local trends are measured: the medians of
# jobs.population_elasticity and jobs.construction_elasticity, kept apart because trends belong to the past.
ELASTICITIES = (0.8, 1.0)
# Year of the input-output table.
TABLE_YEAR = 2014
# Usual unemployment is the mean of this many Decembers.
UNEMPLOYMENT_YEARS = 8


@dataclass(frozen=True)
class Inputs:
    """Everything that the models are given, for the municipalities in the order of `codes`.

    Attributes:
        codes: municipality codes.
        population: base of the population model.
        participation: (sex, age), Finland's rates.
        participation_factor: (place,), meets the labour force of the last known year exactly.
        account: labour account of the past.
        unemployment: level, floor, cycle and season of each place.
        education: education of those at work and how cohorts go on; None where it is not known by age.
        commuting: of the jump-off year, as the balance needs it.
        commuters: of the jump-off year, from every municipality to every other.
        usual: what the baseline assumes; movers beyond those of a usual year come where the need departs from it.
        jobs: base of the labour need.
        service_weights: (driver, age).
        sites: where places and the sites of events lie.
        suppliers: what multipliers are made from; None where no input-output table covers the region.
        leavers: those who left each place, for a campaign that asks them back; None where moves are not known.
        observed: place, year, measure, group, value, status: the past as the forecast's measures.
        stays: registered nights of the anchor year by place, where every month is measured.
        widenings: by measure, factors on the bands from the back-test.
    """

    codes: tuple[str, ...]
    population: PopulationBase
    participation: Array
    participation_factor: Array
    account: LabourAccount
    unemployment: UnemploymentBase
    education: EducationBase | None
    commuting: CommutingBase
    commuters: Commuters
    usual: Assumptions
    jobs: JobsBase
    service_weights: Array
    sites: SitesBase
    suppliers: SuppliersBase | None
    leavers: LeaversBase | None
    observed: pd.DataFrame
    stays: Mapping[str, float] = field(default_factory=dict)
    widenings: Mapping[str, Widening] = field(default_factory=dict)


def prepare(data: Data) -> Inputs:
    """Reads a data folder and estimates everything that the models start from.

    Args:
        data: the folder; its region says which municipalities are forecast.

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
    participation = labour_force.usual_participation()
    if data.has("labour_force_by_age"):
        participation = labour_force.participation_by_age(data.table("labour_force_by_age"))
    last = min(account.year, people.year)
    potential = np.einsum("psa,sa->p", structures[max(last, min(structures))], participation)
    factor = account.at(last, "labour_force", codes) / potential
    rates = unemployment_rates(account)
    in_share = account.at(last, "in_commuters", codes) / account.at(last, "jobs", codes)
    out_share = account.at(last, "out_commuters", codes) / account.at(last, "employed_residents", codes)
    force = np.einsum("psa,sa->p", people.population, participation) * factor
    employed = force * (1 - _unemployment_then(register, codes, people.year, force, rates[last]))
    base_jobs = employed * (1 - out_share) / (1 - in_share)
    commuting, commuters = commuters_of(data, codes, base_jobs, employed, in_share, out_share)
    need = demand_base(data, codes, base_jobs, ELASTICITIES)
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
            season_of(register, "unemployed_jobseekers", codes),
            people.year,
        ),
        education=_education(data, codes, structures, participation),
        commuting=commuting,
        commuters=commuters,
        usual=load_scenario(BASELINE, data.folder).assumptions,
        jobs=need,
        service_weights=jobs_model.service_weights(need.care_weights),
        sites=_sites(data, codes, people.population.sum(axis=(1, 2))),
        suppliers=_suppliers(data, codes),
        leavers=leavers_by_origin(data, codes, people),
        observed=observed_measures(data, codes, account, structures),
        stays=_stays(data, codes),
        widenings=widenings_of(data),
    )


def unemployment_rates(account: LabourAccount) -> pd.DataFrame:
    """Unemployed in December per labour force at the end of the year: index place, columns years."""
    frame = account.frame.assign(rate=account.frame["unemployed"] / account.frame["labour_force"])
    return frame.pivot(index="place", columns="year", values="rate")


def _education(
    data: Data, codes: list[str], structures: dict[int, Array], participation: Array
) -> EducationBase | None:
    """Education by age of those at work, beside the labour force by age of the first known age structure."""
    people, whole = structures[min(structures)][None], np.ones((1, len(codes)))
    by_age = labour_force.labour_force_by_age(people, participation[None], whole)[0].sum(axis=1)
    return education_base(data.table("employed_residents"), codes, by_age)


def _unemployment_then(register: pd.DataFrame, codes: list[str], year: int, force: Array, before: pd.Series) -> Array:
    """Share of the labour force that is unemployed in December of the jump-off year, where the register has it."""
    rows = register[register["month"] == f"{year}-12"].set_index("place")["unemployed_jobseekers"]
    known = rows.reindex(codes).to_numpy(dtype=np.float64, na_value=np.nan) / force
    return np.where(np.isfinite(known), known, before.reindex(codes).to_numpy(dtype=np.float64))


def _stays(data: Data, codes: list[str]) -> dict[str, float]:
    """Measured stays of the anchor year; none where the table is not there."""
    if not data.has("accommodation_monthly"):
        return {}
    measured = measured_nights(data.table("accommodation_monthly"), ANCHOR_YEAR)
    return {code: total for code, total in measured.items() if code in codes}


def _sites(data: Data, codes: list[str], people: Array) -> SitesBase:
    """Centres of the municipalities and the named sites; without a table of them no event can be placed."""
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
    """The input-output table with the jobs of its area, of the region, and of the rest of the area."""
    if not data.has("input_output_2014"):
        return None
    table = data.table("input_output_2014")
    area = str(table["area"].iloc[0])
    if area not in data.places or not set(codes) <= set(data.places[area].members):
        return None
    by_industry, by_workplace = data.table("jobs_by_industry"), data.table("jobs_by_workplace")
    members = [code for code in data.places[area].members if code not in codes]
    newest = max(set(by_industry["year"]) & set(by_workplace["year"]))
    inside, others = (known_jobs(by_industry, by_workplace, newest, places) for places in (codes, members))
    then = known_jobs(by_industry, by_workplace, TABLE_YEAR, [*codes, *members])
    return SuppliersBase(table, data.concordance("io_industries"), then.sum(axis=0), inside, others.sum(axis=0))
