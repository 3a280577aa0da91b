"""Model schedules of migration by age (Rogers-Castro), and their fit to noisy data."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from amoanalysis.errors import DataError, ShapeError

Array = NDArray[np.float64]

# A wide frame for each parameter of a curve whose largest value is about 1: lowest, usual, highest. The usual seven are
# the fundamental schedule (Rogers & Castro 1981) with its levels divided by its largest value, 0.038; those of
# retirement and old age only start the search.
_FRAME: dict[str, tuple[float, float, float]] = {
    "a1": (0.0, 0.53, 3.0),
    "alpha1": (0.01, 0.1, 2.0),
    "a2": (0.0, 1.58, 20.0),
    "alpha2": (0.02, 0.1, 0.8),
    "mu2": (12.0, 20.0, 40.0),
    "lambda2": (0.05, 0.4, 2.5),
    "a3": (0.0, 0.05, 3.0),
    "alpha3": (0.02, 0.5, 2.0),
    "mu3": (50.0, 64.0, 85.0),
    "lambda3": (0.02, 0.3, 2.0),
    "a4": (0.0, 0.01, 1.0),
    "lambda4": (0.0, 0.02, 0.1),
    "c": (0.0, 0.08, 1.0),
}
# The fundamental schedule, largest value about 1.
FUNDAMENTAL = {name: _FRAME[name][1] for name in ("a1", "alpha1", "a2", "alpha2", "mu2", "lambda2", "c")}
_SEVEN = ("a1", "alpha1", "a2", "alpha2", "mu2", "lambda2", "c")
_RETIREMENT = ("a3", "alpha3", "mu3", "lambda3")
_SLOPE = ("a4", "lambda4")
_PARTS: dict[int, tuple[str, ...]] = {
    7: _SEVEN,
    9: _SEVEN + _SLOPE,
    11: _SEVEN + _RETIREMENT,
    13: _SEVEN + _RETIREMENT + _SLOPE,
}
# Ages from which the search for the peak starts, and the residual, as a share of the largest value, from which an age
# is a stray one; evaluations after which a search that creeps along a bound is left.
_PEAKS = (17.0, 20.0, 24.0, 29.0)
_STRAY = 0.1
_PATIENCE = 150
_LEVELS = ("a1", "a2", "a3", "a4", "c")


@dataclass(frozen=True)
class RogersCastro:
    """Parameters of a schedule; a part that is not wanted has the level zero. Each a number or (draw, ...).

    Attributes:
        a1: level of the children who move with their parents.
        alpha1: how fast it falls with age.
        a2: level of the peak of those who enter work and study.
        alpha2: how fast it falls after the peak.
        mu2: age that places the peak.
        lambda2: how steeply it rises before the peak.
        c: level of all ages.
        a3: level of the retirement peak.
        alpha3: how fast it falls.
        mu3: age that places it.
        lambda3: how steeply it rises.
        a4: level of the slope of old age.
        lambda4: how fast it rises with age.
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


@dataclass(frozen=True)
class Fit:
    """A fitted schedule and the share of the variance of the data that it explains."""

    parameters: RogersCastro
    explained: float


def rogers_castro(ages: Array, parameters: RogersCastro | Mapping[str, float]) -> Array:
    """The migration rate or share at each age.

    m(x) = a1 exp(-alpha1 x) + a2 exp(-alpha2 (x - mu2) - exp(-lambda2 (x - mu2)))
         + a3 exp(-alpha3 (x - mu3) - exp(-lambda3 (x - mu3))) + a4 exp(lambda4 x) + c

    Args:
        ages: (age,), years.
        parameters: of the schedule; those that a mapping leaves out are zero.

    Returns:
        (..., age), in the unit of the levels a1, a2, a3, a4 and c.

    Source: Rogers & Castro (1981), Model Migration Schedules, IIASA RR-81-30; the 9 and 13 parameters with
        the slope of old age: Rogers & Watkins (1987), Research on Aging 9.
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
    """The share of all migrants at each age: the schedule divided by its own sum, which must not be near zero.

    Args:
        ages: (age,), years, every age that may move.
        parameters: of the schedule.

    Returns:
        (..., age), shares that add to 1.

    Raises:
        DataError: if the schedule adds to zero.

    Source: Rogers & Castro (1981), schedules of unit gross migraproduction rate.
    """
    schedule = rogers_castro(ages, parameters)
    total = schedule.sum(axis=-1, keepdims=True)
    if np.any(np.abs(total) <= 1e-9 * np.abs(schedule).sum(axis=-1, keepdims=True)):
        raise DataError("The migration schedule adds to zero over the ages: it has no shares; give it a level.")
    return schedule / total


def fit_rogers_castro(
    ages: Array,
    observed: Array,
    *,
    count: int = 7,
    width: int = 1,
    weights: Array | None = None,
    signed: bool = False,
) -> Fit:
    """Fits a schedule to rates, numbers or shares by age, robustly.

    Minimises sum_x 2 (sqrt(1 + r_x^2) - 1) with r the weighted residuals in units of a tenth of the largest value, so
    that a stray age counts linearly, from several starting ages of the peak and, for net migration, several signs.

    Args:
        ages: (age,), the first year of each age or age group.
        observed: (age,), migrants or rate at each age; of a group its mean per single age.
        count: parameters: 7, 9 (slope of old age), 11 (retirement peak) or 13 (both).
        width: years in an age group.
        weights: (age,), how much an age counts, none negative; equal without it.
        signed: levels may be negative, as net migration is.

    Returns:
        The best schedule found.

    Raises:
        ShapeError: if the arrays disagree or there are fewer ages than parameters.
        DataError: if there is no such count of parameters, or nothing to fit.

    Source: Rogers & Castro (1981); Rogers, Castro & Lea (2005), Mathematical Population Studies 12.
    """
    if count not in _PARTS:
        raise DataError(f"A migration schedule cannot have {count} parameters: there are 7, 9, 11 and 13.")
    if ages.shape != observed.shape or len(ages) < count:
        raise ShapeError(f"{count} parameters cannot be fitted to {ages.shape} ages and {observed.shape} values.")
    scale = float(np.max(np.abs(observed)))
    if not (scale > 0 and np.isfinite(scale)):
        raise DataError("There is no migration to fit a schedule to: give values that are not all zero or missing.")
    root = np.ones_like(observed) if weights is None else np.sqrt(weights / np.mean(weights))

    names = _PARTS[count]

    def residuals(values: Array) -> Array:
        return root * (_group_means(ages, width, _named(names, values)) - observed / scale)

    parameters = _scaled(_named(names, _best_start(residuals, names, signed)), scale)
    return Fit(parameters, _explained(observed, _group_means(ages, width, parameters), root**2))


def fit_gross_from_net(
    ages: Array, net: Array, in_total: float, out_total: float, *, width: int = 1, prior_weight: float = 0.05
) -> tuple[RogersCastro, RogersCastro]:
    """Finds the age profiles of arrivals and departures whose difference is the net migration known by age.

    net(x) = in_total * i(x) - out_total * o(x), with i and o schedules of seven parameters that add to 1. Net migration
    alone does not tell them apart: both are drawn towards the fundamental schedule, their parameters being lognormal
    around it, and the fit settles what the data is silent about there.

    Args:
        ages: (age,), the first year of each age or age group; together they must cover all ages.
        net: (age,), persons a year at each age; of a group its mean per single age.
        in_total: persons a year who arrive.
        out_total: persons a year who leave.
        width: years in an age group.
        prior_weight: how strongly the prior holds against the data, both in units of the largest net migration.

    Returns:
        Schedules of arrivals and of departures, in persons a year at each single age.

    Raises:
        ShapeError: if ages and net migration disagree.
        DataError: if a total is not above zero, or net migration is zero everywhere.

    Source: Rogers & Castro (1981); Rogers (1990), Geographical Analysis 22, on net migration as a difference.
    """
    if ages.shape != net.shape:
        raise ShapeError(f"There are {ages.shape} ages and {net.shape} values of net migration: they must agree.")
    scale = float(np.max(np.abs(net)))
    if min(in_total, out_total, scale) <= 0:
        raise DataError(
            "Arrivals, departures or net migration are zero: give totals of a year and the net of each age."
        )
    usual = np.log([_FRAME[name][1] for name in _SEVEN])
    lower, upper = (np.log([max(_FRAME[name][end], 1e-4) for name in _SEVEN]) for end in (0, 2))
    # A peak two years off is as unlikely as a level or slope half as high again.
    spread = np.where(np.array(_SEVEN) == "mu2", 0.1, 0.4)

    def difference(logs: Array) -> Array:
        arrivals, departures = (_named(_SEVEN, np.exp(half)) for half in np.split(logs, 2, axis=-1))
        misfit = in_total * _shares(ages, width, arrivals) - out_total * _shares(ages, width, departures) - net
        drawn = (logs - np.tile(usual, 2)) / np.tile(spread, 2)
        return np.concatenate([misfit / scale, prior_weight * drawn], axis=-1)

    def together(_: object, shifted: Iterable[Array]) -> Array:
        # The parameters of all slopes of a step at once, where scipy would take them one by one.
        return difference(np.stack(list(shifted)))

    bounds = (np.tile(lower, 2), np.tile(upper, 2))
    found = least_squares(difference, np.tile(usual, 2), bounds=bounds, workers=together)
    arrivals, departures = (_named(_SEVEN, np.exp(half)) for half in np.split(found.x, 2))
    return (
        _scaled(arrivals, in_total / _whole(ages, width, arrivals)),
        _scaled(departures, out_total / _whole(ages, width, departures)),
    )


def _peak(distance: Array, fall: Array, rise: Array) -> Array:
    # Beyond exp(700) a float overflows, and the peak has long been zero.
    return np.exp(-fall * distance - np.exp(np.minimum(-rise * distance, 700.0)))


def _group_means(ages: Array, width: int, parameters: RogersCastro) -> Array:
    single = ages[:, None] + np.arange(width)
    schedule = rogers_castro(single.ravel(), parameters)
    return schedule.reshape(*schedule.shape[:-1], *single.shape).mean(axis=-1)


def _whole(ages: Array, width: int, parameters: RogersCastro) -> float:
    return float(width * _group_means(ages, width, parameters).sum())


def _shares(ages: Array, width: int, parameters: RogersCastro) -> Array:
    means = _group_means(ages, width, parameters)
    return means / (width * means.sum(axis=-1, keepdims=True))


def _named(names: Sequence[str], values: Array) -> RogersCastro:
    """Parameters by name, from an array that has them on its last axis."""
    return RogersCastro(**dict(zip(names, np.moveaxis(values, -1, 0), strict=True)))


def _scaled(parameters: RogersCastro, scale: float) -> RogersCastro:
    values = vars(parameters)
    return RogersCastro(**{name: float(values[name] * (scale if name in _LEVELS else 1.0)) for name in values})


def _best_start(residuals: Callable[[Array], Array], names: tuple[str, ...], signed: bool) -> Array:
    """The parameters of the lowest cost reached from each starting age of the peak and each sign of the levels."""
    lower, usual, upper = np.array([_FRAME[name] for name in names]).T
    if signed:
        lower = np.where(np.isin(names, _LEVELS), -upper, lower)
    signs = product((1.0, -1.0), repeat=2) if signed else [(1.0, 1.0)]
    best, lowest = usual, np.inf
    for (children, entrants), peak in product(signs, _PEAKS):
        start = usual.copy()
        start[names.index("a1")] *= children
        start[names.index("a2")] *= entrants
        start[names.index("mu2")] = peak
        found = least_squares(
            residuals, start, bounds=(lower, upper), x_scale="jac", loss="soft_l1", f_scale=_STRAY, max_nfev=_PATIENCE
        )
        if found.cost < lowest:
            best, lowest = found.x, found.cost
    return best


def _explained(observed: Array, fitted: Array, weights: Array) -> float:
    mean = np.average(observed, weights=weights)
    spread = np.sum(weights * (observed - mean) ** 2)
    return float(1.0 - np.sum(weights * (observed - fitted) ** 2) / spread) if spread > 0 else 1.0
