"""Education of those at work: each cohort carries its own on, and the young who follow bring theirs."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.config.assumptions import LabourForceAssumptions
from amoanalysis.models.statistics.draws import Array, Draws

LEVELS = ("basic", "upper_secondary", "lower_tertiary", "higher_tertiary")
# Where a place's education is not known, its workers stand here.
UNKNOWN = "unknown"
REFERENCE = LEVELS.index("upper_secondary")
OTHERS = [index for index in range(len(LEVELS)) if index != REFERENCE]
AGE_GROUPS = ("15-24", "25-34", "35-44", "45-54", "55-64", "65-74")
# The employment statistics have their own youngest group; the groups after it are ours.
OF_STATISTICS = {"0-17": "15-24", "18-24": "15-24"}
# A cohort is one group older after so many years; progress is the mean of the latest so many such pairs of years.
STEP = 10
# Below this group people still study: each new cohort is taken to come to what those of the latest years had there.
FIRST_DONE = AGE_GROUPS.index("25-34")
LATEST_YEARS = 5
# So many workers of all places together are added to each small cell, so that none is empty by chance.
BORROWED = 10.0


@dataclass(frozen=True)
class EducationBase:
    """Education of employed residents in the last known year, and how cohorts go on.

    Attributes:
        year: the last known year.
        known: (place,), whether the place's education is known.
        ratios: (place, age group, level other than upper secondary), log of a level's workers per upper secondary.
        progress: (age group, level), change of that log when a cohort of the group before has become this group; of
            groups after FIRST_DONE.
        age_factor: (place, age group), share in those at work per share in the modelled labour force, then.
    """

    year: int
    known: Array
    ratios: Array
    progress: Array
    age_factor: Array


@dataclass(frozen=True)
class EducationPaths:
    """Shares of the levels for each forecast year.

    Attributes:
        shares: (year, draw, place, age group, level), each sums to 1 over levels.
        age_factor: (place, age group).
        known: (place,).
    """

    shares: Array
    age_factor: Array
    known: Array


def education_base(employed: pd.DataFrame, places: list[str], labour_force: Array) -> EducationBase | None:
    """Reads education by age off the employment statistics.

    Args:
        employed: table employed_residents.
        places: municipality codes.
        labour_force: (place, age group), modelled labour force by age of a year near the last known one.

    Returns:
        The base; None where no place has education by age over a whole step of a cohort.

    Source: Statistics Finland, tyokay 115n.
    """
    counts, years = workers_by_education(employed, places)
    known = counts[:, -1].sum(axis=(1, 2)) > 0 if years else np.zeros(len(places), dtype=bool)
    if not known.any() or len(years) <= STEP:
        return None
    together = counts.sum(axis=0)
    pooled = _ratios(together + 0.5)
    newest = counts[:, -1].copy()
    newest[:, : FIRST_DONE + 1] = counts[:, -LATEST_YEARS:, : FIRST_DONE + 1].mean(axis=1)
    share = newest.sum(axis=0) / newest.sum(axis=(0, 2))[:, None]
    own = _ratios(newest + BORROWED * share[None] + 1e-6)
    moved = pooled[STEP:, 1:] - pooled[:-STEP, :-1]
    progress = np.concatenate([np.zeros((1, len(OTHERS))), moved[-STEP:].mean(axis=0)])
    at_work = counts[:, -1].sum(axis=2)
    factor = _shares(at_work) / np.maximum(_shares(labour_force), 1e-9)
    return EducationBase(years[-1], known, own, progress, np.where(known[:, None], factor, 1.0))


def workers_by_education(employed: pd.DataFrame, places: list[str]) -> tuple[Array, list[int]]:
    """Employed residents by age group and level: (place, year, age group, level), and the years."""
    rows = employed[
        employed["place"].isin(places) & (employed["commuting"] == "total") & employed["education"].isin(LEVELS)
    ]
    rows = rows.assign(age_group=rows["age_group"].replace(OF_STATISTICS))
    rows = rows[rows["age_group"].isin(AGE_GROUPS)]
    years = sorted(int(year) for year in rows["year"].unique())
    sums = rows.groupby(["place", "year", "age_group", "education"])["persons"].sum()
    index = pd.MultiIndex.from_product([places, years, AGE_GROUPS, LEVELS])
    values = sums.reindex(index, fill_value=0).to_numpy(dtype=np.float64)
    return values.reshape(len(places), len(years), len(AGE_GROUPS), len(LEVELS)), years


def education_paths(
    base: EducationBase | None, assumptions: LabourForceAssumptions, draws: Draws, years: range
) -> EducationPaths | None:
    """Shares of the levels by age in each forecast year.

    ratio[t + 10, group] = ratio[t, group - 1] + progress[group] + shock; between the tens of years in proportion. The
    groups to 34, who come from school, stay as they are but for the shock.

    Args:
        base: what is known; None where nothing is.
        assumptions: the spread of progress.
        draws: block of draws.
        years: forecast years.

    Returns:
        The paths; None where nothing is known.
    """
    if base is None:
        return None
    spread = draws.sample(assumptions.education_shock)[:, None, None, None]
    common = draws.normal("education", (1, 1, len(OTHERS)))
    own = draws.normal("education_local", (len(base.known), 1, len(OTHERS)))
    shock = spread * (common + own) / np.sqrt(2)
    steps = [np.broadcast_to(base.ratios[None], (draws.count, *base.ratios.shape))]
    while base.year + STEP * (len(steps) - 1) < years[-1]:
        steps.append(_next(steps[-1], base.progress) + shock)
    shares = np.empty((len(years), draws.count, *base.ratios.shape[:2], len(LEVELS)))
    for index, year in enumerate(years):
        whole, part = divmod(max(year - base.year, 0), STEP)
        later = steps[min(whole + 1, len(steps) - 1)]
        shares[index] = _levels(steps[whole] + (later - steps[whole]) * part / STEP)
    return EducationPaths(shares, base.age_factor, base.known)


def employed_by_education(employed: Array, labour_force: Array, paths: EducationPaths | None, index: int) -> Array:
    """Employed residents by level of education.

    Args:
        employed: (draw, place), employed residents.
        labour_force: (draw, place, age group), labour force by age.
        paths: shares of the levels; None where nothing is known.
        index: of the year.

    Returns:
        (draw, place, level and unknown), persons; they sum to the employed residents.
    """
    result = np.zeros((*employed.shape, len(LEVELS) + 1))
    if paths is None:
        result[..., -1] = employed
        return result
    weights = _shares(labour_force * paths.age_factor[None])
    shares = np.einsum("dpg,dpgl->dpl", weights, paths.shares[index])
    result[..., :-1] = np.where(paths.known[:, None], employed[..., None] * shares, 0.0)
    result[..., -1] = np.where(paths.known, 0.0, employed)
    return result


def _next(ratios: Array, progress: Array) -> Array:
    """Ratios a step later, before the shock: each group is the one before it, gone on; the young are as they were."""
    gone_on = ratios[:, :, FIRST_DONE:-1] + progress[FIRST_DONE + 1 :]
    return np.concatenate([ratios[:, :, : FIRST_DONE + 1], gone_on], axis=2)


def _ratios(counts: Array) -> Array:
    return np.asarray(np.log(counts[..., OTHERS] / counts[..., [REFERENCE]]))


def _levels(ratios: Array) -> Array:
    """Shares of all levels from the logs of their ratios to upper secondary: (..., level)."""
    weights = np.ones((*ratios.shape[:-1], len(LEVELS)))
    weights[..., OTHERS] = np.exp(ratios)
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def _shares(values: Array) -> Array:
    total = values.sum(axis=-1, keepdims=True)
    return np.divide(values, total, out=np.zeros_like(values), where=total > 0)
