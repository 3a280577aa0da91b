"""Headline figures of a place by name, each computed when it is asked for."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from amoanalysis.config.text import number, text
from amoanalysis.errors import UserError, find_nearest
from amoanalysis.exhibits.context import HIGH, LOW, Context, MissingFigures, Narrative
from amoanalysis.exhibits.foresight.projects import event_name, find_main_event, find_project_run, mean_project_jobs
from amoanalysis.exhibits.foresight.who_fills import LOCAL, FilledDemand, decompose_filling
from amoanalysis.exhibits.phrases import format_percent, genitive, locative
from amoanalysis.exhibits.theme_facts import (
    attractiveness_facts,
    demand_facts,
    proof_facts,
    supply_facts,
    training_facts,
)
from amoanalysis.models.statistics.draws import Array
from amoanalysis.results.forecast import Forecast

Fact = float | int | str
# Name of a fact -> measure of the forecast.
MEASURES: Mapping[str, str] = {
    "population": "population",
    "births": "births",
    "deaths": "deaths",
    "in_migration": "in_migration",
    "out_migration": "out_migration",
    "labour_force": "labour_force",
    "employed": "employed_residents",
    "unemployed": "unemployed",
    "unemployment_rate": "unemployment_rate",
    "labour_demand": "labour_demand",
    "jobs": "jobs",
    "in_commuters": "in_commuters",
    "out_commuters": "out_commuters",
    "non_resident_workers": "non_resident_workers",
    "unfilled": "unfilled_jobs",
    "tourism_nights": "tourism_nights",
    "tourism_jobs": "tourism_jobs",
}
RATES = ("unemployment_rate",)
SHARES: Mapping[str, tuple[str, ...]] = {
    "local_share": LOCAL,
    "mover_share": ("new_residents",),
    "in_commuter_share": ("in_commuters",),
    "non_resident_share": ("non_resident_workers",),
    "unfilled_share": ("unfilled_jobs",),
}


@dataclass(frozen=True)
class FactInterval:
    """Median and 80 % interval of a fact."""

    value: float
    low: float
    high: float


class Facts(Mapping[str, Fact]):
    """Facts by name, of the first scenario unless the name says otherwise.

    `population_now` is the last known figure - or, of a measure that is not observed, that of the first forecast year -
    and `population_now_year` its year; `population_2040` is a median; `population_change_percent` goes from now to the
    last year. `mine_...` facts are means of the scenario that the exhibit mine_timeline shows, in the region or
    `here`: `direct` in the project, `indirect` at suppliers, `around` there and where wages go. `..._share` facts
    say who fills the jobs of the scenario `filling_scenario` in `filling_year`, in per cent of `filling_need`.
    """

    def __init__(self, context: Context) -> None:
        self.context = context

    def __getitem__(self, name: str) -> Fact:
        """The fact of that name.

        Raises:
            UserError: if there is none; the nearest is proposed.
        """
        if name not in self._makers:
            near = find_nearest(name, self._makers)
            hint = f": did you mean '{near}'?" if near else ": `list(view.facts)` names them all."
            raise UserError(f"There is no fact '{name}'{hint}")
        return self._makers[name]()

    def __iter__(self) -> Iterator[str]:
        """Names of the facts that this place has."""
        return iter(self._makers)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._makers)

    def __contains__(self, name: object) -> bool:
        """Whether there is a fact of that name; nothing is computed."""
        return name in self._makers

    def band(self, name: str) -> FactInterval | None:
        """Median and 80 % interval of a fact of a forecast year; None where the fact is no such thing."""
        short, _, year = name.rpartition("_")
        if short not in MEASURES or not year.isdigit() or name not in self._makers:
            return None
        spread = self._run.spread(self._draws(short), [LOW, 0.5, HIGH], MEASURES[short])
        ends = spread[:, self._run.years.index(int(year))]
        low, middle, high = (self._scale(short) * float(end) for end in ends)
        return FactInterval(middle, low, high)

    @cached_property
    def _run(self) -> Forecast:
        return self.context.forecast

    @cached_property
    def _filling(self) -> FilledDemand | None:
        try:
            return decompose_filling(self.context)
        except MissingFigures:
            return None

    @cached_property
    def _project(self) -> Forecast | None:
        try:
            return find_project_run(self.context)
        except MissingFigures:
            return None

    @cached_property
    def _makers(self) -> dict[str, Callable[[], Fact]]:
        context = self.context
        makers: dict[str, Callable[[], Fact]] = {
            "place": lambda: context.place.name_in(context.lang),
            "place_of": lambda: genitive(context.place, context.lang),
            "place_in": lambda: locative(context.place, context.lang),
            "scenario": lambda: context.runs.scenario(context.scenarios[0]).title_in(context.lang),
            "until_year": lambda: context.runs.until,
        }
        for short in MEASURES:
            makers |= self._of_measure(short)
        own = self._of_filling() | self._of_project()
        themes = (
            proof_facts(context)
            | demand_facts(context)
            | attractiveness_facts(context)
            | supply_facts(context)
            | training_facts(context)
        )
        return makers | own | themes

    def _of_measure(self, short: str) -> dict[str, Callable[[], Fact]]:
        def median(index: int) -> Callable[[], Fact]:
            return lambda: self._scale(short) * float(np.median(self._draws(short)[index]))

        ahead = {f"{short}_{year}": median(index) for index, year in enumerate(self._run.years)}
        return {
            f"{short}_now": lambda: self._now(short)[1],
            f"{short}_now_year": lambda: self._now(short)[0],
            **ahead,
            f"{short}_change": lambda: self._change(short),
            **({} if short in RATES else {f"{short}_change_percent": lambda: self._change_percent(short)}),
        }

    def _draws(self, short: str) -> Array:
        return self._run.values(MEASURES[short], self.context.place.code)

    def _scale(self, short: str) -> float:
        return 100.0 if short in RATES else 1.0

    def _now(self, short: str) -> tuple[int, float]:
        known = self._run.history(MEASURES[short], self.context.place.code)
        if known.empty:
            return self._run.years[0], self._scale(short) * float(np.median(self._draws(short)[0]))
        return int(known["year"].iloc[-1]), self._scale(short) * float(known["value"].iloc[-1])

    def _end(self, short: str) -> float:
        return self._scale(short) * float(np.median(self._draws(short)[-1]))

    def _change(self, short: str) -> float:
        return self._end(short) - self._now(short)[1]

    def _change_percent(self, short: str) -> float:
        now = self._now(short)[1]
        return 100 * (self._end(short) / now - 1) if now else 0.0

    def _of_filling(self) -> dict[str, Callable[[], Fact]]:
        found = self._filling
        if found is None:
            return {}

        def share(names: tuple[str, ...]) -> Callable[[], Fact]:
            return lambda: found.share(*names)

        return {
            "filling_scenario": lambda: found.scenario.scenario.title_in(self.context.lang),
            "filling_year": lambda: found.year,
            "filling_need": lambda: found.need,
            **{name: share(steps) for name, steps in SHARES.items()},
        }

    def _of_project(self) -> dict[str, Callable[[], Fact]]:
        run = self._project
        if run is None:
            return {}
        event = find_main_event(run)
        whole = mean_project_jobs(run, self.context.data.places.region.code)
        here = mean_project_jobs(run, self.context.place.code)
        direct = whole["construction"] + whole["own"] + whole["contractors"]
        peak = int(np.abs(direct).argmax())
        around = {
            name: float(parts["indirect"][peak] + parts["induced"][peak])
            for name, parts in (("here", here), ("peak", whole))
        }
        return {
            "mine_name": lambda: event_name(event, self.context.lang),
            "mine_jobs_direct_peak": lambda: float(direct[peak]),
            "mine_jobs_peak_year": lambda: run.years[peak],
            "mine_jobs_indirect_peak": lambda: float(whole["indirect"][peak]),
            "mine_jobs_indirect_here": lambda: float(here["indirect"][peak]),
            "mine_jobs_around_peak": lambda: around["peak"],
            "mine_jobs_around_here": lambda: around["here"],
            "mine_start_year": lambda: round(event.start.value),
            "mine_start_low_year": lambda: round(event.start.low),
            "mine_start_high_year": lambda: round(event.start.high),
        }


BAND = "_band"
RATE_WORDS = ("unemployment_rate", "error_", "return_rate")
# Few return for a visit: less than a tenth is said with two digits, less than ten with one.
RETURNERS, SMALL, WHOLE = "returners", 0.095, 9.5


def fill_template(facts: Facts, template: str) -> Narrative:
    """Fills facts into a text.

    Args:
        facts: the facts of the place.
        template: markdown; `{name}` is a fact, `{name_band}` a fact with its 80 % interval, `{{` a brace.

    Returns:
        The text.

    Raises:
        UserError: if a name is not a fact, a fact has no interval, or a brace is not closed.
    """
    try:
        pieces = list(string.Formatter().parse(template))
    except ValueError as error:
        raise UserError(f"The text cannot be filled in ({error}): write a brace that is meant as one twice.") from error
    return Narrative(
        "".join(before + (_fill_fact(facts, name) if name is not None else "") for before, name, _, _ in pieces)
    )


def format_fact(context: Context, name: str, value: float | str) -> str:
    """A fact as the language writes it: years bare, shares with a percent sign, the rest as whole numbers.

    Args:
        context: for the language.
        name: of the fact; its ending says what it is.
        value: the fact.
    """
    if isinstance(value, str):
        return value
    if name.endswith("year"):
        return str(round(value))
    if RETURNERS in name:
        return number(value, context.lang, 0 if abs(value) >= WHOLE else 1 if abs(value) >= SMALL else 2)
    if name.startswith(RATE_WORDS) or name.endswith(("_share", "_change_percent")):
        signed = name.endswith("_change_percent")
        return format_percent(value, context.lang, 0 if name.endswith("_share") else 1, sign=signed)
    return number(value, context.lang, sign=name.endswith("_change"))


def _fill_fact(facts: Facts, name: str) -> str:
    context = facts.context
    if not name.endswith(BAND):
        return format_fact(context, name, facts[name])
    plain = name.removesuffix(BAND)
    facts[plain]
    band = facts.band(plain)
    if band is None:
        raise UserError(f"The fact '{plain}' has no interval: only facts of a forecast year have one.")
    ends = {key: format_fact(context, plain, getattr(band, key)) for key in ("value", "low", "high")}
    return text("fact.band", context.lang, **ends)
