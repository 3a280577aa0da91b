"""Forecasts of the scenarios of a data folder: run when first needed, then kept."""

from collections.abc import Sequence
from functools import cached_property

import pandas as pd

from amoanalysis.config.assumptions import Assumption
from amoanalysis.config.scenarios import BASELINE, Scenario, load_scenario, scenario_names
from amoanalysis.data.load import Data
from amoanalysis.pipeline.cache import load_or_make, stored_forecasts, stored_inputs
from amoanalysis.pipeline.inputs.labour_market import read_area_panel
from amoanalysis.pipeline.inputs.occupations import OccupationBase, occupation_base
from amoanalysis.pipeline.inputs.prepare import Inputs
from amoanalysis.pipeline.occupation_outlook import Outlook, outlook
from amoanalysis.pipeline.sensitivity import Swings, compute_swings, moving
from amoanalysis.results.forecast import Forecast

# Draws in which one assumption at a time is moved: the same each time, so few are enough.
SWING_DRAWS = 50
# Measures whose uncertainty is attributed to assumptions.
OUTCOMES = ("population", "labour_force", "labour_demand", "unemployed", "unfilled_jobs")


class ScenarioRuns:
    """Forecasts of one data folder by scenario, paired draw by draw.

    Attributes:
        data: the folder of tables.
        until: last year.
        draws: how many futures.
        seed: of the runs.
    """

    def __init__(self, data: Data, until: int, draws: int, seed: int) -> None:
        self.data = data
        self.until = until
        self.draws = draws
        self.seed = seed
        self._found: dict[str, Forecast] = {}
        self._scenarios: dict[str, Scenario] = {}
        self._outlooks: dict[tuple[str, str], Outlook] = {}
        self._swings: dict[tuple[str, int], dict[str, Swings]] = {}

    def of(self, name: str, together: Sequence[str] = ()) -> Forecast:
        """The forecast of a scenario.

        Args:
            name: a scenario or a scenario file.
            together: scenarios that will be asked for next; they are run in the same go.
        """
        if name not in self._found:
            wanted = [n for n in dict.fromkeys([name, *together]) if n not in self._found]
            self._found |= stored_forecasts(self.data, wanted, until=self.until, draws=self.draws, seed=self.seed)
        return self._found[name]

    def keep(self, name: str, run: Forecast) -> None:
        """Takes a forecast that was run elsewhere, under a name of its own; it replaces one of that name."""
        self._found[name], self._scenarios[name] = run, run.scenario

    def scenario(self, name: str) -> Scenario:
        """What a scenario assumes, without running it."""
        if name not in self._scenarios:
            self._scenarios[name] = load_scenario(name, self.data.folder)
        return self._scenarios[name]

    def has(self, name: str) -> bool:
        """Whether the folder has a scenario of that name whose events are all in forecast places."""
        return name in scenario_names(self.data.folder) and self._fits(name)

    def reference(self, names: Sequence[str]) -> str:
        """The scenario that others are compared with: the baseline, or the first of those named."""
        return BASELINE if BASELINE in scenario_names(self.data.folder) else names[0]

    def others(self, names: Sequence[str]) -> tuple[str, ...]:
        """The scenarios to be compared with the reference: those named besides it, else all of the folder."""
        reference = self.reference(names)
        named = tuple(name for name in names if name != reference)
        return named or tuple(n for n in scenario_names(self.data.folder) if n != reference and self._fits(n))

    @cached_property
    def inputs(self) -> Inputs:
        """What the forecasts start from."""
        return stored_inputs(self.data)

    @cached_property
    def panel(self) -> pd.DataFrame | None:
        """Jobs by place, section and year of the area that labour demand starts from; None where tables lack it."""
        return load_or_make(
            self.data, "panel", (), lambda: read_area_panel(self.data, list(self.data.places.region.members))
        )

    @cached_property
    def occupations(self) -> OccupationBase:
        """What the outlooks of occupations start from."""
        return load_or_make(self.data, "occupations", (), lambda: occupation_base(self.data, self.inputs))

    def outlook(self, run: Forecast, place: str) -> Outlook:
        """Openings, supply and gap by occupation of a place under a forecast; computed once."""
        key = (run.scenario.name, place)
        if key not in self._outlooks:
            self._outlooks[key] = outlook(run, self.occupations, place)
        return self._outlooks[key]

    def swings(self, name: str, measure: str, year: int) -> Swings:
        """How far each assumption of a scenario moves a measure; all outcomes are run once, for all places."""
        key = (name, year)
        if key not in self._swings:
            draws, scenario = min(self.draws, SWING_DRAWS), self.scenario(name)
            parts = (scenario.assumptions.model_dump_json(), OUTCOMES, year, draws, self.seed)
            self._swings[key] = load_or_make(
                self.data,
                "swings",
                parts,
                lambda: compute_swings(self.inputs, scenario, OUTCOMES, year, draws, self.seed),
            )
        return self._swings[key][measure]

    def moving(self, name: str) -> list[Assumption]:
        """The assumptions of a scenario that have an interval and that its run draws."""
        return moving(self.inputs, self.scenario(name), self.seed)

    def _fits(self, name: str) -> bool:
        """Whether the events of a scenario are in forecast places."""
        inside = self.data.places.region.members
        return all(event.place in inside for event in self.scenario(name).assumptions.events.values())
