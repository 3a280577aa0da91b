"""Pooled regressions over places and years: effects of both taken out, errors clustered by place."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from amoanalysis.errors import DataError
from amoanalysis.models.draws import Array

# Fewer places than this say nothing of how far a coefficient would stray in others.
FEWEST_PLACES = 5


@dataclass(frozen=True)
class Response:
    """A coefficient, its standard error, and what it rests on."""

    value: float
    error: float
    observations: int
    places: int


def response(outcome: Array, cause: Array, instrument: Array, effects: bool = True) -> Response:
    """How far an outcome follows a cause, both as (place, year), by two-stage least squares.

    outcome[p, t] = value cause[p, t] + place[p] + year[t] + rest; the cause is seen through the instrument, and where
    the two are the same it is ordinary least squares. Errors are clustered by place, with the usual correction for few.

    Args:
        outcome: (place, year); missing where not a number.
        cause: likewise, same unit.
        instrument: likewise.
        effects: whether means of places and years are taken out; without them one mean is.

    Returns:
        The response per unit of the cause.

    Raises:
        DataError: if fewer places than `FEWEST_PLACES` have observations.

    Source: Jordà (2005), Stock & Watson (2018) on local projections; Cameron & Miller (2015) on clusters.
    """
    known = np.isfinite(outcome) & np.isfinite(cause) & np.isfinite(instrument)
    place, year = np.nonzero(known)
    count = len(np.unique(place))
    if count < FEWEST_PLACES:
        raise DataError(f"A panel of {count} places with observations is too small: take {FEWEST_PLACES} or more.")
    means = [_dummies(place), _dummies(year)[:, 1:]] if effects else [np.ones((len(place), 1))]
    basis, _ = np.linalg.qr(np.concatenate(means, axis=1))
    y, x, z = (values[known] - basis @ (basis.T @ values[known]) for values in (outcome, cause, instrument))
    value = float(z @ y / (z @ x))
    scores = np.bincount(place, weights=z * (y - value * x), minlength=outcome.shape[0])
    error = float(np.sqrt((scores**2).sum() * count / (count - 1)) / abs(z @ x))
    return Response(value, error, len(place), count)


def _dummies(labels: npt.NDArray[np.intp]) -> Array:
    """(observation, label), one where the observation has the label; a column for each label that occurs."""
    return np.asarray(labels[:, None] == np.unique(labels)[None], dtype=np.float64)
