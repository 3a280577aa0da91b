"""Headline figures of a place by name, and texts with such figures filled in."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from amoanalysis.config.text import number, text
from amoanalysis.errors import UserError, find_nearest
from amoanalysis.exhibits.context import HIGH, LOW, Context, MissingFigures, Narrative
from amoanalysis.exhibits.foresight.projects import (
    event_name,
    find_main_event,
    find_project_run,
    mean_project_jobs,
    start_years,
)
from amoanalysis.exhibits.foresight.who_fills import LOCAL, decompose_filling
from amoanalysis.exhibits.phrases import format_percent, genitive, locative
from amoanalysis.exhibits.theme_facts import (
    FactFunction,
    attractiveness_facts,
    backtest_facts,
    demand_facts,
    supply_facts,
    training_facts,
)
from amoanalysis.models.statistics.draws import Array

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
    """Facts by name, of the first scenario unless the name says otherwise; each is computed once, on first use.

    `population_now` is the last past value, or the first forecast year of a measure without history, and
    `population_now_year` its year; `population_2040` is a median; `population_change_percent` goes from now to the
    last year. `mine_...` facts are means of the scenario that the exhibit mine_timeline shows, in the region or
    `here`: `direct` in the project, `indirect` at suppliers, `around` indirect and induced. `..._share` facts are the
    ways in which the labour demand of the scenario `filling_scenario` is met in `filling_year`, per cent of
    `filling_need`.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self._values: dict[str, Fact] = {}

    def __getitem__(self, name: str) -> Fact:
        """The fact of that name.

        Raises:
            UserError: if the name is unknown; the message suggests the nearest.
        """
        if name not in self._functions:
            near = find_nearest(name, self._functions)
            hint = f": did you mean '{near}'?" if near else ": `list(view.facts)` names them all."
            raise UserError(f"There is no fact '{name}'{hint}")
        if name not in self._values:
            self._values[name] = self._functions[name]()
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        """Names of the facts of this place."""
        return iter(self._functions)

    def __len__(self) -> int:
        """Number of facts."""
        return len(self._functions)

    def __contains__(self, name: object) -> bool:
        """Whether there is a fact of that name; nothing is computed."""
        return name in self._functions

    def interval(self, name: str) -> FactInterval | None:
        """Median and 80 % interval of a fact of a forecast year; None for other facts."""
        short, _, year = name.rpartition("_")
        if short not in MEASURES or not year.isdigit() or name not in self._functions:
            return None
        run = self.context.forecast
        quantiles = run.spread(self._draws(short), [LOW, 0.5, HIGH], MEASURES[short])
        low, median, high = (_scale(short) * float(value) for value in quantiles[:, run.years.index(int(year))])
        return FactInterval(median, low, high)

    @cached_property
    def _functions(self) -> dict[str, FactFunction]:
        context = self.context
        functions: dict[str, FactFunction] = {
            "place": lambda: context.place.name_in(context.lang),
            "place_of": lambda: genitive(context.place, context.lang),
            "place_in": lambda: locative(context.place, context.lang),
            "scenario": lambda: context.runs.scenario(context.scenarios[0]).title_in(context.lang),
            "until_year": lambda: context.runs.until,
        }
        for short in MEASURES:
            functions |= self._measure_facts(short)
        functions |= _filling_facts(context) | _project_facts(context)
        for group in (backtest_facts, demand_facts, attractiveness_facts, supply_facts, training_facts):
            functions |= group(context)
        return functions

    def _measure_facts(self, short: str) -> dict[str, FactFunction]:
        def change() -> float:
            return self._median(short, -1) - self._now(short)[1]

        def change_percent() -> float:
            now = self._now(short)[1]
            return 100 * (self._median(short, -1) / now - 1) if now else 0.0

        years = enumerate(self.context.forecast.years)
        return {
            f"{short}_now": lambda: self._now(short)[1],
            f"{short}_now_year": lambda: self._now(short)[0],
            **{f"{short}_{year}": partial(self._median, short, index) for index, year in years},
            f"{short}_change": change,
            **({} if short in RATES else {f"{short}_change_percent": change_percent}),
        }

    def _draws(self, short: str) -> Array:
        return self.context.forecast.values(MEASURES[short], self.context.place.code)

    def _median(self, short: str, year_index: int) -> float:
        return _scale(short) * float(np.median(self._draws(short)[year_index]))

    def _now(self, short: str) -> tuple[int, float]:
        """Year and value of the last past value, or of the first forecast year."""
        run = self.context.forecast
        history = run.history(MEASURES[short], self.context.place.code)
        if history.empty:
            return run.years[0], self._median(short, 0)
        return int(history["year"].iloc[-1]), _scale(short) * float(history["value"].iloc[-1])


def _scale(short: str) -> float:
    return 100.0 if short in RATES else 1.0


def _filling_facts(context: Context) -> dict[str, FactFunction]:
    try:
        filled = decompose_filling(context)
    except MissingFigures:
        return {}
    return {
        "filling_scenario": lambda: filled.scenario.scenario.title_in(context.lang),
        "filling_year": lambda: filled.year,
        "filling_need": lambda: filled.need,
        **{name: partial(filled.share, *steps) for name, steps in SHARES.items()},
    }


def _project_facts(context: Context) -> dict[str, FactFunction]:
    try:
        run = find_project_run(context)
    except MissingFigures:
        return {}
    event = find_main_event(run)
    region = mean_project_jobs(run, context.data.places.region.code)
    here = mean_project_jobs(run, context.place.code)
    direct = region["construction"] + region["own"] + region["contractors"]
    peak = int(np.abs(direct).argmax())
    start = start_years(event)
    values: dict[str, float] = {
        "mine_jobs_direct_peak": direct[peak],
        "mine_jobs_indirect_peak": region["indirect"][peak],
        "mine_jobs_indirect_here": here["indirect"][peak],
        "mine_jobs_around_peak": region["indirect"][peak] + region["induced"][peak],
        "mine_jobs_around_here": here["indirect"][peak] + here["induced"][peak],
    }
    years = {
        "mine_jobs_peak_year": run.years[peak],
        "mine_start_year": start["start_year"],
        "mine_start_low_year": start["early_year"],
        "mine_start_high_year": start["late_year"],
    }
    return {
        "mine_name": partial(event_name, event, context.lang),
        **{name: partial(float, value) for name, value in values.items()},
        **{name: partial(int, year) for name, year in years.items()},
    }


# Ending of a placeholder that asks for the 80 % interval as well.
WITH_INTERVAL = "_band"
RATE_PREFIXES = ("unemployment_rate", "error_", "return_rate")
# Numbers of return migrants are small: two digits below 0.095, one digit below 9.5.
RETURN_MIGRANTS, TWO_DIGITS_BELOW, ONE_DIGIT_BELOW = "returners", 0.095, 9.5


def fill_template(facts: Facts, template: str) -> Narrative:
    """Fills facts into a text.

    Args:
        facts: facts of the place.
        template: markdown; `{name}` is a fact, `{name_band}` a fact with its 80 % interval, `{{` a brace.

    Raises:
        UserError: if a name is not a fact, a fact has no interval, or a brace is not closed.
    """
    try:
        pieces = list(string.Formatter().parse(template))
    except ValueError as error:
        raise UserError(f"The text cannot be filled in ({error}): write a literal brace twice.") from error
    filled = (before + ("" if name is None else _fill_fact(facts, name)) for before, name, _, _ in pieces)
    return Narrative("".join(filled))


def format_fact(context: Context, name: str, value: float | str) -> str:
    """Formats a fact by its name: years without separators, shares and rates in per cent, others as whole numbers.

    Args:
        context: for the language.
        name: name of the fact.
        value: value of the fact.
    """
    lang = context.lang
    if isinstance(value, str):
        return value
    if name.endswith("year"):
        return str(round(value))
    if RETURN_MIGRANTS in name:
        return number(value, lang, 0 if abs(value) >= ONE_DIGIT_BELOW else 1 if abs(value) >= TWO_DIGITS_BELOW else 2)
    if name.endswith("_share"):
        return format_percent(value, lang)
    if name.startswith(RATE_PREFIXES) or name.endswith("_change_percent"):
        return format_percent(value, lang, 1, sign=name.endswith("_change_percent"))
    return number(value, lang, sign=name.endswith("_change"))


def _fill_fact(facts: Facts, name: str) -> str:
    if not name.endswith(WITH_INTERVAL):
        return format_fact(facts.context, name, facts[name])
    plain = name.removesuffix(WITH_INTERVAL)
    facts[plain]  # an unknown name is reported before a missing interval
    interval = facts.interval(plain)
    if interval is None:
        raise UserError(f"The fact '{plain}' has no interval: only facts of a forecast year have one.")
    ends = {key: format_fact(facts.context, plain, getattr(interval, key)) for key in ("value", "low", "high")}
    return text("fact.band", facts.context.lang, **ends)
