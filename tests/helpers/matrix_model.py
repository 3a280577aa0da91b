"""Matrix population models (Caswell 2001) for tests: A is (stage, stage), column to row."""

import numpy as np

from amoanalysis.errors import ShapeError
from amoanalysis.models.statistics.draws import Array


def female_matrix(survival: Array, fertility: Array, female_share: float) -> Array:
    """Leslie matrix equivalent to `cohort_component.survive` for women, (age, age).

    Below the diagonal survival[a + 1], the last one also on the diagonal of the open age; first row
    survival[0] * female_share * (fertility[a] + survival[a + 1] * fertility[a + 1]) / 2.

    Args:
        survival: (age,), women's survival ratios by the age reached.
        fertility: (age,), births per woman and year.
        female_share: girls among births, 1 / (1 + sex ratio at birth).
    """
    if survival.shape != fertility.shape or survival.ndim != 1:
        raise ShapeError(f"Survival has the shape {survival.shape} and fertility {fertility.shape}: give one row each.")
    ages = len(survival)
    matrix = np.zeros((ages, ages))
    matrix[np.arange(1, ages), np.arange(ages - 1)] = survival[1:]
    matrix[-1, -1] = survival[-1]
    matrix[0] += survival[0] * female_share * 0.5 * (fertility + matrix.T @ fertility)
    return matrix


def project(matrix: Array, start: Array, steps: int) -> Array:
    """Stages under constant rates, n[t + 1] = A n[t]: (step + 1, ..., stage), including the start."""
    _check_square(matrix)
    if start.shape[-1] != len(matrix):
        raise ShapeError(f"The start has {start.shape[-1]} stages and the matrix {len(matrix)}: they must agree.")
    path = np.empty((steps + 1, *start.shape))
    path[0] = start
    for step in range(steps):
        path[step + 1] = path[step] @ matrix.T
    return path


def growth_rate(matrix: Array) -> float:
    """Asymptotic growth factor per step, lambda: the eigenvalue with the largest real part."""
    return float(np.max(np.linalg.eigvals(_check_square(matrix)).real))


def damping_ratio(matrix: Array) -> float:
    """Rate of convergence to the stable stages, lambda / |lambda_2|.

    lambda_2 is the eigenvalue of second-largest modulus; the ratio is 1 for persistent oscillations, infinite without a
    second eigenvalue.
    """
    sizes = np.sort(np.abs(np.linalg.eigvals(_check_square(matrix))))[::-1]
    second = sizes[1] if len(sizes) > 1 else 0.0
    return float(sizes[0] / second) if second > 0 else float("inf")


def stable_stages(matrix: Array) -> Array:
    """Stable stage distribution, A w = lambda w, sum(w) = 1: (stage,)."""
    vector = _dominant_vector(_check_square(matrix))
    return vector / vector.sum()


def reproductive_value(matrix: Array) -> Array:
    """Reproductive value of each stage, v A = lambda v, v[0] = 1: (stage,)."""
    vector = _dominant_vector(_check_square(matrix).T)
    return vector / vector[0]


def net_reproductive_rate(matrix: Array, fertility: Array | None = None) -> float:
    """Growth per generation, R0: the dominant eigenvalue of F (I - T)^-1, with A = T + F.

    F are the births, by default the first row without its first column, and T all other transitions. R0 is only
    meaningful if T alone dies out; with births outside the first row, give F.
    """
    births = _first_row(_check_square(matrix)) if fertility is None else fertility
    if births.shape != matrix.shape:
        raise ShapeError(f"The births have the shape {births.shape} and the matrix {matrix.shape}: they must agree.")
    lifetime = np.linalg.inv(np.eye(len(matrix)) - (matrix - births))
    # With births in one row the product has rank one; its other eigenvalues are zero up to rounding.
    rate = growth_rate(births @ lifetime)
    return rate if rate > np.finfo(float).eps else 0.0


def generation_time(matrix: Array, fertility: Array | None = None) -> float:
    """Generation time, log R0 / log lambda, steps; minus infinity if R0 is zero and the population grows."""
    with np.errstate(divide="ignore"):
        return float(np.log(net_reproductive_rate(matrix, fertility)) / np.log(growth_rate(matrix)))


def _check_square(matrix: Array) -> Array:
    if matrix.shape != (len(matrix), len(matrix)):
        raise ShapeError(f"The matrix has the shape {matrix.shape}: it must be square.")
    return matrix


def _first_row(matrix: Array) -> Array:
    births = np.zeros_like(matrix)
    births[0, 1:] = matrix[0, 1:]
    return births


def _dominant_vector(matrix: Array) -> Array:
    values, vectors = np.linalg.eig(matrix)
    vector = vectors[:, np.argmax(values.real)].real
    return vector * np.sign(vector[np.argmax(np.abs(vector))])
