"""Levers to move and charts that follow: in a notebook, as an app, and as a picture where no kernel runs."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amoanalysis.errors import AmoError
from amoanalysis.export.levers import Levers, scenario_file
from amoanalysis.export.slides import save_deck
from amoanalysis.files import whole
from amoanalysis.forecast import forecast
from amoanalysis.forecast.store import stored_inputs
from amoanalysis.scenarios import load_scenario
from amoanalysis.text import text
from amoanalysis.themes.futures import Futures
from amoanalysis.themes.view import PlaceView

if TYPE_CHECKING:
    from amoanalysis.charts.exhibit import Exhibit

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
        with whole(path) as file:
            file.write_text(scenario_file(levers), encoding="utf-8")
        load_scenario(str(path), self.view.data.folder)
        return path

    def slides(self, levers: Levers, path: Path) -> Path:
        """Writes the two charts as a deck."""
        shown = [exhibit for exhibit in self.exhibits(levers) if exhibit.missing is None]
        return save_deck(shown, path, self.view.place.named(self.lang), "amo app")

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
    named = [(place.named(lang), place.slug) for place in (places.region, *places.municipalities())]
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
