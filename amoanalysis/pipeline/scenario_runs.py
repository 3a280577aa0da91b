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
from amoanalysis.pipeline.occupation_outlook import OccupationOutlook, compute_outlook
from amoanalysis.pipeline.sensitivity import AssumptionEffects, compute_effects, list_varied_assumptions
from amoanalysis.results.forecast import Forecast

# Draws of the sensitivity to one assumption at a time: the same random numbers each time, so few are enough.
SENSITIVITY_DRAWS = 50
# Measures whose uncertainty is attributed to assumptions.
OUTCOMES = ("population", "labour_force", "labour_demand", "unemployed", "unfilled_jobs")


class ScenarioRuns:
    """Forecasts of one data folder by scenario, paired draw by draw.

    Attributes:
        data: the folder of tables.
        until: last year.
        draws: number of draws.
        seed: of the runs.
    """

    def __init__(self, data: Data, until: int, draws: int, seed: int) -> None:
        self.data = data
        self.until = until
        self.draws = draws
        self.seed = seed
        self._found: dict[str, Forecast] = {}
        self._scenarios: dict[str, Scenario] = {}
        self._outlooks: dict[tuple[str, str], OccupationOutlook] = {}
        self._effects: dict[tuple[str, int], dict[str, AssumptionEffects]] = {}

    def forecast(self, name: str, together: Sequence[str] = ()) -> Forecast:
        """The forecast of a scenario.

        Args:
            name: a scenario or a scenario file.
            together: scenarios that are needed next; they are run at the same time.
        """
        if name not in self._found:
            missing = [n for n in dict.fromkeys([name, *together]) if n not in self._found]
            self._found |= stored_forecasts(self.data, missing, until=self.until, draws=self.draws, seed=self.seed)
        return self._found[name]

    def add_forecast(self, name: str, run: Forecast) -> None:
        """Adds a forecast that was run elsewhere; it replaces one of the same name."""
        self._found[name], self._scenarios[name] = run, run.scenario

    def scenario(self, name: str) -> Scenario:
        """A scenario, without running it."""
        if name not in self._scenarios:
            self._scenarios[name] = load_scenario(name, self.data.folder)
        return self._scenarios[name]

    def has(self, name: str) -> bool:
        """Whether the folder has a scenario of that name whose events are all in forecast places."""
        return name in scenario_names(self.data.folder) and self._fits(name)

    def reference_name(self, names: Sequence[str]) -> str:
        """The scenario that others are compared with: the baseline, or the first of those named."""
        return BASELINE if BASELINE in scenario_names(self.data.folder) else names[0]

    def compared_names(self, names: Sequence[str]) -> tuple[str, ...]:
        """Scenarios to compare with the reference: the other ones named, else all of the folder."""
        reference = self.reference_name(names)
        named = tuple(name for name in names if name != reference)
        return named or tuple(n for n in scenario_names(self.data.folder) if n != reference and self._fits(n))

    @cached_property
    def inputs(self) -> Inputs:
        """Prepared inputs of the forecasts."""
        return stored_inputs(self.data)

    @cached_property
    def panel(self) -> pd.DataFrame | None:
        """Jobs by place, section and year of the area that labour demand starts from; None where tables lack it."""
        return load_or_make(
            self.data, "panel", (), lambda: read_area_panel(self.data, list(self.data.places.region.members))
        )

    @cached_property
    def occupations(self) -> OccupationBase:
        """Inputs of the occupation outlooks."""
        return load_or_make(self.data, "occupations", (), lambda: occupation_base(self.data, self.inputs))

    def outlook(self, run: Forecast, place: str) -> OccupationOutlook:
        """Openings, supply and gap by occupation of a place under a forecast; computed once."""
        key = (run.scenario.name, place)
        if key not in self._outlooks:
            self._outlooks[key] = compute_outlook(run, self.occupations, place)
        return self._outlooks[key]

    def sensitivity(self, name: str, measure: str, year: int) -> AssumptionEffects:
        """Effect of each assumption of a scenario on a measure; all outcomes are run once, for all places."""
        key = (name, year)
        if key not in self._effects:
            draws, scenario = min(self.draws, SENSITIVITY_DRAWS), self.scenario(name)
            parts = (scenario.assumptions.model_dump_json(), OUTCOMES, year, draws, self.seed)
            self._effects[key] = load_or_make(
                self.data,
                "effects",
                parts,
                lambda: compute_effects(self.inputs, scenario, OUTCOMES, year, draws, self.seed),
            )
        return self._effects[key][measure]

    def varied_assumptions(self, name: str) -> list[Assumption]:
        """Assumptions of a scenario that have an interval and are drawn in a run."""
        return list_varied_assumptions(self.inputs, self.scenario(name), self.seed)

    def _fits(self, name: str) -> bool:
        """Whether the events of a scenario are in forecast places."""
        inside = self.data.places.region.members
        return all(event.place in inside for event in self.scenario(name).assumptions.events.values())
