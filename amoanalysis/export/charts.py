"""The charts of a build: exhibits made place by place, then drawn a few at a time, then put into office files."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from amoanalysis.charts.exhibit import Exhibit
from amoanalysis.export.decks import save_decks
from amoanalysis.export.figures import save_figure
from amoanalysis.export.order import Order, exhibits_of, shown_places
from amoanalysis.export.parallel import Done, Runner, timed
from amoanalysis.export.site import CHARTS, entry
from amoanalysis.export.workbook import save_workbook
from amoanalysis.files import whole_folder

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


def count_charts(order: Order) -> int:
    """How many parts the charts have: the drawings of each place in each language, and the office files of each."""
    return len(shown_places(order)) * (len(order.languages) + 1)


def save_charts(order: Order, run: Runner, done: Done) -> None:
    """Draws the exhibits of all places, and fills their workbooks and decks in the first language.

    A chart of a municipality that says the same as the region's is not drawn again.

    Args:
        order: the build.
        run: does work in several processes.
        done: told of each part that is done, and its seconds.
    """
    with whole_folder(order.out) as staging:
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
            entries += [entry(exhibit, files[exhibit.id]) for exhibit in shown.own]
            done(shown.name, shown.seconds)
            if shown.exhibits[0].lang == order.languages[0]:
                task = (shown.exhibits, [e.id for e in shown.own], {name: paths[0] for name, paths in files.items()})
                filling.append((shown.name, timed(run, partial(_fill, order, workbooks, slides), [task])))
        for name, filled in filling:
            for _, (_, took) in filled:
                done(f"{name}, workbook and slides", took)
        text = json.dumps(entries, ensure_ascii=False, indent=1)
        (staging / CHARTS).write_text(text + "\n", encoding="utf-8")


def _begun(order: Order, run: Runner, folder: Path) -> Iterator[_Shown]:
    tasks = [(place, lang) for lang in order.languages for place in shown_places(order)]
    region, told = order.data.places.region, set[tuple[str, ...]]()
    for (code, lang), (exhibits, took) in timed(run, partial(_made, order), tasks):
        own = [exhibit for exhibit in exhibits if _said(exhibit) not in told]
        if code == region.code:
            told |= {_said(exhibit) for exhibit in own}
        some = [own[start : start + TOGETHER] for start in range(0, len(own), TOGETHER)]
        name = f"{order.data.places[code].slug} {lang}"
        yield _Shown(name, exhibits, own, took, timed(run, partial(_draw, folder), some))


def _made(order: Order, task: tuple[str, str]) -> tuple[Exhibit, ...]:
    return exhibits_of(order, *task)


def _said(exhibit: Exhibit) -> tuple[str, ...]:
    """All that a chart says; two that say the same are the same chart."""
    return exhibit.id, exhibit.title, exhibit.subtitle, exhibit.alt


def _draw(folder: Path, exhibits: Sequence[Exhibit]) -> Files:
    return {exhibit.id: save_figure(exhibit, folder, FIGURE_FORMATS) for exhibit in exhibits}


def _fill(
    order: Order, workbooks: Path, slides: Path, task: tuple[Sequence[Exhibit], Sequence[str], dict[str, Path]]
) -> None:
    """Fills the office files of a place: all exhibits into its workbook, its own ones into decks."""
    exhibits, own, drawn = task
    place, region = order.data.places.find(exhibits[0].place), order.data.places.region
    save_workbook(exhibits, workbooks / f"{place.slug}.xlsx")
    save_decks([exhibit for exhibit in exhibits if exhibit.id in own], place, place == region, slides, drawn)
