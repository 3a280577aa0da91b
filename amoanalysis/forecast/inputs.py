"""What a forecast starts from: tables of a data folder turned into the arrays of the models."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.forecast.history import observed_measures
from amoanalysis.forecast.people import population_base
from amoanalysis.models import jobs as jobs_model
from amoanalysis.models import labour_force
from amoanalysis.models.balance import CommutingBase
from amoanalysis.models.draws import Array
from amoanalysis.models.input_output import supplier_shares
from amoanalysis.models.jobs import JobsBase
from amoanalysis.models.labour_force import LabourAccount
from amoanalysis.models.population import PopulationBase
from amoanalysis.tables import Data

COUNTRY = "SSS"
# Code of mining and quarrying in the input-output table.
MINING = "05_09"
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
        unemployment: (place,), share of the labour force in the jump-off year.
        usual_unemployment: (place,), mean share of the years before.
        commuting: shares of the jump-off year.
        jobs: base of the labour need.
        service_weights: (driver, age).
        supplier_shares: (section,), where the indirect jobs of projects arise.
        observed: place, year, measure, group, value, status: the past as the forecast's measures.
    """

    codes: tuple[str, ...]
    population: PopulationBase
    participation: Array
    participation_factor: Array
    account: LabourAccount
    unemployment: Array
    usual_unemployment: Array
    commuting: CommutingBase
    jobs: JobsBase
    service_weights: Array
    supplier_shares: Array
    observed: pd.DataFrame


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
    account = labour_force.labour_account(
        data.table("employed_residents"), data.table("jobs_by_workplace"), data.table("labour_market_monthly"), codes
    )
    participation = labour_force.participation_by_age(data.table("labour_force_by_age"))
    last = min(account.year, people.year)
    potential = np.einsum("psa,sa->p", structures[last], participation)
    factor = account.at(last, "labour_force", codes) / potential
    rates = unemployment_rates(account)
    commuting = CommutingBase(
        in_share=account.at(last, "in_commuters", codes) / account.at(last, "jobs", codes),
        out_share=account.at(last, "out_commuters", codes) / account.at(last, "employed_residents", codes),
    )
    unemployment = rates[last].reindex(codes).to_numpy(dtype=np.float64)
    force = np.einsum("psa,sa->p", people.population, participation) * factor
    base_jobs = force * (1 - unemployment) * (1 - commuting.out_share) / (1 - commuting.in_share)
    need = jobs_base(data, codes, base_jobs)
    return Inputs(
        codes=tuple(codes),
        population=people,
        participation=participation,
        participation_factor=factor,
        account=account,
        unemployment=unemployment,
        usual_unemployment=rates.iloc[:, -UNEMPLOYMENT_YEARS:].mean(axis=1).reindex(codes).to_numpy(dtype=np.float64),
        commuting=commuting,
        jobs=need,
        service_weights=jobs_model.service_weights(need.care_weights),
        supplier_shares=_supplier_shares(data),
        observed=observed_measures(data, codes, account, structures),
    )


def unemployment_rates(account: LabourAccount) -> pd.DataFrame:
    """Unemployed in December per labour force at the end of the year: index place, columns years."""
    frame = account.frame.assign(rate=account.frame["unemployed"] / account.frame["labour_force"])
    return frame.pivot(index="place", columns="year", values="rate")


def jobs_base(data: Data, codes: list[str], jobs: Array) -> JobsBase:
    """Labour need of the jump-off year by section, with trends and care weights.

    Args:
        data: the folder.
        codes: municipality codes.
        jobs: (place,), jobs in the jump-off year, carried forward on the register.

    Returns:
        The base; the sections of a place sum to its jobs.
    """
    by_industry = data.table("jobs_by_industry")
    shares = jobs_model.industry_shares(by_industry, codes)
    country = data.table("population").query("place == @COUNTRY").set_index("year")["population"]
    return JobsBase(
        jobs=shares * jobs[:, None],
        trend=jobs_model.national_trend(data.table("employed_by_industry_and_age"), country.astype(float)),
        care_weights=jobs_model.care_weights(by_industry, data.table("population_by_age_sex")),
    )


def _supplier_shares(data: Data) -> Array:
    """Sections of the suppliers of mining in the area of the input-output table; its jobs are those of its members."""
    table = data.table("input_output_2014")
    area = str(table["area"].iloc[0])
    members = list(data.places[area].members) if area in data.places else []
    jobs = jobs_model.area_jobs(data.table("jobs_by_industry"), members)
    return supplier_shares(table, data.concordance("io_industries"), jobs, MINING)
