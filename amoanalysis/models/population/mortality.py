"""Mortality: life tables, smoothing of death rates over age, and their improvement over time."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import solveh_banded

from amoanalysis.errors import AmoError, DataError, ShapeError
from amoanalysis.models.statistics.draws import Array

# Average years lived in the first year of life by infants who die in it (a0) as a piecewise linear function of the
# death rate at age 0: for each sex (women, men) the lower bound of a piece, its intercept and its slope (Andreev &
# Kingkade 2015, as used by the Human Mortality Database, methods protocol version 6).
_INFANTS = (
    ((0.0, 0.14903, -2.05527), (0.01724, 0.04667, 3.88089), (0.06891, 0.31411, 0.0)),
    ((0.0, 0.14929, -1.99545), (0.0230, 0.02832, 3.26021), (0.08307, 0.29915, 0.0)),
)
# Penalties compared by `smooth_death_rates`: from almost none to a straight line of log rates.
_PENALTIES = tuple(float(p) for p in 10.0 ** np.arange(8))
# The smoothing has converged when no log rate changes by more than this; convergence is quadratic.
_TOLERANCE = 1e-6
_MAX_ITERATIONS = 100
# Fewest years from which a trend and its error are estimated.
_MIN_YEARS = 5
# A few decades cannot distinguish a higher autocorrelation from a random walk.
_MAX_AUTOCORRELATION = 0.95


@dataclass(frozen=True)
class Drift:
    """Yearly decline of log death rates.

    Attributes:
        improvement: (sex, group), decline a year; 0.02 means rates fall by two per cent a year.
        standard_error: (sex, group), of the decline.
        group_starts: (group,), first age of each group; the last group includes the open age.
    """

    improvement: Array
    standard_error: Array
    group_starts: tuple[int, ...]


def life_expectancy(death_rates: Array) -> Array:
    """Life expectancy at birth of a period life table.

    Args:
        death_rates: (..., sex, age), yearly, single ages; women first, the last age open.

    Returns:
        (..., sex), years.

    Raises:
        ShapeError: if there are not two sexes.
        DataError: if the rate of the open age is not positive.

    Source: Preston, Heuveline & Guillot (2001), chapter 3.
    """
    return _years_lived(death_rates).sum(axis=-1)


def survival_ratios(death_rates: Array) -> Array:
    """Survival ratios of a life table: share alive a year later, by the age reached.

    S[0] = L[0], from birth to the end of the year; S[a] = L[a] / L[a - 1]; for the last two ages together, the open one
    and the one before, S[-1] = T[-1] / (L[-2] + T[-1]).

    Args:
        death_rates: (..., sex, age), yearly, single ages; women first, the last age open.

    Returns:
        (..., sex, age), shares, in the form that `cohort_component.survive` takes.

    Raises:
        ShapeError: if there are not two sexes.
        DataError: if the rate of the open age is not positive.

    Source: Preston, Heuveline & Guillot (2001), chapters 3 and 6; UN World Population Prospects 2022, methodology.
    """
    lived = _years_lived(death_rates)
    ratios = np.empty(lived.shape)
    ratios[..., 0] = lived[..., 0]
    ratios[..., 1:-1] = lived[..., 1:-1] / lived[..., :-2]
    ratios[..., -1] = lived[..., -1] / (lived[..., -2] + lived[..., -1])
    return ratios


def smooth_death_rates(deaths: Array, exposure: Array, penalty: float | None = None) -> Array:
    """Smooths death rates over age by the penalised Poisson likelihood of log rates (Whittaker).

    Maximises sum_a (deaths log mu - mu) - penalty / 2 sum_a (second difference of log rate)^2, mu = exposure * rate.
    Ages with few deaths are fitted mostly to their neighbours; a strong penalty leads to a straight line (Gompertz).
    Age 0 is left out of the differences, because infant mortality is not continuous with mortality in childhood.

    Args:
        deaths: (..., age), persons, may be fractional; single ages, the last one open.
        exposure: (..., age), person-years, not negative; an age without exposure is interpolated.
        penalty: weight of the roughness; by default the one with the lowest BIC, chosen for each curve.

    Returns:
        (..., age), yearly rates. At age 0 deaths / exposure, or 0.5 / exposure without deaths.

    Raises:
        ShapeError: if deaths and exposure differ in shape.
        DataError: if a curve has no deaths, or no exposure at age 0.
        AmoError: if the fit does not converge.

    Source: Whittaker (1923); Eilers & Marx (1996), Statistical Science 11; Camarda (2012), Journal of Statistical
        Software 50.
    """
    if deaths.shape != exposure.shape:
        raise ShapeError(f"Deaths have the shape {deaths.shape} and person-years {exposure.shape}: they must agree.")
    if np.any(deaths.sum(axis=-1) <= 0) or np.any(exposure[..., 0] <= 0):
        raise DataError("Death rates cannot be smoothed without deaths or infants: check the tables.")
    candidates = _PENALTIES if penalty is None else (penalty,)
    ages = deaths.shape[-1]
    curves = zip(deaths.reshape(-1, ages), exposure.reshape(-1, ages), strict=True)
    fits = [[_fit_penalised(*curve, candidate) for candidate in candidates] for curve in curves]
    best = [min(fit, key=lambda result: result[1])[0] for fit in fits]
    return np.exp(np.stack(best)).reshape(deaths.shape)


def estimate_improvement(years: Array, death_rates: Array, weights: Array, group_starts: Sequence[int]) -> Drift:
    """Estimates the log-linear improvement of death rates by sex and age group.

    log(sum_a w[a] m[a, t] / sum_a w[a]) = level - improvement * t + e[t], by least squares over the known years. The
    standard error is that of independent errors times sqrt((1 + r) / (1 - r)), where r is the lag-one autocorrelation
    of the residuals, corrected for its bias around a trend, (2 + 4 r) / n.

    Args:
        years: (year,), ascending; gaps are allowed.
        death_rates: (year, sex, age), yearly.
        weights: (sex, age), standard population; zero leaves an age out.
        group_starts: first age of each group, ascending.

    Returns:
        The drift; improvement is positive where mortality falls.

    Raises:
        ShapeError: if the arrays disagree or there are fewer than five years.
        DataError: if a group has no deaths in a year, or no weight.

    Source: Lee & Carter (1992) for the log-linear decline; von Storch & Zwiers (1999), chapter 6, for the effective
        sample size under autocorrelation.
    """
    if len(years) < _MIN_YEARS or death_rates.shape != (len(years), *weights.shape):
        raise ShapeError(
            f"{len(years)} years, rates {death_rates.shape} and weights {weights.shape}: at least {_MIN_YEARS} years "
            "are needed, and rates must be (year, sex, age)."
        )
    starts = np.asarray(group_starts)
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = np.add.reduceat(death_rates * weights, starts, axis=2) / np.add.reduceat(weights, starts, axis=1)
        logs = np.log(rates)
    if not np.isfinite(logs).all():
        raise DataError("An age group has no deaths in a year or no weight: merge it with another.")
    time = years - years.mean()
    squares = float(time @ time)
    slope = np.tensordot(time, logs, axes=1) / squares
    errors = logs - logs.mean(axis=0) - time[:, None, None] * slope
    independent = np.sqrt((errors**2).sum(axis=0) / (len(years) - 2) / squares)
    persistence = _autocorrelation(years, errors)
    standard_error = independent * np.sqrt((1 + persistence) / (1 - persistence))
    return Drift(-slope, standard_error, tuple(int(start) for start in starts))


def interpolate_over_ages(values: Array, group_starts: Sequence[int], ages: int) -> Array:
    """Interpolates values of age groups linearly over single ages.

    The value of a group applies to its middle; it is constant outside the first and the last middle. A first group
    that is age 0 alone keeps its own value.

    Args:
        values: (..., group).
        group_starts: first age of each group.
        ages: number of single ages.

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


def infant_years_lived(death_rates: Array, sex: int) -> Array:
    """Average years lived by infants who die before their first birthday (a0), by the death rate at age 0.

    Args:
        death_rates: any shape, yearly, at age 0.
        sex: 0 for women, 1 for men.

    Returns:
        Same shape, years, below one.

    Source: Andreev & Kingkade (2015), Demographic Research 33.
    """
    lived = np.full(death_rates.shape, 0.5)
    for start, intercept, slope in _INFANTS[sex]:
        lived = np.where(death_rates >= start, intercept + slope * death_rates, lived)
    return lived


def _years_lived(death_rates: Array) -> Array:
    """Person-years lived per newborn, L[a] of the life table; T of the open age.

    q[a] = m[a] / (1 + (1 - a0[a]) m[a]), l[a] = prod_{b<a} (1 - q[b]), L[a] = l[a] (1 - (1 - a0[a]) q[a]), with
    a0 = 0.5 above infancy, and T = l / m at the open age.
    """
    if death_rates.shape[-2:-1] != (len(_INFANTS),):
        raise ShapeError(f"Death rates have the shape {death_rates.shape}: the last axes must be sex (2) and age.")
    if not np.all(death_rates[..., -1] > 0):
        raise DataError("The death rate of the open age is zero or missing: give a rate above zero.")
    rates = death_rates[..., :-1]
    lost = np.full(rates.shape, 0.5)
    for sex in range(len(_INFANTS)):
        lost[..., sex, 0] = 1.0 - infant_years_lived(rates[..., sex, 0], sex)
    dying = np.minimum(rates / (1.0 + lost * rates), 1.0)
    alive = np.ones(death_rates.shape)
    np.cumprod(1.0 - dying, axis=-1, out=alive[..., 1:])
    years = np.empty(death_rates.shape)
    years[..., :-1] = alive[..., :-1] * (1.0 - lost * dying)
    years[..., -1] = alive[..., -1] / death_rates[..., -1]
    return years


def _fit_penalised(deaths: Array, exposure: Array, penalty: float) -> tuple[Array, float]:
    """Log rates of one curve under one penalty by Newton's method, and their BIC."""
    ages = len(deaths)
    differences = np.diff(np.eye(ages), n=2, axis=0)[1:]
    roughness = penalty * differences.T @ differences
    banded = np.stack([np.pad(np.diagonal(roughness, -lag), (0, lag)) for lag in range(3)])
    infant = np.eye(ages)[0]
    overall = deaths.sum() / exposure.sum()
    logs = np.log((deaths + overall) / (exposure + 1.0))
    logs[0] = np.log(max(deaths[0], 0.5) / exposure[0])
    for _ in range(_MAX_ITERATIONS):
        expected = exposure * np.exp(logs)
        curvature = banded.copy()
        curvature[0] += expected + infant
        slope = (deaths - expected - roughness @ logs) * (1 - infant)
        change = solveh_banded(curvature, slope, lower=True)
        logs = logs + np.clip(change, -1.0, 1.0)
        if np.max(np.abs(change)) < _TOLERANCE:
            return logs, _bic(deaths, expected, curvature)
    raise AmoError("The smoothing of death rates did not converge: check deaths and person-years for outliers.")


def _bic(deaths: Array, expected: Array, curvature: Array) -> float:
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
    return np.clip(raw + (2 + 4 * raw) / len(years), 0.0, _MAX_AUTOCORRELATION)
