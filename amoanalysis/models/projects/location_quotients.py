"""Location quotients: the share of its inputs that an area can supply itself, from its jobs by industry."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from amoanalysis.errors import DataError, ShapeError, unknown_name_error
from amoanalysis.models.jobs.labour_demand import SECTIONS
from amoanalysis.models.statistics.draws import Array

Method = Literal["unadjusted", "slq", "cilq", "flq", "aflq"]
_UNKNOWN_SECTIONS = ("T", "U", "X")
# A smaller quotient is rounding error of an industry without jobs and is not used as a divisor.
_SMALLEST_QUOTIENT = 1e-9


def jobs_scaled_to_totals(by_industry: pd.DataFrame, by_workplace: pd.DataFrame, year: int, places: list[str]) -> Array:
    """Jobs by section, scaled in each place to its known total.

    The tables by industry of 2012-2016 are sums of postal-code areas and contain 70-90 % of the jobs; the missing jobs
    are assumed to have the same industries. A complete year is unchanged.

    Args:
        by_industry: table jobs_by_industry.
        by_workplace: table jobs_by_workplace.
        year: year.
        places: municipality codes.

    Returns:
        (place, section), jobs.

    Raises:
        DataError: if a place lacks the year in either table.

    Source: Statistics Finland, Paavo (tyokay) and 115p.
    """
    rows = by_industry[by_industry["year"] == year]
    rows = rows[rows["industry"] != "TOTAL"]
    section = rows["industry"].where(~rows["industry"].isin(_UNKNOWN_SECTIONS), "TUX")
    wide = rows.assign(section=section).pivot_table(index="place", columns="section", values="jobs", aggfunc="sum")
    counts = wide.reindex(index=places, columns=list(SECTIONS)).fillna(0.0).to_numpy(dtype=np.float64)
    whole = by_workplace[by_workplace["year"] == year]
    for column in ("commuting", "education", "age_group"):
        whole = whole[whole[column] == "total"]
    known = whole.set_index("place")["persons"].reindex(places).to_numpy(dtype=np.float64)
    without_jobs = [place for place, row, total in zip(places, counts, known, strict=True) if not row.sum() * total > 0]
    if without_jobs:
        raise DataError(
            f"jobs_by_industry, jobs_by_workplace: no jobs of {year} for {', '.join(without_jobs)}: add rows."
        )
    return counts * (known / counts.sum(axis=1))[:, None]


def sections_of_industries(concordance: pd.DataFrame) -> Array:
    """Sections of each industry of the input-output table.

    Args:
        concordance: io_industries; "D+E" belongs to both.

    Returns:
        (industry, section), 1 where the industry belongs to the section, else 0.

    Raises:
        DataError: if a section is unknown.
    """
    covers = np.zeros((len(concordance), len(SECTIONS)))
    for index, joined in enumerate(concordance["sections"]):
        for letter in joined.split("+"):
            name = "TUX" if letter in _UNKNOWN_SECTIONS else letter
            if name not in SECTIONS:
                raise DataError(f"io_industries, row {index + 2}: '{letter}' is not a section of TOL 2008: correct it.")
            covers[index, SECTIONS.index(name)] = 1.0
    return covers


def jobs_of_industries(covers: Array, compensation: Array, jobs: Array) -> Array:
    """Jobs of each industry by section; the jobs of a section are split over its industries by their wages.

    Args:
        covers: (industry, section), 1 where an industry belongs to a section.
        compensation: (industry,), compensation of employees.
        jobs: (section,), jobs of the area.

    Returns:
        (industry, section), jobs; sums to the jobs of every section that has an industry.
    """
    paid = covers * compensation[:, None]
    paid = np.where(paid.sum(axis=0) > 0, paid, covers)
    total = paid.sum(axis=0)
    return np.divide(paid, total, out=np.zeros_like(paid), where=total > 0) * jobs


def simple_quotients(area: Array, reference: Array, covers: Array) -> Array:
    """SLQ: share of an industry in the area's jobs over its share in those of the reference area.

    SLQ[i] = (jobs[i] / all jobs) of the area / (jobs[i] / all jobs) of the reference area

    Args:
        area: (..., section), jobs.
        reference: (section,), jobs of the area whose table is regionalised; it contains the area.
        covers: (industry, section), 1 where an industry belongs to a section; industries of a section share its SLQ.

    Returns:
        (..., industry), 0 where the area or the reference has no jobs.

    Raises:
        ShapeError: if the area has more jobs in a section than the reference area that contains it.

    Source: Miller & Blair (2009), section 8.2.
    """
    if (area > reference * (1 + 1e-9) + 1e-9).any():
        raise ShapeError("An area has more jobs in a section than the reference area: it must be part of it.")
    own = (area @ covers.T) / np.maximum(area.sum(axis=-1, keepdims=True), 1e-12)
    whole = (reference @ covers.T) / reference.sum()
    return np.divide(own, whole, out=np.zeros_like(own), where=whole > 0)


def cross_industry_quotients(simple: Array) -> Array:
    """CILQ: size of the supplying industry relative to that of the buying one; SLQ on the diagonal.

    CILQ[i, j] = SLQ[i] / SLQ[j]; 0 in the column of an industry without jobs in the area.

    Args:
        simple: (..., industry), SLQ.

    Returns:
        (..., supplying industry, buying industry).

    Source: Miller & Blair (2009), section 8.2.
    """
    suppliers, buyers = np.broadcast_arrays(simple[..., :, None], simple[..., None, :])
    cross = np.divide(suppliers, buyers, out=np.zeros(suppliers.shape), where=buyers > _SMALLEST_QUOTIENT)
    return np.where(np.eye(simple.shape[-1], dtype=bool), suppliers, cross)


def size_factor(size_share: Array, delta: Array) -> Array:
    """Size adjustment of the FLQ, lambda* = log2(1 + size share) ^ delta; a smaller area imports more.

    Args:
        size_share: (...), jobs of the area per job of the reference area, 0 to 1.
        delta: (delta,), 0 to below 1.

    Returns:
        (..., delta), 0 to 1; 1 where the area is the reference area.

    Source: Flegg & Webber (1997).
    """
    return np.asarray(np.log2(1 + size_share)[..., None] ** delta, dtype=np.float64)


@dataclass(frozen=True)
class TradeShares:
    """Shares of the reference area's domestic purchases that a smaller area can supply itself.

    Attributes:
        industries: (..., delta, supplying industry, buying industry), 0 to 1.
        households: (..., delta, supplying industry), 0 to 1.
    """

    industries: Array
    households: Array


def trade_shares(method: Method, area: Array, reference: Array, covers: Array, delta: Array) -> TradeShares:
    """Shares of an area's purchases supplied by its own industries: a location quotient with an upper limit of 1.

    unadjusted 1; slq SLQ[i]; cilq CILQ[i, j]; flq lambda* CILQ[i, j]; aflq the same times log2(1 + SLQ[j]) where the
    buying industry is concentrated in the area (SLQ[j] above 1). Households buy as an industry with an SLQ of 1.

    Args:
        method: location quotient.
        area: (..., section), jobs.
        reference: (section,), jobs of the area whose table is regionalised.
        covers: (industry, section), 1 where an industry belongs to a section.
        delta: (delta,), exponent of flq and aflq; the other methods do not depend on it.

    Returns:
        The shares.

    Raises:
        UserError: if the method is unknown.

    Source: Flegg & Webber (1997, 2000); Flegg & Tohmo (2013) for Finland's regions.
    """
    if method not in get_args(Method):
        raise unknown_name_error("location quotient", method, get_args(Method))
    simple = simple_quotients(area, reference, covers)
    shape = (*simple.shape[:-1], len(delta), *simple.shape[-1:] * 2)
    if method == "unadjusted":
        return TradeShares(np.ones(shape), np.ones(shape[:-1]))
    suppliers = np.repeat(simple[..., None, :], len(delta), axis=-2)
    if method == "slq":
        pairs = np.broadcast_to(suppliers[..., None], shape)
        return TradeShares(np.minimum(pairs, 1.0), np.minimum(suppliers, 1.0))
    pairs = np.repeat(cross_industry_quotients(simple)[..., None, :, :], len(delta), axis=-3)
    if method == "aflq":
        pairs = pairs * np.maximum(np.log2(1 + suppliers), 1.0)[..., None, :]
    if method in ("flq", "aflq"):
        smaller = size_factor(area.sum(axis=-1) / reference.sum(), delta)
        pairs, suppliers = pairs * smaller[..., None, None], suppliers * smaller[..., None]
    return TradeShares(np.minimum(pairs, 1.0), np.minimum(suppliers, 1.0))


def find_small_cells(jobs: Array, places: list[str], fewest: float) -> pd.DataFrame:
    """Lists cells with too few jobs for a meaningful quotient, which a single firm could change.

    Args:
        jobs: (place, section), jobs.
        places: names of the rows.
        fewest: smallest number of jobs of a cell that is not listed.

    Returns:
        place, section, jobs, and location_quotient relative to the sum of the places; one row per cell with fewer jobs
        than `fewest`, including cells without jobs.
    """
    whole = jobs.sum(axis=0)
    quotients = simple_quotients(jobs, whole, np.eye(jobs.shape[1]))
    row, column = np.nonzero(jobs < fewest)
    return pd.DataFrame(
        {
            "place": [places[index] for index in row],
            "section": [SECTIONS[index] for index in column],
            "jobs": jobs[row, column],
            "location_quotient": quotients[row, column],
        }
    )
