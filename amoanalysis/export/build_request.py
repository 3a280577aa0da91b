"""What a build is asked for, and what its steps draw on: places, exhibits, variables for kernels."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from amoanalysis.data.load import Data
from amoanalysis.errors import AmoError
from amoanalysis.exhibits.drawing.exhibit import Exhibit
from amoanalysis.exhibits.view import PlaceView, open_place

# The texts of the notebooks speak of this year, so their forecasts run to it at least.
NOTEBOOKS_UNTIL = 2040


@dataclass(frozen=True)
class BuildRequest:
    """What is to be built.

    Attributes:
        folder: of the tables.
        out: where it goes.
        scenarios: names or files, the reference first.
        until: last year.
        draws: how many futures.
        seed: of the run.
        jobs: how many processes.
        notebooks: folder of notebooks; the one of this installation by default.
        languages: of the charts; the first is also that of workbooks and slides.
    """

    folder: Path
    out: Path
    scenarios: tuple[str, ...]
    until: int
    draws: int
    seed: int
    jobs: int = 1
    notebooks: Path | None = None
    languages: tuple[str, ...] = ("fi",)

    @property
    def data(self) -> Data:
        """The tables."""
        return Data(self.folder)


def charted_places(order: BuildRequest) -> list[str]:
    """Codes of the places that get charts: the region and its municipalities."""
    places = order.data.places
    return [places.region.code, *places.region.members]


def build_exhibits(order: BuildRequest, place: str, lang: str) -> tuple[Exhibit, ...]:
    """All exhibits of a place in a language.

    Raises:
        AmoError: if one cannot be made, naming it.
    """
    view = _view(order).at(place, lang)
    made = []
    for name in view.exhibits():
        try:
            made.append(view.show(name))
        except AmoError as error:
            raise AmoError(f"The exhibit '{name}' of {view.place.name_in('fi')} in {lang}: {error}") from error
    return tuple(made)


def kernel_variables(order: BuildRequest) -> dict[str, str]:
    """Variables by which notebooks run on the data, draws, years and seed of the build."""
    return {
        "AMO_DATA": str(order.folder.resolve()),
        "AMO_DRAWS": str(order.draws),
        "AMO_UNTIL": str(max(order.until, NOTEBOOKS_UNTIL)),
        "AMO_SEED": str(order.seed),
    }


@lru_cache(maxsize=1)
def _view(order: BuildRequest) -> PlaceView:
    """The region; kept, so that a process reads its forecasts once."""
    return open_place(
        order.data.places.region.code,
        scenarios=order.scenarios,
        draws=order.draws,
        until=order.until,
        seed=order.seed,
        data=order.folder,
    )
