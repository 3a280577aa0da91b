"""Migration of places and reference areas, taken from the tables."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from amoanalysis.forecast.jump_off import VitalRates, aged_one_year, years_of
from amoanalysis.forecast.vital_rates import AGES, SEXES
from amoanalysis.models.area_migration import AreaMigration, area_migration
from amoanalysis.models.draws import Array
from amoanalysis.models.migration import migration_profile
from amoanalysis.tables import Data

# Gross migration and exchange are the mean of this many of the latest years; without any such years a Finnish
# municipality's usual gross migration holds.
GROSS_YEARS = 10
USUAL_GROSS = 0.05
# Migration levels are estimated from this year on, when moves by place begin.
LEVELS_FROM = 1990
# Places up to this size are pooled for the age profile: towns with a university or a college gain the young whom the
# small municipalities lose.
SMALL_PLACE = 15_000
# Net migration of an area by age is the sum of this many of the latest years.
PROFILE_YEARS = 10


def gross_migration(data: Data, places: list[str]) -> Array:
    """Mean of moves in and out within the country per resident, latest years: (place,)."""
    if not data.has("internal_migration"):
        return np.full(len(places), USUAL_GROSS)
    rows = data.table("internal_migration")
    rows = rows[rows["place"].isin(places) & (rows["year"] > rows["year"].max() - GROSS_YEARS)]
    people = data.table("population").set_index(["place", "year"])["population"].astype(float)
    moves = rows.set_index(["place", "year"])[["in_migration", "out_migration"]].mean(axis=1).astype(float)
    rates = (moves / people.reindex(moves.index)).groupby("place").mean().reindex(places)
    usual = float(rates.mean()) if rates.notna().any() else USUAL_GROSS
    return rates.fillna(usual).to_numpy(dtype=np.float64)


def exchange(data: Data, codes: list[str]) -> Array | None:
    """Share of those who leave a place who move to another one of the places: (place, place); None where not known."""
    if not data.has("migration_flows"):
        return None
    flows = data.table("migration_flows")
    flows = flows[(flows["direction"] == "out") & flows["place"].isin(codes)]
    flows = flows[flows["year"] > flows["year"].max() - GROSS_YEARS]
    total = flows.groupby("place")["migrants"].sum().reindex(codes).astype(float)
    among = flows[flows["partner"].isin(codes)]
    if among.empty:
        return None
    table = among.pivot_table(index="place", columns="partner", values="migrants", aggfunc="sum")
    shares = table.reindex(index=codes, columns=codes).astype(float).div(total, axis=0)
    return shares.fillna(0.0).to_numpy(dtype=np.float64)


def net_by_place(data: Data, places: list[str], natural: pd.DataFrame) -> pd.DataFrame:
    """Net migration of all kinds per resident: change of population less natural increase; columns years."""
    population = _population(data, places)
    known = set(years_of(population))
    years = [year for year in years_of(natural) if {year, year - 1} <= known]
    before = population[[year - 1 for year in years]].set_axis(years, axis=1)
    return (population[years] - before - natural[years]) / before


def internal_by_place(data: Data, places: list[str]) -> pd.DataFrame:
    """Net migration within the country per resident; index place, columns years; empty where not known."""
    if not data.has("internal_migration"):
        return pd.DataFrame(index=places, dtype=float)
    rows = data.table("internal_migration")
    net = rows.assign(net=rows["in_migration"] - rows["out_migration"])
    net = net.pivot(index="place", columns="year", values="net").reindex(places).astype(float)
    population = _population(data, places)
    known = set(years_of(population))
    years = [year for year in years_of(net) if year - 1 in known and year >= LEVELS_FROM]
    return net[years] / population[[year - 1 for year in years]].set_axis(years, axis=1)


def reference_migration(data: Data, reference: str, pool: list[str], net: pd.DataFrame, jump_off: int) -> AreaMigration:
    """Net migration of a reference area: published, else that of its known municipalities together.

    Args:
        data: the folder.
        reference: code of the area.
        pool: its municipalities that have tables.
        net: net migration per resident of the pool, index place, columns years.
        jump_off: last known year of the places.
    """
    members = list(data.places[reference].members) or pool
    inside = pd.Series(dtype=float)
    if set(members) <= set(pool):
        rates = internal_by_place(data, members)
        inside = _weighted(rates, _population(data, members)).dropna()
    total = _published_net(data, reference)
    if total.empty:
        total = _weighted(net.loc[pool], _population(data, pool)).dropna()
    return area_migration(total, inside, jump_off)


def differences(
    net: pd.DataFrame, internal: pd.DataFrame, areas: list[AreaMigration], area_of: npt.NDArray[np.intp], until: int
) -> pd.DataFrame:
    """Difference of each place's net migration from that of its area: index place, columns years.

    Where only moves within the country are known of a place, they are held against those of the area.
    """
    years = list(range(min([LEVELS_FROM, *net.columns]), until + 1))
    whole = net.reindex(columns=years) - _of_areas(areas, area_of, years, foreign=1.0, index=net.index)
    within = internal.reindex(index=net.index, columns=years)
    within -= _of_areas(areas, area_of, years, foreign=0.0, index=net.index)
    return whole.combine_first(within)


def profile(
    data: Data, reference: str, structures: dict[int, Array], rates: VitalRates, gross: Array
) -> tuple[Array, Array]:
    """Ages of migrants of an area: from the change of small municipalities' cohorts, else the area's net by age.

    Args:
        data: the folder.
        reference: code of the area.
        structures: year -> (place, sex, age), known age structures of its municipalities.
        rates: vital rates of the same places.
        gross: (place,), gross migration per resident.
    """
    last = max(structures)
    sizes = structures[last].sum(axis=(1, 2))
    pooled = sizes <= SMALL_PLACE if (sizes <= SMALL_PLACE).any() else sizes > 0
    moving = float(np.median(gross))
    if last - 1 in structures:
        survived = aged_one_year(structures[last - 1], rates, last)[pooled].sum(axis=0)
        net = structures[last][pooled].sum(axis=0) - survived
        # Births of the year are known only as a rate: what age 0 shows is their error, so it takes the value of age 1.
        net[:, 0] = net[:, 1]
        return migration_profile(net, survived, moving)
    residents = structures[last].sum(axis=0)
    return migration_profile(_net_by_age(data, reference), residents, moving)


def _net_by_age(data: Data, reference: str) -> Array | None:
    """(sex, age), persons a year; None where not published."""
    if not data.has("net_migration_by_age"):
        return None
    rows = data.table("net_migration_by_age").query("place == @reference")
    rows = rows[rows["year"] > rows["year"].max() - PROFILE_YEARS]
    if rows.empty:
        return None
    sums = rows.groupby(["sex", "age"])["net_migration"].sum() / rows["year"].nunique()
    wide = sums.reindex(pd.MultiIndex.from_product([SEXES, range(AGES)])).fillna(0.0)
    return wide.to_numpy(dtype=np.float64).reshape(len(SEXES), AGES)


def _published_net(data: Data, reference: str) -> pd.Series:
    if not data.has("net_migration_by_age"):
        return pd.Series(dtype=float)
    net = data.table("net_migration_by_age").query("place == @reference").groupby("year")["net_migration"].sum()
    people = data.table("population_by_age_sex").query("place == @reference").groupby("year")["population"].sum()
    before = people.reindex(net.index - 1).to_numpy(dtype=np.float64)
    return (net.astype(float) / before).dropna()


def _weighted(rates: pd.DataFrame, population: pd.DataFrame) -> pd.Series:
    """Mean of rates over places, by residents at the start of the year; years that every place has."""
    rates = rates[years_of(rates)]
    weights = population.reindex(columns=[year - 1 for year in years_of(rates)]).set_axis(rates.columns, axis=1)
    return (rates * weights).sum(axis=0, skipna=False) / weights.sum(axis=0)


def _population(data: Data, places: list[str]) -> pd.DataFrame:
    rows = data.table("population").pivot(index="place", columns="year", values="population")
    return rows.reindex(places).astype(float)


def _of_areas(
    areas: list[AreaMigration], area_of: npt.NDArray[np.intp], years: list[int], *, foreign: float, index: pd.Index
) -> pd.DataFrame:
    """Net migration of the area of each place; without that from abroad where `foreign` is 0."""
    rates = np.full((len(areas), len(years)), np.nan)
    for number, area in enumerate(areas):
        for column, year in enumerate(years):
            if year in area.known:
                rates[number, column] = area.known[year] - (1 - foreign) * area.foreign[year]
    return pd.DataFrame(rates[area_of], index=index, columns=years)
