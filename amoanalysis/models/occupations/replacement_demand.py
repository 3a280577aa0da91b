"""Replacement demand: who leaves working life, who changes occupation, and what is left when jobs shrink."""

import numpy as np
import pandas as pd

from amoanalysis.models.jobs.labour_demand import SECTIONS
from amoanalysis.models.statistics.draws import Array

# The oldest ten years of working life leave it over ten years.
OLD, OLD_YEARS = "55-64", 10.0
ALL_AGES = "15-64"
# How far the ageing of a place may move its exits, so that a few persons of a small age group do not.
MIN_AGEING_FACTOR, MAX_AGEING_FACTOR = 0.5, 2.0


def exit_rates(table: pd.DataFrame) -> Array:
    """Share of an industry's workers who leave working life in a year.

    rate[i] = persons of 55-64 / persons of 15-64 / 10, newest year that has both

    Args:
        table: employed_by_industry_and_age, some sections joined ("A+B").

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
    """How much older the workers of a place are than its industries are in Finland.

    factor[p] = share of 55-64 among the place's workers / (10 sum_i jobs[p, i] rate[i] / jobs[p])

    Args:
        table: jobs_by_workplace, newest year.
        jobs: (place, section).
        rates: (section,), as `exit_rates` gives them.
        places: municipality codes.

    Returns:
        (place,); 1 where the place is as its industries are, or its ages are not known.

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
    """How the share of those about to leave changes with the population's own ages, first year = 1.

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
        factor: (year, draw, place), of age, of a rising retirement age, of what is not known.

    Returns:
        (year, draw, place, section), persons a year.
    """
    return np.asarray(jobs * rates * factor[..., None])


def net_mobility_loss(jobs: Array, mobility: Array, rate: Array) -> Array:
    """Workers lost to other occupations less those won from them; sums to nought over occupations.

    flow[o, n] = rate mobility[o, n] / max_o sum_n mobility[o, n] x 2 jobs[o] jobs[n] / (jobs[o] + jobs[n]), so that a
    small occupation neither swallows nor feeds a large one.

    Args:
        jobs: (..., draw, place, occupation).
        mobility: (from, to), how easily workers change; a row of noughts stays.
        rate: (draw,), share of workers who change in a year where changing is easiest.

    Returns:
        (..., draw, place, occupation), persons a year; positive where the occupation loses.
    """
    start, end = np.nonzero(mobility)
    if not len(start):
        return np.zeros_like(jobs)
    ease = mobility[start, end] / mobility.sum(axis=1).max()
    left, right = jobs[..., start], jobs[..., end]
    flow = ease * 2 * left * right / np.maximum(left + right, 1e-9) * rate[:, None, None]
    marks = np.eye(len(mobility))
    return np.asarray(flow @ (marks[start] - marks[end]))


def openings(growth: Array, replacement: Array) -> tuple[Array, Array]:
    """Openings, and those who are one too many: contraction is set off against replacement.

    openings - redundant = growth + replacement; one of the two is nought

    Args:
        growth: change of jobs over a period.
        replacement: exits and net movement over the period, same shape.

    Returns:
        openings and redundant, same shape, not negative.
    """
    change = growth + replacement
    return np.maximum(change, 0.0), np.maximum(-change, 0.0)
