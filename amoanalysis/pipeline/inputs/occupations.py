"""Inputs of the occupational outlook: tables and concordances of a data folder as arrays."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.data.load import Data
from amoanalysis.errors import DataError
from amoanalysis.models.jobs.labour_demand import area_jobs
from amoanalysis.models.labour_force.unemployment import UnemploymentBase
from amoanalysis.models.occupations import replacement_demand as replacement
from amoanalysis.models.occupations import supply as occupation_supply
from amoanalysis.models.occupations.matrix import occupation_codes, occupation_shares
from amoanalysis.models.occupations.supply import Jobseekers
from amoanalysis.models.statistics.draws import Array
from amoanalysis.pipeline.inputs.prepare import Inputs

VOCATIONAL = "vocational"
STUDENTS = "students_vocational_basic "


@dataclass(frozen=True)
class OccupationBase:
    """Shares, rates, jobseekers and fields, for occupations in the order of `codes`.

    Attributes:
        codes: Mitenna groups.
        shares: (place, section, occupation), shares of occupations in the jobs of each section.
        exit_rates: (section,), share of workers who leave working life per year.
        age_factor: (place,), share of older workers relative to the same industries in Finland.
        mobility: (from, to), share of an occupation's workers who can work in the other.
        seekers: jobseekers of the reference area by occupation.
        unemployment: past unemployment of the places, for its floor.
        jobs: (place, occupation), jobs of the jump-off year.
        area_jobs: (occupation,), jobs of the reference area.
        fields: training fields: code, names, level, duration_years, short_route_years, intake.
        field_of: field of each occupation.
        intakes: names of the intakes by which graduates are counted.
        intake_of: intake of each occupation.
        intake_levels: level of each intake.
        intake_shares: (intake,), share of the level's graduates.
    """

    codes: tuple[str, ...]
    shares: Array
    exit_rates: Array
    age_factor: Array
    mobility: Array
    seekers: Jobseekers
    unemployment: UnemploymentBase
    jobs: Array
    area_jobs: Array
    fields: pd.DataFrame
    field_of: tuple[str, ...]
    intakes: list[str]
    intake_of: list[str]
    intake_levels: list[str]
    intake_shares: Array

    def by_field(self, values: Array) -> Array:
        """Sums over the occupations of each training field: (..., occupation) -> (..., field)."""
        order = list(self.fields["code"])
        member = np.array([[field == code for code in order] for field in self.field_of], dtype=np.float64)
        return np.asarray(values @ member)


def occupation_base(data: Data, inputs: Inputs) -> OccupationBase:
    """Reads the inputs of the occupational outlook.

    Args:
        data: the folder.
        inputs: inputs of the forecast, for its places and their jobs by section.

    Returns:
        The base.

    Raises:
        MissingTable: if a table is absent from the folder.
        DataError: if a concordance names an unknown occupation, or a section has no persons.
    """
    employed, industries = data.table("employed_by_industry_and_occupation"), data.concordance("industry_codes")
    rows, places = data.concordance("local_industry_rows"), list(inputs.codes)
    codes = occupation_codes(data.concordance("mitenna_groups"))
    reference = data.places[places[0]].reference or data.places.region.code
    members = list(data.places[reference].members) or [reference]
    table = data.table("jobseekers_by_occupation")
    rates = replacement.exit_rates(data.table("employed_by_industry_and_age"))
    fields = data.concordance("training_fields")
    field_of = data.concordance("occupation_fields").set_index("occupation")["field"].reindex(list(codes))
    if field_of.isna().any():
        raise DataError(
            f"concordances/occupation_fields.csv lacks occupation {field_of[field_of.isna()].index[0]}: add it."
        )
    intake = fields.set_index("code")["intake"]
    intakes = list(dict.fromkeys(intake))
    levels = [str(fields.loc[fields["intake"] == name, "level"].iloc[0]) for name in intakes]
    area = occupation_shares(employed, industries, rows[rows["place"] == ""], codes, [reference])[0]
    shares = occupation_shares(employed, industries, rows, codes, places)
    return OccupationBase(
        codes=codes,
        shares=shares,
        exit_rates=rates,
        age_factor=replacement.local_age_factor(data.table("jobs_by_workplace"), inputs.jobs.jobs, rates, places),
        mobility=_mobility_matrix(data.concordance("occupation_mobility"), codes),
        seekers=occupation_supply.jobseekers_by_group(
            table[table["place"] == reference], data.concordance("isco_mitenna"), codes
        ),
        unemployment=inputs.unemployment,
        jobs=np.einsum("pi,pio->po", inputs.jobs.jobs, shares),
        area_jobs=area_jobs(data.table("jobs_by_industry"), members) @ area,
        fields=fields,
        field_of=tuple(field_of),
        intakes=intakes,
        intake_of=[str(intake[field]) for field in field_of],
        intake_levels=levels,
        intake_shares=_intake_shares(data.table("training"), intakes, levels, reference),
    )


def _mobility_matrix(rows: pd.DataFrame, codes: tuple[str, ...]) -> Array:
    """(from, to), shares; zero for pairs that the concordance does not list."""
    matrix = np.zeros((len(codes), len(codes)))
    for start, end, share in zip(rows["from"], rows["to"], rows["share"].astype(float), strict=True):
        if start not in codes or end not in codes:
            raise DataError(
                f"concordances/occupation_mobility.csv has {start} to {end}: both must be known occupations."
            )
        matrix[codes.index(start), codes.index(end)] = share
    return matrix


def _intake_shares(table: pd.DataFrame, intakes: list[str], levels: list[str], reference: str) -> Array:
    """Share of each intake in the graduates of its level; vocational ones by their students in the newest period."""
    own = table[(table["place"] == reference) & table["indicator"].str.startswith(STUDENTS)]
    newest = own[own["period"] == own["period"].max()]
    students = newest.set_index(newest["indicator"].str.removeprefix(STUDENTS))["value"]
    known = [name for name, level in zip(intakes, levels, strict=True) if level == VOCATIONAL]
    counts = students.reindex(known)
    if counts.isna().any():
        counts = pd.Series(1.0, index=known)
    shares = dict(counts / counts.sum())
    return np.array([float(shares.get(name, 1.0)) for name in intakes])
