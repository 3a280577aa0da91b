"""Regional multipliers: Lapland's table cut to a smaller area, and the jobs that one job sets in motion."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.errors import DataError, unknown
from amoanalysis.models.draws import Array
from amoanalysis.models.input_output import (
    direct_requirements,
    household_account,
    leontief_inverse,
    spent_wages,
    type_two_inverse,
)
from amoanalysis.models.jobs import SECTIONS
from amoanalysis.models.location_quotients import Method, jobs_of_industries, sections_of_industries, trade_shares

_KEYS = ("area", "method", "delta", "industry", "measure")
_VALUES = ("direct", "effect_1", "effect_2", "type_1", "type_2")


@dataclass(frozen=True)
class TableAccount:
    """The input-output table of the reference area (Lapland 2014) per unit of output.

    Attributes:
        industries: codes.
        requirements: (industry, industry), purchases from the area's own industries, A.
        output: (industry,), M EUR.
        wages: (industry,), compensation of employees per unit of output, w.
        spending: (industry,), purchases of households from the area's own industries per unit of wages, c.
        jobs_per_output: (industry,), jobs per M EUR of output, same year, e.
        sections: (industry, section), how an industry's jobs divide over the sections; a row of zeros has no jobs.
        covers: (industry, section), 1 where an industry belongs to a section.
    """

    industries: tuple[str, ...]
    requirements: Array
    output: Array
    wages: Array
    spending: Array
    jobs_per_output: Array
    sections: Array
    covers: Array

    def index(self, industry: str) -> int:
        """Where an industry stands.

        Raises:
            UserError: if the table has no such industry.
        """
        if industry not in self.industries:
            raise unknown("industry of the input-output table", industry, self.industries)
        return self.industries.index(industry)

    def of_section(self, section: str) -> str:
        """The industry with most jobs of a TOL 2008 section: what a project of that section is taken to be.

        Raises:
            UserError: if no industry of the table belongs to the section.
        """
        covered = {name: column for column, name in enumerate(SECTIONS) if self.covers[:, column].any()}
        if section not in covered:
            raise unknown("section of the input-output table", section, covered)
        jobs = self.jobs_per_output * self.output * self.sections[:, covered[section]]
        return self.industries[int(np.argmax(jobs))]


def table_account(
    table: pd.DataFrame, concordance: pd.DataFrame, jobs: Array, consumption_from_wages: float
) -> TableAccount:
    """Reads a table once, for all areas within its own.

    Households are closed by the wages earned in the area: of their consumption, a stated share is paid from these
    wages, so c = share x consumption of own products / all wages. Imports and taxes on what they buy, and what is paid
    from pensions, benefits and property, set nothing in motion.

    Args:
        table: input_output_2014 of one area.
        concordance: io_industries, with the sections of each industry.
        jobs: (section,), jobs of the table's area in the table's year (see `known_jobs`).
        consumption_from_wages: share of household consumption paid from wages earned in the area, 0 to 1.

    Returns:
        The account.

    Raises:
        DataError: if the table is incomplete.
    """
    industries = concordance["code"].tolist()
    requirements, output = direct_requirements(table, industries)
    households = household_account(table, industries)
    covers = sections_of_industries(concordance)
    by_section = jobs_of_industries(covers, households.compensation, jobs)
    employed = by_section.sum(axis=1)
    return TableAccount(
        industries=tuple(industries),
        requirements=requirements,
        output=output,
        wages=households.compensation / output,
        spending=consumption_from_wages * households.consumption / households.compensation.sum(),
        jobs_per_output=employed / output,
        sections=np.divide(by_section, employed[:, None], out=np.zeros_like(by_section), where=employed[:, None] > 0),
        covers=covers,
    )


@dataclass(frozen=True)
class RegionalTable:
    """A table cut to an area within its own.

    Attributes:
        requirements: (..., delta, industry, industry), purchases from the area's own industries per unit of output.
        spending: (..., delta, industry), purchases of households from them per unit of wages.
    """

    requirements: Array
    spending: Array


def regional_table(account: TableAccount, area: Array, reference: Array, method: Method, delta: Array) -> RegionalTable:
    """Cuts the reference area's purchases to what a smaller area can supply: A_r[i, j] = quotient[i, j] A[i, j].

    Args:
        account: table of the reference area.
        area: (..., section), jobs of one or more areas within it.
        reference: (section,), jobs of the reference area.
        method: location quotient.
        delta: (delta,), exponent of the size of the area.

    Returns:
        The table of each area at each delta; no coefficient exceeds that of the reference area.

    Source: Flegg & Webber (1997).
    """
    shares = trade_shares(method, area, reference, account.covers, delta)
    return RegionalTable(shares.industries * account.requirements, shares.households * account.spending)


def multipliers(account: TableAccount, regional: RegionalTable) -> dict[str, tuple[Array, Array, Array]]:
    """Direct, Type I and Type II effects of a unit of final demand on output, income and jobs.

    output: column sums of L; income: w L; jobs: e L; Type II the same with households in the inverse.

    Args:
        account: table of the reference area.
        regional: the table of an area.

    Returns:
        measure -> (direct (industry,), Type I, Type II (..., delta, industry)), M EUR per M EUR for output and income,
        jobs per M EUR for jobs. Divided by the direct effect they are the multipliers.

    Source: Miller & Blair (2009), sections 6.2 and 2.5.
    """
    inverse = leontief_inverse(regional.requirements)
    closed = type_two_inverse(inverse, account.wages, regional.spending)
    weights = {"output": np.ones_like(account.wages), "income": account.wages, "jobs": account.jobs_per_output}
    return {name: (weight, weight @ inverse, weight @ closed) for name, weight in weights.items()}


def multiplier_table(
    account: TableAccount, areas: dict[str, Array], reference: Array, methods: list[Method], delta: Array
) -> pd.DataFrame:
    """Multipliers of every industry by area, quotient and delta: unadjusted and SLQ beside FLQ.

    Args:
        account: table of the reference area.
        areas: name -> (section,), jobs.
        reference: (section,), jobs of the reference area.
        methods: location quotients.
        delta: (delta,).

    Returns:
        area, method, delta, industry, measure, direct, effect_1, effect_2 (per M EUR of final demand), type_1, type_2
        (times the direct effect); the multipliers are missing where an industry has no jobs in the area or no direct
        effect.
    """
    stacked = np.stack(list(areas.values()))
    present = (stacked @ account.covers.T > 0)[:, None]
    frames = []
    for method in methods:
        found = multipliers(account, regional_table(account, stacked, reference, method, delta))
        for measure, (direct, first, second) in found.items():
            once = np.broadcast_to(direct, first.shape)
            divisor = np.where(present & (once > 0), once, np.nan)
            values = (once, first, second, first / divisor, second / divisor)
            frames.append(_keyed(areas, delta, account.industries, values).assign(method=method, measure=measure))
    return pd.concat(frames, ignore_index=True)[[*_KEYS, *_VALUES]]


def _keyed(
    areas: dict[str, Array], delta: Array, industries: tuple[str, ...], values: tuple[Array, ...]
) -> pd.DataFrame:
    """Arrays (area, delta, industry) as the value columns of a tidy frame."""
    area, exponent, industry = np.meshgrid(np.arange(len(areas)), delta, np.arange(len(industries)), indexing="ij")
    frame = pd.DataFrame({name: value.ravel() for name, value in zip(_VALUES, values, strict=True)})
    return frame.assign(
        area=np.array(list(areas))[area.ravel()],
        delta=exponent.ravel(),
        industry=np.array(industries)[industry.ravel()],
    )


@dataclass(frozen=True)
class JobsPerJob:
    """Jobs of an area that one job of an industry sets in motion, that job itself left out.

    Attributes:
        indirect: (..., section), at suppliers and their suppliers.
        induced_by_suppliers: (..., section), where the wages of those are spent.
        induced_by_wages: (..., section), where the wages of the one job are spent, were they all spent in the area.
    """

    indirect: Array
    induced_by_suppliers: Array
    induced_by_wages: Array


def jobs_per_job(account: TableAccount, regional: RegionalTable, industry: str) -> JobsPerJob:
    """Indirect and induced jobs per direct job, with the output of the direct jobs given.

    The direct jobs are counted by their project, so the output of the industry is held at theirs: of L's column j the
    ratio L[i, j] / L[j, j] for the suppliers i, nothing for j itself, and never the same job twice. One job makes
    1 / e[j] of output.

    indirect = e[i] L[i, j] / L[j, j] / e[j];   induced = e L c / (1 - w L c) x wages earned

    Args:
        account: table of the reference area; wages and jobs per output are the same all over it.
        regional: the table of the area.
        industry: code of the industry of the direct jobs ("05_09").

    Returns:
        Jobs per job by section, leading axes as in `regional`.

    Raises:
        DataError: if the industry has no jobs in the reference area.

    Source: Miller & Blair (2009), sections 6.2 and 13.4.
    """
    column = account.index(industry)
    if account.jobs_per_output[column] == 0:
        raise DataError(
            f"Industry {industry} has no jobs in the table's area, so its jobs buy nothing: choose another."
        )
    inverse = leontief_inverse(regional.requirements)
    suppliers = inverse[..., :, column] / inverse[..., column, column][..., None]
    suppliers[..., column] = 0.0
    suppliers = suppliers / account.jobs_per_output[column]
    employing = account.jobs_per_output[:, None] * account.sections
    spent = spent_wages(inverse, account.wages, regional.spending) @ employing
    wage = account.wages[column] / account.jobs_per_output[column]
    return JobsPerJob(
        indirect=suppliers @ employing,
        induced_by_suppliers=(suppliers @ account.wages)[..., None] * spent,
        induced_by_wages=wage * spent,
    )
