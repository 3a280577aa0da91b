"""Who fills the jobs that a scenario brings: the difference to the baseline, taken apart without a rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from amoanalysis.forecast.filling import STEPS, filled_by
from amoanalysis.models.draws import Array
from amoanalysis.themes.registry import NotKnown
from amoanalysis.themes.series import at

if TYPE_CHECKING:
    from amoanalysis.forecast import Forecast
    from amoanalysis.themes.view import PlaceView

LOCAL = ("unemployed", "participation")
# Net of residents who go to work elsewhere, so that the three groups add up to what is filled.
OUTSIDE = ("in_commuters", "out_commuters", "non_resident_workers")
# A scenario that changes the labour need by less says nothing on who would fill it.
LEAST = 1.0


@dataclass(frozen=True)
class Filling:
    """The new labour need of a scenario and who meets it.

    Attributes:
        scenario: the forecast that is held against the baseline.
        year: the year looked at.
        need: jobs more than in the baseline, mean of the draws.
        steps: persons (or jobs left) by way of filling; they sum to the need.
    """

    scenario: Forecast
    year: int
    need: float
    steps: dict[str, float]

    def share(self, *names: str) -> float:
        """Part of the new need that these steps meet, per cent."""
        return 100 * sum(self.steps[name] for name in names) / self.need


def filling(view: PlaceView) -> Filling:
    """Takes the new labour need of the place apart.

    Means over paired draws, which add; see `forecast.filled_by`.

    Args:
        view: place and scenarios; where several are compared, the one that changes the need of the place most, but one
            with an event in the place goes first.

    Returns:
        The need and its parts.

    Raises:
        NotKnown: if there is no other scenario, or it changes nothing here.
    """
    scenario = chosen(view)
    base, code, year = view.baseline, view.place.code, view.year

    def more(measure: str) -> Array:
        return at(scenario, measure, code, year) - at(base, measure, code, year)

    need = float(more("labour_need").mean())
    if abs(need) < LEAST:
        raise NotKnown("no_effect", scenario=scenario.scenario.titled(view.lang))
    steps = filled_by(scenario, base, code)
    index = scenario.years.index(year)
    return Filling(scenario, year, need, {name: float(np.mean(steps[name][index])) for name in STEPS})


def chosen(view: PlaceView) -> Forecast:
    """The compared scenario that matters most to the place.

    Raises:
        NotKnown: if there is none to compare.
    """
    others = view.others
    if not others:
        raise NotKnown("no_scenario")
    here = [run for run in others if any(e.place in view.members for e in run.scenario.assumptions.events.values())]
    base = at(view.baseline, "labour_need", view.place.code, view.year).mean()
    return max(here or others, key=lambda run: abs(at(run, "labour_need", view.place.code, view.year).mean() - base))
