"""The base of the population model, estimated from the tables."""

import numpy as np
import pandas as pd

from amoanalysis.errors import DataError
from amoanalysis.forecast.jump_off import KnownYears, VitalRates, aged_one_year, carried_forward, total_net_migration
from amoanalysis.models.draws import Array
from amoanalysis.models.fertility import age_pattern, expected_children, fertility_rates, place_factors
from amoanalysis.models.migration import MigrationLevels, MigrationProfile, migration_levels, migration_profile
from amoanalysis.models.mortality import improvement_drift, over_ages, smoothed_rates, survival_ratios
from amoanalysis.models.population import PopulationBase
from amoanalysis.tables import Data

AGES = 101
SEXES = ("f", "m")
COUNTRY = "SSS"
# Death rates are pooled over this many of the latest years; improvement is measured from this year on.
MORTALITY_YEARS = 8
IMPROVEMENT_FROM = 1990
IMPROVEMENT_GROUPS = (0, 1, 15, 40, 65, 80)
# Gross migration is the mean, and fertility by age the mean, of this many of the latest years.
GROSS_YEARS = 10
FERTILITY_YEARS = 5
# Children below this age tell of the fertility of those who live in a place.
CHILDREN_BELOW = 5
SEX_RATIO_AT_BIRTH = 1.05


def population_base(data: Data, codes: list[str]) -> tuple[PopulationBase, dict[int, Array]]:
    """Estimates rates, levels and the population of the jump-off year.

    Args:
        data: the folder.
        codes: municipality codes, the order of the result.

    Returns:
        The base, and the age structures of the known years, year -> (place, sex, age).

    Raises:
        DataError: if a municipality has no age structure, or the reference areas differ.
    """
    reference = _reference(data, codes)
    pool = _pool(data, codes, reference)
    structures = structures_by_year(data.table("population_by_age_sex"), pool)
    first, last = min(structures), max(structures)
    death_rates, middle = smoothed_death_rates(data, reference)
    pattern, factor, fertility = _fertility(data, reference, structures[last], last, death_rates)
    known = _totals(data, pool, last)
    survival = {year: survival_ratios(death_rates) for year in range(first + 1, max(known, default=last) + 1)}
    rates = VitalRates(
        survival,
        {year: fertility_rates(_known(fertility, year) * factor, pattern) for year in survival},
        SEX_RATIO_AT_BIRTH,
    )
    gross = _gross_migration(data, pool)
    profile = _profile(structures, rates, gross)
    years = carried_forward(structures[last], last, known, rates, profile, gross.to_numpy(dtype=np.float64))
    levels = _levels(data, pool, codes, reference, years, gross)
    order = [pool.index(code) for code in codes]
    jump_off = max(years.structures)
    base = PopulationBase(
        population=years.structures[jump_off][order],
        year=jump_off,
        death_rates=death_rates,
        death_rates_year=middle,
        improvement=_improvement(data),
        fertility_pattern=pattern,
        fertility_factor=factor[order],
        total_fertility=fertility,
        profile=profile,
        levels=levels,
    )
    return base, {year: structure[order] for year, structure in {**structures, **years.structures}.items()}


def structures_by_year(table: pd.DataFrame, places: list[str]) -> dict[int, Array]:
    """Age structures of the years that every place has: year -> (place, sex, age).

    Raises:
        DataError: if no year has all places and ages.
    """
    rows = table[table["place"].isin(places)]
    wide = rows.pivot_table(index=["year", "place"], columns=["sex", "age"], values="population", aggfunc="sum")
    wide = wide.reindex(columns=pd.MultiIndex.from_product([SEXES, range(AGES)]))
    found = {}
    for year, block in wide.groupby(level="year"):
        values = block.droplevel("year").reindex(places).to_numpy(dtype=np.float64)
        if not np.isnan(values).any():
            found[int(str(year))] = values.reshape(len(places), 2, AGES)
    if not found:
        absent = sorted(set(places) - set(rows["place"]))
        which = f": {', '.join(absent)} has none" if absent else ""
        raise DataError(f"population_by_age_sex: no year has every age of every municipality{which}.")
    return found


def smoothed_death_rates(data: Data, reference: str) -> tuple[Array, float]:
    """Death rates of the reference area, pooled over the latest years and smoothed over age.

    Returns:
        (sex, age), yearly, and the middle of the years pooled.
    """
    mortality = data.table("mortality")
    rows = mortality[mortality["place"] == reference]
    years = sorted(rows["year"].unique())[-MORTALITY_YEARS:]
    people = data.table("population_by_age_sex")
    people = people[(people["place"] == reference) & people["year"].isin(years)]
    rates = _by_sex_age(rows[rows["year"].isin(years)], "death_rate", years)
    exposure = _by_sex_age(people, "population", years)
    have = ~np.isnan(exposure).any(axis=(1, 2)) & ~np.isnan(rates).any(axis=(1, 2))
    if not have.any():
        raise DataError(f"mortality: {reference} has no year with death rates and population of every age.")
    deaths = (rates * exposure)[have].sum(axis=0)
    middle = float(np.array(years, dtype=np.float64)[have].mean())
    return smoothed_rates(deaths, exposure[have].sum(axis=0)), middle


def _improvement(data: Data) -> Array:
    """(sex, age), yearly log decline of the country's death rates."""
    rows = data.table("mortality")
    rows = rows[(rows["place"] == COUNTRY) & (rows["year"] >= IMPROVEMENT_FROM)]
    years = sorted(rows["year"].unique())
    people = data.table("population_by_age_sex")
    people = people[people["place"] == COUNTRY]
    weights = _by_sex_age(people, "population", [int(people["year"].max())])[0].copy()
    # The country's open age repeats the one before it in most years, and is no rate in one: it gets no weight.
    weights[:, -1] = 0.0
    rates = _by_sex_age(rows, "death_rate", years)
    whole = ~np.isnan(rates).any(axis=(1, 2))
    known = np.array(years, dtype=np.float64)[whole]
    drift = improvement_drift(known, rates[whole], weights, IMPROVEMENT_GROUPS)
    return over_ages(drift.improvement, IMPROVEMENT_GROUPS, AGES)


def _fertility(
    data: Data, reference: str, structure: Array, year: int, death_rates: Array
) -> tuple[Array, Array, dict[int, float]]:
    """Age pattern, place factors and known total fertility of the reference area."""
    total = data.table("total_fertility_rate").query("place == @reference").set_index("year")["total_fertility_rate"]
    shares = data.table("fertility_age_pattern").query("place == @reference")
    recent = shares[shares["year"] > shares["year"].max() - FERTILITY_YEARS]
    mean = recent.groupby("age")["share_percent"].mean().reindex(range(AGES)).fillna(0.0)
    pattern = age_pattern(mean.to_numpy(dtype=np.float64))
    alive = np.cumprod(np.concatenate([[1.0], 1 - death_rates.mean(axis=0)[: CHILDREN_BELOW - 1]]))
    born = total[(total.index > year - CHILDREN_BELOW) & (total.index <= year)]
    rates = fertility_rates(float(born.mean() if len(born) else total.mean()), pattern)
    children = structure[:, :, :CHILDREN_BELOW].sum(axis=(1, 2))
    factors = place_factors(children, expected_children(structure[:, 0], rates, alive))
    return pattern, factors.factor, {int(str(year)): float(value) for year, value in total.items()}


def _profile(structures: dict[int, Array], rates: VitalRates, gross: pd.Series) -> MigrationProfile:
    first, last = sorted(structures)[-2:] if len(structures) > 1 else (None, max(structures))
    if first is None or last != first + 1:
        raise DataError("population_by_age_sex: two neighbouring years are needed to tell the ages of migrants.")
    sizes = structures[last].sum(axis=(1, 2))
    survived = aged_one_year(structures[first], rates, last)
    return migration_profile(survived, structures[last], sizes, float(gross.median()))


def _levels(
    data: Data, pool: list[str], codes: list[str], reference: str, years: KnownYears, gross: pd.Series
) -> MigrationLevels:
    population = (
        data.table("population").pivot(index="place", columns="year", values="population").loc[pool].astype(float)
    )
    modelled = pd.DataFrame(years.natural_increase, index=pool)
    published = pd.DataFrame(index=pool)
    if data.has("key_figures"):
        rows = data.table("key_figures").query("indicator == 'natural_increase'")
        published = rows.pivot(index="place", columns="year", values="value").reindex(pool)
    total_net = total_net_migration(population, published, modelled)
    return migration_levels(total_net, gross, common_net_migration(data, reference), codes)


def common_net_migration(data: Data, reference: str) -> pd.Series:
    """Net migration of the reference area per resident, by year."""
    net = data.table("net_migration_by_age").query("place == @reference").groupby("year")["net_migration"].sum()
    people = data.table("population_by_age_sex").query("place == @reference").groupby("year")["population"].sum()
    before = people.reindex(net.index - 1).to_numpy(dtype=np.float64)
    return (net.astype(float) / before).dropna()


def _gross_migration(data: Data, pool: list[str]) -> pd.Series:
    """Mean of in- and out-migration per resident, latest years."""
    rows = data.table("internal_migration")
    rows = rows[rows["place"].isin(pool) & (rows["year"] > rows["year"].max() - GROSS_YEARS)]
    people = data.table("population").set_index(["place", "year"])["population"].astype(float)
    moves = rows.set_index(["place", "year"])[["in_migration", "out_migration"]].mean(axis=1).astype(float)
    rates = (moves / people.reindex(moves.index)).groupby("place").mean().reindex(pool)
    return rates.fillna(float(rates.mean()))


def _totals(data: Data, pool: list[str], last: int) -> dict[int, Array]:
    """Known totals after the newest age structure, years that every place has."""
    wide = data.table("population").pivot(index="year", columns="place", values="population").reindex(columns=pool)
    later = wide[wide.index > last].dropna()
    return {int(str(year)): row.to_numpy(dtype=np.float64) for year, row in later.iterrows()}


def _reference(data: Data, codes: list[str]) -> str:
    references = {data.places[code].reference for code in codes}
    if len(references) != 1 or None in references:
        raise DataError("places.toml: the municipalities of the region must name one and the same reference area.")
    return str(references.pop())


def _pool(data: Data, codes: list[str], reference: str) -> list[str]:
    """The municipalities of the reference area that have an age structure; more places make better estimates."""
    have = set(data.table("population_by_age_sex")["place"]) & set(data.table("population")["place"])
    members = [code for code in data.places[reference].members if code in have and code not in codes]
    return [*codes, *members]


def _known(series: dict[int, float], year: int) -> float:
    return series.get(year, series[max(series)])


def _by_sex_age(rows: pd.DataFrame, column: str, years: list[int]) -> Array:
    """(year, sex, age); missing cells are not a number."""
    wide = rows.pivot_table(index="year", columns=["sex", "age"], values=column, aggfunc="sum", min_count=1)
    full = wide.reindex(index=years, columns=pd.MultiIndex.from_product([SEXES, range(AGES)]))
    return full.to_numpy(dtype=np.float64).reshape(len(years), 2, AGES)
