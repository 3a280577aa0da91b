"""The stock of leavers from the tables: by municipality of residence, or by the place that was left."""

import numpy as np
import pandas as pd

from amoanalysis.assumptions import Assumptions
from amoanalysis.models import campaign
from amoanalysis.models.draws import Array, Draws
from amoanalysis.models.leavers import AGES_WANTED, LeaversBase, stock_of_leavers
from amoanalysis.models.mortality import survival_ratios
from amoanalysis.models.population import PopulationBase
from amoanalysis.tables import Data

TABLE = "migration_flows"
# Who left in 1990 or later is hardly older today, and nobody older is asked for; the last age gathers the rest.
OLDEST = 80


def leavers_by_residence(data: Data, codes: list[str], people: PopulationBase) -> tuple[LeaversBase, list[str]] | None:
    """What the stock of leavers of some places together is reckoned from, by municipality where they live now.

    Args:
        data: the folder.
        codes: places that were left, looked at as one; moves among them do not count.
        people: base of the population, for ages, survival and mobility.

    Returns:
        The base and the codes of the municipalities of residence; None where the moves of a place are not known.
    """
    moves = _moves(data, codes)
    if moves is None or not data.has("municipalities"):
        return None
    towns = data.table("municipalities").set_index("place").drop(codes, errors="ignore")
    size = towns["population_2018"].fillna(0).to_numpy(dtype=np.float64)
    return _base(data, moves, "partner", list(towns.index), people, size / size.sum()), list(towns.index)


def leavers_by_origin(data: Data, codes: list[str], people: PopulationBase) -> LeaversBase | None:
    """The same by the place that was left, wherever they live now; None where the moves are not known."""
    moves = _moves(data, codes)
    return None if moves is None else _base(data, moves, "place", codes, people, None)


def campaign_arrivals(base: LeaversBase | None, assumptions: Assumptions, draws: Draws, years: range) -> Array:
    """Returners of a campaign with their families: (year, draw, place), noughts (year, 1, 1) where there is none."""
    lever = assumptions.return_campaign
    if base is None or not campaign.runs(lever):
        return np.zeros((len(years), 1, 1))
    wanted = stock_of_leavers(base, assumptions.leavers, draws).stock[..., AGES_WANTED].sum(axis=-1)
    return campaign.with_families(campaign.returners(wanted, lever, draws, years), lever, draws)


def _moves(data: Data, codes: list[str]) -> pd.DataFrame | None:
    if not data.has(TABLE):
        return None
    rows = data.table(TABLE)
    own = rows[rows["place"].isin(codes) & ~rows["partner"].isin(codes)]
    return own if set(own["place"]) == set(codes) else None


def _base(
    data: Data, moves: pd.DataFrame, where: str, order: list[str], people: PopulationBase, sizes: Array | None
) -> LeaversBase:
    years = range(int(moves["year"].min()), int(moves["year"].max()) + 1)
    sums = moves.groupby(["direction", "year", where])["migrants"].sum().unstack(where, fill_value=0)
    sums = sums.reindex(columns=order, fill_value=0)

    def of(direction: str) -> Array:
        return sums.loc[direction].reindex(years, fill_value=0).to_numpy(dtype=np.float64)

    survival, mobility = survival_ratios(people.death_rates).mean(axis=(0, 1)), people.profile.leaving.mean(axis=(0, 1))
    ages, kept = _ages(data, years, people), slice(OLDEST + 1)
    return LeaversBase(years, of("out"), of("in"), ages[:, kept], survival[kept], mobility[kept], sizes)


def _ages(data: Data, years: range, people: PopulationBase) -> Array:
    """(year, age), who leaves: residents of the reference area at the yearly rates of small municipalities."""
    table = data.table("population_by_age_sex")
    longest = table.groupby("place")["year"].nunique().idxmax()
    rows = table[table["place"] == longest]
    wide = rows.pivot_table(index="year", columns=["sex", "age"], values="population", aggfunc="sum")
    known = wide.reindex(sorted({*wide.index, *years})).interpolate().bfill().reindex(list(years))
    residents = known.to_numpy(dtype=np.float64).reshape(len(years), 2, -1)
    leaving = (residents * people.profile.leaving.mean(axis=0)).sum(axis=1)
    return np.asarray(leaving / leaving.sum(axis=1, keepdims=True))
