"""Replacement demand: exits from working life, occupational mobility, and job openings."""

import numpy as np
import pandas as pd

from amoanalysis.models.jobs.labour_demand import SECTIONS
from amoanalysis.models.statistics.draws import Array

# Persons in the last ten years of working life exit over ten years.
OLD, OLD_YEARS = "55-64", 10.0
ALL_AGES = "15-64"
# Limits of the ageing factor, so that random changes in small age groups have little effect.
MIN_AGEING_FACTOR, MAX_AGEING_FACTOR = 0.5, 2.0


def exit_rates(table: pd.DataFrame) -> Array:
    """Share of an industry's workers who leave working life per year.

    rate[i] = persons of 55-64 / persons of 15-64 / 10, in the newest year with both

    Args:
        table: employed_by_industry_and_age, some sections merged ("A+B").

    Returns:
        (section,), share a year.

    Source: Statistics Finland, labour force survey, 2017: hotels and restaurants 1.0 %, all 1.9 %.
    """
    years = table.loc[table["age_group"] == OLD, "year"]
    wide = table[table["year"] == years.max()].pivot(index="industry", columns="age_group", values="employed")
    share = wide[OLD] / wide[ALL_AGES] / OLD_YEARS
    parts = {section: rate for name, rate in share.items() for section in str(name).split("+")}
    parts[SECTIONS[-1]] = parts["T"]
    return np.array([parts[section] for section in SECTIONS], dtype=np.float64)


def local_age_factor(table: pd.DataFrame, jobs: Array, rates: Array, places: list[str]) -> Array:
    """Share of older workers of a place relative to the national share in the same industries.

    factor[p] = share of 55-64 among the place's workers / (10 sum_i jobs[p, i] rate[i] / jobs[p])

    Args:
        table: jobs_by_workplace, newest year.
        jobs: (place, section).
        rates: (section,), see `exit_rates`.
        places: municipality codes.

    Returns:
        (place,); 1 where the share equals the national one or ages are unknown.

    Source: Statistics Finland, employment statistics 115p.
    """
    whole = table[(table["commuting"] == "total") & (table["education"] == "total")]
    newest = whole[(whole["age_group"] == OLD) & (whole["persons"] > 0)]["year"].max()
    wide = whole[whole["year"] == newest].pivot(index="place", columns="age_group", values="persons").reindex(places)
    expected = OLD_YEARS * (jobs * rates).sum(axis=1) / np.maximum(jobs.sum(axis=1), 1e-9)
    if OLD not in wide or "total" not in wide:
        return np.ones(len(places))
    share = (wide[OLD] / wide["total"]).to_numpy(dtype=np.float64)
    return np.asarray(np.where(np.isfinite(share) & (expected > 0), share / np.maximum(expected, 1e-9), 1.0))


def ageing_factor(leaving: Array, working: Array) -> Array:
    """Change in the share of residents near retirement, first year = 1.

    Args:
        leaving: (year, draw, place), residents of 60-64.
        working: (year, draw, place), residents of 20-64.

    Returns:
        (year, draw, place), from 0.5 to 2.
    """
    share = leaving / np.maximum(working, 1e-9)
    return np.asarray(np.clip(share / np.maximum(share[:1], 1e-9), MIN_AGEING_FACTOR, MAX_AGEING_FACTOR))


def exits(jobs: Array, rates: Array, factor: Array) -> Array:
    """Workers who leave working life in a year, by industry.

    Args:
        jobs: (year, draw, place, section).
        rates: (section,), share a year.
        factor: (year, draw, place), product of factors of age, rising retirement age and error.

    Returns:
        (year, draw, place, section), persons a year.
    """
    return np.asarray(jobs * rates * factor[..., None])


def net_mobility_loss(jobs: Array, mobility: Array, rate: Array) -> Array:
    """Net loss of workers to other occupations; sums to zero over occupations.

    flow[o, n] = rate mobility[o, n] / max_o sum_n mobility[o, n] x 2 jobs[o] jobs[n] / (jobs[o] + jobs[n]): the
    harmonic mean limits flows between a small and a large occupation.

    Args:
        jobs: (..., draw, place, occupation).
        mobility: (from, to), relative ease of changing occupation; zero rows have no outflow.
        rate: (draw,), yearly share of workers who change from the most mobile occupation.

    Returns:
        (..., draw, place, occupation), persons a year; positive for a net loss.
    """
    start, end = np.nonzero(mobility)
    if not len(start):
        return np.zeros_like(jobs)
    ease = mobility[start, end] / mobility.sum(axis=1).max()
    origin, destination = jobs[..., start], jobs[..., end]
    flow = ease * 2 * origin * destination / np.maximum(origin + destination, 1e-9) * rate[:, None, None]
    unit = np.eye(len(mobility))
    return np.asarray(flow @ (unit[start] - unit[end]))


def openings(growth: Array, replacement: Array) -> tuple[Array, Array]:
    """Openings and redundancies: replacement demand less the contraction of jobs.

    openings - redundant = growth + replacement; one of the two is zero

    Args:
        growth: change of jobs over a period.
        replacement: exits and net movement over the period, same shape.

    Returns:
        Openings and redundancies, same shape, not negative.
    """
    change = growth + replacement
    return np.maximum(change, 0.0), np.maximum(-change, 0.0)
