"""Vital rates of places and reference areas, and age structures estimated up to the last known population totals."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from amoanalysis.data.load import Data
from amoanalysis.errors import DataError
from amoanalysis.models.population.cohort_component import migrate, spread_in_migration, spread_out_migration, survive
from amoanalysis.models.population.fertility import age_pattern, expected_children, fertility_rates, place_factors
from amoanalysis.models.population.migration_levels import MigrationProfile
from amoanalysis.models.population.mortality import (
    estimate_improvement,
    interpolate_over_ages,
    smooth_death_rates,
    survival_ratios,
)
from amoanalysis.models.statistics.draws import Array

AGES = 101
SEXES = ("f", "m")
COUNTRY = "SSS"
# Death rates are pooled over this many recent years; improvement is estimated from this year on.
MORTALITY_YEARS = 8
IMPROVEMENT_FROM = 1990
IMPROVEMENT_GROUPS = (0, 1, 15, 40, 65, 80)
# Fertility by age is the mean of this many recent years.
FERTILITY_YEARS = 5
# The fertility of a place is estimated from its children below this age.
CHILDREN_BELOW = 5
SEX_RATIO_AT_BIRTH = 1.05


@dataclass(frozen=True)
class VitalRates:
    """Vital rates of known years.

    Attributes:
        survival: year -> (place, sex, age), survival ratios of the reference areas.
        fertility: year -> (place, age), births per woman.
        sex_ratio_at_birth: boys per girl.
    """

    survival: dict[int, Array]
    fertility: dict[int, Array]
    sex_ratio_at_birth: float

    def select_places(self, places: npt.NDArray[np.intp]) -> "VitalRates":
        """The rates of some of the places."""
        survival = {year: ratios[places] for year, ratios in self.survival.items()}
        fertility = {year: rates[places] for year, rates in self.fertility.items()}
        return VitalRates(survival, fertility, self.sex_ratio_at_birth)


def carry_forward(
    structure: Array, year: int, totals: dict[int, Array], rates: VitalRates, profile: MigrationProfile, gross: Array
) -> dict[int, Array]:
    """Projects an age structure to the last known total: births and deaths from rates, migration from the totals.

    in - out = known total - survivors - births; in = gross P + net / 2, out = gross P - net / 2, by age profile.

    Args:
        structure: (place, sex, age), persons at the end of `year`.
        year: year of the structure.
        totals: year -> (place,), known totals of the years after it.
        rates: vital rates of each of those years.
        profile: ages of migrants.
        gross: (place,), mean of in- and out-migration per resident.

    Returns:
        year -> (place, sex, age), from `year` on; each sums to the known total of its year.
    """
    structures = {year: structure}
    current = structure
    for known in sorted(y for y in totals if y > year):
        survived = survive_one_year(current, rates, known)
        people = survived.sum(axis=(1, 2))
        net = totals[known] - people
        turnover = np.maximum(gross * people, np.abs(net))
        arriving, leaving = (turnover + net / 2)[None], (turnover - net / 2)[None]
        out = spread_out_migration(survived[None], profile, leaving)
        step = migrate(
            survive(current[None], *_rates_in_year(rates, known)),
            spread_in_migration(profile, arriving),
            out,
        )
        missing = totals[known] / step.population[0].sum(axis=(1, 2))
        current = step.population[0] * missing[:, None, None]
        structures[known] = current
    return structures


def survive_one_year(structure: Array, rates: VitalRates, year: int) -> Array:
    """Survivors of an age structure at the end of the next year, births included: (place, sex, age)."""
    return survive(structure[None], *_rates_in_year(rates, year)).population[0]


def modelled_natural_increase(structures: dict[int, Array], rates: VitalRates) -> dict[int, Array]:
    """Births less deaths from rates in the year after each structure: year -> (place,), persons."""
    return {
        year + 1: survive_one_year(structure, rates, year + 1).sum(axis=(1, 2)) - structure.sum(axis=(1, 2))
        for year, structure in structures.items()
    }


def natural_increase(
    published: pd.DataFrame, modelled: pd.DataFrame, years: list[int], recent: int = 5
) -> pd.DataFrame:
    """Births less deaths of each place and year: published, modelled from rates, or interpolated between the two.

    Args:
        published: index place, columns years, persons; may be empty.
        modelled: same form, for years after the first age structure.
        years: years of the result; years before the first published one are NaN.
        recent: number of the last published years whose mean is the start of the interpolation; without published
            years, number of years before the first modelled year that are set equal to it.

    Returns:
        Index place, columns `years`.
    """
    natural = published.combine_first(modelled).reindex(columns=years)
    first = int(modelled.columns.min())
    last = max(list_years(published), default=first - 1 - recent)
    ends = published[[year for year in list_years(published) if year > last - recent]]
    middle = float(np.mean(ends.columns.to_numpy(dtype=np.float64))) if len(ends.columns) else float(last)
    start = ends.mean(axis=1).fillna(modelled[first])
    for year in range(last + 1, first):
        weight = (year - middle) / (first - middle)
        natural[year] = start * (1 - weight) + modelled[first] * weight
    return natural[years]


def list_years(table: pd.DataFrame) -> list[int]:
    """Years of the columns of a table that have values."""
    return [int(str(year)) for year in table.columns[table.notna().any(axis=0)]]


def _rates_in_year(rates: VitalRates, year: int) -> tuple[Array, Array, float]:
    return rates.survival[year][None], rates.fertility[year][None], rates.sex_ratio_at_birth


@dataclass(frozen=True)
class AreaRates:
    """Rates of the reference areas.

    Attributes:
        death_rates: (area, sex, age), smoothed.
        middle: (area,), middle of the pooled years.
        improvement: (sex, age), yearly log decline of the country's death rates.
        pattern: (area, age), shares of total fertility.
        total_fertility: by area, year -> rate.
    """

    death_rates: Array
    middle: Array
    improvement: Array
    pattern: Array
    total_fertility: tuple[dict[int, float], ...]


def area_rates(data: Data, references: list[str]) -> AreaRates:
    """Estimates the rates of each reference area.

    Raises:
        DataError: if an area lacks death rates, population by age or fertility.
    """
    smoothed = [smoothed_death_rates(data, reference) for reference in references]
    fertility = [_fertility(data, reference) for reference in references]
    return AreaRates(
        death_rates=np.stack([rates for rates, _ in smoothed]),
        middle=np.array([middle for _, middle in smoothed]),
        improvement=_mortality_improvement(data, references[0]),
        pattern=np.stack([pattern for pattern, _ in fertility]),
        total_fertility=tuple(known for _, known in fertility),
    )


def fertility_factors(rates: AreaRates, structure: Array, year: int, area_of: npt.NDArray[np.intp]) -> Array:
    """Fertility of each place relative to its area, from its children, shrunk for few women: (place,)."""
    factors = np.ones(len(structure))
    children = structure[:, :, :CHILDREN_BELOW].sum(axis=(1, 2))
    for area, known in enumerate(rates.total_fertility):
        inside = area_of == area
        dying = rates.death_rates[area].mean(axis=0)[: CHILDREN_BELOW - 1]
        alive = np.cumprod(np.concatenate([[1.0], 1 - dying]))
        recent = [value for y, value in known.items() if year - CHILDREN_BELOW < y <= year] or list(known.values())
        births = fertility_rates(float(np.mean(recent)), rates.pattern[area])
        expected = expected_children(structure[inside, 0], births, alive)
        factors[inside] = place_factors(children[inside], expected).factor
    return factors


def rates_by_year(rates: AreaRates, factors: Array, area_of: npt.NDArray[np.intp], years: list[int]) -> VitalRates:
    """Rates of each place by year; unknown fertility equals that of the last known year."""
    survival, fertility = {}, {}
    for year in years:
        elapsed = (year - rates.middle)[:, None, None]
        survival[year] = survival_ratios(rates.death_rates * np.exp(-elapsed * rates.improvement))[area_of]
        total = np.array([known.get(year, known[max(known)]) for known in rates.total_fertility])
        fertility[year] = fertility_rates(total[area_of] * factors, rates.pattern[area_of])
    return VitalRates(survival, fertility, SEX_RATIO_AT_BIRTH)


def structures_by_year(table: pd.DataFrame, places: list[str]) -> dict[int, Array]:
    """Age structures of the years with data for all places: year -> (place, sex, age).

    Raises:
        DataError: if no year has all places and ages.
    """
    rows = table[table["place"].isin(places)]
    wide = rows.pivot(index=["year", "place"], columns=["sex", "age"], values="population")
    wide = wide.reindex(columns=pd.MultiIndex.from_product([SEXES, range(AGES)]))
    structures = {}
    for year, block in wide.groupby(level="year"):
        values = block.droplevel("year").reindex(places).to_numpy(dtype=np.float64)
        if not np.isnan(values).any():
            structures[int(str(year))] = values.reshape(len(places), 2, AGES)
    if not structures:
        missing = sorted(set(places) - set(rows["place"]))
        which = f": {', '.join(missing)} has none" if missing else ""
        raise DataError(f"population_by_age_sex: no year has every age of every municipality{which}.")
    return structures


def smoothed_death_rates(data: Data, reference: str) -> tuple[Array, float]:
    """Death rates of the reference area, pooled over the latest years and smoothed over age.

    Returns:
        (sex, age), per year, and the middle of the pooled years.

    Raises:
        DataError: if the area has no year with death rates and population of every age.
    """
    mortality = data.table("mortality")
    rows = mortality[mortality["place"] == reference]
    years = sorted(rows["year"].unique())[-MORTALITY_YEARS:]
    people = data.table("population_by_age_sex")
    people = people[(people["place"] == reference) & people["year"].isin(years)]
    rates = pivot_sex_age(rows[rows["year"].isin(years)], "death_rate", years)
    exposure = pivot_sex_age(people, "population", years)
    complete = ~np.isnan(exposure).any(axis=(1, 2)) & ~np.isnan(rates).any(axis=(1, 2))
    if not complete.any():
        raise DataError(f"mortality: {reference} has no year with death rates and population of every age.")
    deaths = (rates * exposure)[complete].sum(axis=0)
    middle = float(np.array(years, dtype=np.float64)[complete].mean())
    return smooth_death_rates(deaths, exposure[complete].sum(axis=0)), middle


def pivot_sex_age(rows: pd.DataFrame, column: str, years: list[int]) -> Array:
    """Pivots a column to (year, sex, age); missing cells are NaN."""
    wide = rows.pivot(index="year", columns=["sex", "age"], values=column)
    full = wide.reindex(index=years, columns=pd.MultiIndex.from_product([SEXES, range(AGES)]))
    return full.to_numpy(dtype=np.float64).reshape(len(years), 2, AGES)


def _mortality_improvement(data: Data, reference: str) -> Array:
    """Yearly log decline of death rates of the country, or of the area if the country has none: (sex, age)."""
    mortality, people = data.table("mortality"), data.table("population_by_age_sex")
    both = set(mortality["place"].unique()) & set(people["place"].unique())
    place = COUNTRY if COUNTRY in both else reference
    rows = mortality[(mortality["place"] == place) & (mortality["year"] >= IMPROVEMENT_FROM)]
    years = sorted(rows["year"].unique())
    people = people[people["place"] == place]
    weights = pivot_sex_age(people, "population", [int(people["year"].max())])[0].copy()
    # The open-ended age of the country repeats the previous age in most years, so its weight is zero.
    weights[:, -1] = 0.0
    rates = pivot_sex_age(rows, "death_rate", years)
    whole = ~np.isnan(rates).any(axis=(1, 2))
    known = np.array(years, dtype=np.float64)[whole]
    drift = estimate_improvement(known, rates[whole], weights, IMPROVEMENT_GROUPS)
    return interpolate_over_ages(drift.improvement, IMPROVEMENT_GROUPS, AGES)


def _fertility(data: Data, reference: str) -> tuple[Array, dict[int, float]]:
    """Age pattern and known total fertility of a reference area."""
    total = data.table("total_fertility_rate").query("place == @reference").set_index("year")["total_fertility_rate"]
    shares = data.table("fertility_age_pattern").query("place == @reference")
    if total.empty or shares.empty:
        raise DataError(
            f"total_fertility_rate, fertility_age_pattern: the reference area {reference} has no rows; add them."
        )
    recent = shares[shares["year"] > shares["year"].max() - FERTILITY_YEARS]
    mean = recent.groupby("age")["share_percent"].mean().reindex(range(AGES)).fillna(0.0)
    pattern = age_pattern(mean.to_numpy(dtype=np.float64))
    return pattern, {int(str(year)): float(value) for year, value in total.items()}
