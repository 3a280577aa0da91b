"""The newest age structure, carried forward on known totals so that a forecast starts from what is known."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from amoanalysis.models.cohort import migrate, survive
from amoanalysis.models.draws import Array
from amoanalysis.models.migration import MigrationProfile
from amoanalysis.models.population import FERTILE, arrivals_by_age, leavers_by_age


@dataclass(frozen=True)
class VitalRates:
    """Rates by which known years are carried forward.

    Attributes:
        survival: year -> (place, sex, age), survival ratios of the reference areas.
        fertility: year -> (place, age), births per woman.
        sex_ratio_at_birth: boys per girl.
    """

    survival: dict[int, Array]
    fertility: dict[int, Array]
    sex_ratio_at_birth: float

    def of(self, places: npt.NDArray[np.intp]) -> "VitalRates":
        """The rates of some of the places."""
        survival = {year: ratios[places] for year, ratios in self.survival.items()}
        fertility = {year: rates[places] for year, rates in self.fertility.items()}
        return VitalRates(survival, fertility, self.sex_ratio_at_birth)


@dataclass(frozen=True)
class KnownYears:
    """The age structure of each known year.

    Attributes:
        structures: year -> (place, sex, age), persons at the end of the year.
    """

    structures: dict[int, Array]


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
    structures = {year: structure}
    current = structure
    for known in sorted(y for y in totals if y > year):
        survived = aged_one_year(current, rates, known)
        people = survived.sum(axis=(1, 2))
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
    return KnownYears(structures)


def aged_one_year(structure: Array, rates: VitalRates, year: int) -> Array:
    """Survivors of a structure at the end of the year after it, births included: (place, sex, age)."""
    return survive(structure[None], *_of(rates, year), fertile=FERTILE).population[0]


def natural_of_years(structures: dict[int, Array], rates: VitalRates) -> dict[int, Array]:
    """Births less deaths by rates in the year after each known structure: year -> (place,), persons."""
    return {
        year + 1: aged_one_year(structure, rates, year + 1).sum(axis=(1, 2)) - structure.sum(axis=(1, 2))
        for year, structure in structures.items()
    }


def natural_increase(
    published: pd.DataFrame, modelled: pd.DataFrame, years: list[int], recent: int = 5
) -> pd.DataFrame:
    """Births less deaths of each place and year: published, modelled by rates, or on the line between the two.

    Args:
        published: index place, columns years, persons; may be empty.
        modelled: likewise, for years from the first age structure on.
        years: years asked for; those before the first published one stay unknown.
        recent: how many of the last published years make the point that the line starts from; where nothing is
            published, how many years before the first structure are taken to be like that one.

    Returns:
        Index place, columns `years`.
    """
    natural = published.combine_first(modelled).reindex(columns=years)
    first = int(modelled.columns.min())
    last = max(years_of(published), default=first - 1 - recent)
    ends = published[[year for year in years_of(published) if year > last - recent]]
    middle = float(np.mean(ends.columns.to_numpy(dtype=np.float64))) if len(ends.columns) else float(last)
    start = ends.mean(axis=1).fillna(modelled[first])
    for year in range(last + 1, first):
        gone = (year - middle) / (first - middle)
        natural[year] = start * (1 - gone) + modelled[first] * gone
    return natural[years]


def years_of(table: pd.DataFrame) -> list[int]:
    """The years that the columns of a table stand for; columns without any value are left out."""
    return [int(str(year)) for year in table.columns[table.notna().any(axis=0)]]


def _of(rates: VitalRates, year: int) -> tuple[Array, Array, float]:
    return rates.survival[year][None], rates.fertility[year][None], rates.sex_ratio_at_birth
