"""The newest age structure, carried forward on known totals so that a forecast starts from what is known."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.models.cohort import migrate, survive
from amoanalysis.models.draws import Array
from amoanalysis.models.migration import MigrationProfile
from amoanalysis.models.population import FERTILE, arrivals_by_age, leavers_by_age


@dataclass(frozen=True)
class VitalRates:
    """Rates by which known years are carried forward.

    Attributes:
        survival: year -> (sex, age), survival ratios of the reference area.
        fertility: year -> (place, age), births per woman.
        sex_ratio_at_birth: boys per girl.
    """

    survival: dict[int, Array]
    fertility: dict[int, Array]
    sex_ratio_at_birth: float


@dataclass(frozen=True)
class KnownYears:
    """The age structure of each known year, and the natural increase that the rates give.

    Attributes:
        structures: year -> (place, sex, age), persons at the end of the year.
        natural_increase: year -> (place,), births less deaths.
    """

    structures: dict[int, Array]
    natural_increase: dict[int, Array]


def carried_forward(
    structure: Array, year: int, totals: dict[int, Array], rates: VitalRates, profile: MigrationProfile, gross: Array
) -> KnownYears:
    """Carries an age structure forward to the last known total: rates give births and deaths, migration the rest.

    in - out = known total - survivors - births; in = gross P + net / 2, out = gross P - net / 2, by age profile.

    Args:
        structure: (place, sex, age), persons at the end of `year`.
        year: year of the structure.
        totals: year -> (place,), known totals of the years after it.
        rates: vital rates of each of those years.
        profile: ages of migrants.
        gross: (place,), mean of in- and out-migration per resident.

    Returns:
        The structures; each sums to the known total of its year.
    """
    structures, natural = {year: structure}, {}
    current = structure
    for known in sorted(y for y in totals if y > year):
        survived = aged_one_year(current, rates, known)
        people = survived.sum(axis=(1, 2))
        natural[known] = people - current.sum(axis=(1, 2))
        net = totals[known] - people
        turnover = np.maximum(gross * people, np.abs(net))
        arriving, leaving = (turnover + net / 2)[None], (turnover - net / 2)[None]
        out = leavers_by_age(survived[None], profile, leaving)
        step = migrate(
            survive(current[None], *_of(rates, known), fertile=FERTILE), arrivals_by_age(profile, arriving), out
        )
        missing = totals[known] / step.population[0].sum(axis=(1, 2))
        current = step.population[0] * missing[:, None, None]
        structures[known] = current
    return KnownYears(structures, natural)


def aged_one_year(structure: Array, rates: VitalRates, year: int) -> Array:
    """Survivors of a structure at the end of the year after it, births included: (place, sex, age)."""
    return survive(structure[None], *_of(rates, year), fertile=FERTILE).population[0]


def total_net_migration(
    population: pd.DataFrame, natural_published: pd.DataFrame, natural_modelled: pd.DataFrame
) -> pd.DataFrame:
    """Net migration of all kinds per resident: change of population less natural increase, years where that is known.

    Args:
        population: index place, columns years, persons at the end of the year.
        natural_published: likewise, births less deaths as published; may be empty.
        natural_modelled: likewise, by rates and age structure, for the years after.

    Returns:
        Index place, columns years, persons per resident.
    """
    natural = natural_published.combine_first(natural_modelled)
    known = {int(str(year)) for year in population.columns}
    years = [year for year in map(int, map(str, natural.columns)) if {year, year - 1} <= known]
    before = population[[year - 1 for year in years]].set_axis(years, axis=1)
    return (population[years] - before - natural[years]) / before


def _of(rates: VitalRates, year: int) -> tuple[Array, Array, float]:
    return rates.survival[year][None, None], rates.fertility[year][None], rates.sex_ratio_at_birth
