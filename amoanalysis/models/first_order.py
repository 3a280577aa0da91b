"""First-order indices: how much of what is not known of an outcome each input explains alone."""

import numpy as np

from amoanalysis.errors import ShapeError
from amoanalysis.models.draws import Array

# Terms of the curve that is laid through the draws of an input: a slope on each side of its median, and a bend.
TERMS = 3


def first_order(scores: Array, outcomes: Array) -> Array:
    """Share of the variance of outcomes that would go if an input were known: var(E[outcome | input]) / var(outcome).

    E[outcome | input] is fitted by least squares on min(z, 0), max(z, 0) and z^2 of the input's standard normal score
    z: exact for outcomes that are linear in an input drawn from a normal in two pieces. The share is adjusted for the
    three terms, so that an input without effect has nought on the average and may come out just below it. Indices of
    inputs that act by themselves sum to one at most; what is left is what they do together, and chance.

    Args:
        scores: (input, draw), standard normal, independent of each other.
        outcomes: (draw, outcome).

    Returns:
        (input, outcome); nought where an outcome does not vary.

    Raises:
        ShapeError: if the draws disagree or are too few.

    Source: Saltelli et al. (2008), Global Sensitivity Analysis, section 1.2.7; adjusted as Ezekiel's R squared.
    """
    count = scores.shape[1]
    if len(outcomes) != count or count <= TERMS + 1:
        raise ShapeError(f"First-order indices of {count} draws of inputs and {len(outcomes)} of outcomes: take more.")
    terms = np.stack([np.minimum(scores, 0.0), np.maximum(scores, 0.0), scores**2], axis=1)
    terms -= terms.mean(axis=2, keepdims=True)
    varied = outcomes - outcomes.mean(axis=0)
    total = (varied**2).sum(axis=0)
    met = terms @ varied
    explained = (met * np.linalg.solve(terms @ terms.transpose(0, 2, 1), met)).sum(axis=1)
    share = np.divide(explained, total, out=np.zeros_like(explained), where=total > 0)
    adjusted = 1.0 - (1.0 - share) * (count - 1) / (count - 1 - TERMS)
    return np.where(total > 0, adjusted, 0.0)
