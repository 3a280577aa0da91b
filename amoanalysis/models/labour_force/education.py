"""Education of employed residents, projected by cohort."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.config.assumptions import LabourForceAssumptions
from amoanalysis.models.statistics.draws import Array, Draws

LEVELS = ("basic", "upper_secondary", "lower_tertiary", "higher_tertiary")
# Level of the workers of places without education data.
UNKNOWN = "unknown"
REFERENCE = LEVELS.index("upper_secondary")
OTHER_LEVELS = [index for index in range(len(LEVELS)) if index != REFERENCE]
AGE_GROUPS = ("15-24", "25-34", "35-44", "45-54", "55-64", "65-74")
# The youngest age groups of the employment statistics, as groups of the forecast.
STATISTICS_AGE_GROUPS = {"0-17": "15-24", "18-24": "15-24"}
# Years after which a cohort is one age group older; progress is the mean over this many latest pairs of years.
COHORT_STEP = 10
# Up to this group people still study: new cohorts have the education of the latest years' mean in these groups.
FIRST_DONE = AGE_GROUPS.index("25-34")
LATEST_YEARS = 5
# Pseudo-count: workers with the education of all places together that are added to each age group of a place.
PSEUDO_COUNT = 10.0


@dataclass(frozen=True)
class EducationBase:
    """Education of employed residents in the last known year, and the progress of cohorts.

    Attributes:
        year: the last known year.
        known: (place,), whether the place has education data.
        ratios: (place, age group, level), log ratio of the workers of each other level to those of upper secondary
            level.
        progress: (age group, level), change of the log ratio while a cohort ages into this group; applied to groups
            after `FIRST_DONE`.
        age_factor: (place, age group), share of the employed divided by the share of the modelled labour force.
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
    """Estimates education by age from the employment statistics.

    Args:
        employed: table employed_residents.
        places: municipality codes.
        labour_force: (place, age group), modelled labour force by age of a year near the last known one.

    Returns:
        The base; None if no place has education by age over a whole cohort step.

    Source: Statistics Finland, tyokay 115n.
    """
    counts, years = workers_by_education(employed, places)
    known = counts[:, -1].sum(axis=(1, 2)) > 0 if years else np.zeros(len(places), dtype=bool)
    if not known.any() or len(years) <= COHORT_STEP:
        return None
    pooled = _log_ratios(counts.sum(axis=0) + 0.5)
    newest = counts[:, -1].copy()
    newest[:, : FIRST_DONE + 1] = counts[:, -LATEST_YEARS:, : FIRST_DONE + 1].mean(axis=1)
    share = newest.sum(axis=0) / newest.sum(axis=(0, 2))[:, None]
    own = _log_ratios(newest + PSEUDO_COUNT * share[None] + 1e-6)
    change = pooled[COHORT_STEP:, 1:] - pooled[:-COHORT_STEP, :-1]
    progress = np.concatenate([np.zeros((1, len(OTHER_LEVELS))), change[-COHORT_STEP:].mean(axis=0)])
    at_work = counts[:, -1].sum(axis=2)
    factor = _normalise(at_work) / np.maximum(_normalise(labour_force), 1e-9)
    return EducationBase(years[-1], known, own, progress, np.where(known[:, None], factor, 1.0))


def workers_by_education(employed: pd.DataFrame, places: list[str]) -> tuple[Array, list[int]]:
    """Employed residents by age group and level: (place, year, age group, level), and the years."""
    rows = employed[
        employed["place"].isin(places) & (employed["commuting"] == "total") & employed["education"].isin(LEVELS)
    ]
    rows = rows.assign(age_group=rows["age_group"].replace(STATISTICS_AGE_GROUPS))
    rows = rows[rows["age_group"].isin(AGE_GROUPS)]
    years = sorted(int(year) for year in rows["year"].unique())
    sums = rows.groupby(["place", "year", "age_group", "education"])["persons"].sum()
    index = pd.MultiIndex.from_product([places, years, AGE_GROUPS, LEVELS])
    values = sums.reindex(index, fill_value=0).to_numpy(dtype=np.float64)
    return values.reshape(len(places), len(years), len(AGE_GROUPS), len(LEVELS)), years


def draw_education_paths(
    base: EducationBase | None, assumptions: LabourForceAssumptions, draws: Draws, years: range
) -> EducationPaths | None:
    """Draws the shares of the levels by age in each forecast year.

    ratio[t + 10, group] = ratio[t, group - 1] + progress[group] + shock, interpolated linearly between the steps. The
    groups up to age 34, whose members come from school, change by the shock only.

    Args:
        base: known education, or None.
        assumptions: standard deviation of the shocks.
        draws: block of draws.
        years: forecast years.

    Returns:
        The paths; None without a base.
    """
    if base is None:
        return None
    spread = draws.sample(assumptions.education_shock)[:, None, None, None]
    common = draws.normal("education", (1, 1, len(OTHER_LEVELS)))
    own = draws.normal("education_local", (len(base.known), 1, len(OTHER_LEVELS)))
    shock = spread * (common + own) / np.sqrt(2)
    steps = [np.broadcast_to(base.ratios[None], (draws.count, *base.ratios.shape))]
    while base.year + COHORT_STEP * (len(steps) - 1) < years[-1]:
        steps.append(_age_cohorts(steps[-1], base.progress) + shock)
    shares = np.empty((len(years), draws.count, *base.ratios.shape[:2], len(LEVELS)))
    for t, year in enumerate(years):
        whole, part = divmod(max(year - base.year, 0), COHORT_STEP)
        later = steps[min(whole + 1, len(steps) - 1)]
        shares[t] = _level_shares(steps[whole] + (later - steps[whole]) * part / COHORT_STEP)
    return EducationPaths(shares, base.age_factor, base.known)


def employed_by_education(employed: Array, labour_force: Array, paths: EducationPaths | None, t: int) -> Array:
    """Employed residents by level of education.

    Args:
        employed: (draw, place), employed residents.
        labour_force: (draw, place, age group), labour force by age.
        paths: shares of the levels; None if unknown.
        t: index of the year.

    Returns:
        (draw, place, level and unknown), persons; sums to the employed residents.
    """
    result = np.zeros((*employed.shape, len(LEVELS) + 1))
    if paths is None:
        result[..., -1] = employed
        return result
    weights = _normalise(labour_force * paths.age_factor[None])
    shares = np.einsum("dpg,dpgl->dpl", weights, paths.shares[t])
    result[..., :-1] = np.where(paths.known[:, None], employed[..., None] * shares, 0.0)
    result[..., -1] = np.where(paths.known, 0.0, employed)
    return result


def _age_cohorts(ratios: Array, progress: Array) -> Array:
    """Log ratios one step later, without the shock: cohorts move to the next group; the young groups are unchanged."""
    older = ratios[:, :, FIRST_DONE:-1] + progress[FIRST_DONE + 1 :]
    return np.concatenate([ratios[:, :, : FIRST_DONE + 1], older], axis=2)


def _log_ratios(counts: Array) -> Array:
    return np.asarray(np.log(counts[..., OTHER_LEVELS] / counts[..., [REFERENCE]]))


def _level_shares(ratios: Array) -> Array:
    """Shares of all levels from their log ratios to upper secondary level: (..., level)."""
    weights = np.ones((*ratios.shape[:-1], len(LEVELS)))
    weights[..., OTHER_LEVELS] = np.exp(ratios)
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def _normalise(values: Array) -> Array:
    total = values.sum(axis=-1, keepdims=True)
    return np.divide(values, total, out=np.zeros_like(values), where=total > 0)
