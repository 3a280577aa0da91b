"""Out-migrants of a place: where they live, how often they return, and where a recruitment tour could go."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from amoanalysis.config.assumptions import Assumptions
from amoanalysis.config.programme import load_programme
from amoanalysis.config.text import number
from amoanalysis.exhibits.context import HIGH, LOW, Context, MissingFigures, municipality_names
from amoanalysis.models.labour_force.commuting import great_circle_kilometres
from amoanalysis.models.return_migration import out_migrant_stock as returns
from amoanalysis.models.return_migration import recruitment_tour as tour
from amoanalysis.models.return_migration.out_migrant_stock import (
    TARGET_AGES,
    OutMigrantStock,
    project_out_migrant_stock,
)
from amoanalysis.models.statistics.draws import Array, Draws
from amoanalysis.pipeline.cache import load_or_make
from amoanalysis.pipeline.inputs.migration import out_migrants_by_residence
from amoanalysis.pipeline.scenario_runs import ScenarioRuns

FLOWS, TOWNS = "migration_flows", "municipalities"
TOUR = "marketing_tour"
# Draws of stocks and tours, which are large: every municipality and age.
MOST_DRAWS = 128
# Years of the return rates; before them the data cover too few of the out-migrants.
RATE_YEARS = 15
TOUR_TOWNS = 6
# A town is a centre if there is no larger municipality within this distance.
CENTRE_KM = 60.0


@dataclass(frozen=True)
class OutMigrants:
    """Out-migrants of a place, and the data for a recruitment tour.

    Attributes:
        where: codes of their municipalities of residence.
        years: years of the moves.
        leavers: stock and history.
        wanted: (draw, where), out-migrants aged 25-50 at the end of the last year.
        relative: (draw, where), return rate relative to the mean.
        ground: potential return migrants and distances, from which a tour is chosen.
        towns: indices of the towns that can be visited: centres outside the region, see `_find_centres`.
        assumptions: of the scenario.
        draws: the block.
    """

    where: tuple[str, ...]
    years: range
    leavers: OutMigrantStock
    wanted: Array
    relative: Array
    ground: tour.TourMap
    towns: tuple[int, ...]
    assumptions: Assumptions
    draws: Draws

    def index(self, code: str) -> int:
        """Index of a municipality in the arrays."""
        return self.where.index(code)

    def visits(self, towns: list[int]) -> Array:
        """Return migrants expected of a visit to each town alone: (draw, town)."""
        return tour.returners_per_visit(self.ground, towns, self.assumptions.return_campaign, self.draws)

    def tour(self, towns: list[int]) -> tour.Tour:
        """A tour of these towns."""
        return tour.evaluate_tour(self.ground, towns, self.assumptions.return_campaign, self.draws)

    def best(self, count: int = TOUR_TOWNS) -> list[int]:
        """The towns of the best tour found."""
        return tour.choose_towns(self.ground, list(self.towns), count, self.assumptions.return_campaign)

    def rates(self, first: int, last: int) -> Array:
        """Yearly return rate of out-migrants aged 25-50 in some years: (draw, where)."""
        span = slice(self.years.index(first), self.years.index(last) + 1)
        return returns.return_rates(self.leavers.aged_25_50[span], self.leavers.returned[span])

    def rate_of_all(self, first: int, last: int) -> Array:
        """The same of all municipalities together: (draw,)."""
        span = slice(self.years.index(first), self.years.index(last) + 1)
        there, back = (h[span].sum(axis=2, keepdims=True) for h in (self.leavers.aged_25_50, self.leavers.returned))
        return returns.return_rates(there, back)[:, 0]


def load_out_migrants(context: Context) -> OutMigrants:
    """The out-migrants of a place, computed once for all its exhibits.

    Raises:
        MissingFigures: if its migration flows are missing.
    """
    found = _load_cached(context.runs, context.place.code, context.members, context.scenarios[0])
    if found is None:
        raise MissingFigures("flows")
    return found


@lru_cache(maxsize=16)
def _load_cached(runs: ScenarioRuns, code: str, members: tuple[str, ...], scenario: str) -> OutMigrants | None:
    assumptions = runs.scenario(scenario).assumptions
    parts = (code, members, assumptions.model_dump_json(), min(runs.draws, MOST_DRAWS), runs.seed)
    return load_or_make(runs.data, "leaving", parts, lambda: _estimate_out_migrants(runs, members, assumptions))


def _estimate_out_migrants(
    runs: ScenarioRuns, members: tuple[str, ...], assumptions: Assumptions
) -> OutMigrants | None:
    data = runs.data
    found = out_migrants_by_residence(data, list(members), runs.inputs.population)
    if found is None:
        return None
    base, where = found
    draws = Draws(runs.seed, 0, min(runs.draws, MOST_DRAWS))
    leavers = project_out_migrant_stock(base, assumptions.leavers, draws)
    wanted = leavers.stock[..., TARGET_AGES].sum(axis=2)
    relative = returns.relative_rates(leavers.aged_25_50[-RATE_YEARS:], leavers.returned[-RATE_YEARS:])
    potential = tour.potential_returners(wanted, relative, assumptions.return_campaign, draws)
    table = data.table(TOWNS).set_index("place")
    spots = table.loc[where, ["lon", "lat"]].to_numpy(dtype=np.float64)
    start = table.loc[list(members), ["lon", "lat"]].to_numpy(dtype=np.float64).mean(axis=0)
    ground = tour.TourMap(
        potential,
        np.stack([great_circle_kilometres(spots, spot) for spot in spots]),
        great_circle_kilometres(spots, start),
    )
    towns = tuple(where.index(town) for town in _find_centres(table, data.places.region.members))
    return OutMigrants(tuple(where), base.years, leavers, wanted, relative, ground, towns, assumptions, draws)


def _find_centres(table: pd.DataFrame, region: tuple[str, ...]) -> list[str]:
    """Municipalities outside the region without a larger one nearby."""
    known = table.dropna(subset=["lon", "lat", "population_2018"]).drop(list(region), errors="ignore")
    spots, people = known[["lon", "lat"]].to_numpy(dtype=np.float64), known["population_2018"].to_numpy(dtype=float)
    apart = np.stack([great_circle_kilometres(spots, spot) for spot in spots])
    outdone = ((apart < CENTRE_KM) & (people[None] > people[:, None])).any(axis=1)
    return sorted(str(code) for code in known.index[np.flatnonzero(~outdone)])


def find_tour_towns(context: Context) -> tuple[str, ...]:
    """Codes of the towns of the tour of 2008 in the programme; empty without a programme."""
    if not (context.data.folder / "programme.toml").is_file():
        return ()
    action = load_programme(context.data.folder).action.get(TOUR)
    if action is None:
        return ()
    names = context.data.table(TOWNS).set_index("place")["name"]
    return tuple(str(code) for code, name in names.items() if re.search(rf"\b{re.escape(name)}\b", action.en))


def require_tour_towns(context: Context) -> list[str]:
    """The towns of 2008.

    Raises:
        MissingFigures: if the data folder has no programme.
    """
    towns = list(find_tour_towns(context))
    if not towns:
        raise MissingFigures("tour")
    return towns


def summarise_draws(draws: Array) -> dict[str, float]:
    """Median and 80 % interval: value, low, high."""
    low, middle, high = (float(q) for q in np.quantile(draws, [LOW, 0.5, HIGH]))
    return {"value": middle, "low": low, "high": high}


@dataclass(frozen=True)
class Town:
    """A town for recruiting return migrants.

    Attributes:
        code: of the municipality.
        rank: 1 = most return migrants expected of a visit.
        stock: out-migrants aged 25-50 in the municipality, median and 80 % interval.
        returners: return migrants expected of one visit, surroundings included, median and 80 % interval.
    """

    code: str
    rank: int
    stock: dict[str, float]
    returners: dict[str, float]


def rank_towns(context: Context) -> list[Town]:
    """Towns by the return migrants expected of a single visit, most first.

    Raises:
        MissingFigures: if the migration flows of the place are missing.
    """
    found = load_out_migrants(context)
    towns = list(dict.fromkeys([*found.towns, *(found.index(code) for code in find_tour_towns(context))]))
    won = found.visits(towns)
    order = np.argsort(-np.median(won, axis=0), kind="stable")
    return [
        Town(found.where[towns[i]], rank + 1, summarise_draws(found.wanted[:, towns[i]]), summarise_draws(won[:, i]))
        for rank, i in enumerate(order)
    ]


def tabulate_towns(context: Context, best: int = 10) -> pd.DataFrame:
    """The best towns and those of the tour of 2008: out-migrants aged 25-50, return migrants expected of a visit.

    Args:
        context: the place.
        best: number of the best towns.

    Returns:
        rank, town, toured_2008, leavers, leavers_band, returners, returners_band.
    """
    names, old = municipality_names(context), find_tour_towns(context)
    rows = [
        {
            "rank": town.rank,
            "town": names[town.code],
            "toured_2008": town.code in old,
            "leavers": round(town.stock["value"]),
            "leavers_band": _format_interval(town.stock, context.lang, 0),
            "returners": round(town.returners["value"], 2),
            "returners_band": _format_interval(town.returners, context.lang, 2),
        }
        for town in rank_towns(context)
        if town.rank <= best or town.code in old
    ]
    return pd.DataFrame(rows)


def _format_interval(ends: Mapping[str, float], lang: str, decimals: int) -> str:
    return f"{number(ends['low'], lang, decimals)}–{number(ends['high'], lang, decimals)}"
