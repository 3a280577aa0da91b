"""Who is there for the openings of an occupation: jobseekers, graduates, and those whose skills carry over."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.models.statistics.draws import Array

NO_MATCH = "none"
TOTAL = "TOTAL"
# Means of so many years: one year of a rare occupation is a handful of persons.
SEEKER_YEARS = 3


@dataclass(frozen=True)
class Jobseekers:
    """Jobseekers and vacancies of an area by occupation group, mean of its newest years.

    Attributes:
        persons: (occupation,), jobseekers with a match.
        vacancies: (occupation,), open vacancies.
        without_match: index the producer's code, persons without a group of ours.
        without_jobseekers: occupation groups that no jobseeker's occupation leads to.
        years: the years.
    """

    persons: Array
    vacancies: Array
    without_match: pd.Series
    without_jobseekers: tuple[str, ...]
    years: tuple[int, ...]

    @property
    def coverage(self) -> float:
        """Share of the jobseekers who have a group."""
        known = float(self.persons.sum())
        return known / (known + float(self.without_match.sum()))


def jobseekers_by_group(table: pd.DataFrame, concordance: pd.DataFrame, codes: tuple[str, ...]) -> Jobseekers:
    """Jobseekers by occupation group.

    Args:
        table: jobseekers_by_occupation of one area.
        concordance: isco_mitenna (isco, mitenna or "none", share of the occupation in the group).
        codes: occupation groups in the order of the result.

    Returns:
        The jobseekers; those without a match are listed, not dropped.

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


def local_jobseeker_mix(found: Jobseekers, jobs: Array, area_jobs: Array, tilt: Array) -> Array:
    """What the jobseekers of a place can do: the area's mix, tilted to the occupations that the place has.

    mix[p, o] ~ persons[o] (share of o in the jobs of p / share of o in those of the area) ^ tilt; sums to the coverage

    Args:
        found: jobseekers of the area.
        jobs: (place, occupation), jobs of the places.
        area_jobs: (occupation,), jobs of the area.
        tilt: (draw,), 0 as the area, 1 as the place's jobs.

    Returns:
        (draw, place, occupation), shares of all jobseekers of the place; what is missing to 1 has no match.
    """
    here = jobs / np.maximum(jobs.sum(axis=1, keepdims=True), 1e-9)
    there = area_jobs / max(float(area_jobs.sum()), 1e-9)
    relative = np.divide(here, there, out=np.zeros_like(here), where=there > 0)
    weight = found.persons * np.maximum(relative, 1e-9) ** tilt[:, None, None]
    return np.asarray(found.coverage * weight / np.maximum(weight.sum(axis=2, keepdims=True), 1e-9))


def graduate_entrants(youth: Array, chosen: Array, taken: Array) -> Array:
    """Young people of the region who enter an occupation with a degree.

    Args:
        youth: (year, draw, place), a year of birth of those of 15-19.
        chosen: (place, intake, occupation), how graduates of an intake divide over its occupations, sums to 1.
        taken: (draw, intake), persons of a year of birth who work in the region with a degree of the intake.

    Returns:
        (year, draw, place, occupation), persons a year.
    """
    weight = np.einsum("di,pio->dpo", taken, chosen)
    return np.asarray(youth[..., None] * weight)


def graduate_occupation_shares(jobs: Array, intakes: list[str], names: list[str]) -> Array:
    """How graduates of an intake divide over its occupations: as the place's jobs do.

    Args:
        jobs: (place, occupation).
        intakes: the intake that each occupation belongs to.
        names: intakes in the order of the result.

    Returns:
        (place, intake, occupation); an intake without jobs in a place has no graduates there.
    """
    member = np.array([[name == intake for intake in intakes] for name in names], dtype=np.float64)
    inside = jobs[:, None, :] * member
    total = inside.sum(axis=2, keepdims=True)
    return np.divide(inside, total, out=np.zeros_like(inside), where=total > 0)


def cumulative_gap(needed: Array, supply: Array, mobility: Array, carried: Array) -> tuple[Array, Array]:
    """Openings that nobody is there for at the end of a year, all since the start together.

    short = max(0, needed - supply); idle = max(0, supply - needed)
    gap = max(0, short - carried sum_from idle mobility)

    Args:
        needed: (year, draw, place, occupation), openings since the start.
        supply: same shape, persons since the start.
        mobility: (from, to), share of the idle who can do the other work.
        carried: (draw,), factor on those shares; no more than all of the idle are offered.

    Returns:
        gap, and of the short those helped out of another occupation, same shapes.
    """
    difference = needed - supply
    short, idle = np.maximum(difference, 0.0), np.maximum(-difference, 0.0)
    most = 1 / max(float(mobility.sum(axis=1).max()), 1e-9)
    offered = (idle @ mobility) * np.minimum(carried, most)[:, None, None]
    helped = np.minimum(short, offered)
    return np.asarray(short - helped), np.asarray(helped)
