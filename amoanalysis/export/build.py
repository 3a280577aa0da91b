"""The whole build as declared steps: forecast, charts, workbooks, slides, notebooks, index."""

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from amoanalysis.charts.exhibit import Exhibit
from amoanalysis.errors import unknown
from amoanalysis.export.figures import save_figure
from amoanalysis.export.notebooks import (
    execute_notebooks,
    find_notebooks,
    notebook_page,
    notebook_title,
    notebooks_folder,
)
from amoanalysis.export.order import Order, exhibits_of, kernel_variables, scenario_titles, shown_places
from amoanalysis.export.pages import CHARTS, entry, index_page, method_pages
from amoanalysis.export.parallel import Runner, workers
from amoanalysis.export.slides import save_deck
from amoanalysis.export.workbook import save_workbook
from amoanalysis.files import whole, whole_folder
from amoanalysis.forecast import Forecast, stored_forecasts, write_forecasts
from amoanalysis.forecast.store import FOLDER_VARIABLE

FIGURE_LANGUAGES = ("fi", "en")
FIGURE_FORMATS = ("png", "svg")
OFFICE_LANGUAGE = "fi"
Done = Callable[[str], None]


@dataclass(frozen=True)
class Step:
    """A part of the build that is written whole or not at all.

    Attributes:
        name: for `--only` and the progress.
        makes: what it makes, in words.
        parts: how many parts an order has, for the progress.
        run: does it.
    """

    name: str
    makes: str
    parts: Callable[[Order], int]
    run: Callable[[Order, Runner, Done], None]


def build(
    order: Order, only: Sequence[str] = (), progress: Callable[[int, str], None] | None = None
) -> dict[str, float]:
    """Runs the steps of the build in their order; the models run once for each scenario.

    A step that fails or is interrupted leaves what the folder held of it before.

    Args:
        order: what is to be built.
        only: names of steps; all by default.
        progress: called with the number of parts done and the name of the step.

    Returns:
        Name of each step that was run -> seconds.

    Raises:
        UserError: if a step is unknown.
        AmoError: if a step fails.
    """
    steps = chosen(only)
    seconds: dict[str, float] = {}
    finished = 0
    with _store() as store, workers(order.jobs, {FOLDER_VARIABLE: str(store)}) as run:
        for step in steps:
            start, before = time.monotonic(), finished

            def done(part: str, name: str = step.name) -> None:
                nonlocal finished
                finished += 1
                if progress is not None:
                    progress(finished, name)

            if progress is not None:
                progress(before, step.name)
            step.run(order, run, done)
            seconds[step.name] = time.monotonic() - start
    return seconds


def chosen(only: Sequence[str] = ()) -> list[Step]:
    """The steps of these names, in the order of the build.

    Raises:
        UserError: if a name is unknown.
    """
    names = [step.name for step in STEPS]
    for name in only:
        if name not in names:
            raise unknown("step", name, names)
    return [step for step in STEPS if not only or step.name in only]


def _forecast(order: Order, run: Runner, done: Done) -> None:
    results: list[Forecast] = []
    for name in order.scenarios:
        found = stored_forecasts(order.data, [name], until=order.until, draws=order.draws, seed=order.seed)
        results.extend(found.values())
        done(name)
    write_forecasts(results, order.out, order.folder)


def _charts(order: Order, run: Runner, done: Done) -> None:
    with whole_folder(order.out) as staging:
        tasks = [(place, lang) for place in shown_places(order) for lang in FIGURE_LANGUAGES]
        folder = staging / CHARTS.split("/", maxsplit=1)[0]
        folder.mkdir()
        entries: list[dict[str, object]] = []
        for drawn in run(partial(_draw, order, folder), tasks):
            entries.extend(drawn)
            done("charts")
        text = json.dumps(entries, ensure_ascii=False, indent=1)
        (staging / CHARTS).write_text(text + "\n", encoding="utf-8")


def _draw(order: Order, folder: Path, task: tuple[str, str]) -> list[dict[str, object]]:
    """Draws the exhibits of a place that say something else than those of the region."""
    place, lang = task
    region = order.data.places.region.code
    told = set() if place == region else {_said(exhibit) for exhibit in exhibits_of(order, region, lang)}
    own = [exhibit for exhibit in exhibits_of(order, place, lang) if _said(exhibit) not in told]
    return [entry(exhibit, save_figure(exhibit, folder, FIGURE_FORMATS)) for exhibit in own]


def _said(exhibit: Exhibit) -> tuple[str, ...]:
    """All that a chart says; two that say the same are the same chart."""
    return exhibit.id, exhibit.title, exhibit.subtitle, exhibit.alt


def _workbooks(order: Order, run: Runner, done: Done) -> None:
    with whole_folder(order.out / "workbooks") as folder:
        for _ in run(partial(_workbook, order, folder), shown_places(order)):
            done("workbooks")


def _workbook(order: Order, folder: Path, place: str) -> None:
    save_workbook(exhibits_of(order, place, OFFICE_LANGUAGE), folder / f"{order.data.places[place].slug}.xlsx")


def _slides(order: Order, run: Runner, done: Done) -> None:
    with whole_folder(order.out / "slides") as folder:
        for _ in run(partial(_deck, order, folder), shown_places(order)):
            done("slides")


def _deck(order: Order, folder: Path, place: str) -> None:
    known = order.data.places[place]
    command = f"amo export --place {known.slug} --lang {OFFICE_LANGUAGE} --format pptx"
    exhibits = [exhibit for exhibit in exhibits_of(order, place, OFFICE_LANGUAGE) if exhibit.missing is None]
    save_deck(exhibits, folder / f"{known.slug}.pptx", known.named(OFFICE_LANGUAGE), command)


def _notebooks(order: Order, run: Runner, done: Done) -> None:
    source = order.notebooks or notebooks_folder()
    paths = find_notebooks(source, order.data.places)
    executed = execute_notebooks(paths, source, kernel_variables(order), order.jobs, done)
    with whole_folder(order.out / "notebooks") as folder:
        for notebook in executed:
            path = folder / f"{notebook.name}.html"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(notebook_page(notebook), encoding="utf-8")


def _index(order: Order, run: Runner, done: Done) -> None:
    source = order.notebooks or notebooks_folder()
    places = order.data.places
    titles = {
        path.relative_to(source).with_suffix("").as_posix(): notebook_title(path)
        for path in find_notebooks(source, places)
    }
    with whole_folder(order.out / "methods") as folder:
        for name, text in method_pages().items():
            (folder / name).write_text(text, encoding="utf-8")
    with whole(order.out / "index.html") as file:
        file.write_text(index_page(order.out, places, titles, scenario_titles(order)), encoding="utf-8")
    done("index.html")


@contextmanager
def _store() -> Iterator[Path]:
    """The folder where forecasts wait for the other steps: the user's own, or one that ends with the build."""
    own = os.environ.get(FOLDER_VARIABLE)
    if own:
        yield Path(own)
        return
    with tempfile.TemporaryDirectory(prefix="amo-") as folder:
        yield Path(folder)


def _places_times_languages(order: Order) -> int:
    return len(shown_places(order)) * len(FIGURE_LANGUAGES)


def _places(order: Order) -> int:
    return len(shown_places(order))


def _count_notebooks(order: Order) -> int:
    return len(find_notebooks(order.notebooks or notebooks_folder(), order.data.places))


STEPS = (
    Step("forecast", "forecast.csv, summary.json, manifest.json", lambda order: len(order.scenarios), _forecast),
    Step(
        "charts",
        "every exhibit of every place as PNG and SVG, in Finnish and English",
        _places_times_languages,
        _charts,
    ),
    Step("workbooks", "the figures behind the charts, an XLSX a place", _places, _workbooks),
    Step("slides", "a deck a place, in Finnish", _places, _slides),
    Step("notebooks", "the notebooks, executed, as HTML", _count_notebooks, _notebooks),
    Step("index", "index.html and the method pages", lambda order: 1, _index),
)
