"""Input-output analysis: requirements, inverses, satellite accounts, households, and the jobs behind a purchase.

The functions take any square system of industries - one area, several regions side by side, or many variants of one
area on leading axes (draws, areas, values of a parameter).
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
        raise DataError("input_output_2014: an industry has no output, so nothing can be said per unit of it.")
    return flows / output[None, :], output


def coefficients(flows: Array, output: Array) -> Array:
    """Purchases of each industry per unit of its output: A[i, j] = flows[i, j] / output[j].

    The same division turns a satellite account (jobs, wages: one row an account) into its intensities S.

    Args:
        flows: (row, industry), flows between industries or the rows of an account.
        output: (industry,), same year; an industry without output gets zero.

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


def allocation(flows: Array, output: Array) -> Array:
    """Where each industry's output goes, per unit of it: B[i, j] = flows[i, j] / output[i].

    `leontief_inverse(allocation(...))` is the Ghosh inverse G.

    Args:
        flows: (industry, industry).
        output: (industry,).

    Returns:
        (industry, industry).

    Source: Miller & Blair (2009), section 12.1.
    """
    return coefficients(flows.T, output).T


def leontief_inverse(requirements: Array) -> Array:
    """L = (I - A)^-1: output of each industry that a unit of final demand needs in all.

    Args:
        requirements: (..., industry, industry), A.

    Returns:
        (..., industry, industry).

    Raises:
        DataError: if an industry buys more than it produces, so that no inverse exists.

    Source: Miller & Blair (2009), section 2.2.
    """
    if np.max(np.abs(np.linalg.eigvals(requirements))) >= 1:
        raise DataError("The requirements leave no surplus (spectral radius of 1 or more): check the table.")
    return np.asarray(np.linalg.inv(np.eye(requirements.shape[-1]) - requirements), dtype=np.float64)


def downstream_multipliers(intensity: Array, ghosh_inverse: Array) -> Array:
    """What the buyers of an industry's output, and their buyers, do per unit of it: S (G - I)'.

    Args:
        intensity: (account, industry), S.
        ghosh_inverse: (industry, industry), G.

    Returns:
        (account, industry), the industry's own account left out.
    """
    return intensity @ (ghosh_inverse - np.eye(ghosh_inverse.shape[-1])).T


@dataclass(frozen=True)
class Footprints:
    """An account of several regions, counted where it arises and where its products are used up.

    Attributes:
        production: (account, region x industry), where it arises.
        consumption: (account, region x industry), embodied in what a region uses up of each industry's product.
        imports: (account, region x industry), the part of `consumption` that arises in other regions.
        exports: (account, region x industry), the part of `production` that other regions use up.
    """

    production: Array
    consumption: Array
    imports: Array
    exports: Array


def footprints(intensity: Array, inverse: Array, final_demand: Array) -> Footprints:
    """Jobs (or another account) embodied in the final demand of each region.

    x[n, r, k] = sum over origins o of L[n, (o, k)] y[(o, k), r]: output of n for what r uses up of product k.

    Args:
        intensity: (account, region x industry), S.
        inverse: (region x industry, region x industry), L.
        final_demand: (region x industry, region), all uses of a region together.

    Returns:
        The account by production and by consumption; both have the same total.

    Raises:
        ShapeError: if the industries are not those of as many regions as there are columns of final demand.

    Source: Miller & Blair (2009), chapter 3; Stadler (2021), Pymrio.
    """
    size, regions = final_demand.shape
    if size % regions or inverse.shape != (size, size):
        raise ShapeError(f"{size} rows of final demand and an inverse of {inverse.shape} are not {regions} regions.")
    origin = (size, regions, size // regions)
    needed = np.einsum("nok,okr->nrk", inverse.reshape(origin), final_demand.reshape(*origin[1:], regions))
    abroad = np.repeat(~np.eye(regions, dtype=bool), size // regions, axis=0)[:, :, None] * needed
    return Footprints(
        production=intensity * needed.sum(axis=(1, 2)),
        consumption=intensity @ needed.reshape(size, size),
        imports=intensity @ abroad.reshape(size, size),
        exports=intensity * abroad.sum(axis=(1, 2)),
    )


@dataclass(frozen=True)
class HouseholdAccount:
    """Wages and what they are spent on, for closing a table with respect to households.

    Attributes:
        compensation: (industry,), compensation of employees, M EUR.
        consumption: (industry,), what households buy of the area's own industries, M EUR; imports and taxes on
            products stand outside.
    """

    compensation: Array
    consumption: Array


def household_account(table: pd.DataFrame, industries: list[str]) -> HouseholdAccount:
    """The households' row and column of a table.

    Args:
        table: input_output_2014 of one area.
        industries: codes of the industries, the order of the result.

    Returns:
        The account; an industry without employees (letting of dwellings) pays no wages.

    Raises:
        DataError: if the table has no wages or no consumption of households.

    Source: Miller & Blair (2009), section 2.5.
    """
    domestic = table[table["matrix"] == "domestic"]
    paid = domestic[domestic["product"] == "compensation_of_employees"].set_index("user")["value_meur"]
    bought = domestic[domestic["user"] == "households"].set_index("product")["value_meur"]
    if paid.empty or bought.empty:
        raise DataError("input_output_2014: compensation_of_employees or households is missing, so nothing is induced.")
    return HouseholdAccount(
        compensation=paid.reindex(industries).fillna(0.0).to_numpy(dtype=np.float64),
        consumption=bought.reindex(industries).fillna(0.0).to_numpy(dtype=np.float64),
    )


def output_per_wage(inverse: Array, wages: Array, spending: Array) -> Array:
    """Output that a unit of wages sets in motion once spent, with all further rounds: L c / (1 - w L c).

    Args:
        inverse: (..., industry, industry), L.
        wages: (industry,), compensation of employees per unit of output, w.
        spending: (..., industry), purchases of the area's products per unit of wages, c.

    Returns:
        (..., industry), output per unit of wages.

    Raises:
        DataError: if wages feed on themselves without end (w L c of 1 or more).
    """
    first_round = np.einsum("...ij,...j->...i", inverse, spending)
    returning = first_round @ wages
    if np.max(returning) >= 1:
        raise DataError("Spent wages come back whole (w L c of 1 or more): check the consumption of households.")
    return np.asarray(first_round / (1 - returning)[..., None], dtype=np.float64)


def type_two_inverse(inverse: Array, wages: Array, spending: Array) -> Array:
    """The industries' block of the inverse of a table closed for households: L + spent wages x (w L).

    Args:
        inverse: (..., industry, industry), L.
        wages: (industry,), compensation of employees per unit of output.
        spending: (..., industry), purchases of the area's products per unit of wages.

    Returns:
        (..., industry, industry).

    Source: Miller & Blair (2009), section 2.5.
    """
    earned = np.einsum("i,...ij->...j", wages, inverse)
    return inverse + output_per_wage(inverse, wages, spending)[..., :, None] * earned[..., None, :]


def output_by_section(output: Array, sections: list[str]) -> Array:
    """Sums values of industries to TOL 2008 sections; an industry of two sections is split evenly.

    Args:
        output: (..., industry).
        sections: sections of each industry, joined by "+" ("D+E").

    Returns:
        (..., section), in the order of `jobs.SECTIONS`.
    """
    share = np.zeros((output.shape[-1], len(SECTIONS)))
    for index, joined in enumerate(sections):
        letters = ["TUX" if letter in "TUX" else letter for letter in joined.split("+")]
        for letter in letters:
            share[index, SECTIONS.index(letter)] += 1 / len(letters)
    return output @ share


def supplier_shares(table: pd.DataFrame, concordance: pd.DataFrame, jobs: Array, buyer: str) -> Array:
    """Sections in which the indirect jobs of a buying industry arise.

    shares ~ jobs per output x (L - I) e_buyer, by section: direct and further purchases within the area, in jobs.

    Args:
        table: input_output_2014 of one area.
        concordance: io_industries, with the sections of each industry.
        jobs: (section,), jobs of the area about the table's year.
        buyer: code of the industry that buys ("05_09": mining).

    Returns:
        (section,), sums to 1; the buyer's own section is left out where it is not a supplier of itself.

    Source: Miller & Blair (2009), section 6.2.
    """
    industries = concordance["code"].tolist()
    requirements, output = direct_requirements(table, industries)
    set_in_motion = leontief_inverse(requirements)[:, industries.index(buyer)]
    set_in_motion[industries.index(buyer)] -= 1
    by_section = output_by_section(np.stack([output, set_in_motion]), concordance["sections"].tolist())
    jobs_per_output = np.divide(jobs, by_section[0], out=np.zeros(len(SECTIONS)), where=by_section[0] > 0)
    indirect = by_section[1] * jobs_per_output
    return np.asarray(indirect / indirect.sum(), dtype=np.float64)


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
            raise unknown_name_error("industry of the input-output table", industry, self.industries)
        return self.industries.index(industry)

    def largest_industry(self, section: str) -> str:
        """The industry with most jobs of a TOL 2008 section: what a project of that section is taken to be.

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
    """A table cut to an area within its own.

    Attributes:
        requirements: (..., delta, industry, industry), purchases from the area's own industries per unit of output.
        spending: (..., delta, industry), purchases of households from them per unit of wages.
    """

    requirements: Array
    spending: Array


def regional_table(
    account: InputOutputAccount, area: Array, reference: Array, method: Method, delta: Array
) -> RegionalTable:
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


def multipliers(account: InputOutputAccount, regional: RegionalTable) -> dict[str, tuple[Array, Array, Array]]:
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
    account: InputOutputAccount, areas: dict[str, Array], reference: Array, methods: list[Method], delta: Array
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
            frames.append(_to_frame(areas, delta, account.industries, values).assign(method=method, measure=measure))
    return pd.concat(frames, ignore_index=True)[[*_KEYS, *_VALUES]]


def _to_frame(
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


def jobs_per_job(account: InputOutputAccount, regional: RegionalTable, industry: str) -> JobsPerJob:
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
    spent = output_per_wage(inverse, account.wages, regional.spending) @ employing
    wage = account.wages[column] / account.jobs_per_output[column]
    return JobsPerJob(
        indirect=suppliers @ employing,
        induced_by_suppliers=(suppliers @ account.wages)[..., None] * spent,
        induced_by_wages=wage * spent,
    )
