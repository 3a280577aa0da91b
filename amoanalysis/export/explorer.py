"""The explorer: charts of a place that change with a few levers, and the scenario that the levers make."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from amoanalysis.config.scenarios import BASELINE, Scenario, load_scenario, scenario_names
from amoanalysis.config.text import LANGUAGES, number, text
from amoanalysis.errors import AmoError
from amoanalysis.exhibits.drawing.exhibit import Exhibit
from amoanalysis.exhibits.phrases import format_percent
from amoanalysis.exhibits.view import PlaceView
from amoanalysis.export.slides import save_deck
from amoanalysis.pipeline.cache import stored_inputs
from amoanalysis.pipeline.run import forecast
from amoanalysis.pipeline.scenario_runs import ScenarioRuns

# Distances from the median to the ends of the 80 % intervals. The start is uncertain mostly upwards: planned starts of
# mines slip.
START_EARLIER, START_LATER = 1, 4
STAFF_SHARE = 0.15
GROWTH = 0.015
RETIREMENT = 0.07
WHY = "Set by hand in the explorer."
# Enough draws for a stable median and interval, few enough for an answer within a second.
DRAWS = 200
CHARTS = ("labour_force_fan", "who_fills_the_jobs")
NAME = "own"


@dataclass(frozen=True)
class Levers:
    """What a user of the explorer can change.

    Attributes:
        start: most likely year in which the mine starts.
        staff: own employees of the mine in full operation.
        probability: probability that the mine opens, 0 to 1.
        growth: growth of overnight stays, share a year.
        campaign: whether there is a return campaign.
        retirement: rise of the retirement age, years a year.
    """

    start: int
    staff: int
    probability: float
    growth: float
    campaign: bool
    retirement: float


class MineScenario:
    """The scenario of a data folder that opens a mine, and the changes that levers make to it.

    Attributes:
        scenario: of the scenarios that open a mine, the one that changes least.
        event: key of the mine among its events.
        campaign: of the scenarios with a return campaign, the one that changes least, or None.
    """

    def __init__(self, folder: Path) -> None:
        scenarios = [load_scenario(name, folder) for name in scenario_names(folder)]
        scenario = _find_plainest(scenarios, lambda scenario: _find_mine(scenario) is not None)
        if scenario is None:
            raise AmoError("The explorer needs a scenario that opens a mine: add one to the folder scenarios/.")
        self.scenario = scenario
        self.event = str(_find_mine(scenario))
        self.campaign = _find_plainest(scenarios, lambda other: other.assumptions.return_campaign.years.value > 0)

    def read_levers(self) -> Levers:
        """The levers with the values of the scenario."""
        assumptions = self.scenario.assumptions
        mine = assumptions.events[self.event]
        assert mine.operating_jobs is not None
        return Levers(
            start=round(mine.start.value),
            staff=round(mine.operating_jobs.value),
            probability=mine.probability.value,
            growth=assumptions.tourism.growth.value,
            campaign=assumptions.return_campaign.years.value > 0,
            retirement=assumptions.labour_force.retirement_age_rise.value,
        )

    def apply(self, levers: Levers) -> Scenario:
        """The scenario with the levers applied; jobs in construction change in proportion to the staff."""
        mine = self.scenario.assumptions.events[self.event]
        event, staff, start = f"events.{self.event}", levers.staff, levers.start
        earliest = start - START_EARLIER
        scenario = self.scenario
        if levers.campaign and self.campaign is not None:
            for path, block in self.campaign.overridden_values().items():
                scenario = scenario.set(path, block)
        scenario = _set_value(scenario, f"{event}.probability", levers.probability, 0, 0)
        scenario = _set_value(scenario, f"{event}.start", start, START_EARLIER, START_LATER, earliest)
        scenario = _set_value(scenario, f"{event}.operating_jobs", staff, STAFF_SHARE * staff, STAFF_SHARE * staff)
        if mine.construction_jobs is not None and mine.operating_jobs is not None:
            builders = mine.construction_jobs.value / mine.operating_jobs.value * staff
            distance = STAFF_SHARE * builders
            scenario = _set_value(scenario, f"{event}.construction_jobs", builders, distance, distance)
        scenario = _set_value(scenario, "tourism.growth", levers.growth, GROWTH, GROWTH)
        path = "labour_force.retirement_age_rise"
        scenario = _set_value(scenario, path, levers.retirement, RETIREMENT, RETIREMENT)
        titles = {lang: text("explorer.title", lang, start=str(start)) for lang in LANGUAGES}
        narratives = {lang: _narrative(levers, lang) for lang in LANGUAGES}
        return replace(scenario.rename(NAME, titles), narrative=narratives)


def _find_mine(scenario: Scenario) -> str | None:
    """Key of the first event that opens a mine with employees."""
    for key, event in scenario.assumptions.events.items():
        if event.kind == "mine" and event.effect == "opens" and event.operating_jobs is not None:
            return key
    return None


def _find_plainest(scenarios: Iterable[Scenario], condition: Callable[[Scenario], bool]) -> Scenario | None:
    """The scenario that meets a condition with the fewest changes to the assumptions; of equals, the first."""
    return min(filter(condition, scenarios), key=lambda scenario: len(scenario.overrides), default=None)


def _set_value(
    scenario: Scenario, path: str, value: float, below: float, above: float, least: float | None = None
) -> Scenario:
    """Sets an assumption with its interval, rounded to four decimals."""
    numbers = {"value": value, "low": value - below, "high": value + above}
    block: dict[str, Any] = {name: round(number, 4) for name, number in numbers.items()}
    bound = {} if least is None else {"least": least}
    return scenario.set(path, {**block, **bound, "source": "judgement", "why": WHY})


def _narrative(levers: Levers, lang: str) -> str:
    return text(
        "explorer.narrative",
        lang,
        start=str(levers.start),
        staff=number(levers.staff, lang),
        probability=format_percent(100 * levers.probability, lang),
        growth=format_percent(100 * levers.growth, lang, 1),
    )


class Explorer:
    """The charts of a place for given levers.

    Attributes:
        lang: language of labels and charts.
        view: the place.
        mine: the scenario that the levers change.
    """

    def __init__(self, view: PlaceView, draws: int = DRAWS) -> None:
        self.lang = view.lang
        self.mine = MineScenario(view.data.folder)
        self._inputs = stored_inputs(view.data)
        self._runs = ScenarioRuns(view.data, view.runs.until, draws, view.runs.seed)
        self._reference = self._runs.reference_name((BASELINE,))
        self._run(self._reference, self._runs.scenario(self._reference))
        self._levers: Levers | None = None
        self.view = PlaceView(view.place, view.lang, (self._reference, NAME), self._runs)

    def exhibits(self, levers: Levers, place: str | None = None) -> list[Exhibit]:
        """Labour demand and labour force over the years, and who fills the jobs.

        Args:
            levers: the levers; the model runs only if they have changed.
            place: another place.
        """
        if levers != self._levers:
            self._run(NAME, self.mine.apply(levers))
            self._levers = levers
        if place is not None:
            self.view = self.view.at(place)
        return [self.view.under(NAME).show(CHARTS[0]), self.view.show(CHARTS[1])]

    def save(self, levers: Levers, path: Path) -> Path:
        """Writes the levers as a scenario file for `amo forecast --scenario`.

        Raises:
            AmoError: if the file exists already or cannot be written.
        """
        return self.mine.apply(levers).save(path)

    def save_slides(self, levers: Levers, path: Path) -> Path:
        """Writes the two charts as a deck."""
        shown = [exhibit for exhibit in self.exhibits(levers) if exhibit.missing is None]
        return save_deck(shown, path, self.view.place.name_in(self.lang), "amo app")

    def _run(self, name: str, scenario: Scenario) -> None:
        runs, places = self._runs, self._runs.data.places
        run = forecast(self._inputs, scenario, places, until=runs.until, draws=runs.draws, seed=runs.seed)
        runs.add_forecast(name, run)


class Board:
    """The explorer with its widgets; without a running kernel, the charts as last drawn.

    Attributes:
        explorer: the explorer.
        controls: the widgets by name: place, start, staff, probability, growth, campaign, retirement, name.
    """

    def __init__(self, explorer: Explorer) -> None:
        import ipywidgets as widgets

        self.explorer = explorer
        self.controls = _build_controls(explorer)
        self._charts = widgets.HTML()
        self._status = widgets.HTML()
        save, slides = (
            widgets.Button(description=text(f"explorer.{key}", explorer.lang), layout={"width": "auto"})
            for key in ("save", "slide")
        )
        save.on_click(lambda _: self._write(self.explorer.save, "toml"))
        slides.on_click(lambda _: self._write(self.explorer.save_slides, "pptx"))
        for key, control in self.controls.items():
            if key != "name":
                control.observe(lambda _: self.draw(), names="value")
        levers = widgets.VBox([*self.controls.values(), widgets.HBox([save, slides]), self._status])
        self.box = widgets.HBox([levers, self._charts], layout={"flex_flow": "row wrap"})
        self.draw()

    def levers(self) -> Levers:
        """The levers as the widgets show them."""
        values = {key: control.value for key, control in self.controls.items() if key not in ("place", "name")}
        return Levers(**{**values, "growth": round(values["growth"] / 100, 4)})

    def draw(self) -> None:
        """Draws the charts for the current levers."""
        exhibits = self.explorer.exhibits(self.levers(), self.controls["place"].value)
        self._charts.value = "".join(exhibit._repr_html_() for exhibit in exhibits)

    def _write(self, save: Callable[[Levers, Path], Path], suffix: str) -> None:
        path = Path(f"{self.controls['name'].value}.{suffix}")
        try:
            message = text("explorer.saved", self.explorer.lang, path=str(save(self.levers(), path)))
        except AmoError as error:
            message = str(error)
        self._status.value = f'<p role="status">{message}</p>'

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        note = f"<p>{text('explorer.static', self.explorer.lang)}</p>"
        bundle = self.box._repr_mimebundle_(**options)
        return {**bundle, "text/html": note + self._charts.value}


def explore(view: PlaceView, draws: int = DRAWS) -> Board:
    """Opens the explorer on a place.

    Args:
        view: the place and the language.
        draws: number of draws of each run.

    Returns:
        The widgets and charts, which a notebook displays.
    """
    return Board(Explorer(view, draws))


def _build_controls(explorer: Explorer) -> dict[str, Any]:
    import ipywidgets as widgets

    lang, levers = explorer.lang, explorer.mine.read_levers()
    places = explorer.view.data.places
    options = [(place.name_in(lang), place.slug) for place in (places.region, *places.municipalities())]
    layout: dict[str, Any] = {"style": {"description_width": "20em"}, "layout": {"width": "36em"}}

    def build(widget: Any, key: str, value: Any, **options: Any) -> Any:
        return widget(value=value, description=text(f"explorer.{key}", lang), **layout, **options)

    def slider(widget: Any, key: str, value: float, least: float, most: float, step: float) -> Any:
        return build(widget, key, value, min=least, max=most, step=step, continuous_update=False)

    return {
        "place": build(widgets.Dropdown, "place", explorer.view.place.slug, options=options),
        "start": slider(widgets.IntSlider, "start", levers.start, 2027, 2040, 1),
        "staff": slider(widgets.IntSlider, "staff", levers.staff, 50, 600, 10),
        "probability": slider(widgets.FloatSlider, "probability", levers.probability, 0, 1, 0.05),
        "growth": slider(widgets.FloatSlider, "growth", 100 * levers.growth, -3, 5, 0.25),
        "campaign": build(widgets.Checkbox, "campaign", levers.campaign),
        "retirement": slider(widgets.FloatSlider, "retirement", levers.retirement, 0, 0.3, 0.01),
        "name": build(widgets.Text, "name", "my_scenario"),
    }
