"""Shift-share: what of a place's change in jobs the economy around it, its industries and the place itself explain."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.errors import DataError, ShapeError
from amoanalysis.models.draws import Array
from amoanalysis.models.jobs import SECTIONS

ALL = "+".join(SECTIONS)
# Broad sectors that are known before 2012; T stands with X in the sections and so outside the services.
BROAD_SECTORS = ("A", "B+C+D+E+F", "+".join("GHIJKLMNOPQRS"), "TUX")
PARTS = ("national", "mix", "local")


@dataclass(frozen=True)
class Components:
    """The three parts of a change in jobs, (place, industry) each, jobs; they sum to the change.

    Attributes:
        national: what it would have been, had every job grown as the reference economy.
        mix: more or less of it because the place's industries grew faster or slower there.
        local: the rest, in which the place parted from the same industries elsewhere.
    """

    national: Array
    mix: Array
    local: Array


def shift_share(start: Array, end: Array, reference_start: Array, reference_end: Array) -> Components:
    """Classical decomposition of a change in jobs.

    end - start = start G + start (G_i - G) + start (g_i - G_i), with g and G the growth of place and reference

    Args:
        start: (place, industry), jobs in the first year.
        end: same shape, jobs in the last year.
        reference_start: (industry,), jobs of the reference economy in the first year.
        reference_end: (industry,), in the last year.

    Returns:
        National, mix and local part; local is what is left, so it stands where the place began with no job too.

    Raises:
        DataError: if the reference has no jobs in an industry that a place has.
        ShapeError: if the industries disagree.

    Source: Dunn (1960); Loveridge & Selting (1998).
    """
    if start.shape != end.shape or not start.shape[-1:] == reference_start.shape == reference_end.shape:
        raise ShapeError(f"Shift-share: jobs are {start.shape} and {end.shape}, the reference {reference_start.shape}.")
    whole = reference_end.sum() / reference_start.sum() - 1
    if ((reference_start <= 0) & (start > 0).any(axis=0)).any():
        raise DataError("Shift-share: the reference economy has no jobs in an industry that a place has: merge it.")
    alike = np.full(reference_start.shape, whole + 1)
    growth = np.divide(reference_end, reference_start, out=alike, where=reference_start > 0)
    national, mix = start * whole, start * (growth - 1 - whole)
    return Components(national, mix, end - start - national - mix)


def dynamic_shift_share(jobs: Array, reference: Array) -> Components:
    """Sum of the classical decompositions of all years, so that a changing mix of industries is weighed as it changes.

    Args:
        jobs: (year, place, industry), jobs, no year left out.
        reference: (year, industry), jobs of the reference economy.

    Returns:
        The parts of the change from the first year to the last.

    Source: Barff & Knight (1988).
    """
    yearly = [shift_share(jobs[i], jobs[i + 1], reference[i], reference[i + 1]) for i in range(len(jobs) - 1)]
    return Components(*(np.sum([getattr(part, name) for part in yearly], axis=0) for name in PARTS))


def decomposition(
    panel: pd.DataFrame, places: list[str], first: int, last: int, reference: pd.DataFrame, dynamic: bool = False
) -> pd.DataFrame:
    """Decomposes the change in jobs of places by the industries of a reference economy.

    Args:
        panel: see `jobs_panel`.
        places: municipality codes.
        first: first year.
        last: last year.
        reference: jobs of the reference economy, index industries ("A", or "A+B" where sections are merged), columns
            years; see `reference_of_places` and `reference_of_survey`.
        dynamic: year by year; the reference must then have every year.

    Returns:
        place, industry, start, end, change, national, mix, local, standard_error (jobs): the error of `local` from
        the uncertainty of the panel's cells, the reference taken as known.

    Raises:
        DataError: if panel or reference lack a year.
    """
    years = list(range(first, last + 1)) if dynamic else [first, last]
    industries = list(reference.index)
    jobs, error = _cells(panel, places, years, industries)
    missing = [year for year in years if year not in reference.columns]
    if missing:
        raise DataError(f"Shift-share: the reference economy lacks {missing[0]}: take a year from {_held(reference)}.")
    around = reference[years].to_numpy(dtype=np.float64).T
    parts = dynamic_shift_share(jobs, around) if dynamic else shift_share(jobs[0], jobs[1], around[0], around[1])
    growth = around[-1] / np.maximum(around[0], 1e-300)
    index = pd.MultiIndex.from_product([places, industries], names=["place", "industry"])
    columns = {"start": jobs[0], "end": jobs[-1], "change": jobs[-1] - jobs[0]}
    columns |= {name: getattr(parts, name) for name in PARTS}
    columns["standard_error"] = np.sqrt((error[0] * growth) ** 2 + error[-1] ** 2)
    return pd.DataFrame({name: values.ravel() for name, values in columns.items()}, index=index).reset_index()


def by_place(decomposed: pd.DataFrame) -> pd.DataFrame:
    """Sums a decomposition over industries: index place, columns start, end, change, national, mix, local.

    No error is summed: the total of a place is known, so errors of its industries offset each other.
    """
    return decomposed.groupby("place", sort=False)[["start", "end", "change", *PARTS]].sum()


def reference_of_places(
    panel: pd.DataFrame, places: Sequence[str], industries: Sequence[str] = SECTIONS
) -> pd.DataFrame:
    """Jobs of an area made of places of the panel: index industries, columns years.

    Args:
        panel: see `jobs_panel`.
        places: all municipalities of the area.
        industries: sections, or several joined by "+".
    """
    inside = panel[panel["place"].isin(list(places))]
    wide = inside.pivot_table(index="section", columns="year", values="jobs", aggfunc="sum")
    return pd.DataFrame({name: wide.loc[sections_of(name)].sum() for name in industries}).T


def reference_of_survey(employed: pd.DataFrame, by_workplace: pd.DataFrame) -> pd.DataFrame:
    """Finland's jobs by industry: the labour force survey's shares of the jobs of the employment statistics.

    The survey merges sections (A with B, D with E, K with L, S with T and U) and has few years here; those of unknown
    industry are left out of its shares.

    Args:
        employed: table employed_by_industry_and_age; the rows of all ages 15-64 are used.
        by_workplace: table jobs_by_workplace, with Finland.

    Returns:
        Index industries, columns years.

    Source: Statistics Finland, Labour Force Survey (tyti), tyokay 115p.
    """
    rows = employed[(employed["age_group"] == "15-64") & (employed["industry"] != "TOTAL")]
    wide = rows.pivot(index="industry", columns="year", values="employed").astype(float)
    totals = reference_of_totals(by_workplace).loc[ALL]
    shared = (wide / wide.sum())[[year for year in wide.columns if year in totals.index]]
    return shared * totals[shared.columns]


def reference_of_totals(by_workplace: pd.DataFrame, place: str = "SSS") -> pd.DataFrame:
    """Jobs of an economy without industries, for years that have none: one row; the mix part is then zero."""
    whole = by_workplace[(by_workplace[["commuting", "education", "age_group"]] == "total").all(axis=1)]
    jobs = whole[whole["place"] == place].set_index("year")["persons"].astype(float)
    return jobs.to_frame(ALL).T


def sections_of(industry: str) -> list[str]:
    """Sections that an industry's name joins: "K+L", "S+T+U" (T and U stand with X in the panel)."""
    letters = ("TUX" if letter in ("T", "U", "X") else letter for letter in industry.split("+"))
    return list(dict.fromkeys(letters))


def _cells(panel: pd.DataFrame, places: list[str], years: list[int], industries: list[str]) -> tuple[Array, Array]:
    """Jobs and their standard errors: (year, place, industry) each."""
    cells = panel.set_index(["year", "place", "section"])[["jobs", "uncertainty"]]
    wanted = pd.MultiIndex.from_product([years, places, SECTIONS])
    found = cells.reindex(wanted)
    if found["jobs"].isna().any():
        year, place, _ = wanted[found["jobs"].isna().to_numpy()][0]
        raise DataError(f"Shift-share: the jobs panel lacks {place} in {year}: take a year that it has.")
    shape = (len(years), len(places), len(SECTIONS))
    jobs = found["jobs"].to_numpy(dtype=np.float64).reshape(shape)
    error = found["uncertainty"].to_numpy(dtype=np.float64).reshape(shape) * np.maximum(jobs, 1.0)
    member = np.array([[section in sections_of(name) for name in industries] for section in SECTIONS], dtype=np.float64)
    if (member.sum(axis=1) != 1).any():
        raise DataError("Shift-share: the industries of the reference do not cover every section just once: mend them.")
    return jobs @ member, np.sqrt(error**2 @ member)


def _held(reference: pd.DataFrame) -> str:
    return ", ".join(str(year) for year in reference.columns)
