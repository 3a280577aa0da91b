"""Charts as pictures, workbooks and decks: all charts of a build, and the selection of `amo export`."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from amoanalysis.config.files import write_folder_atomically
from amoanalysis.config.places import Place
from amoanalysis.config.text import text
from amoanalysis.data.load import Data
from amoanalysis.exhibits.catalogue import get_exhibit, list_exhibit_ids
from amoanalysis.exhibits.context import THEMES
from amoanalysis.exhibits.drawing.exhibit import Exhibit
from amoanalysis.exhibits.view import PlaceView, open_place
from amoanalysis.export.build_request import CHARTS_FILE, BuildRequest, build_exhibits, charted_places
from amoanalysis.export.parallel import Done, Runner, run_timed
from amoanalysis.export.pictures import FORMATS as PICTURE_FORMATS
from amoanalysis.export.pictures import save_figure
from amoanalysis.export.slides import save_deck
from amoanalysis.export.workbook import save_workbook

BUILD_FORMATS = ("png", "svg")
# Exhibits drawn together: few enough that all processes finish at about the same time.
EXHIBITS_PER_BATCH = 6
# Code of a place, and language.
Task = tuple[str, str]
# Pictures of exhibits by id.
PicturePaths = dict[str, list[Path]]


class Folders(NamedTuple):
    """Folders of a build for the files of its charts."""

    charts: Path
    workbooks: Path
    slides: Path


def count_charts(request: BuildRequest) -> int:
    """Number of parts of the charts: pictures per place and language, and workbooks and slides per place."""
    return len(charted_places(request)) * (len(request.languages) + 1)


def save_charts(request: BuildRequest, run: Runner, done: Done) -> None:
    """Draws the exhibits of all places, and writes their workbooks and decks in the first language.

    A chart of a municipality that equals the region's is not drawn again.

    Args:
        request: the build.
        run: maps work over tasks in several processes.
        done: called with the name of each finished part and its seconds.
    """
    tasks = [(place, lang) for lang in request.languages for place in charted_places(request)]
    exhibits: dict[Task, tuple[Exhibit, ...]] = {}
    seconds: dict[Task, float] = {}
    for task, (built, took) in run_timed(run, partial(_build_exhibits, request), tasks):
        exhibits[task], seconds[task] = built, took
    drawn = _drop_equal_to_region(exhibits, request.data.places.region.code)
    entries: list[dict[str, Any]] = []
    pictures: dict[Task, dict[str, Path]] = {}
    with write_folder_atomically(request.out) as staging:
        folders = Folders(staging / Path(CHARTS_FILE).parent, staging / "workbooks", staging / "slides")
        for folder in folders:
            folder.mkdir()
        batches = [
            (task, drawn[task][start : start + EXHIBITS_PER_BATCH])
            for task in tasks
            for start in range(0, len(drawn[task]), EXHIBITS_PER_BATCH)
        ]
        results = run_timed(run, partial(_draw, folders.charts), batches)
        for task, group in groupby(results, key=lambda result: result[0][0]):
            paths: PicturePaths = {}
            for _, (batch_paths, took) in group:
                paths |= batch_paths
                seconds[task] += took
            entries += [chart_entry(exhibit, paths[exhibit.id]) for exhibit in drawn[task]]
            pictures[task] = {name: files[0] for name, files in paths.items()}
            done(_task_name(request, task), seconds[task])
        office_tasks = [task for task in tasks if task[1] == request.languages[0]]
        contents = [(exhibits[task], pictures.get(task, {})) for task in office_tasks]
        results = run_timed(run, partial(_write_office_files, request, folders), contents)
        for task, (_, (_, took)) in zip(office_tasks, results, strict=True):
            done(f"{_task_name(request, task)}, workbook and slides", took)
        content = json.dumps(entries, ensure_ascii=False, indent=1)
        (staging / CHARTS_FILE).write_text(content + "\n", encoding="utf-8")


def chart_entry(exhibit: Exhibit, files: Sequence[Path]) -> dict[str, Any]:
    """The entry of a chart in the list of charts, from which the site is made."""
    return {
        "place": exhibit.place,
        "id": exhibit.id,
        "theme": get_exhibit(exhibit.id).theme,
        "lang": exhibit.lang,
        "title": exhibit.title,
        "missing": exhibit.missing is not None,
        "alt": exhibit.alt,
        "files": {path.suffix[1:]: path.name for path in files},
    }


def _task_name(request: BuildRequest, task: Task) -> str:
    code, lang = task
    return f"{request.data.places[code].slug} {lang}"


def _build_exhibits(request: BuildRequest, task: Task) -> tuple[Exhibit, ...]:
    return build_exhibits(request, *task)


def _drop_equal_to_region(exhibits: Mapping[Task, Sequence[Exhibit]], region: str) -> dict[Task, list[Exhibit]]:
    """The exhibits without those of municipalities that equal the region's in all texts."""
    of_region = {_chart_texts(exhibit) for (code, _), shown in exhibits.items() if code == region for exhibit in shown}
    return {
        (code, lang): [exhibit for exhibit in shown if code == region or _chart_texts(exhibit) not in of_region]
        for (code, lang), shown in exhibits.items()
    }


def _chart_texts(exhibit: Exhibit) -> tuple[str, ...]:
    """All texts of a chart; its figures are in the alt text."""
    return exhibit.id, exhibit.title, exhibit.subtitle, exhibit.alt


def _draw(folder: Path, batch: tuple[Task, Sequence[Exhibit]]) -> PicturePaths:
    return {exhibit.id: save_figure(exhibit, folder, BUILD_FORMATS) for exhibit in batch[1]}


def _write_office_files(
    request: BuildRequest, folders: Folders, content: tuple[Sequence[Exhibit], Mapping[str, Path]]
) -> None:
    """Writes all exhibits of a place into its workbook, and those that were drawn into decks."""
    exhibits, pictures = content
    places = request.data.places
    place = places.find(exhibits[0].place)
    save_workbook(exhibits, folders.workbooks / f"{place.slug}.xlsx")
    drawn = [exhibit for exhibit in exhibits if exhibit.id in pictures]
    save_decks(drawn, place, place == places.region, folders.slides, pictures)


def save_decks(
    exhibits: Sequence[Exhibit], place: Place, single: bool, folder: Path, pictures: Mapping[str, Path]
) -> list[Path]:
    """Writes the decks of a place.

    Args:
        exhibits: its exhibits in one language; those without data are left out.
        place: the place.
        single: whether to write one deck, `<place>.pptx`, instead of one per theme, `<place>_<theme>.pptx`.
        folder: folder for the decks.
        pictures: pictures of the exhibits, by id.

    Returns:
        The files; a theme without data for the place has none.
    """
    shown = drop_repeated(exhibits)
    if not shown:
        return []
    lang = shown[0].lang
    command = f"amo export --place {place.slug} --lang {lang} --format pptx"
    name = place.name_in(lang)
    if single:
        return [save_deck(shown, folder / f"{place.slug}.pptx", name, command, pictures)]
    written = []
    for theme in THEMES:
        of_theme = [exhibit for exhibit in shown if exhibit.id in list_exhibit_ids(theme)]
        if of_theme:
            title = f"{name}: {text(f'theme.{theme}', lang)}"
            path = folder / f"{place.slug}_{theme}.pptx"
            written.append(save_deck(of_theme, path, title, f"{command} --theme {theme}", pictures))
    return written


def drop_repeated(exhibits: Sequence[Exhibit]) -> list[Exhibit]:
    """The exhibits that have data; of several with the same figures in the same form, only the first."""
    kept: list[Exhibit] = []
    for exhibit in exhibits:
        repeated = any(
            other.form == exhibit.form and other.data.round(6).equals(exhibit.data.round(6)) for other in kept
        )
        if exhibit.missing is None and not repeated:
            kept.append(exhibit)
    return kept


@dataclass(frozen=True)
class Selection:
    """What `amo export` writes.

    Attributes:
        folder: folder of the tables.
        out: folder for the files.
        places: codes.
        themes: in the order of THEMES.
        scenarios: names or files, the one shown first.
        languages: fi, en, sv.
        formats: png, svg, pdf, xlsx, pptx.
        sizes: of the pictures: slide, half, page.
        until: last year.
        draws: number of draws.
        seed: random seed.
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


def export(selection: Selection, progress: Callable[[int, str], None] | None = None) -> list[Path]:
    """Writes the exhibits of a selection as pictures, and a workbook and a deck for each place and language.

    Args:
        selection: what is to be written.
        progress: called with the number of finished places and languages, and the name of the next.

    Returns:
        The files, all of them written or none.

    Raises:
        UserError: if a place is not forecast, or a scenario or year is invalid.
        AmoError: if the folder cannot be written to.
    """
    first = open_place(
        selection.places[0],
        scenarios=selection.scenarios,
        data=Data(selection.folder),
        draws=selection.draws,
        until=selection.until,
        seed=selection.seed,
    )
    views = [first.at(place, lang) for place in selection.places for lang in selection.languages]
    written: list[Path] = []
    with write_folder_atomically(selection.out) as folder:
        for count, view in enumerate(views):
            if progress is not None:
                progress(count, f"{view.place.name_in('en')} ({view.lang})")
            written += _export_view(selection, view, folder)
    return [selection.out / path.relative_to(folder) for path in written]


def _export_view(selection: Selection, view: PlaceView, folder: Path) -> list[Path]:
    exhibits = [view.show(name) for theme in selection.themes for name in view.exhibits(theme)]
    formats = [name for name in selection.formats if name in PICTURE_FORMATS]
    themes = [] if selection.themes == THEMES else list(selection.themes)
    name = "_".join([view.place.slug, *themes, view.lang])
    files = [file for exhibit in exhibits for file in save_figure(exhibit, folder, formats, selection.sizes)]
    if "xlsx" in selection.formats:
        files.append(save_workbook(exhibits, folder / f"{name}.xlsx"))
    if "pptx" in selection.formats:
        # A deck of exhibits without data is still a deck that says so.
        shown = drop_repeated(exhibits) or exhibits
        command = _export_command(selection, view, themes)
        files.append(save_deck(shown, folder / f"{name}.pptx", view.place.name_in(view.lang), command))
    return files


def _export_command(selection: Selection, view: PlaceView, themes: list[str]) -> str:
    """The command that writes a deck again."""
    words = [f"amo export --place {view.place.slug} --lang {view.lang} --format pptx"]
    words += [f"--theme {','.join(themes)}"] if themes else []
    words += [f"--scenario {name}" for name in selection.scenarios if selection.scenarios != ("baseline",)]
    return " ".join(words)
