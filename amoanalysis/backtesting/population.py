"""Back-test of the population: the whole model from a past year, re-estimated on the data known then."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.backtesting.cases import COHORTS, OFFICIAL, WORKING, PastData, build_cases, pivot_series
from amoanalysis.config.assumptions import Assumptions
from amoanalysis.data.load import Data
from amoanalysis.models.components import Components
from amoanalysis.models.population import projection as population
from amoanalysis.models.population.cohort_component import project_year
from amoanalysis.models.statistics.draws import Array, Draws
from amoanalysis.models.statistics.naive_forecasts import hamilton_perry
from amoanalysis.pipeline.inputs.population import population_base

DEFAULT = Components()
POPULATION, WORKING_AGE = "population", "population_15_64"
# Hamilton-Perry steps by five years on five-year ages.
STEP = 5


@dataclass(frozen=True)
class PastPopulation:
    """A forecast of people from a past year.

    Attributes:
        places: codes.
        origin: last known year.
        years: forecast years.
        structures: year -> (place, sex, age), as known or made.
        by_age: (year, draw, place, age), persons.
    """

    places: tuple[str, ...]
    origin: int
    years: range
    structures: dict[int, Array]
    by_age: Array

    @property
    def total(self) -> Array:
        """(year, draw, place), persons."""
        return np.asarray(self.by_age.sum(axis=3))

    @property
    def working_age(self) -> Array:
        """(year, draw, place), persons of 15-64."""
        return np.asarray(self.by_age[..., WORKING].sum(axis=3))

    @property
    def size(self) -> Array:
        """Residents at the origin: (place,)."""
        return np.asarray(self.structures[self.origin].sum(axis=(1, 2)))


def forecast_population_from(
    data: Data,
    places: Sequence[str],
    assumptions: Assumptions,
    origin: int,
    years: range,
    draws: Draws,
    components: Components = DEFAULT,
) -> PastPopulation:
    """Runs the population model from the end of a past year.

    Args:
        data: the folder.
        places: codes.
        assumptions: today's assumptions; levels and spreads of migration are re-estimated.
        origin: last known year.
        years: forecast years, the first one after the origin.
        draws: the draws.
        components: replaced models of migration or fertility.

    Returns:
        The forecast.
    """
    base, structures = population_base(PastData(data, origin), list(places))
    paths = population.draw_population_paths(
        base, assumptions.population, draws, years, migration=components.migration, fertility=components.fertility
    )
    people = np.broadcast_to(base.population, (draws.count, *base.population.shape))
    no_movers = np.zeros((draws.count, len(places)))
    by_age = np.empty((len(years), draws.count, len(places), base.population.shape[-1]))
    for index in range(len(years)):
        people = project_year(people, base, paths, index, no_movers).population
        by_age[index] = people.sum(axis=2)
    return PastPopulation(tuple(places), origin, years, structures, by_age)


def build_population_cases(data: Data, past: PastPopulation) -> pd.DataFrame:
    """The cases of population and of working age of one origin."""
    places, horizon = list(past.places), len(past.years)
    table = data.table("population")
    frames = []
    for measure, draws in ((POPULATION, past.total), (WORKING_AGE, past.working_age)):
        ages = slice(None) if measure == POPULATION else slice(WORKING.start // STEP, WORKING.stop // STEP)
        references = {
            COHORTS: _hamilton_perry(past, horizon, ages),
            OFFICIAL: _official_projection(data, places, past, 0 if measure == POPULATION else WORKING.start),
        }
        series = pivot_series(table.dropna(subset=[measure]), measure, places)
        frames.append(build_cases(measure, series, past.origin, draws, past.size, references))
    return pd.concat(frames, ignore_index=True)


def _hamilton_perry(past: PastPopulation, horizon: int, ages: slice) -> Array:
    """Hamilton-Perry from structures five years apart, interpolated linearly between its steps: (horizon, place)."""
    result = np.full((horizon, len(past.places)), np.nan)
    before = past.structures.get(past.origin - STEP)
    if before is None:
        return result
    now = past.structures[past.origin]
    steps = -(-horizon // STEP)
    grouped = [
        np.add.reduceat(structure, np.arange(0, structure.shape[-1], STEP), axis=-1) for structure in (before, now)
    ]
    found = hamilton_perry(grouped[0], grouped[1], steps)[..., ages].sum(axis=(2, 3))
    knots = np.concatenate([grouped[1][None, ..., ages].sum(axis=(2, 3)), found])
    for step in range(1, horizon + 1):
        low, part = divmod(step, STEP)
        result[step - 1] = knots[low] if part == 0 else knots[low] + (knots[low + 1] - knots[low]) * part / STEP
    return result


def _official_projection(data: Data, places: list[str], past: PastPopulation, from_age: int) -> Array:
    """The official projection made in the year after the origin: (horizon, place); NaN without one."""
    result = np.full((len(past.years), len(places)), np.nan)
    if not data.has("official_projection"):
        return result
    rows = data.table("official_projection")
    rows = rows[(rows["vintage"] == past.origin + 1) & (rows["sex"] == "total") & (rows["year"] > past.origin)]
    until = WORKING.stop if from_age else np.inf
    rows = rows[(rows["age"] >= from_age) & (rows["age"] < until)]
    sums = rows.groupby(["year", "place"])["population"].sum().unstack()
    return sums.reindex(index=list(past.years), columns=places).to_numpy(dtype=np.float64)
