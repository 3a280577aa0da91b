"""Labour supply by occupation: jobseekers, graduates, and workers from related occupations."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.models.statistics.draws import Array

NO_MATCH = "none"
TOTAL = "TOTAL"
# Jobseekers are means of this many years, because one year of a rare occupation has few persons.
SEEKER_YEARS = 3


@dataclass(frozen=True)
class Jobseekers:
    """Jobseekers and vacancies of an area by occupation group, mean of its newest years.

    Attributes:
        persons: (occupation,), jobseekers with a matching group.
        vacancies: (occupation,), open vacancies.
        without_match: index the producer's code, jobseekers without a matching group.
        without_jobseekers: occupation groups without jobseekers.
        years: the years.
    """

    persons: Array
    vacancies: Array
    without_match: pd.Series
    without_jobseekers: tuple[str, ...]
    years: tuple[int, ...]

    @property
    def coverage(self) -> float:
        """Share of the jobseekers with a matching group."""
        known = float(self.persons.sum())
        return known / (known + float(self.without_match.sum()))


def jobseekers_by_group(table: pd.DataFrame, concordance: pd.DataFrame, codes: tuple[str, ...]) -> Jobseekers:
    """Jobseekers by occupation group.

    Args:
        table: jobseekers_by_occupation of one area.
        concordance: isco_mitenna (isco, mitenna or "none", share of the occupation in the group).
        codes: occupation groups in the order of the result.

    Returns:
        The jobseekers; those without a matching group are listed separately.

    Source: Statistics Finland, employment service statistics 12ti.
    """
    last = int(table["year"].max())
    years = tuple(range(last - SEEKER_YEARS + 1, last + 1))
    own = table[table["year"].isin(years) & (table["occupation_isco"] != TOTAL)]
    columns = ["unemployed_jobseekers", "open_vacancies"]
    means = own.groupby("occupation_isco")[columns].sum() / len(years)
    pairs = concordance.set_index("isco")[["mitenna", "share"]].astype({"share": float})
    joined = means.join(pairs).fillna({"mitenna": NO_MATCH, "share": 1.0})
    parts = joined[columns].mul(joined["share"], axis=0)
    sums = parts.groupby(joined["mitenna"]).sum().reindex(list(codes)).fillna(0.0)
    unmatched = parts.loc[joined["mitenna"] == NO_MATCH, columns[0]].sort_values(ascending=False)
    persons = sums[columns[0]].to_numpy(dtype=np.float64)
    empty = tuple(code for code, count in zip(codes, persons, strict=True) if count == 0)
    return Jobseekers(persons, sums[columns[1]].to_numpy(dtype=np.float64), unmatched, empty, years)


def local_jobseeker_mix(seekers: Jobseekers, jobs: Array, area_jobs: Array, tilt: Array) -> Array:
    """Occupations of the jobseekers of a place: the mix of the area, tilted towards the occupations of the place.

    mix[p, o] ~ persons[o] (share of o in the jobs of p / share of o in those of the area) ^ tilt; sums to the coverage

    Args:
        seekers: jobseekers of the area.
        jobs: (place, occupation), jobs of the places.
        area_jobs: (occupation,), jobs of the area.
        tilt: (draw,), 0 for the mix of the area, 1 for that of the jobs of the place.

    Returns:
        (draw, place, occupation), shares in the jobseekers of the place; the remainder to 1 has no matching group.
    """
    here = jobs / np.maximum(jobs.sum(axis=1, keepdims=True), 1e-9)
    there = area_jobs / max(float(area_jobs.sum()), 1e-9)
    relative = np.divide(here, there, out=np.zeros_like(here), where=there > 0)
    weight = seekers.persons * np.maximum(relative, 1e-9) ** tilt[:, None, None]
    return np.asarray(seekers.coverage * weight / np.maximum(weight.sum(axis=2, keepdims=True), 1e-9))


def graduate_entrants(youth: Array, occupation_shares: Array, share_per_intake: Array) -> Array:
    """Young people of the region who enter an occupation with a degree.

    Args:
        youth: (year, draw, place), one birth cohort of ages 15-19.
        occupation_shares: (place, intake, occupation), shares of the occupations of an intake, sum to 1.
        share_per_intake: (draw, intake), share of a cohort who work in the region with a degree of the intake.

    Returns:
        (year, draw, place, occupation), persons a year.
    """
    weight = np.einsum("di,pio->dpo", share_per_intake, occupation_shares)
    return np.asarray(youth[..., None] * weight)


def graduate_occupation_shares(jobs: Array, intakes: list[str], names: list[str]) -> Array:
    """Shares of occupations in the graduates of an intake, equal to those in the jobs of the place.

    Args:
        jobs: (place, occupation).
        intakes: the intake that each occupation belongs to.
        names: intakes in the order of the result.

    Returns:
        (place, intake, occupation); zero for an intake without jobs in the place.
    """
    member = np.array([[name == intake for intake in intakes] for name in names], dtype=np.float64)
    inside = jobs[:, None, :] * member
    total = inside.sum(axis=2, keepdims=True)
    return np.divide(inside, total, out=np.zeros_like(inside), where=total > 0)


def cumulative_gap(needed: Array, supply: Array, mobility: Array, carried: Array) -> tuple[Array, Array]:
    """Cumulative openings without supply at the end of each year.

    short = max(0, needed - supply); idle = max(0, supply - needed)
    gap = max(0, short - carried sum_from idle mobility)

    Args:
        needed: (year, draw, place, occupation), openings since the start.
        supply: same shape, persons since the start.
        mobility: (from, to), share of the idle who can do the other work.
        carried: (draw,), factor on those shares, limited so that at most all idle persons are available.

    Returns:
        The gap, and the openings filled from other occupations, same shapes.
    """
    difference = needed - supply
    short, idle = np.maximum(difference, 0.0), np.maximum(-difference, 0.0)
    largest = 1 / max(float(mobility.sum(axis=1).max()), 1e-9)
    available = (idle @ mobility) * np.minimum(carried, largest)[:, None, None]
    filled = np.minimum(short, available)
    return np.asarray(short - filled), np.asarray(filled)
