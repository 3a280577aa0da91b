"""Options that several commands share, and the checks of their values that run before any heavy import."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from amoanalysis.config.places import Places
from amoanalysis.config.scenarios import BASELINE, Scenario, load_scenario
from amoanalysis.errors import UserError, unknown_name_error

DataOption = Annotated[Path | None, typer.Option("--data", help="Folder of tables; by default the project's own.")]
UntilOption = Annotated[int, typer.Option("--until", help="Last year of the forecast.")]
DrawsOption = Annotated[int, typer.Option("--draws", help="Number of draws.")]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="Random seed: the same seed gives the same results.")]
PlaceOption = Annotated[list[str] | None, typer.Option("--place", "-p", help="Name or code; may be repeated.")]
ScenarioOption = Annotated[
    list[str] | None, typer.Option("--scenario", "-s", help="Name or TOML file; may be repeated.")
]
EngineOption = Annotated[
    str, typer.Option("--engine", help="Where draws are computed: local, threads or dask; the results are the same.")
]
SchedulerOption = Annotated[
    str | None,
    typer.Option("--scheduler", help="Address of a dask scheduler; by default dask starts workers on this machine."),
]
VintageOption = Annotated[
    str | None,
    typer.Option("--vintage", help="Use only data that were known at the end of a year: 2018 or 2018-12-31."),
]
UNTIL, DRAWS, SEED = 2040, 1000, 2008


def load_scenarios(folder: Path, names: Iterable[str] | None) -> list[Scenario]:
    """Loads scenarios by name or file, the baseline if none is named.

    Raises:
        UserError: if one is unknown or wrong.
    """
    return [load_scenario(name, folder) for name in names or [BASELINE]]


def find_place_codes(folder: Path, words: Iterable[str] | None) -> list[str] | None:
    """Codes of the places that the user named; None if none was named.

    Raises:
        UserError: if a place is unknown.
    """
    places = Places.load(folder)
    return list(dict.fromkeys(places.find(word).code for word in words)) if words else None


def check_covered(folder: Path, codes: Iterable[str]) -> None:
    """Checks that places are forecast: municipalities of the region, or areas of them.

    Raises:
        UserError: if one is not.
    """
    places = Places.load(folder)
    covered = [*places.region.members, *(area.code for area in places.areas())]
    for code in codes:
        if code not in covered:
            raise UserError(
                f"The forecast does not cover {places[code].name_in('en')}: it covers {', '.join(covered)}."
            )


def split_words(values: Iterable[str] | None) -> list[str]:
    """Words of an option that may be repeated and may hold several words separated by commas."""
    words = [word.strip() for value in values or [] for word in value.split(",")]
    return list(dict.fromkeys(word for word in words if word))


def check_words(kind: str, values: Iterable[str] | None, known: Iterable[str]) -> list[str]:
    """Words of such an option, all of them known.

    Raises:
        UserError: if one is unknown; the nearest is proposed.
    """
    words = split_words(values)
    for word in words:
        if word not in known:
            raise unknown_name_error(kind, word, known)
    return words
