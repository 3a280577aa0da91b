"""Migration inputs: levels and age profiles, stocks of out-migrants, and pairs of the gravity model."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from amoanalysis.config.assumptions import Assumptions
from amoanalysis.data.load import Data
from amoanalysis.models.labour_force.commuting import great_circle_kilometres
from amoanalysis.models.labour_force.participation import LabourAccount
from amoanalysis.models.population.migration_levels import AreaMigration, area_migration, migration_profile
from amoanalysis.models.population.mortality import survival_ratios
from amoanalysis.models.population.projection import PopulationBase
from amoanalysis.models.return_migration import recruitment_tour as campaign
from amoanalysis.models.return_migration.gravity import TIE
from amoanalysis.models.return_migration.out_migrant_stock import (
    IN,
    OUT,
    TARGET_AGES,
    OutMigrantBase,
    project_out_migrant_stock,
)
from amoanalysis.models.statistics.draws import Array, Draws
from amoanalysis.pipeline.inputs.vital_rates import AGES, SEXES, VitalRates, list_years, survive_one_year

# Gross migration and exchange are means of this many recent years; without data the gross rate is that of a typical
# Finnish municipality.
GROSS_YEARS = 10
USUAL_GROSS = 0.05
# First year of the estimation of migration levels, from which moves by place are known.
LEVELS_FROM = 1990
# Places up to this population are pooled for the age profile; university and college towns attract the young.
SMALL_PLACE = 15_000
# Net migration of an area by age is the mean of this many recent years.
PROFILE_YEARS = 10
FLOWS = "migration_flows"
# Last age of the stock of out-migrants, which persons who left in 1990 or later have rarely passed.
OLDEST = 80
# Years in which the populations of all municipalities are known.
SIZES = (2000, 2010, 2018)
# The migration tie of a pair is its moves out in this many previous years, at least half a move.
TIE_YEARS = 10
LEAST_TIE = 0.5


def gross_migration(data: Data, places: list[str]) -> Array:
    """Gross internal migration per resident, mean of in- and out-migration in recent years: (place,)."""
    if not data.has("internal_migration"):
        return np.full(len(places), USUAL_GROSS)
    rows = data.table("internal_migration")
    rows = rows[rows["place"].isin(places) & (rows["year"] > rows["year"].max() - GROSS_YEARS)]
    people = data.table("population").set_index(["place", "year"])["population"].astype(float)
    moves = rows.set_index(["place", "year"])[["in_migration", "out_migration"]].mean(axis=1).astype(float)
    rates = (moves / people.reindex(moves.index)).groupby("place").mean().reindex(places)
    usual = float(rates.mean()) if rates.notna().any() else USUAL_GROSS
    return rates.fillna(usual).to_numpy(dtype=np.float64)


def exchange_shares(data: Data, codes: list[str]) -> Array | None:
    """Shares of a place's out-migrants who move to the other places: (place, place); None if unknown."""
    if not data.has(FLOWS):
        return None
    flows = data.table(FLOWS)
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
    """Total net migration per resident: population change less natural increase; index place, columns years."""
    population = _population(data, places)
    known = set(list_years(population))
    years = [year for year in list_years(natural) if {year, year - 1} <= known]
    before = population[[year - 1 for year in years]].set_axis(years, axis=1)
    return (population[years] - before - natural[years]) / before


def internal_by_place(data: Data, places: list[str]) -> pd.DataFrame:
    """Net internal migration per resident; index place, columns years; empty if unknown."""
    if not data.has("internal_migration"):
        return pd.DataFrame(index=places, dtype=float)
    rows = data.table("internal_migration")
    net = rows.assign(net=rows["in_migration"] - rows["out_migration"])
    net = net.pivot(index="place", columns="year", values="net").reindex(places).astype(float)
    population = _population(data, places)
    known = set(list_years(population))
    years = [year for year in list_years(net) if year - 1 in known and year >= LEVELS_FROM]
    return net[years] / population[[year - 1 for year in years]].set_axis(years, axis=1)


def reference_migration(data: Data, reference: str, pool: list[str], net: pd.DataFrame, jump_off: int) -> AreaMigration:
    """Net migration of a reference area: published, else the sum of its known municipalities.

    Args:
        data: the folder.
        reference: code of the area.
        pool: its municipalities with data.
        net: net migration per resident of the pool, index place, columns years.
        jump_off: last known year of the places.
    """
    members = list(data.places[reference].members) or pool
    internal = pd.Series(dtype=float)
    if set(members) <= set(pool):
        rates = internal_by_place(data, members)
        internal = _weighted_mean(rates, _population(data, members)).dropna()
    total = _published_net(data, reference)
    if total.empty:
        total = _weighted_mean(net.loc[pool], _population(data, pool)).dropna()
    return area_migration(total, internal, jump_off)


def net_migration_differences(
    net: pd.DataFrame, internal: pd.DataFrame, areas: list[AreaMigration], area_of: npt.NDArray[np.intp], until: int
) -> pd.DataFrame:
    """Difference between the net migration of each place and of its area: index place, columns years.

    If only internal migration of a place is known, it is compared with the internal migration of the area.
    """
    years = list(range(min([LEVELS_FROM, *net.columns]), until + 1))
    whole = net.reindex(columns=years) - _net_migration_of_areas(areas, area_of, years, foreign=1.0, index=net.index)
    within = internal.reindex(index=net.index, columns=years)
    within -= _net_migration_of_areas(areas, area_of, years, foreign=0.0, index=net.index)
    return whole.combine_first(within)


def area_profile(
    data: Data, reference: str, structures: dict[int, Array], rates: VitalRates, gross: Array
) -> tuple[Array, Array]:
    """Age profile of migrants of an area: from cohort changes in small municipalities, else net migration by age.

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
        survived = survive_one_year(structures[last - 1], rates, last)[pooled].sum(axis=0)
        net = structures[last][pooled].sum(axis=0) - survived
        # Births of the year are estimated from rates, so net migration at age 0 is replaced by that at age 1.
        net[:, 0] = net[:, 1]
        return migration_profile(net, survived, moving)
    residents = structures[last].sum(axis=0)
    return migration_profile(_net_by_age(data, reference), residents, moving)


def _net_by_age(data: Data, reference: str) -> Array | None:
    """Net migration of an area: (sex, age), persons per year; None if not published."""
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


def _weighted_mean(rates: pd.DataFrame, population: pd.DataFrame) -> pd.Series:
    """Population-weighted mean of rates over places; years known for every place."""
    rates = rates[list_years(rates)]
    weights = population.reindex(columns=[year - 1 for year in list_years(rates)]).set_axis(rates.columns, axis=1)
    return (rates * weights).sum(axis=0, skipna=False) / weights.sum(axis=0)


def _population(data: Data, places: list[str]) -> pd.DataFrame:
    rows = data.table("population").pivot(index="place", columns="year", values="population")
    return rows.reindex(places).astype(float)


def _net_migration_of_areas(
    areas: list[AreaMigration], area_of: npt.NDArray[np.intp], years: list[int], *, foreign: float, index: pd.Index
) -> pd.DataFrame:
    """Net migration of the area of each place; without net immigration from abroad if `foreign` is 0."""
    rates = np.full((len(areas), len(years)), np.nan)
    for number, area in enumerate(areas):
        for column, year in enumerate(years):
            if year in area.known:
                rates[number, column] = area.known[year] - (1 - foreign) * area.foreign[year]
    return pd.DataFrame(rates[area_of], index=index, columns=years)


def out_migrants_by_residence(
    data: Data, codes: list[str], people: PopulationBase
) -> tuple[OutMigrantBase, list[str]] | None:
    """Data for the stock of out-migrants of a group of places, by municipality of residence.

    Args:
        data: the folder.
        codes: places of origin; moves between them are excluded.
        people: base of the population, for ages, survival and mobility.

    Returns:
        The base and the codes of the municipalities of residence; None if the moves of a place are unknown.
    """
    moves = _moves_out_of_region(data, codes)
    if moves is None or not data.has("municipalities"):
        return None
    towns = data.table("municipalities").set_index("place").drop(codes, errors="ignore")
    size = towns["population_2018"].fillna(0).to_numpy(dtype=np.float64)
    return _out_migrant_base(data, moves, "partner", list(towns.index), people, size / size.sum()), list(towns.index)


def out_migrants_by_origin(data: Data, codes: list[str], people: PopulationBase) -> OutMigrantBase | None:
    """Data for the stock of out-migrants by place of origin; None if the moves are unknown."""
    moves = _moves_out_of_region(data, codes)
    return None if moves is None else _out_migrant_base(data, moves, "place", codes, people, None)


def campaign_arrivals(base: OutMigrantBase | None, assumptions: Assumptions, draws: Draws, years: range) -> Array:
    """Return migrants of a campaign with families: (year, draw, place); zeros (year, 1, 1) without a campaign."""
    plan = assumptions.return_campaign
    if base is None or not campaign.has_campaign(plan):
        return np.zeros((len(years), 1, 1))
    out_migrants = project_out_migrant_stock(base, assumptions.leavers, draws).stock[..., TARGET_AGES].sum(axis=-1)
    return campaign.add_families(campaign.campaign_returners(out_migrants, plan, draws, years), plan, draws)


def _moves_out_of_region(data: Data, codes: list[str]) -> pd.DataFrame | None:
    if not data.has(FLOWS):
        return None
    rows = data.table(FLOWS)
    own = rows[rows["place"].isin(codes) & ~rows["partner"].isin(codes)]
    return own if set(own["place"]) == set(codes) else None


def _out_migrant_base(
    data: Data, moves: pd.DataFrame, where: str, order: list[str], people: PopulationBase, sizes: Array | None
) -> OutMigrantBase:
    years = range(int(moves["year"].min()), int(moves["year"].max()) + 1)
    sums = moves.groupby(["direction", "year", where])["migrants"].sum().unstack(where, fill_value=0)
    sums = sums.reindex(columns=order, fill_value=0)

    def moves_by_year(direction: str) -> Array:
        return sums.loc[direction].reindex(years, fill_value=0).to_numpy(dtype=np.float64)

    ages = slice(OLDEST + 1)
    return OutMigrantBase(
        years=years,
        out_moves=moves_by_year(OUT),
        in_moves=moves_by_year(IN),
        ages=_out_migrant_ages(data, years, people)[:, ages],
        survival=survival_ratios(people.death_rates).mean(axis=(0, 1))[ages],
        mobility=people.profile.leaving.mean(axis=(0, 1))[ages],
        sizes=sizes,
    )


def _out_migrant_ages(data: Data, years: range, people: PopulationBase) -> Array:
    """Ages of out-migrants: residents of the reference area times the rates of small municipalities: (year, age)."""
    table = data.table("population_by_age_sex")
    longest = table.groupby("place")["year"].nunique().idxmax()
    rows = table[table["place"] == longest]
    wide = rows.pivot_table(index="year", columns=["sex", "age"], values="population", aggfunc="sum")
    known = wide.reindex(sorted({*wide.index, *years})).interpolate().bfill().reindex(list(years))
    residents = known.to_numpy(dtype=np.float64).reshape(len(years), 2, -1)
    leaving = (residents * people.profile.leaving.mean(axis=0)).sum(axis=1)
    return np.asarray(leaving / leaving.sum(axis=1, keepdims=True))


def gravity_pairs(data: Data, account: LabourAccount, places: list[str]) -> pd.DataFrame:
    """Moves into each place from every municipality, one row per pair and year, zero flows included.

    Args:
        data: the folder, with migration_flows and municipalities.
        account: jobs, labour force and unemployed of the places by year.
        places: codes of the destinations.

    Returns:
        place, partner, year, moves, the logarithms size_from, distance, size_to, jobs_to, unemployment_to, tie, and
        same_region (0, 1). Origins without coordinates or population are left out.
    """
    towns = data.table("municipalities").set_index("place").dropna(subset=["lon", "lat", "population_2000"])
    flows = data.table(FLOWS)
    work = account.frame[account.frame["place"].isin(places)].dropna(subset=["labour_force", "unemployed", "jobs"])
    years = sorted(set(work["year"]) & set(flows["year"]))
    every = pd.MultiIndex.from_product([places, towns.index, years], names=["place", "partner", "year"])
    pairs = every.to_frame(index=False).query("place != partner")
    moves = flows[flows["direction"] == IN].set_index(["place", "partner", "year"])["migrants"].rename("moves")
    pairs = pairs.join(moves, on=["place", "partner", "year"]).fillna({"moves": 0})
    sizes = _interpolate_populations(towns, years)
    work = work.set_index(["place", "year"])
    destination = work.reindex(pd.MultiIndex.from_frame(pairs[["place", "year"]]))
    return pairs.assign(
        size_from=_log_population(sizes, pairs["partner"], pairs["year"]),
        size_to=_log_population(sizes, pairs["place"], pairs["year"]),
        distance=_log_distance(towns, pairs),
        jobs_to=np.log((destination["jobs"] / destination["employed_residents"]).to_numpy(dtype=float)),
        unemployment_to=np.log((destination["unemployed"] / destination["labour_force"]).to_numpy(dtype=float)),
        same_region=_same_region(towns, pairs),
        **{TIE: _tie(flows, pairs)},
    ).reset_index(drop=True)


def _interpolate_populations(towns: pd.DataFrame, years: list[int]) -> pd.DataFrame:
    """Population by place and year, linear between the known years."""
    known = towns[[f"population_{year}" for year in SIZES]].set_axis(list(SIZES), axis=1).astype(float)
    wide = known.reindex(columns=sorted({*SIZES, *years}))
    return wide.T.interpolate(method="index").bfill().ffill().T


def _log_population(sizes: pd.DataFrame, places: pd.Series, years: pd.Series) -> np.ndarray:
    return np.log(
        sizes.to_numpy()[sizes.index.get_indexer(pd.Index(places)), sizes.columns.get_indexer(pd.Index(years))]
    )


def _log_distance(towns: pd.DataFrame, pairs: pd.DataFrame) -> np.ndarray:
    coordinates = towns[["lon", "lat"]].to_numpy(dtype=np.float64)
    codes = list(dict.fromkeys(pairs["place"]))
    table = np.stack([great_circle_kilometres(coordinates, coordinates[towns.index.get_loc(code)]) for code in codes])
    rows, columns = (
        pd.Index(codes).get_indexer(pd.Index(pairs["place"])),
        towns.index.get_indexer(pd.Index(pairs["partner"])),
    )
    return np.log(table[rows, columns])


def _same_region(towns: pd.DataFrame, pairs: pd.DataFrame) -> np.ndarray:
    region = towns["region"]
    return (pairs["place"].map(region).to_numpy() == pairs["partner"].map(region).to_numpy()).astype(float)


def _tie(flows: pd.DataFrame, pairs: pd.DataFrame) -> np.ndarray:
    """Log of the yearly moves in the opposite direction in previous years, which predict return migration."""
    years = range(int(flows["year"].min()), int(flows["year"].max()) + 1)
    out = flows[flows["direction"] == OUT].pivot_table(
        index=["place", "partner"], columns="year", values="migrants", aggfunc="sum", fill_value=0
    )
    before = out.reindex(columns=years, fill_value=0).T.rolling(TIE_YEARS).sum().shift(1).T
    rows = before.index.get_indexer(pd.MultiIndex.from_frame(pairs[["place", "partner"]]))
    moved = before.to_numpy(dtype=float)[rows, before.columns.get_indexer(pd.Index(pairs["year"]))]
    moved = np.nan_to_num(np.where(rows >= 0, moved, 0.0))
    return np.log(np.maximum(moved, LEAST_TIE) / TIE_YEARS)
