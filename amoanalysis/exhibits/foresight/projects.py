"""Exhibits of the projects of the scenarios: timeline and jobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.config.assumptions import Assumption, Event
from amoanalysis.config.scenarios import scenario_names
from amoanalysis.config.text import text
from amoanalysis.exhibits.builder import ExhibitDraft, exhibit
from amoanalysis.exhibits.context import FORECAST, Context, MissingFigures
from amoanalysis.exhibits.phrases import format_percent, join_words, round_for_title
from amoanalysis.models.statistics.draws import Array
from amoanalysis.plot.style import SECTOR_COLOURS, mix
from amoanalysis.results.forecast import Forecast

# Smaller mean effects, in jobs, count as none.
LEAST_JOBS = 1.0
AROUND_COLOURS = {"indirect": SECTOR_COLOURS["G"], "induced": SECTOR_COLOURS["N"]}
JOB_FIELDS = ("operating_jobs", "construction_jobs", "existing_jobs")


@exhibit("mine_timeline", theme="foresight", form="stacked")
def mine_timeline(context: Context) -> ExhibitDraft:
    """Jobs from the projects of a scenario by year: construction, operation, indirect and induced."""
    run, lang = find_project_run(context), context.lang
    parts = mean_project_jobs(run, context.place.code)
    shown = {
        "construction": parts["construction"],
        "operation": parts["own"] + parts["contractors"],
        "indirect": parts["indirect"],
        "induced": parts["induced"],
    }
    total = np.sum(list(shown.values()), axis=0)
    if np.abs(total).max() < LEAST_JOBS:
        raise MissingFigures("no_project_here", scenario=run.scenario.title_in(lang))
    first, form = find_main_event(run), _choose_form(shown)
    peak = int(np.abs(total).argmax())
    direct = shown["construction"] + shown["operation"]
    variant = "site" if np.abs(direct).max() >= LEAST_JOBS else "around"
    return ExhibitDraft(
        data=_part_rows(run, shown, lang, form),
        parts={
            **_project_texts(run, lang),
            "peak": _round_jobs(abs(float(total[peak]))),
            "direct": round_for_title(abs(float(direct[peak]))),
            "peak_year": run.years[peak],
            "end_year": run.years[-1],
        },
        variant=variant if total[peak] > 0 else "closes",
        unit="jobs",
        tables=("mines",),
        runs=(run,),
        assumed=("events", "projects", "multipliers"),
        notes=("mine_means", "second_hand", *_loss_note(form, total)),
        options={"decimals": 0, "colours": _colours(first, lang)},
        form=form,
    )


@exhibit("project_effects", theme="foresight", form="stacked")
def project_effects(context: Context) -> ExhibitDraft:
    """Jobs from the projects of a scenario by type: construction, own staff, contractors, indirect, induced."""
    run, lang = _find_local_run(context), context.lang
    parts = mean_project_jobs(run, context.place.code)
    total = np.sum(list(parts.values()), axis=0)
    peak = int(np.abs(total).argmax())
    if abs(total[peak]) < LEAST_JOBS:
        raise MissingFigures("no_project_here", scenario=run.scenario.title_in(lang))
    at = {name: float(values[peak]) for name, values in parts.items()}
    direct = at["construction"] + at["own"] + at["contractors"]
    around, form = at["indirect"] + at["induced"], _choose_form(parts)
    here = "site" if abs(direct) >= LEAST_JOBS else "around"
    return ExhibitDraft(
        data=_part_rows(run, parts, lang, form),
        parts={
            **_project_texts(run, lang),
            "peak": _round_jobs(abs(float(total[peak]))),
            "contractors": round_for_title(abs(at["contractors"])),
            "own": round_for_title(abs(at["own"])),
            "around": round_for_title(abs(around)),
            "per_hundred": format_percent(100 * around / direct, lang) if here == "site" else "",
            "peak_year": run.years[peak],
            "first_year": run.years[0],
            "end_year": run.years[-1],
        },
        variant=f"{here}_{'more' if total[peak] > 0 else 'less'}",
        unit="jobs",
        tables=("mines", "input_output_2014"),
        runs=(run,),
        assumed=("events", "projects", "multipliers"),
        notes=("mine_means", "effects", *_loss_note(form, total)),
        options={"decimals": 0, "colours": _colours(find_main_event(run), lang)},
        form=form,
    )


def find_project_run(context: Context) -> Forecast:
    """The forecast of the first scenario with a project, else of the compared scenario with fewest events.

    Raises:
        MissingFigures: if no scenario has a project.
    """
    others = context.runs.compared_names(context.scenarios)
    named = [name for name in context.scenarios if _events_with_jobs(_events(context, name))]
    compared = [name for name in others if _events_with_jobs(_events(context, name))]
    if not named and not compared:
        raise MissingFigures("no_project")
    name = named[0] if named else min(compared, key=lambda other: len(_events(context, other)))
    return context.runs.forecast(name, [*context.scenarios, *others])


def _find_local_run(context: Context) -> Forecast:
    """As `find_project_run`, but scenarios with a project in the place come first."""
    others = context.runs.compared_names(context.scenarios)
    here = [
        name
        for name in dict.fromkeys([*context.scenarios, *others])
        if any(event.place in context.members for event in _events_with_jobs(_events(context, name)))
    ]
    if not here:
        return find_project_run(context)
    return context.runs.forecast(min(here, key=lambda name: len(_events(context, name))), [*context.scenarios, *others])


def find_main_event(run: Forecast) -> Event:
    """The event with most jobs of a scenario."""
    return max(_events_with_jobs(run.scenario.assumptions.events), key=_event_size)


def event_name(event: Event, lang: str) -> str:
    """Name of an event in a language, else in Finnish."""
    return event.name.get(lang) or event.name["fi"]


def start_years(event: Event) -> dict[str, int]:
    """Median start of an event and the ends of its interval: start_year, early_year, late_year."""
    return {
        "start_year": round(event.start.value),
        "early_year": round(event.start.low),
        "late_year": round(event.start.high),
    }


def mean_project_jobs(run: Forecast, place: str) -> dict[str, Array]:
    """Mean jobs from projects in a place by year, (year,) each; negative for closures.

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


def _round_jobs(jobs: float) -> float | str:
    """Jobs rounded for a title; "1-2" avoids the singular."""
    rounded = round_for_title(jobs)
    return rounded if rounded > 1 else "1–2"


def _events(context: Context, name: str) -> Mapping[str, Event]:
    return context.runs.scenario(name).assumptions.events


def _events_with_jobs(events: Mapping[str, Event]) -> list[Event]:
    return [event for event in events.values() if _event_size(event) > 0]


def _event_size(event: Event) -> float:
    return max(float(getattr(getattr(event, field), "value", 0.0)) for field in JOB_FIELDS)


def _project_texts(run: Forecast, lang: str) -> dict[str, str | int]:
    """Text values: names of the projects with jobs, and the start of the largest."""
    first = find_main_event(run)
    return {
        "project": join_words(
            [event_name(event, lang) for event in _events_with_jobs(run.scenario.assumptions.events)], lang
        ),
        "alternative": run.scenario.title_in(lang),
        **start_years(first),
    }


def _choose_form(parts: Mapping[str, Array]) -> str:
    """Chart form: stacked if all parts have the same sign, else lines."""
    gains = max(float(values.max()) for values in parts.values())
    losses = -min(float(values.min()) for values in parts.values())
    return "fan" if min(gains, losses) >= LEAST_JOBS else "stacked"


def _loss_note(form: str, total: Array) -> tuple[str, ...]:
    return ("jobs_lost",) if form == "stacked" and total.sum() < 0 else ()


def _part_rows(run: Forecast, parts: Mapping[str, Array], lang: str, form: str) -> pd.DataFrame:
    """Rows of the parts; in a stack of losses as absolute values."""
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
        "contractors": mix(own, "#ffffff", 0.4),
        **AROUND_COLOURS,
    }
    return {text(f"project.{name}", lang): colour for name, colour in colours.items()}


# Years shown beyond the end of the forecast.
BEYOND = 15
COLOURS = {
    "construction": SECTOR_COLOURS["F"],
    "rising": "#d9b38c",
    "running": SECTOR_COLOURS["B"],
    "closing": "#9aa5b1",
}


@dataclass(frozen=True)
class PlannedEvent:
    """An event of a scenario.

    Attributes:
        key: key of the event.
        scenario: name of the scenario.
        event: the event.
    """

    key: str
    scenario: str
    event: Event


@exhibit("project_timeline", theme="foresight", form="timeline")
def project_timeline(context: Context) -> ExhibitDraft:
    """Phases of the projects at median dates, with the interval of the start."""
    plans, lang = _list_planned_events(context), context.lang
    if not plans:
        raise MissingFigures("no_project")
    region = context.place.code == context.data.places.region.code
    here = [plan for plan in plans if region or plan.event.place in context.members]
    shown = sorted(here or plans, key=lambda plan: plan.event.start.value)
    begin, end = context.baseline.years[0], context.runs.until + BEYOND
    names = _plan_names(context, shown)
    rows = [
        {"row": name, **phase}
        for plan, name in zip(shown, names, strict=True)
        for phase in _phases(plan.event, begin, end)
    ]
    data = pd.DataFrame(rows)
    inside = context.data.places.region.members
    first = max((plan for plan in here or plans if plan.event.place in inside), key=_plan_weight)
    return ExhibitDraft(
        data=data.assign(series=[text(f"phase.{name}", lang) for name in data["series"]]),
        parts={
            "project": event_name(first.event, lang),
            **start_years(first.event),
            "count": len(shown),
            "last_year": end,
        },
        variant=("here" if here else "none") + ("_closes" if first.event.effect == "closes" else "_opens"),
        unit="year",
        tables=("mines", "projects"),
        notes=("timeline", *(("timeline_cut",) if (data["end"] >= end).any() else ())),
        options={"colours": {text(f"phase.{name}", lang): colour for name, colour in COLOURS.items()}},
    )


def _list_planned_events(context: Context) -> list[PlannedEvent]:
    """Events of the given scenarios, else of all; each event once, from the scenario with fewest events."""
    inside = context.data.places.region.members
    reference = context.runs.reference_name(context.scenarios)
    named = [name for name in context.scenarios if name != reference] or scenario_names(context.data.folder)
    eventful = {name: context.runs.scenario(name).assumptions.events for name in named}
    plainest = sorted(eventful, key=lambda name: len(eventful[name]))
    found: list[PlannedEvent] = []
    for name in plainest:
        if not any(event.place in inside for event in eventful[name].values()):
            continue
        for key, event in eventful[name].items():
            if not any(key == plan.key and event == plan.event for plan in found):
                found.append(PlannedEvent(key, name, event))
    return found


def _plan_names(context: Context, plans: list[PlannedEvent]) -> list[str]:
    """Names of the projects, with the scenario if several scenarios differ on a project."""
    keys = [plan.key for plan in plans]
    return [
        event_name(plan.event, context.lang)
        if keys.count(plan.key) == 1
        else f"{event_name(plan.event, context.lang)} ({context.runs.scenario(plan.scenario).title_in(context.lang)})"
        for plan in plans
    ]


def _phases(event: Event, first: int, last: int) -> list[dict[str, str | float]]:
    """Phases between two years: series, value (begin), end, and low and high of the begin."""
    start = event.start
    rise, hold, fall = (_value_or_zero(a) for a in (event.ramp_up_years, event.operating_years, event.wind_down_years))
    full = start.value + (hold or np.inf)
    if event.effect == "closes":
        spans = [("running", first, start.value), ("closing", start.value, start.value + fall)]
    elif event.operating_jobs is None and event.beds_planned is None:
        spans = []
    else:
        spans = [("rising", start.value, start.value + rise), ("running", start.value + rise, full)]
        spans += [("closing", full, full + fall)] if hold else []
    build = _value_or_zero(event.construction_years)
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


def _value_or_zero(assumption: Assumption | None) -> float:
    return 0.0 if assumption is None else assumption.value


def _plan_weight(plan: PlannedEvent) -> tuple[float, ...]:
    """Sort key of events by jobs: opening projects first, then closures."""
    event = plan.event
    return tuple(_value_or_zero(a) for a in (event.operating_jobs, event.existing_jobs, event.construction_jobs))
