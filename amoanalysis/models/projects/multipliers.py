"""Input-output analysis: a table of the reference area, cut to smaller areas, and its multipliers.

Arrays may have leading axes: several areas, draws, or values of a parameter.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.errors import DataError, ShapeError, unknown_name_error
from amoanalysis.models.jobs.labour_demand import SECTIONS
from amoanalysis.models.projects.location_quotients import (
    Method,
    jobs_of_industries,
    sections_of_industries,
    trade_shares,
)
from amoanalysis.models.statistics.draws import Array


def direct_requirements(table: pd.DataFrame, industries: list[str]) -> tuple[Array, Array]:
    """Purchases from the area's own industries per unit of output, and output.

    A[i, j] = domestic use of product i by industry j / output of j

    Args:
        table: input_output_2014 of one area.
        industries: codes of the industries, the order of the result.

    Returns:
        A (industry, industry) and output (industry,), M EUR at basic prices.

    Raises:
        DataError: if an industry is missing or has no output.

    Source: Miller & Blair (2009), section 2.2; Honkatukia et al. (2019), Lapland 2014.
    """
    domestic = table[table["matrix"] == "domestic"]
    use = domestic.pivot(index="product", columns="user", values="value_meur")
    absent = [code for code in industries if code not in use.index or code not in use.columns]
    if absent or "output" not in use.index:
        raise DataError(f"input_output_2014: industries or output are missing ({', '.join(absent) or 'output'}).")
    flows = use.reindex(index=industries, columns=industries).fillna(0.0).to_numpy(dtype=np.float64)
    output = use.loc["output", industries].to_numpy(dtype=np.float64)
    if not (output > 0).all():
        raise DataError("input_output_2014: an industry has no output, so its coefficients are undefined.")
    return coefficients(flows, output), output


def coefficients(flows: Array, output: Array) -> Array:
    """Purchases of each industry per unit of its output: A[i, j] = flows[i, j] / output[j].

    Divided by output, the rows of a satellite account (jobs, wages) give its intensities S.

    Args:
        flows: (row, industry), flows between industries or the rows of an account.
        output: (industry,), same year; industries without output have zero coefficients.

    Returns:
        (row, industry).

    Raises:
        ShapeError: if the industries disagree.

    Source: Miller & Blair (2009), sections 2.2 and 6.2.
    """
    if flows.shape[-1] != output.shape[-1]:
        raise ShapeError(f"The flows have {flows.shape[-1]} industries, the output {output.shape[-1]}.")
    per_output = np.broadcast_to(output, flows.shape)
    return np.divide(flows, per_output, out=np.zeros(flows.shape), where=per_output != 0)


def leontief_inverse(requirements: Array) -> Array:
    """L = (I - A)^-1: total output of each industry per unit of final demand.

    Args:
        requirements: (..., industry, industry), A.

    Returns:
        (..., industry, industry).

    Raises:
        DataError: if inputs exceed output (spectral radius of 1 or more).

    Source: Miller & Blair (2009), section 2.2.
    """
    if np.max(np.abs(np.linalg.eigvals(requirements))) >= 1:
        raise DataError("The requirements leave no surplus (spectral radius of 1 or more): check the table.")
    return np.asarray(np.linalg.inv(np.eye(requirements.shape[-1]) - requirements), dtype=np.float64)


@dataclass(frozen=True)
class HouseholdAccount:
    """Wages and consumption of households, for a table closed with respect to households.

    Attributes:
        compensation: (industry,), compensation of employees, M EUR.
        consumption: (industry,), household consumption from the area's own industries, M EUR, without imports and
            taxes on products.
    """

    compensation: Array
    consumption: Array


def household_account(table: pd.DataFrame, industries: list[str]) -> HouseholdAccount:
    """Reads the row and column of households from a table.

    Args:
        table: input_output_2014 of one area.
        industries: codes of the industries, the order of the result.

    Returns:
        The account; an industry without employees (letting of dwellings) has no wages.

    Raises:
        DataError: if the table has no wages or no consumption of households.

    Source: Miller & Blair (2009), section 2.5.
    """
    domestic = table[table["matrix"] == "domestic"]
    paid = domestic[domestic["product"] == "compensation_of_employees"].set_index("user")["value_meur"]
    bought = domestic[domestic["user"] == "households"].set_index("product")["value_meur"]
    if paid.empty or bought.empty:
        raise DataError("input_output_2014: compensation_of_employees or households is missing: add its rows.")
    return HouseholdAccount(
        compensation=paid.reindex(industries).fillna(0.0).to_numpy(dtype=np.float64),
        consumption=bought.reindex(industries).fillna(0.0).to_numpy(dtype=np.float64),
    )


def output_per_wage(inverse: Array, wages: Array, spending: Array) -> Array:
    """Output per unit of wages spent, all rounds of spending included: L c / (1 - w L c).

    Args:
        inverse: (..., industry, industry), L.
        wages: (industry,), compensation of employees per unit of output, w.
        spending: (..., industry), purchases of the area's products per unit of wages, c.

    Returns:
        (..., industry), output per unit of wages.

    Raises:
        DataError: if the rounds of spending do not converge (w L c of 1 or more).
    """
    first_round = np.einsum("...ij,...j->...i", inverse, spending)
    respent = first_round @ wages
    if np.max(respent) >= 1:
        raise DataError(
            "The rounds of spending do not converge (w L c of 1 or more): check the consumption of households."
        )
    return np.asarray(first_round / (1 - respent)[..., None], dtype=np.float64)


def type_two_inverse(inverse: Array, wages: Array, spending: Array) -> Array:
    """The industries' block of the inverse of a table closed for households: L + output per wage x (w L).

    Args:
        inverse: (..., industry, industry), L.
        wages: (industry,), compensation of employees per unit of output.
        spending: (..., industry), purchases of the area's products per unit of wages.

    Returns:
        (..., industry, industry).

    Source: Miller & Blair (2009), section 2.5.
    """
    wages_earned = np.einsum("i,...ij->...j", wages, inverse)
    return inverse + output_per_wage(inverse, wages, spending)[..., :, None] * wages_earned[..., None, :]


_KEYS = ("area", "method", "delta", "industry", "measure")
_VALUES = ("direct", "effect_1", "effect_2", "type_1", "type_2")


@dataclass(frozen=True)
class InputOutputAccount:
    """The input-output table of the reference area (Lapland 2014) per unit of output.

    Attributes:
        industries: codes.
        requirements: (industry, industry), purchases from the area's own industries, A.
        output: (industry,), M EUR.
        wages: (industry,), compensation of employees per unit of output, w.
        spending: (industry,), purchases of households from the area's own industries per unit of wages, c.
        jobs_per_output: (industry,), jobs per M EUR of output, same year, e.
        sections: (industry, section), shares of the sections in an industry's jobs; zeros for industries without jobs.
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
        """Position of an industry.

        Raises:
            UserError: if the table has no such industry.
        """
        if industry not in self.industries:
            raise unknown_name_error("industry of the input-output table", industry, self.industries)
        return self.industries.index(industry)

    def largest_industry(self, section: str) -> str:
        """The industry with most jobs in a TOL 2008 section, which represents the projects of that section.

        Raises:
            UserError: if no industry of the table belongs to the section.
        """
        covered = {name: column for column, name in enumerate(SECTIONS) if self.covers[:, column].any()}
        if section not in covered:
            raise unknown_name_error("section of the input-output table", section, covered)
        jobs = self.jobs_per_output * self.output * self.sections[:, covered[section]]
        return self.industries[int(np.argmax(jobs))]


def input_output_account(
    table: pd.DataFrame, concordance: pd.DataFrame, jobs: Array, consumption_from_wages: float
) -> InputOutputAccount:
    """Reads the input-output table of the reference area per unit of output.

    The table is closed with respect to households by the wages earned in the area. A given share of household
    consumption is paid from these wages: c = share x consumption of own products / all wages. Imports, product taxes
    and consumption from pensions, benefits and property income have no further effects.

    Args:
        table: input_output_2014 of one area.
        concordance: io_industries, with the sections of each industry.
        jobs: (section,), jobs of the table's area in its year (see `jobs_scaled_to_totals`).
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
    return InputOutputAccount(
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
    """The table of an area within the reference area.

    Attributes:
        requirements: (..., delta, industry, industry), purchases from the area's own industries per unit of output.
        spending: (..., delta, industry), purchases of households from them per unit of wages.
    """

    requirements: Array
    spending: Array


def regional_table(
    account: InputOutputAccount, area: Array, reference: Array, method: Method, delta: Array
) -> RegionalTable:
    """Regionalises the table: A_r[i, j] = quotient[i, j] A[i, j], the purchases that a smaller area supplies itself.

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


def multipliers(account: InputOutputAccount, regional: RegionalTable) -> dict[str, tuple[Array, Array, Array]]:
    """Direct, Type I and Type II effects of a unit of final demand on output, income and jobs.

    output: column sums of L; income: w L; jobs: e L; Type II the same with households in the inverse.

    Args:
        account: table of the reference area.
        regional: the table of an area.

    Returns:
        measure -> (direct (industry,), Type I, Type II (..., delta, industry)), M EUR per M EUR for output and income,
        jobs per M EUR for jobs. The multipliers are these effects divided by the direct effect.

    Source: Miller & Blair (2009), sections 6.2 and 2.5.
    """
    inverse = leontief_inverse(regional.requirements)
    closed = type_two_inverse(inverse, account.wages, regional.spending)
    weights = {"output": np.ones_like(account.wages), "income": account.wages, "jobs": account.jobs_per_output}
    return {name: (weight, weight @ inverse, weight @ closed) for name, weight in weights.items()}


def multiplier_table(
    account: InputOutputAccount, areas: dict[str, Array], reference: Array, methods: list[Method], delta: Array
) -> pd.DataFrame:
    """Multipliers of every industry by area, location quotient and delta.

    Args:
        account: table of the reference area.
        areas: name -> (section,), jobs.
        reference: (section,), jobs of the reference area.
        methods: location quotients.
        delta: (delta,).

    Returns:
        area, method, delta, industry, measure, direct, effect_1, effect_2 (per M EUR of final demand), type_1, type_2
        (times the direct effect); multipliers are NaN where an industry has no jobs in the area or no direct effect.
    """
    stacked = np.stack(list(areas.values()))
    present = (stacked @ account.covers.T > 0)[:, None]
    frames = []
    for method in methods:
        effects = multipliers(account, regional_table(account, stacked, reference, method, delta))
        for measure, (direct, first, second) in effects.items():
            unit = np.broadcast_to(direct, first.shape)
            divisor = np.where(present & (unit > 0), unit, np.nan)
            values = (unit, first, second, first / divisor, second / divisor)
            frames.append(_to_frame(areas, delta, account.industries, values).assign(method=method, measure=measure))
    return pd.concat(frames, ignore_index=True)[[*_KEYS, *_VALUES]]


def _to_frame(
    areas: dict[str, Array], delta: Array, industries: tuple[str, ...], values: tuple[Array, ...]
) -> pd.DataFrame:
    """Arrays (area, delta, industry) as the value columns of a long table."""
    area, exponent, industry = np.meshgrid(np.arange(len(areas)), delta, np.arange(len(industries)), indexing="ij")
    frame = pd.DataFrame({name: value.ravel() for name, value in zip(_VALUES, values, strict=True)})
    return frame.assign(
        area=np.array(list(areas))[area.ravel()],
        delta=exponent.ravel(),
        industry=np.array(industries)[industry.ravel()],
    )


@dataclass(frozen=True)
class JobsPerJob:
    """Indirect and induced jobs of an area per direct job of an industry.

    Attributes:
        indirect: (..., section), at suppliers and their suppliers.
        induced_by_suppliers: (..., section), from the wages of suppliers.
        induced_by_wages: (..., section), from the wages of the direct job if its worker lives in the area.
    """

    indirect: Array
    induced_by_suppliers: Array
    induced_by_wages: Array


def jobs_per_job(account: InputOutputAccount, regional: RegionalTable, industry: str) -> JobsPerJob:
    """Indirect and induced jobs per direct job for given output of the direct jobs.

    The project counts the direct jobs, so the output of industry j is exogenous: suppliers i produce L[i, j] / L[j, j]
    per unit of it, and j itself nothing more, which avoids double counting. One job produces 1 / e[j] of output.

    indirect = e[i] L[i, j] / L[j, j] / e[j];   induced = e L c / (1 - w L c) x wages earned

    Args:
        account: table of the reference area; wages and jobs per output are the same in all its parts.
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
        raise DataError(f"Industry {industry} has no jobs in the table's area: choose another.")
    inverse = leontief_inverse(regional.requirements)
    suppliers = inverse[..., :, column] / inverse[..., column, column][..., None]
    suppliers[..., column] = 0.0
    suppliers = suppliers / account.jobs_per_output[column]
    employing = account.jobs_per_output[:, None] * account.sections
    induced = output_per_wage(inverse, account.wages, regional.spending) @ employing
    wage = account.wages[column] / account.jobs_per_output[column]
    return JobsPerJob(
        indirect=suppliers @ employing,
        induced_by_suppliers=(suppliers @ account.wages)[..., None] * induced,
        induced_by_wages=wage * induced,
    )
