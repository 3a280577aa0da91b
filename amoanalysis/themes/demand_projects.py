"""Exhibits of theme 4: the projects of the scenarios, when they come and how many jobs they bring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from amoanalysis.assumptions import Event
from amoanalysis.charts.exhibit import Exhibit
from amoanalysis.charts.style import SECTOR_COLOURS, mixed
from amoanalysis.models.draws import Array
from amoanalysis.text import text
from amoanalysis.themes.making import Draft, made
from amoanalysis.themes.registry import NotKnown, exhibit
from amoanalysis.themes.series import FORECAST
from amoanalysis.themes.words import headline, listed, percent

if TYPE_CHECKING:
    from amoanalysis.forecast import Forecast
    from amoanalysis.themes.view import PlaceView

# Fewer jobs than this, in mean, are no news to a place.
LEAST_JOBS = 1.0
AROUND_COLOURS = {"indirect": SECTOR_COLOURS["G"], "induced": SECTOR_COLOURS["N"]}
JOB_FIELDS = ("operating_jobs", "construction_jobs", "existing_jobs")


@exhibit("mine_timeline", theme="foresight", form="stacked")
def mine_timeline(view: PlaceView) -> Exhibit:
    """Jobs that a scenario's projects bring to the place by year: building, operation, and what they set in motion."""
    run, lang = project_run(view), view.lang
    parts = project_parts(run, view.place.code)
    shown = {
        "construction": parts["construction"],
        "operation": parts["own"] + parts["contractors"],
        "indirect": parts["indirect"],
        "induced": parts["induced"],
    }
    total = np.sum(list(shown.values()), axis=0)
    if np.abs(total).max() < LEAST_JOBS:
        raise NotKnown("no_project_here", scenario=run.scenario.titled(lang))
    first, form = main_event(run), _form(shown)
    peak = int(np.abs(total).argmax())
    direct = shown["construction"] + shown["operation"]
    variant = "site" if np.abs(direct).max() >= LEAST_JOBS else "around"
    draft = Draft(
        data=_rows(run, shown, lang, form),
        parts={
            **_of_projects(run, lang),
            "peak": _few(abs(float(total[peak]))),
            "direct": headline(abs(float(direct[peak]))),
            "peak_year": run.years[peak],
            "end_year": run.years[-1],
        },
        variant=variant if total[peak] > 0 else "closes",
        unit="jobs",
        tables=("mines",),
        runs=(run,),
        assumed=("events", "projects", "multipliers"),
        notes=("mine_means", "second_hand", *_lost(form, total)),
        options={"decimals": 0, "colours": _colours(first, lang)},
    )
    return made(view, "mine_timeline", form, draft)


@exhibit("project_effects", theme="foresight", form="stacked")
def project_effects(view: PlaceView) -> Exhibit:
    """What the projects of a scenario mean for jobs: builders, own staff, contractors, suppliers, where wages go."""
    run, lang = _run_for(view), view.lang
    parts = project_parts(run, view.place.code)
    total = np.sum(list(parts.values()), axis=0)
    peak = int(np.abs(total).argmax())
    if abs(total[peak]) < LEAST_JOBS:
        raise NotKnown("no_project_here", scenario=run.scenario.titled(lang))
    at = {name: float(values[peak]) for name, values in parts.items()}
    direct = at["construction"] + at["own"] + at["contractors"]
    around, form = at["indirect"] + at["induced"], _form(parts)
    here = "site" if abs(direct) >= LEAST_JOBS else "around"
    draft = Draft(
        data=_rows(run, parts, lang, form),
        parts={
            **_of_projects(run, lang),
            "peak": _few(abs(float(total[peak]))),
            "contractors": headline(abs(at["contractors"])),
            "own": headline(abs(at["own"])),
            "around": headline(abs(around)),
            "per_hundred": percent(100 * around / direct, lang) if here == "site" else "",
            "peak_year": run.years[peak],
            "first_year": run.years[0],
            "end_year": run.years[-1],
        },
        variant=f"{here}_{'more' if total[peak] > 0 else 'less'}",
        unit="jobs",
        tables=("mines", "input_output_2014"),
        runs=(run,),
        assumed=("events", "projects", "multipliers"),
        notes=("mine_means", "effects", *_lost(form, total)),
        options={"decimals": 0, "colours": _colours(main_event(run), lang)},
    )
    return made(view, "project_effects", form, draft)


def project_run(view: PlaceView) -> Forecast:
    """The forecast of the first scenario shown that has a project with jobs, else of the plainest that is compared.

    Raises:
        NotKnown: if none has.
    """
    others = view.futures.others(view.scenarios)
    named = [name for name in view.scenarios if _with_jobs(_events(view, name))]
    compared = [name for name in others if _with_jobs(_events(view, name))]
    if not named and not compared:
        raise NotKnown("no_project")
    name = named[0] if named else min(compared, key=lambda other: len(_events(view, other)))
    return view.futures.of(name, [*view.scenarios, *others])


def _run_for(view: PlaceView) -> Forecast:
    """As `project_run`, but a scenario with a project in the place goes first."""
    others = view.futures.others(view.scenarios)
    here = [
        name
        for name in dict.fromkeys([*view.scenarios, *others])
        if any(event.place in view.members for event in _with_jobs(_events(view, name)))
    ]
    if not here:
        return project_run(view)
    return view.futures.of(min(here, key=lambda name: len(_events(view, name))), [*view.scenarios, *others])


def main_event(run: Forecast) -> Event:
    """The event of a scenario with most jobs."""
    return max(_with_jobs(run.scenario.assumptions.events), key=_size)


def event_name(event: Event, lang: str) -> str:
    """The name of an event in a language, else the Finnish one."""
    return event.name.get(lang) or event.name["fi"]


def project_parts(run: Forecast, place: str) -> dict[str, Array]:
    """Means by year of the jobs that projects bring to a place, (year,) each; negative where they close.

    Returns:
        construction, own, contractors, indirect, induced.
    """
    measures = {
        "construction": "construction_jobs",
        "own": "project_own_jobs",
        "contractors": "project_contractor_jobs",
        "indirect": "indirect_jobs",
        "induced": "induced_jobs",
    }
    return {name: run.values(measure, place).mean(axis=1) for name, measure in measures.items()}


def _few(jobs: float) -> float | str:
    """Jobs for a title; one alone would ask for another ending of the word."""
    rounded = headline(jobs)
    return rounded if rounded > 1 else "1–2"


def _events(view: PlaceView, name: str) -> Mapping[str, Event]:
    return view.futures.scenario(name).assumptions.events


def _with_jobs(events: Mapping[str, Event]) -> list[Event]:
    return [event for event in events.values() if _size(event) > 0]


def _size(event: Event) -> float:
    return max(float(getattr(getattr(event, field), "value", 0.0)) for field in JOB_FIELDS)


def _of_projects(run: Forecast, lang: str) -> dict[str, str | int]:
    """Names of the projects with jobs, and when the largest begins."""
    first = main_event(run)
    return {
        "project": listed([event_name(event, lang) for event in _with_jobs(run.scenario.assumptions.events)], lang),
        "alternative": run.scenario.titled(lang),
        "start_year": round(first.start.value),
        "early_year": round(first.start.low),
        "late_year": round(first.start.high),
    }


def _form(parts: Mapping[str, Array]) -> str:
    """A stack where all parts go one way, lines where some come and some go."""
    gains = max(float(values.max()) for values in parts.values())
    losses = -min(float(values.min()) for values in parts.values())
    return "fan" if min(gains, losses) >= LEAST_JOBS else "stacked"


def _lost(form: str, total: Array) -> tuple[str, ...]:
    return ("jobs_lost",) if form == "stacked" and total.sum() < 0 else ()


def _rows(run: Forecast, parts: Mapping[str, Array], lang: str, form: str) -> pd.DataFrame:
    """Parts of any size; of a stack of losses their sizes."""
    rows = [
        pd.DataFrame({"year": list(run.years), "series": text(f"project.{name}", lang), "value": values})
        for name, values in parts.items()
        if np.abs(values).max() >= LEAST_JOBS / 10
    ]
    data = pd.concat(rows, ignore_index=True)
    return data.assign(value=data["value"].abs()) if form == "stacked" else data.assign(kind=FORECAST)


def _colours(event: Event, lang: str) -> dict[str, str]:
    own = SECTOR_COLOURS[event.industry]
    colours = {
        "construction": SECTOR_COLOURS[event.construction_industry],
        "operation": own,
        "own": own,
        "contractors": mixed(own, "#ffffff", 0.4),
        **AROUND_COLOURS,
    }
    return {text(f"project.{name}", lang): colour for name, colour in colours.items()}
