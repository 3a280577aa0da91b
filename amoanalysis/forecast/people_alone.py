"""The population alone, for any number of municipalities: groups of places one after the other, in bounded memory."""

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from amoanalysis.assumptions import PopulationAssumptions
from amoanalysis.forecast.engines import Block, Engine, local
from amoanalysis.forecast.measures import BROAD_AGES
from amoanalysis.models.draws import CHUNK, Array, Draws
from amoanalysis.models.population import PopulationBase, population_paths
from amoanalysis.models.population_years import five_year_groups
from amoanalysis.models.quantiles import quantiles
from amoanalysis.models.wandering_levels import LevelState

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


def people_alone(task: Task, *, engine: Engine = local, progress: Callable[[int], None] | None = None) -> PeopleAlone:
    """Forecasts the population of every place without what links it to jobs or to the other places.

    Fertility, mortality and migration of the area are drawn once for all places; so the sum of the places is right draw
    by draw. Who leaves one place for another is not followed: those who arrive come from elsewhere.

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
    return np.stack([np.moveaxis(quantiles(place, QUANTILES), 0, 2) for place in kept]), kept.sum(axis=0)


def group_draws(task: Task, block: Block, memory: Memory) -> Array:
    """The population of a group of places: (place, year, group, draw), persons; in the memory that is given."""
    first, count = block
    base = of_places(task.base, np.arange(first, first + count))
    kept = memory.array((count, len(task.years), len(GROUPS), task.draws))
    for start in range(0, task.draws, DRAWS):
        draws = GroupDraws(task.seed, start, min(DRAWS, task.draws - start), first // PLACES, memory)
        paths = population_paths(base, task.assumptions, draws, task.years)
        five_year_groups(base, paths, SPANS, kept, start)
    return kept


def of_places(base: PopulationBase, places: npt.NDArray[np.intp]) -> PopulationBase:
    """The base of some of the places, without the exchange between them."""
    levels = base.levels
    local_state = LevelState(levels.local.mean[places], levels.local.root[places])
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
