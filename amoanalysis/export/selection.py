"""A selection of exhibits written in the formats asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from amoanalysis.charts.exhibit import Exhibit
from amoanalysis.export.decks import told_once
from amoanalysis.export.figures import FORMATS as PICTURES
from amoanalysis.export.figures import save_figure
from amoanalysis.export.slides import save_deck
from amoanalysis.export.workbook import save_workbook
from amoanalysis.files import whole_folder
from amoanalysis.tables import Data
from amoanalysis.themes import THEMES, PlaceView, open_place


@dataclass(frozen=True)
class Selection:
    """What is to be exported.

    Attributes:
        folder: of the tables.
        out: where it goes.
        places: codes.
        themes: in the order of THEMES.
        scenarios: names or files, the one shown first.
        languages: fi, en, sv.
        formats: png, svg, pdf, xlsx, pptx.
        sizes: of the pictures: slide, half, page.
        until: last year.
        draws: how many futures.
        seed: of the run.
    """

    folder: Path
    out: Path
    places: tuple[str, ...]
    themes: tuple[str, ...]
    scenarios: tuple[str, ...]
    languages: tuple[str, ...]
    formats: tuple[str, ...]
    sizes: tuple[str, ...]
    until: int
    draws: int
    seed: int

    @property
    def parts(self) -> int:
        """How many places in how many languages."""
        return len(self.places) * len(self.languages)


def export(selection: Selection, progress: Callable[[int, str], None] | None = None) -> list[Path]:
    """Writes the exhibits of a selection: a picture each, and a workbook and a deck for each place and language.

    Args:
        selection: what is to be written.
        progress: called with the number of places done and the name of the place.

    Returns:
        The files, all of them written or none.

    Raises:
        UserError: if a place is not forecast, or a scenario or year is off.
        AmoError: if the folder cannot be written to.
    """
    view = open_place(
        selection.places[0],
        scenarios=selection.scenarios,
        data=Data(selection.folder),
        draws=selection.draws,
        until=selection.until,
        seed=selection.seed,
    )
    views = [view.at(place, lang) for place in selection.places for lang in selection.languages]
    written: list[Path] = []
    with whole_folder(selection.out) as folder:
        for number, current in enumerate(views):
            if progress is not None:
                progress(number, f"{current.place.named('en')} ({current.lang})")
            written += _write(selection, current, folder)
    return [selection.out / path.relative_to(folder) for path in written]


def _write(selection: Selection, view: PlaceView, folder: Path) -> list[Path]:
    exhibits = [view.show(name) for theme in selection.themes for name in view.exhibits(theme)]
    pictures = [name for name in selection.formats if name in PICTURES]
    files = [file for exhibit in exhibits for file in save_figure(exhibit, folder, pictures, selection.sizes)]
    if "xlsx" in selection.formats:
        files.append(save_workbook(exhibits, folder / _name(selection, view, "xlsx")))
    if "pptx" in selection.formats:
        name = view.place.named(view.lang)
        files.append(
            save_deck(_drawn(exhibits), folder / _name(selection, view, "pptx"), name, _command(selection, view))
        )
    return files


def _drawn(exhibits: list[Exhibit]) -> list[Exhibit]:
    """Without those that say nothing, or nothing new, unless there are no others."""
    return told_once(exhibits) or exhibits


def _name(selection: Selection, view: PlaceView, suffix: str) -> str:
    themes = [] if selection.themes == THEMES else list(selection.themes)
    return f"{'_'.join([view.place.slug, *themes, view.lang])}.{suffix}"


def _command(selection: Selection, view: PlaceView) -> str:
    """The command that makes a deck again."""
    words = [f"amo export --place {view.place.slug} --lang {view.lang} --format pptx"]
    words += [] if selection.themes == THEMES else [f"--theme {','.join(selection.themes)}"]
    words += [f"--scenario {name}" for name in selection.scenarios if selection.scenarios != ("baseline",)]
    return " ".join(words)
