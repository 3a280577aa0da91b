"""The population alone, for any number of municipalities: groups of places one after the other, in bounded memory."""

import math
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from amoanalysis.config.assumptions import PopulationAssumptions
from amoanalysis.config.files import write_folder_atomically
from amoanalysis.config.places import Places
from amoanalysis.config.scenarios import Scenario
from amoanalysis.data.load import Data
from amoanalysis.errors import UserError
from amoanalysis.models.population.cohort_component_batch import project_age_groups
from amoanalysis.models.population.projection import PopulationBase, draw_population_paths
from amoanalysis.models.statistics.draws import CHUNK, Array, Draws
from amoanalysis.models.statistics.interval_calibration import IntervalCalibration, calibrate_quantile
from amoanalysis.models.statistics.local_level import LocalLevelState
from amoanalysis.pipeline.engines import Block, Engine, local
from amoanalysis.pipeline.inputs.population import population_base
from amoanalysis.pipeline.inputs.prepare import observed_people, read_calibrations
from amoanalysis.pipeline.run import check_span
from amoanalysis.results.long_table import COLUMNS, CSV, MOST_ROWS, PARQUET, write_long
from amoanalysis.results.measures import BROAD_AGES
from amoanalysis.results.run_draws import OBSERVED
from amoanalysis.results.write import manifest, refuse_namesakes, round_for_summary, shown_year, write_json

# Places of a group, whose draws are all held at a time, and draws of a block: random numbers are made by the chunk.
PLACES, DRAWS = 40, CHUNK
# Streams that are drawn place by place: each group has its own. All others are shared by every place of the run.
OF_PLACES = ("noise:", "migration:local", "migration:start")
# Kept of each place: residents, broad ages, five-year groups of both sexes.
GROUPS = ("total", *BROAD_AGES, *(f"{low:02d}-{low + 4:02d}" for low in range(0, 100, 5)), "100-")
SPANS = ((0, max(end for _, end in BROAD_AGES.values())), *BROAD_AGES.values())
QUANTILES = (0.1, 0.5, 0.9)


class Memory(threading.local):
    """What a thread takes again for its next group of places: memory, and what is drawn for all places alike.

    Fresh memory would cost an eighth of the time. Sent to another process, it comes as new.
    """

    def __init__(self) -> None:
        self.held: Array = np.empty(0)
        self.drawn: dict[tuple[int, int, int, str, tuple[int, ...]], Array] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        return Memory, ()

    def array(self, shape: tuple[int, ...]) -> Array:
        """An array of this shape with anything in it; the one that was given before is written over."""
        size = math.prod(shape)
        if self.held.size < size:
            self.held = np.empty(size)
        return self.held[:size].reshape(shape)


@dataclass(frozen=True)
class GroupDraws(Draws):
    """Draws of a group of places: shared shocks are those of all places, noise is the group's own."""

    group: int = 0
    memory: Memory = field(default_factory=Memory, compare=False)

    def normal(self, stream: str, shape: tuple[int, ...] = ()) -> Array:
        """Standard normal numbers of a named stream: (draw, *shape); those that places share are not to be altered."""
        if stream.startswith(OF_PLACES):
            return super().normal(f"{stream}:{self.group}" if self.group else stream, shape)
        key = self.seed, self.first, self.count, stream, shape
        if key not in self.memory.drawn:
            self.memory.drawn[key] = super().normal(stream, shape)
            self.memory.drawn[key].flags.writeable = False
        return self.memory.drawn[key]


@dataclass(frozen=True)
class PeopleAlone:
    """Quantiles of the population by place, and all draws of its sum.

    Attributes:
        years: forecast years.
        quantiles: (place, year, group, quantile), persons; groups are `GROUPS`.
        total: (year, group, draw), persons, the sum of all places draw by draw.
    """

    years: range
    quantiles: Array
    total: Array


@dataclass(frozen=True)
class Task:
    """What the groups of a run share."""

    base: PopulationBase
    assumptions: PopulationAssumptions
    years: range
    draws: int
    seed: int


def project_places(task: Task, *, engine: Engine = local, progress: Callable[[int], None] | None = None) -> PeopleAlone:
    """Forecasts the population of every place without what links it to jobs or to the other places.

    Fertility, mortality and migration of the area are drawn once for all places; so the sum of the places is right draw
    by draw. Moves between the places are not linked: in-migrants come from outside.

    Args:
        task: base, assumptions, years, draws and seed.
        engine: where the groups of places are worked on.
        progress: called with the number of places done.

    Returns:
        The quantiles; no more than a group's draws are held at any time.
    """
    places = len(task.base.population)
    blocks = [(first, min(PLACES, places - first)) for first in range(0, places, PLACES)]
    found = np.empty((places, len(task.years), len(GROUPS), len(QUANTILES)))
    total = np.zeros((len(task.years), len(GROUPS), task.draws))
    sums: dict[int, Array] = {}
    done, following = 0, 0
    for (first, count), (part, whole) in engine(partial(group_quantiles, memory=Memory()), task, blocks):
        found[first : first + count] = part
        # Added in the order of the places, whatever the order in which they come: the same digits on any engine.
        sums[first] = whole
        while following in sums:
            total += sums.pop(following)
            following += PLACES
        done += count
        if progress is not None:
            progress(done)
    return PeopleAlone(task.years, found, total)


def group_quantiles(task: Task, block: Block, memory: Memory) -> tuple[Array, Array]:
    """Quantiles of a group of places, (place, year, group, quantile), and the sum of its draws, (year, group, draw)."""
    kept = group_draws(task, block, memory)
    return np.stack([np.moveaxis(np.quantile(place, QUANTILES, axis=-1), 0, 2) for place in kept]), kept.sum(axis=0)


def group_draws(task: Task, block: Block, memory: Memory) -> Array:
    """The population of a group of places: (place, year, group, draw), persons; in the memory that is given."""
    first, count = block
    base = of_places(task.base, np.arange(first, first + count))
    kept = memory.array((count, len(task.years), len(GROUPS), task.draws))
    for start in range(0, task.draws, DRAWS):
        draws = GroupDraws(task.seed, start, min(DRAWS, task.draws - start), first // PLACES, memory)
        paths = draw_population_paths(base, task.assumptions, draws, task.years)
        project_age_groups(base, paths, SPANS, kept, start)
    return kept


def of_places(base: PopulationBase, places: npt.NDArray[np.intp]) -> PopulationBase:
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


MEASURE, UNIT = "population", "persons"
LOW, MIDDLE, HIGH = (QUANTILES.index(level) for level in (0.1, 0.5, 0.9))
# Groups and quantiles in the order in which texts are sorted, as the whole forecast's table has them.
SORTED_GROUPS = sorted(GROUPS)
ORDER = [GROUPS.index(group) for group in SORTED_GROUPS]
# Places whose rows are made together.
AT_ONCE = 100


@dataclass(frozen=True)
class PeopleInputs:
    """What a forecast of the population alone starts from.

    Attributes:
        codes: municipality codes.
        base: base of the population model.
        observed: place, year, group, value: the known years.
        calibrations: by measure, factors on the bands from the back-test.
    """

    codes: tuple[str, ...]
    base: PopulationBase
    observed: pd.DataFrame
    calibrations: Mapping[str, IntervalCalibration]


@dataclass(frozen=True)
class PeopleForecast:
    """Quantiles of the population of every municipality and of their sum.

    Attributes:
        scenario: what was assumed.
        places: the places known.
        codes: municipality codes, then that of the region, their sum.
        years: forecast years.
        n_draws: number of draws.
        seed: of the run.
        quantiles: (place, year, group, quantile), persons, calibrated; groups and quantiles as in `project_places`.
        observed: place, year, group, value.
        calibrations: what the quantiles were moved by.
    """

    scenario: Scenario
    places: Places
    codes: tuple[str, ...]
    years: range
    n_draws: int
    seed: int
    quantiles: Array
    observed: pd.DataFrame
    calibrations: Mapping[str, IntervalCalibration]

    @property
    def rows(self) -> int:
        """Rows of a long table of one place, known years left out."""
        return self.quantiles[0].size

    def positions(self, places: Sequence[str] | None) -> list[int]:
        """Positions of some places, all by default, in the order of their codes.

        Raises:
            UserError: if a place is neither a municipality of the run nor the region.
        """
        for code in places or ():
            if code not in self.codes:
                raise UserError(
                    f"The population alone is forecast for municipalities and for {self.places.region.name_in('en')} "
                    f"whole, not for {self.places[code].name_in('en')}: name another place, or leave --only out."
                )
        return sorted((self.codes.index(code) for code in places or self.codes), key=lambda place: self.codes[place])


def prepare_people(data: Data, *, calibrated: bool = True) -> PeopleInputs:
    """Reads the tables of the population alone.

    Raises:
        DataError: if a table is missing or a municipality lacks rows.
    """
    codes = [place.code for place in data.places.municipalities()]
    base, structures = population_base(data, codes)
    calibrations = read_calibrations(data) if calibrated else {}
    own = {name: found for name, found in calibrations.items() if name == MEASURE}
    return PeopleInputs(tuple(codes), base, observed_people(data, codes, structures), own)


def forecast_people(
    inputs: PeopleInputs,
    scenario: Scenario,
    places: Places,
    *,
    until: int,
    draws: int,
    seed: int,
    progress: Callable[[int], None] | None = None,
    engine: Engine = local,
) -> PeopleForecast:
    """Forecasts the population of every municipality, and of the region as their sum draw by draw.

    Args:
        inputs: what is known.
        scenario: what is assumed of births, deaths and moves; its events have no part.
        places: the places, for the region.
        until: last year.
        draws: how many futures.
        seed: the same seed gives the same digits, on any engine.
        progress: called with the number of places done.
        engine: where the groups of places are worked on.

    Raises:
        UserError: if years or draws are out of range.
    """
    start = inputs.base.year + 1
    check_span(start, until, draws)
    task = Task(inputs.base, scenario.assumptions.population, range(start, until + 1), draws, seed)
    found = project_places(task, engine=engine, progress=progress)
    return PeopleForecast(
        scenario,
        places,
        (*inputs.codes, places.region.code),
        task.years,
        draws,
        seed,
        _calibrated(found, inputs.calibrations),
        inputs.observed,
        inputs.calibrations,
    )


def _calibrated(found: PeopleAlone, calibrations: Mapping[str, IntervalCalibration]) -> Array:
    """(place, year, group, quantile), the sum of the places last; widened after it is summed."""
    whole = np.moveaxis(np.quantile(found.total, QUANTILES, axis=-1), 0, 2)
    values = np.concatenate([found.quantiles, whole[None]])
    if MEASURE not in calibrations:
        return values
    factor = calibrations[MEASURE].interpolate(np.arange(1, len(found.years) + 1, dtype=np.float64))
    for part in values:
        part[:] = calibrate_quantile(part, part[..., MIDDLE, None], factor[:, None, None])
    return values


def write_people(
    runs: Sequence[PeopleForecast],
    out: Path,
    data: Path,
    places: Sequence[str] | None = None,
    *,
    known_until: int | None = None,
    parquet: bool = False,
) -> list[Path]:
    """Writes `forecast.csv` or `forecast.parquet`, `summary.json` and `manifest.json`, all or none.

    Args:
        runs: one per scenario.
        out: folder; made if absent.
        data: the data folder, for the hashes.
        places: codes to be written; all by default.
        known_until: the last year whose data was used, where later data was left out.
        parquet: whether the table is written as Parquet, as it is in any case beyond `MOST_ROWS` rows.

    Returns:
        The files.

    Raises:
        UserError: if two scenarios have one name, or a place is not covered.
        AmoError: if the folder cannot be written to or is full.
    """
    refuse_namesakes(runs)
    positions = runs[0].positions(places)
    large = sum(run.rows for run in runs) * len(positions) > MOST_ROWS
    name, other = (PARQUET, CSV) if parquet or large else (CSV, PARQUET)
    with write_folder_atomically(out) as folder:
        write_long(folder / name, (part for run in runs for part in _parts(run, positions)))
        write_json(folder / "summary.json", {run.scenario.name: _summary(run, positions) for run in runs})
        write_json(
            folder / "manifest.json",
            {"only": MEASURE, **manifest(runs, data, known_until, places=places, files=[folder / name])},
        )
    (out / other).unlink(missing_ok=True)
    return [out / file for file in (name, "summary.json", "manifest.json")]


def _parts(run: PeopleForecast, positions: list[int]) -> Iterator[pd.DataFrame]:
    """The long table, some places at a time: the known years of a place, then its quantiles."""
    known = run.observed.assign(quantile=OBSERVED)
    for start in range(0, len(positions), AT_ONCE):
        some = positions[start : start + AT_ONCE]
        codes = [run.codes[position] for position in some]
        keys: Any = [codes, list(run.years), SORTED_GROUPS, [f"{level:g}" for level in QUANTILES]]
        rows: pd.DataFrame = pd.MultiIndex.from_product(keys, names=["place", "year", "group", "quantile"]).to_frame(
            index=False
        )
        rows["value"] = run.quantiles[some][:, :, ORDER].ravel()
        whole = pd.concat([known[known["place"].isin(codes)], rows], ignore_index=True)
        whole = whole.sort_values("place", kind="stable", ignore_index=True)
        yield whole.assign(scenario=run.scenario.name, measure=MEASURE, unit=UNIT)[list(COLUMNS)]


def _summary(run: PeopleForecast, positions: list[int]) -> dict[str, Any]:
    """Residents of each place: the last known value, then median and 80 % band every five years."""
    known = run.observed[run.observed["group"] == GROUPS[0]].sort_values("year").groupby("place").last()
    years = [(index, year) for index, year in enumerate(run.years) if shown_year(year, run.years)]
    summary: dict[str, Any] = {}
    for position in positions:
        code, values = run.codes[position], run.quantiles[position, :, 0]
        bands = {
            str(year): {
                "median": round_for_summary(values[index, MIDDLE]),
                "low": round_for_summary(values[index, LOW]),
                "high": round_for_summary(values[index, HIGH]),
            }
            for index, year in years
        }
        observed = {str(known["year"][code]): round_for_summary(known["value"][code])} if code in known.index else {}
        summary[code] = {
            "name": run.places[code].name_in("fi"),
            MEASURE: {"unit": UNIT, "observed": observed, "forecast": bands},
        }
    return summary
