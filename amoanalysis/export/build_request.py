"""The request of a build, and what its steps derive from it: places, exhibits, variables for kernels."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from amoanalysis.data.load import Data
from amoanalysis.errors import AmoError
from amoanalysis.exhibits.drawing.exhibit import Exhibit
from amoanalysis.exhibits.view import PlaceView, open_place

# The texts of the notebooks name this year, so their forecasts run at least to it.
NOTEBOOKS_UNTIL = 2040
# List of all charts of a build, for the site and the contact sheets.
CHARTS_FILE = "charts/charts.json"


@dataclass(frozen=True)
class BuildRequest:
    """What is to be built.

    Attributes:
        folder: folder of the tables.
        out: folder for the files.
        scenarios: names or files, the reference first.
        until: last year.
        draws: number of draws.
        seed: random seed.
        jobs: number of processes.
        notebooks: folder of notebooks; by default that of this installation.
        languages: languages of the charts; workbooks and slides are in the first.
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


def charted_places(request: BuildRequest) -> list[str]:
    """Codes of the places that get charts: the region and its municipalities."""
    region = request.data.places.region
    return [region.code, *region.members]


def build_exhibits(request: BuildRequest, place: str, lang: str) -> tuple[Exhibit, ...]:
    """All exhibits of a place in a language.

    Raises:
        AmoError: if one cannot be made; the message names it.
    """
    view = _open_region(request).at(place, lang)
    exhibits = []
    for name in view.exhibits():
        try:
            exhibits.append(view.show(name))
        except AmoError as error:
            raise AmoError(f"The exhibit '{name}' of {view.place.name_in('fi')} in {lang}: {error}") from error
    return tuple(exhibits)


def kernel_variables(request: BuildRequest) -> dict[str, str]:
    """Environment variables with which notebooks use the data, draws, years and seed of the build."""
    return {
        "AMO_DATA": str(request.folder.resolve()),
        "AMO_DRAWS": str(request.draws),
        "AMO_UNTIL": str(max(request.until, NOTEBOOKS_UNTIL)),
        "AMO_SEED": str(request.seed),
    }


@lru_cache(maxsize=1)
def _open_region(request: BuildRequest) -> PlaceView:
    """The view of the region; cached, so that a process reads the forecasts once."""
    return open_place(
        request.data.places.region.code,
        scenarios=request.scenarios,
        draws=request.draws,
        until=request.until,
        seed=request.seed,
        data=request.folder,
    )
