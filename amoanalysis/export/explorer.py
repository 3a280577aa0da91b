"""A scenario made by hand out of a few levers, as the file that anyone can run again."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from amoanalysis.config.files import write_atomically
from amoanalysis.config.scenarios import load_scenario
from amoanalysis.config.text import LANGUAGES, number, text
from amoanalysis.errors import AmoError
from amoanalysis.exhibits.drawing.exhibit import Exhibit
from amoanalysis.exhibits.phrases import percent
from amoanalysis.exhibits.view import PlaceView
from amoanalysis.export.slides import save_deck
from amoanalysis.pipeline.cache import stored_inputs
from amoanalysis.pipeline.run import forecast
from amoanalysis.pipeline.scenario_runs import Futures

MINE = "hannukainen"
CAMPAIGN = "return_campaign"
# Half intervals around what a lever says: a plan slips rather than comes early, as the mine's has since 2009.
EARLY, LATE = 1, 4
STAFF_BAND = 0.15
GROWTH_BAND = 0.015
RETIREMENT_BAND = 0.07
# The company plans so many jobs in building for each own employee in operation.
BUILDING_PER_EMPLOYEE = 5 / 3
WHY = "Set by hand in the explorer."


@dataclass(frozen=True)
class Levers:
    """What can be moved.

    Attributes:
        start: year in which the mine starts, the most likely one.
        staff: own employees of the mine in full operation.
        probability: that the mine opens at all, 0 to 1.
        growth: of overnight stays, share a year.
        campaign: whether leavers are asked back.
        retirement: rise of the retirement age, years a year.
    """

    start: int = 2031
    staff: int = 300
    probability: float = 1.0
    growth: float = 0.015
    campaign: bool = False
    retirement: float = 0.10


def scenario_file(levers: Levers) -> str:
    """The scenario as TOML: only what it changes, with a reason for each number.

    Args:
        levers: as they stand.

    Returns:
        The file's text.
    """
    bases = [MINE, CAMPAIGN] if levers.campaign else [MINE]
    lines = [f"based_on = {json.dumps(bases)}", ""]
    lines += ["[title]", *(_line(lang, _title(levers, lang)) for lang in LANGUAGES), ""]
    lines += ["[narrative]", *(_line(lang, _narrative(levers, lang)) for lang in LANGUAGES), ""]
    event, start = f"events.{MINE}", levers.start
    lines += _block(f"{event}.probability", levers.probability, 0.0, 0.0)
    lines += _block(f"{event}.start", start, EARLY, LATE, least=start - EARLY)
    lines += _block(f"{event}.operating_jobs", levers.staff, *[STAFF_BAND * levers.staff] * 2)
    built = BUILDING_PER_EMPLOYEE * levers.staff
    lines += _block(f"{event}.construction_jobs", built, *[STAFF_BAND * built] * 2)
    lines += _block("tourism.growth", levers.growth, GROWTH_BAND, GROWTH_BAND)
    lines += _block("labour_force.retirement_age_rise", levers.retirement, RETIREMENT_BAND, RETIREMENT_BAND)
    return "\n".join(lines)


def _block(path: str, value: float, below: float, above: float, least: float | None = None) -> list[str]:
    ends = {"value": value, "low": value - below, "high": value + above}
    numbers = {**ends, **({} if least is None else {"least": least})}
    rows = [f"{name} = {round(end, 4):g}" for name, end in numbers.items()]
    return [f"[{path}]", *rows, 'source = "judgement"', _line("why", WHY), ""]


def _line(key: str, words: str) -> str:
    return f"{key} = {json.dumps(words, ensure_ascii=False)}"


def _title(levers: Levers, lang: str) -> str:
    return text("explorer.title", lang, start=str(levers.start))


def _narrative(levers: Levers, lang: str) -> str:
    return text(
        "explorer.narrative",
        lang,
        start=str(levers.start),
        staff=number(levers.staff, lang),
        probability=percent(100 * levers.probability, lang),
        growth=percent(100 * levers.growth, lang, 1),
    )


# Enough for a median and a band that do not jump when a lever moves, few enough to answer within a second.
DRAWS = 200
SHOWN = ("labour_force_fan", "who_fills_the_jobs")
NAME = "own"


class Explorer:
    """The charts of a place as the levers stand.

    Attributes:
        lang: of labels and charts.
        view: the place.
    """

    def __init__(self, view: PlaceView, draws: int = DRAWS) -> None:
        self.lang = view.lang
        self._inputs = stored_inputs(view.data)
        self._futures = Futures(view.data, view.futures.until, draws, view.futures.seed)
        self._reference = self._futures.reference(("baseline",))
        self._run(self._reference, self._futures.scenario(self._reference))
        self._levers: Levers | None = None
        self.view = PlaceView(view.place, view.lang, (self._reference, NAME), self._futures)

    def exhibits(self, levers: Levers, place: str | None = None) -> list[Exhibit]:
        """The gap over the years and who fills the jobs, with the levers as they stand.

        Args:
            levers: as they stand; the model runs only when they have moved.
            place: another place.
        """
        if levers != self._levers:
            with tempfile.TemporaryDirectory(prefix="amo-") as folder:
                path = Path(folder) / f"{NAME}.toml"
                path.write_text(scenario_file(levers), encoding="utf-8")
                self._run(NAME, load_scenario(str(path), self.view.data.folder))
            self._levers = levers
        if place is not None:
            self.view = self.view.at(place)
        return [self.view.under(NAME).show(SHOWN[0]), self.view.show(SHOWN[1])]

    def save(self, levers: Levers, path: Path) -> Path:
        """Writes the levers as a scenario file that `amo forecast --scenario` takes.

        Raises:
            AmoError: if the file is there already or cannot be written.
        """
        if path.exists():
            raise AmoError(f"'{path}' exists already: choose another name.")
        with write_atomically(path) as file:
            file.write_text(scenario_file(levers), encoding="utf-8")
        load_scenario(str(path), self.view.data.folder)
        return path

    def slides(self, levers: Levers, path: Path) -> Path:
        """Writes the two charts as a deck."""
        shown = [exhibit for exhibit in self.exhibits(levers) if exhibit.missing is None]
        return save_deck(shown, path, self.view.place.name_in(self.lang), "amo app")

    def _run(self, name: str, scenario: Any) -> None:
        futures, places = self._futures, self._futures.data.places
        run = forecast(self._inputs, scenario, places, until=futures.until, draws=futures.draws, seed=futures.seed)
        futures.keep(name, run)


class Board:
    """The explorer with its widgets; where no kernel runs, the charts as they were drawn last.

    Attributes:
        explorer: what it draws with.
        controls: the widgets by name: place, start, staff, probability, growth, campaign, retirement, name.
    """

    def __init__(self, explorer: Explorer) -> None:
        import ipywidgets as widgets

        self.explorer = explorer
        self.controls = _controls(explorer)
        self._charts = widgets.HTML()
        self._said = widgets.HTML()
        save, slide = (
            widgets.Button(description=text(f"explorer.{key}", explorer.lang), layout={"width": "auto"})
            for key in ("save", "slide")
        )
        save.on_click(lambda _: self._write(self.explorer.save, f"{self.controls['name'].value}.toml"))
        slide.on_click(lambda _: self._write(self.explorer.slides, f"{self.controls['name'].value}.pptx"))
        for key, control in self.controls.items():
            if key != "name":
                control.observe(lambda _: self.draw(), names="value")
        levers = widgets.VBox([*self.controls.values(), widgets.HBox([save, slide]), self._said])
        self.box = widgets.HBox([levers, self._charts], layout={"flex_flow": "row wrap"})
        self.draw()

    def levers(self) -> Levers:
        """The levers as they stand."""
        values = {key: control.value for key, control in self.controls.items() if key not in ("place", "name")}
        return Levers(**{**values, "growth": round(values["growth"] / 100, 4)})

    def draw(self) -> None:
        """Draws the charts anew."""
        self._charts.value = self.picture()

    def picture(self) -> str:
        """The charts as HTML."""
        exhibits = self.explorer.exhibits(self.levers(), self.controls["place"].value)
        return "".join(exhibit._repr_html_() for exhibit in exhibits)

    def _write(self, writer: Any, name: str) -> None:
        try:
            said = text("explorer.saved", self.explorer.lang, path=str(writer(self.levers(), Path(name))))
        except AmoError as error:
            said = str(error)
        self._said.value = f'<p role="status">{said}</p>'

    def _repr_mimebundle_(self, **more: Any) -> dict[str, Any]:
        still = f"<p>{text('explorer.static', self.explorer.lang)}</p>"
        bundle = self.box._repr_mimebundle_(**more)
        return {**bundle, "text/html": still + self._charts.value}


def explore(view: PlaceView, draws: int = DRAWS) -> Board:
    """Opens the explorer on a place.

    Args:
        view: the place and the language.
        draws: how many futures each move of a lever runs.

    Returns:
        What a notebook shows.
    """
    return Board(Explorer(view, draws))


def _controls(explorer: Explorer) -> dict[str, Any]:
    import ipywidgets as widgets

    lang, start = explorer.lang, Levers()
    places = explorer.view.data.places
    named = [(place.name_in(lang), place.slug) for place in (places.region, *places.municipalities())]
    plain: dict[str, Any] = {"style": {"description_width": "20em"}, "layout": {"width": "36em"}}
    wide = {**plain, "continuous_update": False}

    def said(key: str) -> str:
        return text(f"explorer.{key}", lang)

    def share(value: float, least: float, most: float, step: float, key: str) -> Any:
        return widgets.FloatSlider(value, min=least, max=most, step=step, description=said(key), **wide)

    return {
        "place": widgets.Dropdown(options=named, value=explorer.view.place.slug, description=said("place"), **plain),
        "start": widgets.IntSlider(start.start, 2027, 2040, description=said("start"), **wide),
        "staff": widgets.IntSlider(start.staff, 50, 600, 10, description=said("staff"), **wide),
        "probability": share(start.probability, 0, 1, 0.05, "probability"),
        "growth": share(100 * start.growth, -3, 5, 0.25, "growth"),
        "campaign": widgets.Checkbox(start.campaign, description=said("campaign"), **plain),
        "retirement": share(start.retirement, 0, 0.3, 0.01, "retirement"),
        "name": widgets.Text("my_scenario", description=said("name"), **plain),
    }
