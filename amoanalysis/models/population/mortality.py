"""Mortality: smoothing of death rates, their improvement, and what they mean for survival."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.linalg import solveh_banded

from amoanalysis.errors import AmoError, DataError, ShapeError
from amoanalysis.models.population.cohort_component import summed_ages

Array = NDArray[np.float64]

# Average years lived in the first year of life by those who die in it, by the death rate of that year: for each sex
# (women, men) the rate from which a line holds, its level and its slope (Andreev & Kingkade 2015, as used by the Human
# Mortality Database, methods protocol version 6).
_INFANTS = (
    ((0.0, 0.14903, -2.05527), (0.01724, 0.04667, 3.88089), (0.06891, 0.31411, 0.0)),
    ((0.0, 0.14929, -1.99545), (0.0230, 0.02832, 3.26021), (0.08307, 0.29915, 0.0)),
)
# Penalties tried by `smoothed_rates`: from hardly any to a straight line of log rates.
_PENALTIES = tuple(float(p) for p in 10.0 ** np.arange(8))
# Change of a log rate below which the smoothing has settled: Newton squares it with each step.
_SETTLED = 1e-6
# A trend and its error cannot be told from fewer years.
_FEWEST_YEARS = 5
# Autocorrelation above this is a random walk for all that a few decades can tell.
_MOST_AUTOCORRELATION = 0.95


@dataclass(frozen=True)
class Drift:
    """Yearly decline of log death rates.

    Attributes:
        improvement: (sex, group), decline a year; 0.02 is two per cent lower each year.
        standard_error: (sex, group), of the decline.
        group_starts: (group,), first age of each group; the last one reaches to the oldest age.
    """

    improvement: Array
    standard_error: Array
    group_starts: tuple[int, ...]


def life_expectancy(death_rates: Array) -> Array:
    """Years a newborn lives under these death rates.

    Args:
        death_rates: (..., sex, age), yearly, single ages; women first, the last age open.

    Returns:
        (..., sex), years.

    Raises:
        ShapeError: if there are not two sexes.
        DataError: if the rate of the open age is not above zero.

    Source: Preston, Heuveline & Guillot (2001), chapter 3.
    """
    return _years_lived(death_rates).sum(axis=-1)


def survival_ratios(death_rates: Array, *, width: int = 1) -> Array:
    """Share of each age group that is alive a step later, by the age reached, from a life table.

    S[0] = L[0] / width of births, S[a] = L[a] / L[a - 1], and of the last two groups together, the open one and the one
    before, S[-1] = T[-1] / (L[-2] + T[-1]).

    Args:
        death_rates: (..., sex, age), yearly, single ages; women first, the last age open.
        width: years in a step and an age group: 1, or 5 for a five-year table.

    Returns:
        (..., sex, group), shares, in the form of `cohort.survive`.

    Raises:
        ShapeError: if there are not two sexes, or the ages below the open one do not fill whole groups.
        DataError: if the rate of the open age is not above zero.

    Source: Preston, Heuveline & Guillot (2001), chapters 3 and 6; UN World Population Prospects 2022, methodology.
    """
    lived = _years_lived(death_rates)
    ages = lived.shape[-1]
    if (ages - 1) % width:
        raise ShapeError(f"{ages} ages, the last one open, do not make groups of {width} years: leave no remainder.")
    closed = summed_ages(lived[..., :-1], width)
    ratios = np.empty((*lived.shape[:-1], closed.shape[-1] + 1))
    ratios[..., 0] = closed[..., 0] / width
    ratios[..., 1:-1] = closed[..., 1:] / closed[..., :-1]
    ratios[..., -1] = lived[..., -1] / (closed[..., -1] + lived[..., -1])
    return ratios


def smoothed_rates(deaths: Array, exposure: Array, penalty: float | None = None) -> Array:
    """Death rates smoothed over age: penalised Poisson likelihood (Whittaker) of log rates.

    Maximises sum_a (deaths log mu - mu) - penalty / 2 sum_a (second difference of log rate)^2, mu = exposure * rate, so
    that ages with few deaths lean on their neighbours and a strong penalty ends in Gompertz's straight line. The first
    age stands apart from the differences: infants are no part of the curve of childhood.

    Args:
        deaths: (..., age), persons, which may be fractions; single ages, the last one open.
        exposure: (..., age), person-years, none negative; an age without them is filled from its neighbours.
        penalty: of roughness; without it the one of the lowest BIC is taken, for each curve apart.

    Returns:
        (..., age), yearly rates. The first one is deaths / exposure, with half a death where there are none.

    Raises:
        ShapeError: if deaths and exposure disagree.
        DataError: if a curve has no deaths or no exposure in all.
        AmoError: if the fit does not settle.

    Source: Whittaker (1923); Eilers & Marx (1996), Statistical Science 11; Camarda (2012), Journal of Statistical
        Software 50.
    """
    if deaths.shape != exposure.shape:
        raise ShapeError(f"Deaths have the shape {deaths.shape} and person-years {exposure.shape}: they must agree.")
    if np.any(deaths.sum(axis=-1) <= 0) or np.any(exposure[..., 0] <= 0):
        raise DataError("Death rates cannot be smoothed without deaths or without infants: check the tables.")
    candidates = _PENALTIES if penalty is None else (penalty,)
    ages = deaths.shape[-1]
    curves = zip(deaths.reshape(-1, ages), exposure.reshape(-1, ages), strict=True)
    fits = [[_penalised(*curve, candidate) for candidate in candidates] for curve in curves]
    best = [min(fit, key=lambda result: result[1])[0] for fit in fits]
    return np.exp(np.stack(best)).reshape(deaths.shape)


def improvement_drift(years: Array, death_rates: Array, weights: Array, group_starts: Sequence[int]) -> Drift:
    """Log-linear improvement of death rates by sex and age group.

    log(sum_a w[a] m[a, t] / sum_a w[a]) = level - improvement * t + e[t], by least squares over the years there are.
    The standard error allows for errors that persist: it is that of independent errors times sqrt((1 + r) / (1 - r)),
    with r the autocorrelation of neighbouring years, corrected for its bias about a trend, (2 + 4 r) / n.

    Args:
        years: (year,), rising; gaps are allowed.
        death_rates: (year, sex, age), yearly.
        weights: (sex, age), the standard population that makes one rate of a group.
        group_starts: first age of each group, rising. Leave out ages whose rates cannot be trusted by a weight of zero.

    Returns:
        The drift; improvement is positive where mortality falls.

    Raises:
        ShapeError: if the arrays disagree or there are fewer than five years.
        DataError: if a group has no deaths in a year, or no weight.

    Source: Lee & Carter (1992) for the log-linear decline; von Storch & Zwiers (1999), chapter 6, for the sample size
        that is left by autocorrelated errors.
    """
    if len(years) < _FEWEST_YEARS or death_rates.shape != (len(years), *weights.shape):
        raise ShapeError(
            f"{len(years)} years, rates {death_rates.shape} and weights {weights.shape}: {_FEWEST_YEARS} years are "
            "the least, and rates must be year by sex by age."
        )
    starts = np.asarray(group_starts)
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = np.add.reduceat(death_rates * weights, starts, axis=2) / np.add.reduceat(weights, starts, axis=1)
        logs = np.log(rates)
    if not np.isfinite(logs).all():
        raise DataError("An age group has no deaths in a year or no weight, so its decline has no logarithm: widen it.")
    time = years - years.mean()
    squares = float(time @ time)
    slope = np.tensordot(time, logs, axes=1) / squares
    errors = logs - logs.mean(axis=0) - time[:, None, None] * slope
    independent = np.sqrt((errors**2).sum(axis=0) / (len(years) - 2) / squares)
    persistence = _autocorrelation(years, errors)
    widened = independent * np.sqrt((1 + persistence) / (1 - persistence))
    return Drift(-slope, widened, tuple(int(start) for start in starts))


def over_ages(values: Array, group_starts: Sequence[int], ages: int) -> Array:
    """Spreads a value of age groups over single ages, without steps between groups.

    Straight lines between the middles of the groups, level outside the first and the last middle; the first group alone
    keeps its value if it is the first year of life.

    Args:
        values: (..., group), improvement for instance.
        group_starts: first age of each group.
        ages: how many single ages.

    Returns:
        (..., age).
    """
    borders = np.append(np.asarray(group_starts, dtype=np.float64), ages)
    middles = (borders[:-1] + borders[1:] - 1) / 2
    infants = int(borders[1] - borders[0] == 1)
    single = np.arange(ages, dtype=np.float64)
    rows = values.reshape(-1, values.shape[-1])
    spread = np.stack([np.interp(single, middles[infants:], row[infants:]) for row in rows])
    if infants:
        spread[:, 0] = rows[:, 0]
    return spread.reshape(*values.shape[:-1], ages)


def improved_rates(death_rates: Array, improvement: Array, years: float) -> Array:
    """Death rates after some years of improvement: m exp(-improvement * years).

    Args:
        death_rates: (..., sex, age), yearly.
        improvement: (..., sex, age), decline of log rates a year; leading axes may be draws.
        years: since the death rates held.

    Returns:
        (..., sex, age), yearly.

    Source: Lee & Carter (1992), Journal of the American Statistical Association 87.
    """
    return death_rates * np.exp(-years * improvement)


def infants_lived(death_rates: Array, sex: int) -> Array:
    """Years that those lived who die before their first birthday, by the death rate of that age: the same shape.

    Args:
        death_rates: yearly, of the first age.
        sex: 0 for women, 1 for men.

    Returns:
        Mean years, below one.

    Source: Andreev & Kingkade (2015), Demographic Research 33.
    """
    lived = np.full(death_rates.shape, 0.5)
    for start, level, slope in _INFANTS[sex]:
        lived = np.where(death_rates >= start, level + slope * death_rates, lived)
    return lived


def _years_lived(death_rates: Array) -> Array:
    """Person-years lived at each age per newborn: l, deaths and L of the life table; the open age in full."""
    if death_rates.shape[-2:-1] != (len(_INFANTS),):
        raise ShapeError(f"Death rates have the shape {death_rates.shape}: the last axes must be sex (2) and age.")
    if not np.all(death_rates[..., -1] > 0):
        raise DataError("The death rate of the open age is zero or missing: nobody would die; give a rate above zero.")
    infants = np.stack([infants_lived(death_rates[..., sex, 0], sex) for sex in range(len(_INFANTS))], axis=-1)
    years = np.empty(death_rates.shape)
    ages = death_rates.shape[-1]
    _life_tables(np.ascontiguousarray(death_rates).reshape(-1, ages), infants.ravel(), years.reshape(-1, ages))
    return years


@njit(cache=True, nogil=True, error_model="numpy")
def _life_tables(death_rates: Array, infants: Array, years: Array) -> None:
    """Fills in the years lived at each age, one life table a row: compiled, as each age needs the one before it."""
    tables, ages = death_rates.shape
    for table in range(tables):
        alive = 1.0
        for age in range(ages - 1):
            rate = death_rates[table, age]
            lost = 1.0 - (infants[table] if age == 0 else 0.5)
            dying = min(rate / (1.0 + lost * rate), 1.0)
            years[table, age] = alive * (1.0 - lost * dying)
            alive *= 1.0 - dying
        years[table, ages - 1] = alive / death_rates[table, ages - 1]


def _penalised(deaths: Array, exposure: Array, penalty: float) -> tuple[Array, float]:
    """Log rates of one curve and one penalty by Newton's steps, and their BIC."""
    ages = len(deaths)
    differences = np.diff(np.eye(ages), n=2, axis=0)[1:]
    roughness = penalty * differences.T @ differences
    banded = np.stack([np.pad(np.diagonal(roughness, -lag), (0, lag)) for lag in range(3)])
    infant = np.eye(ages)[0]
    overall = deaths.sum() / exposure.sum()
    logs = np.log((deaths + overall) / (exposure + 1.0))
    logs[0] = np.log(max(deaths[0], 0.5) / exposure[0])
    for _ in range(100):
        expected = exposure * np.exp(logs)
        curvature = banded.copy()
        curvature[0] += expected + infant
        slope = (deaths - expected - roughness @ logs) * (1 - infant)
        change = solveh_banded(curvature, slope, lower=True)
        logs = logs + np.clip(change, -1.0, 1.0)
        if np.max(np.abs(change)) < _SETTLED:
            return logs, _criterion(deaths, expected, curvature)
    raise AmoError("The smoothing of death rates did not settle: check the deaths and person-years for strays.")


def _criterion(deaths: Array, expected: Array, curvature: Array) -> float:
    """BIC = deviance + log(ages) * effective number of parameters."""
    ages, tiny = len(deaths), np.finfo(float).tiny
    logs = np.log(np.maximum(deaths, tiny) / np.maximum(expected, tiny))
    deviance = 2 * np.sum(deaths * logs - (deaths - expected))
    fitted = solveh_banded(curvature, np.diag(expected), lower=True)
    return float(deviance + np.log(ages) * np.trace(fitted))


def _autocorrelation(years: Array, errors: Array) -> Array:
    next_year = np.diff(years) == 1
    products = (errors[1:] * errors[:-1])[next_year].mean(axis=0)
    raw = products / np.maximum((errors**2).mean(axis=0), np.finfo(float).tiny)
    return np.clip(raw + (2 + 4 * raw) / len(years), 0.0, _MOST_AUTOCORRELATION)
