"""Rogers-Castro model schedules of migration by age, and their fit to data."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from amoanalysis.errors import DataError, ShapeError
from amoanalysis.models.statistics.draws import Array

# Bounds and default of each fitted parameter for a curve whose largest value is about 1: lowest, default, highest. The
# defaults are the fundamental schedule (Rogers & Castro 1981) with its levels divided by its largest value, 0.038.
_BOUNDS: dict[str, tuple[float, float, float]] = {
    "a1": (0.0, 0.53, 3.0),
    "alpha1": (0.01, 0.1, 2.0),
    "a2": (0.0, 1.58, 20.0),
    "alpha2": (0.02, 0.1, 0.8),
    "mu2": (12.0, 20.0, 40.0),
    "lambda2": (0.05, 0.4, 2.5),
    "c": (0.0, 0.08, 1.0),
}
_SEVEN = tuple(_BOUNDS)
# The fundamental schedule, with a largest value of about 1.
FUNDAMENTAL = {name: default for name, (_, default, _) in _BOUNDS.items()}
# Starting values for the position of the peak, years; the residual, as a share of the largest value, beyond which an
# age counts linearly; limit of function evaluations for each start.
_PEAKS = (17.0, 20.0, 24.0, 29.0)
_OUTLIER = 0.1
_MAX_EVALUATIONS = 150
# Parameters in the unit of the data.
_LEVELS = ("a1", "a2", "a3", "a4", "c")


@dataclass(frozen=True)
class RogersCastro:
    """Parameters of a schedule; the level of an absent component is zero. Each a number or (draw, ...).

    Attributes:
        a1: level of children, who move with their parents.
        alpha1: rate of descent of the children's component.
        a2: level of the labour-force peak.
        alpha2: rate of descent after the peak.
        mu2: age that positions the peak.
        lambda2: rate of ascent before the peak.
        c: constant level.
        a3: level of the retirement peak.
        alpha3: rate of descent after it.
        mu3: age that positions it.
        lambda3: rate of ascent before it.
        a4: level of the old-age slope.
        lambda4: rate of ascent with age.
    """

    a1: float | Array
    alpha1: float | Array
    a2: float | Array
    alpha2: float | Array
    mu2: float | Array
    lambda2: float | Array
    c: float | Array = 0.0
    a3: float | Array = 0.0
    alpha3: float | Array = 0.0
    mu3: float | Array = 0.0
    lambda3: float | Array = 0.0
    a4: float | Array = 0.0
    lambda4: float | Array = 0.0


def rogers_castro(ages: Array, parameters: RogersCastro | Mapping[str, float]) -> Array:
    """Migration rate or share at each age.

    m(x) = a1 exp(-alpha1 x) + a2 exp(-alpha2 (x - mu2) - exp(-lambda2 (x - mu2)))
         + a3 exp(-alpha3 (x - mu3) - exp(-lambda3 (x - mu3))) + a4 exp(lambda4 x) + c

    Args:
        ages: (age,), years.
        parameters: of the schedule; those absent from a mapping are zero.

    Returns:
        (..., age), in the unit of the levels a1, a2, a3, a4 and c.

    Source: Rogers & Castro (1981), Model Migration Schedules, IIASA RR-81-30; the 9 and 13 parameters with
        the old-age slope: Rogers & Watkins (1987), Research on Aging 9.
    """
    if isinstance(parameters, Mapping):
        parameters = RogersCastro(**parameters)
    p = {name: np.asarray(value, dtype=np.float64)[..., None] for name, value in vars(parameters).items()}
    return (
        p["a1"] * np.exp(-p["alpha1"] * ages)
        + p["a2"] * _peak(ages - p["mu2"], p["alpha2"], p["lambda2"])
        + p["a3"] * _peak(ages - p["mu3"], p["alpha3"], p["lambda3"])
        + p["a4"] * np.exp(p["lambda4"] * ages)
        + p["c"]
    )


def normalised_schedule(ages: Array, parameters: RogersCastro | Mapping[str, float]) -> Array:
    """Share of all migrants at each age: the schedule divided by its sum.

    Args:
        ages: (age,), years, all ages.
        parameters: of the schedule.

    Returns:
        (..., age), shares that sum to 1.

    Raises:
        DataError: if the schedule sums to zero.

    Source: Rogers & Castro (1981), schedules of unit gross migraproduction rate.
    """
    schedule = rogers_castro(ages, parameters)
    total = schedule.sum(axis=-1, keepdims=True)
    if np.any(np.abs(total) <= 1e-9 * np.abs(schedule).sum(axis=-1, keepdims=True)):
        raise DataError("The migration schedule sums to zero over the ages, so it has no shares: give it a level.")
    return schedule / total


def fit_rogers_castro(ages: Array, observed: Array) -> RogersCastro:
    """Fits a schedule of seven parameters to rates, counts or shares by age, robustly.

    Minimises sum_x 2 (sqrt(1 + r_x^2) - 1), with r the residuals in units of a tenth of the largest value, so that
    outliers count linearly, from several starting positions of the peak.

    Args:
        ages: (age,), years.
        observed: (age,), migrants or rate at each age.

    Returns:
        The schedule with the lowest cost.

    Raises:
        ShapeError: if the arrays disagree or there are fewer ages than parameters.
        DataError: if the data are all zero or not finite.

    Source: Rogers & Castro (1981); Rogers, Castro & Lea (2005), Mathematical Population Studies 12.
    """
    if ages.shape != observed.shape or len(ages) < len(_SEVEN):
        raise ShapeError(f"Seven parameters cannot be fitted to {ages.shape} ages and {observed.shape} values.")
    scale = float(np.max(np.abs(observed)))
    if not (scale > 0 and np.isfinite(scale)):
        raise DataError("There is no migration to fit a schedule to: give values that are not all zero or missing.")

    def residuals(values: Array) -> Array:
        return rogers_castro(ages, _from_values(values)) - observed / scale

    lower, default, upper = np.array(list(_BOUNDS.values())).T
    fits = []
    for peak in _PEAKS:
        start = default.copy()
        start[_SEVEN.index("mu2")] = peak
        fits.append(
            least_squares(
                residuals,
                start,
                bounds=(lower, upper),
                x_scale="jac",
                loss="soft_l1",
                f_scale=_OUTLIER,
                max_nfev=_MAX_EVALUATIONS,
            )
        )
    return _scale_levels(_from_values(min(fits, key=lambda fit: fit.cost).x), scale)


def fit_gross_from_net(
    ages: Array, net: Array, in_total: float, out_total: float, *, prior_weight: float = 0.05
) -> tuple[RogersCastro, RogersCastro]:
    """Estimates age profiles of in- and out-migration whose difference is the known net migration by age.

    net(x) = in_total * i(x) - out_total * o(x), with i and o schedules of seven parameters that sum to 1. Net migration
    does not identify them, so both have a lognormal prior around the parameters of the fundamental schedule.

    Args:
        ages: (age,), years; all ages.
        net: (age,), persons a year at each age.
        in_total: in-migrants a year.
        out_total: out-migrants a year.
        prior_weight: weight of the prior relative to the data in units of the largest net migration.

    Returns:
        Schedules of in-migration and of out-migration, persons a year at each age.

    Raises:
        ShapeError: if ages and net migration differ in shape.
        DataError: if a total is not positive, or net migration is zero at every age.

    Source: Rogers & Castro (1981); Rogers (1990), Geographical Analysis 22, on net migration as a difference.
    """
    if ages.shape != net.shape:
        raise ShapeError(f"There are {ages.shape} ages and {net.shape} values of net migration: they must agree.")
    scale = float(np.max(np.abs(net)))
    if min(in_total, out_total, scale) <= 0:
        raise DataError(
            "In-migration, out-migration or net migration is zero: give yearly totals and net migration by age."
        )
    default = np.log(list(FUNDAMENTAL.values()))
    lower, upper = (np.log([max(_BOUNDS[name][end], 1e-4) for name in _SEVEN]) for end in (0, 2))
    # A peak shifted by two years is as unlikely as a level or slope larger by half.
    prior_sd = np.where(np.array(_SEVEN) == "mu2", 0.1, 0.4)

    def residuals(logs: Array) -> Array:
        arrivals, departures = (_shares(ages, _from_values(np.exp(half))) for half in np.split(logs, 2, axis=-1))
        misfit = in_total * arrivals - out_total * departures - net
        deviation = (logs - np.tile(default, 2)) / np.tile(prior_sd, 2)
        return np.concatenate([misfit / scale, prior_weight * deviation], axis=-1)

    def evaluate_stacked(_: object, shifted: Iterable[Array]) -> Array:
        # The shifted parameters of a numerical gradient are evaluated in one call.
        return residuals(np.stack(list(shifted)))

    bounds = (np.tile(lower, 2), np.tile(upper, 2))
    fitted = least_squares(residuals, np.tile(default, 2), bounds=bounds, workers=evaluate_stacked)
    arrivals, departures = (_from_values(np.exp(half)) for half in np.split(fitted.x, 2))
    return (
        _scale_levels(arrivals, in_total / float(rogers_castro(ages, arrivals).sum())),
        _scale_levels(departures, out_total / float(rogers_castro(ages, departures).sum())),
    )


def _peak(distance: Array, descent: Array, ascent: Array) -> Array:
    # exp(x) overflows beyond 700, where the peak is zero.
    return np.exp(-descent * distance - np.exp(np.minimum(-ascent * distance, 700.0)))


def _shares(ages: Array, parameters: RogersCastro) -> Array:
    schedule = rogers_castro(ages, parameters)
    return schedule / schedule.sum(axis=-1, keepdims=True)


def _from_values(values: Array) -> RogersCastro:
    """The seven parameters from the last axis of an array."""
    return RogersCastro(**dict(zip(_SEVEN, np.moveaxis(values, -1, 0), strict=True)))


def _scale_levels(parameters: RogersCastro, factor: float) -> RogersCastro:
    values = vars(parameters)
    return RogersCastro(**{name: float(values[name] * (factor if name in _LEVELS else 1.0)) for name in values})
