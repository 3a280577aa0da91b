"""Exhibits of scenarios: how additional labour demand is met, overnight stays, and change of labour demand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.config.text import number, text
from amoanalysis.exhibits.builder import ExhibitDraft, bar_colour, describe_trend, exhibit
from amoanalysis.exhibits.context import (
    HIGH,
    LOW,
    Context,
    MissingFigures,
    build_forecast_line,
    build_observed_line,
    draws_in_year,
    sum_over_members,
)
from amoanalysis.exhibits.phrases import format_percent, join_words, round_for_title
from amoanalysis.models.statistics.draws import Array
from amoanalysis.results.comparison import FILLED_BY, filled_by
from amoanalysis.results.forecast import Forecast

LOCAL = ("unemployed", "participation")
# Net of out-commuters, so that the three groups add up to the filled jobs.
OUTSIDE = ("in_commuters", "out_commuters", "non_resident_workers")
# Smallest change of labour demand, in jobs, that is decomposed.
LEAST = 1.0


@dataclass(frozen=True)
class FilledDemand:
    """Additional labour demand of a scenario and how it is met.

    Attributes:
        scenario: forecast that is compared with the baseline.
        year: year of the comparison.
        need: additional jobs compared with the baseline, mean of the draws.
        steps: persons or unfilled jobs by source of workers; they sum to the need.
    """

    scenario: Forecast
    year: int
    need: float
    steps: dict[str, float]

    def share(self, *names: str) -> float:
        """Share of the additional demand met by these steps, per cent."""
        return 100 * sum(self.steps[name] for name in names) / self.need


def decompose_filling(context: Context) -> FilledDemand:
    """Decomposes the additional labour demand of the place.

    Means over paired draws, which add up. Of several scenarios `choose_scenario` takes one.

    Returns:
        The need and its parts.

    Raises:
        MissingFigures: if there is no other scenario, or it has no effect here.
    """
    scenario = choose_scenario(context)
    base, code, year = context.baseline, context.place.code, context.year

    def more(measure: str) -> Array:
        return draws_in_year(scenario, measure, code, year) - draws_in_year(base, measure, code, year)

    need = float(more("labour_demand").mean())
    if abs(need) < LEAST:
        raise MissingFigures("no_effect", scenario=scenario.scenario.title_in(context.lang))
    steps = filled_by(scenario, base, code)
    index = scenario.years.index(year)
    return FilledDemand(scenario, year, need, {name: float(np.mean(steps[name][index])) for name in FILLED_BY})


def choose_scenario(context: Context) -> Forecast:
    """The scenario with the largest effect on the place; those with an event in the place come first.

    Raises:
        MissingFigures: if there is no other scenario.
    """
    others = context.others
    if not others:
        raise MissingFigures("no_scenario")
    here = [run for run in others if any(e.place in context.members for e in run.scenario.assumptions.events.values())]
    base = draws_in_year(context.baseline, "labour_demand", context.place.code, context.year).mean()
    return max(
        here or others,
        key=lambda run: abs(draws_in_year(run, "labour_demand", context.place.code, context.year).mean() - base),
    )


NIGHTS = "nights_total"
# Smaller mean effects, in jobs, count as none.
LEAST_JOBS = 1.0
# Shares this far outside 0-100 %, percentage points, are shown as such.
SMALL_SHARE = 1.0


@exhibit("who_fills_the_jobs", theme="foresight", form="waterfall")
def who_fills_the_jobs(context: Context) -> ExhibitDraft:
    """Additional labour demand of a scenario compared with the baseline, and how it is met."""
    found, lang = decompose_filling(context), context.lang
    rows = [{"step": text(f"filling.{name}", lang), "kind": "delta", "value": found.steps[name]} for name in FILLED_BY]
    rows.append({"step": text("filling.need", lang), "kind": "total", "value": found.need})
    return ExhibitDraft(
        data=pd.DataFrame(rows),
        parts={
            "alternative": found.scenario.scenario.title_in(lang),
            "need": round_for_title(abs(found.need)),
            "local": format_percent(found.share(*LOCAL), lang),
            "movers": format_percent(found.share("new_residents"), lang),
            "outside": format_percent(found.share(*OUTSIDE), lang),
            "filled": number(found.need - found.steps["unfilled_jobs"], lang),
            "at_year": found.year,
        },
        variant=_filling_variant(found),
        unit="persons_or_jobs",
        tables=(),
        runs=(context.baseline, found.scenario),
        assumed=("balance", "events" if found.scenario.scenario.assumptions.events else "tourism"),
        notes=("means", "participation", *(("inner_commuting",) if len(context.members) > 1 else ())),
        options={"decimals": 0, "zero": True},
    )


def _filling_variant(found: FilledDemand) -> str:
    """Title variant; if steps have opposite signs, their shares are not meaningful and only the demand is given."""
    if found.need < 0:
        return "less"
    parts = (found.share(*LOCAL), found.share("new_residents"), found.share(*OUTSIDE))
    return "more" if all(-SMALL_SHARE <= part <= 100 + SMALL_SHARE for part in parts) else "mixed"


@exhibit("tourism_nights", theme="foresight", form="fan")
def tourism_nights(context: Context) -> ExhibitDraft:
    """Registered overnight stays: observed years and forecast."""
    run, code, name = context.forecast, context.place.code, context.place.name_in(context.lang)
    values = run.values("tourism_nights", code)
    if values.max() <= 0:
        raise MissingFigures("no_tourism")
    known = _observed_nights(context)
    newest = (run.years[0], float(np.median(values[0])))
    if len(known):
        newest = (int(known.index[-1]), float(known.iloc[-1]))
    title, parts = describe_trend(context, "tourism_nights", newest, run, values)
    jobs = draws_in_year(run, "tourism_jobs", code, context.year)
    return ExhibitDraft(
        data=pd.concat([build_observed_line(known, name), build_forecast_line(run, values, name)]).round(
            _rounding_digits(values)
        ),
        parts={
            **parts,
            "years": join_words([str(y) for y in known.index], context.lang),
            "jobs": round_for_title(float(np.median(jobs))),
            "at_year": context.year,
            "first_year": known.index[0] if len(known) else run.years[0],
        },
        title=title,
        unit="nights",
        tables=("tourism",),
        runs=(run,),
        assumed=("tourism",),
        notes=("nights_known" if len(known) else "nights_partly" if len(context.members) > 1 else "nights_assumed",),
        options={"colours": {name: context.place.colour}, "zero": True, "decimals": 0},
    )


@exhibit("scenario_compare_jobs", theme="foresight", form="bars")
def scenario_compare_jobs(context: Context) -> ExhibitDraft:
    """Difference of labour demand between each scenario and the baseline."""
    base, code, lang = context.baseline, context.place.code, context.lang
    others = context.others
    if not others:
        raise MissingFigures("no_scenario")
    change = {run.scenario.title_in(lang): _difference(run, base, code, context.year) for run in others}
    low, middle, high = (
        np.array([float(np.quantile(draws, q)) for draws in change.values()]) for q in (LOW, 0.5, HIGH)
    )
    rows = pd.DataFrame({"category": list(change), "value": middle, "low": low, "high": high})
    largest = int(np.abs(middle).argmax())
    return ExhibitDraft(
        data=rows.sort_values("value", ascending=False),
        parts={
            "alternative": list(change)[largest],
            "change": round_for_title(abs(middle[largest])),
            "low": number(low[largest], lang, sign=True),
            "high": number(high[largest], lang, sign=True),
            "base": round_for_title(float(np.median(draws_in_year(base, "labour_demand", code, context.year)))),
            "at_year": context.year,
        },
        variant="small" if abs(middle[largest]) < LEAST_JOBS else "more" if middle[largest] > 0 else "less",
        unit="jobs",
        runs=(base, *others),
        assumed=("events", "tourism"),
        notes=("paired",),
        options={"decimals": 0, "sign": True, "colours": dict.fromkeys(change, bar_colour(context))},
    )


def _rounding_digits(values: np.ndarray) -> dict[str, int]:
    """Rounding of nights: to thousands, or to hundreds if they are few."""
    return dict.fromkeys(("value", "low", "high"), -3 if np.median(values) >= 100_000 else -2)


def _difference(run: Forecast, base: Forecast, code: str, year: int) -> np.ndarray:
    return draws_in_year(run, "labour_demand", code, year) - draws_in_year(base, "labour_demand", code, year)


def _observed_nights(context: Context) -> pd.Series:
    """Registered nights by year, of the place itself or of all its municipalities."""
    if not context.data.has("tourism"):
        return pd.Series(dtype=float)
    table = context.data.table("tourism")
    whole_year = table["period"].str.fullmatch(r"\d{4}", na=False)
    years = table[(table["indicator"] == NIGHTS) & whole_year].dropna(subset="value")
    years = years.assign(year=years["period"].astype(int))
    own = years[years["place"] == context.place.code].groupby("year")["value"].last().astype(float)
    return own if len(own) else sum_over_members(context, years, "value")
