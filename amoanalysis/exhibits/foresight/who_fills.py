"""Who fills the jobs that a scenario brings: the difference to the baseline, taken apart without a rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from amoanalysis.config.text import number, text
from amoanalysis.exhibits.builder import Draft, colour_of, fill_of, made, trend
from amoanalysis.exhibits.context import (
    HIGH,
    LOW,
    Context,
    NotKnown,
    draws_in_year,
    exhibit,
    forecast_line,
    known_line,
    summed,
)
from amoanalysis.exhibits.drawing.exhibit import Exhibit
from amoanalysis.exhibits.phrases import headline, listed, percent
from amoanalysis.models.statistics.draws import Array
from amoanalysis.results.comparison import FILLED_BY, filled_by
from amoanalysis.results.forecast import Forecast

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


def filling(view: Context) -> Filling:
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
        return draws_in_year(scenario, measure, code, year) - draws_in_year(base, measure, code, year)

    need = float(more("labour_demand").mean())
    if abs(need) < LEAST:
        raise NotKnown("no_effect", scenario=scenario.scenario.title_in(view.lang))
    steps = filled_by(scenario, base, code)
    index = scenario.years.index(year)
    return Filling(scenario, year, need, {name: float(np.mean(steps[name][index])) for name in FILLED_BY})


def chosen(view: Context) -> Forecast:
    """The compared scenario that matters most to the place.

    Raises:
        NotKnown: if there is none to compare.
    """
    others = view.others
    if not others:
        raise NotKnown("no_scenario")
    here = [run for run in others if any(e.place in view.members for e in run.scenario.assumptions.events.values())]
    base = draws_in_year(view.baseline, "labour_demand", view.place.code, view.year).mean()
    return max(here or others, key=lambda run: abs(draws_in_year(run, "labour_demand", view.place.code, view.year).mean() - base))


NIGHTS = "nights_total"
# Fewer jobs than this, in mean, are no news to a place.
LEAST_JOBS = 1.0
# Shares that lie so many points beyond nought or all are chance.
SMALL_SHARE = 1.0


@exhibit("who_fills_the_jobs", theme="foresight", form="waterfall")
def who_fills_the_jobs(view: Context) -> Exhibit:
    """The labour need that a scenario adds to the baseline, and who would meet it."""
    found, lang = filling(view), view.lang
    rows = [{"step": text(f"filling.{name}", lang), "kind": "delta", "value": found.steps[name]} for name in FILLED_BY]
    rows.append({"step": text("filling.need", lang), "kind": "total", "value": found.need})
    draft = Draft(
        data=pd.DataFrame(rows),
        parts={
            "alternative": found.scenario.scenario.title_in(lang),
            "need": headline(abs(found.need)),
            "local": percent(found.share(*LOCAL), lang),
            "movers": percent(found.share("new_residents"), lang),
            "outside": percent(found.share(*OUTSIDE), lang),
            "filled": number(found.need - found.steps["unfilled_jobs"], lang),
            "at_year": found.year,
        },
        variant=_filling_variant(found),
        unit="persons_or_jobs",
        tables=(),
        runs=(view.baseline, found.scenario),
        assumed=("balance", "events" if found.scenario.scenario.assumptions.events else "tourism"),
        notes=("means", "participation", *(("inner_commuting",) if len(view.members) > 1 else ())),
        options={"decimals": 0, "zero": True},
    )
    return made(view, "who_fills_the_jobs", "waterfall", draft)


def _filling_variant(found: Filling) -> str:
    """Shares of a need that some meet and others withdraw from say nothing: then the title gives the need alone."""
    if found.need < 0:
        return "less"
    parts = (found.share(*LOCAL), found.share("new_residents"), found.share(*OUTSIDE))
    return "more" if all(-SMALL_SHARE <= part <= 100 + SMALL_SHARE for part in parts) else "mixed"


@exhibit("tourism_nights", theme="foresight", form="fan")
def tourism_nights(view: Context) -> Exhibit:
    """Registered overnight stays: the years that sources give, and the forecast."""
    run, code, name = view.forecast, view.place.code, view.place.name_in(view.lang)
    values = run.values("tourism_nights", code)
    if values.max() <= 0:
        raise NotKnown("no_tourism")
    known = _nights_known(view)
    newest = (run.years[0], float(np.median(values[0])))
    if len(known):
        newest = (int(known.index[-1]), float(known.iloc[-1]))
    title, parts = trend(view, "tourism_nights", newest, run, values)
    jobs = draws_in_year(run, "tourism_jobs", code, view.year)
    draft = Draft(
        data=pd.concat([known_line(known, name), forecast_line(run, values, name)]).round(_coarse(values)),
        parts={
            **parts,
            "years": listed([str(y) for y in known.index], view.lang),
            "jobs": headline(float(np.median(jobs))),
            "at_year": view.year,
            "first_year": known.index[0] if len(known) else run.years[0],
        },
        title=title,
        unit="nights",
        tables=("tourism",),
        runs=(run,),
        assumed=("tourism",),
        notes=("nights_known" if len(known) else "nights_partly" if len(view.members) > 1 else "nights_assumed",),
        options={"colours": {name: colour_of(view)}, "zero": True, "decimals": 0},
    )
    return made(view, "tourism_nights", "fan", draft)


@exhibit("scenario_compare_jobs", theme="foresight", form="bars")
def scenario_compare_jobs(view: Context) -> Exhibit:
    """Labour need of the year ahead in each scenario, less that of the baseline."""
    base, code, lang = view.baseline, view.place.code, view.lang
    others = view.others
    if not others:
        raise NotKnown("no_scenario")
    change = {run.scenario.title_in(lang): _difference(run, base, code, view.year) for run in others}
    low, middle, high = (
        np.array([float(np.quantile(draws, q)) for draws in change.values()]) for q in (LOW, 0.5, HIGH)
    )
    rows = pd.DataFrame({"category": list(change), "value": middle, "low": low, "high": high})
    largest = int(np.abs(middle).argmax())
    draft = Draft(
        data=rows.sort_values("value", ascending=False),
        parts={
            "alternative": list(change)[largest],
            "change": headline(abs(middle[largest])),
            "low": number(low[largest], lang, sign=True),
            "high": number(high[largest], lang, sign=True),
            "base": headline(float(np.median(draws_in_year(base, "labour_demand", code, view.year)))),
            "at_year": view.year,
        },
        variant="small" if abs(middle[largest]) < LEAST_JOBS else "more" if middle[largest] > 0 else "less",
        unit="jobs",
        runs=(base, *others),
        assumed=("events", "tourism"),
        notes=("paired",),
        options={"decimals": 0, "sign": True, "colours": dict.fromkeys(change, fill_of(view))},
    )
    return made(view, "scenario_compare_jobs", "bars", draft)


def _coarse(values: np.ndarray) -> dict[str, int]:
    """Digits that nights are shown with: thousands, or hundreds where they are few."""
    return dict.fromkeys(("value", "low", "high"), -3 if np.median(values) >= 100_000 else -2)


def _difference(run: Forecast, base: Forecast, code: str, year: int) -> np.ndarray:
    return draws_in_year(run, "labour_demand", code, year) - draws_in_year(base, "labour_demand", code, year)


def _nights_known(view: Context) -> pd.Series:
    """Whole years whose registered nights a source gives, for the place itself or for every municipality of it."""
    if not view.data.has("tourism"):
        return pd.Series(dtype=float)
    table = view.data.table("tourism")
    whole_year = table["period"].str.fullmatch(r"\d{4}", na=False)
    years = table[(table["indicator"] == NIGHTS) & whole_year].dropna(subset="value")
    years = years.assign(year=years["period"].astype(int))
    own = years[years["place"] == view.place.code].groupby("year")["value"].last().astype(float)
    return own if len(own) else summed(view, years, "value")
