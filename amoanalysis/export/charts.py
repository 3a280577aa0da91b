"""The decks of a build: one a place and theme, and one of everything for the region."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from amoanalysis.config.files import write_folder_atomically
from amoanalysis.config.places import Place
from amoanalysis.config.text import text
from amoanalysis.data.load import Data
from amoanalysis.exhibits.catalogue import exhibit_ids
from amoanalysis.exhibits.context import THEMES
from amoanalysis.exhibits.drawing.exhibit import Exhibit
from amoanalysis.exhibits.view import PlaceView, open_place
from amoanalysis.export.build_request import BuildRequest, build_exhibits, charted_places
from amoanalysis.export.parallel import Done, Runner, timed
from amoanalysis.export.pictures import FORMATS as PICTURES
from amoanalysis.export.pictures import save_figure
from amoanalysis.export.site import CHARTS, chart_entry
from amoanalysis.export.slides import save_deck
from amoanalysis.export.workbook import save_workbook


def save_decks(
    exhibits: Sequence[Exhibit], place: Place, whole: bool, folder: Path, drawn: Mapping[str, Path]
) -> list[Path]:
    """Writes the decks of a place.

    Args:
        exhibits: its exhibits in one language; those of which nothing is known are left out.
        place: the place.
        whole: whether all go into one deck, `<place>.pptx`, instead of one a theme, `<place>_<theme>.pptx`.
        folder: where they go.
        drawn: pictures of the exhibits, by id.

    Returns:
        The files; a theme of which nothing is known for the place gets none.
    """
    shown = drop_repeated(exhibits)
    if not shown:
        return []
    lang = shown[0].lang
    command = f"amo export --place {place.slug} --lang {lang} --format pptx"
    name = place.name_in(lang)
    if whole:
        return [save_deck(shown, folder / f"{place.slug}.pptx", name, command, drawn)]
    written = []
    for theme in THEMES:
        own = [exhibit for exhibit in shown if exhibit.id in exhibit_ids(theme)]
        if own:
            title = f"{name}: {text(f'theme.{theme}', lang)}"
            path = folder / f"{place.slug}_{theme}.pptx"
            written.append(save_deck(own, path, title, f"{command} --theme {theme}", drawn))
    return written


def drop_repeated(exhibits: Sequence[Exhibit]) -> list[Exhibit]:
    """The exhibits of which something is known; of two that show the same figures in the same form, the first."""
    kept: list[Exhibit] = []
    for exhibit in exhibits:
        same = (
            other for other in kept if other.form == exhibit.form and other.data.round(6).equals(exhibit.data.round(6))
        )
        if exhibit.missing is None and next(same, None) is None:
            kept.append(exhibit)
    return kept


FIGURE_FORMATS = ("png", "svg")
# Exhibits drawn in one go: few enough that the processes end together.
TOGETHER = 6
Files = dict[str, list[Path]]


@dataclass
class _Shown:
    """A place in a language on its way through the processes.

    Attributes:
        name: for the progress.
        exhibits: all of the place.
        own: those that say something else than the region's.
        seconds: of the processes that made and drew them.
        drawing: what is being drawn, some exhibits at a time.
    """

    name: str
    exhibits: tuple[Exhibit, ...]
    own: list[Exhibit]
    seconds: float
    drawing: Iterator[tuple[Any, tuple[Files, float]]]

    def files(self) -> Files:
        """Waits for the drawings: their files by id of the exhibit."""
        found: Files = {}
        for _, (some, took) in self.drawing:
            found |= some
            self.seconds += took
        return found


def count_charts(order: BuildRequest) -> int:
    """How many parts the charts have: the drawings of each place in each language, and the office files of each."""
    return len(charted_places(order)) * (len(order.languages) + 1)


def save_charts(order: BuildRequest, run: Runner, done: Done) -> None:
    """Draws the exhibits of all places, and fills their workbooks and decks in the first language.

    A chart of a municipality that says the same as the region's is not drawn again.

    Args:
        order: the build.
        run: does work in several processes.
        done: told of each part that is done, and its seconds.
    """
    with write_folder_atomically(order.out) as staging:
        charts, workbooks, slides = (
            staging / name for name in (CHARTS.split("/", maxsplit=1)[0], "workbooks", "slides")
        )
        for folder in (charts, workbooks, slides):
            folder.mkdir()
        entries: list[dict[str, object]] = []
        filling = []
        # Begun for all before the first is waited for, so that no process waits for another.
        for shown in list(_begun(order, run, charts)):
            files = shown.files()
            entries += [chart_entry(exhibit, files[exhibit.id]) for exhibit in shown.own]
            done(shown.name, shown.seconds)
            if shown.exhibits[0].lang == order.languages[0]:
                task = (shown.exhibits, [e.id for e in shown.own], {name: paths[0] for name, paths in files.items()})
                filling.append((shown.name, timed(run, partial(_fill, order, workbooks, slides), [task])))
        for name, filled in filling:
            for _, (_, took) in filled:
                done(f"{name}, workbook and slides", took)
        text = json.dumps(entries, ensure_ascii=False, indent=1)
        (staging / CHARTS).write_text(text + "\n", encoding="utf-8")


def _begun(order: BuildRequest, run: Runner, folder: Path) -> Iterator[_Shown]:
    tasks = [(place, lang) for lang in order.languages for place in charted_places(order)]
    region, told = order.data.places.region, set[tuple[str, ...]]()
    for (code, lang), (exhibits, took) in timed(run, partial(_made, order), tasks):
        own = [exhibit for exhibit in exhibits if _said(exhibit) not in told]
        if code == region.code:
            told |= {_said(exhibit) for exhibit in own}
        some = [own[start : start + TOGETHER] for start in range(0, len(own), TOGETHER)]
        name = f"{order.data.places[code].slug} {lang}"
        yield _Shown(name, exhibits, own, took, timed(run, partial(_draw, folder), some))


def _made(order: BuildRequest, task: tuple[str, str]) -> tuple[Exhibit, ...]:
    return build_exhibits(order, *task)


def _said(exhibit: Exhibit) -> tuple[str, ...]:
    """All that a chart says; two that say the same are the same chart."""
    return exhibit.id, exhibit.title, exhibit.subtitle, exhibit.alt


def _draw(folder: Path, exhibits: Sequence[Exhibit]) -> Files:
    return {exhibit.id: save_figure(exhibit, folder, FIGURE_FORMATS) for exhibit in exhibits}


def _fill(
    order: BuildRequest, workbooks: Path, slides: Path, task: tuple[Sequence[Exhibit], Sequence[str], dict[str, Path]]
) -> None:
    """Fills the office files of a place: all exhibits into its workbook, its own ones into decks."""
    exhibits, own, drawn = task
    place, region = order.data.places.find(exhibits[0].place), order.data.places.region
    save_workbook(exhibits, workbooks / f"{place.slug}.xlsx")
    save_decks([exhibit for exhibit in exhibits if exhibit.id in own], place, place == region, slides, drawn)


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
    with write_folder_atomically(selection.out) as folder:
        for number, current in enumerate(views):
            if progress is not None:
                progress(number, f"{current.place.name_in('en')} ({current.lang})")
            written += _write(selection, current, folder)
    return [selection.out / path.relative_to(folder) for path in written]


def _write(selection: Selection, view: PlaceView, folder: Path) -> list[Path]:
    exhibits = [view.show(name) for theme in selection.themes for name in view.exhibits(theme)]
    pictures = [name for name in selection.formats if name in PICTURES]
    files = [file for exhibit in exhibits for file in save_figure(exhibit, folder, pictures, selection.sizes)]
    if "xlsx" in selection.formats:
        files.append(save_workbook(exhibits, folder / _name(selection, view, "xlsx")))
    if "pptx" in selection.formats:
        name = view.place.name_in(view.lang)
        files.append(
            save_deck(_drawn(exhibits), folder / _name(selection, view, "pptx"), name, _command(selection, view))
        )
    return files


def _drawn(exhibits: list[Exhibit]) -> list[Exhibit]:
    """Without those that say nothing, or nothing new, unless there are no others."""
    return drop_repeated(exhibits) or exhibits


def _name(selection: Selection, view: PlaceView, suffix: str) -> str:
    themes = [] if selection.themes == THEMES else list(selection.themes)
    return f"{'_'.join([view.place.slug, *themes, view.lang])}.{suffix}"


def _command(selection: Selection, view: PlaceView) -> str:
    """The command that makes a deck again."""
    words = [f"amo export --place {view.place.slug} --lang {view.lang} --format pptx"]
    words += [] if selection.themes == THEMES else [f"--theme {','.join(selection.themes)}"]
    words += [f"--scenario {name}" for name in selection.scenarios if selection.scenarios != ("baseline",)]
    return " ".join(words)
