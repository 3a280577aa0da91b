"""Input-output analysis of one area: requirements, Leontief inverse, and the jobs behind a purchase."""

import numpy as np
import pandas as pd

from amoanalysis.errors import DataError
from amoanalysis.models.draws import Array
from amoanalysis.models.jobs import SECTIONS


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


def leontief_inverse(requirements: Array) -> Array:
    """L = (I - A)^-1: output of each industry that a unit of final demand needs in all.

    Args:
        requirements: (industry, industry), A.

    Returns:
        (industry, industry).

    Raises:
        DataError: if an industry buys more than it produces, so that no inverse exists.

    Source: Miller & Blair (2009), section 2.2.
    """
    if np.max(np.abs(np.linalg.eigvals(requirements))) >= 1:
        raise DataError("The requirements leave no surplus (spectral radius of 1 or more): check the table.")
    return np.asarray(np.linalg.inv(np.eye(len(requirements)) - requirements), dtype=np.float64)


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
