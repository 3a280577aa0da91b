"""The exhibit of when projects are built, opened, run and closed, with the delay that is reckoned with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from amoanalysis.assumptions import Assumption, Event
from amoanalysis.charts.exhibit import Exhibit
from amoanalysis.charts.style import SECTOR_COLOURS
from amoanalysis.scenarios import scenario_names
from amoanalysis.text import text
from amoanalysis.themes.demand_projects import event_name
from amoanalysis.themes.making import Draft, made
from amoanalysis.themes.registry import NotKnown, exhibit

if TYPE_CHECKING:
    from amoanalysis.themes.view import PlaceView

# Years shown beyond the end of the forecast: a mine outlives it.
BEYOND = 15
COLOURS = {
    "construction": SECTOR_COLOURS["F"],
    "rising": "#d9b38c",
    "running": SECTOR_COLOURS["B"],
    "closing": "#9aa5b1",
}


@dataclass(frozen=True)
class Planned:
    """An event as a scenario has it.

    Attributes:
        key: of the event.
        scenario: name of the scenario.
        event: the event.
    """

    key: str
    scenario: str
    event: Event


@exhibit("project_timeline", theme="foresight", form="timeline")
def project_timeline(view: PlaceView) -> Exhibit:
    """The phases of every project of the scenarios, at the medians of their dates, and the interval of the start."""
    plans, lang = _planned(view), view.lang
    if not plans:
        raise NotKnown("no_project")
    region = view.place.code == view.data.places.region.code
    here = [plan for plan in plans if region or plan.event.place in view.members]
    shown = sorted(here or plans, key=lambda plan: plan.event.start.value)
    begin, end = view.baseline.years[0], view.futures.until + BEYOND
    names = _names(view, shown)
    rows = [
        {"row": name, **phase}
        for plan, name in zip(shown, names, strict=True)
        for phase in _phases(plan.event, begin, end)
    ]
    data = pd.DataFrame(rows)
    inside = view.data.places.region.members
    first = max((plan for plan in here or plans if plan.event.place in inside), key=_weight)
    draft = Draft(
        data=data.assign(series=[text(f"phase.{name}", lang) for name in data["series"]]),
        parts={
            "project": event_name(first.event, lang),
            "start_year": round(first.event.start.value),
            "early_year": round(first.event.start.low),
            "late_year": round(first.event.start.high),
            "count": len(shown),
            "last_year": end,
        },
        variant=("here" if here else "none") + ("_closes" if first.event.effect == "closes" else "_opens"),
        unit="year",
        tables=("mines", "projects"),
        notes=("timeline", *(("timeline_cut",) if (data["end"] >= end).any() else ())),
        options={"colours": {text(f"phase.{name}", lang): colour for name, colour in COLOURS.items()}},
    )
    return made(view, "project_timeline", "timeline", draft)


def _planned(view: PlaceView) -> list[Planned]:
    """Events of the scenarios named, else of all with one in the region; each plan once, of the plainest scenario."""
    inside = view.data.places.region.members
    reference = view.futures.reference(view.scenarios)
    named = [name for name in view.scenarios if name != reference] or scenario_names(view.data.folder)
    eventful = {name: view.futures.scenario(name).assumptions.events for name in named}
    plainest = sorted(eventful, key=lambda name: len(eventful[name]))
    found: list[Planned] = []
    for name in plainest:
        if not any(event.place in inside for event in eventful[name].values()):
            continue
        for key, event in eventful[name].items():
            if not any(key == plan.key and event == plan.event for plan in found):
                found.append(Planned(key, name, event))
    return found


def _names(view: PlaceView, plans: list[Planned]) -> list[str]:
    """Names of the projects; where scenarios have plans of their own for one, with the scenario."""
    keys = [plan.key for plan in plans]
    return [
        event_name(plan.event, view.lang)
        if keys.count(plan.key) == 1
        else f"{event_name(plan.event, view.lang)} ({view.futures.scenario(plan.scenario).titled(view.lang)})"
        for plan in plans
    ]


def _phases(event: Event, first: int, last: int) -> list[dict[str, str | float]]:
    """Spans of the phases that lie between two years: series, value, end, low and high of the beginning."""
    start = event.start
    rise, hold, fall = (_size(a) for a in (event.ramp_up_years, event.operating_years, event.wind_down_years))
    full = start.value + (hold or np.inf)
    if event.effect == "closes":
        spans = [("running", first, start.value), ("closing", start.value, start.value + fall)]
    elif event.operating_jobs is None and event.beds_planned is None:
        spans = []
    else:
        spans = [("rising", start.value, start.value + rise), ("running", start.value + rise, full)]
        spans += [("closing", full, full + fall)] if hold else []
    build = _size(event.construction_years)
    spans = [("construction", start.value - build, start.value), *spans] if build else spans
    uncertain = next((name for name, begin, _ in spans if begin == start.value), spans[0][0])
    return [
        {
            "series": name,
            "value": max(float(begin), float(first)),
            "end": min(float(end), float(last)),
            **_band(start, begin - start.value if name == uncertain else None),
        }
        for name, begin, end in spans
        if begin < last and end > first
    ]


def _band(start: Assumption, shift: float | None) -> dict[str, float]:
    if shift is None:
        return {"low": np.nan, "high": np.nan}
    return {"low": start.low + shift, "high": start.high + shift}


def _size(assumption: Assumption | None) -> float:
    return 0.0 if assumption is None else assumption.value


def _weight(plan: Planned) -> tuple[float, ...]:
    """Jobs that a plan is about, so that the title speaks of the largest that opens, else of one that closes."""
    event = plan.event
    return tuple(_size(a) for a in (event.operating_jobs, event.existing_jobs, event.construction_jobs))
