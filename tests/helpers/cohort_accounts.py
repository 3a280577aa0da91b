"""A whole cohort-component year at given migration, and its accounting identity, for tests."""

import numpy as np

from amoanalysis.models.population.cohort_component import CohortStep, advance_ages, migrate, survive
from amoanalysis.models.statistics.draws import Array


def cohort_step(
    population: Array,
    survival: Array,
    fertility: Array,
    sex_ratio_at_birth: float | Array,
    *,
    in_migration: Array | float = 0.0,
    out_migration: Array | float = 0.0,
) -> CohortStep:
    """Births and deaths at all ages but the first, then migration at the end of the year."""
    survived = survive(population, survival, fertility, sex_ratio_at_birth, fertile=slice(1, None))
    return migrate(survived, np.asarray(in_migration), np.asarray(out_migration))


def accounting_error(before: Array, step: CohortStep) -> float:
    """Largest deviation from population' = population + births - deaths + in - out along cohorts, persons."""
    expected = advance_ages(before) - step.deaths + step.in_migration - step.out_migration
    expected[..., 0] += step.births
    return float(np.max(np.abs(step.population - expected), initial=0.0))
