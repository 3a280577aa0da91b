"""Forecast of the population alone, for any number of municipalities, in bounded memory: groups of places in turn."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from amoanalysis.config.assumptions import PopulationAssumptions
from amoanalysis.config.places import Places
from amoanalysis.config.scenarios import Scenario
from amoanalysis.data.load import Data
from amoanalysis.models.population.cohort_component_batch import project_age_groups
from amoanalysis.models.population.projection import PopulationBase, draw_population_paths
from amoanalysis.models.statistics.draws import CHUNK, Array, Draws
from amoanalysis.models.statistics.interval_calibration import IntervalCalibration, calibrate_quantile
from amoanalysis.models.statistics.local_level import LocalLevelState
from amoanalysis.pipeline.engines import Block, Engine, run_locally
from amoanalysis.pipeline.inputs.population import population_base
from amoanalysis.pipeline.inputs.prepare import observed_population, read_calibrations
from amoanalysis.pipeline.run import check_span
from amoanalysis.results.measures import BROAD_AGES
from amoanalysis.results.population_forecast import GROUPS, MEASURE, MEDIAN, QUANTILES, PopulationForecast

# All draws of a group of places are in memory at the same time; random numbers are generated in chunks.
PLACES_PER_GROUP, DRAWS_PER_BLOCK = 40, CHUNK
# Random streams with a number for each place: each group of places has its own. All other streams are shared.
PLACE_STREAMS = ("noise:", "migration:local", "migration:start")
# First age and end of all ages and of the broad ages.
SPANS = ((0, max(end for _, end in BROAD_AGES.values())), *BROAD_AGES.values())


@dataclass(frozen=True)
class GroupDraws(Draws):
    """Draws of a group of places: shared shocks are those of all places, noise is the group's own."""

    group: int = 0

    def normal(self, stream: str, shape: tuple[int, ...] = ()) -> Array:
        """Standard normal numbers of a named stream: (draw, *shape)."""
        own = self.group and stream.startswith(PLACE_STREAMS)
        return super().normal(f"{stream}:{self.group}" if own else stream, shape)


@dataclass(frozen=True)
class ProjectionTask:
    """What the groups of a run share."""

    base: PopulationBase
    assumptions: PopulationAssumptions
    years: range
    draws: int
    seed: int


@dataclass(frozen=True)
class PlaceQuantiles:
    """Quantiles of the population by place, and all draws of its sum.

    Attributes:
        quantiles: (place, year, group, quantile), persons, uncalibrated; groups are `GROUPS`.
        total: (year, group, draw), persons, the sum of all places draw by draw.
    """

    quantiles: Array
    total: Array


def project_places(
    task: ProjectionTask, *, engine: Engine = run_locally, progress: Callable[[int], None] | None = None
) -> PlaceQuantiles:
    """Projects the population of every place without links to jobs or to the other places.

    Fertility, mortality and migration of the area are drawn once for all places, so the sum of the places is right draw
    by draw. Moves between the places are not followed: in-migrants of a place come from elsewhere.

    Args:
        task: base, assumptions, years, draws and seed.
        engine: where the groups of places are computed.
        progress: called with the number of places done.

    Returns:
        The quantiles; no more than a group's draws are in memory at any time.
    """
    places = len(task.base.population)
    blocks = [(first, min(PLACES_PER_GROUP, places - first)) for first in range(0, places, PLACES_PER_GROUP)]
    quantiles = np.empty((places, len(task.years), len(GROUPS), len(QUANTILES)))
    total = np.zeros((len(task.years), len(GROUPS), task.draws))
    sums: dict[int, Array] = {}
    done, following = 0, 0
    for (first, count), (part, group_sum) in engine(project_group_quantiles, task, blocks):
        quantiles[first : first + count] = part
        # Added in the order of the places, whatever the order of the results: the same digits on any engine.
        sums[first] = group_sum
        while following in sums:
            total += sums.pop(following)
            following += PLACES_PER_GROUP
        done += count
        if progress is not None:
            progress(done)
    return PlaceQuantiles(quantiles, total)


def project_group_quantiles(task: ProjectionTask, block: Block) -> tuple[Array, Array]:
    """Quantiles of a group of places, (place, year, group, quantile), and the sum of its draws, (year, group, draw)."""
    people = project_group(task, block)
    return np.stack([np.moveaxis(np.quantile(place, QUANTILES, axis=-1), 0, 2) for place in people]), people.sum(axis=0)


def project_group(task: ProjectionTask, block: Block) -> Array:
    """The population of a group of places: (place, year, group, draw), persons."""
    first, count = block
    base = select_places(task.base, np.arange(first, first + count))
    people = np.empty((count, len(task.years), len(GROUPS), task.draws))
    for start in range(0, task.draws, DRAWS_PER_BLOCK):
        size = min(DRAWS_PER_BLOCK, task.draws - start)
        draws = GroupDraws(task.seed, start, size, first // PLACES_PER_GROUP)
        paths = draw_population_paths(base, task.assumptions, draws, task.years)
        project_age_groups(base, paths, SPANS, people, start)
    return people


def select_places(base: PopulationBase, places: npt.NDArray[np.intp]) -> PopulationBase:
    """The base of some of the places, without the exchange between them."""
    levels = base.levels
    local_state = LocalLevelState(levels.local.mean[places], levels.local.root[places])
    return replace(
        base,
        population=base.population[places],
        area_of=base.area_of[places],
        fertility_factor=base.fertility_factor[places],
        profile=replace(base.profile, leaving=base.profile.leaving[places], arriving=base.profile.arriving[places]),
        levels=replace(
            levels, gross=levels.gross[places], local=local_state, area_of=levels.area_of[places], exchange=None
        ),
    )


@dataclass(frozen=True)
class PopulationInputs:
    """Inputs of a forecast of the population alone.

    Attributes:
        codes: municipality codes.
        base: base of the population model.
        observed: place, year, group, value: the known years.
        calibrations: by measure, calibration factors of prediction intervals.
    """

    codes: tuple[str, ...]
    base: PopulationBase
    observed: pd.DataFrame
    calibrations: Mapping[str, IntervalCalibration]


def prepare_population(data: Data, *, calibrated: bool = True) -> PopulationInputs:
    """Reads the tables of the population.

    Raises:
        DataError: if a table is missing or a municipality lacks rows.
    """
    codes = [place.code for place in data.places.municipalities()]
    base, structures = population_base(data, codes)
    calibrations = read_calibrations(data) if calibrated else {}
    own = {name: factors for name, factors in calibrations.items() if name == MEASURE}
    return PopulationInputs(tuple(codes), base, observed_population(data, codes, structures), own)


def forecast_population(
    inputs: PopulationInputs,
    scenario: Scenario,
    places: Places,
    *,
    until: int,
    draws: int,
    seed: int,
    progress: Callable[[int], None] | None = None,
    engine: Engine = run_locally,
) -> PopulationForecast:
    """Forecasts the population of every municipality, and of the region as their sum draw by draw.

    Args:
        inputs: prepared inputs.
        scenario: assumptions on births, deaths and migration; its events have no effect.
        places: the places, for the region.
        until: last year.
        draws: number of draws.
        seed: the same seed gives the same digits, on any engine.
        progress: called with the number of places done.
        engine: where the groups of places are computed.

    Raises:
        UserError: if years or draws are out of range.
    """
    start = inputs.base.year + 1
    check_span(start, until, draws)
    task = ProjectionTask(inputs.base, scenario.assumptions.population, range(start, until + 1), draws, seed)
    found = project_places(task, engine=engine, progress=progress)
    return PopulationForecast(
        scenario,
        places,
        (*inputs.codes, places.region.code),
        task.years,
        draws,
        seed,
        _calibrate_quantiles(found, inputs.calibrations),
        inputs.observed,
        inputs.calibrations,
    )


def _calibrate_quantiles(found: PlaceQuantiles, calibrations: Mapping[str, IntervalCalibration]) -> Array:
    """(place, year, group, quantile), the sum of the places last; calibrated after it is summed."""
    region = np.moveaxis(np.quantile(found.total, QUANTILES, axis=-1), 0, 2)
    values = np.concatenate([found.quantiles, region[None]])
    if MEASURE not in calibrations:
        return values
    horizons = np.arange(1, values.shape[1] + 1, dtype=np.float64)
    factor = calibrations[MEASURE].interpolate(horizons)[:, None, None]
    for part in values:
        part[:] = calibrate_quantile(part, part[..., MEDIAN, None], factor)
    return values
